//! Whether a direction's first bytes are TLS, whatever the port (Zeek: `scripts/base/protocols/ssl/dpd.sig`).

use super::record::kind;
use super::sslv2;
use crate::flow::Direction;

/// What the first bytes of a direction say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    /// A hello begins here, or an alert and a ServerHello behind it.
    Tls,
    /// This is something else.
    Other,
    /// All bytes so far fit; more are needed.
    Undecided,
}

/// Bytes that are enough for any decision: an alert record, a record header, a handshake header and a version.
pub(super) const ENOUGH: usize = 18;

/// Largest fragment with the expansion that a record may have (RFC 5246 section 6.2.3).
const MAX_RECORD: usize = 16_384 + 2_048;

/// Judges the bytes with which the direction `from` begins.
pub(super) fn guess(bytes: &[u8], from: Direction) -> Guess {
    match bytes.first() {
        None => Guess::Undecided,
        Some(&kind::HANDSHAKE) => hello(bytes),
        Some(&kind::ALERT) => alert_then_hello(bytes),
        Some(first) if first & 0x80 != 0 && from == Direction::Orig => {
            match sslv2::looks_like_client_hello(bytes) {
                Some(true) => Guess::Tls,
                Some(false) => Guess::Other,
                None => Guess::Undecided,
            }
        }
        Some(_) => Guess::Other,
    }
}

/// A record whose fragment begins a ClientHello or a ServerHello.
fn hello(bytes: &[u8]) -> Guess {
    let length = match record_length(bytes, kind::HANDSHAKE) {
        Ok(Some(length)) => length,
        Ok(None) => return Guess::Undecided,
        Err(NotTls) => return Guess::Other,
    };
    // A first fragment may be as short as one byte; then the rest of these bytes belongs to the next record.
    let fragment = bytes.get(5..).unwrap_or_default();
    let fragment = fragment.get(..length).unwrap_or(fragment);
    let version_fits: fn(u8, u8) -> bool = match fragment.first() {
        None => return Guess::Undecided,
        Some(1) => |major, minor| major == 3 && minor <= 4,
        Some(2) => |major, minor| (major == 3 && minor <= 4) || (major == 0x7f && minor <= 0x50),
        Some(_) => return Guess::Other,
    };
    match (fragment.get(4), fragment.get(5)) {
        (Some(major), Some(minor)) if version_fits(*major, *minor) => Guess::Tls,
        (Some(_), Some(_)) => Guess::Other,
        _ if fragment.len() == length => Guess::Tls,
        _ => Guess::Undecided,
    }
}

/// A warning such as unrecognized_name may stand before the ServerHello.
fn alert_then_hello(bytes: &[u8]) -> Guess {
    match record_length(bytes, kind::ALERT) {
        Ok(Some(2)) => {}
        Ok(None) => return Guess::Undecided,
        Ok(Some(_)) | Err(NotTls) => return Guess::Other,
    }
    match bytes.get(7) {
        None => Guess::Undecided,
        Some(&kind::HANDSHAKE) => hello(bytes.get(7..).unwrap_or_default()),
        Some(_) => Guess::Other,
    }
}

struct NotTls;

/// The length that a plausible record header of this kind states, or none while it is not whole.
fn record_length(bytes: &[u8], kind: u8) -> Result<Option<usize>, NotTls> {
    let fits = |index: usize, allowed: fn(u8) -> bool| bytes.get(index).is_none_or(|byte| allowed(*byte));
    if bytes.first() != Some(&kind) || !fits(1, |major| major == 3) || !fits(2, |minor| minor <= 4) {
        return Err(NotTls);
    }
    let Some(&[high, low]) = bytes.get(3..5).and_then(<[u8]>::first_chunk) else { return Ok(None) };
    match usize::from(u16::from_be_bytes([high, low])) {
        length @ 1..=MAX_RECORD => Ok(Some(length)),
        _ => Err(NotTls),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{Orig, Resp};

    const CLIENT: [u8; 11] = [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];
    const SERVER: [u8; 11] = [22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3];

    #[test]
    fn a_client_hello_is_tls() {
        assert_eq!(guess(&CLIENT, Orig), Guess::Tls);
    }

    #[test]
    fn a_server_hello_is_tls_without_a_client_hello() {
        assert_eq!(guess(&SERVER, Resp), Guess::Tls);
    }

    #[test]
    fn every_prefix_of_a_hello_is_undecided() {
        for end in 0..CLIENT.len() {
            assert_eq!(guess(&CLIENT[..end], Orig), Guess::Undecided, "{end} bytes");
        }
    }

    #[test]
    fn other_protocols_are_known_by_their_first_byte() {
        assert_eq!(guess(b"G", Orig), Guess::Other);
        assert_eq!(guess(b"SSH-2.0", Resp), Guess::Other);
        assert_eq!(guess(&[0x30, 0x0c], Orig), Guess::Other);
    }

    #[test]
    fn a_tiny_first_fragment_is_tls() {
        assert_eq!(guess(&[22, 3, 1, 0, 1, 1], Orig), Guess::Tls);
    }

    #[test]
    fn an_alert_before_the_server_hello_is_tls() {
        let bytes = [&[21, 3, 1, 0, 2, 1, 112], &SERVER[..]].concat();
        assert_eq!(guess(&bytes, Resp), Guess::Tls);
        assert_eq!(bytes.len(), ENOUGH);
        assert_eq!(guess(&bytes[..7], Resp), Guess::Undecided);
    }

    #[test]
    fn a_handshake_record_that_begins_otherwise_is_not_tls() {
        assert_eq!(guess(&[22, 3, 1, 0, 70, 16], Orig), Guess::Other);
    }

    #[test]
    fn an_empty_or_overlong_record_is_not_tls() {
        assert_eq!(guess(&[22, 3, 1, 0, 0], Orig), Guess::Other);
        assert_eq!(guess(&[22, 3, 1, 0xff, 0xff], Orig), Guess::Other);
    }
}
