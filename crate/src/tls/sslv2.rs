//! SSL 2.0 messages (draft-hickman-netscape-ssl-00), which old clients still send as their first hello.

use super::client_hello::ClientHello;
use super::names::{CipherSuite, Version};
use super::record::Header;
use crate::field::{self, Field};

/// Message types of SSL 2.0, the third byte of a record.
pub(super) mod kind {
    pub(crate) const ERROR: u8 = 0;
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const CLIENT_MASTER_KEY: u8 = 2;
    pub(crate) const SERVER_HELLO: u8 = 4;
}

/// Returns whether a stream begins with an SSL 2.0 ClientHello; `None` while more bytes are needed.
pub(super) fn looks_like_client_hello(bytes: &[u8]) -> Option<bool> {
    if bytes.first().is_some_and(|byte| byte & 0x80 == 0)
        || bytes.get(2).is_some_and(|byte| *byte != kind::CLIENT_HELLO)
    {
        return Some(false);
    }
    const LENGTH: Field = 0..2;
    const VERSION: Field = 3..5;
    const CIPHERS: Field = 5..7;
    const SESSION: Field = 7..9;
    const CHALLENGE: Field = 9..11;
    let number = |field| field::be16(bytes, field).map(usize::from);
    let record = number(LENGTH)? & 0x7fff;
    let (ciphers, session, challenge) = (number(CIPHERS)?, number(SESSION)?, number(CHALLENGE)?);
    Some(
        Version(field::be16(bytes, VERSION)?).is_legacy()
            && ciphers > 0
            && ciphers.is_multiple_of(3)
            && matches!(session, 0 | 16)
            && matches!(challenge, 16..=32)
            && record == 9 + ciphers + session + challenge,
    )
}

/// Returns the bytes behind a header of this form; `None` if its length does not even cover the header.
pub(super) fn body_length(header: Header) -> Option<usize> {
    let Header([high, low, ..]) = header;
    usize::from(u16::from_be_bytes([high & 0x7f, low])).checked_sub(3)
}

/// Returns the message type of a record of this form.
pub(super) fn message_kind(header: Header) -> u8 {
    header.0[2]
}

/// Returns the two bytes of the message that a header of this form already holds.
pub(super) fn first_word(header: Header) -> u16 {
    let Header([.., high, low]) = header;
    u16::from_be_bytes([high, low])
}

/// Reads a ClientHello. Of its three-byte suites those are kept that TLS knows, as two bytes.
pub(super) fn client_hello(header: Header, body: &[u8]) -> Option<ClientHello> {
    let (&[c0, c1, s0, s1, r0, r1], rest) = body.split_first_chunk()?;
    let (ciphers, rest) = rest.split_at_checked(u16::from_be_bytes([c0, c1]).into())?;
    let (session_id, rest) = rest.split_at_checked(u16::from_be_bytes([s0, s1]).into())?;
    let (challenge, _) = rest.split_at_checked(u16::from_be_bytes([r0, r1]).into())?;
    let mut random = [0; 32];
    // RFC 5246 appendix E.2: a short challenge is padded on the left.
    for (slot, byte) in random.iter_mut().rev().zip(challenge.iter().rev()) {
        *slot = *byte;
    }
    let two_bytes = |suite: &[u8]| match suite {
        [0, high, low] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    };
    Some(ClientHello {
        is_ssl2: true,
        legacy_version: Version(first_word(header)),
        random,
        session_id: session_id.into(),
        ciphers: ciphers.chunks_exact(3).filter_map(two_bytes).collect(),
        ..ClientHello::default()
    })
}

/// What an SSL 2.0 ServerHello says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ServerHello<'a> {
    pub(super) version: Version,
    /// First suite of its list, zero where the list is empty.
    pub(super) cipher: CipherSuite,
    /// DER, empty where a session is resumed.
    pub(super) certificate: &'a [u8],
}

/// Reads a ServerHello.
pub(super) fn server_hello(body: &[u8]) -> Option<ServerHello<'_>> {
    const VERSION: Field = 0..2;
    const CERTIFICATE: Field = 2..4;
    const SUITES: Field = 4..6;
    const CONNECTION_ID: Field = 6..8;
    let rest = body.get(CONNECTION_ID.end..)?;
    let (certificate, rest) = rest.split_at_checked(field::be16(body, CERTIFICATE)?.into())?;
    let (suites, _) = rest.split_at_checked(field::be16(body, SUITES)?.into())?;
    let cipher = match suites {
        [high, middle, low, ..] => u32::from_be_bytes([0, *high, *middle, *low]),
        _ => 0,
    };
    Some(ServerHello {
        version: Version(field::be16(body, VERSION)?),
        cipher: CipherSuite(cipher),
        certificate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One TLS suite, one of SSL 2.0, no session, a challenge of sixteen sevens.
    fn hello() -> Vec<u8> {
        let mut bytes = vec![0x80, 9 + 6 + 16, 1, 3, 0, 0, 6, 0, 0, 0, 16];
        bytes.extend([0, 0, 0x2f, 1, 0, 0x80]);
        bytes.extend([7; 16]);
        bytes
    }

    #[test]
    fn a_client_hello_is_recognised_by_lengths_that_add_up() {
        assert_eq!(looks_like_client_hello(&hello()), Some(true));
        let mut wrong = hello();
        wrong[1] += 1;
        assert_eq!(looks_like_client_hello(&wrong), Some(false));
    }

    #[test]
    fn a_prefix_is_undecided_until_its_third_byte_differs() {
        assert_eq!(looks_like_client_hello(&hello()[..10]), None);
        assert_eq!(looks_like_client_hello(&[0x80, 31, 9]), Some(false));
    }

    #[test]
    fn suites_of_tls_are_kept_with_two_bytes() {
        let bytes = hello();
        let (header, body) = bytes.split_first_chunk().unwrap();
        let read = client_hello(Header(*header), body).unwrap();
        assert_eq!(read.legacy_version, Version::SSL3);
        assert_eq!(*read.ciphers, [0x002f]);
        assert_eq!(read.random[..16], [0; 16]);
        assert_eq!(read.random[16..], [7; 16]);
    }

    #[test]
    fn a_server_hello_carries_its_certificate() {
        let body = [0, 2, 0, 2, 0, 3, 0, 0, 0x30, 0x00, 1, 0, 0x80];
        let read = server_hello(&body).unwrap();
        assert_eq!(read.certificate, [0x30, 0x00]);
        assert_eq!(read.cipher, CipherSuite(0x01_0080));
    }
}
