//! The keys of Initial packets (RFC 9001 section 5.2, RFC 9369 section 3.3).
//!
//! They derive from a published salt and from a connection identifier that is in the clear in the client's first packet.
//! They keep packets from being damaged, not from being read: whoever sees the packet can open it.

use super::packet::{Long, Version};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::BlockCipherEncrypt;
use aes_gcm::{Aes128Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;

/// Initial keys of both sides of a connection.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) version: Version,
    pub(super) client: Protection,
    pub(super) server: Protection,
}

/// What protects the Initial packets of one side.
pub(super) struct Protection {
    aead: Aes128Gcm,
    header: Aes128,
    iv: [u8; 12],
    /// The greatest packet number so far.
    largest: Option<u64>,
}

impl std::fmt::Debug for Protection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Protection").field("largest", &self.largest).finish_non_exhaustive()
    }
}

impl Keys {
    /// Keys that follow from the destination of the client's first packet; none for a version that is not read.
    pub(super) fn derive(version: Version, dcid: &[u8]) -> Option<Self> {
        let (_, initial) = Hkdf::<Sha256>::extract(Some(salt(version)?), dcid);
        let side = |label: &str| {
            let secret: [u8; 32] = expand(&initial, label)?;
            let secret = Hkdf::<Sha256>::from_prk(&secret).ok()?;
            let prefix = if version == Version::V2 { "quicv2" } else { "quic" };
            let key: [u8; 16] = expand(&secret, &format!("{prefix} key"))?;
            let header: [u8; 16] = expand(&secret, &format!("{prefix} hp"))?;
            let iv = expand(&secret, &format!("{prefix} iv"))?;
            let (aead, header) = (Aes128Gcm::new(&key.into()), Aes128::new(&header.into()));
            Some(Protection { aead, header, iv, largest: None })
        };
        Some(Keys { version, client: side("client in")?, server: side("server in")? })
    }
}

impl Protection {
    /// Frames of an Initial packet; `None` if its tag tells that these are not its keys.
    pub(super) fn open(&mut self, packet: &Long<'_>) -> Option<Vec<u8>> {
        // The sample begins where a packet number of four bytes would end (RFC 9001 section 5.4.2).
        let sample: [u8; 16] = *packet.bytes.get(packet.number_at + 4..)?.first_chunk()?;
        let mut mask = sample.into();
        self.header.encrypt_block(&mut mask);
        let [mask_first, mask_number @ ..] = <[u8; 16]>::from(mask);
        let first = packet.bytes.first()? ^ (mask_first & 0x0f);
        let length = usize::from(first & 3) + 1;
        let mut header = packet.bytes.get(..packet.number_at + length)?.to_vec();
        *header.first_mut()? = first;
        let mut truncated = 0;
        for (byte, mask) in header.get_mut(packet.number_at..)?.iter_mut().zip(mask_number) {
            *byte ^= mask;
            truncated = truncated << 8 | u64::from(*byte);
        }
        let number = packet_number(self.largest, truncated, length);
        let mut nonce = self.iv;
        for (byte, part) in nonce.iter_mut().skip(4).zip(number.to_be_bytes()) {
            *byte ^= part;
        }
        let sealed = Payload { msg: packet.bytes.get(packet.number_at + length..)?, aad: &header };
        let frames = self.aead.decrypt(&nonce.into(), sealed).ok()?;
        self.largest = self.largest.max(Some(number));
        Some(frames)
    }
}

