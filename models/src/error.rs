//! Why a model could not be made.

use std::path::{Path, PathBuf};

/// What stops a run, with the place where it was found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table lacks a column or holds a value that cannot be read.
    #[error("{path}: {what}")]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The analysis refused an input or a model.
    #[error(transparent)]
    Hushcap(#[from] hushcap::Error),
    /// Training could not be done.
    #[error("training failed: {0}")]
    Training(String),
    /// A file that derives from the model no longer says what the model says.
    #[error("{path} is stale: {what}")]
    Stale {
        /// The file.
        path: PathBuf,
        /// How to renew it.
        what: String,
    },
}

impl Error {
    pub(crate) fn table(path: &Path, what: impl Into<String>) -> Self {
        Error::Table { path: path.to_owned(), what: what.into() }
    }
}

/// Reads a text file.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

/// Reads a file.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

/// Returns what is directly in a folder, by name.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = || std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect();
    let read: std::io::Result<Vec<PathBuf>> = read();
    let mut paths = read.map_err(|source| Error::Io { path: folder.to_owned(), source })?;
    paths.sort();
    Ok(paths)
}

/// Writes a file.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|source| Error::Io { path: path.to_owned(), source })
}
