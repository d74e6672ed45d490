//! The Internet checksum (RFC 1071).

use std::net::IpAddr;

/// A ones' complement sum of 16-bit words that grows part by part.
///
/// Every part but the last must have an even length. Words are added in the machine's byte order, four bytes at a time:
/// the sum of a part whose checksum is right is all ones in either order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Checksum(u64);

impl Checksum {
    /// Returns the sum of a pseudo header (RFC 768, RFC 9293, RFC 8200 section 8.1).
    pub(super) fn of_pseudo_header(src: IpAddr, dst: IpAddr, ip_proto: u8, len: u32) -> Checksum {
        let sum = match (src, dst) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => Checksum::default().add(&src.octets()).add(&dst.octets()),
            (IpAddr::V6(src), IpAddr::V6(dst)) => Checksum::default().add(&src.octets()).add(&dst.octets()),
            _ => Checksum::default(),
        };
        sum.add(&len.to_be_bytes()).add(&[0, ip_proto])
    }

    /// Adds the words of `bytes`; a last odd byte is padded with zero.
    pub(super) fn add(self, bytes: &[u8]) -> Checksum {
        // Independent lanes, so that the compiler can use vector registers. A lane takes 2^32 words before it is full.
        let mut lanes = [0_u64; 8];
        let (blocks, rest) = bytes.as_chunks::<32>();
        for block in blocks {
            for (lane, word) in lanes.iter_mut().zip(block.as_chunks::<4>().0) {
                *lane += u64::from(u32::from_ne_bytes(*word));
            }
        }
        let (words, rest) = rest.as_chunks::<4>();
        let mut sum: u64 = words.iter().map(|word| u64::from(u32::from_ne_bytes(*word))).sum();
        let mut last = [0; 4];
        for (to, from) in last.iter_mut().zip(rest) {
            *to = *from;
        }
        sum += u64::from(u32::from_ne_bytes(last));
        // Folding to 32 bits keeps room for any number of parts.
        Checksum(fold(fold(self.0 + fold(lanes.iter().sum::<u64>() + sum))))
    }

    /// Returns whether the parts, the checksum field among them, add up as they must.
    pub(super) fn is_right(self) -> bool {
        let mut sum = self.0;
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum == 0xffff
    }
}

/// Returns the checksum of `bytes`, whose checksum field is zero.
pub(super) fn checksum(bytes: &[u8]) -> [u8; 2] {
    let mut sum = Checksum::default().add(bytes).0;
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_ne_bytes()
}

/// Returns the same ones' complement sum in about 32 bits.
fn fold(sum: u64) -> u64 {
    (sum & 0xffff_ffff) + (sum >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1071, by the book: 16-bit big-endian words.
    fn by_the_book(bytes: &[u8]) -> bool {
        let mut sum = 0_u32;
        for pair in bytes.chunks(2) {
            sum += u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        sum == 0xffff
    }

    #[test]
    fn header_of_rfc_1071_practice_is_right_and_a_changed_bit_is_wrong() {
        let mut header =
            [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
        assert!(Checksum::default().add(&header).is_right());
        header[8] ^= 1;
        assert!(!Checksum::default().add(&header).is_right());
    }

    #[test]
    fn every_length_agrees_with_the_plain_sum() {
        let bytes: Vec<u8> = (0..200_u32).map(|it| (it * 151 + 7) as u8).collect();
        for len in 2..bytes.len() {
            let mut message = bytes[..len].to_vec();
            // Try all checksums in the first word: exactly those that are right by the book must be right.
            for field in [0_u16, 1, 0x1234, 0xffff] {
                message[..2].copy_from_slice(&field.to_be_bytes());
                assert_eq!(
                    Checksum::default().add(&message).is_right(),
                    by_the_book(&message),
                    "{len} {field}"
                );
            }
            let right = (0..=u16::MAX).step_by(1).find(|field| {
                message[..2].copy_from_slice(&field.to_be_bytes());
                by_the_book(&message)
            });
            message[..2].copy_from_slice(&right.unwrap().to_be_bytes());
            assert!(Checksum::default().add(&message).is_right(), "{len}");
        }
    }

    #[test]
    fn parts_add_up_like_the_whole() {
        let bytes: Vec<u8> = (0..101_u8).map(|it| it.wrapping_mul(89)).collect();
        let (front, back) = bytes.split_at(38);
        let whole = Checksum::default().add(&bytes);
        let parts = Checksum::default().add(front).add(back);
        assert_eq!(whole.is_right(), parts.is_right());
        assert_eq!(whole.0 % 0xffff, parts.0 % 0xffff);
    }
}
