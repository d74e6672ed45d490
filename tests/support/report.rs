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
    pub profile: Option<Profile>,
    pub tuples: Vec<Tuple>,
}

/// The profile of a network.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Profile {
    pub share: f64,
    pub tuples: u64,
    pub threshold: f64,
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
    pub evidence: Vec<Evidence>,
    pub sentence: Option<String>,
    pub beacon: Option<serde_json::Value>,
    pub dns: Dns,
    pub known: Vec<Known>,
    pub looks_like: Vec<String>,
    pub profile_verdict: Option<String>,
    pub new_since_baseline: Vec<String>,
    pub purpose: Option<String>,
    pub purpose_evidence: Option<PurposeEvidence>,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Evidence {
    pub kind: String,
    pub text_key: String,
    pub direction: String,
    pub values: BTreeMap<String, serde_json::Value>,
    pub natural_rate: Option<f64>,
}

/// What DNS told of the address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Dns {
    pub state: String,
    pub names: Vec<LookedUpName>,
}

/// A name by which it had been looked up.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct LookedUpName {
    pub name: String,
    pub age: f64,
}

/// A published default.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as above")]
pub struct Known {
    pub software: String,
    #[serde(rename = "trait")]
    pub what: String,
    pub source: String,
    pub date: String,
    pub shared_with: String,
    pub flags: bool,
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

/// Returns the Reports that `hushcap analyze --json` printed, one per line.
pub fn reports(lines: &str) -> serde_json::Result<Vec<Report>> {
    lines.lines().map(serde_json::from_str).collect()
}
