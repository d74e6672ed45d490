//! What is counted while an analysis goes on: oddities ([`Weird`]) and bounds that cut something short ([`Limit`]).
//!
//! Each counter is one row of a table, in `weird` or in `limit`: its name in the Report, what it counts and, where there is
//! something to do, what. The command line prints the English texts; `cargo xtask gen` writes the page's catalogue and the
//! table of bounds in ARCHITECTURE.md from the same rows.

pub mod bound;
mod limit;
mod weird;

pub use limit::Limit;
pub use weird::{Lost, Weird};

use std::collections::BTreeMap;
use std::marker::PhantomData;

/// A declared counter.
pub trait Counter: Copy {
    /// Its name in the Report, stable.
    fn kind(self) -> &'static str;
}

/// How often each oddity was met.
pub type Weirds = Counts<Weird>;

/// How often each bound cut something short.
pub type LimitsHit = Counts<Limit>;

/// Counters of one sort with their counts, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<C> {
    counts: BTreeMap<&'static str, u64>,
    sort: PhantomData<C>,
}

impl<C: Counter> Counts<C> {
    /// Counts one more.
    pub fn count(&mut self, counter: C) {
        self.add(counter, 1);
    }

    /// Counts `count` more; zero makes no entry.
    pub fn add(&mut self, counter: C, count: usize) {
        self.add_name(counter.kind(), count as u64);
    }

    /// Counts one more of `counter` by a name that says what was met; it holds the counter's own.
    pub fn count_as(&mut self, counter: C, name: &'static str) {
        debug_assert!(name.contains(counter.kind()), "{name} is not a name of {}", counter.kind());
        self.add_name(name, 1);
    }

    /// Returns how often `counter` was met.
    pub fn get(&self, counter: C) -> u64 {
        self.counts.get(counter.kind()).copied().unwrap_or_default()
    }

    /// Adds all counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (name, count) in other.iter() {
            self.add_name(name, count);
        }
    }

    /// Returns the name and count, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.counts.iter().map(|(name, count)| (*name, *count))
    }

    fn add_name(&mut self, name: &'static str, count: u64) {
        if count > 0 {
            *self.counts.entry(name).or_default() += count;
        }
    }
}

impl<C> Default for Counts<C> {
    fn default() -> Self {
        Counts { counts: BTreeMap::new(), sort: PhantomData }
    }
}

impl<C: Counter> FromIterator<(C, u64)> for Counts<C> {
    fn from_iter<I: IntoIterator<Item = (C, u64)>>(counts: I) -> Self {
        counts.into_iter().fold(Self::default(), |mut all, (counter, count)| {
            all.add_name(counter.kind(), count);
            all
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded::Set;

    #[test]
    fn zero_makes_no_entry() {
        let mut weirds = Weirds::default();
        weirds.add(Weird::TruncatedFile, 0);
        assert_eq!(weirds.iter().count(), 0);
        weirds.add(Weird::TruncatedFile, 2);
        assert_eq!((weirds.get(Weird::TruncatedFile), weirds.get(Weird::TlsViolation)), (2, 0));
    }

    #[test]
    fn no_name_is_given_twice() {
        let weirds = Weird::ALL.iter().map(|weird| weird.kind());
        let limits = Limit::ALL.iter().map(|limit| limit.kind());
        let names: Vec<&str> = weirds.chain(limits).collect();
        assert_eq!(names.iter().collect::<Set<_>>().len(), names.len());
    }

    #[test]
    fn chinese_texts_have_full_width_marks() {
        let meanings = Weird::ALL.iter().map(|weird| weird.meaning());
        let advice = Weird::ALL.iter().filter_map(|weird| weird.advice());
        for text in meanings.chain(advice).chain(Limit::ALL.iter().map(|limit| limit.meaning())) {
            assert!(!text.zh.contains([',', ':', ';', '!', '?']), "{}", text.zh);
            assert!(!text.en.is_empty() && !text.zh.is_empty());
        }
    }
}
