//! [`Wire`]: what is left of a packet, from some layer on.

use crate::field::{self, Field};

/// Bytes of a packet from some layer on, and how many there were before a snaplen cut them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a> {
    /// What was captured.
    pub(super) data: &'a [u8],
    /// How long it was on the wire; not less than `data.len()`.
    pub(super) len: u32,
}

impl<'a> Wire<'a> {
    /// Takes a header of `N` bytes off; nothing when it was not captured whole.
    pub(super) fn header<const N: usize>(self) -> Option<(&'a [u8; N], Wire<'a>)> {
        let (header, data) = self.data.split_first_chunk()?;
        Some((header, Wire { data, len: self.len.saturating_sub(N as u32) }))
    }

    /// Returns the byte at `place`; `None` where it was not captured.
    pub(super) fn u8(self, place: usize) -> Option<u8> {
        self.data.get(place).copied()
    }

    /// Returns a big-endian number; `None` where it was not captured.
    pub(super) fn be16(self, field: Field) -> Option<u16> {
        field::be16(self.data, field)
    }

    /// Returns a little-endian number; `None` where it was not captured.
    pub(super) fn le16(self, field: Field) -> Option<u16> {
        field::le16(self.data, field)
    }

    /// Returns a big-endian number of four bytes; `None` where it was not captured.
    pub(super) fn be32(self, field: Field) -> Option<u32> {
        field::be32(self.data, field)
    }

    /// Returns a little-endian number of four bytes; `None` where it was not captured.
    pub(super) fn le32(self, field: Field) -> Option<u32> {
        field::le32(self.data, field)
    }

    /// Takes `len` bytes off; nothing when they were not captured whole.
    pub(super) fn skip(self, len: usize) -> Option<Wire<'a>> {
        Some(Wire { data: self.data.get(len..)?, len: self.len.saturating_sub(len as u32) })
    }

    /// Cuts off what follows the first `len` bytes.
    pub(super) fn clip(self, len: u32) -> Wire<'a> {
        Wire { data: self.data.get(..len as usize).unwrap_or(self.data), len: self.len.min(len) }
    }

    /// Returns whether the bytes are an IP packet that fits, followed by hardly anything: padding,
    /// check sequences, signatures.
    pub(super) fn has_ip(self) -> bool {
        const LENGTH_V4: Field = 2..4;
        const LENGTH_V6: Field = 4..6;
        const HEADER_V6: u32 = 40;
        /// What may follow: the padding of the shortest frame.
        const BEHIND: u32 = 64;
        let len = match self.data {
            [0x45..=0x4f, ..] => self.be16(LENGTH_V4).map(u32::from).filter(|len| *len >= 20),
            [0x60..=0x6f, ..] => self.be16(LENGTH_V6).map(|len| u32::from(len) + HEADER_V6),
            _ => None,
        };
        len.is_some_and(|len| len <= self.len && self.len - len <= BEHIND)
    }

    /// Returns whether the bytes are an Ethernet frame that holds IP, after any VLAN tags.
    pub(super) fn has_frame(self) -> bool {
        const ADDRESSES: usize = 12;
        const TAGS: usize = 3;
        let mut rest = self.skip(ADDRESSES);
        for _ in 0..=TAGS {
            let Some((kind, behind)) = rest.and_then(Wire::header::<2>) else { return false };
            match u16::from_be_bytes(*kind) {
                0x0800 | 0x86dd => return behind.has_ip(),
                0x8100 | 0x88a8 => rest = behind.skip(2),
                _ => return false,
            }
        }
        false
    }
}
