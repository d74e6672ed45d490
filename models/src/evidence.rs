//! The pieces of evidence that the scorecard weighs, each by what the table holds of a tuple.
//!
//! They follow what analysts of malware's TLS point at, and were chosen with the labelled captures in view: the card says
//! what that costs. Where one kind of device explains a piece, that explanation is one of its conditions: an address that
//! was looked up, a shared key in place of a certificate, an authority of the organisation that the certificate names, a
//! service on its own port. Devices of a private network find each other without DNS, on ports and with certificates of
//! their own, so pieces about these ask for a public address or, in a private network, for a certificate that is hidden.

use crate::scorecard::Condition::{Above, UpTo};
use crate::scorecard::{Condition, Piece, Weighs};

/// Half: of a share, whether most connections have it; of a flag, whether it is set.
const MOST: f64 = 0.5;

const SELF_SIGNED: Condition = Above("self_signed_ratio", 0.0);
const ISSUED: [Condition; 2] = [Above("self_signed_ratio", -0.5), UpTo("self_signed_ratio", 0.0)];
const NOT_PUBLIC: Condition = UpTo("public_ca_ratio", 0.0);
const OTHER_OWNER: Condition = UpTo("evidence_own_authority", MOST);
const NO_NAME: Condition = UpTo("sni_ratio", MOST);
const OFFERS_NONE: Condition = UpTo("alpn_offered_ratio", MOST);
const CHOSE_NONE: Condition = UpTo("alpn_chosen_ratio", MOST);
const ODD_PORT: Condition = UpTo("tls_port", MOST);
const NOT_LOOKED_UP: Condition = UpTo("dns_looked_up_ratio", 0.0);
const NEVER_LOOKED_UP: Condition = Above("dns_never_ratio", MOST);
const NO_SHARED_KEY: Condition = UpTo("psk_suite_ratio", MOST);
const PRIVATE: Condition = Above("evidence_private_destination", MOST);
const PUBLIC: Condition = UpTo("evidence_private_destination", MOST);
const NO_CERTIFICATE: Condition = UpTo("self_signed_ratio", -0.5);
const SAME_HOST: Condition = Above("evidence_same_host", MOST);
const NO_KNOWN_SERVICE: Condition = UpTo("evidence_known_service", MOST);

const fn piece(name: &'static str, all: &'static [Condition]) -> Piece {
    Piece { name, all, weighs: Weighs::ByRate }
}

/// All of them.
pub static PIECES: [Piece; 17] = [
    piece(
        "self-signed without ALPN, on the internet",
        &[SELF_SIGNED, OFFERS_NONE, CHOSE_NONE, PUBLIC, NO_KNOWN_SERVICE],
    ),
    piece(
        "self-signed without ALPN, in the own network",
        &[SELF_SIGNED, OFFERS_NONE, CHOSE_NONE, PRIVATE, NO_KNOWN_SERVICE],
    ),
    Piece {
        name: "the same, in three or more connections",
        all: &[SELF_SIGNED, OFFERS_NONE, CHOSE_NONE, PRIVATE, NO_KNOWN_SERVICE, Above("n_records", 2.0)],
        weighs: Weighs::ByRateAmong(&[PRIVATE]),
    },
    piece(
        "private authority, no name, odd port",
        &[ISSUED[0], ISSUED[1], NOT_PUBLIC, OTHER_OWNER, NO_NAME, ODD_PORT, NOT_LOOKED_UP, NO_KNOWN_SERVICE],
    ),
    piece(
        "private authority, no name, no ALPN",
        &[
            ISSUED[0],
            ISSUED[1],
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
        ],
    ),
    piece(
        "no name on an odd port, five or more connections",
        &[
            NO_NAME,
            ODD_PORT,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            Above("n_records", 4.0),
            PUBLIC,
        ],
    ),
    piece(
        "no name on an odd port, five or more connections, in the own network without a visible certificate",
        &[
            NO_NAME,
            ODD_PORT,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            Above("n_records", 4.0),
            PRIVATE,
            NO_CERTIFICATE,
        ],
    ),
    piece(
        "never looked up, no name, no ALPN",
        &[
            NEVER_LOOKED_UP,
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NO_KNOWN_SERVICE,
            PUBLIC,
        ],
    ),
    piece(
        "no name, no ALPN, ten or more connections",
        &[
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            Above("n_records", 9.0),
        ],
    ),
    piece(
        "the same, twenty-five or more connections",
        &[
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            Above("n_records", 24.0),
        ],
    ),
    piece(
        "no name, no ALPN, odd port",
        &[
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            ODD_PORT,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            PUBLIC,
        ],
    ),
    piece(
        "no name, no ALPN, odd port, in the own network without a visible certificate",
        &[
            NO_NAME,
            OFFERS_NONE,
            CHOSE_NONE,
            ODD_PORT,
            NOT_PUBLIC,
            OTHER_OWNER,
            NO_SHARED_KEY,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
            PRIVATE,
            NO_CERTIFICATE,
        ],
    ),
    piece(
        "no name on an odd port in TLS 1.3, three or more connections",
        &[
            NO_NAME,
            OFFERS_NONE,
            ODD_PORT,
            Above("n_records", 2.0),
            Above("tls13_ratio", MOST),
            NOT_PUBLIC,
            NOT_LOOKED_UP,
            NO_KNOWN_SERVICE,
        ],
    ),
    piece(
        "names in the certificate that a program proposed",
        &[Above("cert_proposed_name_ratio", 0.0), NOT_PUBLIC],
    ),
    piece(
        "a beat without a name",
        &[Above("evidence_beat_no_name", MOST), NOT_PUBLIC, NO_SHARED_KEY, NOT_LOOKED_UP],
    ),
    Piece { name: "the server is in the own network", all: &[PRIVATE], weighs: Weighs::Lowers(3.0) },
    Piece { name: "the host connects to itself", all: &[SAME_HOST], weighs: Weighs::Lowers(5.0) },
];

