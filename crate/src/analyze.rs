//! The whole way on one screen: bytes in, [`Analysis`] out.

use crate::capture;
use crate::evidence::{Asked, Connections, Evidence, Protocols, Scope, Starts};
use crate::extract::Extractor;
use crate::facts::{Capture, Health};
use crate::feature;
use crate::flow::{Limits, Table};
use crate::join::{FourTuple, Joined, Tuple, Tuples};
use crate::payload::{self, Payload};
use crate::records::log::{self, Format, Log, LogSet, Logs};
use crate::records::{ConnRecord, Ledger, Records};
use crate::report::Judged;
use crate::seeded::Set;
use crate::tls;
use crate::verdict::Model;
use crate::{Counter, Error, LimitsHit, Weird, Weirds};
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::io;
use std::net::IpAddr;

/// Analyses one capture that arrives in chunks of any size.
pub struct Analyzer {
    name: String,
    reader: capture::Reader,
    stages: Stages,
}

/// How a capture is analysed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What becomes of packets whose checksum is wrong.
    pub checksums: capture::Checksums,
    /// Seeds the hash of the table of connections; the standard library does without it. On wasm that has no randomness,
    /// so the host must: else a sender could make connections that all fall into one bucket. No result depends on it.
    pub seed: Option<u64>,
    /// Bounds of the table of connections.
    pub limits: Limits,
}

/// What follows the reader: the open connections, and the records of those that ended.
#[derive(Default)]
struct Stages {
    decoder: capture::Decoder,
    table: Table<Payload>,
    shared: payload::Shared,
    ledger: Ledger,
}

/// How far an analysis is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes as they came, compressed where they were.
    pub bytes: u64,
    /// Packets read.
    pub packets: u64,
    /// Connections seen, live ones included.
    pub connections: u64,
    /// TLS connections that have ended.
    pub tls_connections: u64,
}

impl Analyzer {
    /// Returns an analyzer for the capture called `name`, which has seen nothing of it yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self::with_options(name, Options::default())
    }

    /// Returns the same with other options.
    pub fn with_options(name: impl Into<String>, options: Options) -> Self {
        let Options { checksums, seed, limits } = options;
        let stages = Stages {
            decoder: capture::Decoder::default().checksums(checksums),
            table: Table::new(limits, seed.unwrap_or_else(random)).checksums(checksums),
            ..Stages::default()
        };
        Analyzer { name: name.into(), reader: capture::Reader::default(), stages }
    }

    /// Takes the next bytes of the file. After an error the rest is not read.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let stages = &mut self.stages;
        self.reader.push(chunk, &mut |packet| stages.take(&packet))
    }

    /// Returns how far it is.
    pub fn progress(&self) -> Progress {
        let summary = self.reader.summary();
        Progress {
            bytes: summary.bytes,
            packets: summary.packets,
            connections: self.stages.table.created(),
            tls_connections: self.stages.ledger.tls_connections(),
        }
    }

    /// Ends the file, and with it every connection.
    pub fn finish(mut self) -> Result<Analysis, Error> {
        let stages = &mut self.stages;
        self.reader.finish(&mut |packet| stages.take(&packet))?;
        Ok(self.stop())
    }

    /// Ends every connection where the file has been read to; that the rest is missing is no damage.
    pub fn stop(mut self) -> Analysis {
        let Stages { table, shared, ledger, .. } = &mut self.stages;
        table.finish(shared, &mut |connection, shared| ledger.enter(connection, shared));
        let (records, odd_certificates) = ledger.close(&shared.tls);
        let (capture, health) = (self.capture(), self.health(&odd_certificates));
        Analysis {
            certificates: self.stages.shared.tls.certificates,
            ..Analysis::new(capture, health, records)
        }
    }

    /// Returns what the connections that have ended so far hold; the analysis goes on. Costs a copy of their records.
    pub fn so_far(&mut self) -> Analysis {
        let (records, odd_certificates) = self.stages.ledger.so_far(&self.stages.shared.tls);
        Analysis::new(self.capture(), self.health(&odd_certificates), records)
    }

    fn capture(&self) -> Capture {
        let summary = self.reader.summary();
        Capture {
            name: self.name.clone(),
            format: [summary.format, summary.compression].into_iter().flatten().collect::<Vec<_>>().join("+"),
            bytes: summary.bytes,
            packets: Some(summary.packets),
            first_ts: summary.first_ts.map(capture::Timestamp::seconds),
            last_ts: summary.last_ts.map(capture::Timestamp::seconds),
            link_types: summary.link_types.keys().copied().collect(),
        }
    }

    fn health(&self, odd_certificates: &Weirds) -> Health {
        let Stages { decoder, table, shared, ledger } = &self.stages;
        let summary = self.reader.summary();
        let mut weirds = decoder.weirds().clone();
        for more in [&summary.weirds, odd_certificates].into_iter().chain(shared.weirds()) {
            weirds.merge(more);
        }
        let mut limits_hit: LimitsHit = decoder.limits_hit();
        limits_hit.merge(&table.limits_hit());
        for more in shared.limits_hit() {
            limits_hit.merge(more);
        }
        Health {
            truncated_packets: summary.truncated_packets,
            bad_checksums: table.bad_checksums() + decoder.bad_headers(),
            gaps: ledger.gaps(),
            weird: weirds.iter().map(named).collect(),
            limits_hit: limits_hit.iter().map(named).collect(),
            not_read: decoder.not_read().into_iter().take(NOT_READ_SHOWN).map(named).collect(),
            ..Health::default()
        }
    }
}

