//! Pieces of evidence, each on a tuple made by hand.

use super::*;
use crate::feature::{PIECES, Value, View};
use crate::records::Offer;

/// Returns a connection to `port` with a hello that offers `alpn`, and a certificate where there is one.
fn visit(logs: Logs, ts: f64, port: u16, alpn: Option<&str>, certificate: Option<(&str, &str)>) -> Logs {
    let edit = |conn: &mut ConnRecord, ssl: &mut SslRecord| {
        conn.resp_p = port;
        let alpn = alpn.and_then(|name| names(&[name]));
        ssl.offer = Some(Offer { client_version: Some(771), orig_alpn: alpn, ..Offer::default() }.into());
        ssl.cert_chain_fps = certificate.and_then(|_| names(&["a"]));
    };
    let logs = logs.tls(ts, edit);
    let Some((subject, issuer)) = certificate else { return logs };
    logs.certificate("a", |record| {
        record.certificate_subject = Some(subject.into());
        record.certificate_issuer = Some(issuer.into());
    })
}

fn named(mut logs: Logs) -> Logs {
    for ssl in &mut logs.ssl {
        ssl.server_name = Some("host.example.com".into());
    }
    logs
}

fn to(mut logs: Logs, address: &str) -> Logs {
    for conn in &mut logs.conn {
        conn.resp_h = address.parse().unwrap();
    }
    logs
}

/// Kinds of the pieces that hold, in their order.
fn kinds(logs: &Logs) -> Vec<&'static str> {
    let tuples = join(&logs.conn, &logs.ssl, &logs.x509, &logs.dns);
    let view = View::new(&tuples[0]);
    PIECES.iter().filter(|piece| (piece.find)(&view).is_some()).map(|piece| piece.kind).collect()
}

const OWN: Option<(&str, &str)> = Some(("CN=a", "CN=a"));
const PRIVATE: Option<(&str, &str)> = Some(("CN=a,O=x", "CN=b,O=y"));

#[test]
fn a_piece_is_a_column_of_its_name() {
    let columns = Table::Extended.names();
    for piece in PIECES {
        assert_eq!(piece.feature, format!("evidence_{}", piece.kind));
        assert!(columns.contains(&piece.feature));
    }
    let logs = visit(Logs::new(), 1.0, 443, None, OWN);
    assert_eq!(logs.value("evidence_self_signed"), Some(1.0));
    assert_eq!(logs.value("evidence_regular_beat"), Some(0.0));
}

#[test]
fn an_ordinary_visit_shows_nothing() {
    let public = Some(("CN=host.example.com", "CN=R3,O=Let's Encrypt,C=US"));
    assert_eq!(kinds(&named(visit(Logs::new(), 1.0, 443, Some("h2"), public))), [""; 0]);
}

#[test]
fn self_signed_counts_more_without_alpn() {
    let with = |alpn| kinds(&named(visit(Logs::new(), 1.0, 443, alpn, OWN)));
    assert_eq!(with(Some("h2")), ["self_signed"]);
    assert_eq!(with(None), ["self_signed", "self_signed_no_alpn"]);
    // A log without the client's extensions does not say what it offered.
    let mut silent = named(visit(Logs::new(), 1.0, 443, None, OWN));
    silent.ssl[0].offer = None;
    assert_eq!(kinds(&silent), ["self_signed"]);
}

#[test]
fn a_private_authority_counts_without_a_name() {
    let with = |port, alpn| visit(Logs::new(), 1.0, port, alpn, PRIVATE);
    assert_eq!(kinds(&with(443, None)), ["private_authority_no_name_no_alpn"]);
    assert_eq!(kinds(&with(4444, Some("h2"))), ["private_authority_no_name_odd_port"]);
    assert_eq!(kinds(&named(with(4444, None))), [""; 0]);
}

#[test]
fn an_odd_port_counts_from_five_connections_on() {
    let times = |count: u32| {
        let visits = (0..count).map(|n| f64::from(n * n * 50));
        visits.fold(Logs::new(), |logs, ts| visit(logs, ts, 8888, None, None))
    };
    assert_eq!(kinds(&times(4)), [""; 0]);
    assert_eq!(kinds(&times(5)), ["repeated_no_name_odd_port"]);
    assert_eq!(kinds(&named(times(5))), [""; 0]);
}

