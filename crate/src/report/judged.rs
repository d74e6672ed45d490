//! A model's judgement of every tuple → the Report, entry by entry where all at once would be too much.

use super::{
    Capture, Contribution, Fingerprints, Handshakes, Head, Health, KnownMatch, LookedUpName, LookupReport,
    ModelCard, PurposeEvidence, Report, TopicContribution, TupleOutline, TupleReport,
};
use crate::feature::{Beacon, Table, Topic, Values, View, model_input};
use crate::join::{Tuple, TupleLookup, Tuples};
use crate::seeded::Map;
use crate::text::visible;
use crate::verdict::evidence::{self, Case, Pieces};
use crate::verdict::known::{self, Known};
use crate::verdict::purpose::{Evidence, Scene, abused, purpose};
use crate::verdict::{Counterfactuals, Explanation, Judgement, Model, Share, Verdict, answered};
use std::io;
use std::net::IpAddr;

/// Every tuple of one input with its score; the model explains one when it is asked, which takes far longer than to score.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// All of the Report but its tuples.
    pub head: Head,
    /// One entry per 4-tuple, by score descending, then by key as text.
    pub tuples: Vec<JudgedTuple>,
    model: Model,
}

/// One 4-tuple, scored. Its values are in the order of the model's columns.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedTuple {
    /// All but the numbers.
    pub outline: TupleOutline,
    /// In [0, 1]; higher is more like malware.
    pub score: f64,
    /// The model's answer in its output space.
    pub raw: f64,
    /// Values of the features; missing is `None`.
    pub values: Vec<Option<f64>>,
}

impl Judged {
    /// Version of the Report's layout.
    const SCHEMA: u32 = 1;

    /// Scores every tuple of one input.
    pub fn new(capture: Capture, health: Health, tuples: &Tuples<'_>, model: &Model) -> Self {
        let seen: Vec<Seen> = tuples.iter().map(Seen::of).collect();
        let rows: Vec<Vec<f64>> = seen.iter().map(|seen| model_input(&seen.values)).collect();
        let judgements = model.judge(&rows, |index| tuples.get(index).is_some_and(answered));
        let mut scored: Vec<JudgedTuple> = tuples
            .iter()
            .zip(seen)
            .zip(judgements.into_iter().zip(Scene::all(tuples)))
            .map(|((tuple, seen), (judgement, scene))| JudgedTuple::of(tuple, seen, judgement, &scene, model))
            .collect();
        tell_hosts(&mut scored);
        // The tuples come sorted by their keys as text, and the sort is stable.
        scored.sort_by(|a, b| b.score.total_cmp(&a.score));
        let capture = Capture { name: visible(&capture.name).into_owned(), ..capture };
        let head = Head { schema: Self::SCHEMA, capture, health, model: ModelCard::of(model), profile: None };
        Judged { head, tuples: scored, model: model.clone() }
    }

    /// Returns the Report with every tuple explained.
    pub fn report(&self) -> Report {
        let tuples = self.tuples.iter().map(|tuple| self.tuple_report(tuple)).collect();
        Report { head: self.head.clone(), tuples }
    }

    /// Writes the Report as JSON on one line. The explanations of a large capture would fill the memory, so each tuple is
    /// explained when it is its turn.
    pub fn write_json(&self, out: &mut impl io::Write) -> io::Result<()> {
        let head = serde_json::to_string(&self.head)?;
        write!(out, "{},\"tuples\":[", head.strip_suffix('}').unwrap_or_default())?;
        for (index, tuple) in self.tuples.iter().enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, &self.tuple_report(tuple))?;
        }
        out.write_all(b"]}\n")
    }

    /// Returns a tuple's entry in the Report, with its explanation.
    pub fn tuple_report(&self, tuple: &JudgedTuple) -> TupleReport {
        tuple.report(&self.model)
    }

    /// Returns the model's mean answer: with the contributions of a tuple it makes its `raw`.
    pub fn base(&self) -> f64 {
        self.model.base()
    }

    /// Returns what each feature of a tuple adds to its `raw`.
    pub fn explain(&self, tuple: &JudgedTuple) -> Explanation {
        tuple.explain(&self.model)
    }

    /// Returns what a tuple's score would be if the values that raise it were as usual.
    pub fn at_usual(&self, tuple: &JudgedTuple, explanation: &Explanation) -> Counterfactuals {
        self.model.at_usual(&model_input(&tuple.values), explanation)
    }
}

