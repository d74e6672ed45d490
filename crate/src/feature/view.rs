//! What several features read from one tuple, gathered once.

use super::beacon::Beacon;
use super::name::{Names, common_name};
use super::stats::{mean, std};
use crate::join::{Session, Tuple};
use crate::records::{SslRecord, X509Record, known};
use crate::seeded::{Map, Set};

/// One tuple, seen as the features need it.
#[derive(Debug)]
pub struct View<'a> {
    /// The tuple itself.
    pub(super) tuple: &'a Tuple<'a>,
    /// Durations of the connections that have one, s.
    pub(super) durations: Vec<f64>,
    /// Their mean and standard deviation.
    pub(super) duration_spread: Option<(f64, f64)>,
    /// Times from a start to the next, s; empty under two connections.
    pub(super) gaps: Vec<f64>,
    /// Second-order differences of start times, without sign, s; empty under three connections.
    pub(super) periods: Vec<f64>,
    /// Ssl records with their first certificate, for those that have one: the P of the definitions.
    pub(super) pairs: Vec<(&'a SslRecord, Certificate<'a>)>,
    /// First certificates, each once: the D of the definitions.
    pub(super) certificates: Vec<Certificate<'a>>,
    /// Beats; `None` where there are few.
    pub beacon: Option<Beacon>,
}

impl<'a> View<'a> {
    /// Gathers what the features need.
    pub fn new(tuple: &'a Tuple<'a>) -> Self {
        let durations: Vec<f64> = tuple.conn_records().filter_map(|record| record.duration).collect();
        let duration_spread = mean(&durations).zip(std(&durations));
        let pairs: Vec<(&SslRecord, Certificate<'_>)> = tuple
            .sessions
            .iter()
            .filter_map(|session| Some((session.ssl, Certificate(session.certificate?))))
            .collect();
        let mut seen = Set::default();
        let certificates = pairs
            .iter()
            .map(|(_, certificate)| *certificate)
            .filter(|certificate| seen.insert(certificate.identity()))
            .collect();
        let gaps = gaps(tuple);
        // Without sign: how far from periodic, not whether it slows down.
        let periods = steps(&gaps).into_iter().map(f64::abs).collect();
        Self {
            tuple,
            durations,
            duration_spread,
            gaps,
            periods,
            pairs,
            certificates,
            beacon: Beacon::of(tuple),
        }
    }

    /// Returns the number of TLS connections; never 0.
    pub(super) fn ssl_count(&self) -> u64 {
        self.tuple.sessions.len() as u64
    }

    /// Server names, one for each ssl record that has one.
    pub(super) fn server_names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.sessions().filter_map(|session| server_name(session.ssl))
    }

    /// Of each server name that met a certificate with SAN domains, whether these cover it.
    pub(super) fn names_in_san(&self) -> impl Iterator<Item = bool> + '_ {
        let mut sets: Map<*const X509Record, Names> = Map::default();
        let pairs = self.pairs.iter().filter(|(_, certificate)| certificate.has_san_dns());
        pairs.filter_map(move |(ssl, certificate)| {
            let name = server_name(ssl)?;
            let names = sets.entry(std::ptr::from_ref(certificate.0));
            Some(names.or_insert_with(|| Names::of(certificate.san_dns())).cover(name))
        })
    }

    /// Subjects of the ssl records, else of their first certificates.
    pub(super) fn ssl_subjects(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.sessions().filter_map(|session| {
            let certificate = session.certificate.and_then(|record| Certificate(record).subject());
            known(session.ssl.subject.as_deref()).or(certificate)
        })
    }

    /// Issuers of the ssl records, else of their first certificates.
    pub(super) fn ssl_issuers(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.sessions().filter_map(|session| {
            let certificate = session.certificate.and_then(|record| Certificate(record).issuer());
            known(session.ssl.issuer.as_deref()).or(certificate)
        })
    }

    /// Returns the TLS connections.
    pub(super) fn sessions(&self) -> impl Iterator<Item = Session<'a>> + '_ {
        self.tuple.sessions.iter().copied()
    }
}

/// Server name of an ssl record.
pub(super) fn server_name(ssl: &SslRecord) -> Option<&str> {
    known(ssl.server_name.as_deref())
}

/// A certificate, seen as the features need it: signs for "unset" and "empty" are no values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Certificate<'a>(pub(super) &'a X509Record);

/// What makes a certificate distinct: its fingerprint, or issuer and serial in logs without one.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Identity<'a> {
    Fingerprint(&'a str),
    IssuerSerial(Option<&'a str>, Option<&'a str>),
}

impl<'a> Certificate<'a> {
    fn identity(self) -> Identity<'a> {
        match known(self.0.fingerprint.as_deref()) {
            Some(fingerprint) => Identity::Fingerprint(fingerprint),
            None => Identity::IssuerSerial(self.issuer(), known(self.0.certificate_serial.as_deref())),
        }
    }

    pub(super) fn subject(self) -> Option<&'a str> {
        known(self.0.certificate_subject.as_deref())
    }

    pub(super) fn issuer(self) -> Option<&'a str> {
        known(self.0.certificate_issuer.as_deref())
    }

    /// Common name of the subject, unless it is empty.
    pub(super) fn common_name(self) -> Option<String> {
        common_name(self.subject()?).filter(|name| !name.is_empty())
    }

    /// Start and end of validity, epoch seconds; absent unless both are known.
    pub(super) fn validity(self) -> Option<(f64, f64)> {
        self.0.certificate_not_valid_before.zip(self.0.certificate_not_valid_after)
    }

    /// Public exponent of an RSA key.
    pub(super) fn exponent(self) -> Option<f64> {
        self.0
            .certificate_exponent
            .as_deref()?
            .trim()
            .parse()
            .ok()
            .filter(|exponent: &f64| exponent.is_finite())
    }

    /// SAN domains.
    pub(super) fn san_dns(self) -> impl Iterator<Item = &'a str> {
        let names = self.0.san_dns.as_deref().unwrap_or_default();
        names.iter().map(AsRef::as_ref).filter(|name: &&str| !name.is_empty())
    }

    pub(super) fn has_san_dns(self) -> bool {
        self.san_dns().next().is_some()
    }
}

/// Differences of the start times in order.
fn gaps(tuple: &Tuple<'_>) -> Vec<f64> {
    let mut starts: Vec<f64> = tuple.conn_records().map(|record| record.ts).collect();
    starts.sort_by(f64::total_cmp);
    steps(&starts)
}

/// Differences between neighbours.
fn steps(values: &[f64]) -> Vec<f64> {
    values.iter().zip(values.iter().skip(1)).map(|(a, b)| b - a).collect()
}
