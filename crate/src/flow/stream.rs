//! What the table calls with the payload of a connection.

use super::conn_id::ConnId;
use super::direction::Direction;
use super::proto::Proto;
use crate::capture::Timestamp;

/// What follows the payload of one connection. The table calls it; the stages behind this one implement it. Times are those of
/// the table's clock, which never runs backwards.
pub trait Stream: Default {
    /// What all streams of a run share (the certificates seen, the counts of oddities).
    type Shared;

    /// Returns the stream of a connection that begins.
    fn open(_: &ConnId, _: Proto, _: &mut Self::Shared) -> Self {
        Self::default()
    }

    /// The next bytes of a TCP direction, in order and without repetition.
    fn data(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// `len` bytes of a TCP direction were not captured before the other side acknowledged them, or before what follows
    /// them had to be given out; what comes next follows them.
    fn gap(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, len: u64);

    /// The next bytes of the gap that was told last, which were captured after all.
    fn late(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// One UDP payload.
    fn datagram(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// Returns whether more bytes from `from` matter. Once false, the table stops to buffer that direction and only
    /// counts.
    fn wants(&self, from: Direction) -> bool;

    /// Returns whether the datagram that came last shows that originator and responder are to change places. Says so
    /// once.
    fn take_reversal(&mut self) -> bool {
        false
    }

    /// Returns whether the datagram that came last is beyond a limit of what reads it, which Zeek marks in `history`.
    /// Says so once.
    fn take_limit(&mut self) -> bool {
        false
    }
}
