//! How often something holds in natural traffic, and an upper limit for unseen sources.

use crate::table::Row;
use hushcap::feature::{Feature, Group, Table};
use hushcap::verdict::Rate;

/// A share of natural tuples, as an interval over sources.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Share of the tuples.
    pub share: f64,
    /// Upper limit of the share in an unseen source.
    pub limit: f64,
}

/// Returns how often each piece of evidence holds in the natural rows of a table: those of the evidence columns that
/// are flags.
pub fn of_evidence(columns: &[String], rows: &[&Row]) -> Vec<Rate> {
    let natural = || rows.iter().filter(|row| row.role.is_natural());
    let pieces = Table::Extended.features().iter().filter(|feature| feature.group == Group::Evidence);
    let rate = |feature: &&Feature| {
        let place = columns.iter().position(|column| column == feature.name)?;
        let found = interval(natural().map(|row| (row.source.as_str(), row.values[place] > 0.5)));
        Some(Rate { feature: feature.name.to_owned(), share: found.share, limit: found.limit })
    };
    pieces.filter_map(rate).collect()
}

/// Standard errors between the mean and the limit: one-sided 95 %.
const DEVIATIONS: f64 = 1.645;
/// Tuples that may hold where none of n does, with 95 % certainty: the rule of three.
const NONE_SEEN: f64 = 3.0;

/// Measures what holds in tuples, each given with its source.
///
/// Tuples of one source are alike, so the limit is over sources: the mean of their shares, a source of n tuples weighing √n,
/// and its standard error times [`DEVIATIONS`]. It is never under what n tuples without a hit would leave open.
pub fn interval<'a>(tuples: impl Iterator<Item = (&'a str, bool)>) -> Interval {
    let mut sources: std::collections::BTreeMap<&str, (f64, f64)> = Default::default();
    for (source, holds) in tuples {
        let (held, all) = sources.entry(source).or_default();
        *held += f64::from(u8::from(holds));
        *all += 1.0;
    }
    let total = |of: &dyn Fn(&(f64, f64)) -> f64| sources.values().map(of).sum::<f64>();
    let all = total(&|(_, all)| *all);
    if all == 0.0 {
        return Interval { share: 0.0, limit: 1.0 };
    }
    let weights = total(&|(_, all)| all.sqrt());
    let mean = total(&|(held, all)| all.sqrt() * held / all) / weights;
    let spread = total(&|(held, all)| all * (held / all - mean) * (held / all - mean));
    let limit = (mean + DEVIATIONS * spread.sqrt() / weights).max(NONE_SEEN / all).min(1.0);
    Interval { share: total(&|(held, _)| *held) / all, limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sources: &[(&'static str, u32, u32)]) -> Interval {
        let tuples = sources
            .iter()
            .flat_map(|(source, held, all)| (0..*all).map(move |place| (*source, place < *held)));
        interval(tuples)
    }

    #[test]
    fn a_share_counts_tuples_and_its_limit_counts_sources() {
        let spread = of(&[("a", 5, 500), ("b", 5, 500)]);
        let one = of(&[("a", 10, 500), ("b", 0, 500)]);
        assert_eq!((spread.share, one.share), (0.01, 0.01));
        assert!((spread.limit - 0.01).abs() < 1e-12 && one.limit > 0.015, "{spread:?} {one:?}");
    }

    #[test]
    fn a_small_source_counts_for_more_than_its_tuples() {
        let found = of(&[("large", 0, 10_000), ("small", 1, 4)]);
        assert!(found.limit > 0.004 && found.share < 0.0002, "{found:?}");
    }

    #[test]
    fn what_never_held_may_hold_in_three_of_as_many() {
        let never = of(&[("a", 0, 1000)]);
        assert_eq!((never.share, never.limit), (0.0, 0.003));
        assert_eq!(of(&[]), Interval { share: 0.0, limit: 1.0 });
    }
}
