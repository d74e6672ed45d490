//! The plain talk that may stand before TLS on the same connection: STARTTLS and its kin, proxies, a loader's stage.
//!
//! Each protocol has its file. It reads both ends' bytes unit by unit (a line, a tag, a message) and says where each
//! end is through with it; what follows is then detected as at a connection's start, so preambles nest, unless the
//! talk says that TLS comes in a form of its own.

mod connect;
mod gnutella;
mod ldap;
mod mysql;
mod nomachine;
mod postgresql;
mod proxy_header;
mod rdp;
mod socks;
mod stage;
mod text;
mod vnc;
mod xmpp;

use super::budget::Share;
use crate::counter::bound;
use crate::flow::Direction;
use std::fmt::Debug;

/// Bytes of a direction that are read at most, of most protocols; those that one passes over by their length do not count.
const MAX_DIRECTION: usize = bound::PREAMBLE;

/// The same of protocols whose dialogue may hold tokens, as Kerberos has them.
const MAX_WITH_TOKENS: usize = bound::PREAMBLE_WITH_TOKENS;

/// Bytes that a direction which is through with the talk may send before the other one is.
const MAX_AHEAD: usize = 64 << 10;

/// Who an end is in the talk, whichever of the two opened the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Client,
    Server,
}

/// What a direction's first bytes say of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// An end of this role begins so.
    By(Role),
    No,
    /// All bytes so far fit; more are needed. Any protocol decides within [`super::detect::ENOUGH`].
    Undecided,
}

/// What an end's next bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// More bytes of this end are needed, or a word of the other one.
    Wait,
    /// A unit of this length; the talk goes on behind it. It may be longer than what is there, and is never empty.
    Unit(usize),
    /// A unit of this length, which may be zero; behind it this end is through with the talk.
    Over(usize),
    /// Nothing that leads on.
    NotMine,
}

/// What follows a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// What a connection may begin with: TLS, or another talk.
    Bytes,
    /// More lines of FTP, in which TLS comes as tokens of GSSAPI.
    GssapiTokens,
    /// RDP without TLS, whose own security has certificates too.
    RdpSecurity,
}

/// A protocol that may lead to TLS, followed through one connection.
trait Talk: Debug + Send {
    /// Judges the bytes of `role` behind those that earlier steps named.
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step;

    /// Zeek's name for it in conn's `service`; `None` if Zeek knows no such service.
    fn service(&self) -> Option<&'static str>;

    /// Returns what follows it once both ends are through.
    fn next(&self) -> Next {
        Next::Bytes
    }

    /// Returns the bytes of a direction that are read at most.
    fn bound(&self) -> usize {
        MAX_DIRECTION
    }
}

/// How a protocol is recognised, and its follower.
type Protocol = (fn(&[u8]) -> Opening, fn() -> Box<dyn Talk>);

const PROTOCOLS: [Protocol; 13] = [
    (text::open, || Box::<text::Text>::default()),
    (connect::open, || Box::<connect::Connect>::default()),
    (socks::open, || Box::<socks::Socks>::default()),
    (xmpp::open, || Box::<xmpp::Xmpp>::default()),
    (ldap::open, || Box::<ldap::Ldap>::default()),
    (mysql::open, || Box::new(mysql::MySql)),
    (postgresql::open, || Box::<postgresql::PostgreSql>::default()),
    (rdp::open, || Box::<rdp::Rdp>::default()),
    (vnc::open, || Box::<vnc::Vnc>::default()),
    (gnutella::open, || Box::<gnutella::Gnutella>::default()),
    (nomachine::open, || Box::new(nomachine::NoMachine)),
    (proxy_header::open, || Box::new(proxy_header::ProxyHeader)),
    (stage::open, || Box::new(stage::Stage)),
];

/// What [`open`] found.
pub(super) enum Found {
    Preamble(Box<Preamble>),
    Nothing,
    Undecided,
}

