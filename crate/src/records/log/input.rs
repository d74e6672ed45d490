//! Several log files as one input.

use super::file::File;
use super::kind::Log;
use super::reader::Records;
use crate::capture::Compression;
use crate::error::{Message, Part, Phrase};
use crate::records::{ConnRecord, DnsRecord, QuicRecord, SslRecord, X509Record, known};
use crate::seeded::{Seeded, Set};
use crate::{Error, Weird, Weirds};

/// Log files of one input, taken one after the other in chunks of any size.
///
/// Call [`LogSet::open`], then [`LogSet::push`] for its bytes, for each file; then [`LogSet::finish`]. The order of the
/// files does not matter, and each log may stand in several. Files that are none of the logs are passed over.
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
    /// Exchanges of DNS.
    pub dns: Vec<DnsRecord>,
    /// QUIC connections.
    pub quic: Vec<QuicRecord>,
    /// `zeek-tsv` or `zeek-json`; where both were met, the one of most files. `+gzip` or `+zstd` behind it where a log was compressed.
    pub format: String,
    /// Size of all files as read.
    pub bytes: u64,
    /// Files and rows that could not be used, by reason, and logs that are missing.
    pub weirds: Weirds,
}

impl LogSet {
    /// No file yet.
    pub fn new() -> Self {
        Self::default()
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

    /// Returns the bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Connections read so far.
    pub fn connections(&self) -> u64 {
        self.files.iter().map(|file| file.records().conn.len() as u64).sum()
    }

    /// Moves out the records so far, so that a log of any size is read in bounded memory. [`LogSet::rest`] ends such an input.
    pub fn take(&mut self) -> Records {
        let mut records = Records::default();
        self.files.iter_mut().for_each(|file| file.take(&mut records));
        records
    }

    /// Ends an input whose records were taken: those that are left, and all that was odd. Asks for no log.
    pub fn rest(mut self) -> Records {
        self.close();
        let mut records = self.take();
        for file in self.files {
            let (_, odd) = file.into_records();
            records.weirds.merge(&odd);
        }
        records
    }

    /// Ends the input. A set without a conn log is none; one without TLS is merely dull.
    pub fn finish(mut self) -> Result<Logs, Error> {
        self.close();
        let ssl = self.holds(Log::Ssl);
        let mut logs = self.stop()?;
        if !ssl {
            logs.weirds.add(Weird::SslLogMissing, logs.conn.iter().filter(|conn| is_tls(conn)).count());
        }
        logs.weirds.add(Weird::X509LogMissing, without_their_certificates(&logs.ssl, &logs.x509));
        Ok(logs)
    }

    /// Ends the input where it has been read to; that the rest is missing is no damage.
    pub fn stop(mut self) -> Result<Logs, Error> {
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
        if !self.holds(Log::Conn) {
            let found = found(&self.files);
            return Err(match self.holds(Log::Ssl) || self.holds(Log::X509) {
                true => Error::NoConnLog { found },
                false if self.files.iter().any(File::is_report) => Error::OwnReport { found },
                false => Error::NoLogs { found },
            });
        }
        let format = self.format();
        let mut logs = Records::default();
        let mut weirds = Weirds::default();
        for file in self.files {
            let (records, odd) = file.into_records();
            logs.conn.extend(records.conn);
            logs.ssl.extend(records.ssl);
            logs.x509.extend(records.x509);
            logs.dns.extend(records.dns);
            logs.quic.extend(records.quic);
            weirds.merge(&odd);
        }
        let Records { conn, ssl, x509, dns, quic, .. } = logs;
        weirds.add(Weird::ConnUidDuplicate, duplicates(&conn));
        Ok(Logs { conn, ssl, x509, dns, quic, format, bytes: self.bytes, weirds })
    }

    fn holds(&self, log: Log) -> bool {
        self.files.iter().any(|file| file.holds(log))
    }

    fn format(&self) -> String {
        let (tsv, json) = (self.count(|file| file.records().tsv), self.count(|file| file.records().json));
        let form = if json > tsv { "zeek-json" } else { "zeek-tsv" };
        let logs = self.files.iter().filter(|file| Log::ALL.iter().any(|log| file.holds(*log)));
        let compression = logs.filter_map(|file| file.compression()).next().map(Compression::as_str);
        [Some(form), compression].into_iter().flatten().collect::<Vec<_>>().join("+")
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

/// Connections whose uid another one has had before: a log that was given twice, or written by two sensors as one.
fn duplicates(conn: &[ConnRecord]) -> usize {
    let mut seen = Set::with_capacity_and_hasher(conn.len(), Seeded::default());
    conn.iter().filter(|conn| !seen.insert(conn.uid.as_ref())).count()
}

/// Returns whether Zeek has seen TLS in a connection, and so written a row of ssl.log.
fn is_tls(conn: &ConnRecord) -> bool {
    conn.service.as_deref().is_some_and(|services| services.split(',').any(|service| service == "ssl"))
}

/// Handshakes that name a server's certificate, where x509.log holds not one of these: it is missing, or that of another time.
/// Some may lack: Zeek writes a certificate once for many connections, maybe in the hour before. (In TLS 1.3 no row names one.)
fn without_their_certificates(ssl: &[SslRecord], x509: &[X509Record]) -> usize {
    let held: Set<&str> = x509.iter().flat_map(X509Record::names).collect();
    let named: Vec<&str> = ssl.iter().filter_map(|ssl| known(ssl.server_chain().next())).collect();
    if named.iter().any(|id| held.contains(id)) { 0 } else { named.len() }
}

/// Returns the files that were no use, the first few of them.
fn found(files: &[File]) -> Vec<Part> {
    const SHOWN: usize = 5;
    let rest = match (files.len(), files.len().saturating_sub(SHOWN)) {
        (0, _) => Some(Phrase::NoFile.into()),
        (_, 0) => None,
        (_, more) => Some(Phrase::MoreFiles.with([("n", (more as u64).into())])),
    };
    let rest = rest.map(|message: Message| message.into());
    files.iter().take(SHOWN).map(File::described).chain(rest).collect()
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
    fn records_that_are_taken_while_reading_are_the_same() {
        let text = format!("{CONN}{ROW}broken\n{}", ROW.replace("C1", "C2"));
        let (mut set, mut uids) = (LogSet::new(), Vec::new());
        let mut note = |records: Records| uids.extend(records.conn.into_iter().map(|conn| conn.uid));
        set.open("conn.log");
        for bytes in text.as_bytes().chunks(9) {
            set.push(bytes);
            note(set.take());
        }
        let rest = set.rest();
        assert_eq!(rest.weirds.iter().collect::<Vec<_>>(), [("log_row_wrong_length", 1)]);
        note(rest);
        assert_eq!(uids, ["C1", "C2"].map(Into::into));
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
            read(&[("http.log", "#path\thttp\n#fields\tts\n1\n"), ("notes.txt", "hello")], 100).unwrap_err();
        assert!(error.to_string().starts_with("no usable Zeek logs: http.log, notes.txt;"), "{error}");
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
        assert_eq!((logs.conn.len(), logs.ssl.len(), logs.format.as_str()), (1, 0, "zeek-tsv"));
    }

    #[test]
    fn set_without_its_conn_log_says_which_one_is_missing() {
        let ssl = "#path\tssl\n#fields\tts\tuid\n";
        let error = read(&[("ssl.log", ssl), ("x509.log.zst", "\u{28}")], 100).unwrap_err().to_string();
        assert!(error.starts_with("conn.log is missing: found ssl.log, x509.log.zst;"), "{error}");
    }

    #[test]
    fn report_is_told_from_a_log() {
        let report = r#"{"schema":1,"capture":{"name":"a.pcap"},"tuples":[]}"#;
        let error = read(&[("a.report.json", report)], 5).unwrap_err();
        assert!(
            error.to_string().starts_with("a Report of Hushcap, which cannot be read back: a.report.json;"),
            "{error}"
        );
        assert!(matches!(
            read(&[("a.json", r#"{"schema":1,"captured":2}"#)], 100),
            Err(Error::NoLogs { .. })
        ));
    }

    #[test]
    fn stop_in_the_middle_of_a_row_is_no_damage_and_misses_nothing() {
        let mut set = LogSet::new();
        set.open("conn.log");
        set.push(format!("{}\tservice\n{}\tssl\n1.5\tC2", CONN.trim_end(), ROW.trim_end()).as_bytes());
        let logs = set.stop().unwrap();
        assert_eq!((logs.conn.len(), logs.weirds), (1, Weirds::default()));
    }

    #[test]
    fn file_in_a_form_that_is_not_read_is_named_with_what_to_do() {
        let error = read(&[("conn.log.xz", "PK\u{3}\u{4}1234567890123456")], 7).unwrap_err().to_string();
        assert!(error.contains("conn.log.xz (a ZIP archive: unpack it first)"), "{error}");
    }

    #[test]
    fn logs_that_zeek_must_have_written_are_missed() {
        let conn = format!("{}\tservice\n{}\tssl,http\n", CONN.trim_end(), ROW.trim_end());
        let missing = |files: &[(&str, &str)]| {
            read(files, 100)
                .unwrap()
                .weirds
                .iter()
                .map(|(kind, count)| format!("{kind} {count}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(missing(&[("conn.log", &conn)]), ["ssl_log_missing 1"]);
        let ssl = |chain: &str| {
            let head = CONN.replace("conn", "ssl").replace("proto", "cert_chain_fps");
            format!("{head}{}{chain}\n", ROW.trim_end().trim_end_matches("tcp"))
        };
        let (with, without) = (ssl("aa,bb"), ssl("-"));
        assert_eq!(missing(&[("conn.log", &conn), ("ssl.log", &with)]), ["x509_log_missing 1"]);
        let x509 =
            |id: &str| format!("#path\tx509\n#fields\tts\tfingerprint\tcertificate.version\n1.5\t{id}\t3\n");
        for (held, count) in [("", 1), (&*x509("bb"), 1), (&*x509("cc"), 1), (&*x509("aa"), 0)] {
            let files = [("conn.log", &*conn), ("ssl.log", &*with), ("x509.log", held)];
            assert_eq!(missing(&files), vec!["x509_log_missing 1"; count], "{held}");
        }
        assert_eq!(missing(&[("conn.log", &conn), ("ssl.log", &without)]).len(), 0);
        assert_eq!(missing(&[("conn.log", &format!("{CONN}{ROW}"))]).len(), 0);
    }

    #[test]
    fn uids_that_occur_twice_are_counted() {
        let logs =
            read(&[("conn.log", &format!("{CONN}{ROW}{ROW}{}", ROW.replace("C1", "C2")))], 100).unwrap();
        assert_eq!(logs.weirds.iter().collect::<Vec<_>>(), [("conn_uid_duplicate", 1)]);
    }

    #[test]
    fn tables_of_other_programs_are_named_with_what_to_do() {
        let error = read(&[("conn.csv", "ts,uid,id.orig_h\n1.5,C1,10.0.0.1\n")], 7).unwrap_err().to_string();
        assert!(error.contains("conn.csv (a CSV table: export it as"), "{error}");
        let error = read(&[("conn.parquet", "PAR1 and what follows it")], 7).unwrap_err().to_string();
        assert!(error.contains("conn.parquet (a Parquet table: export it as"), "{error}");
    }
}
