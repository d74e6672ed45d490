//! What each feature adds to a raw answer: exact Shapley values of the trees.
//!
//! "Path-dependent TreeSHAP", algorithm 2 of Lundberg, Erion and Lee, "Consistent Individualized Feature Attribution for
//! Tree Ensembles" (arXiv:1802.03888): a feature outside the coalition sends a row down both children, weighted by the
//! training rows that went there. A tree of L leaves and depth D costs O(L·D²) instead of 2^features.

#![allow(
    clippy::indexing_slicing,
    reason = "indices are bounded when the model is loaded, never by a capture"
)]

use super::forest::{MAX_DEPTH, Node};
use super::model::Model;
use crate::feature::MISSING;

/// Additive contributions of all features: `base` and their sum are `raw`.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    contributions: Vec<f64>,
}

/// One feature's contribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Column of the feature.
    pub feature: usize,
    /// What it adds to `raw`, in the output space.
    pub contribution: f64,
}

impl Explanation {
    /// Contributions in the order of the columns.
    pub fn contributions(&self) -> &[f64] {
        &self.contributions
    }

    /// Returns every feature in the order of the columns.
    pub fn in_order(&self) -> impl Iterator<Item = Share> {
        let share = |(feature, contribution): (usize, &f64)| Share { feature, contribution: *contribution };
        self.contributions.iter().enumerate().map(share)
    }

    /// Returns every feature by the size of its contribution, the greatest first; equal ones in the order of the
    /// columns.
    pub fn ranked(&self) -> Vec<Share> {
        let mut shares: Vec<Share> = self.in_order().collect();
        shares.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
        shares
    }
}

impl Model {
    /// Returns what each feature of a row adds to its raw answer.
    pub fn explain(&self, row: &[f64]) -> Explanation {
        let mut walk =
            Walk { model: self, row, path: Vec::new(), totals: vec![0.0; self.forest().features.len()] };
        for root in self.roots() {
            walk.visit(root, 0, Element { feature: None, zero: 1.0, one: 1.0, weight: 0.0 });
        }
        Explanation { contributions: walk.totals.into_iter().map(|total| self.aggregate(total)).collect() }
    }
}

/// A feature on the way from the root.
#[derive(Debug, Clone, Copy)]
struct Element {
    /// Column; `None` for the root's own element.
    feature: Option<u16>,
    /// Share of the training rows that follow this way when the feature is unknown.
    zero: f64,
    /// 1 if the row itself follows this way, else 0.
    one: f64,
    /// Permutation weight of the subsets that hold as many features as this element's place says.
    weight: f64,
}

/// One tree's recursion. `path` holds the ways of all open calls behind each other; each call owns its end.
struct Walk<'a> {
    model: &'a Model,
    row: &'a [f64],
    path: Vec<Element>,
    totals: Vec<f64>,
}

impl Walk<'_> {
    /// Extends a copy of the caller's way, which starts at `caller`, by `step` and goes on below node `index`.
    fn visit(&mut self, index: usize, caller: usize, step: Element) {
        let start = self.path.len();
        self.path.extend_from_within(caller..);
        self.extend(start, step);
        match self.model.node(index) {
            Node::Leaf { value, .. } => self.credit(start, value),
            Node::Split { feature, threshold, left, right, cover } => {
                let known = self.unwind_feature(start, feature);
                let value = self.row.get(usize::from(feature)).copied().unwrap_or(MISSING);
                let goes_left = value <= threshold;
                for (child, followed) in [(left as usize, goes_left), (right as usize, !goes_left)] {
                    let share = f64::from(self.model.node(child).cover()) / f64::from(cover);
                    let one = if followed { known.one } else { 0.0 };
                    let step = Element { feature: Some(feature), zero: known.zero * share, one, weight: 0.0 };
                    self.visit(child, start, step);
                }
            }
        }
        self.path.truncate(start);
    }

    /// Adds a leaf's value to every feature on the way to it.
    fn credit(&mut self, start: usize, value: f64) {
        let path = &self.path[start..];
        // What a feature takes away by which the row does not come here is the same for all of them.
        let missed = -unwound_missed_weight(path) * value;
        for element in &path[1..] {
            let share = if element.one == 0.0 {
                missed
            } else {
                unwound_weight(path, element.zero) * (1.0 - element.zero) * value
            };
            if let Some(feature) = element.feature {
                self.totals[usize::from(feature)] += share;
            }
        }
    }

    /// Puts `step` at the end of the way and spreads the weights over subsets one larger.
    fn extend(&mut self, start: usize, step: Element) {
        let length = self.path.len() - start;
        self.path.push(Element { weight: if length == 0 { 1.0 } else { 0.0 }, ..step });
        let path = &mut self.path[start..];
        let (one, zero) = (step.one * RECIPROCALS[length + 1], step.zero * RECIPROCALS[length + 1]);
        for place in (0..length).rev() {
            path[place + 1].weight += one * path[place].weight * (place + 1) as f64;
            path[place].weight *= zero * (length - place) as f64;
        }
    }

    /// Takes a feature that was met before off the way again: a feature counts once, with what both splits say.
    fn unwind_feature(&mut self, start: usize, feature: u16) -> Element {
        let fresh = Element { feature: Some(feature), zero: 1.0, one: 1.0, weight: 0.0 };
        let path = &mut self.path[start..];
        let Some(place) = path.iter().position(|element| element.feature == Some(feature)) else {
            return fresh;
        };
        let removed = path[place];
        let last = path.len() - 1;
        let size = (last + 1) as f64;
        let mut next = path[last].weight;
        for i in (0..last).rev() {
            if removed.one == 0.0 {
                path[i].weight = path[i].weight * size / (removed.zero * (last - i) as f64);
            } else {
                let weight = next * size / ((i + 1) as f64 * removed.one);
                next = path[i].weight - weight * removed.zero * (last - i) as f64 / size;
                path[i].weight = weight;
            }
        }
        for i in place..last {
            let Element { feature, zero, one, .. } = path[i + 1];
            path[i] = Element { feature, zero, one, ..path[i] };
        }
        self.path.pop();
        removed
    }
}

