//! Leaves groups out: whole captures, sources or families, never single tuples.

use crate::error::Error;
use crate::recipe::Recipe;
use crate::table::Row;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of the folds that groups fall into, each alone if there are as many folds: the largest groups first, each to
/// the fold with the least so far, groups with target tuples and those without apart, so that every fold has both where there
/// are enough.
pub fn folds<'a>(
    rows: &[&'a Row],
    group: impl Fn(&'a Row) -> &'a str,
    count: usize,
) -> BTreeMap<&'a str, usize> {
    let mut sizes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in rows {
        let (targets, all) = sizes.entry(group(row)).or_default();
        *targets += usize::from(row.role.is_target());
        *all += 1;
    }
    let mut load = vec![(0, 0); count.min(sizes.len())];
    let mut ordered: Vec<(&str, (usize, usize))> = sizes.into_iter().collect();
    ordered.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut folds = BTreeMap::new();
    for (name, (targets, all)) in ordered {
        let weight = |fold: &usize| if targets > 0 { load[*fold] } else { (load[*fold].1, 0) };
        let Some(fold) = (0..load.len()).min_by_key(weight) else { continue };
        load[fold].0 += targets;
        load[fold].1 += all;
        folds.insert(name, fold);
    }
    folds
}

/// Returns a score for each row from a model that saw nothing of the row's group. Folds without a row that is wanted
/// are left out; their rows have no number.
pub fn out_of_fold<'a>(
    columns: &[String],
    rows: &[&'a Row],
    group: impl Fn(&'a Row) -> &'a str,
    count: usize,
    wanted: impl Fn(&Row) -> bool,
    recipe: &Recipe,
) -> Result<Vec<f64>, Error> {
    let of_group = folds(rows, &group, count);
    let fold_of = |row: &&'a Row| of_group.get(group(row)).copied();
    let held: BTreeSet<Option<usize>> = rows.iter().filter(|row| wanted(row)).map(fold_of).collect();
    let fold_of_row: Vec<Option<usize>> = rows.iter().map(fold_of).collect();
    let of_fold = |fold: &Option<usize>| {
        let (places, others): (Vec<usize>, Vec<usize>) =
            (0..rows.len()).partition(|index| fold_of_row[*index] == *fold);
        let at = |places: &[usize]| -> Vec<&Row> { places.iter().map(|index| rows[*index]).collect() };
        let scores = scores_of(columns, &at(&others), &at(&places), recipe)?;
        Ok(places.into_iter().zip(scores).collect::<Vec<(usize, f64)>>())
    };
    let held: Vec<Option<usize>> = held.into_iter().collect();
    let answers: Vec<Vec<(usize, f64)>> = held.par_iter().map(of_fold).collect::<Result<_, Error>>()?;
    let mut scores = vec![f64::NAN; rows.len()];
    for (index, score) in answers.into_iter().flatten() {
        scores[index] = score;
    }
    Ok(scores)
}

/// Trains on those of `kept` that are trained on and scores all of `asked`; a tuple that cannot be judged gets −1, below
/// every score, as it is never flagged.
pub fn scores_of(
    columns: &[String],
    kept: &[&Row],
    asked: &[&Row],
    recipe: &Recipe,
) -> Result<Vec<f64>, Error> {
    let model = recipe.model(columns, kept)?;
    let values: Vec<&[f64]> = asked.iter().map(|row| row.values.as_slice()).collect();
    let scores = model.raws(&values).into_iter().map(|raw| model.score(raw));
    Ok(asked.iter().zip(scores).map(|(row, score)| if row.answered { score } else { -1.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::tests::small;
    use crate::table::tests::generated;

    #[test]
    fn a_group_is_in_one_fold_and_each_fold_has_malware() {
        let table = generated();
        let rows: Vec<&Row> = table.rows.iter().collect();
        let folds = folds(&rows, |row| &row.source, 3);
        for fold in 0..3 {
            assert!(rows.iter().any(|row| row.role.is_target() && folds[row.source.as_str()] == fold));
            assert!(rows.iter().any(|row| row.role.is_natural() && folds[row.source.as_str()] == fold));
        }
    }

    #[test]
    fn as_many_folds_as_groups_leave_each_group_out_alone() {
        let table = generated();
        let rows: Vec<&Row> = table.rows.iter().collect();
        let folds = folds(&rows, |row| &row.source, usize::MAX);
        let used: BTreeSet<usize> = folds.values().copied().collect();
        assert_eq!((folds.len(), used.len()), (8, 8));
    }

    #[test]
    fn every_row_gets_a_score() {
        let table = generated();
        let rows: Vec<&Row> = table.rows.iter().collect();
        let scores = out_of_fold(&table.columns, &rows, |row| &row.capture, 4, |_| true, &small()).unwrap();
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
    }

    #[test]
    fn a_tuple_without_an_answer_scores_below_all() {
        let table = generated();
        let mut silent = table.rows[0].clone();
        silent.answered = false;
        let rows: Vec<&Row> = table.rows.iter().collect();
        assert_eq!(scores_of(&table.columns, &rows, &[&silent], &small()).unwrap(), [-1.0]);
    }
}
