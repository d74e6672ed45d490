//! `ssl.log`: one record a TLS connection.

use super::hello::{Choice, Offer};
use super::schema::record;
use super::value::{Name, Texts};
use std::net::IpAddr;
use std::sync::Arc;

record! {
    /// One TLS or SSL handshake, as a line of Zeek's `ssl.log` (`SSL::Info`).
    ///
    /// Zeek 9.1 writes subjects and issuers only with a policy script, `renegotiated` never; here they are always there.
    SslRecord = "ssl"
    key {
        /// Time when TLS was first seen, epoch seconds.
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
        /// Version that the server chose (`TLSv12`); absent without a ServerHello.
        version: Option<Name> = String "version",
        /// Cipher suite that the server chose, by its IANA name.
        cipher: Option<Name> = String "cipher",
        /// Elliptic curve or named group of the key exchange; absent where it has none.
        curve: Option<Name> = String "curve",
        /// Name that the client asked for (RFC 6066 server_name).
        server_name: Option<Arc<str>> = String "server_name",
        /// Whether an earlier session was resumed.
        resumed: bool = Bool "resumed",
        /// Last alert, by its name in RFC 8446; absent where none was seen.
        last_alert: Option<Name> = String "last_alert",
        /// Protocol that the server chose by ALPN.
        next_protocol: Option<Box<str>> = String "next_protocol",
        /// Whether the handshake completed.
        established: bool = Bool "established",
        /// One letter for each handshake message, in order; upper case for the client's.
        ssl_history: Option<Box<str>> = String "ssl_history",
        /// SHA-256 fingerprints of the server's certificates, its own first; absent where none was seen.
        cert_chain_fps: Option<Texts> = StringVector "cert_chain_fps",
        /// SHA-256 fingerprints of the client's certificates, its own first.
        client_cert_chain_fps: Option<Texts> = StringVector "client_cert_chain_fps",
        /// Subject of the server's certificate (RFC 2253).
        subject: Option<Arc<str>> = String "subject",
        /// Issuer of the server's certificate (RFC 2253).
        issuer: Option<Arc<str>> = String "issuer",
        /// Subject of the client's certificate (RFC 2253).
        client_subject: Option<Arc<str>> = String "client_subject",
        /// Issuer of the client's certificate (RFC 2253).
        client_issuer: Option<Arc<str>> = String "client_issuer",
        /// Whether the server's certificate covers `server_name`; absent where either is.
        sni_matches_cert: Option<bool> = Bool "sni_matches_cert",
        /// Whether the client began another handshake in the clear.
        renegotiated: Option<bool> = Bool "renegotiated",
    }
    parts {
        /// What the client offered; absent without a ClientHello.
        offer: Offer,
        /// What the server chose; absent without a ServerHello.
        choice: Choice,
    }
    older {
        /// File identifiers of the server's certificates, the `id` of an older `x509.log`.
        cert_chain_fuids: Option<Texts> = StringVector "cert_chain_fuids",
    }
}

impl SslRecord {
    /// Identifiers of the server's certificates, its own first: fingerprints, or file identifiers in older logs.
    pub fn server_chain(&self) -> impl Iterator<Item = &str> {
        let older = self.cert_chain_fuids.as_deref().filter(|chain| !chain.is_empty());
        let chain = older.or(self.cert_chain_fps.as_deref()).unwrap_or_default();
        chain.iter().map(AsRef::as_ref).filter(|id: &&str| !id.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_record_is_small() {
        assert!(size_of::<SslRecord>() <= 344, "{}", size_of::<SslRecord>());
    }
}
