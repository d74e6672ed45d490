//! Google's QUIC before the IETF's. The hello of its versions Q035 to Q050 is no message of TLS, but a map of tags, in the clear
//! up to Q046. From Q050 on, as in T050 and T051, whose hellos are those of TLS, packets are the IETF's, but their frames are
//! Google's own.

use super::history::QuicConnection;
use super::packet::{take, varint};
use crate::capture::Timestamp;
use crate::text;
use data_encoding::HEXLOWER;

/// Flags of a public header: a version follows, behind an identifier of eight bytes.
const PUBLIC_HEADER: u8 = 0x09;
/// Flags of a public header that no packet with a hello sets.
const PUBLIC_UNUSED: u8 = 0xc0 | 0x02;

/// Bytes behind a header among which the hello begins: packet number, hash, frame header.
const MAX_BEFORE_HELLO: usize = 48;

/// Returns the connection that a client's first datagram opens in the clear; `None` for anything else.
pub(in crate::tls) fn opens(ts: Timestamp, datagram: &[u8]) -> Option<QuicConnection> {
    let (version, dcid, rest) = public_header(datagram).or_else(|| long_header(datagram))?;
    let begin = rest.windows(4).take(MAX_BEFORE_HELLO).position(|word| word == b"CHLO")?;
    Some(QuicConnection {
        ts,
        version: String::from_utf8_lossy(&version).into_owned(),
        client_initial_dcid: Some(HEXLOWER.encode(dcid)),
        client_scid: None,
        server_scid: None,
        server_name: server_name(rest.get(begin..)?),
        client_protocol: None,
        history: "IS".to_owned(),
    })
}

/// Returns whether this is a version of Google's, `Q` and three digits.
pub(super) fn is_version([letter, digits @ ..]: [u8; 4]) -> bool {
    letter == b'Q' && digits.iter().all(u8::is_ascii_digit)
}

/// Returns the name among the tags of a hello.
pub(super) fn server_name(hello: &[u8]) -> Option<String> {
    let mut rest = hello.strip_prefix(b"CHLO")?;
    let count = usize::from(u16::from_le_bytes(*take(&mut rest, 2)?.first_chunk()?));
    take(&mut rest, 2)?;
    let (entries, _) = take(&mut rest, count * 8)?.as_chunks::<8>();
    let mut start = 0;
    for [t0, t1, t2, t3, end @ ..] in entries {
        let end = usize::try_from(u32::from_le_bytes(*end)).ok()?;
        if [*t0, *t1, *t2, *t3] == *b"SNI\0" {
            return rest.get(start..end).map(text::from_bytes);
        }
        start = end;
    }
    None
}

/// A frame of Google's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    Crypto {
        offset: u64,
        bytes: &'a [u8],
    },
    Close,
    /// It says nothing of the handshake.
    Other,
}

/// Takes the next frame of an Initial packet off `rest`; `None` where it is cut off or cannot stand there.
pub(super) fn frame<'a>(rest: &mut &'a [u8]) -> Option<Frame<'a>> {
    const PADDING: u8 = 0;
    const CLOSE: u8 = 2;
    const PING: u8 = 7;
    const CRYPTO: u8 = 8;
    let kind = *take(rest, 1)?.first()?;
    match kind {
        PADDING | PING => Some(Frame::Other),
        CLOSE => {
            let _error = take(rest, 4)?;
            let reason = u16::from_be_bytes(*take(rest, 2)?.first_chunk()?);
            take(rest, usize::from(reason))?;
            Some(Frame::Close)
        }
        CRYPTO => {
            let (offset, length) = (varint(rest)?, varint(rest)?);
            Some(Frame::Crypto { offset, bytes: take(rest, usize::try_from(length).ok()?)? })
        }
        0x40..=0x7f => skip_ack(kind, rest).map(|()| Frame::Other),
        _ => None,
    }
}

/// Passes over what an ACK frame acknowledges; its type says how long its numbers are.
fn skip_ack(kind: u8, rest: &mut &[u8]) -> Option<()> {
    const DELAY: usize = 2;
    const SEVERAL_BLOCKS: u8 = 0x20;
    /// The first time, and how far each further one lies behind it.
    const FIRST_TIME: usize = 5;
    const TIME: usize = 3;
    let length = |code: u8| [1, 2, 4, 6].get(usize::from(code & 3)).copied();
    let (number, block) = (length(kind >> 2)?, length(kind)?);
    take(rest, number + DELAY)?;
    let blocks = if kind & SEVERAL_BLOCKS == 0 { 0 } else { usize::from(*take(rest, 1)?.first()?) };
    // Each block but the first has the gap in front of it.
    take(rest, block + blocks * (1 + block))?;
    let times = usize::from(*take(rest, 1)?.first()?);
    take(rest, if times == 0 { 0 } else { FIRST_TIME + (times - 1) * TIME })?;
    Some(())
}

