//! In-order payload → [`TlsHandshake`]: records, handshakes, alerts, names of code points.
//!
//! A connection's bytes come in through [`TlsStream`]. `detect` decides from the first ones whether they are TLS;
//! `preamble` follows the plain talk that may stand before, `gssapi` lines of FTP that carry TLS, and `rdp_security` what
//! RDP has in place of TLS; `record` and `handshake` cut them into messages, `dtls` does
//! so with datagrams; `session` decides what is readable, `messages` reads it, and `summary` holds what Zeek's ssl.log
//! would say.

pub(crate) mod budget;
mod certificates;
mod client_hello;
mod detect;
mod dtls;
mod extension;
mod fingerprint;
mod gssapi;
mod handshake;
mod messages;
mod names;
mod preamble;
mod quic;
mod rdp_security;
mod record;
#[cfg(test)]
mod sample;
mod server_hello;
mod session;
mod shared;
mod sslv2;
mod stream;
mod summary;
mod tcp;
#[cfg(test)]
mod tests;

pub use certificates::{Certificates, Fingerprint, SeenCertificate};
pub use client_hello::ClientHello;
pub use extension::MAX_CODES;
pub use names::{AlertDescription, CipherSuite, NamedGroup, Version, is_grease};
pub use quic::QuicConnection;
pub use server_hello::ServerHello;
pub use shared::Shared;
pub use stream::TlsStream;
pub use summary::{Carrier, TlsHandshake};
