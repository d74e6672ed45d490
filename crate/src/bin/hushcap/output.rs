//! Files that a command writes: never over what it reads, never over another file unasked, and never half.

use crate::io_error;
use hushcap::Error;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where a command may write.
pub struct Outputs {
    inputs: BTreeSet<Identity>,
    force: bool,
}

/// What tells files apart whatever their names: device and inode.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.canonicalize().ok()
}

impl Outputs {
    /// Anywhere but over `inputs` and the files in them; over other files with `force`.
    pub fn beside(inputs: &[PathBuf], force: bool) -> Self {
        let within = |path: &PathBuf| std::fs::read_dir(path).into_iter().flatten().flatten();
        let files = inputs.iter().flat_map(within).map(|entry| entry.path());
        let inputs = inputs.iter().cloned().chain(files).filter_map(|path| identity(&path)).collect();
        Outputs { inputs, force }
    }

    /// Refuses a file that must not be written.
    pub fn check(&self, path: &Path) -> Result<(), Error> {
        let refused = |reason| Err(io_error(path, io::Error::new(io::ErrorKind::AlreadyExists, reason)));
        match identity(path) {
            Some(identity) if self.inputs.contains(&identity) => {
                refused("this is an input; name another file to write")
            }
            Some(_) if path.is_file() && !self.force => {
                refused("this file exists; name another one, or replace it with --force")
            }
            _ => Ok(()),
        }
    }

    /// Writes a file whole or not at all: what there was before stays until `write` has ended.
    pub fn write<T>(
        &self,
        path: &Path,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.check(path)?;
        let failed = |source| io_error(path, source);
        // A pipe or a device cannot be replaced.
        if path.exists() && !path.is_file() {
            let mut out = BufWriter::new(File::create(path).map_err(failed)?);
            let written = write(&mut out)?;
            return out.flush().map(|()| written).map_err(failed);
        }
        let (part, file) = Part::beside(path).map_err(failed)?;
        let mut out = BufWriter::new(file);
        let written = write(&mut out)?;
        out.flush().map_err(failed)?;
        // Windows renames no file that is open.
        drop(out);
        part.keep().map_err(failed)?;
        Ok(written)
    }
}

/// An unfinished file beside the one that it becomes; removed if it does not.
struct Part {
    path: PathBuf,
    target: PathBuf,
}

impl Part {
    fn beside(path: &Path) -> io::Result<(Part, File)> {
        // Of a link, the file that it names is written.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let path = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok((Part { path, target }, file))
    }

    fn keep(&self) -> io::Result<()> {
        std::fs::rename(&self.path, &self.target)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Nothing is there any more where it was kept.
        let _ = std::fs::remove_file(&self.path);
    }
}
