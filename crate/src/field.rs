//! Fields of headers, read by the places that their standards give them.

use std::ops::Range;

/// The bytes of a header that hold one field.
pub(crate) type Field = Range<usize>;

/// Returns a big-endian number of two bytes; `None` where it was not captured.
#[inline]
pub(crate) fn be16(header: &[u8], field: Field) -> Option<u16> {
    array(header, field).map(u16::from_be_bytes)
}

/// Returns a little-endian number of two bytes; `None` where it was not captured.
#[inline]
pub(crate) fn le16(header: &[u8], field: Field) -> Option<u16> {
    array(header, field).map(u16::from_le_bytes)
}

/// Returns a big-endian number of four bytes; `None` where it was not captured.
#[inline]
pub(crate) fn be32(header: &[u8], field: Field) -> Option<u32> {
    array(header, field).map(u32::from_be_bytes)
}

/// Returns a little-endian number of four bytes; `None` where it was not captured.
#[inline]
pub(crate) fn le32(header: &[u8], field: Field) -> Option<u32> {
    array(header, field).map(u32::from_le_bytes)
}

/// Returns a field of `N` bytes; `None` where it was not captured.
#[inline]
pub(crate) fn array<const N: usize>(header: &[u8], field: Field) -> Option<[u8; N]> {
    header.get(field)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_their_place() {
        let header = [0, 1, 2, 3, 4, 5];
        assert_eq!((be16(&header, 1..3), le16(&header, 1..3)), (Some(0x0102), Some(0x0201)));
        assert_eq!(be32(&header, 2..6), Some(0x0203_0405));
        assert_eq!(le32(&header, 2..6), Some(0x0504_0302));
    }

    #[test]
    fn field_that_was_cut_is_none() {
        assert_eq!(be16(&[1, 2, 3], 2..4), None);
        assert_eq!(be32(&[1, 2, 3], 0..4), None);
    }
}
