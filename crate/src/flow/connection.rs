//! One connection: its records' worth of state, and what a packet changes in it.

use super::conn_id::ConnId;
use super::delivery::Context;
use super::direction::Direction;
use super::expiry::{Deadlines, Moment};
use super::history::{History, Once};
use super::key::{Ends, Key};
use super::parents::{Parent, Parents};
use super::proto::Proto;
use super::reassembly::Budget;
use super::server_ports;
use super::state::{self, ConnState};
use super::stream::Stream;
use super::tcp::{Outcome, Tcp};
use crate::capture::{Segment, Timestamp, Transport};
use std::net::{IpAddr, Ipv4Addr};

/// A connection as Zeek counts them: TCP, and flows of UDP, ICMP or any other protocol between two endpoints.
#[derive(Debug)]
pub struct Connection<S> {
    /// Addresses and ports, from the originator's side.
    pub id: ConnId,
    /// Transport protocol.
    pub proto: Proto,
    /// Protocol number in the IP header.
    pub ip_proto: u8,
    /// Time of the first packet.
    pub start: Timestamp,
    /// What followed the payload.
    pub stream: S,
    /// Bytes missed in content gaps of an established connection (Zeek: `missed_bytes`).
    pub missed_bytes: u64,
    /// How many connections of the capture began before it.
    pub serial: u64,
    /// What it was tunnelled in (Zeek: `tunnel_parents`).
    pub parents: Parents,
    /// Whether other connections were tunnelled in it.
    pub carries: bool,
    last: Timestamp,
    orig: Traffic,
    resp: Traffic,
    history: History,
    tcp: Option<Tcp>,
    pub(super) deadlines: Deadlines,
    one_way: bool,
}

/// What one side sent.
#[derive(Debug, Clone, Copy, Default)]
struct Traffic {
    packets: u64,
    ip_bytes: u64,
    /// Payload of UDP and ICMP; TCP counts sequence numbers.
    payload: u64,
    dropped: u32,
}

impl<S> Connection<S> {
    /// Seconds from the first packet to the last that counts; absent unless positive (Zeek: `duration`).
    ///
    /// Packets behind the closing of both sides do not count.
    pub fn duration(&self) -> Option<f64> {
        self.last.seconds_since(self.start)
    }

    /// Payload bytes of a direction, of TCP by sequence numbers; absent without a `duration` (Zeek: `orig_bytes`,
    /// `resp_bytes`).
    pub fn bytes(&self, from: Direction) -> Option<u64> {
        self.duration().map(|_| match &self.tcp {
            Some(tcp) => tcp.size(from),
            None => self.traffic(from).payload,
        })
    }

    /// Packets of a direction (Zeek: `orig_pkts`, `resp_pkts`).
    pub fn packets(&self, from: Direction) -> u64 {
        self.traffic(from).packets
    }

    /// Returns the bytes of a direction by the length in the IP header (Zeek: `orig_ip_bytes`, `resp_ip_bytes`).
    pub fn ip_bytes(&self, from: Direction) -> u64 {
        self.traffic(from).ip_bytes
    }

    /// Letters of what happened, in order; absent when nothing has one (Zeek: `history`).
    pub fn history(&self) -> Option<String> {
        let letters: String = self.history.letters().map(char::from).collect();
        (!letters.is_empty()).then_some(letters)
    }

    /// Returns how the connection went (Zeek: `conn_state`).
    pub fn conn_state(&self) -> ConnState {
        match (&self.tcp, self.proto) {
            (Some(tcp), _) => state::of_tcp(tcp, self.history.letters()),
            (None, Proto::Udp) => state::of_udp(self.orig.packets > 0, self.resp.packets > 0),
            _ => ConnState::Oth,
        }
    }

    /// Returns whether payload of either direction was never captured.
    pub fn had_gap(&self) -> bool {
        self.tcp.as_ref().is_some_and(|tcp| tcp.orig.reassembly.had_gap() || tcp.resp.reassembly.had_gap())
    }

