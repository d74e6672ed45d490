//! DER → the fields of Zeek's `x509.log`, in the form in which Zeek writes them.

mod alternative_name;
mod basic_constraints;
mod distinguished_name;
mod elements;
mod fields;
mod host;
mod key;
mod oid;
#[cfg(test)]
mod sample;
mod serial;
mod time;

pub use alternative_name::AlternativeName;
pub use basic_constraints::BasicConstraints;
pub use key::Key;

use self::basic_constraints::wrapped;
use self::fields::{Extension, Fields};
use self::host::host_fits;
use self::oid::Oid;
use super::X509Record;
use crate::Weird;
use crate::tls::SeenCertificate;
use std::borrow::Cow;
use std::sync::Arc;

/// What a certificate says of itself. Field names are those of [`X509Record`] without their prefix.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// X.509 version number, 3 nearly always.
    pub version: u64,
    /// Serial number in upper-case hex.
    pub serial: String,
    /// Subject (RFC 2253).
    pub subject: Arc<str>,
    /// Issuer (RFC 2253).
    pub issuer: Arc<str>,
    /// The subject's last common name, which hosts are matched with where it names none otherwise.
    pub common_name: Option<String>,
    /// Start of validity, epoch seconds; `None` if it is not a time.
    pub not_valid_before: Option<f64>,
    /// End of validity, epoch seconds; `None` if it is not a time.
    pub not_valid_after: Option<f64>,
    /// Algorithm of the public key.
    pub key_alg: Cow<'static, str>,
    /// Algorithm of the signature.
    pub sig_alg: Cow<'static, str>,
    /// The public key; default where it cannot be read.
    pub key: Key,
    /// Subject alternative name; `None` if it has none.
    pub san: Option<AlternativeName>,
    /// Basic constraints; `None` if it has none.
    pub basic_constraints: Option<BasicConstraints>,
}

/// A certificate could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an X.509 certificate: its {field} cannot be read")]
pub struct CertificateError {
    /// The part that breaks the structure, by its name in RFC 5280.
    pub field: &'static str,
}

impl CertificateError {
    /// Returns how it is counted; the name is Zeek's.
    pub fn weird(&self) -> Weird {
        Weird::X509CertParseError
    }
}

