//! A generated capture of any size: the fixtures' handshakes again and again, with other addresses, ports and times, and
//! bulk data behind them.
//!
//! Everything is decided by [`Plan`]: the same plan gives the same bytes. Memory grows with the connections open at once,
//! never with the bytes written. Checksums are right; addresses are those of RFC 2544 (198.18.0.0/15).

#![allow(
    clippy::indexing_slicing,
    reason = "it reads the project's own fixtures, in the one form that they have"
)]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What to generate.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Size of the capture; it ends with the connection that reaches it.
    pub bytes: u64,
    /// About how many connections there shall be; fewer where the handshakes alone would need more bytes.
    pub connections: u64,
    /// How many are open at once.
    pub concurrent: usize,
    /// Hosts that connect.
    pub clients: u64,
    /// Servers that each of them connects to; a server on two ports makes two 4-tuples.
    pub servers: u64,
}

impl Plan {
    /// 100 000 connections a GiB, 4096 of them at once, between 4000 pairs of hosts.
    pub fn of_size(bytes: u64) -> Self {
        Plan { bytes, connections: (bytes / 10_737).max(1), concurrent: 4096, clients: 200, servers: 20 }
    }
}

/// What was generated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Size of the capture.
    pub bytes: u64,
    /// Packets in it.
    pub packets: u64,
    /// Connections in it, each of them whole.
    pub connections: u64,
}

/// Returns where the laboratory's captures are.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Writes a pcap as `plan` says.
pub fn generate(plan: &Plan, out: &mut impl Write) -> io::Result<Written> {
    let templates = templates(&fixtures())?;
    let size = templates.iter().map(Template::size).sum::<u64>() / templates.len() as u64;
    let mut generator = Generator {
        bulk_mean: (plan.bytes / plan.connections.max(1)).saturating_sub(size) * (BULK_SEGMENT as u64)
            / (BULK_COST as u64),
        noise: noise(),
        chance: Chance(1),
        written: Written::default(),
        micros: START * 1_000_000,
        scratch: Vec::new(),
        out,
    };
    generator.write_head()?;
    let mut open: Vec<Open> = Vec::with_capacity(plan.concurrent);
    let mut promised = 0;
    loop {
        while open.len() < plan.concurrent && generator.written.bytes + promised < plan.bytes {
            let connection = generator.open(plan, &templates);
            promised += connection.left(&templates);
            open.push(connection);
        }
        if open.is_empty() {
            break;
        }
        let which = generator.chance.below(open.len() as u64) as usize;
        let before = generator.written.bytes;
        let done = generator.step(&mut open[which], &templates)?;
        promised = promised.saturating_sub(generator.written.bytes - before);
        if done {
            open.swap_remove(which);
        }
    }
    generator.out.flush()?;
    Ok(generator.written)
}

/// When the capture begins, epoch seconds.
const START: u64 = 1_700_000_000;
const ETHERNET: usize = 14;
const IPV4: usize = 20;
const PCAP_PACKET: usize = 16;
/// Payload of a bulk segment, and what it costs in the file with its headers and half an acknowledgement.
const BULK_SEGMENT: usize = 1400;
const BULK_COST: usize = BULK_SEGMENT + 82 + 41;
/// A TLS record as long as it may be (RFC 8446 section 5.1), and its header.
const RECORD: usize = 16_384;
const RECORD_HEADER: usize = 5;
const FIN_OR_RST: u8 = 0x05;
const SYN: u8 = 0x02;
const ALERT: u8 = 0x15;

/// One packet of a fixture.
#[derive(Debug, Clone)]
struct Frame {
    from_client: bool,
    bytes: Vec<u8>,
}

impl Frame {
    fn tcp(&self) -> &[u8] {
        &self.bytes[ETHERNET + IPV4..]
    }

    fn flags(&self) -> u8 {
        self.tcp()[13]
    }

    fn payload_at(&self) -> usize {
        ETHERNET + IPV4 + usize::from(self.tcp()[12] >> 4) * 4
    }

    fn payload(&self) -> &[u8] {
        &self.bytes[self.payload_at()..]
    }

    fn seq(&self) -> u32 {
        u32_at(self.tcp(), 4)
    }

    fn ack(&self) -> u32 {
        u32_at(self.tcp(), 8)
    }
}

