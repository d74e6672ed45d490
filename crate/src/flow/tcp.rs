//! TCP: the state of both endpoints, and what a segment changes in them.
//!
//! The rules are those of Zeek's TCP session adapter, so that `conn_state`, `history`, byte counts and `duration`
//! come out as there. Zeek's words for an endpoint's state are kept.

use super::delivery::{Context, Sink};
use super::direction::Direction;
use super::endpoint::{Endpoint, EndpointState, space_len};
use super::reassembly::{Block, MAX_PADDING};
use super::seq::SeqNumber;
use super::stream::Stream;
use crate::capture::Tcp as Segment;

/// Data sent without any acknowledgement from which on Zeek no longer waits for one (`tcp_max_initial_window`).
const MAX_INITIAL_WINDOW: u64 = 16_384;

/// What a segment did to the connection as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The segment counts for `duration`: it came before both sides had closed.
    pub(super) counts: bool,
    /// The connection got going: the long inactivity timeout applies from now on.
    pub(super) active: bool,
    /// The originator's first SYN: an answer is due.
    pub(super) attempt: bool,
    /// Originator and responder are to change places.
    pub(super) flip: bool,
    /// One side closed, the other has not.
    pub(super) half_closed: bool,
    /// Nothing more is expected.
    pub(super) closed: bool,
}

/// Both endpoints of a TCP connection.
#[derive(Debug, Default)]
pub(super) struct Tcp {
    pub(super) orig: Endpoint,
    pub(super) resp: Endpoint,
    /// Whether its beginning was missed.
    pub(super) partial: bool,
    close_deferred: bool,
    /// What the present segment has done so far.
    pub(super) outcome: Outcome,
}

impl Tcp {
    /// Payload bytes of a direction.
    pub(super) fn size(&self, direction: Direction) -> u64 {
        let (endpoint, peer) = self.both(direction);
        endpoint.size(peer)
    }

    /// Returns whether the segment belongs to a new connection that uses the same addresses again.
    pub(super) fn is_reuse(&self, segment: &Segment<'_>) -> bool {
        if !segment.has(Segment::SYN) {
            return false;
        }
        let seq = SeqNumber(segment.seq);
        let is_syn_ack = segment.has(Segment::ACK);
        if is_syn_ack && self.orig.state != EndpointState::Inactive {
            return false;
        }
        if self.orig.did_close || self.resp.did_close {
            return true;
        }
        let known = if is_syn_ack { &self.resp } else { &self.orig };
        if seq == known.space.start() {
            return false;
        }
        // A SYN and its SYN-ACK in reverse order.
        let reversed = !is_syn_ack
            && known.state == EndpointState::SynAckSent
            && self.resp.state == EndpointState::Inactive
            && seq == self.resp.space.start();
        !reversed
    }

    /// Returns whether an end by silence is near: a side has closed and the other cannot be expected to go on.
    pub(super) fn is_lingering(&self) -> bool {
        let any = |test: fn(&Endpoint) -> bool| test(&self.orig) || test(&self.resp);
        any(|endpoint| endpoint.did_close)
            && ((self.orig.did_close && self.resp.did_close)
                || any(|endpoint| matches!(endpoint.state, EndpointState::Reset | EndpointState::Inactive)))
    }

    /// Returns whether a SYN is still without an answer.
    pub(super) fn is_attempt(&self) -> bool {
        matches!(self.orig.state, EndpointState::SynSent | EndpointState::SynAckSent)
            && self.resp.state == EndpointState::Inactive
    }

    /// Lets originator and responder change places.
    pub(super) fn flip(&mut self) {
        std::mem::swap(&mut self.orig, &mut self.resp);
        self.partial = false;
    }

    /// Returns whether the segment shows that the SYN-ACK before it came from the responder.
    ///
    /// A SYN-ACK without a SYN may be a scan. A scan is answered by a RST or not at all, and never goes on.
    pub(super) fn began_with_answer(&self, segment: &Segment<'_>) -> bool {
        let control = Segment::SYN | Segment::FIN | Segment::RST;
        self.orig.state == EndpointState::SynAckSent
            && self.resp.state == EndpointState::Inactive
            && segment.flags & control == 0
            && (segment.len > 0 || segment.has(Segment::ACK))
    }

    /// Makes the sender of that SYN-ACK the responder.
    pub(super) fn turn(&mut self) -> Outcome {
        self.outcome = Outcome::default();
        self.flip();
        self.outcome
    }

    /// Takes one segment from `from`.
    ///
    /// The order of the steps is Zeek's: the history is written with the state before the segment, gaps that an
    /// acknowledgement reveals are judged by the state after it.
    pub(super) fn segment<S: Stream>(
        &mut self,
        segment: &Segment<'_>,
        mut from: Direction,
        cx: &mut Context<'_, S>,
    ) -> Outcome {
        self.outcome = Outcome::default();
        self.note_partial(segment, from);
        let space_len = space_len(segment);
        let (endpoint, peer) = self.both_mut(from);
        endpoint.begin(segment, space_len);
        let offset = endpoint.space.offset_of_seq(SeqNumber(segment.seq));
        let end = offset + i64::from(space_len);
        endpoint.write_history(segment, (from, peer.state), offset, cx.history);
        self.outcome.counts = !(self.orig.did_close && self.resp.did_close);
        let (endpoint, _) = self.both_mut(from);
        if segment.has(Segment::FIN) {
            endpoint.sent_fin = true;
            endpoint.fin_end = end;
        }
        let acked = segment.has(Segment::ACK).then(|| self.both_mut(from).1.note_ack(segment));
        let (endpoint, _) = self.both_mut(from);
        if endpoint.advance(segment, end) {
            cx.history.scaled(from, b'T', &mut endpoint.retransmissions);
        }
        let close = self.update_state(segment, from, cx.history);
        if self.outcome.flip {
            from = from.other();
        }
        if let Some(acked) = acked {
            self.acknowledge(from.other(), acked, cx);
        }
        self.both_mut(from).0.seen = true;
        if segment.len > 0 && !segment.has(Segment::RST) && offset >= 0 {
            self.insert(segment, from, offset as u64 + u64::from(segment.has(Segment::SYN)), cx);
        }
        self.check_end(from);
        if close {
            self.close(from);
        }
        self.outcome
    }

