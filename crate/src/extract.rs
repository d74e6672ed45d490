//! [`Extractor`]: a capture and some 4-tuples → a capture of their packets alone.
//!
//! It goes over the file a second time: the first told which 4-tuples are of interest, and by which connections DNS tells of
//! them. With these a tuple has the same look-ups, and so the same score, in the new capture. A packet is kept as it is, with
//! everything around it, when a segment in it, also inside a tunnel, belongs to one of either in any direction. A fragment
//! of IP has ports only when its packet is whole, so fragments wait until then, and with them what is kept behind them:
//! the packets stay in the file's order. Fragments inside the fragments of a tunnel are not followed.

use crate::Error;
use crate::capture::{Decoder, Fragment, Packet, Reader, Segment, Timestamp, Transport, Writer};
use crate::facts::Capture;
use crate::flow::{ConnId, Proto};
use crate::join::FourTuple;
use crate::seeded::{Map, Set};
use std::collections::VecDeque;
use std::net::IpAddr;

/// Bytes of packets that wait; beyond them the fragments that wait the longest are given up.
const MAX_WAITING: usize = 64 * 1024 * 1024;
/// What a waiting packet takes beside its bytes.
const OVERHEAD: usize = 64;
/// Seconds of packet time that a fragment waits; the decoder has given its packet up by then.
const PATIENCE: f64 = 60.0;

/// Copies the packets of some 4-tuples out of a capture that arrives in chunks of any size.
#[derive(Debug)]
pub struct Extractor {
    reader: Reader,
    selection: Selection,
}

/// What an extractor did so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extracted {
    /// Bytes of the capture as they came, compressed where they were.
    pub bytes: u64,
    /// Packets read.
    pub packets: u64,
    /// Packets kept.
    pub kept: u64,
    /// Fragmented packets that were given up for want of room.
    pub given_up: u64,
}

/// What follows the reader.
#[derive(Debug)]
struct Selection {
    wanted: Wanted,
    decoder: Decoder,
    waiting: Waiting,
    writer: Writer,
    begun: bool,
    kept: u64,
}

/// Whose packets are kept.
#[derive(Debug)]
struct Wanted {
    tuples: Set<FourTuple>,
    /// Connections by which DNS tells of the tuples.
    lookups: Set<ConnId>,
}

impl Extractor {
    /// Returns a extractor for `tuples` and the `lookups` behind them, of a capture that an analysis has read.
    pub fn new(capture: &Capture, tuples: Set<FourTuple>, lookups: Set<ConnId>) -> Self {
        let selection = Selection {
            wanted: Wanted { tuples: tuples.into_iter().collect(), lookups: lookups.into_iter().collect() },
            decoder: Decoder::default(),
            waiting: Waiting::default(),
            writer: Writer::new(&capture.link_types, capture.first_ts, capture.last_ts),
            begun: false,
            kept: 0,
        };
        Extractor { reader: Reader::new(), selection }
    }

    /// Returns the ending of a file that holds what is written.
    pub fn extension(&self) -> &'static str {
        self.selection.writer.extension()
    }

    /// Takes the next bytes of the capture; gives `out` those of the new one, piece by piece.
    pub fn push(&mut self, chunk: &[u8], out: &mut impl FnMut(&[u8])) -> Result<(), Error> {
        let selection = &mut self.selection;
        selection.begin(out);
        self.reader.push(chunk, &mut |packet| selection.take(&packet, out))
    }

    /// Ends the capture, and the new one with it.
    pub fn finish(mut self, out: &mut impl FnMut(&[u8])) -> Result<Extracted, Error> {
        let selection = &mut self.selection;
        selection.begin(out);
        self.reader.finish(&mut |packet| selection.take(&packet, out))?;
        selection.flush(Timestamp(i64::MAX), out);
        Ok(self.progress())
    }

    /// Returns how far it is.
    pub fn progress(&self) -> Extracted {
        let summary = self.reader.summary();
        Extracted {
            bytes: summary.bytes,
            packets: summary.packets,
            kept: self.selection.kept,
            given_up: self.selection.waiting.given_up,
        }
    }
}

