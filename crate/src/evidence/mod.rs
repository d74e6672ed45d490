//! What the Report is based on: the records of one 4-tuple or of one certificate, single connections, what a host asked of DNS, when
//! connections began, and what else was in the input.

mod asked;
mod connections;

pub use asked::{Asked, AskedName};
pub use connections::{Connections, Scope};

use crate::join::FourTuple;
use crate::records::{ConnRecord, Records, SslRecord, X509Record, known};
use crate::seeded::{Map, Set};
use serde::Serialize;
use std::collections::BTreeMap;

/// The records of one 4-tuple.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// Its connections, by start.
    pub conn: Vec<&'a ConnRecord>,
    /// Their handshakes, by time.
    pub ssl: Vec<&'a SslRecord>,
    /// Every certificate of the handshakes' server chains, each once.
    pub x509: Vec<&'a X509Record>,
}

impl<'a> Evidence<'a> {
    /// Looks `key` up in the records.
    pub fn of(records: &'a Records, key: &FourTuple) -> Self {
        let conn: Vec<_> = records.conn.iter().filter(|conn| FourTuple::of(conn) == *key).collect();
        let uids: Set<&str> = conn.iter().map(|conn| &*conn.uid).collect();
        let ssl = records.ssl.iter().filter(|ssl| uids.contains(&*ssl.uid)).collect();
        Self::with_certificates(records, conn, ssl)
    }

    /// Looks up the handshakes in which a server sent a certificate, as its own or above it; `id` is its fingerprint, or in older logs
    /// the identifier of its file.
    pub fn of_certificate(records: &'a Records, id: &str) -> Self {
        let ssl: Vec<_> =
            records.ssl.iter().filter(|ssl| ssl.server_chain().any(|link| link == id)).collect();
        let uids: Set<&str> = ssl.iter().map(|ssl| &*ssl.uid).collect();
        let conn = records.conn.iter().filter(|conn| uids.contains(&*conn.uid)).collect();
        Self::with_certificates(records, conn, ssl)
    }

    /// Sorts connections and handshakes, and adds the certificates of these.
    fn with_certificates(
        records: &'a Records,
        mut conn: Vec<&'a ConnRecord>,
        mut ssl: Vec<&'a SslRecord>,
    ) -> Self {
        conn.sort_by(|a, b| a.ts.total_cmp(&b.ts));
        ssl.sort_by(|a, b| a.ts.total_cmp(&b.ts));
        let mut wanted: Set<&str> = ssl.iter().flat_map(|ssl| ssl.server_chain()).collect();
        let mut take = |id: Option<&str>| known(id).is_some_and(|id| wanted.remove(id));
        let x509 = records.x509.iter();
        let x509 =
            x509.filter(|x509| take(x509.fingerprint.as_deref()) || take(x509.id.as_deref())).collect();
        Self { conn, ssl, x509 }
    }
}

/// When the connections of many 4-tuples began, in one run of times.
#[derive(Debug, Default, PartialEq)]
pub struct Starts {
    /// Epoch seconds, ascending within a 4-tuple.
    pub times: Vec<f64>,
    /// Where each 4-tuple's times begin in `times`, and behind them their number.
    pub offsets: Vec<u32>,
}

impl Starts {
    /// Gathers them from the connections, in the order of `keys`.
    pub fn of(conn: &[ConnRecord], keys: impl Iterator<Item = FourTuple>) -> Self {
        let place: Map<FourTuple, usize> = keys.enumerate().map(|(place, key)| (key, place)).collect();
        let mut by_place: Vec<(usize, f64)> =
            conn.iter().filter_map(|conn| Some((*place.get(&FourTuple::of(conn))?, conn.ts))).collect();
        by_place.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut offsets = Vec::with_capacity(place.len() + 1);
        for place in 0..=place.len() {
            offsets.push(by_place.partition_point(|(other, _)| *other < place) as u32);
        }
        Self { times: by_place.into_iter().map(|(_, ts)| ts).collect(), offsets }
    }
}

/// Connections by protocol: what an input without TLS holds instead.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Protocols {
    /// By transport protocol.
    pub proto: BTreeMap<&'static str, u64>,
    /// By application protocol, as far as one was recognised by content.
    pub service: BTreeMap<String, u64>,
}

impl Protocols {
    /// Counts them.
    pub fn of(conn: &[ConnRecord]) -> Self {
        let mut protocols = Self::default();
        for conn in conn {
            *protocols.proto.entry(conn.proto.as_str()).or_default() += 1;
            for service in known(conn.service.as_deref()).iter().flat_map(|services| services.split(',')) {
                let full = protocols.service.len() >= Self::MAX_SERVICES;
                // Few names, many connections: a name is copied once.
                if let Some(count) = protocols.service.get_mut(service) {
                    *count += 1;
                } else if !full {
                    protocols.service.insert(service.to_owned(), 1);
                }
            }
        }
        protocols
    }