/// A whole TLS connection of a fixture.
#[derive(Debug)]
struct Template {
    frames: Vec<Frame>,
    /// The frame before which bulk data goes: the first that closes.
    closing: usize,
    /// Headers of a server's data segment and of a client's acknowledgement at that point.
    data: Frame,
    acknowledgement: Frame,
}

impl Template {
    fn new(frames: Vec<Frame>) -> Option<Self> {
        let first = frames.first().filter(|frame| frame.flags() & (SYN | 0x10) == SYN)?;
        frames
            .iter()
            .any(|frame| frame.from_client && frame.payload().first() == Some(&0x16))
            .then_some(())?;
        frames.last().filter(|last| last.seq() != first.seq())?;
        let closes =
            |frame: &Frame| frame.flags() & FIN_OR_RST != 0 || frame.payload().first() == Some(&ALERT);
        let closing = frames.iter().position(closes)?;
        let before = &frames[..closing];
        let mut data =
            before.iter().rfind(|frame| !frame.from_client && !frame.payload().is_empty())?.clone();
        let mut acknowledgement =
            before.iter().rfind(|frame| frame.from_client && !frame.payload().is_empty())?.clone();
        let server_next = next_seq(&data);
        let client_next = next_seq(&acknowledgement);
        for (frame, seq, ack) in
            [(&mut data, server_next, client_next), (&mut acknowledgement, client_next, server_next)]
        {
            frame.bytes.truncate(frame.payload_at());
            put_u32(&mut frame.bytes, ETHERNET + IPV4 + 4, seq);
            put_u32(&mut frame.bytes, ETHERNET + IPV4 + 8, ack);
        }
        Some(Template { frames, closing, data, acknowledgement })
    }

    fn size(&self) -> u64 {
        self.frames.iter().map(|frame| (PCAP_PACKET + frame.bytes.len()) as u64).sum()
    }
}

/// A connection that is being written.
struct Open {
    template: usize,
    next: usize,
    bulk: usize,
    bulk_sent: usize,
    /// Sequence number up to which the client has acknowledged bulk data.
    bulk_acked: usize,
    client: [u8; 4],
    server: [u8; 4],
    client_port: u16,
    /// What is added to the sequence numbers of the client and of the server.
    shift: [u32; 2],
}

impl Open {
    /// About how many bytes of the file are still to come.
    fn left(&self, templates: &[Template]) -> u64 {
        templates[self.template].size() + (self.bulk * BULK_COST / BULK_SEGMENT) as u64
    }
}

struct Generator<'a, W> {
    bulk_mean: u64,
    noise: Vec<u8>,
    chance: Chance,
    written: Written,
    micros: u64,
    scratch: Vec<u8>,
    out: &'a mut W,
}

