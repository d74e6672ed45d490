//! What the extended table adds.

use super::*;
use crate::flow::ConnState;
use crate::records::{Choice, Offer};

/// Returns a hello of TLS 1.3 with GREASE, as a browser's.
fn browser() -> Offer {
    Offer {
        ja3: Some("a3".into()),
        ja4: Some("a4".into()),
        client_version: Some(771),
        client_ciphers: Some([0x0a0a, 0x1301, 0xc02f, 0x002f, 0x000a].into()),
        ssl_client_exts: Some([0x1a1a, 0, 16, 23, 27, 41, 43, 51, 0xfe0d, 0xff01].into()),
        client_curves: Some([0x2a2a, 29, 23].into()),
        orig_alpn: names(&["h2", "http/1.1"]),
        client_supported_versions: Some([0x3a3a, 772, 771].into()),
        client_key_share_groups: Some([0x2a2a, 29].into()),
        sigalgs: Some([3, 4, 1].into()),
        session_ticket: Some(false),
        ..Offer::default()
    }
}

/// Returns a hello of TLS 1.0 without extensions.
fn plain_hello() -> Offer {
    Offer {
        ja3: Some("b3".into()),
        ja4: Some("b4".into()),
        client_version: Some(769),
        client_ciphers: Some([0x0005, 0x00ff].into()),
        session_ticket: Some(true),
        ..Offer::default()
    }
}

fn offering(offer: Offer) -> impl Fn(&mut ConnRecord, &mut SslRecord) {
    move |_, ssl| ssl.offer = Some(offer.clone().into())
}

fn hellos() -> Logs {
    Logs::new().tls(1.0, offering(browser())).tls(2.0, offering(plain_hello()))
}

/// One connection to `name`.
fn named(name: &str) -> Logs {
    Logs::new().shown("", name)
}

/// One connection that shows a certificate.
fn certified(edit: impl Fn(&mut X509Record)) -> Logs {
    Logs::new().shown("a", "host.example.com").certificate("a", edit)
}

fn dn(subject: &'static str, issuer: &'static str) -> impl Fn(&mut X509Record) {
    move |record| {
        record.certificate_subject = Some(subject.into());
        record.certificate_issuer = Some(issuer.into());
    }
}

fn valid(from: f64, to: f64) -> impl Fn(&mut X509Record) {
    move |record| {
        record.certificate_not_valid_before = Some(from);
        record.certificate_not_valid_after = Some(to);
    }
}

#[test]
fn bare_tls_connection_has_only_what_is_never_missing() {
    let logs = Logs::new().tls(1.0, plain);
    for feature in Table::Extended.features() {
        assert_eq!(logs.value(feature.name).is_none(), feature.missing.is_some(), "{}", feature.name);
    }
}

#[test]
fn sizes_are_per_connection() {
    let sent = |bytes: u64| move |conn: &mut ConnRecord, _: &mut SslRecord| conn.orig_bytes = Some(bytes);
    let logs = Logs::new().tls(1.0, sent(100)).tls(2.0, sent(300)).tls(3.0, plain);
    assert_eq!(logs.value("orig_bytes_mean"), Some(200.0));
    assert_eq!(logs.value("orig_bytes_cv"), Some(0.5));
    assert_eq!(logs.value("resp_bytes_mean"), None);
    assert_eq!(Logs::new().tls(1.0, sent(0)).value("orig_bytes_cv"), None);
}

#[test]
fn uploads_send_more_than_they_receive() {
    let moved = |sent, received| {
        move |conn: &mut ConnRecord, _: &mut SslRecord| {
            (conn.orig_bytes, conn.resp_bytes) = (Some(sent), Some(received));
        }
    };
    let logs = Logs::new().tls(1.0, moved(3, 2)).tls(1.0, moved(2, 2)).tls(1.0, plain);
    assert_eq!(logs.value("upload_ratio"), Some(0.5));
}

