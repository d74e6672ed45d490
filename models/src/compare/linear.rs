//! Logistic regression by smartcore, on scaled columns of rows that are drawn with their weights.

use super::scale::Scale;
use super::{Comparator, Scorer, drawn, failed};
use crate::error::Error;
use crate::sample::Sample;
use smartcore::linalg::basic::arrays::Array;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

/// Logistic regression.
pub(super) struct Logistic {
    /// Weight of the squared coefficients.
    pub(super) ridge: f64,
}

impl Comparator for Logistic {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let (rows, labels) = sample.chosen(&drawn(sample, seed));
        let labels: Vec<u32> = labels.into_iter().map(|label| u32::from(label > 0.5)).collect();
        let scale = Scale::of(&rows, columns);
        let parameters = LogisticRegressionParameters::default().with_alpha(self.ridge);
        let trained = LogisticRegression::fit(&scale.matrix(&rows)?, &labels, parameters).map_err(failed)?;
        let width = columns.len();
        let coefficients: Vec<f64> =
            (0..width).map(|place| *trained.coefficients().get((0, place))).collect();
        let intercept = *trained.intercept().get((0, 0));
        Ok(Box::new(move |rows| {
            let matrix = scale.matrix(rows)?;
            let score = |row: usize| {
                let products = (0..width).map(|place| matrix.get((row, place)) * coefficients[place]);
                1.0 / (1.0 + libm::exp(-(intercept + products.sum::<f64>())))
            };
            Ok((0..rows.len()).map(score).collect())
        }))
    }
}
