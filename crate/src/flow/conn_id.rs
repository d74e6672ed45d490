//! Addresses and ports of a connection.

use std::net::IpAddr;

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
