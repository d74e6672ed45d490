//! Single connections: which there are, in rows of numbers that a table can be sorted by.

use crate::flow::ConnId;
use crate::join::FourTuple;
use crate::records::{ConnRecord, known};
use crate::seeded::Map;
use std::net::IpAddr;

/// Which connections are looked at: those of a host, of a 4-tuple, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every connection.
    All,
    /// Those that a host begins or answers.
    Host(IpAddr),
    /// Those of a 4-tuple.
    Tuple(FourTuple),
}

impl Scope {
    fn holds(&self, conn: &ConnRecord) -> bool {
        match self {
            Scope::All => true,
            Scope::Host(host) => conn.orig_h == *host || conn.resp_h == *host,
            Scope::Tuple(key) => FourTuple::of(conn) == *key,
        }
    }
}

/// Connections in the order of their starts.
#[derive(Debug, Default, PartialEq)]
pub struct Connections {
    /// How many there are.
    pub all: usize,
    /// Places of the first [`Connections::MOST`] in the connection records.
    pub places: Vec<u32>,
    /// Rows of [`Connections::WIDTH`] numbers: start, duration, bytes of the originator and of the responder, number of the 4-tuple, and
    /// places in `states` and `services`; unknown is NaN.
    pub numbers: Vec<f64>,
    /// States that occur.
    pub states: Vec<String>,
    /// Services that occur; past 64 they are not told apart.
    pub services: Vec<String>,
}

impl Connections {
    /// Connections that are told of.
    pub const MOST: usize = 200_000;
    /// Services that are told apart.
    const MOST_SERVICES: usize = 64;
    /// Numbers of a row.
    pub const WIDTH: usize = 7;

    /// Gathers the connections of a scope; `keys` numbers the 4-tuples.
    pub fn of(conn: &[ConnRecord], scope: Scope, keys: impl Iterator<Item = FourTuple>) -> Self {
        let tuples: Map<FourTuple, usize> = keys.zip(0..).collect();
        let mut found: Vec<(usize, &ConnRecord)> =
            conn.iter().enumerate().filter(|(_, conn)| scope.holds(conn)).collect();
        found.sort_by(|(_, a), (_, b)| a.ts.total_cmp(&b.ts));
        let mut connections = Connections { all: found.len(), ..Connections::default() };
        for (place, conn) in found.into_iter().take(Self::MOST) {
            let count = |bytes: Option<u64>| bytes.map_or(f64::NAN, |bytes| bytes as f64);
            let number = |place: Option<usize>| place.map_or(f64::NAN, |place| place as f64);
            let Connections { states, services, .. } = &mut connections;
            let state = conn.conn_state.and_then(|state| place_of(states, state.as_str(), usize::MAX));
            let service = known(conn.service.as_deref());
            let service = service.and_then(|name| place_of(services, name, Self::MOST_SERVICES));
            let tuple = tuples.get(&FourTuple::of(conn)).copied();
            connections.places.push(place as u32);
            connections.numbers.extend([
                conn.ts,
                conn.duration.unwrap_or(f64::NAN),
                count(conn.orig_bytes),
                count(conn.resp_bytes),
                number(tuple),
                number(state),
                number(service),
            ]);
        }
        connections
    }

    /// Returns what the packets of a connection have in common.
    pub fn id(conn: &ConnRecord) -> ConnId {
        let ConnRecord { orig_h, orig_p, resp_h, resp_p, .. } = *conn;
        ConnId { orig_h, orig_p, resp_h, resp_p }
    }
}

/// Returns the place of a name in the order of first use; `None` where it is new and there are `most` already.
fn place_of(names: &mut Vec<String>, name: &str, most: usize) -> Option<usize> {
    let known = names.iter().position(|known| known == name);
    if known.is_none() && names.len() < most {
        names.push(name.to_owned());
        return Some(names.len() - 1);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;

    fn conn(uid: &str, ts: f64, orig: u8, resp_p: u16) -> ConnRecord {
        let (orig_h, resp_h) = ([10, 0, 0, orig].into(), [192, 0, 2, 1].into());
        ConnRecord::new(ts, uid.into(), orig_h, 40_000, resp_h, resp_p, Proto::Tcp)
    }

    #[test]
    fn connections_of_a_scope_come_by_their_starts() {
        let mut conn = [conn("a", 3.0, 1, 443), conn("b", 1.0, 2, 443), conn("c", 2.0, 1, 80)];
        conn[0].duration = Some(0.5);
        conn[2].service = Some("http".into());
        let keys = || [&conn[1], &conn[0]].map(FourTuple::of).into_iter();
        let places = |scope| Connections::of(&conn, scope, keys()).places;
        assert_eq!(places(Scope::All), [1, 2, 0]);
        assert_eq!(places(Scope::Host([10, 0, 0, 1].into())), [2, 0]);
        assert_eq!(places(Scope::Host([192, 0, 2, 1].into())), [1, 2, 0]);
        assert_eq!(places(Scope::Tuple(FourTuple::of(&conn[1]))), [1]);
        let Connections { all, numbers, services, .. } = Connections::of(&conn, Scope::All, keys());
        let rows: Vec<&[f64]> = numbers.chunks(Connections::WIDTH).collect();
        assert_eq!((all, services), (3, vec!["http".to_owned()]));
        assert_eq!((rows[2][0], rows[2][1], rows[2][4]), (3.0, 0.5, 1.0));
        assert!(rows[1][1].is_nan() && rows[1][4].is_nan(), "{:?}", rows[1]);
        assert_eq!(rows[1][6], 0.0);
    }
}