#[test]
fn packets_are_weighed_alike() {
    let logs = Logs::new()
        .tls(1.0, |conn, _| (conn.resp_ip_bytes, conn.resp_pkts) = (1000, 1))
        .tls(2.0, |conn, _| (conn.resp_ip_bytes, conn.resp_pkts) = (200, 3));
    assert_eq!(logs.value("resp_pkt_bytes_mean"), Some(300.0));
    assert_eq!(logs.value("orig_pkt_bytes_mean"), None);
}

#[test]
fn gaps_lie_between_starts() {
    let at = |starts: &[f64]| starts.iter().fold(Logs::new(), |logs, ts| logs.tls(*ts, plain));
    assert_eq!(at(&[10.0, 40.0, 20.0]).value("gap_mean"), Some(15.0));
    assert_eq!(at(&[10.0, 40.0, 70.0]).value("gap_cv"), Some(0.0));
    assert_eq!(at(&[10.0, 40.0]).value("gap_cv"), None);
    assert_eq!(at(&[10.0]).value("gap_mean"), None);
    assert_eq!(at(&[10.0, 10.0, 10.0]).value("gap_cv"), None);
}

#[test]
fn states_tell_how_connections_end() {
    let ended = |state| move |conn: &mut ConnRecord, _: &mut SslRecord| conn.conn_state = Some(state);
    let logs = Logs::new()
        .tls(1.0, ended(ConnState::S0))
        .tls(1.0, ended(ConnState::RstO))
        .tls(1.0, ended(ConnState::SF))
        .tls(1.0, ended(ConnState::RstR));
    assert_eq!(logs.value("unanswered_ratio"), Some(0.25));
    assert_eq!(logs.value("reset_ratio"), Some(0.5));
}

#[test]
fn lists_are_counted_without_grease() {
    let logs = hellos();
    assert_eq!(logs.value("ciphers_offered_mean"), Some(3.0));
    assert_eq!(logs.value("exts_offered_mean"), Some(4.5));
    assert_eq!(logs.value("groups_offered_mean"), Some(1.0));
    assert_eq!(logs.value("sigalgs_offered_mean"), Some(1.5));
    assert_eq!(logs.value("versions_offered_mean"), Some(1.0));
    assert_eq!(logs.value("key_shares_mean"), Some(0.5));
    assert_eq!(logs.value("alpn_offered_mean"), Some(1.0));
}

#[test]
fn offered_suites_are_weighed_in_each_hello() {
    let logs = Logs::new().tls(1.0, offering(browser()));
    assert_eq!(logs.value("forward_secrecy_offered_ratio"), Some(0.5));
    assert_eq!(logs.value("aead_offered_ratio"), Some(0.5));
    assert_eq!(logs.value("weak_offered_ratio"), Some(0.25));
    assert_eq!(hellos().value("weak_offered_ratio"), Some(0.625));
}

#[test]
fn shares_of_hellos_count_known_ones() {
    let logs = hellos().tls(3.0, plain);
    for name in [
        "tls13_offered_ratio",
        "old_version_offered_ratio",
        "alpn_offered_ratio",
        "h2_offered_ratio",
        "grease_ratio",
        "ech_ratio",
        "compress_certificate_ratio",
        "extended_master_secret_ratio",
        "psk_offered_ratio",
        "ticket_offered_ratio",
        "no_name_no_alpn_ratio",
    ] {
        assert_eq!(logs.value(name), Some(0.5), "{name}");
    }
    for name in
        ["early_data_ratio", "status_request_ratio", "encrypt_then_mac_ratio", "key_share_missing_ratio"]
    {
        assert_eq!(logs.value(name), Some(0.0), "{name}");
    }
    assert_eq!(logs.value("renegotiation_info_ratio"), Some(1.0), "an extension, or a signal");
}

