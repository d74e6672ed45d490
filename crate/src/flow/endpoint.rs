//! One side of a TCP connection: its state, its sequence space and the letters that it adds to the history.

use super::direction::Direction;
use super::history::{History, Once};
use super::reassembly::Reassembly;
use super::seq::{SeqNumber, SeqSpace};
use crate::capture::Tcp as Segment;

/// A SYN or RST that jumps further than this has a sequence number not to be trusted.
const TOO_LARGE_DELTA: i64 = 1_048_576;

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
    /// Returns whether the handshake is not over.
    pub(super) fn is_handshake(self) -> bool {
        matches!(self, EndpointState::Inactive | EndpointState::SynSent | EndpointState::SynAckSent)
    }
}

/// One side of a TCP connection.
#[derive(Debug, Default)]
pub(super) struct Endpoint {
    /// What was seen from it.
    pub(super) state: EndpointState,
    /// The state before that.
    pub(super) previous: EndpointState,
    /// Whether its closing was noted.
    pub(super) did_close: bool,
    /// Whether it sent FIN.
    pub(super) sent_fin: bool,
    /// Whether everything before its end was given out.
    pub(super) at_end: bool,
    /// Whether it sent anything.
    pub(super) seen: bool,
    pub(super) space: SeqSpace,
    /// Offset one past its FIN.
    pub(super) fin_end: i64,
    /// Offsets of its last SYN, FIN and RST: a letter is repeated when they change.
    last_syn: u32,
    last_fin: u32,
    last_rst: u32,
    pub(super) retransmissions: u32,
    zero_windows: u32,
    pub(super) gaps: u32,
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

    /// Returns whether it is established or went on from there to an orderly end.
    pub(super) fn is_clean(&self) -> bool {
        self.state == EndpointState::Established
            || (self.state == EndpointState::Closed && self.previous == EndpointState::Established)
    }

    /// Returns whether bytes that it sent before its end are still outstanding.
    pub(super) fn is_data_pending(&self, peer: &Endpoint) -> bool {
        let delivered = self.reassembly.delivered() as i64;
        if !self.reassembly.is_counting() || self.space.sent < delivered {
            return false;
        }
        (delivered != self.space.sent - 1 && delivered != self.space.sent)
            || (self.state != EndpointState::Reset && peer.reassembly.has_unacknowledged())
    }

    /// Sets up sequence numbers where this segment is the first word on them.
    pub(super) fn begin(&mut self, segment: &Segment<'_>, len: u32) {
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
    pub(super) fn advance(&mut self, segment: &Segment<'_>, end: i64) -> bool {
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

    /// Writes the letters of a segment that begins at `offset`.
    pub(super) fn write_history(
        &mut self,
        segment: &Segment<'_>,
        (from, peer): (Direction, EndpointState),
        offset: i64,
        history: &mut History,
    ) {
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
                repeat(history, Once::Syn, letter, &mut self.last_syn, offset);
            }
            (false, true, false) => {
                repeat(history, Once::Fin, b'F', &mut self.last_fin, offset + i64::from(segment.len));
            }
            (false, false, true) => repeat(history, Once::Rst, b'R', &mut self.last_rst, offset),
            _ if segment.len > 0 => _ = history.once(from, Once::Data, b'D'),
            _ if segment.has(Segment::ACK) => _ = history.once(from, Once::Ack, b'A'),
            _ => {}
        }
        if segment.window == 0 && !rst && peer != EndpointState::Closed && self.state != EndpointState::Reset
        {
            history.scaled(from, b'W', &mut self.zero_windows);
        }
    }

    /// Takes note of what the peer's segment acknowledges; returns the offset.
    pub(super) fn note_ack(&mut self, segment: &Segment<'_>) -> i64 {
        let ack = SeqNumber(segment.ack);
        if self.state == EndpointState::Inactive {
            self.space = SeqSpace::new(ack - 1, 0);
            return 1;
        }
        let offset = self.space.offset_of_ack(ack);
        if offset < 0 {
            return 0;
        }
        let broken = segment.ack == 0 && offset - self.space.acked > TOO_LARGE_DELTA;
        if !segment.has(Segment::RST) && !broken {
            self.space.acked = self.space.acked.max(offset);
        }
        offset
    }
}

/// Returns the length in sequence space: SYN and FIN take one each, and the payload of a RST is not part of the stream.
pub(super) fn space_len(segment: &Segment<'_>) -> u32 {
    let payload = if segment.has(Segment::RST) { 0 } else { segment.len };
    let flags = u32::from(segment.has(Segment::SYN)) + u32::from(segment.has(Segment::FIN));
    payload.saturating_add(flags)
}
