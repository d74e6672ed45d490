//! An additive scorecard: pieces of evidence, each with a weight on the log-odds scale, and a learned part that refines.
//!
//! A piece is a conjunction of conditions on columns. What holds raises the log-odds by the logarithm of a likelihood ratio:
//! the share of malware that may show it ([`SHOWN`]) over the upper limit of its share in natural traffic, between 0 and
//! [`MOST`]. Malware decides no weight, as no family tells what another does; natural traffic does, source by source. What
//! one kind of device explains is a condition of the piece, or lowers by a fixed weight. Each piece is laid out as one tree,
//! so that the crate's evaluator and its exact explanations serve, and boosted trees follow, shrunken.

use crate::boost::{self, Boosting};
use crate::error::Error;
use crate::rate::interval;
use crate::sample::Sample;
use crate::trees::Trees;
use hushcap::feature::MISSING;
use hushcap::verdict::{Aggregation, Node, OutputSpace};

/// Share of malware that is taken to show a piece of evidence.
pub const SHOWN: f64 = 0.3;
/// The most that a piece adds, in log-odds.
pub const MOST: f64 = 5.0;
/// Share of malware among tuples from which the log-odds start.
const PRIOR: f64 = 0.01;

/// Pieces of evidence and what refines them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scorecard {
    /// What an analyst would point at.
    pub pieces: &'static [Piece],
    /// How the learned part is grown.
    pub learned: Boosting,
    /// Share of the learned log-odds that is added; 0 leaves the learned part out.
    pub share: f64,
}

/// What holds of a tuple if all of its conditions do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Name in the model card.
    pub name: &'static str,
    /// What must hold.
    pub all: &'static [Condition],
    /// What it weighs.
    pub weighs: Weighs,
}

/// A condition on one column. A column that a table lacks counts as missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// The value is above a number.
    Above(&'static str, f64),
    /// The value is at most a number; a missing one is.
    UpTo(&'static str, f64),
}

/// Where a weight comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weighs {
    /// From its rate in natural traffic: the rarer, the more it raises.
    ByRate,
    /// From its rate among the natural tuples for which these conditions hold.
    ByRateAmong(&'static [Condition]),
    /// It lowers by this, as it is an ordinary reason for what else holds.
    Lowers(f64),
}

impl Condition {
    /// Returns the column that it is about.
    pub fn column(&self) -> &'static str {
        match self {
            Condition::Above(column, _) | Condition::UpTo(column, _) => column,
        }
    }

    /// Returns the condition and the place of its column, where the table has it.
    fn placed(&self, columns: &[String]) -> (Self, Option<usize>) {
        (*self, columns.iter().position(|column| column == self.column()))
    }

    fn holds(&self, place: Option<usize>, row: &[f64]) -> bool {
        let value = place.and_then(|place| row.get(place)).copied().unwrap_or(MISSING);
        match self {
            Condition::Above(_, bound) => value > *bound,
            Condition::UpTo(_, bound) => value <= *bound,
        }
    }
}

impl Piece {
    /// Returns what tells whether it holds of a row of these columns.
    pub fn test(&self, columns: &[String]) -> impl Fn(&[f64]) -> bool + use<> {
        all(self.all, columns)
    }

    /// Returns what it adds to the log-odds, by the natural rows of a sample.
    pub fn weight(&self, sample: &Sample<'_>) -> f64 {
        let among = match self.weighs {
            Weighs::Lowers(by) => return -by,
            Weighs::ByRate => &[],
            Weighs::ByRateAmong(among) => among,
        };
        let (counts, holds) = (all(among, sample.columns), self.test(sample.columns));
        let rows = sample.rows.iter().zip(&sample.sources).zip(&sample.malware);
        let natural = rows.filter(|((row, _), malware)| !**malware && counts(row));
        let limit = interval(natural.map(|((row, source), _)| (*source, holds(row)))).limit;
        libm::log(SHOWN / limit).clamp(0.0, MOST)
    }