#[test]
fn datagrams_count_their_versions_downwards() {
    let offered = |versions: &[u16]| {
        let offer = Offer {
            client_version: Some(0xfefd),
            client_supported_versions: Some(versions.into()),
            ..Offer::default()
        };
        let logs = Logs::new().tls(1.0, offering(offer));
        (logs.value("tls13_offered_ratio"), logs.value("old_version_offered_ratio"))
    };
    assert_eq!(offered(&[0xfefc, 0xfefd]), (Some(1.0), Some(0.0)));
    assert_eq!(offered(&[0xfefd]), (Some(0.0), Some(0.0)));
    assert_eq!(offered(&[0xfeff]), (Some(0.0), Some(1.0)));
}

#[test]
fn a_fingerprint_alone_is_no_hello() {
    let offer = Offer { ja3: Some("a3".into()), ..Offer::default() };
    let logs = Logs::new().tls(1.0, offering(offer));
    assert_eq!(logs.value("ciphers_offered_mean"), None);
    assert_eq!(logs.value("no_name_no_alpn_ratio"), None);
}

#[test]
fn fingerprints_vary() {
    assert_eq!(hellos().value("ja4_diff_ratio"), Some(1.0));
    assert_eq!(hellos().tls(3.0, offering(browser())).value("ja3_diff_ratio"), Some(2.0 / 3.0));
    let choice = |print: &'static str| {
        move |_: &mut ConnRecord, ssl: &mut SslRecord| {
            let choice = Choice { ja3s: Some(print.into()), server_version: Some(771), ..Choice::default() };
            ssl.choice = Some(choice.into());
        }
    };
    let logs = Logs::new().tls(1.0, choice("s")).tls(1.0, choice("s"));
    assert_eq!(logs.value("ja3s_diff_ratio"), Some(0.0));
    assert_eq!(logs.value("server_exts_mean"), Some(0.0));
}

#[test]
fn versions_share_all_connections() {
    let version =
        |name: &'static str| move |_: &mut ConnRecord, ssl: &mut SslRecord| ssl.version = Some(name.into());
    let logs = Logs::new()
        .tls(1.0, version("TLSv13"))
        .tls(1.0, version("TLSv12"))
        .tls(1.0, version("TLSv10"))
        .tls(1.0, plain);
    for name in ["tls13_ratio", "tls12_ratio", "old_version_ratio", "no_server_hello_ratio"] {
        assert_eq!(logs.value(name), Some(0.25), "{name}");
    }
}

#[test]
fn handshakes_end_in_many_ways() {
    let logs = Logs::new()
        .tls(1.0, |_, ssl| (ssl.established, ssl.resumed) = (true, true))
        .tls(1.0, |_, ssl| {
            (ssl.last_alert, ssl.ssl_history) = (Some("unknown_ca".into()), Some("Cjl".into()))
        })
        .tls(1.0, |_, ssl| {
            (ssl.next_protocol, ssl.client_cert_chain_fps) = (Some("h2".into()), names(&["c"]));
        })
        .tls(1.0, |_, ssl| ssl.client_cert_chain_fps = names(&[]));
    for name in [
        "ssl_established_ratio",
        "resumed_ratio",
        "alert_ratio",
        "hello_retry_ratio",
        "alpn_chosen_ratio",
        "client_certificate_ratio",
    ] {
        assert_eq!(logs.value(name), Some(0.25), "{name}");
    }
}

#[test]
fn chosen_suites_are_judged_by_name() {
    let chosen =
        |name: &'static str| move |_: &mut ConnRecord, ssl: &mut SslRecord| ssl.cipher = Some(name.into());
    let logs = Logs::new()
        .tls(1.0, chosen("TLS_AES_128_GCM_SHA256"))
        .tls(1.0, chosen("TLS_RSA_WITH_AES_128_CBC_SHA"))
        .tls(1.0, chosen("unknown-64250"));
    assert_eq!(logs.value("forward_secrecy_ratio"), Some(0.5));
    assert_eq!(logs.value("cbc_ratio"), Some(0.5));
    assert_eq!(logs.value("weak_ratio"), Some(0.0));
    assert_eq!(logs.value("cipher_diff_ratio"), Some(1.0));
}

