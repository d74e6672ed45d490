//! What handshake messages say to the [`Summary`](super::summary::Summary) of their session.

use super::client_hello::ClientHello;
use super::handshake::{self, Message};
use super::names::{AlertDescription, CipherSuite, NamedGroup, Version};
use super::record::Header;
use super::server_hello::ServerHello;
use super::session::{Session, Violation};
use super::shared::Shared;
use super::sslv2;
use super::summary::letter;
use crate::capture::Timestamp;
use crate::flow::Direction;
use crate::{Limit, Weird};
use tls_parser::{TlsMessageHandshake, parse_tls_handshake_msg_certificate};

impl Session {
    /// Reads one handshake message.
    pub(super) fn message(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        message: Message<'_>,
    ) -> Result<(), Violation> {
        let mut letter = letter(message.kind).ok_or(Violation)?;
        match message.kind {
            handshake::kind::CLIENT_HELLO => self.check_direction(ts, from, Direction::Orig),
            handshake::kind::SERVER_HELLO
            | handshake::kind::HELLO_REQUEST
            | handshake::kind::HELLO_VERIFY_REQUEST => {
                self.check_direction(ts, from, Direction::Resp);
            }
            _ => {}
        }
        let is_client = self.is_client(from);
        let Some(body) = message.body else {
            shared.limits_hit.count(Limit::TlsMessageBytes);
            self.summary.begin(ts);
            self.summary.letter(letter, is_client);
            return Ok(());
        };
        match message.kind {
            handshake::kind::CLIENT_HELLO => self.client_hello(shared, ts, body)?,
            handshake::kind::SERVER_HELLO => letter = self.server_hello(shared, ts, body)?,
            handshake::kind::CERTIFICATE => self.certificates(shared, ts, is_client, body)?,
            handshake::kind::SERVER_KEY_EXCHANGE => self.server_key_exchange(body)?,
            handshake::kind::CLIENT_KEY_EXCHANGE if is_client => self.summary.client_key_exchange(),
            _ => {}
        }
        self.summary.begin(ts);
        self.summary.letter(letter, is_client);
        Ok(())
    }

    fn client_hello(&mut self, shared: &mut Shared, ts: Timestamp, body: &[u8]) -> Result<(), Violation> {
        let hello = ClientHello::parse(body).ok_or(Violation)?;
        note(shared, hello.damaged, hello.is_cut());
        self.summary.begin(ts);
        self.summary.client_hello(hello);
        Ok(())
    }

    /// Gives the letter: a HelloRetryRequest has its own.
    fn server_hello(&mut self, shared: &mut Shared, ts: Timestamp, body: &[u8]) -> Result<char, Violation> {
        let hello = ServerHello::parse(body).ok_or(Violation)?;
        note(shared, hello.damaged, hello.is_cut());
        self.summary.begin(ts);
        self.negotiated.get_or_insert(hello.selected_version.unwrap_or(hello.legacy_version));
        let letter = if hello.is_hello_retry_request() { 'j' } else { 's' };
        self.raw_keys = hello.raw_keys;
        self.summary.server_hello(hello);
        Ok(letter)
    }

    fn certificates(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        is_client: bool,
        body: &[u8],
    ) -> Result<(), Violation> {
        let is_raw_key = if is_client { self.raw_keys.client } else { self.raw_keys.server };
        if is_raw_key {
            shared.weirds.count(Weird::RawPublicKey);
            return Ok(());
        }
        let Ok((_, TlsMessageHandshake::Certificate(chain))) = parse_tls_handshake_msg_certificate(body)
        else {
            return Err(Violation);
        };
        self.summary.begin(ts);
        for (place, certificate) in chain.cert_chain.iter().enumerate() {
            self.certificate(shared, ts, is_client, place, certificate.data);
        }
        // The crate leaves out an entry that its list cuts off.
        let read: usize = chain.cert_chain.iter().map(|certificate| 3 + certificate.data.len()).sum();
        if read + 3 < body.len() {
            shared.weirds.count(Weird::TlsCertificateListDamaged);
        }
        Ok(())
    }

