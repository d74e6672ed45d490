//! Rows of features → raw answers, scores and verdicts.

use super::forest::{Node, OutputSpace};
use super::known::Known;
use super::model::Model;
use crate::feature::MISSING;
use crate::join::{Session, Tuple};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// What is said of a tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    /// The score reaches the threshold, or a published default flags by itself: this resembles malware's TLS behaviour.
    MalwareLike,
    /// The score stays below the threshold, but few natural tuples score as high.
    Borderline,
    /// The score stays below it.
    Ordinary,
    /// Too little was seen to judge: no server of the tuple ever answered in TLS.
    Undecided,
}

/// Score and verdict of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The model's answer in its output space.
    pub raw: f64,
    /// In [0, 1], higher is more like malware.
    pub score: f64,
    /// What is said of it.
    pub verdict: Verdict,
    /// Columns in which the row is outside what training saw.
    pub outside: Vec<usize>,
}

/// Returns whether a server of the tuple answered in TLS: an ssl record has a negotiated version or a certificate.
/// Where none did, there is only what a client asked for, and the tuple is [`Verdict::Undecided`].
pub fn answered(tuple: &Tuple<'_>) -> bool {
    let answered = |session: &Session<'_>| session.ssl.version.is_some() || session.certificate.is_some();
    tuple.sessions.iter().any(answered)
}

impl Verdict {
    /// Returns the name that a report gives it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the verdict where these published defaults were found too: one that is specific flags by itself.
    pub fn with_known(self, known: &[&Known]) -> Self {
        if known.iter().any(|known| known.flags) { Verdict::MalwareLike } else { self }
    }
}

impl Model {
    /// Score and verdict of each row; why is asked for row by row ([`Model::explain`]), as it takes far longer. `answered` tells of a row what [`answered`] says of its tuple.
    pub fn judge<R: AsRef<[f64]>>(&self, rows: &[R], answered: impl Fn(usize) -> bool) -> Vec<Judgement> {
        let raws = self.raws(rows);
        let judge =
            |(index, (row, raw)): (usize, (&R, f64))| self.judgement(row.as_ref(), raw, answered(index));
        rows.iter().zip(raws).enumerate().map(judge).collect()
    }

    /// Returns the same for one row.
    pub fn judge_row(&self, row: &[f64], answered: bool) -> Judgement {
        self.judgement(row, self.raw(row), answered)
    }

    fn judgement(&self, row: &[f64], raw: f64, answered: bool) -> Judgement {
        let score = self.score(raw);
        Judgement { raw, score, verdict: self.verdict(score, answered), outside: self.outside(row) }
    }

    /// Raw answers of many rows, tree by tree so that each tree's nodes stay in the cache.
    ///
    /// Each row's sum runs over the trees in their order: the answer has the same bits as [`Model::raw`]'s.
    pub fn raws<R: AsRef<[f64]>>(&self, rows: &[R]) -> Vec<f64> {
        let mut totals = vec![0.0; rows.len()];
        for root in self.roots() {
            for (total, row) in totals.iter_mut().zip(rows) {
                *total += self.leaf(root, row.as_ref());
            }
        }
        totals.into_iter().map(|total| self.forest().bias + self.aggregate(total)).collect()
    }

    /// Raw answer of one row, in the output space. A value that the row lacks counts as missing.
    pub fn raw(&self, row: &[f64]) -> f64 {
        let total = self.roots().fold(0.0, |total, root| total + self.leaf(root, row));
        self.forest().bias + self.aggregate(total)
    }

    /// From a raw answer to a score in [0, 1].
    pub fn score(&self, raw: f64) -> f64 {
        match self.forest().output_space {
            OutputSpace::Probability => raw.clamp(0.0, 1.0),
            OutputSpace::LogOdds => 1.0 / (1.0 + libm::exp(-raw)),
        }
    }

    /// Returns what is said of a score; that nothing answered wins over the threshold.
    pub fn verdict(&self, score: f64, answered: bool) -> Verdict {
        if !answered {
            Verdict::Undecided
        } else if score >= self.forest().threshold {
            Verdict::MalwareLike
        } else if self.borderline().is_some_and(|borderline| score >= borderline) {
            Verdict::Borderline
        } else {
            Verdict::Ordinary
        }
    }

