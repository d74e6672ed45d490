//! Tables of tab-separated text: Zeek's logs with their `#fields` line, and plain ones whose first line names columns.

use std::collections::HashMap;
use std::path::Path;

/// A table as text: no value is interpreted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tsv {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// One row a line, a value per column.
    pub rows: Vec<Vec<String>>,
}

impl Tsv {
    /// Reads a Zeek log: `#fields` names the columns, other lines that start with `#` are skipped.
    pub fn zeek(text: &str) -> Tsv {
        let mut log = Tsv::default();
        for line in text.lines() {
            match line.strip_prefix("#fields\t") {
                Some(fields) => log.columns = cells(fields),
                None if line.starts_with('#') || line.is_empty() => {}
                None => log.rows.push(cells(line)),
            }
        }
        log
    }

    /// Reads a table whose first line names the columns.
    pub fn plain(text: &str) -> Tsv {
        let mut lines = text.lines();
        let columns = lines.next().map(cells).unwrap_or_default();
        Tsv { columns, rows: lines.map(cells).collect() }
    }

    /// Reads a plain table from a file.
    pub fn open(path: &Path) -> std::io::Result<Tsv> {
        Ok(Tsv::plain(&std::fs::read_to_string(path)?))
    }

    /// Position of a column.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Returns every row as a map from column name to value.
    pub fn maps(&self) -> impl Iterator<Item = HashMap<&str, &str>> + '_ {
        self.rows
            .iter()
            .map(|row| self.columns.iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect())
    }
}

fn cells(line: &str) -> Vec<String> {
    line.split('\t').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::Tsv;

    #[test]
    fn zeek_log_has_the_columns_of_its_fields_line() {
        let log =
            Tsv::zeek("#separator \\x09\n#fields\tid.orig_h\tproto\n#types\taddr\tenum\n::1\ttcp\n#close\n");
        assert_eq!(log.columns, ["id.orig_h", "proto"]);
        assert_eq!(log.rows, [["::1", "tcp"]]);
        assert_eq!(log.maps().next().and_then(|row| row.get("proto").copied()), Some("tcp"));
    }

    #[test]
    fn plain_table_keeps_empty_cells() {
        let table = Tsv::plain("a\tb\tc\n1\t\t\n");
        assert_eq!(table.rows, [["1", "", ""]]);
        assert_eq!(table.column("c"), Some(2));
    }
}
