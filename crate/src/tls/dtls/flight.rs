//! Handshake messages out of DTLS fragments (RFC 6347 section 4.2.3): any order, overlaps, retransmissions.

use crate::counter::bound;
use std::collections::BTreeMap;

/// Messages of a direction that may wait for one before them.
const MAX_AHEAD: u32 = bound::DTLS_MESSAGES;

/// Longest message that is held.
pub(super) const MAX_MESSAGE: usize = bound::DTLS_BYTES / 2;

/// Pieces in which a message may wait, those that adjoin the one before not counted.
const MAX_PIECES: usize = bound::DTLS_PIECES;

/// What a piece takes beside its bytes.
const PIECE: usize = 48;

/// Bytes of a direction that wait at most: the longest message, and as much for those behind it.
const MAX_HELD: usize = bound::DTLS_BYTES;

/// One fragment of a handshake message, as a record holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment<'a> {
    pub(super) kind: u8,
    /// Length of the whole message.
    pub(super) length: usize,
    pub(super) message_seq: u16,
    pub(super) offset: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Fragment<'a> {
    /// Takes a fragment from the front of `input`; `None` if it ends behind the record or behind its message.
    pub(super) fn take(input: &mut &'a [u8]) -> Option<Self> {
        let (&[kind, l0, l1, l2, s0, s1, o0, o1, o2, f0, f1, f2], rest) = input.split_first_chunk()?;
        let number = |[high, middle, low]: [u8; 3]| u32::from_be_bytes([0, high, middle, low]) as usize;
        let (length, offset) = (number([l0, l1, l2]), number([o0, o1, o2]));
        let (bytes, rest) = rest.split_at_checked(number([f0, f1, f2]))?;
        *input = rest;
        let message_seq = u16::from_be_bytes([s0, s1]);
        (offset + bytes.len() <= length).then_some(Fragment { kind, length, message_seq, offset, bytes })
    }
}

/// A message whose turn has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) kind: u8,
    pub(super) message_seq: u16,
    /// None where it is longer than [`MAX_MESSAGE`] and so passed over.
    pub(super) body: Option<Vec<u8>>,
}

/// A fragment was left out because a bound was met.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// One direction's messages: those that were read, and those that wait.
///
/// Each `message_seq` is read once. At most [`MAX_AHEAD`] messages wait, in [`MAX_PIECES`] each, and [`MAX_HELD`] bytes
/// in all.
#[derive(Debug, Default)]
pub(super) struct Flight {
    /// `message_seq` of the message that is read next.
    next: u32,
    /// Where it begins is settled.
    begun: bool,
    waiting: BTreeMap<u32, Partial>,
    held: usize,
}

impl Flight {
    /// The message that comes next has this `message_seq`.
    pub(super) fn expect(&mut self, message_seq: u16) {
        (self.next, self.begun) = (message_seq.into(), true);
        self.waiting.retain(|seq, _| *seq >= self.next);
        self.held = self.waiting.values().map(Partial::held).sum();
    }

    /// The first message that was captured has this `message_seq`, unless others came before.
    pub(super) fn begin(&mut self, message_seq: u16) {
        if !self.begun {
            self.expect(message_seq);
        }
    }

    /// Returns whether the message with this `message_seq` was read or given up.
    pub(super) fn is_behind(&self, message_seq: u16) -> bool {
        u32::from(message_seq) < self.next
    }

    /// Returns the bytes that are held.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Takes a fragment. What was read already, or is held already, counts as a retransmission.
    pub(super) fn push(&mut self, fragment: &Fragment<'_>) -> Result<(), TooMuch> {
        self.begun = true;
        let seq = u32::from(fragment.message_seq);
        let Some(ahead) = seq.checked_sub(self.next) else { return Ok(()) };
        if ahead >= MAX_AHEAD || self.held + fragment.bytes.len() + PIECE > MAX_HELD {
            return Err(TooMuch);
        }
        let partial = self.waiting.entry(seq).or_insert_with(|| Partial::of(fragment));
        let before = partial.held();
        let outcome = partial.add(fragment);
        self.held += partial.held() - before;
        outcome
    }

    /// Returns the next message, if it is whole.
    pub(super) fn pop(&mut self) -> Option<Whole> {
        self.waiting.get(&self.next)?.is_whole().then(|| self.take(self.next)).flatten()
    }

