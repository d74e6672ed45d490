//! What the models must beat: rules without training.

use super::{Comparator, Scorer};
use crate::error::Error;
use crate::sample::Sample;

/// Flags a row in which any of the columns is above zero.
pub(super) struct AnyAboveZero;

impl Comparator for AnyAboveZero {
    fn fit(&self, _: &Sample<'_>, columns: &[usize], _: u64) -> Result<Scorer, Error> {
        let columns = columns.to_vec();
        Ok(Box::new(move |rows| {
            let flags = |row: &&[f64]| columns.iter().any(|column| row[*column] > 0.0);
            Ok(rows.iter().map(|row| f64::from(u8::from(flags(row)))).collect())
        }))
    }
}
