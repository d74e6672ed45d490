//! Grows gradient-boosted trees with logistic loss.
//!
//! Second-order boosting with exact greedy splits: Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System"
//! (arXiv:1603.02754), algorithm 1 and equations 5 to 7. Each tree follows the gradient of the weighted log loss at the
//! answers so far; a leaf of gradient G and curvature H answers −rate·G/(H + ridge). A missing value is the number −1, as
//! everywhere in training. Sums run in the order of the sorted rows, so the same arguments give the same bits.
//!
//! A threshold may be drawn instead of sought: Geurts, Ernst and Wehenkel, "Extremely randomized trees" (2006), which
//! LightGBM offers for boosting too (`extra_trees`). Where there are few kinds of malware, the best threshold is often one
//! that tells this family from the others.

use crate::error::Error;
use crate::sample::Sample;
use crate::trees::Trees;
use hushcap::verdict::{Aggregation, Node, OutputSpace};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::index;
use rand::{RngExt, SeedableRng};

/// Size of the trees, and how slowly they learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Boosting {
    /// Number of trees.
    pub trees: usize,
    /// Splits from the root to a leaf.
    pub depth: u16,
    /// Share of its step that each tree goes.
    pub rate: f64,
    /// What is added to a leaf's curvature, against great answers from few rows (XGBoost's lambda).
    pub ridge: f64,
    /// Curvature that a leaf needs (XGBoost's `min_child_weight`).
    pub leaf: f64,
    /// Share of the rows that each tree is grown on.
    pub rows: f64,
    /// Share of the columns that each tree may ask for.
    pub columns: f64,
    /// How a node finds the threshold of a column.
    pub thresholds: Thresholds,
}

/// Which of a column's thresholds a node compares with those of other columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thresholds {
    /// The one that lowers the loss most.
    Best,
    /// One of those that leave both sides curvature enough, drawn.
    Drawn,
}

/// Grows trees on some columns of weighted rows; the trees read whole rows.
pub fn fit(sample: &Sample<'_>, columns: &[usize], boosting: Boosting, seed: u64) -> Result<Trees, Error> {
    let bias = prior(sample)?;
    let mut trees = Trees {
        output_space: OutputSpace::LogOdds,
        aggregation: Aggregation::Sum,
        bias,
        roots: Vec::new(),
        nodes: Vec::new(),
    };
    let orders: Vec<Order> = columns.iter().map(|column| Order::of(&sample.rows, *column)).collect();
    let asked = ((boosting.columns * columns.len() as f64).ceil() as usize).clamp(1, columns.len());
    let mut raws = vec![bias; sample.rows.len()];
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    for _ in 0..boosting.trees {
        let slopes = slopes(sample, &raws, boosting.rows, &mut random);
        let mut chosen = index::sample(&mut random, orders.len(), asked).into_vec();
        chosen.sort_unstable();
        let chosen: Vec<&Order> = chosen.into_iter().map(|place| &orders[place]).collect();
        let tree = Tree::grow(&sample.rows, &chosen, &slopes, boosting, &mut random);
        for (raw, node) in raws.iter_mut().zip(&tree.ends) {
            *raw += tree.nodes[*node].answer(boosting);
        }
        trees.roots.push(u32::try_from(trees.nodes.len()).map_err(failed)?);
        tree.lay_out(0, boosting, &mut trees.nodes)?;
    }
    Ok(trees)
}

/// Log-odds of malware over all rows.
fn prior(sample: &Sample<'_>) -> Result<f64, Error> {
    let mut totals = [0.0; 2];
    for (malware, weight) in sample.malware.iter().zip(&sample.weights) {
        totals[usize::from(*malware)] += weight;
    }
    let [benign, malware] = totals;
    if benign > 0.0 && malware > 0.0 {
        return Ok(libm::log(malware / benign));
    }
    Err(failed("boosting needs malware and benign rows"))
}

/// First and second derivative of the loss, of a row or of many.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Slope {
    gradient: f64,
    curvature: f64,
}

