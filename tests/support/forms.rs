//! Zeek's logs in the forms in which sites keep them: the same rows, written otherwise.

use crate::tsv::Tsv;
use flate2::{Compression, write::GzEncoder};
use hushcap::records::log::Log;
use hushcap::records::{ConnRecord, DnsRecord, Kind, QuicRecord, Record, SslRecord, X509Record};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::path::Path;

/// Names and bytes of files.
pub type Files = Vec<(String, Vec<u8>)>;

/// The logs of one input: rows as text, and as JSON objects with typed values.
#[derive(Debug, Clone, Default)]
pub struct Logs {
    /// Zeek's TSV.
    pub tsv: Vec<(Log, Tsv)>,
    /// JSON lines.
    pub json: Vec<(Log, Vec<Map<String, Value>>)>,
}

impl Logs {
    /// Reads the logs that the program has written into two folders, one a form.
    pub fn read(tsv: &Path, json: &Path) -> io::Result<Logs> {
        let mut logs = Logs::default();
        for log in Log::ALL {
            let name = format!("{}.log", log.path());
            if !tsv.join(&name).exists() {
                continue;
            }
            logs.tsv.push((log, Tsv::zeek(&std::fs::read_to_string(tsv.join(&name))?)));
            let text = std::fs::read_to_string(json.join(&name))?;
            let rows: Result<_, _> = text.lines().map(serde_json::from_str).collect();
            logs.json.push((log, rows?));
        }
        Ok(logs)
    }

    /// One log's rows as text, to be changed.
    pub fn table(&mut self, log: Log) -> Option<&mut Tsv> {
        self.tsv.iter_mut().find(|(name, _)| *name == log).map(|(_, table)| table)
    }

    /// Returns the same without one of the logs.
    pub fn without(mut self, log: Log) -> Logs {
        self.tsv.retain(|(name, _)| *name != log);
        self.json.retain(|(name, _)| *name != log);
        self
    }

    /// Returns every log as TSV in a file of its own, in Zeek's own dialect unless `dialect` says otherwise.
    pub fn as_tsv(&self, dialect: &Dialect, name: impl Fn(Log) -> String) -> Files {
        self.tsv.iter().map(|(log, table)| (name(*log), dialect.write(*log, table))).collect()
    }

    /// Returns every log as JSON lines in a file of its own, each row changed by `row`.
    pub fn as_json(
        &self,
        name: impl Fn(Log) -> String,
        row: impl Fn(Log, &Map<String, Value>) -> Map<String, Value>,
    ) -> Files {
        let text =
            |log, rows: &[Map<String, Value>]| rows.iter().map(|object| line(row(log, object))).collect();
        self.json.iter().map(|(log, rows)| (name(*log), String::into_bytes(text(*log, rows)))).collect()
    }

    /// Returns the rows of all logs as JSON lines in one file, mixed.
    pub fn as_stream(
        &self,
        name: &str,
        row: impl Fn(Log, &Map<String, Value>) -> Map<String, Value>,
    ) -> Files {
        let mut text = String::new();
        let longest = self.json.iter().map(|(_, rows)| rows.len()).max().unwrap_or_default();
        for index in 0..longest {
            // Each log begins at its own place, so that not all rows of a connection stand together.
            for (place, (log, rows)) in self.json.iter().enumerate() {
                let object = rows.get((index + place * 7) % rows.len().max(1)).filter(|_| index < rows.len());
                text.extend(object.map(|object| line(row(*log, object))));
            }
        }
        vec![(name.to_owned(), text.into_bytes())]
    }
}

fn line(object: Map<String, Value>) -> String {
    format!("{}\n", Value::Object(object))
}

/// How a table is written as text.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Stands between cells.
    pub separator: char,
    /// Stands between the members of a list.
    pub set_separator: char,
    /// Stands for a value that is absent.
    pub unset: &'static str,
    /// Stands for a value that is empty.
    pub empty: &'static str,
    /// Ends a line.
    pub line_end: &'static str,
    /// Whether `#path` says which log it is.
    pub path: bool,
    /// Whether the lines with times stand around the rows, as Zeek writes them.
    pub times: bool,
    /// Whether U+FEFF comes first.
    pub byte_order_mark: bool,
}

/// Zeek's own.
pub const ZEEK: Dialect = Dialect {
    separator: '\t',
    set_separator: ',',
    unset: "-",
    empty: "(empty)",
    line_end: "\n",
    path: true,
    times: true,
    byte_order_mark: false,
};

impl Dialect {
    fn write(&self, log: Log, table: &Tsv) -> Vec<u8> {
        let separator = self.separator.to_string();
        let kinds = kinds(log);
        let mut lines = vec![
            format!("#separator \\x{:02x}", u32::from(self.separator)),
            ["#set_separator", &self.set_separator.to_string()].join(&separator),
            ["#empty_field", self.empty].join(&separator),
            ["#unset_field", self.unset].join(&separator),
        ];
        lines.extend(self.path.then(|| ["#path", log.path()].join(&separator)));
        lines.extend(self.times.then(|| ["#open", "2026-11-24-10-00-00"].join(&separator)));
        let head = std::iter::once("#fields").chain(table.columns.iter().map(String::as_str));
        lines.push(head.collect::<Vec<_>>().join(&separator));
        for row in &table.rows {
            let cells = table.columns.iter().zip(row);
            let cells = cells.map(|(column, cell)| self.cell(cell, kinds.get(column.as_str())));
            lines.push(cells.collect::<Vec<_>>().join(&separator));
        }
        lines.extend(self.times.then(|| ["#close", "2026-11-24-11-00-00"].join(&separator)));
        let mark = if self.byte_order_mark { "\u{feff}" } else { "" };
        let text: String = lines.iter().map(|line| format!("{line}{}", self.line_end)).collect();
        format!("{mark}{text}").into_bytes()
    }

    fn cell(&self, cell: &str, kind: Option<&Kind>) -> String {
        match cell {
            "-" => self.unset.to_owned(),
            "(empty)" => self.empty.to_owned(),
            _ if kind.is_some_and(|kind| kind.is_list()) => {
                cell.replace(',', &self.set_separator.to_string())
            }
            _ => cell.to_owned(),
        }
    }
}

/// Types of a log's columns by name.
pub fn kinds(log: Log) -> HashMap<&'static str, Kind> {
    let columns = match log {
        Log::Conn => ConnRecord::COLUMNS,
        Log::Ssl => SslRecord::COLUMNS,
        Log::X509 => X509Record::COLUMNS,
        Log::Dns => DnsRecord::COLUMNS,
        Log::Quic => QuicRecord::COLUMNS,
    };
    columns.iter().map(|column| (column.name, column.kind)).collect()
}

/// Returns the files, each gzipped, with `.gz` behind its name.
pub fn gzipped(files: Files) -> Files {
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        // Writing to a Vec cannot fail.
        let _ = encoder.write_all(bytes);
        encoder.finish().unwrap_or_default()
    };
    files.into_iter().map(|(name, bytes)| (format!("{name}.gz"), gzip(&bytes))).collect()
}

/// Returns every log dealt out to three files, one row each in turn, as if it had been rotated.
pub fn rotated(logs: &Logs, name: impl Fn(Log, usize) -> String) -> Files {
    let mut files = Files::new();
    for part in 0..3 {
        let mut logs = logs.clone();
        for (_, table) in &mut logs.tsv {
            let mut index = 0;
            table.rows.retain(|_| {
                index += 1;
                index % 3 == part
            });
        }
        files.extend(logs.as_tsv(&ZEEK, |log| name(log, part)));
    }
    files
}
