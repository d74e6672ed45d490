//! A recipe and a table → an artefact's forest and its threshold.

use crate::error::Error;
use crate::fold::out_of_fold;
use crate::measure::threshold;
use crate::recipe::Recipe;
use crate::table::{Row, Table};
use hushcap::verdict::Forest;

impl Recipe {
    /// The artefact's forest: trained on all rows of the table that are trained on, its thresholds set over all natural ones.
    pub fn train(&self, table: &Table) -> Result<Forest, Error> {
        let thresholds = self.thresholds(&table.columns, &table.rows.iter().collect::<Vec<_>>())?;
        let training = table.training();
        let rows: Vec<&Row> = training.rows.iter().collect();
        let trained = training.clone().narrowed(&self.reads(&table.columns)).digest();
        self.grow(&training.columns, &rows, thresholds, trained)
    }

    /// The scores that at most the allowed shares of natural benign tuples reach, each scored by a model that saw nothing
    /// of its source. One that cannot be judged counts as one that does not reach them.
    pub fn thresholds(&self, columns: &[String], rows: &[&Row]) -> Result<(f64, f64), Error> {
        let scores =
            out_of_fold(columns, rows, |row| &row.source, usize::MAX, |row| row.role.is_natural(), self)?;
        let natural =
            rows.iter().zip(scores).filter(|(row, _)| row.role.is_natural()).map(|(_, score)| score);
        let natural: Vec<f64> = natural.collect();
        let (flagged, border) = self.alarms;
        Ok((threshold(natural.clone(), flagged), threshold(natural, border)))
    }
}
