//! Trees of smartcore that do not ship.

use super::{Comparator, Scorer, drawn, failed};
use crate::boost::Boosting;
use crate::error::Error;
use crate::forest::{Growth, matrix};
use crate::sample::Sample;
use smartcore::ensemble::extra_trees_regressor::{ExtraTreesRegressor, ExtraTreesRegressorParameters};
use smartcore::tree::decision_tree_regressor::{DecisionTreeRegressor, DecisionTreeRegressorParameters};
use smartcore::xgboost::{XGRegressor, XGRegressorParameters};

/// Extremely randomised trees.
pub(super) struct ExtraTrees(pub(super) Growth);

impl Comparator for ExtraTrees {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let Growth { trees, depth, leaf, candidates } = self.0;
        let parameters = ExtraTreesRegressorParameters::default()
            .with_n_trees(trees)
            .with_max_depth(depth)
            .with_min_samples_leaf(leaf)
            .with_min_samples_split(2 * leaf)
            .with_m(candidates)
            .with_seed(seed);
        let rows = matrix(&sample.rows, columns)?;
        let trained =
            ExtraTreesRegressor::fit_with_weights(&rows, &sample.labels(), &sample.weights, parameters)
                .map_err(failed)?;
        let columns = columns.to_vec();
        Ok(Box::new(move |rows| within(trained.predict(&matrix(rows, &columns)?).map_err(failed)?)))
    }
}

/// A single tree.
pub(super) struct OneTree {
    /// Splits from the root to a leaf.
    pub(super) depth: u16,
    /// Rows that a leaf needs.
    pub(super) leaf: usize,
}

impl Comparator for OneTree {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let mut parameters = DecisionTreeRegressorParameters::default()
            .with_max_depth(self.depth)
            .with_min_samples_leaf(self.leaf)
            .with_min_samples_split(2 * self.leaf);
        parameters.seed = Some(seed);
        let rows = matrix(&sample.rows, columns)?;
        let trained =
            DecisionTreeRegressor::fit_with_weights(&rows, &sample.labels(), &sample.weights, parameters)
                .map_err(failed)?;
        let columns = columns.to_vec();
        Ok(Box::new(move |rows| within(trained.predict(&matrix(rows, &columns)?).map_err(failed)?)))
    }
}

/// smartcore's boosting, which has squared error alone and takes no weights: its rows are drawn with them.
pub(super) struct SquaredBoosting(pub(super) Boosting);

impl Comparator for SquaredBoosting {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let parameters = XGRegressorParameters::default()
            .with_n_estimators(self.0.trees)
            .with_max_depth(self.0.depth)
            .with_learning_rate(self.0.rate)
            .with_lambda(self.0.ridge)
            .with_min_child_weight(self.0.leaf as usize)
            .with_subsample(self.0.rows)
            .with_base_score(0.3)
            .with_seed(seed);
        let (rows, labels) = sample.chosen(&drawn(sample, seed));
        let trained = XGRegressor::fit(&matrix(&rows, columns)?, &labels, parameters).map_err(failed)?;
        let columns = columns.to_vec();
        Ok(Box::new(move |rows| within(trained.predict(&matrix(rows, &columns)?).map_err(failed)?)))
    }
}

/// Answers that squared error may have carried beyond what a share can be.
fn within(scores: Vec<f64>) -> Result<Vec<f64>, Error> {
    Ok(scores.into_iter().map(|score| score.clamp(0.0, 1.0)).collect())
}
