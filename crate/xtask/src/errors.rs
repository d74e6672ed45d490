//! What derives from the phrases about inputs that cannot be analysed: the page's catalogue.

use hushcap::error::Phrase;
use hushcap::text::Wording;
use serde_json::{Map, Value, json};

/// Texts of the phrases by language and key.
pub fn catalogue() -> serde_json::Result<String> {
    let catalogue = json!({ "en": texts(|text| text.en), "zh": texts(|text| text.zh) });
    Ok(serde_json::to_string_pretty(&catalogue)? + "\n")
}

fn texts(language: fn(Wording) -> &'static str) -> Map<String, Value> {
    let text = |phrase: &Phrase| (phrase.key().to_owned(), language(phrase.wording()).into());
    Phrase::ALL.iter().map(text).collect()
}
