//! Fits every model of a split once and keeps what it says of each tuple.

use super::split::{Purpose, Split, Task};
use crate::compare::Entrant;
use crate::error::Error;
use crate::recipe::FOREST37;
use crate::sample::Sample;
use crate::table::{Row, Table};
use crate::weight::weights;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a model that has not seen a tuple says of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Index of the tuple's row.
    pub row: usize,
    /// Its score; −1, below all, where it cannot be judged.
    pub score: f64,
}

/// Scores that share a threshold.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Part {
    /// Family that is left out, or the protocol's name.
    pub name: String,
    /// Malware that was asked.
    pub malware: Vec<Scored>,
    /// Benign tuples that were asked; where none were, those that set the threshold.
    pub benign: Vec<Scored>,
    /// Natural benign tuples that set the threshold.
    pub calibration: Vec<Scored>,
}

/// Follows a split with one entrant. Fits run side by side; the answers do not depend on their order.
pub fn run(entrant: &Entrant, table: &Table, split: &Split, seed: u64) -> Result<Vec<Part>, Error> {
    let answers: Vec<Vec<Scored>> =
        split.tasks.par_iter().map(|task| answer(entrant, table, task, seed)).collect::<Result<_, _>>()?;
    let named = |name: &String| Part { name: name.clone(), ..Part::default() };
    let mut parts: Vec<Part> = split.parts.iter().map(named).collect();
    for (task, answers) in split.tasks.iter().zip(answers) {
        let part = &mut parts[task.part];
        for scored in answers {
            let role = table.rows[scored.row].role;
            if task.purpose != Purpose::Judge && role.is_natural() {
                part.calibration.push(scored);
            }
            if task.purpose != Purpose::Calibrate {
                if role.is_malware() { &mut part.malware } else { &mut part.benign }.push(scored);
            }
        }
    }
    for part in parts.iter_mut().filter(|part| part.benign.is_empty()) {
        part.benign.clone_from(&part.calibration);
    }
    Ok(parts)
}

/// Fits one model and asks it.
pub fn answer(entrant: &Entrant, table: &Table, task: &Task, seed: u64) -> Result<Vec<Scored>, Error> {
    let kept: Vec<&Row> =
        task.kept.iter().map(|row| &table.rows[*row]).filter(|row| row.is_trained_on()).collect();
    let sample = Sample::of(&table.columns, &kept, weights(&kept, FOREST37.balance));
    let asked: Vec<&[f64]> = task.asked.iter().map(|row| table.rows[*row].values.as_slice()).collect();
    // Of two families one fold may leave none: who has seen no malware, to him nothing resembles it.
    let scores = if sample.malware.contains(&true) {
        entrant.comparator.fit(&sample, &entrant.columns.places(&table.columns), seed)?(&asked)?
    } else {
        vec![0.0; asked.len()]
    };
    let scored = |(row, score): (&usize, f64)| {
        let score = if table.rows[*row].answered { score } else { -1.0 };
        Scored { row: *row, score }
    };
    Ok(task.asked.iter().zip(scores).map(scored).collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::columns::Columns;
    use crate::compare::Entrant;
    use crate::evaluate::split::{Protocol, split};
    use crate::forest::Growth;
    use crate::learner::Learner;
    use crate::table::tests::generated;

    /// Returns a small forest over the generated table.
    pub(crate) fn small() -> Entrant {
        let growth = Growth { trees: 20, depth: 5, leaf: 2, candidates: 1 };
        Entrant {
            name: "small forest",
            comparator: Box::new(Learner::RandomForest(growth)),
            columns: Columns::Article,
            seeds: 2,
            is_rule: false,
        }
    }

    #[test]
    fn every_tuple_is_judged_once_by_source() {
        let table = generated();
        let parts = run(&small(), &table, &split(Protocol::Source, &table.rows, 1), 1).unwrap();
        let [part] = &parts[..] else { panic!("{} parts", parts.len()) };
        assert_eq!((part.malware.len(), part.benign.len(), part.calibration.len()), (40, 200, 200));
    }

    #[test]
    fn families_are_judged_against_what_sets_their_threshold() {
        let table = generated();
        let parts = run(&small(), &table, &split(Protocol::Family, &table.rows, 1), 1).unwrap();
        assert_eq!(parts.iter().map(|part| part.malware.len()).sum::<usize>(), 40);
        assert!(parts.iter().all(|part| part.benign == part.calibration && !part.benign.is_empty()));
    }

    #[test]
    fn nothing_resembles_malware_to_whom_has_seen_none() {
        let table = generated();
        let kept: Vec<usize> =
            (0..table.rows.len()).filter(|row| !table.rows[*row].role.is_malware()).collect();
        let task = Task { part: 0, purpose: Purpose::Judge, kept: kept.clone(), asked: kept };
        let scored = answer(&small(), &table, &task, 1).unwrap();
        assert!(!scored.is_empty() && scored.iter().all(|scored| scored.score <= 0.0));
    }

    #[test]
    fn a_tuple_without_an_answer_scores_below_all() {
        let mut table = generated();
        table.rows[0].answered = false;
        let parts = run(&small(), &table, &split(Protocol::Source, &table.rows, 1), 1).unwrap();
        let scored = parts[0].malware.iter().chain(&parts[0].benign).find(|scored| scored.row == 0);
        assert_eq!(scored.map(|scored| scored.score), Some(-1.0));
    }
}
