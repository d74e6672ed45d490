//! Features of every log set in the reference data: the 37 against an independent computation of the same definitions, those
//! of the extended table against their own bounds and against the same logs written again.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at the first thing amiss")]

use hushcap::feature::{MISSING, Table};
use hushcap::flow::{ConnState, Proto};
use hushcap::join::join;
use hushcap::records::log::{Format, LogSet, Logs, write};
use hushcap::records::{Choice, ConnRecord, Offer, SslRecord, X509Record};
use hushcap_tests::agree::agree;
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::suite::{Counts, line};
use hushcap_tests::table::say;
use hushcap_tests::tsv::Tsv;
use std::collections::BTreeMap;
use std::path::Path;

/// 4-tuple as text → its vector.
type Vectors = BTreeMap<[String; 4], Vec<f64>>;

/// Bytes a read, small and odd so that lines are cut everywhere.
const CHUNK: usize = 4_099;

fn read(dir: &Path) -> Logs {
    let mut set = LogSet::new();
    for path in folder::entries(dir) {
        set.open(&folder::name(&path));
        let bytes = std::fs::read(&path).expect("log");
        bytes.chunks(CHUNK).for_each(|chunk| set.push(chunk));
    }
    set.finish().expect("logs")
}

fn features(table: Table, logs: &Logs) -> Vectors {
    let tuples = join(&logs.conn, &logs.ssl, &logs.x509, &logs.dns);
    tuples.iter().map(|tuple| (tuple.key.text(), table.row(tuple))).collect()
}

/// Log set → the values that the reference gives for it.
fn reference(path: &Path) -> BTreeMap<String, Vectors> {
    let table = Tsv::open(path).expect("reference table");
    assert_eq!(table.columns[5..], *Table::Basic37.names(), "names and order of the features");
    let mut sets: BTreeMap<String, Vectors> = BTreeMap::new();
    for row in &table.rows {
        let key = std::array::from_fn(|index| row[index + 1].clone());
        let values = row[5..].iter().map(|cell| cell.parse().expect("number")).collect();
        let twin = sets.entry(row[0].clone()).or_default().insert(key, values);
        assert!(twin.is_none(), "the reference has {row:?} twice");
    }
    sets
}

/// Returns what differs between two tables, a line a difference.
fn differences(set: &str, ours: &Vectors, theirs: &Vectors) -> Vec<String> {
    let mut found = Vec::new();
    for key in ours.keys().filter(|key| !theirs.contains_key(*key)) {
        found.push(format!("{set} {}: not in the reference", key.join(" ")));
    }
    for (key, expected) in theirs {
        let Some(values) = ours.get(key) else {
            found.push(format!("{set} {}: missing", key.join(" ")));
            continue;
        };
        for ((feature, got), wanted) in Table::Basic37.names().iter().zip(values).zip(expected) {
            if !agree(*got, *wanted) {
                found.push(format!("{set} {}: {} is {got}, not {wanted}", key.join(" "), feature));
            }
        }
    }
    found
}

#[test]
fn features_of_every_log_set_equal_the_reference() {
    let Some(root) = shared("corpus/zeek") else { return };
    let reference = reference(&root.join("features37.tsv"));
    let (mut sets, mut tuples, mut values, mut same_bits, mut found) = (0, 0, 0, 0, Vec::new());
    for dir in folder::folders(&root) {
        let set = folder::name(&dir);
        let logs = read(&dir);
        let ours = features(Table::Basic37, &logs);
        let theirs = reference.get(&set).cloned().unwrap_or_default();
        let weirds: Vec<_> = logs.weirds.iter().collect();
        println!("{set}: {}, {} conn, {} tuples, weird {weirds:?}", logs.format, logs.conn.len(), ours.len());
        found.extend(differences(&set, &ours, &theirs));
        sets += 1;
        tuples += ours.len();
        values += ours.len() * Table::Basic37.names().len();
        let pairs = ours.iter().filter_map(|(key, values)| Some((values, theirs.get(key)?)));
        same_bits += pairs.flat_map(|(a, b)| a.iter().zip(b)).filter(|(a, b)| a == b).count();
    }
    println!(
        "{sets} log sets, {tuples} tuples, {values} values compared, {same_bits} of them equal to the bit"
    );
    let [compared, equal] = [values, values - found.len()].map(|count| count as u64);
    say(&line("features oracle", Counts { compared, equal, ..Counts::default() }));
    found.iter().for_each(|line| println!("{line}"));
    assert_eq!(sets, reference.len(), "every log set of the reference is there");
    assert!(tuples > 0 && found.is_empty());
}

