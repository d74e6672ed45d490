//! Conformance of fingerprints: JA4 against what FoxIO's programs print for their captures, JA3 and JA3S against tshark.
//!
//! What differs stands in `differences.tsv`, with its reason.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap::analyze::{Analysis, Analyzer, LogAnalyzer};
use hushcap::records::SslRecord;
use hushcap::records::log::{Format, Log};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::table::say;
use hushcap_tests::traffic::fixtures;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn ja4_is_what_foxio_expects() {
    let Some(root) = shared("conformance/ja4") else { return };
    let (mut rust, mut python) = (Suite::new("ja4-rust"), Suite::new("ja4-python"));
    for path in folder::entries(&root.join("pcap")) {
        let capture = folder::name(&path);
        let records = records(&path);
        let prints = |name| records.iter().filter_map(move |ssl| column(ssl, name));
        // The Rust program prints a connection's first ClientHello, the Python program one that is sent again too.
        let first: Vec<String> = prints("ja4").collect();
        let all: Vec<String> = prints("ja4").chain(prints("ja4_retried")).collect();
        for (name, expected) in expectations(&root.join("expected"), &capture) {
            // FoxIO's Python program looks neither into QUIC nor behind a proxy's CONNECT.
            let (suite, ours) = match name {
                "ja4-python" => {
                    (&mut python, all.iter().filter(|ja4| ja4.starts_with('t')).cloned().collect())
                }
                _ => (&mut rust, first.clone()),
            };
            multisets(suite, &capture, "ja4", expected, ours);
        }
    }
    rust.hold();
    python.hold();
}

#[test]
fn ja3_and_ja3s_are_tsharks() {
    let Some(root) = shared("conformance") else { return };
    if Command::new("tshark").arg("--version").output().is_err() {
        return say("skipped: tshark is not installed");
    }
    for (name, below) in [("tshark-ja4", "ja4/pcap"), ("tshark-wireshark", "wireshark/test/captures")] {
        let mut suite = Suite::new(name);
        for path in folder::entries(&root.join(below)) {
            let capture = folder::name(&path);
            let mut theirs = tshark(&path);
            let mut ours: BTreeMap<Ends, Prints> = BTreeMap::new();
            for ssl in records(&path) {
                let ends = ends(
                    (ssl.orig_h.to_string(), ssl.orig_p.to_string()),
                    (ssl.resp_h.to_string(), ssl.resp_p.to_string()),
                );
                let prints = ours.entry(ends).or_default();
                prints.ja3.extend(["ja3", "ja3_retried"].iter().filter_map(|name| column(&ssl, name)));
                prints.ja3s.extend(["ja3s", "ja3s_retry"].iter().filter_map(|name| column(&ssl, name)));
            }
            let both: BTreeSet<Ends> = ours.keys().chain(theirs.keys()).cloned().collect();
            for ends in both {
                let theirs = theirs.remove(&ends).unwrap_or_default();
                let ours = ours.remove(&ends).unwrap_or_default();
                // tshark prints those of retransmitted hellos again.
                let distinct =
                    |list: Vec<String>| list.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
                multisets(&mut suite, &capture, "ja3", distinct(theirs.ja3), distinct(ours.ja3));
                multisets(&mut suite, &capture, "ja3s", distinct(theirs.ja3s), distinct(ours.ja3s));
            }
        }
        suite.hold();
    }
}

#[test]
fn logs_give_back_what_hellos_offer_and_choose() {
    let mut seen = 0;
    for name in ["versions.pcap", "visit.pcap"] {
        let analysis = analysis(&fixtures().join(name)).expect("the fixture can be analysed");
        for format in [Format::Tsv, Format::Json] {
            let mut logs = LogAnalyzer::new("logs");
            for log in Log::ALL {
                let mut text = Vec::new();
                analysis.write_log(log, format, &mut text).expect("a log is written to memory");
                logs.open(&format!("{}.log", log.path()));
                logs.push(&text);
            }
            let again = logs.finish().expect("our own logs can be read").records.ssl;
            assert_eq!(again.len(), analysis.records.ssl.len());
            for (again, ssl) in again.iter().zip(&analysis.records.ssl) {
                assert_eq!((&again.offer, &again.choice), (&ssl.offer, &ssl.choice), "{name} {format:?}");
                assert_eq!(again.renegotiated, ssl.renegotiated);
                seen += usize::from(ssl.offer.is_some());
            }
        }
    }
    assert!(seen > 20, "only {seen} ClientHellos were compared");
}

/// Compares two lists whose order does not matter; a value that one side alone has differs, at most once a pair.
fn multisets(suite: &mut Suite, capture: &str, column: &str, theirs: Vec<String>, ours: Vec<String>) {
    let (compared, number) = (theirs.len().max(ours.len()), ours.len());
    let (mut left, mut missing) = (ours, Vec::new());
    for value in theirs {
        match left.iter().position(|own| *own == value) {
            Some(place) => drop(left.swap_remove(place)),
            None => missing.push(value),
        }
    }
    let equal = number - left.len();
    suite.agree(equal as u64);
    if compared > equal {
        let example = format!("ours {left:?}, theirs {missing:?}");
        suite.differ(capture, column, (compared - equal) as u64, example);
    }
}

