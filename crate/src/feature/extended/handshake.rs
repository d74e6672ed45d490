//! What servers choose and how handshakes end.

use super::super::stats::{diff, mean, share};
use super::super::table::{FROM_0, Feature, Group, SHARE, Unit};
use super::super::view::View;
use super::suite::Suite;
use crate::records::{SslRecord, known};

/// A row for the share of all TLS connections for which something holds.
macro_rules! share_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: None,
            compute: |view| share(records(view).map($holds)),
        }
    };
}

/// A row for the share of the chosen suites for which something holds.
macro_rules! suite_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: Some("no server chose a registered cipher suite"),
            compute: |view| share(suites(view).map($holds)),
        }
    };
}

pub(super) static ROWS: [Feature; 17] = [
    share_row!("tls13_ratio", "Share of TLS connections in TLS 1.3.", |ssl| version(ssl)
        .is_some_and(|version| version.contains("TLSv13"))),
    share_row!("tls12_ratio", "Share of TLS connections in TLS 1.2.", |ssl| version(ssl)
        .is_some_and(|version| version.contains("TLSv12"))),
    share_row!("old_version_ratio", "Share of TLS connections in a version before TLS 1.2.", |ssl| version(
        ssl
    )
    .is_some_and(is_old)),
    share_row!(
        "no_server_hello_ratio",
        "Share of TLS connections in which no server chose a version.",
        |ssl| version(ssl).is_none()
    ),
    share_row!("ssl_established_ratio", "Share of TLS connections whose handshake was completed.", |ssl| ssl
        .established),
    share_row!("resumed_ratio", "Share of TLS connections that resume an earlier session.", |ssl| ssl
        .resumed),
    share_row!("alert_ratio", "Share of TLS connections with an alert in the clear.", |ssl| known(
        ssl.last_alert.as_deref()
    )
    .is_some()),
    share_row!(
        "alpn_chosen_ratio",
        "Share of TLS connections whose server chose a protocol by ALPN in the clear.",
        |ssl| known(ssl.next_protocol.as_deref()).is_some()
    ),
    share_row!(
        "client_certificate_ratio",
        "Share of TLS connections whose client sent a certificate.",
        |ssl| ssl.client_cert_chain_fps.as_deref().is_some_and(|chain| !chain.is_empty())
    ),
    share_row!(
        "hello_retry_ratio",
        "Share of TLS connections whose server asked for another ClientHello.",
        |ssl| ssl.ssl_history.as_deref().is_some_and(|history| history.contains('j'))
    ),
    suite_row!(
        "forward_secrecy_ratio",
        "Share of the chosen cipher suites that keep secrets when a key is lost later.",
        |suite| suite.is_forward_secret()
    ),
    suite_row!("cbc_ratio", "Share of the chosen cipher suites that chain blocks.", |suite| suite.is_cbc()),
    suite_row!(
        "weak_ratio",
        "Share of the chosen cipher suites that are no longer to be used, such as RC4 and 3DES.",
        |suite| suite.is_weak()
    ),
    suite_row!(
        "psk_suite_ratio",
        "Share of the chosen cipher suites that prove a shared key instead of a certificate, as small devices do.",
        |suite| suite.is_pre_shared()
    ),
    Feature {
        name: "cipher_diff_ratio",
        group: Group::Ssl,
        unit: Unit::Ratio,
        doc: "Variety of chosen cipher suites: 0 where all are equal.",
        range: SHARE,
        missing: Some("no server chose a cipher suite"),
        compute: |view| diff(records(view).filter_map(|ssl| known(ssl.cipher.as_deref()))),
    },
    Feature {
        name: "server_exts_mean",
        group: Group::Ssl,
        unit: Unit::Count,
        doc: "Mean number of extensions in the ServerHello.",
        range: FROM_0,
        missing: Some("no ServerHello is known"),
        compute: |view| {
            let choices = records(view).filter_map(|ssl| ssl.choice.as_deref());
            let known = choices.filter(|choice| choice.server_version.is_some());
            let counts =
                known.map(|choice| choice.ssl_server_exts.as_deref().unwrap_or_default().len() as f64);
            mean(&counts.collect::<Vec<f64>>())
        },
    },
    Feature {
        name: "ja3s_diff_ratio",
        group: Group::Ssl,
        unit: Unit::Ratio,
        doc: "Variety of server fingerprints (JA3S): 0 where all are equal.",
        range: SHARE,
        missing: Some("no server fingerprint is known"),
        compute: |view| diff(records(view).filter_map(|ssl| ssl.choice.as_deref()?.ja3s.as_deref())),
    },
];

fn records<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a SslRecord> + 'a {
    view.tuple.sessions.iter().map(|session| session.ssl)
}

fn version(ssl: &SslRecord) -> Option<&str> {
    known(ssl.version.as_deref())
}

fn is_old(version: &str) -> bool {
    ["SSLv", "TLSv10", "TLSv11"].iter().any(|old| version.contains(old)) || version == "TLSv1"
}

fn suites<'a>(view: &'a View<'_>) -> impl Iterator<Item = Suite<'a>> + 'a {
    records(view).filter_map(|ssl| Suite::named(known(ssl.cipher.as_deref())?))
}
