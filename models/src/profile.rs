//! What the training rows hold of each column, as an artefact tells it.

use crate::table::Row;
use hushcap::feature::MISSING;
use hushcap::verdict::Profile;

/// Share of natural benign values on either side of what is usual.
const TAIL: f64 = 0.05;

/// Returns a profile for each of some columns of the rows that a model is trained on.
pub fn profiles(rows: &[&Row], columns: &[usize]) -> Vec<Profile> {
    columns.iter().map(|column| profile(rows, *column)).collect()
}

fn profile(rows: &[&Row], column: usize) -> Profile {
    let known = |choose: &dyn Fn(&Row) -> bool| -> Vec<f64> {
        let chosen = rows.iter().filter(|row| choose(row)).map(|row| row.values[column]);
        let mut values: Vec<f64> = chosen.filter(|value| *value != MISSING).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let all = known(&|_| true);
    let benign = known(&|row| row.role.is_natural());
    Profile {
        seen: all.first().copied().zip(all.last().copied()),
        missing: all.len() < rows.len(),
        usual: quantile(&benign, TAIL).zip(quantile(&benign, 1.0 - TAIL)),
    }
}

/// Returns the value of a sorted list below which a share of it is, by nearest rank: one that occurs.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Role;
    use crate::table::tests::row;

    fn of(values: impl Iterator<Item = (Role, f64)>) -> Profile {
        let rows: Vec<Row> = values.map(|(role, value)| row("c", "s", role, "", [value, 0.0])).collect();
        profiles(&rows.iter().collect::<Vec<_>>(), &[0])[0]
    }

    #[test]
    fn usual_leaves_a_twentieth_of_the_benign_out_on_either_side() {
        let profile = of((1..=100).map(|n| (Role::TierA, f64::from(n))));
        assert_eq!(profile.usual, Some((5.0, 95.0)));
        assert_eq!(profile.seen, Some((1.0, 100.0)));
        assert!(!profile.missing);
    }

    #[test]
    fn malware_is_seen_but_says_nothing_of_what_is_usual() {
        let profile = of([(Role::C2, 9.0), (Role::Background, 2.0), (Role::TierA, 1.0)].into_iter());
        assert_eq!((profile.seen, profile.usual), (Some((1.0, 9.0)), Some((1.0, 2.0))));
    }

    #[test]
    fn missing_values_are_no_values() {
        let profile = of([(Role::TierA, MISSING), (Role::C2, 3.0)].into_iter());
        assert_eq!(profile, Profile { seen: Some((3.0, 3.0)), missing: true, usual: None });
        let never = of([(Role::TierA, MISSING)].into_iter());
        assert_eq!(never, Profile { seen: None, missing: true, usual: None });
    }
}
