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

    /// Takes `len` bytes off; nothing when they were not captured whole.
    pub(super) fn skip(self, len: usize) -> Option<Wire<'a>> {
        Some(Wire { data: self.data.get(len..)?, len: self.len.saturating_sub(len as u32) })
    }

    /// Cuts off what stands behind `len` bytes.
    pub(super) fn clip(self, len: u32) -> Wire<'a> {
        Wire { data: self.data.get(..len as usize).unwrap_or(self.data), len: self.len.min(len) }
    }
}