/// Returns the whole number of a packet that carries its last `length` bytes (RFC 9000 appendix A.3).
fn packet_number(largest: Option<u64>, truncated: u64, length: usize) -> u64 {
    let window = 1_u64 << (8 * length);
    let expected = largest.map_or(0, |largest| largest + 1);
    let candidate = (expected & !(window - 1)) | truncated;
    if candidate + window / 2 <= expected {
        candidate + window
    } else if candidate > expected + window / 2 && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

/// HKDF-Expand-Label with an empty context (RFC 8446 section 7.1).
fn expand<const N: usize>(secret: &Hkdf<Sha256>, label: &str) -> Option<[u8; N]> {
    let mut info = u16::try_from(N).ok()?.to_be_bytes().to_vec();
    info.push(u8::try_from(6 + label.len()).ok()?);
    info.extend(b"tls13 ");
    info.extend(label.bytes());
    info.push(0);
    let mut key = [0; N];
    secret.expand(&info, &mut key).ok()?;
    Some(key)
}

fn salt(version: Version) -> Option<&'static [u8]> {
    match (version, version.draft()) {
        (Version::V1, _) | (_, Some(33..)) => Some(&[
            0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad,
            0xcc, 0xbb, 0x7f, 0x0a,
        ]),
        (Version::Q050, _) => Some(&[
            0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0,
            0xd3, 0xb5, 0x6b, 0x45,
        ]),
        (Version::T050, _) => Some(&[
            0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c,
            0x60, 0x48, 0x83, 0x10,
        ]),
        (Version::T051, _) => Some(&[
            0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc,
            0xda, 0x6e, 0x03, 0x3d,
        ]),
        (Version::V2, _) => Some(&[
            0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb,
            0xf9, 0xbd, 0x2e, 0xd9,
        ]),
        (_, Some(29..)) => Some(&[
            0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0,
            0x43, 0x90, 0xa8, 0x99,
        ]),
        (_, Some(23..)) => Some(&[
            0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65,
            0xbe, 0xf9, 0xf5, 0x02,
        ]),
        (_, Some(_)) => Some(&[
            0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd,
            0x7a, 0x02, 0x64, 0x4a,
        ]),
        (_, None) => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::packet::{self, Packet};
    use super::super::published::{DCID, SERVER_INITIALS, hex};
    use super::*;

    impl Protection {
        /// Seals frames under a packet number of four bytes: the other way round, for tests.
        pub(in crate::tls::quic) fn seal(&self, header: &[u8], number: u32, frames: &[u8]) -> Vec<u8> {
            let mut header = [header, &number.to_be_bytes()].concat();
            let number_at = header.len() - 4;
            let mut nonce = self.iv;
            for (byte, part) in nonce.iter_mut().skip(8).zip(number.to_be_bytes()) {
                *byte ^= part;
            }
            let body = self.aead.encrypt(&nonce.into(), Payload { msg: frames, aad: &header }).unwrap();
            let sample: [u8; 16] = *body.first_chunk().unwrap();
            let mut mask = sample.into();
            self.header.encrypt_block(&mut mask);
            let mask = <[u8; 16]>::from(mask);
            header[0] ^= mask[0] & 0x0f;
            for (byte, mask) in header[number_at..].iter_mut().zip(&mask[1..]) {
                *byte ^= mask;
            }
            [header, body].concat()
        }
    }

    #[test]
    fn published_packets_of_both_versions_open() {
        for (version, packet) in SERVER_INITIALS {
            let bytes = hex(packet);
            let Some(Packet::Long(long)) = packet::next(&mut &bytes[..]) else { panic!("no packet") };
            let mut keys = Keys::derive(version, &DCID).unwrap();
            let frames = keys.server.open(&long).unwrap();
            // An ACK, and a CRYPTO frame that begins with a ServerHello.
            assert_eq!(frames.get(..9), Some(&[2, 0, 0, 0, 0, 6, 0, 0x40, 0x5a][..]));
            assert_eq!(frames.get(9), Some(&2));
            assert_eq!(keys.client.open(&long), None, "the other side's keys do not fit");
        }
    }

    #[test]
    fn a_damaged_packet_does_not_open() {
        let bytes = hex(SERVER_INITIALS[0].1);
        for place in [30, bytes.len() - 1] {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1;
            let Some(Packet::Long(long)) = packet::next(&mut &bytes[..]) else { panic!("no packet") };
            let mut keys = Keys::derive(Version::V1, &DCID).unwrap();
            assert_eq!(keys.server.open(&long), None);
        }
    }

    #[test]
    fn packet_numbers_go_on_where_the_last_one_stood() {
        // The example of RFC 9000 appendix A.3.
        assert_eq!(packet_number(Some(0xa82f_30ea), 0x9b32, 2), 0xa82f_9b32);
        assert_eq!(packet_number(None, 2, 1), 2);
        assert_eq!(packet_number(Some(255), 1, 1), 257);
        assert_eq!(packet_number(Some(256), 255, 1), 255);
    }

    #[test]
    fn versions_that_are_not_read_have_no_keys() {
        assert!(Keys::derive(Version(0x1a2a_3a4a), &[1; 8]).is_none());
    }
}
