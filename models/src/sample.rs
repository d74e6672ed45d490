//! What learners learn from.

use crate::table::Row;

/// Rows to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample<'a> {
    /// Names of the columns.
    pub columns: &'a [String],
    /// Values of all columns of the table, a slice a row.
    pub rows: Vec<&'a [f64]>,
    /// Whether the row is malware.
    pub malware: Vec<bool>,
    /// How much the row counts.
    pub weights: Vec<f64>,
    /// Who published the row's capture.
    pub sources: Vec<&'a str>,
}

impl<'a> Sample<'a> {
    /// Rows of a table, with a weight for each.
    pub fn of(columns: &'a [String], rows: &[&'a Row], weights: Vec<f64>) -> Self {
        Sample {
            columns,
            sources: rows.iter().map(|row| row.source.as_str()).collect(),
            rows: rows.iter().map(|row| row.values.as_slice()).collect(),
            malware: rows.iter().map(|row| row.role.is_malware()).collect(),
            weights,
        }
    }

    /// 1 for malware, 0 for benign.
    pub fn labels(&self) -> Vec<f64> {
        self.malware.iter().map(|malware| f64::from(u8::from(*malware))).collect()
    }

    /// Rows and labels at some places, each as often as its place is named.
    pub fn chosen(&self, places: &[usize]) -> (Vec<&'a [f64]>, Vec<f64>) {
        let labels = self.labels();
        places.iter().map(|place| (self.rows[*place], labels[*place])).unzip()
    }
}