impl Slope {
    fn add(&mut self, other: Slope) {
        self.gradient += other.gradient;
        self.curvature += other.curvature;
    }

    fn without(self, other: Slope) -> Slope {
        Slope { gradient: self.gradient - other.gradient, curvature: self.curvature - other.curvature }
    }

    /// By how much the best answer lowers the loss, doubled.
    fn merit(self, ridge: f64) -> f64 {
        self.gradient * self.gradient / (self.curvature + ridge)
    }
}

/// Slopes of the rows that are drawn; 0 for the others, which then decide nothing.
fn slopes(sample: &Sample<'_>, raws: &[f64], share: f64, random: &mut Xoshiro256PlusPlus) -> Vec<Slope> {
    let slope = |((malware, weight), raw): ((&bool, &f64), &f64)| {
        if share < 1.0 && !random.random_bool(share) {
            return Slope::default();
        }
        let answer = 1.0 / (1.0 + libm::exp(-raw));
        let label = f64::from(u8::from(*malware));
        Slope { gradient: weight * (answer - label), curvature: weight * answer * (1.0 - answer) }
    };
    sample.malware.iter().zip(&sample.weights).zip(raws).map(slope).collect()
}

/// The rows by the value of one column.
struct Order {
    column: usize,
    /// Values, ascending, and whose they are.
    rows: Vec<(f64, usize)>,
}

impl Order {
    fn of(rows: &[&[f64]], column: usize) -> Self {
        let mut rows: Vec<(f64, usize)> = rows.iter().map(|row| row[column]).zip(0..).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        Order { column, rows }
    }
}

