//! Evidence → the sentence that a colleague would say.

use super::Evidence;
use crate::feature::{Direction, Value};
use std::borrow::Cow;

/// Clauses of a sentence: more would be a list.
const CLAUSES: usize = 4;

/// Returns what speaks for malware in one English sentence, the strongest first, one clause about each thing; and the
/// ordinary reason, if there is one. `None` where nothing speaks for malware but the score.
pub fn sentence(evidence: &[Evidence]) -> Option<String> {
    let mut told = Vec::new();
    let mut clauses = Vec::new();
    for piece in evidence.iter().filter(|piece| piece.direction == Direction::Raises) {
        let Some(about) = piece.about else { continue };
        if !told.contains(&about) && clauses.len() < CLAUSES {
            told.push(about);
            clauses.extend(piece.clause());
        }
    }
    let reason =
        evidence.iter().find(|piece| piece.direction == Direction::Lowers).and_then(Evidence::clause);
    let said = listed(&clauses)?;
    let sentence = reason.map_or(said.clone(), |reason| format!("{said}, though {reason}"));
    let mut letters = sentence.chars();
    let first = letters.next()?.to_uppercase();
    Some(first.chain(letters).chain(['.']).collect())
}

impl Evidence {
    /// Its clause with the values filled in.
    pub fn clause(&self) -> Option<String> {
        let clause = self.clause?;
        let fill = |text: String, (name, value): (&Cow<'static, str>, &Value)| {
            let value = match value {
                Value::Number(number) => shown(*number),
                Value::Text(text) => text.clone().into_owned(),
            };
            text.replace(&format!("{{{name}}}"), &value)
        };
        Some(self.values.iter().fold(clause.to_owned(), fill))
    }
}

/// Clauses with commas between them, and "and" before the last.
fn listed(clauses: &[String]) -> Option<String> {
    let (last, rest) = clauses.split_last()?;
    match rest {
        [] => Some(last.clone()),
        [one] => Some(format!("{one}, and {last}")),
        many => Some(format!("{}, and {last}", many.join(", "))),
    }
}

/// Returns a number as people write it: whole from 100 on, else with up to two decimals.
fn shown(number: f64) -> String {
    let digits = if number.abs() >= 100.0 {
        0
    } else if number.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{number:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::PIECES;

    fn piece(kind: &str, values: &[(&'static str, f64)], rate: f64) -> Evidence {
        let piece = PIECES.iter().find(|piece| piece.kind == kind).unwrap();
        let values = values.iter().map(|(name, value)| (*name, Value::Number(*value))).collect();
        Evidence::of_piece(piece, values, Some(rate))
    }

    #[test]
    fn a_sentence_says_one_thing_about_each() {
        let evidence = [
            piece("self_signed_no_alpn", &[], 0.002),
            piece("regular_beat", &[("interval", 6.5432), ("beats", 38.0), ("jitter", 3.0)], 0.003),
            piece("self_signed", &[], 0.007),
        ];
        let said = "Its certificate is self-signed and the client offers no application protocol, \
                    and it is contacted every 6.54 s, 38 times, with a jitter of 3 %.";
        assert_eq!(sentence(&evidence).as_deref(), Some(said));
    }

    #[test]
    fn an_ordinary_reason_follows() {
        let evidence = [piece("self_signed", &[], 0.007), piece("private_destination", &[], 0.009)];
        let said = "Its certificate is self-signed, though the server is in a private network.";
        assert_eq!(sentence(&evidence).as_deref(), Some(said));
        assert_eq!(sentence(&evidence[1..]), None);
    }

    #[test]
    fn numbers_are_as_exact_as_they_are_read() {
        let shown = [0.0, 6.5, 6.543, 38.0, 59.96, 301.7, 8443.0].map(shown);
        assert_eq!(shown, ["0", "6.5", "6.54", "38", "60", "302", "8443"]);
    }

    #[test]
    fn every_value_of_a_clause_is_filled_in() {
        for piece in PIECES {
            let names = piece.clause.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let values: Vec<_> = names.map(|name| (name, 1.0)).collect();
            let clause = super::super::Evidence::of_piece(
                piece,
                values.into_iter().map(|(name, value)| (name, Value::Number(value))).collect(),
                None,
            );
            assert!(!clause.clause().unwrap().contains(['{', '}']), "{}", piece.kind);
        }
    }
}
