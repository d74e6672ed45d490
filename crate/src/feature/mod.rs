//! 4-tuple → features: a row each in `table` and, for the extended table, in `extended`.

mod beacon;
mod extended;
mod name;
mod sentences;
mod stats;
mod table;
mod tables;
#[cfg(test)]
mod tests;
pub mod tsv;
mod view;

pub use beacon::{Beacon, MIN_BEATS};
pub use extended::{Direction, PIECES, Piece, Value};
pub(crate) use name::attributes;
pub use sentences::{Sentences, Wording, sentences};
pub use table::{COUNT, FEATURES, Feature, Group, Unit};
pub use tables::{MISSING, Table, Values, model_input};
pub use view::View;