impl<W: Write> Generator<'_, W> {
    fn write_head(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        for word in [0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, 1_u32] {
            head.extend(word.to_le_bytes());
        }
        self.written.bytes += head.len() as u64;
        self.out.write_all(&head)
    }

    fn open(&mut self, plan: &Plan, templates: &[Template]) -> Open {
        let number = self.written.connections;
        self.written.connections += 1;
        let client = number % plan.clients.max(1);
        // The lower of two draws: some servers are met often, some seldom.
        let servers = plan.servers.max(1);
        let server = client * 3 + self.chance.below(servers).min(self.chance.below(servers));
        // Most connections are small, one in ten carries half of all bytes.
        let most = if self.chance.below(10) == 0 { self.bulk_mean * 11 } else { self.bulk_mean };
        let bulk = self.chance.below(most + 1) as usize;
        Open {
            template: (number % templates.len() as u64) as usize,
            next: 0,
            bulk: if bulk % (RECORD_HEADER + RECORD) > RECORD_HEADER { bulk } else { 0 },
            bulk_sent: 0,
            bulk_acked: 0,
            client: [198, 18, (client >> 8) as u8, client as u8],
            server: [198, 19, (server >> 8) as u8, server as u8],
            client_port: 1024 + (number / plan.clients.max(1) % 64_000) as u16,
            shift: [self.chance.next() as u32, self.chance.next() as u32],
        }
    }

    /// Writes the next packet of a connection; tells whether it was the last.
    fn step(&mut self, open: &mut Open, templates: &[Template]) -> io::Result<bool> {
        let template = &templates[open.template];
        if open.next == template.closing && open.bulk_acked < open.bulk {
            let unacked = open.bulk_sent - open.bulk_acked;
            if open.bulk_sent == open.bulk || unacked >= 2 * BULK_SEGMENT {
                open.bulk_acked = open.bulk_sent;
                self.load(&template.acknowledgement, open);
            } else {
                self.load(&template.data, open);
                let count = BULK_SEGMENT.min(open.bulk - open.bulk_sent);
                bulk_into(&mut self.scratch, &self.noise, open.bulk, open.bulk_sent, count);
                open.bulk_sent += count;
            }
        } else {
            self.load(&template.frames[open.next], open);
            open.next += 1;
        }
        self.write_frame()?;
        Ok(open.next == template.frames.len())
    }

    /// Puts a fixture's packet into the scratch buffer, with the connection's addresses, port and sequence numbers.
    fn load(&mut self, frame: &Frame, open: &Open) {
        self.scratch.clear();
        self.scratch.extend_from_slice(&frame.bytes);
        let (source, target) =
            if frame.from_client { (open.client, open.server) } else { (open.server, open.client) };
        self.scratch[ETHERNET + 12..ETHERNET + 16].copy_from_slice(&source);
        self.scratch[ETHERNET + 16..ETHERNET + 20].copy_from_slice(&target);
        let port_at = ETHERNET + IPV4 + if frame.from_client { 0 } else { 2 };
        self.scratch[port_at..port_at + 2].copy_from_slice(&open.client_port.to_be_bytes());
        let [client, server] = [open.shift[0], open.shift[1].wrapping_add(open.bulk_sent as u32)];
        let acked = open.shift[1].wrapping_add(open.bulk_acked as u32);
        let (seq, ack) = if frame.from_client { (client, acked) } else { (server, client) };
        put_u32(&mut self.scratch, ETHERNET + IPV4 + 4, frame.seq().wrapping_add(seq));
        if frame.flags() & 0x10 != 0 {
            put_u32(&mut self.scratch, ETHERNET + IPV4 + 8, frame.ack().wrapping_add(ack));
        }
    }

    /// Writes the scratch buffer as a packet, lengths and checksums set.
    fn write_frame(&mut self) -> io::Result<()> {
        let length = self.scratch.len();
        let total = (length - ETHERNET) as u16;
        let packet = &mut self.scratch[ETHERNET..];
        packet[2..4].copy_from_slice(&total.to_be_bytes());
        packet[10..12].fill(0);
        let check = checksum(sum(&packet[..IPV4]));
        packet[10..12].copy_from_slice(&check.to_be_bytes());
        packet[IPV4 + 16..IPV4 + 18].fill(0);
        let pseudo = sum(&packet[12..IPV4]) + 6 + u64::from(total) - IPV4 as u64;
        let check = checksum(pseudo + sum(&packet[IPV4..]));
        packet[IPV4 + 16..IPV4 + 18].copy_from_slice(&check.to_be_bytes());
        self.micros += 20 + self.chance.below(60);
        let mut head = [0; PCAP_PACKET];
        let words = [self.micros / 1_000_000, self.micros % 1_000_000, length as u64, length as u64];
        for (place, word) in head.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&(word as u32).to_le_bytes());
        }
        self.out.write_all(&head)?;
        self.out.write_all(&self.scratch)?;
        self.written.packets += 1;
        self.written.bytes += (PCAP_PACKET + length) as u64;
        Ok(())
    }
}

/// Appends `count` bytes, from `at` on, of a direction that carries `total` bytes in application-data records.
fn bulk_into(out: &mut Vec<u8>, noise: &[u8], total: usize, at: usize, count: usize) {
    let (mut at, end) = (at, at + count);
    while at < end {
        let start = at - at % (RECORD_HEADER + RECORD);
        let body = RECORD.min((total - start).saturating_sub(RECORD_HEADER)) as u16;
        let [high, low] = body.to_be_bytes();
        let header = [0x17, 0x03, 0x03, high, low];
        let within = at - start;
        let piece = match header.get(within..) {
            Some(rest) if !rest.is_empty() => rest,
            _ => &noise[within - RECORD_HEADER..usize::from(body)],
        };
        let piece = &piece[..piece.len().min(end - at)];
        out.extend_from_slice(piece);
        at += piece.len();
    }
}

