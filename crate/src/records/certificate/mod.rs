//! DER → the fields of Zeek's `x509.log`, in the form in which Zeek writes them.

mod distinguished_name;
mod oid;

use self::distinguished_name::issuer_and_subject;
use super::X509Record;
use crate::Weird;
use crate::tls::SeenCertificate;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use x509_parser::asn1_rs::{Any, FromDer, Integer, Oid};
use x509_parser::certificate::X509Certificate;
use x509_parser::error::X509Error;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::num_bigint::BigUint;
use x509_parser::public_key::RSAPublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

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
    /// Start of validity, epoch seconds.
    pub not_valid_before: f64,
    /// End of validity, epoch seconds.
    pub not_valid_after: f64,
    /// Algorithm of the public key.
    pub key_alg: Cow<'static, str>,
    /// Algorithm of the signature.
    pub sig_alg: Cow<'static, str>,
    /// The public key; default where it cannot be read.
    pub key: Key,
    /// Subject alternative name; none where it has none.
    pub san: Option<AlternativeName>,
    /// Basic constraints: whether it may sign certificates, and how many may follow below.
    pub basic_constraints: Option<(bool, Option<u32>)>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// `rsa`, `dsa`, `ecdsa`; other keys go by OpenSSL's name.
    pub kind: Option<&'static str>,
    /// Length in bits.
    pub length: Option<u64>,
    /// RSA's exponent in decimal.
    pub exponent: Option<String>,
    /// Short name of an elliptic curve.
    pub curve: Option<&'static str>,
}

/// The names of a subject alternative name that Zeek logs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlternativeName {
    /// Host names.
    pub dns: Vec<String>,
    /// URIs.
    pub uri: Vec<String>,
    /// Mail addresses.
    pub email: Vec<String>,
    /// IP addresses.
    pub ip: Vec<IpAddr>,
}

/// Why a certificate could not be read.
#[derive(Debug, thiserror::Error)]
#[error("not an X.509 certificate: {0}")]
pub struct CertificateError(#[from] X509Error);

impl CertificateError {
    /// How it is counted; the name is Zeek's.
    pub fn weird(&self) -> Weird {
        Weird("x509_cert_parse_error")
    }
}

impl Certificate {
    /// Reads a certificate; what follows it is ignored.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let (_, read) = X509Certificate::from_der(der).map_err(|error| match error {
            x509_parser::nom::Err::Error(error) | x509_parser::nom::Err::Failure(error) => error,
            x509_parser::nom::Err::Incomplete(_) => X509Error::InvalidCertificate,
        })?;
        let (issuer_name, subject_name) =
            issuer_and_subject(read.tbs_certificate.as_ref()).ok_or(X509Error::InvalidX509Name)?;
        let subject: Arc<str> = subject_name.rfc2253().into();
        // Roots name themselves twice.
        let issuer = if issuer_name == subject_name { subject.clone() } else { issuer_name.rfc2253().into() };
        let mut certificate = Certificate {
            version: u64::from(read.version().0) + 1,
            serial: serial(read.raw_serial()),
            subject,
            issuer,
            common_name: subject_name.common_name(),
            not_valid_before: seconds(read.validity().not_before.timestamp()),
            not_valid_after: seconds(read.validity().not_after.timestamp()),
            key_alg: algorithm(&read.public_key().algorithm.algorithm),
            sig_alg: algorithm(&read.signature_algorithm.algorithm),
            key: Key::of(read.public_key()).unwrap_or_default(),
            san: None,
            basic_constraints: None,
        };
        for extension in read.extensions() {
            match extension.parsed_extension() {
                ParsedExtension::SubjectAlternativeName(names) => {
                    certificate.san = Some(AlternativeName::of(&names.general_names));
                }
                ParsedExtension::BasicConstraints(constraints) => {
                    certificate.basic_constraints = Some((constraints.ca, constraints.path_len_constraint));
                }
                _ => {}
            }
        }
        Ok(certificate)
    }

    /// Whether it was issued for `host` (RFC 6125; Zeek: `sni_matches_cert`). The common name counts only where no host
    /// name is among the alternative names.
    pub fn matches_host(&self, host: &str) -> bool {
        match &self.san {
            Some(san) if !san.dns.is_empty() => san.dns.iter().any(|pattern| host_fits(pattern, host)),
            _ => self.common_name.as_deref().is_some_and(|pattern| host_fits(pattern, host)),
        }
    }

    /// The log line for this certificate in the role in which it was `seen`.
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
            certificate_not_valid_before: Some(self.not_valid_before),
            certificate_not_valid_after: Some(self.not_valid_after),
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
            basic_constraints_ca: self.basic_constraints.map(|(ca, _)| ca),
            basic_constraints_path_len: self
                .basic_constraints
                .and_then(|(_, path_len)| path_len)
                .map(u64::from),
            host_cert: seen.host_cert,
            client_cert: seen.client_cert,
            id: None,
        }
    }
}

