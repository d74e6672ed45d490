//! What is compared: learners behind one seam, each with the columns that it may ask for and the number of its seeds.

mod linear;
mod rules;
mod scale;
mod trees;

use crate::columns::Columns;
use crate::error::Error;
use crate::learner::Learner;
use crate::recipe::{REFINING, Recipe, SCORECARD, SHIPPED};
use crate::sample::Sample;
use crate::scorecard::Scorecard;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Says of whole rows how much they resemble malware, in [0, 1].
pub type Scorer = Box<dyn Fn(&[&[f64]]) -> Result<Vec<f64>, Error>>;

/// Something that learns from labelled rows, or knows without.
pub trait Comparator: Send + Sync {
    /// Learns from some columns of the sample. The same arguments give the same scores.
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error>;
}

/// One that is compared.
pub struct Entrant {
    /// Name in the tables.
    pub name: &'static str,
    /// What it is.
    pub comparator: Box<dyn Comparator>,
    /// What it may ask for.
    pub columns: Columns,
    /// Number of seeds that it runs with.
    pub seeds: u64,
    /// Whether it says yes or no, so that no threshold is set.
    pub is_rule: bool,
}

impl Entrant {
    fn new(name: &'static str, comparator: impl Comparator + 'static, columns: Columns, seeds: u64) -> Self {
        Entrant { name, comparator: Box::new(comparator), columns, seeds, is_rule: false }
    }

    fn rule(name: &'static str, columns: &'static [&'static str]) -> Self {
        let columns = Columns::Named(columns);
        Entrant { is_rule: true, ..Entrant::new(name, rules::AnyAboveZero, columns, 1) }
    }

    fn shipped(recipe: &Recipe) -> Self {
        let seeds = if recipe.name == SCORECARD.name { SEEDS } else { OTHERS };
        Entrant::new(recipe.name, recipe.learner, recipe.columns, seeds)
    }
}

/// Seeds of the default.
const SEEDS: u64 = 2;
/// Seeds of the others.
const OTHERS: u64 = 1;

/// Everyone who is compared: what ships first, then the others.
pub fn entrants() -> Vec<Entrant> {
    let article = Columns::Article;
    let Learner::Scorecard(scorecard) = SCORECARD.learner else { unreachable!("the scorecard is one") };
    let evidence = Learner::Scorecard(Scorecard { share: 0.0, ..scorecard });
    let others = vec![
        Entrant::new("scorecard, evidence alone", evidence, SCORECARD.columns, 1),
        Entrant::new("scorecard, learned part alone", Learner::Boosting(REFINING), SCORECARD.columns, OTHERS),
        Entrant::new("logistic regression", linear::Logistic { ridge: 1.0 }, article, OTHERS),
        Entrant::rule("rule: self-signed", &["self_signed_ratio"]),
        Entrant::rule("rule: self-signed and no ALPN", &["self_signed_no_alpn_ratio"]),
        Entrant::rule("rule: no name on an odd port", &["no_name_odd_port_ratio"]),
        Entrant::rule("rule: either of these two", &["self_signed_no_alpn_ratio", "no_name_odd_port_ratio"]),
    ];
    SHIPPED.iter().map(Entrant::shipped).chain(others).collect()
}

/// As many rows as the sample has, drawn with its weights: for learners that take none.
fn drawn(sample: &Sample<'_>, seed: u64) -> Vec<usize> {
    let mut total = 0.0;
    let add = |weight: &f64| {
        total += weight;
        total
    };
    let sums: Vec<f64> = sample.weights.iter().map(add).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let last = sums.len().saturating_sub(1);
    let mut draw = || {
        let place = random.random::<f64>() * total;
        sums.partition_point(|sum| *sum <= place).min(last)
    };
    sums.iter().map(|_| draw()).collect()
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Training(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learner::tests::sample;
    use crate::table::tests::generated;

    #[test]
    fn every_learner_scores_malware_above_benign_and_repeats_itself() {
        let table = generated();
        let sample = sample(&table);
        // The generated table has no evidence to weigh; the tests of the scorecard are beside it.
        let entrants = entrants()
            .into_iter()
            .filter(|entrant| !["scorecard", "scorecard, evidence alone"].contains(&entrant.name));
        for Entrant { name, comparator, is_rule, .. } in entrants {
            let scores = || comparator.fit(&sample, &[0, 1], 3).unwrap()(&sample.rows).unwrap();
            assert_eq!(scores(), scores(), "{name}");
            assert!(scores().iter().all(|score| (0.0..=1.0).contains(score)), "{name}");
            let mean = |malware: bool| {
                let chosen = scores().into_iter().zip(&sample.malware).filter(|(_, is)| **is == malware);
                let chosen: Vec<f64> = chosen.map(|(score, _)| score).collect();
                chosen.iter().sum::<f64>() / chosen.len() as f64
            };
            assert!(is_rule || mean(true) > mean(false) + 0.2, "{name}: {} {}", mean(true), mean(false));
        }
    }

    #[test]
    fn rows_are_drawn_as_often_as_they_weigh() {
        let rows: Vec<&[f64]> = vec![&[0.0], &[1.0], &[2.0]];
        let rows: Vec<&[f64]> = rows.iter().copied().cycle().take(3000).collect();
        let weights = (0..3000).map(|n| [0.0, 1.0, 3.0][n % 3]).collect();
        let sample = Sample { columns: &[], sources: Vec::new(), rows, malware: vec![false; 3000], weights };
        let drawn = drawn(&sample, 1);
        let share = |kind: usize| drawn.iter().filter(|row| **row % 3 == kind).count() as f64 / 3000.0;
        assert_eq!((drawn.len(), share(0)), (3000, 0.0));
        assert!((share(1) - 0.25).abs() < 0.03, "{}", share(1));
    }
}