impl Selection {
    fn begin(&mut self, out: &mut impl FnMut(&[u8])) {
        if !self.begun {
            self.writer.begin(out);
            self.begun = true;
        }
    }

    fn take(&mut self, packet: &Packet<'_>, out: &mut impl FnMut(&[u8])) {
        let Selection { wanted, decoder, waiting, .. } = self;
        let mut is_kept = false;
        decoder.segments(packet, &mut |segment| is_kept |= wanted.holds(segment));
        match decoder.fragment() {
            Some(Fragment { serial, is_last: true }) => waiting.decide(serial, is_kept),
            Some(Fragment { serial, .. }) if !is_kept => waiting.push(packet, Some(serial)),
            _ => {}
        }
        if is_kept {
            waiting.push(packet, None);
        }
        self.flush(packet.ts, out);
    }

    /// Writes what waits no longer at `now`.
    fn flush(&mut self, now: Timestamp, out: &mut impl FnMut(&[u8])) {
        while let Some(held) = self.waiting.pop(now) {
            self.kept += 1;
            self.writer.packet(&held.packet(), out);
        }
    }
}

impl Wanted {
    /// Returns whether a segment belongs to one of the tuples or look-ups, in either direction.
    fn holds(&self, segment: &Segment<'_>) -> bool {
        let (proto, src_p, dst_p) = match &segment.transport {
            Transport::Tcp(tcp) => (Proto::Tcp, tcp.src_port, tcp.dst_port),
            Transport::Udp(udp) => (Proto::Udp, udp.src_port, udp.dst_port),
            Transport::Icmp(_) | Transport::Other => return false,
        };
        let is_of = |orig_h: IpAddr, orig_p, resp_h: IpAddr, resp_p| {
            self.tuples.contains(&FourTuple { orig_h, resp_h, resp_p, proto })
                || self.lookups.contains(&ConnId { orig_h, orig_p, resp_h, resp_p })
        };
        is_of(segment.src, src_p, segment.dst, dst_p) || is_of(segment.dst, dst_p, segment.src, src_p)
    }
}

/// Packets in the file's order, from the first whose fate is open.
#[derive(Debug, Default)]
struct Waiting {
    packets: VecDeque<Held>,
    bytes: usize,
    /// Those of which fragments wait, by their serial numbers.
    fragmented: Map<u64, Fragmented>,
    given_up: u64,
}

/// A captured packet that outlives its chunk.
#[derive(Debug)]
struct Held {
    ts: Timestamp,
    link_type: u32,
    data: Box<[u8]>,
    wire_len: u32,
    /// The fragmented packet that it is a part of; absent when it is kept in any case.
    serial: Option<u64>,
}

/// A fragmented packet.
#[derive(Debug, Default)]
struct Fragmented {
    waiting: u32,
    /// Whether it is kept; absent as long as that is open.
    kept: Option<bool>,
}

impl Waiting {
    /// Takes a packet that is kept, or one whose fate is that of the fragmented packet `serial`.
    fn push(&mut self, packet: &Packet<'_>, serial: Option<u64>) {
        let Packet { ts, link_type, data, wire_len } = *packet;
        if let Some(serial) = serial {
            self.fragmented.entry(serial).or_default().waiting += 1;
        }
        self.bytes += data.len() + OVERHEAD;
        self.packets.push_back(Held { ts, link_type, data: data.into(), wire_len, serial });
    }

    /// Tells what becomes of a fragmented packet.
    fn decide(&mut self, serial: u64, kept: bool) {
        if let Some(fragmented) = self.fragmented.get_mut(&serial) {
            fragmented.kept.get_or_insert(kept);
        }
    }

