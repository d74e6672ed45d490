//! What derives from the counters: the page's catalogue and the table of bounds.

use hushcap::counter::{Counter, Limit, Lost, Weird};
use hushcap::text::Wording;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Texts of the counters by language and key, and which oddities mean that a part of the file could not be used.
pub fn catalogue() -> serde_json::Result<String> {
    let damage = Weird::ALL.iter().filter(|weird| weird.lost() == Lost::File);
    let catalogue = json!({
        "en": texts(|text| text.en),
        "zh": texts(|text| text.zh),
        "file_damage": damage.map(|weird| weird.kind()).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&catalogue)? + "\n")
}

fn texts(language: fn(Wording) -> &'static str) -> Map<String, Value> {
    let mut texts = Map::new();
    for weird in Weird::ALL {
        let key = format!("weird.{}", weird.kind());
        if let Some(advice) = weird.advice() {
            texts.insert(format!("{key}.advice"), language(advice).into());
        }
        texts.insert(key, language(weird.meaning()).into());
    }
    for limit in Limit::ALL {
        texts.insert(format!("limit.{}", limit.kind()), language(limit.meaning()).into());
    }
    texts
}

/// Returns the bounds that are counted.
pub fn bounds() -> String {
    let mut table = String::from("| bound | value | beyond it | `limits_hit` |\n|--|--|--|--|\n");
    for limit in Limit::ALL {
        let (bound, value, beyond, kind) = (limit.bound(), limit.value(), limit.beyond(), limit.kind());
        let _ = writeln!(table, "| {bound} | {value} | {beyond} | `{kind}` |");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_has_its_texts() {
        let catalogue: Value = serde_json::from_str(&catalogue().unwrap()).unwrap();
        for language in ["en", "zh"] {
            let texts = &catalogue[language];
            assert!(Weird::ALL.iter().all(|weird| texts[format!("weird.{}", weird.kind())].is_string()));
            assert!(Limit::ALL.iter().all(|limit| texts[format!("limit.{}", limit.kind())].is_string()));
        }
        assert_eq!(catalogue["en"].as_object().unwrap().len(), catalogue["zh"].as_object().unwrap().len());
    }

    #[test]
    fn every_limit_has_a_row() {
        assert_eq!(bounds().lines().count(), 2 + Limit::ALL.len());
    }
}
