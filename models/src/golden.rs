//! What the shipped model says of the project's own samples, fixed as a table: features in, base, raw and score out.
//!
//! The samples are laboratory traffic; the rows show that the program computes what it computed, nothing about malware.

use crate::error::{Error, read_text, write_bytes};
use crate::observe::observe;
use hushcap::verdict::Model;
use std::fmt::Write;
use std::path::Path;

/// Samples that are scored: a beacon beside browsing, every kind of certificate and of version, tuples without an answer.
const SAMPLES: [&str; 5] =
    ["beacon.pcap", "browsing.pcap", "certificates.pcap", "versions.pcap", "visit-lossy.pcap"];

/// The table of the samples in a folder.
pub fn table(samples: &Path, model: &Model) -> Result<String, Error> {
    let mut text = String::from("capture\torig_h\tresp_h\tresp_p\tproto\tbase\traw\tscore\tverdict");
    for feature in &model.forest().features {
        text.push('\t');
        text.push_str(feature);
    }
    text.push('\n');
    for name in SAMPLES {
        for tuple in observe(&samples.join(name))? {
            let raw = model.raw(&tuple.values);
            let score = model.score(raw);
            let verdict = model.verdict(score, tuple.answered).name();
            let key = [&tuple.key.orig_h, &tuple.key.resp_h, &tuple.key.resp_p, &tuple.key.proto];
            // Writing to a String cannot fail.
            let _ = write!(text, "{name}\t{}", key.map(String::as_str).join("\t"));
            let _ = write!(text, "\t{}\t{raw}\t{score}\t{verdict}", model.base());
            for value in &tuple.values {
                let _ = write!(text, "\t{value}");
            }
            text.push('\n');
        }
    }
    Ok(text)
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
