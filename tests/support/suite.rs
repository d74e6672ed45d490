//! A suite: values of ours compared with those of others, and the list of those that may differ.
//!
//! What differs stands in `differences.tsv` by suite, test and column, with how many values and why; never the values
//! themselves. A difference that is not listed fails, and so does an entry that no longer holds. `HUSHCAP_DIFFERENCES=1`
//! prints both sides. The line that [`Suite::hold`] prints goes into the table at the end of `cargo xtask test`.
//!
//! Each entry is of one of four kinds: `script`, where the script or the options of a test alone make what it shows;
//! `theirs`, where the other program errs or counts another thing; `decision`, where we do otherwise on purpose; `ours`,
//! what we do not read or do not know. The first says nothing of us and is set aside in a share of its own.

use crate::shared::workspace;
use crate::table::say;
use crate::tsv::Tsv;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where a value stands: its test (a capture, a file, a test of another project) and its column.
type Place = (String, String);

/// Kinds of entries of the list.
const KINDS: [&str; 4] = ["script", "theirs", "decision", "ours"];

/// Values of a suite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that were compared.
    pub compared: u64,
    /// Those that are equal.
    pub equal: u64,
    /// Those that differ, as the list says.
    pub listed: u64,
    /// Those of the listed that the script or the options of a test alone explain.
    pub set_aside: u64,
    /// Those of the listed that we do not read or do not know.
    pub ours: u64,
}

impl Counts {
    /// Returns the share of equal values once those that are to be set aside are; 0 where nothing is left.
    pub fn share(self) -> f64 {
        let left = self.compared.saturating_sub(self.set_aside);
        if left == 0 { 0.0 } else { self.equal as f64 / left as f64 }
    }
}

/// What was compared so far.
#[derive(Debug)]
pub struct Suite {
    name: String,
    compared: u64,
    equal: u64,
    differing: BTreeMap<Place, (u64, Vec<String>)>,
}

/// Examples of a place that are kept.
const EXAMPLES: usize = 3;

