//! Conformance: our conn, ssl, x509 and dns logs of Zeek's own test traces against the logs that Zeek printed for them.
//!
//! What differs stands in `differences.tsv` with its reason. Where a test's own script filters, switches something off or
//! writes another log, what it leaves out is listed as that, and set aside before the share of equal values is asked for.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap::capture::Checksums;
use hushcap::records::log::Log;
use hushcap_tests::compare::{MASKED, Outcome, compare};
use hushcap_tests::logs::logs_of;
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::tsv::Tsv;
use std::collections::HashMap;
use std::path::Path;

#[test]
fn conn_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek", Log::Conn);
}

#[test]
fn ssl_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek", Log::Ssl);
}

#[test]
fn x509_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek", Log::X509);
}

#[test]
fn older_conn_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek-v4.0.9", Log::Conn);
}

#[test]
fn older_ssl_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek-v4.0.9", Log::Ssl);
}

#[test]
fn older_x509_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek-v4.0.9", Log::X509);
}

#[test]
fn dns_logs_are_zeeks_or_the_difference_has_a_reason() {
    hold("zeek-dns", Log::Dns);
}

/// Returns the share of the values of a log that are Zeek's, once what a test's own script explains is set aside.
fn target(kind: Log) -> f64 {
    if kind == Log::X509 { 0.995 } else { 0.99 }
}

/// Compares one log of all tests of a version.
fn hold(version: &str, kind: Log) {
    let Some(root) = shared("conformance").map(|root| root.join(version)) else { return };
    let tests = Tsv::open(&root.join("TESTS.tsv")).expect("TESTS.tsv of the suite");
    let mut suite = Suite::new(format!("{version} {}", kind.path()));
    for row in tests.maps() {
        let case = Case { kind, row: &row };
        if case.cell(kind.path()).is_empty() {
            continue;
        }
        let outcome = case.compare(&root);
        suite.agree(outcome.columns.values().map(|count| count.equal).sum());
        for found in outcome.differences {
            let example = format!("ours {}, Zeek's {} ({})", found.ours, found.zeek, found.key);
            suite.differ(case.cell("baseline_test"), &found.column, found.values, example);
        }
    }
    let counts = suite.hold();
    assert!(counts.share() >= target(kind), "{}: {counts:?} is below {}", suite.name(), target(kind));
}

/// One log of a test, as `TESTS.tsv` describes it.
struct Case<'a> {
    kind: Log,
    row: &'a HashMap<&'a str, &'a str>,
}

impl Case<'_> {
    fn cell(&self, column: &str) -> &str {
        self.row.get(column).copied().unwrap_or_default()
    }

    /// Our log of the test's trace against Zeek's.
    fn compare(&self, root: &Path) -> Outcome {
        let path = root.join(self.baseline());
        let zeek = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let zeek = baseline(&String::from_utf8_lossy(&zeek));
        let ours = logs_of(&root.join("traces").join(self.cell("trace")), self.checksums());
        let mut ours = ours.log(self.kind).clone();
        if let (Some(ports), true) = (self.filter(), self.kind != Log::X509) {
            keep_ports(&mut ours, &ports);
        }
        compare(MASKED, self.kind, &zeek, &ours)
    }

    /// Returns the path of what Zeek printed. The table names the second command's trace beside the first command's
    /// log.
    fn baseline(&self) -> String {
        let log = self.cell(self.kind.path()).replace("-first.", "-second.");
        format!("baselines/{}/{log}", self.cell("baseline_test"))
    }

    fn checksums(&self) -> Checksums {
        if self.cell("ignore_checksums(-C)") == "yes" { Checksums::Keep } else { Checksums::Drop }
    }

    /// Ports that the test's packet filter lets through, if it has one.
    fn filter(&self) -> Option<Vec<&str>> {
        let (_, filter) = self.cell("zeek_commands").split_once(" -f ")?;
        let ports = filter.split("port ").skip(1);
        Some(ports.map(|port| port.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("")).collect())
    }
}

/// Returns what Zeek printed: a log, or the columns that a test cuts out of one.
fn baseline(text: &str) -> Tsv {
    match text.contains("#fields") {
        true => Tsv::zeek(text),
        false => {
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            Tsv::plain(&lines.join("\n"))
        }
    }
}

fn keep_ports(log: &mut Tsv, ports: &[&str]) {
    let columns = ["id.orig_p", "id.resp_p"].map(|name| log.column(name));
    log.rows.retain(|row| {
        let mut own = columns.iter().flatten().filter_map(|&column| row.get(column));
        own.any(|port| ports.contains(&port.as_str()))
    });
}
