//! The pcapng file format (draft-ietf-opsawg-pcapng): sections of either byte order, each with its interfaces.
//!
//! The framing of blocks is read here, so that a block which is of no use is passed over without being held, however
//! long it is; `pcap-parser` reads what stands inside. A block whose two lengths differ, or that is longer than
//! [`MAX_BLOCK`], is damage: it is counted, and the reader goes on at the next place where a block of a known type
//! has two equal lengths. A block with sound lengths and an unsound inside is counted and passed over, and so is a
//! packet that is longer than [`MAX_HELD`].

use pcap_parser::pcapng::{
    parse_enhancedpacketblock_be, parse_enhancedpacketblock_le, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_sectionheaderblock,
};
use pcap_parser::{PcapError, nom};

use super::interface::Interface;
use super::record::{Format, MAX_PACKET, Record};
use super::{Packet, Timestamp};
use crate::{Error, Weird, Weirds};

/// Longest block that is believed, in bytes (Wireshark's bound).
const MAX_BLOCK: u32 = 16 * 1024 * 1024;
/// Longest block that is held: a network packet with options, or a header with long comments.
const MAX_HELD: u32 = 1024 * 1024;
/// Longest block that a search for the next sound block believes: a packet with options.
const MAX_SOUGHT: u32 = MAX_PACKET + 65_536;
/// Interfaces of a section that are remembered.
const MAX_INTERFACES: usize = 65_536;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
/// The obsolete Packet Block.
const PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;
/// Block types that a search believes: those above, name resolution, interface statistics, secrets.
const SOUGHT: [u32; 8] =
    [SECTION_HEADER, INTERFACE_DESCRIPTION, PACKET, SIMPLE_PACKET, ENHANCED_PACKET, 4, 5, 0x0a];

const BLOCK_HEADER: usize = 8;
/// Type, length, and the length again.
const MIN_BLOCK: u32 = 12;
const DAMAGED_BLOCK: Weird = Weird::DamagedBlock;

/// A pcapng file, read block by block.
#[derive(Debug, Default)]
pub(super) struct Pcapng {
    /// Whether a first section has begun.
    begun: bool,
    big_endian: bool,
    interfaces: Vec<Interface>,
    /// Time of the last packet that had one: a Simple Packet Block has none and takes it.
    last_ts: Timestamp,
    /// Length that must stand behind the block which is being passed over.
    trailer: Option<u32>,
    /// Whether the place of the next block is unknown.
    lost: bool,
}

impl Format for Pcapng {
    fn record<'a>(&mut self, input: &'a [u8], last: bool, weirds: &mut Weirds) -> Result<Record<'a>, Error> {
        if !self.begun {
            return self.first_section(input, last);
        }
        if self.lost {
            if let Some(passed) = self.search(input, last) {
                return Ok(passed);
            }
            self.lost = false;
        }
        if let Some(len) = self.trailer {
            return Ok(self.pass_trailer(len, input, weirds));
        }
        let Some((kind, len)) = self.block_header(input) else {
            return Ok(Record::Incomplete {
                len: if input.len() < BLOCK_HEADER { BLOCK_HEADER } else { 12 },
            });
        };
        if !(MIN_BLOCK..=MAX_BLOCK).contains(&len) {
            return Ok(self.damaged(weirds));
        }
        match kind {
            SECTION_HEADER | INTERFACE_DESCRIPTION if len > MAX_HELD => return Ok(self.damaged(weirds)),
            PACKET | SIMPLE_PACKET | ENHANCED_PACKET if len > MAX_HELD => {
                weirds.count(Weird::OversizedPacket);
                return Ok(self.pass(len));
            }
            SECTION_HEADER | INTERFACE_DESCRIPTION | PACKET | SIMPLE_PACKET | ENHANCED_PACKET => {}
            _ => return Ok(self.pass(len)),
        }
        let whole = len as usize;
        let Some(block) = input.get(..whole) else {
            return Ok(Record::Incomplete { len: whole });
        };
        if self.word(block, whole - 4) != Some(len) && kind != SECTION_HEADER {
            return Ok(self.damaged(weirds));
        }
        Ok(self.block(kind, block, weirds))
    }
}

