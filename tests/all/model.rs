//! What the embedded models say of the project's own samples: score, verdict, and contributions that add up.

#![expect(clippy::expect_used, reason = "a test stops at the first thing amiss")]

use hushcap::feature::{MISSING, Table};
use hushcap::verdict::{Model, Share, Verdict};
use hushcap_tests::shared::workspace;
use hushcap_tests::tsv::Tsv;
use std::io::Write;

/// A row of `models/golden.tsv`: what one model says of one tuple.
struct Golden {
    name: String,
    model: String,
    base: f64,
    raw: f64,
    score: f64,
    verdict: String,
    outside: String,
    values: Vec<f64>,
}

fn golden() -> Vec<Golden> {
    let table = Tsv::open(&workspace().join("models/golden.tsv")).expect("golden rows");
    table
        .maps()
        .map(|row| {
            let text = |column: &str| row.get(column).map_or("", |cell| *cell).to_owned();
            let number = |column: &str| text(column).parse::<f64>().expect("a number");
            // A column that no model asks for is left out, and changes nothing.
            let value = |column: &str| if row.contains_key(column) { number(column) } else { MISSING };
            Golden {
                name: format!(
                    "{} {}:{} by {}",
                    text("capture"),
                    text("resp_h"),
                    text("resp_p"),
                    text("model")
                ),
                model: text("model"),
                base: number("base"),
                raw: number("raw"),
                score: number("score"),
                verdict: text("verdict"),
                outside: text("outside"),
                values: Table::Extended.names().iter().map(|name| value(name)).collect(),
            }
        })
        .collect()
}

/// Returns each model that the crate carries, with its rows.
fn models() -> Vec<(Model, Vec<Golden>)> {
    let of = |name: &str| {
        let rows: Vec<Golden> = golden().into_iter().filter(|row| row.model == name).collect();
        assert!(rows.len() >= 10, "{} golden rows of {name}", rows.len());
        (Model::builtin(Some(name)).expect("a model that the crate carries"), rows)
    };
    Model::names().map(of).collect()
}

#[test]
fn golden_rows_give_their_scores_bit_for_bit() {
    for (model, rows) in models() {
        let values: Vec<&[f64]> = rows.iter().map(|row| row.values.as_slice()).collect();
        for (row, raw) in rows.iter().zip(model.raws(&values)) {
            assert_eq!(raw.to_bits(), row.raw.to_bits(), "raw of {}", row.name);
            assert_eq!(model.score(raw).to_bits(), row.score.to_bits(), "score of {}", row.name);
            assert_eq!(model.base().to_bits(), row.base.to_bits(), "base of {}", row.name);
        }
    }
}

#[test]
fn base_and_contributions_are_raw() {
    for (model, rows) in models() {
        for row in rows {
            let explanation = model.explain(&row.values);
            let sum: f64 = explanation.contributions().iter().sum();
            let answer = row.base + sum;
            assert!((answer - row.raw).abs() < 1e-9, "{}: {answer}, not {}", row.name, row.raw);
            let ranked = explanation.ranked();
            assert_eq!(ranked.len(), model.forest().features.len(), "shares of {}", row.name);
            let size = |share: &Share| share.contribution.abs();
            assert!(ranked.is_sorted_by(|a, b| size(a) >= size(b)), "order of {}", row.name);
        }
    }
}

#[test]
fn verdicts_follow_the_threshold_unless_nothing_answered() {
    for (model, rows) in models() {
        for row in rows {
            let verdict = model.verdict(row.score, row.verdict != Verdict::Undecided.name());
            assert_eq!(verdict.name(), row.verdict, "{}", row.name);
        }
    }
}

#[test]
fn features_outside_training_are_those_of_the_golden_rows() {
    for (model, rows) in models() {
        for row in rows {
            let names = &model.forest().features;
            let outside: Vec<&str> =
                model.outside(&row.values).into_iter().map(|column| names[column].as_str()).collect();
            assert_eq!(outside.join(","), row.outside, "{}", row.name);
        }
    }
}

/// Artefacts are part of the page, which is one file.
#[test]
fn artefacts_stay_small() {
    let packed: usize = Model::names()
        .map(|name| {
            let artefact =
                std::fs::read(workspace().join(format!("crate/models/{name}.postcard"))).expect(name);
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            packer.write_all(&artefact).expect("bytes in memory");
            packer.finish().expect("bytes in memory").len()
        })
        .sum();
    assert!(packed < 600_000, "{packed} bytes");
}
