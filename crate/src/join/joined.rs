//! Which records belong together.

use super::four_tuple::FourTuple;
use super::host::Host;
use super::lookup::{Lookups, SessionLookup, TupleLookup};
use super::tuple::{Session, Tuple, Tuples};
use crate::flow::ConnId;
use crate::records::{ConnRecord, DnsRecord, Records, SslRecord, X509Record};
use crate::seeded::{Map, Seeded, Set};
use std::collections::hash_map::Entry;

/// Joins the records of one input: by `uid`, and by the first certificate identifier of a chain.
///
/// Of records with one `uid`, and of one certificate, the earliest wins; of those at one time, the first line.
pub fn join<'a>(
    conn: &'a [ConnRecord],
    ssl: &'a [SslRecord],
    x509: &'a [X509Record],
    dns: &'a [DnsRecord],
) -> Tuples<'a> {
    Joined::of(conn, ssl, x509).tuples(conn, ssl, x509, dns)
}

/// Joins the records of one 4-tuple that is judged apart from the others of its input; `host` tells what they would. `None`
/// without a TLS connection.
pub fn join_apart<'a>(
    conn: &'a [ConnRecord],
    ssl: &'a [SslRecord],
    x509: &'a [X509Record],
    dns: &'a [DnsRecord],
    host: &Host,
) -> Option<Tuple<'a>> {
    let joined = Joined::of(conn, ssl, x509);
    let mut tuple = joined.without_dns(conn, ssl, x509, |_| true).into_iter().next()?;
    tuple.window = host.window;
    let mut lookups = Lookups::of(conn, ssl, dns, std::slice::from_ref(&tuple));
    lookups.know(*host);
    lookups.tell(&mut tuple);
    Some(tuple)
}

/// What a join has found: the places of the records that belong together. The records themselves may move.
#[derive(Debug, Clone, Default)]
pub struct Joined {
    tuples: Vec<TuplePlaces>,
    ssl_without_conn: u64,
}

/// Places of a tuple's records.
#[derive(Debug, Clone)]
struct TuplePlaces {
    key: FourTuple,
    sessions: Vec<SessionPlaces>,
    non_ssl: Vec<usize>,
}

/// Places of a session's records.
#[derive(Debug, Clone, Copy)]
struct SessionPlaces {
    conn: usize,
    ssl: usize,
    certificate: Option<usize>,
}

