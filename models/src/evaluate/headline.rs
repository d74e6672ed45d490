//! The headline: the share of C2 found of families that a model has not seen, each family weighing the same, whether its
//! tuples come from captures or from logs.

use super::run::{Part, Scored};
use super::scores::{Scores, scores};
use super::split::Protocol;
use crate::compare::Entrant;
use crate::error::Error;
use crate::evidence;
use crate::measure::threshold;
use crate::table::{Role, Row, Table};
use hushcap::feature::{self, Group};
use std::collections::{BTreeMap, BTreeSet};

/// Shares of natural benign tuples at which the headline is given.
pub const RATES: [f64; 2] = [0.005, 0.0025];

/// A learner's headline; means over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// Name of the learner.
    pub name: &'static str,
    /// Mean over families of the share of C2 found, at each of [`RATES`].
    pub found: [f64; 2],
    /// C2 that answered and shows no certificate, found at the first of them, and all.
    pub hidden: (f64, usize),
    /// Share of C2 found of each family, at each rate.
    pub families: Vec<(String, [f64; 2], usize)>,
}

/// A rule or a piece of evidence by itself, at its own rate, and what ships at that rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Single {
    /// Name of the rule, or of the column that holds the piece.
    pub name: String,
    /// Natural benign tuples in which it holds, and the number of their sources.
    pub natural: (usize, usize),
    /// Their share of all.
    pub rate: f64,
    /// C2 tuples in which it holds.
    pub c2: usize,
    /// Mean over families of their shares.
    pub mean: f64,
    /// C2 tuples that what ships finds where it flags as many natural tuples, and the mean of the shares.
    pub shipped: (f64, f64),
}

/// Returns the runs by family of an entrant, a run a seed.
pub fn by_family(entrant: &Entrant, table: &Table, kept: Option<&Scores>) -> Result<Vec<Vec<Part>>, Error> {
    (1..=entrant.seeds).map(|seed| scores(entrant, table, Protocol::Family, seed, kept)).collect()
}

/// Returns the headline of a learner.
pub fn headline(name: &'static str, table: &Table, seeds: &[Vec<Part>]) -> Headline {
    let rows = &table.rows;
    let mean =
        |of: &dyn Fn(&[Part]) -> f64| seeds.iter().map(|parts| of(parts)).sum::<f64>() / seeds.len() as f64;
    let at = |parts: &[Part], rate: f64| Found::at(rows, parts, rate);
    let certificates = table.columns.iter().position(|column| column == "cert_count");
    let shows = |row: &Row| certificates.is_some_and(|place| row.values[place] > 0.0);
    let hidden = |row: &Row| row.answered && !shows(row);
    let parts = seeds.first().map(Vec::as_slice).unwrap_or_default();
    let families = Found::at(rows, parts, RATES[0]).families.into_iter();
    let families = families.map(|(name, (_, of))| {
        let share = |rate| mean(&|parts| at(parts, rate).share(&name));
        (name.clone(), RATES.map(share), of)
    });
    Headline {
        name,
        found: RATES.map(|rate| mean(&|parts| at(parts, rate).mean())),
        hidden: (
            mean(&|parts| {
                at(parts, RATES[0]).tuples.iter().filter(|row| hidden(&rows[**row])).count() as f64
            }),
            rows.iter().filter(|row| row.role == Role::C2 && hidden(row)).count(),
        ),
        families: families.collect(),
    }
}

/// C2 that is found.
struct Found {
    /// Found and all of each family that has some.
    families: BTreeMap<String, (usize, usize)>,
    /// Rows that are found.
    tuples: BTreeSet<usize>,
}

