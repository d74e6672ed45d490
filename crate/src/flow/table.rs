//! The table of live connections.

#![expect(
    clippy::disallowed_types,
    reason = "its hash is `Keyed`, a fast one for its keys alone, with a seed"
)]

use super::connection::Connection;
use super::expiry::{Entry, Moment, Queue};
use super::key::{Ends, Key, Keyed};
use super::parents::Parent;
use super::proto::Proto;
use super::reassembly::Budget;
use super::stream::Stream;
use crate::capture::{Checksums, Segment, Timestamp, Tunnel};
use crate::counter::{Limit, LimitsHit, bound};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// Bounds of a table.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Live connections, of some 800 bytes each; one more ends the one that would time out first.
    pub connections: usize,
    /// Bytes that all connections together hold behind holes.
    pub held_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { connections: bound::LIVE_CONNECTIONS, held_bytes: bound::HELD_BEHIND_HOLES }
    }
}

/// Live connections, each with the stream that follows its payload.
///
/// A connection is in the map, in `slots` and in the queue from its first packet to its end, and is given out once.
#[derive(Debug)]
pub struct Table<S> {
    map: HashMap<Key, u32, Keyed>,
    slots: Vec<Option<Box<Connection<S>>>>,
    free: Vec<u32>,
    queue: Queue,
    limits: Limits,
    checksums: Checksums,
    budget: Budget,
    created: u64,
    bad_checksums: u64,
    connections_cut: u64,
    histories_cut: u64,
}

impl<S: Stream> Default for Table<S> {
    /// Returns a table with the default limits, seeded by the standard library, which has no randomness on wasm: see
    /// [`Table::new`].
    fn default() -> Self {
        let seed = std::collections::hash_map::RandomState::new().hash_one(0);
        Table::new(Limits::default(), seed)
    }
}

impl<S: Stream> Table<S> {
    /// Returns an empty table. `seed` should be unknown to whoever made the capture; it has no influence on what comes
    /// out.
    pub fn new(limits: Limits, seed: u64) -> Self {
        Table {
            map: HashMap::with_hasher(Keyed::new(seed)),
            slots: Vec::new(),
            free: Vec::new(),
            queue: Queue::default(),
            limits,
            checksums: Checksums::default(),
            budget: Budget { left: isize::try_from(limits.held_bytes).unwrap_or(isize::MAX), hits: 0 },
            created: 0,
            bad_checksums: 0,
            connections_cut: 0,
            histories_cut: 0,
        }
    }

    /// Treats wrong checksums like this, from the first segment on.
    pub fn checksums(mut self, checksums: Checksums) -> Self {
        self.checksums = checksums;
        self
    }

    /// Takes the next segment of the capture; connections that end by it or before it go to `ended`.
    pub fn push(
        &mut self,
        segment: &Segment<'_>,
        shared: &mut S::Shared,
        ended: &mut impl FnMut(Connection<S>, &mut S::Shared),
    ) {
        let now = self.advance(segment.ts, shared, ended);
        self.bad_checksums += u64::from(segment.bad_checksum);
        let parent = segment.tunnel.and_then(|tunnel| self.parent(&tunnel));
        let ends = Ends::of(segment);
        let key = ends.key();
        let mut slot = self.map.get(&key).copied();
        if let Some(found) = slot
            && self.connection(found).is_some_and(|connection| connection.is_reused_by(segment))
        {
            slot = None;
            if let Some(connection) = self.remove(found) {
                ended(connection, shared);
            }
        }
        let slot = match slot {
            Some(slot) => slot,
            None => {
                while self.map.len() >= self.limits.connections.max(1) {
                    let Some(connection) = self.evict() else { break };
                    self.connections_cut += 1;
                    ended(connection, shared);
                }
                self.insert(key, Connection::begin(segment, &ends, now, self.created, shared))
            }
        };
        let Some(Some(connection)) = self.slots.get_mut(slot as usize) else { return };
        connection.enter(parent);
        if self.checksums == Checksums::Drop && segment.bad_checksum {
            connection.note_dropped(&ends);
        } else {
            connection.receive(segment, &ends, now, shared, &mut self.budget);
        }
        let due = connection.due();
        if due < connection.deadlines.queued {
            connection.deadlines.queued = due;
            self.queue.push(Entry { due, serial: connection.serial, slot });
        }
    }

