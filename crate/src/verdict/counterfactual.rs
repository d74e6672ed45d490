//! What the score of a row would be were its features at usual values: each is scored by the model itself.
//!
//! Contributions do not tell it: what a feature adds depends on all others, and moving one moves their shares too.

use super::explanation::Explanation;
use super::model::Model;

/// A row's scores with what raises it brought back to what is usual in benign traffic.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counterfactuals {
    /// One feature changed at a time, by what each adds to `raw` now, the greatest first.
    pub changes: Vec<Change>,
    /// Score with all of them changed at once; `None` where there are not at least two.
    pub together: Option<f64>,
}

/// A row with one feature changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Column of the feature.
    pub feature: usize,
    /// The usual value that is nearest to its own.
    pub usual: f64,
    /// Score of the row with that value.
    pub score: f64,
}

impl Model {
    /// Changes every feature that raises `raw` and has an unusual value to the nearest usual one, and scores the row again.
    /// A missing value stays: there is none to move.
    pub fn at_usual(&self, row: &[f64], explanation: &Explanation) -> Counterfactuals {
        let raising = explanation.ranked().into_iter().filter(|share| share.contribution > 0.0);
        let moved = raising.filter_map(|share| {
            let profile = self.forest().profiles.get(share.feature)?;
            Some((share.feature, profile.nearest_usual(*row.get(share.feature)?)?))
        });
        let mut all = row.to_vec();
        let changes: Vec<Change> = moved
            .map(|(feature, usual)| {
                set(&mut all, feature, usual);
                let mut one = row.to_vec();
                set(&mut one, feature, usual);
                Change { feature, usual, score: self.score(self.raw(&one)) }
            })
            .collect();
        let together = (changes.len() > 1).then(|| self.score(self.raw(&all)));
        Counterfactuals { changes, together }
    }
}

fn set(row: &mut [f64], column: usize, value: f64) {
    if let Some(place) = row.get_mut(column) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::super::forest::tests::{NAMES, forest};
    use super::*;
    use crate::feature::MISSING;

    fn model() -> Model {
        Model::new(forest(), &NAMES).unwrap()
    }

    fn of(row: &[f64]) -> Counterfactuals {
        model().at_usual(row, &model().explain(row))
    }

    #[test]
    fn a_change_has_the_score_that_the_model_gives_the_changed_row() {
        let found = of(&[4.0, 0.0, 0.5]);
        assert_eq!(found.changes, [Change { feature: 0, usual: 1.0, score: model().raw(&[1.0, 0.0, 0.5]) }]);
        assert!(found.changes[0].score < model().raw(&[4.0, 0.0, 0.5]));
        assert_eq!(found.together, None);
    }

    #[test]
    fn several_changes_come_by_what_they_raise_and_are_scored_together_too() {
        let row = [0.2, 7.0, 3.0];
        let found = of(&row);
        assert_eq!(found.changes.iter().map(|change| change.feature).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(found.together, Some(model().raw(&[0.2, 1.0, 1.0])));
        let shares = model().explain(&row);
        assert!(shares.contributions()[1] > shares.contributions()[2]);
    }

    #[test]
    fn a_missing_value_and_a_usual_one_stay() {
        assert_eq!(of(&[0.5, 0.5, MISSING]), Counterfactuals::default());
        assert!(model().explain(&[1.0, 0.0, 1.0]).contributions()[0] > 0.0);
        assert!(of(&[1.0, 0.0, 1.0]).changes.is_empty());
    }

    #[test]
    fn a_feature_that_lowers_the_sum_stays() {
        let row = [0.2, 0.0, -5.0];
        assert!(model().explain(&row).contributions()[2] < 0.0);
        assert!(of(&row).changes.is_empty());
    }

    #[test]
    fn the_score_is_the_logistic_of_log_odds() {
        let space = super::super::forest::OutputSpace::LogOdds;
        let boosted =
            Model::new(super::super::forest::Forest { output_space: space, ..forest() }, &NAMES).unwrap();
        let row = [4.0, 0.0, 0.5];
        let found = boosted.at_usual(&row, &boosted.explain(&row));
        assert_eq!(found.changes[0].score, boosted.score(boosted.raw(&[1.0, 0.0, 0.5])));
        assert!(found.changes[0].score > 0.5 && found.changes[0].score < 1.0);
    }
}
