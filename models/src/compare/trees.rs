//! The learners that ship, scored by the crate's own evaluator.

use super::{Comparator, Scorer};
use crate::error::Error;
use crate::learner::Learner;
use crate::sample::Sample;
use crate::trees::Header;
use hushcap::verdict::{Model, Profile};

impl Comparator for Learner {
    fn fit(&self, sample: &Sample<'_>, columns: &[usize], seed: u64) -> Result<Scorer, Error> {
        let width = sample.rows.first().map_or(0, |row| row.len());
        let features: Vec<String> = (0..width).map(|column| column.to_string()).collect();
        let header = Header {
            name: self.kind().to_owned(),
            kind: self.kind().to_owned(),
            threshold: 1.0,
            borderline: 1.0,
            trained: String::new(),
            profiles: vec![Profile { seen: None, missing: true, usual: None }; width],
            features: features.clone(),
            rates: Vec::new(),
        };
        let forest = Learner::fit(self, sample, columns, seed)?.into_forest(header);
        let names: Vec<&str> = features.iter().map(String::as_str).collect();
        let model = Model::new(forest, &names)?;
        Ok(Box::new(move |rows| Ok(model.raws(rows).into_iter().map(|raw| model.score(raw)).collect())))
    }
}
