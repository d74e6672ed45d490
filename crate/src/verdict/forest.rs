//! A forest in one flat array, and the artefact that holds it.
//!
//! The artefact is a magic, a format version and a [`Forest`] in postcard's encoding, which keeps every bit of an f64.

use super::profile::Profile;
use crate::Error;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// First bytes of an artefact.
pub(super) const MAGIC: &[u8; 8] = b"hushcap\0";
/// Version of the layout behind the magic.
const FORMAT: u32 = 3;
/// Bytes beyond which an artefact is refused.
const MAX_BYTES: usize = 64 << 20;
/// Splits on the way from a root to a leaf beyond which an artefact is refused.
pub const MAX_DEPTH: usize = 64;

/// What an artefact holds; a [`Model`](super::Model) once it is checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forest {
    /// Name that `--model` takes.
    pub name: String,
    /// Kind of model, in words.
    pub kind: String,
    /// Space in which contributions add up.
    pub output_space: OutputSpace,
    /// How the answers of the trees become one.
    pub aggregation: Aggregation,
    /// Added to what the trees give, in the output space.
    pub bias: f64,
    /// Score from which a tuple is flagged.
    pub threshold: f64,
    /// Score from which a tuple is on the border: not flagged, but above nearly all natural traffic.
    pub borderline: f64,
    /// SHA-256 of the training table, in hex.
    pub trained: String,
    /// Names of the columns that its splits mean by their numbers: those of the training table in an artefact, those of the
    /// rows that it reads in a [`Model`](super::Model).
    pub features: Vec<String>,
    /// What training saw of each of them.
    pub profiles: Vec<Profile>,
    /// How often each piece of evidence holds in natural benign traffic.
    pub rates: Vec<Rate>,
    /// Index of each tree's first node; a tree ends where the next begins.
    pub roots: Vec<u32>,
    /// All nodes, tree by tree, a parent before its children.
    pub nodes: Vec<Node>,
}

/// How often a piece of evidence holds in natural benign traffic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Name of its column.
    pub feature: String,
    /// Share of the natural benign training rows in which it holds.
    pub share: f64,
    /// Upper limit of that share in an unseen source.
    pub limit: f64,
}

/// One node of a tree. `cover` counts the rows of the training table that pass through it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Node {
    /// Sends a row on by one of its values.
    Split {
        /// Column of the value.
        feature: u16,
        /// The greatest value that goes left.
        threshold: f64,
        /// Index of the child for values up to the threshold.
        left: u32,
        /// Index of the child for all others.
        right: u32,
        /// Training rows through this node.
        cover: u32,
    },
    /// Ends the way of a row.
    Leaf {
        /// The tree's answer, in the output space.
        value: f64,
        /// Training rows that end here.
        cover: u32,
    },
}

/// The space in which contributions add up to `raw`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum OutputSpace {
    /// `score` is `raw`.
    Probability,
    /// `score` is the logistic function of `raw`.
    LogOdds,
}

/// How the answers of the trees become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aggregation {
    /// Their mean, as in a random forest.
    Mean,
    /// Their sum, as in boosting.
    Sum,
}

impl Node {
    /// Training rows through this node.
    pub fn cover(&self) -> u32 {
        match *self {
            Node::Split { cover, .. } | Node::Leaf { cover, .. } => cover,
        }
    }
}

impl OutputSpace {
    /// Returns the name that a report gives it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Forest {
    /// Returns the artefact, byte for byte the same for the same forest.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let body =
            postcard::to_allocvec(&(FORMAT, self)).map_err(|e| refuse(format!("cannot be written: {e}")))?;
        Ok([MAGIC.as_slice(), &body].concat())
    }

    /// Reads an artefact; what it holds is not checked.
    pub(super) fn decode(artefact: &[u8]) -> Result<Self, Error> {
        if artefact.len() > MAX_BYTES {
            return Err(refuse(format!("{} bytes, at most {MAX_BYTES} are read", artefact.len())));
        }
        let body = artefact
            .strip_prefix(MAGIC.as_slice())
            .ok_or_else(|| refuse("the first bytes are not those of a model artefact".to_owned()))?;
        let (format, body) = postcard::take_from_bytes::<u32>(body).map_err(|e| refuse(e.to_string()))?;
        if format != FORMAT {
            return Err(refuse(format!("artefact format {format}, expected {FORMAT}; train it again")));
        }
        let (forest, rest) = postcard::take_from_bytes::<Forest>(body)
            .map_err(|e| refuse(format!("the artefact is damaged: {e}")))?;
        if rest.is_empty() { Ok(forest) } else { Err(refuse(format!("{} bytes too many", rest.len()))) }
    }
}

/// Returns which columns some split asks for.
pub(super) fn asked(nodes: &[Node], columns: usize) -> Vec<bool> {
    let mut asked = vec![false; columns];
    for node in nodes {
        if let Node::Split { feature, .. } = node
            && let Some(asked) = asked.get_mut(usize::from(*feature))
        {
            *asked = true;
        }
    }
    asked
}

pub(super) fn refuse(reason: String) -> Error {
    Error::Model(reason)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::verdict) const NAMES: [&str; 3] = ["alpha", "beta", "gamma"];

    /// Two small trees over three features; `alpha` decides twice on one way down.
    pub(in crate::verdict) fn forest() -> Forest {
        let split =
            |feature, threshold, left, right, cover| Node::Split { feature, threshold, left, right, cover };
        let leaf = |value, cover| Node::Leaf { value, cover };
        Forest {
            name: "small".to_owned(),
            kind: "random forest".to_owned(),
            output_space: OutputSpace::Probability,
            aggregation: Aggregation::Mean,
            bias: 0.0,
            threshold: 0.5,
            borderline: 0.4,
            trained: "00".to_owned(),
            features: NAMES.map(str::to_owned).to_vec(),
            profiles: vec![Profile { seen: Some((0.0, 10.0)), missing: true, usual: Some((0.0, 1.0)) }; 3],
            rates: vec![Rate { feature: "alpha".to_owned(), share: 0.01, limit: 0.03 }],
            roots: vec![0, 9],
            nodes: vec![
                split(0, 0.5, 1, 4, 10),
                split(1, 2.0, 2, 3, 6),
                leaf(0.1, 5),
                leaf(0.7, 1),
                split(0, 3.0, 5, 8, 4),
                split(2, -0.5, 6, 7, 3),
                leaf(0.3, 1),
                leaf(0.9, 2),
                leaf(1.0, 1),
                split(2, 0.0, 10, 11, 10),
                leaf(0.25, 7),
                leaf(0.5, 3),
            ],
        }
    }
}
