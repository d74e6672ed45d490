//! What the page is given beside typed arrays of numbers.

use super::{Head, Judged, TupleOutline};
use crate::capture;
use crate::feature::{Feature, Table, Topic};
use serde::Serialize;

/// A Report without the numbers of its tuples.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Outline<'a> {
    /// All but the tuples.
    #[serde(flatten)]
    pub head: &'a Head,
    /// Logs that can be written.
    pub logs: Vec<&'static str>,
    /// One entry per 4-tuple, in the Report's order.
    pub tuples: Vec<&'a TupleOutline>,
}

impl<'a> Outline<'a> {
    /// Returns the outline of `judged`, whose `logs` can be written.
    pub fn of(judged: &'a Judged, logs: impl Iterator<Item = &'static str>) -> Self {
        let tuples = judged.tuples.iter().map(|tuple| &tuple.outline);
        Outline { head: &judged.head, logs: logs.collect(), tuples: tuples.collect() }
    }
}

/// What the program declares, for the page's labels.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Schema {
    /// The features that travel as rows, in the order of a row's values.
    pub features: &'static [&'static Feature],
    /// What each is about: an explanation shows features of one topic together.
    pub topics: Vec<Topic>,
    /// LINKTYPEs that are read: their numbers and names.
    pub link_types: Vec<(u32, &'static str)>,
}

impl Schema {
    /// Returns what is declared.
    pub fn declared() -> Self {
        let features = Table::Extended.features();
        Schema {
            features,
            topics: features.iter().map(|feature| Topic::of(feature.name)).collect(),
            link_types: capture::link_types().collect(),
        }
    }
}

/// Texts behind one 4-tuple.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct RecordTexts {
    /// Score with every value that raises it as usual; `null` where no value does.
    pub together: Option<f64>,
    /// Records of its first connections, JSON lines.
    pub conn: String,
    /// Their handshakes, JSON lines.
    pub ssl: String,
    /// Certificates of the handshakes' server chains, JSON lines.
    pub x509: String,
}

/// The handshakes whose server sent one certificate.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct CertificateSeen {
    /// How many there are.
    pub handshakes: usize,
    /// Time of the first, epoch seconds; `null` without one.
    pub first_ts: Option<f64>,
    /// Time of the last, epoch seconds; `null` without one.
    pub last_ts: Option<f64>,
    /// Places of their 4-tuples in the outline.
    pub tuples: Vec<u32>,
    /// Records of the first of them, JSON lines.
    pub ssl: String,
    /// Certificates of their server chains, JSON lines.
    pub x509: String,
}
