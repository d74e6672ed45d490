//! What the commands need, installed where it is missing, or a message that says how.

use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The oldest Node.js that the page's tools run on.
const NODE_MAJOR: u32 = 20;

/// The compilation target of the page's module.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Returns the workspace's root.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// A command that runs in the workspace's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Returns the cargo that runs this tool.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs `command` to its end; fails with its command line when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = relay(command, |_| {})?;
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}

/// Runs `command` to its end, passes its output on line by line and shows each line of its standard output to `read`.
///
/// The command gets pipes of its own: Node.js makes the pipes that it inherits non-blocking, and what is written
/// to them afterwards, by this process too, then fails.
pub fn relay(command: &mut Command, mut read: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        bail!("{command:?} has no output")
    };
    let errors = std::thread::spawn(move || {
        for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
            eprintln!("{}", String::from_utf8_lossy(&line));
        }
    });
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        read(&line);
    }
    let status = child.wait()?;
    let _ = errors.join();
    Ok(status)
}

/// Adds the wasm target to the toolchain unless its standard library is there.
pub fn wasm_target() -> Result<()> {
    let library = Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]).output();
    let present = library
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .is_some_and(|folder| Path::new(folder.trim()).is_dir());
    if present {
        return Ok(());
    }
    run(command("rustup").args(["target", "add", WASM_TARGET]))
        .context("the wasm32 target is missing: install rustup (https://rustup.rs) and try again")
}

/// Installs the page's npm packages as `package-lock.json` pins them, unless they are there.
pub fn npm_packages() -> Result<()> {
    node()?;
    let www = root().join("www");
    let installed = modified(&www.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&www.join("package-lock.json")) {
        return Ok(());
    }
    run(command("npm").current_dir(&www).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
        .context("the page's packages could not be installed by npm, which comes with Node.js (on Debian, the package npm)")
}

/// Whether missing packages may be installed by apt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Install {
    /// As root on Debian.
    AsRoot,
    /// Not at all.
    Never,
}

/// Returns the path of Chromium; installs Debian's package where that is allowed.
pub fn chromium(allowed: Install) -> Result<PathBuf> {
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    install("chromium", allowed)?;
    find_chromium().context(
        "the page's tests need Chromium: install it (Debian: sudo apt-get install chromium) \
         or name one in the environment variable CHROMIUM, then try again",
    )
}

/// Installs tshark where that is allowed. Without it one test compares nothing, so its absence is only told.
pub fn tshark(allowed: Install) {
    if on_path("tshark").is_none()
        && let Err(error) = install("tshark", allowed)
    {
        println!("tshark could not be installed: {error:#}");
    }
    if on_path("tshark").is_none() {
        println!("without tshark handshakes have no second opinion (Debian: sudo apt-get install tshark)");
    }
}

/// Installs PostgreSQL and its driver for Java where that is allowed. Without them one test of the batch job is skipped.
pub fn postgresql(allowed: Install) {
    let parts = [
        ("postgresql", "/usr/lib/postgresql"),
        ("libpostgresql-jdbc-java", "/usr/share/java/postgresql.jar"),
    ];
    for (package, place) in parts {
        if !Path::new(place).exists()
            && let Err(error) = install(package, allowed)
        {
            println!("{package} could not be installed: {error:#}");
        }
    }
}

/// Says which of Debian's packages is missing and installs it; does nothing where it may not or cannot.
fn install(package: &str, allowed: Install) -> Result<()> {
    if allowed == Install::Never || !is_root() || on_path("apt-get").is_none() {
        return Ok(());
    }
    println!("{package} is missing: installing Debian's package by apt-get (`--no-install` refuses)");
    // A failing update still leaves older lists to install from.
    let _ = command("apt-get").args(["update", "-qq"]).status();
    run(command("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args([
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        package,
    ]))
}

/// Returns when `path` was last changed; `None` where it does not exist.
pub fn modified(path: &Path) -> Option<std::time::SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

fn node() -> Result<()> {
    let output = Command::new("node").arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let Ok(version) = version else {
        bail!(
            "Node.js {NODE_MAJOR} or newer is needed for the page: install it from https://nodejs.org and try again"
        );
    };
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(
        major.is_some_and(|major| major >= NODE_MAJOR),
        "Node.js {NODE_MAJOR} or newer is needed for the page, found {version}"
    );
    Ok(())
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(path)).filter(|path| path.is_file());
    }
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].into_iter().find_map(on_path)
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"0"))
}
