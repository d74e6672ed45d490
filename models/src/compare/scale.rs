//! Columns on one scale, for learners that add or measure them.

use crate::error::Error;
use crate::forest::matrix;
use smartcore::linalg::basic::matrix::DenseMatrix;

/// Middle and spread of some columns, of logarithms that keep their sign: counts and times span many powers of ten.
pub(super) struct Scale {
    columns: Vec<usize>,
    moments: Vec<(f64, f64)>,
}

impl Scale {
    /// Learns the scale from rows.
    pub(super) fn of(rows: &[&[f64]], columns: &[usize]) -> Self {
        let moments = |column: &usize| {
            let values: Vec<f64> = rows.iter().map(|row| logarithm(row[*column])).collect();
            let count = values.len().max(1) as f64;
            let mean = values.iter().sum::<f64>() / count;
            let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
            (mean, if variance > 0.0 { variance.sqrt() } else { 1.0 })
        };
        Scale { columns: columns.to_vec(), moments: columns.iter().map(moments).collect() }
    }

    /// Rows on the scale.
    pub(super) fn matrix(&self, rows: &[&[f64]]) -> Result<DenseMatrix<f64>, Error> {
        let scaled = |row: &&[f64]| -> Vec<f64> {
            let value =
                |(column, (mean, spread)): (&usize, &(f64, f64))| (logarithm(row[*column]) - mean) / spread;
            self.columns.iter().zip(&self.moments).map(value).collect()
        };
        let rows: Vec<Vec<f64>> = rows.iter().map(scaled).collect();
        let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        matrix(&rows, &(0..self.columns.len()).collect::<Vec<_>>())
    }
}

fn logarithm(value: f64) -> f64 {
    libm::log1p(value.abs()).copysign(value)
}