impl JudgedTuple {
    /// Judges one tuple apart from the others of its input, whose originator sends mail to so many servers. What it cannot be
    /// told is how many of these are flagged: [`tell_host`] adds that.
    pub fn apart(tuple: &Tuple<'_>, mail_servers: usize, model: &Model) -> Self {
        let seen = Seen::of(tuple);
        let row = model_input(&seen.values);
        let judgement = model.judge_row(&row, answered(tuple));
        let mut judged = Self::of(tuple, seen, judgement, &Scene::apart(tuple, mail_servers), model);
        let outline = &mut judged.outline;
        outline.sentence = sentence_of(outline.verdict, &outline.evidence);
        judged
    }

    fn of(tuple: &Tuple<'_>, seen: Seen, judgement: Judgement, scene: &Scene<'_>, model: &Model) -> Self {
        JudgedTuple {
            score: judgement.score,
            raw: judgement.raw,
            outline: TupleOutline::of(tuple, &seen, judgement, scene, model),
            values: seen.values,
        }
    }

    /// Its entry in the Report, with its explanation by the model that judged it.
    pub fn report(&self, model: &Model) -> TupleReport {
        let explanation = self.explain(model);
        TupleReport {
            outline: self.outline.clone(),
            score: self.score,
            raw: self.raw,
            base: model.base(),
            features: Table::Extended.names().iter().copied().zip(self.values.iter().copied()).collect(),
            explanation: self.contributions(&explanation),
            topics: topics(&explanation),
        }
    }

    fn explain(&self, model: &Model) -> Explanation {
        model.explain(&model_input(&self.values))
    }

    /// Returns every feature's share in `raw`, by |contribution| descending.
    fn contributions(&self, explanation: &Explanation) -> Vec<Contribution> {
        let columns = Table::Extended.names();
        let share = |share: Share| Contribution {
            feature: columns.get(share.feature).copied().unwrap_or_default(),
            value: self.values.get(share.feature).copied().flatten(),
            contribution: share.contribution,
        };
        explanation.ranked().into_iter().map(share).collect()
    }
}

/// Returns the sums of the shares by topic, each added up in the order of the features, by |contribution| descending.
fn topics(explanation: &Explanation) -> Vec<TopicContribution> {
    let mut topics: Vec<TopicContribution> = Vec::new();
    let named = |share: Share| Some((*Table::Extended.names().get(share.feature)?, share.contribution));
    for (feature, contribution) in explanation.in_order().filter_map(named) {
        let topic = Topic::of(feature);
        match topics.iter_mut().find(|other| other.topic == topic) {
            Some(sum) => sum.contribution += contribution,
            None => topics.push(TopicContribution { topic, contribution, features: Vec::new() }),
        }
    }
    for (feature, contribution) in explanation.ranked().into_iter().filter_map(named) {
        let sum = topics.iter_mut().find(|sum| contribution != 0.0 && sum.topic == Topic::of(feature));
        sum.into_iter().for_each(|sum| sum.features.push(feature));
    }
    topics.retain(|sum| !sum.features.is_empty());
    topics.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    topics
}

/// What is computed of a tuple before it is judged.
struct Seen {
    values: Values,
    pieces: Pieces,
    beacon: Option<Beacon>,
}

impl Seen {
    fn of(tuple: &Tuple<'_>) -> Self {
        let view = View::new(tuple);
        Seen { values: Table::Extended.compute_seen(&view), pieces: Pieces::of(&view), beacon: view.beacon }
    }
}

