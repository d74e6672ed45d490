//! Conformance: our conn, ssl and x509 logs of the corpus against those that Zeek writes of it.
//!
//! What differs stands in `differences.tsv` with its reason.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap::capture::Checksums;
use hushcap::records::log::Log;
use hushcap_tests::compare::{self, Outcome, UNMASKED, compare};
use hushcap_tests::logs::{Logs, logs_of};
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::table::say;
use hushcap_tests::tsv::Tsv;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

const LOGS: [Log; 3] = [Log::Conn, Log::Ssl, Log::X509];

/// Captures that are analysed at a time.
const AT_ONCE: usize = 2;

/// Share of the values of each log that are Zeek's, once those are set aside in which the list says that Zeek errs or that we
/// do otherwise on purpose.
const TARGET: f64 = 0.9995;

#[test]
fn conn_logs_of_the_corpus_are_zeeks_or_the_difference_has_a_reason() {
    hold(Log::Conn);
}

#[test]
fn ssl_logs_of_the_corpus_are_zeeks_or_the_difference_has_a_reason() {
    hold(Log::Ssl);
}

#[test]
fn x509_logs_of_the_corpus_are_zeeks_or_the_difference_has_a_reason() {
    hold(Log::X509);
}

/// A capture's name and what came of each of [`LOGS`].
type Compared = (String, [Outcome; 3]);

/// Returns all captures, read once for all tests; `None` if the reference data is not here.
fn outcomes() -> &'static [Compared] {
    static OUTCOMES: OnceLock<Vec<Compared>> = OnceLock::new();
    OUTCOMES.get_or_init(|| {
        let (zeek, captures) = (shared("conformance/zeek-corpus"), shared("corpus/captures"));
        zeek.zip(captures).map(|(zeek, captures)| compare_all(&captures, &zeek)).unwrap_or_default()
    })
}

fn compare_all(captures: &Path, zeek: &Path) -> Vec<Compared> {
    let index = Tsv::open(&zeek.join("INDEX.tsv")).expect("INDEX.tsv of the suite");
    let names: Vec<&str> = index.maps().filter_map(|row| row.get("capture").copied()).collect();
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let ours = logs_of(&captures.join(name), Checksums::Keep);
                    let found = LOGS.map(|log| compare_one(log, &ours, &zeek.join(name)));
                    outcomes.lock().expect("no worker stopped").push(((*name).to_owned(), found));
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().expect("no worker stopped");
    outcomes.sort_by(|(a, _), (b, _)| a.cmp(b));
    outcomes
}

/// One log of a capture against Zeek's. Where Zeek wrote none, all our rows differ.
fn compare_one(log: Log, ours: &Logs, zeek: &Path) -> Outcome {
    let text = std::fs::read(zeek.join(format!("{}.log", log.path()))).unwrap_or_default();
    let mut zeek = Tsv::zeek(&String::from_utf8_lossy(&text));
    let ours = ours.log(log);
    if zeek.columns.is_empty() {
        zeek.columns.clone_from(&ours.columns);
    }
    compare(UNMASKED, log, &zeek, ours)
}

/// Prints the line of a log's suite and checks it.
fn hold(log: Log) {
    let outcomes = outcomes();
    if outcomes.is_empty() {
        return;
    }
    let mut suite = Suite::new(format!("zeek-corpus {}", log.path()));
    let (mut equal, mut differing) = (0, 0);
    for (name, found) in outcomes {
        for (_, outcome) in LOGS.iter().zip(found).filter(|(kind, _)| **kind == log) {
            equal += outcome.columns.values().map(|count| count.equal).sum::<u64>();
            for found in &outcome.differences {
                let example = format!("ours {}, Zeek's {} ({})", found.ours, found.zeek, found.key);
                if found.zeek == compare::NO_ROW {
                    suite.differ(name, "(our row)", 1, example);
                } else {
                    differing += found.values;
                    suite.differ(name, &found.column, found.values, example);
                }
            }
        }
    }
    suite.agree(equal);
    let ours = suite.hold().ours;
    let share = |wrong: u64| equal as f64 / (equal + wrong) as f64;
    let (all, right) = (100.0 * share(differing), 100.0 * share(ours));
    say(&format!(
        "{}: {all:.3} % of all of Zeek's values, {right:.3} % of those that are right",
        suite.name()
    ));
    assert!(share(ours) >= TARGET, "{}: {right} % is below {TARGET}", suite.name());
}
