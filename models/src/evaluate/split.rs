//! Protocols: what a model has not seen, and what sets its threshold, as lists of rows.

use crate::table::Row;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::collections::{BTreeMap, BTreeSet};

/// Folds that sources fall into.
const FOLDS: usize = 5;
/// Share of the tuples that the random split asks.
const ASKED: f64 = 0.3;
/// Start of 2020, which parts before from after.
const BORDER: f64 = 1_577_836_800.0;

/// What is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Single tuples, at random: the article's own way.
    Random,
    /// Sources, whole.
    Source,
    /// Families, with every capture that holds them.
    Family,
    /// Everything from 2020 on.
    Time,
}

impl Protocol {
    /// All protocols, the kindest first.
    pub const ALL: [Protocol; 4] = [Protocol::Random, Protocol::Source, Protocol::Time, Protocol::Family];

    /// Returns the name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Random => "random split",
            Protocol::Source => "by source",
            Protocol::Family => "by family",
            Protocol::Time => "by time",
        }
    }
}

/// What a model's answers are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// They are judged.
    Judge,
    /// Those of natural benign tuples set the threshold.
    Calibrate,
    /// Both.
    Both,
}

/// One model: the rows that it learns from and those that it is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Index of the part that its answers belong to.
    pub part: usize,
    /// What the answers are for.
    pub purpose: Purpose,
    /// Rows that it may learn from.
    pub kept: Vec<usize>,
    /// Rows that it is asked.
    pub asked: Vec<usize>,
}

/// The models of a protocol. Tuples of one part share a threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Names of the parts: families that are left out, or one name alone.
    pub parts: Vec<String>,
    /// The models.
    pub tasks: Vec<Task>,
}

/// Splits rows by a protocol. What falls together changes with the seed.
pub fn split(protocol: Protocol, rows: &[Row], seed: u64) -> Split {
    let all: Vec<usize> = (0..rows.len()).collect();
    match protocol {
        Protocol::Random => random(rows, seed),
        Protocol::Source => {
            let tasks = by_source(rows, &all, 0, Purpose::Both, seed);
            Split { parts: vec![protocol.name().to_owned()], tasks }
        }
        Protocol::Family => {
            let parts: Vec<String> = families(rows).into_iter().map(str::to_owned).collect();
            let tasks =
                parts.iter().enumerate().flat_map(|(part, name)| without_family(rows, name, part, seed));
            Split { tasks: tasks.collect(), parts }
        }
        Protocol::Time => {
            let dated = |row: &usize| rows[*row].start.is_some();
            let (before, after): (Vec<usize>, Vec<usize>) =
                all.into_iter().filter(dated).partition(|row| rows[*row].start < Some(BORDER));
            let mut tasks = by_source(rows, &before, 0, Purpose::Calibrate, seed);
            tasks.push(Task { part: 0, purpose: Purpose::Judge, kept: before, asked: after });
            Split { parts: vec![protocol.name().to_owned()], tasks }
        }
    }
}

/// Returns the names of all families.
pub fn families(rows: &[Row]) -> BTreeSet<&str> {
    rows.iter().filter(|row| row.role.is_malware()).map(|row| row.family.as_str()).collect()
}

fn random(rows: &[Row], seed: u64) -> Split {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut by_role: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        by_role.entry(row.role).or_default().push(place);
    }
    let (mut kept, mut asked) = (Vec::new(), Vec::new());
    for mut places in by_role.into_values() {
        places.shuffle(&mut random);
        let border = (ASKED * places.len() as f64).round() as usize;
        asked.extend_from_slice(&places[..border]);
        kept.extend_from_slice(&places[border..]);
    }
    kept.sort_unstable();
    asked.sort_unstable();
    let task = Task { part: 0, purpose: Purpose::Both, kept, asked };
    Split { parts: vec![Protocol::Random.name().to_owned()], tasks: vec![task] }
}

/// Models without a fifth of the sources each. Of those that only calibrate, none is made for a fold that cannot.
fn by_source(rows: &[Row], among: &[usize], part: usize, purpose: Purpose, seed: u64) -> Vec<Task> {
    let folds = deal(rows, among, seed);
    let task = |fold: usize| {
        let (mut asked, kept): (Vec<usize>, Vec<usize>) =
            among.iter().partition(|row| folds[rows[**row].source.as_str()] == fold);
        if purpose == Purpose::Calibrate {
            asked.retain(|row| rows[*row].role.is_natural());
        }
        Task { part, purpose, kept, asked }
    };
    (0..FOLDS).map(task).filter(|task| !task.asked.is_empty()).collect()
}

