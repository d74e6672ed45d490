//! TCP: the state of both endpoints, and what a segment changes in them.
//!
//! The rules are those of Zeek's TCP session adapter, so that `conn_state`, `history`, byte counts and `duration` come
//! out as there. Zeek's words for an endpoint's state are kept.

use super::history::{History, Once};
use super::reassembly::{Block, Budget, Piece, Reassembly};
use super::seq::{SeqNumber, SeqSpace};
use super::{Direction, Stream};
use crate::capture::{Tcp as Segment, Timestamp};

/// A SYN or RST that jumps further than this has a sequence number not to be trusted.
const TOO_LARGE_DELTA: i64 = 1_048_576;

/// Data sent without any acknowledgement from which on Zeek no longer waits for one (`tcp_max_initial_window`).
const MAX_INITIAL_WINDOW: u64 = 16_384;

/// State of one endpoint, in Zeek's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum EndpointState {
    /// Nothing was seen from it.
    #[default]
    Inactive,
    /// It sent SYN.
    SynSent,
    /// It sent SYN-ACK as the first of the connection.
    SynAckSent,
    /// It sent something, but no SYN.
    Partial,
    /// The handshake is done.
    Established,
    /// It sent FIN.
    Closed,
    /// It sent RST.
    Reset,
}

impl EndpointState {
    fn is_handshake(self) -> bool {
        matches!(self, EndpointState::Inactive | EndpointState::SynSent | EndpointState::SynAckSent)
    }
}

/// One side of a TCP connection.
#[derive(Debug, Default)]
pub(super) struct Endpoint {
    pub(super) state: EndpointState,
    previous: EndpointState,
    /// Whether its closing was noted.
    pub(super) did_close: bool,
    sent_fin: bool,
    at_end: bool,
    seen: bool,
    space: SeqSpace,
    /// Offset one past its FIN.
    fin_end: i64,
    /// Offsets of its last SYN, FIN and RST: a letter is repeated when they change.
    last_syn: u32,
    last_fin: u32,
    last_rst: u32,
    retransmissions: u32,
    zero_windows: u32,
    gaps: u32,
    pub(super) reassembly: Reassembly,
}

impl Endpoint {
    /// Payload bytes by sequence numbers, without SYN and FIN (Zeek's `size`).
    pub(super) fn size(&self, peer: &Endpoint) -> u64 {
        let aborted_half_open = self.previous == EndpointState::SynSent
            && self.state == EndpointState::Reset
            && peer.state == EndpointState::Inactive
            && !self.space.no_data_acked();
        if aborted_half_open {
            return 0;
        }
        let size = u64::try_from(self.space.sent.max(self.space.acked)).unwrap_or(0);
        size.saturating_sub(1).saturating_sub(u64::from(self.sent_fin))
    }

    /// Whether it is established or went on from there to an orderly end.
    fn is_clean(&self) -> bool {
        self.state == EndpointState::Established
            || (self.state == EndpointState::Closed && self.previous == EndpointState::Established)
    }

    /// Whether bytes that it sent before its end are still outstanding.
    fn is_data_pending(&self, peer: &Endpoint) -> bool {
        let delivered = self.reassembly.delivered() as i64;
        if !self.reassembly.is_counting() || self.space.sent < delivered {
            return false;
        }
        (delivered != self.space.sent - 1 && delivered != self.space.sent)
            || (self.state != EndpointState::Reset && peer.reassembly.has_unacknowledged())
    }

    /// Sets up sequence numbers where this segment is the first word on them.
    fn begin(&mut self, segment: &Segment<'_>, len: u32) {
        let (seq, syn) = (SeqNumber(segment.seq), segment.has(Segment::SYN));
        match self.state {
            EndpointState::Inactive if syn => self.space = SeqSpace::new(seq, len),
            // As though there had been a SYN just before, so that the first payload byte has offset 1.
            EndpointState::Inactive => self.space = SeqSpace::new(seq - 1, 1),
            EndpointState::SynSent
            | EndpointState::SynAckSent
            | EndpointState::Established
            | EndpointState::Partial
                if syn && seq != self.space.start() =>
            {
                self.space = SeqSpace::new(seq, len);
            }
            // The RST before it may have been forged.
            EndpointState::Reset if syn && self.previous == EndpointState::Inactive => {
                self.space = SeqSpace::new(seq, len);
            }
            _ => {}
        }
    }

