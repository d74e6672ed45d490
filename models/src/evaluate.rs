//! The protocol: what is measured, on which tuples, by models that saw nothing of the tuple's group.
//!
//! - *By source*: each source is left out whole, one after the other. *By capture*: all captures fall into ten folds. Each
//!   tuple is scored by a model that was trained without its source, or its fold. The threshold of a false-positive rate is the lowest score that at most that share of the natural benign
//!   tuples (tier A and background) reaches, in these same scores.
//! - *Leave one family out*: the captures that hold a family are left out whole. The threshold comes from the remaining
//!   benign tuples' own out-of-fold scores, grouped by source; then a model trained on all that remains scores the family.
//! - A tuple that cannot be judged, or that the analysis did not find, counts as not flagged, everywhere.

use crate::corpus::Corpus;
use crate::error::Error;
use crate::fold::{out_of_fold, scores_of};
use crate::measure::{auc, reach, threshold};
use crate::recipe::Recipe;
use crate::table::{Origin, Role, Row};
use hushcap::verdict::Forest;
use std::collections::BTreeSet;

/// False-positive rates at which malware is counted.
pub const RATES: [f64; 2] = [0.01, 0.005];

/// Folds that all captures fall into; sources are left out one by one.
const CAPTURE_FOLDS: usize = 10;

/// Everything that the model card says in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Tuples by role.
    pub roles: Vec<RoleCount>,
    /// Labelled tuples.
    pub labelled: usize,
    /// Captures and log sets.
    pub inputs: usize,
    /// Rows that the shipped model is trained on.
    pub trained_on: usize,
    /// Captures (logs apart) with at least one malware tuple.
    pub malware_captures: usize,
    /// Captures (logs apart) without any.
    pub benign_captures: usize,
    /// Out-of-fold figures, by what was left out.
    pub grouped: Vec<Grouped>,
    /// One entry a family that is left out.
    pub families: Vec<Family>,
    /// Captures with a malware tuple found, by rate, each scored without its family.
    pub family_captures: [usize; 2],
    /// The rule that the model is measured against.
    pub rule: Rule,
    /// Score from which the shipped model flags.
    pub threshold: f64,
    /// What it flags out of fold, by source.
    pub flagged: Vec<Flagged>,
    /// Captures with at least one flagged malware tuple, and benign captures with any flagged tuple.
    pub flagged_captures: (usize, usize),
    /// SHA-256 of the training table.
    pub trained: String,
    /// Trees and nodes of the shipped model.
    pub size: (usize, usize),
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

/// Figures of one grouping.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// What a fold holds whole.
    pub by: &'static str,
    /// C2 of captures against all natural benign tuples.
    pub auc: Option<f64>,
    /// C2 of captures against the background of infected and monitored hosts alone.
    pub auc_background: Option<f64>,
    /// Tuples found by rate: C2 of captures, C2 of logs, delivery.
    pub found: [Found; 3],
}

/// How many of some tuples are found at each rate.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Found {
    /// All of them.
    pub of: usize,
    /// Found, by rate.
    pub at: [usize; 2],
}

/// A family that was left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// C2 of captures.
    pub c2: Found,
    /// C2 of logs.
    pub logs: Found,
    /// All other malware tuples of captures.
    pub other: Found,
    /// C2 (captures and logs) against the remaining natural benign tuples.
    pub auc: Option<f64>,
}

/// The rule "the first certificate is self-signed", alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// C2 of captures that it finds, and all.
    pub c2: (usize, usize),
    /// Natural benign tuples that it flags, and all.
    pub natural: (usize, usize),
}

/// What the shipped threshold flags of a role.
#[derive(Debug, Clone, PartialEq)]
pub struct Flagged {
    /// The role.
    pub role: Role,
    /// Flagged tuples.
    pub flagged: usize,
    /// All tuples.
    pub of: usize,
}

