//! The table that `hushcap features` writes and models are trained on.

use super::{Table, Values, model_input};
use crate::join::FourTuple;
use crate::records::log::escape;
use std::io::{self, Write};

/// One line: a 4-tuple of one input.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The input's path as it was given.
    pub capture: String,
    /// The tuple.
    pub key: FourTuple,
    /// Its features.
    pub values: Values,
}

/// Writes the header of `table` and all rows, sorted by capture and then by the four key columns as text.
///
/// Numbers print in their shortest form that reads back to the same bits.
pub fn write(table: Table, rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let columns = FourTuple::NAMES.iter().copied().chain(table.names().iter().copied());
    write!(out, "capture")?;
    for column in columns {
        write!(out, "\t{column}")?;
    }
    writeln!(out)?;
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by_cached_key(|row| (row.capture.clone(), row.key.text()));
    for row in sorted {
        write!(out, "{}", escape(&row.capture))?;
        for cell in row.key.text() {
            write!(out, "\t{cell}")?;
        }
        for value in model_input(&row.values) {
            write!(out, "\t{value}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;

    fn row(capture: &str, resp_p: u16) -> Row {
        let addr = "192.0.2.1".parse().unwrap();
        let key = FourTuple { orig_h: addr, resp_h: addr, resp_p, proto: Proto::Tcp };
        Row { capture: capture.into(), key, values: vec![None; 37] }
    }

    fn text(rows: &[Row]) -> String {
        let mut out = Vec::new();
        write(Table::Basic37, rows, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_are_sorted_by_capture_and_key_as_text() {
        let table = text(&[row("b", 443), row("a", 9), row("a", 80)]);
        let starts: Vec<String> =
            table.lines().skip(1).map(|line| line.split('\t').step_by(3).take(2).collect()).collect();
        assert_eq!(starts, ["a80", "a9", "b443"]);
    }

    #[test]
    fn header_names_capture_key_and_features() {
        let header = text(&[]);
        let names: Vec<&str> = header.trim_end().split('\t').collect();
        assert_eq!(names.len(), 5 + 37);
        assert_eq!(names[..6], ["capture", "orig_h", "resp_h", "resp_p", "proto", "n_records"]);
    }

    #[test]
    fn missing_is_minus_one_and_numbers_keep_their_bits() {
        let mut filled = row("a", 1);
        filled.values[1] = Some(0.1 + 0.2);
        let table = text(&[filled]);
        let cells: Vec<&str> = table.lines().nth(1).unwrap().split('\t').collect();
        assert_eq!(cells[5], "-1");
        assert_eq!(cells[6].parse::<f64>().unwrap().to_bits(), (0.1_f64 + 0.2).to_bits());
    }

    #[test]
    fn tab_in_a_path_does_not_make_a_column() {
        let table = text(&[row("a\tb", 1)]);
        assert!(table.lines().nth(1).unwrap().starts_with("a\\x09b\t"));
    }
}
