//! The tests and the staleness checks.

use crate::setup::{self, Install, cargo, command, root, run};
use crate::{batch, page, texts};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// Builds and runs every test: the workspace's, then the page's in Chromium. The last line counts them.
pub fn test(install: Install) -> Result<()> {
    let chromium = setup::chromium(install)?;
    setup::tshark(install);
    let mut count = Count::default();
    count.run(cargo().args(["test", "--workspace", "--no-fail-fast"]))?;
    page::build()?;
    run(cargo().args(["build", "--quiet", "--package", "hushcap", "--package", "hushcap-tests", "--bins"]))?;
    count.run(
        command("node")
            .args(["--test", "--test-reporter=tap", "--test-concurrency=1"])
            .args(browser_tests()?)
            .env("CHROMIUM", chromium)
            .env("HUSHCAP_DIST", root().join("dist"))
            .env("HUSHCAP_BIN", page::target_directory().join("debug/hushcap")),
    )?;
    println!("\n{}", count.suites());
    count.end()
}

/// Runs the tests of the batch job on Spark.
pub fn test_batch() -> Result<()> {
    let mut count = Count::default();
    if let Some(mut tests) = batch::tests(Install::AsRoot)? {
        count.run(&mut tests)?;
    }
    count.end()
}

/// Files of the page's tests, by name; Node finds them in a folder by itself only up to version 20.
fn browser_tests() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in root().join("tests/browser").read_dir()? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Writes, or with `check` compares, every text that derives from the code.
pub fn generate(check: bool) -> Result<()> {
    texts::write(check)?;
    for arguments in GENERATORS {
        let mut generator = cargo();
        generator.args(["run", "--quiet"]).args(*arguments);
        if check {
            generator.arg("--check");
        }
        run(&mut generator).context(if check {
            "stale: run `cargo xtask gen` and commit what it writes"
        } else {
            ""
        })?;
    }
    Ok(())
}

/// Programs that write derived texts, and with `--check` only compare them.
const GENERATORS: &[&[&str]] = &[];

/// What the test runners counted.
#[derive(Default)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
    broken: Vec<String>,
    /// Names of the tests that failed.
    failures: Vec<String>,
    /// Comparisons with others, as their lines tell them: suite; compared, equal, listed, set aside.
    suites: Vec<(String, [u64; 4])>,
}

impl Count {
    /// Runs a test command, shows its output as it comes and adds up what it counted.
    fn run(&mut self, command: &mut Command) -> Result<()> {
        let status = setup::relay(command, |line| {
            self.read(line);
            self.read_suite(line);
            self.failures.extend(failure(line).map(str::to_owned));
        })?;
        if !status.success() {
            self.broken.push(format!("{command:?} ended with {status}"));
        }
        Ok(())
    }

    /// Says what failed and how many tests there were; fails if any did.
    fn end(&self) -> Result<()> {
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        println!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        ensure!(self.failed == 0 && self.broken.is_empty(), "tests failed: {}", self.broken.join("; "));
        Ok(())
    }

    /// Returns the comparisons with others as one table.
    fn suites(&self) -> String {
        if self.suites.is_empty() {
            return "no comparison: the reference data is not here\n".to_owned();
        }
        let head =
            ["suite", "compared", "equal", "", "listed differences", "set aside", "equal without them"];
        let row = |(suite, [compared, equal, listed, set_aside]): &(String, [u64; 4])| {
            let left = compared.saturating_sub(*set_aside);
            let shares = [percent(*equal, *compared), percent(*equal, left)];
            let [share, share_left] = shares;
            let [compared, equal, listed, set_aside] =
                [compared, equal, listed, set_aside].map(u64::to_string);
            [suite.clone(), compared, equal, share, listed, set_aside, share_left]
        };
        let rows: Vec<_> = [head.map(str::to_owned)].into_iter().chain(self.suites.iter().map(row)).collect();
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
        let line = |row: &[String; 7]| {
            let cells =
                row.iter().enumerate().map(|(column, cell)| match (column, width(column).unwrap_or(0)) {
                    (0, width) => format!("{cell:<width$}"),
                    (_, width) => format!("  {cell:>width$}"),
                });
            cells.collect::<String>() + "\n"
        };
        let table: String = rows.iter().map(line).collect();
        table
            + "Set aside is what the script or the options of a test alone explain: the kind `script` in tests/differences.tsv.\n"
    }

