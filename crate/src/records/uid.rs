//! The identifier that joins a connection's records.

use crate::capture::Timestamp;
use crate::flow::ConnId;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Letters behind the `C`: 62^17 is more than 2^96, the width that Zeek uses.
const LETTERS: usize = 17;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Zeek's form of a connection identifier, `C` and 17 letters, the same each time the same capture is read.
///
/// `ordinal` counts the connections of the input, so that two that share addresses and start differ.
pub fn uid(id: &ConnId, start: Timestamp, ordinal: u64) -> Arc<str> {
    let mut hash = Sha256::new();
    hash.update(format!("{} {} {} {}", id.orig_h, id.orig_p, id.resp_h, id.resp_p));
    hash.update(start.0.to_le_bytes());
    hash.update(ordinal.to_le_bytes());
    let digest = hash.finalize();
    let mut number = digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let letters = (0..LETTERS).map(|_| {
        let digit = (number % 62) as usize;
        number /= 62;
        BASE62.get(digit).copied().map_or('0', char::from)
    });
    std::iter::once('C').chain(letters).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(orig_p: u16) -> ConnId {
        ConnId { orig_h: [192, 0, 2, 1].into(), orig_p, resp_h: [192, 0, 2, 2].into(), resp_p: 443 }
    }

    #[test]
    fn same_connection_has_the_same_uid_again() {
        assert_eq!(uid(&id(1), Timestamp(5), 0), uid(&id(1), Timestamp(5), 0));
    }

    #[test]
    fn reused_addresses_give_another_uid() {
        assert_ne!(uid(&id(1), Timestamp(5), 0), uid(&id(1), Timestamp(5), 1));
        assert_ne!(uid(&id(1), Timestamp(5), 0), uid(&id(2), Timestamp(5), 0));
    }

    #[test]
    fn uid_looks_as_zeek_writes_it() {
        let uid = uid(&id(1), Timestamp(5), 0);
        assert_eq!(uid.len(), 18);
        assert!(uid.starts_with('C') && uid.chars().all(|letter| letter.is_ascii_alphanumeric()));
    }
}
