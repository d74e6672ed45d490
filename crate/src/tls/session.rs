//! The records of a TLS connection in both directions: which are readable, and what they say to the [`Summary`].
//!
//! Follows Zeek's analyzer (`src/analyzer/protocol/ssl`): a direction is encrypted behind its ChangeCipherSpec, or from
//! its first application data when TLS 1.3 was chosen; the connection is established at the first encrypted record
//! that comes when both directions are; and then nothing more is read.

use super::budget::Share;
use super::client_hello::ClientHello;
use super::handshake::{self, Messages};
use super::names::{AlertDescription, Version};
use super::record::{self, Header, Reader, Step};
use super::server_hello::RawKeys;
use super::shared::Shared;
use super::sslv2;
use super::summary::{Carrier, Summary, TlsHandshake};
use crate::capture::Timestamp;
use crate::counter::bound;
use crate::flow::Direction;
use crate::{Limit, Weird};

/// Bytes of a direction that are read at most before the connection is established; real handshakes stay far below.
const MAX_DIRECTION: u64 = bound::TLS_DIRECTION as u64;

/// Bytes behind a direction's ChangeCipherSpec that are passed over while the other direction is still in the clear.
const MAX_ENCRYPTED: u64 = 64 << 10;

/// One direction.
#[derive(Debug, Default)]
struct Side {
    reader: Reader,
    messages: Messages,
    encrypted: bool,
    /// Bytes taken so far, and how many of them when encryption began.
    taken: u64,
    clear: u64,
    /// Nothing more is read from this direction.
    done: bool,
}

impl Side {
    fn held(&self) -> usize {
        self.reader.held() + self.messages.held()
    }
}

/// Which record form the connection uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// Not settled: an SSL 2.0 ClientHello may precede records of TLS.
    Open,
    Tls,
    Ssl2,
}

/// A connection that was recognised as TLS.
#[derive(Debug)]
pub(super) struct Session {
    orig: Side,
    resp: Side,
    layer: Layer,
    /// The originator behaves as a TLS server.
    flipped: bool,
    /// Version that decides how records and key exchanges are read: supported_versions' before the hello's own.
    pub(super) negotiated: Option<Version>,
    /// Which sides send a key in place of certificates.
    pub(super) raw_keys: RawKeys,
    /// Zeek gave up on the connection here.
    over: bool,
    pub(super) summary: Summary,
    share: Share,
}

/// The bytes contradict the protocol; Zeek writes its record and reads no further.
pub(super) struct Violation;

impl Session {
    pub(super) fn new(carrier: Carrier, share: Share) -> Self {
        Session {
            orig: Side::default(),
            resp: Side::default(),
            layer: Layer::Open,
            flipped: false,
            negotiated: None,
            raw_keys: RawKeys::default(),
            over: false,
            summary: Summary::new(carrier),
            share,
        }
    }

    pub(super) fn wants(&self, from: Direction) -> bool {
        !self.over && !self.summary.is_closed() && !self.side(from).done
    }

    pub(super) fn is_established(&self) -> bool {
        self.summary.is_established()
    }

    pub(super) fn give_up(&mut self, from: Direction) {
        self.side_mut(from).done = true;
    }

    /// `len` bytes of a direction are missing. Where they lie within one record, the direction goes on behind it.
    pub(super) fn gap(&mut self, from: Direction, len: u64) {
        let side = self.side_mut(from);
        if side.reader.pass_over(len) {
            side.taken = side.taken.saturating_add(len);
            side.messages = Messages::default();
        } else {
            self.give_up(from);
        }
    }

    /// Reads no further in either direction.
    pub(super) fn stop(&mut self) {
        self.over = true;
        self.release();
    }

    /// Takes handshake bytes that no record frames.
    pub(super) fn handshake_bytes(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        fragment: &[u8],
    ) {
        if self.wants(from) && self.handshake_fragment(shared, ts, from, fragment).is_err() {
            self.violate(shared);
        }
        self.account(shared);
    }