    /// Returns the moment at which it ends, or is to be looked at, if no packet comes.
    pub(super) fn due(&self) -> Moment {
        match &self.tcp {
            Some(tcp) => self.deadlines.due(tcp.is_attempt(), tcp.is_lingering()),
            None => self.deadlines.due(false, false),
        }
    }

    /// Returns the key under which the table finds it.
    pub(super) fn key(&self) -> Key {
        let ConnId { orig_h, orig_p, resp_h, resp_p } = self.id;
        let (proto, ip_proto) = (self.proto, self.ip_proto);
        Ends {
            src: orig_h,
            dst: resp_h,
            src_port: orig_p,
            dst_port: resp_p,
            proto,
            ip_proto,
            one_way: self.one_way,
        }
        .key()
    }

    /// Returns whether the segment begins a new connection with the same addresses.
    pub(super) fn is_reused_by(&self, segment: &Segment<'_>) -> bool {
        match (&self.tcp, &segment.transport) {
            // The flags of a header that does not fit are not to be trusted.
            (Some(tcp), Transport::Tcp(segment)) => segment.header_fits && tcp.is_reuse(segment),
            _ => false,
        }
    }

    /// Returns whether letters of the history were left out.
    pub(super) fn is_history_full(&self) -> bool {
        self.history.is_full()
    }

    /// Gives held payload back to the budget.
    pub(super) fn release(&mut self, budget: &mut Budget) {
        if let Some(tcp) = &mut self.tcp {
            tcp.orig.reassembly.release(budget);
            tcp.resp.reassembly.release(budget);
        }
    }

    /// Takes note of the tunnel that its next packet came through.
    pub(super) fn enter(&mut self, parent: Option<Parent>) {
        if self.parents.enter(parent) {
            self.history.once(Direction::Orig, Once::Limit, b'X');
        }
    }

    fn traffic(&self, from: Direction) -> &Traffic {
        match from {
            Direction::Orig => &self.orig,
            Direction::Resp => &self.resp,
        }
    }

    /// Lets originator and responder change places.
    fn swap_ends(&mut self) {
        let ConnId { orig_h, orig_p, resp_h, resp_p } = self.id;
        self.id = ConnId { orig_h: resp_h, orig_p: resp_p, resp_h: orig_h, resp_p: orig_p };
        std::mem::swap(&mut self.orig, &mut self.resp);
    }
}

impl<S: Stream> Connection<S> {
    /// Returns the connection that this segment begins. The sender is the originator, unless it looks like a server's
    /// answer.
    pub(super) fn begin(
        segment: &Segment<'_>,
        ends: &Ends,
        now: Moment,
        serial: u64,
        shared: &mut S::Shared,
    ) -> Self {
        let id = ConnId { orig_h: ends.src, orig_p: ends.src_port, resp_h: ends.dst, resp_p: ends.dst_port };
        let mut connection = Connection {
            id,
            proto: ends.proto,
            ip_proto: segment.ip_proto,
            start: segment.ts,
            stream: S::default(),
            missed_bytes: 0,
            serial,
            parents: Parents::default(),
            carries: false,
            last: segment.ts,
            orig: Traffic::default(),
            resp: Traffic::default(),
            history: History::default(),
            tcp: matches!(segment.transport, Transport::Tcp(_)).then(Tcp::default),
            deadlines: Deadlines::new(now),
            one_way: ends.one_way,
        };
        if is_answer(segment) && ends.dst != IpAddr::V4(Ipv4Addr::BROADCAST) {
            connection.swap_ends();
            connection.history.flip();
        }
        connection.stream = S::open(&connection.id, connection.proto, shared);
        if connection.proto == Proto::Udp && server_ports::is_dns(connection.id.resp_p) {
            connection.deadlines.expect_dns();
        }
        connection
    }

