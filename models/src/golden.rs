//! What the shipped models say of the project's own samples, fixed as a table: features in; base, raw, score
//! and verdict out.
//!
//! The samples are laboratory traffic; the rows show that the program computes what it computed, nothing about malware.

use crate::corpus::Observed;
use crate::error::{Error, read_text, write_bytes};
use crate::observe;
use crate::table::Key;
use hushcap::verdict::Model;
use std::fmt::Write;
use std::path::Path;

/// Samples that are scored: a beacon beside browsing, every kind of certificate and of version, tuples without an answer.
const SAMPLES: [&str; 5] =
    ["beacon.pcap", "browsing.pcap", "certificates.pcap", "versions.pcap", "visit-lossy.pcap"];

/// Returns the table of the samples in a folder: a row per tuple and model. It has the columns that some model asks
/// for; others change no answer.
pub fn table(samples: &Path, models: &[Model]) -> Result<String, Error> {
    let columns = observe::columns();
    let asked: Vec<&str> =
        columns.iter().copied().filter(|column| models.iter().any(|model| asks(model, column))).collect();
    let mut text =
        String::from("capture\torig_h\tresp_h\tresp_p\tproto\tmodel\tbase\traw\tscore\tverdict\toutside");
    for column in &asked {
        text.push('\t');
        text.push_str(column);
    }
    text.push('\n');
    for name in SAMPLES {
        for tuple in observe::observe(&samples.join(name))?.tuples {
            for model in models {
                text.push_str(&row(name, &tuple, model));
                for (column, value) in columns.iter().zip(&tuple.values) {
                    if asked.contains(column) {
                        // Writing to a String cannot fail.
                        let _ = write!(text, "\t{value}");
                    }
                }
                text.push('\n');
            }
        }
    }
    Ok(text)
}

fn asks(model: &Model, column: &str) -> bool {
    model.forest().features.iter().zip(model.asked()).any(|(name, asked)| *asked && name == column)
}

fn row(capture: &str, tuple: &Observed, model: &Model) -> String {
    let raw = model.raw(&tuple.values);
    let score = model.score(raw);
    let verdict = model.verdict(score, tuple.answered).name();
    let outside: Vec<&str> = model
        .outside(&tuple.values)
        .into_iter()
        .map(|column| model.forest().features[column].as_str())
        .collect();
    let Key { orig_h, resp_h, resp_p, proto } = &tuple.key;
    let (base, outside, name) = (model.base(), outside.join(","), &model.forest().name);
    format!(
        "{capture}\t{orig_h}\t{resp_h}\t{resp_p}\t{proto}\t{name}\t{base}\t{raw}\t{score}\t{verdict}\t{outside}"
    )
}

/// Writes the table, or says with `check` whether the file holds it already.
pub fn write(path: &Path, table: &str, check: bool) -> Result<(), Error> {
    if !check {
        return write_bytes(path, table.as_bytes());
    }
    if read_text(path)? == table {
        return Ok(());
    }
    Err(Error::Stale {
        path: path.to_owned(),
        what: "the samples give other rows; run `models golden`".to_owned(),
    })
}