    /// Zeek writes its record and reads no further.
    pub(super) fn violate(&mut self, shared: &mut Shared) {
        shared.weirds.count(Weird::TlsViolation);
        self.summary.violation();
        self.over = true;
    }

    pub(super) fn finish(self) -> Option<TlsHandshake> {
        self.summary.finish()
    }

    pub(super) fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, mut input: &[u8]) {
        let side = self.side_mut(from);
        side.taken += input.len() as u64;
        let beyond =
            side.taken > MAX_DIRECTION || (side.encrypted && side.taken - side.clear > MAX_ENCRYPTED);
        while self.wants(from) {
            let outcome = match self.side_mut(from).reader.step(&mut input) {
                Step::Starved => break,
                Step::Header(header) => self.header(from, header),
                Step::Skipped(header) => self.skipped(ts, from, header),
                Step::Body(header, body) if self.layer_of(header) == Layer::Ssl2 => {
                    self.ssl2_message(shared, ts, from, header, &body)
                }
                Step::Body(header, body) if self.side(from).encrypted => {
                    self.hello_behind_change(&body);
                    self.skipped(ts, from, header)
                }
                Step::Body(header, body) => {
                    let outcome = self.clear_record(shared, ts, from, header, &body);
                    self.summary.begin(ts);
                    outcome
                }
            };
            if outcome.is_err() {
                self.violate(shared);
            }
        }
        if beyond && self.wants(from) {
            shared.limits_hit.count(Limit::TlsDirectionBytes);
            self.give_up(from);
        }
        self.account(shared);
    }

    /// Frees what nothing more will come to, and gives up where all connections together hold too much.
    fn account(&mut self, shared: &mut Shared) {
        if !self.wants(Direction::Orig) && !self.wants(Direction::Resp) {
            self.release();
        } else if !self.share.set(self.orig.held() + self.resp.held()) {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.over = true;
            self.release();
        }
    }

    fn release(&mut self) {
        for side in [&mut self.orig, &mut self.resp] {
            (side.reader, side.messages) = Default::default();
        }
        self.share.set(0);
    }

    /// Decides what becomes of the record behind `header`.
    fn header(&mut self, from: Direction, header: Header) -> Result<(), Violation> {
        if self.layer == Layer::Open {
            self.settle_layer(from, header)?;
        }
        if self.layer_of(header) == Layer::Ssl2 {
            let length = sslv2::body_length(header).ok_or(Violation)?;
            self.side_mut(from).reader.keep(header, length);
            return Ok(());
        }
        if !Version(header.version()).is_in_records() {
            return Err(Violation);
        }
        let length = header.length();
        if length == 0 {
            return Ok(());
        }
        if header.kind() == record::kind::APPLICATION_DATA && self.hides_application_data() {
            self.encrypt(from);
        }
        let is_hidden = self.side(from).encrypted && !self.may_be_hello(from, header);
        if is_hidden || header.kind() == record::kind::APPLICATION_DATA {
            self.side_mut(from).reader.skip(header, length);
        } else {
            self.side_mut(from).reader.keep(header, length);
        }
        Ok(())
    }

    fn settle_layer(&mut self, from: Direction, header: Header) -> Result<(), Violation> {
        if header.kind() & 0x80 == 0 {
            if !(20..=30).contains(&header.kind()) {
                return Err(Violation);
            }
            self.layer = Layer::Tls;
            return Ok(());
        }
        match (sslv2::message_kind(header), from) {
            (sslv2::kind::CLIENT_HELLO, Direction::Orig)
                if Version(sslv2::first_word(header)).is_legacy() =>
            {
                Ok(())
            }
            (sslv2::kind::SERVER_HELLO, Direction::Resp) => {
                self.layer = Layer::Ssl2;
                Ok(())
            }
            _ => Err(Violation),
        }
    }

    fn layer_of(&self, header: Header) -> Layer {
        match self.layer {
            Layer::Open if header.kind() & 0x80 != 0 => Layer::Ssl2,
            Layer::Open => Layer::Tls,
            settled => settled,
        }
    }

    /// Returns whether a record behind the client's ChangeCipherSpec may be a ClientHello in the clear: a
    /// HelloRetryRequest asks for another, and where the server was not captured nothing says so.
    fn may_be_hello(&self, from: Direction, header: Header) -> bool {
        header.kind() == record::kind::HANDSHAKE && self.is_client(from) && self.negotiated.is_none()
    }

    /// Notes a ClientHello in the clear that fills its record; Zeek takes it for encrypted, and so does the rest of the record.
    fn hello_behind_change(&mut self, body: &[u8]) {
        let Some(([kind, length @ ..], body)) = body.split_first_chunk::<4>() else { return };
        let length = length.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
        if *kind == handshake::kind::CLIENT_HELLO
            && length == body.len()
            && let Some(hello) = ClientHello::parse(body)
        {
            self.summary.sent_again(&hello);
        }
    }

    /// TLS 1.3 encrypts without saying so: application data is the sign, early data included.
    fn hides_application_data(&self) -> bool {
        !self.negotiated.is_some_and(Version::is_legacy)
    }

    pub(super) fn encrypt(&mut self, from: Direction) {
        let side = self.side_mut(from);
        if !side.encrypted {
            side.encrypted = true;
            side.clear = side.taken;
        }
    }

    /// Returns a record was passed over: an encrypted one, or application data in the clear.
    fn skipped(&mut self, ts: Timestamp, from: Direction, header: Header) -> Result<(), Violation> {
        if self.side(from).encrypted {
            self.encrypted_record(ts);
        } else if header.kind() == record::kind::APPLICATION_DATA {
            self.summary.begin(ts);
        }
        Ok(())
    }

    pub(super) fn encrypted_record(&mut self, ts: Timestamp) {
        if self.orig.encrypted && self.resp.encrypted {
            self.summary.established(ts);
        }
    }

    pub(super) fn clear_record(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        header: Header,
        body: &[u8],
    ) -> Result<(), Violation> {
        let is_client = self.is_client(from);
        match header.kind() {
            record::kind::CHANGE_CIPHER_SPEC => {
                self.summary.begin(ts);
                // RFC 8446 appendix D.4: in TLS 1.3 it is there for middleboxes, and a hello may follow it in the clear.
                if !self.negotiated.is_some_and(Version::is_tls13) {
                    self.encrypt(from);
                }
                self.summary.change_cipher_spec(is_client);
                if body.len() > 1 {
                    self.encrypted_record(ts);
                }
            }
            record::kind::ALERT => {
                self.summary.begin(ts);
                let (alerts, rest) = body.as_chunks();
                for [_level, description] in alerts {
                    self.summary.alert(AlertDescription((*description).into()), is_client);
                }
                if !rest.is_empty() {
                    return Err(Violation);
                }
            }
            record::kind::HANDSHAKE => return self.handshake_fragment(shared, ts, from, body),
            record::kind::HEARTBEAT if body.len() >= 3 => {
                self.summary.begin(ts);
                self.summary.letter('b', is_client);
            }
            _ => return Err(Violation),
        }
        Ok(())
    }

    fn handshake_fragment(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        fragment: &[u8],
    ) -> Result<(), Violation> {
        let mut messages = std::mem::take(&mut self.side_mut(from).messages);
        let mut outcome = Ok(());
        messages.push(fragment, &mut |message| {
            if outcome.is_ok() {
                outcome = self.message(shared, ts, from, message);
            }
        });
        self.side_mut(from).messages = messages;
        outcome
    }

    /// A hello that comes from the other end than expected turns the roles round; Zeek marks each turn.
    pub(super) fn check_direction(&mut self, ts: Timestamp, from: Direction, expected: Direction) {
        let turned = from != expected;
        if turned != self.flipped {
            self.flipped = turned;
            self.summary.begin(ts);
            self.summary.letter('^', false);
        }
    }

    pub(super) fn is_client(&self, from: Direction) -> bool {
        (from == Direction::Orig) != self.flipped
    }

    fn side(&self, from: Direction) -> &Side {
        match from {
            Direction::Orig => &self.orig,
            Direction::Resp => &self.resp,
        }
    }

    fn side_mut(&mut self, from: Direction) -> &mut Side {
        match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::budget::Budget;
    use super::super::extension::MAX_CODES;
    use super::super::sample::{ClientHello, ServerHello, record as framed};
    use super::super::server_hello::HELLO_RETRY_REQUEST;
    use super::*;
    use Direction::{Orig, Resp};

    fn read(records: &[(Direction, Vec<u8>)]) -> (TlsHandshake, Shared) {
        let mut shared = Shared::default();
        let mut session = Session::new(Carrier::Tcp, Budget::default().share());
        for (from, bytes) in records {
            session.data(&mut shared, Timestamp(1), *from, bytes);
        }
        (session.finish().unwrap(), shared)
    }

    fn handshake(message: &[u8]) -> Vec<u8> {
        framed(record::kind::HANDSHAKE, message)
    }

    #[test]
    fn a_second_hello_follows_what_is_there_for_middleboxes() {
        let extensions = || vec![(43, vec![3, 4]), (51, vec![0, 29])];
        let retry =
            ServerHello { random: HELLO_RETRY_REQUEST, extensions: extensions(), ..Default::default() };
        let server = ServerHello { cipher: 0x1301, extensions: extensions(), ..Default::default() };
        let ccs = || framed(record::kind::CHANGE_CIPHER_SPEC, &[1]);
        let data = || framed(record::kind::APPLICATION_DATA, &[7; 50]);
        let client = ClientHello::default();
        let again = ClientHello { ciphers: vec![0x1301], ..ClientHello::default() };
        let (seen, _) = read(&[
            (Orig, handshake(&client.message())),
            (Resp, [handshake(&retry.message()), ccs()].concat()),
            (Orig, [ccs(), handshake(&again.message())].concat()),
            (Resp, [handshake(&server.message()), data()].concat()),
            (Orig, data()),
        ]);
        assert_eq!(seen.ssl_history, "CjiICs");
        assert!(seen.established && !seen.renegotiated);
        assert_eq!(seen.retried.map(|(_, ja4)| ja4[4..6].to_owned()).as_deref(), Some("01"));
        assert!(
            seen.ja3s_retry
                .is_some_and(|retry| Some(retry) != seen.server_hello.as_ref().map(|hello| hello.ja3s()))
        );
        assert_eq!(seen.server_hello.map(|hello| hello.cipher.0), Some(0x1301));
    }

    #[test]
    fn a_second_hello_is_known_without_the_server_too() {
        let again = ClientHello { ciphers: vec![0x1301], ..ClientHello::default() };
        let ccs = framed(record::kind::CHANGE_CIPHER_SPEC, &[1]);
        let hello = handshake(&ClientHello::default().message());
        let (seen, _) = read(&[(Orig, [hello.clone(), ccs.clone(), handshake(&again.message())].concat())]);
        assert_eq!(seen.retried.map(|(_, ja4)| ja4[4..6].to_owned()).as_deref(), Some("01"));
        assert_eq!(seen.ssl_history, "CI", "to Zeek it is encrypted");
        let finished = framed(record::kind::HANDSHAKE, &[1, 0, 0, 200, 9, 9]);
        let (seen, _) = read(&[(Orig, [hello, ccs, finished].concat())]);
        assert_eq!(seen.retried, None);
    }

    #[test]
    fn a_hello_of_which_a_record_keeps_a_part_is_counted() {
        let hello = ClientHello { ciphers: vec![5; MAX_CODES + 1], ..Default::default() };
        let (_, shared) = read(&[(Orig, handshake(&hello.message()))]);
        assert_eq!(shared.limits_hit.get(Limit::TlsHelloCodes), 1);
    }
}