    /// Returns the next packet that is kept; `None` while the first of all is open and may wait at `now`.
    fn pop(&mut self, now: Timestamp) -> Option<Held> {
        loop {
            let front = self.packets.front()?;
            let kept = match front.serial.and_then(|serial| self.fragmented.get_mut(&serial)) {
                None => true,
                Some(fragmented) => match fragmented.kept {
                    Some(kept) => kept,
                    None => {
                        let is_late = now.seconds_since(front.ts).is_some_and(|age| age > PATIENCE);
                        if !is_late && self.bytes <= MAX_WAITING {
                            return None;
                        }
                        self.given_up += u64::from(!is_late);
                        *fragmented.kept.insert(false)
                    }
                },
            };
            let held = self.packets.pop_front()?;
            self.bytes -= held.data.len() + OVERHEAD;
            if let Some(serial) = held.serial {
                self.forget(serial);
            }
            if kept {
                return Some(held);
            }
        }
    }

    /// Counts one fragment less that waits.
    fn forget(&mut self, serial: u64) {
        if let Some(fragmented) = self.fragmented.get_mut(&serial) {
            fragmented.waiting -= 1;
            if fragmented.waiting == 0 {
                self.fragmented.remove(&serial);
            }
        }
    }
}

impl Held {
    fn packet(&self) -> Packet<'_> {
        Packet { ts: self.ts, link_type: self.link_type, data: &self.data, wire_len: self.wire_len }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;

    /// Returns a packet of raw IPv4 between 10.0.0.`src` and 10.0.0.`dst`.
    fn ip(proto: u8, src: u8, dst: u8, id: u8, place: u16, payload: &[u8]) -> Vec<u8> {
        let (len, place) = ((20 + payload.len() as u16).to_be_bytes(), place.to_be_bytes());
        let head = [0x45, 0, len[0], len[1], 0, id, place[0], place[1], 64, proto, 0, 0];
        [&head[..], &[10, 0, 0, src, 10, 0, 0, dst], payload].concat()
    }

    fn udp(src_port: u16, dst_port: u16, payload: &[u8]) -> Vec<u8> {
        let len = 8 + payload.len() as u16;
        [&[src_port, dst_port, len, 0].map(u16::to_be_bytes).concat()[..], payload].concat()
    }

    fn tuple(orig: u8, resp: u8, resp_p: u16) -> FourTuple {
        FourTuple {
            orig_h: [10, 0, 0, orig].into(),
            resp_h: [10, 0, 0, resp].into(),
            resp_p,
            proto: Proto::Udp,
        }
    }

    /// Returns a capture of raw IP with a packet a second, or at the times given.
    fn capture(packets: &[(i64, Vec<u8>)]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut writer = Writer::new(&[101], None, None);
        writer.begin(&mut |bytes| file.extend_from_slice(bytes));
        for (second, data) in packets {
            let packet =
                Packet { ts: Timestamp(second * SECOND), link_type: 101, data, wire_len: data.len() as u32 };
            writer.packet(&packet, &mut |bytes| file.extend_from_slice(bytes));
        }
        file
    }

    fn extract(file: &[u8], tuples: &[FourTuple]) -> (Vec<u8>, Extracted) {
        extract_with(file, tuples, &[])
    }

    fn extract_with(file: &[u8], tuples: &[FourTuple], lookups: &[ConnId]) -> (Vec<u8>, Extracted) {
        let capture = Capture { link_types: vec![101], ..Capture::default() };
        let tuples = tuples.iter().copied().collect();
        let (mut extractor, mut out) =
            (Extractor::new(&capture, tuples, lookups.iter().copied().collect()), Vec::new());
        for chunk in file.chunks(100) {
            extractor.push(chunk, &mut |bytes| out.extend_from_slice(bytes)).unwrap();
        }
        let extracted = extractor.finish(&mut |bytes| out.extend_from_slice(bytes)).unwrap();
        (out, extracted)
    }

