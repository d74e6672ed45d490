//! The laboratory's captures and what the program makes of them: golden logs, the truth that the clients told, and the same
//! capture in every form. `HUSHCAP_BLESS=1` rewrites the golden logs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first fact that does not hold"
)]

use hushcap::analyze::{Analysis, Analyzer};
use hushcap::records::log::{Format, Log};
use hushcap::verdict::Model;
use hushcap_tests::traffic::{Plan, fixtures, generate};
use hushcap_tests::tsv::Tsv;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Captures with golden logs.
const GOLDEN: [&str; 10] = [
    "versions.pcap",
    "datagrams.pcap",
    "quic.pcap",
    "certificates.pcap",
    "beacon.pcap",
    "offload.pcap",
    "visit.pcap",
    "visit-snaplen96.pcap",
    "visit-lossy.pcap",
    "visit-truncated.pcap",
];

/// The forms of `visit.pcap` that hold exactly its packets.
const SAME_PACKETS: [&str; 10] = [
    "visit-nanoseconds.pcap",
    "visit-big-endian.pcap",
    "visit.pcapng",
    "visit-sections.pcapng",
    "visit.pcap.gz",
    "visit.pcapng.gz",
    "visit-vlan.pcap",
    "visit-qinq.pcap",
    "visit-raw.pcap",
    "visit-null.pcap",
];

/// The forms of `visit.pcap` from which every handshake can still be read whole.
const SAME_HANDSHAKES: [&str; 4] =
    ["visit-sll.pcap", "visit-sll2.pcap", "visit-retransmitted.pcap", "visit-reordered.pcap"];

fn analysed_in_chunks(name: &str, size: usize) -> Analysis {
    let data = fs::read(fixtures().join(name)).unwrap();
    let mut analyzer = Analyzer::new(name);
    for chunk in data.chunks(size) {
        analyzer.push(chunk).unwrap();
    }
    analyzer.finish().unwrap()
}

fn analysed(name: &str) -> Analysis {
    analysed_in_chunks(name, 1 << 16)
}

