//! What a model is made of: the choices that the grouped cross-validation settled.

use crate::boost::{Boosting, Thresholds};
use crate::columns::Columns;
use crate::error::Error;
use crate::evidence::{LEARNED, PIECES};
use crate::forest::Growth;
use crate::learner::Learner;
use crate::profile::profiles;
use crate::rate;
use crate::sample::Sample;
use crate::scorecard::{Condition, Scorecard};
use crate::table::Row;
use crate::trees::{Header, Trees};
use crate::weight::{Balance, weights};
use hushcap::verdict::{Forest, Model, Node};

/// Everything that decides a model, but the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Name that `--model` takes.
    pub name: &'static str,
    /// Columns that trees may ask for.
    pub columns: Columns,
    /// What grows the trees.
    pub learner: Learner,
    /// Where the random numbers start.
    pub seed: u64,
    /// Weights of the rows.
    pub balance: Balance,
    /// Share of natural benign tuples that the threshold may flag, and share that may be flagged or on the border.
    pub alarms: (f64, f64),
}

/// Size of a forest.
pub const GROWTH: Growth = Growth { trees: 150, depth: 8, leaf: 5, candidates: 4 };

/// Size of a forest that chooses among the many columns of the extended table.
pub const WIDE: Growth = Growth { candidates: 8, ..GROWTH };

/// Size of boosted trees.
pub const BOOSTING: Boosting = Boosting {
    trees: 300,
    depth: 2,
    rate: 0.025,
    ridge: 1.0,
    leaf: 5.0,
    rows: 0.7,
    columns: 0.5,
    thresholds: Thresholds::Drawn,
};

/// Size of the boosted trees that refine the evidence: as many steps in all, in fewer trees, as more of them would not fit
/// into the page's first load.
pub const REFINING: Boosting = Boosting { trees: 100, rate: 0.075, ..BOOSTING };

/// The random forest over the 37 features.
pub const FOREST37: Recipe = Recipe {
    name: "forest37",
    columns: Columns::Article,
    learner: Learner::RandomForest(GROWTH),
    seed: 37,
    balance: Balance { malware: 0.3, background: 0.4, evenness: 0.5 },
    alarms: (0.005, 0.02),
};

/// Gradient-boosted trees over the 37 features.
pub const BOOST37: Recipe = Recipe { name: "boost37", learner: Learner::Boosting(BOOSTING), ..FOREST37 };

/// Pieces of evidence over the extended table, refined by boosted trees that ask for nothing that clients offer.
pub const SCORECARD: Recipe = Recipe {
    name: "scorecard",
    columns: Columns::Named(LEARNED),
    learner: Learner::Scorecard(Scorecard { pieces: &PIECES, learned: REFINING, share: 0.0 }),
    // Less than half a percent of natural tuples show any evidence, and a single weak piece is no reason to flag: it is
    // on the border.
    alarms: (0.002, 0.02),
    ..FOREST37
};

/// Every model that the crate carries, the default first.
pub const SHIPPED: [Recipe; 3] = [SCORECARD, BOOST37, FOREST37];

impl Recipe {
    /// File name of the artefact.
    pub fn artefact(&self) -> String {
        format!("{}.postcard", self.name)
    }

    /// Returns a model without a threshold, for scores alone, from those of the rows that are trained on.
    pub fn model(&self, columns: &[String], rows: &[&Row]) -> Result<Model, Error> {
        let rows: Vec<&Row> = rows.iter().copied().filter(|row| row.is_trained_on()).collect();
        let forest = self.grow(columns, &rows, (1.0, 1.0), String::new())?;
        let known: Vec<&str> = columns.iter().map(String::as_str).collect();
        Ok(Model::new(forest, &known)?)
    }