    /// Returns the first message that is whole, wherever it is; those before it are given up.
    pub(super) fn pop_beyond(&mut self) -> Option<Whole> {
        let (&seq, _) = self.waiting.iter().find(|(_, partial)| partial.is_whole())?;
        self.take(seq)
    }

    fn take(&mut self, seq: u32) -> Option<Whole> {
        let partial = self.waiting.remove(&seq)?;
        self.next = seq + 1;
        self.waiting.retain(|other, _| *other > seq);
        self.held = self.waiting.values().map(Partial::held).sum();
        Some(Whole { kind: partial.kind, message_seq: u16::try_from(seq).ok()?, body: partial.body() })
    }
}

/// A message in pieces that do not overlap; of what two fragments hold, the first copy is kept.
#[derive(Debug)]
struct Partial {
    kind: u8,
    length: usize,
    pieces: BTreeMap<usize, Vec<u8>>,
    have: usize,
}

impl Partial {
    fn of(fragment: &Fragment<'_>) -> Self {
        Partial { kind: fragment.kind, length: fragment.length, pieces: BTreeMap::new(), have: 0 }
    }

    fn held(&self) -> usize {
        self.have + PIECE * self.pieces.len()
    }

    fn is_whole(&self) -> bool {
        self.have == self.length || self.is_too_long()
    }

    fn is_too_long(&self) -> bool {
        self.length > MAX_MESSAGE
    }

    fn add(&mut self, fragment: &Fragment<'_>) -> Result<(), TooMuch> {
        if (fragment.kind, fragment.length) != (self.kind, self.length) || self.is_too_long() {
            return Ok(());
        }
        let (mut at, mut rest) = (fragment.offset, fragment.bytes);
        while !rest.is_empty() {
            let covered =
                self.pieces.range(..=at).next_back().map_or(0, |(start, piece)| start + piece.len());
            if covered > at {
                rest = rest.get(covered - at..).unwrap_or_default();
                at = covered;
                continue;
            }
            let room = self.pieces.range(at..).next().map_or(rest.len(), |(start, _)| start - at);
            let (new, behind) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            if let Some((_, piece)) = self.pieces.range_mut(..at).next_back().filter(|_| covered == at) {
                piece.extend_from_slice(new);
            } else if self.pieces.len() < MAX_PIECES {
                self.pieces.insert(at, new.into());
            } else {
                return Err(TooMuch);
            }
            self.have += new.len();
            at += new.len();
            rest = behind;
        }
        Ok(())
    }

