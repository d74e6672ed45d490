//! Rows of the batch job's table of verdicts, opened.

use crate::table::{Row, write_rows};
use crate::{io_error, standard_output};
use flate2::read::MultiGzDecoder;
use hushcap::Error;
use hushcap::join::FourTuple;
use hushcap::text::visible;
use hushcap::verdict::evidence::Evidence;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest row that is read: some 200 features and a bounded number of names take no tenth of that.
const ROW_MAX: u64 = 8 << 20;

/// Contributions that are shown of a tuple, the greatest first.
const SHOWN: usize = 12;

/// A row of the table.
#[derive(Debug, Deserialize)]
struct VerdictRow {
    orig_h: String,
    resp_h: String,
    resp_p: u16,
    proto: String,
    score: f64,
    #[serde(default)]
    raw: f64,
    #[serde(default)]
    base: f64,
    verdict: String,
    profile_verdict: Option<String>,
    sentence: Option<String>,
    #[serde(default)]
    connections: u64,
    #[serde(default)]
    server_names: Vec<String>,
    purpose: Option<String>,
    #[serde(default)]
    features: BTreeMap<String, f64>,
    #[serde(default)]
    explanation: Vec<Share>,
    /// Evidence as JSON.
    #[serde(default)]
    evidence: String,
    /// Whatever else a Report has of a tuple, as JSON.
    #[serde(default)]
    details: String,
    day: Option<String>,
    model: Option<String>,
    model_sha256: Option<String>,
    core_sha256: Option<String>,
    profile: Option<String>,
}

/// What one feature adds to a score.
#[derive(Debug, Deserialize)]
struct Share {
    feature: String,
    contribution: f64,
}

/// Prints the verdicts by score; all that is known of the `tuples` that are asked for. Lines that are no rows are counted.
pub fn verdicts(paths: &[PathBuf], tuples: &[FourTuple], brief: bool) -> Result<ExitCode, Error> {
    let (mut rows, mut unreadable) = (Vec::new(), 0_u64);
    for path in paths {
        read(path, &mut rows, &mut unreadable).map_err(|source| io_error(path, source))?;
    }
    rows.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key().cmp(&b.key())));
    if unreadable > 0 {
        eprintln!("hushcap: {unreadable} lines are no rows of verdicts and were left out");
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match tuples {
        [] => write(&mut out, &rows, brief),
        tuples => {
            let asked: Vec<[String; 4]> = tuples.iter().map(FourTuple::text).collect();
            let mut found = rows.iter().filter(|row| asked.contains(&row.key()));
            found.try_for_each(|row| write_one(&mut out, row))
        }
    };
    written.and_then(|()| out.flush()).map_err(standard_output)?;
    Ok(if rows.is_empty() && unreadable > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(path: &Path, rows: &mut Vec<VerdictRow>, unreadable: &mut u64) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    let is_gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let file: Box<dyn Read> = if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut file = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = file.by_ref().take(ROW_MAX).read_until(b'\n', &mut line)?;
        if length == 0 {
            return Ok(());
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match serde_json::from_slice(&line) {
            Ok(row) => rows.push(row),
            Err(_) => *unreadable += 1,
        }
    }
}

impl VerdictRow {
    fn key(&self) -> [String; 4] {
        [self.orig_h.clone(), self.resp_h.clone(), self.resp_p.to_string(), self.proto.clone()]
    }
}

fn write(out: &mut impl Write, rows: &[VerdictRow], brief: bool) -> io::Result<()> {
    let flagged = rows.iter().filter(|row| row.verdict == "malware-like").count();
    writeln!(out, "{flagged} of {} TLS destinations resemble malware's TLS behaviour", rows.len())?;
    let row = |row: &VerdictRow| Row {
        score: row.score,
        verdict: shown(&row.verdict),
        key: row.key().map(|part| shown(&part)),
        connections: row.connections,
        server_names: row.server_names.iter().map(|name| shown(name)).collect(),
        purpose: row.purpose.as_deref().map(shown).unwrap_or_default(),
        here: row.profile_verdict.as_deref().map(shown),
        said: row.sentence.iter().filter(|_| !brief).map(|said| shown(said)).collect(),
    };
    let rows: Vec<Row> = rows.iter().map(row).collect();
    if rows.is_empty() { Ok(()) } else { write_rows(out, &rows) }
}

/// Writes all that is known of one tuple.
fn write_one(out: &mut impl Write, row: &VerdictRow) -> io::Result<()> {
    writeln!(out, "{}: {}, score {:.3}", shown(&row.key().join(" ")), shown(&row.verdict), row.score)?;
    if let Some(sentence) = &row.sentence {
        writeln!(out, "    {}", shown(sentence))?;
    }
    let names = row.server_names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
    let made = [("day", &row.day), ("model", &row.model), ("model_sha256", &row.model_sha256)];
    let made = made.into_iter().chain([("core_sha256", &row.core_sha256), ("profile", &row.profile)]);
    writeln!(out, "  connections: {}\n  server names: {names}", row.connections)?;
    for (name, value) in made {
        writeln!(out, "  {name}: {}", value.as_deref().map(shown).unwrap_or_default())?;
    }
    writeln!(out, "  evidence:")?;
    for evidence in Evidence::read(&row.evidence).unwrap_or_default() {
        let rate = evidence.natural_rate.map(|rate| format!(", in {:.2} % of natural traffic", rate * 100.0));
        let clause = evidence.clause().unwrap_or_else(|| evidence.kind.clone().into_owned());
        writeln!(out, "    {}{}", shown(&clause), rate.unwrap_or_default())?;
    }
    writeln!(out, "  explanation ({:.4} on average, {:.4} here):", row.base, row.raw)?;
    for share in row.explanation.iter().take(SHOWN) {
        let value = row.features.get(&share.feature).map_or_else(|| "unknown".to_owned(), f64::to_string);
        writeln!(out, "    {:+.4}  {} = {value}", share.contribution, shown(&share.feature))?;
    }
    if let Ok(Value::Object(details)) = serde_json::from_str(&row.details) {
        for (name, value) in details.iter().filter(|(_, value)| !value.is_null()) {
            writeln!(out, "  {}: {}", shown(name), shown(&value.to_string()))?;
        }
    }
    Ok(())
}

/// Returns the text of a table that anyone may have written.
fn shown(text: &str) -> String {
    visible(text).into_owned()
}
