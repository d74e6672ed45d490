//! What the page and the command line show, as plain data. The names are stable; `null` is unknown.
//!
//! [`Judged`] makes it. The command line prints a [`Report`]; the page takes its texts as an [`Outline`] and its numbers as
//! typed arrays. `cargo xtask gen` writes TypeScript types and a JSON schema of what is declared here.

mod judged;
mod page;

pub use crate::facts::{Capture, Health};
pub use judged::{Judged, JudgedTuple, tell_host};
pub use page::{CertificateSeen, Outline, RecordTexts, Schema};

use crate::feature::{Beacon, Topic};
use crate::flow::Proto;
use crate::join::{FourTuple, LookupState, Untold};
use crate::verdict::evidence::Evidence;
use crate::verdict::{OutputSpace, Purpose, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Result of one input.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct Report {
    /// All but the tuples.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per 4-tuple, by score descending, then by key as text.
    pub tuples: Vec<TupleReport>,
}

/// A Report without its tuples.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct Head {
    /// Version of this layout: 1.
    pub schema: u32,
    /// The input itself.
    pub capture: Capture,
    /// How well it could be read, and how much of it could be judged.
    pub health: Health,
    /// The model that scored it.
    pub model: ModelCard,
    /// The profile of a network that judged it too; `null` without one.
    pub profile: Option<ProfileCard>,
}

/// The model in a few words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct ModelCard {
    /// Name that `--model` takes.
    pub name: String,
    /// Kind of model.
    pub kind: String,
    /// SHA-256 of the training table.
    pub trained: String,
    /// Score from which a tuple is flagged.
    pub threshold: f64,
    /// Score from which a tuple that is not flagged is borderline; `null` where none is.
    pub borderline: Option<f64>,
    /// Number of columns of the model's table.
    pub features: usize,
    /// The space in which contributions add up.
    pub output_space: OutputSpace,
    /// The middle 90 % of the values of natural benign tuples in training, by feature; `null` where there are none.
    pub usual: BTreeMap<&'static str, Option<(f64, f64)>>,
}

/// A profile of a network in a few words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct ProfileCard {
    /// Share of normal tuples that its threshold flags at most.
    pub share: f64,
    /// Normal tuples that it was made of.
    pub tuples: u64,
    /// Score above which a tuple is flagged in this network.
    pub threshold: f64,
}

/// A connection 4-tuple, its score and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct TupleReport {
    /// All but the numbers.
    #[serde(flatten)]
    pub outline: TupleOutline,
    /// In [0, 1]; higher is more like malware.
    pub score: f64,
    /// The model's answer in its output space.
    pub raw: f64,
    /// The model's mean answer: `base` and all contributions make `raw`.
    pub base: f64,
    /// Values by feature; `null` is missing.
    pub features: BTreeMap<&'static str, Option<f64>>,
    /// Every feature's share in `raw`, by |contribution| descending.
    pub explanation: Vec<Contribution>,
    /// The same by topic, by |contribution| descending: features that tell the same count as one.
    pub topics: Vec<TopicContribution>,
}

/// A connection 4-tuple without its numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct TupleOutline {
    /// Originator's address.
    pub orig_h: IpAddr,
    /// Responder's address.
    pub resp_h: IpAddr,
    /// Responder's port.
    pub resp_p: u16,
    /// Transport protocol.
    pub proto: Proto,
    /// What is said of it.
    pub verdict: Verdict,
    /// Features in which it is outside what the model's training saw.
    pub outside: Vec<&'static str>,
    /// Connections, with TLS or without.
    pub connections: u64,
    /// Server names of its ClientHellos, distinct, in order of first use.
    pub server_names: Vec<String>,
    /// Fingerprints of its hellos and of its servers' certificates.
    pub fingerprints: Fingerprints,
    /// What its handshakes agreed on, and whom its servers' certificates name.
    pub handshakes: Handshakes,
    /// What speaks for the verdict, strongest first, and then what explains it otherwise.
    pub evidence: Vec<Evidence>,
    /// The evidence of a flagged or borderline tuple in an English sentence; `null` where there is none but the score.
    pub sentence: Option<String>,
    /// How its connections beat; `null` where they start at few different times.
    pub beacon: Option<Beacon>,
    /// Published defaults of attack software that it shows.
    pub known: Vec<KnownMatch>,
    /// What its certificates claim to be: anyone can copy them, so it changes nothing.
    pub looks_like: Vec<&'static str>,
    /// The verdict by the profile of the network; `null` without one.
    pub profile_verdict: Option<Verdict>,
    /// What of it the profile has not seen: `server_name`, `certificate`, `client` (its fingerprint) or `server`.
    pub new_since_baseline: Vec<&'static str>,
    /// By which names its address had been looked up.
    pub dns: LookupReport,
    /// What the tuple may be for; `null` where no rule fits, and for others than flagged ones unless malware abuses the
    /// service.
    pub purpose: Option<Purpose>,
    /// The rule behind the purpose, and what it matched.
    pub purpose_evidence: Option<PurposeEvidence>,
}

