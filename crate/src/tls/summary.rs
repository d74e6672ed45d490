//! What Zeek's ssl.log says of a connection, after the rules of its `scripts/base/protocols/ssl/main.zeek`.

use super::certificates::Fingerprint;
use super::client_hello::ClientHello;
use super::handshake::kind;
use super::names::{AlertDescription, CipherSuite, NamedGroup, Version};
use super::server_hello::ServerHello;
use crate::capture::Timestamp;
use crate::counter::bound;

/// What carries a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carrier {
    /// Records in a stream of bytes: TLS and SSL.
    #[default]
    Tcp,
    /// Records in datagrams: DTLS (RFC 6347, RFC 9147).
    Dtls,
    /// CRYPTO frames: QUIC (RFC 9001).
    Quic,
}

/// The TLS handshake of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsHandshake {
    /// What carried it.
    pub carrier: Carrier,
    /// When TLS was first seen: the first readable record, usually the ClientHello. Zeek: `ts`.
    pub ts: Timestamp,
    /// Version that the server chose; `None` without a ServerHello. Zeek: `version`.
    pub version: Option<Version>,
    /// Suite that the server chose; `None` without a ServerHello. Zeek: `cipher`.
    pub cipher: Option<CipherSuite>,
    /// Group of an ephemeral elliptic-curve exchange or of TLS 1.3's key share. Zeek: `curve`.
    pub curve: Option<NamedGroup>,
    /// First host name of the client's server_name. Zeek: `server_name`.
    pub server_name: Option<String>,
    /// Whether keys of an earlier connection were used. Zeek: `resumed`.
    pub resumed: bool,
    /// Last alert in the clear. Zeek: `last_alert`.
    pub last_alert: Option<AlertDescription>,
    /// Protocol that the server chose by ALPN, in the clear before TLS 1.3 only. Zeek: `next_protocol`.
    pub next_protocol: Option<String>,
    /// Whether both directions came as far as to encrypt. Zeek: `established`.
    pub established: bool,
    /// Message letters in order, the client's in capitals. Zeek: `ssl_history`.
    pub ssl_history: String,
    /// The server's chain as sent; TLS 1.3 hides it. Zeek: `cert_chain_fps`.
    pub cert_chain_fps: Vec<Fingerprint>,
    /// The client's chain as sent. Zeek: `client_cert_chain_fps`.
    pub client_cert_chain_fps: Vec<Fingerprint>,
    /// The first ClientHello; `None` if it was not captured or does not parse.
    pub client_hello: Option<Box<ClientHello>>,
    /// The last ServerHello that is no HelloRetryRequest.
    pub server_hello: Option<Box<ServerHello>>,
    /// Whether a ClientHello came in the clear behind a ServerHello (RFC 5246 section 7.4.1.1).
    pub renegotiated: bool,
    /// JA3 and JA4 of the last ClientHello that was sent again before a ServerHello, as a HelloRetryRequest asks for (RFC
    /// 8446 section 4.1.2); `None` if one was enough.
    pub retried: Option<(String, String)>,
    /// JA3S of the HelloRetryRequest; `None` without one.
    pub ja3s_retry: Option<String>,
}

/// Zeek stops `ssl_history` here (`SSL::max_ssl_history_length`).
const MAX_HISTORY: usize = 100;

/// Certificates of a chain that are kept; the longest real chains have about ten.
pub(super) const MAX_CHAIN: usize = bound::CHAIN_LENGTH;

/// The record while it grows, and what decides `resumed`.
#[derive(Debug)]
pub(super) struct Summary {
    handshake: TlsHandshake,
    /// Nothing was seen that would have made Zeek open a record.
    empty: bool,
    /// The record is as Zeek wrote it; whatever comes later does not count.
    closed: bool,
    offered_session: Option<[u8; 32]>,
    ticket_without_session: bool,
    client_key_exchange_seen: bool,
    client_psk_seen: bool,
}

impl Default for Summary {
    fn default() -> Self {
        Summary::new(Carrier::default())
    }
}

impl Summary {
    /// Returns a summary of a handshake in `carrier`, of which nothing was seen yet.
    pub(super) fn new(carrier: Carrier) -> Self {
        Summary {
            handshake: TlsHandshake {
                carrier,
                ts: Timestamp::default(),
                version: None,
                cipher: None,
                curve: None,
                server_name: None,
                resumed: false,
                last_alert: None,
                next_protocol: None,
                established: false,
                ssl_history: String::new(),
                cert_chain_fps: Vec::new(),
                client_cert_chain_fps: Vec::new(),
                client_hello: None,
                server_hello: None,
                renegotiated: false,
                retried: None,
                ja3s_retry: None,
            },
            empty: true,
            closed: false,
            offered_session: None,
            ticket_without_session: false,
            client_key_exchange_seen: false,
            client_psk_seen: false,
        }
    }