/// Returns the whole TLS connections over IPv4 in the fixtures.
fn templates(folder: &Path) -> io::Result<Vec<Template>> {
    let mut found = Vec::new();
    for name in ["browsing.pcap", "versions.pcap", "certificates.pcap"] {
        let data = std::fs::read(folder.join(name))?;
        // By the client's and the server's address and port; each connection of a fixture has its own.
        let mut connections: BTreeMap<[u8; 12], Vec<Frame>> = BTreeMap::new();
        let mut rest = &data[24..];
        while let Some((head, behind)) = rest.split_at_checked(PCAP_PACKET) {
            let length = head[8..12].iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte));
            let (bytes, behind) = behind.split_at(length);
            rest = behind;
            if bytes[12..14] != [8, 0] || bytes[ETHERNET] != 0x45 || bytes[ETHERNET + 9] != 6 {
                continue;
            }
            let from_client = bytes[ETHERNET + 12..ETHERNET + 15] == [192, 0, 2];
            let (left, right) = if from_client { (0, 1) } else { (1, 0) };
            let mut key = [0; 12];
            let (addresses, ports) = (&bytes[ETHERNET + 12..ETHERNET + 20], &bytes[ETHERNET + IPV4..]);
            for (slot, side) in [left, right].into_iter().enumerate() {
                key[slot * 6..slot * 6 + 4].copy_from_slice(&addresses[side * 4..side * 4 + 4]);
                key[slot * 6 + 4..slot * 6 + 6].copy_from_slice(&ports[side * 2..side * 2 + 2]);
            }
            connections.entry(key).or_default().push(Frame { from_client, bytes: bytes.to_vec() });
        }
        found.extend(connections.into_values().filter_map(Template::new));
    }
    if found.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no whole TLS connection in the fixtures"));
    }
    Ok(found)
}

/// Sequence number behind a segment without SYN or FIN.
fn next_seq(frame: &Frame) -> u32 {
    frame.seq().wrapping_add(frame.payload().len() as u32)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn put_u32(bytes: &mut [u8], at: usize, value: u32) {
    bytes[at..at + 4].copy_from_slice(&value.to_be_bytes());
}

/// Sum of the 16-bit words (RFC 1071), taken as 32-bit words, which folds to the same.
fn sum(bytes: &[u8]) -> u64 {
    let words = bytes.chunks_exact(4);
    let mut last = [0; 4];
    last[..words.remainder().len()].copy_from_slice(words.remainder());
    let word = |bytes: [u8; 4]| u64::from(u32::from_be_bytes(bytes));
    words.map(|four| word([four[0], four[1], four[2], four[3]])).sum::<u64>() + word(last)
}

fn checksum(sum: u64) -> u16 {
    let mut sum = sum;
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !(sum as u16)
}

/// Returns the bytes that look encrypted: a record's worth, the same in every record.
fn noise() -> Vec<u8> {
    let mut chance = Chance(2);
    (0..RECORD / 8).flat_map(|_| chance.next().to_le_bytes()).collect()
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Below `bound`, which is not 0.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(bytes: u64) -> (Vec<u8>, Written) {
        let mut out = Vec::new();
        let plan = Plan { concurrent: 16, ..Plan::of_size(bytes) };
        let written = generate(&plan, &mut out).unwrap();
        (out, written)
    }

    #[test]
    fn same_plan_gives_same_bytes() {
        assert_eq!(generated(1 << 20).0, generated(1 << 20).0);
    }

    #[test]
    fn size_is_what_was_asked_for() {
        let (out, written) = generated(8 << 20);
        assert_eq!(out.len() as u64, written.bytes);
        assert!((8 << 20..9 << 20).contains(&written.bytes), "{written:?}");
        assert!((700..900).contains(&written.connections), "{written:?}");
    }

    #[test]
    fn bulk_is_whole_records() {
        let noise = noise();
        let total = 2 * (RECORD_HEADER + RECORD) + 700;
        let mut out = Vec::new();
        for at in (0..total).step_by(BULK_SEGMENT) {
            bulk_into(&mut out, &noise, total, at, BULK_SEGMENT.min(total - at));
        }
        let mut rest = &out[..];
        let mut lengths = Vec::new();
        while let Some((header, behind)) = rest.split_first_chunk::<5>() {
            assert_eq!(header[..3], [0x17, 3, 3]);
            let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
            lengths.push(length);
            rest = &behind[length..];
        }
        assert_eq!(lengths, [RECORD, RECORD, 695]);
    }
}
