//! What DNS had told about an address before a host connected to it.

use super::encrypted_dns;
use super::host::Host;
use super::{Session, Tuple};
use crate::flow::ConnId;
use crate::records::{ConnRecord, DnsRecord, SslRecord, known};
use crate::seeded::{Map, Set};
use std::net::IpAddr;

/// How long before a connection an answer may have come, in seconds: resolvers keep few longer.
pub const WINDOW: f64 = 86_400.0;

/// Answers before a connection that are looked at, the latest first.
pub const SCANNED: usize = 32;

/// Most names of a tuple.
const MAX_NAMES: usize = 16;

/// Whether an address had been looked up before a host connected to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum LookupState {
    /// An answer named the address: to the host itself, else to any other.
    LookedUp,
    /// No answer named the address, though the host had asked before it connected.
    Never,
    /// Nobody can tell: the host asks no DNS in the input, asks it encrypted, or connected before it first asked.
    #[default]
    Unknown,
}

impl LookupState {
    /// Its name in the Report.
    pub fn as_str(self) -> &'static str {
        match self {
            LookupState::LookedUp => "looked-up",
            LookupState::Never => "never",
            LookupState::Unknown => "unknown",
        }
    }
}

/// Why nobody can tell whether an address had been looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Untold {
    /// The input holds no answer to the host.
    NoDns,
    /// The host asks where nobody can read it.
    Encrypted,
    /// The host connected before it was first answered.
    TooEarly,
}

/// An answer that named an address.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lookup<'a> {
    /// Name that was asked for.
    pub name: &'a str,
    /// Seconds from the answer to the connection.
    pub age: f64,
    /// Seconds for which the address may be kept.
    pub ttl: Option<f64>,
    /// Addresses in the answer.
    pub addresses: usize,
    /// Aliases between the name and its address.
    pub cname_depth: usize,
}

/// What DNS tells about one connection.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SessionLookup<'a> {
    /// Whether its address had been looked up.
    pub state: LookupState,
    /// The latest answer that named its address.
    pub lookup: Option<Lookup<'a>>,
    /// Whether its server name had been asked for by the host; absent without such a name, or where it is unknown.
    pub name_asked: Option<bool>,
    /// Whether its server name led to its address; absent without such a name or a look-up.
    pub name_led_here: Option<bool>,
}

/// What DNS tells about a tuple.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TupleLookup<'a> {
    /// [`LookupState::LookedUp`] where that holds for any connection, else the state of the first.
    pub state: LookupState,
    /// Why nobody can tell; absent where that is known.
    pub untold: Option<Untold>,
    /// Names by which the address had been looked up, with the seconds from the answer to the next connection; the most recent
    /// first.
    pub names: Vec<(&'a str, f64)>,
}

/// An answer with an address, in the index.
#[derive(Debug, Clone, Copy)]
struct Answer<'a> {
    /// Time of the answer, epoch seconds.
    ts: f64,
    record: &'a DnsRecord,
    /// Place of the address among the record's answers.
    place: usize,
}

/// The answers that named addresses of tuples, and what hosts asked.
#[derive(Debug, Default)]
pub(super) struct Lookups<'a> {
    /// By host and address.
    own: Map<(IpAddr, IpAddr), Vec<Answer<'a>>>,
    /// By address, whoever asked.
    any: Map<IpAddr, Vec<Answer<'a>>>,
    /// What a host was answered first.
    first_answered: Map<IpAddr, &'a DnsRecord>,
    /// How a host first asked for a name that it gives to a server.
    first_asked: Map<(IpAddr, String), &'a DnsRecord>,
    /// Hosts that ask where nobody can read it, each with a connection in which it does.
    encrypted: Map<IpAddr, ConnId>,
    /// What other records tell of the host of a tuple that is judged apart.
    apart: Option<Host>,
}

