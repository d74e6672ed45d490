//! `hushcap extract`: the packets of some 4-tuples as a capture of their own.

use crate::output::Outputs;
use crate::{input, io_error};
use hushcap::Error;
use hushcap::analyze::Analysis;
use hushcap::capture::Checksums;
use hushcap::extract::{Extracted, Extractor};
use hushcap::join::FourTuple;
use hushcap::text::visible;
use hushcap::verdict::{Model, Verdict};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Writes the packets of `tuples`, or without any those of the flagged ones, with the look-ups behind them.
pub fn extract(
    path: &Path,
    out: &Path,
    force: bool,
    tuples: &[FourTuple],
    model: Option<&str>,
) -> Result<ExitCode, Error> {
    if path.is_dir() {
        return refused(path, "Zeek logs hold no packets; give the capture that they were made from");
    }
    let outputs = Outputs::beside(&[path.to_owned()], force);
    outputs.check(out)?;
    let analysis = input::read(path, Checksums::Keep)?;
    let tuples =
        if tuples.is_empty() { flagged(&analysis, &Model::builtin(model)?) } else { tuples.to_vec() };
    if tuples.is_empty() {
        println!("no connection is flagged, so there is nothing to write");
        return Ok(ExitCode::SUCCESS);
    }
    let extractor = analysis.extractor(tuples.into_iter().collect());
    let extracted = outputs.write(out, |file| copy(path, out, file, extractor))?;
    println!("{}: {} of {} packets", visible(&out.to_string_lossy()), extracted.kept, extracted.packets);
    if extracted.given_up > 0 {
        println!("note: fragmented packets left out for want of room: {}", extracted.given_up);
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(path: &Path, reason: &str) -> Result<ExitCode, Error> {
    eprintln!("hushcap: {}: {reason}", visible(&path.to_string_lossy()));
    Ok(ExitCode::FAILURE)
}

fn flagged(analysis: &Analysis, model: &Model) -> Vec<FourTuple> {
    let outlines = analysis.judge(model).tuples.into_iter().map(|tuple| tuple.outline);
    outlines.filter(|outline| outline.verdict == Verdict::MalwareLike).map(|outline| outline.key()).collect()
}

/// Reads the capture once more.
fn copy(
    path: &Path,
    out: &Path,
    file: &mut impl Write,
    mut extractor: Extractor,
) -> Result<Extracted, Error> {
    let mut written = Ok(());
    let mut write = |bytes: &[u8]| {
        if written.is_ok() {
            written = file.write_all(bytes);
        }
    };
    input::chunks(path, |bytes| extractor.push(bytes, &mut write))?;
    let extracted = extractor.finish(&mut write)?;
    written.map_err(|source| io_error(out, source))?;
    Ok(extracted)
}
