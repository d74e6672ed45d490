//! Our logs against Zeek's for the same capture, cell by cell, as text.

use crate::tsv::Tsv;
use hushcap::records::log::Log;
use std::collections::{BTreeMap, BTreeSet};

/// Columns that say nothing about us: random ids, the site's own networks, and what the scripts of a test add to a log.
const NOT_COMPARED: [&str; 10] = [
    "uid",
    "id",
    "local_orig",
    "local_resp",
    "tunnel_parents",
    "cert_chain_fuids",
    "client_cert_chain_fuids",
    "validation_status",
    "orig_l2_addr",
    "resp_l2_addr",
];

/// How logs are compared.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Names in `service` that are ours to find; all other protocols are out of scope.
    services: &'static [&'static str],
    /// Whether `ts` is Zeek's own. Rows of one key then pair by it.
    times: bool,
}

/// Logs of Zeek's tests, whose times are masked.
pub const MASKED: Rules = Rules { services: &["ssl", "quic", "dtls", "dns"], times: false };

/// Logs as Zeek wrote them.
pub const UNMASKED: Rules = Rules { services: &["ssl", "quic", "dns"], times: true };

/// Seconds by which two equal times may differ: the last digit that logs have, and how it is rounded.
const TIME_TOLERANCE: f64 = 0.000_001_5;

/// What stands for a column that we do not write.
const NOT_WRITTEN: &str = "(no such column)";

/// What stands for the row that one side lacks.
pub const NO_ROW: &str = "(no row)";

/// How many cells of a column were compared, and how many were equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Cells that either side has.
    pub compared: u64,
    /// Cells whose text is the same.
    pub equal: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.compared += other.compared;
        self.equal += other.equal;
    }
}

/// One cell that differs, or a row that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Column, or `(row)`.
    pub column: String,
    /// What we wrote.
    pub ours: String,
    /// What Zeek wrote.
    pub zeek: String,
    /// Key of the row.
    pub key: String,
    /// Values that it is about: the cells of a row that one side lacks.
    pub values: u64,
}

/// Outcome of one log of one capture.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// By column.
    pub columns: BTreeMap<String, Count>,
    /// Rows that both have.
    pub paired: u64,
    /// Rows that Zeek alone has.
    pub missing: u64,
    /// Rows that we alone have.
    pub extra: u64,
    /// Everything that is not equal.
    pub differences: Vec<Difference>,
}

/// Compares our `log` with Zeek's. Every cell of a row that one side lacks counts as unequal; key columns, equal by
/// construction in a pair of rows, do not count.
pub fn compare(rules: Rules, log: Log, zeek: &Tsv, ours: &Tsv) -> Outcome {
    let key = key_columns(log, zeek);
    let columns: Vec<&str> = zeek
        .columns
        .iter()
        .map(String::as_str)
        .filter(|column| !NOT_COMPARED.contains(column) && !key.contains(column))
        .filter(|column| rules.times || *column != "ts")
        .collect();
    let (mut theirs, mut ours) = (rows(zeek, key, &columns), rows(ours, key, &columns));
    if log == Log::X509 {
        // Zeek logs a certificate once a day; tests that switch this off repeat equal rows.
        unique(&mut theirs);
        unique(&mut ours);
    }
    let mut outcome = Outcome::default();
    let keys: BTreeSet<_> = theirs.keys().chain(ours.keys()).cloned().collect();
    for key in keys {
        let (theirs, ours) = (theirs.remove(&key).unwrap_or_default(), ours.remove(&key).unwrap_or_default());
        let table = Table { rules, columns: &columns, pair_by_time: rules.times && log != Log::X509 };
        outcome.group(&key, table, &theirs, &ours);
    }
    outcome
}

/// The columns of the rows of a log, and how their cells are compared.
#[derive(Clone, Copy)]
struct Table<'a> {
    rules: Rules,
    columns: &'a [&'a str],
    pair_by_time: bool,
}

