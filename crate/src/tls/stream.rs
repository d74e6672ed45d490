//! A connection's bytes → its handshake, whatever carries TLS: TCP, a preamble, DTLS or QUIC.

use super::detect::{self, Guess};
use super::dtls::{self, Dtls, Opening};
use super::gssapi::Gssapi;
use super::preamble::{self, Found, Next, Preamble, Progress};
use super::quic::{self, Quic, QuicConnection};
use super::rdp_security::RdpSecurity;
use super::record::kind;
use super::session::Session;
use super::shared::Shared;
use super::summary::{Carrier, TlsHandshake};
use super::tcp::TcpSession;
use crate::capture::Timestamp;
use crate::flow::{Direction, Stream};
use crate::{Limit, Weird};

/// Follows one connection and reads its TLS handshake, if it has one.
///
/// Bounds: 235 bytes a direction until TLS or a preamble is recognised or ruled out; 8 KiB a direction in a preamble, 64 KiB in a proxy's; nothing where TLS is searched for among what is not understood; then
/// 128 KiB a direction of a line with a token, or 64 KiB of RDP's settings; a record and a handshake message that are not yet whole, at most 64 KiB and 1 MiB a direction, or 256 KiB of DTLS
/// messages, and 64 MiB over all connections; nothing that is encrypted.
#[derive(Debug, Default)]
pub struct TlsStream {
    state: State,
    /// The preambles behind it, with their services.
    preambles: Vec<Option<&'static str>>,
}

#[derive(Debug)]
enum State {
    /// The first bytes of each direction, as far as they leave it open.
    Detecting { orig: Prefix, resp: Prefix },
    /// A talk that may lead to TLS.
    Preamble(Box<Preamble>),
    /// No TLS so far, and no talk that is known to lead there, or one of which bytes are missing: TLS may begin with any segment,
    /// for so many bytes more.
    Searching(usize),
    /// TLS it is.
    Tls(Box<TcpSession>),
    /// Lines of FTP whose tokens may be TLS.
    Gssapi(Box<Gssapi>),
    /// RDP that chose no TLS.
    RdpSecurity(Box<RdpSecurity>),
    /// Datagrams that may still lead to DTLS, and how many came.
    AwaitingDtls(u32),
    /// DTLS it is.
    Dtls(Box<Dtls>),
    /// Datagrams that look like QUIC, or are.
    Quic(Box<Quic>),
    /// Google's QUIC, whose hello was in the first datagram.
    GoogleQuic(Box<QuicConnection>),
    /// Something else.
    Other,
}

/// How a direction begins.
#[derive(Debug)]
enum Prefix {
    Bytes(Vec<u8>),
    /// Its beginning was never captured.
    Lost,
}

/// Datagrams that may stand before DTLS: the checks with which WebRTC finds a way (Zeek looks at as many:
/// `dpd_max_packets`).
const MAX_DATAGRAMS_BEFORE: u32 = 100;

/// Bytes of both directions among which TLS may begin behind what is not understood.
pub(super) const MAX_SEARCHED: usize = 64 << 10;

/// Preambles that may follow each other: a tunnel in a tunnel, and STARTTLS in that.
pub(super) const MAX_PREAMBLES: usize = 3;

impl Default for State {
    fn default() -> Self {
        State::Detecting { orig: Prefix::Bytes(Vec::new()), resp: Prefix::Bytes(Vec::new()) }
    }
}

