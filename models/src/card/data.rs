//! What the corpus holds, what the cleaning list does to it, and what else it tells.

use super::text::{count_within, percent, ratio, table};
use crate::evaluate::cleaning::Cleared;
use crate::evaluate::comparison::Comparison;
use crate::evaluate::data::Data;
use crate::evaluate::measures::Measure;
use crate::evaluate::probe::Probes;
use crate::evaluate::split::Protocol;

pub(super) fn data(data: &Data) -> String {
    let Data { inputs, malware_captures, benign_captures, labelled, trained_on, sources, families, .. } =
        data;
    let rows = data.roles.iter().map(|role| {
        let counts = [role.captures, role.logs, role.certificate, role.undecided, role.missed];
        let name = [role.role.name().to_owned()];
        name.into_iter().chain(counts.map(|count| count.to_string())).collect()
    });
    let columns = ["role", "from captures", "from logs", "with a certificate", "undecided", "not found"];
    format!(
        "\n### Data\n\n{inputs} inputs of {sources} sources; {malware_captures} captures hold malware tuples, \
         {benign_captures} only benign ones (the rest are logs). {} families, {} of them with C2 in captures. {labelled} labelled \
         tuples. Trained on {trained_on}.\n\n{}",
        families.0,
        families.1,
        table(&columns, rows)
    )
}

/// Returns what the article reports beside what is measured here of the default model.
pub(super) fn article(data: &Data, comparisons: &[Comparison]) -> String {
    let count = |malware: bool| -> usize {
        let of_kind = data.roles.iter().filter(|role| role.role.is_malware() == malware);
        of_kind.map(|role| role.captures + role.logs).sum()
    };
    let figure = |protocol, measure| {
        comparisons.first().and_then(|entry| entry.under(protocol)).map(|figures| figures.figure(measure))
    };
    let counted = |protocol| figure(protocol, Measure::Captures).map_or_else(String::new, count_within);
    let rows = [
        ["normal 4-tuples", "46 949", &count(false).to_string()],
        ["malicious 4-tuples", "45 121", &count(true).to_string()],
        ["fresh malware samples found", "20 of 20", "none were at hand"],
        ["malware captures found, random split, at 0.5 %", "–", &counted(Protocol::Random)],
        ["malware captures found, by source, at 0.5 %", "–", &counted(Protocol::Source)],
        ["malware captures found, by family, at 0.5 %", "–", &counted(Protocol::Family)],
    ]
    .map(|row| row.map(str::to_owned).to_vec());
    format!("\n### The article and this model\n\n{}", table(&["", "article", "here"], rows))
}

pub(super) fn cleaning(cleared: &[Cleared]) -> String {
    let rows = cleared.iter().map(|role| {
        let counts = [role.cleared, role.named, role.of];
        let name = [role.role.name().to_owned()];
        name.into_iter().chain(counts.map(|count| count.to_string())).collect()
    });
    let columns = ["role by label", "cleared", "of those with a server name", "of all"];
    format!("\n### The cleaning list against the labels\n\n{}", table(&columns, rows))
}

pub(super) fn probes(probes: &Probes) -> String {
    let (sources, tuples, largest) = probes.sources;
    let columns = probes
        .columns
        .iter()
        .map(|probe| vec![probe.name.to_owned(), percent(probe.source), ratio(probe.background)]);
    let singles = probes
        .singles
        .iter()
        .map(|single| vec![format!("`{}`", single.name), ratio(single.auc), ratio(single.background)]);
    format!(
        "\n### Shortcuts\n\n{} natural benign tuples of {} sources; the largest source has {}.\n\n{}\n{}",
        tuples,
        sources,
        percent(largest),
        table(&["columns", "source named", "background against tier A, AUC"], columns),
        table(&["feature alone", "AUC, C2 against natural", "against background"], singles)
    )
}