/// Returns what says that two rows are about the same thing. Zeek before 4.1 wrote no fingerprint.
fn key_columns(log: Log, zeek: &Tsv) -> &'static [&'static str] {
    match log {
        Log::Conn => &["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto"],
        // What a test cuts out of the log.
        Log::Dns if zeek.column("trans_id").is_none() => &["query"],
        Log::Dns => &["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "trans_id"],
        Log::Ssl | Log::Quic => &["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"],
        Log::X509 if zeek.column("fingerprint").is_some() => &["fingerprint"],
        Log::X509 => &["certificate.issuer", "certificate.serial"],
    }
}

type Row<'a> = Vec<&'a str>;
type Groups<'a> = BTreeMap<String, Vec<Row<'a>>>;

fn rows<'a>(log: &'a Tsv, key: &[&str], columns: &[&str]) -> Groups<'a> {
    let mut groups = Groups::new();
    for row in log.maps() {
        let key: Vec<&str> = key.iter().map(|column| row.get(column).copied().unwrap_or("-")).collect();
        let cells = columns.iter().map(|column| row.get(column).copied().unwrap_or(NOT_WRITTEN)).collect();
        groups.entry(key.join(" ")).or_default().push(cells);
    }
    groups
}

fn unique(groups: &mut Groups<'_>) {
    for rows in groups.values_mut() {
        rows.sort();
        rows.dedup();
    }
}

impl Outcome {
    /// Compares the rows of one key.
    fn group(&mut self, key: &str, table: Table<'_>, theirs: &[Row<'_>], ours: &[Row<'_>]) {
        let pairs =
            if table.pair_by_time { nearest(table, theirs, ours) } else { pairing(table, theirs, ours) };
        for &(their, our) in &pairs {
            self.paired += 1;
            let (Some(their), Some(our)) = (theirs.get(their), ours.get(our)) else { continue };
            for ((column, zeek), ours) in table.columns.iter().zip(their).zip(our) {
                self.cell(key, table.rules, column, zeek, ours);
            }
        }
        for index in (0..theirs.len()).filter(|index| !pairs.iter().any(|pair| pair.0 == *index)) {
            self.missing += 1;
            self.alone(key, table, theirs.get(index), NO_ROW, "(row)");
        }
        for index in (0..ours.len()).filter(|index| !pairs.iter().any(|pair| pair.1 == *index)) {
            self.extra += 1;
            self.alone(key, table, ours.get(index), "(row)", NO_ROW);
        }
    }

    fn cell(&mut self, key: &str, rules: Rules, column: &str, zeek: &str, ours: &str) {
        let Some(equal) = rules.equal(column, zeek, ours) else { return };
        *self.columns.entry(column.to_owned()).or_default() += Count { compared: 1, equal: equal.into() };
        if !equal {
            self.differ(key, column, ours, zeek, 1);
        }
    }

    fn alone(&mut self, key: &str, table: Table<'_>, row: Option<&Row<'_>>, ours: &str, zeek: &str) {
        let mut values = 0;
        for (column, cell) in table.columns.iter().zip(row.into_iter().flatten()) {
            if table.rules.equal(column, cell, cell).is_some() {
                *self.columns.entry((*column).to_owned()).or_default() += Count { compared: 1, equal: 0 };
                values += 1;
            }
        }
        self.differ(key, "(row)", ours, zeek, values);
    }

    fn differ(&mut self, key: &str, column: &str, ours: &str, zeek: &str, values: u64) {
        self.differences.push(Difference {
            column: column.to_owned(),
            ours: ours.to_owned(),
            zeek: zeek.to_owned(),
            key: key.to_owned(),
            values,
        });
    }
}

impl Rules {
    /// Returns whether two cells are equal; `None` where they are not to be compared.
    fn equal(self, column: &str, zeek: &str, ours: &str) -> Option<bool> {
        if is_masked(column, zeek) {
            return None;
        }
        if self.times && matches!(column, "ts" | "duration") {
            return Some(zeek == ours || is_same_time(zeek, ours));
        }
        if column != "service" {
            return Some(zeek == ours);
        }
        let (theirs, own) = (self.in_scope(zeek), self.in_scope(ours));
        (zeek == "-" || !theirs.is_empty() || !own.is_empty()).then_some(theirs == own)
    }

    fn in_scope(self, services: &str) -> Vec<&str> {
        let mut found: Vec<&str> = services.split(',').filter(|name| self.services.contains(name)).collect();
        found.sort_unstable();
        found
    }
}

fn is_same_time(a: &str, b: &str) -> bool {
    let (a, b) = (a.parse::<f64>(), b.parse::<f64>());
    a.ok().zip(b.ok()).is_some_and(|(a, b)| (a - b).abs() < TIME_TOLERANCE)
}

/// What of a key Zeek's tests may hide, because the versions of OpenSSL differ in it (`diff-remove-x509-key-info`).
const MASKED_KEY: [&str; 4] =
    ["certificate.key_type", "certificate.key_length", "certificate.exponent", "certificate.curve"];