impl TlsStream {
    /// Zeek's names of what stood before TLS, in order, none for what Zeek has no name for; and of TLS itself.
    pub fn services(&self) -> impl Iterator<Item = &'static str> {
        let tls: &[&str] = match &self.state {
            State::Tls(_) => &["ssl"],
            State::Gssapi(gssapi) => gssapi.services(),
            State::Dtls(_) => &["dtls"],
            State::Quic(quic) => quic.services(),
            State::GoogleQuic(_) => &["gquic"],
            _ => &[],
        };
        self.preambles.iter().copied().flatten().chain(tls.iter().copied())
    }

    /// Waits no longer for bytes that were not captured.
    pub fn close(&mut self, shared: &mut Shared) {
        if let State::Tls(session) = &mut self.state {
            session.settle(shared);
        }
    }

    /// Returns the handshake, `None` if the connection carried no TLS that could be read; and the connections of QUIC
    /// in the flow.
    pub fn finish(self) -> (Option<TlsHandshake>, Vec<QuicConnection>) {
        match self.state {
            State::Tls(session) => (session.finish(), Vec::new()),
            State::Gssapi(gssapi) => (gssapi.finish(), Vec::new()),
            State::Dtls(dtls) => (dtls.finish(), Vec::new()),
            State::Quic(quic) => quic.finish(),
            State::GoogleQuic(connection) => (None, vec![*connection]),
            State::Detecting { .. }
            | State::Preamble(_)
            | State::Searching(_)
            | State::RdpSecurity(_)
            | State::AwaitingDtls(_)
            | State::Other => (None, Vec::new()),
        }
    }

    /// Judges a direction's beginning and gives it, with what came of the other one, to what follows it from here.
    fn detect(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let State::Detecting { orig, resp } = &mut self.state else { return };
        let (this, other) = match from {
            Direction::Orig => (orig, resp),
            Direction::Resp => (resp, orig),
        };
        let Prefix::Bytes(held) = this else { return };
        let begins = held.is_empty();
        held.extend_from_slice(bytes);
        if begins && !self.preambles.is_empty() {
            // Some clients end the line of their request once more.
            held.drain(..held.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count());
        }
        match detect::guess(held, from) {
            Guess::Undecided if held.len() <= detect::ENOUGH => {}
            Guess::Undecided => self.state = State::Searching(MAX_SEARCHED),
            Guess::Tls => {
                let mut session = session(shared);
                // An undecided beginning of the other direction came earlier.
                begin(&mut session, shared, ts, from.other(), std::mem::replace(other, Prefix::Lost));
                begin(&mut session, shared, ts, from, std::mem::replace(this, Prefix::Lost));
                self.state = State::Tls(session);
            }
            Guess::Other => {
                let found = match other {
                    Prefix::Bytes(_) if self.preambles.len() < MAX_PREAMBLES => {
                        preamble::open(from, held, || shared.budget.share())
                    }
                    _ => Found::Nothing,
                };
                match found {
                    Found::Undecided if held.len() <= detect::ENOUGH => {}
                    Found::Undecided | Found::Nothing => self.state = State::Searching(MAX_SEARCHED),
                    Found::Preamble(preamble) => {
                        let (held, other) = (take(this), take(other));
                        self.state = State::Preamble(preamble);
                        self.data(shared, ts, from, &held);
                        self.data(shared, ts, from.other(), &other);
                    }
                }
            }
        }
    }

    /// Looks for TLS at the front of a segment: what stands before it does not say where it begins.
    fn search(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let State::Searching(left) = &mut self.state else { return };
        if bytes.first() == Some(&kind::HANDSHAKE) && detect::guess(bytes, from) == Guess::Tls {
            let mut session = session(shared);
            session.data(shared, ts, from, bytes);
            self.state = State::Tls(session);
        } else if let Some(rest) = left.checked_sub(bytes.len()) {
            *left = rest;
        } else {
            self.state = State::Other;
        }
    }

    /// Judges the first datagram of a flow.
    fn detect_datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if let Some(connection) = quic::google::opens(ts, bytes) {
            shared.weirds.count(Weird::Gquic);
            self.state = State::GoogleQuic(Box::new(connection));
        } else if quic::opens(bytes) {
            self.state = State::Quic(Box::new(Quic::new(shared.budget.share(), shared.budget.share())));
            self.datagram(shared, ts, from, bytes);
        } else {
            self.detect_dtls(shared, ts, from, bytes, 0);
        }
    }

    /// Looks for a hello of DTLS, `before` datagrams behind the flow's beginning.
    fn detect_dtls(
        &mut self,
        shared: &mut Shared,
        ts: Timestamp,
        from: Direction,
        bytes: &[u8],
        before: u32,
    ) {
        self.state = match dtls::open(bytes) {
            Opening::Hello => {
                let mut dtls = Box::new(Dtls::new(shared.budget.share(), shared.budget.share()));
                dtls.datagram(shared, ts, from, bytes);
                State::Dtls(dtls)
            }
            Opening::Undecided if before < MAX_DATAGRAMS_BEFORE => State::AwaitingDtls(before + 1),
            Opening::Undecided | Opening::Other => State::Other,
        };
    }

    /// Goes on from what a preamble came to. Usually what follows it is detected as at a connection's start.
    fn proceed(&mut self, shared: &mut Shared, ts: Timestamp, progress: Progress) {
        let State::Preamble(preamble) = &self.state else { return };
        match progress {
            Progress::Open => {}
            Progress::Nothing => self.state = State::Searching(MAX_SEARCHED),
            Progress::TooLong => {
                shared.limits_hit.count(Limit::PreambleBytes);
                self.state = State::Other;
            }
            Progress::TooMuchHeld => {
                shared.limits_hit.count(Limit::TlsHeldBytes);
                self.state = State::Other;
            }
            Progress::Over { orig, resp } => {
                self.preambles.push(preamble.service());
                self.state = match preamble.next() {
                    Next::Bytes => State::default(),
                    Next::GssapiTokens => {
                        let (lines, session) = (shared.budget.share(), shared.budget.share());
                        State::Gssapi(Box::new(Gssapi::new(preamble.client(), lines, session)))
                    }
                    Next::RdpSecurity => {
                        let server = preamble.client().other();
                        State::RdpSecurity(Box::new(RdpSecurity::new(server, shared.budget.share())))
                    }
                };
                self.data(shared, ts, Direction::Orig, &orig);
                self.data(shared, ts, Direction::Resp, &resp);
            }
        }
    }
}

