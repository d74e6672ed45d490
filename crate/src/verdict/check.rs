//! What makes a forest sound, checked once when it is loaded.

#![allow(clippy::indexing_slicing, reason = "an artefact's nodes are walked within the array's own bounds")]

use super::forest::{Forest, MAX_DEPTH, Node, refuse};
use super::profile::Profile;
use crate::Error;

/// Nodes and trees beyond which an artefact is refused.
const MAX_NODES: usize = 1 << 21;
const MAX_TREES: usize = 1 << 14;

pub(super) fn header(forest: &Forest) -> Result<(), Error> {
    let numbers = [forest.bias, forest.threshold, forest.borderline];
    if numbers.iter().any(|number| !number.is_finite()) {
        return Err(refuse("its bias or a threshold is not a finite number".to_owned()));
    }
    if forest.borderline > forest.threshold {
        return Err(refuse("its border begins above its threshold".to_owned()));
    }
    let share = 0.0..=1.0;
    if let Some(rate) =
        forest.rates.iter().find(|rate| !share.contains(&rate.share) || !share.contains(&rate.limit))
    {
        return Err(refuse(format!("the rate of {} is not a share", rate.feature)));
    }
    if forest.roots.is_empty() || forest.roots.len() > MAX_TREES || forest.nodes.len() > MAX_NODES {
        return Err(refuse(format!(
            "{} trees of {} nodes; expected 1 to {MAX_TREES} trees and at most {MAX_NODES} nodes",
            forest.roots.len(),
            forest.nodes.len()
        )));
    }
    Ok(())
}

/// First node and end of each tree; together they are the whole array.
pub(super) fn tree_ranges(forest: &Forest) -> Result<Vec<(usize, usize)>, Error> {
    let ends = forest.roots.iter().skip(1).map(|root| *root as usize).chain([forest.nodes.len()]);
    let ranges: Vec<(usize, usize)> = forest.roots.iter().map(|root| *root as usize).zip(ends).collect();
    let starts_at_zero = ranges.first().is_some_and(|(start, _)| *start == 0);
    match ranges.iter().find(|(start, end)| start >= end || *end > forest.nodes.len()) {
        None if starts_at_zero => Ok(ranges),
        Some((start, _)) => Err(refuse(format!("the tree at node {start} is empty or out of range"))),
        None => Err(refuse("the first tree does not start at the first node".to_owned())),
    }
}

/// A tree is sound if every node but the root has one parent, which precedes it: then nothing is circular.
pub(super) fn tree(forest: &Forest, start: usize, end: usize) -> Result<(), Error> {
    let wrong = |index: usize, what: &str| Err(refuse(format!("node {index}: {what}")));
    let mut depth: Vec<Option<usize>> = vec![None; end - start];
    depth[0] = Some(0);
    for index in start..end {
        let Some(level) = depth[index - start] else {
            return wrong(index, "no parent precedes it");
        };
        match forest.nodes[index] {
            Node::Leaf { value, cover } => {
                if !value.is_finite() || cover == 0 {
                    return wrong(index, "a leaf needs a finite value and a training row");
                }
            }
            Node::Split { feature, threshold, left, right, cover } => {
                if usize::from(feature) >= forest.features.len() || !threshold.is_finite() {
                    return wrong(index, "its feature or its threshold is out of range");
                }
                if level >= MAX_DEPTH {
                    return wrong(index, "the tree is too deep");
                }
                let mut below = 0_u64;
                for child in [left as usize, right as usize] {
                    if child <= index || child >= end || depth[child - start].is_some() {
                        return wrong(index, "a child is out of range or has two parents");
                    }
                    depth[child - start] = Some(level + 1);
                    below += u64::from(forest.nodes[child].cover());
                }
                if below != u64::from(cover) {
                    return wrong(index, "the rows of its children are not its own");
                }
            }
        }
    }
    Ok(())
}

/// There is a sound profile for each of the columns.
pub(super) fn profiles(profiles: &[Profile], columns: &[String]) -> Result<(), Error> {
    if profiles.len() != columns.len() {
        return Err(refuse(format!("{} profiles of {} features", profiles.len(), columns.len())));
    }
    match profiles.iter().zip(columns).find(|(profile, _)| !profile.is_sound()) {
        None => Ok(()),
        Some((_, name)) => Err(refuse(format!("the profile of {name} is no range"))),
    }
}
