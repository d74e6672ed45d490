//! Conformance: our conn, ssl and x509 logs of Zeek's own test traces against the logs that Zeek printed for them.
//!
//! The share of equal values may rise and never fall: `zeek_floor.tsv` holds it by suite and log. After a change that
//! raises it, `HUSHCAP_BLESS=1` rewrites that file. `HUSHCAP_DIFFERENCES=1` prints what differs, most frequent first.
//!
//! Known reasons for a difference that is not ours: tests in bare mode (`-b`) name no service they do not load; without
//! `-C` Zeek drops packets with a wrong checksum, which we count and keep; a test's own script may filter its logs.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap::records::log::Log;
use hushcap_tests::compare::{Count, Outcome, compare};
use hushcap_tests::logs::{Logs, logs_of};
use hushcap_tests::shared::{shared, workspace};
use hushcap_tests::table::{percent, say, table};
use hushcap_tests::tsv::Tsv;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

const SUITES: [&str; 2] = ["zeek", "zeek-v4.0.9"];

#[test]
fn share_of_values_equal_to_zeeks_does_not_fall() {
    let Some(root) = shared("conformance") else { return };
    let mut results = Results::default();
    for suite in SUITES {
        results.suite(suite, &root.join(suite));
    }
    say(&results.by_column());
    say(&results.by_log());
    if std::env::var_os("HUSHCAP_DIFFERENCES").is_some() {
        say(&results.most_frequent_differences());
    }
    results.hold_floor(&workspace().join("tests/zeek_floor.tsv"));
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

    /// Name and what about the run makes differences likely.
    fn label(&self) -> String {
        let yes = |column: &str| self.row.get(column) == Some(&"yes");
        let bare = if yes("bare_mode(-b)") { " bare" } else { "" };
        let checksums = if yes("ignore_checksums(-C)") { "" } else { " checks-checksums" };
        format!("{}{bare}{checksums}", self.name)
    }
}

/// Everything that was compared.
#[derive(Default)]
struct Results {
    columns: BTreeMap<(String, &'static str, String), Count>,
    rows: BTreeMap<(String, &'static str), [u64; 3]>,
    differences: BTreeMap<(&'static str, String, String, String), Vec<String>>,
}

impl Results {
    fn suite(&mut self, suite: &str, root: &Path) {
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
                    self.case(suite, root, &Case { name, log, kind, row: &row }, ours);
                }
            }
        }
    }

    fn case(&mut self, suite: &str, root: &Path, case: &Case<'_>, ours: &Logs) {
        let path = root.join(case.baseline());
        let zeek = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let zeek = Tsv::zeek(&String::from_utf8_lossy(&zeek));
        let mut ours = ours.log(case.kind).clone();
        if let (Some(ports), true) = (case.filter(), case.kind != Log::X509) {
            keep_ports(&mut ours, &ports);
        }
        self.add(suite, case, compare(case.kind, &zeek, &ours));
    }

    fn add(&mut self, suite: &str, case: &Case<'_>, outcome: Outcome) {
        let rows = self.rows.entry((suite.to_owned(), case.kind.path())).or_default();
        for (sum, more) in rows.iter_mut().zip([outcome.paired, outcome.missing, outcome.extra]) {
            *sum += more;
        }
        for (column, count) in outcome.columns {
            *self.columns.entry((suite.to_owned(), case.kind.path(), column)).or_default() += count;
        }
        for found in outcome.differences {
            let test = format!("{suite} {}", case.label());
            // A row that one side lacks concerns a test, a cell that differs is about a value.
            let alone = found.column == "(row)";
            let column = if alone { format!("(row) of {test}") } else { found.column };
            let place = if alone { found.key } else { format!("{test} {}", found.key) };
            let what = (case.kind.path(), column, found.ours, found.zeek);
            self.differences.entry(what).or_default().push(place);
        }
    }

    fn totals(&self) -> BTreeMap<(String, &'static str), Count> {
        let mut totals = BTreeMap::<_, Count>::new();
        for ((suite, log, _), count) in &self.columns {
            *totals.entry((suite.clone(), *log)).or_default() += *count;
        }
        totals
    }

    fn by_column(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .columns
            .iter()
            .map(|((suite, log, column), count)| {
                let mut row = vec![suite.clone(), (*log).to_owned(), column.clone()];
                row.extend(cells(*count));
                row
            })
            .collect();
        table(&["suite", "log", "column", "compared", "equal", "%"], &rows)
    }

    fn by_log(&self) -> String {
        let mut all = Count::default();
        let mut rows = Vec::new();
        for ((suite, log), count) in self.totals() {
            all += count;
            let counts = self.rows.get(&(suite.clone(), log)).copied().unwrap_or_default();
            let mut row = vec![suite, (*log).to_owned()];
            row.extend(counts.map(|count| count.to_string()));
            row.extend(cells(count));
            rows.push(row);
        }
        let mut row: Vec<String> = ["all", "", "", "", ""].map(str::to_owned).to_vec();
        row.extend(cells(all));
        rows.push(row);
        table(&["suite", "log", "rows paired", "missing", "extra", "compared", "equal", "%"], &rows)
    }

    fn most_frequent_differences(&self) -> String {
        let mut found: Vec<_> = self.differences.iter().collect();
        found.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
        let mut text = String::from("count  log column: ours | Zeek's | first places\n");
        for ((log, column, ours, zeek), places) in found {
            let first: Vec<&str> = places.iter().take(3).map(String::as_str).collect();
            text.push_str(&format!(
                "{:>5}  {} {column}: {ours} | {zeek} | {}\n",
                places.len(),
                log,
                first.join("; ")
            ));
        }
        text
    }

    /// Fails where a share is below the floor; rewrites the floor where asked to.
    fn hold_floor(&self, path: &Path) {
        if std::env::var_os("HUSHCAP_BLESS").is_some() {
            let mut text = String::from("suite\tlog\tequal\tcompared\n");
            for ((suite, log), count) in self.totals() {
                text.push_str(&format!("{suite}\t{log}\t{}\t{}\n", count.equal, count.compared));
            }
            return std::fs::write(path, text).expect("the floor can be written");
        }
        let floor = Tsv::open(path).expect("tests/zeek_floor.tsv");
        assert!(!floor.rows.is_empty(), "an empty floor holds nothing");
        let totals = self.totals();
        for row in floor.maps() {
            let cell = |column: &str| row.get(column).copied().unwrap_or_default();
            let number = |column: &str| cell(column).parse::<u64>().expect("a count in zeek_floor.tsv");
            let log = Log::of_path(cell("log")).expect("a log's name").path();
            let now = totals.get(&(cell("suite").to_owned(), log)).copied().unwrap_or_default();
            assert!(
                u128::from(now.equal) * u128::from(number("compared"))
                    >= u128::from(number("equal")) * u128::from(now.compared),
                "{} {}.log: {} of {} values equal Zeek's, {} of {} did",
                cell("suite"),
                cell("log"),
                now.equal,
                now.compared,
                number("equal"),
                number("compared"),
            );
        }
    }
}

fn cells(count: Count) -> [String; 3] {
    [count.compared.to_string(), count.equal.to_string(), percent(count.equal, count.compared)]
}

fn keep_ports(log: &mut Tsv, ports: &[&str]) {
    let columns = ["id.orig_p", "id.resp_p"].map(|name| log.column(name));
    log.rows.retain(|row| {
        let mut own = columns.iter().flatten().filter_map(|&column| row.get(column));
        own.any(|port| ports.contains(&port.as_str()))
    });
}
