//! The pcapng file format (draft-ietf-opsawg-pcapng): sections of either byte order, each with its interfaces.
//!
//! The framing of blocks is read here, so that a block which is of no use is passed over without being held, however
//! long it is; `pcap-parser` reads what stands inside. A block whose two lengths differ, or that is longer than
//! [`MAX_BLOCK`], is damage: it is counted, and the reader goes on at the next place where a block of a known type
//! has two equal lengths. A block with sound lengths and an unsound inside is counted and passed over.

use pcap_parser::pcapng::{
    InterfaceDescriptionBlock, parse_enhancedpacketblock_be, parse_enhancedpacketblock_le,
    parse_interfacedescriptionblock_be, parse_interfacedescriptionblock_le, parse_sectionheaderblock,
};
use pcap_parser::{OptionCode, PcapError, nom};

use super::record::{Format, MAX_PACKET, Record};
use super::{Packet, Timestamp};
use crate::{Error, Weird, Weirds};

/// Longest block that is believed, in bytes (Wireshark's bound).
pub(super) const MAX_BLOCK: u32 = 16 * 1024 * 1024;
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
const DAMAGED_BLOCK: Weird = Weird("damaged_block");

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

#[derive(Debug, Clone, Copy)]
struct Interface {
    link_type: u32,
    /// Longest packet that was kept; 0 for no bound.
    snaplen: u32,
    resolution: Resolution,
    /// Seconds to add to each time (`if_tsoffset`).
    offset: i64,
    /// Bytes of frame check sequence at the end of each packet (`if_fcslen`).
    fcs_len: u32,
}

/// Units of a time stamp (`if_tsresol`).
#[derive(Debug, Clone, Copy)]
enum Resolution {
    /// Nanoseconds a unit.
    Multiply(u64),
    /// Units a nanosecond.
    Divide(u64),
    /// Two to the minus so many seconds a unit.
    Binary(u8),
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
        if !matches!(kind, SECTION_HEADER | INTERFACE_DESCRIPTION | PACKET | SIMPLE_PACKET | ENHANCED_PACKET)
        {
            self.trailer = Some(len);
            return Ok(Record::Other { len: u64::from(len) - 4 });
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
            Some(len) if !(28..=MAX_BLOCK).contains(&len) => {
                return damaged(4, "a section header of 28 bytes to 16 MiB", format!("{len} bytes"));
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
            weirds.count(Weird("too_many_interfaces"));
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
        let Some(interface) = self.interfaces.get(interface as usize).copied() else {
            weirds.count(Weird("unknown_interface"));
            return None;
        };
        let Some(data) = data.get(..kept as usize) else {
            weirds.count(DAMAGED_BLOCK);
            return None;
        };
        match time {
            Some((high, low)) => self.last_ts = interface.timestamp(high, low),
            None => weirds.count(Weird("packet_without_time")),
        }
        let wire_len = original.max(kept).saturating_sub(interface.fcs_len);
        let data = data.get(..wire_len as usize).unwrap_or(data);
        Some(Packet { ts: self.last_ts, link_type: interface.link_type, data, wire_len })
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

impl Interface {
    /// Stands for a description that could not be read, with a link type that nobody has.
    const UNREADABLE: Interface = Interface {
        link_type: u32::MAX,
        snaplen: 0,
        resolution: Resolution::Multiply(1_000),
        offset: 0,
        fcs_len: 0,
    };

    fn new(description: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Interface {
        // The parser's own reading of these options takes no power of two and only little endian.
        let option = |code| {
            let option = description.options.iter().find(|option| option.code == code)?;
            option.as_bytes().ok()
        };
        let resolution = option(OptionCode::IfTsresol).and_then(<[u8]>::first);
        let offset = option(OptionCode::IfTsoffset).and_then(<[u8]>::first_chunk);
        let fcs_len = option(OptionCode(13)).and_then(<[u8]>::first);
        Interface {
            link_type: description.linktype.0.unsigned_abs(),
            snaplen: description.snaplen,
            resolution: resolution.map_or(Resolution::Multiply(1_000), |byte| Resolution::new(*byte)),
            offset: offset.map_or(0, |bytes| {
                if big_endian { i64::from_be_bytes(*bytes) } else { i64::from_le_bytes(*bytes) }
            }),
            fcs_len: fcs_len.map_or(0, |byte| u32::from(*byte)),
        }
    }

    fn timestamp(self, high: u32, low: u32) -> Timestamp {
        let units = u64::from(high) << 32 | u64::from(low);
        let nanos = self.resolution.nanos(units) + i128::from(self.offset) * 1_000_000_000;
        Timestamp(nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }
}

impl Resolution {
    fn new(byte: u8) -> Resolution {
        match byte {
            0x80.. => Resolution::Binary(byte & 0x7f),
            0..=9 => Resolution::Multiply(10_u64.pow(9 - u32::from(byte))),
            // Beyond 10^-28 s every time that fits is zero.
            _ => Resolution::Divide(10_u64.checked_pow(u32::from(byte) - 9).unwrap_or(u64::MAX)),
        }
    }

    fn nanos(self, units: u64) -> i128 {
        match self {
            Resolution::Multiply(nanos) => i128::from(units) * i128::from(nanos),
            Resolution::Divide(parts) => i128::from(units / parts),
            // 64 + 30 bits fit, and a shift of up to 127 is defined.
            Resolution::Binary(bits) => (i128::from(units) * 1_000_000_000) >> bits,
        }
    }
}