impl TupleOutline {
    fn of(tuple: &Tuple<'_>, seen: &Seen, judgement: Judgement, scene: &Scene<'_>, model: &Model) -> Self {
        let known = known::defaults(tuple);
        let verdict = judgement.verdict.with_known(&known);
        let purpose = match verdict {
            Verdict::MalwareLike => purpose(scene, known.iter().any(|known| known.flags)),
            _ => abused(scene),
        };
        let columns = Table::Extended.names();
        let names = tuple.server_names().into_iter();
        TupleOutline {
            orig_h: tuple.key.orig_h,
            resp_h: tuple.key.resp_h,
            resp_p: tuple.key.resp_p,
            proto: tuple.key.proto,
            verdict,
            outside: judgement.outside.iter().filter_map(|column| columns.get(*column).copied()).collect(),
            connections: tuple.connections() as u64,
            server_names: names.map(|name| visible(name).into_owned()).collect(),
            fingerprints: Fingerprints::of(tuple),
            handshakes: Handshakes::of(tuple),
            evidence: Case { pieces: &seen.pieces, model, judgement: &judgement, known: &known }.evidence(),
            sentence: None,
            beacon: seen.beacon,
            known: known.into_iter().map(KnownMatch::of).collect(),
            looks_like: known::devices(tuple).into_iter().map(|device| device.software).collect(),
            profile_verdict: None,
            new_since_baseline: Vec::new(),
            dns: LookupReport::of(tuple),
            purpose: purpose.as_ref().map(Evidence::purpose),
            purpose_evidence: purpose.as_ref().map(PurposeEvidence::of),
        }
    }
}

/// Tells each tuple how many other destinations of its host are flagged; then all of its evidence is there for a sentence.
fn tell_hosts(scored: &mut [JudgedTuple]) {
    let flagged = |tuple: &JudgedTuple| tuple.outline.verdict == Verdict::MalwareLike;
    let mut hosts: Map<IpAddr, usize> = Map::default();
    for tuple in scored.iter().filter(|tuple| flagged(tuple)) {
        *hosts.entry(tuple.outline.orig_h).or_default() += 1;
    }
    for tuple in scored {
        let others = hosts.get(&tuple.outline.orig_h).copied().unwrap_or(0) - usize::from(flagged(tuple));
        let outline = &mut tuple.outline;
        outline.sentence = tell_host(outline.verdict, &mut outline.evidence, others);
    }
}

/// Tells one tuple how many other destinations of its host are flagged; gives its sentence.
pub fn tell_host(verdict: Verdict, evidence: &mut Vec<evidence::Evidence>, others: usize) -> Option<String> {
    if others > 0 {
        evidence::add_host(evidence, others);
    }
    sentence_of(verdict, evidence)
}

/// Returns the sentence of a tuple that is flagged or borderline.
fn sentence_of(verdict: Verdict, evidence: &[evidence::Evidence]) -> Option<String> {
    let is_told = matches!(verdict, Verdict::MalwareLike | Verdict::Borderline);
    is_told.then(|| evidence::sentence(evidence)).flatten()
}

impl KnownMatch {
    fn of(known: &Known) -> Self {
        let Known { software, what, source, date, shared, flags, .. } = *known;
        KnownMatch { software, what, source, date, shared_with: shared, flags }
    }
}

impl PurposeEvidence {
    fn of(evidence: &Evidence) -> Self {
        PurposeEvidence {
            rule: evidence.rule(),
            matched: visible(&evidence.matched).into_owned(),
            explanation: evidence.explanation(),
        }
    }
}

impl LookupReport {
    fn of(tuple: &Tuple<'_>) -> Self {
        let name = |(name, age): &(&str, f64)| LookedUpName { name: visible(name).into_owned(), age: *age };
        let TupleLookup { state, untold, names } = &tuple.dns;
        LookupReport { state: *state, untold: *untold, names: names.iter().map(name).collect() }
    }
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

impl Handshakes {
    /// Values of each kind that are told.
    const VALUES: usize = 16;
    /// Characters of a value that are told.
    const CHARACTERS: usize = 256;