    /// Most services that are counted; logs may hold any name.
    const MAX_SERVICES: usize = 256;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;

    fn conn(uid: &str, ts: f64, resp_p: u16) -> ConnRecord {
        ConnRecord::new(
            ts,
            uid.into(),
            [10, 0, 0, 1].into(),
            40_000,
            [192, 0, 2, 1].into(),
            resp_p,
            Proto::Tcp,
        )
    }

    fn ssl(uid: &str, ts: f64, chain: &[&str]) -> SslRecord {
        let mut ssl =
            SslRecord::new(ts, uid.into(), [10, 0, 0, 1].into(), 40_000, [192, 0, 2, 1].into(), 443);
        ssl.cert_chain_fps = Some(chain.iter().map(|&id| id.into()).collect());
        ssl
    }

    fn x509(fingerprint: &str) -> X509Record {
        let mut x509 = X509Record::new(1.0);
        x509.fingerprint = Some(fingerprint.into());
        x509
    }

    #[test]
    fn evidence_is_of_its_tuple_alone_and_in_order_of_time() {
        let records = Records {
            conn: vec![conn("late", 3.0, 443), conn("other", 2.0, 444), conn("early", 1.0, 443)],
            ssl: vec![
                ssl("other", 2.0, &["z"]),
                ssl("late", 3.0, &["a", "ca"]),
                ssl("early", 1.0, &["a", "ca"]),
            ],
            x509: ["z", "a", "a", "ca"].map(x509).into(),
            ..Records::default()
        };
        let evidence = Evidence::of(&records, &FourTuple::of(&records.conn[0]));
        let uids = |uid: &[&str], found: Vec<&str>| assert_eq!(uid, found);
        uids(&["early", "late"], evidence.conn.iter().map(|conn| &*conn.uid).collect());
        uids(&["early", "late"], evidence.ssl.iter().map(|ssl| &*ssl.uid).collect());
        let of = |x509: &&'_ X509Record| x509.fingerprint.clone().unwrap();
        assert_eq!(evidence.x509.iter().map(of).collect::<Vec<_>>(), ["a".into(), "ca".into()]);
    }

    #[test]
    fn evidence_of_a_certificate_is_each_handshake_whose_chain_has_it() {
        let records = Records {
            conn: vec![conn("late", 3.0, 443), conn("other", 2.0, 444), conn("early", 1.0, 445)],
            ssl: vec![
                ssl("other", 2.0, &["z"]),
                ssl("late", 3.0, &["a", "ca"]),
                ssl("early", 1.0, &["b", "ca"]),
            ],
            x509: ["z", "a", "b", "ca"].map(x509).into(),
            ..Records::default()
        };
        let found = |id: &str| {
            let evidence = Evidence::of_certificate(&records, id);
            let uids = evidence.conn.iter().map(|conn| conn.uid.to_string()).collect::<Vec<_>>();
            assert_eq!(uids, evidence.ssl.iter().map(|ssl| ssl.uid.to_string()).collect::<Vec<_>>());
            (uids.join(" "), evidence.x509.len())
        };
        assert_eq!(found("ca"), ("early late".to_owned(), 3));
        assert_eq!(found("a"), ("late".to_owned(), 2));
        assert_eq!(found("none"), (String::new(), 0));
    }

    #[test]
    fn protocols_are_counted_by_transport_and_by_each_service() {
        let mut conn = [conn("a", 1.0, 443), conn("b", 2.0, 25), conn("c", 3.0, 80)];
        conn[0].service = Some("ssl".into());
        conn[1].service = Some("smtp,ssl".into());
        let protocols = Protocols::of(&conn);
        assert_eq!(protocols.proto, [("tcp", 3)].into());
        assert_eq!(protocols.service, [("smtp".to_owned(), 1), ("ssl".to_owned(), 2)].into());
    }

    #[test]
    fn starts_stand_tuple_by_tuple() {
        let conn = [conn("a", 5.0, 443), conn("b", 4.0, 80), conn("c", 2.0, 443), conn("d", 3.0, 444)];
        let keys = [&conn[3], &conn[0]].map(FourTuple::of);
        let starts = Starts::of(&conn, keys.into_iter());
        assert_eq!(starts, Starts { times: vec![3.0, 2.0, 5.0], offsets: vec![0, 1, 3] });
    }
}