fn analysis(path: &Path) -> Option<Analysis> {
    let mut analyzer = Analyzer::new("capture");
    analyzer.push(&std::fs::read(path).ok()?).ok()?;
    analyzer.finish().ok()
}

/// Returns the ssl records of a capture; `None` if it cannot be analysed.
fn records(path: &Path) -> Vec<SslRecord> {
    analysis(path).map(|analysis| analysis.records.ssl).unwrap_or_default()
}

fn column(ssl: &SslRecord, name: &str) -> Option<String> {
    let text = match name {
        "ja3" => ssl.offer.as_ref()?.ja3.as_ref(),
        "ja3_retried" => ssl.offer.as_ref()?.ja3_retried.as_ref(),
        "ja3s_retry" => ssl.choice.as_ref()?.ja3s_retry.as_ref(),
        "ja4" => ssl.offer.as_ref()?.ja4.as_ref(),
        "ja4_retried" => ssl.offer.as_ref()?.ja4_retried.as_ref(),
        _ => ssl.choice.as_ref()?.ja3s.as_ref(),
    };
    text.map(|text| text.to_string())
}

/// Returns what FoxIO's programs in Rust and in Python print for a capture.
fn expectations(folder: &Path, capture: &str) -> Vec<(&'static str, Vec<String>)> {
    let rust = folder.join(format!("rust/ja4/src/snapshots/ja4__insta@{capture}.snap"));
    let python = folder.join(format!("python/test/testdata/{capture}.json"));
    let read = |path: PathBuf| std::fs::read_to_string(path).ok();
    let rust = read(rust).map(|text| {
        let value = |line: &str| Some(line.trim_start().strip_prefix("ja4: ")?.trim().to_owned());
        ("ja4-rust", text.lines().filter_map(value).collect())
    });
    let python = read(python).map(|text| {
        let value = |line: &str| {
            let (name, value) = line.trim().trim_end_matches(',').split_once(": ")?;
            name.starts_with("\"JA4.").then(|| value.trim_matches('"').to_owned())
        };
        ("ja4-python", text.lines().filter_map(value).collect())
    });
    rust.into_iter().chain(python).collect()
}

/// Both ends of a connection, in no order.
type Ends = [(String, String); 2];

fn ends(one: (String, String), other: (String, String)) -> Ends {
    let mut ends = [one, other];
    ends.sort();
    ends
}

/// Fingerprints of one connection, in the order of its hellos.
#[derive(Default)]
struct Prints {
    ja3: Vec<String>,
    ja3s: Vec<String>,
}

/// Returns what tshark sees in a capture, by connection.
fn tshark(path: &Path) -> BTreeMap<Ends, Prints> {
    const FIELDS: [&str; 12] = [
        "ip.src",
        "ipv6.src",
        "ip.dst",
        "ipv6.dst",
        "tcp.srcport",
        "udp.srcport",
        "tcp.dstport",
        "udp.dstport",
        "tls.handshake.ja3",
        "dtls.handshake.ja3",
        "tls.handshake.ja3s",
        "dtls.handshake.ja3s",
    ];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).args(["-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,"]);
    command.args(["-Y", &FIELDS[8..].join(" or ")]);
    command.args(FIELDS.iter().flat_map(|field| ["-e", field]));
    let output = command.output().expect("tshark runs");
    let mut found: BTreeMap<Ends, Prints> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let cells: Vec<Vec<&str>> = line
            .split('\t')
            .map(|cell| cell.split(',').filter(|value| !value.is_empty()).collect())
            .collect();
        let [
            ip_src,
            ipv6_src,
            ip_dst,
            ipv6_dst,
            tcp_src,
            udp_src,
            tcp_dst,
            udp_dst,
            ja3,
            dtls_ja3,
            ja3s,
            dtls_ja3s,
        ] = cells.as_slice()
        else {
            continue;
        };
        // In a tunnel the innermost end comes last; EAP has neither address nor port.
        let end =
            |old: &[&str], new: &[&str]| new.last().or(old.last()).copied().unwrap_or_default().to_owned();
        let source = (end(ip_src, ipv6_src), end(udp_src, tcp_src));
        let target = (end(ip_dst, ipv6_dst), end(udp_dst, tcp_dst));
        let prints = found.entry(ends(source, target)).or_default();
        prints.ja3.extend(ja3.iter().chain(dtls_ja3).map(|value| (*value).to_owned()));
        prints.ja3s.extend(ja3s.iter().chain(dtls_ja3s).map(|value| (*value).to_owned()));
    }
    found
}
