//! 4-tuple → 37 features, declared once in `table`.

mod compute;
mod name;
mod stats;
mod table;
pub mod tsv;
mod view;

pub use compute::{MISSING, Values, compute, model_input};
pub use table::{FEATURES, Feature, Group, Unit};
pub use view::View;

/// Number of features.
pub const COUNT: usize = 37;
