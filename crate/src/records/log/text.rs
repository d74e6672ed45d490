//! Escapes of Zeek's logs.

use crate::text::is_unsafe;
use std::borrow::Cow;

/// Returns the text in which control characters, bidirectional controls and backslashes are escaped as Zeek's TSV logs
/// do it.
pub fn escape(text: &str) -> Cow<'_, str> {
    escape_also(text, '\t')
}

/// [`escape`], with one more character that must not stand in the cell.
pub(super) fn escape_also(text: &str, separator: char) -> Cow<'_, str> {
    if !text.chars().any(|letter| letter == '\\' || letter == separator || is_unsafe(letter)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if letter == '\\' {
            escaped.push_str("\\\\");
        } else if letter == separator || is_unsafe(letter) {
            push_hex(&mut escaped, letter);
        } else {
            escaped.push(letter);
        }
    }
    Cow::Owned(escaped)
}

/// Returns the text whose first character is escaped, for a value that is written like a sign for "unset" or "empty".
pub(super) fn escape_first(text: &str) -> String {
    let mut letters = text.chars();
    let mut escaped = String::new();
    if let Some(first) = letters.next() {
        push_hex(&mut escaped, first);
    }
    escaped.push_str(letters.as_str());
    escaped
}

/// `\xNN` for every byte of `letter` in UTF-8.
fn push_hex(out: &mut String, letter: char) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 0x0f)).copied().unwrap_or('0');
    for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
        out.push_str("\\x");
        out.push(digit(byte >> 4));
        out.push(digit(byte));
    }
}

/// Unescapes a cell; bytes that are not UTF-8 become U+FFFD.
pub(super) fn unescape(cell: &[u8]) -> Cow<'_, str> {
    if !cell.contains(&b'\\') {
        return String::from_utf8_lossy(cell);
    }
    let mut bytes = Vec::with_capacity(cell.len());
    let mut rest = cell;
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = if byte == b'\\' { escaped_byte(after) } else { (byte, after) };
        bytes.push(byte);
        rest = after;
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the byte that follows a backslash, and what follows it; a backslash before anything else is literal.
fn escaped_byte(after: &[u8]) -> (u8, &[u8]) {
    match after {
        [b'\\', rest @ ..] => (b'\\', rest),
        [b'x', high, low, rest @ ..] => match hex_byte(*high, *low) {
            Some(byte) => (byte, rest),
            None => (b'\\', after),
        },
        _ => (b'\\', after),
    }
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_and_back_gives_the_same_text() {
        for text in
            ["plain", "a\tb", "back\\slash", r"\x41", "\u{202e}gpj.exe", "b\u{fc}cher", "\u{7f}\u{85}", ""]
        {
            assert_eq!(unescape(escape(text).as_bytes()), text);
        }
    }

    #[test]
    fn bidirectional_control_is_escaped_byte_by_byte() {
        assert_eq!(escape("a\u{202e}b"), r"a\xe2\x80\xaeb");
    }

    #[test]
    fn backslash_is_doubled() {
        assert_eq!(escape(r"O=Example\, Inc."), r"O=Example\\, Inc.");
    }

    #[test]
    fn backslash_before_anything_else_stands_for_itself() {
        assert_eq!(unescape(br"a\,b\xzz\"), r"a\,b\xzz\");
    }

    #[test]
    fn bytes_that_are_no_utf8_are_replaced() {
        assert_eq!(unescape(br"a\xff"), "a\u{fffd}");
    }

    #[test]
    fn letters_of_any_script_stay_as_they_are() {
        assert_eq!(escape("例え.テスト"), "例え.テスト");
    }
}
