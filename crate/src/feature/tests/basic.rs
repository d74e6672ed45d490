//! The 37.

use super::*;
use crate::feature::name::tests::NORMALISED;
use crate::flow::ConnState;

#[test]
fn bare_tls_connection_has_no_value_but_counts_and_shares() {
    let logs = Logs::new().tls(1.0, plain);
    for feature in Table::Basic37.features() {
        let value = logs.value(feature.name);
        assert_eq!(value.is_none(), feature.missing.is_some(), "{}", feature.name);
    }
    assert_eq!(logs.value("n_records"), Some(1.0));
    assert_eq!(logs.value("cert_count"), Some(0.0));
    assert_eq!(logs.value("x509_to_ssl_ratio"), Some(0.0));
}

#[test]
fn groups_are_as_large_as_defined() {
    let count = |group| Table::Basic37.features().iter().filter(|feature| feature.group == group).count();
    use crate::feature::Group::{Certificate, Connection, Ssl};
    assert_eq!((count(Connection), count(Ssl), count(Certificate)), (12, 10, 15));
}

#[test]
fn duration_of_one_connection_has_no_spread() {
    let logs = Logs::new().tls(1.0, lasting(2.5)).tls(2.0, plain);
    assert_eq!(logs.value("dur_mean"), Some(2.5));
    assert_eq!(logs.value("dur_std"), Some(0.0));
    assert_eq!(logs.value("dur_out_of_std_ratio"), Some(0.0));
}

#[test]
fn duration_on_the_edge_of_the_deviation_is_not_outside() {
    let edge = Logs::new().tls(1.0, lasting(1.0)).tls(2.0, lasting(3.0));
    assert_eq!(edge.value("dur_out_of_std_ratio"), Some(0.0));
    let outside = (0..9).fold(Logs::new(), |logs, _| logs.tls(1.0, lasting(1.0))).tls(2.0, lasting(9.0));
    assert_eq!(outside.value("dur_out_of_std_ratio"), Some(0.1));
}

#[test]
fn absent_bytes_count_as_none() {
    let logs = Logs::new().tls(1.0, plain).tls(1.0, |conn, _| {
        (conn.orig_bytes, conn.resp_bytes) = (Some(1), Some(3));
    });
    assert_eq!(logs.value("orig_bytes_total"), Some(1.0));
    assert_eq!(logs.value("resp_bytes_ratio"), Some(0.75));
    assert_eq!(Logs::new().tls(1.0, plain).value("resp_bytes_ratio"), None);
}

#[test]
fn sum_of_huge_counts_does_not_wrap() {
    let huge = |conn: &mut ConnRecord, _: &mut SslRecord| conn.orig_bytes = Some(u64::MAX);
    assert_eq!(Logs::new().tls(1.0, huge).tls(2.0, huge).value("orig_bytes_total"), Some(2.0_f64.powi(65)));
}

#[test]
fn packets_of_connections_without_tls_count() {
    let logs = Logs::new().tls(1.0, |conn, _| conn.orig_pkts = 2).conn(1.0, |conn| {
        (conn.orig_pkts, conn.resp_pkts) = (3, 4);
    });
    assert_eq!((logs.value("orig_pkts_total"), logs.value("resp_pkts_total")), (Some(5.0), Some(4.0)));
}

#[test]
fn unknown_state_is_left_out_of_the_established_share() {
    let in_state = |state| move |conn: &mut ConnRecord, _: &mut SslRecord| conn.conn_state = Some(state);
    let logs = Logs::new().tls(1.0, plain).tls(1.0, in_state(ConnState::RstR));
    assert_eq!(logs.value("established_ratio"), Some(1.0));
    assert_eq!(logs.tls(1.0, in_state(ConnState::RstRH)).value("established_ratio"), Some(0.5));
}