fn log(analysis: &Analysis, kind: Log) -> String {
    let mut text = Vec::new();
    analysis.write_log(kind, Format::Tsv, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn logs(analysis: &Analysis) -> [String; 5] {
    Log::ALL.map(|kind| log(analysis, kind))
}

/// Returns a log without the columns that depend on when a packet was captured.
fn timeless(analysis: &Analysis, kind: Log, dropped: &[&str]) -> Vec<Vec<String>> {
    let table = Tsv::zeek(&log(analysis, kind));
    let kept: Vec<usize> =
        (0..table.columns.len()).filter(|&at| !dropped.contains(&table.columns[at].as_str())).collect();
    table.rows.iter().map(|row| kept.iter().map(|&at| row[at].clone()).collect()).collect()
}

#[test]
fn logs_are_the_golden_ones() {
    let bless = std::env::var_os("HUSHCAP_BLESS").is_some();
    let mut wrong = Vec::new();
    for name in GOLDEN {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
        let analysis = analysed(name);
        for kind in analysis.logs() {
            let (path, now) = (folder.join(format!("{}.log", kind.path())), log(&analysis, kind));
            if bless {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &now).unwrap();
            }
            let golden = fs::read_to_string(&path).unwrap_or_default();
            wrong.extend(
                first_difference(&golden, &now).map(|text| format!("{name} {}: {text}", kind.path())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}\nHUSHCAP_BLESS=1 rewrites them", wrong.join("\n"));
}

fn first_difference(golden: &str, now: &str) -> Option<String> {
    let count = golden.lines().count().max(now.lines().count());
    let line = |text: &str, at| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
    let at = (0..count).find(|&at| line(golden, at) != line(now, at))?;
    Some(format!("line {}\n  golden {}\n  now    {}", at + 1, line(golden, at), line(now, at)))
}

/// What a client's TLS library said about each connection, against the ssl record of it.
#[test]
fn records_agree_with_the_clients() {
    let truth = Tsv::open(&fixtures().join("TRUTH.tsv")).unwrap();
    let mut analyses: HashMap<String, Vec<HashMap<String, String>>> = HashMap::new();
    let (mut compared, mut wrong) = (0, Vec::new());
    for row in truth.maps() {
        let capture = row["capture"];
        let records = analyses.entry(capture.to_owned()).or_insert_with(|| {
            let table = Tsv::zeek(&log(&analysed(capture), Log::Ssl));
            table.maps().map(|map| map.into_iter().map(|(k, v)| (k.into(), v.into())).collect()).collect()
        });
        let same = |record: &&HashMap<String, String>| {
            ["orig_h", "orig_p", "resp_h", "resp_p"]
                .iter()
                .all(|key| record[&format!("id.{key}")] == row[key])
        };
        let Some(record) = records.iter().find(same) else {
            wrong.push(format!("{capture}: no record of {row:?}"));
            continue;
        };
        for (field, expected) in expectations(&row) {
            let seen = match field {
                "chain" => record["cert_chain_fps"].split(',').count().to_string(),
                "fingerprint" => record["cert_chain_fps"].split(',').next().unwrap_or("-").to_owned(),
                _ => record[field].clone(),
            };
            compared += 1;
            if seen != expected {
                wrong.push(format!(
                    "{capture}: {field} is {seen}, the client has {expected}: {}",
                    row["note"]
                ));
            }
        }
    }
    println!("{compared} values compared, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 600, "{compared}");
}

/// Returns the values of a row that the capture can show.
fn expectations<'a>(row: &HashMap<&'a str, &'a str>) -> Vec<(&'static str, &'a str)> {
    let fields = [
        "server_name",
        "version",
        "cipher",
        "next_protocol",
        "resumed",
        "established",
        "chain",
        "fingerprint",
    ];
    let known = |field: &&'static str| match *field {
        "server_name" => true,
        // TLS 1.3 encrypts the server's choice.
        "next_protocol" => !matches!(row["version"], "TLSv13" | "-"),
        _ => row[field] != "-",
    };
    fields.into_iter().filter(known).map(|field| (field, row[field])).collect()
}

#[test]
fn size_of_chunks_changes_nothing() {
    let model = Model::builtin(None).unwrap();
    for name in ["certificates.pcap", "visit.pcap.gz", "visit-sections.pcapng", "visit-truncated.pcap.gz"] {
        let whole = analysed_in_chunks(name, usize::MAX);
        for size in [1, 2, 7, 100, 4096, 1 << 16] {
            let chunked = analysed_in_chunks(name, size);
            assert_eq!(logs(&whole), logs(&chunked), "{name} in chunks of {size}");
            let reports = [&whole, &chunked]
                .map(|analysis| serde_json::to_string(&analysis.judge(&model).report()).unwrap());
            assert_eq!(reports[0], reports[1], "{name} in chunks of {size}");
        }
    }
}

#[test]
fn every_form_of_a_capture_gives_the_same_records() {
    let (model, plain) = (Model::builtin(None).unwrap(), analysed("visit.pcap"));
    let tuples = |analysis: &Analysis| {
        serde_json::to_value(analysis.judge(&model).report()).unwrap()["tuples"].clone()
    };
    assert_eq!(plain.records.ssl.len(), 5);
    for name in SAME_PACKETS {
        let other = analysed(name);
        assert_eq!(logs(&plain), logs(&other), "{name}");
        assert_eq!(tuples(&plain), tuples(&other), "{name}");
        assert_eq!(plain.capture.packets, other.capture.packets, "{name}");
        assert_eq!(plain.health, other.health, "{name}");
    }
}

#[test]
fn handshakes_survive_other_links_and_rough_delivery() {
    let plain = analysed("visit.pcap");
    for name in SAME_HANDSHAKES {
        let other = analysed(name);
        assert_eq!(
            timeless(&plain, Log::Ssl, &["ts", "uid"]),
            timeless(&other, Log::Ssl, &["ts", "uid"]),
            "{name}"
        );
        assert_eq!(timeless(&plain, Log::X509, &["ts"]), timeless(&other, Log::X509, &["ts"]), "{name}");
    }
}

#[test]
fn damage_is_reported_and_the_rest_analysed() {
    for name in ["visit-truncated.pcap", "visit-truncated.pcap.gz"] {
        let health = analysed(name).health;
        assert!(health.tls_connections >= 3, "{name}: {health:?}");
        assert!(!health.weird.is_empty(), "{name}: {health:?}");
    }
    let lossy = analysed("visit-lossy.pcap").health;
    assert!(lossy.gaps > 0, "{lossy:?}");
    let cut = analysed("visit-snaplen96.pcap").health;
    assert!(cut.truncated_packets > 0, "{cut:?}");
    let offload = analysed("offload.pcap").health;
    assert!(offload.bad_checksums > 0 && offload.tls_with_certificate == 1, "{offload:?}");
}

#[test]
fn generated_capture_is_read_whole() {
    let mut capture = Vec::new();
    let written = generate(&Plan { concurrent: 64, ..Plan::of_size(4 << 20) }, &mut capture).unwrap();
    let mut analyzer = Analyzer::new("generated.pcap");
    analyzer.push(&capture).unwrap();
    let health = analyzer.finish().unwrap().health;
    assert_eq!((health.connections, health.tls_connections), (written.connections, written.connections));
    assert_eq!((health.gaps, health.bad_checksums, health.weird.len()), (0, 0, 0), "{health:?}");
}
