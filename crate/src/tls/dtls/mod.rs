//! DTLS (RFC 4347, RFC 6347, RFC 9147): datagrams → the messages of a [`Session`].
//!
//! `record` cuts a datagram into records and `flight` puts messages together; what they say is read as TLS's is. Follows
//! Zeek's analyzer (`src/analyzer/protocol/ssl/dtls-*.pac`): recognised by a hello, whatever came before and on
//! whatever port; epoch 0 is in the clear; established at the first encrypted record that comes when both directions
//! have changed. Unlike Zeek it takes a server's hello without a client's, as Zeek does over TCP, and reads a
//! retransmitted message once, and messages in their order.

mod flight;
mod record;

use super::budget::Share;
use super::handshake::{self, Message};
use super::names::Version;
use super::record::{Header, kind};
use super::session::{Session, Violation};
use super::shared::Shared;
use super::summary::{Carrier, TlsHandshake};
use crate::capture::Timestamp;
use crate::counter::bound;
use crate::flow::Direction;
use crate::{Limit, Weird};
use flight::{Flight, Fragment, TooMuch};
use record::{Record, Unread};
use std::ops::RangeInclusive;

/// Bytes of a direction that are read at most before the connection is established; real handshakes stay far below.
const MAX_DIRECTION: u64 = bound::TLS_DIRECTION as u64;

/// Datagrams in a row that hold no DTLS, STUN apart, before the rest is left unread (Zeek:
/// `SSL::dtls_max_version_errors`).
const MAX_FOREIGN: u32 = 10;

/// Lengths of a ServerHello: its fixed part with the longest session and all extensions (RFC 5246 section 7.4.1.3).
const SERVER_HELLO_LENGTHS: RangeInclusive<usize> = 38..=38 + 32 + 2 + 0xffff;

/// Lengths of a HelloVerifyRequest: a version and a cookie (RFC 6347 section 4.2.1).
const VERIFY_REQUEST_LENGTHS: RangeInclusive<usize> = 3..=3 + 0xff;

/// Hellos that a server may have sent up to the one with which a flow begins. Most send a HelloVerifyRequest at most, and
/// again when its cookie is too old.
const MAX_HELLOS: u16 = 8;

/// What a datagram says of the flow that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// A ClientHello, a ServerHello or a HelloVerifyRequest, or a fragment of one.
    Hello,
    /// What may stand before a hello: STUN, or DTLS whose beginning was not captured.
    Undecided,
    Other,
}

/// Judges a datagram of a flow that has shown no hello yet.
pub(super) fn open(bytes: &[u8]) -> Opening {
    if is_stun(bytes) {
        return Opening::Undecided;
    }
    match record::next(&mut { bytes }, false) {
        Ok(Record::Plain { kind: kind::HANDSHAKE, mut body }) => match Fragment::take(&mut body) {
            Some(fragment) if is_hello(&fragment) => Opening::Hello,
            Some(_) => Opening::Undecided,
            None => Opening::Other,
        },
        Ok(_) => Opening::Undecided,
        Err(_) => Opening::Other,
    }
}

/// Returns whether a flow can begin with this. A later fragment of a hello may come before its first.
fn is_hello(fragment: &Fragment<'_>) -> bool {
    let plausible = match fragment.kind {
        handshake::kind::CLIENT_HELLO => fragment.length <= flight::MAX_MESSAGE,
        handshake::kind::SERVER_HELLO => {
            SERVER_HELLO_LENGTHS.contains(&fragment.length) && fragment.message_seq < MAX_HELLOS
        }
        handshake::kind::HELLO_VERIFY_REQUEST => {
            // The third byte counts those of the cookie behind it.
            let cookie = fragment.bytes.get(2).filter(|_| fragment.offset == 0);
            VERIFY_REQUEST_LENGTHS.contains(&fragment.length)
                && cookie.is_none_or(|length| usize::from(*length) + 3 == fragment.length)
                && fragment.message_seq < MAX_HELLOS
        }
        _ => false,
    };
    let begins_with_version = match fragment.bytes {
        [0xfe] => true,
        [major, minor, ..] => record::is_record_version([*major, *minor]),
        _ => false,
    };
    plausible && (fragment.offset > 0 || begins_with_version)
}