#[test]
fn names_are_measured_once_each() {
    let logs = named("WWW.a1.example.com").shown("", "www.a1.example.com.").shown("", "x.de");
    assert_eq!(logs.value("name_count"), Some(2.0));
    assert_eq!(logs.value("name_len_mean"), Some((18.0 + 4.0) / 2.0));
    assert_eq!(logs.value("name_labels_mean"), Some(3.0));
    assert_eq!(logs.value("name_longest_label_mean"), Some(4.5));
    assert_eq!(logs.value("name_country_ratio"), Some(0.5));
    assert_eq!(logs.value("name_digit_ratio_mean"), Some(1.0 / 18.0 / 2.0));
}

#[test]
fn shape_of_a_name_is_its_longest_labels() {
    assert_eq!(named("abab.cc").value("name_entropy_mean"), Some(1.0));
    assert_eq!(named("aabbbc.com").value("name_vowel_ratio_mean"), Some(2.0 / 6.0));
    assert_eq!(named("aabbbc.com").value("name_consonant_run_mean"), Some(4.0));
    assert_eq!(named("a-b-c.top").value("name_hyphens_mean"), Some(2.0));
    assert_eq!(named("a-b-c.top").value("name_new_domain_ratio"), Some(1.0));
    assert_eq!(named("localhost").value("name_single_label_ratio"), Some(1.0));
}

#[test]
fn an_address_is_no_name() {
    let logs = named("192.0.2.7").shown("", "2001:db8::7").shown("", "...");
    assert_eq!(logs.value("name_count"), Some(0.0));
    assert_eq!(logs.value("name_len_mean"), None);
}

#[test]
fn a_name_without_a_protocol_is_no_browsers() {
    let logs = Logs::new().tls(1.0, |_, ssl| {
        ssl.offer = Some(plain_hello().into());
        ssl.server_name = Some("example.com".into());
    });
    assert_eq!(logs.value("name_without_alpn_ratio"), Some(1.0));
    assert_eq!(logs.value("no_name_no_alpn_ratio"), Some(0.0));
}

#[test]
fn public_authority_is_the_issuers_organisation() {
    assert_eq!(certified(dn("CN=a", "CN=R3,O=Let's Encrypt,C=US")).value("public_ca_ratio"), Some(1.0));
    assert_eq!(certified(dn("CN=a", "CN=R3,O=Letz Encrypt,C=US")).value("public_ca_ratio"), Some(0.0));
    let own = certified(dn("O=Amazon", "O=Amazon"));
    assert_eq!(own.value("public_ca_ratio"), Some(0.0), "a certificate that signs itself");
}

#[test]
fn self_signed_meets_what_is_missing_elsewhere() {
    let own = certified(dn("CN=a", "CN=a"));
    assert_eq!(own.value("self_signed_no_name_ratio"), Some(0.0));
    assert_eq!(own.value("self_signed_odd_port_ratio"), Some(0.0), "the port is 443");
    assert_eq!(own.value("self_signed_no_alpn_ratio"), None);
    let own = own.tls(1.0, |_, ssl| {
        ssl.cert_chain_fps = names(&["a"]);
        ssl.offer = Some(plain_hello().into());
    });
    assert_eq!(own.value("self_signed_no_name_ratio"), Some(0.5));
    assert_eq!(own.value("private_ca_no_name_ratio"), Some(0.5));
    assert_eq!(own.value("self_signed_no_alpn_ratio"), Some(1.0));
}

#[test]
fn odd_port_is_none_at_which_tls_is_at_home() {
    let mut own = certified(dn("CN=a", "CN=a"));
    assert_eq!(own.value("tls_port"), Some(1.0));
    own.conn.iter_mut().for_each(|conn| conn.resp_p = 4444);
    assert_eq!(own.value("tls_port"), Some(0.0));
    assert_eq!(own.value("self_signed_odd_port_ratio"), Some(1.0));
    assert_eq!(own.value("no_name_odd_port_ratio"), Some(0.0));
    own.ssl[0].server_name = None;
    assert_eq!(own.value("no_name_odd_port_ratio"), Some(1.0));
    assert_eq!(own.value("self_signed_no_name_odd_port_ratio"), Some(1.0));
}