impl Certificate {
    /// Reads a certificate; what follows it is ignored.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let read = Fields::read(der)?;
        let subject: Arc<str> = read.subject.rfc2253().into();
        // Roots name themselves twice.
        let issuer = if read.issuer == read.subject { subject.clone() } else { read.issuer.rfc2253().into() };
        let mut certificate = Certificate {
            version: version(read.version),
            serial: serial::print(read.serial),
            subject,
            issuer,
            common_name: read.subject.common_name(),
            not_valid_before: time::seconds(&read.not_before),
            not_valid_after: time::seconds(&read.not_after),
            key_alg: algorithm(read.key.algorithm),
            sig_alg: algorithm(read.signature),
            key: Key::of(&read.key).unwrap_or_default(),
            san: None,
            basic_constraints: None,
        };
        for extension in &read.extensions {
            certificate.take(extension);
        }
        Ok(certificate)
    }

    /// Subject and issuer, for another record to share.
    pub fn names(&self) -> (Arc<str>, Arc<str>) {
        (self.subject.clone(), self.issuer.clone())
    }

    /// Takes what x509.log has of an extension; of several that can be read the last counts.
    fn take(&mut self, extension: &Extension<'_>) {
        match extension.oid.content() {
            SUBJECT_ALTERNATIVE_NAME => {
                self.san = AlternativeName::read(&extension.value).or_else(|| self.san.take());
            }
            BASIC_CONSTRAINTS => {
                self.basic_constraints = BasicConstraints::read(&extension.value).or(self.basic_constraints);
            }
            _ => {}
        }
    }

    /// Returns whether it was issued for `host` (RFC 6125; Zeek: `sni_matches_cert`). The common name counts only where
    /// no host name is among the alternative names.
    pub fn matches_host(&self, host: &str) -> bool {
        match &self.san {
            Some(san) if !san.dns.is_empty() => san.dns.iter().any(|pattern| host_fits(pattern, host)),
            _ => self.common_name.as_deref().is_some_and(|pattern| host_fits(pattern, host)),
        }
    }

    /// Returns the log line for this certificate in the role in which it was `seen`.
    pub fn record(&self, seen: &SeenCertificate) -> X509Record {
        let san = self.san.as_ref();
        let texts = |list: &Vec<String>| {
            (!list.is_empty()).then(|| list.iter().map(|name| name.as_str().into()).collect())
        };
        X509Record {
            ts: seen.ts.seconds(),
            fingerprint: Some(seen.fingerprint.to_string().into()),
            certificate_version: Some(self.version),
            certificate_serial: Some(self.serial.as_str().into()),
            certificate_subject: Some(self.subject.clone()),
            certificate_issuer: Some(self.issuer.clone()),
            certificate_not_valid_before: self.not_valid_before,
            certificate_not_valid_after: self.not_valid_after,
            certificate_key_alg: Some(self.key_alg.clone()),
            certificate_sig_alg: Some(self.sig_alg.clone()),
            certificate_key_type: self.key.kind.map(Cow::Borrowed),
            certificate_key_length: self.key.length,
            certificate_exponent: self.key.exponent.clone().map(Cow::Owned),
            certificate_curve: self.key.curve.map(Cow::Borrowed),
            san_dns: san.and_then(|san| texts(&san.dns)),
            san_uri: san.and_then(|san| texts(&san.uri)),
            san_email: san.and_then(|san| texts(&san.email)),
            san_ip: san.filter(|san| !san.ip.is_empty()).map(|san| san.ip.as_slice().into()),
            basic_constraints_ca: self.basic_constraints.map(|constraints| constraints.ca),
            basic_constraints_path_len: self.basic_constraints.and_then(|constraints| constraints.path_len),
            host_cert: seen.host_cert,
            client_cert: seen.client_cert,
            id: None,
        }
    }
}

/// Content of 2.5.29.17.
const SUBJECT_ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
/// Content of 2.5.29.19.
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];

/// Returns the version that a number counted from 0 means.
fn version(content: Option<&[u8]>) -> u64 {
    content.map_or(0, |content| wrapped(content).unwrap_or(u64::MAX)).wrapping_add(1)
}

