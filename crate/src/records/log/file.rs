//! One log file → records.

use super::json;
use super::kind::Log;
use super::lines::{Line, Lines};
use super::name::log_of;
use super::packing::Packing;
use super::reader::Records;
use super::text::escape;
use super::tsv::Header;
use crate::{Weird, Weirds};

/// First bytes of a text, by which a Report is told from a log.
const START: usize = 32;

/// One log file, taken in chunks of any size.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    packing: Packing,
    /// Damage to the packing.
    damage: Weirds,
    lines: Lines,
    rows: Rows,
    is_empty: bool,
    /// The first bytes of the text, up to [`START`].
    start: Vec<u8>,
}

impl File {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            packing: Packing::new(),
            damage: Weirds::default(),
            lines: Lines::default(),
            rows: Rows { by_name: log_of(name), ..Rows::default() },
            is_empty: true,
            start: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.is_empty &= bytes.is_empty();
        let (lines, rows, start) = (&mut self.lines, &mut self.rows, &mut self.start);
        self.packing.push(bytes, &mut self.damage, &mut |text| {
            start.extend(text.iter().take(START.saturating_sub(start.len())));
            lines.push(text, &mut |line| rows.take(line));
        });
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) {
        let (lines, rows) = (&mut self.lines, &mut self.rows);
        self.packing.finish(&mut self.damage, &mut |text| lines.push(text, &mut |line| rows.take(line)));
        lines.finish(&mut |line| rows.take_last(line));
        if self.rows.by_name.is_some() && matches!(self.packing, Packing::Unread(_)) {
            self.damage.count(Weird::LogInUnreadForm);
        }
    }

    /// Whether it holds `log`: by its text, or by its name where it is empty.
    pub(super) fn holds(&self, log: Log) -> bool {
        self.records().logs.contains(&log) || (self.is_empty && self.rows.by_name == Some(log))
    }

    /// Whether it is no log but a Report, by the members that it begins with.
    pub(super) fn is_report(&self) -> bool {
        let capture = br#","capture":{"#;
        let schema = self.start.strip_prefix(br#"{"schema":"#);
        schema.is_some_and(|rest| rest.windows(capture.len()).any(|part| part == capture))
    }

    /// Its name, and what to do where it was not read for its form.
    pub(super) fn described(&self) -> String {
        match self.packing {
            Packing::Unread(form) => format!("{} ({form})", escape(&self.name)),
            _ => escape(&self.name).into_owned(),
        }
    }

    pub(super) fn is_gzip(&self) -> bool {
        matches!(self.packing, Packing::Gzip(_))
    }

    pub(super) fn records(&self) -> &Records {
        &self.rows.records
    }

    /// Its records, and what was odd about the file and its rows.
    pub(super) fn into_records(self) -> (Records, Weirds) {
        let is_ours = self.rows.by_name.is_some() || !self.records().logs.is_empty();
        let mut weirds = self.damage;
        if is_ours {
            // Lines of a file that is none of the logs are no damage, whatever they look like.
            weirds.merge(&self.rows.records.weirds);
        }
        (self.rows.records, weirds)
    }
}

/// Lines of one file → records.
#[derive(Debug, Default)]
struct Rows {
    by_name: Option<Log>,
    header: Header,
    records: Records,
}

impl Rows {
    fn take(&mut self, line: Line<'_>) {
        let Line::Whole(line) = line else {
            self.records.weirds.count(Weird::LogLineTooLong);
            return;
        };
        match line.first() {
            Some(b'#') => self.header.line(line, self.by_name, &mut self.records),
            Some(b'{') => json::row(line, self.by_name, &mut self.records),
            _ => self.header.row(line, self.by_name, &mut self.records),
        }
    }

    /// Takes a line that has no end: it may have been cut anywhere. A row of which cells are missing would pass for one with
    /// other values; one that lacks nothing but its line end is whole.
    fn take_last(&mut self, line: Line<'_>) {
        let is_cut = match line {
            Line::Whole([b'{', rest @ ..]) => !rest.trim_ascii_end().ends_with(b"}"),
            Line::Whole(row) => !row.starts_with(b"#") && self.header.lacks_cells(row),
            Line::TooLong => false,
        };
        match is_cut {
            true => self.records.weirds.count(Weird::TruncatedLog),
            false => self.take(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str =
        "#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\torig_bytes\n";
    const ROW: &str = "1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t443\ttcp\t1234";
    const JSON: &str = r#"{"ts":1.5,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":443}"#;

    fn read(name: &str, text: &str) -> (Records, Vec<(&'static str, u64)>) {
        let mut file = File::new(name);
        file.push(text.as_bytes());
        file.finish();
        let (records, weirds) = file.into_records();
        (records, weirds.iter().collect())
    }

    #[test]
    fn last_row_without_a_line_end_counts_where_it_lacks_nothing() {
        for text in [format!("{FIELDS}{ROW}"), JSON.to_owned()] {
            let (records, weirds) = read("conn.log", &text);
            assert_eq!((records.conn.len(), weirds), (1, vec![]), "{text}");
        }
    }

    #[test]
    fn row_that_is_cut_short_at_the_end_of_a_file_is_left_out_and_counted() {
        let whole = format!("{FIELDS}{ROW}\n{ROW}");
        let json = format!("{JSON}\n{JSON}");
        for text in [&whole[..whole.len() - 5], &whole[..whole.len() - 20], &json[..json.len() - 1]] {
            let (records, weirds) = read("conn.log", text);
            assert_eq!((records.conn.len(), weirds), (1, vec![("truncated_log", 1)]), "{text}");
        }
    }

    #[test]
    fn lines_of_a_file_that_is_none_of_the_logs_are_no_damage() {
        for name in ["stderr.log", "notes.txt", "known_conn.log"] {
            assert_eq!(read(name, "{ not JSON\n{\"also\": not\n").1, []);
        }
        assert_eq!(read("conn.log", "{ not JSON\n").1, [("json_row_unreadable", 1)]);
        assert_eq!(read("all.json", &format!("{{\"_path\":\"conn\",{}\n{{ no\n", &JSON[1..])).1.len(), 1);
    }

    #[test]
    fn lines_that_are_too_long_are_counted() {
        let text = format!("#{}\n{FIELDS}{ROW}\n", "x".repeat(super::super::lines::LINE_MAX));
        let (records, weirds) = read("conn.log", &text);
        assert_eq!((records.conn.len(), weirds), (1, vec![("log_line_too_long", 1)]));
    }

    #[test]
    fn form_that_is_not_read_is_counted_where_the_name_tells_a_log() {
        let zstd = "PK\u{3}\u{4} and what follows";
        assert_eq!(read("ssl.log.zip", zstd).1, [("log_in_unread_form", 1)]);
        assert_eq!(read("http.log.zip", zstd).1, []);
    }
}
