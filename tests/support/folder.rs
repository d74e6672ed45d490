//! What a folder holds, always in the same order.

use std::path::{Path, PathBuf};

/// Returns what is directly in `folder`, by name.
#[expect(clippy::panic, reason = "a test cannot go on without its folder")]
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = || std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let read: std::io::Result<Vec<PathBuf>> = read();
    let mut paths = read.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    paths.sort();
    paths
}

/// Returns the folders directly in `folder`, by name.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_dir()).collect()
}

/// Returns every file in `folder` and the folders below it, by path.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let below = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries(folder).into_iter().flat_map(below).collect()
}

/// Returns the last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
