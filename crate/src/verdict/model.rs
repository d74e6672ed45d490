//! A forest that was checked and bound to the columns of the rows that it reads.

#![allow(clippy::indexing_slicing, reason = "node indices are bounded when the model is loaded")]

use super::forest::{Aggregation, Forest, Node, asked, refuse};
use super::{check, columns};
use crate::Error;
use crate::feature::Table;

/// A model that fits this program: every index in range, every number finite, its columns bound by name to those of the
/// rows that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    forest: Forest,
    base: f64,
    asked: Vec<bool>,
}

/// The artefacts that the crate carries, the default first.
const BUILTIN: &[Builtin] = &[
    Builtin { name: "scorecard", artefact: include_bytes!("../../models/scorecard.postcard") },
    #[cfg(feature = "article-models")]
    Builtin { name: "boost37", artefact: include_bytes!("../../models/boost37.postcard") },
    #[cfg(feature = "article-models")]
    Builtin { name: "forest37", artefact: include_bytes!("../../models/forest37.postcard") },
];

/// A model that the crate carries.
struct Builtin {
    /// Name that `--model` takes.
    name: &'static str,
    /// What `models train` wrote.
    artefact: &'static [u8],
}

impl Model {
    /// Reads an artefact for rows of `columns`; refused if it asks for a column that is not among them.
    pub fn load(artefact: &[u8], columns: &[&str]) -> Result<Self, Error> {
        Self::new(Forest::decode(artefact)?, columns)
    }

    /// Returns the model of that name that the crate carries; without a name the default. It reads rows of the extended
    /// table.
    pub fn builtin(name: Option<&str>) -> Result<Self, Error> {
        let found = match name {
            Some(name) => BUILTIN.iter().find(|model| model.name == name),
            None => BUILTIN.first(),
        };
        let found = found.ok_or_else(|| {
            let known: Vec<&str> = Self::names().collect();
            refuse(format!("there is no {:?}; known are: {}", name.unwrap_or_default(), known.join(", ")))
        })?;
        Self::load(found.artefact, Table::Extended.names())
    }

    /// Returns the names that [`Model::builtin`] knows, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|model| model.name)
    }

    /// Returns the artefact of a model that the crate carries, byte for byte.
    pub fn artefact(name: &str) -> Option<&'static [u8]> {
        BUILTIN.iter().find(|model| model.name == name).map(|model| model.artefact)
    }

    /// Takes a forest for rows of `columns`; refused if it asks for a column that is not among them.
    pub fn new(forest: Forest, columns: &[&str]) -> Result<Self, Error> {
        check::header(&forest)?;
        for (start, end) in check::tree_ranges(&forest)? {
            check::tree(&forest, start, end)?;
        }
        check::profiles(&forest.profiles, &forest.features)?;
        let forest = columns::bind(forest, columns)?;
        let asked = asked(&forest.nodes, columns.len());
        let mut model = Model { base: 0.0, asked, forest };
        model.base = model.expected();
        Ok(model)
    }

    /// Returns what the artefact holds, bound to the columns of the rows.
    pub fn forest(&self) -> &Forest {
        &self.forest
    }

    /// Returns the mean answer over the training table, in the output space.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// Score from which a tuple is on the border; `None` for a model without a border.
    pub fn borderline(&self) -> Option<f64> {
        (self.forest.borderline < self.forest.threshold).then_some(self.forest.borderline)
    }

    /// Returns the share of natural benign training rows in which a column of evidence holds; `None` where it was not
    /// counted.
    pub fn natural_rate(&self, feature: &str) -> Option<f64> {
        self.forest.rates.iter().find(|rate| rate.feature == feature).map(|rate| rate.share)
    }

    /// Returns whether some split asks for a column, by column.
    pub fn asked(&self) -> &[bool] {
        &self.asked
    }

    /// Returns each tree's nodes start here.
    pub(super) fn roots(&self) -> impl Iterator<Item = usize> + '_ {
        self.forest.roots.iter().map(|root| *root as usize)
    }

    /// Returns a node by an index that [`Model::new`] has checked.
    pub(super) fn node(&self, index: usize) -> Node {
        self.forest.nodes[index]
    }

    /// From the total over all trees to the output space.
    pub(super) fn aggregate(&self, total: f64) -> f64 {
        match self.forest.aggregation {
            Aggregation::Mean => total / self.forest.roots.len() as f64,
            Aggregation::Sum => total,
        }
    }

    /// Mean answer of the trees, each leaf weighted by its cover.
    fn expected(&self) -> f64 {
        let ends = self.roots().skip(1).chain([self.forest.nodes.len()]);
        let total: f64 = self.roots().zip(ends).map(|(start, end)| self.tree_mean(start, end)).sum();
        self.forest.bias + self.aggregate(total)
    }

    fn tree_mean(&self, start: usize, end: usize) -> f64 {
        let leaves = self.forest.nodes[start..end].iter().filter_map(|node| match *node {
            Node::Leaf { value, cover } => Some(value * f64::from(cover)),
            Node::Split { .. } => None,
        });
        leaves.sum::<f64>() / f64::from(self.node(start).cover())
    }
}

#[cfg(test)]
mod tests {
    use super::super::forest::tests::{NAMES, forest};
    use super::super::forest::{MAGIC, MAX_DEPTH, Rate};
    use super::*;

    fn refusal(forest: Forest) -> String {
        Model::new(forest, &NAMES).unwrap_err().to_string()
    }

