//! What learners grow: flat trees, and the artefact that they become.

use hushcap::verdict::{Aggregation, Forest, Node, OutputSpace, Profile, Rate};

/// Trees in the artefact's layout, before anything is said of their name, table and threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Trees {
    /// Space of the leaves.
    pub output_space: OutputSpace,
    /// How the answers of the trees become one.
    pub aggregation: Aggregation,
    /// Added to what the trees give.
    pub bias: f64,
    /// Index of each tree's first node.
    pub roots: Vec<u32>,
    /// All nodes, tree by tree.
    pub nodes: Vec<Node>,
}

/// What an artefact says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Name that `--model` takes.
    pub name: String,
    /// Kind of model, in words.
    pub kind: String,
    /// Score from which a tuple is flagged.
    pub threshold: f64,
    /// Score from which a tuple is on the border.
    pub borderline: f64,
    /// SHA-256 of the training table.
    pub trained: String,
    /// Names of the columns.
    pub features: Vec<String>,
    /// What training saw of each of them.
    pub profiles: Vec<Profile>,
    /// How often each piece of evidence holds in natural traffic.
    pub rates: Vec<Rate>,
}

impl Trees {
    /// Returns the artefact's forest.
    pub fn into_forest(self, header: Header) -> Forest {
        let Trees { output_space, aggregation, bias, roots, nodes } = self;
        let Header { name, kind, threshold, borderline, trained, features, profiles, rates } = header;
        Forest {
            name,
            kind,
            output_space,
            aggregation,
            bias,
            threshold,
            borderline,
            trained,
            features,
            profiles,
            rates,
            roots,
            nodes,
        }
    }
}
