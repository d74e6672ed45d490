//! What the page and the command line show. The names are stable; `null` is unknown.

use crate::feature::{Table, Values, model_input};
use crate::join::{FourTuple, Tuple, Tuples};
use crate::text::visible;
use crate::verdict::purpose::{Evidence, Scene, purpose};
use crate::verdict::{Counterfactuals, Explanation, Judgement, Model, Share, Verdict, answered};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Result of one input.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Version of this layout.
    pub schema: u32,
    /// The input itself.
    pub capture: Capture,
    /// How well it could be read, and how much of it could be judged.
    pub health: Health,
    /// The model that scored it, and that explains a tuple when it is asked: that takes longer than all the scores.
    pub model: Model,
    /// One entry a 4-tuple, by score descending, then by key as text.
    pub tuples: Vec<TupleReport>,
}

/// The input as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Capture {
    /// Last path component; [`visible`] text.
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
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
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
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// By feature, what is usual: the middle 90 % of the values of natural benign tuples in training.
    pub usual: BTreeMap<&'static str, Option<(f64, f64)>>,
}

/// One 4-tuple, scored. Numbers stand in the order of the model's columns; as JSON they carry their names.
#[derive(Debug, Clone, PartialEq)]
pub struct TupleReport {
    /// What its connections have in common.
    pub key: FourTuple,
    /// Score and verdict.
    pub judgement: Judgement,
    /// Connections in the tuple.
    pub connections: u64,
    /// Server names its ClientHellos gave, distinct, in order of first use; [`visible`] text.
    pub server_names: Vec<String>,
    /// Fingerprints of its hellos and of its servers' certificates.
    pub fingerprints: Fingerprints,
    /// What a flagged tuple may be for, by the first rule that fits; none for others, and where no rule does.
    pub purpose: Option<Evidence>,
    /// Values of the features; missing is `None`.
    pub values: Vec<Option<f64>>,
}

/// Fingerprints of one 4-tuple, each once, in order of first use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
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

impl Fingerprints {
    fn of(tuple: &Tuple<'_>) -> Self {
        let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
        Fingerprints {
            ja3: owned(tuple.ja3()),
            ja3s: owned(tuple.ja3s()),
            ja4: owned(tuple.ja4()),
            certificate: owned(tuple.certificates()),
        }
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serializer.serialize_map(None)?;
        report.serialize_entry("schema", &self.schema)?;
        report.serialize_entry("capture", &self.capture)?;
        report.serialize_entry("health", &self.health)?;
        report.serialize_entry("model", &ModelCard::of(&self.model))?;
        report.serialize_entry("tuples", &Entries(self))?;
        report.end()
    }
}

/// The `tuples` of a report; each is explained when its turn has come.
struct Entries<'a>(&'a Report);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.tuples.iter().map(|tuple| Entry { report: self.0, tuple }))
    }
}

/// One of them.
struct Entry<'a> {
    report: &'a Report,
    tuple: &'a TupleReport,
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TupleReport { key, judgement, connections, server_names, fingerprints, values, .. } = self.tuple;
        let columns = self.report.columns();
        let mut tuple = serializer.serialize_map(None)?;
        tuple.serialize_entry("orig_h", &key.orig_h)?;
        tuple.serialize_entry("resp_h", &key.resp_h)?;
        tuple.serialize_entry("resp_p", &key.resp_p)?;
        tuple.serialize_entry("proto", key.proto.as_str())?;
        tuple.serialize_entry("score", &judgement.score)?;
        tuple.serialize_entry("raw", &judgement.raw)?;
        tuple.serialize_entry("base", &self.report.model.base())?;
        tuple.serialize_entry("verdict", judgement.verdict.name())?;
        tuple.serialize_entry("outside", &self.report.outside(self.tuple))?;
        tuple.serialize_entry("connections", connections)?;
        tuple.serialize_entry("server_names", server_names)?;
        tuple.serialize_entry("fingerprints", fingerprints)?;
        tuple.serialize_entry("features", &Features { columns, values })?;
        tuple.serialize_entry("explanation", &self.report.contributions(self.tuple))?;
        tuple.serialize_entry("purpose", &self.tuple.purpose_name())?;
        tuple.serialize_entry("purpose_evidence", &self.tuple.purpose_evidence())?;
        tuple.end()
    }
}

impl TupleReport {
    /// One of the article's ways of using TLS; `null` for a tuple that is not flagged, and where no rule fits.
    pub fn purpose_name(&self) -> Option<&'static str> {
        self.purpose.as_ref().map(|evidence| evidence.purpose().name())
    }

    /// The rule behind the purpose, and what it matched; `null` with it.
    pub fn purpose_evidence(&self) -> Option<PurposeEvidence<'_>> {
        self.purpose.as_ref().map(|evidence| PurposeEvidence {
            rule: evidence.rule(),
            matched: visible(&evidence.matched),
            explanation: evidence.explanation(),
        })
    }
}