/// Returns whether this is a message of STUN, with which WebRTC's flows begin (RFC 7983: the first byte tells them
/// apart).
fn is_stun(bytes: &[u8]) -> bool {
    const HEADER: usize = 20;
    match bytes.first_chunk() {
        Some(&[first, _, l0, l1]) => {
            first < 4 && bytes.len() == HEADER + usize::from(u16::from_be_bytes([l0, l1]))
        }
        None => false,
    }
}

/// A flow that was recognised as DTLS.
#[derive(Debug)]
pub(super) struct Dtls {
    session: Session,
    orig: Side,
    resp: Side,
    /// Client's random of the handshake under way.
    random: Option<[u8; 32]>,
    /// A ClientHello was read.
    asked: bool,
    /// No ServerHello has answered the last ClientHello or HelloVerifyRequest yet.
    server_hello_due: bool,
    foreign: u32,
    share: Share,
}

/// One direction.
#[derive(Debug, Default)]
struct Side {
    flight: Flight,
    taken: u64,
    changed: bool,
}

impl Dtls {
    /// `share` is for messages that wait, `session` for the session's own.
    pub(super) fn new(share: Share, session: Share) -> Self {
        Dtls {
            session: Session::new(Carrier::Dtls, session),
            orig: Side::default(),
            resp: Side::default(),
            random: None,
            asked: false,
            server_hello_due: false,
            foreign: 0,
            share,
        }
    }

    pub(super) fn wants(&self, from: Direction) -> bool {
        self.session.wants(from)
    }

    pub(super) fn finish(self) -> Option<TlsHandshake> {
        self.session.finish()
    }

