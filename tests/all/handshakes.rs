//! A second opinion on every handshake: what tshark counts in a capture against what our ssl records say.
//!
//! ClientHellos, ServerHellos (HelloRetryRequests among them), certificates, and the server name that each connection asked
//! for last. Where the two differ and tshark is wrong or counts another thing, `differences.tsv` says why.
//!
//! Without tshark (Debian: `apt-get install tshark`) nothing is compared, and the test says so.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap::analyze::{Analysis, Analyzer};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::table::say;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Suites and the folders below which all files are their captures.
const SUITES: [(&str, &str); 2] =
    [("wireshark", "conformance/wireshark/test/captures"), ("corpus", "corpus/captures")];

/// tshark processes at a time.
const AT_ONCE: usize = 2;

/// Bytes out of order are put in order, whatever the port.
const OPTIONS: [&str; 5] = [
    "tcp.desegment_tcp_streams:TRUE",
    "tcp.reassemble_out_of_order:TRUE",
    "tcp.try_heuristic_first:TRUE",
    "tls.desegment_ssl_records:TRUE",
    "tls.desegment_ssl_application_data:TRUE",
];

const FIELDS: [&str; 8] = [
    "tcp.stream",
    "udp.stream",
    "tls.handshake.type",
    "dtls.handshake.type",
    "tls.handshake.certificate_length",
    "dtls.handshake.certificate_length",
    "tls.handshake.extensions_server_name",
    "dtls.handshake.extensions_server_name",
];

#[test]
fn handshakes_are_those_that_tshark_sees_or_the_difference_has_a_reason() {
    if Command::new("tshark").arg("--version").output().is_err() {
        return say("skipped: tshark is not here (Debian: apt-get install tshark)");
    }
    let mut captures = Vec::new();
    for (suite, folder) in SUITES {
        let Some(root) = shared(folder) else { continue };
        captures.extend(folder::files(&root).into_iter().map(|path| {
            let name =
                path.strip_prefix(&root).expect("a path below the root").to_string_lossy().into_owned();
            (suite, path, name)
        }));
    }
    let results = compare_all(&captures);
    hold(&results);
}

/// What one side saw in a capture, as text by column.
type Seen = BTreeMap<&'static str, String>;

/// A capture and what came of it.
struct Compared {
    suite: &'static str,
    name: String,
    ours: Seen,
    tshark: Seen,
}

impl Compared {
    fn has_handshakes(&self) -> bool {
        self.ours != Counts::default().seen() || self.tshark != Counts::default().seen()
    }
}

#[derive(Default)]
struct Counts {
    client_hellos: usize,
    server_hellos: usize,
    certificates: usize,
    server_names: Vec<String>,
}

impl Counts {
    fn seen(mut self) -> Seen {
        self.server_names.sort();
        BTreeMap::from([
            ("client_hellos", self.client_hellos.to_string()),
            ("server_hellos", self.server_hellos.to_string()),
            ("certificates", self.certificates.to_string()),
            ("server_names", self.server_names.join(" ")),
        ])
    }
}

fn compare_all(captures: &[(&'static str, PathBuf, String)]) -> Vec<Compared> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((suite, path, name)) = captures.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (ours, tshark) = (ours(path).seen(), tsharks(path).seen());
                    let compared = Compared { suite, name: name.clone(), ours, tshark };
                    results.lock().expect("no worker stopped").push(compared);
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no worker stopped");
    results.sort_by(|a, b| (a.suite, &a.name).cmp(&(b.suite, &b.name)));
    results
}

fn ours(path: &Path) -> Counts {
    let mut counts = Counts::default();
    let Some(analysis) = analysis(path) else { return counts };
    for ssl in &analysis.records.ssl {
        let letters = |wanted: [char; 2]| {
            ssl.ssl_history
                .iter()
                .flat_map(|history| history.chars())
                .filter(|at| wanted.contains(at))
                .count()
        };
        counts.client_hellos += letters(['C', 'c']);
        counts.server_hellos += letters(['s', 'S']) + letters(['j', 'J']);
        counts.certificates += [&ssl.cert_chain_fps, &ssl.client_cert_chain_fps]
            .into_iter()
            .flatten()
            .map(|chain| chain.len())
            .sum::<usize>();
        counts.server_names.extend(ssl.server_name.as_deref().map(str::to_owned));
    }
    counts
}

/// None where the file is no capture.
fn analysis(path: &Path) -> Option<Analysis> {
    let mut analyzer = Analyzer::new("capture");
    analyzer.push(&std::fs::read(path).ok()?).ok()?;
    analyzer.finish().ok()
}

fn tsharks(path: &Path) -> Counts {
    let mut command = Command::new("tshark");
    command.arg("-n").arg("-r").arg(path);
    command.args(["-Y", "tls.handshake.type or dtls.handshake.type"]);
    command.args(OPTIONS.iter().flat_map(|option| ["-o", option]));
    command.args(["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=|"]);
    command.args(FIELDS.iter().flat_map(|field| ["-e", field]));
    // It fails at the end of a capture that is cut, behind all that it has printed.
    let output = command.output().expect("tshark runs");
    let mut counts = Counts::default();
    let mut names: HashMap<[String; 2], String> = HashMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let list =
            |at: usize| cells.get(at).copied().unwrap_or_default().split('|').filter(|cell| !cell.is_empty());
        for kind in list(2).chain(list(3)) {
            counts.client_hellos += usize::from(kind == "1");
            counts.server_hellos += usize::from(kind == "2" || kind == "6");
        }
        counts.certificates += list(4).chain(list(5)).count();
        if let Some(name) = list(6).chain(list(7)).last() {
            let stream = [0, 1].map(|at| cells.get(at).copied().unwrap_or_default().to_owned());
            names.insert(stream, name.to_owned());
        }
    }
    counts.server_names = names.into_values().collect();
    counts
}

/// Fails unless the differences are those that are listed.
fn hold(results: &[Compared]) {
    let mut suites: BTreeMap<&str, Suite> = BTreeMap::new();
    for compared in results.iter().filter(|compared| compared.has_handshakes()) {
        let new = || Suite::new(format!("handshakes-{}", compared.suite));
        let suite = suites.entry(compared.suite).or_insert_with(new);
        for (column, ours) in &compared.ours {
            let theirs = compared.tshark.get(column).map(String::as_str).unwrap_or_default();
            suite.value(&compared.name, column, ours, theirs);
        }
    }
    for suite in suites.values() {
        suite.hold();
    }
}
