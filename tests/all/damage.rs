//! Damaged headers of captures: what stands outside the damaged record and one neighbour comes back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use hushcap::capture::{Packet, Reader};
use hushcap_tests::folder;
use hushcap_tests::random::Random;
use hushcap_tests::shared::{shared, workspace};
use hushcap_tests::suite::{Counts, line};
use hushcap_tests::table::say;

const TRIALS: u64 = 10_000;
/// Share of trials in which all but the damaged record and one neighbour must come back.
const GOAL: f64 = 0.95;
/// Larger captures make the same trials, only slower.
const MAX_SAMPLE: u64 = 400_000;

/// A header in a file: where it is, how long, and the number of the packet behind it.
#[derive(Debug, Clone, Copy)]
struct Header {
    at: usize,
    len: usize,
    packet: Option<usize>,
}

/// Time and bytes of a packet.
type Taken = (i64, Vec<u8>);

struct Sample {
    path: PathBuf,
    bytes: Vec<u8>,
    headers: Vec<Header>,
    packets: Vec<Taken>,
}

fn read(bytes: &[u8]) -> Vec<Taken> {
    let mut packets = Vec::new();
    let mut sink = |packet: Packet<'_>| packets.push((packet.ts.0, packet.data.to_vec()));
    let mut reader = Reader::new();
    // What came before an error counts.
    let _ = reader.push(bytes, &mut sink).and_then(|()| reader.finish(&mut sink));
    packets
}

fn word(bytes: &[u8], at: usize, big_endian: bool) -> Option<u32> {
    let word = *bytes.get(at..)?.first_chunk()?;
    Some(if big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
}

/// Headers of a pcap file: its own, and one per record.
fn pcap_headers(bytes: &[u8]) -> Option<Vec<Header>> {
    let big_endian = bytes[0] == 0xa1;
    let mut headers = vec![Header { at: 0, len: 24, packet: None }];
    let mut at = 24;
    while at < bytes.len() {
        headers.push(Header { at, len: 16, packet: Some(headers.len() - 1) });
        at += 16 + word(bytes, at + 8, big_endian)? as usize;
    }
    (at == bytes.len()).then_some(headers)
}

/// Headers of the blocks of a pcapng file, with what stands before the bytes of a packet.
fn pcapng_headers(bytes: &[u8]) -> Option<Vec<Header>> {
    let (mut headers, mut packets, mut big_endian, mut at) = (Vec::new(), 0, false, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(&[0x0a, 0x0d, 0x0d, 0x0a]) {
            big_endian = bytes.get(at + 8) == Some(&0x1a);
        }
        let (kind, len) = (word(bytes, at, big_endian)?, word(bytes, at + 4, big_endian)? as usize);
        let (header, is_packet) = match kind {
            2 | 6 => (28, true),
            3 => (12, true),
            _ => (8, false),
        };
        headers.push(Header { at, len: header, packet: is_packet.then_some(packets) });
        packets += usize::from(is_packet);
        at += len.max(12);
    }
    (at == bytes.len()).then_some(headers)
}

fn sample(path: &Path) -> Option<Sample> {
    if std::fs::metadata(path).ok()?.len() > MAX_SAMPLE {
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let headers = match bytes.first_chunk::<4>()? {
        [0x0a, 0x0d, 0x0d, 0x0a] => pcapng_headers(&bytes)?,
        [0xa1, 0xb2, 0xc3 | 0x3c, _] | [_, 0xc3 | 0x3c, 0xb2, 0xa1] => pcap_headers(&bytes)?,
        _ => return None,
    };
    let packets = read(&bytes);
    // A file that is odd before anything is changed says nothing.
    let announced = headers.iter().filter(|header| header.packet.is_some()).count();
    (announced >= 8 && packets.len() == announced).then(|| Sample {
        path: path.into(),
        bytes,
        headers,
        packets,
    })
}

/// Changes a header: a bit, a byte, a field to something at random, to zeros or ones, or by a little, or all of it.
fn damage(header: &mut [u8], random: &mut Random) {
    let at = random.below(header.len() as u64) as usize;
    let field = at / 4 * 4..at / 4 * 4 + 4;
    match random.below(7) {
        0 => header[at] ^= 1 << random.below(8),
        1 => header[at] = random.below(256) as u8,
        2 => header[field].copy_from_slice(&(random.draw() as u32).to_le_bytes()),
        3 => header[field].fill(0),
        4 => header[field].fill(0xff),
        5 => header[at] = header[at].wrapping_add(random.below(17) as u8).wrapping_sub(8),
        _ => header.iter_mut().for_each(|byte| *byte = random.below(256) as u8),
    }
}

/// Returns whether all packets are in `found`, in order, but `damaged` and those next to it on one side.
fn came_back(packets: &[Taken], found: &[Taken], damaged: Option<usize>) -> bool {
    let holds = |left_out: &[usize]| {
        let mut found = found.iter();
        let mut kept = packets.iter().enumerate().filter(|(at, _)| !left_out.contains(at));
        kept.all(|(_, packet)| found.any(|other| other == packet))
    };
    let Some(at) = damaged else {
        return holds(&[]);
    };
    holds(&[at, at + 1]) || at.checked_sub(1).is_some_and(|before| holds(&[before, at]))
}

/// Damages headers of the samples, one a trial; prints and checks the share after which all else came back.
fn hold(name: &str, samples: &[Sample]) {
    assert!(!samples.is_empty(), "no sample of {name}");
    let mut random = Random::new(11);
    let mut counts = Counts::default();
    for _ in 0..TRIALS {
        let sample = &samples[random.below(samples.len() as u64) as usize];
        let header = sample.headers[random.below(sample.headers.len() as u64) as usize];
        let mut bytes = sample.bytes.clone();
        damage(&mut bytes[header.at..header.at + header.len], &mut random);
        counts.compared += 1;
        if came_back(&sample.packets, &read(&bytes), header.packet) {
            counts.equal += 1;
        } else if std::env::var_os("HUSHCAP_DIFFERENCES").is_some() {
            let changed = &bytes[header.at..header.at + header.len];
            say(&format!("{name}\t{}\t{header:?}\t{changed:02x?}", sample.path.display()));
        }
    }
    say(&line(name, counts));
    assert!(counts.share() >= GOAL, "{name}: {counts:?}");
}

/// Own captures, and those of others where they are here.
fn all(wanted: impl Fn(&Sample) -> bool) -> Vec<Sample> {
    let others = ["conformance", "corpus", "wild/inputs"].into_iter().filter_map(shared);
    let folders = std::iter::once(workspace().join("tests/fixtures")).chain(others);
    let paths = folders.flat_map(|folder| folder::files(&folder));
    paths.filter_map(|path| sample(&path)).filter(wanted).collect()
}

#[test]
fn records_of_pcap_outside_a_damaged_one_come_back() {
    hold("damaged pcap headers", &all(|sample| sample.bytes[0] != 0x0a));
}

#[test]
fn blocks_of_pcapng_outside_a_damaged_one_come_back() {
    hold("damaged pcapng headers", &all(|sample| sample.bytes[0] == 0x0a));
}