impl Stages {
    fn take(&mut self, packet: &capture::Packet<'_>) {
        let Stages { decoder, table, shared, ledger } = self;
        // Packets of any kind move the clock.
        table.advance(packet.ts, shared, &mut |connection, shared| ledger.enter(connection, shared));
        decoder.segments(packet, &mut |segment| {
            table.push(segment, shared, &mut |connection, shared| ledger.enter(connection, shared));
        });
    }
}

/// Analyses Zeek logs that belong together: conn, ssl and, if there is one, x509.
pub struct LogAnalyzer {
    name: String,
    logs: LogSet,
}

impl LogAnalyzer {
    /// Returns an analyzer for the logs called `name` together, which has seen none of them yet.
    pub fn new(name: impl Into<String>) -> Self {
        LogAnalyzer { name: name.into(), logs: LogSet::new() }
    }

    /// Begins the log file called `file`; what is pushed from now on belongs to it.
    pub fn open(&mut self, file: &str) {
        self.logs.open(file);
    }

    /// Takes the next bytes of the open file.
    pub fn push(&mut self, chunk: &[u8]) {
        self.logs.push(chunk);
    }

    /// Returns how far it is.
    pub fn progress(&self) -> Progress {
        Progress { bytes: self.logs.bytes(), connections: self.logs.connections(), ..Progress::default() }
    }

    /// Ends the last file.
    pub fn finish(self) -> Result<Analysis, Error> {
        let logs = self.logs.finish()?;
        Ok(Self::analysis(self.name, logs))
    }

    /// Ends where the files have been read to; that the rest is missing is no damage.
    pub fn stop(self) -> Result<Analysis, Error> {
        let logs = self.logs.stop()?;
        Ok(Self::analysis(self.name, logs))
    }

    fn analysis(name: String, logs: Logs) -> Analysis {
        let records =
            Records { conn: logs.conn, ssl: logs.ssl, x509: logs.x509, dns: logs.dns, quic: logs.quic };
        let times = || records.conn.iter().map(|conn| conn.ts);
        let capture = Capture {
            name,
            format: logs.format,
            bytes: logs.bytes,
            first_ts: times().reduce(f64::min),
            last_ts: times().reduce(f64::max),
            ..Capture::default()
        };
        let gaps = records.conn.iter().filter(|conn| conn.missed_bytes > 0).count() as u64;
        let health = Health { gaps, weird: logs.weirds.iter().map(named).collect(), ..Health::default() };
        Analysis::new(capture, health, records)
    }
}

/// What one input holds, before any model has judged it.
#[derive(Debug)]
pub struct Analysis {
    /// The input itself.
    pub capture: Capture,
    /// Coverage and damage.
    pub health: Health,
    /// Connection, SSL and certificate records.
    pub records: Records,
    /// The certificates themselves; none from logs, and none before the analysis has ended.
    pub certificates: tls::Certificates,
    /// Which of the records belong together.
    joined: Joined,
}

