//! Shortcuts: what else than malware the features tell, and which of them decide alone.

use crate::columns::Columns;
use crate::compare::Comparator;
use crate::error::Error;
use crate::fold::folds;
use crate::forest::{Growth, matrix};
use crate::learner::Learner;
use crate::sample::Sample;
use crate::table::{Origin, Role, Row, Table};
use smartcore::ensemble::random_forest_classifier::{
    RandomForestClassifier, RandomForestClassifierParameters,
};
use std::collections::{BTreeMap, BTreeSet};

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Probes {
    /// One a choice of columns.
    pub columns: Vec<Probe>,
    /// Sources told apart, their tuples, and the share of the largest: what guessing gives.
    pub sources: (usize, usize, f64),
    /// Features that separate most alone.
    pub singles: Vec<Single>,
}

/// What a forest tells from some columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// What the columns are.
    pub name: &'static str,
    /// Share of natural benign tuples whose source it names, by captures that it has not seen.
    pub source: f64,
    /// Background of infected hosts against tier A, of captures alone, by sources that it has not seen.
    pub background: f64,
}

/// A feature alone; whichever direction separates more.
#[derive(Debug, Clone, PartialEq)]
pub struct Single {
    /// Its name.
    pub name: String,
    /// C2 of captures against natural benign tuples.
    pub auc: f64,
    /// C2 of captures against background.
    pub background: f64,
}

const GROWTH: Growth = Growth { trees: 100, depth: 8, leaf: 5, candidates: 6 };
const FOLDS: usize = 5;
const SEED: u64 = 1;
/// Tuples and captures that a source needs to be told from others.
const LEAST: (usize, usize) = (20, 2);
/// Features that are named.
const SINGLES: usize = 8;

/// Tries each choice of columns.
pub fn probes(table: &Table) -> Result<Probes, Error> {
    let told = told_apart(table);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &told {
        *counts.entry(&row.source).or_default() += 1;
    }
    let largest = counts.values().max().copied().unwrap_or_default();
    let choices = [
        ("the 37", Columns::Article),
        ("extended", Columns::Extended),
        ("extended without hello", Columns::WithoutHello),
    ];
    let probe = |(name, columns): (&'static str, Columns)| {
        let places = columns.places(&table.columns);
        Ok(Probe { name, source: source(&told, &places)?, background: background(table, &places)? })
    };
    Ok(Probes {
        columns: choices.into_iter().map(probe).collect::<Result<_, Error>>()?,
        sources: (counts.len(), told.len(), largest as f64 / told.len().max(1) as f64),
        singles: singles(table),
    })
}

/// Natural benign tuples of the sources that are large enough.
fn told_apart(table: &Table) -> Vec<&Row> {
    let natural: Vec<&Row> = table.rows.iter().filter(|row| row.answered && row.role.is_natural()).collect();
    let mut sources: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for row in &natural {
        let (count, captures) = sources.entry(&row.source).or_default();
        *count += 1;
        captures.insert(&row.capture);
    }
    let large = |row: &&Row| {
        sources
            .get(row.source.as_str())
            .is_some_and(|(count, captures)| *count >= LEAST.0 && captures.len() >= LEAST.1)
    };
    natural.into_iter().filter(large).collect()
}

/// Returns the share of the rows whose source a forest names that saw none of their capture.
fn source(rows: &[&Row], columns: &[usize]) -> Result<f64, Error> {
    let names: BTreeSet<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    let class = |row: &Row| names.iter().position(|name| *name == row.source).unwrap_or_default() as u32;
    let fold_of = folds(rows, |row| &row.capture, FOLDS);
    let mut right = 0;
    for fold in 0..FOLDS {
        let (asked, kept): (Vec<&Row>, Vec<&Row>) =
            rows.iter().copied().partition(|row| fold_of[row.capture.as_str()] == fold);
        if asked.is_empty() || kept.is_empty() {
            continue;
        }
        let values = |rows: &[&Row]| {
            let values: Vec<&[f64]> = rows.iter().map(|row| row.values.as_slice()).collect();
            matrix(&values, columns)
        };
        let labels: Vec<u32> = kept.iter().map(|row| class(row)).collect();
        let parameters = RandomForestClassifierParameters::default()
            .with_n_trees(50)
            .with_max_depth(12)
            .with_m(GROWTH.candidates)
            .with_seed(SEED);
        let failed = |error: smartcore::error::Failed| Error::Training(error.to_string());
        let forest = RandomForestClassifier::fit(&values(&kept)?, &labels, parameters).map_err(failed)?;
        let answers: Vec<u32> = forest.predict(&values(&asked)?).map_err(failed)?;
        right += asked.iter().zip(answers).filter(|(row, answer)| class(row) == *answer).count();
    }
    Ok(f64::from(u32::try_from(right).unwrap_or(u32::MAX)) / rows.len().max(1) as f64)
}

