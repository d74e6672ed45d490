//! The labelled captures: each is analysed, its labelled TLS tuples are found, its features agree with a second
//! opinion, and its own logs give the same features again.
//!
//! `HUSHCAP_DIFFERENCES=1` prints every feature that differs from the second opinion.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap_tests::agree::agree;
use hushcap_tests::binary::hushcap;
use hushcap_tests::opening::{Opening, openings};
use hushcap_tests::report::{self, Report};
use hushcap_tests::shared::shared;
use hushcap_tests::suite::{Counts, line};
use hushcap_tests::table::{percent, say, table};
use hushcap_tests::tsv::Tsv;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Share of the labelled tuples that must be found.
const FOUND: (u64, u64) = (99, 100);

/// Share of the values that must be near the second opinion. It counts a connection to its very last packet and from its
/// first, where Zeek ends the duration with the last packet that changes something and dates TLS from the ClientHello;
/// and its certificate reader refuses what ours reads.
const NEAR: (u64, u64) = (98, 100);

#[test]
fn every_capture_is_analysed_and_its_labelled_tuples_are_found() {
    let Some(corpus) = Corpus::open() else { return };
    let mut missed = Vec::new();
    for (tuple, label) in &corpus.labels {
        let report = corpus.reports().get(&tuple.capture);
        if report.and_then(|report| tuple.entry(report)).is_none() {
            missed.push((tuple, label));
        }
    }
    let (total, lost) = (corpus.labels.len() as u64, missed.len() as u64);
    let rows: Vec<Vec<String>> = missed
        .iter()
        .map(|(tuple, label)| {
            let port = tuple.resp_p.to_string();
            vec![tuple.capture.clone(), tuple.address(), port, (*label).clone(), corpus.reason(tuple)]
        })
        .collect();
    let counts = Counts { compared: total, equal: total - lost, listed: lost, ..Counts::default() };
    say(&line("labelled 4-tuples", counts));
    if lost > 0 {
        say(&table(&["capture", "tuple", "port", "label", "reason"], &rows));
    }
    assert!((total - lost) * FOUND.1 >= total * FOUND.0, "{lost} of {total} labelled tuples were missed");
}

#[test]
fn features_are_near_those_of_an_independent_reader() {
    let Some(corpus) = Corpus::open() else { return };
    let other = Tsv::open(&corpus.root.join("features37_independent.tsv")).expect("the second opinion");
    let names: Vec<&str> = other.columns.iter().skip(4).map(String::as_str).collect();
    let mut counts: BTreeMap<&str, [u64; 3]> = names.iter().map(|name| (*name, [0; 3])).collect();
    let (mut both, mut alone, mut lines) = (0, 0, Vec::new());
    for row in other.maps() {
        let tuple = Tuple::from_row(&row);
        let report = corpus.reports().get(&tuple.capture);
        let Some(ours) = report.and_then(|report| tuple.entry(report)) else {
            alone += 1;
            continue;
        };
        both += 1;
        for (name, counts) in &mut counts {
            let theirs: f64 = row.get(name).and_then(|text| text.parse().ok()).expect("a number");
            let ours = ours.features.get(*name).expect("a feature of that name").unwrap_or(-1.0);
            let [equal, near, far] = counts;
            if agree(ours, theirs) {
                *equal += 1;
            } else if is_near(ours, theirs) {
                *near += 1;
            } else {
                *far += 1;
                lines.push(format!("{name}\t{ours}\t{theirs}\t{}\t{}", tuple.capture, tuple.address()));
            }
        }
    }
    let mut rows = Vec::new();
    for name in names {
        let [equal, near, far] = counts[name];
        let share = percent(equal + near, both);
        rows.push([name.to_owned(), equal.to_string(), near.to_string(), far.to_string(), share].to_vec());
    }
    say(&format!("{both} tuples that both read, {alone} that the independent reader alone has"));
    say(&table(&["feature", "agree", "near", "differ", "% not differing"], &rows));
    if std::env::var_os("HUSHCAP_DIFFERENCES").is_some() {
        say(&format!("feature\tours\tindependent\tcapture\ttuple\n{}", lines.join("\n")));
    }
    let all: u64 = counts.values().flatten().sum();
    let far: u64 = counts.values().map(|counts| counts[2]).sum();
    assert!(both > 0, "no tuple in common");
    assert!((all - far) * NEAR.1 >= all * NEAR.0, "{far} of {all} values are not near");
}

#[test]
fn logs_of_a_capture_give_its_features_bit_for_bit() {
    let Some(corpus) = Corpus::open() else { return };
    // The folder of a capture's logs has its file name; of several with the same name one is enough.
    let captures: BTreeMap<&str, PathBuf> = corpus
        .captures
        .iter()
        .map(|capture| {
            (capture.rsplit('/').next().unwrap_or(capture), corpus.root.join("captures").join(capture))
        })
        .collect();
    let own = features(captures.values());
    for format in ["zeek", "json"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(hushcap());
        command.args(["logs", "--format", format, "--out"]).arg(folder.path()).args(captures.values());
        run(&mut command);
        let logs: Vec<PathBuf> = captures.keys().map(|name| folder.path().join(name)).collect();
        let read = features(&logs);
        let (mut tuples, mut without) = (0, 0);
        for ((name, capture), logs) in captures.iter().zip(&logs) {
            let (own, read) = (own.get(&text(capture)), read.get(&text(logs)));
            assert_eq!(own, read, "{name}: its {format} logs give other features");
            tuples += own.map_or(0, Vec::len);
            without += u64::from(own.is_none());
        }
        let number = captures.len();
        say(&format!(
            "{format}: {number} captures ({without} without TLS), {tuples} tuples: the same from the logs"
        ));
        assert!(tuples > 0, "no tuple to compare");
    }
}

