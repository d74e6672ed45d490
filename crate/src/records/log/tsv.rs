//! Zeek's TSV form, read.

use super::kind::Log;
use super::reader::Records;
use super::text::unescape;
use crate::Weird;
use crate::records::{Column, Raw};
use std::borrow::Cow;

/// Most columns that a log may name; Zeek's have some twenty.
const COLUMNS_MAX: usize = 1_024;

/// What the lines that start with `#` have told so far.
#[derive(Debug)]
pub(super) struct Header {
    separator: u8,
    set_separator: u8,
    empty_field: Vec<u8>,
    unset_field: Vec<u8>,
    path: Option<String>,
    /// Names of the cells, in their order.
    fields: Vec<String>,
    /// For the log that the names were matched with: which of its columns each cell is.
    columns: Option<(Log, Vec<Option<usize>>)>,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            separator: b'\t',
            set_separator: b',',
            empty_field: b"(empty)".to_vec(),
            unset_field: b"-".to_vec(),
            path: None,
            fields: Vec::new(),
            columns: None,
        }
    }
}

impl Header {
    /// Takes one line of the header.
    pub(super) fn line(&mut self, line: &[u8], by_name: Option<Log>, records: &mut Records) {
        if let Some(separator) = line.strip_prefix(b"#separator ") {
            self.separator = unescape(separator).bytes().next().unwrap_or(b'\t');
            return;
        }
        let mut cells = line.split(|byte| *byte == self.separator);
        let Some(name) = cells.next() else { return };
        let value = cells.next().unwrap_or_default();
        match name {
            b"#set_separator" => self.set_separator = unescape(value).bytes().next().unwrap_or(b','),
            b"#empty_field" => self.empty_field = value.to_vec(),
            b"#unset_field" => self.unset_field = value.to_vec(),
            b"#path" => self.path = Some(unescape(value).into_owned()),
            name if name.starts_with(b"#fields") => {
                self.fields = field_names(line, self.separator);
                self.columns = None;
                if let Some(log) = self.log(by_name) {
                    records.met(log, false);
                }
            }
            _ => {}
        }
    }

    /// Takes one row.
    pub(super) fn row(&mut self, line: &[u8], by_name: Option<Log>, records: &mut Records) {
        let Some(log) = self.log(by_name) else { return };
        if self.fields.is_empty() {
            // Only its header tells what a cell is.
            if line.contains(&b'\t') {
                records.weirds.count(Weird::LogRowWithoutHeader);
            }
            return;
        }
        let schema = log.columns();
        if self.columns.as_ref().is_none_or(|(matched, _)| *matched != log) {
            self.columns = Some((log, self.fields.iter().map(|name| column_index(schema, name)).collect()));
        }
        let given = split_row(line, self.separator, self.fields.len());
        if given.len() != self.fields.len() {
            // Which cells are missing, or too many, is unknown: any of them may be another column's.
            records.weirds.count(Weird::LogRowWrongLength);
            return;
        }
        let mut cells = vec![Raw::Unset; schema.len()];
        let Some((_, columns)) = &self.columns else { return };
        for (cell, index) in given.into_iter().zip(columns) {
            let Some(index) = *index else { continue };
            if let (Some(slot), Some(column)) = (cells.get_mut(index), schema.get(index))
                && *slot == Raw::Unset
            {
                *slot = self.raw(cell, column);
            }
        }
        records.add(log, cells);
    }

