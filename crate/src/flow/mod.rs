//! [`Segment`](crate::capture::Segment) → `Connection`: sequence numbers, reassembly, history letters, the table.

mod connection;
mod delivery;
mod endpoint;
mod expiry;
mod history;
mod icmp;
mod key;
mod machine;
mod parents;
mod reassembly;
mod seq;
mod server_ports;
mod state;
mod table;
mod tcp;
#[cfg(test)]
mod tests;

pub use connection::Connection;
pub use parents::Parents;
pub use table::{Limits, Table};

use crate::capture::Timestamp;
use std::net::IpAddr;

/// Which endpoint sent something: the originator of the connection or its responder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From `orig_h` to `resp_h`.
    Orig,
    /// From `resp_h` to `orig_h`.
    Resp,
}

impl Direction {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Direction::Orig => Direction::Resp,
            Direction::Resp => Direction::Orig,
        }
    }
}

/// Transport protocol as Zeek's `proto` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proto {
    /// `tcp`
    Tcp,
    /// `udp`
    Udp,
    /// `icmp`, for ICMP and ICMPv6
    Icmp,
    /// `unknown_transport`, for any other IP protocol
    Unknown,
}

impl Proto {
    /// Zeek's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Proto::Tcp => "tcp",
            Proto::Udp => "udp",
            Proto::Icmp => "icmp",
            Proto::Unknown => "unknown_transport",
        }
    }

    /// The protocol that Zeek's `name` stands for.
    pub fn parse(name: &str) -> Self {
        match name {
            "tcp" => Proto::Tcp,
            "udp" => Proto::Udp,
            "icmp" => Proto::Icmp,
            _ => Proto::Unknown,
        }
    }
}

/// How a connection went, as Zeek's `conn_state` puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnState {
    /// Connection attempt seen, no reply.
    S0,
    /// Established, not terminated.
    S1,
    /// Established, close attempt by the originator seen, no reply from the responder.
    S2,
    /// Established, close attempt by the responder seen, no reply from the originator.
    S3,
    /// Normal establishment and termination.
    SF,
    /// Attempt rejected.
    Rej,
    /// Established, the originator aborted.
    RstO,
    /// Established, the responder aborted.
    RstR,
    /// SYN then RST from the originator, no SYN-ACK.
    RstOS0,
    /// SYN-ACK then RST from the responder, no SYN.
    RstRH,
    /// SYN then FIN from the originator, no SYN-ACK.
    SH,
    /// SYN-ACK then FIN from the responder, no SYN.
    ShR,
    /// No SYN seen: midstream traffic.
    Oth,
}

impl ConnState {
    const NAMES: [(ConnState, &'static str); 13] = [
        (ConnState::S0, "S0"),
        (ConnState::S1, "S1"),
        (ConnState::S2, "S2"),
        (ConnState::S3, "S3"),
        (ConnState::SF, "SF"),
        (ConnState::Rej, "REJ"),
        (ConnState::RstO, "RSTO"),
        (ConnState::RstR, "RSTR"),
        (ConnState::RstOS0, "RSTOS0"),
        (ConnState::RstRH, "RSTRH"),
        (ConnState::SH, "SH"),
        (ConnState::ShR, "SHR"),
        (ConnState::Oth, "OTH"),
    ];

    /// Zeek's name.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(state, _)| *state == self).map_or("OTH", |(_, name)| name)
    }

    /// The state that Zeek's `name` stands for.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// Zeek's `conn_id`: the four addresses of a connection, seen from its originator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConnId {
    /// Originator's address.
    pub orig_h: IpAddr,
    /// Originator's port (ICMP: the message type).
    pub orig_p: u16,
    /// Responder's address.
    pub resp_h: IpAddr,
    /// Responder's port (ICMP: the counterpart type or the code).
    pub resp_p: u16,
}

/// What a connection was tunnelled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// The connection with this serial number.
    Connection(u64),
    /// Packets of IP between two addresses, the lower first.
    Addresses(IpAddr, IpAddr),
}

/// What follows the payload of one connection. The table calls it; the stages behind this one implement it.
pub trait Stream: Default {
    /// What all streams of a run share (the certificates seen, the counts of oddities).
    type Shared;

    /// The next bytes of a TCP direction, in order and without repetition.
    fn data(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// `len` bytes of a TCP direction were not captured before the other side acknowledged them, or before what lies behind
    /// them had to be given out; what comes next lies behind them.
    fn gap(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, len: u64);

    /// The next bytes of the gap that was told last, which were captured after all.
    fn late(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// One UDP payload.
    fn datagram(&mut self, shared: &mut Self::Shared, ts: Timestamp, from: Direction, bytes: &[u8]);

    /// Whether more bytes from `from` matter. Once false, the table stops to buffer that direction and only counts.
    fn wants(&self, from: Direction) -> bool;
}
