//! A Report as a table for a terminal.

use comfy_table::{CellAlignment, Table, presets};
use hushcap::capture::Unread;
use hushcap::report::{Head, Judged, JudgedTuple, TupleOutline};
use hushcap::verdict::{Purpose, Verdict};
use hushcap::{Counter, Limit, Weird};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Server names that a row shows before it counts the rest.
const NAMES_SHOWN: usize = 3;

/// Characters of a name that a row shows: a sender may make it as long as a handshake.
const NAME_SHOWN: usize = 80;

/// Writes what was read, how much of it could be judged, and a row a 4-tuple; below those that are flagged or borderline
/// what speaks for it, unless it shall be `brief`.
pub fn write(out: &mut impl Write, judged: &Judged, brief: bool) -> io::Result<()> {
    let flagged = judged.tuples.iter().filter(|tuple| tuple.outline.verdict == Verdict::MalwareLike).count();
    let Head { capture, health, .. } = &judged.head;
    writeln!(out, "{}: {}", capture.name, what(&judged.head))?;
    if judged.tuples.is_empty() {
        writeln!(out, "no TLS connection was found, so there is nothing to judge")?;
        for (port, bytes) in most(&health.busiest_ports) {
            writeln!(out, "note: {bytes} bytes on {port} without TLS that is read")?;
        }
    } else {
        writeln!(
            out,
            "{flagged} of {} TLS destinations resemble malware's TLS behaviour; {} of {} TLS connections show a certificate",
            judged.tuples.len(),
            health.tls_with_certificate,
            health.tls_connections,
        )?;
    }
    for (name, count) in &health.weird {
        writeln!(out, "note: {name}: {count}{}", Weird::of(name).map(explained).unwrap_or_default())?;
    }
    for (name, count) in &health.limits_hit {
        let limit = Limit::ALL.iter().find(|limit| limit.kind() == name);
        let meaning = limit.map(|limit| format!(" ({})", limit.meaning().en)).unwrap_or_default();
        writeln!(out, "note: {name}: {count}{meaning}")?;
    }
    for (kind, packets) in most(&health.not_read) {
        writeln!(out, "note: {kind} is not read: {packets} packets")?;
    }
    if !judged.tuples.is_empty() {
        let rows: Vec<Row> = judged.tuples.iter().map(|tuple| row(tuple, brief)).collect();
        write_rows(out, &rows)?;
    }
    writeln!(out)
}

/// One 4-tuple of the table.
pub struct Row {
    pub score: f64,
    pub verdict: String,
    /// The 4-tuple's columns.
    pub key: [String; 4],
    pub connections: u64,
    pub server_names: Vec<String>,
    pub purpose: String,
    /// The verdict by the profile of the network; `None` without one.
    pub here: Option<String>,
    /// What stands below it.
    pub said: Vec<String>,
}

/// Writes a header, and a row a 4-tuple with what is said of it.
pub fn write_rows(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    // The first line is the header, and each row is a line.
    let said = std::iter::once([].as_slice()).chain(rows.iter().map(|row| row.said.as_slice()));
    for (line, said) in table(rows).to_string().lines().zip(said) {
        writeln!(out, "{line}")?;
        for sentence in said {
            writeln!(out, "    {sentence}")?;
        }
    }
    Ok(())
}

fn row(tuple: &JudgedTuple, brief: bool) -> Row {
    let JudgedTuple { outline, score, .. } = tuple;
    Row {
        score: *score,
        verdict: outline.verdict.name().to_owned(),
        key: outline.key().text(),
        connections: outline.connections,
        server_names: outline.server_names.clone(),
        purpose: outline.purpose.map(Purpose::name).unwrap_or_default().to_owned(),
        here: outline.profile_verdict.map(|verdict| verdict.name().to_owned()),
        said: if brief { Vec::new() } else { said_of(outline) },
    }
}

/// Returns what is printed below a row.
fn said_of(outline: &TupleOutline) -> Vec<String> {
    let mut said: Vec<String> = outline.sentence.iter().cloned().collect();
    let flagged = outline.verdict == Verdict::MalwareLike;
    if let (false, Some(evidence)) = (flagged, &outline.purpose_evidence) {
        said.push(format!(
            "{}, but malware uses such services too: {}",
            capital(outline.verdict),
            evidence.explanation
        ));
    }
    if !said.is_empty() && !outline.looks_like.is_empty() {
        said.push(format!(
            "It looks like {}, by a name that anyone can copy.",
            outline.looks_like.join(" or ")
        ));
    }
    if !outline.new_since_baseline.is_empty() && outline.profile_verdict != Some(Verdict::Ordinary) {
        let new = outline.new_since_baseline.iter().map(|kind| kind.replace('_', " "));
        said.push(format!("New since your baseline: {}.", new.collect::<Vec<_>>().join(", ")));
    }
    said
}

fn capital(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::MalwareLike => "Malware-like",
        Verdict::Borderline => "Borderline",
        Verdict::Ordinary => "Ordinary",
        Verdict::Undecided => "Undecided",
    }
}

/// Returns what an oddity counts, and what its reader can do about it.
fn explained(weird: Weird) -> String {
    let advice = weird.advice().map(|advice| format!(" {}", advice.en)).unwrap_or_default();
    format!(" ({}){advice}", weird.meaning().en)
}

fn what(Head { capture, health, .. }: &Head) -> String {
    let packets = capture.packets.map(|packets| format!(", {packets} packets")).unwrap_or_default();
    let links: Vec<String> =
        capture.link_types.iter().map(|number| format!(", {}", Unread::LinkType(*number))).collect();
    let (format, bytes, connections) = (&capture.format, capture.bytes, health.connections);
    format!("{format}, {bytes} bytes{packets}{}, {connections} connections", links.concat())
}

/// Counts by name, most first.
fn most(counts: &BTreeMap<String, u64>) -> Vec<(&String, &u64)> {
    let mut most: Vec<_> = counts.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    most
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let here = rows.iter().any(|row| row.here.is_some());
    let mut header = vec![
        "score",
        "verdict",
        "originator",
        "responder",
        "port",
        "proto",
        "connections",
        "server names",
        "purpose",
    ];
    if here {
        header.push("in this network");
    }
    table.set_header(header);
    for index in [0, 4, 6] {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in rows {
        let mut cells = vec![format!("{:.3}", row.score), row.verdict.clone()];
        cells.extend(row.key.iter().cloned());
        cells.extend([row.connections.to_string(), names(&row.server_names), row.purpose.clone()]);
        cells.extend(row.here.clone());
        table.add_row(cells);
    }
    table
}

fn names(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN).map(|name| shortened(name)).collect();
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A name in one line that a terminal can hold.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME_SHOWN) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_that_would_fill_a_terminal_does_not() {
        assert_eq!(shortened(&"a".repeat(NAME_SHOWN)), "a".repeat(NAME_SHOWN));
        assert_eq!(shortened(&"☃".repeat(9_000)), format!("{}…", "☃".repeat(NAME_SHOWN)));
    }
}