    #[test]
    fn both_directions_of_a_tuple_are_kept_and_nothing_else() {
        let kept = [
            (1, ip(17, 1, 2, 0, 0, &udp(5_000, 443, b"ask"))),
            (3, ip(17, 2, 1, 0, 0, &udp(443, 5_000, b"answer"))),
        ];
        let others = [
            (0, ip(17, 1, 2, 0, 0, &udp(443, 5_000, b"another port"))),
            (2, ip(17, 1, 3, 0, 0, &udp(5_000, 443, b"another host"))),
            (4, ip(1, 1, 2, 0, 0, &[8, 0, 0, 0, 0, 0, 0, 0])),
        ];
        let mut all = [&kept[..], &others].concat();
        all.sort();
        let (file, extracted) = extract(&capture(&all), &[tuple(1, 2, 443)]);
        assert_eq!(file, capture(&kept));
        assert_eq!((extracted.packets, extracted.kept, extracted.given_up), (5, 2, 0));
    }

    #[test]
    fn a_lookup_is_kept_in_both_directions_and_no_other_of_its_host() {
        let kept = [
            (1, ip(17, 1, 53, 0, 0, &udp(5_000, 53, b"query"))),
            (2, ip(17, 53, 1, 0, 0, &udp(53, 5_000, b"reply"))),
        ];
        let others = [(3, ip(17, 1, 53, 0, 0, &udp(5_001, 53, b"another query")))];
        let lookup =
            ConnId { orig_h: [10, 0, 0, 1].into(), orig_p: 5_000, resp_h: [10, 0, 0, 53].into(), resp_p: 53 };
        let (file, _) =
            extract_with(&capture(&[&kept[..], &others].concat()), &[tuple(1, 2, 443)], &[lookup]);
        assert_eq!(file, capture(&kept));
    }

    #[test]
    fn fragments_of_a_kept_datagram_are_kept_in_the_order_of_the_file() {
        let whole = udp(5_000, 443, &[7; 24]);
        let part = |at: usize, len: usize, more: u16| {
            ip(17, 1, 2, 9, (at as u16 / 8) | more << 13, &whole[at..at + len])
        };
        let other = |id: u8, more: u16| ip(17, 1, 3, id, more << 13, &udp(5_000, 80, &[1; 16]));
        // The ports stand in the fragment that comes last.
        let kept = [
            (0, part(16, 16, 0)),
            (2, ip(17, 1, 2, 0, 0, &udp(5_000, 443, b"between"))),
            (4, part(8, 8, 1)),
            (5, part(0, 8, 1)),
            (6, ip(17, 2, 1, 0, 0, &udp(443, 5_000, b"behind"))),
        ];
        let mut all = [&kept[..], &[(1, other(4, 1)), (3, other(5, 1))]].concat();
        all.sort();
        let (file, extracted) = extract(&capture(&all), &[tuple(1, 2, 443)]);
        assert_eq!(file, capture(&kept));
        assert_eq!((extracted.packets, extracted.kept, extracted.given_up), (7, 5, 0));
    }

    #[test]
    fn fragments_that_wait_too_long_hold_nothing_up() {
        let first = |id: u8| ip(17, 1, 2, id, 1 << 13, &udp(5_000, 443, &[1; 16]));
        let kept = [(61, ip(17, 1, 2, 0, 0, &udp(5_000, 443, b"later")))];
        let all = [&[(0, first(1)), (0, first(2))], &kept[..]].concat();
        let (file, _) = extract(&capture(&all), &[tuple(1, 2, 443)]);
        assert_eq!(file, capture(&kept));
    }

    #[test]
    fn fragments_without_end_are_given_up_and_counted() {
        let mut waiting = Waiting::default();
        let data = vec![0; 1024 * 1024];
        let packet = Packet { ts: Timestamp(0), link_type: 101, data: &data, wire_len: data.len() as u32 };
        for serial in 0..200 {
            waiting.push(&packet, Some(serial));
            waiting.push(&Packet { data: &[], ..packet }, None);
            while waiting.pop(Timestamp(0)).is_some() {}
            assert!(waiting.bytes <= MAX_WAITING);
        }
        assert_eq!(waiting.given_up, 200 - waiting.fragmented.len() as u64);
        assert!(waiting.given_up > 100);
    }
}
