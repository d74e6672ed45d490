//! The pcap file format (draft-ietf-opsawg-pcap), in either byte order, with microseconds or nanoseconds.
//!
//! A record header that cannot be is damage: it is counted, and the reader goes on at the next place where two record
//! headers follow one another that fit together in time and length. Nothing in between is a packet.

use super::record::{Format, MAX_PACKET, Record};
use super::{Packet, Timestamp};
use crate::{Error, Weird, Weirds};

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// The modified format of old Linux kernels adds interface, protocol and packet type to each record header.
const MODIFIED_RECORD_HEADER: usize = 24;
/// Links whose packets may be longer than [`MAX_PACKET`] (libpcap): D-Bus, USB and EBHSCR.
const LONG_LINKS: [u32; 4] = [231, 189, 220, 279];
const MAX_LONG_PACKET: u32 = 128 * 1024 * 1024;
/// How far apart in time two records may be for a search to believe them, in seconds.
const PLAUSIBLE_GAP: u32 = 30 * 86_400;

/// A pcap file, read record by record.
#[derive(Debug, Default)]
pub(super) struct Pcap {
    header: Option<FileHeader>,
    /// Seconds of the last good record.
    last_sec: Option<u32>,
    /// Whether the place of the next record is unknown.
    lost: bool,
}

#[derive(Debug, Clone, Copy)]
struct FileHeader {
    big_endian: bool,
    nanoseconds: bool,
    record_header: usize,
    /// Files before version 2.3 have the two lengths of a record in the other order; 2.3 has either.
    swapped_lengths: bool,
    link_type: u32,
    /// Bytes of frame check sequence at the end of each packet.
    fcs_len: u32,
}

#[derive(Debug, Clone, Copy)]
struct RecordHeader {
    sec: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

impl Format for Pcap {
    fn record<'a>(&mut self, input: &'a [u8], last: bool, weirds: &mut Weirds) -> Result<Record<'a>, Error> {
        let Some(file) = self.header else {
            return self.file_header(input, last);
        };
        if self.lost {
            if let Some(passed) = self.search(file, input, last) {
                return Ok(passed);
            }
            self.lost = false;
        }
        let Some(record) = file.record(input) else {
            return Ok(Record::Incomplete { len: file.record_header });
        };
        if record.captured > MAX_PACKET {
            return Ok(self.too_long(file, record, weirds));
        }
        let len = file.record_header.saturating_add(record.captured as usize);
        let Some(data) = input.get(file.record_header..len) else {
            return Ok(Record::Incomplete { len });
        };
        self.last_sec = Some(record.sec);
        let wire_len = record.original.max(record.captured).saturating_sub(file.fcs_len);
        let data = data.get(..wire_len as usize).unwrap_or(data);
        let packet = Packet { ts: file.timestamp(record), link_type: file.link_type, data, wire_len };
        Ok(Record::Packet { len, packet })
    }
}

