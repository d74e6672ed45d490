//! Conformance: our conn, ssl and x509 logs of Zeek's own test traces against the logs that Zeek printed for them.
//!
//! What differs stands in `differences.tsv` with its reason. Where a test's own script filters, switches something off or
//! writes another log, what it leaves out is listed as that.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap::records::log::Log;
use hushcap_tests::compare::{Outcome, compare};
use hushcap_tests::logs::{Logs, logs_of};
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::tsv::Tsv;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const SUITES: [&str; 2] = ["zeek", "zeek-v4.0.9"];

#[test]
fn logs_are_zeeks_or_the_difference_has_a_reason() {
    let Some(root) = shared("conformance") else { return };
    let mut results = Results::default();
    for suite in SUITES {
        results.suite(suite, &root.join(suite));
    }
    results.suites.values().for_each(Suite::hold);
}

/// One test of a suite, as `TESTS.tsv` describes it.
struct Case<'a> {
    name: &'a str,
    log: &'a str,
    kind: Log,
    row: &'a HashMap<&'a str, &'a str>,
}

impl Case<'_> {
    /// Path of what Zeek printed. The table names the second command's trace beside the first command's log.
    fn baseline(&self) -> String {
        format!("baselines/{}/{}", self.name, self.log.replace("-first.", "-second."))
    }

    /// Ports that the test's packet filter lets through, if it has one.
    fn filter(&self) -> Option<Vec<&str>> {
        let (_, filter) = self.row.get("zeek_commands")?.split_once(" -f ")?;
        let ports = filter.split("port ").skip(1);
        Some(ports.map(|port| port.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("")).collect())
    }
}

/// Everything that was compared, a suite a log of each version.
#[derive(Default)]
struct Results {
    suites: BTreeMap<(&'static str, &'static str), Suite>,
}

impl Results {
    fn suite(&mut self, version: &'static str, root: &Path) {
        let tests = Tsv::open(&root.join("TESTS.tsv")).expect("TESTS.tsv of the suite");
        let mut analysed: HashMap<String, Logs> = HashMap::new();
        for row in tests.maps() {
            let trace = row.get("trace").copied().unwrap_or_default();
            let ours =
                analysed.entry(trace.to_owned()).or_insert_with(|| logs_of(&root.join("traces").join(trace)));
            for kind in Log::ALL {
                let log = row.get(kind.path()).copied().unwrap_or_default();
                if !log.is_empty() {
                    let name = row.get("baseline_test").copied().unwrap_or_default();
                    let outcome = case(root, &Case { name, log, kind, row: &row }, ours);
                    let new = || Suite::new(format!("{version} {}", kind.path()));
                    add(self.suites.entry((version, kind.path())).or_insert_with(new), name, outcome);
                }
            }
        }
    }
}

fn case(root: &Path, case: &Case<'_>, ours: &Logs) -> Outcome {
    let path = root.join(case.baseline());
    let zeek = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let zeek = Tsv::zeek(&String::from_utf8_lossy(&zeek));
    let mut ours = ours.log(case.kind).clone();
    if let (Some(ports), true) = (case.filter(), case.kind != Log::X509) {
        keep_ports(&mut ours, &ports);
    }
    compare(case.kind, &zeek, &ours)
}

fn add(suite: &mut Suite, test: &str, outcome: Outcome) {
    suite.agree(outcome.columns.values().map(|count| count.equal).sum());
    for found in outcome.differences {
        let example = format!("ours {}, Zeek's {} ({})", found.ours, found.zeek, found.key);
        suite.differ(test, &found.column, found.values, example);
    }
}

fn keep_ports(log: &mut Tsv, ports: &[&str]) {
    let columns = ["id.orig_p", "id.resp_p"].map(|name| log.column(name));
    log.rows.retain(|row| {
        let mut own = columns.iter().flatten().filter_map(|&column| row.get(column));
        own.any(|port| ports.contains(&port.as_str()))
    });
}
