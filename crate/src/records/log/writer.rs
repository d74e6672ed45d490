//! Records → Zeek logs.

use super::text::{escape, escape_also, escape_first};
use crate::records::{Cell, Column, Record};
use crate::text::is_unsafe;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Zeek's TSV with its header lines.
    Tsv,
    /// One JSON object a line, with Zeek's dotted names; absent values are left out.
    Json,
}

/// Writes one log. Columns of older versions of Zeek are written only where a record has a value for them.
pub fn write<R: Record>(records: &[R], format: Format, out: &mut impl Write) -> io::Result<()> {
    let columns: Vec<bool> = columns_in_use(records);
    if format == Format::Tsv {
        write_header::<R>(&columns, out)?;
    }
    let mut line = String::new();
    for record in records {
        line.clear();
        match format {
            Format::Tsv => tsv_line(record, &columns, &mut line),
            Format::Json => json_line(record, &mut line),
        }
        line.push('\n');
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// Returns whether each column is written.
fn columns_in_use<R: Record>(records: &[R]) -> Vec<bool> {
    let mut used: Vec<bool> = R::COLUMNS.iter().map(|column| !column.older).collect();
    if used.iter().all(|used| *used) {
        return used;
    }
    for record in records {
        let mut flags = used.iter_mut();
        record.each_cell(&mut |_, cell| {
            if let Some(used) = flags.next() {
                *used |= cell != Cell::Unset;
            }
        });
    }
    used
}

fn write_header<R: Record>(columns: &[bool], out: &mut impl Write) -> io::Result<()> {
    let used = || R::COLUMNS.iter().zip(columns).filter(|(_, used)| **used).map(|(column, _)| column);
    writeln!(
        out,
        "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{}",
        R::PATH
    )?;
    write!(out, "#fields")?;
    for column in used() {
        write!(out, "\t{}", column.name)?;
    }
    write!(out, "\n#types")?;
    for column in used() {
        write!(out, "\t{}", column.kind.as_str())?;
    }
    writeln!(out)
}

fn tsv_line<R: Record>(record: &R, columns: &[bool], line: &mut String) {
    let mut columns = columns.iter();
    record.each_cell(&mut |_, cell| {
        if columns.next() == Some(&true) {
            if !line.is_empty() {
                line.push('\t');
            }
            tsv_cell(cell, line);
        }
    });
}

fn tsv_cell(cell: Cell<'_>, line: &mut String) {
    match cell {
        Cell::Unset => line.push('-'),
        Cell::Seconds(seconds) => push_seconds(seconds, line),
        Cell::Count(count) => push(line, count),
        Cell::Addr(addr) => push(line, addr),
        Cell::Bool(value) => line.push(if value { 'T' } else { 'F' }),
        Cell::Text(text) => push_text(text, '\t', line),
        Cell::Counts(counts) => push_list(counts, line, |count, line| push(line, count)),
        Cell::Texts(texts) => push_list(texts, line, |text, line| push_text(text, ',', line)),
        Cell::Addrs(addrs) => push_list(addrs, line, |addr, line| push(line, addr)),
        Cell::Intervals(values) => push_list(values, line, |value, line| push_seconds(*value, line)),
    }
}

fn push(line: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(line, "{value}");
}

/// Six decimals, as Zeek writes them, unless the value has more: then as many as give the same bits.
fn push_seconds(seconds: f64, line: &mut String) {
    let start = line.len();
    let _ = write!(line, "{seconds:.6}");
    if line.get(start..).and_then(|text| text.parse::<f64>().ok()) != Some(seconds) {
        line.truncate(start);
        push(line, seconds);
    }
}

/// A text; what would read as "unset" or "empty" is escaped.
fn push_text(text: &str, separator: char, line: &mut String) {
    match text {
        "" => line.push_str("(empty)"),
        "-" | "(empty)" => line.push_str(&escape_first(text)),
        _ if separator == '\t' => line.push_str(&escape(text)),
        _ => line.push_str(&escape_also(text, separator)),
    }
}

fn push_list<T>(values: &[T], line: &mut String, each: impl Fn(&T, &mut String)) {
    if values.is_empty() {
        line.push_str("(empty)");
    }
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        each(value, line);
    }
}

fn json_line<R: Record>(record: &R, line: &mut String) {
    line.push('{');
    record.each_cell(&mut |column: &Column, cell| {
        if cell == Cell::Unset {
            return;
        }
        if line.len() > 1 {
            line.push(',');
        }
        json_string(column.name, line);
        line.push(':');
        json_cell(cell, line);
    });
    line.push('}');
}

fn json_cell(cell: Cell<'_>, line: &mut String) {
    match cell {
        Cell::Unset => line.push_str("null"),
        Cell::Seconds(seconds) => push_json_seconds(seconds, line),
        Cell::Count(count) => push(line, count),
        Cell::Addr(addr) => push(line, format_args!("\"{addr}\"")),
        Cell::Bool(value) => push(line, value),
        Cell::Text(text) => json_string(text, line),
        Cell::Counts(counts) => json_list(counts, line, |count, line| push(line, count)),
        Cell::Texts(texts) => json_list(texts, line, |text, line| json_string(text, line)),
        Cell::Addrs(addrs) => json_list(addrs, line, |addr, line| push(line, format_args!("\"{addr}\""))),
        Cell::Intervals(values) => json_list(values, line, |value, line| push_json_seconds(*value, line)),
    }
}

/// The shortest decimal number with the same bits, with a fraction as Zeek has it.
fn push_json_seconds(seconds: f64, line: &mut String) {
    let _ = write!(line, "{seconds}");
    if seconds.fract() == 0.0 {
        line.push_str(".0");
    }
}

fn json_list<T>(values: &[T], line: &mut String, each: impl Fn(&T, &mut String)) {
    line.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        each(value, line);
    }
    line.push(']');
}

