//! The command line as its user runs it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Returns the `hushcap` program beside the running test, brought up to date once a test program.
///
/// Cargo tells a test only of the binaries of its own package; this one belongs to another.
pub fn hushcap() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build)
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test cannot go on without the program")]
fn build() -> PathBuf {
    let test = std::env::current_exe().expect("path of the running test");
    let profile = test.ancestors().nth(2).expect("tests run from target/PROFILE/deps");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "hushcap", "--bin", "hushcap"]);
    if profile.ends_with("release") {
        build.arg("--release");
    }
    if let Some(target) = profile.parent() {
        build.arg("--target-dir").arg(target);
    }
    let status = build.current_dir(super::shared::workspace()).status().expect("cargo runs");
    if !status.success() {
        panic!("the hushcap program does not build");
    }
    profile.join(format!("hushcap{}", std::env::consts::EXE_SUFFIX))
}
