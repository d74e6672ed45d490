//! All learners under all protocols.

use super::text::{count, count_within, difference, of, percent, ratio, ratio_within, table};
use crate::evaluate::bootstrap::Figures;
use crate::evaluate::comparison::Comparison;
use crate::evaluate::measures::Measure;
use crate::evaluate::split::Protocol;

/// Returns a table a protocol.
pub(super) fn protocols(comparisons: &[Comparison]) -> String {
    let section = |protocol: Protocol| {
        let rows = comparisons.iter().filter_map(|entry| Some((entry, entry.under(protocol)?)));
        let rows = rows.map(|(entry, figures)| row(entry, figures));
        let columns = [
            "learner (seeds)",
            "AUC",
            "AUC against background",
            "average precision",
            "Brier",
            "C2 at 1 %",
            "at 0.5 %",
            "at 0.1 %",
            "all roles at 1 %",
            "C2 of logs at 1 %",
            "captures at 0.5 %",
            "benign captures with an alarm at 0.5 %",
            "natural flagged at 1 %",
        ];
        format!("\n### Comparison, {}\n\n{}", protocol.name(), table(&columns, rows))
    };
    Protocol::ALL.into_iter().map(section).collect()
}

/// Returns the row of an entrant.
fn row(entry: &Comparison, figures: &Figures) -> Vec<String> {
    let figure = |measure| figures.figure(measure);
    let counted = |measure| of(figure(measure).mean, figure(measure).of);
    // A rule flags as it flags: there is one count, whatever the rate.
    let at = |text: String| if entry.is_rule { "–".to_owned() } else { text };
    vec![
        format!("{} ({})", entry.name, entry.seeds),
        ratio_within(figure(Measure::Auc)),
        ratio(figure(Measure::AucBackground).mean),
        ratio(figure(Measure::Precision).mean),
        ratio(figure(Measure::Brier).mean),
        count_within(figure(Measure::C2)),
        at(counted(Measure::C2AtHalf)),
        at(counted(Measure::C2AtTenth)),
        counted(Measure::AllRoles),
        counted(Measure::LogsC2),
        counted(Measure::Captures),
        if figure(Measure::Alarms).mean.is_finite() { counted(Measure::Alarms) } else { "–".to_owned() },
        percent(figure(Measure::Flagged).mean),
    ]
}

/// By how much the others are above the first, draw by draw.
pub(super) fn differences(comparisons: &[Comparison]) -> String {
    let Some((first, others)) = comparisons.split_first() else { return String::new() };
    let row = |entry: &Comparison| {
        let mut row = vec![entry.name.to_owned()];
        for protocol in [Protocol::Source, Protocol::Family] {
            let (figures, first) = (entry.under(protocol)?, first.under(protocol)?);
            let above = |measure| figures.above(first, measure);
            row.push(difference(above(Measure::Auc), ratio));
            row.push(difference(above(Measure::AucBackground), ratio));
            row.push(difference(above(Measure::C2), count));
        }
        Some(row)
    };
    let columns = [
        "learner",
        "by source: AUC",
        "AUC against background",
        "C2 at 1 %",
        "by family: AUC",
        "AUC against background",
        "C2 at 1 %",
    ];
    let rows = others.iter().filter_map(row);
    format!("\n### Differences from `{}`\n\n{}", first.name, table(&columns, rows))
}

/// Roles apart from C2, of what ships.
pub(super) fn roles(comparisons: &[Comparison]) -> String {
    let rows = comparisons.iter().flat_map(|entry| {
        entry.protocols.iter().map(|(protocol, figures)| {
            let counted = |measure| {
                let figure = figures.figure(measure);
                of(figure.mean, figure.of)
            };
            vec![
                format!("{}, {}", entry.name, protocol.name()),
                counted(Measure::Delivery),
                counted(Measure::AbusedLegit),
                counted(Measure::Decoy),
            ]
        })
    });
    let columns = ["model", "delivery at 1 %", "abused-legit", "decoy"];
    format!("\n### Other roles, of captures\n\n{}", table(&columns, rows))
}
