//! Pieces of evidence: what an analyst would point at, each declared once.
//!
//! A piece is a column of the extended table, 1 where it holds and 0 where it does not, by which models weigh it; and a
//! clause, by which a reader is told. Pieces that lower are no proof of anything: they name an ordinary reason for what
//! others hold against a tuple.

use super::super::beacon::Beacon;
use super::super::name::attributes;
use super::super::server::{is_private, is_same_host, known_service};
use super::super::table::{FLAG, Feature, Group, Unit};
use super::super::view::{Certificate, View};
use super::authority::{bare, is_proposed};
use super::certificate::{is_public, is_self_signed};
use super::connection::is_tls_port;
use super::hello;
use super::name::is_named;
use crate::join::{LookupState, Session};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a piece of evidence speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// That the tuple is malware's.
    Raises,
    /// That there is an ordinary reason for what raises.
    Lowers,
}

/// What a clause is filled with. None of it is text of the capture, so that redaction leaves it as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(untagged)]
pub enum Value {
    /// A number: a count, a port, seconds, percent.
    Number(f64),
    /// A word of the program's own.
    Text(Cow<'static, str>),
}

/// What a piece found, by the names that its clause has in braces.
pub type Values = Vec<(&'static str, Value)>;

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The server's certificate.
    Certificate,
    /// How the server is addressed.
    Address,
    /// When connections start.
    Rhythm,
    /// What the server is.
    Context,
}

/// One piece of evidence.
#[derive(Debug)]
pub struct Piece {
    /// Its name; that of its column without `evidence_`.
    pub kind: &'static str,
    /// Name of its column.
    pub feature: &'static str,
    /// What it speaks for.
    pub direction: Direction,
    /// What it is about; a sentence says one thing about each.
    pub about: About,
    /// What a colleague would say, a clause of a sentence in which `{name}` is a value.
    pub clause: &'static str,
    /// What it finds in a tuple; `None` where it does not hold.
    pub find: fn(&View<'_>) -> Option<Values>,
}

/// Declares each piece once: its row of the table and its clause.
macro_rules! pieces {
    ($($kind:ident, $direction:ident, $about:ident, $doc:literal, $clause:literal, $find:expr;)*) => {
        /// All pieces of evidence that a tuple shows by itself, in the order of their columns.
        pub static PIECES: &[Piece] = &[$(Piece {
            kind: stringify!($kind),
            feature: concat!("evidence_", stringify!($kind)),
            direction: Direction::$direction,
            about: About::$about,
            clause: $clause,
            find: $find,
        },)*];

        pub(super) static ROWS: &[Feature] = &[$(Feature {
            name: concat!("evidence_", stringify!($kind)),
            group: Group::Evidence,
            unit: Unit::Flag,
            doc: $doc,
            range: FLAG,
            missing: None,
            compute: |view| {
                let find: fn(&View<'_>) -> Option<Values> = $find;
                Some(f64::from(find(view).is_some()))
            },
        },)*];
    };
}

pieces! {
    self_signed, Raises, Certificate,
        "Whether a server signed its certificate itself.",
        "its certificate is self-signed",
        |view| certified(view, |_, certificate| is_self_signed(certificate));
    self_signed_no_alpn, Raises, Certificate,
        "Whether a server signed its certificate itself for a client that offers no protocol by ALPN.",
        "its certificate is self-signed and the client offers no application protocol",
        |view| certified(view, |session, certificate| is_self_signed(certificate) && offers_none(session));
    private_authority_no_name_no_alpn, Raises, Certificate,
        "Whether a certificate that no public authority issued answered a client that names no server and offers no protocol by ALPN.",
        "no public authority issued its certificate and the client names neither a server nor a protocol",
        |view| certified(view, |session, certificate| {
            !is_public(certificate) && !is_named(session) && offers_none(session)
        });
    private_authority_no_name_odd_port, Raises, Certificate,
        "Whether a certificate that no public authority issued answered a client that names no server, on a port that is not a well-known TLS port.",
        "no public authority issued its certificate, which answers without a name on port {port}",
        |view| {
            if is_tls_port(view) {
                return None;
            }
            certified(view, |session, certificate| !is_public(certificate) && !is_named(session))?;
            Some(vec![port(view)])
        };
    repeated_no_name_odd_port, Raises, Address,
        "Whether at least five connections, none of which names a server, go to a port that is not a well-known TLS port.",
        "it is contacted {connections} times on port {port}, never by name",
        |view| {
            let holds = !is_tls_port(view) && is_repeated(view) && has_no_name(view);
            holds.then(|| vec![connections(view), port(view)])
        };
    regular_beat, Raises, Rhythm,
        "Whether the connections start by the clock: at least ten beats at nearly equal intervals.",
        "it is contacted every {interval} s, {beats} times, with a jitter of {jitter} %",
        |view| beats(view, |beacon| beacon.is_regular());
    beat_no_name, Raises, Rhythm,
        "Whether the connections start at similar intervals, at least ten times, and none of them names a server.",
        "it is contacted every {interval} s, {beats} times, and never by name",
        |view| beats(view, |beacon| beacon.has_intervals(SIMILAR_SCORE)).filter(|_| has_no_name(view));
    never_looked_up_no_name_no_alpn, Raises, Address,
        "Whether no answer of DNS named the server, though the host asks, and the client names neither a server nor a protocol.",
        "its address was never looked up, and the client names neither a server nor a protocol",
        |view| {
            let holds = is_never_looked_up(view) && has_no_name(view) && view.sessions().any(|session| offers_none(&session));
            holds.then(Vec::new)
        };
    never_looked_up_repeated, Raises, Address,
        "Whether no answer of DNS named the server, though the host asks, and at least five connections go there without a name.",
        "its address was never looked up, and it is contacted {connections} times without a name",
        |view| {
            let holds = is_never_looked_up(view) && has_no_name(view) && is_repeated(view);
            holds.then(|| vec![connections(view)])
        };
    private_destination, Lowers, Context,
        "Whether the server's address is a private one.",
        "the server is in a private network",
        |view| is_private(view.tuple.key.resp_h).then(Vec::new);
    same_host, Lowers, Context,
        "Whether the host connects to itself: the addresses are equal, or the server's is a loopback address.",
        "the host connects to itself",
        |view| is_same_host(view.tuple.key.orig_h, view.tuple.key.resp_h).then(Vec::new);
    known_service, Lowers, Context,
        "Whether the connections speak the protocol of their port before TLS, as databases and mail servers do.",
        "the connections speak {service} on its own port",
        |view| known_service(view.tuple).map(|service| vec![("service", Value::Text(service.into()))]);
    own_authority, Lowers, Context,
        "Whether the certificate was issued by an authority of the organisation that it names, as makers of devices do.",
        "its certificate is from an authority of the organisation that it names",
        |view| certified(view, |_, certificate| is_own_authority(certificate));
}

/// Connections from which a tuple is contacted again and again.
const REPEATED: usize = 5;

/// Score of the intervals from which these are similar. The intervals of a person's visits, which come at random, score
/// about 0.5.
const SIMILAR_SCORE: f64 = 0.75;

/// Letters of an organisation's first word from which it tells something.
const WORD: usize = 4;

/// Nothing to fill in, where `fits` for the certificate of some session.
fn certified(view: &View<'_>, fits: impl Fn(&Session<'_>, Certificate<'_>) -> bool) -> Option<Values> {
    let mut certified =
        view.sessions().filter_map(|session| Some((session, Certificate(session.certificate?))));
    certified.any(|(session, certificate)| fits(&session, certificate)).then(Vec::new)
}

/// Returns whether it is known that the client offered no protocol by ALPN.
fn offers_none(session: &Session<'_>) -> bool {
    hello::known(session.ssl.offer.as_deref()).is_some_and(|offer| hello::protocols(offer).next().is_none())
}

/// Returns whether the host asks DNS in the input, and no answer had named the address.
fn is_never_looked_up(view: &View<'_>) -> bool {
    view.tuple.dns.state == LookupState::Never
}

fn has_no_name(view: &View<'_>) -> bool {
    !view.sessions().any(|session| is_named(&session))
}

fn is_repeated(view: &View<'_>) -> bool {
    view.tuple.connections() >= REPEATED
}

/// Interval, number and jitter in percent of the beats for which `holds`.
fn beats(view: &View<'_>, holds: impl Fn(&Beacon) -> bool) -> Option<Values> {
    let beacon = view.beacon.as_ref()?;
    holds(beacon).then(|| {
        vec![
            ("interval", Value::Number(beacon.interval)),
            ("beats", Value::Number(beacon.beats as f64)),
            ("jitter", Value::Number(100.0 * beacon.jitter)),
        ]
    })
}

fn port(view: &View<'_>) -> (&'static str, Value) {
    ("port", Value::Number(f64::from(view.tuple.key.resp_p)))
}

fn connections(view: &View<'_>) -> (&'static str, Value) {
    ("connections", Value::Number(view.tuple.connections() as f64))
}

/// Returns whether another name than the subject's issued a certificate, and has the first word of the subject's
/// organisation.
fn is_own_authority(certificate: Certificate<'_>) -> bool {
    let (Some(subject), Some(issuer)) = (certificate.subject(), certificate.issuer()) else { return false };
    if subject == issuer || is_proposed(subject) {
        return false;
    }
    let organisation = attributes(subject).find(|(kind, _)| kind == "O").map(|(_, value)| value);
    let word = organisation.and_then(|name| name.split_whitespace().next().map(bare)).unwrap_or_default();
    word.chars().count() >= WORD && attributes(issuer).any(|(_, value)| bare(&value).contains(&word))
}
