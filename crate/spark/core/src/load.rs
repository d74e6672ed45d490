//! A capture or a log, piece by piece → rows of tables.

use crate::rows::table;
use crate::{Error, fields};
use arrow_array::RecordBatch;
use hushcap::analyze::{Analyzer, Options};
use hushcap::capture::Checksums;
use hushcap::records::log::{Log, LogSet, Records, is_log};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is opened.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    name: String,
    /// Whether packets of a capture whose checksum is wrong are dropped.
    #[serde(default)]
    drop_bad_checksums: bool,
    /// Seeds the hash of the table of connections; random, as the module has no randomness.
    seed: u64,
}

/// The input that is being read.
#[derive(Debug, Default)]
pub(crate) struct Load {
    reading: Option<Reading>,
    records: Records,
}

#[allow(clippy::large_enum_variant, reason = "there is one of them")]
enum Reading {
    /// Its first bytes tell what it is.
    Unknown(Input),
    Capture(Analyzer),
    Log(LogSet),
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reading::Unknown(_) => "Unknown",
            Reading::Capture(_) => "Capture",
            Reading::Log(_) => "Log",
        })
    }
}

impl Load {
    pub(crate) fn open(json: &[u8]) -> Result<Self, Error> {
        let input: Input = serde_json::from_slice(json)?;
        Ok(Load { reading: Some(Reading::Unknown(input)), records: Records::default() })
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let reading = match self.reading.take().ok_or(Error::Order("load_open"))? {
            Reading::Unknown(input) => input.begin(bytes),
            reading => reading,
        };
        match self.reading.insert(reading) {
            Reading::Capture(analyzer) => analyzer.push(bytes)?,
            Reading::Log(logs) => {
                logs.push(bytes);
                self.records.append(&mut logs.take());
            }
            Reading::Unknown(_) => {}
        }
        Ok(())
    }

    /// Rows of a log that can be taken.
    pub(crate) fn count(&self, name: &[u8]) -> Result<Vec<u8>, Error> {
        let records = &self.records;
        let count = match log(name)? {
            Log::Conn => records.conn.len(),
            Log::Ssl => records.ssl.len(),
            Log::X509 => records.x509.len(),
            _ => records.dns.len(),
        };
        Ok(count.to_string().into_bytes())
    }

    /// Ends the input; gives counts of what was odd, lost or not read, by name, as JSON.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let reading = match self.reading.take().ok_or(Error::Order("load_open"))? {
            // An empty file.
            Reading::Unknown(input) => input.begin(&[]),
            reading => reading,
        };
        let counts: BTreeMap<String, u64> = match reading {
            Reading::Capture(analyzer) => {
                let analysis = analyzer.finish()?;
                let (records, health) = (analysis.records, analysis.health);
                self.records.conn = records.conn;
                self.records.ssl = records.ssl;
                self.records.x509 = records.x509;
                self.records.dns = records.dns;
                health.weird.into_iter().chain(health.limits_hit).collect()
            }
            Reading::Log(logs) => {
                let mut rest = logs.rest();
                self.records.append(&mut rest);
                rest.weirds.iter().map(|(name, count)| (name.to_owned(), count)).collect()
            }
            Reading::Unknown(_) => BTreeMap::new(),
        };
        Ok(serde_json::to_vec(&counts)?)
    }

    /// Returns the rows of a log so far, which are not held any longer.
    pub(crate) fn take(&mut self, name: &[u8]) -> Result<RecordBatch, Error> {
        let records = &mut self.records;
        match log(name)? {
            Log::Conn => table(Log::Conn, &std::mem::take(&mut records.conn)),
            Log::Ssl => table(Log::Ssl, &std::mem::take(&mut records.ssl)),
            Log::X509 => table(Log::X509, &std::mem::take(&mut records.x509)),
            _ => table(Log::Dns, &std::mem::take(&mut records.dns)),
        }
    }
}

impl Input {
    /// Begins to read a file that starts with these bytes.
    fn begin(self, bytes: &[u8]) -> Reading {
        let Input { name, drop_bad_checksums, seed } = self;
        if is_log(&name, bytes) {
            let mut logs = LogSet::new();
            logs.open(&name);
            return Reading::Log(logs);
        }
        let checksums = if drop_bad_checksums { Checksums::Drop } else { Checksums::Keep };
        let options = Options { checksums, seed: Some(seed), ..Options::default() };
        Reading::Capture(Analyzer::with_options(name, options))
    }
}

/// Returns the log that has a table of this name.
fn log(name: &[u8]) -> Result<Log, Error> {
    let known = fields::LOGS.into_iter().find(|log| log.path().as_bytes() == name);
    known.ok_or(Error::Column("of this log"))
}