    /// Returns the columns in which a row is outside what training saw. Only those count that a tree reads: the others change
    /// nothing.
    pub fn outside(&self, row: &[f64]) -> Vec<usize> {
        let profiles = self.forest().profiles.iter().zip(self.asked()).enumerate();
        let outside = profiles.filter(|(column, (profile, asked))| {
            **asked && profile.excludes(row.get(*column).copied().unwrap_or(MISSING))
        });
        outside.map(|(column, _)| column).collect()
    }

    /// Returns the value of the leaf in which a row ends; each step goes to a later node, so the walk ends.
    fn leaf(&self, root: usize, row: &[f64]) -> f64 {
        let mut index = root;
        loop {
            match self.node(index) {
                Node::Leaf { value, .. } => return value,
                Node::Split { feature, threshold, left, right, .. } => {
                    let value = row.get(usize::from(feature)).copied().unwrap_or(MISSING);
                    index = if value <= threshold { left } else { right } as usize;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::forest::tests::{NAMES, forest};
    use super::super::forest::{Aggregation, Forest};
    use super::*;

    fn small() -> Model {
        Model::new(forest(), &NAMES).unwrap()
    }

    #[test]
    fn the_threshold_itself_goes_left() {
        assert_eq!(small().raw(&[0.5, 2.0, 0.0]), f64::midpoint(0.1, 0.25));
        assert_eq!(small().raw(&[0.5, 2.1, 0.0]), f64::midpoint(0.7, 0.25));
    }

    #[test]
    fn missing_is_minus_one() {
        assert_eq!(small().raw(&[1.0, 0.0]), small().raw(&[1.0, 0.0, MISSING]));
        assert_eq!(small().raw(&[1.0, 0.0, MISSING]), f64::midpoint(0.3, 0.25));
    }

    #[test]
    fn batch_and_single_give_the_same_bits() {
        let rows: Vec<[f64; 3]> =
            (0..64).map(|n| [f64::from(n) / 13.0, f64::from(n % 5), f64::from(n % 3) - 1.0]).collect();
        let batch: Vec<u64> = small().raws(&rows).into_iter().map(f64::to_bits).collect();
        let single: Vec<u64> = rows.iter().map(|row| small().raw(row).to_bits()).collect();
        assert_eq!(batch, single);
    }

    #[test]
    fn log_odds_become_a_logistic_score() {
        let boosted = Forest {
            output_space: OutputSpace::LogOdds,
            aggregation: Aggregation::Sum,
            bias: -2.0,
            ..forest()
        };
        let model = Model::new(boosted, &NAMES).unwrap();
        let raw = model.raw(&[4.0, 0.0, 1.0]);
        assert_eq!(raw, -2.0 + (1.0 + 0.5));
        assert_eq!(model.score(raw), 1.0 / (1.0 + libm::exp(0.5)));
    }

    #[test]
    fn the_threshold_itself_is_flagged() {
        assert_eq!(small().verdict(0.5, true), Verdict::MalwareLike);
        assert_eq!(small().verdict(0.499, true), Verdict::Borderline);
    }

    #[test]
    fn below_the_border_is_ordinary() {
        assert_eq!(small().verdict(0.4, true), Verdict::Borderline);
        assert_eq!(small().verdict(0.399, true), Verdict::Ordinary);
    }

    #[test]
    fn no_answer_wins_over_the_threshold() {
        assert_eq!(small().verdict(1.0, false), Verdict::Undecided);
        assert_eq!(small().verdict(0.0, false), Verdict::Undecided);
    }

    #[test]
    fn judgements_are_those_of_each_row() {
        let rows = [[4.0, 0.0, 1.0], [0.0, 30.0, -1.0]];
        let judgements = small().judge(&rows, |index| index == 0);
        assert_eq!(judgements[0].verdict, Verdict::MalwareLike);
        assert_eq!(judgements[1].verdict, Verdict::Undecided);
        assert_eq!(judgements[0].outside, [0_usize; 0]);
        assert_eq!(judgements[1].outside, [1]);
        for (row, judgement) in rows.iter().zip(&judgements) {
            assert_eq!(judgement.raw, small().raw(row));
        }
    }
}
