//! The batch job on Spark: the wasm module that its workers run, a virtual environment, the demonstration and the tests.

use crate::page::target_directory;
use crate::setup::{self, Install, WASM_TARGET, cargo, command, modified, root, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the package is that Python imports.
const PACKAGE: &str = "crate/spark/hushcap_spark";

/// Java's versions that Spark 4 runs on.
const JAVA: [u32; 2] = [17, 21];

/// Builds the module and puts it into the package, which then is whole.
pub fn build() -> Result<()> {
    setup::wasm_target()?;
    run(cargo().args(["build", "--quiet", "--package", "hushcap-core"]).args([
        "--profile",
        "wasm",
        "--target",
        WASM_TARGET,
    ]))?;
    let compiled = target_directory().join(WASM_TARGET).join("wasm/hushcap_core.wasm");
    let packed = root().join(PACKAGE).join("core.wasm");
    if modified(&packed) < modified(&compiled) {
        std::fs::copy(&compiled, &packed).with_context(|| format!("cannot write {}", packed.display()))?;
    }
    Ok(())
}

/// Shows the whole run in one command: tables from the samples, the job, its verdicts.
pub fn demo(master: &str) -> Result<()> {
    let python = ready()?;
    let place = target_directory().join("batch-demo");
    let verdicts = place.join("verdicts.jsonl");
    run(job(&python, "demo.py").arg("--master").arg(master).arg("--place").arg(&place))?;
    run(cargo()
        .args(["run", "--quiet", "--package", "hushcap", "--bin", "hushcap", "--", "verdicts"])
        .arg(verdicts))
}

/// Measures how the time grows with the number of connections.
pub fn bench(arguments: &[String]) -> Result<()> {
    run(job(&ready()?, "bench.py").args(arguments))
}

/// Returns the command that runs the job's tests; `None`, and the reason printed, on a machine without Java or the
/// packages.
pub fn tests(install: Install) -> Result<Option<Command>> {
    let python = match environment() {
        Ok(python) => python,
        Err(reason) => {
            println!("skipped: the batch job's tests: {reason:#}");
            return Ok(None);
        }
    };
    setup::postgresql(install);
    build()?;
    run(cargo().args(["build", "--quiet", "--package", "hushcap", "--bin", "hushcap"]))?;
    let mut tests = command(python);
    tests
        .args(["-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", "tests/spark"])
        .env("HUSHCAP_BIN", target_directory().join("debug/hushcap"));
    Ok(Some(tests))
}

fn job(python: &Path, script: &str) -> Command {
    let mut job = command(python);
    job.arg(root().join("crate/spark").join(script)).env("PYSPARK_PYTHON", python);
    job
}

/// Returns the Python that the job runs on; the module is in the package.
fn ready() -> Result<PathBuf> {
    let python = environment()?;
    build()?;
    Ok(python)
}

/// Returns the Python of a virtual environment that has all that the job needs.
fn environment() -> Result<PathBuf> {
    java()?;
    let environment = target_directory().join("batch-venv");
    let python = environment.join("bin/python");
    let wanted = root().join("crate/spark/requirements.txt");
    let stamp = environment.join("requirements.txt");
    let pinned = std::fs::read(&wanted).context("the list of packages is missing")?;
    if std::fs::read(&stamp).ok().as_ref() != Some(&pinned) {
        println!("setting up {} (Spark is some 400 MB)", environment.display());
        run(command("python3").args(["-m", "venv"]).arg(&environment))
            .context("Python 3.11 with venv is needed (Debian: apt-get install python3-venv)")?;
        run(command(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted))?;
        std::fs::write(&stamp, &pinned)?;
    }
    Ok(python)
}

fn java() -> Result<()> {
    let java =
        std::env::var_os("JAVA_HOME").map_or_else(|| "java".into(), |home| Path::new(&home).join("bin/java"));
    let output = Command::new(java).arg("-version").output();
    let told = output.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
    let version = major(&told);
    if !version.is_some_and(|version| JAVA.contains(&version)) {
        let found = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
        bail!("Spark needs Java 17 or 21, found {found} (Debian: apt-get install openjdk-17-jre-headless)");
    }
    Ok(())
}

/// Returns the version that `java -version` tells: `openjdk version "17.0.15" 2025-04-15`.
fn major(told: &str) -> Option<u32> {
    told.split('"').nth(1)?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_of_java_is_the_first_number_between_quotes() {
        assert_eq!(major("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime"), Some(17));
        assert_eq!(major("openjdk version \"21\" 2023-09-19"), Some(21));
        assert_eq!(major("command not found"), None);
    }
}
