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

/// Records that may stand before a hello, each empty, an alert or a change of ciphers.
const MAX_BEFORE: usize = 32;

/// Length of an alert record.
const ALERT_RECORD: usize = 7;

/// Bytes that are enough for any decision: the records before a hello, a record header, a handshake header and a version.
pub(super) const ENOUGH: usize = MAX_BEFORE * ALERT_RECORD + 11;

/// Largest fragment with the expansion that a record may have (RFC 5246 section 6.2.3).
const MAX_RECORD: usize = 16_384 + 2_048;

/// Judges the bytes with which the direction `from` begins.
pub(super) fn guess(bytes: &[u8], from: Direction) -> Guess {
    match bytes.first() {
        None => Guess::Undecided,
        Some(&(kind::HANDSHAKE | kind::ALERT | kind::CHANGE_CIPHER_SPEC | kind::APPLICATION_DATA)) => {
            record(bytes, MAX_BEFORE)
        }
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

/// Judges the next record: a hello, or up to `before` that are none. A warning such as unrecognized_name may stand before a
/// ServerHello; some clients begin with an empty record.
fn record(bytes: &[u8], before: usize) -> Guess {
    let Some(&kind) = bytes.first() else { return Guess::Undecided };
    let length = match record_length(bytes, kind) {
        Ok(Some(length)) => length,
        Ok(None) => return Guess::Undecided,
        Err(NotTls) => return Guess::Other,
    };
    match (kind, length) {
        (kind::HANDSHAKE, 1..) => hello(bytes, length),
        (kind::HANDSHAKE | kind::APPLICATION_DATA, 0)
        | (kind::ALERT, 0 | 2)
        | (kind::CHANGE_CIPHER_SPEC, 1)
            if before > 0 =>
        {
            match bytes.get(5 + length..) {
                Some(rest) => record(rest, before - 1),
                None => Guess::Undecided,
            }
        }
        _ => Guess::Other,
    }
}

/// Returns a record whose fragment begins a ClientHello or a ServerHello.
fn hello(bytes: &[u8], length: usize) -> Guess {
    // A first fragment may be as short as one byte; then the rest of these bytes belongs to the next record.
    let fragment = bytes.get(5..).unwrap_or_default();
    let fragment = fragment.get(..length).unwrap_or(fragment);
    let version_fits: fn(u8, u8) -> bool = match fragment.first() {
        None => return Guess::Undecided,
        Some(1) => |major, minor| is_version(major, minor) || (major == 0x7f && minor <= 0x50),
        Some(2) => |major, minor| {
            (major == 3 && minor <= 4) || (major == 0x7f && minor <= 0x50) || (major, minor) == (1, 1)
        },
        Some(_) => return Guess::Other,
    };
    match (fragment.get(4), fragment.get(5)) {
        (Some(major), Some(minor)) if version_fits(*major, *minor) => Guess::Tls,
        // A version that does not exist, in a ClientHello that fills its record.
        (Some(_), Some(_)) if fragment.first() == Some(&1) && message_end(fragment) == Some(length) => {
            Guess::Tls
        }
        (Some(_), Some(_)) => Guess::Other,
        _ if fragment.len() == length => Guess::Tls,
        _ => Guess::Undecided,
    }
}

/// Returns where the handshake message ends with which `fragment` begins.
fn message_end(fragment: &[u8]) -> Option<usize> {
    let &[_, high, middle, low] = fragment.first_chunk()?;
    Some(4 + (usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)))
}

/// Returns whether a record or a ClientHello may carry this version: any of TLS, even one that does not exist, or
/// TLCP's.
fn is_version(major: u8, minor: u8) -> bool {
    major == 3 || (major, minor) == (1, 1)
}

struct NotTls;

/// Returns the length that a plausible record header of this kind states, or none while it is not whole.
fn record_length(bytes: &[u8], kind: u8) -> Result<Option<usize>, NotTls> {
    let version_fits = match (bytes.get(1), bytes.get(2)) {
        (Some(major), Some(minor)) => is_version(*major, *minor),
        (major, _) => major.is_none_or(|major| matches!(major, 1 | 3)),
    };
    if bytes.first() != Some(&kind) || !version_fits {
        return Err(NotTls);
    }
    let Some(&[high, low]) = bytes.get(3..5).and_then(<[u8]>::first_chunk) else { return Ok(None) };
    match usize::from(u16::from_be_bytes([high, low])) {
        length @ 0..=MAX_RECORD => Ok(Some(length)),
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
        assert_eq!(guess(&bytes[..7], Resp), Guess::Undecided);
    }

    #[test]
    fn a_handshake_record_that_begins_otherwise_is_not_tls() {
        assert_eq!(guess(&[22, 3, 1, 0, 70, 16], Orig), Guess::Other);
    }

    #[test]
    fn empty_records_and_alerts_may_stand_before_a_hello() {
        const EMPTY: [u8; 5] = [22, 3, 1, 0, 0];
        let alert = [21, 3, 1, 0, 2, 1, 112];
        let bytes = [&EMPTY[..], &alert, &alert, &EMPTY, &CLIENT].concat();
        assert_eq!(guess(&bytes, Orig), Guess::Tls);
        assert_eq!(guess(&EMPTY.repeat(MAX_BEFORE), Orig), Guess::Undecided);
        assert_eq!(guess(&EMPTY.repeat(MAX_BEFORE + 1), Orig), Guess::Other);
        assert_eq!(guess(&[&EMPTY[..], b"GET"].concat(), Orig), Guess::Other);
        for odd in [&[20, 3, 3, 0, 1, 1][..], &[23, 3, 3, 0, 0]] {
            assert_eq!(guess(&[odd, &CLIENT].concat(), Orig), Guess::Tls);
            assert_eq!(guess(&[odd, b"GET"].concat(), Orig), Guess::Other);
        }
        assert_eq!(guess(&[23, 3, 3, 0, 9, 1, 1, 1], Orig), Guess::Other);
    }

    #[test]
    fn a_clients_version_may_be_one_that_does_not_exist() {
        assert_eq!(guess(&[22, 3, 9, 2, 0, 1, 0, 1, 252, 3, 77], Orig), Guess::Tls);
        assert_eq!(guess(&[22, 3, 1, 2, 0, 1, 0, 1, 252, 0xfa, 0xfa], Orig), Guess::Tls);
        assert_eq!(guess(&[22, 3, 1, 2, 0, 1, 0, 1, 0, 0xfa, 0xfa], Orig), Guess::Other);
        assert_eq!(guess(&[22, 1, 1, 2, 0, 1, 0, 1, 252, 1, 1], Orig), Guess::Tls);
        assert_eq!(guess(&[22, 1, 2, 2, 0, 1, 0, 1, 252, 1, 1], Orig), Guess::Other);
    }

    #[test]
    fn an_overlong_record_is_not_tls() {
        assert_eq!(guess(&[22, 3, 1, 0xff, 0xff], Orig), Guess::Other);
    }
}
