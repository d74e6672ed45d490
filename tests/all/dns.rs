//! DNS: our dns.log of the labelled captures against Zeek's, and what a host had looked up, from captures and from their
//! own logs alike.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap::analyze::{Analysis, Analyzer, LogAnalyzer};
use hushcap::capture::Checksums;
use hushcap::feature::Table;
use hushcap::join::LookupState;
use hushcap::records::log::{Format, Log};
use hushcap_tests::compare::{MASKED, compare};
use hushcap_tests::logs::logs_of;
use hushcap_tests::lookups::{Step, capture};
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::tsv::Tsv;

#[test]
fn dns_logs_of_the_corpus_are_zeeks_or_the_difference_has_a_reason() {
    let Some(root) = shared("conformance").map(|root| root.join("zeek-corpus")) else { return };
    let Some(captures) = shared("corpus").map(|root| root.join("captures")) else { return };
    let index = Tsv::open(&root.join("INDEX.tsv")).expect("INDEX.tsv of the suite");
    let mut suite = Suite::new("zeek-corpus dns");
    for row in index.maps() {
        let cell = |column: &str| row.get(column).copied().unwrap_or_default();
        if matches!(cell("dns_rows"), "" | "0") {
            continue;
        }
        let name = cell("capture");
        let path = root.join(name).join("dns.log");
        let zeek = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let ours = logs_of(&captures.join(name), Checksums::Keep);
        let outcome =
            compare(MASKED, Log::Dns, &Tsv::zeek(&String::from_utf8_lossy(&zeek)), ours.log(Log::Dns));
        suite.agree(outcome.columns.values().map(|count| count.equal).sum());
        for found in outcome.differences {
            let example = format!("ours {}, Zeek's {} ({})", found.ours, found.zeek, found.key);
            suite.differ(name, &found.column, found.values, example);
        }
    }
    let counts = suite.hold();
    assert!(counts.share() >= 0.99, "{counts:?}");
}

fn analysed(steps: &[Step<'_>]) -> Analysis {
    let mut analyzer = Analyzer::new("made.pcap");
    analyzer.push(&capture(steps)).expect("a capture");
    analyzer.finish().expect("a whole capture")
}

/// Returns the analysis of the logs that an analysis writes.
fn analysed_again(analysis: &Analysis, format: Format) -> Analysis {
    let mut analyzer = LogAnalyzer::new("logs");
    for log in analysis.logs() {
        let mut text = Vec::new();
        analysis.write_log(log, format, &mut text).expect("a log");
        analyzer.open(&format!("{}.log", log.path()));
        analyzer.push(&text);
    }
    analyzer.finish().expect("logs")
}

fn state(analysis: &Analysis) -> (LookupState, Vec<(String, f64)>) {
    let tuples = analysis.tuples();
    let told = &tuples.first().expect("a tuple").dns;
    (told.state, told.names.iter().map(|(name, age)| ((*name).to_owned(), *age)).collect())
}

#[test]
fn an_address_is_looked_up_by_its_name_seconds_before() {
    let analysis = analysed(&[
        Step::Query { at: 1.0, name: "www.example", answer: Some("198.51.100.7") },
        Step::Hello { at: 4.0, server: "198.51.100.7" },
    ]);
    let (state, names) = state(&analysis);
    assert_eq!(state, LookupState::LookedUp);
    assert_eq!(
        names.iter().map(|(name, age)| (name.as_str(), age.round())).collect::<Vec<_>>(),
        [("www.example", 3.0)]
    );
}

#[test]
fn an_address_that_a_host_never_asked_for_is_told_from_one_of_a_host_that_asks_nothing() {
    let asks = [
        Step::Query { at: 1.0, name: "other.example", answer: Some("198.51.100.9") },
        Step::Hello { at: 4.0, server: "198.51.100.7" },
    ];
    assert_eq!(state(&analysed(&asks)).0, LookupState::Never);
    let [_, hello] = asks;
    assert_eq!(state(&analysed(&[hello])).0, LookupState::Unknown);
}

#[test]
fn a_query_that_nobody_answers_looks_nothing_up() {
    let analysis = analysed(&[
        Step::Query { at: 1.0, name: "www.example", answer: None },
        Step::Hello { at: 4.0, server: "198.51.100.7" },
    ]);
    assert_eq!(state(&analysis).0, LookupState::Unknown);
    assert_eq!(analysis.records.dns.len(), 1);
}

#[test]
fn logs_of_a_capture_give_its_own_features_dns_included() {
    let analysis = analysed(&[
        Step::Query { at: 1.0, name: "www.example", answer: Some("198.51.100.7") },
        Step::Query { at: 1.5, name: "other.example", answer: None },
        Step::Hello { at: 4.25, server: "198.51.100.7" },
        Step::Hello { at: 5.125, server: "198.51.100.8" },
    ]);
    let rows = |analysis: &Analysis| {
        let bits = |value: Option<f64>| value.map(f64::to_bits);
        let rows = analysis.feature_rows(Table::Extended, "made").into_iter();
        rows.map(|row| row.values.into_iter().map(bits).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    for format in [Format::Tsv, Format::Json] {
        let again = analysed_again(&analysis, format);
        assert_eq!(again.records.dns, analysis.records.dns);
        assert_eq!(rows(&again), rows(&analysis));
        assert_eq!(state(&again), state(&analysis));
    }
}