    /// Appends it as a tree: a split a condition, and a leaf for where it ends. Each leaf counts one row more than end
    /// there, since a leaf that none reaches would have no place in an explanation.
    fn lay_out(&self, sample: &Sample<'_>, weight: f64, nodes: &mut Vec<Node>) -> Result<(), Error> {
        let mut held: Vec<&&[f64]> = sample.rows.iter().collect();
        let mut remaining: Vec<u32> = vec![count(held.len())?];
        for condition in self.all {
            let (condition, place) = condition.placed(sample.columns);
            held.retain(|row| condition.holds(place, row));
            remaining.push(count(held.len())?);
        }
        let last = self.all.len();
        for (place, condition) in self.all.iter().enumerate() {
            let Some(feature) = place_of(sample, condition) else {
                return Err(Error::Training(format!("{}: no column {}", self.name, condition.column())));
            };
            let here = count(nodes.len())?;
            let (ends, goes_on) = (here + 1, here + 2);
            let ending = remaining[place] - remaining[place + 1] + 1;
            let cover = remaining[place] + count(last - place)? + 1;
            let (threshold, left, right) = match *condition {
                Condition::Above(_, bound) => (bound, ends, goes_on),
                Condition::UpTo(_, bound) => (bound, goes_on, ends),
            };
            let feature = u16::try_from(feature).map_err(|error| Error::Training(error.to_string()))?;
            nodes.push(Node::Split { feature, threshold, left, right, cover });
            nodes.push(Node::Leaf { value: 0.0, cover: ending });
        }
        nodes.push(Node::Leaf { value: weight, cover: remaining[last] + 1 });
        Ok(())
    }
}

/// Returns what tells whether all conditions hold of a row of these columns.
fn all(conditions: &[Condition], columns: &[String]) -> impl Fn(&[f64]) -> bool + use<> {
    let placed: Vec<_> = conditions.iter().map(|condition| condition.placed(columns)).collect();
    move |row| placed.iter().all(|(condition, place)| condition.holds(*place, row))
}

/// Place of a condition's column.
fn place_of(sample: &Sample<'_>, condition: &Condition) -> Option<usize> {
    sample.columns.iter().position(|column| column == condition.column())
}

fn count(number: usize) -> Result<u32, Error> {
    u32::try_from(number).map_err(|error| Error::Training(error.to_string()))
}

/// Weighs the pieces by the natural rows of a sample and grows the learned part on all of it. Pieces that ask for a column
/// that the sample lacks are left out. `asks` are the columns that the learned part may ask for.
pub fn fit(sample: &Sample<'_>, asks: &[usize], scorecard: &Scorecard, seed: u64) -> Result<Trees, Error> {
    let mut trees = Trees {
        output_space: OutputSpace::LogOdds,
        aggregation: Aggregation::Sum,
        bias: libm::log(PRIOR / (1.0 - PRIOR)),
        roots: Vec::new(),
        nodes: Vec::new(),
    };
    let known = |piece: &&Piece| piece.all.iter().all(|condition| place_of(sample, condition).is_some());
    for piece in scorecard.pieces.iter().filter(known) {
        trees.roots.push(count(trees.nodes.len())?);
        piece.lay_out(sample, piece.weight(sample), &mut trees.nodes)?;
    }
    if scorecard.share > 0.0 {
        let learned = boost::fit(sample, asks, scorecard.learned, seed)?;
        append(&mut trees, &learned, scorecard.share)?;
    }
    Ok(trees)
}