impl Suite {
    /// Returns a suite of which nothing was compared yet.
    pub fn new(name: impl Into<String>) -> Self {
        Suite { name: name.into(), compared: 0, equal: 0, differing: BTreeMap::new() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the values that were compared, and how many are equal.
    pub fn counts(&self) -> (u64, u64) {
        (self.compared, self.equal)
    }

    /// `count` values that are equal.
    pub fn agree(&mut self, count: u64) {
        self.compared += count;
        self.equal += count;
    }

    /// `count` values that differ; `example` shows both sides.
    pub fn differ(&mut self, test: &str, column: &str, count: u64, example: impl Into<String>) {
        self.compared += count;
        let (sum, examples) = self.differing.entry((test.to_owned(), column.to_owned())).or_default();
        *sum += count;
        if examples.len() < EXAMPLES {
            examples.push(example.into());
        }
    }

    /// One value.
    pub fn value(&mut self, test: &str, column: &str, ours: &str, theirs: &str) {
        if ours == theirs {
            self.agree(1);
        } else {
            self.differ(test, column, 1, format!("ours {ours}, theirs {theirs}"));
        }
    }

    /// Prints the suite's line and gives what stands there; fails where what differs is not what `tests/differences.tsv`
    /// says.
    ///
    /// # Panics
    ///
    /// When nothing was compared, a difference is not listed, or an entry of the list no longer holds.
    pub fn hold(&self) -> Counts {
        let (counts, wrong) = self.print();
        assert!(self.compared > 0, "nothing was compared in {}", self.name);
        assert!(wrong.is_empty(), "{}:\n{}", self.name, wrong.join("\n"));
        counts
    }

    /// Prints the suite's line, and what the list says otherwise, without failing: for another version of what we compare
    /// with than the list was made with.
    pub fn show(&self) {
        self.print().1.iter().for_each(|wrong| say(wrong));
    }

    /// Prints the suite's line; gives what stands there, and what the list says otherwise.
    fn print(&self) -> (Counts, Vec<String>) {
        if std::env::var_os("HUSHCAP_DIFFERENCES").is_some() {
            for ((test, column), (count, examples)) in &self.differing {
                say(&format!("{}\t{test}\t{column}\t{count}\t{}", self.name, examples.join("; ")));
            }
        }
        let (counts, wrong) = self.check(&workspace().join("tests/differences.tsv"));
        say(&line(&self.name, counts));
        (counts, wrong)
    }

    /// Returns what the suite's line says, and what the list says otherwise than was found.
    fn check(&self, list: &Path) -> (Counts, Vec<String>) {
        let List { places: listed, set_aside, ours, mut wrong } = List::read(list, &self.name);
        let places: BTreeSet<&Place> = self.differing.keys().chain(listed.keys()).collect();
        for place in places {
            let found = self.differing.get(place).map_or(0, |(count, _)| *count);
            let expected = listed.get(place).copied().unwrap_or_default();
            if found != expected {
                let examples = self.differing.get(place).map(|(_, examples)| examples.join("; "));
                let (test, column) = place;
                wrong.push(format!(
                    "{test} {column}: {found} differ, {expected} are listed; {}",
                    examples.unwrap_or_default()
                ));
            }
        }
        let counts = Counts {
            compared: self.compared,
            equal: self.equal,
            listed: listed.values().sum(),
            set_aside,
            ours,
        };
        (counts, wrong)
    }
}

/// Returns the form of a suite's line.
pub fn line(suite: &str, counts: Counts) -> String {
    let Counts { compared, equal, listed, set_aside, .. } = counts;
    format!("suite: {suite} | compared {compared} | equal {equal} | listed {listed} | set aside {set_aside}")
}

/// Entries of the list for one suite.
#[derive(Default)]
struct List {
    places: BTreeMap<Place, u64>,
    /// Values of the entries that are of the kind `script`.
    set_aside: u64,
    ours: u64,
    /// What is wrong with the entries.
    wrong: Vec<String>,
}

impl List {
    fn read(path: &Path, suite: &str) -> Self {
        let mut list = List::default();
        let rows = Tsv::open(path).unwrap_or_default();
        for row in rows.maps() {
            let cell = |name: &str| row.get(name).copied().unwrap_or_default();
            if cell("suite") != suite {
                continue;
            }
            let count = cell("count").parse().unwrap_or(0);
            if count == 0 || cell("reason").is_empty() || !KINDS.contains(&cell("kind")) {
                list.wrong.push(format!("an entry without count, kind or reason: {row:?}"));
            }
            match cell("kind") {
                "script" => list.set_aside += count,
                "ours" => list.ours += count,
                _ => {}
            }
            *list.places.entry((cell("test").to_owned(), cell("column").to_owned())).or_default() += count;
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &str) -> (Counts, Vec<String>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("suite\ttest\tcolumn\tcount\tkind\treason\n{list}")).unwrap();
        let mut suite = Suite::new("a");
        suite.agree(3);
        suite.value("t", "c", "1", "1");
        suite.value("t", "c", "1", "2");
        assert_eq!(suite.counts(), (5, 4));
        suite.check(file.path())
    }

    fn wrong(list: &str) -> Vec<String> {
        check(list).1
    }

    #[test]
    fn what_is_listed_may_differ() {
        assert_eq!(
            wrong("a\tt\tc\t1\tours\tbecause\nb\tt\tc\t7\tours\tof another suite\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn what_is_not_listed_may_not() {
        assert_eq!(wrong("")[0], "t c: 1 differ, 0 are listed; ours 1, theirs 2");
        assert_eq!(wrong("a\tt\tc\t2\tours\tbecause\n")[0], "t c: 1 differ, 2 are listed; ours 1, theirs 2");
    }

    #[test]
    fn an_entry_that_no_longer_holds_is_wrong() {
        assert_eq!(
            wrong("a\tt\tc\t1\tours\tbecause\na\tu\tc\t1\tours\told\n"),
            ["u c: 0 differ, 1 are listed; "]
        );
    }

    #[test]
    fn an_entry_needs_a_reason_and_a_kind() {
        assert_eq!(wrong("a\tt\tc\t1\tours\t\n").len(), 1);
        assert_eq!(wrong("a\tt\tc\t1\tnobodys\tbecause\n").len(), 1);
    }

    #[test]
    fn only_what_a_script_explains_is_set_aside() {
        for (kind, set_aside, ours) in
            [("script", 1, 0), ("theirs", 0, 0), ("decision", 0, 0), ("ours", 0, 1)]
        {
            let (counts, wrong) = check(&format!("a\tt\tc\t1\t{kind}\tbecause\n"));
            assert_eq!(counts, Counts { compared: 5, equal: 4, listed: 1, set_aside, ours });
            assert_eq!(wrong, Vec::<String>::new());
        }
    }

    #[test]
    fn the_share_is_of_what_is_left() {
        let counts = Counts { compared: 5, equal: 3, listed: 2, set_aside: 1, ours: 0 };
        assert_eq!(counts.share(), 0.75);
        assert_eq!(Counts::default().share(), 0.0);
    }
}
