//! All learners under all protocols.

use super::bootstrap::{Draws, Figures};
use super::measures::Measured;
use super::run::Part;
use super::scores::{Scores, scores};
use super::split::Protocol;
use crate::compare::Entrant;
use crate::error::Error;
use crate::table::Table;

/// An entrant's figures.
pub struct Comparison {
    /// Name of the entrant.
    pub name: &'static str,
    /// Number of seeds.
    pub seeds: u64,
    /// Whether it says yes or no.
    pub is_rule: bool,
    /// Figures a protocol.
    pub protocols: Vec<(Protocol, Figures)>,
}

impl Comparison {
    /// Returns the figures under a protocol.
    pub fn under(&self, protocol: Protocol) -> Option<&Figures> {
        self.protocols.iter().find(|(other, _)| *other == protocol).map(|(_, figures)| figures)
    }
}

/// The parts of each seed's run, a list a protocol.
pub type Runs = Vec<(Protocol, Vec<Vec<Part>>)>;

/// Fits an entrant under all protocols, seed by seed.
pub fn runs(entrant: &Entrant, table: &Table, kept: Option<&Scores>) -> Result<Runs, Error> {
    let under = |protocol: Protocol| {
        let seed = |seed| scores(entrant, table, protocol, seed, kept);
        let runs: Result<_, Error> = (1..=entrant.seeds).map(seed).collect();
        Ok((protocol, runs?))
    };
    Protocol::ALL.into_iter().map(under).collect()
}

/// Measures the runs.
pub fn compare(entrant: &Entrant, table: &Table, runs: Runs, draws: &Draws) -> Comparison {
    let measure = |(protocol, runs): (Protocol, Vec<Vec<Part>>)| {
        let measured = |parts| Measured::new(&table.rows, parts, entrant.is_rule);
        let runs: Vec<Measured<'_>> = runs.into_iter().map(measured).collect();
        (protocol, Figures::of(&runs, &table.rows, draws))
    };
    let protocols = runs.into_iter().map(measure).collect();
    Comparison { name: entrant.name, seeds: entrant.seeds, is_rule: entrant.is_rule, protocols }
}