/// Version, connection identifier and what follows of the header up to Q043.
fn public_header(datagram: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let (&flags, mut rest) = datagram.split_first()?;
    if flags & (PUBLIC_HEADER | PUBLIC_UNUSED) != PUBLIC_HEADER {
        return None;
    }
    let dcid = take(&mut rest, 8)?;
    let version = *take(&mut rest, 4)?.first_chunk()?;
    is_version(version).then_some((version, dcid, rest))
}

/// Returns the same of the long header of Q044 to Q046: both identifiers' lengths share a byte.
fn long_header(datagram: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let (&first, mut rest) = datagram.split_first()?;
    let version = *take(&mut rest, 4)?.first_chunk()?;
    if first & 0x80 == 0 || !is_version(version) {
        return None;
    }
    let lengths = *take(&mut rest, 1)?.first()?;
    let length = |nibble: u8| if nibble == 0 { 0 } else { usize::from(nibble) + 3 };
    let dcid = take(&mut rest, length(lengths >> 4))?;
    take(&mut rest, length(lengths & 0x0f))?;
    Some((version, dcid, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Vec<u8> {
        let values: [(&[u8; 4], &[u8]); 3] =
            [(b"PAD\0", &[b'-'; 20]), (b"SNI\0", b"a.example"), (b"VER\0", b"Q043")];
        let mut bytes = [&b"CHLO"[..], &[3, 0, 0, 0]].concat();
        let mut end = 0_u32;
        for (tag, value) in values {
            end += value.len() as u32;
            bytes.extend([&tag[..], &end.to_le_bytes()].concat());
        }
        values.iter().for_each(|(_, value)| bytes.extend(*value));
        bytes
    }

    #[test]
    fn frames_have_googles_types() {
        // One number acknowledged, then another with a block and two times behind it.
        let acks =
            [&[0x40, 1, 0, 0, 1, 0][..], &[0x65, 0, 9, 0, 0, 1, 0, 2, 3, 0, 1, 2, 1, 0, 0, 0, 1, 1, 0, 1]];
        for ack in acks {
            let bytes = [ack, &[7, 8, 0x40, 5, 3, b'a', b'b', b'c', 0]].concat();
            let mut rest = &bytes[..];
            let frames: Vec<_> = std::iter::from_fn(|| frame(&mut rest)).collect();
            let crypto = Frame::Crypto { offset: 5, bytes: b"abc" };
            assert_eq!(frames, [Frame::Other, Frame::Other, crypto, Frame::Other], "{ack:?}");
        }
        assert_eq!(frame(&mut &[2, 0, 0, 0, 1, 0, 2, b'n', b'o'][..]), Some(Frame::Close));
        for end in 1..acks[1].len() {
            assert_eq!(frame(&mut acks[1].get(..end).unwrap()), None, "{end}");
        }
    }

    fn opened(front: &[u8]) -> Option<(String, Option<String>, Option<String>)> {
        let datagram = [front, &[0; 17], &hello()].concat();
        let connection = opens(Timestamp(1), &datagram)?;
        Some((connection.version, connection.client_initial_dcid, connection.server_name))
    }

    fn found(version: &str) -> Option<(String, Option<String>, Option<String>)> {
        Some((version.to_owned(), Some("0102030405060708".to_owned()), Some("a.example".to_owned())))
    }

    #[test]
    fn a_hello_behind_a_public_header_is_read() {
        assert_eq!(opened(b"\x0d\x01\x02\x03\x04\x05\x06\x07\x08Q043\x01"), found("Q043"));
        assert_eq!(opened(b"\x0c\x01\x02\x03\x04\x05\x06\x07\x08Q043\x01"), None);
        assert_eq!(opened(b"\x0d\x01\x02\x03\x04\x05\x06\x07\x08X043\x01"), None);
    }

    #[test]
    fn a_hello_behind_a_long_header_is_read() {
        assert_eq!(opened(b"\xc3Q046\x50\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\x01"), found("Q046"));
    }

    #[test]
    fn a_hello_that_is_cut_off_has_no_name() {
        let hello = hello();
        assert_eq!(server_name(&hello).as_deref(), Some("a.example"));
        assert_eq!(server_name(hello.get(..40).unwrap_or_default()), None);
    }
}
