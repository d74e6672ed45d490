//! One direction's CRYPTO frames put in order (RFC 9000 section 19.6).

use crate::counter::bound;
use std::collections::BTreeMap;

/// Bytes behind a hole that are held, and in how many pieces.
const MAX_HELD: usize = bound::CRYPTO_BYTES;
const MAX_PIECES: usize = bound::CRYPTO_PIECES;

/// What came of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was handed out or is held.
    Yes,
    /// It is too far ahead to be held.
    TooFar,
}

/// Invariant: every held piece follows `next`, and all together are within the bounds.
#[derive(Debug, Default)]
pub(super) struct CryptoStream {
    next: u64,
    pieces: BTreeMap<u64, Box<[u8]>>,
    held: usize,
}

impl CryptoStream {
    /// Takes a frame and hands out what is in order now. Of bytes that come twice the first copy counts.
    pub(super) fn push(&mut self, offset: u64, bytes: &[u8], each: &mut impl FnMut(&[u8])) -> Taken {
        if offset > self.next {
            return self.hold(offset, bytes);
        }
        self.hand_out(offset, bytes, each);
        while let Some(entry) = self.pieces.first_entry() {
            if *entry.key() > self.next {
                break;
            }
            let (offset, piece) = entry.remove_entry();
            self.held -= piece.len();
            self.hand_out(offset, &piece, each);
        }
        Taken::Yes
    }

    /// Returns the bytes that are held.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    fn hand_out(&mut self, offset: u64, bytes: &[u8], each: &mut impl FnMut(&[u8])) {
        let known = usize::try_from(self.next - offset).unwrap_or(usize::MAX);
        if let Some((_, new)) = bytes.split_at_checked(known).filter(|(_, new)| !new.is_empty()) {
            self.next += new.len() as u64;
            each(new);
        }
    }

    fn hold(&mut self, offset: u64, bytes: &[u8]) -> Taken {
        if self.pieces.get(&offset).is_some_and(|piece| piece.len() >= bytes.len()) {
            return Taken::Yes;
        }
        if self.held + bytes.len() > MAX_HELD || self.pieces.len() >= MAX_PIECES {
            return Taken::TooFar;
        }
        self.held += bytes.len();
        if let Some(shorter) = self.pieces.insert(offset, bytes.into()) {
            self.held -= shorter.len();
        }
        Taken::Yes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(frames: &[(u64, &[u8])]) -> Vec<u8> {
        let (mut stream, mut out) = (CryptoStream::default(), Vec::new());
        for (offset, bytes) in frames {
            stream.push(*offset, bytes, &mut |new| out.extend_from_slice(new));
        }
        out
    }

    #[test]
    fn frames_come_out_in_order() {
        assert_eq!(read(&[(4, b"ef"), (2, b"cd"), (0, b"ab"), (6, b"g")]), b"abcdefg");
    }

    #[test]
    fn what_comes_twice_counts_once() {
        assert_eq!(read(&[(0, b"abc"), (1, b"XYd"), (0, b"abc"), (5, b"f"), (3, b"Qe")]), b"abcdef");
        assert_eq!(read(&[(3, b"d"), (3, b"de"), (0, b"abc")]), b"abcde");
    }

    #[test]
    fn what_lies_too_far_ahead_is_not_held() {
        let mut stream = CryptoStream::default();
        let piece = vec![0; MAX_HELD];
        assert_eq!(stream.push(1, &piece, &mut |_| {}), Taken::Yes);
        assert_eq!(stream.push(1 << 40, &[1], &mut |_| {}), Taken::TooFar);
        assert_eq!(stream.held(), MAX_HELD);
    }

    #[test]
    fn pieces_are_few() {
        let mut stream = CryptoStream::default();
        let taken: Vec<_> =
            (0..=MAX_PIECES as u64).map(|n| stream.push(10 + 2 * n, &[1], &mut |_| {})).collect();
        assert_eq!(taken.iter().filter(|taken| **taken == Taken::TooFar).count(), 1);
    }
}