/// Returns whether Zeek's tests hide the value: a time or a part of a key.
fn is_masked(column: &str, zeek: &str) -> bool {
    zeek.starts_with("XXXXXXXXXX") || (zeek == "x" && MASKED_KEY.contains(&column))
}

/// Returns the pairing of rows by nearest `ts`, the nearest pair first.
fn nearest(table: Table<'_>, theirs: &[Row<'_>], ours: &[Row<'_>]) -> Vec<(usize, usize)> {
    let Some(ts) = table.columns.iter().position(|column| *column == "ts") else { return Vec::new() };
    let times = |rows: &[Row<'_>]| -> Vec<i64> {
        let micros =
            |row: &Row<'_>| row.get(ts).and_then(|ts| ts.parse::<f64>().ok()).unwrap_or_default() * 1e6;
        rows.iter().map(|row| micros(row).round() as i64).collect()
    };
    let (theirs, ours) = (times(theirs), times(ours));
    let mut candidates: Vec<(u64, usize, usize)> = Vec::new();
    for (their, their_time) in theirs.iter().enumerate() {
        candidates
            .extend(ours.iter().enumerate().map(|(our, time)| (time.abs_diff(*their_time), their, our)));
    }
    candidates.sort_unstable();
    let (mut used_theirs, mut used_ours) = (vec![false; theirs.len()], vec![false; ours.len()]);
    let mut pairs = Vec::new();
    for (_, their, our) in candidates {
        if let (Some(this @ false), Some(that @ false)) = (used_theirs.get_mut(their), used_ours.get_mut(our))
        {
            (*this, *that) = (true, true);
            pairs.push((their, our));
        }
    }
    pairs
}

/// Beyond this many rows of one key, a row takes its best partner without looking further.
const EXHAUSTIVE: usize = 6;

/// Returns the pairing of rows with most equal cells.
fn pairing(table: Table<'_>, theirs: &[Row<'_>], ours: &[Row<'_>]) -> Vec<(usize, usize)> {
    if ours.len() < theirs.len() {
        return pairing(table, ours, theirs).into_iter().map(|(our, their)| (their, our)).collect();
    }
    let score = |a: usize, b: usize| {
        let (a, b) = (theirs.get(a).into_iter().flatten(), ours.get(b).into_iter().flatten());
        let cells = table.columns.iter().zip(a.zip(b));
        cells.filter(|(column, (a, b))| table.rules.equal(column, a, b) == Some(true)).count()
    };
    best(0, theirs.len(), &mut (0..ours.len()).collect(), &score).1
}

