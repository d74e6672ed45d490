//! Scores on disk, so that a long evaluation that was broken off goes on where it was.
//!
//! A file holds one run: entrant, protocol, seed. It is found again for the same table alone; that the learner is still the
//! same, whoever names the folder answers for.

use super::run::{Part, run};
use super::split::{Protocol, split};
use crate::compare::Entrant;
use crate::error::{Error, read_bytes, write_bytes};
use crate::table::Table;
use std::path::{Path, PathBuf};

/// A folder of scores of one table.
pub struct Scores {
    folder: PathBuf,
    digest: String,
}

impl Scores {
    /// Scores of a table, kept in a folder that is made if there is none.
    pub fn of(table: &Table, folder: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(io)?;
        Ok(Scores { folder: folder.to_owned(), digest: table.digest() })
    }

    fn path(&self, entrant: &Entrant, protocol: Protocol, seed: u64) -> PathBuf {
        let name = format!("{}.{}.{seed}.{}.json", entrant.name, protocol.name(), self.digest);
        self.folder.join(name.replace([' ', ':'], "-"))
    }
}

/// Returns the scores of a run: those that are kept, else computed, and kept from then on.
pub fn scores(
    entrant: &Entrant,
    table: &Table,
    protocol: Protocol,
    seed: u64,
    kept: Option<&Scores>,
) -> Result<Vec<Part>, Error> {
    let compute = || run(entrant, table, &split(protocol, &table.rows, seed), seed);
    let Some(kept) = kept else { return compute() };
    let path = kept.path(entrant, protocol, seed);
    let failed = |error: serde_json::Error| Error::table(&path, error.to_string());
    if path.exists() {
        return serde_json::from_slice(&read_bytes(&path)?).map_err(failed);
    }
    let parts = compute()?;
    write_bytes(&path, &serde_json::to_vec(&parts).map_err(failed)?)?;
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::run::tests::small;
    use crate::table::tests::generated;

    #[test]
    fn kept_scores_are_those_that_were_computed() {
        let (table, folder) = (generated(), tempfile::tempdir().unwrap());
        let kept = Scores::of(&table, folder.path()).unwrap();
        let scores = |kept| scores(&small(), &table, Protocol::Family, 1, kept).unwrap();
        assert_eq!(scores(Some(&kept)), scores(None));
        assert_eq!(scores(Some(&kept)), scores(None));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_table_has_other_scores() {
        let (table, folder) = (generated(), tempfile::tempdir().unwrap());
        let mut other = table.clone();
        other.rows[0].values[0] += 1.0;
        for table in [table, other] {
            let kept = Scores::of(&table, folder.path()).unwrap();
            scores(&small(), &table, Protocol::Random, 1, Some(&kept)).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
