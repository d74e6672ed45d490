//! What the embedded model says of the project's own samples: score, verdict, and contributions that add up.

#![expect(clippy::expect_used, reason = "a test stops at the first thing amiss")]

use hushcap::feature::FEATURES;
use hushcap::verdict::{Model, Verdict};
use hushcap_tests::shared::workspace;
use hushcap_tests::tsv::Tsv;

/// A row of `models/golden.tsv`.
struct Golden {
    name: String,
    base: f64,
    raw: f64,
    score: f64,
    verdict: String,
    values: Vec<f64>,
}

fn golden() -> Vec<Golden> {
    let table = Tsv::open(&workspace().join("models/golden.tsv")).expect("golden rows");
    let rows: Vec<Golden> = table
        .maps()
        .map(|row| {
            let text = |column: &str| row.get(column).map_or("", |cell| *cell).to_owned();
            let number = |column: &str| text(column).parse::<f64>().expect("a number");
            Golden {
                name: format!("{} {}:{}", text("capture"), text("resp_h"), text("resp_p")),
                base: number("base"),
                raw: number("raw"),
                score: number("score"),
                verdict: text("verdict"),
                values: FEATURES.iter().map(|feature| number(feature.name)).collect(),
            }
        })
        .collect();
    assert!(rows.len() >= 10, "{} golden rows", rows.len());
    rows
}

#[test]
fn golden_rows_give_their_scores_bit_for_bit() {
    let model = Model::builtin(None).expect("the embedded model");
    let rows = golden();
    let values: Vec<&[f64]> = rows.iter().map(|row| row.values.as_slice()).collect();
    for (row, raw) in rows.iter().zip(model.raws(&values)) {
        assert_eq!(raw.to_bits(), row.raw.to_bits(), "raw of {}", row.name);
        assert_eq!(model.score(raw).to_bits(), row.score.to_bits(), "score of {}", row.name);
        assert_eq!(model.base().to_bits(), row.base.to_bits(), "base of {}", row.name);
    }
}

#[test]
fn base_and_contributions_are_raw() {
    let model = Model::builtin(None).expect("the embedded model");
    for row in golden() {
        let explanation = model.explain(&row.values);
        let sum: f64 = explanation.contributions().iter().sum();
        assert!(
            (row.base + sum - row.raw).abs() < 1e-9,
            "{}: {} and {sum}, not {}",
            row.name,
            row.base,
            row.raw
        );
        let ranked = explanation.ranked();
        assert_eq!(ranked.len(), FEATURES.len(), "shares of {}", row.name);
        assert!(
            ranked.is_sorted_by(|a, b| a.contribution.abs() >= b.contribution.abs()),
            "order of {}",
            row.name
        );
    }
}

#[test]
fn verdicts_follow_the_threshold_unless_nothing_answered() {
    let model = Model::builtin(None).expect("the embedded model");
    for row in golden() {
        let verdict = model.verdict(row.score, row.verdict != Verdict::Undecided.name());
        assert_eq!(verdict.name(), row.verdict, "{}", row.name);
    }
}