impl Pcap {
    fn file_header<'a>(&mut self, input: &'a [u8], last: bool) -> Result<Record<'a>, Error> {
        let damaged =
            |offset, expected, found| Err(Error::DamagedHeader { format: "pcap", offset, expected, found });
        let Some(bytes) = input.first_chunk::<FILE_HEADER>() else {
            if last {
                let found = format!("{} bytes in all", input.len());
                return damaged(0, "a file header of 24 bytes", found);
            }
            return Ok(Record::Incomplete { len: FILE_HEADER });
        };
        let [m0, m1, m2, m3, a0, a1, i0, i1, _, _, _, _, _, _, _, _, _, _, _, _, n0, n1, n2, n3] = *bytes;
        let big_endian = m0 == 0xa1;
        let word =
            |bytes: [u8; 4]| if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        let half =
            |bytes: [u8; 2]| if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        let magic = word([m0, m1, m2, m3]);
        let (major, minor) = (half([a0, a1]), half([i0, i1]));
        // 543.0 is what DG/UX wrote.
        if major != 2 && (major, minor) != (543, 0) {
            return damaged(4, "version 2", format!("version {major}.{minor}"));
        }
        let network = word([n0, n1, n2, n3]);
        self.header = Some(FileHeader {
            big_endian,
            nanoseconds: magic == 0xa1b2_3c4d,
            record_header: if magic == 0xa1b2_cd34 { MODIFIED_RECORD_HEADER } else { RECORD_HEADER },
            swapped_lengths: major == 543 || minor <= 3,
            link_type: network & 0x03ff_ffff,
            fcs_len: if network & 0x0400_0000 == 0 { 0 } else { (network >> 28) * 2 },
        });
        Ok(Record::Other { len: FILE_HEADER as u64 })
    }

    /// A record longer than a network packet can be: passed over where its link allows it, else damage.
    fn too_long<'a>(&mut self, file: FileHeader, record: RecordHeader, weirds: &mut Weirds) -> Record<'a> {
        if LONG_LINKS.contains(&file.link_type) && record.captured <= MAX_LONG_PACKET {
            weirds.count(Weird("oversized_packet"));
            return Record::Other { len: file.record_header as u64 + u64::from(record.captured) };
        }
        weirds.count(Weird("damaged_record"));
        self.lost = true;
        Record::Other { len: 1 }
    }

    /// Passes over damage; nothing when the record at the front can be believed.
    fn search<'a>(&self, file: FileHeader, input: &'a [u8], last: bool) -> Option<Record<'a>> {
        let mut passed = 0;
        while let Some(rest) = input.get(passed..)
            && rest.len() >= file.record_header
        {
            match self.believe(file, rest, last) {
                Belief::No => passed += 1,
                _ if passed > 0 => break,
                Belief::Yes => return None,
                Belief::Incomplete { len } => return Some(Record::Incomplete { len }),
            }
        }
        if passed == 0 {
            return Some(Record::Incomplete { len: file.record_header });
        }
        Some(Record::Other { len: passed as u64 })
    }

    /// Whether a plausible record stands at the front of `input`, with another behind it or the end of the file.
    fn believe(&self, file: FileHeader, input: &[u8], last: bool) -> Belief {
        let Some(record) = file.record(input).filter(|it| file.plausible(*it, self.last_sec)) else {
            return Belief::No;
        };
        let len = file.record_header.saturating_add(record.captured as usize);
        match input.get(len..) {
            Some([]) if last => Belief::Yes,
            Some(rest) if rest.len() >= file.record_header => match file.record(rest) {
                Some(next) if file.plausible(next, Some(record.sec)) => Belief::Yes,
                _ => Belief::No,
            },
            _ if last => Belief::No,
            _ => Belief::Incomplete { len: len.saturating_add(file.record_header) },
        }
    }
}

/// What a search makes of a place.
enum Belief {
    No,
    Yes,
    /// So many bytes would tell.
    Incomplete {
        len: usize,
    },
}

impl FileHeader {
    fn plausible(self, record: RecordHeader, near: Option<u32>) -> bool {
        let limit = if self.nanoseconds { 1_000_000_000 } else { 1_000_000 };
        (1..=MAX_PACKET).contains(&record.captured)
            && (record.captured..=MAX_PACKET).contains(&record.original)
            && record.fraction < limit
            && near.is_none_or(|near| near.abs_diff(record.sec) <= PLAUSIBLE_GAP)
    }

    fn record(self, input: &[u8]) -> Option<RecordHeader> {
        if input.len() < self.record_header {
            return None;
        }
        let [s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, o0, o1, o2, o3] = *input.first_chunk()?;
        let word = |bytes: [u8; 4]| {
            if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
        };
        let (mut captured, mut original) = (word([c0, c1, c2, c3]), word([o0, o1, o2, o3]));
        if self.swapped_lengths && captured > original {
            (captured, original) = (original, captured);
        }
        let (sec, fraction) = (word([s0, s1, s2, s3]), word([f0, f1, f2, f3]));
        Some(RecordHeader { sec, fraction, captured, original })
    }

    fn timestamp(self, record: RecordHeader) -> Timestamp {
        let nanos = i64::from(record.fraction) * if self.nanoseconds { 1 } else { 1_000 };
        Timestamp(i64::from(record.sec) * 1_000_000_000 + nanos)
    }
}
