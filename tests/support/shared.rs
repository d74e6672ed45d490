//! Where the reference data is: captures and logs that others made, which stay out of the repository.

use crate::table::say;
use std::path::{Path, PathBuf};

/// Returns the workspace's root.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_path_buf()
}

/// `below` in the reference data: under `HUSHCAP_SHARED`, by default `../shared` from the workspace's root.
///
/// Absent data is no failure: one line says so, and the test that asked passes.
pub fn shared(below: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUSHCAP_SHARED")
        .map_or_else(|| workspace().join("..").join("shared"), PathBuf::from);
    let path = root.join(below);
    if path.exists() {
        return Some(path);
    }
    say(&format!(
        "skipped: {} is not here (HUSHCAP_SHARED names the folder of reference data)",
        path.display()
    ));
    None
}
