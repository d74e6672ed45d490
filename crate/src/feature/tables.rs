//! [`Table`]: which features a model reads, and in which order.

use super::extended;
use super::table::{FEATURES, Feature};
use super::view::View;
use crate::join::Tuple;
use std::sync::LazyLock;
use strum::{EnumString, IntoStaticStr};

/// The values of one tuple, a value per column; `None` is missing.
pub type Values = Vec<Option<f64>>;

/// What a model, and the table that trains it, sees in place of a missing value.
pub const MISSING: f64 = -1.0;

/// A table of features. Models name the columns that they read, so that a table can grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Table {
    /// The 37 features of the article.
    #[strum(to_string = "37")]
    Basic37,
    /// The 37, and what else hellos, names and certificates tell.
    Extended,
}

impl Table {
    /// Every table.
    pub const ALL: [Table; 2] = [Table::Basic37, Table::Extended];

    /// Returns the name that `--table` takes.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the table of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        name.parse().ok()
    }

    /// Its features, in the order of its columns.
    pub fn features(self) -> &'static [&'static Feature] {
        static EXTENDED: LazyLock<Vec<&Feature>> =
            LazyLock::new(|| FEATURES.iter().chain(extended::rows()).collect());
        match self {
            Table::Basic37 => EXTENDED.get(..FEATURES.len()).unwrap_or_default(),
            Table::Extended => &EXTENDED,
        }
    }

    /// Returns the names of its columns.
    pub fn names(self) -> &'static [&'static str] {
        static EXTENDED: LazyLock<Vec<&str>> =
            LazyLock::new(|| Table::Extended.features().iter().map(|feature| feature.name).collect());
        EXTENDED.get(..self.features().len()).unwrap_or_default()
    }

    /// Computes every feature of `tuple`.
    pub fn compute(self, tuple: &Tuple<'_>) -> Values {
        self.compute_seen(&View::new(tuple))
    }

    /// Computes every feature of the tuple that `view` shows.
    pub fn compute_seen(self, view: &View<'_>) -> Values {
        self.features().iter().map(|feature| (feature.compute)(view)).collect()
    }

    /// Returns the vector that a model reads: [`Table::compute`], with [`MISSING`] for what is missing.
    pub fn row(self, tuple: &Tuple<'_>) -> Vec<f64> {
        model_input(&self.compute(tuple))
    }
}

/// Returns the vector that a model reads: the one place where missing becomes a number.
pub fn model_input(values: &[Option<f64>]) -> Vec<f64> {
    values.iter().map(|value| value.unwrap_or(MISSING)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded::Set;

    #[test]
    fn extended_begins_with_the_37() {
        let (basic, extended) = (Table::Basic37.features(), Table::Extended.features());
        assert_eq!(basic.len(), 37);
        assert!(extended.len() > 37);
        assert!(basic.iter().zip(extended).all(|(basic, extended)| std::ptr::eq(*basic, *extended)));
        assert_eq!(Table::Basic37.names(), FEATURES.each_ref().map(|feature| feature.name));
    }

    #[test]
    fn names_are_distinct_and_plain() {
        let names: Set<&str> = Table::Extended.names().iter().copied().collect();
        assert_eq!(names.len(), Table::Extended.features().len());
        let plain = |name: &&str| {
            name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        assert!(names.iter().all(plain));
    }

    #[test]
    fn every_feature_says_what_it_means() {
        for feature in Table::Extended.features() {
            assert!(feature.doc.ends_with('.') && feature.doc.len() > 20, "{}", feature.name);
            assert!(feature.range.0 < feature.range.1, "{}", feature.name);
        }
    }

    #[test]
    fn a_table_is_known_by_its_name() {
        for table in Table::ALL {
            assert_eq!(Table::by_name(table.name()), Some(table));
        }
        assert_eq!(Table::by_name("38"), None);
    }

    #[test]
    fn missing_is_minus_one_to_the_model() {
        assert_eq!(model_input(&[Some(0.0), None, Some(2.5)]), [0.0, -1.0, 2.5]);
    }
}
