//! A suite: values of ours compared with those of others, and the list of those that may differ.
//!
//! What differs stands in `differences.tsv` by suite, test and column, with how many values and why; never the values
//! themselves. A difference that is not listed fails, and so does an entry that no longer holds. `HUSHCAP_DIFFERENCES=1`
//! prints both sides. The line that [`Suite::hold`] prints goes into the table at the end of `cargo xtask test`.

use crate::shared::workspace;
use crate::table::say;
use crate::tsv::Tsv;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where a value stands: its test (a capture, a file, a test of another project) and its column.
type Place = (String, String);

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
    /// A suite of which nothing was compared yet.
    pub fn new(name: impl Into<String>) -> Self {
        Suite { name: name.into(), compared: 0, equal: 0, differing: BTreeMap::new() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Values that were compared, and how many are equal.
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

    /// Prints the suite's line; fails where what differs is not what `tests/differences.tsv` says.
    ///
    /// # Panics
    ///
    /// When nothing was compared, a difference is not listed, or an entry of the list no longer holds.
    pub fn hold(&self) {
        let wrong = self.print();
        assert!(self.compared > 0, "nothing was compared in {}", self.name);
        assert!(wrong.is_empty(), "{}:\n{}", self.name, wrong.join("\n"));
    }

    /// Prints the suite's line, and what the list says otherwise, without failing: for another version of what we compare
    /// with than the list was made with.
    pub fn show(&self) {
        self.print().iter().for_each(|wrong| say(wrong));
    }

    /// Prints the suite's line; gives what the list says otherwise.
    fn print(&self) -> Vec<String> {
        if std::env::var_os("HUSHCAP_DIFFERENCES").is_some() {
            for ((test, column), (count, examples)) in &self.differing {
                say(&format!("{}\t{test}\t{column}\t{count}\t{}", self.name, examples.join("; ")));
            }
        }
        let (listed, wrong) = self.check(&workspace().join("tests/differences.tsv"));
        say(&line(&self.name, [self.compared, self.equal, listed]));
        wrong
    }

    /// How many values the list names, and what it says otherwise than was found.
    fn check(&self, list: &Path) -> (u64, Vec<String>) {
        let (listed, mut wrong) = listed(list, &self.name);
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
        (listed.values().sum(), wrong)
    }
}

/// The form of a suite's line: compared, equal and listed values.
pub fn line(suite: &str, [compared, equal, listed]: [u64; 3]) -> String {
    format!("suite: {suite} | compared {compared} | equal {equal} | listed {listed}")
}

/// Entries of the list for one suite, and what is wrong with them.
fn listed(list: &Path, suite: &str) -> (BTreeMap<Place, u64>, Vec<String>) {
    let (mut listed, mut wrong) = (BTreeMap::new(), Vec::new());
    let list = Tsv::open(list).unwrap_or_default();
    for row in list.maps() {
        let cell = |name: &str| row.get(name).copied().unwrap_or_default();
        if cell("suite") != suite {
            continue;
        }
        let count = cell("count").parse().unwrap_or(0);
        if count == 0 || cell("reason").is_empty() {
            wrong.push(format!("an entry without count or reason: {row:?}"));
        }
        *listed.entry((cell("test").to_owned(), cell("column").to_owned())).or_default() += count;
    }
    (listed, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(list: &str) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("suite\ttest\tcolumn\tcount\treason\n{list}")).unwrap();
        let mut suite = Suite::new("a");
        suite.agree(3);
        suite.value("t", "c", "1", "1");
        suite.value("t", "c", "1", "2");
        assert_eq!(suite.counts(), (5, 4));
        suite.check(file.path()).1
    }

    #[test]
    fn what_is_listed_may_differ() {
        assert_eq!(wrong("a\tt\tc\t1\tbecause\nb\tt\tc\t7\tof another suite\n"), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_listed_may_not() {
        assert_eq!(wrong("")[0], "t c: 1 differ, 0 are listed; ours 1, theirs 2");
        assert_eq!(wrong("a\tt\tc\t2\tbecause\n")[0], "t c: 1 differ, 2 are listed; ours 1, theirs 2");
    }

    #[test]
    fn an_entry_that_no_longer_holds_is_wrong() {
        assert_eq!(wrong("a\tt\tc\t1\tbecause\na\tu\tc\t1\told\n"), ["u c: 0 differ, 1 are listed; "]);
    }

    #[test]
    fn an_entry_needs_a_reason() {
        assert_eq!(wrong("a\tt\tc\t1\t\n").len(), 1);
    }
}
