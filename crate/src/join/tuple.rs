//! What records are joined to: sessions, and the 4-tuples that hold them.

use super::four_tuple::FourTuple;
use super::lookup::{SessionLookup, TupleLookup};
use crate::records::{ConnRecord, SslRecord, X509Record, known};
use crate::seeded::Set;

/// One TLS connection.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    /// Its connection.
    pub conn: &'a ConnRecord,
    /// Its handshake.
    pub ssl: &'a SslRecord,
    /// The certificate that the first identifier of the chain names; `None` without a chain or without its record.
    pub certificate: Option<&'a X509Record>,
    /// What DNS had told about its address and its server name.
    pub dns: SessionLookup<'a>,
}

/// Every connection of one 4-tuple; at least one of them is a TLS connection.
#[derive(Debug, Clone)]
pub struct Tuple<'a> {
    /// What they have in common.
    pub key: FourTuple,
    /// The TLS connections, by their start, then by `uid`.
    pub sessions: Vec<Session<'a>>,
    /// The others, likewise.
    pub non_ssl: Vec<&'a ConnRecord>,
    /// Start of the first and of the last connection of the whole input, epoch seconds.
    pub window: (f64, f64),
    /// By which names its address had been looked up.
    pub dns: TupleLookup<'a>,
}

impl<'a> Tuple<'a> {
    /// Returns the number of connections, TLS or not.
    pub fn connections(&self) -> usize {
        self.sessions.len() + self.non_ssl.len()
    }

    /// Returns all conn records, those of TLS connections first.
    pub fn conn_records(&self) -> impl Iterator<Item = &'a ConnRecord> + '_ {
        self.sessions.iter().map(|session| session.conn).chain(self.non_ssl.iter().copied())
    }

    /// Server names that clients asked for, each once, in order of first use.
    pub fn server_names(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.server_name.as_deref())
    }

    /// JA3 fingerprints of the clients, each once, in order of first use.
    pub fn ja3(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.offer.as_deref()?.ja3.as_deref())
    }

    /// JA3S fingerprints of the servers, likewise.
    pub fn ja3s(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.choice.as_deref()?.ja3s.as_deref())
    }

    /// JA4 fingerprints of the clients, likewise.
    pub fn ja4(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.offer.as_deref()?.ja4.as_deref())
    }

    /// SHA-256 fingerprints of the servers' own certificates, likewise; those of older logs have none.
    pub fn certificates(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.certificate?.fingerprint.as_deref())
    }

    /// Versions that the servers chose, likewise.
    pub fn versions(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.version.as_deref())
    }

    /// Cipher suites that the servers chose, likewise.
    pub fn ciphers(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.cipher.as_deref())
    }

    /// Protocols that the servers chose by ALPN, likewise.
    pub fn next_protocols(&self) -> Vec<&'a str> {
        self.distinct(&|session| session.ssl.next_protocol.as_deref())
    }

    /// Subjects of the servers' own certificates, likewise.
    pub fn subjects(&self) -> Vec<&'a str> {
        self.distinct(&|session| match session.certificate {
            Some(certificate) => certificate.certificate_subject.as_deref(),
            None => session.ssl.subject.as_deref(),
        })
    }

    /// Issuers of the servers' own certificates, likewise.
    pub fn issuers(&self) -> Vec<&'a str> {
        self.distinct(&|session| match session.certificate {
            Some(certificate) => certificate.certificate_issuer.as_deref(),
            None => session.ssl.issuer.as_deref(),
        })
    }

    /// Returns what the sessions have of something, each value once, in order of first use.
    fn distinct(&self, part: &dyn Fn(&Session<'a>) -> Option<&'a str>) -> Vec<&'a str> {
        let mut values: Vec<(f64, &str)> = self
            .sessions
            .iter()
            .filter_map(|session| Some((session.ssl.ts, known(part(session))?)))
            .collect();
        values.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut seen = Set::default();
        values.into_iter().map(|(_, value)| value).filter(|value| seen.insert(*value)).collect()
    }
}

/// All 4-tuples of one input, ordered by their keys as text.
#[derive(Debug, Clone, Default)]
pub struct Tuples<'a> {
    pub(super) tuples: Vec<Tuple<'a>>,
    pub(super) ssl_without_conn: u64,
}

impl<'a> Tuples<'a> {
    /// Ssl records whose connection is not in the conn records; they belong to no tuple.
    pub fn ssl_without_conn(&self) -> u64 {
        self.ssl_without_conn
    }

    /// TLS connections of all tuples.
    pub fn tls_connections(&self) -> u64 {
        self.tuples.iter().map(|tuple| tuple.sessions.len() as u64).sum()
    }

    /// TLS connections whose first server certificate is known.
    pub fn tls_with_certificate(&self) -> u64 {
        let sessions = self.tuples.iter().flat_map(|tuple| &tuple.sessions);
        sessions.filter(|session| session.certificate.is_some()).count() as u64
    }
}

impl<'a> std::ops::Deref for Tuples<'a> {
    type Target = [Tuple<'a>];

    fn deref(&self) -> &Self::Target {
        &self.tuples
    }
}
