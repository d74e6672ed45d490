//! The key of the table: addresses and ports without a direction, and a hash that a sender cannot aim at.

use super::icmp;
use super::proto::Proto;
use crate::capture::{Segment, Transport};
use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;

/// The two endpoints of a connection in an order that both directions share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    low: u128,
    high: u128,
    ports_and_proto: u64,
}

/// Addresses and ports of a packet, as its sender sees them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) src_port: u16,
    pub(super) dst_port: u16,
    pub(super) proto: Proto,
    /// Protocol number of IP; tells unknown transports apart.
    pub(super) ip_proto: u8,
    /// Whether no answer can belong to the same connection (ICMP errors).
    pub(super) one_way: bool,
}

impl Ends {
    /// Returns the ends of a segment; ICMP has message types for ports.
    pub(super) fn of(segment: &Segment<'_>) -> Self {
        let (proto, src_port, dst_port, one_way) = match &segment.transport {
            Transport::Tcp(tcp) => (Proto::Tcp, tcp.src_port, tcp.dst_port, false),
            Transport::Udp(udp) => (Proto::Udp, udp.src_port, udp.dst_port, false),
            Transport::Icmp(message) => {
                let ports = icmp::ports(message, segment.ip_proto);
                (Proto::Icmp, ports.src, ports.dst, ports.one_way)
            }
            Transport::Other => (Proto::Unknown, 0, 0, false),
        };
        let ip_proto = segment.ip_proto;
        Ends { src: segment.src, dst: segment.dst, src_port, dst_port, proto, ip_proto, one_way }
    }

    /// Returns the key under which the connection is found.
    pub(super) fn key(&self) -> Key {
        let src = (bits(self.src), self.src_port);
        let dst = (bits(self.dst), self.dst_port);
        let (low, high) = if self.one_way || src <= dst { (src, dst) } else { (dst, src) };
        let ports = (u64::from(low.1) << 32) | (u64::from(high.1) << 16);
        let unknown = if self.proto == Proto::Unknown { u64::from(self.ip_proto) << 8 } else { 0 };
        Key { low: low.0, high: high.0, ports_and_proto: ports | unknown | self.proto as u64 }
    }
}

/// IPv4 addresses in their IPv6 form, as Zeek holds them.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

/// Builds hashers with a secret.
///
/// Who writes a capture chooses the keys. With a hash that is known in advance he could choose keys that all fall
/// together and turn each look-up into a search, so the hash depends on a seed that he does not know. Nothing that comes
/// out depends on it. Where the standard library has no randomness (wasm), the host passes a seed in. A polynomial hash
/// such as rustc-hash would not do: its collisions are the same for every seed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keyed {
    seed: [u64; 2],
}

impl Keyed {
    /// Returns a hash with this seed.
    pub(super) fn new(seed: u64) -> Self {
        let first = fold(seed ^ 0x9e37_79b9_7f4a_7c15, 0xe703_7ed1_a0b4_28db);
        Keyed { seed: [first, fold(first ^ seed, 0x8ebc_6af0_9c88_c6e3) | 1] }
    }
}

impl BuildHasher for Keyed {
    type Hasher = KeyHasher;

    fn build_hasher(&self) -> KeyHasher {
        let [state, multiplier] = self.seed;
        KeyHasher { state, multiplier }
    }
}

/// Folded multiplication: both halves of a 128-bit product with the secret, after the word was mixed in.
pub(super) struct KeyHasher {
    state: u64,
    multiplier: u64,
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        fold(self.state, self.multiplier.rotate_left(32))
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.state = fold(self.state ^ word, self.multiplier).wrapping_add(self.state.rotate_left(23));
    }

    fn write_u128(&mut self, words: u128) {
        self.write_u64(words as u64);
        self.write_u64((words >> 64) as u64);
    }
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded::Set;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn ends(src: u8, src_port: u16, dst: u8, dst_port: u16, one_way: bool) -> Ends {
        let address = |last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
        Ends {
            src: address(src),
            dst: address(dst),
            src_port,
            dst_port,
            proto: Proto::Tcp,
            ip_proto: 6,
            one_way,
        }
    }

    #[test]
    fn both_directions_have_one_key() {
        assert_eq!(ends(1, 5, 2, 6, false).key(), ends(2, 6, 1, 5, false).key());
        assert_ne!(ends(1, 5, 2, 6, false).key(), ends(1, 6, 2, 5, false).key());
    }

    #[test]
    fn one_way_messages_keep_their_direction() {
        assert_ne!(ends(1, 3, 2, 1, true).key(), ends(2, 1, 1, 3, true).key());
    }

    #[test]
    fn hashes_depend_on_the_seed_and_spread() {
        let key = ends(1, 5, 2, 6, false).key();
        assert_ne!(Keyed::new(1).hash_one(key), Keyed::new(2).hash_one(key));
        let low: Set<u64> = (0..4096)
            .map(|at| Keyed::new(7).hash_one(u128::from(Ipv6Addr::from(at as u128))) & 0xffff)
            .collect();
        assert!(low.len() > 3_900, "{}", low.len());
    }
}