#[test]
fn distinguished_names_are_measured_by_their_attributes() {
    let logs = certified(dn("CN=ab12,OU=x,O=y", r"CN=a\,bc"));
    assert_eq!(logs.value("subject_parts_mean"), Some(3.0));
    assert_eq!(logs.value("issuer_parts_mean"), Some(1.0));
    assert_eq!(logs.value("cn_len_mean"), Some(4.0));
    assert_eq!(logs.value("cn_entropy_mean"), Some(2.0));
    assert_eq!(logs.value("cn_digit_ratio_mean"), Some(0.5));
    assert_eq!(logs.value("cn_has_dot_ratio"), Some(0.0));
    assert_eq!(logs.value("issuer_has_org_ratio"), Some(0.0));
    assert_eq!(logs.value("subject_has_org_ratio"), Some(1.0));
    assert_eq!(logs.value("issuer_entropy_mean"), Some(2.0), "the backslash is no character");
    let proposed = certified(dn("CN=x", "O=Internet Widgits Pty Ltd"));
    assert_eq!(proposed.value("cert_proposed_name_ratio"), Some(1.0));
}

#[test]
fn validity_has_a_shape() {
    const DAY: f64 = 86_400.0;
    let value = |name, from: f64, days: f64| certified(valid(from, from + days * DAY)).value(name);
    assert_eq!(value("cert_over_825_days_ratio", 7.0, 825.0), Some(0.0));
    assert_eq!(value("cert_over_825_days_ratio", 7.0, 826.0), Some(1.0));
    assert_eq!(value("cert_up_to_100_days_ratio", 7.0, 90.0), Some(1.0));
    assert_eq!(value("cert_whole_years_ratio", 7.0, 730.0), Some(1.0));
    assert_eq!(value("cert_whole_years_ratio", 7.0, 730.5), Some(0.0));
    assert_eq!(value("cert_whole_years_ratio", 7.0, 0.0), Some(0.0));
    assert_eq!(value("cert_from_midnight_ratio", 3.0 * DAY, 1.0), Some(1.0));
    assert_eq!(value("cert_from_midnight_ratio", 3.0 * DAY + 1.0, 1.0), Some(0.0));
}

#[test]
fn keys_and_signatures_are_told_apart() {
    let rsa = certified(|record| {
        (record.certificate_key_type, record.certificate_key_length) = (Some("rsa".into()), Some(2048));
        record.certificate_sig_alg = Some("sha1WithRSAEncryption".into());
    });
    assert_eq!(rsa.value("rsa_key_length_mean"), Some(2048.0));
    assert_eq!(rsa.value("ec_key_ratio"), Some(0.0));
    assert_eq!(rsa.value("old_signature_ratio"), Some(1.0));
    let ec = certified(|record| {
        (record.certificate_key_type, record.certificate_key_length) = (Some("ecdsa".into()), Some(256));
        record.certificate_sig_alg = Some("ecdsa-with-SHA256".into());
    });
    assert_eq!(ec.value("rsa_key_length_mean"), None);
    assert_eq!(ec.value("ec_key_ratio"), Some(1.0));
    assert_eq!(ec.value("old_signature_ratio"), Some(0.0));
}

#[test]
fn certificates_made_by_hand_show_in_their_fields() {
    let logs = certified(|record| {
        record.certificate_serial = Some("01".into());
        record.certificate_version = Some(1);
        record.basic_constraints_ca = Some(true);
        record.san_dns = names(&["*.example.com"]);
    });
    assert_eq!(logs.value("serial_len_mean"), Some(2.0));
    for name in ["cert_version_1_ratio", "cert_is_ca_ratio", "san_present_ratio", "san_wildcard_ratio"] {
        assert_eq!(logs.value(name), Some(1.0), "{name}");
    }
}
