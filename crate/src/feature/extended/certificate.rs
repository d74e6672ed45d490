//! What first certificates tell beyond the 37: who issued them, and whether they were made by hand.

use super::super::name::attributes;
use super::super::stats::{mean, share};
use super::super::table::{FROM_0, FROM_1, Feature, Group, SHARE, Unit};
use super::super::view::{Certificate, View};
use super::connection::is_tls_port;
use super::name::is_named;
use super::text::{entropy, length, share_of};
use super::{authority, hello};
use crate::join::Session;
use crate::records::known;

const DAY: f64 = 86_400.0;

/// When most of them are missing.
const NO_CERTIFICATE: Option<&str> = Some("no certificate is known");

/// A row for the share of the distinct certificates for which something holds, where it is known.
macro_rules! share_row {
    ($name:literal, $missing:expr, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: $missing,
            compute: |view| share(view.certificates.iter().copied().filter_map($holds)),
        }
    };
}

/// A row for a mean over the distinct certificates for which a value is known.
macro_rules! mean_row {
    ($name:literal, $unit:ident, $range:ident, $missing:expr, $doc:literal, $value:expr) => {
        Feature {
            name: $name,
            group: Group::Certificate,
            unit: Unit::$unit,
            doc: $doc,
            range: $range,
            missing: $missing,
            compute: |view| mean(&view.certificates.iter().copied().filter_map($value).collect::<Vec<f64>>()),
        }
    };
}

/// A row for the share of the TLS connections with a first certificate for which something holds, where it is known.
macro_rules! session_row {
    ($name:literal, $missing:expr, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: $missing,
            compute: |view| {
                let holds: fn(&View<'_>, &Session<'_>, Certificate<'_>) -> Option<bool> = $holds;
                share(
                    view.sessions()
                        .filter_map(|session| holds(view, &session, Certificate(session.certificate?))),
                )
            },
        }
    };
}

