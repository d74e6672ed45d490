//! QUIC (RFC 9000, RFC 9369 and drafts from 22 on): Initial packets → handshake messages.
//!
//! `packet` cuts a datagram into packets, `keys` opens Initial packets, `crypto` puts their CRYPTO frames in order; what comes
//! out goes to the same [`Session`] that reads TLS. `history` keeps what Zeek's quic.log says. Handshake and 1-RTT packets are
//! encrypted with keys that only the two sides know, and stay closed.

mod crypto;
pub(super) mod google;
mod history;
mod keys;
mod packet;
#[cfg(test)]
mod published;
#[cfg(test)]
mod tests;

pub use history::QuicConnection;

use super::budget::Share;
use super::session::Session;
use super::shared::Shared;
use super::summary::{Carrier, TlsHandshake};
use crate::capture::Timestamp;
use crate::counter::bound;
use crate::flow::Direction;
use crate::{Limit, Weird};
use crypto::{CryptoStream, Taken};
use history::History;
use keys::Keys;
use packet::{Kind, Long, MAX_CID, Packet, Version, take, varint};

/// Datagrams of a flow that may come before an Initial packet opens and so proves that it is QUIC.
const MAX_UNPROVEN: u32 = 10;
/// Initial packets of a flow that are tried, and keys that are derived for it.
const MAX_TRIED: u32 = bound::INITIAL_TRIED;
const MAX_DERIVED: u32 = bound::INITIAL_KEYS;
/// Initial packets of a server that are held until the client's comes.
const MAX_WAITING: usize = bound::INITIAL_WAITING;
/// Least bytes of a datagram with a client's first packet (RFC 9000 section 14.1).
const LEAST_INITIAL: usize = 1200;

/// A flow of datagrams that look like QUIC.
#[derive(Debug)]
pub(super) struct Quic {
    session: Session,
    share: Share,
    /// Which side opened the connection; not known before an Initial packet of it was opened.
    client: Option<Direction>,
    keys: Option<Box<Keys>>,
    /// The destination that the keys derive from.
    initial_dcid: Box<[u8]>,
    crypto: [CryptoStream; 2],
    /// Packets for which no keys are known yet.
    waiting: Vec<(Direction, Box<[u8]>)>,
    datagrams: u32,
    tried: u32,
    derived: u32,
    /// The server has listed its versions: what the client says next it has said before.
    negotiated: bool,
    /// Both hellos were read, or as much was tried as may be.
    done: bool,
    history: History,
}

/// Returns whether a flow may begin with this datagram: a packet with a long header of a version that is read, or one
/// long enough to be a client's first in another version, to which a server would answer with those that it speaks.
pub(super) fn opens(datagram: &[u8]) -> bool {
    let mut rest = datagram;
    let Some(Packet::Long(packet)) = packet::next(&mut rest) else { return false };
    let fits = packet.dcid.len() <= MAX_CID && packet.scid.len() <= MAX_CID;
    let first = datagram.len() >= LEAST_INITIAL && packet.dcid.len() >= 8;
    fits && (packet.version.is_known() || first)
}

impl Quic {
    pub(super) fn new(session: Share, crypto: Share) -> Self {
        Quic {
            session: Session::new(Carrier::Quic, session),
            share: crypto,
            client: None,
            keys: None,
            initial_dcid: Box::default(),
            crypto: Default::default(),
            waiting: Vec::new(),
            datagrams: 0,
            tried: 0,
            derived: 0,
            negotiated: false,
            done: false,
            history: History::default(),
        }
    }

    /// Returns whether an Initial packet was opened: its tag proves that the flow is QUIC.
    pub(super) fn is_proven(&self) -> bool {
        self.client.is_some()
    }

    /// Returns whether it is, or may still turn out to be, QUIC.
    pub(super) fn is_open(&self) -> bool {
        self.is_proven() || self.datagrams < MAX_UNPROVEN
    }

