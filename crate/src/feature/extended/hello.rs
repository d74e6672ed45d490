//! What clients offer: it is in the clear whatever the server chooses.

use super::super::stats::{diff, mean, share};
use super::super::table::{FROM_0, Feature, Group, SHARE, Unit};
use super::super::view::View;
use super::suite::Suite;
use crate::records::Offer;
use crate::tls::{Version, is_grease};

/// When all of them are missing.
const NO_HELLO: Option<&str> = Some("no ClientHello is known");

/// Extension types (IANA, TLS ExtensionType Values).
mod kind {
    pub(super) const STATUS_REQUEST: u16 = 5;
    pub(super) const CERTIFICATE_TIMESTAMP: u16 = 18;
    pub(super) const ENCRYPT_THEN_MAC: u16 = 22;
    pub(super) const EXTENDED_MASTER_SECRET: u16 = 23;
    pub(super) const COMPRESS_CERTIFICATE: u16 = 27;
    pub(super) const SESSION_TICKET: u16 = 35;
    pub(super) const PRE_SHARED_KEY: u16 = 41;
    pub(super) const EARLY_DATA: u16 = 42;
    pub(super) const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
    pub(super) const RENEGOTIATION_INFO: u16 = 0xff01;
}

/// A row for a mean over the hellos.
macro_rules! mean_row {
    ($name:literal, $doc:literal, $value:expr) => {
        Feature {
            name: $name,
            group: Group::Hello,
            unit: Unit::Count,
            doc: $doc,
            range: FROM_0,
            missing: NO_HELLO,
            compute: |view| mean(&hellos(view).map($value).collect::<Vec<f64>>()),
        }
    };
}

/// A row for the share of hellos for which something holds.
macro_rules! share_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Hello,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: NO_HELLO,
            compute: |view| share(hellos(view).map($holds)),
        }
    };
}

/// A row for the mean share of the offered suites for which something holds.
macro_rules! suites_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Hello,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: Some("no ClientHello with a registered cipher suite is known"),
            compute: |view| {
                mean(&hellos(view).filter_map(|offer| share(suites(offer).map($holds))).collect::<Vec<f64>>())
            },
        }
    };
}

pub(super) static ROWS: [Feature; 29] = [
    mean_row!("ciphers_offered_mean", "Mean number of cipher suites that the client offers.", |offer| count(
        &offer.client_ciphers
    )),
    mean_row!("exts_offered_mean", "Mean number of extensions in the ClientHello.", |offer| count(
        &offer.ssl_client_exts
    )),
    mean_row!(
        "groups_offered_mean",
        "Mean number of key exchange groups that the client supports.",
        |offer| count(&offer.client_curves)
    ),
    mean_row!(
        "sigalgs_offered_mean",
        "Mean number of signature algorithms that the client supports.",
        |offer| count(&offer.sigalgs)
    ),
    mean_row!(
        "versions_offered_mean",
        "Mean number of versions that the client names; 0 before TLS 1.3.",
        |offer| count(&offer.client_supported_versions)
    ),
    mean_row!(
        "key_shares_mean",
        "Mean number of key shares that the client sends; 0 before TLS 1.3.",
        |offer| count(&offer.client_key_share_groups)
    ),
    mean_row!("alpn_offered_mean", "Mean number of protocols that the client offers by ALPN.", |offer| {
        protocols(offer).count() as f64
    }),
    suites_row!(
        "forward_secrecy_offered_ratio",
        "Mean share of the offered cipher suites that keep secrets when a key is lost later.",
        |suite| suite.is_forward_secret()
    ),
    suites_row!(
        "aead_offered_ratio",
        "Mean share of the offered cipher suites that encrypt and authenticate in one.",
        |suite| suite.is_aead()
    ),
    suites_row!(
        "weak_offered_ratio",
        "Mean share of the offered cipher suites that are no longer to be used, such as RC4 and 3DES.",
        |suite| suite.is_weak()
    ),
    share_row!("tls13_offered_ratio", "Share of ClientHellos that offer TLS 1.3.", |offer| versions(offer)
        .any(is_tls13)),
    share_row!(
        "old_version_offered_ratio",
        "Share of ClientHellos that offer nothing newer than TLS 1.1.",
        is_old
    ),
    share_row!("alpn_offered_ratio", "Share of ClientHellos that offer protocols by ALPN.", |offer| {
        protocols(offer).next().is_some()
    }),
    share_row!("h2_offered_ratio", "Share of ClientHellos that offer HTTP/2 or HTTP/3 by ALPN.", |offer| {
        protocols(offer).any(|name| matches!(name, "h2" | "h3"))
    }),
    share_row!(
        "grease_ratio",
        "Share of ClientHellos that mix in reserved code points (GREASE), as browsers do.",
        has_grease
    ),
    share_row!(
        "ech_ratio",
        "Share of ClientHellos with encrypted_client_hello, true or pretended.",
        |offer| has(offer, kind::ENCRYPTED_CLIENT_HELLO)
    ),
    share_row!(
        "status_request_ratio",
        "Share of ClientHellos that ask for the certificate's status (OCSP).",
        |offer| has(offer, kind::STATUS_REQUEST)
    ),
    share_row!(
        "certificate_timestamp_ratio",
        "Share of ClientHellos that ask for the certificate's public log entries.",
        |offer| has(offer, kind::CERTIFICATE_TIMESTAMP)
    ),
    share_row!(
        "compress_certificate_ratio",
        "Share of ClientHellos that take compressed certificates, as browsers do.",
        |offer| has(offer, kind::COMPRESS_CERTIFICATE)
    ),
    share_row!(
        "extended_master_secret_ratio",
        "Share of ClientHellos with extended_master_secret.",
        |offer| has(offer, kind::EXTENDED_MASTER_SECRET)
    ),
    share_row!("encrypt_then_mac_ratio", "Share of ClientHellos with encrypt_then_mac.", |offer| has(
        offer,
        kind::ENCRYPT_THEN_MAC
    )),
    share_row!(
        "renegotiation_info_ratio",
        "Share of ClientHellos that are safe against renegotiation by others.",
        is_safe_to_renegotiate
    ),
    share_row!("ticket_support_ratio", "Share of ClientHellos that take session tickets.", |offer| has(
        offer,
        kind::SESSION_TICKET
    )),
    Feature {
        name: "ticket_offered_ratio",
        group: Group::Hello,
        unit: Unit::Ratio,
        doc: "Share of ClientHellos that bring a ticket of an earlier session of TLS 1.2.",
        range: SHARE,
        missing: Some("no ClientHello is known, or logs do not say"),
        compute: |view| share(hellos(view).filter_map(|offer| offer.session_ticket)),
    },
    share_row!(
        "psk_offered_ratio",
        "Share of ClientHellos that bring a key of an earlier session of TLS 1.3.",
        |offer| has(offer, kind::PRE_SHARED_KEY)
    ),
    share_row!("early_data_ratio", "Share of ClientHellos behind which data follow at once.", |offer| has(
        offer,
        kind::EARLY_DATA
    )),
    share_row!(
        "key_share_missing_ratio",
        "Share of ClientHellos that offer TLS 1.3 without a key share of X25519 or P-256.",
        |offer| {
            let shares = offer.client_key_share_groups.as_deref().unwrap_or_default();
            versions(offer).any(is_tls13) && !shares.iter().any(|group| matches!(*group, 23 | 29))
        }
    ),
    Feature {
        name: "ja4_diff_ratio",
        group: Group::Hello,
        unit: Unit::Ratio,
        doc: "Variety of client fingerprints (JA4): 0 where all are equal.",
        range: SHARE,
        missing: Some("no client fingerprint is known"),
        compute: |view| diff(hellos(view).filter_map(|offer| offer.ja4.as_deref())),
    },
    Feature {
        name: "ja3_diff_ratio",
        group: Group::Hello,
        unit: Unit::Ratio,
        doc: "Variety of client fingerprints that depend on the order of extensions (JA3); browsers shuffle them.",
        range: SHARE,
        missing: Some("no client fingerprint is known"),
        compute: |view| diff(hellos(view).filter_map(|offer| offer.ja3.as_deref())),
    },
];

