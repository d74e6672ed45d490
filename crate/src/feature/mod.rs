//! 4-tuple → features: a row each in `table` and, for the extended table, in `extended`.

mod beacon;
mod extended;
mod name;
mod server;
mod stats;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod topic;
pub mod tsv;
mod view;

pub use beacon::{Beacon, MIN_BEATS};
pub use extended::{About, Direction, PIECES, Piece, Value, Values as PieceValues};
pub(crate) use name::attributes;
pub(crate) use server::{is_private, known_service};
pub use table::{COUNT, FEATURES, Feature, Group, Unit};
pub use tables::{MISSING, Table, Values, model_input};
pub use topic::Topic;
pub use view::View;
