//! The tunnels that a connection came through.

use std::net::IpAddr;

/// Tunnels that a connection remembers.
const MAX_PARENTS: usize = 8;

/// Changes from one tunnel to another that Zeek follows (`Tunnel::max_changes_per_connection`).
const MAX_CHANGES: u8 = 5;

/// What a connection was tunnelled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// The connection with this serial number.
    Connection(u64),
    /// Packets of IP between two addresses, the lower first.
    Addresses(IpAddr, IpAddr),
}

/// What a connection was tunnelled in, each once, in order (Zeek: `tunnel_parents`).
#[derive(Debug, Default)]
pub struct Parents {
    seen: Vec<Parent>,
    /// Place in `seen` of the tunnel of the last packet; behind its end where that one was not remembered.
    last: Option<u8>,
    changes: u8,
}

impl Parents {
    /// Returns the first eight of them.
    pub fn iter(&self) -> impl Iterator<Item = &Parent> {
        self.seen.iter()
    }

    /// Returns whether it was never in a tunnel.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Takes note of what the next packet came through; says whether it is one change more than Zeek follows.
    pub(super) fn enter(&mut self, parent: Option<Parent>) -> bool {
        let now = parent.map(|parent| self.place(parent));
        let changed = now.is_some() && self.last.is_some() && now != self.last;
        self.last = now;
        let beyond = changed && self.changes == MAX_CHANGES;
        self.changes += u8::from(changed && !beyond);
        beyond
    }

    fn place(&mut self, parent: Parent) -> u8 {
        let known = self.seen.iter().position(|known| *known == parent);
        let place = known.unwrap_or(self.seen.len());
        if known.is_none() && place < MAX_PARENTS {
            self.seen.push(parent);
        }
        place as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tunnel_is_named_once_up_to_the_bound() {
        let mut parents = Parents::default();
        for serial in [0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9] {
            parents.enter(Some(Parent::Connection(serial)));
        }
        let expected: Vec<Parent> = (0..8).map(Parent::Connection).collect();
        assert!(parents.iter().eq(&expected));
    }

    #[test]
    fn the_sixth_change_is_one_too_many() {
        let mut parents = Parents::default();
        let beyond = |serial| parents.enter(Some(Parent::Connection(serial)));
        assert_eq!(
            [1, 2, 2, 1, 2, 1, 2, 1].map(beyond),
            [false, false, false, false, false, false, false, true]
        );
    }

    #[test]
    fn packets_outside_any_tunnel_are_no_change() {
        let mut parents = Parents::default();
        for _ in 0..20 {
            assert!(!parents.enter(Some(Parent::Connection(1))));
            assert!(!parents.enter(None));
        }
    }
}