    fn of(tuple: &Tuple<'_>) -> Self {
        let told = |values: Vec<&str>| {
            let cut = |value: &str| visible(value).chars().take(Self::CHARACTERS).collect();
            values.into_iter().take(Self::VALUES).map(cut).collect()
        };
        Handshakes {
            version: told(tuple.versions()),
            cipher: told(tuple.ciphers()),
            next_protocol: told(tuple.next_protocols()),
            subject: told(tuple.subjects()),
            issuer: told(tuple.issuers()),
        }
    }
}

impl ModelCard {
    fn of(model: &Model) -> Self {
        let forest = model.forest();
        let usual = forest.profiles.iter().map(|profile| profile.usual);
        ModelCard {
            name: forest.name.clone(),
            kind: forest.kind.clone(),
            trained: forest.trained.clone(),
            threshold: forest.threshold,
            borderline: model.borderline(),
            features: forest.features.len(),
            output_space: forest.output_space,
            usual: Table::Extended.names().iter().copied().zip(usual).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::{Analysis, Analyzer};

    fn analysis() -> Analysis {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/beacon.pcap");
        let mut analyzer = Analyzer::new("beacon.pcap");
        analyzer.push(&std::fs::read(path).unwrap()).unwrap();
        analyzer.finish().unwrap()
    }

    fn judged() -> Judged {
        analysis().judge(&Model::builtin(None).unwrap())
    }

    #[test]
    fn tuple_that_is_judged_apart_is_judged_the_same() {
        let (analysis, model) = (analysis(), Model::builtin(None).unwrap());
        let judged = analysis.judge(&model);
        let is_flagged = |tuple: &JudgedTuple| tuple.outline.verdict == Verdict::MalwareLike;
        for tuple in analysis.tuples().iter() {
            let whole = judged.tuples.iter().find(|judged| judged.outline.key() == tuple.key).unwrap();
            let of_host = judged.tuples.iter().filter(|other| other.outline.orig_h == tuple.key.orig_h);
            let others = of_host.filter(|other| is_flagged(other)).count() - usize::from(is_flagged(whole));
            let mut apart = JudgedTuple::apart(tuple, 0, &model);
            let written = serde_json::to_string(&apart.outline.evidence).unwrap();
            let outline = &mut apart.outline;
            outline.evidence = evidence::Evidence::read(&written).unwrap();
            outline.sentence = tell_host(outline.verdict, &mut outline.evidence, others);
            assert_eq!(&apart, whole);
        }
        assert!(judged.tuples.iter().any(is_flagged));
    }

    #[test]
    fn topics_sum_up_to_the_same_as_their_features() {
        for tuple in judged().report().tuples {
            let mut features = 0;
            for TopicContribution { topic, contribution, features: named } in &tuple.topics {
                let of_topic = |part: &&Contribution| Topic::of(part.feature) == *topic;
                let sum: f64 = tuple.explanation.iter().filter(of_topic).map(|part| part.contribution).sum();
                assert!((sum - contribution).abs() < 1e-12, "{topic:?} {sum} {contribution}");
                assert!(named.iter().all(|name| Topic::of(name) == *topic));
                features += named.len();
            }
            let sum: f64 = tuple.topics.iter().map(|topic| topic.contribution).sum();
            assert!((tuple.base + sum - tuple.raw).abs() < 1e-9);
            assert_eq!(features, tuple.explanation.iter().filter(|part| part.contribution != 0.0).count());
            assert!(tuple.topics.is_sorted_by(|a, b| a.contribution.abs() >= b.contribution.abs()));
        }
    }

    #[test]
    fn report_is_written_as_it_is_serialized() {
        let judged = judged();
        let mut written = Vec::new();
        judged.write_json(&mut written).unwrap();
        assert!(judged.tuples.len() > 1);
        let whole = serde_json::to_string(&judged.report()).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), whole + "\n");
    }
}