/// Deals sources into folds: in the seed's order each to the fold that has fewest target tuples, or, if it has none itself,
/// fewest tuples.
fn deal<'a>(rows: &'a [Row], among: &[usize], seed: u64) -> BTreeMap<&'a str, usize> {
    let mut sizes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in among.iter().map(|row| &rows[*row]) {
        let (targets, others) = sizes.entry(&row.source).or_default();
        *if row.role.is_target() { targets } else { others } += 1;
    }
    let mut sources: Vec<(&str, (usize, usize))> = sizes.into_iter().collect();
    sources.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut load = [(0, 0); FOLDS];
    let mut folds = BTreeMap::new();
    for (source, (targets, others)) in sources {
        let weight = |fold: &usize| if targets > 0 { load[*fold] } else { (load[*fold].1, 0) };
        let fold = (0..FOLDS).min_by_key(weight).unwrap_or_default();
        load[fold].0 += targets;
        load[fold].1 += others;
        folds.insert(source, fold);
    }
    folds
}

/// Returns the model without a family, and those that set its threshold.
fn without_family(rows: &[Row], name: &str, part: usize, seed: u64) -> Vec<Task> {
    let (asked, kept) = leave_out(rows, |family| family == name);
    let mut tasks = by_source(rows, &kept, part, Purpose::Calibrate, seed);
    tasks.push(Task { part, purpose: Purpose::Judge, kept, asked });
    tasks
}

/// Malware of some families, and everything outside the captures that hold it.
pub fn leave_out(rows: &[Row], left_out: impl Fn(&str) -> bool) -> (Vec<usize>, Vec<usize>) {
    let belongs = |row: &Row| row.role.is_malware() && left_out(&row.family);
    let holding: BTreeSet<&str> =
        rows.iter().filter(|row| belongs(row)).map(|row| row.capture.as_str()).collect();
    let asked = (0..rows.len()).filter(|row| belongs(&rows[*row])).collect();
    let kept = (0..rows.len()).filter(|row| !holding.contains(rows[*row].capture.as_str())).collect();
    (asked, kept)
}

/// Returns the models that set a threshold for one that learns from `kept`.
pub fn calibration(rows: &[Row], kept: &[usize], part: usize, seed: u64) -> Vec<Task> {
    by_source(rows, kept, part, Purpose::Calibrate, seed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generated;

    #[test]
    fn a_source_is_asked_once_and_never_kept_beside() {
        let rows = generated().rows;
        let Split { tasks, .. } = split(Protocol::Source, &rows, 1);
        let mut asked: Vec<usize> = tasks.iter().flat_map(|task| task.asked.clone()).collect();
        asked.sort_unstable();
        assert!(asked.into_iter().eq(0..rows.len()));
        for Task { kept, asked, .. } in &tasks {
            let sources: BTreeSet<&str> = kept.iter().map(|row| rows[*row].source.as_str()).collect();
            assert!(asked.iter().all(|row| !sources.contains(rows[*row].source.as_str())));
        }
    }

    #[test]
    fn no_capture_of_a_family_is_kept() {
        let rows = generated().rows;
        let Split { parts, tasks } = split(Protocol::Family, &rows, 1);
        assert_eq!(parts.len(), 4);
        for Task { part, purpose, kept, asked } in &tasks {
            let holds = |row: &usize| rows[*row].family == parts[*part];
            assert!(!kept.iter().any(holds));
            if *purpose == Purpose::Judge {
                assert!(!asked.is_empty() && asked.iter().all(holds));
                let captures: BTreeSet<&str> = asked.iter().map(|row| rows[*row].capture.as_str()).collect();
                assert!(kept.iter().all(|row| !captures.contains(rows[*row].capture.as_str())));
            } else {
                assert!(asked.iter().all(|row| rows[*row].role.is_natural()));
            }
        }
    }

    #[test]
    fn after_is_judged_by_what_was_before() {
        let mut rows = generated().rows;
        for (place, row) in rows.iter_mut().enumerate() {
            row.start = [Some(1.5e9), Some(1.7e9), None][place % 3];
        }
        let Split { tasks, .. } = split(Protocol::Time, &rows, 1);
        for Task { purpose, kept, asked, .. } in &tasks {
            assert!(kept.iter().all(|row| rows[*row].start == Some(1.5e9)));
            let start = if *purpose == Purpose::Judge { 1.7e9 } else { 1.5e9 };
            assert!(asked.iter().all(|row| rows[*row].start == Some(start)));
        }
    }

    #[test]
    fn random_split_asks_three_tenths_of_each_role() {
        let rows = generated().rows;
        let Split { tasks, .. } = split(Protocol::Random, &rows, 1);
        let [Task { kept, asked, .. }] = &tasks[..] else { panic!("{} tasks", tasks.len()) };
        let malware = |places: &[usize]| places.iter().filter(|row| rows[**row].role.is_malware()).count();
        assert_eq!((kept.len() + asked.len(), malware(kept), malware(asked)), (240, 28, 12));
    }

    #[test]
    fn another_seed_deals_otherwise() {
        let rows = generated().rows;
        assert_ne!(split(Protocol::Source, &rows, 1), split(Protocol::Source, &rows, 2));
        assert_eq!(split(Protocol::Source, &rows, 1), split(Protocol::Source, &rows, 1));
    }
}
