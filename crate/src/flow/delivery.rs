//! The way of a direction's bytes from the reassembly to the stream, and of its gaps into the books.

use super::direction::Direction;
use super::history::History;
use super::reassembly::{Budget, Piece};
use super::stream::Stream;
use crate::capture::Timestamp;

/// What a segment needs of the connection around the TCP state.
pub(super) struct Context<'a, S: Stream> {
    pub(super) stream: &'a mut S,
    pub(super) shared: &'a mut S::Shared,
    pub(super) history: &'a mut History,
    pub(super) missed_bytes: &'a mut u64,
    pub(super) budget: &'a mut Budget,
    pub(super) ts: Timestamp,
}

/// Sends pieces of a direction to the stream and to the books.
pub(super) struct Sink<'a, 'b, S: Stream> {
    pub(super) cx: &'a mut Context<'b, S>,
    pub(super) from: Direction,
    /// Count of its gaps.
    pub(super) gaps: &'a mut u32,
    /// Whether gaps count: only while both sides are established or on their way to an orderly end.
    pub(super) clean: bool,
}

impl<S: Stream> Sink<'_, '_, S> {
    /// Runs a step of the reassembly.
    pub(super) fn drive(&mut self, run: impl FnOnce(&mut Budget, &mut dyn FnMut(Piece<'_>))) {
        let Context { stream, shared, history, missed_bytes, budget, ts } = &mut *self.cx;
        let (from, clean, gaps) = (self.from, self.clean, &mut *self.gaps);
        run(budget, &mut |piece| match piece {
            Piece::Data(bytes) => stream.data(shared, *ts, from, bytes),
            Piece::Gap(len) if stream.wants(from) => stream.gap(shared, *ts, from, len),
            Piece::Late(bytes) if stream.wants(from) => stream.late(shared, *ts, from, bytes),
            Piece::Missed(len) if clean => {
                **missed_bytes += len;
                history.scaled(from, b'G', gaps);
            }
            _ => {}
        });
    }
}
