//! DTLS record framing (RFC 6347 section 4.1, RFC 9147 section 4): the records of one datagram.

use crate::field::{self, Field};
use crate::tls::names::Version;
use crate::tls::record::kind;

/// One record of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// Epoch 0: in the clear.
    Plain { kind: u8, body: &'a [u8] },
    /// Any other epoch.
    Encrypted,
}

/// Why the rest of a datagram is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It begins no DTLS record.
    Foreign,
    /// A record that ends behind the datagram.
    Cut,
}

/// Takes the next record from the front of `input`. `unified`: whether DTLS 1.3 was chosen, whose encrypted records
/// have a header of their own.
pub(super) fn next<'a>(input: &mut &'a [u8], unified: bool) -> Result<Record<'a>, Unread> {
    if unified && input.first().is_some_and(|first| first & 0xe0 == 0x20) {
        *input = behind_unified(input).ok_or(Unread::Cut)?;
        return Ok(Record::Encrypted);
    }
    let Header { kind, epoch, length } = Header::read(input).ok_or(Unread::Foreign)?;
    if kind == TLS12_CID {
        // A connection id of unknown length precedes the length (RFC 9146 section 4): the rest is one record.
        *input = &[];
        return Ok(Record::Encrypted);
    }
    let behind = input.get(Header::BYTES..).ok_or(Unread::Foreign)?;
    let (body, rest) = behind.split_at_checked(length.into()).ok_or(Unread::Cut)?;
    *input = rest;
    Ok(if epoch == 0 { Record::Plain { kind, body } } else { Record::Encrypted })
}

/// What a header says that is not unified.
struct Header {
    kind: u8,
    epoch: u16,
    length: u16,
}

impl Header {
    const VERSION: Field = 1..3;
    const EPOCH: Field = 3..5;
    const LENGTH: Field = 11..13;
    const BYTES: usize = 13;

    /// Returns the header that `input` begins with; `None` where it begins with none.
    fn read(input: &[u8]) -> Option<Self> {
        let header = input.get(..Self::BYTES)?;
        let kind = *header.first()?;
        let fits = is_content_type(kind) && is_record_version(field::array(header, Self::VERSION)?);
        let (epoch, length) = (field::be16(header, Self::EPOCH)?, field::be16(header, Self::LENGTH)?);
        fits.then_some(Header { kind, epoch, length })
    }
}

/// Acknowledgement of DTLS 1.3 (RFC 9147 section 7).
pub(super) const ACK: u8 = 26;

/// Encrypted record with a connection id (RFC 9146).
const TLS12_CID: u8 = 25;

fn is_content_type(byte: u8) -> bool {
    (kind::CHANGE_CIPHER_SPEC..=ACK).contains(&byte)
}

/// DTLS 1.3 writes 1.2's version into its records.
pub(super) fn is_record_version(bytes: [u8; 2]) -> bool {
    matches!(Version(u16::from_be_bytes(bytes)), Version::DTLS10 | Version::DTLS12)
}

/// Returns what follows a record with the unified header (RFC 9147 section 4); `None` if it exceeds the datagram.
fn behind_unified(input: &[u8]) -> Option<&[u8]> {
    const CONNECTION_ID: u8 = 0x10;
    const LONG_SEQUENCE: u8 = 0x08;
    const LENGTH: u8 = 0x04;
    let (&first, rest) = input.split_first()?;
    if first & CONNECTION_ID != 0 || first & LENGTH == 0 {
        return Some(&[]);
    }
    let rest = rest.get(if first & LONG_SEQUENCE == 0 { 1 } else { 2 }..)?;
    let (length, rest) = rest.split_first_chunk()?;
    rest.get(u16::from_be_bytes(*length).into()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: [u8; 15] = [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 7, 0, 2, 0xa, 0xb];

    fn all(mut input: &[u8], unified: bool) -> Vec<Result<Record<'_>, Unread>> {
        let mut records = Vec::new();
        while !input.is_empty() {
            let record = next(&mut input, unified);
            records.push(record);
            if record.is_err() {
                break;
            }
        }
        records
    }

    #[test]
    fn a_datagram_holds_several_records() {
        let mut second = PLAIN;
        second[4] = 1;
        assert_eq!(
            all(&[PLAIN, second].concat(), false),
            [Ok(Record::Plain { kind: 22, body: &[0xa, 0xb] }), Ok(Record::Encrypted)]
        );
    }

    #[test]
    fn a_record_that_ends_behind_its_datagram_is_cut() {
        assert_eq!(all(&PLAIN[..14], false), [Err(Unread::Cut)]);
    }

    #[test]
    fn other_protocols_are_foreign() {
        assert_eq!(all(&[0x80; 20], false), [Err(Unread::Foreign)]);
        let mut tls = PLAIN;
        tls[1] = 3;
        assert_eq!(all(&tls, false), [Err(Unread::Foreign)]);
    }

    #[test]
    fn a_unified_header_needs_dtls13() {
        let record = [0x2c, 0, 1, 0, 3, 1, 2, 3];
        assert_eq!(all(&[&record[..], &record[..], &PLAIN[..]].concat(), true).len(), 3);
        assert_eq!(all(&record, false), [Err(Unread::Foreign)]);
    }

    #[test]
    fn a_unified_header_without_length_takes_the_rest() {
        assert_eq!(all(&[0x28, 0, 1, 9, 9, 9], true), [Ok(Record::Encrypted)]);
        assert_eq!(all(&[0x3c, 7, 7, 7, 0, 1, 0, 99], true), [Ok(Record::Encrypted)]);
    }

    #[test]
    fn a_unified_record_that_ends_behind_its_datagram_is_cut() {
        assert_eq!(all(&[0x24, 0, 0, 9, 1], true), [Err(Unread::Cut)]);
    }
}
