//! [`Fragments`]: fragments of IP → whole packets (RFC 791 section 3.2, RFC 8200 section 4.5); fragments of CAPWAP's data → whole
//! datagrams (RFC 5415 section 3.4).
//!
//! As Zeek does it: the bytes that came first stay, the header is that of the fragment that came first, and the whole
//! counts as one packet. The defragmentation of `etherparse` lets later bytes overwrite earlier ones and has no bounds.

use crate::counter::bound;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::{Timestamp, Udp};
use crate::field::{self, Field};
use crate::{Weird, Weirds};

/// Seconds of packet time that the rest of a packet may take (RFC 8200 section 4.5).
const PATIENCE: f64 = 60.0;
/// Packets that are put together at the same time.
const MAX_PACKETS: usize = bound::FRAGMENTED_PACKETS;
/// Bytes held for all of them.
const MAX_BYTES: usize = bound::FRAGMENT_BYTES;
/// What the length field of IPv4 can state.
const MAX_LEN: usize = 65_535;

/// Packets of which some fragments are still to come.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    held: BTreeMap<Key, Assembly>,
    /// Those in `held` by the order in which they began.
    order: BTreeMap<u64, Key>,
    begun: u64,
    bytes: usize,
    given_up: u64,
    /// Serial number of the packet that the last fragment belongs to; absent where it could not be used.
    last: Option<u64>,
}

/// What the fragments of a packet have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    src: IpAddr,
    dst: IpAddr,
    /// Those of a datagram, where that is cut.
    ports: Option<(u16, u16)>,
    id: u32,
}

/// Whose fragment it is, which says how the header of the whole differs.
#[derive(Debug, Clone, Copy)]
enum Form {
    V4,
    V6 {
        /// Where in the header the protocol of the payload has to stand.
        next_at: usize,
        /// Which it is.
        next: u8,
    },
    Capwap,
}

/// One fragment.
#[derive(Debug)]
pub(super) struct Fragment<'a> {
    key: Key,
    form: Form,
    /// Headers that the whole packet has too.
    head: &'a [u8],
    offset: usize,
    more: bool,
    payload: &'a [u8],
}

/// A packet in the making.
#[derive(Debug)]
struct Assembly {
    serial: u64,
    begun: Timestamp,
    form: Form,
    head: Vec<u8>,
    /// Length of the payload; absent until the last fragment came.
    len: Option<usize>,
    payload: Vec<u8>,
    /// What of `payload` is there: in order, apart from each other.
    there: Vec<Range<usize>>,
}

impl Fragments {
    /// Takes the IP packet in `data`, a fragment that was captured whole; gives the packet that it makes complete.
    pub(super) fn add(&mut self, ts: Timestamp, data: &[u8], weirds: &mut Weirds) -> Option<Vec<u8>> {
        self.last = None;
        let Some(fragment) = Fragment::parse(data) else {
            weirds.count(Weird::FragmentProtocolInconsistency);
            return None;
        };
        self.add_fragment(ts, &fragment, weirds)
    }

    /// Takes a fragment; gives what it makes complete.
    pub(super) fn add_fragment(
        &mut self,
        ts: Timestamp,
        fragment: &Fragment<'_>,
        weirds: &mut Weirds,
    ) -> Option<Vec<u8>> {
        self.last = None;
        if fragment.offset + fragment.payload.len() > MAX_LEN {
            weirds.count(Weird::ExcessivelyLargeFragment);
            return None;
        }
        self.expire(ts);
        let key = fragment.key;
        if !self.held.contains_key(&key) {
            self.order.insert(self.begun, key);
            self.held.insert(key, Assembly::begin(self.begun, ts, fragment));
            self.begun += 1;
        }
        let assembly = self.held.get_mut(&key)?;
        self.last = Some(assembly.serial);
        let before = assembly.payload.len();
        let is_whole = assembly.add(fragment, weirds);
        self.bytes += assembly.payload.len() - before;
        if is_whole {
            return self.take(&key)?.finish(weirds);
        }
        while self.held.len() > MAX_PACKETS || self.bytes > MAX_BYTES {
            let (_, oldest) = self.order.first_key_value()?;
            let oldest = *oldest;
            let _ = self.take(&oldest);
            self.given_up += 1;
        }
        None
    }

