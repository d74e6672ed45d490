//! One capture or folder of Zeek logs → its tuples, by the functions that `hushcap features` calls.

use crate::corpus::{Observation, Observed};
use crate::error::{Error, entries, read_bytes};
use crate::table::Key;
use hushcap::analyze::{Analysis, Analyzer, LogAnalyzer};
use hushcap::feature::Table;
use hushcap::verdict::known;
use std::io::Read;
use std::path::Path;

/// Returns the names of the features, in the order of the values: those of the longest table, with which all others
/// begin.
pub fn columns() -> Vec<&'static str> {
    Table::Extended.names().to_vec()
}

/// Start of 2001: clocks before it, as in devices that forgot the time, are taken for wrong.
const FIRST_START: f64 = 978_307_200.0;

/// Analyses one input.
pub fn observe(path: &Path) -> Result<Observation, Error> {
    let analysis = if path.is_dir() { logs(path)? } else { capture(path)? };
    let start = analysis.capture.first_ts.filter(|start| *start >= FIRST_START);
    let tuples = analysis.tuples();
    let tuple = |tuple: &hushcap::join::Tuple<'_>| {
        let [orig_h, resp_h, resp_p, proto] = tuple.key.text();
        Observed {
            key: Key { orig_h, resp_h, resp_p, proto },
            orig_ports: tuple.conn_records().map(|conn| conn.orig_p).collect(),
            server_names: tuple.server_names().into_iter().map(str::to_owned).collect(),
            answered: hushcap::verdict::answered(tuple),
            known: known::defaults(tuple).iter().any(|known| known.flags),
            values: Table::Extended.row(tuple),
        }
    };
    Ok(Observation { start, tuples: tuples.iter().map(tuple).collect() })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn capture(path: &Path) -> Result<Analysis, Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let mut file = std::fs::File::open(path).map_err(io)?;
    let mut analyzer = Analyzer::new(name(path));
    let mut chunk = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut chunk).map_err(io)?;
        if length == 0 {
            break;
        }
        analyzer.push(&chunk[..length])?;
    }
    Ok(analyzer.finish()?)
}

fn logs(folder: &Path) -> Result<Analysis, Error> {
    let mut analyzer = LogAnalyzer::new(name(folder));
    for path in entries(folder)?.into_iter().filter(|path| path.is_file()) {
        analyzer.open(&name(&path));
        analyzer.push(&read_bytes(&path)?);
    }
    Ok(analyzer.finish()?)
}
