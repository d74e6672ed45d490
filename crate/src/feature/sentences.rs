//! What high and low values of the features say, in English and Chinese: `sentences.tsv`, a row a feature.

use crate::text::Wording;
use serde::Serialize;
use std::sync::LazyLock;

/// Sentences for one feature's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Sentences {
    /// Name of the feature.
    pub name: &'static str,
    /// What a high value says.
    pub high: Wording,
    /// What a low value says.
    pub low: Wording,
}

/// Sentences of all features, in the order of the longest table.
pub fn sentences() -> &'static [Sentences] {
    static SENTENCES: LazyLock<Vec<Sentences>> = LazyLock::new(|| {
        let lines = include_str!("sentences.tsv").lines().skip(1);
        lines.map(read).collect()
    });
    &SENTENCES
}

/// A line of the file: name, high, low, high in Chinese, low in Chinese.
fn read(line: &'static str) -> Sentences {
    let mut cells = line.split('\t');
    let mut next = || cells.next().unwrap_or_default();
    let (name, high, low) = (next(), next(), next());
    Sentences { name, high: Wording { en: high, zh: next() }, low: Wording { en: low, zh: next() } }
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::*;

    #[test]
    fn every_feature_has_its_sentences() {
        let names: Vec<&str> = sentences().iter().map(|sentences| sentences.name).collect();
        assert_eq!(names, Table::Extended.names());
        for Sentences { name, high, low } in sentences() {
            for Wording { en, zh } in [high, low] {
                assert!(en.ends_with('.') && en.len() > 10, "{name}: {en:?}");
                assert!(zh.ends_with('。') && !zh.contains([',', ':', '\t']), "{name}: {zh:?}");
            }
            assert_ne!(high, low, "{name}");
        }
    }
}