#[test]
fn period_needs_three_connections_and_is_zero_for_a_beacon() {
    let two = Logs::new().tls(20.0, plain).tls(10.0, plain);
    assert_eq!((two.value("period_mean"), two.value("period_std")), (None, None));
    let three = two.conn(30.0, |_| {});
    assert_eq!((three.value("period_mean"), three.value("period_std")), (Some(0.0), Some(0.0)));
    let four = three.tls(42.0, plain);
    assert_eq!((four.value("period_mean"), four.value("period_std")), (Some(1.0), Some(1.0)));
}

#[test]
fn non_ssl_connections_are_counted_per_ssl_connection() {
    let logs = Logs::new().tls(1.0, plain).conn(2.0, |_| {}).conn(3.0, |_| {}).conn(4.0, |_| {});
    assert_eq!(logs.value("non_ssl_to_ssl_ratio"), Some(3.0));
}

#[test]
fn unknown_version_counts_against_tls() {
    let version = |name: &'static str| {
        move |_: &mut ConnRecord, ssl: &mut SslRecord| {
            ssl.version = Some(name.into());
        }
    };
    let logs = Logs::new().tls(1.0, version("TLSv12")).tls(1.0, version("DTLSv12"));
    assert_eq!(logs.value("tls_version_ratio"), Some(1.0));
    let logs = logs.tls(1.0, version("SSLv3")).tls(1.0, plain);
    assert_eq!(logs.value("tls_version_ratio"), Some(0.5));
}

#[test]
fn server_name_may_be_an_address_of_either_family() {
    let logs = Logs::new().shown("", "192.0.2.7").shown("", "2001:db8::7").shown("", "1.2.3").tls(1.0, plain);
    assert_eq!(logs.value("sni_is_ip_ratio"), Some(0.5));
    assert_eq!(logs.value("sni_ratio"), Some(0.75));
}

#[test]
fn empty_server_name_is_none() {
    let logs = Logs::new().shown("", "").shown("", "-");
    assert_eq!((logs.value("sni_ratio"), logs.value("sni_diff_ratio")), (Some(0.0), None));
}

#[test]
fn star_in_a_server_name_makes_no_variety() {
    let logs = Logs::new().shown("", "*.example.com").shown("", ".example.com");
    assert_eq!(logs.value("sni_diff_ratio"), Some(0.0));
    assert_eq!(logs.shown("", "b").shown("", "b").value("sni_diff_ratio"), Some(0.5));
}

#[test]
fn path_length_is_averaged_over_chains_that_were_seen() {
    let chain = |ids: &'static [&str]| {
        move |_: &mut ConnRecord, ssl: &mut SslRecord| {
            ssl.cert_chain_fps = names(ids);
        }
    };
    let logs = Logs::new().tls(1.0, chain(&["a", "b"])).tls(1.0, chain(&["a"])).tls(1.0, chain(&[]));
    assert_eq!(logs.value("cert_path_len_mean"), Some(1.5));
    assert_eq!(logs.value("x509_to_ssl_ratio"), Some(0.0));
}

#[test]
fn empty_names_are_not_self_signed() {
    let logs = Logs::new().shown("a", "x").shown("b", "x").shown("b", "x").shown("b", "x");
    let logs = logs.certificate("a", |record| {
        (record.certificate_subject, record.certificate_issuer) = (Some("CN=x".into()), Some("CN=x".into()));
    });
    let logs = logs.certificate("b", |record| {
        (record.certificate_subject, record.certificate_issuer) = (Some("".into()), Some("".into()));
    });
    assert_eq!(logs.value("self_signed_ratio"), Some(0.25));
    assert_eq!((logs.value("cert_count"), logs.value("x509_to_ssl_ratio")), (Some(2.0), Some(1.0)));
}

#[test]
fn subject_of_the_certificate_stands_in_for_the_ssl_record() {
    let logs = Logs::new()
        .shown("a", "x")
        .tls(1.0, |_, ssl| (ssl.subject, ssl.issuer) = (Some("CN=other".into()), Some("CN=ca".into())))
        .certificate("a", |record| {
            (record.certificate_subject, record.certificate_issuer) =
                (Some("CN=x".into()), Some("CN=ca".into()));
        });
    assert_eq!(logs.value("ssl_subject_diff_ratio"), Some(1.0));
    assert_eq!(logs.value("ssl_issuer_diff_ratio"), Some(0.0));
}

