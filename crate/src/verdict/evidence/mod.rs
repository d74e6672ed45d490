//! What speaks for a verdict: pieces that hold for a tuple, each with a clause and its rate in natural traffic.

mod sentence;

pub use sentence::sentence;

use super::known::Known;
use super::model::Model;
use super::score::{Judgement, Verdict};
use crate::feature::{About, Direction, PIECES, Piece, PieceValues, Value, View};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A piece of evidence that holds for a tuple.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Evidence {
    /// Its name.
    pub kind: Cow<'static, str>,
    /// Key of its text in the page's catalogues.
    pub text_key: String,
    /// What it speaks for.
    pub direction: Direction,
    /// What it is about: a sentence says one thing about each. `null` for the score.
    pub about: Option<About>,
    /// What its text is filled with, by name.
    pub values: BTreeMap<Cow<'static, str>, Value>,
    /// Share of natural benign tuples for which it holds; `null` where it was not measured.
    pub natural_rate: Option<f64>,
    /// Its clause.
    #[serde(skip)]
    clause: Option<&'static str>,
}

/// Pieces of evidence that hold for a tuple, before it is judged.
#[derive(Debug)]
pub struct Pieces(Vec<(&'static Piece, PieceValues)>);

impl Pieces {
    /// Asks every piece.
    pub fn of(view: &View<'_>) -> Self {
        Pieces(PIECES.iter().filter_map(|piece| Some((piece, (piece.find)(view)?))).collect())
    }
}

/// What is known of one tuple after it was judged.
pub struct Case<'a> {
    /// Pieces that hold.
    pub pieces: &'a Pieces,
    /// The model that judged it.
    pub model: &'a Model,
    /// Its score.
    pub judgement: &'a Judgement,
    /// Published defaults that it shows.
    pub known: &'a [&'static Known],
}

impl Case<'_> {
    /// Returns all that holds: first what speaks for malware, the rarest in natural traffic first; then what explains
    /// it otherwise.
    pub fn evidence(&self) -> Vec<Evidence> {
        let pieces = self.pieces.0.iter().map(|(piece, values)| {
            Evidence::of_piece(piece, values.clone(), self.model.natural_rate(piece.feature))
        });
        let mut found: Vec<Evidence> = self.model_evidence().into_iter().chain(pieces).collect();
        found.extend(self.known.iter().map(|known| Evidence::of_known(known)));
        sort(&mut found);
        found
    }

    /// Returns the score, where it reaches a threshold.
    fn model_evidence(&self) -> Option<Evidence> {
        let threshold = match self.judgement.verdict {
            Verdict::MalwareLike => self.model.forest().threshold,
            Verdict::Borderline => self.model.borderline()?,
            Verdict::Ordinary | Verdict::Undecided => return None,
        };
        let values =
            vec![("score", Value::Number(self.judgement.score)), ("threshold", Value::Number(threshold))];
        Some(Evidence::new("model", Direction::Raises, values, None, None))
    }
}

impl Evidence {
    fn new(
        kind: &'static str,
        direction: Direction,
        values: PieceValues,
        natural_rate: Option<f64>,
        clause: Option<(&'static str, About)>,
    ) -> Self {
        let (clause, about) = clause.unzip();
        Evidence {
            kind: kind.into(),
            text_key: format!("evidence.{kind}"),
            direction,
            about,
            values: values.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            natural_rate,
            clause,
        }
    }

    fn of_piece(piece: &Piece, values: PieceValues, natural_rate: Option<f64>) -> Self {
        Self::new(piece.kind, piece.direction, values, natural_rate, Some((piece.clause, piece.about)))
    }

    /// No benign tuple of the corpus shows any of them, which a test holds.
    fn of_known(known: &Known) -> Self {
        let (kind, clause) = if known.what.starts_with("ja") { KNOWN_HELLO } else { KNOWN_DEFAULT };
        let values = vec![("software", Value::Text(known.software.into()))];
        Self::new(kind, Direction::Raises, values, Some(0.0), Some((clause, About::Certificate)))
    }

    /// Reads the evidence of a tuple that was judged apart from the others of its host, as JSON.
    pub fn read(json: &str) -> Result<Vec<Self>, serde_json::Error> {
        let mut found: Vec<Self> = serde_json::from_str(json)?;
        for evidence in &mut found {
            evidence.clause = clause_of(&evidence.kind);
        }
        Ok(found)
    }

    /// Raising before lowering; the rarest first, what was not measured last.
    fn rank(&self) -> (bool, f64) {
        (self.direction == Direction::Lowers, self.natural_rate.unwrap_or(1.0))
    }
}

/// Published defaults by what shows them, with their clauses.
const KNOWN_HELLO: (&str, &str) = ("known_hello", "its hellos are those that {software} is known for");
const KNOWN_DEFAULT: (&str, &str) = ("known_default", "its certificate is the default of {software}");

/// Returns the clause of a kind of evidence that a tuple shows by itself.
fn clause_of(kind: &str) -> Option<&'static str> {
    let piece = PIECES.iter().find(|piece| piece.kind == kind).map(|piece| piece.clause);
    let known = || [KNOWN_HELLO, KNOWN_DEFAULT].into_iter().find(|(known, _)| *known == kind);
    piece.or_else(|| known().map(|(_, clause)| clause))
}

/// Adds that the same host also talks to so many flagged destinations.
pub fn add_host(found: &mut Vec<Evidence>, flagged: usize) {
    let clause = match flagged {
        1 => "its host also talks to a destination that is flagged",
        _ => "its host also talks to {destinations} destinations that are flagged",
    };
    let values = vec![("destinations", Value::Number(flagged as f64))];
    found.push(Evidence::new(
        "host_context",
        Direction::Raises,
        values,
        None,
        Some((clause, About::Context)),
    ));
    sort(found);
}

fn sort(found: &mut [Evidence]) {
    found.sort_by(|a, b| {
        let ((lowers_a, rate_a), (lowers_b, rate_b)) = (a.rank(), b.rank());
        lowers_a.cmp(&lowers_b).then(rate_a.total_cmp(&rate_b))
    });
}
