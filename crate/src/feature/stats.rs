//! The few statistics that the features are made of. Each is absent for an empty list.
//!
//! Sums are exact before their one rounding, so that no value depends on the order of the records.

use crate::seeded::Set;
use std::hash::Hash;

/// Returns the sum, correctly rounded but for ties (Shewchuk 1997, "Adaptive Precision Floating-Point Arithmetic").
pub(super) fn exact_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    // Partial sums that do not overlap, by increasing magnitude; together they are the exact sum so far.
    let mut partials: Vec<f64> = Vec::new();
    for mut x in values {
        let mut kept = Vec::with_capacity(partials.len() + 1);
        for &y in &partials {
            let (sum, error) = two_sum(x, y);
            if error != 0.0 {
                kept.push(error);
            }
            x = sum;
        }
        kept.push(x);
        partials = kept;
    }
    round_partials(&partials)
}

/// `a + b` as the nearest double, and what it is off by (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// Returns the nearest double to the sum of non-overlapping partials.
fn round_partials(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev().copied();
    let mut high = rest.next().unwrap_or(0.0);
    while let Some(next) = rest.next() {
        let (sum, low) = two_sum(high, next);
        high = sum;
        if low == 0.0 {
            continue;
        }
        // Half-way between two doubles: the sign of what follows says which one is nearer.
        if let Some(below) = rest.next()
            && (low < 0.0) == (below < 0.0)
        {
            let twice = low * 2.0;
            let moved = high + twice;
            if moved - high == twice {
                high = moved;
            }
        }
        break;
    }
    high
}

/// Arithmetic mean.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let count = values.len() as f64;
    let sum = exact_sum(values.iter().copied());
    // Public exponents of a forged certificate may be so large that their sum is not a number; their mean still is.
    Some(if sum.is_finite() { sum / count } else { values.iter().map(|value| value / count).sum() })
}

/// Population standard deviation, in two passes; of equal values exactly 0.
pub(super) fn std(values: &[f64]) -> Option<f64> {
    // Distances from the least value instead of the values: nothing is lost where they are large and close together.
    let least = values.iter().copied().min_by(f64::total_cmp)?;
    let distances: Vec<f64> = values.iter().map(|value| value - least).collect();
    let centre = mean(&distances)?;
    let squares = distances.iter().map(|distance| (distance - centre) * (distance - centre));
    Some((exact_sum(squares) / values.len() as f64).sqrt())
}

/// Returns the middle of sorted values, or the mean of the two in the middle.
pub(super) fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(*sorted.get(middle - 1)?, upper)) }
}

/// Lower and upper quartile of sorted values: the medians of both halves, without the value in the middle.
pub(super) fn quartiles(sorted: &[f64]) -> Option<(f64, f64)> {
    let half = sorted.len() / 2;
    Some((median(sorted.get(..half)?)?, median(sorted.get(sorted.len() - half..)?)?))
}

/// Returns the share of `true`.
pub(super) fn share(flags: impl IntoIterator<Item = bool>) -> Option<f64> {
    let (mut count, mut set) = (0_u64, 0_u64);
    for flag in flags {
        count += 1;
        set += u64::from(flag);
    }
    ratio(set, count)
}

/// `part` of `whole`; absent where `whole` is 0.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    if whole == 0 { None } else { Some(part as f64 / whole as f64) }
}

/// 1 where all are `true`, else 0.
pub(super) fn all(flags: impl IntoIterator<Item = bool>) -> Option<f64> {
    flags.into_iter().reduce(|a, b| a && b).map(f64::from)
}

/// Variety: 0 where all values are equal, else distinct values by values.
pub(super) fn diff<T: Eq + Hash>(values: impl IntoIterator<Item = T>) -> Option<f64> {
    let (mut count, mut distinct) = (0_u64, Set::default());
    for value in values {
        count += 1;
        distinct.insert(value);
    }
    match distinct.len() {
        1 => Some(0.0),
        distinct => ratio(distinct as u64, count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_is_exact_before_it_is_rounded() {
        assert_eq!(exact_sum([1e100, 1.0, -1e100]), 1.0);
        assert_eq!(exact_sum([0.1; 10]), 1.0);
        assert_eq!(exact_sum([]), 0.0);
    }

    #[test]
    fn sum_half_way_between_two_doubles_heeds_the_rest() {
        let half_ulp = f64::EPSILON / 2.0;
        assert_eq!(exact_sum([1.0, half_ulp, half_ulp / 1024.0]), 1.0 + f64::EPSILON);
        assert_eq!(exact_sum([1.0, half_ulp]), 1.0);
    }

    #[test]
    fn sum_does_not_depend_on_the_order() {
        let mut values: Vec<f64> = (1..200).map(|i| 1.0 / f64::from(i * i)).collect();
        let forward = exact_sum(values.iter().copied());
        values.reverse();
        assert_eq!(exact_sum(values).to_bits(), forward.to_bits());
    }

    #[test]
    fn std_of_one_value_or_of_equal_values_is_zero() {
        assert_eq!(std(&[7.3]), Some(0.0));
        assert_eq!(std(&[100_000.1; 7]), Some(0.0));
        assert_eq!(std(&[]), None);
    }

    #[test]
    fn std_keeps_small_differences_of_large_values() {
        let values = [1e9, 1e9 + 1.0, 1e9 + 2.0];
        assert!((std(&values).unwrap() - (2.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn median_and_quartiles_split_sorted_values() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
        assert_eq!(quartiles(&[1.0, 2.0, 3.0, 4.0, 9.0]), Some((1.5, 6.5)));
        assert_eq!((median(&[]), quartiles(&[1.0])), (None, None));
    }

    #[test]
    fn mean_of_nothing_is_absent() {
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[1.0, 2.0]), Some(1.5));
    }

    #[test]
    fn mean_of_values_whose_sum_is_no_number_is_one() {
        assert_eq!(mean(&[1e308, 1e308]), Some(1e308));
    }

    #[test]
    fn diff_of_equal_values_is_zero_and_of_none_is_absent() {
        assert_eq!(diff(["a", "a", "a"]), Some(0.0));
        assert_eq!(diff(["a", "b", "a", "a"]), Some(0.5));
        assert_eq!(diff(["a", "b"]), Some(1.0));
        assert_eq!(diff::<&str>([]), None);
    }

    #[test]
    fn all_of_nothing_is_absent() {
        assert_eq!(all([]), None);
        assert_eq!(all([true, true]), Some(1.0));
        assert_eq!(all([true, false]), Some(0.0));
    }
}
