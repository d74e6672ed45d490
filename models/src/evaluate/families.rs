//! What ships, family by family: each scored by models that saw none of the captures that hold it.

use super::comparison::Runs;
use super::measures::{Measure, Measured, Values, value};
use super::run::Part;
use super::split::Protocol;
use crate::table::{Origin, Role, Row};

/// A model's families.
#[derive(Debug, Clone, PartialEq)]
pub struct Families {
    /// Name of the model.
    pub name: &'static str,
    /// One a family.
    pub families: Vec<Family>,
}

/// A family that was left out; means over seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// C2 of captures against natural benign tuples.
    pub auc: f64,
    /// C2 of captures found at 1 % and at 0.5 %, and all.
    pub c2: (f64, f64, usize),
    /// C2 of logs found at 1 %, and all.
    pub logs: (f64, usize),
    /// Other malware of captures found at 1 %, and all.
    pub other: (f64, usize),
}

impl Families {
    /// Mean share of C2 found at 1 % over the families that have some in captures, and their number.
    pub fn mean(&self) -> (f64, usize) {
        let shares = self.families.iter().filter(|family| family.c2.2 > 0);
        let shares: Vec<f64> = shares.map(|family| family.c2.0 / family.c2.2 as f64).collect();
        (shares.iter().sum::<f64>() / shares.len().max(1) as f64, shares.len())
    }
}

/// Takes the runs by family apart.
pub fn families(name: &'static str, rows: &[Row], runs: &Runs) -> Families {
    let by_family = runs.iter().filter(|(protocol, _)| *protocol == Protocol::Family);
    let seeds: Vec<&Vec<Part>> = by_family.flat_map(|(_, seeds)| seeds).collect();
    let count = seeds.first().map_or(0, |parts| parts.len());
    let even = vec![1.0; rows.len()];
    let family = |place: usize| {
        let of_seed =
            |parts: &&Vec<Part>| Measured::new(rows, vec![parts[place].clone()], false).values(&even);
        let values: Vec<Values> = seeds.iter().map(of_seed).collect();
        let mean =
            |measure| values.iter().map(|values| value(values, measure)).sum::<f64>() / values.len() as f64;
        let part = &seeds[0][place];
        let all = |choose: &dyn Fn(&Row) -> bool| {
            part.malware.iter().filter(|scored| choose(&rows[scored.row])).count()
        };
        let known = |value: f64| if value.is_finite() { value } else { 0.0 };
        let captures = |row: &Row| row.origin == Origin::Capture;
        Family {
            name: part.name.clone(),
            auc: mean(Measure::Auc),
            c2: (
                known(mean(Measure::C2)),
                known(mean(Measure::C2AtHalf)),
                all(&|row| captures(row) && row.role == Role::C2),
            ),
            logs: (known(mean(Measure::LogsC2)), all(&|row| !captures(row) && row.role == Role::C2)),
            other: (
                known(mean(Measure::AllRoles)) - known(mean(Measure::C2)),
                all(&|row| captures(row) && row.role != Role::C2),
            ),
        }
    };
    Families { name, families: (0..count).map(family).collect() }
}