impl Analysis {
    fn new(capture: Capture, health: Health, records: Records) -> Self {
        let joined = Joined::of(&records.conn, &records.ssl, &records.x509);
        let certificates = tls::Certificates::default();
        let mut analysis = Analysis { capture, health, records, certificates, joined };
        let tuples = analysis.tuples();
        let (tls, with_certificate) = (tuples.tls_connections(), tuples.tls_with_certificate());
        let without_conn = tuples.ssl_without_conn();
        analysis.health.connections = analysis.records.conn.len() as u64;
        analysis.health.busiest_ports = busiest_ports(&analysis.records.conn);
        analysis.health.tls_connections = tls;
        analysis.health.tls_with_certificate = with_certificate;
        if without_conn > 0 {
            analysis.health.weird.insert(Weird::SslRowWithoutConn.kind().to_owned(), without_conn);
        }
        analysis
    }

    /// Returns how much was read in all.
    pub fn progress(&self) -> Progress {
        Progress {
            bytes: self.capture.bytes,
            packets: self.capture.packets.unwrap_or_default(),
            connections: self.health.connections,
            tls_connections: self.health.tls_connections,
        }
    }

    /// Returns the connection 4-tuples that hold TLS.
    pub fn tuples(&self) -> Tuples<'_> {
        self.joined.tuples(&self.records.conn, &self.records.ssl, &self.records.x509, &self.records.dns)
    }

    /// Returns the rows of a table of features; `capture` goes into its first column.
    pub fn feature_rows(&self, table: feature::Table, capture: &str) -> Vec<feature::tsv::Row> {
        let row = |tuple: &Tuple<'_>| feature::tsv::Row {
            capture: capture.to_owned(),
            key: tuple.key,
            values: table.compute(tuple),
        };
        self.tuples().iter().map(row).collect()
    }

    /// Returns the logs that are written: Zeek's quic.log only where there is QUIC.
    pub fn logs(&self) -> impl Iterator<Item = Log> {
        let has_quic = !self.records.quic.is_empty();
        Log::ALL.into_iter().filter(move |log| *log != Log::Quic || has_quic)
    }

    /// Writes one of the logs.
    pub fn write_log(&self, log: Log, format: Format, out: &mut impl io::Write) -> io::Result<()> {
        match log {
            Log::Conn => log::write(&self.records.conn, format, out),
            Log::Ssl => log::write(&self.records.ssl, format, out),
            Log::X509 => log::write(&self.records.x509, format, out),
            Log::Dns => log::write(&self.records.dns, format, out),
            Log::Quic => log::write(&self.records.quic, format, out),
        }
    }

    /// Returns the records behind one 4-tuple.
    pub fn evidence(&self, key: &FourTuple) -> Evidence<'_> {
        Evidence::of(&self.records, key)
    }

    /// Returns what copies the packets of some 4-tuples out of the capture, and those of the look-ups behind them.
    pub fn extractor(&self, tuples: Set<FourTuple>) -> Extractor {
        let lookups = self.joined.lookups_behind(&self.records, &tuples);
        Extractor::new(&self.capture, tuples, lookups)
    }

    /// Returns the records of the handshakes whose chain has a certificate.
    pub fn evidence_of_certificate(&self, id: &str) -> Evidence<'_> {
        Evidence::of_certificate(&self.records, id)
    }

    /// Returns the connections of a scope; `keys` numbers the 4-tuples.
    pub fn connections(&self, scope: Scope, keys: impl Iterator<Item = FourTuple>) -> Connections {
        Connections::of(&self.records.conn, scope, keys)
    }

    /// Returns what a host asked of DNS.
    pub fn asked(&self, host: IpAddr) -> Asked {
        Asked::of(&self.records.dns, host)
    }

    /// Connections by protocol.
    pub fn protocols(&self) -> Protocols {
        Protocols::of(&self.records.conn)
    }

    /// Returns when the connections of each of `keys` began.
    pub fn starts(&self, keys: impl Iterator<Item = FourTuple>) -> Starts {
        Starts::of(&self.records.conn, keys)
    }

    /// Returns a verdict per 4-tuple, from which the Report is made.
    pub fn judge(&self, model: &Model) -> Judged {
        Judged::new(self.capture.clone(), self.health.clone(), &self.tuples(), model)
    }
}

/// Kinds of what is not read that a Report names.
const NOT_READ_SHOWN: usize = 20;
/// Ports that a Report names.
const PORTS_SHOWN: usize = 8;

