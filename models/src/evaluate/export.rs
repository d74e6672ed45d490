//! The table and the splits as text, for whoever wants to fit other learners to the same rows.

use super::split::{Protocol, Purpose, Task, split};
use crate::error::{Error, write_bytes};
use crate::recipe::FOREST37;
use crate::table::{Origin, Row, Table};
use crate::weight::weights;
use std::path::Path;

/// Writes `rows.tsv` and `splits.tsv` into a folder.
pub fn export(table: &Table, seed: u64, folder: &Path) -> Result<(), Error> {
    let io = |source| Error::Io { path: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(io)?;
    write_bytes(&folder.join("rows.tsv"), rows(table).as_bytes())?;
    write_bytes(&folder.join("splits.tsv"), splits(table, seed).as_bytes())
}

/// Returns a line per row: what it is, then its values.
fn rows(table: &Table) -> String {
    let mut text = format!("role\torigin\tanswered\tfamily\tcapture\t{}\n", table.columns.join("\t"));
    for row in &table.rows {
        let origin = if row.origin == Origin::Logs { "logs" } else { "capture" };
        let answered = if row.answered { "1" } else { "0" };
        let head = [row.role.name(), origin, answered, &row.family, &row.capture].map(str::to_owned);
        let values = row.values.iter().map(ToString::to_string);
        text.push_str(&head.into_iter().chain(values).collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}

/// Returns a line a model: protocol, part, purpose, the rows it learns from with their weights, the rows it is asked.
fn splits(table: &Table, seed: u64) -> String {
    let mut text = String::from("protocol\tpart\tpurpose\tkept\tasked\n");
    for protocol in Protocol::ALL {
        let split = split(protocol, &table.rows, seed);
        for Task { part, purpose, kept, asked } in split.tasks {
            let kept: Vec<usize> = kept.into_iter().filter(|row| table.rows[*row].is_trained_on()).collect();
            let sample: Vec<&Row> = kept.iter().map(|row| &table.rows[*row]).collect();
            let weights = weights(&sample, FOREST37.balance);
            let kept: Vec<String> =
                kept.iter().zip(weights).map(|(row, weight)| format!("{row}:{weight}")).collect();
            let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
            let purpose = match purpose {
                Purpose::Judge => "judge",
                Purpose::Calibrate => "calibrate",
                Purpose::Both => "both",
            };
            let fields = [protocol.name(), &split.parts[part], purpose, &kept.join(" "), &asked.join(" ")];
            text.push_str(&fields.join("\t"));
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generated;

    #[test]
    fn every_model_of_every_protocol_is_a_line() {
        let mut table = generated();
        for (place, row) in table.rows.iter_mut().enumerate() {
            row.start = [Some(1.5e9), Some(1.7e9)][place % 2];
        }
        let text = splits(&table, 1);
        let models: usize =
            Protocol::ALL.into_iter().map(|protocol| split(protocol, &table.rows, 1).tasks.len()).sum();
        assert_eq!(text.lines().count(), models + 1);
        assert!(text.lines().all(|line| line.split('\t').count() == 5));
        assert_eq!(rows(&table).lines().count(), table.rows.len() + 1);
    }
}
