//! One log file → records.

use super::documents::{Document, Documents};
use super::json;
use super::kind::Log;
use super::lines::{Line, Lines};
use super::name::log_of;
use super::packing::Packing;
use super::reader::Records;
use super::text::escape;
use super::tsv::Header;
use crate::capture::Compression;
use crate::error::{Message, Part, Phrase};
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
        rows.finish();
        let is_unread = matches!(self.packing, Packing::Unread(_)) || self.rows.is_csv;
        if self.rows.by_name.is_some() && is_unread {
            self.damage.count(Weird::LogInUnreadForm);
        }
    }

    /// Returns whether it holds `log`: by its text, or by its name where it is empty.
    pub(super) fn holds(&self, log: Log) -> bool {
        self.records().logs.contains(&log) || (self.is_empty && self.rows.by_name == Some(log))
    }

    /// Returns whether it is no log but a Report, by the members that it begins with.
    pub(super) fn is_report(&self) -> bool {
        let capture = br#","capture":{"#;
        let schema = self.start.strip_prefix(br#"{"schema":"#);
        schema.is_some_and(|rest| rest.windows(capture.len()).any(|part| part == capture))
    }

    /// Its name, and what to do where it was not read for its form.
    pub(super) fn described(&self) -> Part {
        let name = escape(&self.name).into_owned();
        let form = match self.packing {
            Packing::Unread(form) => form,
            _ if self.rows.is_csv => Phrase::Csv,
            _ if self.records().weirds.get(Weird::LogRowWithoutHeader) > 0 => Phrase::RowsWithoutHeader,
            _ => return name.into(),
        };
        Phrase::FileInForm.with([("name", name.into()), ("form", Message::from(form).into())]).into()
    }

    /// Returns what it is compressed with.
    pub(super) fn compression(&self) -> Option<Compression> {
        self.packing.compression()
    }

    pub(super) fn records(&self) -> &Records {
        &self.rows.records
    }

    /// Moves the records so far to `into`.
    pub(super) fn take(&mut self, into: &mut Records) {
        into.append(&mut self.rows.records);
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
    /// Objects that stand in an array or over several lines.
    documents: Documents,
    /// Whether an array of rows was met.
    is_array: bool,
    /// Whether the first line is that of a table whose cells are separated by commas.
    is_csv: bool,
    begun: bool,
    records: Records,
}

impl Rows {
    fn take(&mut self, line: Line<'_>) {
        let Line::Whole(line) = line else {
            self.records.weirds.count(Weird::LogLineTooLong);
            return;
        };
        self.is_csv |= !self.begun && is_csv_header(line);
        self.begun = true;
        let text = line.trim_ascii_start();
        if self.documents.is_open() || is_part(text) {
            self.part(line);
            return;
        }
        match text.first() {
            Some(b'#') => self.header.line(text, self.by_name, &mut self.records),
            Some(b'{') => self.object(text),
            _ => self.plain(line),
        }
    }

    /// A line of JSON that is not one object: brackets of an array, objects of one with their commas, a part of one.
    fn part(&mut self, line: &[u8]) {
        if !self.is_array && !self.documents.is_open() && line.trim_ascii_start().starts_with(b"[") {
            self.is_array = true;
            self.records.weirds.count(Weird::LogIsJsonArray);
        }
        let mut documents = std::mem::take(&mut self.documents);
        for part in [line, b"\n"] {
            documents.push(part, &mut |document| match document {
                Document::Whole(object) => self.object(object),
                Document::Damaged => self.records.weirds.count(Weird::JsonRowUnreadable),
                Document::TooLong => self.records.weirds.count(Weird::LogLineTooLong),
            });
        }
        self.documents = documents;
    }

    fn object(&mut self, text: &[u8]) {
        let header = &mut self.header;
        json::row(
            text,
            self.by_name,
            &mut self.records,
            &mut |line, log, records| match line.starts_with('#') {
                true => header.line(line.as_bytes(), log, records),
                false => header.row(line.as_bytes(), log, records),
            },
        );
    }

    /// A row of TSV, or a line behind the prefix of a system's log.
    fn plain(&mut self, line: &[u8]) {
        let around = behind_prefix(line).or_else(|| behind_key(line).filter(|_| !self.header.is_known()));
        let Some((tag, rest)) = around else {
            return self.header.row(line, self.by_name, &mut self.records);
        };
        let by_name = self.by_name;
        self.by_name = tag.or(by_name);
        match rest.first() {
            Some(b'{') => self.object(rest),
            Some(b'#') => self.header.line(rest, self.by_name, &mut self.records),
            _ => self.header.row(rest, self.by_name, &mut self.records),
        }
        self.by_name = by_name;
    }

    /// Takes a line that has no end: it may have been cut anywhere. A row of which cells are missing would pass for one with
    /// other values; one that lacks nothing but its line end is whole.
    fn take_last(&mut self, line: Line<'_>) {
        let is_json = |row: &[u8]| matches!(row.trim_ascii_start().first(), Some(b'{' | b'[' | b']' | b'}'));
        let is_cut = match line {
            Line::Whole(_) if self.documents.is_open() || self.is_array => false,
            Line::Whole(row @ [b'{', ..]) => !row.trim_ascii_end().ends_with(b"}"),
            Line::Whole(row) => !row.starts_with(b"#") && !is_json(row) && self.header.lacks_cells(row),
            Line::TooLong => false,
        };
        match is_cut {
            true => self.records.weirds.count(Weird::TruncatedLog),
            false => self.take(line),
        }
    }

    /// Ends the file.
    fn finish(&mut self) {
        if self.documents.is_open() {
            let is_row = !self.is_array && self.documents.is_one_line();
            self.records.weirds.count(if is_row { Weird::JsonRowUnreadable } else { Weird::TruncatedLog });
        }
    }
}

/// Returns whether a line begins an array or an object that goes on behind it, or ends an array.
fn is_part(line: &[u8]) -> bool {
    match line {
        [b'[' | b']' | b',', ..] => true,
        // Objects of an array, one per line.
        [b'{', .., b','] => true,
        [b'{', ..] => !line.trim_ascii_end().ends_with(b"}"),
        _ => false,
    }
}

/// Returns whether it names columns of a log, separated by commas or by what tables of other languages have.
fn is_csv_header(line: &[u8]) -> bool {
    [b',', b';', b'|'].into_iter().any(|separator| {
        let cells = || line.split(|byte| *byte == separator).map(<[u8]>::trim_ascii);
        let has = |name: &[u8]| cells().any(|cell| cell == name || cell == [b"\"", name, b"\""].concat());
        has(b"ts") && (has(b"uid") || has(b"fingerprint") || has(b"id"))
    })
}

/// Returns what follows the prefix that syslog puts before a line, and the log that the program's name tells.
fn behind_prefix(line: &[u8]) -> Option<(Option<Log>, &[u8])> {
    const MONTHS: [&[u8]; 12] = [
        b"Jan ", b"Feb ", b"Mar ", b"Apr ", b"May ", b"Jun ", b"Jul ", b"Aug ", b"Sep ", b"Oct ", b"Nov ",
        b"Dec ",
    ];
    let is_dated = match line {
        [b'<', b'0'..=b'9', ..] => true,
        [b'1' | b'2', _, _, _, b'-', _, _, b'-', ..] => true,
        _ => MONTHS.iter().any(|month| line.starts_with(month)),
    };
    if !is_dated {
        return None;
    }
    let object = line.windows(2).position(|pair| pair == b"{\"");
    let first_cell = line.split(|byte| *byte == b'\t').next()?;
    let at = object.or_else(|| Some(first_cell.iter().rposition(|byte| *byte == b' ')? + 1))?;
    let (prefix, rest) = line.split_at_checked(at)?;
    let mut words = prefix.rsplit(|byte| !byte.is_ascii_alphanumeric());
    let tag = words.find_map(|word| Log::of_path(std::str::from_utf8(word).ok()?));
    Some((tag, rest))
}

/// Returns the object with which a line ends that another program has put something of its own in front of: a key, a
/// length.
fn behind_key(line: &[u8]) -> Option<(Option<Log>, &[u8])> {
    let at =
        line.windows(2).position(|pair| pair == b"{\"").filter(|_| line.trim_ascii_end().ends_with(b"}"))?;
    Some((None, line.get(at..)?))
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

    #[test]
    fn array_of_rows_is_read_and_said() {
        let (first, second) = (JSON, JSON.replace("C1", "C2"));
        for text in [
            format!("[{first},{second}]"),
            format!("[\n{first},\n{second}\n]\n"),
            format!("[{first}\n,{second}]\n"),
            format!("[\n  {},\n  {second}\n]", first.replace(',', ",\n    ")),
        ] {
            let (records, weirds) = read("conn.log", &text);
            assert_eq!((records.conn.len(), weirds), (2, vec![("log_is_json_array", 1)]), "{text}");
        }
        let (records, weirds) = read("conn.log", &format!("[{first},{}", &second[..40]));
        assert_eq!((records.conn.len(), weirds.len()), (1, 2), "{weirds:?}");
    }

    #[test]
    fn rows_printed_over_several_lines_are_read() {
        let pretty = JSON.replace("{", "{\n  ").replace(',', ",\n  ").replace('}', "\n}");
        let (records, weirds) = read("conn.log", &format!("{pretty}\n{pretty}\n"));
        assert_eq!((records.conn.len(), weirds), (2, vec![]));
    }

    #[test]
    fn rows_behind_the_prefix_of_a_systems_log_are_read() {
        for prefix in [
            "<13>Nov 14 22:13:20 host zeek: ",
            "2023-11-14T22:13:20+00:00 host conn: ",
            "Nov 14 22:13:20 h z ",
        ] {
            let (records, weirds) = read("conn.log", &format!("{prefix}{JSON}\n"));
            assert_eq!((records.conn.len(), weirds), (1, vec![]), "{prefix}");
            let text: String =
                format!("{FIELDS}{ROW}").lines().map(|line| format!("{prefix}{line}\n")).collect();
            let (records, weirds) = read("conn.log", &text);
            assert_eq!((records.conn.len(), weirds), (1, vec![]), "{prefix}");
        }
        assert_eq!(read("zeek.log", &format!("<13>Nov 14 22:13:20 host conn: {JSON}\n")).0.conn.len(), 1);
    }

    #[test]
    fn lines_of_tsv_that_a_shipper_wrapped_are_read() {
        let text: String = format!("{FIELDS}{ROW}")
            .lines()
            .map(|line| {
                format!("{}\n", serde_json::json!({"@timestamp": "2023-11-14T22:13:20Z", "message": line}))
            })
            .collect();
        let (records, weirds) = read("conn.log", &text);
        assert_eq!((records.conn.len(), weirds), (1, vec![]));
    }

    #[test]
    fn rows_of_tsv_without_a_header_are_counted() {
        assert_eq!(read("conn.log", &format!("{ROW}\n{ROW}\n")).1, [("log_row_without_header", 2)]);
    }

    #[test]
    fn tables_of_other_programs_are_named() {
        let mut file = File::new("conn.csv");
        file.push(b"_path,ts,uid,id.orig_h\nconn,1.5,C1,10.0.0.1\n");
        file.finish();
        assert!(file.described().to_string().contains("a CSV table"), "{:?}", file.described());
        let mut file = File::new("conn.parquet");
        file.push(b"PAR1\x15\x04\x15\x10 and what follows");
        file.finish();
        assert!(file.described().to_string().contains("a Parquet table"), "{:?}", file.described());
    }

    #[test]
    fn certificate_without_its_fields_is_none() {
        let row = r#"{"ts":1.5,"fingerprint":"aa","host_cert":true}"#;
        let (records, weirds) = read("x509.log", &format!("{row}\n"));
        assert_eq!((records.x509.len(), weirds), (0, vec![("x509_row_without_certificate", 1)]));
    }
}