    fn body(&self) -> Option<Vec<u8>> {
        (!self.is_too_long()).then(|| self.pieces.values().flat_map(|piece| piece.iter().copied()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: [u8; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

    fn part(message_seq: u16, from: usize, to: usize) -> Fragment<'static> {
        Fragment { kind: 11, length: BODY.len(), message_seq, offset: from, bytes: &BODY[from..to] }
    }

    fn whole(message_seq: u16) -> Whole {
        Whole { kind: 11, message_seq, body: Some(BODY.to_vec()) }
    }

    fn read(fragments: &[Fragment<'_>]) -> Vec<Whole> {
        let mut flight = Flight::default();
        let mut read = Vec::new();
        for fragment in fragments {
            flight.push(fragment).unwrap();
            read.extend(std::iter::from_fn(|| flight.pop()));
        }
        read
    }

    #[test]
    fn fragments_come_in_any_order() {
        assert_eq!(read(&[part(0, 6, 10), part(0, 0, 3), part(0, 3, 6)]), [whole(0)]);
    }

    #[test]
    fn fragments_overlap() {
        assert_eq!(read(&[part(0, 2, 4), part(0, 6, 8), part(0, 0, 10)]), [whole(0)]);
        assert_eq!(read(&[part(0, 0, 7), part(0, 3, 10)]), [whole(0)]);
    }

    #[test]
    fn a_message_may_come_in_hundreds_of_bytes() {
        let body: Vec<u8> = (0..2_000_u32).map(|at| at as u8).collect();
        let byte =
            |at: usize| Fragment { length: body.len(), offset: at, bytes: &body[at..=at], ..part(0, 0, 1) };
        let orders: [Vec<usize>; 2] = [(0..2_000).collect(), (0..2_000).rev().collect()];
        for order in orders {
            let fragments: Vec<_> = order.into_iter().map(byte).collect();
            assert_eq!(read(&fragments), [Whole { body: Some(body.clone()), ..whole(0) }]);
        }
    }

    #[test]
    fn overlap_keeps_first_copy() {
        let other = Fragment { bytes: &[9; 10], ..part(0, 0, 10) };
        let mut flight = Flight::default();
        flight.push(&part(0, 0, 4)).unwrap();
        flight.push(&other).unwrap();
        assert_eq!(flight.pop().unwrap().body.unwrap(), [0, 1, 2, 3, 9, 9, 9, 9, 9, 9]);
    }

    #[test]
    fn it_begins_with_the_first_message_that_was_captured() {
        let mut flight = Flight::default();
        flight.begin(3);
        flight.push(&part(3, 0, 10)).unwrap();
        assert_eq!(flight.pop(), Some(whole(3)));
        flight.begin(3);
        assert!(flight.is_behind(3));
    }

    #[test]
    fn a_retransmitted_message_is_read_once() {
        assert_eq!(read(&[part(0, 0, 10), part(0, 0, 10), part(0, 0, 5), part(1, 0, 10)]).len(), 2);
    }

    #[test]
    fn messages_come_out_in_order() {
        assert_eq!(read(&[part(1, 0, 10), part(2, 0, 10)]), []);
        let read = read(&[part(1, 0, 10), part(2, 0, 10), part(0, 0, 10)]);
        assert_eq!(read, [whole(0), whole(1), whole(2)]);
    }

    #[test]
    fn a_hole_can_be_given_up() {
        let mut flight = Flight::default();
        for fragment in [part(0, 0, 5), part(1, 0, 10), part(3, 0, 10), part(4, 0, 5)] {
            flight.push(&fragment).unwrap();
        }
        let read: Vec<_> = std::iter::from_fn(|| flight.pop_beyond()).collect();
        assert_eq!(read, [whole(1), whole(3)]);
        assert!(flight.is_behind(3) && !flight.is_behind(4));
        assert!(flight.held() > 0);
    }

    #[test]
    fn an_empty_message_is_whole_at_once() {
        assert_eq!(
            read(&[Fragment { kind: 14, length: 0, message_seq: 0, offset: 0, bytes: &[] }]),
            [Whole { kind: 14, message_seq: 0, body: Some(vec![]) }]
        );
    }

    #[test]
    fn a_message_beyond_the_bound_is_passed_over() {
        let long = Fragment { length: MAX_MESSAGE + 1, ..part(0, 0, 10) };
        assert_eq!(read(&[long, part(1, 0, 10)]), [Whole { body: None, ..whole(0) }, whole(1)]);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut flight = Flight::default();
        assert_eq!(flight.push(&part(MAX_AHEAD as u16, 0, 5)), Err(TooMuch));
        let bytes = [7; 1000];
        let piece = |at: usize| Fragment {
            kind: 11,
            length: MAX_MESSAGE,
            message_seq: (at % 31) as u16 + 1,
            offset: at / 31 * 1000,
            bytes: &bytes,
        };
        let kept = (0..1000).filter(|at| flight.push(&piece(*at)).is_ok()).count();
        assert!(kept < 262 && flight.held() <= MAX_HELD, "{kept} kept, {} bytes", flight.held());
        let mut flight = Flight::default();
        let crumb =
            |at: usize| Fragment { length: 99_999, offset: 2 * at, bytes: &BODY[..1], ..part(0, 0, 1) };
        assert_eq!((0..4000).filter(|at| flight.push(&crumb(*at)).is_ok()).count(), MAX_PIECES);
    }

    #[test]
    fn a_fragment_stays_within_its_message() {
        let mut input: &[u8] = &[11, 0, 0, 2, 0, 5, 0, 0, 1, 0, 0, 2, 8, 9];
        assert_eq!(Fragment::take(&mut input), None);
        let mut input: &[u8] = &[11, 0, 0, 2, 0, 5, 0, 0, 1, 0, 0, 1, 8, 9];
        let fragment = Fragment { kind: 11, length: 2, message_seq: 5, offset: 1, bytes: &[8] };
        assert_eq!(Fragment::take(&mut input), Some(fragment));
        assert_eq!(input, [9]);
    }
}
