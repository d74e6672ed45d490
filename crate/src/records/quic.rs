//! `quic.log`: one record a QUIC connection; Zeek begins another behind a Retry.

use super::schema::record;
use std::net::IpAddr;
use std::sync::Arc;

record! {
    /// One QUIC connection, as a line of Zeek's `quic.log` (`QUIC::Info`). Its TLS handshake is a record of `ssl.log`.
    QuicRecord = "quic"
    key {
        /// Time of its first packet, epoch seconds.
        ts: f64 = Time "ts",
        /// Identifier of the connection in `conn.log`.
        uid: Arc<str> = String "uid",
        /// Originator's address.
        orig_h: IpAddr = Addr "id.orig_h",
        /// Originator's port.
        orig_p: u16 = Port "id.orig_p",
        /// Responder's address.
        resp_h: IpAddr = Addr "id.resp_h",
        /// Responder's port.
        resp_p: u16 = Port "id.resp_p",
    }
    rest {
        /// Version of its first packet: `1`, `quicv2`, `draft-29`, `unknown-` and a number in hex.
        version: Option<Box<str>> = String "version",
        /// Destination of the client's first packet, in hex: the Initial keys derive from it.
        client_initial_dcid: Option<Box<str>> = String "client_initial_dcid",
        /// The client's own connection identifier, in hex.
        client_scid: Option<Box<str>> = String "client_scid",
        /// The server's own connection identifier, in hex.
        server_scid: Option<Box<str>> = String "server_scid",
        /// Name that the client asked for.
        server_name: Option<Box<str>> = String "server_name",
        /// First protocol that the client offers by ALPN.
        client_protocol: Option<Box<str>> = String "client_protocol",
        /// What came, a letter each, upper case for the client's: `i` Initial, `h` Handshake, `z` 0-RTT, `r` Retry, `s` hello,
        /// `c` CONNECTION_CLOSE in an Initial, `u` another version, `x` no packet, `o` short header (at powers of two).
        history: Option<Box<str>> = String "history",
    }
    parts {}
    older {}
}
