//! What grows trees: weighted, labelled rows in, flat trees out, whatever the algorithm.

use crate::boost::{self, Boosting};
use crate::error::Error;
use crate::forest::{self, Growth};
use crate::sample::Sample;
use crate::scorecard::{self, Scorecard};
use crate::trees::Trees;

/// An algorithm with its settings; what it grows runs in the crate's evaluator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Learner {
    /// A random forest by smartcore: the mean over trees, in probability.
    RandomForest(Growth),
    /// Gradient boosting with logistic loss: the sum over trees, in log-odds.
    Boosting(Boosting),
    /// Pieces of evidence, refined by boosting: their sum, in log-odds.
    Scorecard(Scorecard),
}

impl Learner {
    /// Returns the kind of model, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Learner::RandomForest(_) => "random forest",
            Learner::Boosting(_) => "gradient-boosted trees",
            Learner::Scorecard(_) => "scorecard of evidence",
        }
    }

    /// Grows trees that ask for the given columns alone. The same arguments give the same bits.
    pub fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Trees, Error> {
        match self {
            Learner::RandomForest(growth) => forest::fit(sample, columns, *growth, seed),
            Learner::Boosting(boosting) => boost::fit(sample, columns, *boosting, seed),
            Learner::Scorecard(scorecard) => scorecard::fit(sample, columns, scorecard, seed),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::boost::Thresholds;
    use crate::profile::profiles;
    use crate::table::tests::generated;
    use crate::table::{Row, Table};
    use crate::trees::Header;
    use crate::weight::{Balance, weights};
    use hushcap::verdict::{Model, Node};

    const BOTH: [usize; 2] = [0, 1];
    const LEARNERS: [Learner; 2] = [
        Learner::RandomForest(Growth { trees: 40, depth: 9, leaf: 2, candidates: 1 }),
        Learner::Boosting(Boosting {
            trees: 40,
            depth: 3,
            rate: 0.2,
            ridge: 1.0,
            leaf: 1.0,
            rows: 0.7,
            columns: 0.5,
            thresholds: Thresholds::Drawn,
        }),
    ];

    /// Returns all rows of a table, weighted.
    pub(crate) fn sample(table: &Table) -> Sample<'_> {
        let rows: Vec<&Row> = table.rows.iter().collect();
        let weights = weights(&rows, Balance { malware: 0.3, background: 0.3, evenness: 0.5 });
        Sample::of(&table.columns, &rows, weights)
    }

    /// Returns a model over the columns of the generated table.
    pub(crate) fn model(trees: Trees) -> Model {
        let header = Header {
            name: "generated".to_owned(),
            kind: "trees".to_owned(),
            threshold: 0.5,
            borderline: 0.4,
            trained: generated().digest(),
            features: generated().columns,
            profiles: profiles(&generated().rows.iter().collect::<Vec<_>>(), &BOTH),
            rates: Vec::new(),
        };
        Model::new(trees.into_forest(header), &["alpha", "beta"]).unwrap()
    }

    fn bytes(learner: Learner, columns: &[usize], seed: u64) -> Vec<u8> {
        let table = generated();
        model(learner.fit(&sample(&table), columns, seed).unwrap()).forest().encode().unwrap()
    }

    #[test]
    fn training_twice_gives_the_same_bytes() {
        for learner in LEARNERS {
            assert_eq!(bytes(learner, &BOTH, 5), bytes(learner, &BOTH, 5));
        }
    }

    #[test]
    fn another_seed_gives_other_trees() {
        for learner in LEARNERS {
            assert_ne!(bytes(learner, &BOTH, 6), bytes(learner, &BOTH, 5));
        }
    }

    #[test]
    fn every_training_row_is_counted_in_every_tree() {
        let table = generated();
        for learner in LEARNERS {
            let trees = learner.fit(&sample(&table), &BOTH, 5).unwrap();
            for root in &trees.roots {
                assert_eq!(trees.nodes[*root as usize].cover() as usize, table.rows.len());
            }
        }
    }

    #[test]
    fn a_column_that_is_set_aside_never_decides() {
        let table = generated();
        for learner in LEARNERS {
            let trees = learner.fit(&sample(&table), &[1], 5).unwrap();
            let features = trees.nodes.iter().filter_map(|node| match node {
                Node::Split { feature, .. } => Some(*feature),
                Node::Leaf { .. } => None,
            });
            assert_eq!(features.collect::<std::collections::BTreeSet<_>>(), [1].into());
        }
    }

    #[test]
    fn malware_scores_above_benign() {
        let table = generated();
        let sample = sample(&table);
        for learner in LEARNERS {
            let model = model(learner.fit(&sample, &BOTH, 5).unwrap());
            let raws = model.raws(&sample.rows);
            let of = |malware: bool| {
                let of: Vec<f64> = raws
                    .iter()
                    .zip(&sample.malware)
                    .filter(|(_, m)| **m == malware)
                    .map(|(r, _)| *r)
                    .collect();
                of.iter().sum::<f64>() / of.len() as f64
            };
            assert!(model.score(of(true)) > 0.6 && model.score(of(false)) < 0.3);
        }
    }
}
