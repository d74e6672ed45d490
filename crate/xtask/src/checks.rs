//! The tests and the staleness checks.

use crate::setup::{self, cargo, command, root, run};
use crate::{page, texts};
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Builds and runs every test: the workspace's, then the page's in Chromium. The last line counts them.
pub fn test() -> Result<()> {
    let chromium = setup::chromium()?;
    setup::tshark();
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
    println!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped);
    ensure!(count.failed == 0 && count.broken.is_empty(), "tests failed: {}", count.broken.join("; "));
    Ok(())
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
    /// Comparisons with others, as their lines tell them: suite, compared, equal, listed differences.
    suites: Vec<[String; 4]>,
}

impl Count {
    /// Runs a test command, shows its output as it comes and adds up what it counted.
    fn run(&mut self, command: &mut Command) -> Result<()> {
        let mut child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {command:?}"))?;
        let Some(stdout) = child.stdout.take() else { bail!("{command:?} has no output") };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            self.read(&line);
            self.read_suite(&line);
        }
        let status = child.wait()?;
        if !status.success() {
            self.broken.push(format!("{command:?} ended with {status}"));
        }
        Ok(())
    }

    /// The comparisons with others as one table.
    fn suites(&self) -> String {
        let head = ["suite", "compared", "equal", "listed differences"].map(str::to_owned);
        let rows: Vec<&[String; 4]> = [&head].into_iter().chain(&self.suites).collect();
        let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max();
        let [w0, w1, w2, w3] = [0, 1, 2, 3].map(|column| width(column).unwrap_or(0));
        let line = |[a, b, c, d]: &[String; 4]| format!("{a:<w0$}  {b:>w1$}  {c:>w2$}  {d:>w3$}\n");
        let table: String = rows.into_iter().map(line).collect();
        if self.suites.is_empty() { table + "none: the reference data is not here\n" } else { table }
    }

    /// Reads a suite's line: `suite: zeek conn | compared 4 | equal 3 | listed 1`.
    fn read_suite(&mut self, line: &str) {
        // The harness may have written dots before it, one a test.
        let Some(cells) = line.trim_start_matches('.').strip_prefix("suite: ") else { return };
        if let [suite, compared, equal, listed] = cells.split(" | ").collect::<Vec<_>>()[..] {
            let number = |cell: &str| cell.rsplit(' ').next().unwrap_or(cell).to_owned();
            self.suites.push([suite.to_owned(), number(compared), number(equal), number(listed)]);
        }
    }

    /// Reads a closing line of libtest (`test result: ok. 3 passed; 0 failed; …`) or of TAP (`# pass 3`).
    fn read(&mut self, line: &str) {
        let mut counts: Vec<(&str, u64)> = Vec::new();
        if let Some(result) = line.strip_prefix("test result: ") {
            let parts = result.split(['.', ';']).filter_map(|part| part.trim().split_once(' '));
            counts.extend(parts.filter_map(|(number, what)| Some((what, number.parse().ok()?))));
        } else if let Some((what, number)) = line.strip_prefix("# ").and_then(|rest| rest.split_once(' ')) {
            counts.extend(number.parse().ok().map(|number| (what, number)));
        }
        for (what, number) in counts {
            match what {
                "passed" | "pass" => self.passed += number,
                "failed" | "fail" => self.failed += number,
                "ignored" | "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }
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
    }

    #[test]
    fn suites_are_one_table() {
        let mut count = Count::default();
        assert!(count.suites().ends_with("none: the reference data is not here\n"));
        count.read_suite("running 3 tests");
        count.read_suite("..suite: zeek conn | compared 4038 | equal 3 | listed 1");
        count.read_suite("suite: pcapng | compared 48 | equal 48 | listed 0");
        let lines: Vec<String> = count.suites().lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "zeek conn      4038      3                   1");
        assert_eq!(lines.len(), 3);
    }
}