    /// Returns the forest that these rows grow; it names the columns that it reads, whatever else the table has.
    pub(crate) fn grow(
        &self,
        columns: &[String],
        rows: &[&Row],
        (threshold, borderline): (f64, f64),
        trained: String,
    ) -> Result<Forest, Error> {
        let sample = Sample::of(columns, rows, weights(rows, self.balance));
        let trees = self.learner.fit(&sample, &self.columns.places(columns), self.seed)?;
        let reads = self.reads(columns);
        Ok(narrowed(trees, &reads)?.into_forest(Header {
            name: self.name.to_owned(),
            kind: self.learner.kind().to_owned(),
            threshold,
            borderline,
            trained,
            profiles: profiles(rows, &reads),
            features: reads.iter().map(|place| columns[*place].clone()).collect(),
            rates: rate::of_evidence(columns, rows),
        }))
    }

    /// Places of the columns that it reads. The article's are all of its table, those that are set aside included.
    pub(crate) fn reads(&self, columns: &[String]) -> Vec<usize> {
        let Learner::Scorecard(scorecard) = &self.learner else { return Columns::Basic.places(columns) };
        let conditions = || scorecard.pieces.iter().flat_map(|piece| piece.all).map(Condition::column);
        let may_ask = self.columns.places(columns);
        let reads =
            |place: &usize| may_ask.contains(place) || conditions().any(|name| name == columns[*place]);
        (0..columns.len()).filter(reads).collect()
    }
}

/// Trees whose splits mean places in a table, with numbers that mean places in a list of these.
fn narrowed(mut trees: Trees, reads: &[usize]) -> Result<Trees, Error> {
    for node in &mut trees.nodes {
        if let Node::Split { feature, .. } = node {
            let place = reads.iter().position(|place| *place == usize::from(*feature));
            let place = place.and_then(|place| u16::try_from(place).ok());
            *feature = place.ok_or_else(|| Error::Training(format!("a split asks for column {feature}")))?;
        }
    }
    Ok(trees)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::table::tests::generated;

    /// Returns a recipe for the generated table.
    pub(crate) fn small() -> Recipe {
        Recipe {
            learner: Learner::RandomForest(Growth { trees: 20, depth: 5, leaf: 2, candidates: 1 }),
            seed: 1,
            alarms: (0.02, 0.05),
            ..FOREST37
        }
    }

    #[test]
    fn artefact_loads_where_its_columns_are_known() {
        let bytes = small().train(&generated()).unwrap().encode().unwrap();
        assert!(Model::load(&bytes, &["new", "beta", "alpha"]).is_ok());
        assert!(Model::load(&bytes, &["alpha", "gamma"]).is_err());
    }

    #[test]
    fn shipped_recipes_are_the_models_that_the_crate_names() {
        assert!(SHIPPED.iter().map(|recipe| recipe.name).eq(Model::names()));
    }

    #[test]
    fn a_feature_that_is_new_to_the_table_changes_no_artefact() {
        let plain = plain_table();
        let mut grown = plain.clone();
        grown.columns.insert(3, "dns_name_count".to_owned());
        grown.rows.iter_mut().for_each(|row| row.values.insert(3, 7.0));
        let bytes = |table| small().train(table).unwrap().encode().unwrap();
        assert_eq!(bytes(&grown), bytes(&plain));
    }

    /// Returns the generated table with the names of features.
    fn plain_table() -> crate::table::Table {
        let mut table = generated();
        table.columns = vec!["sni_ratio".to_owned(), "self_signed_ratio".to_owned()];
        table.columns.push("period_mean".to_owned());
        table.rows.iter_mut().for_each(|row| row.values.push(1.0));
        table
    }

    #[test]
    fn the_same_table_gives_the_same_artefact() {
        let artefact = || small().train(&generated()).unwrap().encode().unwrap();
        assert_eq!(artefact(), artefact());
    }

    #[test]
    fn trained_is_the_digest_of_the_rows_trained_on() {
        let mut table = generated();
        let digest = table.training().digest();
        let mut lab = table.rows[0].clone();
        lab.role = crate::table::Role::TierB;
        table.rows.push(lab);
        assert_eq!(small().train(&table).unwrap().trained, digest);
    }
}