    /// Takes note of how far it has sent; says whether the segment brought payload again.
    fn advance(&mut self, segment: &Segment<'_>, end: i64) -> bool {
        let delta = end - self.space.sent;
        let resync = segment.flags & (Segment::SYN | Segment::RST) != 0;
        if resync && delta.abs() > TOO_LARGE_DELTA {
            return false;
        }
        let only_syn_and_fin = segment.has(Segment::FIN) && self.space.sent == 1;
        if only_syn_and_fin || (self.state != EndpointState::Reset && delta > 0) {
            self.space.sent = end;
            return false;
        }
        self.state != EndpointState::Reset && segment.len > 0
    }
}

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

/// What a segment needs of the connection around the TCP state.
pub(super) struct Context<'a, S: Stream> {
    pub(super) stream: &'a mut S,
    pub(super) shared: &'a mut S::Shared,
    pub(super) history: &'a mut History,
    pub(super) missed_bytes: &'a mut u64,
    pub(super) budget: &'a mut Budget,
    pub(super) ts: Timestamp,
}

/// Both endpoints of a TCP connection.
#[derive(Debug, Default)]
pub(super) struct Tcp {
    pub(super) orig: Endpoint,
    pub(super) resp: Endpoint,
    partial: bool,
    close_deferred: bool,
    outcome: Outcome,
}

impl Tcp {
    /// Payload bytes of a direction.
    pub(super) fn size(&self, direction: Direction) -> u64 {
        let (endpoint, peer) = self.both(direction);
        endpoint.size(peer)
    }

    /// Whether the segment belongs to a new connection that uses the same addresses again.
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

    /// Whether an end by silence is near: a side has closed and the other cannot be expected to go on.
    pub(super) fn is_lingering(&self) -> bool {
        let any = |test: fn(&Endpoint) -> bool| test(&self.orig) || test(&self.resp);
        any(|endpoint| endpoint.did_close)
            && ((self.orig.did_close && self.resp.did_close)
                || any(|endpoint| matches!(endpoint.state, EndpointState::Reset | EndpointState::Inactive)))
    }

    /// Whether a SYN is still without an answer.
    pub(super) fn is_attempt(&self) -> bool {
        matches!(self.orig.state, EndpointState::SynSent | EndpointState::SynAckSent)
            && self.resp.state == EndpointState::Inactive
    }

    /// Lets originator and responder change places.
    pub(super) fn flip(&mut self) {
        std::mem::swap(&mut self.orig, &mut self.resp);
        self.partial = false;
    }

    /// Whether the segment shows that the SYN-ACK before it came from the responder.
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
        self.set_state(Direction::Resp, EndpointState::Established);
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
        let (endpoint, _) = self.both_mut(from);
        endpoint.begin(segment, space_len);
        let offset = endpoint.space.offset_of_seq(SeqNumber(segment.seq));
        let end = offset + i64::from(space_len);
        self.write_history(segment, from, offset, cx.history);
        self.outcome.counts = !(self.orig.did_close && self.resp.did_close);
        let (endpoint, _) = self.both_mut(from);
        if segment.has(Segment::FIN) {
            endpoint.sent_fin = true;
            endpoint.fin_end = end;
        }
        let acked = segment.has(Segment::ACK).then(|| self.note_ack(segment, from));
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

    fn both(&self, from: Direction) -> (&Endpoint, &Endpoint) {
        match from {
            Direction::Orig => (&self.orig, &self.resp),
            Direction::Resp => (&self.resp, &self.orig),
        }
    }