    /// Reads the records of one datagram.
    pub(super) fn datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, mut bytes: &[u8]) {
        if is_stun(bytes) {
            return;
        }
        let side = self.side_mut(from);
        side.taken += bytes.len() as u64;
        let beyond = side.taken > MAX_DIRECTION;
        while self.wants(from) && !bytes.is_empty() {
            let unified = self.session.negotiated == Some(Version::DTLS13);
            match record::next(&mut bytes, unified) {
                Ok(record) => {
                    self.foreign = 0;
                    if self.record(shared, ts, from, record).is_err() {
                        self.session.violate(shared);
                    }
                }
                Err(unread) => {
                    self.unread(shared, unread);
                    break;
                }
            }
        }
        if beyond && self.wants(from) {
            shared.limits_hit.count(Limit::TlsDirectionBytes);
            self.session.give_up(from);
        }
        self.account(shared);
    }

    fn unread(&mut self, shared: &mut Shared, unread: Unread) {
        if unread == Unread::Cut {
            shared.weirds.count(Weird::DtlsRecordCut);
        }
        self.foreign += 1;
        if self.foreign > MAX_FOREIGN {
            self.session.stop();
        }
    }

    /// Frees what nothing more will come to, and gives up where all connections together hold too much.
    fn account(&mut self, shared: &mut Shared) {
        let over = !self.wants(Direction::Orig) && !self.wants(Direction::Resp);
        if !over && self.share.set(self.orig.flight.held() + self.resp.flight.held()) {
            return;
        }
        if !over {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.session.stop();
        }
        (self.orig.flight, self.resp.flight) = Default::default();
        self.share.set(0);
    }

    fn record(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        record: Record<'_>,
    ) -> Result<(), Violation> {
        match record {
            Record::Encrypted => {
                if self.session.negotiated == Some(Version::DTLS13) {
                    self.session.encrypt(from);
                }
                self.session.encrypted_record(ts);
                Ok(())
            }
            Record::Plain { kind: kind::HANDSHAKE, mut body } => {
                while !body.is_empty() {
                    let fragment = Fragment::take(&mut body).ok_or(Violation)?;
                    self.fragment(shared, ts, from, &fragment)?;
                }
                Ok(())
            }
            // Zeek takes application data of epoch 0 without a word, and knows no acknowledgements.
            Record::Plain { kind: record::ACK | kind::APPLICATION_DATA, .. } => Ok(()),
            Record::Plain { kind, body } => {
                if kind == kind::CHANGE_CIPHER_SPEC {
                    // Retransmitted with its flight, and numbered by nothing.
                    if std::mem::replace(&mut self.side_mut(from).changed, true) {
                        return Ok(());
                    }
                    self.give_up_holes(shared, ts, from.other())?;
                }
                self.session.clear_record(shared, ts, from, Header([kind, 0xfe, 0xfd, 0, 0]), body)
            }
        }
    }

    fn fragment(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        fragment: &Fragment<'_>,
    ) -> Result<(), Violation> {
        self.begin(from, fragment);
        let late_hello = fragment.kind == handshake::kind::SERVER_HELLO && self.server_hello_due;
        let flight = &mut self.side_mut(from).flight;
        if late_hello && flight.is_behind(fragment.message_seq) {
            // Some servers do not count their HelloVerifyRequest.
            flight.expect(fragment.message_seq);
        }
        if flight.push(fragment) == Err(TooMuch) {
            shared.limits_hit.count(Limit::DtlsFragments);
        }
        while let Some(whole) = self.side_mut(from).flight.pop() {
            // Who sends a new message has read all that the other side sent before it: what is missing there was lost
            // to the capture, and will not come again.
            self.give_up_holes(shared, ts, from.other())?;
            self.message(shared, ts, from, &whole)?;
        }
        Ok(())
    }

    /// A side's first hello settles where its messages begin, and a ClientHello with another random starts over.
    fn begin(&mut self, from: Direction, fragment: &Fragment<'_>) {
        if is_hello(fragment) {
            self.side_mut(from).flight.begin(fragment.message_seq);
        }
        let random = fragment.bytes.get(2..34).and_then(<[u8]>::first_chunk).copied();
        let begins_message = fragment.kind == handshake::kind::CLIENT_HELLO && fragment.offset == 0;
        let Some(random) = random.filter(|_| begins_message) else { return };
        // Where the client's earlier messages were read without their hello, this one is another's.
        let other = match self.random.replace(random) {
            Some(before) => before != random,
            None => !self.asked && self.side_mut(from).flight.is_behind(0),
        };
        if other && fragment.message_seq == 0 {
            for side in [&mut self.orig, &mut self.resp] {
                (side.flight, side.changed) = Default::default();
            }
        }
    }

    /// Reads whatever of a direction is whole behind its holes.
    fn give_up_holes(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
    ) -> Result<(), Violation> {
        while let Some(whole) = self.side_mut(from).flight.pop_beyond() {
            self.message(shared, ts, from, &whole)?;
        }
        Ok(())
    }

    fn message(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        whole: &flight::Whole,
    ) -> Result<(), Violation> {
        match whole.kind {
            handshake::kind::CLIENT_HELLO => {
                let first = !std::mem::replace(&mut self.asked, true);
                let server = &mut self.side_mut(from.other()).flight;
                // One whose answer was captured before it waits for no other.
                if !(first && server.is_behind(whole.message_seq)) {
                    // The answer has the number of what it answers: a second ClientHello follows one message of the server.
                    server.expect(whole.message_seq);
                    self.server_hello_due = true;
                }
            }
            handshake::kind::HELLO_VERIFY_REQUEST => self.server_hello_due = true,
            handshake::kind::SERVER_HELLO => self.server_hello_due = false,
            _ => {}
        }
        self.session.message(shared, ts, from, Message { kind: whole.kind, body: whole.body.as_deref() })
    }

    fn side_mut(&mut self, from: Direction) -> &mut Side {
        match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        }
    }
}

#[cfg(test)]
mod tests;