/// Follows the protocol. `shipped` is the model that the corpus was trained to.
pub fn evaluate(corpus: &Corpus, recipe: &Recipe, shipped: &Forest) -> Result<Figures, Error> {
    let table = &corpus.table;
    let rows: Vec<&Row> = table.rows.iter().collect();
    let by_source = out_of_fold(&table.columns, &rows, |row| &row.source, usize::MAX, |_| true, recipe)?;
    let by_capture = out_of_fold(&table.columns, &rows, |row| &row.capture, CAPTURE_FOLDS, |_| true, recipe)?;
    let (families, family_captures) = leave_families_out(&table.columns, &rows, recipe)?;
    let captures = |malware: bool| {
        let bad: BTreeSet<&str> = captures(&rows, |row| row.role.is_malware());
        let all: BTreeSet<&str> = captures(&rows, |_| true);
        if malware { bad.len() } else { all.difference(&bad).count() }
    };
    Ok(Figures {
        roles: Role::ALL.iter().map(|role| count_role(&rows, *role, column(corpus, "cert_count"))).collect(),
        labelled: rows.len(),
        inputs: corpus.inputs,
        trained_on: rows.iter().filter(|row| row.is_trained_on()).count(),
        malware_captures: captures(true),
        benign_captures: captures(false),
        grouped: vec![grouped("source", &rows, &by_source), grouped("capture", &rows, &by_capture)],
        families,
        family_captures,
        rule: rule(&rows, column(corpus, "self_signed_ratio")),
        threshold: shipped.threshold,
        flagged: Role::ALL.iter().map(|role| flagged(&rows, &by_source, *role, shipped.threshold)).collect(),
        flagged_captures: flagged_captures(&rows, &by_source, shipped.threshold),
        trained: shipped.trained.clone(),
        size: (shipped.roots.len(), shipped.nodes.len()),
    })
}

fn column(corpus: &Corpus, name: &str) -> Option<usize> {
    corpus.table.columns.iter().position(|column| column == name)
}

/// Whether a column that may be absent has a value above zero.
fn positive(row: &Row, column: Option<usize>) -> bool {
    column.and_then(|column| row.values.get(column)).is_some_and(|value| *value > 0.0)
}

fn captures<'a>(rows: &[&'a Row], choose: impl Fn(&Row) -> bool) -> BTreeSet<&'a str> {
    rows.iter()
        .filter(|row| row.origin == Origin::Capture && choose(row))
        .map(|row| row.capture.as_str())
        .collect()
}

fn count_role(rows: &[&Row], role: Role, certificates: Option<usize>) -> RoleCount {
    let count =
        |choose: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| row.role == role && choose(row)).count();
    RoleCount {
        role,
        captures: count(&|row| row.origin == Origin::Capture),
        logs: count(&|row| row.origin == Origin::Logs),
        certificate: count(&|row| positive(row, certificates)),
        undecided: count(&|row| row.seen && !row.answered),
        missed: count(&|row| !row.seen),
    }
}

/// Scores of the rows that are chosen.
fn pick(rows: &[&Row], scores: &[f64], choose: impl Fn(&Row) -> bool) -> Vec<f64> {
    rows.iter().zip(scores).filter(|(row, _)| choose(row)).map(|(_, score)| *score).collect()
}

fn is_c2(row: &Row, origin: Origin) -> bool {
    row.role == Role::C2 && row.origin == origin
}

fn found(scores: &[f64], thresholds: [f64; 2]) -> Found {
    Found { of: scores.len(), at: thresholds.map(|threshold| reach(scores, threshold)) }
}

fn grouped(by: &'static str, rows: &[&Row], scores: &[f64]) -> Grouped {
    let natural = pick(rows, scores, |row| row.role.is_natural());
    let background = pick(rows, scores, |row| row.role == Role::Background);
    let c2 = pick(rows, scores, |row| is_c2(row, Origin::Capture));
    let logs = pick(rows, scores, |row| is_c2(row, Origin::Logs));
    let delivery = pick(rows, scores, |row| row.role == Role::Delivery);
    let thresholds = RATES.map(|rate| threshold(natural.clone(), rate));
    Grouped {
        by,
        auc: auc(&c2, &natural),
        auc_background: auc(&c2, &background),
        found: [&c2, &logs, &delivery].map(|scores| found(scores, thresholds)),
    }
}