pub(super) static ROWS: [Feature; 29] = [
    session_row!(
        "public_ca_ratio",
        NO_CERTIFICATE,
        "Share of TLS connections whose certificate names a public authority as its issuer.",
        |_, _, certificate| { Some(is_public(certificate)) }
    ),
    session_row!(
        "self_signed_no_name_ratio",
        NO_CERTIFICATE,
        "Share of TLS connections with a self-signed certificate and no server name.",
        |_, session, certificate| { Some(is_self_signed(certificate) && !is_named(session)) }
    ),
    session_row!(
        "self_signed_odd_port_ratio",
        NO_CERTIFICATE,
        "Share of TLS connections with a self-signed certificate on a port that is not a well-known TLS port.",
        |view, _, certificate| { Some(is_self_signed(certificate) && !is_tls_port(view)) }
    ),
    session_row!(
        "self_signed_no_name_odd_port_ratio",
        NO_CERTIFICATE,
        "Share of TLS connections with a self-signed certificate and no server name on a port that is not a well-known TLS port.",
        |view, session, certificate| {
            Some(is_self_signed(certificate) && !is_named(session) && !is_tls_port(view))
        }
    ),
    session_row!(
        "self_signed_no_alpn_ratio",
        Some("no certificate met a known ClientHello"),
        "Share of TLS connections with a self-signed certificate whose client offers no protocol by ALPN.",
        |_, session, certificate| {
            let offer = hello::known(session.ssl.offer.as_deref())?;
            Some(is_self_signed(certificate) && hello::protocols(offer).next().is_none())
        }
    ),
    session_row!(
        "private_ca_no_name_ratio",
        NO_CERTIFICATE,
        "Share of TLS connections with no server name and a certificate that no public authority issued.",
        |_, session, certificate| { Some(!is_public(certificate) && !is_named(session)) }
    ),
    share_row!(
        "cert_proposed_name_ratio",
        NO_CERTIFICATE,
        "Share of certificates with names that programs propose, such as Internet Widgits Pty Ltd.",
        |certificate| {
            let names = [certificate.subject(), certificate.issuer()];
            Some(names.into_iter().flatten().any(authority::is_proposed))
        }
    ),
    mean_row!(
        "subject_parts_mean",
        Count,
        FROM_1,
        Some("no certificate with a subject is known"),
        "Mean number of attributes of a certificate's subject.",
        |certificate| { parts(certificate.subject()?) }
    ),
    mean_row!(
        "issuer_parts_mean",
        Count,
        FROM_1,
        Some("no certificate with an issuer is known"),
        "Mean number of attributes of a certificate's issuer.",
        |certificate| { parts(certificate.issuer()?) }
    ),
    mean_row!(
        "subject_entropy_mean",
        Number,
        FROM_0,
        Some("no certificate with a subject is known"),
        "Mean entropy of the characters of a subject's values, bits.",
        |certificate| { entropy(&values(certificate.subject()?)) }
    ),
    mean_row!(
        "issuer_entropy_mean",
        Number,
        FROM_0,
        Some("no certificate with an issuer is known"),
        "Mean entropy of the characters of an issuer's values, bits.",
        |certificate| { entropy(&values(certificate.issuer()?)) }
    ),
    mean_row!(
        "cn_len_mean",
        Count,
        FROM_1,
        Some("no certificate with a common name is known"),
        "Mean length of the common name (CN).",
        |certificate| { Some(length(&certificate.common_name()?)) }
    ),
    mean_row!(
        "cn_entropy_mean",
        Number,
        FROM_0,
        Some("no certificate with a common name is known"),
        "Mean entropy of the characters of the common name (CN), bits.",
        |certificate| { entropy(&certificate.common_name()?) }
    ),
    mean_row!(
        "cn_digit_ratio_mean",
        Ratio,
        SHARE,
        Some("no certificate with a common name is known"),
        "Mean share of digits in the common name (CN).",
        |certificate| { share_of(&certificate.common_name()?, |letter| letter.is_ascii_digit()) }
    ),
    share_row!(
        "cn_has_dot_ratio",
        NO_CERTIFICATE,
        "Share of certificates whose common name (CN) has a dot, as host names do.",
        |certificate| { Some(certificate.common_name().is_some_and(|name| name.contains('.'))) }
    ),
    share_row!(
        "issuer_has_org_ratio",
        NO_CERTIFICATE,
        "Share of certificates whose issuer names an organisation.",
        |certificate| { Some(certificate.issuer().is_some_and(|issuer| has(issuer, "O"))) }
    ),
    share_row!(
        "subject_has_org_ratio",
        NO_CERTIFICATE,
        "Share of certificates whose subject names an organisation.",
        |certificate| { Some(certificate.subject().is_some_and(|subject| has(subject, "O"))) }
    ),
    share_row!(
        "san_present_ratio",
        NO_CERTIFICATE,
        "Share of certificates that name domains as alternatives (SAN).",
        |certificate| { Some(certificate.has_san_dns()) }
    ),
    share_row!(
        "san_wildcard_ratio",
        Some("no certificate with SAN domains is known"),
        "Share of certificates with SAN domains that cover all names below a domain.",
        |certificate| {
            certificate.has_san_dns().then(|| certificate.san_dns().any(|name| name.starts_with("*.")))
        }
    ),
    share_row!(
        "cert_over_825_days_ratio",
        NO_DATES,
        "Share of certificates valid for more than 825 days, which public authorities do not issue since 2018.",
        |certificate| { Some(valid_days(certificate)? > 825.0) }
    ),
    share_row!(
        "cert_up_to_100_days_ratio",
        NO_DATES,
        "Share of certificates valid for up to 100 days, as those that are renewed by programs.",
        |certificate| { Some(valid_days(certificate)? <= 100.0) }
    ),
    share_row!(
        "cert_whole_years_ratio",
        NO_DATES,
        "Share of certificates valid for exactly some times 365 days, as programs propose.",
        |certificate| {
            let days = valid_days(certificate)?;
            Some(days > 0.0 && days % 365.0 == 0.0)
        }
    ),
    share_row!(
        "cert_from_midnight_ratio",
        NO_DATES,
        "Share of certificates valid from midnight on, as many public authorities date them.",
        |certificate| { Some(certificate.validity()?.0 % DAY == 0.0) }
    ),
    mean_row!(
        "rsa_key_length_mean",
        Number,
        FROM_0,
        Some("no certificate with an RSA key is known"),
        "Mean length of the RSA keys, bits.",
        |certificate| {
            let length = certificate.0.certificate_key_length? as f64;
            (key_type(certificate)? == "rsa").then_some(length)
        }
    ),
    share_row!(
        "ec_key_ratio",
        Some("no certificate with a known kind of key is known"),
        "Share of certificates with a key on an elliptic curve.",
        |certificate| { Some(key_type(certificate)? == "ecdsa") }
    ),
    share_row!(
        "old_signature_ratio",
        Some("no certificate with a signature algorithm is known"),
        "Share of certificates signed with SHA-1 or MD5.",
        |certificate| {
            let algorithm = known(certificate.0.certificate_sig_alg.as_deref())?.to_ascii_lowercase();
            Some(["sha1", "md5", "md2"].iter().any(|hash| algorithm.contains(hash)))
        }
    ),
    mean_row!(
        "serial_len_mean",
        Count,
        FROM_1,
        Some("no certificate with a serial number is known"),
        "Mean number of hexadecimal digits of the serial number.",
        |certificate| { Some(length(known(certificate.0.certificate_serial.as_deref())?)) }
    ),
    share_row!(
        "cert_is_ca_ratio",
        NO_CERTIFICATE,
        "Share of first certificates that may sign others, as those made by hand often may.",
        |certificate| { Some(certificate.0.basic_constraints_ca == Some(true)) }
    ),
    share_row!(
        "cert_version_1_ratio",
        Some("no certificate with a version is known"),
        "Share of certificates of a version before 3, which have no extensions.",
        |certificate| { Some(certificate.0.certificate_version? < 3) }
    ),
];

const NO_DATES: Option<&str> = Some("no certificate with both dates is known");

pub(super) fn is_self_signed(certificate: Certificate<'_>) -> bool {
    certificate.issuer().is_some() && certificate.issuer() == certificate.subject()
}

/// A certificate that signs itself claims what it likes.
pub(super) fn is_public(certificate: Certificate<'_>) -> bool {
    !is_self_signed(certificate) && certificate.issuer().is_some_and(authority::is_public)
}

fn parts(name: &str) -> Option<f64> {
    let count = attributes(name).count();
    (count > 0).then_some(count as f64)
}

/// Returns the values of a distinguished name, one behind the other.
fn values(name: &str) -> String {
    attributes(name).map(|(_, value)| value).collect()
}

fn has(name: &str, wanted: &str) -> bool {
    attributes(name).any(|(kind, value)| kind == wanted && !value.is_empty())
}

fn valid_days(certificate: Certificate<'_>) -> Option<f64> {
    let (start, end) = certificate.validity()?;
    Some((end - start) / DAY)
}

fn key_type(certificate: Certificate<'_>) -> Option<&str> {
    known(certificate.0.certificate_key_type.as_deref())
}