    /// Notes a segment that was dropped for its checksum. Zeek has no letter for it in ICMP.
    pub(super) fn note_dropped(&mut self, ends: &Ends) {
        let from = self.direction(ends);
        let traffic = match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        };
        if matches!(self.proto, Proto::Tcp | Proto::Udp) {
            self.history.scaled(from, b'C', &mut traffic.dropped);
        }
    }

    /// Takes a segment that belongs to it.
    pub(super) fn receive(
        &mut self,
        segment: &Segment<'_>,
        ends: &Ends,
        now: Moment,
        shared: &mut S::Shared,
        budget: &mut Budget,
    ) {
        // Zeek has opened the connection by then, and counts nothing of the packet.
        if matches!(&segment.transport, Transport::Tcp(tcp) if !tcp.header_fits) {
            return;
        }
        if let (Transport::Tcp(tcp_segment), Some(tcp)) = (&segment.transport, &mut self.tcp)
            && tcp.began_with_answer(tcp_segment)
        {
            let outcome = tcp.turn();
            self.apply(outcome, segment.ts, now);
            self.swap_ends();
            self.history.turn();
        }
        let from = self.direction(ends);
        let (mut payload, mut reversed) = (0, false);
        match (&segment.transport, &mut self.tcp) {
            (Transport::Tcp(tcp_segment), Some(tcp)) => {
                let mut cx = Context {
                    stream: &mut self.stream,
                    shared,
                    history: &mut self.history,
                    missed_bytes: &mut self.missed_bytes,
                    budget,
                    ts: Timestamp(now),
                };
                let outcome = tcp.segment(tcp_segment, from, &mut cx);
                self.apply(outcome, segment.ts, now);
            }
            (Transport::Udp(udp), _) => {
                payload = u64::from(udp.len);
                self.history.once(from, Once::Data, b'D');
                self.touch(segment.ts, now);
                if self.stream.wants(from) {
                    self.stream.datagram(shared, Timestamp(now), from, udp.payload);
                    reversed = self.stream.take_reversal();
                    if self.stream.take_limit() {
                        self.history.once(Direction::Orig, Once::Limit, b'X');
                    }
                }
            }
            (Transport::Icmp(message), _) => {
                payload = u64::from(message.len);
                self.touch(segment.ts, now);
            }
            (Transport::Other, _) => self.touch(segment.ts, now),
            (Transport::Tcp(_), None) => {}
        }
        if segment.too_deep {
            self.history.once(Direction::Orig, Once::Limit, b'X');
        }
        // By the direction before a flip, as Zeek counts.
        let traffic = match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        };
        traffic.packets += 1;
        traffic.ip_bytes += u64::from(segment.ip_len);
        traffic.payload += payload;
        if reversed {
            self.swap_ends();
            self.history.flip();
        }
    }

    fn direction(&self, ends: &Ends) -> Direction {
        let is_orig = ends.src == self.id.orig_h && ends.src_port == self.id.orig_p;
        if is_orig { Direction::Orig } else { Direction::Resp }
    }

    fn apply(&mut self, outcome: Outcome, ts: Timestamp, now: Moment) {
        if outcome.counts {
            self.touch(ts, now);
        }
        if outcome.flip {
            self.swap_ends();
        }
        if outcome.active {
            self.deadlines.establish(server_ports::is_interactive(self.id.resp_p));
        }
        if outcome.attempt {
            self.deadlines.attempt(now);
        }
        if outcome.half_closed {
            self.deadlines.half_close();
        }
        if outcome.closed {
            self.deadlines.close();
        }
    }

    fn touch(&mut self, ts: Timestamp, now: Moment) {
        self.last = ts;
        self.deadlines.touch(now);
    }
}

/// Returns whether the first segment of a connection comes from where a server is expected, to where none is.
fn is_answer(segment: &Segment<'_>) -> bool {
    match &segment.transport {
        Transport::Tcp(tcp) => {
            use crate::capture::Tcp;
            let is_syn = tcp.has(Tcp::SYN);
            if (is_syn && !tcp.has(Tcp::ACK)) || !server_ports::is_tcp(tcp.src_port) {
                return false;
            }
            // Between two such ports the lower is the server's; a SYN-ACK may be a scan and stays as it is.
            !server_ports::is_tcp(tcp.dst_port) || (!is_syn && tcp.src_port < tcp.dst_port)
        }
        Transport::Udp(udp) => server_ports::is_udp(udp.src_port) && !server_ports::is_udp(udp.dst_port),
        Transport::Icmp(_) | Transport::Other => false,
    }
}
