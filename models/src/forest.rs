//! Trains a random forest with smartcore and lays it out flat.
//!
//! Regression on 0/1 labels: a leaf is the share of malware in it and the forest's answer the mean over its trees, where
//! smartcore's classifier would give hard votes only. Its nodes are private but can be serialised.

use crate::error::Error;
use crate::sample::Sample;
use crate::trees::Trees;
use hushcap::verdict::{Aggregation, Node, OutputSpace};
use serde::Deserialize;
use smartcore::ensemble::random_forest_regressor::{RandomForestRegressor, RandomForestRegressorParameters};
use smartcore::linalg::basic::matrix::DenseMatrix;

/// What smartcore trains.
type Trained = RandomForestRegressor<f64, f64, DenseMatrix<f64>, Vec<f64>>;

/// Size of a forest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Number of trees.
    pub trees: usize,
    /// Splits from the root to a leaf.
    pub depth: u16,
    /// Bootstrapped rows that a leaf needs.
    pub leaf: usize,
    /// Features that a split chooses from.
    pub candidates: usize,
}

/// Trains on some columns of rows that are drawn with their weights.
pub fn fit(sample: &Sample<'_>, columns: &[usize], growth: Growth, seed: u64) -> Result<Trees, Error> {
    flatten(&train(sample, columns, growth, seed)?, sample, columns)
}

fn train(sample: &Sample<'_>, columns: &[usize], growth: Growth, seed: u64) -> Result<Trained, Error> {
    let parameters = RandomForestRegressorParameters::default()
        .with_n_trees(growth.trees)
        .with_max_depth(growth.depth)
        .with_min_samples_leaf(growth.leaf)
        .with_min_samples_split(2 * growth.leaf)
        .with_m(growth.candidates)
        .with_seed(seed);
    let matrix = matrix(&sample.rows, columns)?;
    RandomForestRegressor::fit_with_weights(&matrix, &sample.labels(), &sample.weights, parameters)
        .map_err(failed)
}

/// Some columns of rows as smartcore takes them.
pub(crate) fn matrix(rows: &[&[f64]], columns: &[usize]) -> Result<DenseMatrix<f64>, Error> {
    let values: Vec<Vec<f64>> =
        rows.iter().map(|row| columns.iter().map(|column| row[*column]).collect()).collect();
    DenseMatrix::from_2d_vec(&values).map_err(failed)
}

/// Trees and covers of a trained forest in the flat layout. `sample` and `columns` are those that it was trained on; the
/// flat trees read whole rows.
fn flatten(trained: &Trained, sample: &Sample<'_>, columns: &[usize]) -> Result<Trees, Error> {
    let value = serde_json::to_value(trained).map_err(failed)?;
    let mut serial: SerialForest = serde_json::from_value(value).map_err(failed)?;
    for node in serial.forest_regressor.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
        node.split_feature = columns[node.split_feature];
    }
    let mut flat = Trees {
        output_space: OutputSpace::Probability,
        aggregation: Aggregation::Mean,
        bias: 0.0,
        roots: Vec::new(),
        nodes: Vec::new(),
    };
    for tree in &serial.forest_regressor.trees {
        flat.roots.push(flat.nodes.len() as u32);
        let covers = covers(&tree.nodes, &sample.rows)?;
        lay_out(&tree.nodes, &covers, 0, &mut flat.nodes)?;
    }
    Ok(flat)
}

#[derive(Deserialize)]
struct SerialForest {
    forest_regressor: SerialTrees,
}

#[derive(Deserialize)]
struct SerialTrees {
    trees: Vec<SerialTree>,
}

#[derive(Deserialize)]
struct SerialTree {
    nodes: Vec<SerialNode>,
}

/// A node as smartcore 0.7 serialises it; one without children is a leaf.
#[derive(Deserialize)]
struct SerialNode {
    output: f64,
    split_feature: usize,
    split_value: Option<f64>,
    true_child: Option<usize>,
    false_child: Option<usize>,
}

impl SerialNode {
    /// Feature, threshold and the children for values up to it and above it.
    fn split(&self) -> Option<(usize, f64, usize, usize)> {
        Some((self.split_feature, self.split_value?, self.true_child?, self.false_child?))
    }
}

/// Training rows through each node of a tree.
fn covers(nodes: &[SerialNode], rows: &[&[f64]]) -> Result<Vec<u32>, Error> {
    let mut covers = vec![0; nodes.len()];
    for row in rows {
        let mut index = 0;
        loop {
            let node = nodes.get(index).ok_or_else(|| Error::Training(format!("no node {index}")))?;
            covers[index] += 1;
            match node.split() {
                None => break,
                Some((feature, threshold, below, above)) => {
                    index = if row[feature] <= threshold { below } else { above };
                }
            }
        }
    }
    Ok(covers)
}

/// Puts a node and all below it behind `flat`, left before right, and gives its place.
fn lay_out(nodes: &[SerialNode], covers: &[u32], index: usize, flat: &mut Vec<Node>) -> Result<u32, Error> {
    let place = flat.len();
    let cover = covers[index];
    flat.push(Node::Leaf { value: nodes[index].output, cover });
    if let Some((feature, threshold, below, above)) = nodes[index].split() {
        let left = lay_out(nodes, covers, below, flat)?;
        let right = lay_out(nodes, covers, above, flat)?;
        let feature = u16::try_from(feature).map_err(failed)?;
        flat[place] = Node::Split { feature, threshold, left, right, cover };
    }
    u32::try_from(place).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Training(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::tests::{model, sample};
    use crate::table::tests::generated;

    const GROWTH: Growth = Growth { trees: 40, depth: 9, leaf: 2, candidates: 1 };
    const SEED: u64 = 5;
    const BOTH: [usize; 2] = [0, 1];

    #[test]
    fn flat_forest_gives_the_bits_of_smartcore() {
        let table = generated();
        let sample = sample(&table);
        let trained = train(&sample, &BOTH, GROWTH, SEED).unwrap();
        let model = model(flatten(&trained, &sample, &BOTH).unwrap());
        let mut asked = table.clone();
        for (n, row) in asked.rows.iter_mut().enumerate() {
            row.values = vec![(n as f64) / 80.0 - 1.0, (n % 19) as f64 - 1.0];
        }
        for table in [&table, &asked] {
            let values: Vec<&[f64]> = table.rows.iter().map(|row| row.values.as_slice()).collect();
            let expected = trained.predict(&matrix(&values, &BOTH).unwrap()).unwrap();
            let found = model.raws(&values);
            assert!(found.iter().any(|raw| *raw > 0.6) && found.iter().any(|raw| *raw < 0.2));
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found.to_bits(), expected.to_bits());
            }
        }
    }
}