fn algorithm(oid: Oid<'_>) -> Cow<'static, str> {
    let number = oid.dotted();
    match oid::algorithm(&number) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(number),
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{Sample, algorithm_identifier, extension, sequence, tlv};
    use super::*;
    use crate::capture::Timestamp;
    use crate::tls::Fingerprint;
    use std::net::IpAddr;

    fn alternative_names(names: &[Vec<u8>]) -> Vec<u8> {
        extension(&[0x55, 0x1d, 17], sequence(names))
    }

    #[test]
    fn the_fields_are_zeeks() {
        let certificate = Sample::default().read();
        assert_eq!(certificate.version, 3);
        assert_eq!(certificate.serial, "AB01");
        assert_eq!((&*certificate.subject, &*certificate.issuer), ("CN=host.example.org", "CN=ca"));
        assert_eq!(certificate.not_valid_before, Some(1_577_836_800.0));
        assert_eq!(certificate.not_valid_after, Some(2_524_608_000.0));
        assert_eq!(
            (&*certificate.key_alg, &*certificate.sig_alg),
            ("rsaEncryption", "sha256WithRSAEncryption")
        );
    }

    #[test]
    fn an_rsa_key_has_a_length_and_an_exponent() {
        let key = Sample::default().read().key;
        assert_eq!((key.kind, key.length, key.exponent.as_deref()), (Some("rsa"), Some(1024), Some("65537")));
    }

    #[test]
    fn an_elliptic_key_has_a_curve() {
        let p256 = tlv(6, &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
        let algorithm = algorithm_identifier(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1], p256);
        let key = sequence(&[algorithm, tlv(3, &[&[0, 4][..], &[7; 64]].concat())]);
        let key = Sample { key, ..Sample::default() }.read().key;
        assert_eq!((key.kind, key.length, key.curve), (Some("ecdsa"), Some(256), Some("prime256v1")));
    }

    #[test]
    fn alternative_names_go_by_their_kind() {
        let names = [
            tlv(0x82, b"a.example"),
            tlv(0x86, b"https://b.example"),
            tlv(0x81, b"c@example"),
            tlv(0x87, &[192, 0, 2, 1]),
        ];
        let san =
            Sample { extensions: vec![alternative_names(&names)], ..Sample::default() }.read().san.unwrap();
        assert_eq!(san.dns, ["a.example"]);
        assert_eq!(san.uri, ["https://b.example"]);
        assert_eq!(san.email, ["c@example"]);
        assert_eq!(san.ip, [IpAddr::from([192, 0, 2, 1])]);
    }

    #[test]
    fn basic_constraints_are_read() {
        let constraints = extension(&[0x55, 0x1d, 19], sequence(&[tlv(1, &[0xff]), tlv(2, &[3])]));
        let certificate = Sample { extensions: vec![constraints], ..Sample::default() }.read();
        assert_eq!(certificate.basic_constraints, Some(BasicConstraints { ca: true, path_len: Some(3) }));
    }

    #[test]
    fn host_names_decide_before_the_common_name() {
        let plain = Sample::default().read();
        assert!(plain.matches_host("HOST.example.org"));
        let names = alternative_names(&[tlv(0x82, b"*.example.net")]);
        let named = Sample { extensions: vec![names], ..Sample::default() }.read();
        assert!(named.matches_host("www.example.net"));
        assert!(!named.matches_host("host.example.org"));
    }

    #[test]
    fn damage_is_an_error_with_zeeks_name() {
        let der = Sample::default().der();
        for end in 0..der.len() {
            let error = Certificate::parse(&der[..end]).unwrap_err();
            assert_eq!(error.weird(), Weird::X509CertParseError);
        }
    }

    #[test]
    fn a_certificate_that_is_changed_anywhere_never_panics() {
        let names = alternative_names(&[tlv(0x82, b"a.example"), tlv(0xa4, &sequence(&[]))]);
        let der = Sample { extensions: vec![names], ..Sample::default() }.der();
        for at in 0..der.len() {
            for value in [0, 1, 0x1f, 0x30, 0x7f, 0x80, 0xff] {
                let mut changed = der.clone();
                changed[at] = value;
                let _ = Certificate::parse(&changed);
            }
        }
    }

    #[test]
    fn a_record_takes_the_role_from_the_handshake() {
        let fingerprint = Fingerprint([0xee; 32]);
        let seen = SeenCertificate {
            fingerprint,
            ts: Timestamp(1_500_000_000),
            host_cert: true,
            client_cert: false,
        };
        let record = Sample::default().read().record(&seen);
        assert_eq!(record.ts, 1.5);
        assert_eq!(record.fingerprint.unwrap().as_ref(), "ee".repeat(32));
        assert!(record.host_cert && !record.client_cert);
        assert_eq!(record.san_dns, None);
        assert_eq!(record.certificate_key_length, Some(1024));
    }

    #[test]
    fn versions_are_counted_from_one() {
        assert_eq!([None, Some(&[2][..]), Some(&[0xfc])].map(version), [1, 3, u64::MAX - 2]);
        assert_eq!(version(Some(&[1; 9])), 0);
    }

    #[test]
    fn of_several_extensions_the_last_that_can_be_read_counts() {
        let names = |name: &[u8]| alternative_names(&[tlv(0x82, name)]);
        let damaged = extension(&[0x55, 0x1d, 17], vec![0x30, 9]);
        let extensions = vec![names(b"first"), names(b"last"), damaged];
        let san = Sample { extensions, ..Sample::default() }.read().san.unwrap();
        assert_eq!(san.dns, ["last"]);
    }
}