impl Found {
    /// Returns what reaches the threshold of its part at a rate.
    fn at(rows: &[Row], parts: &[Part], rate: f64) -> Self {
        let mut found = Found { families: BTreeMap::new(), tuples: BTreeSet::new() };
        for part in parts {
            let least = threshold(part.calibration.iter().map(|scored| scored.score).collect(), rate);
            let c2 = part.malware.iter().filter(|scored| rows[scored.row].role == Role::C2);
            for Scored { row, score } in c2 {
                found.count(*row, &part.name, *score >= least);
            }
        }
        found
    }

    /// Returns what a condition finds.
    fn by(rows: &[Row], holds: impl Fn(&Row) -> bool) -> Self {
        let mut found = Found { families: BTreeMap::new(), tuples: BTreeSet::new() };
        for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.role == Role::C2) {
            found.count(place, &row.family, row.answered && holds(row));
        }
        found
    }

    fn count(&mut self, row: usize, family: &str, is_found: bool) {
        let (found, all) = self.families.entry(family.to_owned()).or_default();
        *all += 1;
        if is_found {
            *found += 1;
            self.tuples.insert(row);
        }
    }

    fn share(&self, family: &str) -> f64 {
        self.families.get(family).map_or(0.0, |(found, all)| *found as f64 / *all as f64)
    }

    /// Mean over the families.
    fn mean(&self) -> f64 {
        let shares = self.families.values().map(|(found, all)| *found as f64 / *all as f64);
        shares.sum::<f64>() / self.families.len().max(1) as f64
    }
}

/// Rules and pieces of evidence by themselves: those of the table, and those that the scorecard weighs.
pub fn singles(table: &Table, shipped: &[Vec<Part>]) -> Vec<Single> {
    let column = |name: &str| table.columns.iter().position(|column| column == name);
    let rules = [
        ("rule: self-signed", &["self_signed_ratio"][..]),
        ("rule: self-signed and no ALPN", &["self_signed_no_alpn_ratio"]),
        ("rule: no name on an odd port", &["no_name_odd_port_ratio"]),
        ("rule: either of these two", &["self_signed_no_alpn_ratio", "no_name_odd_port_ratio"]),
    ];
    let mut singles: Vec<Single> = Vec::new();
    let mut ask =
        |name: String, holds: &dyn Fn(&Row) -> bool| singles.push(single(name, table, shipped, holds));
    for (name, columns) in rules {
        let places: Vec<usize> = columns.iter().filter_map(|name| column(name)).collect();
        ask(name.to_owned(), &|row| places.iter().any(|place| row.values[*place] > 0.0));
    }
    for feature in
        feature::Table::Extended.features().iter().filter(|feature| feature.group == Group::Evidence)
    {
        if let Some(place) = column(feature.name) {
            ask(feature.name.to_owned(), &|row| row.values[place] > 0.5);
        }
    }
    for piece in &evidence::PIECES {
        let holds = piece.test(&table.columns);
        ask(piece.name.to_owned(), &|row| holds(&row.values));
    }
    singles
}

fn single(name: String, table: &Table, shipped: &[Vec<Part>], holds: &dyn Fn(&Row) -> bool) -> Single {
    let rows = &table.rows;
    let natural: Vec<&Row> = rows.iter().filter(|row| row.role.is_natural()).collect();
    let held: Vec<&&Row> = natural.iter().filter(|row| row.answered && holds(row)).collect();
    let sources: BTreeSet<&str> = held.iter().map(|row| row.source.as_str()).collect();
    let found = Found::by(rows, holds);
    let rate = held.len() as f64 / natural.len().max(1) as f64;
    let seeds = shipped.len().max(1) as f64;
    let at: Vec<Found> = shipped.iter().map(|parts| Found::at(rows, parts, rate)).collect();
    Single {
        name,
        natural: (held.len(), sources.len()),
        rate,
        c2: found.tuples.len(),
        mean: found.mean(),
        shipped: (
            at.iter().map(|found| found.tuples.len() as f64).sum::<f64>() / seeds,
            at.iter().map(Found::mean).sum::<f64>() / seeds,
        ),
    }
}