/// Sum of the weights that would remain if a feature that the row follows, and `zero` of the training rows, were taken off.
fn unwound_weight(path: &[Element], zero: f64) -> f64 {
    let last = path.len() - 1;
    let size = (last + 1) as f64;
    let zero = zero * RECIPROCALS[last + 1];
    let mut next = path[last].weight;
    let mut total = 0.0;
    for i in (0..last).rev() {
        let weight = next * size * RECIPROCALS[i + 1];
        total += weight;
        next = path[i].weight - weight * zero * (last - i) as f64;
    }
    total
}

/// Returns the same for a feature that the row does not follow, times the share of the training rows that do.
fn unwound_missed_weight(path: &[Element]) -> f64 {
    let last = path.len() - 1;
    let weights = path[..last].iter().enumerate();
    let total: f64 = weights.map(|(i, element)| element.weight * RECIPROCALS[last - i]).sum();
    total * (last + 1) as f64
}

/// 1/n, as far as a way is long; a division costs several times a product, and this is where a Report's time goes.
static RECIPROCALS: [f64; MAX_DEPTH + 3] = {
    let mut reciprocals = [0.0; MAX_DEPTH + 3];
    let mut n = 1;
    while n < reciprocals.len() {
        reciprocals[n] = 1.0 / n as f64;
        n += 1;
    }
    reciprocals
};

#[cfg(test)]
mod tests {
    use super::super::forest::tests::{NAMES, forest};
    use super::super::forest::{Aggregation, Forest, OutputSpace};
    use super::*;

    /// Expected answer below a node when only the features of the mask are known.
    fn expected(model: &Model, index: usize, row: &[f64], mask: u32) -> f64 {
        match model.node(index) {
            Node::Leaf { value, .. } => value,
            Node::Split { feature, threshold, left, right, cover } => {
                let (left, right) = (left as usize, right as usize);
                if mask & (1 << feature) != 0 {
                    let followed = if row[usize::from(feature)] <= threshold { left } else { right };
                    return expected(model, followed, row, mask);
                }
                let weighted =
                    |child: usize| f64::from(model.node(child).cover()) * expected(model, child, row, mask);
                (weighted(left) + weighted(right)) / f64::from(cover)
            }
        }
    }

    /// Shapley values by their definition: over all subsets of all features.
    fn brute_force(model: &Model, row: &[f64]) -> Vec<f64> {
        let count = model.forest().features.len();
        let answer = |mask: u32| {
            model.aggregate(model.roots().map(|root| expected(model, root, row, mask)).sum::<f64>())
        };
        let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
        let of = |feature: usize| {
            (0..1_u32 << count)
                .filter(|mask| mask & (1 << feature) == 0)
                .map(|mask| {
                    let size = mask.count_ones();
                    let weight =
                        factorial(size) * factorial(count as u32 - size - 1) / factorial(count as u32);
                    weight * (answer(mask | 1 << feature) - answer(mask))
                })
                .sum::<f64>()
        };
        (0..count).map(of).collect()
    }

