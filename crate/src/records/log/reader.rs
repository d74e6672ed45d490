//! Lines of one log file → records.

use super::json;
use super::tsv::Header;
use crate::records::interned::Interned;
use crate::records::{Choice, ConnRecord, Offer, QuicRecord, Raw, Record, SslRecord, X509Record};
use crate::{Weird, Weirds};

/// Longest line that is read; a longer one is skipped.
const LINE_MAX: usize = 8 << 20;

/// One of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Connections.
    Conn,
    /// TLS handshakes.
    Ssl,
    /// Certificates.
    X509,
    /// QUIC connections.
    Quic,
}

impl Log {
    /// All of them.
    pub const ALL: [Log; 4] = [Log::Conn, Log::Ssl, Log::X509, Log::Quic];

    /// Zeek's name, which stands in `#path` and before `.log`.
    pub fn path(self) -> &'static str {
        match self {
            Log::Conn => ConnRecord::PATH,
            Log::Ssl => SslRecord::PATH,
            Log::X509 => X509Record::PATH,
            Log::Quic => QuicRecord::PATH,
        }
    }

    /// The log that Zeek's `#path`, or `_path`, names.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.path() == path)
    }

    /// The log that a file's name tells: `conn.log`, `conn.log.labeled`, `conn.2024-01-31.log`, `host-conn.log`.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let mut parts = name.split('.');
        let stem = parts.next()?;
        if !parts.any(|part| part.eq_ignore_ascii_case("log") || part.eq_ignore_ascii_case("json")) {
            return None;
        }
        let word = stem.rsplit(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next()?;
        Self::of_path(&word.to_ascii_lowercase())
    }
}

/// The records of one file.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) conn: Vec<ConnRecord>,
    pub(super) ssl: Vec<SslRecord>,
    pub(super) x509: Vec<X509Record>,
    pub(super) quic: Vec<QuicRecord>,
    pub(super) weirds: Weirds,
    offers: Interned<Offer>,
    choices: Interned<Choice>,
    /// Whether one of these logs stood there as TSV, and as JSON, usable or not.
    pub(super) tsv: bool,
    pub(super) json: bool,
    /// Whether a conn log was among them.
    pub(super) has_conn: bool,
}

impl Records {
    /// Notes that rows of `log` stand here.
    pub(super) fn met(&mut self, log: Log, is_json: bool) {
        self.tsv |= !is_json;
        self.json |= is_json;
        self.has_conn |= log == Log::Conn;
    }

    /// Takes a row, its cells in the order of the log's columns.
    pub(super) fn add<'a>(&mut self, log: Log, cells: Vec<Raw<'a>>) {
        let mut cells = cells.into_iter();
        let added = match log {
            Log::Conn => ConnRecord::read(&mut cells).map(|record| self.conn.push(record)),
            Log::Ssl => SslRecord::read(&mut cells).map(|record| self.add_ssl(record)),
            Log::X509 => X509Record::read(&mut cells).map(|record| self.x509.push(record)),
            Log::Quic => QuicRecord::read(&mut cells).map(|record| self.quic.push(record)),
        };
        if let Err(weird) = added {
            self.weirds.count(weird);
        }
    }

    fn add_ssl(&mut self, mut record: SslRecord) {
        record.offer = record.offer.map(|offer| self.offers.share(offer));
        record.choice = record.choice.map(|choice| self.choices.share(choice));
        self.ssl.push(record);
    }
}

/// One log file, taken in chunks of any size.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) records: Records,
    header: Header,
    by_name: Option<Log>,
    /// The start of a line whose end has not come yet.
    pending: Vec<u8>,
    /// Whether the rest of a line that is too long is being skipped.
    skipping: bool,
    is_empty: bool,
}

impl File {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            records: Records::default(),
            header: Header::default(),
            by_name: Log::of_file(name),
            pending: Vec::new(),
            skipping: false,
            is_empty: true,
        }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        self.is_empty &= bytes.is_empty();
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            bytes = rest.get(1..).unwrap_or_default();
            if self.skipping {
                self.skipping = false;
            } else if self.is_too_long(line) {
                self.skip();
            } else if self.pending.is_empty() {
                self.line(line);
            } else {
                self.pending.extend_from_slice(line);
                let whole = std::mem::take(&mut self.pending);
                self.line(&whole);
            }
        }
        if self.skipping {
            return;
        }
        if self.is_too_long(bytes) {
            self.skip();
            self.skipping = true;
        } else {
            self.pending.extend_from_slice(bytes);
        }
    }

    pub(super) fn finish(&mut self) {
        let last = std::mem::take(&mut self.pending);
        self.line(&last);
    }

    /// Whether it is a conn log: by what it holds, or by its name where it is empty.
    pub(super) fn is_conn_log(&self) -> bool {
        self.records.has_conn || (self.is_empty && self.by_name == Some(Log::Conn))
    }

    /// Whether the line that goes on with `bytes` is longer than is read, however it was cut into chunks.
    fn is_too_long(&self, bytes: &[u8]) -> bool {
        self.pending.len() + bytes.len() > LINE_MAX
    }

    fn skip(&mut self) {
        self.pending = Vec::new();
        self.records.weirds.count(Weird("log_line_too_long"));
    }

    fn line(&mut self, line: &[u8]) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line.first() {
            None => {}
            Some(b'#') => self.header.line(line, self.by_name, &mut self.records),
            Some(b'{') => json::row(line, self.by_name, &mut self.records),
            Some(_) => self.header.row(line, self.by_name, &mut self.records),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_of_rotated_and_labelled_logs_tell_the_log() {
        for name in
            ["conn.log", "a/b/conn.log.labeled", "conn.2024-01-31-00-00-00.log", "host-conn.log", "CONN.LOG"]
        {
            assert_eq!(Log::of_file(name), Some(Log::Conn), "{name}");
        }
        assert_eq!(Log::of_file(r"c:\logs\x509.00-00-00.log"), Some(Log::X509));
        assert_eq!(Log::of_file("ssl.json"), Some(Log::Ssl));
    }

    #[test]
    fn other_file_names_tell_nothing() {
        for name in ["dns.log", "known_conn.log", "conn.pcap", "conn", "ssl_keys.log"] {
            assert_eq!(Log::of_file(name), None, "{name}");
        }
    }

    #[test]
    fn line_that_is_too_long_is_skipped_in_chunks_of_any_size() {
        let text = [vec![b'#'; LINE_MAX + 1], b"\n#fields\tts\n".to_vec()].concat();
        for size in [usize::MAX, LINE_MAX, LINE_MAX + 1, 1 << 20, 4_099] {
            let mut file = File::new("conn.log");
            text.chunks(size).for_each(|chunk| file.push(chunk));
            file.finish();
            let weirds: Vec<_> = file.records.weirds.iter().collect();
            assert_eq!(weirds, [("log_line_too_long", 1)], "chunks of {size}");
            assert!(file.records.has_conn, "what follows is read, in chunks of {size}");
        }
    }

    #[test]
    fn line_without_end_is_bounded() {
        let mut file = File::new("conn.log");
        for _ in 0..20 {
            file.push(&vec![b'x'; 1 << 20]);
        }
        assert!(file.pending.len() <= LINE_MAX);
        assert_eq!(file.records.weirds.iter().collect::<Vec<_>>(), [("log_line_too_long", 1)]);
    }
}