impl Stream for TlsStream {
    type Shared = Shared;

    fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        match &mut self.state {
            State::Tls(session) => session.data(shared, ts, from, bytes),
            State::Gssapi(gssapi) => gssapi.data(shared, ts, from, bytes),
            State::RdpSecurity(rdp) => rdp.data(shared, ts, from, bytes),
            State::Detecting { .. } => self.detect(shared, ts, from, bytes),
            State::Searching(_) => self.search(shared, ts, from, bytes),
            State::Preamble(preamble) => {
                let progress = preamble.data(from, bytes);
                self.proceed(shared, ts, progress);
            }
            State::AwaitingDtls(_)
            | State::Dtls(_)
            | State::Quic(_)
            | State::GoogleQuic(_)
            | State::Other => {}
        }
    }

    fn gap(&mut self, shared: &mut Shared, _: Timestamp, from: Direction, len: u64) {
        match (&mut self.state, from) {
            (State::Tls(session), _) if session.wants(from) => session.gap(shared, from, len),
            (State::Gssapi(gssapi), _) if gssapi.wants(from) => gssapi.stop(),
            (State::RdpSecurity(rdp), _) if rdp.wants(from) => rdp.stop(),
            (State::Detecting { orig, .. }, Direction::Orig) => *orig = Prefix::Lost,
            (State::Detecting { resp, .. }, Direction::Resp) => *resp = Prefix::Lost,
            (State::Preamble(preamble), _) => {
                let harmless = preamble.gap(from, len);
                if !harmless {
                    self.state = State::Searching(MAX_SEARCHED);
                }
            }
            _ => {}
        }
        if matches!(self.state, State::Detecting { orig: Prefix::Lost, resp: Prefix::Lost }) {
            self.state = State::Other;
        }
    }

    fn late(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if let State::Tls(session) = &mut self.state {
            session.late(shared, ts, from, bytes);
        }
    }

    fn datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        match &mut self.state {
            State::Dtls(dtls) => dtls.datagram(shared, ts, from, bytes),
            State::Quic(quic) => {
                quic.datagram(shared, ts, from, bytes);
                if !quic.is_open() {
                    self.state = State::Other;
                }
            }
            State::Detecting { .. } => self.detect_datagram(shared, ts, from, bytes),
            State::AwaitingDtls(before) => {
                let before = *before;
                self.detect_dtls(shared, ts, from, bytes, before);
            }
            State::Tls(_)
            | State::Gssapi(_)
            | State::RdpSecurity(_)
            | State::Preamble(_)
            | State::Searching(_)
            | State::GoogleQuic(_)
            | State::Other => {}
        }
    }

    fn wants(&self, from: Direction) -> bool {
        match (&self.state, from) {
            (State::Tls(session), _) => session.wants(from),
            (State::Gssapi(gssapi), _) => gssapi.wants(from),
            (State::RdpSecurity(rdp), _) => rdp.wants(from),
            (State::Dtls(dtls), _) => dtls.wants(from),
            (State::Preamble(_) | State::Searching(_) | State::AwaitingDtls(_) | State::Quic(_), _) => true,
            (State::Detecting { orig, .. }, Direction::Orig) => matches!(orig, Prefix::Bytes(_)),
            (State::Detecting { resp, .. }, Direction::Resp) => matches!(resp, Prefix::Bytes(_)),
            (State::GoogleQuic(_) | State::Other, _) => false,
        }
    }
}

fn session(shared: &Shared) -> Box<TcpSession> {
    let session = Session::new(Carrier::Tcp, shared.budget.share());
    Box::new(TcpSession::new(session, shared.budget.share()))
}

/// Returns the bytes of a beginning, which is lost with them.
fn take(prefix: &mut Prefix) -> Vec<u8> {
    match std::mem::replace(prefix, Prefix::Lost) {
        Prefix::Bytes(bytes) => bytes,
        Prefix::Lost => Vec::new(),
    }
}

fn begin(session: &mut TcpSession, shared: &mut Shared, ts: Timestamp, from: Direction, prefix: Prefix) {
    match prefix {
        Prefix::Bytes(bytes) => session.data(shared, ts, from, &bytes),
        Prefix::Lost => session.give_up(from),
    }
}
