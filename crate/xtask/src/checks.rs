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
    println!("\n{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped);
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
        }
        let status = child.wait()?;
        if !status.success() {
            self.broken.push(format!("{command:?} ended with {status}"));
        }
        Ok(())
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
}