    /// Something readable was seen.
    pub(super) fn begin(&mut self, ts: Timestamp) {
        if std::mem::take(&mut self.empty) {
            self.handshake.ts = ts;
        }
    }

    /// Zeek writes its record when it meets a violation, if it has opened one.
    pub(super) fn violation(&mut self) {
        self.closed = !self.empty;
    }

    /// Returns whether the record is final.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Returns whether both directions encrypt.
    pub(super) fn is_established(&self) -> bool {
        self.handshake.established
    }

    /// Both directions encrypt: Zeek writes its record.
    pub(super) fn established(&mut self, ts: Timestamp) {
        self.begin(ts);
        self.handshake.established = true;
        self.closed = true;
    }

    /// Returns the record; `None` if nothing readable was seen.
    pub(super) fn finish(self) -> Option<TlsHandshake> {
        (!self.empty).then_some(self.handshake)
    }

    /// Message letters so far.
    pub(super) fn history(&self) -> &str {
        &self.handshake.ssl_history
    }

    /// Returns the first ClientHello, if one came.
    pub(super) fn first_client_hello(&self) -> Option<&ClientHello> {
        self.handshake.client_hello.as_deref()
    }

    /// Returns the server's choice so far.
    pub(super) fn cipher(&self) -> Option<CipherSuite> {
        self.handshake.cipher
    }

    pub(super) fn letter(&mut self, letter: char, is_client: bool) {
        if self.handshake.ssl_history.len() < MAX_HISTORY {
            let letter = if is_client { letter.to_ascii_uppercase() } else { letter };
            self.handshake.ssl_history.push(letter);
        }
    }

    /// A ClientHello's extensions and session; its letter follows apart, because SSL 2.0 has its own rule.
    pub(super) fn client_hello(&mut self, hello: ClientHello) {
        if let Some(name) = &hello.server_name {
            self.handshake.server_name = Some(name.clone());
        }
        self.ticket_without_session |= hello.session_ticket;
        self.client_psk_seen |= hello.pre_shared_key;
        if let Some(session) = comparable_session(&hello.session_id) {
            self.offered_session = Some(session);
            self.ticket_without_session = false;
        }
        self.handshake.renegotiated |= self.handshake.server_hello.is_some();
        self.sent_again(&hello);
        self.handshake.client_hello.get_or_insert_with(|| Box::new(hello));
    }

    /// A ClientHello, which counts where another was there and no ServerHello yet.
    pub(super) fn sent_again(&mut self, hello: &ClientHello) {
        if self.handshake.client_hello.is_some() && self.handshake.server_hello.is_none() {
            self.handshake.retried = hello.ja3().zip(hello.ja4(self.handshake.carrier));
        }
    }

    /// A ServerHello's or a HelloRetryRequest's choices, and whether they resume a session.
    pub(super) fn server_hello(&mut self, hello: ServerHello) {
        if let Some(version) = hello.selected_version {
            self.handshake.version = Some(version);
        }
        if let Some(group) = hello.key_share_group {
            self.handshake.curve = Some(group);
        }
        if let Some(name) = &hello.alpn {
            self.handshake.next_protocol = Some(name.clone());
        }
        self.handshake.resumed |= hello.pre_shared_key && self.client_psk_seen;
        let version = *self.handshake.version.get_or_insert(hello.legacy_version);
        self.handshake.cipher = Some(hello.cipher);
        // TLS 1.3 echoes the session of every client for the sake of middleboxes.
        let echoed = self.offered_session.is_some()
            && comparable_session(&hello.session_id) == self.offered_session
            && !version.is_tls13();
        self.handshake.resumed |= echoed;
        if hello.is_hello_retry_request() {
            self.handshake.ja3s_retry = Some(hello.ja3s());
        } else {
            self.handshake.server_hello = Some(Box::new(hello));
        }
    }

    /// What SSL 2.0's ServerHello chooses.
    pub(super) fn ssl2_server_hello(&mut self, version: Version, cipher: CipherSuite) {
        self.handshake.version.get_or_insert(version);
        self.handshake.cipher = Some(cipher);
    }

    pub(super) fn curve(&mut self, group: NamedGroup) {
        self.handshake.curve = Some(group);
    }

    pub(super) fn client_key_exchange(&mut self) {
        self.client_key_exchange_seen = true;
    }

    pub(super) fn change_cipher_spec(&mut self, is_client: bool) {
        self.letter('i', is_client);
        // The ticket was taken: the client goes on without a new key exchange (RFC 5077 section 3.1).
        self.handshake.resumed |= is_client && self.ticket_without_session && !self.client_key_exchange_seen;
    }

    pub(super) fn alert(&mut self, description: AlertDescription, is_client: bool) {
        self.letter('l', is_client);
        self.handshake.last_alert = Some(description);
    }