impl Pcapng {
    fn first_section<'a>(&mut self, input: &'a [u8], last: bool) -> Result<Record<'a>, Error> {
        let damaged =
            |offset, expected, found| Err(Error::DamagedHeader { format: "pcapng", offset, expected, found });
        let len = self.block_header(input).map(|(_, len)| len);
        match len {
            Some(len) if !(28..=MAX_HELD).contains(&len) => {
                return damaged(4, "a section header of 28 bytes to 1 MiB", format!("{len} bytes"));
            }
            Some(len) if input.len() >= len as usize => {}
            _ if last => {
                return damaged(
                    0,
                    "a section header of 28 bytes or more",
                    format!("{} bytes in all", input.len()),
                );
            }
            Some(len) => return Ok(Record::Incomplete { len: len as usize }),
            None if input.len() < 12 => return Ok(Record::Incomplete { len: 12 }),
            None => return damaged(8, "the byte-order magic 1a2b3c4d", super::detect::describe(input)),
        }
        match self.section(input) {
            Some(len) => Ok(Record::Other { len }),
            None => damaged(12, "version 1 and a length that repeats", super::detect::describe(input)),
        }
    }

    /// Type and length of the block at the front, in the byte order of its section.
    fn block_header(&self, input: &[u8]) -> Option<(u32, u32)> {
        let kind = self.word(input, 0)?;
        if kind != SECTION_HEADER {
            return Some((kind, self.word(input, 4)?));
        }
        let (len, order) = (input.get(4..8)?.first_chunk()?, input.get(8..12)?);
        match order {
            [0x1a, 0x2b, 0x3c, 0x4d] => Some((kind, u32::from_be_bytes(*len))),
            [0x4d, 0x3c, 0x2b, 0x1a] => Some((kind, u32::from_le_bytes(*len))),
            // No length: one that cannot be.
            _ if self.begun => Some((kind, 0)),
            _ => None,
        }
    }

    fn word(&self, input: &[u8], at: usize) -> Option<u32> {
        let bytes = *input.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// A block that is held whole and whose lengths agree.
    fn block<'a>(&mut self, kind: u32, block: &'a [u8], weirds: &mut Weirds) -> Record<'a> {
        let packet = match kind {
            SECTION_HEADER => {
                return match self.section(block) {
                    Some(len) => Record::Other { len },
                    None => self.damaged(weirds),
                };
            }
            INTERFACE_DESCRIPTION => {
                self.interface(block, weirds);
                return Record::Other { len: block.len() as u64 };
            }
            SIMPLE_PACKET => self.simple_packet(block, weirds),
            ENHANCED_PACKET => self.enhanced_packet(block, weirds),
            _ => self.old_packet(block, weirds),
        };
        match packet {
            Some(packet) => Record::Packet { len: block.len(), packet },
            None => Record::Other { len: block.len() as u64 },
        }
    }

    /// Begins the section whose header stands at the front; gives the header's length.
    fn section(&mut self, input: &[u8]) -> Option<u64> {
        let (_, header) = parse_sectionheaderblock(input).ok()?;
        if header.major_version != 1 || header.block_len2 != header.block_len1 {
            return None;
        }
        self.begun = true;
        self.big_endian = header.big_endian();
        self.interfaces.clear();
        Some(u64::from(header.block_len1))
    }

    fn interface(&mut self, block: &[u8], weirds: &mut Weirds) {
        let parse = if self.big_endian {
            parse_interfacedescriptionblock_be
        } else {
            parse_interfacedescriptionblock_le
        };
        if self.interfaces.len() >= MAX_INTERFACES {
            weirds.count(Weird::TooManyInterfaces);
            return;
        }
        match parse(block) {
            Ok((_, description)) => self.interfaces.push(Interface::new(&description, self.big_endian)),
            Err(_) => {
                weirds.count(DAMAGED_BLOCK);
                // Its number is taken all the same.
                self.interfaces.push(Interface::UNREADABLE);
            }
        }
    }

    fn enhanced_packet<'a>(&mut self, block: &'a [u8], weirds: &mut Weirds) -> Option<Packet<'a>> {
        let parse = if self.big_endian { parse_enhancedpacketblock_be } else { parse_enhancedpacketblock_le };
        let (_, it) = counted(parse(block), weirds)?;
        self.packet(it.if_id, Some((it.ts_high, it.ts_low)), it.caplen, it.origlen, it.data, weirds)
    }

    fn simple_packet<'a>(&mut self, block: &'a [u8], weirds: &mut Weirds) -> Option<Packet<'a>> {
        let original = self.word(block, BLOCK_HEADER);
        let data = block.get(12..block.len().saturating_sub(4));
        let (Some(original), Some(data)) = (original, data) else {
            weirds.count(DAMAGED_BLOCK);
            return None;
        };
        let snaplen = self.interfaces.first().map_or(0, |interface| interface.snaplen);
        let kept = if snaplen == 0 { original } else { original.min(snaplen) };
        self.packet(0, None, kept, original, data, weirds)
    }

    fn old_packet<'a>(&mut self, block: &'a [u8], weirds: &mut Weirds) -> Option<Packet<'a>> {
        // Interface and drop count share a word, 16 bits each.
        let id = block.get(8..10).and_then(|bytes| bytes.first_chunk()).copied();
        let id = id.map(|it| if self.big_endian { u16::from_be_bytes(it) } else { u16::from_le_bytes(it) });
        let words = [12, 16, 20, 24].map(|at| self.word(block, at));
        let data = block.get(28..block.len().saturating_sub(4));
        let (Some(id), [Some(high), Some(low), Some(kept), Some(original)], Some(data)) = (id, words, data)
        else {
            weirds.count(DAMAGED_BLOCK);
            return None;
        };
        self.packet(u32::from(id), Some((high, low)), kept, original, data, weirds)
    }

    /// Makes a packet of what the block of any kind holds: `data` may have padding and options behind `kept` bytes.
    fn packet<'a>(
        &mut self,
        interface: u32,
        time: Option<(u32, u32)>,
        kept: u32,
        original: u32,
        data: &'a [u8],
        weirds: &mut Weirds,
    ) -> Option<Packet<'a>> {
        let known = self.interfaces.get(interface as usize).copied();
        let Some(interface) = known.filter(|it| it.link_type != Interface::UNREADABLE.link_type) else {
            weirds.count(Weird::UnknownInterface);
            return None;
        };
        let Some(data) = data.get(..kept as usize) else {
            weirds.count(DAMAGED_BLOCK);
            return None;
        };
        match time {
            Some((high, low)) => self.last_ts = interface.timestamp(high, low),
            None => weirds.count(Weird::PacketWithoutTime),
        }
        let wire_len = original.max(kept).saturating_sub(interface.fcs_len);
        let data = data.get(..wire_len as usize).unwrap_or(data);
        Some(Packet { ts: self.last_ts, link_type: interface.link_type, data, wire_len })
    }

    /// Passes over a block without holding it, up to its second length.
    fn pass<'a>(&mut self, len: u32) -> Record<'a> {
        self.trailer = Some(len);
        Record::Other { len: u64::from(len) - 4 }
    }

    /// Compares the second length of a block that was passed over with the first.
    fn pass_trailer<'a>(&mut self, len: u32, input: &'a [u8], weirds: &mut Weirds) -> Record<'a> {
        let Some(trailer) = self.word(input, 0) else {
            return Record::Incomplete { len: 4 };
        };
        self.trailer = None;
        if trailer == len {
            return Record::Other { len: 4 };
        }
        self.damaged(weirds)
    }

    fn damaged<'a>(&mut self, weirds: &mut Weirds) -> Record<'a> {
        weirds.count(DAMAGED_BLOCK);
        self.lost = true;
        Record::Other { len: 1 }
    }

    /// Passes over damage; nothing when the block at the front can be believed.
    fn search<'a>(&self, input: &'a [u8], last: bool) -> Option<Record<'a>> {
        let mut passed = 0;
        while let Some(rest) = input.get(passed..)
            && rest.len() >= MIN_BLOCK as usize
        {
            let header = self.block_header(rest);
            let sought = header.filter(|(kind, len)| {
                SOUGHT.contains(kind) && len % 4 == 0 && (MIN_BLOCK..=MAX_SOUGHT).contains(len)
            });
            let Some((kind, len)) = sought else {
                passed += 1;
                continue;
            };
            let whole = len as usize;
            match rest.get(..whole) {
                // The second length of another section may be in the other byte order: its magic has to do.
                Some(block) if kind == SECTION_HEADER || self.word(block, whole - 4) == Some(len) => {
                    if passed == 0 {
                        return None;
                    }
                    break;
                }
                None if !last && passed > 0 => break,
                None if !last => return Some(Record::Incomplete { len: whole }),
                _ => passed += 1,
            }
        }
        if passed == 0 {
            return Some(Record::Incomplete { len: MIN_BLOCK as usize });
        }
        Some(Record::Other { len: passed as u64 })
    }
}