    /// Returns whether a header has come.
    pub(super) fn is_known(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Returns whether a row has fewer cells than the header names.
    pub(super) fn lacks_cells(&self, line: &[u8]) -> bool {
        split_row(line, self.separator, self.fields.len()).len() < self.fields.len()
    }

    /// Returns the log that the header names, else the file's name.
    fn log(&self, by_name: Option<Log>) -> Option<Log> {
        self.path.as_deref().map_or(by_name, Log::of_path)
    }

    /// Returns the value of one cell.
    fn raw<'a>(&self, cell: &'a [u8], column: &Column) -> Raw<'a> {
        if cell.is_empty() || cell == self.unset_field {
            return Raw::Unset;
        }
        if !column.kind.is_list() {
            return Raw::Text(self.text(cell));
        }
        if cell == self.empty_field {
            return Raw::List(Vec::new());
        }
        let parts = cell.split(|byte| *byte == self.set_separator).filter(|part| !part.is_empty());
        Raw::List(parts.map(|part| self.text(part)).collect())
    }

    fn text<'a>(&self, cell: &'a [u8]) -> Cow<'a, str> {
        if cell == self.empty_field { Cow::Borrowed("") } else { unescape(cell) }
    }
}

/// What other versions and tools call a column: `@timestamp` in what Elastic's tools send on, the others in Zeek before 2.3.
const OTHER_NAMES: [(&str, &str); 3] =
    [("@timestamp", "ts"), ("issuer_subject", "issuer"), ("client_issuer_subject", "client_issuer")];

/// Index of the column that a log calls `name`, its own or another one; `_` may stand for `.`.
pub(super) fn column_index(columns: &[Column], name: &str) -> Option<usize> {
    let name = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, own)| own);
    let same = |known: &str| {
        known.len() == name.len()
            && known
                .bytes()
                .zip(name.bytes())
                .all(|(known, given)| known == given || (known, given) == (b'.', b'_'))
    };
    columns.iter().position(|column| same(column.name))
}

/// Returns the names behind `#fields`; some labelled logs have blanks instead of tabs, throughout or before the labels.
fn field_names(line: &[u8], separator: u8) -> Vec<String> {
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    if !line.contains(&separator) {
        return line
            .split(|byte| *byte == b' ')
            .filter(|name| !name.is_empty())
            .skip(1)
            .take(COLUMNS_MAX)
            .map(text)
            .collect();
    }
    let cells: Vec<&[u8]> = line.split(|byte| *byte == separator).skip(1).take(COLUMNS_MAX).collect();
    let count = cells.len();
    split_last(cells, count.saturating_add(1)).into_iter().map(text).collect()
}

/// Cells of a row, no more than one beyond the columns.
fn split_row(line: &[u8], separator: u8, fields: usize) -> Vec<&[u8]> {
    split_last(line.split(|byte| *byte == separator).take(fields.saturating_add(1)).collect(), fields)
}

