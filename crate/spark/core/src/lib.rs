//! The analysis as a plain C-ABI wasm module without imports: what the batch job's Python workers run.
//!
//! Bytes go in and bytes come out: tables as Arrow IPC streams, all else as JSON. The module computes nothing itself; it moves
//! rows of tables into the crate's records, and verdicts into rows. The same functions run natively, for tests.

pub mod abi;
mod cells;
mod describe;
mod fields;
mod judge;
mod load;
mod rows;
mod traits;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use hushcap::baseline::Profile;
use hushcap::seeded::{self, Set};
use hushcap::verdict::Model;
use load::Load;
use serde::Deserialize;

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program's own reason.
    #[error(transparent)]
    Hushcap(#[from] hushcap::Error),
    /// A table that is none.
    #[error("no Arrow stream of the expected columns: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// A text that is none.
    #[error("no JSON of the expected members: {0}")]
    Json(#[from] serde_json::Error),
    /// A column is missing, or of another type.
    #[error("the column {0} is missing or of another type")]
    Column(&'static str),
    /// A call before the one that it needs.
    #[error("{0} must be called before")]
    Order(&'static str),
}

/// One instance: the model that judges, and the input that is being loaded.
#[derive(Debug, Default)]
pub struct Core {
    judge: Option<Judging>,
    load: Option<Load>,
}

/// Whatever is the same for all tuples of a run.
#[derive(Debug)]
pub(crate) struct Judging {
    pub(crate) model: Model,
    pub(crate) profile: Option<Profile>,
    pub(crate) window: (f64, f64),
    /// Tuples that are left out, as text.
    pub(crate) skipped: Set<String>,
}

/// How tuples are judged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Configuration {
    /// Name of the model; the default without it.
    model: Option<String>,
    /// A profile of the network, as `hushcap calibrate` wrote it.
    profile: Option<String>,
    /// Start of the first and of the last connection of the whole input, epoch seconds.
    window: (f64, f64),
    /// Tuples that are left out, as text: those that ended an instance before.
    #[serde(default)]
    skip: Vec<String>,
}

impl Core {
    /// Returns what the module declares, as JSON.
    pub fn describe(&self) -> Result<Vec<u8>, Error> {
        describe::json()
    }

    /// Takes the secret of the hash tables, 16 bytes, before any other call: a module without imports has no randomness.
    pub fn seed(&self, secret: &[u8]) -> Result<(), Error> {
        let secret: [u8; 16] = secret.try_into().map_err(|_| Error::Order("seed, with 16 bytes,"))?;
        let [first, second] = [0, 64].map(|shift| (u128::from_le_bytes(secret) >> shift) as u64);
        seeded::set_secret([first, second]);
        Ok(())
    }

    /// Chooses the model; `json` is a [`Configuration`].
    pub fn configure(&mut self, json: &[u8]) -> Result<(), Error> {
        let Configuration { model, profile, window, skip } = serde_json::from_slice(json)?;
        let model = Model::builtin(model.as_deref())?;
        let profile = profile.map(|json| Profile::read(&json, &model)).transpose()?;
        self.judge = Some(Judging { model, profile, window, skipped: skip.into_iter().collect() });
        Ok(())
    }

    /// Judges whole tuples: rows of tables, those of a tuple next to each other.
    pub fn judge(&self, stream: &[u8]) -> Result<Vec<u8>, Error> {
        let judging = self.judge.as_ref().ok_or(Error::Order("configure"))?;
        each_batch(stream, |batch| judging.judge(batch))
    }

    /// Adds to evidence how many other destinations of its host are flagged.
    pub fn tell_hosts(&self, stream: &[u8]) -> Result<Vec<u8>, Error> {
        each_batch(stream, judge::tell_hosts)
    }

    /// Asks of ports, names and services what the rules know of them.
    pub fn traits(&self, stream: &[u8]) -> Result<Vec<u8>, Error> {
        each_batch(stream, traits::answer)
    }

    /// Begins a capture or a log.
    pub fn load_open(&mut self, json: &[u8]) -> Result<(), Error> {
        self.load = Some(Load::open(json)?);
        Ok(())
    }

    /// Takes its next bytes.
    pub fn load_push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.load.as_mut().ok_or(Error::Order("load_open"))?.push(bytes)
    }

    /// Ends it.
    pub fn load_finish(&mut self) -> Result<Vec<u8>, Error> {
        self.load.as_mut().ok_or(Error::Order("load_open"))?.finish()
    }

    /// Returns how many rows of the log of this name can be taken, in decimal.
    pub fn load_count(&self, log: &[u8]) -> Result<Vec<u8>, Error> {
        self.load.as_ref().ok_or(Error::Order("load_open"))?.count(log)
    }

    /// Rows of the log of this name that were not taken before.
    pub fn load_take(&mut self, log: &[u8]) -> Result<Vec<u8>, Error> {
        let batch = self.load.as_mut().ok_or(Error::Order("load_open"))?.take(log)?;
        write(&batch)
    }
}

/// Answers each batch of a stream with one.
fn each_batch(
    stream: &[u8],
    mut answer: impl FnMut(&RecordBatch) -> Result<RecordBatch, Error>,
) -> Result<Vec<u8>, Error> {
    let mut out: Option<StreamWriter<Vec<u8>>> = None;
    for batch in StreamReader::try_new(stream, None)? {
        let answered = answer(&batch?)?;
        let mut writer = match out.take() {
            Some(writer) => writer,
            None => StreamWriter::try_new(Vec::new(), &answered.schema())?,
        };
        writer.write(&answered)?;
        out = Some(writer);
    }
    match out {
        Some(mut writer) => {
            writer.finish()?;
            Ok(writer.into_inner()?)
        }
        None => Ok(Vec::new()),
    }
}

fn write(batch: &RecordBatch) -> Result<Vec<u8>, Error> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?)
}