impl Joined {
    /// Joins records as [`join`] does.
    pub fn of<'a>(conn: &'a [ConnRecord], ssl: &'a [SslRecord], x509: &'a [X509Record]) -> Self {
        let conn_by_uid = Earliest::of(conn.iter().map(|record| (record.uid.as_ref(), record.ts)));
        let ssl_by_uid = Earliest::of(ssl.iter().map(|record| (record.uid.as_ref(), record.ts)));
        // A certificate goes by its file identifier and by its fingerprint.
        let names = |(place, record): (usize, &'a X509Record)| {
            record.names().map(move |name| (place, name, record.ts)).collect::<Vec<_>>()
        };
        let certificates = Earliest::of_several(x509.iter().enumerate().flat_map(names));

        let mut tuples: Map<FourTuple, TuplePlaces> = Map::default();
        let mut ssl_without_conn = 0;
        for (place, record) in ssl.iter().enumerate() {
            let joined = conn_by_uid.place(&record.uid).and_then(|at| Some((at, conn.get(at)?)));
            let Some((at, conn_record)) = joined else {
                ssl_without_conn += 1;
                continue;
            };
            if ssl_by_uid.place(&record.uid) != Some(place) {
                continue;
            }
            let certificate = record.server_chain().next().and_then(|id| certificates.place(id));
            let key = FourTuple::of(conn_record);
            let empty = || TuplePlaces { key, sessions: vec![], non_ssl: vec![] };
            let session = SessionPlaces { conn: at, ssl: place, certificate };
            tuples.entry(key).or_insert_with(empty).sessions.push(session);
        }
        for (place, record) in conn.iter().enumerate() {
            let first_of_uid = conn_by_uid.place(&record.uid) == Some(place);
            if !first_of_uid || ssl_by_uid.place(&record.uid).is_some() {
                continue;
            }
            if let Entry::Occupied(mut tuple) = tuples.entry(FourTuple::of(record)) {
                tuple.get_mut().non_ssl.push(place);
            }
        }

        let mut tuples: Vec<TuplePlaces> = tuples.into_values().collect();
        for tuple in &mut tuples {
            tuple.sort(conn);
        }
        tuples.sort_by_cached_key(|tuple| tuple.key.text());
        Joined { tuples, ssl_without_conn }
    }

    /// Returns the 4-tuples of the records that were joined.
    pub fn tuples<'a>(
        &self,
        conn: &'a [ConnRecord],
        ssl: &'a [SslRecord],
        x509: &'a [X509Record],
        dns: &'a [DnsRecord],
    ) -> Tuples<'a> {
        let mut tuples = self.without_dns(conn, ssl, x509, |_| true);
        let lookups = Lookups::of(conn, ssl, dns, &tuples);
        tuples.iter_mut().for_each(|tuple| lookups.tell(tuple));
        Tuples { tuples, ssl_without_conn: self.ssl_without_conn }
    }

    /// Returns the connections by which DNS tells of some 4-tuples what it tells: the look-ups behind them, what their hosts
    /// were answered first, and where these ask DNS encrypted, one such connection.
    pub fn lookups_behind(&self, records: &Records, keys: &Set<FourTuple>) -> Set<ConnId> {
        let Records { conn, ssl, x509, dns, .. } = records;
        let tuples = self.without_dns(conn, ssl, x509, |key| keys.contains(key));
        let lookups = Lookups::of(conn, ssl, dns, &tuples);
        tuples.iter().flat_map(|tuple| lookups.behind(tuple)).collect()
    }

    /// Returns the 4-tuples that are asked for, before DNS tells of them.
    fn without_dns<'a>(
        &self,
        conn: &'a [ConnRecord],
        ssl: &'a [SslRecord],
        x509: &'a [X509Record],
        wanted: impl Fn(&FourTuple) -> bool,
    ) -> Vec<Tuple<'a>> {
        let session = |places: &SessionPlaces| {
            let certificate = places.certificate.and_then(|place| x509.get(place));
            Some(Session {
                conn: conn.get(places.conn)?,
                ssl: ssl.get(places.ssl)?,
                certificate,
                dns: SessionLookup::default(),
            })
        };
        let window = window(conn);
        let tuple = |places: &TuplePlaces| Tuple {
            key: places.key,
            sessions: places.sessions.iter().filter_map(session).collect(),
            non_ssl: places.non_ssl.iter().filter_map(|place| conn.get(*place)).collect(),
            window,
            dns: TupleLookup::default(),
        };
        self.tuples.iter().filter(|places| wanted(&places.key)).map(tuple).collect()
    }
}

impl TuplePlaces {
    /// Puts the connections in the order of time, so that nothing depends on the order of lines and files.
    fn sort(&mut self, conn: &[ConnRecord]) {
        let at = |place: usize| conn.get(place).map(|record| (record.ts, record.uid.as_ref()));
        let order = |a: usize, b: usize| match (at(a), at(b)) {
            (Some(a), Some(b)) => a.0.total_cmp(&b.0).then_with(|| a.1.cmp(b.1)),
            _ => a.cmp(&b),
        };
        self.sessions.sort_by(|a, b| order(a.conn, b.conn));
        self.non_ssl.sort_by(|a, b| order(*a, *b));
    }
}

/// Start of the first and of the last connection.
fn window(conn: &[ConnRecord]) -> (f64, f64) {
    let starts = conn.iter().map(|record| record.ts);
    starts.fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), ts| (first.min(ts), last.max(ts)))
}

/// Places of the earliest record of each name, with its time; of those at one time, the first.
struct Earliest<'a>(Map<&'a str, (usize, f64)>);

