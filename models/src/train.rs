//! A recipe and a table → an artefact's forest and its threshold.

use crate::error::Error;
use crate::fold::out_of_fold;
use crate::measure::threshold;
use crate::recipe::Recipe;
use crate::table::{Row, Table};
use hushcap::verdict::Forest;

impl Recipe {
    /// Returns the artefact's forest: trained on all rows of the table that are trained on, its thresholds set over all
    /// natural ones.
    pub fn train(&self, table: &Table) -> Result<Forest, Error> {
        let rows: Vec<&Row> = table.rows.iter().collect();
        let scores = self.out_of_source(&table.columns, &rows, |row| row.role.is_natural())?;
        self.with_thresholds(table, self.thresholds(&rows, &scores))
    }

    /// Returns the artefact's forest with thresholds that are known.
    pub fn with_thresholds(&self, table: &Table, thresholds: (f64, f64)) -> Result<Forest, Error> {
        let training = table.training();
        let rows: Vec<&Row> = training.rows.iter().collect();
        let trained = training.clone().narrowed(&self.reads(&table.columns)).digest();
        self.grow(&training.columns, &rows, thresholds, trained)
    }

    /// Returns a score for each row by a model that saw nothing of its source; none for sources without a row that is
    /// wanted.
    pub fn out_of_source(
        &self,
        columns: &[String],
        rows: &[&Row],
        wanted: impl Fn(&Row) -> bool,
    ) -> Result<Vec<f64>, Error> {
        out_of_fold(columns, rows, |row| &row.source, usize::MAX, wanted, self)
    }

    /// Returns the scores that at most the allowed shares of natural benign tuples reach. One that cannot be judged
    /// counts as one that does not reach them.
    pub fn thresholds(&self, rows: &[&Row], scores: &[f64]) -> (f64, f64) {
        let natural = rows.iter().zip(scores).filter(|(row, _)| row.role.is_natural());
        let natural: Vec<f64> = natural.map(|(_, score)| *score).collect();
        let (flagged, border) = self.alarms;
        (threshold(natural.clone(), flagged), threshold(natural, border))
    }
}