impl<'a> Lookups<'a> {
    /// Returns the index for `tuples`.
    pub(super) fn of(
        conn: &[ConnRecord],
        ssl: &[SslRecord],
        dns: &'a [DnsRecord],
        tuples: &[Tuple<'_>],
    ) -> Self {
        let mut lookups = Lookups::default();
        if dns.is_empty() {
            return lookups;
        }
        lookups.encrypted = encrypted_dns::hosts(conn.iter(), ssl.iter());
        let addresses: Set<IpAddr> = tuples.iter().map(|tuple| tuple.key.resp_h).collect();
        let sessions = tuples.iter().flat_map(|tuple| &tuple.sessions);
        let names: Set<String> = sessions.filter_map(|session| server_name(session.ssl)).collect();
        for record in dns {
            lookups.add(record, &addresses, &names);
        }
        for answers in lookups.own.values_mut().chain(lookups.any.values_mut()) {
            // Of answers at one time, the same is the latest whatever the order of lines.
            answers.sort_by(|a, b| a.ts.total_cmp(&b.ts).then_with(|| a.name().cmp(&b.name())));
        }
        lookups
    }

    fn add(&mut self, record: &'a DnsRecord, addresses: &Set<IpAddr>, names: &Set<String>) {
        let host = record.orig_h;
        if record.rcode.is_some() && is_resolver(record.resp_h, record.resp_p) {
            earliest(&mut self.first_answered, host, record);
        }
        let Some(query) = record.query.as_deref() else { return };
        let query = normal(query);
        if names.contains(&query) {
            earliest(&mut self.first_asked, (host, query), record);
        }
        let ts = record.ts + record.rtt.unwrap_or(0.0);
        for (place, text) in record.answers.iter().flatten().enumerate() {
            let Some(address) = text.parse().ok().filter(|address| addresses.contains(address)) else {
                continue;
            };
            let answer = Answer { ts, record, place };
            self.own.entry((host, address)).or_default().push(answer);
            self.any.entry(address).or_default().push(answer);
        }
    }

    /// Adds what the records of other tuples tell of the host, where there is one host.
    pub(super) fn know(&mut self, host: Host) {
        self.apart = Some(host);
    }

    /// Tells a tuple, and each of its sessions, what DNS had told before.
    pub(super) fn tell(&self, tuple: &mut Tuple<'a>) {
        let mut states: Vec<(f64, LookupState)> = Vec::with_capacity(tuple.connections());
        let mut names: Map<&'a str, f64> = Map::default();
        let from_start = tuple.conn_records().map(|conn| conn.ts).fold(f64::INFINITY, f64::min);
        let untold = self.untold(tuple.key.orig_h, from_start);
        let or_else = or_never(untold);
        for conn in tuple.conn_records() {
            let answers = self.before(conn.orig_h, conn.resp_h, conn.ts);
            states.push((conn.ts, if answers.is_empty() { or_else } else { LookupState::LookedUp }));
            for answer in answers {
                let Some(name) = answer.record.query.as_deref() else { continue };
                let age = names.entry(name).or_insert(f64::INFINITY);
                *age = age.min(conn.ts - answer.ts);
            }
        }
        for session in &mut tuple.sessions {
            session.dns = self.session(session, or_else);
        }
        let is_looked_up = states.iter().any(|(_, state)| *state == LookupState::LookedUp);
        let mut names: Vec<(&str, f64)> = names.into_iter().collect();
        names.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
        names.truncate(MAX_NAMES);
        tuple.dns = match is_looked_up {
            true => TupleLookup { state: LookupState::LookedUp, untold: None, names },
            false => TupleLookup { state: or_else, untold, names },
        };
    }

    /// Connections by which [`Lookups::tell`] says what it says of a tuple; with no others it says the same.
    pub(super) fn behind(&self, tuple: &Tuple<'a>) -> Set<ConnId> {
        let host = tuple.key.orig_h;
        let answers = tuple.conn_records().flat_map(|conn| self.before(host, conn.resp_h, conn.ts));
        let names = tuple.sessions.iter().filter_map(|session| server_name(session.ssl));
        let asked = names.filter_map(|name| self.first_asked.get(&(host, name)));
        let records = answers.map(|answer| answer.record).chain(asked.copied());
        let records = records.chain(self.first_answered.get(&host).copied());
        records.map(DnsRecord::id).chain(self.encrypted.get(&host).copied()).collect()
    }

    fn session(&self, session: &Session<'a>, or_else: LookupState) -> SessionLookup<'a> {
        let conn = session.conn;
        let answers = self.before(conn.orig_h, conn.resp_h, conn.ts);
        let lookup = answers.last().and_then(|answer| answer.lookup(conn.ts));
        let name = server_name(session.ssl);
        let led_here = |name: &String| {
            answers
                .iter()
                .any(|answer| answer.record.query.as_deref().is_some_and(|query| normal(query) == *name))
        };
        let name_led_here = name.as_ref().filter(|_| !answers.is_empty()).map(led_here);
        let asked = |name: String| {
            let can_tell = self.untold(conn.orig_h, conn.ts).is_none();
            let asked = self.first_asked.get(&(conn.orig_h, name)).is_some_and(|first| first.ts <= conn.ts);
            (asked || can_tell).then_some(asked)
        };
        let state = if answers.is_empty() { or_else } else { LookupState::LookedUp };
        SessionLookup { state, lookup, name_asked: name.and_then(asked), name_led_here }
    }

    /// Why nobody can tell at `ts` what a host looks up; `None` where that is known.
    fn untold(&self, host: IpAddr, ts: f64) -> Option<Untold> {
        if self.encrypted.contains_key(&host) || self.apart.is_some_and(|host| host.encrypted_dns) {
            return Some(Untold::Encrypted);
        }
        let own = self.first_answered.get(&host).map(|record| record.ts);
        match own.into_iter().chain(self.apart.and_then(|host| host.first_answered)).reduce(f64::min) {
            None => Some(Untold::NoDns),
            Some(first) => (first > ts).then_some(Untold::TooEarly),
        }
    }

    /// Returns the latest answers before `ts` that named the address to the host, else to anybody; in order of time.
    fn before(&self, host: IpAddr, address: IpAddr, ts: f64) -> &[Answer<'a>] {
        let own = latest(self.own.get(&(host, address)), ts);
        if own.is_empty() { latest(self.any.get(&address), ts) } else { own }
    }
}

impl<'a> Answer<'a> {
    /// Returns what tells it from others at its time.
    fn name(&self) -> (&'a str, Option<&'a str>) {
        (self.record.uid.as_ref(), self.record.query.as_deref())
    }

    fn lookup(&self, ts: f64) -> Option<Lookup<'a>> {
        let answers = self.record.answers.as_deref().unwrap_or_default();
        let is_address = |text: &&std::sync::Arc<str>| text.parse::<IpAddr>().is_ok();
        Some(Lookup {
            name: self.record.query.as_deref()?,
            age: ts - self.ts,
            ttl: self.record.ttls.as_deref().and_then(|ttls| ttls.get(self.place)).copied(),
            addresses: answers.iter().filter(is_address).count(),
            cname_depth: answers.iter().take(self.place).filter(|text| !is_address(text)).count(),
        })
    }
}

/// Returns the state of an address that no answer named.
fn or_never(untold: Option<Untold>) -> LookupState {
    if untold.is_some() { LookupState::Unknown } else { LookupState::Never }
}

/// Returns the last answers at `ts` or before, as far back as counts.
fn latest<'s, 'a>(answers: Option<&'s Vec<Answer<'a>>>, ts: f64) -> &'s [Answer<'a>] {
    let answers = answers.map(Vec::as_slice).unwrap_or_default();
    let end = answers.partition_point(|answer| answer.ts <= ts);
    let begin = answers.partition_point(|answer| answer.ts < ts - WINDOW);
    answers.get(begin.max(end.saturating_sub(SCANNED))..end).unwrap_or_default()
}

