//! Nearest neighbours by smartcore, on scaled columns of rows that are drawn with their weights.

use super::scale::Scale;
use super::{Comparator, Scorer, drawn, failed};
use crate::error::Error;
use crate::sample::Sample;
use smartcore::algorithm::neighbour::KNNAlgorithmName;
use smartcore::neighbors::knn_regressor::{KNNRegressor, KNNRegressorParameters};

/// The share of malware among so many neighbours.
pub(super) struct Neighbours(pub(super) usize);

impl Comparator for Neighbours {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let (rows, labels) = sample.chosen(&drawn(sample, seed));
        let scale = Scale::of(&rows, columns);
        let parameters =
            KNNRegressorParameters::default().with_k(self.0).with_algorithm(KNNAlgorithmName::LinearSearch);
        let trained = KNNRegressor::fit(&scale.matrix(&rows)?, &labels, parameters).map_err(failed)?;
        Ok(Box::new(move |rows| {
            let scores: Vec<f64> = trained.predict(&scale.matrix(rows)?).map_err(failed)?;
            // A mean of weights that are rounded may leave the range by a bit.
            Ok(scores.into_iter().map(|score| score.clamp(0.0, 1.0)).collect())
        }))
    }
}
