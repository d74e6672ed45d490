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
            weirds.count(Weird::OversizedPacket);
            return Record::Other { len: file.record_header as u64 + u64::from(record.captured) };
        }
        weirds.count(Weird::DamagedRecord);
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

#[cfg(test)]
mod tests {
    use super::super::testing::{Taken, every_chunking, read};
    use super::*;

    /// A file header in either byte order.
    fn header(big_endian: bool, magic: u32, network: u32) -> Vec<u8> {
        let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        let half = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        [&word(magic)[..], &half(2), &half(4), &[0; 8], &word(65_535), &word(network)].concat()
    }

    fn record(big_endian: bool, sec: u32, fraction: u32, original: u32, data: &[u8]) -> Vec<u8> {
        let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
        [&word(sec)[..], &word(fraction), &word(data.len() as u32), &word(original), data].concat()
    }

    /// Little endian, Ethernet, microseconds.
    fn plain(records: &[Vec<u8>]) -> Vec<u8> {
        [header(false, 0xa1b2_c3d4, 1), records.concat()].concat()
    }

    #[test]
    fn both_byte_orders_and_both_resolutions_give_the_same_packet() {
        let expected = Taken { ts: 1_000_000_000_005_000, link_type: 1, data: vec![7, 8, 9], wire_len: 60 };
        for big_endian in [false, true] {
            for (magic, fraction) in [(0xa1b2_c3d4, 5), (0xa1b2_3c4d, 5_000)] {
                let record = record(big_endian, 1_000_000, fraction, 60, &[7, 8, 9]);
                let file = [header(big_endian, magic, 1), record].concat();
                let (packets, summary) = every_chunking(&file);
                assert_eq!(packets.unwrap(), std::slice::from_ref(&expected));
                assert_eq!((summary.format, summary.truncated_packets), (Some("pcap"), 1));
            }
        }
    }

    #[test]
    fn the_modified_format_has_a_longer_record_header() {
        for big_endian in [false, true] {
            let mut record = record(big_endian, 1, 0, 3, &[0; 8]);
            // The length of the data without the eight bytes that belong to the header.
            let len = if big_endian { 3_u32.to_be_bytes() } else { 3_u32.to_le_bytes() };
            record[8..12].copy_from_slice(&len);
            record.extend([1, 2, 3]);
            let file = [header(big_endian, 0xa1b2_cd34, 1), record.clone(), record].concat();
            let (packets, summary) = every_chunking(&file);
            let packets = packets.unwrap();
            assert_eq!(packets.len(), 2);
            assert!(packets.iter().all(|packet| packet.data == [1, 2, 3]));
            assert_eq!(summary.weirds, Weirds::default());
        }
    }

    #[test]
    fn a_frame_check_sequence_is_no_part_of_the_packet() {
        let file = [header(false, 0xa1b2_c3d4, 0x2400_0001), record(false, 1, 0, 7, &[1, 2, 3, 4, 5, 6, 7])]
            .concat();
        let (packets, summary) = every_chunking(&file);
        let packets = packets.unwrap();
        assert_eq!((packets[0].link_type, &packets[0].data[..], packets[0].wire_len), (1, &[1, 2, 3][..], 3));
        assert_eq!(summary.truncated_packets, 0);
    }

    #[test]
    fn old_versions_have_their_lengths_swapped() {
        let mut file = [header(false, 0xa1b2_c3d4, 1), record(false, 1, 0, 3, &[1, 2, 3])].concat();
        file[6] = 2;
        file[24 + 8] = 90;
        let (packets, _) = every_chunking(&file);
        let packets = packets.unwrap();
        assert_eq!((&packets[0].data[..], packets[0].wire_len), (&[1, 2, 3][..], 90));
    }

    #[test]
    fn a_header_without_packets_is_an_empty_capture() {
        let (packets, summary) = every_chunking(&plain(&[]));
        assert_eq!(packets.unwrap(), []);
        assert_eq!((summary.packets, summary.first_ts), (0, None));
        assert_eq!(summary.weirds, Weirds::default());
    }

    #[test]
    fn a_file_header_cut_short_says_what_was_expected() {
        let (packets, _) = every_chunking(&plain(&[])[..20]);
        let message = packets.unwrap_err().to_string();
        assert!(message.contains("24 bytes") && message.contains("20 bytes in all"), "{message}");
    }

    #[test]
    fn another_version_is_refused() {
        let mut file = plain(&[]);
        file[4] = 9;
        let message = every_chunking(&file).0.unwrap_err().to_string();
        assert!(message.contains("expected version 2, found version 9.4"), "{message}");
    }

    #[test]
    fn a_record_cut_short_is_counted_and_what_came_before_is_kept() {
        let records = [record(false, 1, 0, 40, &[1; 40]), record(false, 2, 0, 40, &[2; 40])];
        let whole = plain(&records);
        for cut in [1, 30, 40, 50] {
            let (packets, summary) = every_chunking(&whole[..whole.len() - cut]);
            assert_eq!(packets.unwrap().len(), 1);
            assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("truncated_file", 1)]);
        }
    }

    #[test]
    fn damage_is_passed_over_up_to_the_next_two_sound_records() {
        let good = |sec: u32| record(false, sec, 0, 40, &[sec as u8; 40]);
        let mut bad = good(3);
        bad[8..12].copy_from_slice(&[0xff; 4]);
        let file = plain(&[good(1), good(2), bad, vec![0x5a; 1_000], good(4), good(5), good(6)]);
        let (packets, summary) = every_chunking(&file);
        let seconds: Vec<i64> = packets.unwrap().iter().map(|it| it.ts / 1_000_000_000).collect();
        assert_eq!(seconds, [1, 2, 4, 5, 6]);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("damaged_record", 1)]);
    }

    #[test]
    fn a_last_record_behind_damage_is_found_when_it_ends_the_file() {
        let good = record(false, 4, 0, 40, &[4; 40]);
        let mut bad = good.clone();
        bad[8..12].copy_from_slice(&[0xff; 4]);
        let (packets, _) = every_chunking(&plain(&[good.clone(), bad, good]));
        assert_eq!(packets.unwrap().len(), 2);
    }

    #[test]
    fn damage_up_to_the_end_gives_no_more_packets() {
        let file = plain(&[record(false, 1, 0, 4, &[1; 4]), vec![0xff; 500_000]]);
        let (packets, summary) = read(&file, 4_096);
        assert_eq!(packets.unwrap().len(), 1);
        assert!(summary.weirds.iter().any(|(kind, _)| kind == "damaged_record"));
    }

    #[test]
    fn a_long_packet_of_a_link_that_has_them_is_passed_over() {
        let long = record(false, 1, 0, 300_000, &vec![0; 300_000]);
        let file = [header(false, 0xa1b2_c3d4, 220), long, record(false, 2, 0, 4, &[2; 4])].concat();
        let (packets, summary) = read(&file, 10_000);
        assert_eq!(packets.unwrap().len(), 1);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("oversized_packet", 1)]);
    }
}