    #[test]
    fn artefact_reads_back_to_the_same_forest() {
        let bytes = forest().encode().unwrap();
        assert_eq!(Model::load(&bytes, &NAMES).unwrap().forest(), &forest());
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = forest().encode().unwrap();
        for end in 0..bytes.len() {
            assert!(Model::load(&bytes[..end], &NAMES).is_err(), "{end} bytes were taken");
        }
    }

    #[test]
    fn a_changed_byte_is_refused_or_still_a_sound_model() {
        let bytes = forest().encode().unwrap();
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[position] ^= 1 << bit;
                if let Ok(model) = Model::load(&changed, &NAMES) {
                    let raw = model.raw(&[0.0, 0.0, 0.0]);
                    assert!(raw.is_finite() || raw.is_infinite(), "not a number at {position}");
                }
            }
        }
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let mut bytes = forest().encode().unwrap();
        bytes.push(0);
        assert!(Model::load(&bytes, &NAMES).is_err());
    }

    #[test]
    fn another_format_version_is_refused() {
        let mut bytes = forest().encode().unwrap();
        bytes[MAGIC.len()] = 1;
        let message = Model::load(&bytes, &NAMES).unwrap_err().to_string();
        assert!(message.contains("format 1, expected 3"), "{message}");
    }

    #[test]
    fn another_kind_of_file_is_refused() {
        for bytes in [b"".as_slice(), b"\xd4\xc3\xb2\xa1 a capture", b"hushcap"] {
            let message = Model::load(bytes, &NAMES).unwrap_err().to_string();
            assert!(message.contains("not those of a model"), "{message}");
        }
    }

    #[test]
    fn circular_and_shared_children_are_refused() {
        let mut circular = forest();
        circular.nodes[4] = Node::Split { feature: 0, threshold: 3.0, left: 0, right: 8, cover: 4 };
        assert!(refusal(circular).contains("node 4"));
        let mut shared = forest();
        shared.nodes[1] = Node::Split { feature: 1, threshold: 2.0, left: 2, right: 2, cover: 6 };
        assert!(refusal(shared).contains("two parents"));
    }

    #[test]
    fn a_child_in_another_tree_is_refused() {
        let mut crossing = forest();
        crossing.nodes[1] = Node::Split { feature: 1, threshold: 2.0, left: 2, right: 10, cover: 6 };
        assert!(refusal(crossing).contains("node 1"));
    }

    #[test]
    fn feature_out_of_range_is_refused() {
        let mut wide = forest();
        wide.nodes[9] = Node::Split { feature: 3, threshold: 0.0, left: 10, right: 11, cover: 10 };
        assert!(refusal(wide).contains("node 9"));
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let mut leaf = forest();
        leaf.nodes[2] = Node::Leaf { value: f64::NAN, cover: 5 };
        assert!(refusal(leaf).contains("node 2"));
        let threshold = Forest { threshold: f64::INFINITY, ..forest() };
        assert!(refusal(threshold).contains("finite"));
        let border = Forest { borderline: 0.6, ..forest() };
        assert!(refusal(border).contains("border"));
        let rate = Rate { feature: "beta".to_owned(), share: 0.1, limit: f64::NAN };
        assert!(refusal(Forest { rates: vec![rate], ..forest() }).contains("rate of beta"));
    }

    #[test]
    fn cover_that_does_not_add_up_is_refused() {
        let mut lost = forest();
        lost.nodes[2] = Node::Leaf { value: 0.1, cover: 4 };
        assert!(refusal(lost).contains("rows of its children"));
    }

    #[test]
    fn too_deep_a_tree_is_refused() {
        let mut nodes = Vec::new();
        for level in 0..=MAX_DEPTH as u32 {
            let cover = MAX_DEPTH as u32 + 2 - level;
            nodes.push(Node::Split {
                feature: 0,
                threshold: 0.0,
                left: 2 * level + 1,
                right: 2 * level + 2,
                cover,
            });
            nodes.push(Node::Leaf { value: 0.0, cover: 1 });
        }
        nodes.push(Node::Leaf { value: 0.0, cover: 1 });
        // A split is at every even index, followed by its leaf, then by the next split.
        assert!(refusal(Forest { roots: vec![0], nodes, ..forest() }).contains("too deep"));
    }

    #[test]
    fn unknown_name_lists_the_known_ones() {
        let message = Model::builtin(Some("no such model")).unwrap_err().to_string();
        assert!(message.contains("no such model"), "{message}");
        assert!(Model::names().all(|name| message.contains(name)), "{message}");
    }

    #[test]
    fn builtin_models_fit_this_program() {
        for name in Model::names() {
            let model = Model::builtin(Some(name)).unwrap();
            assert_eq!(model.forest().name, name);
            assert_eq!(model.forest().features, Table::Extended.names());
        }
        assert_eq!(Model::builtin(None).unwrap().forest().name, Model::names().next().unwrap());
    }

    #[test]
    fn base_is_the_mean_over_the_training_rows() {
        let first = (0.1 * 5.0 + 0.7 + 0.3 + 0.9 * 2.0 + 1.0) / 10.0;
        let second = (0.25 * 7.0 + 0.5 * 3.0) / 10.0;
        let model = Model::new(forest(), &NAMES).unwrap();
        assert!((model.base() - f64::midpoint(first, second)).abs() < 1e-15);
    }
}
