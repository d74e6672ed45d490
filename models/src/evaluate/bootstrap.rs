//! What whole captures, drawn again, make of a figure.

use super::measures::{Measure, Measured, Values};
use crate::table::Row;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Number of draws.
const DRAWS: usize = 100;
/// Where the random numbers of the draws start.
const SEED: u64 = 400;

/// How often each row counts, a list a draw: as often as its capture was drawn, among those with malware or those without.
pub struct Draws(Vec<Vec<f64>>);

impl Draws {
    /// Draws captures and log sets.
    pub fn of(rows: &[Row]) -> Self {
        let mut captures: BTreeMap<&str, bool> = BTreeMap::new();
        for row in rows {
            *captures.entry(&row.capture).or_default() |= row.role.is_malware();
        }
        let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let draw = |_| {
            let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
            for kind in [true, false] {
                let of_kind: Vec<&str> =
                    captures.iter().filter(|(_, malware)| **malware == kind).map(|(name, _)| *name).collect();
                for _ in &of_kind {
                    *counts.entry(of_kind[random.random_range(0..of_kind.len())]).or_default() += 1.0;
                }
            }
            rows.iter().map(|row| counts.get(row.capture.as_str()).copied().unwrap_or_default()).collect()
        };
        Draws((0..DRAWS).map(draw).collect())
    }
}

/// A figure: its mean over seeds, the range over seeds, and what the draws make of the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// Mean over seeds.
    pub mean: f64,
    /// Least and greatest over seeds.
    pub seeds: (f64, f64),
    /// Where 95 % of the draws lie.
    pub interval: (f64, f64),
    /// The most that a count could be, mean over seeds.
    pub of: f64,
}

/// All figures of an entrant under a protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// A figure a measure.
    pub figures: Vec<Figure>,
    /// Means over seeds, a list a draw: to compare entrants draw by draw.
    draws: Vec<Values>,
}

impl Figures {
    /// Measures the runs of all seeds, and each draw of them.
    pub fn of(runs: &[Measured<'_>], rows: &[Row], draws: &Draws) -> Self {
        let even = vec![1.0; rows.len()];
        let seeds: Vec<Values> = runs.iter().map(|run| run.values(&even)).collect();
        let of_draw = |weights: &Vec<f64>| means(runs.iter().map(|run| run.values(weights)));
        let draws: Vec<Values> = draws.0.par_iter().map(of_draw).collect();
        let mean = means(seeds.iter().copied());
        let figure = |place: usize| {
            let over = |pick: fn(f64, f64) -> f64| seeds.iter().map(|values| values[place]).reduce(pick);
            Figure {
                mean: mean[place],
                seeds: (over(f64::min).unwrap_or(f64::NAN), over(f64::max).unwrap_or(f64::NAN)),
                interval: interval(draws.iter().map(|values| values[place]).collect()),
                of: runs.iter().map(|run| run.of(Measure::ALL[place])).sum::<f64>() / runs.len() as f64,
            }
        };
        Figures { figures: (0..Measure::ALL.len()).map(figure).collect(), draws }
    }

    /// Returns the figure of a measure.
    pub fn figure(&self, measure: Measure) -> Figure {
        self.figures[place(measure)]
    }

    /// By how much a measure is above another entrant's, draw by draw.
    pub fn above(&self, other: &Figures, measure: Measure) -> Figure {
        let place = place(measure);
        let mean = self.figures[place].mean - other.figures[place].mean;
        let differences = self.draws.iter().zip(&other.draws).map(|(a, b)| a[place] - b[place]).collect();
        Figure { mean, seeds: (mean, mean), interval: interval(differences), of: self.figures[place].of }
    }
}

fn place(measure: Measure) -> usize {
    Measure::ALL.iter().position(|other| *other == measure).unwrap_or_default()
}

fn means(all: impl Iterator<Item = Values>) -> Values {
    let (mut sums, mut count) = ([0.0; Measure::ALL.len()], 0.0);
    for values in all {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
        count += 1.0;
    }
    sums.map(|sum| sum / count)
}

/// Returns where the middle 95 % lie; draws in which there is nothing to measure do not count.
fn interval(mut values: Vec<f64>) -> (f64, f64) {
    values.retain(|value| value.is_finite());
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1) as f64;
    let at = |share: f64| values.get((share * last).round() as usize).copied().unwrap_or(f64::NAN);
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::generated;

    #[test]
    fn every_draw_has_as_many_captures_of_each_kind() {
        let rows = generated().rows;
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            first.entry(&row.capture).or_insert(place);
        }
        let count = |weights: &[f64], malware: bool| -> f64 {
            first
                .values()
                .filter(|row| rows[**row].role.is_malware() == malware)
                .map(|row| weights[*row])
                .sum()
        };
        let Draws(draws) = Draws::of(&rows);
        assert_eq!(draws.len(), DRAWS);
        let (malware, benign) = (count(&vec![1.0; rows.len()], true), count(&vec![1.0; rows.len()], false));
        assert!(draws.iter().all(|draw| count(draw, true) == malware && count(draw, false) == benign));
        assert_ne!(draws[0], draws[1]);
    }

    #[test]
    fn interval_leaves_a_fortieth_out_on_either_side() {
        assert_eq!(interval((0..=1000).map(f64::from).collect()), (25.0, 975.0));
        assert_eq!(interval(vec![f64::NAN, 3.0]), (3.0, 3.0));
    }
}