impl<'a> Earliest<'a> {
    fn of(records: impl ExactSizeIterator<Item = (&'a str, f64)>) -> Self {
        Self::of_several(records.enumerate().map(|(place, (name, ts))| (place, name, ts)))
    }

    /// Returns the same for records that have several names, or none.
    fn of_several(records: impl Iterator<Item = (usize, &'a str, f64)>) -> Self {
        let mut first: Map<&str, (usize, f64)> =
            Map::with_capacity_and_hasher(records.size_hint().0, Seeded::default());
        for (place, name, ts) in records {
            let known = first.entry(name).or_insert((place, ts));
            if ts < known.1 {
                *known = (place, ts);
            }
        }
        Self(first)
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.get(name).map(|(place, _)| *place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::LookupState;
    use super::*;
    use crate::flow::Proto;
    use std::net::IpAddr;

    const CLIENT: &str = "10.0.0.1";
    const SERVER: &str = "192.0.2.1";

    fn addr(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn conn(uid: &str, server: &str, resp_p: u16) -> ConnRecord {
        ConnRecord::new(1.0, uid.into(), addr(CLIENT), 40_000, addr(server), resp_p, Proto::Tcp)
    }

    fn ssl(uid: &str, ts: f64) -> SslRecord {
        SslRecord::new(ts, uid.into(), addr(CLIENT), 40_000, addr(SERVER), 443)
    }

    #[test]
    fn connection_of_a_tuple_without_ssl_is_counted_as_non_ssl() {
        let (conn, ssl) = ([conn("a", SERVER, 443), conn("b", SERVER, 443)], [ssl("a", 1.0)]);
        let tuples = join(&conn, &ssl, &[], &[]);
        assert_eq!((tuples.len(), tuples[0].sessions.len(), tuples[0].non_ssl.len()), (1, 1, 1));
    }

    #[test]
    fn tuple_without_any_ssl_record_does_not_exist() {
        let (conn, ssl) = ([conn("a", SERVER, 443), conn("b", SERVER, 80)], [ssl("a", 1.0)]);
        let tuples = join(&conn, &ssl, &[], &[]);
        assert_eq!(tuples.iter().map(|tuple| tuple.key.resp_p).collect::<Vec<_>>(), [443]);
    }

    #[test]
    fn first_line_of_a_uid_wins() {
        let conn = [conn("a", SERVER, 443), conn("a", "192.0.2.9", 444)];
        let mut second = ssl("a", 2.0);
        second.server_name = Some("second.example".into());
        let ssl = [ssl("a", 1.0), second];
        let tuples = join(&conn, &ssl, &[], &[]);
        assert_eq!(tuples.len(), 1);
        assert_eq!((tuples[0].key.resp_p, tuples[0].connections()), (443, 1));
        assert_eq!(tuples[0].server_names(), Vec::<&str>::new());
    }

    #[test]
    fn nothing_depends_on_the_order_of_lines() {
        let at = |ts: f64, record: ConnRecord| ConnRecord { ts, ..record };
        let conn = [
            at(3.0, conn("a", SERVER, 443)),
            at(1.0, conn("a", "192.0.2.9", 443)),
            at(2.0, conn("b", "192.0.2.9", 443)),
            at(2.0, conn("c", "192.0.2.9", 443)),
        ];
        let named =
            |uid: &str, ts: f64, name: &str| SslRecord { server_name: Some(name.into()), ..ssl(uid, ts) };
        let ssl = [named("c", 5.0, "c"), named("b", 4.0, "late"), named("b", 3.0, "b"), named("a", 6.0, "a")];
        let told = |conn: &[ConnRecord], ssl: &[SslRecord]| -> Vec<(String, Vec<String>)> {
            let name = |session: &Session<'_>| session.ssl.server_name.as_deref().unwrap().to_owned();
            let told = |tuple: &Tuple<'_>| (tuple.key.to_string(), tuple.sessions.iter().map(name).collect());
            join(conn, ssl, &[], &[]).iter().map(told).collect()
        };
        let (mut conn_back, mut ssl_back) = (conn.clone(), ssl.clone());
        conn_back.reverse();
        ssl_back.reverse();
        let wanted =
            vec![("10.0.0.1 192.0.2.9 443 tcp".to_owned(), vec!["a".into(), "b".into(), "c".into()])];
        assert_eq!(told(&conn, &ssl), wanted);
        assert_eq!(told(&conn_back, &ssl_back), wanted);
    }

    #[test]
    fn tuple_that_is_joined_apart_is_told_what_the_others_would_tell() {
        let (conn, ssl) = ([conn("a", SERVER, 443)], [ssl("a", 1.0)]);
        let host =
            Host { window: (0.0, 9.0), encrypted_dns: false, first_answered: Some(0.5), mail_servers: 0 };
        let tuple = join_apart(&conn, &ssl, &[], &[], &host).unwrap();
        assert_eq!((tuple.window, tuple.dns.state), ((0.0, 9.0), LookupState::Never));
        let encrypted = Host { encrypted_dns: true, ..host };
        assert_eq!(join_apart(&conn, &ssl, &[], &[], &encrypted).unwrap().dns.state, LookupState::Unknown);
        assert_eq!(join_apart(&conn, &[], &[], &[], &host).map(|tuple| tuple.key), None);
    }

    #[test]
    fn ssl_record_without_its_connection_is_counted_and_left_out() {
        let ssl = [ssl("a", 1.0)];
        let tuples = join(&[], &ssl, &[], &[]);
        assert_eq!((tuples.len(), tuples.ssl_without_conn()), (0, 1));
    }

    #[test]
    fn certificate_is_found_by_fingerprint_and_by_older_id() {
        let (mut newer, mut older) = (X509Record::new(1.0), X509Record::new(1.0));
        newer.fingerprint = Some("f1".into());
        older.id = Some("F2".into());
        let (mut a, mut b, mut c) = (ssl("a", 1.0), ssl("b", 1.0), ssl("c", 1.0));
        a.cert_chain_fps = Some(["f1".into(), "f9".into()].into());
        b.cert_chain_fuids = Some(["F2".into()].into());
        c.cert_chain_fps = Some(["f9".into(), "f1".into()].into());
        let conn = [conn("a", SERVER, 443), conn("b", SERVER, 443), conn("c", SERVER, 443)];
        let (ssl, x509) = ([a, b, c], [newer, older]);
        let tuples = join(&conn, &ssl, &x509, &[]);
        let found: Vec<bool> =
            tuples[0].sessions.iter().map(|session| session.certificate.is_some()).collect();
        assert_eq!(found, [true, true, false]);
        assert_eq!((tuples.tls_connections(), tuples.tls_with_certificate()), (3, 2));
    }

    #[test]
    fn server_names_stand_once_in_order_of_first_use() {
        let named = |uid: &str, ts: f64, name: &str| {
            let mut record = ssl(uid, ts);
            record.server_name = Some(name.into());
            record
        };
        let ssl = [
            named("a", 3.0, "late"),
            named("b", 1.0, "early"),
            named("c", 2.0, "early"),
            named("d", 4.0, ""),
        ];
        let conn = ["a", "b", "c", "d"].map(|uid| conn(uid, SERVER, 443));
        assert_eq!(join(&conn, &ssl, &[], &[])[0].server_names(), ["early", "late"]);
    }

    #[test]
    fn certificates_of_a_tuple_are_the_first_of_each_chain_once() {
        let chained = |uid: &str, ts: f64, first: &str| {
            let mut record = ssl(uid, ts);
            record.cert_chain_fps = Some([first.into(), "authority".into()].into());
            record
        };
        let x509 = ["f1", "f2", "authority"].map(|fingerprint| {
            let mut record = X509Record::new(1.0);
            record.fingerprint = Some(fingerprint.into());
            record
        });
        let ssl = [chained("a", 2.0, "f1"), chained("b", 1.0, "f2"), chained("c", 3.0, "f1"), ssl("d", 4.0)];
        let conn = ["a", "b", "c", "d"].map(|uid| conn(uid, SERVER, 443));
        assert_eq!(join(&conn, &ssl, &x509, &[])[0].certificates(), ["f2", "f1"]);
    }

    #[test]
    fn tuples_are_ordered_by_key_as_text() {
        let conn = [conn("a", "192.0.2.20", 443), conn("b", "192.0.2.100", 9), conn("c", "192.0.2.100", 80)];
        let ssl = [ssl("a", 1.0), ssl("b", 1.0), ssl("c", 1.0)];
        let tuples = join(&conn, &ssl, &[], &[]);
        let keys: Vec<String> = tuples.iter().map(|tuple| tuple.key.to_string()).collect();
        assert_eq!(
            keys,
            ["10.0.0.1 192.0.2.100 80 tcp", "10.0.0.1 192.0.2.100 9 tcp", "10.0.0.1 192.0.2.20 443 tcp"]
        );
    }
}