    /// A small random number generator, for arbitrary trees.
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % below
        }
    }

    /// Grows a tree of random splits over `cover` rows; a feature may decide again and again.
    fn grow(nodes: &mut Vec<Node>, numbers: &mut Numbers, features: u64, cover: u32, depth: usize) -> u32 {
        let index = nodes.len() as u32;
        let value = numbers.next(1000) as f64 / 999.0;
        nodes.push(Node::Leaf { value, cover });
        if depth > 0 && cover > 1 && numbers.next(8) > 0 {
            let rows = 1 + numbers.next(u64::from(cover) - 1) as u32;
            let feature = numbers.next(features) as u16;
            let threshold = numbers.next(10) as f64;
            let left = grow(nodes, numbers, features, rows, depth - 1);
            let right = grow(nodes, numbers, features, cover - rows, depth - 1);
            nodes[index as usize] = Node::Split { feature, threshold, left, right, cover };
        }
        index
    }

    fn grown(seed: u64, features: u64, trees: usize, depth: usize) -> (Model, Numbers) {
        let mut numbers = Numbers(seed);
        let mut nodes = Vec::new();
        let roots = (0..trees).map(|_| grow(&mut nodes, &mut numbers, features, 500, depth)).collect();
        let names: Vec<String> = (0..features).map(|n| format!("feature{n}")).collect();
        let profiles = vec![forest().profiles[0]; names.len()];
        let forest = Forest { features: names.clone(), profiles, roots, nodes, ..forest() };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        (Model::new(forest, &names).unwrap(), numbers)
    }

    #[test]
    fn contributions_are_the_shapley_values_of_the_definition() {
        for seed in 0..40 {
            let (model, mut numbers) = grown(seed, 7, 3, 6);
            for _ in 0..4 {
                let row: Vec<f64> = (0..7).map(|_| numbers.next(11) as f64).collect();
                let found = model.explain(&row);
                for (fast, slow) in found.contributions().iter().zip(brute_force(&model, &row)) {
                    assert!((fast - slow).abs() < 1e-12, "seed {seed}: {fast} instead of {slow}");
                }
            }
        }
    }

    #[test]
    fn a_feature_met_twice_on_one_way_counts_once() {
        let model = Model::new(forest(), &NAMES).unwrap();
        for row in [[1.0, 0.0, 1.0], [4.0, 0.0, -1.0], [0.0, 3.0, 0.0], [2.0, 9.0, -1.0]] {
            let found = model.explain(&row);
            for (fast, slow) in found.contributions().iter().zip(brute_force(&model, &row)) {
                assert!((fast - slow).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn base_and_contributions_are_raw_in_deep_trees() {
        let (model, mut numbers) = grown(7, 37, 50, 14);
        for _ in 0..50 {
            let row: Vec<f64> = (0..37).map(|_| numbers.next(11) as f64).collect();
            let sum: f64 = model.explain(&row).contributions().iter().sum();
            assert!((model.base() + sum - model.raw(&row)).abs() < 1e-9);
        }
    }

    #[test]
    fn base_and_contributions_are_raw_in_log_odds() {
        let boosted = Forest {
            output_space: OutputSpace::LogOdds,
            aggregation: Aggregation::Sum,
            bias: -3.0,
            ..forest()
        };
        let model = Model::new(boosted, &NAMES).unwrap();
        let row = [1.0, 0.0, 1.0];
        let sum: f64 = model.explain(&row).contributions().iter().sum();
        assert!((model.base() + sum - model.raw(&row)).abs() < 1e-12);
    }

    #[test]
    fn a_feature_that_never_decides_adds_nothing() {
        let (model, _) = grown(3, 2, 5, 5);
        let mut forest = model.forest().clone();
        forest.features.push("idle".to_owned());
        forest.profiles.push(forest.profiles[0]);
        let model = Model::new(forest, &["feature0", "feature1", "idle"]).unwrap();
        assert_eq!(model.explain(&[1.0, 2.0, 3.0]).contributions()[2], 0.0);
    }

    #[test]
    fn shares_are_ranked_by_size_and_ties_by_column() {
        let explanation = Explanation { contributions: vec![0.1, -0.5, 0.0, 0.1, 0.0] };
        let order: Vec<usize> = explanation.ranked().iter().map(|share| share.feature).collect();
        assert_eq!(order, [1, 0, 3, 2, 4]);
    }
}
