//! `x509.log`: one record a certificate.

use super::schema::record;
use super::value::{Name, Texts, known};
use std::net::IpAddr;
use std::sync::Arc;

record! {
    /// One certificate, as a line of Zeek's `x509.log` (`X509::Info`).
    X509Record = "x509"
    key {
        /// Time when it was seen, epoch seconds.
        ts: f64 = Time "ts",
    }
    rest {
        /// SHA-256 of the certificate in lower-case hex; absent in older logs.
        fingerprint: Option<Arc<str>> = String "fingerprint",
        /// X.509 version number, 3 nearly always.
        certificate_version: Option<u64> = Count "certificate.version",
        /// Serial number in upper-case hex.
        certificate_serial: Option<Box<str>> = String "certificate.serial",
        /// Subject (RFC 2253).
        certificate_subject: Option<Arc<str>> = String "certificate.subject",
        /// Issuer (RFC 2253).
        certificate_issuer: Option<Arc<str>> = String "certificate.issuer",
        /// Start of validity, epoch seconds.
        certificate_not_valid_before: Option<f64> = Time "certificate.not_valid_before",
        /// End of validity, epoch seconds.
        certificate_not_valid_after: Option<f64> = Time "certificate.not_valid_after",
        /// Algorithm of the public key (`rsaEncryption`).
        certificate_key_alg: Option<Name> = String "certificate.key_alg",
        /// Algorithm of the signature (`sha256WithRSAEncryption`).
        certificate_sig_alg: Option<Name> = String "certificate.sig_alg",
        /// Kind of public key: `rsa`, `dsa` or `ecdsa`; absent for any other.
        certificate_key_type: Option<Name> = String "certificate.key_type",
        /// Length of the public key in bits.
        certificate_key_length: Option<u64> = Count "certificate.key_length",
        /// Public exponent in decimal; absent for keys other than RSA.
        certificate_exponent: Option<Name> = String "certificate.exponent",
        /// Elliptic curve; absent for other keys.
        certificate_curve: Option<Name> = String "certificate.curve",
        /// DNS names of the subject alternative name; absent where it has none.
        san_dns: Option<Texts> = StringVector "san.dns",
        /// URIs of the subject alternative name.
        san_uri: Option<Texts> = StringVector "san.uri",
        /// Mail addresses of the subject alternative name.
        san_email: Option<Texts> = StringVector "san.email",
        /// IP addresses of the subject alternative name.
        san_ip: Option<Box<[IpAddr]>> = AddrVector "san.ip",
        /// Whether it may sign certificates; absent without basic constraints.
        basic_constraints_ca: Option<bool> = Bool "basic_constraints.ca",
        /// Longest path below it; absent without a limit.
        basic_constraints_path_len: Option<u64> = Count "basic_constraints.path_len",
        /// Whether a server presented it as its own.
        host_cert: bool = Bool "host_cert",
        /// Whether a client presented it as its own.
        client_cert: bool = Bool "client_cert",
    }
    parts {}
    older {
        /// File identifier, which an older `ssl.log` names.
        id: Option<Arc<str>> = String "id",
    }
}

impl X509Record {
    /// Returns what the chains of ssl.log may call it: its file's identifier in older logs, its fingerprint since.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.id.as_deref(), self.fingerprint.as_deref()].into_iter().filter_map(known)
    }
}
