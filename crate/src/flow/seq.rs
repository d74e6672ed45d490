//! TCP sequence numbers: 32 bits that wrap on the wire, 64-bit offsets everywhere else.

use std::ops::{Add, Sub};

/// Sequence number as a TCP header carries it, modulo 2^32 (RFC 9293, section 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SeqNumber(pub(super) u32);

impl SeqNumber {
    /// Signed distance from `earlier` to this, in [-2^31, 2^31).
    pub(super) fn since(self, earlier: SeqNumber) -> i32 {
        self.0.wrapping_sub(earlier.0) as i32
    }
}

impl Add<u32> for SeqNumber {
    type Output = SeqNumber;

    fn add(self, len: u32) -> SeqNumber {
        SeqNumber(self.0.wrapping_add(len))
    }
}

impl Sub<u32> for SeqNumber {
    type Output = SeqNumber;

    fn sub(self, len: u32) -> SeqNumber {
        SeqNumber(self.0.wrapping_sub(len))
    }
}

/// Sequence space of one sender: where it starts, how far it was sent and how far it was acknowledged.
///
/// Offsets count from the start, so that SYN has offset 0 and the first payload byte offset 1. They do not wrap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SeqSpace {
    start: SeqNumber,
    /// Offset one past the last byte sent.
    pub(super) sent: i64,
    /// Offset up to which the peer has acknowledged.
    pub(super) acked: i64,
}

impl SeqSpace {
    /// A space that starts at `start`, `sent` of it in use and nothing acknowledged.
    pub(super) fn new(start: SeqNumber, sent: u32) -> Self {
        SeqSpace { start, sent: i64::from(sent), acked: 0 }
    }

    /// Sequence number of SYN, or of the byte before the first that was seen.
    pub(super) fn start(&self) -> SeqNumber {
        self.start
    }

    /// Offset of a sequence number from the sender, the one nearest to what was last sent; negative before the start.
    pub(super) fn offset_of_seq(&self, seq: SeqNumber) -> i64 {
        self.sent + i64::from(seq.since(self.at(self.sent)))
    }

    /// Offset of an acknowledgement from the peer, the one nearest to the last; negative before the start.
    pub(super) fn offset_of_ack(&self, ack: SeqNumber) -> i64 {
        self.acked + i64::from(ack.since(self.at(self.acked)))
    }

    /// Returns whether no payload was acknowledged; one byte of the space may be, for SYN.
    pub(super) fn no_data_acked(&self) -> bool {
        self.acked == 0 || self.acked == 1
    }

    fn at(&self, offset: i64) -> SeqNumber {
        SeqNumber(self.start.0.wrapping_add(offset as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_goes_the_short_way_round() {
        assert_eq!(SeqNumber(2).since(SeqNumber(u32::MAX)), 3);
        assert_eq!(SeqNumber(u32::MAX).since(SeqNumber(2)), -3);
    }

    #[test]
    fn offsets_grow_past_four_gibibytes() {
        let mut space = SeqSpace::new(SeqNumber(u32::MAX - 10), 1);
        let mut seq = space.start() + 1;
        for _ in 0..10 {
            seq = seq + 0x4000_0000;
            space.sent = space.offset_of_seq(seq);
        }
        assert_eq!(space.sent, 1 + 10 * 0x4000_0000);
    }

    #[test]
    fn a_number_before_the_start_has_a_negative_offset() {
        let space = SeqSpace::new(SeqNumber(5), 1);
        assert_eq!(space.offset_of_seq(SeqNumber(3)), -2);
        assert_eq!(space.offset_of_ack(SeqNumber(u32::MAX)), -6);
    }
}
