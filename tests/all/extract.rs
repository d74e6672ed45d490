//! Captures extracted out of others: what the program and tshark find in them, against what they find in the original.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap_tests::binary::hushcap;
use hushcap_tests::lookups::{self, Step};
use hushcap_tests::report::{self, Tuple};
use hushcap_tests::shared::{shared, workspace};
use hushcap_tests::table::say;
use std::collections::BTreeSet;
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
fn the_flagged_tuples_of_an_extracted_capture_are_those_of_the_original() {
    let capture = fixture("beacon.pcap");
    let folder = tempfile::tempdir().expect("a folder");
    let extracted = folder.path().join("extracted.pcap");
    let ran = extract(&capture, &extracted, &[]);
    assert!(ran.status.success(), "{ran:?}");
    let flagged: Vec<Tuple> =
        tuples(&capture).into_iter().filter(|tuple| tuple.verdict == "malware-like").collect();
    assert!(!flagged.is_empty());
    // All that are flagged are there, so that each has the same context.
    assert_eq!(
        tuples(&extracted).iter().map(|tuple| judged(tuple, Context::Same)).collect::<Vec<_>>(),
        flagged.iter().map(|tuple| judged(tuple, Context::Same)).collect::<Vec<_>>()
    );
    holds_packets_of(&extracted, &capture, &flagged);
}

#[test]
fn the_lookups_behind_a_tuple_are_extracted_with_it_and_no_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lookups.pcap");
    let (looked_up, never) = ("192.0.2.1", "192.0.2.2");
    let steps = [
        Step::Query { at: 0.0, name: "first.example", answer: Some("192.0.2.9") },
        Step::Query { at: 1.0, name: "server.example", answer: Some(looked_up) },
        Step::Query { at: 2.0, name: "other.example", answer: Some("192.0.2.8") },
        Step::Hello { at: 3.0, server: looked_up },
        Step::Hello { at: 4.0, server: never },
    ];
    std::fs::write(&path, lookups::capture(&steps)).expect("a file");
    let all = tuples(&path);
    for (server, state, asked) in
        [(looked_up, "looked-up", "first.example server.example"), (never, "never", "first.example")]
    {
        let tuple = all.iter().find(|tuple| tuple.resp_h == server).expect("a tuple");
        assert_eq!(tuple.dns.state, state);
        keeps(&path, tuple);
        let extracted = folder.path().join(server);
        assert!(extract(&path, &extracted, &[&key(tuple)]).status.success());
        let Some(queries) = tshark(&extracted, "dns.flags.response==1", &["dns.qry.name"]) else { continue };
        assert_eq!(queries.join(" "), asked);
    }
}

#[test]
fn a_tuple_extracted_out_of_any_format_keeps_its_packets_and_features() {
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
    say(&format!("{kept} tuples of others' captures extracted"));
}

#[test]
fn what_cannot_be_extracted_is_refused_and_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = extract(folder.path(), &folder.path().join("out.pcap"), &[]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("give the capture"), "{ran:?}");
    let copy = folder.path().join("copy.pcap");
    std::fs::copy(fixture("beacon.pcap"), &copy).expect("a copy");
    assert_eq!(extract(&copy, &copy, &[]).status.code(), Some(1));
    assert_eq!(std::fs::read(&copy).ok(), std::fs::read(fixture("beacon.pcap")).ok());
    let out = folder.path().join("none.pcap");
    let ran = extract(&fixture("visit.pcap"), &out, &["10.0.0.1 10.0.0.2 443"]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(!out.exists());
}

/// Asserts that what is extracted for a tuple alone has its features, and as many of its packets as tshark counts.
fn keeps(capture: &Path, tuple: &Tuple) {
    let folder = tempfile::tempdir().expect("a folder");
    let extracted = folder.path().join("extracted");
    let key = key(tuple);
    let ran = extract(capture, &extracted, &[&key]);
    assert!(ran.status.success(), "{} {ran:?}", capture.display());
    let found = tuples(&extracted);
    let found = found.iter().find(|found| named(found) == named(tuple));
    let context =
        if tuple.evidence.iter().any(|piece| piece.kind == HOST) { Context::Other } else { Context::Same };
    assert_eq!(
        found.map(|found| judged(found, context)),
        Some(judged(tuple, context)),
        "{} {key}",
        capture.display()
    );
    holds_packets_of(&extracted, capture, std::slice::from_ref(tuple));
}

/// The piece of evidence that tells of other destinations of the same host.
const HOST: &str = "host_context";

