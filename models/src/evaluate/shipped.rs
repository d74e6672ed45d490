//! What ships, at its threshold: each tuple scored by a model that saw nothing of its source.

use super::data::captures;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::fold::scores_of;
use crate::recipe::Recipe;
use crate::table::{Origin, Role, Row};
use std::collections::BTreeSet;

/// Parts of the range of scores at whose borders natural benign tuples are counted.
pub const STEPS: u32 = 50;

/// A model at its threshold, and its false alarms at any other.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipped {
    /// Name of the model.
    pub name: &'static str,
    /// Score from which it flags.
    pub threshold: f64,
    /// SHA-256 of its training table.
    pub trained: String,
    /// Trees and nodes.
    pub size: (usize, usize),
    /// Flagged tuples of a role, and all.
    pub roles: Vec<(Role, usize, usize)>,
    /// C2 of captures flagged, and all.
    pub c2: (usize, usize),
    /// C2 of captures and logs flagged by the score or by a known default, and all.
    pub union: (usize, usize),
    /// Captures with a flagged malware tuple, and all with malware.
    pub found: (usize, usize),
    /// Captures without malware that raise an alarm, and all.
    pub alarms: (usize, usize),
    /// Natural benign tuples that score at least 0, 1/[`STEPS`], 2/[`STEPS`] and so on to 1; the first counts all that can be judged.
    pub reached: Vec<usize>,
    /// Datagram tuples of natural captures: flagged, undecided, all.
    pub datagrams: (usize, usize, usize),
}

impl Shipped {
    /// Natural benign tuples flagged, and all.
    pub fn natural(&self) -> (usize, usize) {
        let natural = self.roles.iter().filter(|(role, ..)| role.is_natural());
        natural.fold((0, 0), |sum, (_, flagged, of)| (sum.0 + flagged, sum.1 + of))
    }
}

/// Trains the model and counts what it flags.
pub fn shipped(corpus: &Corpus, recipe: &Recipe) -> Result<Shipped, Error> {
    let table = &corpus.table;
    let rows: Vec<&Row> = table.rows.iter().collect();
    let scores = recipe.out_of_source(&table.columns, &rows, |_| true)?;
    let forest = recipe.with_thresholds(table, recipe.thresholds(&rows, &scores))?;
    let reached: Vec<bool> = scores.iter().map(|score| *score >= forest.threshold).collect();
    let count = |choose: &dyn Fn(&Row) -> bool| {
        let chosen = rows.iter().zip(&reached).filter(|(row, _)| choose(row));
        (chosen.clone().filter(|(_, reached)| **reached).count(), chosen.count())
    };
    let role = |role: Role| {
        let (flagged, of) = count(&|row| row.role == role);
        (role, flagged, of)
    };
    let malware = captures(&table.rows, |row| row.role.is_malware());
    let all = captures(&table.rows, |_| true);
    let flagged = |choose: &dyn Fn(&Row) -> bool| -> BTreeSet<&str> {
        let chosen = rows.iter().zip(&reached).filter(|(row, reached)| **reached && choose(row));
        chosen.filter(|(row, _)| row.origin == Origin::Capture).map(|(row, _)| row.capture.as_str()).collect()
    };
    let alarms = flagged(&|row| !row.role.is_malware());
    let natural: Vec<f64> =
        rows.iter().zip(&scores).filter(|(row, _)| row.role.is_natural()).map(|(_, score)| *score).collect();
    Ok(Shipped {
        name: recipe.name,
        threshold: forest.threshold,
        size: (forest.roots.len(), forest.nodes.len()),
        roles: Role::ALL.into_iter().map(role).collect(),
        c2: count(&|row| row.role == Role::C2 && row.origin == Origin::Capture),
        union: union(&rows, &reached),
        found: (flagged(&|row| row.role.is_malware()).len(), malware.len()),
        alarms: (alarms.difference(&malware).count(), all.difference(&malware).count()),
        reached: reaching(&natural),
        datagrams: datagrams(corpus, recipe, forest.threshold)?,
        trained: forest.trained,
    })
}

/// C2 that is flagged by the score, or by a default that software is known for, and all.
fn union(rows: &[&Row], reached: &[bool]) -> (usize, usize) {
    let c2 = rows.iter().zip(reached).filter(|(row, _)| row.role == Role::C2);
    (c2.clone().filter(|(row, reached)| **reached || row.known).count(), c2.count())
}

/// Returns how many scores are at or above each border of the steps.
fn reaching(scores: &[f64]) -> Vec<usize> {
    let border = |step: u32| f64::from(step) / f64::from(STEPS);
    (0..=STEPS).map(|step| scores.iter().filter(|score| **score >= border(step)).count()).collect()
}

/// Datagram tuples flagged, undecided, and all, each scored by a model that saw nothing of its source.
fn datagrams(corpus: &Corpus, recipe: &Recipe, threshold: f64) -> Result<(usize, usize, usize), Error> {
    let rows = &corpus.datagrams.rows;
    let sources: BTreeSet<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    let mut flagged = 0;
    for source in sources {
        let kept: Vec<&Row> = corpus.table.rows.iter().filter(|row| row.source != source).collect();
        let asked: Vec<&Row> = rows.iter().filter(|row| row.source == source).collect();
        let scores = scores_of(&corpus.table.columns, &kept, &asked, recipe)?;
        flagged += scores.iter().filter(|score| **score >= threshold).count();
    }
    Ok((flagged, rows.iter().filter(|row| !row.answered).count(), rows.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::small;
    use crate::table::tests::generated;

    #[test]
    fn threshold_keeps_to_its_share_of_natural_tuples() {
        let corpus = Corpus { table: generated(), inputs: 40, ..Corpus::default() };
        let shipped = shipped(&corpus, &small()).unwrap();
        let (flagged, of) = shipped.natural();
        assert_eq!(of, 200);
        assert!(flagged as f64 <= small().alarms.0 * of as f64, "{flagged} of {of}");
        assert!(shipped.c2.0 > 20 && shipped.c2.1 == 40, "{:?}", shipped.c2);
        assert_eq!((shipped.found.1, shipped.alarms.1), (10, 25));
    }

    #[test]
    fn natural_tuples_that_reach_a_score_fall_from_all_judged_to_those_flagged() {
        let mut table = generated();
        let silent = table.rows.iter_mut().find(|row| row.role.is_natural()).unwrap();
        silent.answered = false;
        let corpus = Corpus { table, inputs: 40, ..Corpus::default() };
        let shipped = shipped(&corpus, &small()).unwrap();
        assert_eq!((shipped.reached.len(), shipped.reached[0]), (51, 199));
        assert!(shipped.reached.is_sorted_by(|more, fewer| more >= fewer), "{:?}", shipped.reached);
        let above = (shipped.threshold * f64::from(STEPS)).ceil() as usize;
        let flagged = shipped.natural().0;
        assert!(shipped.reached[above] <= flagged && flagged <= shipped.reached[above - 1]);
    }

    #[test]
    fn a_score_on_a_border_reaches_it() {
        let reached = reaching(&[-1.0, 0.0, 0.019, 0.02, 1.0]);
        assert_eq!((reached[0], reached[1], reached[2], reached[50]), (4, 2, 1, 1));
    }
}