    /// Serial number of the packet that the last fragment belongs to; absent where it could not be used.
    pub(super) fn last(&self) -> Option<u64> {
        self.last
    }

    /// Returns how often a packet was given up for want of room.
    pub(super) fn given_up(&self) -> u64 {
        self.given_up
    }

    fn expire(&mut self, now: Timestamp) {
        while let Some((_, oldest)) = self.order.first_key_value() {
            let oldest = *oldest;
            if self
                .held
                .get(&oldest)
                .is_some_and(|it| now.seconds_since(it.begun).is_none_or(|age| age <= PATIENCE))
            {
                return;
            }
            let _ = self.take(&oldest);
        }
    }

    fn take(&mut self, key: &Key) -> Option<Assembly> {
        let assembly = self.held.remove(key)?;
        self.order.remove(&assembly.serial);
        self.bytes -= assembly.payload.len();
        Some(assembly)
    }
}

impl<'a> Fragment<'a> {
    fn parse(data: &'a [u8]) -> Option<Self> {
        match data.first()? >> 4 {
            4 => Self::v4(data),
            6 => Self::v6(data),
            _ => None,
        }
    }

    fn v4(data: &'a [u8]) -> Option<Self> {
        const TOTAL_LENGTH: Field = 2..4;
        const IDENTIFICATION: Field = 4..6;
        const FLAGS_AND_OFFSET: Field = 6..8;
        const SOURCE: Field = 12..16;
        const DESTINATION: Field = 16..20;
        let packet = data.get(..usize::from(field::be16(data, TOTAL_LENGTH)?))?;
        let (head, payload) = packet.split_at_checked(usize::from(data.first()? & 0x0f) * 4)?;
        let place = field::be16(data, FLAGS_AND_OFFSET)?;
        Some(Fragment {
            key: Key {
                src: Ipv4Addr::from(field::array(data, SOURCE)?).into(),
                dst: Ipv4Addr::from(field::array(data, DESTINATION)?).into(),
                ports: None,
                id: u32::from(field::be16(data, IDENTIFICATION)?),
            },
            form: Form::V4,
            head,
            offset: usize::from(place & 0x1fff) * 8,
            more: place & 0x2000 != 0,
            payload,
        })
    }

    fn v6(data: &'a [u8]) -> Option<Self> {
        const PAYLOAD_LENGTH: Field = 4..6;
        const NEXT_HEADER: usize = 6;
        const SOURCE: Field = 8..24;
        const DESTINATION: Field = 24..40;
        const HEADER: usize = 40;
        const FRAGMENT: u8 = 44;
        let packet = data.get(..usize::from(field::be16(data, PAYLOAD_LENGTH)?) + HEADER)?;
        // Each turn goes eight bytes on at least.
        let (mut kind, mut kind_at, mut at) = (*data.get(NEXT_HEADER)?, NEXT_HEADER, HEADER);
        while matches!(kind, 0 | 43 | 60) {
            let [next, len] = *packet.get(at..)?.first_chunk()?;
            (kind, kind_at, at) = (next, at, at + 8 + usize::from(len) * 8);
        }
        if kind != FRAGMENT {
            return None;
        }
        let (head, rest) = packet.split_at_checked(at)?;
        // The fragment header (RFC 8200 section 4.5), whose first byte is what follows it.
        const OFFSET_AND_FLAGS: Field = 2..4;
        const IDENTIFICATION: Field = 4..8;
        let (next, payload) = (*rest.first()?, rest.get(IDENTIFICATION.end..)?);
        let place = field::be16(rest, OFFSET_AND_FLAGS)?;
        Some(Fragment {
            key: Key {
                src: Ipv6Addr::from(field::array::<16>(data, SOURCE)?).into(),
                dst: Ipv6Addr::from(field::array::<16>(data, DESTINATION)?).into(),
                ports: None,
                id: field::be32(rest, IDENTIFICATION)?,
            },
            form: Form::V6 { next_at: kind_at, next },
            head,
            offset: usize::from(place & 0xfff8),
            more: place & 1 != 0,
            payload,
        })
    }