    fn both_mut(&mut self, from: Direction) -> (&mut Endpoint, &mut Endpoint) {
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

    fn write_history(&mut self, segment: &Segment<'_>, from: Direction, offset: i64, history: &mut History) {
        let (endpoint, peer) = self.both_mut(from);
        let (syn, fin, rst) =
            (segment.has(Segment::SYN), segment.has(Segment::FIN), segment.has(Segment::RST));
        let repeat = |history: &mut History, kind, letter, last: &mut u32, at: i64| {
            let at = at as u32;
            if history.once(from, kind, letter) && at != *last {
                history.add(from, letter);
            }
            *last = at;
        };
        match (syn, fin, rst) {
            (_, true, true) => _ = history.once(from, Once::Inconsistent, b'I'),
            (true, true, _) | (true, _, true) => _ = history.once(from, Once::MultiFlag, b'Q'),
            (true, false, false) => {
                let letter = if segment.has(Segment::ACK) { b'H' } else { b'S' };
                repeat(history, Once::Syn, letter, &mut endpoint.last_syn, offset);
            }
            (false, true, false) => {
                repeat(history, Once::Fin, b'F', &mut endpoint.last_fin, offset + i64::from(segment.len));
            }
            (false, false, true) => repeat(history, Once::Rst, b'R', &mut endpoint.last_rst, offset),
            _ if segment.len > 0 => _ = history.once(from, Once::Data, b'D'),
            _ if segment.has(Segment::ACK) => _ = history.once(from, Once::Ack, b'A'),
            _ => {}
        }
        if segment.window == 0
            && !rst
            && peer.state != EndpointState::Closed
            && endpoint.state != EndpointState::Reset
        {
            history.scaled(from, b'W', &mut endpoint.zero_windows);
        }
    }

    /// Takes note of what the segment acknowledges; returns the offset in the peer's space.
    fn note_ack(&mut self, segment: &Segment<'_>, from: Direction) -> i64 {
        let (_, peer) = self.both_mut(from);
        let ack = SeqNumber(segment.ack);
        if peer.state == EndpointState::Inactive {
            peer.space = SeqSpace::new(ack - 1, 0);
            return 1;
        }
        let offset = peer.space.offset_of_ack(ack);
        if offset < 0 {
            return 0;
        }
        let broken = segment.ack == 0 && offset - peer.space.acked > TOO_LARGE_DELTA;
        if !segment.has(Segment::RST) && !broken {
            peer.space.acked = peer.space.acked.max(offset);
        }
        offset
    }

    /// Tells the reassembly of `sender` that its peer has everything below `offset`.
    fn acknowledge<S: Stream>(&mut self, sender: Direction, offset: i64, cx: &mut Context<'_, S>) {
        let partial = self.partial;
        let clean = self.orig.is_clean() && self.resp.is_clean();
        let (endpoint, _) = self.both_mut(sender);
        let last =
            if endpoint.sent_fin && offset >= endpoint.fin_end { endpoint.fin_end - 1 } else { offset };
        let Ok(up_to) = u64::try_from(last) else { return };
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
        let block = Block { start, len, bytes, keep: cx.stream.wants(from) };
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

    fn set_state(&mut self, of: Direction, state: EndpointState) {
        let (endpoint, peer) = self.both_mut(of);
        if endpoint.state == state {
            return;
        }
        let started = !state.is_handshake() && endpoint.state.is_handshake() && peer.state.is_handshake();
        endpoint.previous = endpoint.state;
        endpoint.state = state;
        self.outcome.active |= started;
    }

    /// Moves the state machine; says whether the sender's closing is to be noted.
    fn update_state(&mut self, segment: &Segment<'_>, from: Direction, history: &mut History) -> bool {
        use EndpointState as State;
        let (fin, rst) = (segment.has(Segment::FIN), segment.has(Segment::RST));
        let (endpoint, peer) = self.both(from);
        match endpoint.state {
            State::Inactive => self.update_inactive(segment, from, history),
            State::SynSent | State::SynAckSent => {
                if rst {
                    self.set_state(from, State::Reset);
                } else if fin {
                    self.set_state(from, State::Closed);
                }
                fin || rst
            }
            State::Established | State::Partial => {
                let late_syn = segment.has(Segment::SYN)
                    && !segment.has(Segment::ACK)
                    && endpoint.state == State::Partial
                    && peer.state == State::Inactive;
                let peer_finished_first = peer.state == State::Reset && peer.previous == State::Closed;
                if late_syn {
                    self.set_state(from, State::SynSent);
                }
                if fin && !rst {
                    self.set_state(from, State::Closed);
                    if peer_finished_first {
                        // FIN, then RST, then the other side's FIN is an ordinary end.
                        self.set_state(from.other(), State::Closed);
                    }
                }
                if rst {
                    self.set_state(from, State::Reset);
                }
                fin || rst
            }
            State::Closed => {
                let aborts = rst && peer.state != State::Closed;
                let close = aborts && !endpoint.did_close;
                if aborts {
                    self.set_state(from, State::Reset);
                }
                close
            }
            State::Reset => false,
        }
    }

    /// The first segment that counts from an endpoint.
    fn update_inactive(&mut self, segment: &Segment<'_>, mut from: Direction, history: &mut History) -> bool {
        use EndpointState as State;
        let (syn, fin, rst, ack) = (
            segment.has(Segment::SYN),
            segment.has(Segment::FIN),
            segment.has(Segment::RST),
            segment.has(Segment::ACK),
        );
        if syn {
            from = self.open(from, ack, history);
        }
        if fin {
            self.set_state(from, State::Closed);
        }
        if rst {
            self.set_state(from, State::Reset);
        }
        let (endpoint, peer) = self.both(from);
        if endpoint.state == State::Inactive {
            let acks_syn_early =
                from == Direction::Resp && segment.len == 0 && self.orig.state == State::SynSent;
            if acks_syn_early {
                // Some acknowledge a SYN before they answer it.
            } else if ack && peer.state == State::Established {
                // Only the SYN was missed.
                self.set_state(from, State::Established);
                self.partial = false;
                self.both_mut(from).0.seen = true;
            } else {
                self.set_state(from, State::Partial);
            }
        }
        fin || rst
    }

    /// A SYN or SYN-ACK from an endpoint that was silent; returns the direction it has from now on.
    fn open(&mut self, from: Direction, ack: bool, history: &mut History) -> Direction {
        use EndpointState as State;
        if from == Direction::Orig {
            self.set_state(from, if ack { State::SynAckSent } else { State::SynSent });
            self.outcome.attempt = true;
            return from;
        }
        let mut from = from;
        if !ack && self.orig.state == State::SynAckSent {
            // The SYN-ACK was captured before its SYN.
            self.flip();
            history.flip();
            self.outcome.flip = true;
            from = Direction::Orig;
            self.set_state(Direction::Resp, State::Established);
        }
        if self.both(from).1.state == State::SynSent {
            self.set_state(from.other(), State::Established);
        }
        self.set_state(from, State::Established);
        from
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

/// Sends pieces of a direction to the stream and to the books.
struct Sink<'a, 'b, S: Stream> {
    cx: &'a mut Context<'b, S>,
    from: Direction,
    gaps: &'a mut u32,
    clean: bool,
}

impl<S: Stream> Sink<'_, '_, S> {
    fn drive(&mut self, run: impl FnOnce(&mut Budget, &mut dyn FnMut(Piece<'_>))) {
        let Context { stream, shared, history, missed_bytes, budget, ts } = &mut *self.cx;
        let (from, clean, gaps) = (self.from, self.clean, &mut *self.gaps);
        run(budget, &mut |piece| match piece {
            Piece::Data(bytes) => stream.data(shared, *ts, from, bytes),
            Piece::Gap(len) if stream.wants(from) => stream.gap(shared, *ts, from, len),
            Piece::Missed(len) if clean => {
                **missed_bytes += len;
                history.scaled(from, b'G', gaps);
            }
            _ => {}
        });
    }
}

/// Length in sequence space: SYN and FIN take one each, and the payload of a RST is not part of the stream.
fn space_len(segment: &Segment<'_>) -> u32 {
    let payload = if segment.has(Segment::RST) { 0 } else { segment.len };
    let flags = u32::from(segment.has(Segment::SYN)) + u32::from(segment.has(Segment::FIN));
    payload.saturating_add(flags)
}
