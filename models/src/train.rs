//! A recipe and a table → an artefact's forest and its threshold.

use crate::error::Error;
use crate::fold::out_of_fold;
use crate::recipe::Recipe;
use crate::table::{Row, Table};
use hushcap::verdict::Forest;

impl Recipe {
    /// The artefact's forest: trained on all rows of the table that are trained on, its threshold set over all natural ones.
    pub fn train(&self, table: &Table) -> Result<Forest, Error> {
        let training = table.training().narrowed(self.reads(&table.columns));
        let threshold = self.threshold(&table.columns, &table.rows.iter().collect::<Vec<_>>())?;
        let rows: Vec<&Row> = training.rows.iter().collect();
        self.grow(&training.columns, &rows, threshold, training.digest())
    }

    /// The score that at most the allowed share of natural benign tuples reaches, each scored by a model that saw nothing
    /// of its source. One that cannot be judged counts as one that does not reach it.
    pub fn threshold(&self, columns: &[String], rows: &[&Row]) -> Result<f64, Error> {
        let scores =
            out_of_fold(columns, rows, |row| &row.source, usize::MAX, |row| row.role.is_natural(), self)?;
        let natural =
            rows.iter().zip(scores).filter(|(row, _)| row.role.is_natural()).map(|(_, score)| score);
        Ok(crate::measure::threshold(natural.collect(), self.alarms))
    }
}