    /// Returns the fragment of CAPWAP that a datagram is, between an access point and its controller.
    pub(super) fn capwap(src: IpAddr, dst: IpAddr, udp: &Udp<'a>) -> Option<Self> {
        const PORT: u16 = 5247;
        const HEADER: Field = 0..4;
        const IDENTIFICATION: Field = 4..6;
        const OFFSET: Field = 6..8;
        const IS_FRAGMENT: u32 = 1 << 7;
        const IS_LAST: u32 = 1 << 6;
        let data = udp.payload;
        if (udp.src_port != PORT && udp.dst_port != PORT) || data.first() != Some(&0) {
            return None;
        }
        let header = field::be32(data, HEADER).filter(|header| header & IS_FRAGMENT != 0)?;
        let len = (header >> 19 & 0x1f) as usize * 4;
        let (head, payload) = data.split_at_checked(len).filter(|(head, _)| head.len() >= OFFSET.end)?;
        let (ports, id) = (Some((udp.src_port, udp.dst_port)), field::be16(data, IDENTIFICATION)?.into());
        Some(Fragment {
            key: Key { src, dst, ports, id },
            form: Form::Capwap,
            head,
            offset: usize::from(field::be16(data, OFFSET)? >> 3) * 8,
            more: header & IS_LAST == 0,
            payload,
        })
    }
}

impl Assembly {
    fn begin(serial: u64, begun: Timestamp, fragment: &Fragment<'_>) -> Self {
        Assembly {
            serial,
            begun,
            form: fragment.form,
            head: fragment.head.to_vec(),
            len: None,
            payload: Vec::new(),
            there: Vec::new(),
        }
    }

    /// Returns whether the packet is whole with this fragment.
    fn add(&mut self, fragment: &Fragment<'_>, weirds: &mut Weirds) -> bool {
        let end = fragment.offset + fragment.payload.len();
        if fragment.offset == 0 {
            // Of the protocols that the fragments of IPv6 name, the first one's holds.
            match (&mut self.form, fragment.form) {
                (Form::V6 { next, .. }, Form::V6 { next: first, .. }) => *next = first,
                (Form::Capwap, _) => self.head = fragment.head.to_vec(),
                _ => {}
            }
        }
        let beyond = self.len.is_some_and(|len| end > len || (!fragment.more && end < len));
        if beyond {
            weirds.count(Weird::FragmentSizeInconsistency);
        }
        if !fragment.more || beyond {
            self.len = Some(self.len.unwrap_or_default().max(end));
        }
        self.fill(fragment.offset, fragment.payload, weirds);
        match (self.there.first(), self.len) {
            (Some(first), Some(len)) => first.start == 0 && first.end >= len,
            _ => false,
        }
    }

    /// Puts `bytes` where none are yet.
    fn fill(&mut self, start: usize, bytes: &[u8], weirds: &mut Weirds) {
        let end = start + bytes.len();
        if bytes.is_empty() {
            return;
        }
        if self.payload.len() < end {
            self.payload.resize(end, 0);
        }
        let from = self.there.partition_point(|range| range.end < start);
        let (mut to, mut at, mut overlaps, mut differs) = (from, start, false, false);
        let mut merged = start..end;
        let mut copy = |place: Range<usize>| {
            let new = bytes.get(place.start - start..place.end - start);
            if let (Some(new), Some(old)) = (new, self.payload.get_mut(place)) {
                old.copy_from_slice(new);
            }
        };
        while let Some(range) = self.there.get(to).filter(|range| range.start <= end) {
            if at < range.start {
                copy(at..range.start);
            }
            at = at.max(range.end).min(end);
            merged = merged.start.min(range.start)..merged.end.max(range.end);
            to += 1;
        }
        copy(at..end);
        for range in self.there.get(from..to).unwrap_or_default() {
            let both = range.start.max(start)..range.end.min(end);
            overlaps |= !both.is_empty();
            let new = bytes.get(both.start.saturating_sub(start)..both.end.saturating_sub(start));
            differs |= !both.is_empty() && new != self.payload.get(both);
        }
        if overlaps {
            weirds.count(if differs { Weird::FragmentInconsistency } else { Weird::FragmentOverlap });
        }
        self.there.splice(from..to, [merged]);
    }

