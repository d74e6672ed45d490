//! What the page and the command line show. The names are stable; `null` is unknown.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Result of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this layout.
    pub schema: u32,
    /// The input itself.
    pub capture: Capture,
    /// How well it could be read, and how much of it could be judged.
    pub health: Health,
    /// The model that scored it.
    pub model: ModelCard,
    /// One entry a 4-tuple, by score descending, then by key as text.
    pub tuples: Vec<TupleReport>,
}

/// The input as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Capture {
    /// Last path component.
    pub name: String,
    /// `pcap`, `pcapng`, `zeek-tsv`, `zeek-json`; `+gzip` behind it where it was compressed.
    pub format: String,
    /// Size as read, compressed where it was.
    pub bytes: u64,
    /// Packets; `null` for logs.
    pub packets: Option<u64>,
    /// Earliest time, epoch seconds.
    pub first_ts: Option<f64>,
    /// Latest time, epoch seconds.
    pub last_ts: Option<f64>,
    /// LINKTYPE numbers.
    pub link_types: Vec<u32>,
}

/// Coverage and damage, in counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Health {
    /// Connections of any kind.
    pub connections: u64,
    /// Connections with an ssl record.
    pub tls_connections: u64,
    /// Those whose first server certificate is known.
    pub tls_with_certificate: u64,
    /// Packets that a snaplen cut.
    pub truncated_packets: u64,
    /// Packets whose checksum is wrong (usually offloading at the capturing host).
    pub bad_checksums: u64,
    /// Connections with bytes that were never captured.
    pub gaps: u64,
    /// Oddities by kind.
    pub weird: BTreeMap<String, u64>,
    /// Bounds that cut the analysis short, by kind.
    pub limits_hit: BTreeMap<String, u64>,
}

/// The model in a few words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// Name that `--model` takes.
    pub name: String,
    /// Kind of model.
    pub kind: String,
    /// SHA-256 of the training table.
    pub trained: String,
    /// Score from which a tuple is flagged.
    pub threshold: f64,
    /// Number of columns of the model's table.
    pub features: usize,
    /// `probability` or `log-odds`.
    pub output_space: String,
}

/// One 4-tuple, scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TupleReport {
    /// Originator's address.
    pub orig_h: String,
    /// Responder's address.
    pub resp_h: String,
    /// Responder's port.
    pub resp_p: u16,
    /// Transport protocol.
    pub proto: String,
    /// In [0, 1]; higher is more like malware.
    pub score: f64,
    /// What the contributions add up to, in the model's output space.
    pub raw: f64,
    /// The model's answer before any feature is known, in its output space.
    pub base: f64,
    /// `malware-like`, `ordinary` or `undecided`.
    pub verdict: String,
    /// Connections in the tuple.
    pub connections: u64,
    /// Server names its ClientHellos gave, distinct, in order of first use.
    pub server_names: Vec<String>,
    /// Every feature of the model's table by name; missing is `null`.
    pub features: BTreeMap<String, Option<f64>>,
    /// Every feature's share in the score, by |contribution| descending.
    pub explanation: Vec<Contribution>,
    /// One of the ways in which malware uses TLS, where the evidence fits one.
    pub purpose: Option<String>,
}

/// What one feature adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// Name of the feature.
    pub feature: String,
    /// Its value; missing is `null`.
    pub value: Option<f64>,
    /// Its additive share in the model's output space.
    pub contribution: f64,
}