/// Why a tuple is given its purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PurposeEvidence<'a> {
    /// Name of the rule, by which its explanation is translated.
    pub rule: &'static str,
    /// What it matched: a server name, a port, a certificate's subject, a number of servers; [`visible`] text.
    pub matched: Cow<'a, str>,
    /// What the rule says, in an English sentence.
    pub explanation: &'static str,
}

/// The `features` object of a tuple.
struct Features<'a> {
    columns: &'a [&'static str],
    values: &'a [Option<f64>],
}

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.values))
    }
}

/// What one feature adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// Name of the feature.
    pub feature: &'static str,
    /// Its value; missing is `null`.
    pub value: Option<f64>,
    /// Its additive share in the model's output space.
    pub contribution: f64,
}

impl ModelCard {
    /// What a report says of `model`.
    pub fn of(model: &Model) -> Self {
        let forest = model.forest();
        ModelCard {
            name: forest.name.clone(),
            kind: forest.kind.clone(),
            trained: forest.trained.clone(),
            threshold: forest.threshold,
            features: forest.features.len(),
            output_space: forest.output_space.name().to_owned(),
            usual: table(model)
                .names()
                .iter()
                .copied()
                .zip(forest.profiles.iter().map(|profile| profile.usual))
                .collect(),
        }
    }
}

impl Report {
    /// Version of the layout.
    pub const SCHEMA: u32 = 1;

    /// Scores every tuple of one input.
    pub fn new(capture: Capture, health: Health, tuples: &Tuples<'_>, model: &Model) -> Self {
        let table = table(model);
        let values: Vec<Values> = tuples.iter().map(|tuple| table.compute(tuple)).collect();
        let rows: Vec<Vec<f64>> = values.iter().map(|values| model_input(values)).collect();
        let judgements = model.judge(&rows, |index| tuples.get(index).is_some_and(answered));
        let flagged = |judgement: &Judgement| judgement.verdict == Verdict::MalwareLike;
        let mut scored: Vec<TupleReport> = tuples
            .iter()
            .zip(&values)
            .zip(judgements.into_iter().zip(Scene::all(tuples)))
            .map(|((tuple, values), (judgement, scene))| TupleReport {
                key: tuple.key,
                purpose: flagged(&judgement).then(|| purpose(&scene)).flatten(),
                judgement,
                connections: tuple.connections() as u64,
                server_names: tuple
                    .server_names()
                    .into_iter()
                    .map(|name| visible(name).into_owned())
                    .collect(),
                fingerprints: Fingerprints::of(tuple),
                values: values.clone(),
            })
            .collect();
        let capture = Capture { name: visible(&capture.name).into_owned(), ..capture };
        // The tuples come sorted by their keys as text, and the sort is stable.
        scored.sort_by(|a, b| b.judgement.score.total_cmp(&a.judgement.score));
        Report { schema: Self::SCHEMA, capture, health, model: model.clone(), tuples: scored }
    }

    /// Names of the features, in the order of the values.
    pub fn columns(&self) -> &'static [&'static str] {
        table(&self.model).names()
    }

    /// Features in which a tuple lies outside what the model's training saw.
    pub fn outside(&self, tuple: &TupleReport) -> Vec<&'static str> {
        let columns = self.columns();
        tuple.judgement.outside.iter().filter_map(|column| columns.get(*column).copied()).collect()
    }

    /// What each feature of a tuple adds to its `raw`.
    pub fn explain(&self, tuple: &TupleReport) -> Explanation {
        self.model.explain(&model_input(&tuple.values))
    }

    /// What a tuple's score would be were what raises it as usual.
    pub fn at_usual(&self, tuple: &TupleReport, explanation: &Explanation) -> Counterfactuals {
        self.model.at_usual(&model_input(&tuple.values), explanation)
    }

    /// Every feature's share in a tuple's `raw`, by |contribution| descending.
    pub fn contributions(&self, tuple: &TupleReport) -> Vec<Contribution> {
        let columns = self.columns();
        let share = |share: Share| Contribution {
            feature: columns.get(share.feature).copied().unwrap_or_default(),
            value: tuple.values.get(share.feature).copied().flatten(),
            contribution: share.contribution,
        };
        self.explain(tuple).ranked().into_iter().map(share).collect()
    }
}

/// The table that a model reads. One that is loaded has the columns of a table; another would be given what it does not know.
fn table(model: &Model) -> Table {
    Table::by_columns(&model.forest().features).unwrap_or(Table::Basic37)
}
