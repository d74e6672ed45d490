//! Pieces of evidence: what an analyst would point at, each declared once.
//!
//! A piece is a column of the extended table, 1 where it holds and 0 where it does not, by which models weigh it; and a
//! clause, by which a reader is told. Pieces that lower are no proof of anything: they name an ordinary reason for what
//! others hold against a tuple.

use super::super::name::attributes;
use super::super::table::{FLAG, Feature, Group, Unit};
use super::super::view::{Certificate, View};
use super::authority::{bare, is_proposed};
use super::certificate::{is_public, is_self_signed};
use super::connection::is_tls_port;
use super::hello;
use super::name::is_named;
use crate::join::Session;
use serde::Serialize;
use std::net::IpAddr;

/// What a piece of evidence speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// That the tuple is malware's.
    Raises,
    /// That there is an ordinary reason for what raises.
    Lowers,
}

/// What a clause is filled with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// A number: a count, a port, seconds, a share.
    Number(f64),
    /// Text, which may be a capture's own.
    Text(String),
}

/// What a piece found, by the names that its clause has in braces.
pub type Values = Vec<(&'static str, Value)>;

/// One piece of evidence.
#[derive(Debug)]
pub struct Piece {
    /// Its name; that of its column without `evidence_`.
    pub kind: &'static str,
    /// Name of its column.
    pub feature: &'static str,
    /// What it speaks for.
    pub direction: Direction,
    /// What a colleague would say, a clause of a sentence in which `{name}` is a value.
    pub clause: &'static str,
    /// What it finds in a tuple; `None` where it does not hold.
    pub find: fn(&View<'_>) -> Option<Values>,
}

/// Declares each piece once: its row of the table and its clause.
macro_rules! pieces {
    ($($kind:ident, $direction:ident, $doc:literal, $clause:literal, $find:expr;)*) => {
        /// All pieces of evidence that a tuple shows by itself, in the order of their columns.
        pub static PIECES: &[Piece] = &[$(Piece {
            kind: stringify!($kind),
            feature: concat!("evidence_", stringify!($kind)),
            direction: Direction::$direction,
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
    self_signed, Raises,
        "Whether a server signed its certificate itself.",
        "its certificate is self-signed ({subject})",
        |view| certified(view, |_, certificate| is_self_signed(certificate));
    self_signed_no_alpn, Raises,
        "Whether a server signed its certificate itself for a client that offers no protocol by ALPN.",
        "its certificate is self-signed ({subject}) and the client offers no application protocol",
        |view| certified(view, |session, certificate| is_self_signed(certificate) && offers_none(session));
    private_authority_no_name_no_alpn, Raises,
        "Whether a certificate that no public authority issued answered a client that names no server and offers no protocol by ALPN.",
        "no public authority issued its certificate ({issuer}), and the client names no server and offers no application protocol",
        |view| certified(view, |session, certificate| {
            !is_public(certificate) && !is_named(session) && offers_none(session)
        });
    private_authority_no_name_odd_port, Raises,
        "Whether a certificate that no public authority issued answered a client that names no server, on a port where TLS is not at home.",
        "no public authority issued its certificate ({issuer}), the client names no server, and port {port} is not one for TLS",
        |view| {
            if is_tls_port(view) {
                return None;
            }
            let mut values = certified(view, |session, certificate| !is_public(certificate) && !is_named(session))?;
            values.push(port(view));
            Some(values)
        };
    repeated_no_name_odd_port, Raises,
        "Whether at least five connections go to a port where TLS is not at home, none of which names a server.",
        "it is contacted {connections} times on port {port}, which is not one for TLS, and never by name",
        |view| {
            let holds = !is_tls_port(view) && is_repeated(view) && has_no_name(view);
            holds.then(|| vec![connections(view), port(view)])
        };
    regular_beat, Raises,
        "Whether the connections start by the clock: at least ten beats at nearly equal intervals.",
        "it is contacted every {interval} s, {beats} times, with a jitter of {jitter} %",
        |view| beats(view, REGULAR_SCORE);
    beat_no_name, Raises,
        "Whether the connections start at similar intervals, at least ten times, and none of them names a server.",
        "it is contacted every {interval} s, {beats} times, and never by name",
        |view| beats(view, SIMILAR_SCORE).filter(|_| has_no_name(view));
    private_destination, Lowers,
        "Whether the server's address is a private one.",
        "the server is in a private network",
        |view| is_private(view.tuple.key.resp_h).then(Vec::new);
    known_service, Lowers,
        "Whether the connections speak the protocol of their port before TLS, as databases and mail servers do.",
        "the connections are {service} on its own port",
        |view| known_service(view).map(|service| vec![("service", Value::Text(service.to_owned()))]);
    own_authority, Lowers,
        "Whether the certificate was issued by an authority of the organisation that it names, as makers of devices do.",
        "an authority of the organisation that it names issued its certificate ({issuer})",
        |view| certified(view, |_, certificate| is_own_authority(certificate));
}

/// Connections from which a tuple is contacted again and again.
const REPEATED: usize = 5;

/// Beats from which a tuple is regular, and scores of their intervals from which these are nearly equal and similar. The
/// intervals of a person's visits, which come at random, score about 0.5.
const REGULAR_BEATS: u64 = 10;
const REGULAR_SCORE: f64 = 0.85;
const SIMILAR_SCORE: f64 = 0.75;

/// Protocols that turn to TLS on their own ports, by the names of `conn.log`'s `service` (IANA, Service Name and Port
/// Number Registry).
const SERVICES: [(&str, &[u16]); 10] = [
    ("ftp", &[21]),
    ("imap", &[143]),
    ("ldap_tcp", &[389, 3268]),
    ("mysql", &[3306]),
    ("nntp", &[119]),
    ("pop3", &[110]),
    ("postgresql", &[5432]),
    ("rdp", &[3389]),
    ("smtp", &[25, 587, 2525]),
    ("xmpp", &[5222, 5269]),
];

/// Letters of an organisation's first word from which it tells something.
const WORD: usize = 4;

/// Subject and issuer of the first session's certificate for which `fits`.
fn certified(view: &View<'_>, fits: impl Fn(&Session<'_>, Certificate<'_>) -> bool) -> Option<Values> {
    let certificate = view.sessions().find_map(|session| {
        let certificate = Certificate(session.certificate?);
        fits(&session, certificate).then_some(certificate)
    })?;
    let text = |name: Option<&str>| Value::Text(name.unwrap_or_default().to_owned());
    Some(vec![("subject", text(certificate.subject())), ("issuer", text(certificate.issuer()))])
}

/// Whether it is known that the client offered no protocol by ALPN.
fn offers_none(session: &Session<'_>) -> bool {
    hello::known(session.ssl.offer.as_deref()).is_some_and(|offer| hello::protocols(offer).next().is_none())
}

fn has_no_name(view: &View<'_>) -> bool {
    !view.sessions().any(|session| is_named(&session))
}

fn is_repeated(view: &View<'_>) -> bool {
    view.tuple.connections() >= REPEATED
}

/// Interval, number and jitter in percent of the beats whose intervals score so much.
fn beats(view: &View<'_>, score: f64) -> Option<Values> {
    let beacon = view.beacon.as_ref()?;
    let holds = beacon.beats >= REGULAR_BEATS && beacon.interval_score >= score;
    holds.then(|| {
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

/// Whether an address is of no use on the internet: private (RFC 1918, RFC 4193), shared (RFC 6598), of the link or the
/// host itself.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || shared
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(v4.into()),
            None => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}

/// The protocol that some connection speaks on its own port before it turns to TLS.
fn known_service(view: &View<'_>) -> Option<&'static str> {
    let port = view.tuple.key.resp_p;
    let (service, _) = SERVICES.iter().find(|(_, ports)| ports.contains(&port))?;
    let speaks = view.tuple.conn_records().any(|conn| {
        let services = conn.service.as_deref().unwrap_or_default();
        services.split(',').any(|name| name == *service)
    });
    speaks.then_some(*service)
}

/// Whether another name than the subject's issued a certificate, and has the first word of the subject's organisation.
fn is_own_authority(certificate: Certificate<'_>) -> bool {
    let (Some(subject), Some(issuer)) = (certificate.subject(), certificate.issuer()) else { return false };
    if subject == issuer || is_proposed(subject) {
        return false;
    }
    let organisation = attributes(subject).find(|(kind, _)| kind == "O").map(|(_, value)| value);
    let word = organisation.and_then(|name| name.split_whitespace().next().map(bare)).unwrap_or_default();
    word.chars().count() >= WORD && attributes(issuer).any(|(_, value)| bare(&value).contains(&word))
}
