//! The certificates of a run, each kept once, and how servers and clients sent them.

use crate::capture::Timestamp;
use crate::counter::bound;
use crate::seeded::Map;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// SHA-256 of a certificate's DER, by which Zeek's ssl.log refers to x509.log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Fingerprint of `der`.
    pub fn of(der: &[u8]) -> Self {
        Fingerprint(Sha256::digest(der).into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HEXLOWER.encode_display(&self.0).fmt(f)
    }
}

impl FromStr for Fingerprint {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes =
            HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| "a fingerprint is written in hex")?;
        bytes.try_into().map(Fingerprint).map_err(|_| "a fingerprint has 64 digits")
    }
}

/// One line of x509.log: a certificate in one of the roles in which it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenCertificate {
    /// Which certificate.
    pub fingerprint: Fingerprint,
    /// When it was sent in this role first.
    pub ts: Timestamp,
    /// Whether it was the first of its chain.
    pub host_cert: bool,
    /// Whether a client sent it.
    pub client_cert: bool,
}

/// Every certificate's DER by fingerprint, and the roles in which certificates were seen, in order.
///
/// Bounded by [`Certificates::MAX_COUNT`] and [`Certificates::MAX_BYTES`]: what comes behind is not kept.
#[derive(Debug, Default)]
pub struct Certificates {
    by_fingerprint: Map<Fingerprint, Box<[u8]>>,
    bytes: usize,
    seen: Vec<SeenCertificate>,
    last_seen: Map<(Fingerprint, bool, bool), Timestamp>,
}

/// Whether a certificate was taken into the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    StoreIsFull,
}

/// Zeek logs a certificate again when it was logged a day ago (`X509::relog_known_certificates_after`).
const RELOG_AFTER_NANOS: i64 = 86_400_000_000_000;

impl Certificates {
    /// Most certificates that are kept.
    pub const MAX_COUNT: usize = bound::CERTIFICATES;
    /// Most bytes of DER that are kept.
    pub const MAX_BYTES: usize = bound::CERTIFICATE_BYTES;

    /// DER of a certificate; `None` if the bounds left it out.
    pub fn der(&self, fingerprint: &Fingerprint) -> Option<&[u8]> {
        self.by_fingerprint.get(fingerprint).map(|der| &**der)
    }

    /// SHA-1 of a certificate in lower-case hex, by which many lists of bad certificates name them; `None` if the bounds
    /// left it out.
    pub fn sha1(&self, fingerprint: &Fingerprint) -> Option<String> {
        Some(HEXLOWER.encode(&Sha1::digest(self.der(fingerprint)?)))
    }

    /// Returns the roles in which certificates were seen, in the order in which they were first sent.
    pub fn seen(&self) -> &[SeenCertificate] {
        &self.seen
    }

    /// Returns the number of different certificates.
    pub fn len(&self) -> usize {
        self.by_fingerprint.len()
    }

    /// Returns whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.by_fingerprint.is_empty()
    }

    /// Notes that `der` was sent in this role.
    pub(super) fn see(
        &mut self,
        ts: Timestamp,
        der: &[u8],
        host_cert: bool,
        client_cert: bool,
    ) -> (Fingerprint, Kept) {
        let fingerprint = Fingerprint::of(der);
        if !self.by_fingerprint.contains_key(&fingerprint) {
            if self.by_fingerprint.len() >= Self::MAX_COUNT || self.bytes + der.len() > Self::MAX_BYTES {
                return (fingerprint, Kept::StoreIsFull);
            }
            self.bytes += der.len();
            self.by_fingerprint.insert(fingerprint, der.into());
        }
        let role = (fingerprint, host_cert, client_cert);
        let known =
            self.last_seen.get(&role).is_some_and(|last| ts.0.saturating_sub(last.0) < RELOG_AFTER_NANOS);
        if !known && self.seen.len() < 4 * Self::MAX_COUNT {
            self.last_seen.insert(role, ts);
            self.seen.push(SeenCertificate { fingerprint, ts, host_cert, client_cert });
        }
        (fingerprint, Kept::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_certificate_is_kept_once() {
        let mut certificates = Certificates::default();
        let (first, _) = certificates.see(Timestamp(1), b"der", true, false);
        let (second, _) = certificates.see(Timestamp(2), b"der", true, false);
        assert_eq!(first, second);
        assert_eq!((certificates.len(), certificates.seen().len()), (1, 1));
        assert_eq!(certificates.der(&first), Some(&b"der"[..]));
    }

    #[test]
    fn a_kept_certificate_has_its_sha1() {
        let mut certificates = Certificates::default();
        let (fingerprint, _) = certificates.see(Timestamp(1), b"abc", true, false);
        // The example of FIPS 180-4.
        assert_eq!(certificates.sha1(&fingerprint).unwrap(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(certificates.sha1(&Fingerprint([0; 32])), None);
    }

    #[test]
    fn each_role_is_seen_once() {
        let mut certificates = Certificates::default();
        for (host, client) in [(true, false), (false, false), (true, true), (true, false)] {
            certificates.see(Timestamp(7), b"der", host, client);
        }
        assert_eq!((certificates.len(), certificates.seen().len()), (1, 3));
    }

    #[test]
    fn a_role_is_seen_again_after_a_day() {
        let mut certificates = Certificates::default();
        for ts in [0, RELOG_AFTER_NANOS - 1, RELOG_AFTER_NANOS] {
            certificates.see(Timestamp(ts), b"der", true, false);
        }
        assert_eq!(certificates.seen().len(), 2);
    }

    #[test]
    fn a_fingerprint_reads_back_what_it_prints() {
        let fingerprint = Fingerprint::of(b"abc");
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        for bad in ["", "ba", "x", &"0".repeat(63), &"0".repeat(66)] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_fingerprint_prints_as_lower_case_hex() {
        assert_eq!(
            Fingerprint::of(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
