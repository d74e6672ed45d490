//! A session over TCP: its bytes come in order, but for a gap that is filled late.
//!
//! A capture may hold an acknowledgement before the data that it acknowledges, as when two interfaces were captured into one
//! file. What comes behind such a gap waits for it, in both directions, up to a bound. When the gap stays, the other direction
//! is read on; its own direction is too where the gap is within one record. Zeek ends the handshake there.

use super::budget::Share;
use super::session::Session;
use super::shared::Shared;
use super::summary::TlsHandshake;
use crate::Limit;
use crate::capture::Timestamp;
use crate::flow::Direction;

/// What may wait for a gap to be filled; a handshake's flight is shorter.
pub(super) const MAX_WAITING: usize = 32 << 10;
pub(super) const MAX_PIECES: usize = 32;

/// A session, and the gap that it waits for.
#[derive(Debug)]
pub(super) struct TcpSession {
    session: Session,
    gap: Option<Gap>,
    share: Share,
}

/// A gap in one direction, and what came behind it in both.
#[derive(Debug)]
struct Gap {
    from: Direction,
    missing: u64,
    waiting: Vec<(Timestamp, Direction, Box<[u8]>)>,
    held: usize,
}

impl TcpSession {
    pub(super) fn new(session: Session, share: Share) -> Self {
        TcpSession { session, gap: None, share }
    }

    pub(super) fn wants(&self, from: Direction) -> bool {
        self.session.wants(from)
    }

    pub(super) fn give_up(&mut self, from: Direction) {
        self.session.give_up(from);
    }

    pub(super) fn finish(self) -> Option<TlsHandshake> {
        self.session.finish()
    }

    pub(super) fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let Some(gap) = &mut self.gap else {
            self.session.data(shared, ts, from, bytes);
            return;
        };
        if !self.session.wants(from) {
            return;
        }
        gap.held += bytes.len();
        gap.waiting.push((ts, from, bytes.into()));
        let fits = gap.held <= MAX_WAITING && gap.waiting.len() <= MAX_PIECES;
        if !self.share.set(gap.held) {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.settle(shared);
        } else if !fits {
            self.settle(shared);
        }
    }

    /// `len` bytes are missing. Of several gaps only those that adjoin each other can be filled.
    pub(super) fn gap(&mut self, shared: &mut Shared, from: Direction, len: u64) {
        if let Some(gap) = &mut self.gap {
            if gap.is_open_to(from) {
                gap.missing = gap.missing.saturating_add(len);
                return;
            }
            self.settle(shared);
        }
        if self.session.wants(from) {
            self.gap = Some(Gap { from, missing: len, waiting: Vec::new(), held: 0 });
        }
    }

    /// Takes the next bytes of the gap; with the last of them, what waited behind it.
    pub(super) fn late(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let Some(gap) = self.gap.as_mut().filter(|gap| gap.from == from) else { return };
        gap.missing = gap.missing.saturating_sub(bytes.len() as u64);
        self.session.data(shared, ts, from, bytes);
        if self.gap.as_ref().is_some_and(|gap| gap.missing == 0) {
            self.read_on(shared);
        }
    }

    /// Waits no longer for the gap to be filled: what is missing stays missing.
    pub(super) fn settle(&mut self, shared: &mut Shared) {
        if let Some(gap) = &self.gap {
            self.session.gap(gap.from, gap.missing);
            self.read_on(shared);
        }
    }

    /// Reads what waited.
    fn read_on(&mut self, shared: &mut Shared) {
        for (ts, from, bytes) in self.gap.take().into_iter().flat_map(|gap| gap.waiting) {
            self.session.data(shared, ts, from, &bytes);
        }
        self.share.set(0);
    }
}

impl Gap {
    /// Returns whether another gap of this direction adjoins it.
    fn is_open_to(&self, from: Direction) -> bool {
        self.from == from && self.waiting.iter().all(|(_, other, _)| *other != from)
    }
}
