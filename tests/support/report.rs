//! The Report as its readers know it: the names and types that are promised, read from what the program prints.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Result of one input.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are the documentation; the fields are described where they are made"
)]
pub struct Report {
    pub schema: u32,
    pub capture: Capture,
    pub health: Health,
    pub model: Model,
    pub tuples: Vec<Tuple>,
}

/// The input itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Capture {
    pub name: String,
    pub format: String,
    pub bytes: u64,
    pub packets: Option<u64>,
    pub first_ts: Option<f64>,
    pub last_ts: Option<f64>,
    pub link_types: Vec<u32>,
}

/// Coverage and damage.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Health {
    pub connections: u64,
    pub tls_connections: u64,
    pub tls_with_certificate: u64,
    pub truncated_packets: u64,
    pub bad_checksums: u64,
    pub gaps: u64,
    pub weird: BTreeMap<String, u64>,
    pub limits_hit: BTreeMap<String, u64>,
    pub not_read: BTreeMap<String, u64>,
    pub busiest_ports: BTreeMap<String, u64>,
}

/// The model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Model {
    pub name: String,
    pub kind: String,
    pub trained: String,
    pub threshold: f64,
    pub features: usize,
    pub output_space: String,
    pub usual: BTreeMap<String, Option<(f64, f64)>>,
}

/// One 4-tuple.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Tuple {
    pub orig_h: String,
    pub resp_h: String,
    pub resp_p: u16,
    pub proto: String,
    pub score: f64,
    pub raw: f64,
    pub base: f64,
    pub verdict: String,
    pub outside: Vec<String>,
    pub connections: u64,
    pub server_names: Vec<String>,
    pub fingerprints: Fingerprints,
    pub features: BTreeMap<String, Option<f64>>,
    pub explanation: Vec<Contribution>,
    pub purpose: Option<String>,
    pub purpose_evidence: Option<PurposeEvidence>,
}

/// Why a tuple is given its purpose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct PurposeEvidence {
    pub rule: String,
    pub matched: String,
    pub explanation: String,
}

/// Fingerprints of a 4-tuple's hellos and of its servers' certificates.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Fingerprints {
    pub ja3: Vec<String>,
    pub ja3s: Vec<String>,
    pub ja4: Vec<String>,
    pub certificate: Vec<String>,
}

/// What one feature adds to the score.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Contribution {
    pub feature: String,
    pub value: Option<f64>,
    pub contribution: f64,
}

/// The Reports that `hushcap analyze --json` printed, one a line.
pub fn reports(lines: &str) -> serde_json::Result<Vec<Report>> {
    lines.lines().map(serde_json::from_str).collect()
}
