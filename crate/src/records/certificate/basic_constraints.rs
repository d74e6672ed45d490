//! Basic constraints (RFC 5280 section 4.2.1.9).

use super::elements::Elements;
use x509_parser::asn1_rs::Tag;

/// Whether a certificate may sign others, and how many may follow below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether it may sign certificates.
    pub ca: bool,
    /// Longest path below it; `None` without a limit, and where it is not a number of 64 bits.
    pub path_len: Option<u64>,
}

impl BasicConstraints {
    /// Reads the extension; `None` if it is something else.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let mut parts = Elements(value).sequence("").ok()?;
        // Any bit makes it true, whatever DER asks for.
        let ca = parts.universal(Tag::Boolean).is_some_and(|ca| ca.data.iter().any(|byte| *byte != 0));
        let path_len = if parts.0.is_empty() { None } else { Some(parts.integer("").ok()?) };
        parts.0.is_empty().then(|| BasicConstraints { ca, path_len: path_len.and_then(wrapped) })
    }
}

/// Returns a number of up to 64 bits; one below zero as Zeek's count shows it, in two's complement.
pub(super) fn wrapped(content: &[u8]) -> Option<u64> {
    let negative = content.first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { u64::MAX } else { 0 };
    (content.len() <= 8).then(|| content.iter().fold(start, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{sequence, tlv};
    use super::*;

    fn read(parts: &[Vec<u8>]) -> Option<(bool, Option<u64>)> {
        let constraints = BasicConstraints::read(&sequence(parts))?;
        Some((constraints.ca, constraints.path_len))
    }

    #[test]
    fn both_parts_may_be_absent() {
        assert_eq!(read(&[]), Some((false, None)));
        assert_eq!(read(&[tlv(2, &[2])]), Some((false, Some(2))));
    }

    #[test]
    fn any_bit_makes_it_true() {
        assert_eq!(read(&[tlv(1, &[1])]), Some((true, None)));
    }

    #[test]
    fn a_length_below_zero_is_shown_as_zeeks_count() {
        assert_eq!(read(&[tlv(1, &[0xff]), tlv(2, &[0xfb])]), Some((true, Some(u64::MAX - 4))));
    }

    #[test]
    fn a_length_that_is_no_number_makes_it_none() {
        assert_eq!(read(&[tlv(1, &[0xff]), tlv(2, &[0, 1])]), None);
        assert_eq!(read(&[tlv(1, &[0xff]), tlv(12, b"x")]), None);
    }
}