/// What a block holds; damage inside it is counted.
fn counted<T>(parsed: Result<T, nom::Err<PcapError<&[u8]>>>, weirds: &mut Weirds) -> Option<T> {
    if parsed.is_err() {
        weirds.count(DAMAGED_BLOCK);
    }
    parsed.ok()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Taken, every_chunking, read};
    use super::*;

    /// Writes blocks in one byte order.
    #[derive(Clone, Copy)]
    struct Writer {
        big_endian: bool,
    }

    const LITTLE: Writer = Writer { big_endian: false };
    const BIG: Writer = Writer { big_endian: true };

    impl Writer {
        fn half(self, value: u16) -> [u8; 2] {
            if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
        }

        fn word(self, value: u32) -> [u8; 4] {
            if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
        }

        fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
            let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
            let len = self.word((body.len() + padding.len() + 12) as u32);
            [&self.word(kind)[..], &len, body, &padding, &len].concat()
        }

        fn section(self) -> Vec<u8> {
            let version = [self.half(1), self.half(0)].concat();
            self.block(SECTION_HEADER, &[&self.word(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat())
        }

        fn interface(self, link_type: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
            let body = [&self.half(link_type)[..], &[0; 2], &self.word(snaplen), options].concat();
            self.block(INTERFACE_DESCRIPTION, &body)
        }

        fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
            let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
            [&self.half(code)[..], &self.half(value.len() as u16), value, &padding].concat()
        }

        fn packet(self, interface: u32, units: u64, original: u32, data: &[u8]) -> Vec<u8> {
            let words = [interface, (units >> 32) as u32, units as u32, data.len() as u32, original];
            self.block(ENHANCED_PACKET, &[&words.map(|it| self.word(it)).concat()[..], data].concat())
        }
    }

    fn kinds(weirds: &Weirds) -> Vec<(&'static str, u64)> {
        weirds.iter().collect()
    }

    #[test]
    fn an_enhanced_packet_of_either_byte_order_is_read() {
        for it in [LITTLE, BIG] {
            let file =
                [it.section(), it.interface(1, 0, &[]), it.packet(0, 1_500_000, 99, &[1, 2, 3])].concat();
            let (packets, summary) = every_chunking(&file);
            let expected = Taken { ts: 1_500_000_000, link_type: 1, data: vec![1, 2, 3], wire_len: 99 };
            assert_eq!(packets.unwrap(), [expected]);
            assert_eq!((summary.format, summary.truncated_packets), (Some("pcapng"), 1));
            assert_eq!(summary.weirds, Weirds::default());
        }
    }

    #[test]
    fn each_section_has_its_byte_order_and_its_interfaces() {
        let file = [
            LITTLE.section(),
            LITTLE.interface(1, 0, &[]),
            LITTLE.interface(113, 0, &[]),
            LITTLE.packet(1, 1, 1, &[1]),
            BIG.section(),
            BIG.interface(101, 0, &[]),
            BIG.packet(0, 2, 1, &[2]),
            BIG.packet(1, 3, 1, &[3]),
        ];
        let (packets, summary) = every_chunking(&file.concat());
        let links: Vec<u32> = packets.unwrap().iter().map(|packet| packet.link_type).collect();
        assert_eq!(links, [113, 101]);
        assert_eq!(kinds(&summary.weirds), [("unknown_interface", 1)]);
    }

    #[test]
    fn each_interface_has_its_resolution_and_its_offset() {
        for it in [LITTLE, BIG] {
            let offset =
                |seconds: i64| if it.big_endian { seconds.to_be_bytes() } else { seconds.to_le_bytes() };
            for (resolution, units, nanos) in [
                (0_u8, 7, 7_000_000_000),
                (3, 7, 7_000_000),
                (9, 7, 7),
                (12, 7_999, 7),
                (0x80 | 10, 1_536, 1_500_000_000),
                (0x80 | 32, (3 << 32) | (1 << 31), 3_500_000_000_i64),
            ] {
                let options = [it.option(9, &[resolution]), it.option(14, &offset(-2))].concat();
                let interface = it.interface(1, 0, &options);
                let file = [it.section(), interface, it.packet(0, units, 1, &[1])].concat();
                let (packets, _) = every_chunking(&file);
                assert_eq!(packets.unwrap()[0].ts, nanos - 2_000_000_000, "{resolution:#x}");
            }
        }
    }

    #[test]
    fn times_that_no_clock_shows_do_not_overflow() {
        for resolution in [0, 19, 28, 0x7f, 0x80, 0xff] {
            let offset = i64::MAX.to_le_bytes();
            let options = [LITTLE.option(9, &[resolution]), LITTLE.option(14, &offset)].concat();
            let interface = LITTLE.interface(1, 0, &options);
            let file = [LITTLE.section(), interface, LITTLE.packet(0, u64::MAX, 1, &[1])].concat();
            assert_eq!(every_chunking(&file).0.unwrap()[0].ts, i64::MAX);
        }
    }

    #[test]
    fn a_simple_packet_takes_the_time_before_it_and_the_snaplen_of_the_first_interface() {
        let simple =
            |data: &[u8], original| LITTLE.block(SIMPLE_PACKET, &[&LITTLE.word(original)[..], data].concat());
        let interface = LITTLE.interface(1, 5, &[]);
        let timed = LITTLE.packet(0, 4, 1, &[1]);
        let file = [LITTLE.section(), interface, timed, simple(&[1; 5], 90), simple(&[2; 3], 3)].concat();
        let (packets, summary) = every_chunking(&file);
        let packets = packets.unwrap();
        assert_eq!((&packets[1].data[..], packets[1].wire_len, packets[1].ts), (&[1; 5][..], 90, 4_000));
        assert_eq!((&packets[2].data[..], packets[2].wire_len), (&[2; 3][..], 3));
        assert_eq!(kinds(&summary.weirds), [("packet_without_time", 2)]);
    }

    #[test]
    fn the_old_packet_block_is_read() {
        for it in [LITTLE, BIG] {
            let words = [0, 9, 3, 60].map(|value| it.word(value)).concat();
            let old = it.block(PACKET, &[&it.half(1)[..], &it.half(77), &words, &[1, 2, 3]].concat());
            let file = [it.section(), it.interface(0, 0, &[]), it.interface(1, 0, &[]), old].concat();
            let (packets, _) = every_chunking(&file);
            let expected = Taken { ts: 9_000, link_type: 1, data: vec![1, 2, 3], wire_len: 60 };
            assert_eq!(packets.unwrap(), [expected]);
        }
    }

    #[test]
    fn unknown_blocks_are_passed_over_without_being_held() {
        let long = LITTLE.block(0x0bad, &vec![6; 3_000_000]);
        let packet = LITTLE.packet(0, 1, 1, &[1]);
        let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), long, packet].concat();
        for size in [file.len(), 10_000] {
            let (packets, summary) = read(&file, size);
            assert_eq!(packets.unwrap().len(), 1);
            assert_eq!(summary.weirds, Weirds::default());
        }
    }

    #[test]
    fn a_packet_that_is_too_long_to_hold_is_counted_and_passed_over() {
        let long = LITTLE.packet(0, 1, 2_000_000, &vec![1; 2_000_000]);
        let packet = LITTLE.packet(0, 3, 1, &[3]);
        let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), long, packet].concat();
        let (packets, summary) = read(&file, 10_000);
        assert_eq!(packets.unwrap()[0].ts, 3_000);
        assert_eq!(kinds(&summary.weirds), [("oversized_packet", 1)]);
    }

    #[test]
    fn damage_is_passed_over_up_to_the_next_sound_block() {
        for (at, value) in [(4, 0xff), (4, 1), (6, 2)] {
            let mut bad = LITTLE.packet(0, 2, 1, &[2; 300]);
            bad[at] = value;
            let (before, behind) = (LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(0, 3, 1, &[3]));
            let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), before, bad, behind].concat();
            let (packets, summary) = every_chunking(&file);
            let times: Vec<i64> = packets.unwrap().iter().map(|packet| packet.ts).collect();
            // A length that reaches behind the file looks like a file that was cut.
            if summary.weirds.iter().any(|(kind, _)| kind == "damaged_block") {
                assert_eq!(times, [1_000, 3_000]);
            } else {
                assert_eq!((times, kinds(&summary.weirds)), (vec![1_000], vec![("truncated_file", 1)]));
            }
        }
    }

    #[test]
    fn a_block_longer_than_the_bound_is_damage_and_takes_no_memory() {
        let mut bad = LITTLE.packet(0, 2, 1, &[2; 300]);
        bad[7] = 0x7f;
        let file =
            [LITTLE.section(), LITTLE.interface(1, 0, &[]), bad, LITTLE.packet(0, 3, 1, &[3])].concat();
        let (packets, summary) = every_chunking(&file);
        assert_eq!(packets.unwrap().len(), 1);
        assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
    }

    #[test]
    fn a_packet_of_an_interface_that_could_not_be_read_is_counted_and_passed_over() {
        let unreadable = LITTLE.block(INTERFACE_DESCRIPTION, &[0; 4]);
        let packets = [LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(1, 2, 1, &[2])].concat();
        let file = [LITTLE.section(), unreadable, LITTLE.interface(1, 0, &[]), packets].concat();
        let (packets, summary) = every_chunking(&file);
        assert_eq!(packets.unwrap()[0].ts, 2_000);
        assert_eq!(summary.link_types.into_keys().collect::<Vec<_>>(), [1]);
        assert_eq!(kinds(&summary.weirds), [("damaged_block", 1), ("unknown_interface", 1)]);
    }

    #[test]
    fn a_packet_longer_than_its_block_is_counted_and_passed_over() {
        let mut bad = LITTLE.packet(0, 2, 1, &[2; 8]);
        bad[20..24].copy_from_slice(&LITTLE.word(4_000));
        let file =
            [LITTLE.section(), LITTLE.interface(1, 0, &[]), bad, LITTLE.packet(0, 3, 1, &[3])].concat();
        let (packets, summary) = every_chunking(&file);
        assert_eq!(packets.unwrap()[0].ts, 3_000);
        assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
    }

    #[test]
    fn a_section_without_packets_is_an_empty_capture() {
        let (packets, summary) = every_chunking(&LITTLE.section());
        assert_eq!(packets.unwrap(), []);
        assert_eq!(summary.weirds, Weirds::default());
    }

    #[test]
    fn a_first_header_without_its_magic_or_its_end_is_refused() {
        let mut file = LITTLE.section();
        file[8] = 0;
        let message = every_chunking(&file).0.unwrap_err().to_string();
        assert!(message.contains("byte-order magic"), "{message}");
        let message = every_chunking(&LITTLE.section()[..20]).0.unwrap_err().to_string();
        assert!(message.contains("20 bytes in all"), "{message}");
    }

    #[test]
    fn a_cut_block_is_counted_and_what_came_before_is_kept() {
        let (first, second) = (LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(0, 2, 1, &[2; 9]));
        let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), first, second].concat();
        for cut in [1, 4, 20, 40] {
            let (packets, summary) = every_chunking(&file[..file.len() - cut]);
            assert_eq!(packets.unwrap().len(), 1);
            assert_eq!(kinds(&summary.weirds), [("truncated_file", 1)]);
        }
    }
}
