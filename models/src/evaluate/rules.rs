//! What ships beside the rules, each rule at its own rate: a rule has no threshold, so a model is given the rule's rate.

use super::comparison::Runs;
use super::measures::{Measure, Measured, value};
use super::scores::{Scores, scores};
use super::split::Protocol;
use crate::compare::Entrant;
use crate::error::Error;
use crate::table::Table;

/// What a rule finds of unseen families.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Name of the rule.
    pub name: &'static str,
    /// Share of natural benign tuples that it flags.
    pub rate: f64,
    /// C2 of captures that it finds, and all.
    pub c2: (f64, f64),
    /// Name of each model, and what it finds at that rate; means over seeds.
    pub models: Vec<(&'static str, f64)>,
}

/// Asks the rules among the entrants.
pub fn rules(entrants: &[Entrant], table: &Table, kept: Option<&Scores>) -> Result<Vec<Rule>, Error> {
    let even = vec![1.0; table.rows.len()];
    let rule = |entrant: &Entrant| {
        let parts = scores(entrant, table, Protocol::Family, 1, kept)?;
        let measured = Measured::new(&table.rows, parts, true);
        let values = measured.values(&even);
        Ok(Rule {
            name: entrant.name,
            rate: value(&values, Measure::Flagged),
            c2: (value(&values, Measure::C2), measured.of(Measure::C2)),
            models: Vec::new(),
        })
    };
    entrants.iter().filter(|entrant| entrant.is_rule).map(rule).collect()
}

impl Rule {
    /// Puts a model beside the rule.
    pub fn compare(&mut self, name: &'static str, table: &Table, runs: &Runs) {
        let even = vec![1.0; table.rows.len()];
        let by_family = runs.iter().filter(|(protocol, _)| *protocol == Protocol::Family);
        let found = by_family.flat_map(|(_, seeds)| seeds).map(|parts| {
            Measured::new(&table.rows, parts.clone(), false).c2_at(self.rate, &even)
        });
        let found: Vec<f64> = found.collect();
        self.models.push((name, found.iter().sum::<f64>() / found.len() as f64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Columns;
    use crate::compare::entrants;
    use crate::evaluate::comparison::runs;
    use crate::evaluate::run::tests::small;
    use crate::table::tests::doubled;

    #[test]
    fn a_model_is_asked_at_the_rate_of_the_rule() {
        let table = doubled();
        let mut rule = entrants().into_iter().find(|entrant| entrant.is_rule).unwrap();
        // The first column of the generated table.
        rule.columns = Columns::Named(&["alpha"]);
        let mut rules = rules(&[rule], &table, None).unwrap();
        let [rule] = &mut rules[..] else { panic!("{} rules", rules.len()) };
        let model = small();
        rule.compare(model.name, &table, &runs(&model, &table, None).unwrap());
        assert!((0.0..=1.0).contains(&rule.rate) && rule.c2.0 <= rule.c2.1, "{rule:?}");
        let [(name, found)] = rule.models[..] else { panic!("{rule:?}") };
        assert!(name == model.name && found <= rule.c2.1 && found > 0.0, "{rule:?}");
    }
}
