//! What the corpus holds.

use crate::corpus::Corpus;
use crate::table::{Origin, Role, Row, Table};
use std::collections::BTreeSet;

/// Counts of a corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// Tuples by role.
    pub roles: Vec<RoleCount>,
    /// Labelled tuples.
    pub labelled: usize,
    /// Captures and log sets.
    pub inputs: usize,
    /// Tuples that the models are trained on.
    pub trained_on: usize,
    /// Captures (logs apart) with at least one malware tuple.
    pub malware_captures: usize,
    /// Captures (logs apart) without any.
    pub benign_captures: usize,
    /// Sources.
    pub sources: usize,
    /// Families, and those with C2 in captures.
    pub families: (usize, usize),
}

/// How many tuples of a role there are.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleCount {
    /// The role.
    pub role: Role,
    /// From captures.
    pub captures: usize,
    /// From logs.
    pub logs: usize,
    /// With a certificate.
    pub certificate: usize,
    /// Never answered in TLS.
    pub undecided: usize,
    /// Not found by the analysis.
    pub missed: usize,
}

/// Counts.
pub fn data(corpus: &Corpus) -> Data {
    let Table { columns, rows } = &corpus.table;
    let certificates = columns.iter().position(|column| column == "cert_count");
    let malware = captures(rows, |row| row.role.is_malware());
    let c2 = rows.iter().filter(|row| row.role == Role::C2 && row.origin == Origin::Capture);
    let distinct: BTreeSet<&str> = c2.map(|row| row.family.as_str()).collect();
    Data {
        roles: Role::ALL.iter().map(|role| count(rows, *role, certificates)).collect(),
        labelled: rows.len(),
        inputs: corpus.inputs,
        trained_on: rows.iter().filter(|row| row.is_trained_on()).count(),
        malware_captures: malware.len(),
        benign_captures: captures(rows, |_| true).difference(&malware).count(),
        sources: rows.iter().map(|row| &row.source).collect::<BTreeSet<_>>().len(),
        families: (super::split::families(rows).len(), distinct.len()),
    }
}

/// Returns the names of the captures, logs apart, that hold a chosen tuple.
pub(super) fn captures(rows: &[Row], choose: impl Fn(&Row) -> bool) -> BTreeSet<&str> {
    let chosen = rows.iter().filter(|row| row.origin == Origin::Capture && choose(row));
    chosen.map(|row| row.capture.as_str()).collect()
}

fn count(rows: &[Row], role: Role, certificates: Option<usize>) -> RoleCount {
    let count =
        |choose: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| row.role == role && choose(row)).count();
    RoleCount {
        role,
        captures: count(&|row| row.origin == Origin::Capture),
        logs: count(&|row| row.origin == Origin::Logs),
        certificate: count(&|row| certificates.is_some_and(|column| row.values[column] > 0.0)),
        undecided: count(&|row| row.seen && !row.answered),
        missed: count(&|row| !row.seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generated;

    #[test]
    fn counts_add_up() {
        let data = data(&Corpus { table: generated(), inputs: 40, ..Corpus::default() });
        let tuples: usize = data.roles.iter().map(|role| role.captures + role.logs).sum();
        assert_eq!((tuples, data.labelled, data.families), (240, 240, (4, 4)));
        assert_eq!((data.malware_captures, data.benign_captures), (10, 25));
    }
}
