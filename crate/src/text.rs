//! Bytes of an input as text, and text as people may be shown it.
//!
//! Records keep the text as it was sent, because features and joins compare it. Whatever leaves the program goes through
//! one of two doors: logs escape as Zeek does and can be read back; everything else shows [`visible`] text.

use serde::Serialize;
use std::borrow::Cow;

/// One sentence in each language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Wording {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// Returns a name as text; bytes that are not UTF-8 are escaped as Zeek's logs escape them.
pub(crate) fn from_bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}

/// Returns whether a character could change how the text around it is shown: control characters (C0, DEL, C1), line and
/// paragraph separators, and the bidirectional controls of Unicode (UAX #9, section 2).
pub fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the text in which every character that [`is_unsafe`] is written out, `\u{202e}` for U+202E.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_unsafe(letter) { shown.extend(letter.escape_unicode()) } else { shown.push(letter) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        assert_eq!(from_bytes(b"h2"), "h2");
        assert_eq!(from_bytes(&[b'a', 0xff]), r"a\xff");
    }

    #[test]
    fn what_would_steer_a_terminal_or_turn_a_line_is_written_out() {
        assert_eq!(visible("\x1b[31mred"), r"\u{1b}[31mred");
        assert_eq!(visible("a\u{202e}b\u{85}c\u{2066}"), r"a\u{202e}b\u{85}c\u{2066}");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        assert!(matches!(visible(r"O=Exämple\, Inc. 例え"), Cow::Borrowed(_)));
    }
}
