//! What ships, by kind of tuple: with and without a certificate, by version, by number of connections.

use super::comparison::Runs;
use super::measures::{Measure, Measured, Values, value};
use super::run::{Part, Scored};
use super::split::Protocol;
use crate::table::{Origin, Role, Row, Table};

/// A model's slices.
#[derive(Debug, Clone, PartialEq)]
pub struct Slices {
    /// Name of the model.
    pub name: &'static str,
    /// One a kind of tuple.
    pub slices: Vec<Slice>,
}

/// One kind of tuple; means over seeds. Thresholds are those of all tuples.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// Its name.
    pub name: &'static str,
    /// C2 of captures, and natural benign tuples.
    pub counts: (usize, usize),
    /// C2 against natural, by source.
    pub auc: f64,
    /// C2 found at 1 %, by source and by family.
    pub c2: (f64, f64),
    /// Share of natural benign tuples flagged at 1 %, by source.
    pub flagged: f64,
}

/// A kind of tuple: a name, a column, and the values that belong.
type Kind = (&'static str, &'static str, fn(f64) -> bool);

const KINDS: [Kind; 7] = [
    ("with a certificate", "cert_count", |value| value > 0.0),
    ("without a certificate", "cert_count", |value| value <= 0.0),
    ("TLS 1.3", "tls13_ratio", |value| value > 0.0),
    ("TLS 1.2", "tls12_ratio", |value| value > 0.0),
    ("1 connection", "n_records", |value| value == 1.0),
    ("2 to 4 connections", "n_records", |value| value > 1.0 && value < 5.0),
    ("5 connections or more", "n_records", |value| value >= 5.0),
];

/// Takes the runs by source and by family apart.
pub fn slices(name: &'static str, table: &Table, runs: &Runs) -> Slices {
    let slice = |(name, column, belongs): &Kind| {
        let column = table.columns.iter().position(|other| other == column)?;
        let chosen = |row: &Row| row.seen && belongs(row.values[column]);
        let natural = |row: &&Row| row.role.is_natural() && chosen(row);
        let c2 = |row: &&Row| row.role == Role::C2 && row.origin == Origin::Capture && chosen(row);
        let mean = |protocol, measure| mean(&table.rows, runs, protocol, measure, &chosen);
        Some(Slice {
            name,
            counts: (table.rows.iter().filter(c2).count(), table.rows.iter().filter(natural).count()),
            auc: mean(Protocol::Source, Measure::Auc),
            c2: (mean(Protocol::Source, Measure::C2), mean(Protocol::Family, Measure::C2)),
            flagged: mean(Protocol::Source, Measure::Flagged),
        })
    };
    Slices { name, slices: KINDS.iter().filter_map(slice).collect() }
}

/// Mean of a measure over the seeds of a protocol, of chosen rows alone.
fn mean(
    rows: &[Row],
    runs: &Runs,
    protocol: Protocol,
    measure: Measure,
    chosen: &dyn Fn(&Row) -> bool,
) -> f64 {
    let even = vec![1.0; rows.len()];
    let seeds = runs.iter().filter(|(other, _)| *other == protocol).flat_map(|(_, seeds)| seeds);
    let of_seed = |parts: &Vec<Part>| -> Values {
        let narrowed = parts.iter().map(|part| narrowed(part, |scored| chosen(&rows[scored.row]))).collect();
        Measured::new(rows, narrowed, false).values(&even)
    };
    let values: Vec<f64> = seeds.map(|parts| value(&of_seed(parts), measure)).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// A part in which only chosen tuples are judged; what sets the threshold stays.
fn narrowed(part: &Part, chosen: impl Fn(&Scored) -> bool) -> Part {
    let keep = |all: &[Scored]| all.iter().copied().filter(|scored| chosen(scored)).collect();
    Part {
        name: part.name.clone(),
        malware: keep(&part.malware),
        benign: keep(&part.benign),
        calibration: part.calibration.clone(),
    }
}