/// A JSON string in which whatever could change how the line is shown is escaped.
fn json_string(text: &str, line: &mut String) {
    line.push('"');
    for letter in text.chars() {
        match letter {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            // All of them lie in the Basic Multilingual Plane: one escape each.
            letter if is_unsafe(letter) => push(line, format_args!("\\u{:04x}", u32::from(letter))),
            letter => line.push(letter),
        }
    }
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;
    use crate::records::{ConnRecord, SslRecord, X509Record};

    fn conn() -> ConnRecord {
        let (orig_h, resp_h) = ("10.0.0.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        ConnRecord::new(1_541_117_192.570_281, "CVVnue1".into(), orig_h, 52_023, resp_h, 443, Proto::Tcp)
    }

    fn text<R: Record>(records: &[R], format: Format) -> String {
        let mut out = Vec::new();
        write(records, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn tsv_has_the_header_lines_of_zeek() {
        let log = text::<ConnRecord>(&[], Format::Tsv);
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(
            lines[..5],
            [
                "#separator \\x09",
                "#set_separator\t,",
                "#empty_field\t(empty)",
                "#unset_field\t-",
                "#path\tconn"
            ]
        );
        assert!(
            lines[5].starts_with(
                "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\t"
            )
        );
        assert!(
            lines[6]
                .starts_with("#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\t")
        );
    }

    #[test]
    fn row_stands_as_zeek_writes_it() {
        let mut record = conn();
        record.duration = Some(0.5);
        record.tunnel_parents = Some([].into());
        assert_eq!(
            text(&[record], Format::Tsv).lines().last(),
            Some(
                "1541117192.570281\tCVVnue1\t10.0.0.1\t52023\t2001:db8::1\t443\ttcp\t-\t0.500000\t-\t-\t-\t-\t-\t0\t-\t\
                 0\t0\t0\t0\t(empty)\t-"
            )
        );
    }

    #[test]
    fn json_leaves_absent_values_out() {
        assert_eq!(
            text(&[conn()], Format::Json),
            "{\"ts\":1541117192.570281,\"uid\":\"CVVnue1\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":52023,\
             \"id.resp_h\":\"2001:db8::1\",\"id.resp_p\":443,\"proto\":\"tcp\",\"missed_bytes\":0,\"orig_pkts\":0,\
             \"orig_ip_bytes\":0,\"resp_pkts\":0,\"resp_ip_bytes\":0}\n"
        );
    }

    #[test]
    fn comma_is_escaped_in_a_list_alone() {
        let mut record = X509Record::new(1.0);
        record.certificate_subject = Some("CN=a,O=b".into());
        record.san_dns = Some(["x,y".into(), "-".into(), "".into()].into());
        let log = text(&[record], Format::Tsv);
        assert!(log.contains("\tCN=a,O=b\t") && log.contains("\tx\\x2cy,\\x2d,(empty)\t"), "{log}");
    }

    #[test]
    fn older_columns_are_written_only_where_they_hold_something() {
        let mut record = X509Record::new(1.0);
        assert!(text(&[record.clone()], Format::Tsv).contains("client_cert\n"));
        record.id = Some("F1".into());
        assert!(text(&[record], Format::Tsv).contains("client_cert\tid\n"));
    }

    #[test]
    fn json_escapes_what_would_change_how_the_line_is_shown() {
        let addr = "10.0.0.1".parse().unwrap();
        let mut record = SslRecord::new(1.0, "C1".into(), addr, 1, addr, 2);
        record.server_name = Some("a\u{202e}\"\\\u{1b}[0m".into());
        assert!(text(&[record], Format::Json).contains(r#""server_name":"a\u202e\"\\\u001b[0m""#));
    }

    #[test]
    fn value_finer_than_a_microsecond_keeps_its_bits() {
        let mut record = conn();
        record.duration = Some(0.001_528_024_673_461_914);
        assert!(text(&[record], Format::Tsv).contains("\t0.001528024673461914\t"));
    }
}