/// Looks for a protocol with which `from` may begin so. It has taken no bytes yet.
pub(super) fn open(from: Direction, bytes: &[u8], share: impl FnOnce() -> Share) -> Found {
    let mut found = Found::Nothing;
    for (open, follow) in PROTOCOLS {
        match open(bytes) {
            Opening::No => {}
            Opening::Undecided => found = Found::Undecided,
            Opening::By(role) => {
                let client = if role == Role::Client { from } else { from.other() };
                let (orig, resp) = Default::default();
                return Found::Preamble(Box::new(Preamble {
                    talk: follow(),
                    client,
                    orig,
                    resp,
                    share: share(),
                }));
            }
        }
    }
    found
}

/// A connection in such a talk. It holds of each direction a unit that is not yet whole, at most 8 KiB, or what came
/// before the other one's last unit, at most 64 KiB.
#[derive(Debug)]
pub(super) struct Preamble {
    talk: Box<dyn Talk>,
    client: Direction,
    orig: Side,
    resp: Side,
    share: Share,
}

/// One direction.
#[derive(Debug, Default)]
struct Side {
    held: Vec<u8>,
    /// Bytes of `held` that were read.
    at: usize,
    /// Bytes that were read before those.
    read: usize,
    /// Bytes to come that belong to a unit already judged.
    skip: u64,
    /// The talk is over, but for what is to be skipped.
    over: bool,
}

/// How a preamble goes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Open,
    /// It led nowhere.
    Nothing,
    /// It is longer than a talk may be.
    TooLong,
    /// Both directions are through with the talk; what they sent since.
    Over {
        orig: Vec<u8>,
        resp: Vec<u8>,
    },
    /// All connections together hold too much.
    TooMuchHeld,
}

impl Preamble {
    /// Zeek's name of the protocol, if it has one.
    pub(super) fn service(&self) -> Option<&'static str> {
        self.talk.service()
    }

    /// Returns what follows the talk once it is over.
    pub(super) fn next(&self) -> Next {
        self.talk.next()
    }

    /// Returns the end that is the client in the talk.
    pub(super) fn client(&self) -> Direction {
        self.client
    }

    /// Takes the next bytes of a direction.
    pub(super) fn data(&mut self, from: Direction, bytes: &[u8]) -> Progress {
        self.side(from).push(bytes);
        let led_on = self.advance().is_some();
        let (orig, resp, bound) = (&mut self.orig, &mut self.resp, self.talk.bound());
        if !led_on {
            return Progress::Nothing;
        }
        if !orig.fits(bound) || !resp.fits(bound) {
            return Progress::TooLong;
        }
        if orig.is_over() && resp.is_over() {
            return Progress::Over {
                orig: std::mem::take(&mut orig.held),
                resp: std::mem::take(&mut resp.held),
            };
        }
        if self.share.set(self.orig.held.len() + self.resp.held.len()) {
            Progress::Open
        } else {
            Progress::TooMuchHeld
        }
    }

    /// Returns whether `len` missing bytes of a direction do no harm, because they would have been passed over.
    pub(super) fn gap(&mut self, from: Direction, len: u64) -> bool {
        let side = self.side(from);
        let left = side.skip.checked_sub(len);
        side.skip = left.unwrap_or_default();
        left.is_some()
    }

    /// Reads as far as the bytes go; `None` if they lead nowhere. An end's unit may be what the other waits for.
    fn advance(&mut self) -> Option<()> {
        loop {
            let orig = self.advance_side(Direction::Orig)?;
            let resp = self.advance_side(Direction::Resp)?;
            if !orig && !resp {
                break;
            }
        }
        self.orig.forget_read();
        self.resp.forget_read();
        Some(())
    }

    /// Reads one unit; false where there is none.
    fn advance_side(&mut self, from: Direction) -> Option<bool> {
        let role = if from == self.client { Role::Client } else { Role::Server };
        let side = match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        };
        if side.over || side.skip > 0 {
            return Some(false);
        }
        match self.talk.step(role, side.held.get(side.at..)?) {
            Step::Wait | Step::Unit(0) => return Some(false),
            Step::NotMine => return None,
            Step::Unit(len) => side.pass(len),
            Step::Over(len) => {
                side.pass(len);
                side.over = true;
            }
        }
        Some(true)
    }

    fn side(&mut self, from: Direction) -> &mut Side {
        match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        }
    }
}