/// Returns whether somebody answers who is asked for any name: not the neighbours of mDNS, LLMNR and NetBIOS.
pub fn is_resolver(address: IpAddr, port: u16) -> bool {
    !address.is_multicast() && !matches!(port, 137 | 5353 | 5355)
}

/// Returns a session's server name in the form of queries; `None` if it is an address.
fn server_name(ssl: &SslRecord) -> Option<String> {
    let name = normal(known(ssl.server_name.as_deref())?);
    name.parse::<IpAddr>().is_err().then_some(name)
}

fn normal(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

fn earliest<'a, K: std::hash::Hash + Eq>(records: &mut Map<K, &'a DnsRecord>, key: K, record: &'a DnsRecord) {
    let first = records.entry(key).or_insert(record);
    if record.ts < first.ts {
        *first = record;
    }
}

#[cfg(test)]
mod tests {
    use super::super::join;
    use super::*;
    use crate::flow::Proto;

    const HOST: &str = "10.0.0.1";
    const SERVER: &str = "192.0.2.1";

    fn addr(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Returns a connection of the host to the server at `ts`, for the server `name`.
    fn tls(uid: &str, ts: f64, name: Option<&str>) -> (ConnRecord, SslRecord) {
        let conn = ConnRecord::new(ts, uid.into(), addr(HOST), 40_000, addr(SERVER), 443, Proto::Tcp);
        let mut ssl = SslRecord::new(ts, uid.into(), addr(HOST), 40_000, addr(SERVER), 443);
        ssl.server_name = name.map(Into::into);
        (conn, ssl)
    }

    /// Returns what `host` was answered at `ts`.
    fn answered(host: &str, ts: f64, name: &str, answers: &[&str]) -> DnsRecord {
        let mut record = DnsRecord::new(ts, "D".into(), addr(host), 50_000, addr("10.0.0.53"), 53);
        record.query = Some(name.into());
        record.rcode = Some(0);
        record.answers = Some(answers.iter().map(|answer| (*answer).into()).collect());
        record.ttls = Some(answers.iter().enumerate().map(|(place, _)| 60.0 + place as f64).collect());
        record
    }

    /// Returns the state, and the names with their ages, for connections at these times.
    fn told(times: &[f64], dns: &[DnsRecord]) -> (LookupState, Vec<(String, f64)>) {
        let (conn, ssl): (Vec<_>, Vec<_>) =
            times.iter().enumerate().map(|(at, ts)| tls(&format!("C{at}"), *ts, None)).unzip();
        let tuples = join(&conn, &ssl, &[], dns);
        let told = &tuples[0].dns;
        (told.state, told.names.iter().map(|(name, age)| ((*name).to_owned(), *age)).collect())
    }

    /// Why nobody can tell for a connection at 100 s.
    fn untold(dns: &[DnsRecord]) -> Option<Untold> {
        let (conn, ssl) = tls("C", 100.0, None);
        join(std::slice::from_ref(&conn), std::slice::from_ref(&ssl), &[], dns)[0].dns.untold
    }

    #[test]
    fn an_address_that_an_answer_named_is_looked_up() {
        let dns = [answered(HOST, 97.0, "a.example", &["alias.example", SERVER])];
        assert_eq!(told(&[100.0], &dns), (LookupState::LookedUp, vec![("a.example".to_owned(), 3.0)]));
    }

    #[test]
    fn an_address_that_no_answer_named_to_a_host_that_asks_was_never_looked_up() {
        let dns = [answered(HOST, 97.0, "other.example", &["192.0.2.99"])];
        assert_eq!(told(&[100.0], &dns), (LookupState::Never, vec![]));
        assert_eq!(untold(&dns), None);
    }

    #[test]
    fn without_dns_before_the_first_connection_nobody_can_tell() {
        assert_eq!(told(&[100.0], &[]).0, LookupState::Unknown);
        assert_eq!(untold(&[]), Some(Untold::NoDns));
        let later = [answered(HOST, 101.0, "other.example", &["192.0.2.99"])];
        assert_eq!(told(&[100.0, 200.0], &later).0, LookupState::Unknown);
        assert_eq!(untold(&later), Some(Untold::TooEarly));
        let of_another = [answered("10.0.0.2", 97.0, "other.example", &["192.0.2.99"])];
        assert_eq!(told(&[100.0], &of_another).0, LookupState::Unknown);
        assert_eq!(untold(&of_another), Some(Untold::NoDns));
    }

    #[test]
    fn a_host_that_asks_encrypted_may_have_looked_anything_up() {
        let (conn, ssl) = tls("a", 100.0, Some("dns.google"));
        let dns = [answered(HOST, 97.0, "other.example", &["192.0.2.99"])];
        let tuples = join(std::slice::from_ref(&conn), std::slice::from_ref(&ssl), &[], &dns);
        assert_eq!(
            (tuples[0].dns.state, tuples[0].dns.untold),
            (LookupState::Unknown, Some(Untold::Encrypted))
        );
    }

    #[test]
    fn what_the_host_asked_itself_comes_before_what_others_asked() {
        let others = answered("10.0.0.2", 99.0, "others.example", &[SERVER]);
        assert_eq!(told(&[100.0], std::slice::from_ref(&others)).1[0].0, "others.example");
        let own = answered(HOST, 50.0, "own.example", &[SERVER]);
        assert_eq!(told(&[100.0], &[others, own]).1, [("own.example".to_owned(), 50.0)]);
    }

    #[test]
    fn an_answer_of_the_day_before_counts_no_more() {
        let dns = [answered(HOST, 0.0, "a.example", &[SERVER])];
        assert_eq!(told(&[WINDOW], &dns).0, LookupState::LookedUp);
        assert_eq!(told(&[WINDOW + 1.0], &dns).0, LookupState::Never);
    }

    #[test]
    fn a_lookup_tells_its_ttl_its_addresses_and_its_aliases() {
        let (conn, ssl) = tls("a", 100.0, Some("a.example"));
        let dns = [answered(HOST, 97.0, "A.example", &["b.example", "c.example", "192.0.2.9", SERVER])];
        let tuples = join(std::slice::from_ref(&conn), std::slice::from_ref(&ssl), &[], &dns);
        let found = tuples[0].sessions[0].dns;
        let lookup = found.lookup.unwrap();
        assert_eq!((lookup.ttl, lookup.addresses, lookup.cname_depth), (Some(63.0), 2, 2));
        assert_eq!((found.name_asked, found.name_led_here), (Some(true), Some(true)));
    }

    #[test]
    fn a_server_name_that_nobody_asked_for_is_told() {
        let (conn, ssl) = tls("a", 100.0, Some("front.example"));
        let dns = [answered(HOST, 97.0, "a.example", &[SERVER])];
        let tuples = join(std::slice::from_ref(&conn), std::slice::from_ref(&ssl), &[], &dns);
        let found = tuples[0].sessions[0].dns;
        assert_eq!((found.name_asked, found.name_led_here), (Some(false), Some(false)));
    }

    #[test]
    fn the_connections_behind_a_tuple_tell_the_same_of_it_alone() {
        let named = Some("front.example");
        let sessions = [tls("a", 100.0, named), tls("b", 200.0, None), tls("c", 90_000.0, named)];
        let (conn, ssl): (Vec<_>, Vec<_>) = sessions.into_iter().unzip();
        let query = |host: &str, ts: f64, name: &str, answers: &[&str]| DnsRecord {
            orig_p: ts as u16,
            ..answered(host, ts, name, answers)
        };
        let all = [
            query(HOST, 10.0, "first.example", &["192.0.2.99"]),
            query(HOST, 20.0, "other.example", &["192.0.2.98"]),
            query(HOST, 30.0, "a.example", &[SERVER]),
            query("10.0.0.2", 40.0, "others.example", &[SERVER]),
            query(HOST, 150.0, "front.example", &[]),
            query(HOST, 160.0, "front.example", &[]),
            query("10.0.0.2", 60_000.0, "later.example", &[SERVER]),
        ];
        // Every choice of them.
        for chosen in 0..1_u32 << all.len() {
            let chosen = all.iter().enumerate().filter(|(at, _)| chosen & 1 << at != 0);
            let dns: Vec<DnsRecord> = chosen.map(|(_, record)| record.clone()).collect();
            let tuples = join(&conn, &ssl, &[], &dns);
            let behind = Lookups::of(&conn, &ssl, &dns, &tuples).behind(&tuples[0]);
            let left: Vec<DnsRecord> =
                dns.iter().filter(|record| behind.contains(&record.id())).cloned().collect();
            let alone = join(&conn, &ssl, &[], &left);
            assert_eq!(alone[0].dns, tuples[0].dns);
            let told = |tuple: &Tuple<'_>| {
                tuple.sessions.iter().map(|session| format!("{:?}", session.dns)).collect::<Vec<_>>()
            };
            assert_eq!(told(&alone[0]), told(&tuples[0]));
        }
    }

    #[test]
    fn where_a_host_asks_encrypted_is_behind_its_tuples() {
        let (conn, ssl) = tls("a", 100.0, Some("server.example"));
        let mut other =
            ConnRecord::new(50.0, "b".into(), addr(HOST), 40_001, addr("9.9.9.9"), 853, Proto::Tcp);
        other.resp_pkts = 1;
        let dns = [answered(HOST, 20.0, "other.example", &["192.0.2.98"])];
        let records = [conn, other];
        let tuples = join(&records, std::slice::from_ref(&ssl), &[], &dns);
        let behind = Lookups::of(&records, std::slice::from_ref(&ssl), &dns, &tuples).behind(&tuples[0]);
        assert!(behind.contains(&records[1].id()));
    }

    #[test]
    fn names_of_a_tuple_are_bounded() {
        let dns: Vec<DnsRecord> = (0..1_000)
            .map(|at| answered(HOST, f64::from(at), &format!("n{at}.example"), &[SERVER]))
            .collect();
        let names = told(&[2_000.0, 2_001.0], &dns).1;
        assert_eq!((names.len(), names[0].0.as_str()), (MAX_NAMES, "n999.example"));
    }
}
