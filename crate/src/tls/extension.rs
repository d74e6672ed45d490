//! The list of extensions that ends a hello (RFC 8446 section 4.2).

use crate::counter::bound;

/// Codes of a list of a hello that a record keeps; the longest real lists have about two hundred.
pub const MAX_CODES: usize = bound::HELLO_CODES;

/// One extension, its body unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extension<'a> {
    pub(super) kind: u16,
    pub(super) body: &'a [u8],
    /// Kind, length and body, as `tls-parser` takes them.
    pub(super) raw: &'a [u8],
}

/// Extension types that are read (IANA, TLS ExtensionType Values).
pub(super) mod kind {
    pub(crate) const SERVER_NAME: u16 = 0;
    pub(crate) const ALPN: u16 = 16;
    pub(crate) const CLIENT_CERTIFICATE_TYPE: u16 = 19;
    pub(crate) const SERVER_CERTIFICATE_TYPE: u16 = 20;
    pub(crate) const SESSION_TICKET: u16 = 35;
    /// Key shares up to draft 22 of TLS 1.3.
    pub(crate) const KEY_SHARE_OLD: u16 = 40;
    pub(crate) const PRE_SHARED_KEY: u16 = 41;
    pub(crate) const EARLY_DATA: u16 = 42;
    pub(crate) const SUPPORTED_VERSIONS: u16 = 43;
    pub(crate) const KEY_SHARE: u16 = 51;
    pub(crate) const ENCRYPTED_CLIENT_HELLO: u16 = 0xfe0d;
}

/// Returns the extensions up to the first that is cut off. `tls-parser`'s own lists stop at the first whose body it
/// refuses.
pub(super) fn walk(mut rest: &[u8]) -> impl Iterator<Item = Extension<'_>> {
    std::iter::from_fn(move || {
        let start = rest;
        let (&[k0, k1, l0, l1], behind) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let (body, behind) = behind.split_at_checked(length)?;
        rest = behind;
        Some(Extension { kind: u16::from_be_bytes([k0, k1]), body, raw: start.get(..4 + length)? })
    })
}

/// Big-endian 16-bit words of `bytes`; an odd last byte is left out.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes.chunks_exact(2).filter_map(|pair| pair.first_chunk().copied()).map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_come_in_order_up_to_one_that_is_cut_off() {
        let bytes = [0, 23, 0, 0, 0, 10, 0, 2, 1, 2, 0, 13, 0, 9, 1];
        let kinds: Vec<_> = walk(&bytes).map(|extension| (extension.kind, extension.body)).collect();
        assert_eq!(kinds, [(23, &[][..]), (10, &[1, 2][..])]);
    }
}