impl Side {
    fn push(&mut self, bytes: &[u8]) {
        let skipped = bytes.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
        self.skip -= skipped as u64;
        self.held.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
    }

    /// Returns whether this is no more than a preamble may have.
    fn fits(&self, bound: usize) -> bool {
        if self.over { self.held.len() <= MAX_AHEAD } else { self.read + self.held.len() <= bound }
    }

    fn pass(&mut self, len: usize) {
        let there = len.min(self.held.len() - self.at);
        self.at += there;
        self.skip = (len - there) as u64;
    }

    fn forget_read(&mut self) {
        self.held.drain(..self.at);
        self.read += self.at;
        self.at = 0;
    }

    fn is_over(&self) -> bool {
        self.over && self.skip == 0
    }
}

/// Returns whether `bytes` begin with one of `words`, letters of either case; `None` while they may still come to.
fn begins_with(bytes: &[u8], words: &[&[u8]]) -> Option<bool> {
    let mut answer = Some(false);
    for word in words {
        let common = bytes.len().min(word.len());
        let fits = bytes.iter().zip(*word).all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted));
        if fits && common == word.len() {
            return Some(true);
        }
        if fits {
            answer = None;
        }
    }
    answer
}

/// [`Opening`] of an end of this role that begins with one of `words`.
fn opening(role: Role, fits: Option<bool>) -> Opening {
    match fits {
        Some(true) => Opening::By(role),
        Some(false) => Opening::No,
        None => Opening::Undecided,
    }
}

/// Returns the line with which `bytes` begin, without its end, and its length with it; `None` while it is not whole.
fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((bytes.get(..end)?.trim_ascii(), end + 1))
}

/// Where the search for the end of a head in HTTP's form goes on: a head that comes in many segments is read once.
#[derive(Debug, Clone, Copy, Default)]
struct HeadSearch {
    /// Place of the line that is not whole.
    line: usize,
    /// Bytes that were looked at.
    seen: usize,
}

impl HeadSearch {
    /// Returns the head with which `bytes` begin, up to its empty line; `None` while that has not come.
    fn head<'a>(&mut self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        for (at, _) in bytes.iter().enumerate().skip(self.seen).filter(|(_, byte)| **byte == b'\n') {
            if self.line > 0 && matches!(bytes.get(self.line..at), Some([] | [b'\r'])) {
                *self = HeadSearch::default();
                return bytes.get(..=at);
            }
            self.line = at + 1;
        }
        self.seen = bytes.len();
        None
    }
}

/// Returns the value of the header that is called `name`, a name in small letters with its colon.
fn header<'a>(head: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = |line: &'a [u8]| {
        let (this, value) = line.split_at_checked(name.len())?;
        this.eq_ignore_ascii_case(name).then_some(value.trim_ascii())
    };
    head.split(|byte| *byte == b'\n').find_map(value)
}

#[cfg(test)]
mod tests {
    use super::super::budget::{Budget, MAX_HELD};
    use super::*;
    use Role::{Client, Server};

    /// Returns the clients open the connections of these tests.
    fn direction(role: Role) -> Direction {
        if role == Client { Direction::Orig } else { Direction::Resp }
    }

    fn follow(budget: &Budget, talk: &[(Role, &[u8])]) -> (Progress, Box<Preamble>) {
        let ((first, bytes), rest) = talk.split_first().unwrap();
        let Found::Preamble(mut preamble) = open(direction(*first), bytes, || budget.share()) else {
            panic!("{bytes:?} opens nothing");
        };
        let mut progress = preamble.data(direction(*first), bytes);
        for (role, bytes) in rest {
            assert_eq!(progress, Progress::Open, "before {bytes:?}");
            progress = preamble.data(direction(*role), bytes);
        }
        (progress, preamble)
    }