/// Splits the last cell at runs of two blanks or more where there are fewer cells than `wanted`.
fn split_last(mut cells: Vec<&[u8]>, wanted: usize) -> Vec<&[u8]> {
    if cells.len() >= wanted || !cells.last().is_some_and(|cell| cell.contains(&b' ')) {
        return cells;
    }
    let mut rest = cells.pop().unwrap_or_default();
    while let Some(start) = rest.windows(2).position(|pair| pair == b"  ") {
        let (cell, blanks) = rest.split_at_checked(start).unwrap_or((rest, &[]));
        cells.push(cell);
        rest = blanks.trim_ascii_start();
    }
    cells.push(rest);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Record, SslRecord};

    fn read(log: &str) -> Records {
        let (mut header, mut records) = (Header::default(), Records::default());
        for line in log.lines() {
            match line.starts_with('#') {
                true => header.line(line.as_bytes(), Some(Log::Conn), &mut records),
                false => header.row(line.as_bytes(), Some(Log::Conn), &mut records),
            }
        }
        records
    }

    #[test]
    fn labels_behind_blanks_are_no_part_of_a_column() {
        let log = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttunnel_parents   label   detailed-label\n\
                   1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\t-   Malicious   C&C";
        let conn = &read(log).conn[0];
        assert_eq!((conn.tunnel_parents.as_deref(), conn.ts), (None, 1.5));
    }

    #[test]
    fn row_of_another_number_of_cells_is_left_out_and_counted() {
        let row = "1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\tudp\t0.5";
        let (cut, glued) = (&row[..30], format!("{}{row}", &row[..30]));
        let log = format!(
            "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tduration\n{row}\n{cut}\n{glued}\n{row}\textra\n{row}"
        );
        let records = read(&log);
        assert_eq!(records.conn.iter().map(|conn| conn.duration).collect::<Vec<_>>(), [Some(0.5); 2]);
        assert_eq!(records.weirds.iter().collect::<Vec<_>>(), [("log_row_wrong_length", 3)]);
    }

    #[test]
    fn cell_that_cannot_be_read_is_absent_and_counted() {
        let head = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\torig_bytes\tconn_state\tlocal_orig\tduration";
        let row = |cells: &str| {
            let mut records = read(&format!("{head}\n1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\t{cells}"));
            (records.conn.remove(0), records.weirds.iter().map(|(_, count)| count).sum::<u64>())
        };
        for cells in ["12x4\tSF\tT\t1", "-5\tSF\tT\t1"] {
            let (conn, counted) = row(cells);
            assert_eq!((conn.orig_bytes, conn.duration, counted), (None, Some(1.0), 1), "{cells}");
        }
        assert_eq!(row("1\tXX\tmaybe\t1..2").1, 3);
        for cells in ["-\t-\t-\t-", "\t\t\t", "(empty)\t(empty)\t(empty)\t(empty)", "0\tS0\tF\t0.000000"] {
            assert_eq!(row(cells).1, 0, "{cells}");
        }
    }

    #[test]
    fn names_with_underscores_are_known() {
        let log = "#fields\t@timestamp\tuid\tid_orig_h\tid_orig_p\tid_resp_h\tid_resp_p\n\
                   1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2";
        assert_eq!(read(log).conn.len(), 1);
    }

    #[test]
    fn names_of_older_versions_are_known() {
        assert_eq!(
            column_index(SslRecord::COLUMNS, "issuer_subject"),
            column_index(SslRecord::COLUMNS, "issuer")
        );
        assert_eq!(column_index(SslRecord::COLUMNS, "session_id"), None);
    }

    #[test]
    fn header_may_name_other_signs() {
        let log = "#separator \\x2c\n#set_separator,|\n#empty_field,EMPTY\n#unset_field,NONE\n\
                   #fields,ts,uid,id.orig_h,id.orig_p,id.resp_h,id.resp_p,service,history,tunnel_parents\n\
                   1.5,C1,10.0.0.1,1,10.0.0.2,2,NONE,EMPTY,a|b";
        let conn = &read(log).conn[0];
        assert_eq!((conn.service.as_deref(), conn.history.as_deref()), (None, Some("")));
        assert_eq!(conn.tunnel_parents.as_ref().map(|parents| parents.len()), Some(2));
    }

    #[test]
    fn row_that_cannot_be_used_is_counted() {
        let log = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\n\
                   1.5\t-\t10.0.0.1\t1\t10.0.0.2\t2\n\
                   1.5\tC1\tnowhere\t1\t10.0.0.2\t2\n\
                   1.5\tC2\t10.0.0.1\t1\t10.0.0.2\t99999";
        let records = read(log);
        assert_eq!(records.conn.len(), 0);
        let weirds: Vec<(&str, u64)> = records.weirds.iter().collect();
        assert_eq!(
            weirds,
            [
                ("conn_row_without_usable_orig_h", 1),
                ("conn_row_without_usable_resp_p", 1),
                ("conn_row_without_usable_uid", 1)
            ]
        );
    }

    #[test]
    fn columns_without_end_are_bounded() {
        let (mut header, mut records) = (Header::default(), Records::default());
        let many = format!("#fields{}", "\tx".repeat(100_000));
        header.line(many.as_bytes(), Some(Log::Conn), &mut records);
        assert_eq!(header.fields.len(), COLUMNS_MAX);
    }

    #[test]
    fn escaped_comma_does_not_split_a_list() {
        let log = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttunnel_parents\n\
                   1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t2\ta\\x2cb,c";
        let parents = read(log).conn[0].tunnel_parents.clone().unwrap();
        assert_eq!(parents.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["a,b", "c"]);
    }
}