#[test]
fn missing_stands_only_where_the_table_says_so() {
    let Some(root) = shared("corpus/zeek") else { return };
    for dir in folder::folders(&root) {
        for (key, values) in features(Table::Extended, &read(&dir)) {
            for (feature, value) in Table::Extended.features().iter().zip(values) {
                let (least, greatest) = feature.range;
                let in_range = (least..=greatest).contains(&value);
                let missing = value == MISSING && feature.missing.is_some();
                assert!(in_range || missing, "{key:?}: {} is {value}", feature.name);
            }
        }
    }
}

#[test]
fn written_logs_give_the_same_features_bit_for_bit() {
    let Some(root) = shared("corpus/zeek") else { return };
    for dir in folder::folders(&root) {
        let logs = read(&dir);
        let before = features(Table::Extended, &logs);
        for format in [Format::Tsv, Format::Json] {
            let again = features(Table::Extended, &written_and_read(&logs, format));
            assert_eq!(before.len(), again.len());
            for ((key, a), (other, b)) in before.iter().zip(&again) {
                assert_eq!(key, other);
                assert_eq!(bits(a), bits(b), "{} {key:?} {format:?}", folder::name(&dir));
            }
        }
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Texts that a log's form could mistake for something else.
const AWKWARD: [&str; 12] = [
    "-",
    "(empty)",
    "",
    "a\tb\nc\r",
    r"O=Example\, Inc.,CN=x\\",
    r"\x41",
    "a,b",
    "\u{202e}moc.elpmaxe",
    "b\u{fc}cher.example",
    "#close",
    "{\"json\"}",
    "\u{0}\u{7f}\u{85}\u{2028}\u{1f600}",
];

/// Records with every kind of value, numbers at their bounds and awkward texts.
fn awkward() -> Logs {
    let addr = |text: &str| text.parse().expect("address");
    let (client, server) = (addr("2001:db8::1"), addr("192.0.2.1"));
    let mut set = LogSet::new();
    set.open("conn.log");
    let mut logs = set.finish().expect("an empty log");
    for (index, text) in AWKWARD.iter().enumerate() {
        let (uid, ts) = (format!("C{index}"), 1_541_117_192.570_281 + index as f64 * 0.1);
        let mut conn = ConnRecord::new(ts, uid.as_str().into(), client, 65_535, server, 0, Proto::Udp);
        (conn.service, conn.history) = (Some((*text).to_owned().into()), Some((*text).into()));
        conn.duration = Some([0.0, 1e-6, 1.0 / 3.0, 86_400.000_001][index % 4]);
        (conn.orig_bytes, conn.resp_bytes) = (Some(u64::MAX), None);
        (conn.missed_bytes, conn.orig_pkts, conn.resp_ip_bytes) = (1 << 53, (1 << 53) + 1, 7);
        (conn.conn_state, conn.local_orig, conn.ip_proto) = (Some(ConnState::RstRH), Some(false), Some(255));
        conn.tunnel_parents = Some([(*text).into(), "last".into()].into());
        let mut ssl = SslRecord::new(ts, uid.as_str().into(), client, 65_535, server, 0);
        (ssl.server_name, ssl.subject) = (Some((*text).into()), Some((*text).into()));
        (ssl.version, ssl.next_protocol) = (Some("TLSv12".into()), Some((*text).into()));
        (ssl.established, ssl.sni_matches_cert) = (true, Some(false));
        ssl.cert_chain_fps = Some([uid.as_str().into()].into());
        ssl.client_cert_chain_fps = Some([].into());
        let offer = Offer {
            ja4: Some((*text).into()),
            client_version: Some(u16::MAX),
            client_ciphers: Some([0, 0x1301, u16::MAX].into()),
            point_formats: Some([].into()),
            orig_alpn: Some([(*text).into(), "h2".into()].into()),
            ech: Some(true),
            ..Offer::default()
        };
        ssl.offer = Some(offer.into());
        ssl.choice = Some(Choice { ja3s: Some((*text).into()), ..Choice::default() }.into());
        let mut x509 = X509Record::new(ts);
        x509.fingerprint = Some(uid.as_str().into());
        (x509.certificate_subject, x509.certificate_issuer) = (Some((*text).into()), Some((*text).into()));
        x509.certificate_not_valid_before = Some(-2_208_988_800.0);
        x509.certificate_not_valid_after = Some(253_402_300_799.0);
        x509.certificate_exponent = Some("65537".into());
        x509.san_dns = Some([(*text).into(), "*.example.com".into()].into());
        x509.san_ip = Some([client, server].into());
        (x509.basic_constraints_ca, x509.host_cert) = (Some(true), true);
        logs.conn.push(conn);
        logs.ssl.push(ssl);
        logs.x509.push(x509);
    }
    logs
}

#[test]
fn awkward_records_survive_both_forms_of_log() {
    let logs = awkward();
    let before = features(Table::Extended, &logs);
    assert_eq!(before.len(), 1);
    for format in [Format::Tsv, Format::Json] {
        let again = features(Table::Extended, &written_and_read(&logs, format));
        for (values, others) in before.values().zip(again.values()) {
            assert_eq!(bits(values), bits(others), "{format:?}");
        }
    }
}

#[test]
fn no_line_of_a_log_can_change_how_it_is_shown() {
    let logs = awkward();
    for format in [Format::Tsv, Format::Json] {
        let mut out = Vec::new();
        write(&logs.conn, format, &mut out).expect("conn.log");
        write(&logs.ssl, format, &mut out).expect("ssl.log");
        write(&logs.x509, format, &mut out).expect("x509.log");
        let text = String::from_utf8(out).expect("UTF-8");
        let odd =
            |letter: &char| letter.is_control() && !matches!(letter, '\t' | '\n') || *letter == '\u{202e}';
        assert_eq!(text.chars().find(odd), None, "{format:?}");
        let lines = text.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines, 3 * AWKWARD.len(), "{format:?}");
    }
}

/// Returns the records as a fresh reader finds them in logs of `format`.
fn written_and_read(logs: &Logs, format: Format) -> Logs {
    let [mut conn, mut ssl, mut x509, mut dns] = [const { Vec::new() }; 4];
    write(&logs.conn, format, &mut conn).expect("conn.log");
    write(&logs.ssl, format, &mut ssl).expect("ssl.log");
    write(&logs.x509, format, &mut x509).expect("x509.log");
    write(&logs.dns, format, &mut dns).expect("dns.log");
    let mut set = LogSet::new();
    for (name, bytes) in [("x509.log", x509), ("ssl.log", ssl), ("dns.log", dns), ("conn.log", conn)] {
        set.open(name);
        bytes.chunks(CHUNK).for_each(|chunk| set.push(chunk));
    }
    let again = set.finish().expect("own logs");
    // That no x509.log holds the certificates is as true of the written logs.
    assert_eq!(logs.weirds, again.weirds);
    assert_eq!(logs.conn, again.conn);
    assert_eq!(logs.ssl, again.ssl);
    assert_eq!(logs.x509, again.x509);
    assert_eq!(logs.dns, again.dns);
    again
}