/// Each family by a model that saw none of the captures that hold it; and the captures found, by rate.
fn leave_families_out(
    columns: &[String],
    rows: &[&Row],
    recipe: &Recipe,
) -> Result<(Vec<Family>, [usize; 2]), Error> {
    let names: BTreeSet<&str> =
        rows.iter().filter(|row| row.role.is_malware()).map(|row| row.family.as_str()).collect();
    let mut families = Vec::new();
    let mut flagged: [BTreeSet<&str>; 2] = Default::default();
    for name in names {
        let belongs = |row: &Row| row.role.is_malware() && row.family == name;
        let holding: BTreeSet<&str> =
            rows.iter().filter(|row| belongs(row)).map(|row| row.capture.as_str()).collect();
        let kept: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| row.is_trained_on() && !holding.contains(row.capture.as_str()))
            .collect();
        let asked: Vec<&Row> = rows.iter().copied().filter(|row| belongs(row)).collect();
        let inner =
            out_of_fold(columns, &kept, |row| &row.source, usize::MAX, |row| row.role.is_natural(), recipe)?;
        let natural = pick(&kept, &inner, |row| row.role.is_natural());
        let thresholds = RATES.map(|rate| threshold(natural.clone(), rate));
        let scores = scores_of(columns, &kept, &asked, recipe)?;
        for (row, score) in asked.iter().zip(&scores).filter(|(row, _)| row.origin == Origin::Capture) {
            for (captures, threshold) in flagged.iter_mut().zip(thresholds) {
                if *score >= threshold {
                    captures.insert(&row.capture);
                }
            }
        }
        let of = |choose: &dyn Fn(&Row) -> bool| found(&pick(&asked, &scores, choose), thresholds);
        families.push(Family {
            name: name.to_owned(),
            c2: of(&|row| is_c2(row, Origin::Capture)),
            logs: of(&|row| is_c2(row, Origin::Logs)),
            other: of(&|row| row.role != Role::C2 && row.origin == Origin::Capture),
            auc: auc(&pick(&asked, &scores, |row| row.role == Role::C2), &natural),
        });
    }
    Ok((families, flagged.map(|captures| captures.len())))
}

fn rule(rows: &[&Row], self_signed: Option<usize>) -> Rule {
    let count = |choose: &dyn Fn(&Row) -> bool| {
        let all = rows.iter().filter(|row| choose(row));
        (all.clone().filter(|row| positive(row, self_signed)).count(), all.count())
    };
    Rule { c2: count(&|row| is_c2(row, Origin::Capture)), natural: count(&|row| row.role.is_natural()) }
}

fn flagged(rows: &[&Row], scores: &[f64], role: Role, threshold: f64) -> Flagged {
    let scores = pick(rows, scores, |row| row.role == role);
    Flagged { role, flagged: reach(&scores, threshold), of: scores.len() }
}

fn flagged_captures(rows: &[&Row], scores: &[f64], threshold: f64) -> (usize, usize) {
    let reached: Vec<&Row> =
        rows.iter().zip(scores).filter(|(_, score)| **score >= threshold).map(|(row, _)| *row).collect();
    let with_malware = captures(rows, |row| row.role.is_malware());
    let right = captures(&reached, |row| row.role.is_malware()).len();
    let wrong = captures(&reached, |row| !row.role.is_malware()).difference(&with_malware).count();
    (right, wrong)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::recipe::tests::small;
    use crate::table::tests::generated;

    pub(crate) fn figures() -> Figures {
        let corpus = Corpus { table: generated(), inputs: 40, ..Corpus::default() };
        let shipped = small().train(&corpus.table).unwrap();
        evaluate(&corpus, &small(), &shipped).unwrap()
    }

    #[test]
    fn families_that_differ_from_benign_are_found_unseen() {
        let figures = figures();
        assert_eq!(figures.families.len(), 4);
        let of: usize = figures.families.iter().map(|family| family.c2.of).sum();
        let at: usize = figures.families.iter().map(|family| family.c2.at[0]).sum();
        assert_eq!(of, 40);
        assert!(at > 20, "{at} of {of}");
    }

    #[test]
    fn shipped_threshold_keeps_to_its_share_of_natural_tuples() {
        let figures = figures();
        let natural = figures.flagged.iter().filter(|flagged| flagged.role.is_natural());
        let (flagged, of) = natural.fold((0, 0), |sum, role| (sum.0 + role.flagged, sum.1 + role.of));
        assert!(flagged as f64 <= small().alarms * of as f64, "{flagged} of {of}");
    }

    #[test]
    fn counts_add_up() {
        let figures = figures();
        let tuples: usize = figures.roles.iter().map(|role| role.captures + role.logs).sum();
        assert_eq!(tuples, 240);
        assert_eq!(figures.labelled, 240);
        assert_eq!((figures.malware_captures, figures.benign_captures), (10, 25));
    }
}