/// Returns what the clients offered, one for each TLS connection of which it is known.
pub(super) fn hellos<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a Offer> + 'a {
    view.tuple.sessions.iter().filter_map(|session| known(session.ssl.offer.as_deref()))
}

/// Returns an offer that tells more than a fingerprint, which is all that some logs have.
pub(super) fn known(offer: Option<&Offer>) -> Option<&Offer> {
    offer.filter(|offer| offer.client_version.is_some())
}

/// Returns the names that the client offered by ALPN.
pub(super) fn protocols(offer: &Offer) -> impl Iterator<Item = &str> {
    let names = offer.orig_alpn.as_deref().unwrap_or_default();
    names.iter().map(AsRef::as_ref).filter(|name: &&str| !name.is_empty())
}

fn codes(list: &Option<Box<[u16]>>) -> impl Iterator<Item = u16> + '_ {
    list.as_deref().unwrap_or_default().iter().copied()
}

/// Returns the length of a list without GREASE.
fn count(list: &Option<Box<[u16]>>) -> f64 {
    codes(list).filter(|code| !is_grease(*code)).count() as f64
}

fn has(offer: &Offer, kind: u16) -> bool {
    codes(&offer.ssl_client_exts).any(|known| known == kind)
}

fn has_grease(offer: &Offer) -> bool {
    [&offer.client_ciphers, &offer.ssl_client_exts, &offer.client_curves]
        .into_iter()
        .flat_map(codes)
        .any(is_grease)
}

/// Versions that the client offers: by name, else the hello's own.
fn versions(offer: &Offer) -> impl Iterator<Item = Version> {
    let named = codes(&offer.client_supported_versions).filter(|code| !is_grease(*code));
    let own = offer.client_version.filter(|_| offer.client_supported_versions.is_none());
    named.chain(own).map(Version)
}

/// TLS 1.3, or DTLS 1.3.
fn is_tls13(version: Version) -> bool {
    version.is_tls13() || version == Version(0xfefc)
}

/// Nothing newer than TLS 1.1 is offered, or than DTLS 1.0, which is TLS 1.1 in datagrams.
fn is_old(offer: &Offer) -> bool {
    let old =
        |version: Version| version.is_legacy() && version != Version::TLS12 || version == Version(0xfeff);
    versions(offer).all(old)
}

/// RFC 5746: by an extension, or by a signal among the suites.
fn is_safe_to_renegotiate(offer: &Offer) -> bool {
    has(offer, kind::RENEGOTIATION_INFO) || codes(&offer.client_ciphers).any(|code| code == 0x00ff)
}

fn suites(offer: &Offer) -> impl Iterator<Item = Suite<'static>> {
    codes(&offer.client_ciphers).filter_map(Suite::offered)
}
