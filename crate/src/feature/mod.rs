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

use std::sync::LazyLock;

/// Number of features.
pub const COUNT: usize = 37;

/// Names of the features, in their order.
pub fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<[&str; COUNT]> = LazyLock::new(|| FEATURES.each_ref().map(|feature| feature.name));
    NAMES.as_slice()
}
