//! How the models are made: labelled captures → one table → a forest, its artefact, its figures.
//!
//! [`corpus`] reads a folder of labelled captures, [`table`] is what it becomes, [`weight`] keeps one family or source
//! from ruling, [`learner`] grows [`trees`] of a weighted [`sample`] ([`forest`] or [`boost`]), [`recipe`] says which, of which
//! [`columns`], [`profile`] tells what training saw, [`fold`] leaves groups out, [`train`] makes the artefact with its threshold,
//! [`measure`] counts, [`compare`] holds other learners, [`evaluate`] follows the protocol, [`card`] writes the figures down,
//! [`golden`] fixes what the shipped models say of the samples.

#![allow(clippy::indexing_slicing, reason = "tables here are the project's own; no captured byte is indexed")]

pub mod boost;
pub mod card;
pub mod columns;
pub mod compare;
pub mod corpus;
pub mod error;
pub mod evaluate;
pub mod evidence;
pub mod fold;
pub mod forest;
pub mod golden;
pub mod learner;
pub mod measure;
pub mod observe;
pub mod profile;
pub mod rate;
pub mod recipe;
pub mod sample;
pub mod scorecard;
pub mod table;
pub mod train;
pub mod trees;
pub mod weight;

pub use error::Error;

use hushcap::verdict::Forest;
use std::path::{Path, PathBuf};

/// Returns the folder that the crate embeds artefacts from. It belongs to the crate, whose package must be whole
/// without this one.
pub fn artefacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crate/models")
}

/// Writes an artefact, or says with `check` whether the file holds it already.
pub fn artefact(path: &Path, forest: &Forest, check: bool) -> Result<(), Error> {
    let bytes = forest.encode()?;
    if !check {
        return error::write_bytes(path, &bytes);
    }
    if error::read_bytes(path)? == bytes {
        return Ok(());
    }
    let what = "training gives another artefact; run `models train`".to_owned();
    Err(Error::Stale { path: path.to_owned(), what })
}
