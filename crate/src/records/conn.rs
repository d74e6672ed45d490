//! `conn.log`: one record a connection.

use super::schema::record;
use super::value::{Name, Texts};
use crate::flow::{ConnState, Proto};
use std::net::IpAddr;
use std::sync::Arc;

record! {
    /// One connection, as a line of Zeek's `conn.log` (`Conn::Info`).
    ConnRecord = "conn"
    key {
        /// Time of the first packet, epoch seconds.
        ts: f64 = Time "ts",
        /// Identifier of the connection, unique within one input.
        uid: Arc<str> = String "uid",
        /// Originator's address.
        orig_h: IpAddr = Addr "id.orig_h",
        /// Originator's port.
        orig_p: u16 = Port "id.orig_p",
        /// Responder's address.
        resp_h: IpAddr = Addr "id.resp_h",
        /// Responder's port.
        resp_p: u16 = Port "id.resp_p",
        /// Transport protocol.
        proto: Proto = Enum "proto",
    }
    rest {
        /// Application protocols recognised by content, separated by commas; absent where none was.
        service: Option<Name> = String "service",
        /// Seconds from the first packet to the last; absent where only one was seen.
        duration: Option<f64> = Interval "duration",
        /// Payload bytes that the originator sent, by sequence numbers for TCP; absent where `duration` is.
        orig_bytes: Option<u64> = Count "orig_bytes",
        /// Payload bytes that the responder sent; absent where `duration` is.
        resp_bytes: Option<u64> = Count "resp_bytes",
        /// How the connection went.
        conn_state: Option<ConnState> = String "conn_state",
        /// Whether the originator is in a local network; absent where none is configured.
        local_orig: Option<bool> = Bool "local_orig",
        /// Whether the responder is in a local network; absent where none is configured.
        local_resp: Option<bool> = Bool "local_resp",
        /// Bytes missing from the reassembled payload.
        missed_bytes: u64 = Count "missed_bytes",
        /// One letter for each kind of event, in order; upper case for the originator's.
        history: Option<Box<str>> = String "history",
        /// Packets that the originator sent.
        orig_pkts: u64 = Count "orig_pkts",
        /// Bytes of the originator's IP packets, headers included.
        orig_ip_bytes: u64 = Count "orig_ip_bytes",
        /// Packets that the responder sent.
        resp_pkts: u64 = Count "resp_pkts",
        /// Bytes of the responder's IP packets, headers included.
        resp_ip_bytes: u64 = Count "resp_ip_bytes",
        /// Identifiers of the connections that this one was tunnelled in; absent outside tunnels.
        tunnel_parents: Option<Texts> = StringSet "tunnel_parents",
        /// IP protocol number.
        ip_proto: Option<u8> = Count "ip_proto",
    }
    parts {}
    older {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_record_is_small() {
        assert!(size_of::<ConnRecord>() <= 216, "{}", size_of::<ConnRecord>());
    }
}