/// Appends trees with their leaves shrunken. Their bias, the share of malware that training gave itself, is left out.
fn append(trees: &mut Trees, learned: &Trees, share: f64) -> Result<(), Error> {
    let offset = count(trees.nodes.len())?;
    trees.roots.extend(learned.roots.iter().map(|root| root + offset));
    trees.nodes.extend(learned.nodes.iter().map(|node| match *node {
        Node::Leaf { value, cover } => Node::Leaf { value: value * share, cover },
        Node::Split { feature, threshold, left, right, cover } => {
            Node::Split { feature, threshold, left: left + offset, right: right + offset, cover }
        }
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::PIECES as PIECES_OF_EVIDENCE;
    use crate::learner::tests::{model, sample};
    use crate::recipe::SCORECARD;
    use crate::table::tests::generated;
    use hushcap::feature::Table;

    const ALPHA: Piece = Piece {
        name: "alpha",
        all: &[Condition::Above("alpha", 0.5), Condition::UpTo("beta", 4.0)],
        weighs: Weighs::ByRate,
    };
    const PIECES: [Piece; 2] =
        [ALPHA, Piece { name: "beta", all: &[Condition::Above("beta", 4.0)], weighs: Weighs::Lowers(1.5) }];

    fn card(share: f64) -> Scorecard {
        let learned = Boosting { trees: 10, ..crate::recipe::BOOSTING };
        Scorecard { pieces: &PIECES, learned, share }
    }

    #[test]
    fn the_answer_is_the_sum_of_what_holds() {
        let table = generated();
        let sample = sample(&table);
        let model = model(fit(&sample, &[0, 1], &card(0.0), 1).unwrap());
        let (prior, alpha) = (libm::log(PRIOR / (1.0 - PRIOR)), ALPHA.weight(&sample));
        assert!(alpha > 0.0);
        for (row, expected) in [([1.0, 3.0], alpha), ([1.0, 5.0], -1.5), ([0.0, 1.0], 0.0)] {
            assert!((model.raw(&row) - prior - expected).abs() < 1e-12, "{row:?}");
            let sum: f64 = model.explain(&row).contributions().iter().sum();
            assert!((model.base() + sum - model.raw(&row)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_learned_part_is_added_shrunken() {
        let table = generated();
        let sample = sample(&table);
        let [none, half, full] =
            [0.0, 0.5, 1.0].map(|share| model(fit(&sample, &[0, 1], &card(share), 1).unwrap()));
        let row = [1.0, 2.0];
        let added = |other: &hushcap::verdict::Model| other.raw(&row) - none.raw(&row);
        assert!(added(&full).abs() > 0.1, "{}", added(&full));
        assert!((added(&half) - added(&full) / 2.0).abs() < 1e-12, "{} {}", added(&half), added(&full));
    }

    #[test]
    fn a_rarer_piece_weighs_more_and_none_too_much() {
        let table = generated();
        let mut sample = sample(&table);
        let before = ALPHA.weight(&sample);
        let rare: Vec<[f64; 2]> = sample.rows.iter().map(|_| [0.0, 0.0]).collect();
        sample.rows = rare.iter().map(<[f64; 2]>::as_slice).collect();
        let after = ALPHA.weight(&sample);
        assert!(before < after && after <= MOST, "{before} {after}");
    }

    #[test]
    fn a_piece_of_one_context_is_weighed_by_the_rate_in_it() {
        let table = generated();
        let sample = sample(&table);
        let among = Piece { weighs: Weighs::ByRateAmong(&[Condition::Above("alpha", 0.5)]), ..ALPHA };
        let everything = Piece { weighs: Weighs::ByRateAmong(&[]), ..ALPHA };
        assert_eq!(everything.weight(&sample), ALPHA.weight(&sample));
        assert!(among.weight(&sample) < ALPHA.weight(&sample), "{}", among.weight(&sample));
    }

    #[test]
    fn every_column_that_ships_is_one_of_the_table() {
        let known = Table::Extended.names();
        let crate::columns::Columns::Named(asks) = SCORECARD.columns else { panic!("no list of columns") };
        let conditions = PIECES_OF_EVIDENCE.iter().flat_map(|piece| piece.all);
        for name in conditions.map(Condition::column).chain(asks.iter().copied()) {
            assert!(known.contains(&name), "{name}");
        }
    }
}