    /// Returns the endpoint that sends in this direction, and its peer.
    pub(super) fn both(&self, from: Direction) -> (&Endpoint, &Endpoint) {
        match from {
            Direction::Orig => (&self.orig, &self.resp),
            Direction::Resp => (&self.resp, &self.orig),
        }
    }

    /// Returns the same, to change them.
    pub(super) fn both_mut(&mut self, from: Direction) -> (&mut Endpoint, &mut Endpoint) {
        match from {
            Direction::Orig => (&mut self.orig, &mut self.resp),
            Direction::Resp => (&mut self.resp, &mut self.orig),
        }
    }

    /// Whether the beginning of the connection was missed.
    fn note_partial(&mut self, segment: &Segment<'_>, from: Direction) {
        let syn = segment.has(Segment::SYN);
        match from {
            Direction::Orig if !self.orig.seen => self.partial = !syn || segment.has(Segment::ACK),
            Direction::Resp if !self.resp.seen && !self.partial => self.partial = !syn,
            _ => {}
        }
    }

    /// Tells the reassembly of `sender` that its peer has everything below `offset`.
    fn acknowledge<S: Stream>(&mut self, sender: Direction, offset: i64, cx: &mut Context<'_, S>) {
        let partial = self.partial;
        let clean = self.orig.is_clean() && self.resp.is_clean();
        let (endpoint, _) = self.both_mut(sender);
        let last =
            if endpoint.sent_fin && offset >= endpoint.fin_end { endpoint.fin_end - 1 } else { offset };
        let Ok(up_to) = u64::try_from(last) else { return };
        if endpoint.reassembly.is_acknowledged(up_to) {
            return;
        }
        let gaps = &mut endpoint.gaps;
        let reassembly = &mut endpoint.reassembly;
        if partial && up_to <= 2 {
            reassembly.begin_at(up_to);
        } else {
            let mut sink = Sink { cx, from: sender, gaps, clean };
            sink.drive(|budget, sink| reassembly.acknowledge(up_to, budget, sink));
        }
        self.check_end(sender);
    }

    /// Puts the segment's payload in its place.
    fn insert<S: Stream>(
        &mut self,
        segment: &Segment<'_>,
        from: Direction,
        start: u64,
        cx: &mut Context<'_, S>,
    ) {
        let clean = self.orig.is_clean() && self.resp.is_clean();
        let (endpoint, peer) = self.both_mut(from);
        let len = u64::from(segment.len);
        let bytes = segment.payload.get(..segment.len as usize).unwrap_or(segment.payload);
        let block =
            Block { start, len, bytes, keep: cx.stream.wants(from), doubtful: may_be_padding(segment) };
        let gaps = &mut endpoint.gaps;
        let reassembly = &mut endpoint.reassembly;
        let mut sink = Sink { cx, from, gaps, clean };
        sink.drive(|budget, sink| reassembly.insert(block, budget, sink));
        let no_data_acked = endpoint.space.no_data_acked();
        if no_data_acked && endpoint.size(peer) > MAX_INITIAL_WINDOW {
            endpoint.reassembly.trim_delivered();
        }
        endpoint.reassembly.check_excess(no_data_acked);
    }

    /// Notes the end of a direction once everything before it was given out.
    fn check_end(&mut self, of: Direction) {
        let (endpoint, peer) = self.both_mut(of);
        let ends =
            endpoint.sent_fin || matches!(endpoint.state, EndpointState::Closed | EndpointState::Reset);
        if endpoint.at_end || !ends || endpoint.is_data_pending(peer) {
            return;
        }
        endpoint.at_end = true;
        if self.close_deferred {
            self.close(of);
            self.close_deferred = false;
        }
    }

    /// Notes that an endpoint closed, or puts it off while data is outstanding.
    fn close(&mut self, of: Direction) {
        let (endpoint, peer) = self.both_mut(of);
        if endpoint.is_data_pending(peer) {
            self.close_deferred = true;
            return;
        }
        let first = !endpoint.did_close;
        endpoint.did_close = true;
        let complete =
            endpoint.state == EndpointState::Reset || peer.did_close || peer.state == EndpointState::Inactive;
        self.close_deferred = false;
        if first {
            self.outcome.closed |= complete;
            self.outcome.half_closed |= !complete;
        }
    }
}

/// Returns whether the payload of an acknowledgement may be its frame's padding: data are pushed, and rarely a few
/// zeros.
fn may_be_padding(segment: &Segment<'_>) -> bool {
    segment.flags == Segment::ACK
        && segment.len as usize == segment.payload.len()
        && segment.payload.len() <= MAX_PADDING
        && segment.payload.iter().all(|byte| *byte == 0)
}