/// A tree while it grows: its nodes level by level.
struct Tree {
    nodes: Vec<Growing>,
    /// The node in which each row ends so far.
    ends: Vec<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Growing {
    slope: Slope,
    cover: u32,
    split: Option<Split>,
    children: Option<(usize, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Split {
    column: usize,
    threshold: f64,
    gain: f64,
}

/// What has been seen of a node's rows on the way through one column.
#[derive(Debug, Clone, Copy, Default)]
struct Below {
    slope: Slope,
    last: Option<f64>,
    /// Thresholds that leave both sides curvature enough, so far.
    met: u32,
    /// The best of them, or one of them.
    chosen: Option<Split>,
}

impl Below {
    /// Takes a threshold, or leaves it for one before it. Of equal ones the first wins.
    fn meet(&mut self, split: Split, thresholds: Thresholds, random: &mut Xoshiro256PlusPlus) {
        self.met += 1;
        let taken = match thresholds {
            Thresholds::Best => self.chosen.is_none_or(|chosen| split.gain > chosen.gain),
            // Each of n is kept with a chance of 1/n.
            Thresholds::Drawn => random.random_range(0..self.met) == 0,
        };
        if taken {
            self.chosen = Some(split);
        }
    }
}

impl Tree {
    fn grow(
        rows: &[&[f64]],
        orders: &[&Order],
        slopes: &[Slope],
        boosting: Boosting,
        random: &mut Xoshiro256PlusPlus,
    ) -> Self {
        let mut tree = Tree { nodes: vec![Growing::default()], ends: vec![0; slopes.len()] };
        tree.count(0, slopes);
        let mut level = 0;
        for _ in 0..boosting.depth {
            for order in orders {
                tree.seek(level, order, slopes, boosting, random);
            }
            let next = tree.nodes.len();
            tree.divide(level, rows);
            tree.count(next, slopes);
            level = next;
        }
        tree
    }

    /// Finds the splits by one column for all nodes from `level` on. Of equal ones the first column's wins.
    fn seek(
        &mut self,
        level: usize,
        order: &Order,
        slopes: &[Slope],
        boosting: Boosting,
        random: &mut Xoshiro256PlusPlus,
    ) {
        let Boosting { ridge, leaf, thresholds, .. } = boosting;
        let nodes = &mut self.nodes[level..];
        let mut below = vec![Below::default(); nodes.len()];
        for (value, row) in &order.rows {
            let Some(place) = self.ends[*row].checked_sub(level) else { continue };
            let (node, below) = (&nodes[place], &mut below[place]);
            if let Some(last) = below.last.filter(|last| last < value) {
                let above = node.slope.without(below.slope);
                if below.slope.curvature >= leaf && above.curvature >= leaf {
                    let gain = below.slope.merit(ridge) + above.merit(ridge) - node.slope.merit(ridge);
                    let split = Split { column: order.column, threshold: between(last, *value), gain };
                    below.meet(split, thresholds, random);
                }
            }
            below.slope.add(slopes[*row]);
            below.last = Some(*value);
        }
        for (node, below) in nodes.iter_mut().zip(below) {
            let least = node.split.map_or(0.0, |best| best.gain);
            if let Some(better) = below.chosen.filter(|chosen| chosen.gain > least) {
                node.split = Some(better);
            }
        }
    }

    /// Gives the nodes from `level` on that have a split their children, and the rows to these.
    fn divide(&mut self, level: usize, rows: &[&[f64]]) {
        for index in level..self.nodes.len() {
            if self.nodes[index].split.is_some() {
                let left = self.nodes.len();
                self.nodes.extend([Growing::default(); 2]);
                self.nodes[index].children = Some((left, left + 1));
            }
        }
        for (end, row) in self.ends.iter_mut().zip(rows) {
            let node = &self.nodes[*end];
            if let (Some(split), Some((left, right))) = (node.split, node.children) {
                *end = if row[split.column] <= split.threshold { left } else { right };
            }
        }
    }

    /// Counts the rows of the nodes from `level` on.
    fn count(&mut self, level: usize, slopes: &[Slope]) {
        for (end, slope) in self.ends.iter().zip(slopes).filter(|(end, _)| **end >= level) {
            self.nodes[*end].cover += 1;
            self.nodes[*end].slope.add(*slope);
        }
    }

    /// Puts a node and all below it behind `flat`, left before right, and gives its place.
    fn lay_out(&self, index: usize, boosting: Boosting, flat: &mut Vec<Node>) -> Result<u32, Error> {
        let node = &self.nodes[index];
        let (place, cover) = (flat.len(), node.cover);
        flat.push(Node::Leaf { value: node.answer(boosting), cover });
        if let (Some(Split { column, threshold, .. }), Some(children)) = (node.split, node.children) {
            let left = self.lay_out(children.0, boosting, flat)?;
            let right = self.lay_out(children.1, boosting, flat)?;
            let feature = u16::try_from(column).map_err(failed)?;
            flat[place] = Node::Split { feature, threshold, left, right, cover };
        }
        u32::try_from(place).map_err(failed)
    }
}

impl Growing {
    /// Returns what the node answers if it is a leaf.
    fn answer(&self, boosting: Boosting) -> f64 {
        -boosting.rate * self.slope.gradient / (self.slope.curvature + boosting.ridge)
    }
}

/// A threshold that sends the lower value left and the higher one right.
fn between(low: f64, high: f64) -> f64 {
    let middle = f64::midpoint(low, high);
    if middle < high { middle } else { low }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Training(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::tests::{model, sample};
    use crate::table::tests::generated;

    const BOOSTING: Boosting = Boosting {
        trees: 30,
        depth: 3,
        rate: 0.3,
        ridge: 1.0,
        leaf: 1.0,
        rows: 1.0,
        columns: 1.0,
        thresholds: Thresholds::Best,
    };

    fn plain(rows: &[[f64; 1]], malware: &[bool], weights: &[f64], boosting: Boosting) -> Trees {
        let rows = rows.iter().map(<[f64; 1]>::as_slice).collect();
        let sample = Sample {
            columns: &[],
            sources: Vec::new(),
            rows,
            malware: malware.to_vec(),
            weights: weights.to_vec(),
        };
        fit(&sample, &[0], boosting, 1).unwrap()
    }

    #[test]
    fn one_stump_takes_newton_steps_from_the_prior() {
        let one = Boosting { trees: 1, depth: 1, leaf: 0.1, rate: 0.5, ..BOOSTING };
        let trees =
            plain(&[[1.0], [2.0], [4.0], [5.0]], &[false, false, false, true], &[1.0, 1.0, 1.0, 1.0], one);
        assert_eq!(trees.bias, libm::log(1.0 / 3.0));
        // At a quarter for each: gradient 1/4 or −3/4, curvature 3/16. The best split is the one before the last row.
        let below = -0.5 * 0.75 / (9.0 / 16.0 + 1.0);
        let above = 0.5 * 0.75 / (3.0 / 16.0 + 1.0);
        let [
            Node::Split { threshold, cover, .. },
            Node::Leaf { value: left, .. },
            Node::Leaf { value: right, .. },
        ] = trees.nodes[..]
        else {
            panic!("no stump: {:?}", trees.nodes);
        };
        assert_eq!((threshold, cover), (4.5, 4));
        assert!((left - below).abs() < 1e-12 && (right - above).abs() < 1e-12, "{left} {right}");
    }

    #[test]
    fn a_weight_of_two_counts_as_two_rows() {
        let doubled = plain(&[[1.0], [2.0], [3.0], [3.0]], &[false, false, true, true], &[1.0; 4], BOOSTING);
        let weighted = plain(&[[1.0], [2.0], [3.0]], &[false, false, true], &[1.0, 1.0, 2.0], BOOSTING);
        for (a, b) in doubled.nodes.iter().zip(&weighted.nodes) {
            match (a, b) {
                (Node::Leaf { value: a, .. }, Node::Leaf { value: b, .. }) => assert!((a - b).abs() < 1e-12),
                (Node::Split { threshold: a, .. }, Node::Split { threshold: b, .. }) => assert_eq!(a, b),
                _ => panic!("other trees"),
            }
        }
    }

    #[test]
    fn more_trees_lower_the_loss() {
        let table = generated();
        let sample = sample(&table);
        let loss = |trees| {
            let model = model(fit(&sample, &[0, 1], Boosting { trees, ..BOOSTING }, 1).unwrap());
            let raws = model.raws(&sample.rows);
            let of = |(malware, raw): (&bool, f64)| libm::log1p(libm::exp(if *malware { -raw } else { raw }));
            sample.malware.iter().zip(raws).map(of).sum::<f64>()
        };
        assert!(loss(5) < loss(1) && loss(30) < loss(5));
    }

    #[test]
    fn drawn_thresholds_are_all_that_leave_curvature_enough() {
        let stump = Boosting { trees: 400, depth: 1, rate: 1e-9, leaf: 0.3, ..BOOSTING };
        let drawn = Boosting { thresholds: Thresholds::Drawn, ..stump };
        let count = |boosting| {
            let rows = [[1.0], [2.0], [3.0], [4.0], [5.0]];
            let trees = plain(&rows, &[false, false, true, true, true], &[1.0; 5], boosting);
            let mut counts = std::collections::BTreeMap::new();
            for node in trees.nodes {
                if let Node::Split { threshold, .. } = node {
                    *counts.entry((threshold * 2.0) as u32).or_insert(0) += 1;
                }
            }
            counts
        };
        // A row has a curvature of 0.24: the outermost thresholds leave one row alone.
        assert_eq!(count(stump), [(5, 400)].into());
        let counts = count(drawn);
        assert_eq!(counts.keys().collect::<Vec<_>>(), [&5, &7]);
        assert!(counts.values().all(|count| (150..250).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_threshold_between_neighbours_sends_them_apart() {
        let low = 1.0_f64;
        let high = f64::from_bits(low.to_bits() + 1);
        assert!(low <= between(low, high) && between(low, high) < high);
    }

    #[test]
    fn rows_of_one_label_are_refused() {
        let rows: Vec<&[f64]> = vec![&[1.0], &[2.0]];
        let sample = Sample {
            columns: &[],
            sources: Vec::new(),
            rows,
            malware: vec![false; 2],
            weights: vec![1.0; 2],
        };
        assert!(fit(&sample, &[0], BOOSTING, 1).unwrap_err().to_string().contains("malware and benign"));
    }
}
