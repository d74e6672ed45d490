//! How much each row counts: no family, capture or source rules by its number of tuples.

use crate::table::Row;
use std::collections::BTreeMap;

/// How far weights even out what the corpus holds much of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    /// Share of all weight that malware has.
    pub malware: f64,
    /// Share of the benign weight that the background of infected and monitored hosts has.
    pub background: f64,
    /// 0: each tuple counts alike; 1: each group (family, benign source) counts alike.
    pub evenness: f64,
}

/// Returns a weight for each row; all together they are the number of rows.
///
/// Within its class a group of n tuples gets n^(1 − evenness) of weight, its captures likewise within it.
pub fn weights(rows: &[&Row], balance: Balance) -> Vec<f64> {
    let mut groups: BTreeMap<(Class, &str), f64> = BTreeMap::new();
    let mut captures: BTreeMap<(Class, &str, &str), f64> = BTreeMap::new();
    for row in rows {
        *groups.entry((class(row), group(row))).or_default() += 1.0;
        *captures.entry((class(row), group(row), &row.capture)).or_default() += 1.0;
    }
    let even = |count: f64| libm::pow(count, -balance.evenness);
    // Weight of a tuple within its group: captures evened out, then scaled so that the group's total is count^(1 − evenness).
    let mut totals: BTreeMap<(Class, &str), f64> = BTreeMap::new();
    for row in rows {
        *totals.entry((class(row), group(row))).or_default() +=
            even(captures[&(class(row), group(row), row.capture.as_str())]);
    }
    let within = |row: &Row| {
        let key = (class(row), group(row));
        let count = groups[&key];
        even(captures[&(key.0, key.1, row.capture.as_str())]) / totals[&key] * count * even(count)
    };
    let mut weights: Vec<f64> = rows.iter().map(|row| within(row)).collect();
    let mut of_class: BTreeMap<Class, f64> = BTreeMap::new();
    for (row, weight) in rows.iter().zip(&weights) {
        *of_class.entry(class(row)).or_default() += weight;
    }
    let shares = shares(&of_class, balance);
    for (row, weight) in rows.iter().zip(&mut weights) {
        *weight *= shares[&class(row)] * rows.len() as f64 / of_class[&class(row)];
    }
    weights
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Malware,
    Background,
    Natural,
}

fn class(row: &Row) -> Class {
    match row.role {
        role if role.is_malware() => Class::Malware,
        crate::table::Role::Background => Class::Background,
        _ => Class::Natural,
    }
}

fn group(row: &Row) -> &str {
    if row.role.is_malware() { &row.family } else { &row.source }
}

/// Shares of the classes that occur; they add up to 1.
fn shares(present: &BTreeMap<Class, f64>, balance: Balance) -> BTreeMap<Class, f64> {
    let wanted = |class: Class| match class {
        Class::Malware => balance.malware,
        Class::Background => (1.0 - balance.malware) * balance.background,
        Class::Natural => (1.0 - balance.malware) * (1.0 - balance.background),
    };
    let total: f64 = present.keys().map(|class| wanted(*class)).sum();
    present.keys().map(|class| (*class, wanted(*class) / total)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Role;
    use crate::table::tests::{generated, row};

    const EVEN: Balance = Balance { malware: 0.25, background: 0.5, evenness: 1.0 };

    fn total(rows: &[&Row], weights: &[f64], choose: impl Fn(&Row) -> bool) -> f64 {
        rows.iter().zip(weights).filter(|(row, _)| choose(row)).map(|(_, weight)| weight).sum()
    }

    #[test]
    fn classes_get_their_shares() {
        let table = generated();
        let rows: Vec<&Row> = table.rows.iter().collect();
        let weights = weights(&rows, EVEN);
        let all = rows.len() as f64;
        assert!((total(&rows, &weights, |_| true) - all).abs() < 1e-9);
        assert!((total(&rows, &weights, |row| row.role == Role::C2) - all * 0.25).abs() < 1e-9);
        assert!((total(&rows, &weights, |row| row.role == Role::Background) - all * 0.375).abs() < 1e-9);
    }

    #[test]
    fn a_large_family_counts_no_more_than_a_small_one() {
        let mut rows: Vec<Row> =
            (0..50).map(|n| row("week", "s", Role::C2, "large", [1.0, f64::from(n)])).collect();
        rows.push(row("once", "t", Role::C2, "small", [1.0, 1.0]));
        rows.push(row("use", "u", Role::TierA, "", [0.0, 1.0]));
        let rows: Vec<&Row> = rows.iter().collect();
        let weights = weights(&rows, EVEN);
        let large = total(&rows, &weights, |row| row.family == "large");
        let small = total(&rows, &weights, |row| row.family == "small");
        assert!((large - small).abs() < 1e-9, "{large} and {small}");
    }

    #[test]
    fn without_evenness_tuples_of_a_class_count_alike() {
        let table = generated();
        let rows: Vec<&Row> = table.rows.iter().filter(|row| row.role == Role::C2).collect();
        let weights = weights(&rows, Balance { evenness: 0.0, ..EVEN });
        assert!(weights.iter().all(|weight| (weight - 1.0).abs() < 1e-12));
    }
}
