//! A session over TCP: its bytes come in order, but for a gap that is filled late.
//!
//! A capture may hold an acknowledgement before the data that it acknowledges, as when two interfaces were captured into one
//! file. What comes behind such a gap waits for it, in both directions. A gap that stays is what it is to Zeek: the end.

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
        if !fits {
            self.end();
        } else if !self.share.set(gap.held) {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.end();
        }
    }

    /// `len` bytes are missing. Of several gaps only those that adjoin each other can be filled.
    pub(super) fn gap(&mut self, from: Direction, len: u64) {
        match &mut self.gap {
            None => self.gap = Some(Gap { from, missing: len, waiting: Vec::new(), held: 0 }),
            Some(gap) if gap.is_open_to(from) => gap.missing = gap.missing.saturating_add(len),
            Some(_) => self.end(),
        }
    }

    /// Takes the next bytes of the gap; with the last of them, what waited behind it.
    pub(super) fn late(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let Some(gap) = self.gap.as_mut().filter(|gap| gap.from == from) else { return };
        gap.missing = gap.missing.saturating_sub(bytes.len() as u64);
        self.session.data(shared, ts, from, bytes);
        if let Some(gap) = self.gap.take_if(|gap| gap.missing == 0) {
            for (ts, from, bytes) in gap.waiting {
                self.session.data(shared, ts, from, &bytes);
            }
            self.share.set(0);
        }
    }

    /// Waits no longer.
    fn end(&mut self) {
        self.gap = None;
        self.share.set(0);
        self.session.stop();
    }
}

impl Gap {
    /// Whether another gap of this direction adjoins it.
    fn is_open_to(&self, from: Direction) -> bool {
        self.from == from && self.waiting.iter().all(|(_, other, _)| *other != from)
    }
}
