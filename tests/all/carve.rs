//! Captures carved out of others: what the program and tshark find in them, against what they find in the original.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap_tests::binary::hushcap;
use hushcap_tests::report::{self, Tuple};
use hushcap_tests::shared::{shared, workspace};
use hushcap_tests::table::say;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The project's own captures of several formats and link types.
const FIXTURES: [&str; 12] = [
    "beacon.pcap",
    "certificates.pcap",
    "datagrams.pcap",
    "visit.pcap.gz",
    "visit.pcapng",
    "visit.pcapng.gz",
    "visit-big-endian.pcap",
    "visit-nanoseconds.pcap",
    "visit-sections.pcapng",
    "visit-qinq.pcap",
    "visit-sll2.pcap",
    "visit-truncated.pcap",
];

#[test]
fn the_flagged_tuples_of_a_carved_capture_are_those_of_the_original() {
    let capture = fixture("beacon.pcap");
    let folder = tempfile::tempdir().expect("a folder");
    let carved = folder.path().join("carved.pcap");
    let ran = carve(&capture, &carved, &[]);
    assert!(ran.status.success(), "{ran:?}");
    let flagged: Vec<Tuple> =
        tuples_by(&capture, &[]).into_iter().filter(|tuple| tuple.verdict == "malware-like").collect();
    assert!(!flagged.is_empty());
    assert_eq!(
        tuples_by(&carved, &[]).iter().map(judged).collect::<Vec<_>>(),
        flagged.iter().map(judged).collect::<Vec<_>>()
    );
    assert_eq!(listed(&carved), listed_of(&capture, &flagged));
}

#[test]
fn a_tuple_carved_out_of_any_format_keeps_its_packets_and_features() {
    for name in FIXTURES {
        let capture = fixture(name);
        let all = tuples(&capture);
        assert!(!all.is_empty(), "{name}");
        keeps(&capture, &all[0]);
    }
}

#[test]
fn tuples_of_others_captures_keep_their_features() {
    let (Some(root), Some(list)) = (shared("corpus/captures"), shared("corpus/CAPTURES.tsv")) else { return };
    let list = std::fs::read_to_string(list).expect("the list of captures");
    let rows = list.lines().skip(1).filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok());
    let small = rows
        .filter(|[_, _, _, bytes, ..]: &[&str; 11]| bytes.parse().is_ok_and(|bytes: u64| bytes < 3_000_000));
    let files: Vec<PathBuf> = small.map(|[name, ..]| root.join(name)).collect();
    let mut kept = 0;
    for capture in files.iter().step_by(files.len().div_ceil(8).max(1)) {
        if let Some(tuple) = tuples(capture).first() {
            keeps(capture, tuple);
            kept += 1;
        }
    }
    assert!(kept > 0);
    say(&format!("{kept} tuples of others' captures carved"));
}

#[test]
fn what_cannot_be_carved_is_refused_and_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = carve(folder.path(), &folder.path().join("out.pcap"), &[]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("give the capture"), "{ran:?}");
    let copy = folder.path().join("copy.pcap");
    std::fs::copy(fixture("beacon.pcap"), &copy).expect("a copy");
    assert_eq!(carve(&copy, &copy, &[]).status.code(), Some(1));
    assert_eq!(std::fs::read(&copy).ok(), std::fs::read(fixture("beacon.pcap")).ok());
    let out = folder.path().join("none.pcap");
    let ran = carve(&fixture("visit.pcap"), &out, &["10.0.0.1 10.0.0.2 443"]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(!out.exists());
}

/// Asserts that what is carved for a tuple alone has its features, and as many of its packets as tshark counts.
fn keeps(capture: &Path, tuple: &Tuple) {
    let folder = tempfile::tempdir().expect("a folder");
    let carved = folder.path().join("carved");
    let key = [tuple.orig_h.as_str(), &tuple.resp_h, &tuple.resp_p.to_string(), &tuple.proto].join(" ");
    let ran = carve(capture, &carved, &[&key]);
    assert!(ran.status.success(), "{} {ran:?}", capture.display());
    let found = tuples(&carved);
    let found = found.iter().find(|found| named(found) == named(tuple));
    assert_eq!(found.map(judged), Some(judged(tuple)), "{} {key}", capture.display());
    assert_eq!(
        listed(&carved),
        listed_of(capture, std::slice::from_ref(tuple)),
        "{} {key}",
        capture.display()
    );
}

/// What depends neither on the other tuples of the capture nor on its DNS, which is not carved.
fn judged(tuple: &Tuple) -> Tuple {
    let is_own = |name: &str| !name.starts_with("dns_") && !name.starts_with("evidence_never_");
    let mut own = Tuple {
        purpose: None,
        purpose_evidence: None,
        evidence: Vec::new(),
        sentence: None,
        ..tuple.clone()
    };
    own.features.retain(|name, _| is_own(name));
    own.explanation.retain(|part| is_own(&part.feature));
    own.outside.retain(|name| is_own(name));
    own
}

fn named(tuple: &Tuple) -> (&str, &str, u16, &str) {
    (&tuple.orig_h, &tuple.resp_h, tuple.resp_p, &tuple.proto)
}

/// The packets of a capture; nothing without tshark.
fn listed(capture: &Path) -> Option<Vec<String>> {
    tshark(capture, "")
}

/// The packets of some tuples of a capture.
fn listed_of(capture: &Path, tuples: &[Tuple]) -> Option<Vec<String>> {
    let filter = |tuple: &Tuple| {
        let Tuple { orig_h, resp_h, resp_p, proto, .. } = tuple;
        let ip = if orig_h.contains(':') { "ipv6" } else { "ip" };
        format!(
            "({ip}.src=={orig_h} && {ip}.dst=={resp_h} && {proto}.dstport=={resp_p}) || \
             ({ip}.src=={resp_h} && {ip}.dst=={orig_h} && {proto}.srcport=={resp_p})"
        )
    };
    tshark(capture, &tuples.iter().map(filter).collect::<Vec<_>>().join(" || "))
}

/// Time and length of each packet that a filter of tshark lets through, in the file's order.
fn tshark(capture: &Path, filter: &str) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(capture).args(["-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len"]);
    if !filter.is_empty() {
        command.args(["-Y", filter]);
    }
    let Ok(ran) = command.output() else {
        say("without tshark a carved capture has no second opinion (Debian: apt-get install tshark)");
        return None;
    };
    // Some originals end in the middle of a packet, and tshark says so after all that are whole.
    assert!(ran.status.success() || !filter.is_empty(), "{} {ran:?}", capture.display());
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    Some(text.lines().map(str::to_owned).collect())
}

fn carve(capture: &Path, out: &Path, keys: &[&str]) -> Output {
    let mut command = Command::new(hushcap());
    command.arg("carve").arg(capture).arg("--out").arg(out);
    for key in keys {
        command.args(["--tuple", key]);
    }
    command.output().expect("the program runs")
}

/// By a model that asks for nothing that a capture's DNS tells.
fn tuples(capture: &Path) -> Vec<Tuple> {
    tuples_by(capture, &["--model", "boost37"])
}

fn tuples_by(capture: &Path, options: &[&str]) -> Vec<Tuple> {
    let ran = Command::new(hushcap())
        .args(["analyze", "--json"])
        .args(options)
        .arg(capture)
        .output()
        .expect("the program runs");
    let report: report::Report = serde_json::from_slice(&ran.stdout).expect("a report");
    report.tuples
}

fn fixture(name: &str) -> PathBuf {
    workspace().join("tests/fixtures").join(name)
}