/// The captures and what they are known to hold.
struct Corpus {
    root: PathBuf,
    captures: Vec<String>,
    labels: Vec<(Tuple, String)>,
}

/// A 4-tuple of one capture.
#[derive(Debug, PartialEq, Eq)]
struct Tuple {
    capture: String,
    orig_h: IpAddr,
    resp_h: IpAddr,
    resp_p: u16,
}

impl Tuple {
    fn from_row(row: &HashMap<&str, &str>) -> Tuple {
        let cell = |name: &str| row.get(name).copied().unwrap_or_default();
        Tuple {
            capture: cell("capture").to_owned(),
            orig_h: cell("orig_h").parse().expect("an address"),
            resp_h: cell("resp_h").parse().expect("an address"),
            resp_p: cell("resp_p").parse().expect("a port"),
        }
    }

    fn address(&self) -> String {
        format!("{} > {} {}", self.orig_h, self.resp_h, self.resp_p)
    }

    /// This tuple's entry in a report. Every labelled tuple is TCP.
    fn entry<'a>(&self, report: &'a Report) -> Option<&'a report::Tuple> {
        report.tuples.iter().find(|entry| {
            entry.proto == "tcp"
                && entry.resp_p == self.resp_p
                && entry.orig_h.parse() == Ok(self.orig_h)
                && entry.resp_h.parse() == Ok(self.resp_h)
        })
    }
}

impl Corpus {
    fn open() -> Option<Corpus> {
        let root = shared("corpus")?;
        let captures = Tsv::open(&root.join("CAPTURES.tsv")).expect("CAPTURES.tsv");
        let labels = Tsv::open(&root.join("LABELS.tsv")).expect("LABELS.tsv");
        let captures =
            captures.maps().filter_map(|row| row.get("capture").map(|name| (*name).to_owned())).collect();
        let labels = labels
            .maps()
            .map(|row| (Tuple::from_row(&row), row.get("label").copied().unwrap_or_default().to_owned()))
            .collect();
        Some(Corpus { root, captures, labels })
    }

    /// Returns what the command line says of every capture, by capture: one run over all of them, exit status 0.
    fn reports(&self) -> &'static HashMap<String, Report> {
        static REPORTS: OnceLock<HashMap<String, Report>> = OnceLock::new();
        REPORTS.get_or_init(|| {
            let mut command = Command::new(hushcap());
            command.args(["analyze", "--json"]);
            command.args(self.captures.iter().map(|capture| self.root.join("captures").join(capture)));
            let text = run(&mut command);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), self.captures.len(), "one Report a line, one line a capture");
            let mut reports = HashMap::new();
            for (capture, line) in self.captures.iter().zip(lines) {
                let report: Report = serde_json::from_str(line).expect("a Report");
                assert!(capture.ends_with(&report.capture.name), "{capture} is not {}", report.capture.name);
                reports.insert(capture.clone(), report);
            }
            reports
        })
    }

    /// Why a tuple is not in its report, from the first bytes of its connections.
    fn reason(&self, tuple: &Tuple) -> String {
        let found = openings(&self.root.join("captures").join(&tuple.capture));
        let mut own: Vec<String> = found
            .iter()
            .filter(|it| (it.client, it.server, it.server_port) == (tuple.orig_h, tuple.resp_h, tuple.resp_p))
            .map(Opening::describe)
            .collect();
        own.sort_by_key(|reason| (!reason.starts_with("a TLS"), reason.starts_with("no TLS")));
        if let Some(reason) = own.into_iter().next() {
            return reason;
        }
        let turned = |it: &&Opening| {
            (it.server, it.client, it.client_port) == (tuple.orig_h, tuple.resp_h, tuple.resp_p)
        };
        match found.iter().find(turned) {
            Some(opening) => format!("opened by the TLS server: {}", opening.describe()),
            None => "no such TCP segment: inside a tunnel, or a link layer that is not read".to_owned(),
        }
    }
}

/// Within a hundredth, or a hundredth of a second or of a share.
fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.01 * a.abs().max(b.abs()) + 0.01
}

/// Rows of `hushcap features` by the input that they name first.
fn features<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> HashMap<String, Vec<String>> {
    let table = run(Command::new(hushcap()).args(["features", "--table", "extended"]).args(paths));
    let mut rows: HashMap<String, Vec<String>> = HashMap::new();
    for (input, row) in table.lines().skip(1).filter_map(|line| line.split_once('\t')) {
        rows.entry(input.to_owned()).or_default().push(row.to_owned());
    }
    rows
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Standard output of a run that must exit 0.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "exit status; standard error: {message}");
    String::from_utf8(output.stdout).expect("UTF-8 on standard output")
}
