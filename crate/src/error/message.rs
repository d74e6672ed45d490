//! A phrase with what fills its places. The English of the command line and the page's texts come from the same row.

use super::Phrase;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// A sentence, or a part of one, with its places filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Message {
    /// The phrase, by its key in the page's catalogue.
    #[cfg_attr(feature = "describe", ts(type = "string"))]
    #[serde(rename = "key")]
    phrase: Phrase,
    /// What fills its places.
    values: BTreeMap<&'static str, Part>,
}

/// What fills a place of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
#[serde(untagged)]
pub enum Part {
    /// A count or an offset.
    Number(u64),
    /// A text that no catalogue has: a name, a cause that a library tells.
    Text(String),
    /// Another phrase.
    Message(Message),
    /// Several of these.
    List(#[cfg_attr(feature = "describe", ts(type = "Array<Part>"))] Vec<Part>),
}

impl Phrase {
    /// Returns the phrase with what fills its places.
    pub fn with<const N: usize>(self, values: [(&'static str, Part); N]) -> Message {
        Message { phrase: self, values: values.into() }
    }
}

impl Message {
    /// Its phrase, without what fills the places.
    pub fn phrase(&self) -> Phrase {
        self.phrase
    }
}

impl From<Phrase> for Message {
    fn from(phrase: Phrase) -> Self {
        phrase.with([])
    }
}

impl From<u64> for Part {
    fn from(number: u64) -> Self {
        Part::Number(number)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Part::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Part::Text(text)
    }
}

impl From<Message> for Part {
    fn from(message: Message) -> Self {
        Part::Message(message)
    }
}

impl From<Vec<Part>> for Part {
    fn from(values: Vec<Part>) -> Self {
        Part::List(values)
    }
}

/// The phrase's key.
impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// The message in English.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.phrase.wording().en.split('{');
        f.write_str(parts.next().unwrap_or_default())?;
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            match self.values.get(name) {
                Some(value) => write!(f, "{value}{rest}")?,
                None => write!(f, "{{{name}}}{rest}")?,
            }
        }
        Ok(())
    }
}

/// The value in English.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Number(number) => number.fmt(f),
            Part::Text(text) => f.write_str(text),
            Part::Message(message) => message.fmt(f),
            Part::List(values) => values.iter().enumerate().try_for_each(|(place, value)| {
                let separator = if place == 0 { "" } else { ", " };
                write!(f, "{separator}{value}")
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    #[test]
    fn english_is_the_phrase_with_its_places_filled() {
        let version = Phrase::Version.with([("version", "3.0".into())]);
        let error =
            Error::DamagedHeader { format: "pcap", offset: 4, expected: Phrase::Version2, found: version };
        assert_eq!(error.to_string(), "damaged pcap header at byte 4: expected version 2, found version 3.0");
    }

    #[test]
    fn page_is_given_keys_and_values() {
        let packed = Phrase::FileInForm
            .with([("name", "a{form}".into()), ("form", Message::from(Phrase::Zip).into())]);
        let error = Error::NoLogs { found: vec!["b".into(), packed.into()] };
        assert!(error.to_string().contains("b, a{form} (a ZIP archive: unpack it first);"), "{error}");
        assert_eq!(
            serde_json::to_value(error.message()).unwrap(),
            serde_json::json!({"key": "error.no-logs", "values": {"found": [
                "b",
                {"key": "phrase.file-in-form", "values": {"name": "a{form}", "form": {"key": "phrase.zip", "values": {}}}},
            ]}})
        );
    }
}