/// Returns the best score, and its pairs, of rows `from..to` with the rows that are `left`.
fn best(
    from: usize,
    to: usize,
    left: &mut Vec<usize>,
    score: &dyn Fn(usize, usize) -> usize,
) -> (usize, Vec<(usize, usize)>) {
    if from == to {
        return (0, Vec::new());
    }
    let mut candidates = left.clone();
    if left.len() > EXHAUSTIVE {
        candidates.sort_by_key(|&row| std::cmp::Reverse(score(from, row)));
        candidates.truncate(1);
    }
    let mut found = (0, Vec::new());
    for row in candidates {
        left.retain(|&other| other != row);
        let (rest, mut pairs) = best(from + 1, to, left, score);
        left.push(row);
        left.sort_unstable();
        pairs.push((from, row));
        if found.1.is_empty() || rest + score(from, row) > found.0 {
            found = (rest + score(from, row), pairs);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONN: &str =
        "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\thistory\torig_pkts\n";

    fn conn(rows: &[&str]) -> Tsv {
        let rows: String = rows
            .iter()
            .map(|row| format!("0\t::1\t1\t::2\t443\ttcp\t{}\n", row.replace(' ', "\t")))
            .collect();
        Tsv::zeek(&format!("{CONN}{rows}"))
    }

    fn counts(outcome: &Outcome) -> (u64, u64) {
        outcome.columns.values().fold((0, 0), |sum, count| (sum.0 + count.compared, sum.1 + count.equal))
    }

    #[test]
    fn equal_rows_count_every_column_but_key_and_time() {
        let log = conn(&["ssl ShA 3"]);
        assert_eq!(counts(&compare(MASKED, Log::Conn, &log, &log)), (3, 3));
    }

    #[test]
    fn missing_row_counts_all_its_columns() {
        let outcome = compare(MASKED, Log::Conn, &conn(&["ssl ShA 3"]), &conn(&[]));
        assert_eq!((counts(&outcome), outcome.missing, outcome.extra), ((3, 0), 1, 0));
    }

    #[test]
    fn extra_row_counts_all_its_columns() {
        let outcome = compare(MASKED, Log::Conn, &conn(&[]), &conn(&["ssl ShA 3"]));
        assert_eq!((counts(&outcome), outcome.missing, outcome.extra), ((3, 0), 0, 1));
    }

    #[test]
    fn repeated_key_takes_the_pairing_with_most_equal_values() {
        let outcome =
            compare(MASKED, Log::Conn, &conn(&["- ShA 3", "- ShA 4"]), &conn(&["- ShA 4", "- S 3"]));
        assert_eq!(counts(&outcome), (6, 5));
    }

    #[test]
    fn pairing_looks_beyond_the_best_single_pair() {
        // Taking the best pair first (3 equal) leaves 0; crosswise there are 2 and 2.
        let score = |a: usize, b: usize| [[3, 2], [2, 0]][a][b];
        assert_eq!(best(0, 2, &mut vec![0, 1], &score).0, 4);
    }

    #[test]
    fn service_of_another_protocol_is_not_compared() {
        let outcome = compare(MASKED, Log::Conn, &conn(&["http ShA 3"]), &conn(&["- ShA 3"]));
        assert_eq!(counts(&outcome), (2, 2));
        let outcome = compare(MASKED, Log::Conn, &conn(&["http ShA 3"]), &conn(&["ssl ShA 3"]));
        assert_eq!(counts(&outcome), (3, 2));
        let outcome = compare(MASKED, Log::Conn, &conn(&["smtp,ssl ShA 3"]), &conn(&["ssl ShA 3"]));
        assert_eq!(counts(&outcome), (3, 3));
    }

    #[test]
    fn certificate_logged_again_counts_once() {
        let row = "1.0\tAA\t3\tT\n";
        let zeek =
            Tsv::zeek(&format!("#fields\tts\tfingerprint\tcertificate.version\thost_cert\n{row}{row}"));
        let ours = Tsv::zeek(&format!("#fields\tts\tfingerprint\tcertificate.version\thost_cert\n{row}"));
        let outcome = compare(MASKED, Log::X509, &zeek, &ours);
        assert_eq!((counts(&outcome), outcome.missing), ((2, 2), 0));
    }

    #[test]
    fn column_that_we_do_not_write_is_unequal() {
        let zeek = Tsv::zeek(
            "#fields\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tclient_issuer\n::1\t1\t::2\t2\t-\n",
        );
        let ours = Tsv::zeek("#fields\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\n::1\t1\t::2\t2\n");
        assert_eq!(counts(&compare(MASKED, Log::Ssl, &zeek, &ours)), (1, 0));
    }

    #[test]
    fn masked_time_is_not_compared() {
        let zeek = Tsv::zeek("#fields\tfingerprint\tcertificate.not_valid_before\nAA\tXXXXXXXXXX.XXXXXX\n");
        let ours = Tsv::zeek("#fields\tfingerprint\tcertificate.not_valid_before\nAA\t1.000000\n");
        assert_eq!(counts(&compare(MASKED, Log::X509, &zeek, &ours)), (0, 0));
    }

    #[test]
    fn masked_key_is_not_compared() {
        let zeek = Tsv::zeek("#fields\tfingerprint\tcertificate.key_type\tsan.dns\nAA\tx\tx\n");
        let ours = Tsv::zeek("#fields\tfingerprint\tcertificate.key_type\tsan.dns\nAA\trsa\tx\n");
        assert_eq!(counts(&compare(MASKED, Log::X509, &zeek, &ours)), (1, 1));
    }

    #[test]
    fn unmasked_rows_pair_by_time() {
        let row = |ts: &str, history: &str| format!("{ts}\t::1\t1\t::2\t443\ttcp\tssl\t{history}\t3\n");
        let log = |rows: &[String]| Tsv::zeek(&format!("{CONN}{}", rows.concat()));
        let zeek = log(&[row("1.000000", "ShA"), row("9.000000", "S")]);
        let ours = log(&[row("9.000001", "S"), row("2.000000", "ShA")]);
        let outcome = compare(UNMASKED, Log::Conn, &zeek, &ours);
        assert_eq!((counts(&outcome), outcome.paired), ((8, 7), 2));
    }
}
