//! What ships: by family, by kind of tuple, at its threshold, and what that means where malware is rare.

use super::text::{of, percent, ratio, table};
use crate::evaluate::comparison::Comparison;
use crate::evaluate::families::Families;
use crate::evaluate::measures::Measure;
use crate::evaluate::shipped::{STEPS, Shipped};
use crate::evaluate::slices::Slices;
use crate::evaluate::split::Protocol;

pub(super) fn families(models: &[Families]) -> String {
    let section = |model: &Families| {
        let rows = model.families.iter().map(|family| {
            let (c2, half, all) = family.c2;
            vec![
                family.name.clone(),
                ratio(family.auc),
                of(c2, all as f64),
                of(half, all as f64),
                of(family.logs.0, family.logs.1 as f64),
                of(family.other.0, family.other.1 as f64),
            ]
        });
        let columns = ["family", "AUC", "C2 at 1 %", "at 0.5 %", "C2 of logs at 1 %", "other roles at 1 %"];
        let (mean, count) = model.mean();
        format!(
            "\n### By family, `{}`\n\n{}\nMean share of C2 found at 1 % over the {count} families with C2 in captures: {mean:.2}.\n",
            model.name,
            table(&columns, rows)
        )
    };
    models.iter().map(section).collect()
}

pub(super) fn slices(models: &[Slices]) -> String {
    let section = |model: &Slices| {
        let rows = model.slices.iter().map(|slice| {
            let (c2, natural) = slice.counts;
            vec![
                slice.name.to_owned(),
                natural.to_string(),
                ratio(slice.auc),
                of(slice.c2.0, c2 as f64),
                of(slice.c2.1, c2 as f64),
                percent(slice.flagged),
            ]
        });
        let columns = [
            "tuples",
            "natural",
            "AUC, by source",
            "C2 at 1 %, by source",
            "C2 at 1 %, by family",
            "natural flagged, by source",
        ];
        format!("\n### By kind of tuple, `{}`\n\n{}", model.name, table(&columns, rows))
    };
    models.iter().map(section).collect()
}

pub(super) fn at_threshold(models: &[Shipped]) -> String {
    models.iter().map(one_at_threshold).collect()
}

/// Returns the page's build reads the threshold, the line of natural benign tuples and the table of scores of the first
/// model.
fn one_at_threshold(model: &Shipped) -> String {
    let rows = model.roles.iter().map(|(role, flagged, all)| {
        vec![
            role.name().to_owned(),
            flagged.to_string(),
            all.to_string(),
            percent(*flagged as f64 / *all as f64),
        ]
    });
    let ((flagged, natural), (datagrams, undecided, all)) = (model.natural(), model.datagrams);
    format!(
        "\n### At its threshold, `{}`\n\n{} trees, {} nodes; threshold {}; trained on the table with SHA-256 `{}`. Each \
         tuple is scored by a model that saw nothing of its source:\n\n{}\nNatural benign tuples (tier A and background) \
         flagged: {flagged} of {natural} ({}). C2 of captures flagged: {} of {}. Captures with at least one malware tuple flagged: {} \
         of {}. Benign captures (all tiers) with an alarm: {} of {}. Datagram tuples (QUIC, DTLS) of natural captures, which \
         have no labels and are not trained on: {datagrams} of {all} flagged, {undecided} undecided.\n\n{}",
        model.name,
        model.size.0,
        model.size.1,
        model.threshold,
        model.trained,
        table(&["role", "flagged", "of", "share"], rows),
        percent(flagged as f64 / natural as f64),
        model.c2.0,
        model.c2.1,
        model.found.0,
        model.found.1,
        model.alarms.0,
        model.alarms.1,
        at_other_thresholds(&model.reached),
    )
}

/// Borders in one line of the table of scores.
const PER_LINE: usize = 5;

/// Returns how many natural benign tuples reach each border of the steps.
fn at_other_thresholds(reached: &[usize]) -> String {
    let border = |index: usize| index as f64 / f64::from(STEPS);
    let lines = reached.chunks(PER_LINE).enumerate().map(|(line, counts)| {
        let head = format!("{:.2}", border(line * PER_LINE));
        let counts = counts.iter().map(usize::to_string);
        std::iter::once(head)
            .chain(counts)
            .chain(std::iter::repeat(String::new()))
            .take(PER_LINE + 1)
            .collect()
    });
    let heads: Vec<String> = (0..PER_LINE).map(|index| format!("+{:.2}", border(index))).collect();
    let columns: Vec<&str> = std::iter::once("score").chain(heads.iter().map(String::as_str)).collect();
    format!("Natural benign tuples that score at least:\n\n{}", table(&columns, lines))
}

/// Of a hundred, a thousand, ten thousand tuples one is malware's.
const RATES: [f64; 3] = [100.0, 1000.0, 10_000.0];

pub(super) fn base_rates(models: &[Shipped], comparisons: &[Comparison]) -> String {
    let row = |(model, entry): (&Shipped, &Comparison)| {
        let figure = entry.under(Protocol::Family)?.figure(Measure::C2AtHalf);
        let found = figure.mean / figure.of;
        let (flagged, natural) = model.natural();
        let wrong = flagged as f64 / natural as f64;
        let right = |rate: &f64| found / (found + wrong * (rate - 1.0));
        let head = [model.name.to_owned(), percent(found), percent(wrong)];
        Some(head.into_iter().chain(RATES.iter().map(|rate| percent(right(rate)))).collect())
    };
    let rows = models.iter().zip(comparisons).filter_map(row);
    let columns = [
        "model",
        "C2 found, by family at 0.5 %",
        "natural flagged at the threshold",
        "alarms that are right: 1 in 100",
        "1 in 1000",
        "1 in 10 000",
    ];
    format!("\n### Base rates\n\n{}\n", table(&columns, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_table_of_scores_begins_with_its_first_border() {
        let reached: Vec<usize> = (0..=STEPS as usize).rev().collect();
        let text = at_other_thresholds(&reached);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(lines[0], "| score | +0.00 | +0.02 | +0.04 | +0.06 | +0.08 |");
        assert_eq!(lines[2..4], ["| 0.00 | 50 | 49 | 48 | 47 | 46 |", "| 0.10 | 45 | 44 | 43 | 42 | 41 |"]);
        assert_eq!(lines.last(), Some(&"| 1.00 | 0 |  |  |  |  |"));
    }
}