    fn certificate(&mut self, shared: &mut Shared, ts: Timestamp, is_client: bool, place: usize, der: &[u8]) {
        if der.is_empty() {
            shared.weirds.count(Weird::ZeroLengthCertificate);
            return;
        }
        let fingerprint = shared.see_certificate(ts, der, place == 0, is_client);
        if !self.summary.certificate(fingerprint, is_client) {
            shared.limits_hit.count(Limit::TlsChainLength);
        }
    }

    /// Returns the group of an ephemeral exchange is in the clear (RFC 8422 section 5.4); other exchanges name none.
    fn server_key_exchange(&mut self, body: &[u8]) -> Result<(), Violation> {
        const NAMED_CURVE: u8 = 3;
        let Some(exchange) = self.summary.cipher().and_then(EcExchange::of) else { return Ok(()) };
        let (&kind, rest) = body.split_first().ok_or(Violation)?;
        if kind != NAMED_CURVE {
            return Ok(());
        }
        let (&[g0, g1, point], rest) = rest.split_first_chunk().ok_or(Violation)?;
        let (_, signature) = rest.split_at_checked(point.into()).ok_or(Violation)?;
        if exchange == EcExchange::Signed {
            let algorithm =
                if self.negotiated.is_some_and(Version::signs_with_named_algorithm) { 2 } else { 0 };
            let (_, rest) = signature.split_at_checked(algorithm).ok_or(Violation)?;
            let (length, rest) = rest.split_first_chunk().ok_or(Violation)?;
            rest.get(..u16::from_be_bytes(*length).into()).ok_or(Violation)?;
        }
        self.summary.curve(NamedGroup(u16::from_be_bytes([g0, g1])));
        Ok(())
    }

    /// Reads one record of SSL 2.0, which is one message.
    pub(super) fn ssl2_message(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        header: Header,
        body: &[u8],
    ) -> Result<(), Violation> {
        self.summary.begin(ts);
        match sslv2::message_kind(header) {
            sslv2::kind::CLIENT_HELLO => {
                self.summary.client_hello(sslv2::client_hello(header, body).ok_or(Violation)?);
                self.summary.letter('c', true);
            }
            sslv2::kind::SERVER_HELLO => {
                let hello = sslv2::server_hello(body).ok_or(Violation)?;
                if hello.version != Version::SSL2 {
                    return Err(Violation);
                }
                self.negotiated = Some(hello.version);
                self.summary.ssl2_server_hello(hello.version, hello.cipher);
                self.summary.letter('s', false);
                self.certificate(shared, ts, false, 0, hello.certificate);
            }
            sslv2::kind::CLIENT_MASTER_KEY => {
                self.encrypt(Direction::Orig);
                self.encrypt(Direction::Resp);
                self.summary.established(ts);
            }
            sslv2::kind::ERROR => {
                self.summary.alert(AlertDescription(sslv2::first_word(header)), self.is_client(from));
            }
            _ => return Err(Violation),
        }
        Ok(())
    }
}

/// Key exchanges whose ServerKeyExchange begins with a group.
#[derive(PartialEq, Eq)]
enum EcExchange {
    Signed,
    Anonymous,
}

impl EcExchange {
    /// Zeek reads those of registered suites; with a pre-shared key an identity hint precedes the group.
    fn of(suite: CipherSuite) -> Option<Self> {
        let name = suite.name();
        if name.starts_with("TLS_ECDH_ANON_") {
            return Some(EcExchange::Anonymous);
        }
        let signed = name.starts_with("TLS_ECDHE_RSA_") || name.starts_with("TLS_ECDHE_ECDSA_");
        signed.then_some(EcExchange::Signed)
    }
}

/// Counts what is wrong with a hello, and what is left out of its record.
fn note(shared: &mut Shared, damaged: bool, cut: bool) {
    if damaged {
        shared.weirds.count(Weird::TlsExtensionDamaged);
    }
    if cut {
        shared.limits_hit.count(Limit::TlsHelloCodes);
    }
}
