//! What training saw of each feature: where a value is new to the model, and what is usual.

use crate::feature::MISSING;
use serde::{Deserialize, Serialize};

/// What the training table holds of one feature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Least and greatest value; `None` where it was always missing.
    pub seen: Option<(f64, f64)>,
    /// Whether it was missing in a row.
    pub missing: bool,
    /// The middle 90 % of its values among natural benign rows; `None` where it was missing in all of them.
    pub usual: Option<(f64, f64)>,
}

impl Profile {
    /// The profile of a column that training did not see.
    pub const EMPTY: Self = Profile { seen: None, missing: true, usual: None };

    /// Returns whether training saw nothing like `value`: it is beyond all values that it saw, known where it always
    /// was missing, or missing where it never was.
    pub fn excludes(&self, value: f64) -> bool {
        if value == MISSING {
            return !self.missing;
        }
        self.seen.is_none_or(|(least, greatest)| value < least || value > greatest)
    }

    /// Returns the usual value that is nearest to `value`; `None` where it is usual itself or missing, or where none is
    /// known.
    pub fn nearest_usual(&self, value: f64) -> Option<f64> {
        let (low, high) = self.usual?;
        (value != MISSING && !(low..=high).contains(&value)).then(|| value.clamp(low, high))
    }

    /// Returns whether its ranges are ranges of finite numbers.
    pub(super) fn is_sound(&self) -> bool {
        let sound = |(low, high): (f64, f64)| low.is_finite() && high.is_finite() && low <= high;
        self.seen.is_none_or(sound) && self.usual.is_none_or(sound)
    }
}

#[cfg(test)]
mod tests {
    use super::super::forest::Node;
    use super::super::forest::tests::{NAMES, forest};
    use super::super::model::Model;
    use super::*;

    const SEEN: Profile = Profile { seen: Some((0.0, 5.0)), missing: false, usual: Some((0.0, 1.0)) };

    fn outside(row: &[f64]) -> Vec<usize> {
        Model::new(forest(), &NAMES).unwrap().outside(row)
    }

    #[test]
    fn the_ends_of_the_range_are_inside() {
        assert!(!SEEN.excludes(0.0) && !SEEN.excludes(5.0));
        assert!(SEEN.excludes(5.1));
        assert!(Profile { seen: Some((1.0, 5.0)), ..SEEN }.excludes(0.5));
    }

    #[test]
    fn missing_is_outside_where_training_never_missed_it() {
        assert!(SEEN.excludes(MISSING));
        assert!(!Profile { missing: true, ..SEEN }.excludes(MISSING));
    }

    #[test]
    fn known_is_outside_where_training_always_missed_it() {
        let never = Profile { seen: None, missing: true, usual: None };
        assert!(never.excludes(0.0) && !never.excludes(MISSING));
    }

    #[test]
    fn the_nearest_usual_value_is_an_end_of_the_range() {
        assert_eq!([-0.5, 3.0].map(|value| SEEN.nearest_usual(value)), [Some(0.0), Some(1.0)]);
        assert_eq!([0.0, 0.4, 1.0, MISSING].map(|value| SEEN.nearest_usual(value)), [None; 4]);
        assert_eq!(Profile { usual: None, ..SEEN }.nearest_usual(3.0), None);
    }

    #[test]
    fn columns_outside_are_named_in_their_order() {
        assert_eq!(outside(&[0.0, 0.0, 0.0]), [0_usize; 0]);
        assert_eq!(outside(&[11.0, 0.0, 77.0]), [0, 2]);
    }

    #[test]
    fn a_column_that_never_decides_is_never_outside() {
        let mut idle = forest();
        idle.nodes = vec![Node::Leaf { value: 0.5, cover: 10 }];
        idle.roots = vec![0];
        assert_eq!(Model::new(idle, &NAMES).unwrap().outside(&[99.0, 99.0, 99.0]), [0_usize; 0]);
    }

    #[test]
    fn profiles_that_are_no_ranges_are_refused() {
        for (low, high) in [(f64::NAN, 1.0), (0.0, f64::INFINITY), (2.0, 1.0)] {
            for profile in
                [Profile { seen: Some((low, high)), ..SEEN }, Profile { usual: Some((low, high)), ..SEEN }]
            {
                let mut wrong = forest();
                wrong.profiles[1] = profile;
                let message = Model::new(wrong, &NAMES).unwrap_err().to_string();
                assert!(message.contains("profile of beta"), "{message}");
            }
        }
    }

    #[test]
    fn too_few_profiles_are_refused() {
        let mut few = forest();
        few.profiles.pop();
        assert!(Model::new(few, &NAMES).unwrap_err().to_string().contains("2 profiles of 3"));
    }
}