#[test]
fn certificate_counts_once_however_often_it_is_shown() {
    let rsa = |exponent: &'static str| {
        move |record: &mut X509Record| {
            record.certificate_exponent = Some(exponent.into());
        }
    };
    let logs = Logs::new().shown("a", "x").shown("a", "x").shown("b", "x").shown("c", "x");
    let logs = logs.certificate("a", rsa("65537")).certificate("b", rsa("3")).certificate("c", |_| {});
    assert_eq!(logs.value("pubkey_exponent_mean"), Some(32_770.0));
    assert_eq!(logs.value("cert_count"), Some(3.0));
}

#[test]
fn certificates_without_fingerprint_are_told_apart_by_issuer_and_serial() {
    let (mut logs, serials) = (Logs::new(), ["01", "01", "02"]);
    for (id, serial) in ["F1", "F2", "F3"].into_iter().zip(serials) {
        logs = logs.tls(1.0, |_, ssl| ssl.cert_chain_fuids = names(&[id])).certificate("", |record| {
            (record.fingerprint, record.id) = (None, Some(id.into()));
            record.certificate_serial = Some(serial.into());
        });
    }
    assert_eq!((logs.value("cert_count"), logs.value("x509_to_ssl_ratio")), (Some(2.0), Some(1.0)));
}

#[test]
fn validity_and_age_are_measured_at_the_handshake() {
    let valid = |from: f64, to: f64| {
        move |record: &mut X509Record| {
            record.certificate_not_valid_before = Some(from);
            record.certificate_not_valid_after = Some(to);
        }
    };
    let logs = Logs::new().shown("a", "x").certificate("a", valid(100.0, 200.0));
    assert_eq!(logs.value("cert_age_ratio_mean"), Some(0.5));
    assert_eq!(logs.value("cert_valid_at_capture_ratio"), Some(1.0));
    let logs = logs.shown("b", "x").certificate("b", valid(50.0, 100.0));
    assert_eq!(logs.value("cert_valid_at_capture_ratio"), Some(0.5));
    assert_eq!(logs.value("cert_age_ratio_mean"), Some(1.25));
    assert_eq!(logs.value("cert_valid_days_mean"), Some((100.0 / DAY + 50.0 / DAY) / 2.0));
    assert_eq!(logs.value("cert_valid_days_std"), Some(25.0 / DAY));
}

#[test]
fn moment_of_expiry_is_still_valid_and_no_validity_has_no_age() {
    let logs = Logs::new().shown("a", "x").certificate("a", |record| {
        record.certificate_not_valid_before = Some(150.0);
        record.certificate_not_valid_after = Some(150.0);
    });
    assert_eq!(logs.value("cert_valid_at_capture_ratio"), Some(1.0));
    assert_eq!(logs.value("cert_age_ratio_mean"), None);
    assert_eq!(logs.value("cert_valid_days_mean"), Some(0.0));
}

#[test]
fn certificate_with_one_date_has_no_validity() {
    let logs = Logs::new().shown("a", "x").certificate("a", |record| {
        record.certificate_not_valid_after = Some(200.0);
    });
    assert_eq!(logs.value("cert_valid_days_mean"), None);
    assert_eq!(logs.value("cert_valid_at_capture_ratio"), None);
}

#[test]
fn server_name_is_covered_by_a_wildcard() {
    let san = |record: &mut X509Record| record.san_dns = names(&["*.example.com", "example.org"]);
    let logs = Logs::new().shown("a", "WWW.example.com").certificate("a", san);
    assert_eq!(logs.value("sni_in_san"), Some(1.0));
    assert_eq!(logs.value("san_dns_count_mean"), Some(2.0));
    assert_eq!(logs.shown("a", "a.b.example.com").value("sni_in_san"), Some(0.0));
}