    /// Zeek's names of what it is: TLS only where a hello was read.
    pub(super) fn services(&self) -> &'static [&'static str] {
        match (self.is_proven(), self.session.summary.history().is_empty()) {
            (false, _) => &[],
            (true, true) => &["quic"],
            (true, false) => &["quic", "ssl"],
        }
    }

    pub(super) fn finish(self) -> (Option<TlsHandshake>, Vec<QuicConnection>) {
        let connections = if self.is_proven() { self.history.finish() } else { Vec::new() };
        (self.session.finish(), connections)
    }

    pub(super) fn datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        self.datagrams = self.datagrams.saturating_add(1);
        let mut rest = bytes;
        while let Some(packet) = packet::next(&mut rest) {
            let is_client = self.is_client(from);
            match packet {
                Packet::Short => self.history.short(is_client),
                Packet::Unfixed if self.is_proven() => self.history.letter(is_client, 'x'),
                Packet::Unfixed => {}
                Packet::Long(long) => self.long(shared, ts, from, &long),
            }
        }
        if self.done {
            self.release();
        } else if !self.share.set(self.held()) {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.release();
        }
    }

    fn long(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, packet: &Long<'_>) {
        let is_client = self.is_client(from);
        match packet.kind {
            Kind::Initial => {
                self.history.packet(ts, is_client, packet, 'i');
                self.initial(shared, ts, from, packet);
            }
            Kind::ZeroRtt => self.history.packet(ts, is_client, packet, 'z'),
            Kind::Handshake => self.history.packet(ts, is_client, packet, 'h'),
            // The client's next first packet has another destination, which gives other keys. A Retry that comes late changes
            // nothing (RFC 9000 section 17.2.5.2).
            Kind::Retry => {
                self.history.letter(is_client, 'r');
                self.history.end();
            }
            // The client says the same in another version.
            Kind::Unreadable if packet.version == Version::NEGOTIATION && self.is_proven() => {
                self.history.letter(is_client, 'x');
                self.negotiated = true;
            }
            Kind::Unreadable => {
                self.history.packet(ts, is_client, packet, 'u');
                self.history.end();
            }
        }
    }

    fn initial(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, packet: &Long<'_>) {
        if self.done {
            return;
        }
        if self.tried >= MAX_TRIED {
            shared.limits_hit.count(Limit::QuicInitialPackets);
            self.done = true;
            return;
        }
        self.tried += 1;
        let had_keys = self.keys.is_some();
        if let Some(frames) = self.open(from, packet) {
            self.frames(shared, ts, from, &frames);
        } else if !had_keys {
            self.wait(shared, from, packet);
        }
        if !had_keys && self.keys.is_some() {
            for (from, bytes) in std::mem::take(&mut self.waiting) {
                if let Some(Packet::Long(long)) = packet::next(&mut &*bytes)
                    && let Some(frames) = self.open(from, &long)
                {
                    self.frames(shared, ts, from, &frames);
                }
            }
        }
    }

    /// Holds a packet until keys are known.
    fn wait(&mut self, shared: &mut Shared, from: Direction, packet: &Long<'_>) {
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push((from, packet.bytes.into()));
        } else {
            shared.limits_hit.count(Limit::QuicInitialPackets);
        }
    }

    /// Opens a packet with the keys that fit it: those at hand; those of the version to which the server changed
    /// (RFC 9368 section 2.3); or, from the client, those of its own destination, with which a connection begins.
    fn open(&mut self, from: Direction, packet: &Long<'_>) -> Option<Vec<u8>> {
        let is_client = self.is_client(from);
        if let Some(keys) = &mut self.keys {
            if keys.version != packet.version {
                **keys = Keys::derive(packet.version, &self.initial_dcid)?;
            }
            let side = if is_client { &mut keys.client } else { &mut keys.server };
            if let Some(frames) = side.open(packet) {
                return Some(frames);
            }
        }
        if self.client.is_some_and(|client| client != from) || self.derived >= MAX_DERIVED {
            return None;
        }
        self.derived += 1;
        let mut keys = Box::new(Keys::derive(packet.version, packet.dcid)?);
        let frames = keys.client.open(packet)?;
        self.client = Some(from);
        self.keys = Some(keys);
        self.initial_dcid = packet.dcid.into();
        self.crypto = Default::default();
        Some(frames)
    }

    /// Reads the frames that an Initial packet may hold (RFC 9000 section 12.4).
    fn frames(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, mut rest: &[u8]) {
        while !rest.is_empty() && !self.done {
            if self.frame(shared, ts, from, &mut rest).is_none() {
                shared.weirds.count(Weird::QuicFrameDamaged);
                break;
            }
        }
    }

    fn frame(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, rest: &mut &[u8]) -> Option<()> {
        if self.keys.as_ref().is_some_and(|keys| keys.version.has_google_frames()) {
            match google::frame(rest)? {
                google::Frame::Crypto { offset, bytes } => self.crypto(shared, ts, from, offset, bytes),
                google::Frame::Close => self.close(from),
                google::Frame::Other => {}
            }
            return Some(());
        }
        match varint(rest)? {
            frame::PADDING | frame::PING => {}
            kind @ (frame::ACK | frame::ACK_ECN) => skip_ack(rest, kind == frame::ACK_ECN)?,
            frame::CRYPTO => {
                let offset = varint(rest)?;
                let length = usize::try_from(varint(rest)?).ok()?;
                self.crypto(shared, ts, from, offset, take(rest, length)?);
            }
            frame::CONNECTION_CLOSE => {
                let (_error, _frame) = (varint(rest)?, varint(rest)?);
                let reason = usize::try_from(varint(rest)?).ok()?;
                take(rest, reason)?;
                self.close(from);
            }
            _ => return None,
        }
        Some(())
    }

    fn close(&mut self, from: Direction) {
        self.history.letter(self.is_client(from), 'c');
        self.history.end();
    }

    fn crypto(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, offset: u64, bytes: &[u8]) {
        if self.keys.as_ref().is_some_and(|keys| keys.version.is_google()) {
            return self.google(shared, from, bytes);
        }
        let (is_client, history) = (self.is_client(from), self.session.summary.history());
        if self.negotiated && is_client && history.contains('C') && !history.contains('j') {
            return;
        }
        let Quic { session, crypto: [orig, resp], .. } = self;
        let stream = if from == Direction::Orig { orig } else { resp };
        let known = session.summary.history().len();
        let taken = stream.push(offset, bytes, &mut |new| session.handshake_bytes(shared, ts, from, new));
        if taken == Taken::TooFar {
            shared.limits_hit.count(Limit::QuicCryptoBytes);
        }
        self.note_hellos(known);
    }

    /// Reads Google's own hello.
    fn google(&mut self, shared: &mut Shared, from: Direction, bytes: &[u8]) {
        if self.is_client(from) && bytes.starts_with(b"CHLO") {
            shared.weirds.count(Weird::Gquic);
            self.history.client_hello(google::server_name(bytes).as_deref(), None);
            self.history.letter(true, 's');
            self.done = true;
        }
    }

    /// Tells the history of the hellos among the messages behind the first `known` ones.
    fn note_hellos(&mut self, known: usize) {
        let summary = &self.session.summary;
        for letter in summary.history().bytes().skip(known) {
            if letter == b'C' {
                let hello = summary.first_client_hello();
                let protocol = hello.and_then(|hello| hello.alpn_names().next());
                self.history.client_hello(hello.and_then(|hello| hello.server_name.as_deref()), protocol);
            }
            if matches!(letter, b'C' | b's' | b'j') {
                self.history.letter(letter == b'C', 's');
            }
        }
        // The server's hello may be captured before the client's last packet.
        let history = self.session.summary.history();
        self.done |= history.contains('C') && history.contains('s');
        self.done |= !self.session.wants(Direction::Orig) || !self.session.wants(Direction::Resp);
    }

    fn release(&mut self) {
        self.done = true;
        self.keys = None;
        self.crypto = Default::default();
        self.waiting = Vec::new();
        self.share.set(0);
    }

    /// Returns the bytes of frames and packets that wait.
    fn held(&self) -> usize {
        let frames: usize = self.crypto.iter().map(CryptoStream::held).sum();
        frames + self.waiting.iter().map(|(_, packet)| packet.len()).sum::<usize>()
    }

    fn is_client(&self, from: Direction) -> bool {
        from == self.client.unwrap_or(Direction::Orig)
    }
}

/// Frame types of Initial packets.
mod frame {
    pub(super) const PADDING: u64 = 0;
    pub(super) const PING: u64 = 1;
    pub(super) const ACK: u64 = 2;
    pub(super) const ACK_ECN: u64 = 3;
    pub(super) const CRYPTO: u64 = 6;
    pub(super) const CONNECTION_CLOSE: u64 = 0x1c;
}

/// Passes over what an ACK frame acknowledges (RFC 9000 section 19.3).
fn skip_ack(rest: &mut &[u8], has_counts: bool) -> Option<()> {
    let (_largest, _delay) = (varint(rest)?, varint(rest)?);
    let ranges = varint(rest)?;
    varint(rest)?;
    // Each range takes two bytes at least, so the bytes end the loop where the count does not.
    for _ in 0..ranges {
        let (_gap, _length) = (varint(rest)?, varint(rest)?);
    }
    for _ in 0..if has_counts { 3 } else { 0 } {
        varint(rest)?;
    }
    Some(())
}