    /// Sets the clock to a packet's time, unless that is earlier; connections that end by it go to `ended`.
    pub fn advance(
        &mut self,
        ts: Timestamp,
        shared: &mut S::Shared,
        ended: &mut impl FnMut(Connection<S>, &mut S::Shared),
    ) -> i64 {
        let now = self.queue.advance(ts);
        while let Some(entry) = self.queue.pop_due() {
            if let Some(connection) = self.expire(entry, now) {
                ended(connection, shared);
            }
        }
        now
    }

    /// Ends all connections that are left, the oldest first.
    pub fn finish(&mut self, shared: &mut S::Shared, ended: &mut impl FnMut(Connection<S>, &mut S::Shared)) {
        let mut left: Vec<Box<Connection<S>>> = self.slots.drain(..).flatten().collect();
        left.sort_unstable_by_key(|connection| connection.serial);
        self.map.clear();
        self.free.clear();
        self.queue = Queue::default();
        for mut connection in left {
            self.close_books(&mut connection);
            ended(*connection, shared);
        }
    }

    /// Returns the number of live connections.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// Returns whether no connection is live.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// Returns the number of connections so far, ended ones included.
    pub fn created(&self) -> u64 {
        self.created
    }

    /// Packets whose checksum was wrong.
    pub fn bad_checksums(&self) -> u64 {
        self.bad_checksums
    }

    /// Bounds that were hit, with how often.
    pub fn limits_hit(&self) -> LimitsHit {
        let counts = [
            (Limit::FlowConnections, self.connections_cut),
            (Limit::FlowHeldBytes, self.budget.hits),
            (Limit::FlowHistory, self.histories_cut),
        ];
        counts.into_iter().collect()
    }

    #[cfg(test)]
    pub(super) fn held_bytes_left(&self) -> isize {
        self.budget.left
    }

    /// Returns the connection that a tunnel is, or the two addresses where IP itself carries.
    fn parent(&mut self, tunnel: &Tunnel) -> Option<Parent> {
        let Tunnel { src, dst, ports } = *tunnel;
        let Some((src_port, dst_port)) = ports else {
            return Some(Parent::Addresses(src.min(dst), src.max(dst)));
        };
        let ends = Ends { src, dst, src_port, dst_port, proto: Proto::Udp, ip_proto: 17, one_way: false };
        let slot = *self.map.get(&ends.key())?;
        let connection = self.slots.get_mut(slot as usize)?.as_deref_mut()?;
        connection.carries = true;
        Some(Parent::Connection(connection.serial))
    }

    fn connection(&self, slot: u32) -> Option<&Connection<S>> {
        self.slots.get(slot as usize)?.as_deref()
    }

    /// Looks at a connection whose entry came up: ends it, or puts it back for later.
    fn expire(&mut self, entry: Entry, now: Moment) -> Option<Connection<S>> {
        let connection = self.slots.get_mut(entry.slot as usize)?.as_deref_mut()?;
        if connection.serial != entry.serial || connection.deadlines.queued != entry.due {
            return None;
        }
        let is_over = connection.deadlines.look(now);
        let due = connection.due();
        if due > now && !is_over {
            connection.deadlines.queued = due;
            self.queue.push(Entry { due, ..entry });
            return None;
        }
        self.remove(entry.slot)
    }

    /// Ends the connection that would be the first to time out.
    fn evict(&mut self) -> Option<Connection<S>> {
        loop {
            let entry = self.queue.pop()?;
            if let Some(connection) = self.expire(entry, entry.due) {
                return Some(connection);
            }
        }
    }

    fn insert(&mut self, key: Key, connection: Connection<S>) -> u32 {
        self.created += 1;
        let connection = Some(Box::new(connection));
        let slot = match self.free.pop() {
            Some(slot) => {
                if let Some(place) = self.slots.get_mut(slot as usize) {
                    *place = connection;
                }
                slot
            }
            None => {
                self.slots.push(connection);
                (self.slots.len() - 1) as u32
            }
        };
        self.map.insert(key, slot);
        slot
    }

    fn remove(&mut self, slot: u32) -> Option<Connection<S>> {
        let mut connection = self.slots.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        let _ = self.map.remove(&connection.key());
        self.close_books(&mut connection);
        Some(*connection)
    }

    fn close_books(&mut self, connection: &mut Connection<S>) {
        connection.release(&mut self.budget);
        self.histories_cut += u64::from(connection.is_history_full());
    }
}
