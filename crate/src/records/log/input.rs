//! Several log files as one input.

use super::escape;
use super::reader::{File, Log};
use crate::records::{ConnRecord, QuicRecord, SslRecord, X509Record};
use crate::{Error, Weirds};

/// Log files of one input, taken one after the other in chunks of any size.
///
/// Call [`LogSet::open`], then [`LogSet::push`] for its bytes, for each file; then [`LogSet::finish`]. The order of the
/// files does not matter. Files that are none of the three logs are skipped.
#[derive(Debug, Default)]
pub struct LogSet {
    files: Vec<File>,
    bytes: u64,
}

/// What the files held.
#[derive(Debug)]
pub struct Logs {
    /// Connections, in the order of files by name, then of lines; so the others.
    pub conn: Vec<ConnRecord>,
    /// TLS handshakes.
    pub ssl: Vec<SslRecord>,
    /// Certificates.
    pub x509: Vec<X509Record>,
    /// QUIC connections.
    pub quic: Vec<QuicRecord>,
    /// `zeek-tsv` or `zeek-json`; where both were met, the one of most files.
    pub format: &'static str,
    /// Size of all files as read.
    pub bytes: u64,
    /// Rows that could not be used, by reason.
    pub weirds: Weirds,
}

impl LogSet {
    /// No file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a file of this name looks like one of the three logs.
    pub fn is_log_name(name: &str) -> bool {
        Log::of_file(name).is_some()
    }

    /// Starts the next file.
    pub fn open(&mut self, name: &str) {
        self.close();
        self.files.push(File::new(name));
    }

    /// Takes the next bytes of the current file.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        if let Some(file) = self.files.last_mut() {
            file.push(bytes);
        }
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Connections read so far.
    pub fn connections(&self) -> u64 {
        self.files.iter().map(|file| file.records.conn.len() as u64).sum()
    }

    /// Ends the input. A set without a conn log is none; one without TLS is merely dull.
    pub fn finish(mut self) -> Result<Logs, Error> {
        self.close();
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<String> = self.files.iter().map(|file| file.name.clone()).collect();
        let has_conn = self.files.iter().any(File::is_conn_log);
        let (tsv, json) = (self.count(|file| file.records.tsv), self.count(|file| file.records.json));
        let (mut conn, mut ssl, mut x509, mut quic) = (vec![], vec![], vec![], vec![]);
        let mut weirds = Weirds::default();
        for file in self.files {
            conn.extend(file.records.conn);
            ssl.extend(file.records.ssl);
            x509.extend(file.records.x509);
            quic.extend(file.records.quic);
            weirds.merge(&file.records.weirds);
        }
        if !has_conn {
            return Err(Error::NoLogs { found: found(&names) });
        }
        let format = if json > tsv { "zeek-json" } else { "zeek-tsv" };
        Ok(Logs { conn, ssl, x509, quic, format, bytes: self.bytes, weirds })
    }

    fn close(&mut self) {
        if let Some(file) = self.files.last_mut() {
            file.finish();
        }
    }

    fn count(&self, which: impl Fn(&File) -> bool) -> usize {
        self.files.iter().filter(|file| which(file)).count()
    }
}

/// The names of files that were no use, the first few of them.
fn found(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<_> = names.iter().take(SHOWN).map(|name| escape(name)).collect();
    match names.len() {
        0 => "no file".to_owned(),
        count if count > SHOWN => format!("{} and {} more", shown.join(", "), count - SHOWN),
        _ => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONN: &str = "#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n";
    const ROW: &str = "1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t443\ttcp\n";

    fn read(files: &[(&str, &str)], chunk: usize) -> Result<Logs, Error> {
        let mut set = LogSet::new();
        for (name, text) in files {
            set.open(name);
            text.as_bytes().chunks(chunk).for_each(|bytes| set.push(bytes));
        }
        set.finish()
    }

    #[test]
    fn chunks_of_any_size_give_the_same_records() {
        let text = format!("{CONN}{ROW}{}", ROW.replace("C1", "C2").trim_end());
        let whole = read(&[("any", &text)], usize::MAX).unwrap();
        assert_eq!((whole.conn.len(), whole.bytes), (2, text.len() as u64));
        for chunk in [1, 2, 3, 7, 100] {
            assert_eq!(read(&[("any", &text)], chunk).unwrap().conn, whole.conn);
        }
    }

    #[test]
    fn order_of_files_does_not_matter() {
        let (a, b) = (format!("{CONN}{ROW}"), format!("{CONN}{}", ROW.replace("443", "444")));
        let there = read(&[("conn.1.log", &a), ("conn.2.log", &b)], 100).unwrap();
        let back = read(&[("conn.2.log", &b), ("conn.1.log", &a)], 100).unwrap();
        assert_eq!((there.conn.len(), there.conn), (2, back.conn));
    }

    #[test]
    fn set_without_a_conn_log_says_what_it_found() {
        let error =
            read(&[("dns.log", "#path\tdns\n#fields\tts\n1\n"), ("notes.txt", "hello")], 100).unwrap_err();
        assert!(error.to_string().starts_with("no usable Zeek logs: dns.log, notes.txt;"), "{error}");
        assert!(read(&[], 1).unwrap_err().to_string().contains("no file"));
    }

    #[test]
    fn conn_log_without_rows_is_an_input() {
        assert_eq!(read(&[("a.txt", CONN)], 100).unwrap().conn.len(), 0);
        assert_eq!(read(&[("conn.log", "")], 100).unwrap().conn.len(), 0);
        assert!(read(&[("conn.log", "garbage\n")], 100).is_err());
    }

    #[test]
    fn path_wins_over_the_name_of_the_file() {
        let logs = read(&[("ssl.log", &format!("{CONN}{ROW}"))], 100).unwrap();
        assert_eq!((logs.conn.len(), logs.ssl.len(), logs.format), (1, 0, "zeek-tsv"));
    }
}
