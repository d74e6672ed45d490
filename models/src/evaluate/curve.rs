//! C2 found of families that were not trained on, by the number of those that were.

use super::measures::{Measure, Measured, value};
use super::run::{Part, answer};
use super::split::{Purpose, Task, calibration, families, leave_out};
use crate::compare::Entrant;
use crate::error::Error;
use crate::table::{Origin, Role, Row, Table};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rayon::prelude::*;

/// Numbers of families that are trained on.
const SIZES: [usize; 4] = [2, 4, 8, 10];
/// Draws of families.
const DRAWS: u64 = 10;

/// Families trained on, and what is found of all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Number of families.
    pub families: usize,
    /// Mean share over draws of C2 of captures found at 1 %, and its least and greatest.
    pub found: (f64, f64, f64),
    /// Mean over draws of the mean share over families.
    pub by_family: f64,
}

/// Trains on a few families at a time, with the benign tuples that are left.
pub fn curve(entrant: &Entrant, table: &Table) -> Result<Vec<Point>, Error> {
    let targets = |name: &&str| {
        table.rows.iter().any(|row| row.family == *name && row.is_trained_on() && row.role.is_malware())
    };
    let trainable: Vec<&str> = families(&table.rows).into_iter().filter(targets).collect();
    let sizes = SIZES.into_iter().filter(|size| *size < trainable.len());
    let point = |size: usize| {
        let draws: Vec<(f64, f64)> = (1..=DRAWS)
            .into_par_iter()
            .map(|seed| draw(entrant, table, &trainable, size, seed))
            .collect::<Result<_, Error>>()?;
        let draws: Vec<(f64, f64)> = draws.into_iter().filter(|(share, _)| share.is_finite()).collect();
        let mean = |pick: fn(&(f64, f64)) -> f64| draws.iter().map(pick).sum::<f64>() / draws.len() as f64;
        let least = draws.iter().map(|draw| draw.0).fold(f64::INFINITY, f64::min);
        let greatest = draws.iter().map(|draw| draw.0).fold(f64::NEG_INFINITY, f64::max);
        Ok(Point {
            families: size,
            found: (mean(|draw| draw.0), least, greatest),
            by_family: mean(|draw| draw.1),
        })
    };
    sizes.map(point).collect()
}

/// One draw of families: the share found of all others' C2, and the mean share over those families.
fn draw(
    entrant: &Entrant,
    table: &Table,
    trainable: &[&str],
    size: usize,
    seed: u64,
) -> Result<(f64, f64), Error> {
    let rows = &table.rows;
    let mut shuffled = trainable.to_vec();
    shuffled.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let chosen = &shuffled[..size];
    let (asked, kept) = leave_out(rows, |family| !chosen.contains(&family));
    let mut part = Part::default();
    for task in calibration(rows, &kept, 0, seed) {
        part.calibration.extend(answer(entrant, table, &task, seed)?);
    }
    part.benign.clone_from(&part.calibration);
    let task = Task { part: 0, purpose: Purpose::Judge, kept, asked };
    part.malware = answer(entrant, table, &task, seed)?;
    let is_c2 = |row: &Row| row.role == Role::C2 && row.origin == Origin::Capture;
    part.malware.retain(|scored| is_c2(&rows[scored.row]));
    let even = vec![1.0; rows.len()];
    let found = |part: Part| {
        let all = part.malware.len() as f64;
        value(&Measured::new(rows, vec![part], false).values(&even), Measure::C2) / all
    };
    let unseen: std::collections::BTreeSet<&str> =
        part.malware.iter().map(|scored| rows[scored.row].family.as_str()).collect();
    let of_family = |family: &&str| {
        let mut part = part.clone();
        part.malware.retain(|scored| rows[scored.row].family == *family);
        found(part)
    };
    let by_family = unseen.iter().map(of_family).sum::<f64>() / unseen.len() as f64;
    Ok((found(part), by_family))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::run::tests::small;
    use crate::table::tests::doubled;

    #[test]
    fn families_that_resemble_each_other_are_found_from_two() {
        let mut table = doubled();
        for row in table.rows.iter_mut().filter(|row| row.role == Role::C2) {
            row.capture.clone_from(&row.family);
        }
        let curve = curve(&small(), &table).unwrap();
        let [Point { families: 2, found, .. }] = curve[..] else { panic!("{curve:?}") };
        assert!(found.0 > 0.5 && found.1 <= found.0 && found.0 <= found.2, "{found:?}");
    }
}
