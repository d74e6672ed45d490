//! Our logs of a capture, as the text that is written.

use crate::tsv::Tsv;
use hushcap::analyze::{Analysis, Analyzer, Options};
use hushcap::capture::Checksums;
use hushcap::records::log::{Format, Log};
use std::path::Path;

/// What we write about one capture.
#[derive(Debug, Clone, Default)]
pub struct Logs {
    conn: Tsv,
    ssl: Tsv,
    x509: Tsv,
    dns: Tsv,
    quic: Tsv,
}

impl Logs {
    /// One of the logs.
    pub fn log(&self, log: Log) -> &Tsv {
        match log {
            Log::Conn => &self.conn,
            Log::Ssl => &self.ssl,
            Log::X509 => &self.x509,
            Log::Dns => &self.dns,
            Log::Quic => &self.quic,
        }
    }
}

/// Returns the logs of the capture at `path`; all empty where it cannot be analysed.
pub fn logs_of(path: &Path, checksums: Checksums) -> Logs {
    let Some(analysis) = analysis(path, checksums) else { return Logs::default() };
    let text = |log| {
        let mut text = Vec::new();
        analysis.write_log(log, Format::Tsv, &mut text).ok()?;
        String::from_utf8(text).ok()
    };
    let log = |log| Tsv::zeek(&text(log).unwrap_or_default());
    Logs {
        conn: log(Log::Conn),
        ssl: log(Log::Ssl),
        x509: log(Log::X509),
        dns: log(Log::Dns),
        quic: log(Log::Quic),
    }
}

fn analysis(path: &Path, checksums: Checksums) -> Option<Analysis> {
    let options = Options { checksums, ..Options::default() };
    let mut analyzer = Analyzer::with_options(path.file_name()?.to_string_lossy(), options);
    analyzer.push(&std::fs::read(path).ok()?).ok()?;
    analyzer.finish().ok()
}