/// How the address of one 4-tuple had been looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct LookupReport {
    /// Whether it had been.
    pub state: LookupState,
    /// Why nobody can tell; `null` where that is known.
    pub untold: Option<Untold>,
    /// By which names; the most recent first, up to 16.
    pub names: Vec<LookedUpName>,
}

/// A name by which an address had been looked up.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct LookedUpName {
    /// The name that was asked for.
    pub name: String,
    /// Seconds from the answer to the next connection.
    pub age: f64,
}

/// Fingerprints of one 4-tuple, each once, in order of first use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Fingerprints {
    /// JA3, of clients.
    pub ja3: Vec<String>,
    /// JA3S, of servers.
    pub ja3s: Vec<String>,
    /// JA4, of clients.
    pub ja4: Vec<String>,
    /// SHA-256 of the servers' own certificates.
    pub certificate: Vec<String>,
}

/// What the handshakes of one 4-tuple agreed on: each value once, in order of first use, up to 16 of each kind. A longer value than 256
/// characters is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Handshakes {
    /// Versions that the servers chose, as Zeek writes them: `TLSv12`.
    pub version: Vec<String>,
    /// Cipher suites that they chose, by their IANA names.
    pub cipher: Vec<String>,
    /// Protocols that they chose by ALPN.
    pub next_protocol: Vec<String>,
    /// Subjects of their own certificates (RFC 2253).
    pub subject: Vec<String>,
    /// Issuers of their own certificates (RFC 2253).
    pub issuer: Vec<String>,
}

/// Why a tuple is given its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct PurposeEvidence {
    /// Name of the rule, by which its explanation is translated.
    pub rule: &'static str,
    /// What it matched: a server name, a port, a certificate's subject, a number of servers.
    pub matched: String,
    /// What the rule says, in an English sentence.
    pub explanation: &'static str,
}

/// A published default that a tuple shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct KnownMatch {
    /// Software whose default it is.
    pub software: &'static str,
    /// What was compared.
    #[serde(rename = "trait")]
    pub what: &'static str,
    /// Who published it.
    pub source: &'static str,
    /// When, `YYYY-MM-DD`.
    pub date: &'static str,
    /// What else shows it.
    pub shared_with: &'static str,
    /// Whether it flags a tuple by itself.
    pub flags: bool,
}

/// What one feature adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct Contribution {
    /// Name of the feature.
    pub feature: &'static str,
    /// Its value; missing is `null`.
    pub value: Option<f64>,
    /// Its additive share in the model's output space.
    pub contribution: f64,
}

/// What features of one topic add to the score together.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TopicContribution {
    /// What they are about.
    pub topic: Topic,
    /// Sum of their contributions.
    pub contribution: f64,
    /// Those that contribute, by |contribution| descending.
    pub features: Vec<&'static str>,
}

impl TupleOutline {
    /// Returns what the tuple's connections have in common.
    pub fn key(&self) -> FourTuple {
        FourTuple { orig_h: self.orig_h, resp_h: self.resp_h, resp_p: self.resp_p, proto: self.proto }
    }
}