#[test]
fn a_beat_counts_from_ten_on() {
    let beats = |count: u32| {
        (0..count).fold(Logs::new(), |logs, n| visit(logs, f64::from(n) * 60.0, 443, None, None))
    };
    assert_eq!(kinds(&beats(9)), [""; 0]);
    assert_eq!(kinds(&beats(10)), ["regular_beat", "beat_no_name"]);
    assert_eq!(kinds(&named(beats(10))), ["regular_beat"]);
    let tuples = beats(10);
    let tuples = join(&tuples.conn, &tuples.ssl, &tuples.x509, &tuples.dns);
    let beat = PIECES.iter().find(|piece| piece.kind == "regular_beat").unwrap();
    let values = (beat.find)(&View::new(&tuples[0])).unwrap();
    assert_eq!(values[0], ("interval", Value::Number(60.0)));
}

#[test]
fn an_address_that_was_never_looked_up_counts_without_a_name() {
    let visits = |count: u32, alpn| {
        let visits = (0..count).map(|n| 100.0 + f64::from(n * n * 50));
        visits.fold(Logs::new(), |logs, ts| visit(logs, ts, 443, alpn, None))
    };
    let other = |logs: Logs| logs.answered(1.0, "other.example", &["192.0.2.9"]);
    assert_eq!(kinds(&other(visits(1, None))), ["never_looked_up_no_name_no_alpn"]);
    assert_eq!(kinds(&other(visits(1, Some("h2")))), [""; 0]);
    assert_eq!(kinds(&other(visits(5, Some("h2")))), ["never_looked_up_repeated"]);
    assert_eq!(kinds(&other(named(visits(5, None)))), [""; 0]);
    // Without any DNS it is unknown.
    assert_eq!(kinds(&visits(5, None)), [""; 0]);
    let own = visits(5, None).answered(1.0, "this.example", &[&server().to_string()]);
    assert_eq!(kinds(&own), [""; 0]);
}

#[test]
fn private_addresses_of_both_versions_are_known() {
    let holds = |address| {
        kinds(&to(named(visit(Logs::new(), 1.0, 443, None, None)), address)).contains(&"private_destination")
    };
    for private in [
        "10.1.2.3",
        "172.31.0.1",
        "192.168.0.4",
        "100.64.0.1",
        "127.0.0.1",
        "fd00::1",
        "fe80::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(holds(private), "{private}");
    }
    for public in ["172.32.0.1", "100.128.0.1", "192.0.2.1", "2001:db8::1"] {
        assert!(!holds(public), "{public}");
    }
}

#[test]
fn a_host_connects_to_itself_by_its_own_address_or_a_loopback_one() {
    let holds = |orig_h: &str, resp_h: &str| {
        let mut logs = to(named(visit(Logs::new(), 1.0, 443, None, None)), resp_h);
        let orig_h: std::net::IpAddr = orig_h.parse().unwrap();
        logs.conn.iter_mut().for_each(|conn| conn.orig_h = orig_h);
        kinds(&logs).contains(&"same_host")
    };
    assert!(holds("10.0.0.1", "10.0.0.1"));
    assert!(holds("192.0.2.1", "127.0.0.1"));
    assert!(holds("::1", "::1"));
    assert!(holds("::ffff:10.0.0.1", "10.0.0.1"));
    assert!(!holds("10.0.0.1", "10.0.0.2"));
}

#[test]
fn a_service_is_known_by_port_and_dialogue_together() {
    let speaking = |port, service: &'static str| {
        let mut logs = named(visit(Logs::new(), 1.0, port, Some("x"), None));
        logs.conn[0].service = Some(service.into());
        kinds(&logs)
    };
    assert_eq!(speaking(3306, "mysql,ssl"), ["known_service"]);
    assert_eq!(speaking(3389, "rdp,ssl"), ["known_service"]);
    assert_eq!(speaking(3306, "ssl"), [""; 0]);
    assert_eq!(speaking(4444, "mysql,ssl"), [""; 0]);
}

#[test]
fn an_authority_of_the_named_organisation_is_its_makers() {
    let holds = |subject, issuer| {
        kinds(&named(visit(Logs::new(), 1.0, 443, Some("x"), Some((subject, issuer))))) == ["own_authority"]
    };
    assert!(holds(r"CN=1,O=Sonos\, Inc", r"CN=Device Root CA,O=Sonos\, Inc"));
    assert!(holds("CN=a,O=TP-LINK CORPORATION LIMITED", "CN=TP-LINK CA P1,DC=tp-link"));
    assert!(!holds("CN=a,O=Example Company", "CN=R3,O=Let's Encrypt"));
    assert!(!holds("CN=a,O=My Company", "CN=b,O=My Company"));
    assert!(!holds("CN=a", "CN=b"));
}