impl AlternativeName {
    fn of(names: &[GeneralName<'_>]) -> Self {
        let mut san = AlternativeName::default();
        for name in names {
            match name {
                GeneralName::DNSName(name) => san.dns.push((*name).to_owned()),
                GeneralName::URI(uri) => san.uri.push((*uri).to_owned()),
                GeneralName::RFC822Name(email) => san.email.push((*email).to_owned()),
                GeneralName::IPAddress(bytes) => san.ip.extend(address(bytes)),
                // Bytes that are no UTF-8.
                GeneralName::Invalid(tag, bytes) => match tag.0 {
                    1 => san.email.push(bytes.escape_ascii().to_string()),
                    2 => san.dns.push(bytes.escape_ascii().to_string()),
                    6 => san.uri.push(bytes.escape_ascii().to_string()),
                    _ => {}
                },
                _ => {}
            }
        }
        san
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

impl Key {
    /// Reads the key; none where it does not fit its algorithm, as OpenSSL refuses it.
    fn of(key: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let bits = &key.subject_public_key.data;
        let plain = |kind, length| Key { kind: Some(kind), length: Some(length), ..Key::default() };
        Some(match key.algorithm.algorithm.to_id_string().as_str() {
            // Certificates of Windows' remote desktop name a signature's algorithm for the key (Zeek: `X509.cc`).
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.4" => {
                let (_, rsa) = RSAPublicKey::from_der(bits).ok()?;
                let exponent = BigUint::from_bytes_be(rsa.exponent).to_string();
                Key { exponent: Some(exponent), ..plain("rsa", bit_length(rsa.modulus)) }
            }
            "1.2.840.113549.1.1.10" => {
                let (_, rsa) = RSAPublicKey::from_der(bits).ok()?;
                plain("RSA-PSS", bit_length(rsa.modulus))
            }
            "1.2.840.10040.4.1" => {
                let parameters = key.algorithm.parameters.as_ref()?;
                let (_, prime) = Integer::from_der(parameters.data).ok()?;
                plain("dsa", bit_length(prime.as_ref()))
            }
            "1.2.840.10045.2.1" => {
                let curve = key.algorithm.parameters.as_ref().and_then(named_curve);
                Key {
                    kind: Some("ecdsa"),
                    length: curve.map(|curve| curve.order_bits),
                    curve: curve.map(|curve| curve.name),
                    exponent: None,
                }
            }
            "1.3.101.110" => plain("X25519", 253),
            "1.3.101.111" => plain("X448", 448),
            "1.3.101.112" => plain("ED25519", 256),
            "1.3.101.113" => plain("ED448", 456),
            "2.16.840.1.101.3.4.3.17" => plain("ML-DSA-44", 8 * bits.len() as u64),
            "2.16.840.1.101.3.4.3.18" => plain("ML-DSA-65", 8 * bits.len() as u64),
            "2.16.840.1.101.3.4.3.19" => plain("ML-DSA-87", 8 * bits.len() as u64),
            _ => return None,
        })
    }
}

fn named_curve(parameters: &Any<'_>) -> Option<oid::Curve> {
    oid::curve(&parameters.as_oid().ok()?.to_id_string())
}

/// Bits of a big-endian number without its leading zeros.
fn bit_length(number: &[u8]) -> u64 {
    BigUint::from_bytes_be(number).bits()
}

/// OpenSSL's `i2a_ASN1_INTEGER`: a sign, two digits a byte without the byte that only keeps the sign positive, and
/// after every 35 bytes a backslash and a line break.
fn serial(content: &[u8]) -> String {
    let negative = content.first().is_some_and(|byte| byte & 0x80 != 0);
    let magnitude = if negative { negate(content) } else { content.to_vec() };
    let digits = match magnitude.as_slice() {
        [0, rest @ ..] if !rest.is_empty() => rest,
        [] => &[0],
        all => all,
    };
    let mut text = String::from(if negative { "-" } else { "" });
    for (place, byte) in digits.iter().enumerate() {
        if place > 0 && place.is_multiple_of(35) {
            text.push_str("\\\n");
        }
        text.push_str(&format!("{byte:02X}"));
    }
    text
}

/// The magnitude of a negative number in two's complement.
fn negate(content: &[u8]) -> Vec<u8> {
    let mut carry = true;
    let mut magnitude: Vec<u8> = content
        .iter()
        .rev()
        .map(|byte| {
            let (sum, overflow) = (!byte).overflowing_add(u8::from(carry));
            carry = overflow;
            sum
        })
        .collect();
    magnitude.reverse();
    magnitude
}

fn algorithm(oid: &Oid<'_>) -> Cow<'static, str> {
    let number = oid.to_id_string();
    match oid::algorithm(&number) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(number),
    }
}

fn seconds(timestamp: i64) -> f64 {
    timestamp as f64
}

/// Whether `host` is `pattern`, or lies directly below it where its first label holds a star. OpenSSL asks for two
/// labels behind the star and takes no star in an internationalised label.
fn host_fits(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let (Some((label, parent)), Some((host_label, host_parent))) =
        (pattern.split_once('.'), host.split_once('.'))
    else {
        return false;
    };
    let Some((before, after)) = label.split_once('*') else { return false };
    let plain_label = host_label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let whole = before.is_empty() && after.is_empty();
    let international = host_label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    parent.contains('.')
        && !parent.contains('*')
        && !after.contains('*')
        && parent.eq_ignore_ascii_case(host_parent)
        && plain_label
        && host_label.len() > before.len() + after.len()
        && (whole || !international)
        && host_label.get(..before.len()).is_some_and(|start| start.eq_ignore_ascii_case(before))
        && host_label.get(host_label.len() - after.len()..).is_some_and(|end| end.eq_ignore_ascii_case(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Timestamp;
    use crate::tls::Fingerprint;

    fn tlv(tag: u8, body: &[u8]) -> Vec<u8> {
        let length = match body.len() {
            short @ 0..0x80 => vec![short as u8],
            long => vec![0x82, (long >> 8) as u8, long as u8],
        };
        [&[tag], &length[..], body].concat()
    }

    fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
        tlv(0x30, &parts.concat())
    }

    fn name(common_name: &str) -> Vec<u8> {
        let attribute = sequence(&[tlv(6, &[0x55, 4, 3]), tlv(12, common_name.as_bytes())]);
        sequence(&[tlv(0x31, &attribute)])
    }

    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];

    fn algorithm_identifier(oid: &[u8], parameters: Vec<u8>) -> Vec<u8> {
        sequence(&[tlv(6, oid), parameters])
    }

    fn rsa_key() -> Vec<u8> {
        let modulus = [&[0, 0xc0], &[1; 127][..]].concat();
        let key = sequence(&[tlv(2, &modulus), tlv(2, &[1, 0, 1])]);
        sequence(&[algorithm_identifier(RSA, tlv(5, &[])), tlv(3, &[vec![0], key].concat())])
    }

    fn extension(oid: &[u8], value: Vec<u8>) -> Vec<u8> {
        sequence(&[tlv(6, oid), tlv(4, &value)])
    }

    struct Sample {
        serial: Vec<u8>,
        key: Vec<u8>,
        extensions: Vec<Vec<u8>>,
    }

    impl Default for Sample {
        fn default() -> Self {
            Sample { serial: vec![0, 0xab, 1], key: rsa_key(), extensions: vec![] }
        }
    }

    impl Sample {
        fn der(&self) -> Vec<u8> {
            let signature = algorithm_identifier(SHA256_WITH_RSA, tlv(5, &[]));
            let mut tbs = vec![
                tlv(0xa0, &tlv(2, &[2])),
                tlv(2, &self.serial),
                signature.clone(),
                name("ca"),
                sequence(&[tlv(23, b"200101000000Z"), tlv(24, b"20500101000000Z")]),
                name("host.example.org"),
                self.key.clone(),
            ];
            if !self.extensions.is_empty() {
                tbs.push(tlv(0xa3, &sequence(&self.extensions)));
            }
            sequence(&[sequence(&tbs), signature, tlv(3, &[0, 7])])
        }

        fn read(&self) -> Certificate {
            Certificate::parse(&self.der()).unwrap()
        }
    }

    fn alternative_names(names: &[Vec<u8>]) -> Vec<u8> {
        extension(&[0x55, 0x1d, 17], sequence(names))
    }

    #[test]
    fn the_fields_are_zeeks() {
        let certificate = Sample::default().read();
        assert_eq!(certificate.version, 3);
        assert_eq!(certificate.serial, "AB01");
        assert_eq!((&*certificate.subject, &*certificate.issuer), ("CN=host.example.org", "CN=ca"));
        assert_eq!(certificate.not_valid_before, 1_577_836_800.0);
        assert_eq!(certificate.not_valid_after, 2_524_608_000.0);
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
        let key = sequence(&[algorithm, tlv(3, &[0, 4, 1, 2])]);
        let key = Sample { key, ..Sample::default() }.read().key;
        assert_eq!((key.kind, key.length, key.curve), (Some("ecdsa"), Some(256), Some("prime256v1")));
    }

    #[test]
    fn serials_are_printed_as_openssl_prints_them() {
        assert_eq!(serial(&[0]), "00");
        assert_eq!(serial(&[0x0f]), "0F");
        assert_eq!(serial(&[0, 0x80]), "80");
        assert_eq!(serial(&[0xff]), "-01");
        assert_eq!(serial(&[0x80, 0]), "-8000");
        assert_eq!(serial(&[1; 36]), format!("{}\\\n01", "01".repeat(35)));
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
        assert_eq!(certificate.basic_constraints, Some((true, Some(3))));
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
    fn a_star_stands_for_one_label() {
        assert!(host_fits("*.example.org", "www.example.org"));
        assert!(host_fits("w*.example.org", "www.example.org"));
        assert!(!host_fits("*.example.org", "a.b.example.org"));
        assert!(!host_fits("*.example.org", "example.org"));
        assert!(!host_fits("*.org", "example.org"));
        assert!(!host_fits("x*.example.org", "xn--a.example.org"));
    }

    #[test]
    fn damage_is_an_error_with_zeeks_name() {
        let der = Sample::default().der();
        for end in 0..der.len() {
            let error = Certificate::parse(&der[..end]).unwrap_err();
            assert_eq!(error.weird(), Weird("x509_cert_parse_error"));
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
}