/// Returns how well a forest that saw none of its source tells background from tier A. Logs are left out: they lack
/// columns.
fn background(table: &Table, columns: &[usize]) -> Result<f64, Error> {
    let natural = |row: &&Row| row.answered && row.role.is_natural() && row.origin == Origin::Capture;
    let rows: Vec<&Row> = table.rows.iter().filter(natural).collect();
    let fold_of = alternating(&rows);
    let mut scores: [Vec<f64>; 2] = Default::default();
    for fold in 0..FOLDS {
        let (asked, kept): (Vec<&Row>, Vec<&Row>) =
            rows.iter().copied().partition(|row| fold_of[row.source.as_str()] == fold);
        let is_background = |row: &&Row| row.role == Role::Background;
        if asked.is_empty() || !kept.iter().any(is_background) || kept.iter().all(is_background) {
            continue;
        }
        let sample = Sample {
            columns: &[],
            sources: Vec::new(),
            rows: kept.iter().map(|row| row.values.as_slice()).collect(),
            malware: kept.iter().map(is_background).collect(),
            weights: vec![1.0; kept.len()],
        };
        let scorer = Comparator::fit(&Learner::RandomForest(GROWTH), &sample, columns, SEED)?;
        let values: Vec<&[f64]> = asked.iter().map(|row| row.values.as_slice()).collect();
        for (row, score) in asked.iter().zip(scorer(&values)?) {
            scores[usize::from(is_background(row))].push(score);
        }
    }
    Ok(crate::measure::auc(&scores[1], &scores[0]).unwrap_or(f64::NAN))
}

/// Folds of sources, those with background and those without dealt apart, one after the other: each fold needs both.
fn alternating<'a>(rows: &[&'a Row]) -> BTreeMap<&'a str, usize> {
    let mut sources: BTreeMap<&str, bool> = BTreeMap::new();
    for row in rows {
        *sources.entry(&row.source).or_default() |= row.role == Role::Background;
    }
    let mut dealt = [0; 2];
    let deal = |(source, with): (&'a str, bool)| {
        let next = &mut dealt[usize::from(with)];
        *next += 1;
        (source, *next % FOLDS)
    };
    sources.into_iter().map(deal).collect()
}

/// Returns the features that separate C2 of captures from natural benign tuples most, alone.
fn singles(table: &Table) -> Vec<Single> {
    let single = |(column, name): (usize, &String)| {
        let values = |choose: &dyn Fn(&Row) -> bool| -> Vec<f64> {
            let chosen = table.rows.iter().filter(|row| row.answered && choose(row));
            chosen.map(|row| row.values[column]).collect()
        };
        let c2 = values(&|row| row.role == Role::C2 && row.origin == Origin::Capture);
        let either = |others: Vec<f64>| {
            let auc = crate::measure::auc(&c2, &others).unwrap_or(0.5);
            auc.max(1.0 - auc)
        };
        let auc = either(values(&|row| row.role.is_natural()));
        Single { name: name.clone(), auc, background: either(values(&|row| row.role == Role::Background)) }
    };
    let mut singles: Vec<Single> = table.columns.iter().enumerate().map(single).collect();
    singles.sort_by(|a, b| b.auc.total_cmp(&a.auc));
    singles.truncate(SINGLES);
    singles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generated;

    #[test]
    fn a_value_that_decides_is_named_first() {
        let singles = singles(&generated());
        assert_eq!(singles[0].name, "alpha");
        assert!(singles[0].auc > 0.9 && singles[1].auc < 0.7, "{singles:?}");
    }

    #[test]
    fn a_source_that_marks_its_tuples_is_told() {
        let mut table = generated();
        for row in &mut table.rows {
            row.values[1] = f64::from(row.source.bytes().last().unwrap_or_default());
        }
        let rows = told_apart(&table);
        assert!(rows.len() > 100);
        assert!(source(&rows, &[1]).unwrap() > 0.9);
        assert!(source(&rows, &[0]).unwrap() < 0.6);
    }

    #[test]
    fn background_that_differs_is_told_from_natural_use() {
        let mut table = generated();
        for row in &mut table.rows {
            row.values[1] = if row.role == Role::Background { 5.0 } else { 1.0 };
        }
        // One source larger than all others together must not leave the rest in one fold.
        let mut many = table.rows.iter().find(|row| row.role == Role::TierA).cloned().unwrap();
        "large".clone_into(&mut many.source);
        table.rows.extend(std::iter::repeat_n(many, 500));
        assert!(background(&table, &[1]).unwrap() > 0.9);
        assert!((background(&table, &[0]).unwrap() - 0.5).abs() < 0.25);
    }
}