/// Columns that the learned part may ask for: connections, handshakes, names and certificates, but for what tells how long
/// somebody captured and what the client offers, which tell laboratories apart.
pub static LEARNED: &[&str] = &[
    "resp_bytes_ratio",
    "established_ratio",
    "period_mean",
    "period_std",
    "non_ssl_to_ssl_ratio",
    "tls_version_ratio",
    "sni_ratio",
    "sni_is_ip_ratio",
    "cert_path_len_mean",
    "x509_to_ssl_ratio",
    "self_signed_ratio",
    "sni_diff_ratio",
    "ssl_subject_diff_ratio",
    "ssl_issuer_diff_ratio",
    "pubkey_exponent_mean",
    "cert_valid_days_mean",
    "cert_valid_days_std",
    "cert_valid_at_capture_ratio",
    "cert_age_ratio_mean",
    "cert_count",
    "san_dns_count_mean",
    "sni_in_san",
    "cn_in_san",
    "cert_subject_diff_ratio",
    "cert_issuer_diff_ratio",
    "cert_san_diff_ratio",
    "subject_mismatch_ratio",
    "issuer_mismatch_ratio",
    "cn_equals_sni_ratio",
    "tls_port",
    "orig_bytes_mean",
    "orig_bytes_cv",
    "resp_bytes_mean",
    "resp_bytes_cv",
    "upload_ratio",
    "orig_pkt_bytes_mean",
    "resp_pkt_bytes_mean",
    "dur_cv",
    "gap_mean",
    "gap_cv",
    "unanswered_ratio",
    "reset_ratio",
    "tls13_ratio",
    "tls12_ratio",
    "old_version_ratio",
    "no_server_hello_ratio",
    "ssl_established_ratio",
    "resumed_ratio",
    "alert_ratio",
    "alpn_chosen_ratio",
    "client_certificate_ratio",
    "hello_retry_ratio",
    "forward_secrecy_ratio",
    "cbc_ratio",
    "weak_ratio",
    "cipher_diff_ratio",
    "server_exts_mean",
    "ja3s_diff_ratio",
    "name_count",
    "name_len_mean",
    "name_labels_mean",
    "name_longest_label_mean",
    "name_digit_ratio_mean",
    "name_hyphens_mean",
    "name_entropy_mean",
    "name_vowel_ratio_mean",
    "name_consonant_run_mean",
    "name_country_ratio",
    "name_new_domain_ratio",
    "name_single_label_ratio",
    "name_without_alpn_ratio",
    "no_name_no_alpn_ratio",
    "no_name_odd_port_ratio",
    "public_ca_ratio",
    "self_signed_no_name_ratio",
    "self_signed_odd_port_ratio",
    "self_signed_no_name_odd_port_ratio",
    "self_signed_no_alpn_ratio",
    "private_ca_no_name_ratio",
    "cert_proposed_name_ratio",
    "subject_parts_mean",
    "issuer_parts_mean",
    "subject_entropy_mean",
    "issuer_entropy_mean",
    "cn_len_mean",
    "cn_entropy_mean",
    "cn_digit_ratio_mean",
    "cn_has_dot_ratio",
    "issuer_has_org_ratio",
    "subject_has_org_ratio",
    "san_present_ratio",
    "san_wildcard_ratio",
    "cert_over_825_days_ratio",
    "cert_up_to_100_days_ratio",
    "cert_whole_years_ratio",
    "cert_from_midnight_ratio",
    "rsa_key_length_mean",
    "ec_key_ratio",
    "old_signature_ratio",
    "serial_len_mean",
    "cert_is_ca_ratio",
    "cert_version_1_ratio",
];