#[test]
fn names_are_looked_up_and_not_compared_with_each_other() {
    const MANY: usize = 500;
    let patterns: Vec<String> = (0..MANY).map(|number| format!("{number}.example.org")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let logs = (0..MANY).fold(Logs::new(), |logs, number| logs.shown("a", &format!("{number}.example.org")));
    let logs = logs.certificate("a", |record| record.san_dns = names(&patterns));
    NORMALISED.set(0);
    assert_eq!(logs.value("sni_in_san"), Some(1.0));
    assert_eq!(NORMALISED.get(), 2 * MANY, "each name once");
}

#[test]
fn certificate_without_san_says_nothing_about_names() {
    let empty = |record: &mut X509Record| record.san_dns = names(&[""]);
    let logs = Logs::new().shown("a", "x").certificate("a", empty);
    for name in ["sni_in_san", "cn_in_san", "san_dns_count_mean", "cert_san_diff_ratio"] {
        assert_eq!(logs.value(name), None, "{name}");
    }
}

#[test]
fn common_name_with_an_escaped_comma_is_compared_whole() {
    let named = |subject: &'static str, san: &'static [&str]| {
        move |record: &mut X509Record| {
            record.certificate_subject = Some(subject.into());
            record.san_dns = names(san);
        }
    };
    let logs = Logs::new().shown("a", "x").certificate("a", named(r"CN=a\,b,O=c", &["A,B"]));
    assert_eq!(logs.value("cn_in_san"), Some(1.0));
    let logs = logs.shown("b", "x").certificate("b", named("O=no common name", &["x"]));
    assert_eq!(logs.value("cn_in_san"), Some(0.0));
}

#[test]
fn common_name_covers_the_server_name_by_wildcard() {
    let named = |record: &mut X509Record| record.certificate_subject = Some("CN=*.example.com,O=x".into());
    let logs = Logs::new().shown("a", "www.example.com").certificate("a", named);
    assert_eq!(logs.value("cn_equals_sni_ratio"), Some(1.0));
    assert_eq!(logs.shown("a", "xn--bcher-kva.example").value("cn_equals_sni_ratio"), Some(0.5));
}

#[test]
fn variety_of_certificates_counts_each_once() {
    let of = |subject: &'static str, issuer: &'static str| {
        move |record: &mut X509Record| {
            record.certificate_subject = Some(subject.into());
            record.certificate_issuer = Some(issuer.into());
            record.san_dns = names(&[subject]);
        }
    };
    let logs = Logs::new().shown("a", "x").shown("b", "x").shown("b", "x");
    let logs = logs.certificate("a", of("CN=1", "CN=ca")).certificate("b", of("CN=2", "CN=ca"));
    assert_eq!(logs.value("cert_subject_diff_ratio"), Some(1.0));
    assert_eq!(logs.value("cert_issuer_diff_ratio"), Some(0.0));
    assert_eq!(logs.value("cert_san_diff_ratio"), Some(1.0));
}

#[test]
fn mismatch_is_zero_where_the_ssl_record_knows_neither_name() {
    let of = |record: &mut X509Record| record.certificate_subject = Some("CN=1".into());
    let logs = Logs::new().shown("a", "x").certificate("a", of);
    assert_eq!(logs.value("subject_mismatch_ratio"), Some(0.0));
    let logs = logs.tls(1.0, |_, ssl| {
        ssl.cert_chain_fps = names(&["a"]);
        ssl.issuer = Some("CN=ca".into());
    });
    assert_eq!(logs.value("subject_mismatch_ratio"), Some(1.0));
    assert_eq!(logs.value("issuer_mismatch_ratio"), Some(1.0));
    let logs = logs.tls(1.0, |_, ssl| {
        ssl.cert_chain_fps = names(&["a"]);
        ssl.subject = Some("CN=1".into());
    });
    assert_eq!(logs.value("subject_mismatch_ratio"), Some(0.5));
    assert_eq!(logs.value("issuer_mismatch_ratio"), Some(0.5));
}