    /// Reads a suite's line: `suite: zeek conn | compared 4 | equal 2 | listed 2 | set aside 1`.
    fn read_suite(&mut self, line: &str) {
        // The harness may have written dots before it, one per test.
        let Some(cells) = line.trim_start_matches('.').strip_prefix("suite: ") else { return };
        let mut cells = cells.split(" | ");
        let suite = cells.next().unwrap_or_default().to_owned();
        let numbers: Vec<u64> = cells.filter_map(|cell| cell.rsplit(' ').next()?.parse().ok()).collect();
        if let Ok(numbers) = numbers.try_into() {
            self.suites.push((suite, numbers));
        }
    }

    /// Reads a closing line of libtest (`test result: ok. 3 passed; 0 failed; …`), of TAP (`# pass 3`) or of pytest
    /// (`1 failed, 3 passed in 2.10s`).
    fn read(&mut self, line: &str) {
        let mut counts: Vec<(&str, u64)> = Vec::new();
        if let Some(result) = line.strip_prefix("test result: ") {
            let parts = result.split(['.', ';']).filter_map(|part| part.trim().split_once(' '));
            counts.extend(parts.filter_map(|(number, what)| Some((what, number.parse().ok()?))));
        } else if let Some((what, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            counts.extend(number.parse().ok().map(|number| (what, number)));
        } else if let Some((result, _)) = line.split_once(" in ").filter(|(_, time)| time.contains('s')) {
            let parts: Option<Vec<(&str, u64)>> = result.split(", ").map(pytest_count).collect();
            counts.extend(parts.unwrap_or_default());
        }
        for (what, number) in counts {
            match what {
                "passed" | "pass" => self.passed += number,
                "failed" | "fail" | "error" | "errors" => self.failed += number,
                "ignored" | "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// Returns a count of pytest's closing line, `3 passed`.
fn pytest_count(part: &str) -> Option<(&str, u64)> {
    let (number, what) = part.split_once(' ')?;
    let known = ["passed", "failed", "skipped", "deselected", "warning", "warnings", "error", "errors"];
    Some((what, number.parse().ok()?)).filter(|(what, _)| known.contains(what))
}

/// Returns the name of the test that a line of libtest, of TAP or of pytest reports as failed.
fn failure(line: &str) -> Option<&str> {
    let libtest = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED"));
    let tap = || line.trim_start().strip_prefix("not ok ").filter(|rest| !rest.contains("# TODO"));
    let pytest = || {
        line.strip_prefix("FAILED ")
            .or_else(|| line.strip_prefix("ERROR "))
            .filter(|test| test.contains("::"))
    };
    libtest.or_else(tap).or_else(pytest)
}

/// `part` of `whole` in percent.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.2} %", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_add_up() {
        let mut count = Count::default();
        count.read(
            "test result: ok. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.1s",
        );
        count.read("# pass 5");
        count.read("# fail 0");
        count.read("# skipped 3");
        assert_eq!((count.passed, count.failed, count.skipped), (17, 1, 5));
        count.read("2 failed, 10 passed, 1 skipped, 3 deselected in 63.10s (0:01:03)");
        count.read("4 files, 10 passed in 2s");
        assert_eq!((count.passed, count.failed, count.skipped), (27, 3, 6));
    }

    #[test]
    fn failures_of_both_runners_are_named() {
        assert_eq!(failure("test flow::tests::closes ... FAILED"), Some("flow::tests::closes"));
        assert_eq!(failure("    not ok 2 - a filter narrows"), Some("2 - a filter narrows"));
        assert_eq!(failure("test flow::tests::closes ... ok"), None);
        assert_eq!(failure("ok 2 - a filter narrows"), None);
        assert_eq!(
            failure("FAILED test_core.py::test_a - assert 1"),
            Some("test_core.py::test_a - assert 1")
        );
    }

    #[test]
    fn suites_are_one_table() {
        let mut count = Count::default();
        assert_eq!(count.suites(), "no comparison: the reference data is not here\n");
        count.read_suite("running 3 tests");
        count.read_suite("..suite: zeek conn | compared 4000 | equal 3000 | listed 1000 | set aside 999");
        count.read_suite("suite: pcapng | compared 48 | equal 48 | listed 0 | set aside 0");
        let table = count.suites();
        let rows: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
            .collect();
        assert_eq!(rows[1], ["zeek conn", "4000", "3000", "75.00 %", "1000", "999", "99.97 %"]);
        assert_eq!(rows[2], ["pcapng", "48", "48", "100.00 %", "0", "0", "100.00 %"]);
        assert_eq!(rows.len(), 4);
    }
}