    /// Returns the whole packet.
    fn finish(mut self, weirds: &mut Weirds) -> Option<Vec<u8>> {
        self.payload.truncate(self.there.first()?.end);
        let mut packet = self.head;
        let whole = packet.len() + self.payload.len();
        let stated = if let Form::V6 { .. } = self.form { whole - 40 } else { whole };
        let Ok(stated) = u16::try_from(stated) else {
            weirds.count(Weird::ExcessivelyLargeFragment);
            return None;
        };
        let mut put = |at: usize, bytes: &[u8]| {
            if let Some(place) = packet.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        };
        match self.form {
            Form::V6 { next_at, next } => {
                put(4, &stated.to_be_bytes());
                put(next_at, &[next]);
            }
            // No fragment, and no place of one.
            Form::Capwap => {
                put(4, &[0; 4]);
                if let Some(flags) = packet.get_mut(3) {
                    *flags &= 0x3f;
                }
            }
            Form::V4 => {
                put(2, &stated.to_be_bytes());
                put(6, &[0, 0]);
                put(10, &[0, 0]);
                let sum = super::checksum::checksum(&packet);
                if let Some(place) = packet.get_mut(10..12) {
                    place.copy_from_slice(&sum);
                }
            }
        }
        packet.append(&mut self.payload);
        Some(packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    fn v4(id: u8, offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
        let len = (20 + payload.len() as u16).to_be_bytes();
        let place = ((offset / 8) | (u16::from(more) << 13)).to_be_bytes();
        let head =
            [0x45, 0, len[0], len[1], 0, id, place[0], place[1], 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
        [&head, payload].concat()
    }

    fn v6(next: u8, offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
        let len = (16 + payload.len() as u16).to_be_bytes();
        let place = (offset | u16::from(more)).to_be_bytes();
        let head = [&[0x60, 0, 0, 0, len[0], len[1], 60, 64][..], &[1; 16], &[2; 16]].concat();
        let options = [44, 0, 1, 4, 0, 0, 0, 0];
        let fragment = [next, 0, place[0], place[1], 0, 0, 0, 9];
        [&head, &options[..], &fragment, payload].concat()
    }

    /// Returns what comes of packets one second apart, and what was odd.
    fn run(packets: &[Vec<u8>]) -> (Vec<Vec<u8>>, Vec<(&'static str, u64)>) {
        let (mut fragments, mut weirds) = (Fragments::default(), Weirds::default());
        let mut whole = Vec::new();
        for (second, packet) in (0_i64..).zip(packets) {
            whole.extend(fragments.add(Timestamp(second * SECOND), packet, &mut weirds));
        }
        (whole, weirds.iter().collect())
    }

    #[test]
    fn fragments_in_any_order_make_the_packet() {
        let parts = [v4(1, 0, true, &[1; 8]), v4(1, 8, true, &[2; 8]), v4(1, 16, false, &[3; 5])];
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let (whole, weirds) = run(&order.map(|at| parts[at].clone()));
            assert_eq!(weirds, []);
            assert_eq!(whole.len(), 1);
            assert_eq!(whole[0][20..], [&[1; 8][..], &[2; 8], &[3; 5]].concat());
            assert_eq!(whole[0][2..8], [0, 41, 0, 1, 0, 0]);
            assert_eq!(super::super::checksum::checksum(&whole[0][..20]), [0, 0]);
        }
    }

    #[test]
    fn the_header_of_a_whole_ipv6_packet_names_no_fragment() {
        let (whole, weirds) = run(&[v6(0, 8, false, &[2; 3]), v6(17, 0, true, &[1; 8])]);
        assert_eq!(weirds, []);
        assert_eq!(whole[0][4..8], [0, 19, 60, 64]);
        assert_eq!(whole[0][40..], [&[17, 0, 1, 4, 0, 0, 0, 0][..], &[1; 8], &[2; 3]].concat());
    }

    #[test]
    fn fragments_of_capwap_make_its_datagram() {
        let part = |id: u8, offset: u16, is_last: bool, payload: &[u8]| {
            let place = offset.to_be_bytes();
            let flags = if is_last { 0xc0 } else { 0x80 };
            [&[0, 0x10, 0x42, flags, 0, id, place[0], place[1]][..], payload].concat()
        };
        let parts = [part(7, 0, false, &[1; 16]), part(8, 8, true, &[9; 3]), part(7, 16, true, &[2; 5])];
        let (src, dst) = (Ipv4Addr::new(10, 0, 0, 1).into(), Ipv4Addr::new(10, 0, 0, 2).into());
        for order in [[0, 1, 2], [2, 1, 0]] {
            let (mut fragments, mut weirds) = (Fragments::default(), Weirds::default());
            let mut whole = Vec::new();
            for payload in order.map(|at| &parts[at]) {
                let udp = Udp { src_port: 40_000, dst_port: 5247, len: payload.len() as u32, payload };
                let fragment = Fragment::capwap(src, dst, &udp).unwrap();
                whole.extend(fragments.add_fragment(Timestamp(0), &fragment, &mut weirds));
            }
            assert_eq!(whole, [[&[0, 0x10, 0x42, 0, 0, 0, 0, 0][..], &[1; 16], &[2; 5]].concat()]);
        }
    }

    #[test]
    fn overlap_keeps_the_first_copy() {
        let parts = [v4(1, 8, true, &[2; 8]), v4(1, 0, true, &[1; 24]), v4(1, 24, false, &[4; 1])];
        let (whole, weirds) = run(&parts);
        assert_eq!(whole[0][20..], [&[1; 8][..], &[2; 8], &[1; 8], &[4]].concat());
        assert_eq!(weirds, [("fragment_inconsistency", 1)]);
        let parts = [v4(1, 0, true, &[1; 16]), v4(1, 8, false, &[1; 16])];
        assert_eq!(run(&parts).1, [("fragment_overlap", 1)]);
    }

    #[test]
    fn packets_are_told_apart_by_their_identification() {
        let parts = [v4(1, 0, true, &[1; 8]), v4(2, 8, false, &[2; 8])];
        assert_eq!(run(&parts).0.len(), 0);
    }

    #[test]
    fn what_is_not_whole_in_a_minute_is_dropped() {
        let (mut fragments, mut weirds) = (Fragments::default(), Weirds::default());
        assert_eq!(fragments.add(Timestamp(0), &v4(1, 0, true, &[1; 8]), &mut weirds), None);
        let late = Timestamp(61 * SECOND);
        assert_eq!(fragments.add(late, &v4(1, 8, false, &[2; 8]), &mut weirds), None);
        assert_eq!((fragments.held.len(), fragments.bytes), (1, 16));
    }

    #[test]
    fn beyond_the_bounds_the_oldest_is_given_up() {
        let (mut fragments, mut weirds) = (Fragments::default(), Weirds::default());
        let mut give = |fragments: &mut Fragments, id: u16, offset: u16| {
            let mut packet = v4(0, offset, true, &[1; 8]);
            packet[4..6].copy_from_slice(&id.to_be_bytes());
            fragments.add(Timestamp(0), &packet, &mut weirds)
        };
        for id in 0..=MAX_PACKETS as u16 {
            assert_eq!(give(&mut fragments, id, 0), None);
        }
        assert_eq!((fragments.held.len(), fragments.given_up()), (MAX_PACKETS, 1));
        // Eight bytes at the end take the room of all in front.
        for id in 0..MAX_PACKETS as u16 {
            assert_eq!(give(&mut fragments, id, 65_520), None);
            assert!(fragments.bytes <= MAX_BYTES);
        }
        assert_eq!(fragments.held.len(), fragments.order.len());
        assert_eq!(fragments.bytes, fragments.held.values().map(|it| it.payload.len()).sum::<usize>());
    }

    #[test]
    fn a_fragment_beyond_the_longest_packet_is_counted() {
        let parts = [v4(1, 65_528, false, &[1; 16])];
        assert_eq!(run(&parts).1, [("excessively_large_fragment", 1)]);
        let parts = [
            v4(1, 0, true, &[1; 32_000]),
            v4(1, 32_000, true, &[1; 32_000]),
            v4(1, 64_000, false, &[1; 1_530]),
        ];
        assert_eq!(run(&parts), (vec![], vec![("excessively_large_fragment", 1)]));
    }

    #[test]
    fn headers_cut_short_are_counted() {
        for whole in [v4(1, 0, true, &[1; 8]), v6(17, 0, true, &[1; 8])] {
            for len in 0..whole.len() {
                assert_eq!(
                    run(&[whole[..len].to_vec()]).1,
                    [("fragment_protocol_inconsistency", 1)],
                    "{len}"
                );
            }
        }
    }
}