    /// Adds to the chain of one side; false where it is as long as a chain may be.
    pub(super) fn certificate(&mut self, fingerprint: Fingerprint, is_client: bool) -> bool {
        let chain = if is_client {
            &mut self.handshake.client_cert_chain_fps
        } else {
            &mut self.handshake.cert_chain_fps
        };
        let fits = chain.len() < MAX_CHAIN;
        if fits {
            chain.push(fingerprint);
        }
        fits
    }
}

/// Returns a session id as Zeek compares it: in 32 bytes, `None` if it is empty or all zero.
fn comparable_session(id: &[u8]) -> Option<[u8; 32]> {
    let mut padded = [0; 32];
    padded.get_mut(..id.len())?.copy_from_slice(id);
    (padded != [0; 32]).then_some(padded)
}

/// Zeek's letter of a handshake message; none for a type whose meeting is a violation.
pub(super) fn letter(kind: u8) -> Option<char> {
    Some(match kind {
        kind::HELLO_REQUEST => 'h',
        kind::CLIENT_HELLO => 'c',
        kind::SERVER_HELLO => 's',
        kind::HELLO_VERIFY_REQUEST => 'v',
        kind::NEW_SESSION_TICKET => 't',
        kind::CERTIFICATE => 'x',
        kind::SERVER_KEY_EXCHANGE => 'k',
        kind::CERTIFICATE_REQUEST => 'r',
        kind::SERVER_HELLO_DONE => 'n',
        kind::CERTIFICATE_VERIFY => 'y',
        kind::CLIENT_KEY_EXCHANGE => 'g',
        kind::FINISHED => 'f',
        kind::CERTIFICATE_URL => 'w',
        kind::CERTIFICATE_STATUS => 'u',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(session_id: &[u8]) -> ClientHello {
        ClientHello { session_id: session_id.into(), ..ClientHello::default() }
    }

    fn server(session_id: &[u8], extensions: Vec<(u16, Vec<u8>)>) -> ServerHello {
        let sample = super::super::sample::ServerHello {
            session_id: session_id.to_vec(),
            extensions,
            ..Default::default()
        };
        ServerHello::parse(&sample.body()).unwrap()
    }

    fn resumed(client: ClientHello, server: ServerHello) -> bool {
        let mut summary = Summary::default();
        summary.begin(Timestamp(1));
        summary.client_hello(client);
        summary.server_hello(server);
        summary.finish().unwrap().resumed
    }

    #[test]
    fn an_echoed_session_is_resumed() {
        assert!(resumed(client(&[9; 32]), server(&[9; 32], vec![])));
        assert!(!resumed(client(&[9; 32]), server(&[8; 32], vec![])));
        assert!(!resumed(client(&[]), server(&[], vec![])));
    }

    #[test]
    fn tls13_echoes_without_resuming() {
        assert!(!resumed(client(&[9; 32]), server(&[9; 32], vec![(43, vec![3, 4])])));
    }

    #[test]
    fn tls13_resumes_by_a_pre_shared_key_that_both_name() {
        let with_psk = ClientHello { pre_shared_key: true, ..client(&[]) };
        assert!(resumed(with_psk, server(&[], vec![(43, vec![3, 4]), (41, vec![0, 0])])));
        assert!(!resumed(client(&[]), server(&[], vec![(43, vec![3, 4]), (41, vec![0, 0])])));
    }

    #[test]
    fn a_ticket_resumes_where_no_key_exchange_follows() {
        for key_exchange in [false, true] {
            let mut summary = Summary::default();
            summary.begin(Timestamp(1));
            summary.client_hello(ClientHello { session_ticket: true, ..client(&[]) });
            if key_exchange {
                summary.client_key_exchange();
            }
            summary.change_cipher_spec(true);
            assert_eq!(summary.finish().unwrap().resumed, !key_exchange);
        }
    }

    #[test]
    fn a_client_hello_behind_a_server_hello_renegotiates() {
        let mut summary = Summary::default();
        summary.begin(Timestamp(1));
        summary.client_hello(client(&[]));
        summary.client_hello(client(&[]));
        summary.server_hello(server(&[], vec![]));
        assert!(!summary.handshake.renegotiated, "a second offer is none");
        summary.client_hello(client(&[]));
        assert!(summary.handshake.renegotiated);
    }

    #[test]
    fn history_ends_at_a_hundred_letters() {
        let mut summary = Summary::default();
        summary.begin(Timestamp(1));
        for _ in 0..300 {
            summary.letter('l', false);
        }
        assert_eq!(summary.finish().unwrap().ssl_history.len(), 100);
    }

    #[test]
    fn a_connection_without_a_readable_record_has_none() {
        assert!(Summary::default().finish().is_none());
    }

    #[test]
    fn a_violation_closes_only_an_open_record() {
        let mut summary = Summary::default();
        summary.violation();
        assert!(!summary.is_closed());
        summary.begin(Timestamp(1));
        summary.violation();
        assert!(summary.is_closed());
    }
}
