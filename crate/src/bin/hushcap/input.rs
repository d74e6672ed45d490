//! Paths → analyses: captures and single logs are read in chunks, a directory as a set of Zeek logs.

use crate::io_error;
use hushcap::Error;
use hushcap::analyze::{Analysis, Analyzer, LogAnalyzer, Options, Progress};
use hushcap::capture::Checksums;
use hushcap::records::log::{is_log, may_be_log};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// Inputs below this are read before a progress bar could be looked at.
const LONG_INPUT: u64 = 64 << 20;

/// Bytes by which a log is told from a capture: enough for gzip to give some of what it packs.
const HEAD: usize = 1 << 16;

/// Analyses one path.
pub fn read(path: &Path, checksums: Checksums) -> Result<Analysis, Error> {
    let name = name(path);
    if path.is_dir() {
        return read_logs(&logs_in(path)?, LogAnalyzer::new(name));
    }
    let file = File::open(path).map_err(|source| io_error(path, source))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let mut file = BufReader::with_capacity(HEAD, file);
    // A pipe cannot be opened again: what is looked at here stays in the buffer.
    let head = file.fill_buf().map_err(|source| io_error(path, source))?;
    let bar = bar(size);
    if is_log(&name, head) {
        let mut analyzer = LogAnalyzer::new(&name);
        read_log(path, file, &mut analyzer, &bar)?;
        bar.finish_and_clear();
        return analyzer.finish();
    }
    let mut analyzer = Analyzer::with_options(name, Options { checksums, ..Options::default() });
    each_chunk(path, file, |bytes| {
        analyzer.push(bytes)?;
        show(&bar, analyzer.progress());
        Ok(())
    })?;
    bar.finish_and_clear();
    analyzer.finish()
}

/// Gives `take` the bytes of a file, in order.
pub fn chunks(path: &Path, take: impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
    each_chunk(path, File::open(path).map_err(|source| io_error(path, source))?, take)
}

/// Files of a directory that may be logs, by name.
fn logs_in(directory: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let entries = std::fs::read_dir(directory).map_err(|source| io_error(directory, source))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    Ok(paths.filter(|path| path.is_file() && may_be_log(&name(path))).collect())
}

fn read_logs(files: &BTreeSet<PathBuf>, mut analyzer: LogAnalyzer) -> Result<Analysis, Error> {
    let bar = bar(files.iter().filter_map(|path| path.metadata().ok()).map(|metadata| metadata.len()).sum());
    for path in files {
        let file = File::open(path).map_err(|source| io_error(path, source))?;
        read_log(path, file, &mut analyzer, &bar)?;
    }
    bar.finish_and_clear();
    analyzer.finish()
}

fn read_log(
    path: &Path,
    file: impl Read,
    analyzer: &mut LogAnalyzer,
    bar: &ProgressBar,
) -> Result<(), Error> {
    analyzer.open(&name(path));
    each_chunk(path, file, |bytes| {
        analyzer.push(bytes);
        show(bar, analyzer.progress());
        Ok(())
    })
}

/// Gives all of a file to `take`, piece by piece.
fn each_chunk(
    path: &Path,
    mut file: impl Read,
    mut take: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = file.read(&mut chunk).map_err(|source| io_error(path, source))?;
        let Some(bytes) = chunk.get(..length).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
        take(bytes)?;
    }
}

fn name(path: &Path) -> String {
    let canonical = path.file_name().is_none().then(|| path.canonicalize().ok()).flatten();
    let path = canonical.as_deref().unwrap_or(path);
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn bar(size: u64) -> ProgressBar {
    if size < LONG_INPUT || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(size);
    let style = "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} · {msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, progress: Progress) {
    if bar.is_hidden() {
        return;
    }
    bar.set_position(progress.bytes);
    let connections = HumanCount(progress.connections);
    bar.set_message(match progress.packets {
        0 => format!("{connections} connections"),
        packets => format!("{} packets, {connections} connections", HumanCount(packets)),
    });
}

/// Where the logs of each input go.
pub struct Folders {
    out: PathBuf,
    several: bool,
    taken: BTreeSet<String>,
}

impl Folders {
    /// Below `out`: itself for one input, a folder for each of several.
    pub fn new(out: &Path, several: bool) -> Self {
        Folders { out: out.to_path_buf(), several, taken: BTreeSet::new() }
    }

    /// Returns the folder for `path`, named after it; a name that was used before gets a number behind it.
    pub fn next(&mut self, path: &Path) -> PathBuf {
        if !self.several {
            return self.out.clone();
        }
        let name = name(path);
        let mut candidate = name.clone();
        let mut number = 1;
        while !self.taken.insert(candidate.clone()) {
            number += 1;
            candidate = format!("{name}-{number}");
        }
        self.out.join(candidate)
    }
}
