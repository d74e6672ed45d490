//! What Zeek's quic.log says of the connections in a flow, after `scripts/base/protocols/quic/main.zeek`.

use super::packet::Long;
use crate::capture::Timestamp;
use data_encoding::HEXLOWER;

/// One QUIC connection, or the part of it up to a Retry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuicConnection {
    /// When its first packet was seen. Zeek: `ts`.
    pub ts: Timestamp,
    /// Version of that packet, by Zeek's name. Zeek: `version`.
    pub version: String,
    /// Destination of the client's first packet, in hex. Zeek: `client_initial_dcid`.
    pub client_initial_dcid: Option<String>,
    /// The client's own identifier, in hex. Zeek: `client_scid`.
    pub client_scid: Option<String>,
    /// The server's own identifier, in hex. Zeek: `server_scid`.
    pub server_scid: Option<String>,
    /// Name that the ClientHello asks for. Zeek: `server_name`.
    pub server_name: Option<String>,
    /// First protocol that the ClientHello offers. Zeek: `client_protocol`.
    pub client_protocol: Option<String>,
    /// Letters of what came, the client's in capitals. Zeek: `history`.
    pub history: String,
}

/// Zeek stops `history` here (`QUIC::max_history_length`).
const MAX_HISTORY: usize = 100;

/// Connections of one flow that are kept.
const MAX_CONNECTIONS: usize = 16;

/// The connections while they go on.
#[derive(Debug, Default)]
pub(super) struct History {
    ended: Vec<QuicConnection>,
    open: Option<QuicConnection>,
    short: [Shorts; 2],
}

/// Packets with a short header of one side; every power of two has its letter.
#[derive(Debug, Default)]
struct Shorts(u64);

impl History {
    /// A packet with a long header came, whose letter is `letter`.
    pub(super) fn packet(&mut self, ts: Timestamp, is_client: bool, packet: &Long<'_>, letter: char) {
        let new = || QuicConnection {
            ts,
            version: packet.version.name(),
            client_initial_dcid: None,
            client_scid: None,
            server_scid: None,
            server_name: None,
            client_protocol: None,
            history: String::new(),
        };
        let connection = self.open.get_or_insert_with(new);
        if is_client {
            if !packet.dcid.is_empty() {
                connection.client_initial_dcid.get_or_insert_with(|| HEXLOWER.encode(packet.dcid));
            }
            connection.client_scid = Some(HEXLOWER.encode(packet.scid));
        } else {
            connection.server_scid = Some(HEXLOWER.encode(packet.scid));
        }
        self.letter(is_client, letter);
    }

    /// A packet with a short header came.
    pub(super) fn short(&mut self, is_client: bool) {
        let [server, client] = &mut self.short;
        let Shorts(count) = if is_client { client } else { server };
        *count += 1;
        if count.is_power_of_two() {
            self.letter(is_client, 'o');
        }
    }

    /// Something came that is told by its letter alone; nothing where no connection is open.
    pub(super) fn letter(&mut self, is_client: bool, letter: char) {
        if let Some(open) = self.open.as_mut().filter(|open| open.history.len() < MAX_HISTORY) {
            open.history.push(if is_client { letter.to_ascii_uppercase() } else { letter });
        }
    }

    /// What the ClientHello asks for.
    pub(super) fn client_hello(&mut self, server_name: Option<&str>, protocol: Option<String>) {
        if let Some(open) = &mut self.open {
            open.server_name = server_name.map(str::to_owned).or(open.server_name.take());
            open.client_protocol = protocol.or(open.client_protocol.take());
        }
    }

    /// The connection ends here; what comes next begins another.
    pub(super) fn end(&mut self) {
        let fits = self.ended.len() < MAX_CONNECTIONS;
        self.ended.extend(self.open.take().filter(|_| fits));
    }

    /// Returns the connections, in order.
    pub(super) fn finish(mut self) -> Vec<QuicConnection> {
        self.end();
        self.ended
    }
}
