//! The state machine of a TCP connection, as Zeek's.

use super::direction::Direction;
use super::endpoint::EndpointState as State;
use super::history::History;
use super::tcp::Tcp;
use crate::capture::Tcp as Segment;

impl Tcp {
    /// Moves an endpoint to a state.
    pub(super) fn set_state(&mut self, of: Direction, state: State) {
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
    pub(super) fn update_state(
        &mut self,
        segment: &Segment<'_>,
        from: Direction,
        history: &mut History,
    ) -> bool {
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

    /// Returns the first segment that counts from an endpoint.
    fn update_inactive(&mut self, segment: &Segment<'_>, mut from: Direction, history: &mut History) -> bool {
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

    /// Returns a SYN or SYN-ACK from an endpoint that was silent; returns the direction it has from now on.
    fn open(&mut self, from: Direction, ack: bool, history: &mut History) -> Direction {
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
}
