//! Follows the protocol of the model card: every figure of it is computed here.
//!
//! [`split`] says what a model has not seen, [`run`] fits each model once and keeps what it says, [`scores`] on disk
//! if wished, [`measures`] and
//! [`bootstrap`] make figures of that. What is asked of the figures: [`headline`] of unseen families, rules and pieces at their own rates, [`comparison`] of all learners, [`families`] and
//! [`slices`] of what ships, [`shipped`] at its threshold, [`cleaning`] of the list, [`probe`] for shortcuts.
//! [`export`] writes the splits down for others.

pub mod bootstrap;
pub mod cleaning;
pub mod comparison;
pub mod data;
pub mod export;
pub mod families;
pub mod headline;
pub mod measures;
pub mod probe;
pub mod run;
pub mod scores;
pub mod shipped;
pub mod slices;
pub mod split;

use crate::compare::Entrant;
use crate::corpus::{Cleaning, Corpus};
use crate::error::Error;
use crate::recipe::Recipe;
use bootstrap::Draws;
use comparison::Comparison;
use scores::Scores;
use std::path::Path;

/// Fits that run side by side.
const THREADS: usize = 2;

/// Everything that the model card says in numbers.
pub struct Evaluation {
    /// What the corpus holds.
    pub data: data::Data,
    /// C2 of unseen families found by each learner, what ships first.
    pub headlines: Vec<headline::Headline>,
    /// Rules and pieces of evidence by themselves, beside the default.
    pub singles: Vec<headline::Single>,
    /// All learners, what ships first.
    pub comparisons: Vec<Comparison>,
    /// What ships, family by family.
    pub families: Vec<families::Families>,
    /// What ships, by kind of tuple.
    pub slices: Vec<slices::Slices>,
    /// What ships, at its threshold.
    pub shipped: Vec<shipped::Shipped>,
    /// The cleaning list against the labels.
    pub cleaning: Vec<cleaning::Cleared>,
    /// What else a forest can tell.
    pub probes: probe::Probes,
}

/// Follows the protocol. The recipes are those that ship, the entrants begin with them. A folder keeps scores of a run that
/// is broken off.
pub fn evaluate(
    corpus: &Corpus,
    recipes: &[Recipe],
    entrants: &[Entrant],
    folder: Option<&Path>,
) -> Result<Evaluation, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).build();
    let pool = pool.map_err(|error| Error::Training(error.to_string()))?;
    let kept = folder.map(|folder| Scores::of(&corpus.table, folder)).transpose()?;
    pool.install(|| follow(corpus, recipes, entrants, kept.as_ref()))
}

fn follow(
    corpus: &Corpus,
    recipes: &[Recipe],
    entrants: &[Entrant],
    kept: Option<&Scores>,
) -> Result<Evaluation, Error> {
    let table = &corpus.table;
    let draws = Draws::of(&table.rows);
    let (mut comparisons, mut families, mut slices) = (Vec::new(), Vec::new(), Vec::new());
    let (mut headlines, mut singles) = (Vec::new(), Vec::new());
    for (place, entrant) in entrants.iter().enumerate() {
        let began = std::time::Instant::now();
        let runs = comparison::runs(entrant, table, kept)?;
        if place < recipes.len() {
            families.push(families::families(entrant.name, &table.rows, &runs));
            slices.push(slices::slices(entrant.name, table, &runs));
        }
        let by_family = runs.iter().find(|(protocol, _)| *protocol == split::Protocol::Family);
        if let Some((_, seeds)) = by_family.filter(|_| !entrant.is_rule) {
            if place == 0 {
                singles = headline::singles(table, seeds);
            }
            headlines.push(headline::headline(entrant.name, table, seeds));
        }
        comparisons.push(comparison::compare(entrant, table, runs, &draws));
        eprintln!("{}: {:.0} s", entrant.name, began.elapsed().as_secs_f64());
    }
    let shipped = recipes.iter().map(|recipe| shipped::shipped(corpus, recipe)).collect::<Result<_, _>>()?;
    Ok(Evaluation {
        data: data::data(corpus),
        headlines,
        singles,
        comparisons,
        families,
        slices,
        shipped,
        cleaning: cleaning::cleaning(&table.rows, &Cleaning::builtin()?),
        probes: probe::probes(table)?,
    })
}