    /// Returns the service, where TLS begins behind the talk and not earlier; the same is asked of single bytes.
    pub(super) fn begins(talk: &[(Role, &[u8])]) -> Option<Option<&'static str>> {
        let (progress, preamble) = follow(&Budget::default(), talk);
        let begins = matches!(progress, Progress::Over { .. }).then(|| preamble.service());
        let (first, rest) = talk.split_first().unwrap();
        let bytes = rest.iter().flat_map(|(role, bytes)| bytes.chunks(1).map(|byte| (*role, byte)));
        let single: Vec<_> = [*first].into_iter().chain(bytes).collect();
        let (progress, preamble) = follow(&Budget::default(), &single);
        assert_eq!(matches!(progress, Progress::Over { .. }).then(|| preamble.service()), begins);
        begins
    }

    /// Returns what follows a talk.
    pub(super) fn next(talk: &[(Role, &[u8])]) -> Next {
        follow(&Budget::default(), talk).1.next()
    }

    pub(super) fn leads_nowhere(talk: &[(Role, &[u8])]) -> bool {
        matches!(follow(&Budget::default(), talk).0, Progress::Nothing | Progress::TooLong)
    }

    #[test]
    fn a_head_is_found_whole_or_in_pieces() {
        let head = b"CONNECT a HTTP/1.1\r\nHost: a\r\n\r\nrest";
        let mut search = HeadSearch::default();
        let found = (0..=head.len()).find_map(|end| search.head(&head[..end]).map(<[u8]>::len));
        assert_eq!(found, Some(head.len() - 4));
        assert_eq!(HeadSearch::default().head(head).map(<[u8]>::len), found);
    }

    #[test]
    fn what_came_behind_the_change_is_handed_on() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"+OK a\r\n"), (Client, b"STLS\r\nhello"), (Server, b"+OK\r\nanswer")];
        let (progress, _) = follow(&Budget::default(), &talk);
        assert_eq!(progress, Progress::Over { orig: b"hello".to_vec(), resp: b"answer".to_vec() });
    }

    #[test]
    fn a_server_may_be_the_originator() {
        let budget = Budget::default();
        let Found::Preamble(mut preamble) = open(Direction::Orig, b"+OK a\r\n", || budget.share()) else {
            panic!("POP3 opens");
        };
        assert_eq!(preamble.data(Direction::Resp, b"STLS\r\n"), Progress::Open);
        assert!(matches!(preamble.data(Direction::Orig, b"+OK\r\n"), Progress::Over { .. }));
    }

    #[test]
    fn endless_lines_lead_nowhere() {
        let lines = b"x\n".repeat(MAX_DIRECTION / 2 + 1);
        assert!(leads_nowhere(&[(Server, b"220 a\r\n"), (Client, &lines)]));
    }

    #[test]
    fn a_direction_that_runs_ahead_leads_nowhere() {
        let ahead = vec![7; 100 + MAX_AHEAD];
        assert!(leads_nowhere(&[(Server, &[74, 0, 0, 0, 10, 0]), (Server, &ahead)]));
    }

    #[test]
    fn the_common_bound_holds() {
        let budget = Budget::default();
        budget.share().set(0);
        let mut others = budget.share();
        others.set(MAX_HELD);
        assert_eq!(follow(&budget, &[(Server, b"220 a")]).0, Progress::TooMuchHeld);
    }

    #[test]
    fn only_a_gap_in_what_is_passed_over_does_no_harm() {
        let (_, mut preamble) = follow(&Budget::default(), &[(Server, &[0, 0x40, 0, 0, b'M', b'Z'])]);
        assert!(preamble.gap(Direction::Resp, 0x4000 - 2));
        assert!(!preamble.gap(Direction::Resp, 1));
    }

    #[test]
    fn a_word_is_undecided_while_it_fits() {
        assert_eq!(begins_with(b"con", &[b"CONNECT "]), None);
        assert_eq!(begins_with(b"connect x", &[b"CONNECT "]), Some(true));
        assert_eq!(begins_with(b"cat", &[b"CONNECT "]), Some(false));
    }
}
