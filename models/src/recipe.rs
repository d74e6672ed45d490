//! What a model is made of: the choices that the grouped cross-validation settled.

use crate::boost::{Boosting, Thresholds};
use crate::columns::Columns;
use crate::error::Error;
use crate::forest::Growth;
use crate::learner::Learner;
use crate::profile::profiles;
use crate::sample::Sample;
use crate::table::Row;
use crate::trees::Header;
use crate::weight::{Balance, weights};
use hushcap::feature;
use hushcap::verdict::{Forest, Model};

/// Everything that decides a model, but the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Name that `--model` takes.
    pub name: &'static str,
    /// The table that it reads. All tables begin alike: of a corpus's columns it reads the first ones.
    pub table: feature::Table,
    /// Columns that trees may ask for.
    pub columns: Columns,
    /// What grows the trees.
    pub learner: Learner,
    /// Where the random numbers start.
    pub seed: u64,
    /// Weights of the rows.
    pub balance: Balance,
    /// Share of natural benign tuples that the threshold may flag.
    pub alarms: f64,
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

/// The random forest over the 37 features.
pub const FOREST37: Recipe = Recipe {
    name: "forest37",
    table: feature::Table::Basic37,
    columns: Columns::Article,
    learner: Learner::RandomForest(GROWTH),
    seed: 37,
    balance: Balance { malware: 0.3, background: 0.4, evenness: 0.5 },
    alarms: 0.005,
};

/// Gradient-boosted trees over the 37 features.
pub const BOOST37: Recipe = Recipe { name: "boost37", learner: Learner::Boosting(BOOSTING), ..FOREST37 };

/// The random forest over what the extended table adds but for the hello features, which tell a laboratory's victims from
/// other hosts better than malware from what else those send.
pub const FOREST_EXTENDED: Recipe = Recipe {
    name: "forest-extended",
    table: feature::Table::Extended,
    columns: Columns::WithoutHello,
    learner: Learner::RandomForest(WIDE),
    ..FOREST37
};

/// Every model that the crate carries, the default first.
pub const SHIPPED: [Recipe; 3] = [BOOST37, FOREST37, FOREST_EXTENDED];

impl Recipe {
    /// File name of the artefact.
    pub fn artefact(&self) -> String {
        format!("{}.postcard", self.name)
    }

    /// A model without a threshold, for scores alone, from those of the rows that are trained on.
    pub fn model(&self, columns: &[String], rows: &[&Row]) -> Result<Model, Error> {
        let rows: Vec<&Row> = rows.iter().copied().filter(|row| row.is_trained_on()).collect();
        let forest = self.grow(columns, &rows, 1.0, String::new())?;
        let known: Vec<&str> = forest.features.iter().map(String::as_str).collect();
        Ok(Model::new(forest.clone(), &known)?)
    }

    /// The forest that these rows grow.
    pub(crate) fn grow(
        &self,
        columns: &[String],
        rows: &[&Row],
        threshold: f64,
        trained: String,
    ) -> Result<Forest, Error> {
        let features = columns[..self.reads(columns)].to_vec();
        let sample = Sample::of(rows, weights(rows, self.balance));
        let trees = self.learner.fit(&sample, &self.columns.places(&features), self.seed)?;
        Ok(trees.into_forest(Header {
            name: self.name.to_owned(),
            kind: self.learner.kind().to_owned(),
            threshold,
            trained,
            profiles: profiles(rows, features.len()),
            features,
        }))
    }

    /// How many of a corpus's columns it reads.
    pub(crate) fn reads(&self, columns: &[String]) -> usize {
        self.table.names().len().min(columns.len())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::table::tests::generated;

    /// A recipe for the generated table.
    pub(crate) fn small() -> Recipe {
        Recipe {
            learner: Learner::RandomForest(Growth { trees: 20, depth: 5, leaf: 2, candidates: 1 }),
            seed: 1,
            alarms: 0.02,
            ..FOREST37
        }
    }

    #[test]
    fn artefact_loads_for_its_own_columns_alone() {
        let bytes = small().train(&generated()).unwrap().encode().unwrap();
        assert!(Model::load(&bytes, &["alpha", "beta"]).is_ok());
        assert!(Model::load(&bytes, &["alpha", "gamma"]).is_err());
    }

    #[test]
    fn shipped_recipes_are_the_models_that_the_crate_names() {
        assert!(SHIPPED.iter().map(|recipe| recipe.name).eq(Model::names()));
    }

    #[test]
    fn columns_behind_the_table_are_not_read() {
        let mut wide = generated();
        for extra in 0..feature::Table::Basic37.names().len() {
            wide.columns.push(format!("extra{extra}"));
            wide.rows.iter_mut().for_each(|row| row.values.push(0.0));
        }
        let forest = small().train(&wide).unwrap();
        assert_eq!(forest.features.len(), small().table.names().len());
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
