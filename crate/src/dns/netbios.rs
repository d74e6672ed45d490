//! Names of the NetBIOS name service: each byte is written as two letters (RFC 1001 section 14.1).

use crate::text;

/// Length of an encoded name: 15 letters and the kind of the name.
const ENCODED: usize = 32;

/// Decodes `encoded` into a name without padding and kind; `None` if it is not such a name.
pub(super) fn decode(encoded: &str) -> Option<String> {
    if encoded.len() != ENCODED {
        return None;
    }
    let nibble = |letter: u8| letter.to_ascii_uppercase().checked_sub(b'A').filter(|nibble| *nibble < 16);
    let mut name = Vec::with_capacity(ENCODED / 2);
    for pair in encoded.as_bytes().chunks_exact(2) {
        let [high, low] = pair else { return None };
        name.push(nibble(*high)? << 4 | nibble(*low)?);
    }
    name.pop();
    let end = name.iter().rposition(|byte| !matches!(byte, 0 | b' ')).map_or(0, |last| last + 1);
    name.truncate(end);
    (!name.is_empty()).then(|| text::from_bytes(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_kind_are_no_part_of_a_name() {
        assert_eq!(decode("ejfdebfeebfacacacacacacacacacaaa").as_deref(), Some("ISATAP"));
        assert_eq!(decode("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").as_deref(), Some("*"));
    }

    #[test]
    fn what_is_no_encoded_name_is_none() {
        assert_eq!(decode("wpad"), None);
        assert_eq!(decode("zjfdebfeebfacacacacacacacacacaaa"), None);
        assert_eq!(decode("\u{e4}\u{e4}fdebfeebfacacacacacacacaca"), None);
    }
}
