//! A model's columns, bound by name to those of the rows that it will read.

#![allow(
    clippy::indexing_slicing,
    reason = "a split's feature is bounded by `check` before its name is looked up"
)]

use super::forest::{Forest, Node, asked, refuse};
use super::profile::Profile;
use crate::Error;
use crate::seeded::{Map, Set};

/// Rewrites a forest so that its splits read rows of `columns`, whatever their order and number. A column that the model
/// does not name gets an empty profile and decides nothing.
///
/// Refused if a split asks for a column that is unknown here, or if the model names a column twice.
pub(super) fn bind(mut forest: Forest, columns: &[&str]) -> Result<Forest, Error> {
    let places: Map<&str, u16> = columns.iter().copied().zip(0_u16..).collect();
    let bound: Vec<Option<u16>> =
        forest.features.iter().map(|name| places.get(name.as_str()).copied()).collect();
    check(&forest, &bound)?;
    for node in &mut forest.nodes {
        if let Node::Split { feature, .. } = node
            && let Some(place) = bound[usize::from(*feature)]
        {
            *feature = place;
        }
    }
    let mut profiles = vec![Profile::EMPTY; columns.len()];
    for (place, profile) in bound.iter().zip(&forest.profiles) {
        if let Some(place) = place {
            profiles[usize::from(*place)] = *profile;
        }
    }
    let features = columns.iter().map(|name| (*name).to_owned()).collect();
    Ok(Forest { features, profiles, ..forest })
}

fn check(forest: &Forest, bound: &[Option<u16>]) -> Result<(), Error> {
    let mut named = Set::default();
    if let Some(twice) = forest.features.iter().find(|name| !named.insert(name.as_str())) {
        return Err(refuse(format!("it names the column {twice} twice; train it again")));
    }
    let asked = asked(&forest.nodes, forest.features.len());
    let columns = forest.features.iter().zip(asked.iter().zip(bound));
    let unknown: Vec<&str> = columns
        .filter(|(_, (asked, place))| **asked && place.is_none())
        .map(|(name, _)| name.as_str())
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let reason = format!("it asks for features that this program does not compute: {}", unknown.join(", "));
    Err(refuse(reason + "; use the program that it was trained for, or train it again"))
}

#[cfg(test)]
mod tests {
    use super::super::forest::tests::{NAMES, forest};
    use super::super::model::Model;
    use super::*;
    use crate::feature::{MISSING, Table};

    fn load(columns: &[&str]) -> Result<Model, Error> {
        Model::load(&forest().encode().unwrap(), columns)
    }

    #[test]
    fn columns_are_found_by_name_in_any_order() {
        let (plain, moved) = (load(&NAMES).unwrap(), load(&["gamma", "new", "beta", "alpha"]).unwrap());
        for [alpha, beta, gamma] in [[0.5, 2.1, 0.0], [4.0, 0.0, 1.0], [11.0, 0.0, 77.0]] {
            let (row, other) = ([alpha, beta, gamma], [gamma, 5.0, beta, alpha]);
            assert_eq!(moved.raw(&other).to_bits(), plain.raw(&row).to_bits());
            let (found, expected) = (moved.explain(&other), plain.explain(&row));
            let [a, b, c] = [3, 2, 0].map(|place| found.contributions()[place].to_bits());
            assert_eq!([a, b, c], [0, 1, 2].map(|place| expected.contributions()[place].to_bits()));
            assert_eq!(found.contributions()[1], 0.0);
            assert_eq!(moved.outside(&other).len(), plain.outside(&row).len());
        }
    }

    #[test]
    fn a_column_that_a_split_asks_for_must_be_known() {
        let message = load(&["alpha", "delta", "gamma"]).unwrap_err().to_string();
        assert!(message.contains("does not compute: beta;"), "{message}");
    }

    #[test]
    fn a_column_that_no_split_asks_for_may_be_unknown() {
        let mut forest = forest();
        forest.features.push("idle".to_owned());
        forest.profiles.push(Profile { seen: Some((0.0, 1.0)), ..Profile::EMPTY });
        let model = Model::new(forest, &NAMES).unwrap();
        assert_eq!(model.forest().features, NAMES);
        assert_eq!(model.outside(&[0.0, 0.0, 0.0]), [0_usize; 0]);
    }

    #[test]
    fn a_column_named_twice_is_refused() {
        let mut forest = forest();
        forest.features[2] = "alpha".to_owned();
        assert!(Model::new(forest, &NAMES).unwrap_err().to_string().contains("column alpha twice"));
    }

    #[test]
    fn shipped_models_load_for_a_table_with_another_feature() {
        for name in Model::names() {
            let model = Model::builtin(Some(name)).unwrap();
            let mut columns: Vec<&str> = model.forest().features.iter().map(String::as_str).collect();
            columns.insert(columns.len() / 2, "another_feature");
            let grown = Model::load(Model::artefact(name).unwrap(), &columns).unwrap();
            for value in [MISSING, 0.0, 0.5, 40.0] {
                let row = vec![value; columns.len()];
                assert_eq!(grown.raw(&row).to_bits(), model.raw(&row).to_bits(), "{name}");
            }
            assert_eq!(grown.base().to_bits(), model.base().to_bits());
        }
    }

    #[test]
    fn shipped_models_ask_for_features_of_the_extended_table() {
        for name in Model::names() {
            let model = Model::load(Model::artefact(name).unwrap(), Table::Extended.names()).unwrap();
            assert_eq!(model.forest().name, name);
        }
    }
}