/// Returns the bytes by protocol and port of the responder, of the ports with most of them.
fn busiest_ports(conn: &[ConnRecord]) -> BTreeMap<String, u64> {
    let mut ports: BTreeMap<(&str, u16), u64> = BTreeMap::new();
    for conn in conn {
        let bytes = conn.orig_ip_bytes.saturating_add(conn.resp_ip_bytes);
        let sum = ports.entry((conn.proto.as_str(), conn.resp_p)).or_default();
        *sum = sum.saturating_add(bytes);
    }
    let mut most: Vec<_> = ports.into_iter().collect();
    most.sort_by_key(|(port, bytes)| (u64::MAX - bytes, *port));
    most.into_iter()
        .take(PORTS_SHOWN)
        .map(|((proto, port), bytes)| (format!("{proto}/{port}"), bytes))
        .collect()
}

fn random() -> u64 {
    std::collections::hash_map::RandomState::new().hash_one(0)
}

fn named<K: ToString>((name, count): (K, u64)) -> (String, u64) {
    (name.to_string(), count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Checksums;

    /// Returns the fixture, in two parts.
    fn beacon() -> (Vec<u8>, Vec<u8>) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/beacon.pcap");
        let mut first = std::fs::read(path).unwrap();
        let second = first.split_off(first.len() / 2);
        (first, second)
    }

    #[test]
    fn a_stop_keeps_what_was_found_and_calls_nothing_damaged() {
        let mut analyzer = Analyzer::new("beacon.pcap");
        analyzer.push(&beacon().0).unwrap();
        let analysis = analyzer.stop();
        assert!(analysis.health.tls_connections > 10);
        assert!(analysis.health.weird.is_empty(), "{:?}", analysis.health.weird);
        assert!(!analysis.certificates.is_empty());
    }

    #[test]
    fn a_seed_leaves_the_other_options_as_they_are() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/offload.pcap");
        let offloaded = std::fs::read(path).unwrap();
        let connections = |checksums, seed| {
            let mut analyzer =
                Analyzer::with_options("offload.pcap", Options { checksums, seed, ..Options::default() });
            analyzer.push(&offloaded).unwrap();
            let health = analyzer.finish().unwrap().health;
            (health.connections, health.tls_connections)
        };
        let dropped = connections(Checksums::Drop, None);
        assert_eq!(connections(Checksums::Drop, Some(7)), dropped);
        assert_ne!(connections(Checksums::Keep, Some(7)), dropped);
    }

    #[test]
    fn limits_reach_the_table() {
        let limits = Limits { connections: 1, ..Limits::default() };
        let mut analyzer = Analyzer::with_options("beacon.pcap", Options { limits, ..Options::default() });
        let (first, second) = beacon();
        analyzer.push(&[first, second].concat()).unwrap();
        assert!(!analyzer.finish().unwrap().health.limits_hit.is_empty());
    }

    #[test]
    fn a_look_so_far_changes_nothing_of_the_result() {
        let (first, second) = beacon();
        let mut looked = Analyzer::new("beacon.pcap");
        looked.push(&first).unwrap();
        let so_far = looked.so_far();
        assert!(so_far.health.tls_connections > 0);
        assert!(so_far.health.tls_with_certificate > 0);
        looked.push(&second).unwrap();
        let mut plain = Analyzer::new("beacon.pcap");
        plain.push(&[first, second].concat()).unwrap();
        let (looked, plain) = (looked.finish().unwrap(), plain.finish().unwrap());
        assert_eq!(
            (looked.capture, looked.health, looked.records),
            (plain.capture, plain.health, plain.records)
        );
    }

    #[test]
    fn ssl_rows_whose_connection_is_not_there_are_counted() {
        let ssl = "#path\tssl\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\n\
            1.5\tC1\t10.0.0.1\t1\t10.0.0.2\t443\n";
        let mut analyzer = LogAnalyzer::new("logs");
        analyzer.open("conn.log");
        analyzer.open("ssl.log");
        analyzer.push(ssl.as_bytes());
        let analysis = analyzer.finish().unwrap();
        assert_eq!(
            analysis.health.weird.into_iter().collect::<Vec<_>>(),
            [("ssl_row_without_conn".to_owned(), 1)]
        );
        assert_eq!(analysis.health.tls_connections, 0);
    }
}