/// Whether an extracted capture holds the other tuples that a tuple's evidence tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Same,
    Other,
}

/// Returns what depends neither on the other tuples of the capture nor on the time that it covers.
fn judged(tuple: &Tuple, context: Context) -> Tuple {
    let is_own = |name: &str| !matches!(name, "beacon_score" | "beacon_duration_score");
    let mut own = Tuple { purpose: None, purpose_evidence: None, ..tuple.clone() };
    own.features.retain(|name, _| is_own(name));
    own.explanation.retain(|part| is_own(&part.feature));
    own.outside.retain(|name| is_own(name));
    if let Some(beacon) = own.beacon.as_mut().and_then(serde_json::Value::as_object_mut) {
        beacon.retain(|name, _| name != "score" && name != "duration_score");
    }
    if context == Context::Other {
        own.evidence.retain(|piece| piece.kind != HOST);
        own.sentence = None;
    }
    own
}

fn key(Tuple { orig_h, resp_h, resp_p, proto, .. }: &Tuple) -> String {
    format!("{orig_h} {resp_h} {resp_p} {proto}")
}

fn named(tuple: &Tuple) -> (&str, &str, u16, &str) {
    (&tuple.orig_h, &tuple.resp_h, tuple.resp_p, &tuple.proto)
}

/// Asserts that an extracted capture holds the packets of some tuples as tshark counts them, and beside them look-ups of their hosts
/// alone, or a connection by which such a host is known to ask where nobody can read it.
fn holds_packets_of(extracted: &Path, capture: &Path, tuples: &[Tuple]) {
    let of_tuples = filter_of(tuples);
    let listed = |path: &Path| tshark(path, &of_tuples, &["frame.time_epoch", "frame.len"]);
    let Some(packets) = listed(extracted) else { return };
    assert_eq!(Some(packets), listed(capture), "{}", capture.display());
    let others = format!("!({of_tuples}) && !({DNS})");
    let ends = ["ip.src", "ip.dst", "ipv6.src", "ipv6.dst"];
    let hosts: BTreeSet<BTreeSet<String>> = tshark(extracted, &others, &ends)
        .into_iter()
        .flatten()
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    let originators: BTreeSet<&str> = tuples.iter().map(|tuple| tuple.orig_h.as_str()).collect();
    assert!(hosts.len() <= originators.len(), "{} {hosts:?}", capture.display());
}

/// Where DNS is read.
const DNS: &str = "udp.port in {53,137,5353,5355} || tcp.port==53";

/// Returns a filter of tshark for the packets of some tuples.
fn filter_of(tuples: &[Tuple]) -> String {
    let filter = |tuple: &Tuple| {
        let Tuple { orig_h, resp_h, resp_p, proto, .. } = tuple;
        let ip = if orig_h.contains(':') { "ipv6" } else { "ip" };
        format!(
            "({ip}.src=={orig_h} && {ip}.dst=={resp_h} && {proto}.dstport=={resp_p}) || \
             ({ip}.src=={resp_h} && {ip}.dst=={orig_h} && {proto}.srcport=={resp_p})"
        )
    };
    tuples.iter().map(filter).collect::<Vec<_>>().join(" || ")
}

/// Fields of each packet that a filter of tshark lets through, in the file's order; `None` without tshark.
fn tshark(capture: &Path, filter: &str, fields: &[&str]) -> Option<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(capture).args(["-Y", filter, "-T", "fields"]);
    command.args(fields.iter().flat_map(|field| ["-e", field]));
    let Ok(ran) = command.output() else {
        say("without tshark an extracted capture has no second opinion (Debian: apt-get install tshark)");
        return None;
    };
    // Some originals end in the middle of a packet, and tshark says so after all that are whole.
    assert!(ran.status.success() || ran.status.code() == Some(2), "{} {ran:?}", capture.display());
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    Some(text.lines().map(str::to_owned).collect())
}

fn extract(capture: &Path, out: &Path, keys: &[&str]) -> Output {
    let mut command = Command::new(hushcap());
    command.arg("extract").arg(capture).arg("--out").arg(out);
    for key in keys {
        command.args(["--tuple", key]);
    }
    command.output().expect("the program runs")
}

fn tuples(capture: &Path) -> Vec<Tuple> {
    let ran =
        Command::new(hushcap()).args(["analyze", "--json"]).arg(capture).output().expect("the program runs");
    let report: report::Report = serde_json::from_slice(&ran.stdout).expect("a report");
    report.tuples
}

fn fixture(name: &str) -> PathBuf {
    workspace().join("tests/fixtures").join(name)
}
