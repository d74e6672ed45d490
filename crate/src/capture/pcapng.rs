//! The pcapng file format (draft-ietf-opsawg-pcapng): sections of either byte order, each with its interfaces.
//!
//! The framing of blocks is read here, so that a block which is of no use is passed over without being held, however
//! long it is; `pcap-parser` reads its content. A block whose two lengths differ, or that is longer than
//! [`MAX_BLOCK`], is damage: it is counted, and the reader goes on at the next place where a block of a known type
//! has two equal lengths. A block with sound lengths and an unsound inside is counted and passed over, and so is a
//! packet that is longer than [`MAX_HELD`].

mod search;
mod time;

use pcap_parser::pcapng::{
    parse_enhancedpacketblock_be, parse_enhancedpacketblock_le, parse_interfacedescriptionblock_be,
    parse_interfacedescriptionblock_le, parse_sectionheaderblock,
};
use pcap_parser::{PcapError, nom};

use super::detect::{PCAP_HEADER, begins_part};
use super::interface::Interface;
use super::record::{Format, MAX_PACKET, Record};
use super::{Packet, Timestamp};
use crate::error::Phrase;
use crate::{Error, Weird, Weirds};

/// Longest block that is believed, in bytes (Wireshark's bound).
const MAX_BLOCK: u32 = 16 * 1024 * 1024;
/// Longest block that is held: a network packet with options, or a header with long comments.
const MAX_HELD: u32 = 1024 * 1024;
/// Longest block that a search for the next sound block believes: a packet with options.
const MAX_SOUGHT: u32 = MAX_PACKET + 65_536;
/// Most bytes of options that are believed of a packet which is too long to hold.
const MAX_OPTIONS: u32 = 65_536;
/// How far behind a damaged interface the next block is sought.
const INTERFACE_WINDOW: usize = 4_096;
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
    /// Interface and time of the last packet that is dated by its own time.
    dated: Option<(u32, Timestamp)>,
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
        // Another section goes on in this format.
        match begins_part(input) {
            Some(true) if self.word(input, 0) != Some(SECTION_HEADER) => return Ok(Record::NextCapture),
            None if !last => return Ok(Record::Incomplete { len: PCAP_HEADER }),
            _ => {}
        }
        let Some((kind, len)) = self.block_header(input) else {
            return Ok(Record::Incomplete {
                len: if input.len() < BLOCK_HEADER { BLOCK_HEADER } else { 12 },
            });
        };
        if !(MIN_BLOCK..=MAX_BLOCK).contains(&len) {
            return Ok(match kind {
                INTERFACE_DESCRIPTION => self.damaged_interface(input, last, weirds),
                _ => self.damaged(weirds),
            });
        }
        if len > MAX_HELD {
            return Ok(self.too_long(kind, len, input, last, weirds));
        }
        let whole = len as usize;
        match input.get(..whole) {
            Some(block) if self.word(block, whole - 4) == Some(len) || kind == SECTION_HEADER => {
                match self.time_of(kind, block, input, last) {
                    Ok(time) => Ok(self.block(kind, block, time, weirds)),
                    Err(len) => Ok(Record::Incomplete { len }),
                }
            }
            None if !last || self.next_in(input, last).is_none() => Ok(Record::Incomplete { len: whole }),
            _ if kind == INTERFACE_DESCRIPTION => Ok(self.damaged_interface(input, last, weirds)),
            _ => Ok(self.damaged(weirds)),
        }
    }
}

impl Pcapng {
    fn first_section<'a>(&mut self, input: &'a [u8], last: bool) -> Result<Record<'a>, Error> {
        let damaged =
            |offset, expected, found| Err(Error::DamagedHeader { format: "pcapng", offset, expected, found });
        let len = self.block_header(input).map(|(_, len)| len);
        match len {
            Some(len) if !(28..=MAX_HELD).contains(&len) => {
                let found = Phrase::Bytes.with([("n", u64::from(len).into())]);
                return damaged(4, Phrase::SectionHeaderUpTo, found);
            }
            Some(len) if input.len() >= len as usize => {}
            _ if last => {
                let found = Phrase::BytesInAll.with([("n", (input.len() as u64).into())]);
                return damaged(0, Phrase::SectionHeader, found);
            }
            Some(len) => return Ok(Record::Incomplete { len: len as usize }),
            None if input.len() < 12 => return Ok(Record::Incomplete { len: 12 }),
            None => return damaged(8, Phrase::ByteOrderMagic, super::detect::describe(input)),
        }
        match self.section(input) {
            Some(len) => Ok(Record::Other { len }),
            None => damaged(12, Phrase::SectionVersion, super::detect::describe(input)),
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

    fn half(&self, input: &[u8], at: usize) -> Option<u16> {
        let bytes = *input.get(at..)?.first_chunk()?;
        Some(if self.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    /// A block that is held whole and whose lengths agree; `time` where its packet is not dated by its own.
    fn block<'a>(
        &mut self,
        kind: u32,
        block: &'a [u8],
        time: Option<Timestamp>,
        weirds: &mut Weirds,
    ) -> Record<'a> {
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
            PACKET => self.old_packet(block, weirds),
            _ => None,
        };
        match packet {
            Some(packet) => {
                if let Some(ts) = time {
                    weirds.count(DAMAGED_BLOCK);
                    self.last_ts = ts;
                } else {
                    self.dated = self.stated_time(kind, block).or(self.dated);
                }
                Record::Packet { len: block.len(), packet: Packet { ts: self.last_ts, ..packet } }
            }
            None => Record::Other { len: block.len() as u64 },
        }
    }

    /// Begins the section whose header comes next; returns the header's length.
    fn section(&mut self, input: &[u8]) -> Option<u64> {
        let (_, header) = parse_sectionheaderblock(input).ok()?;
        if header.major_version != 1 || header.block_len2 != header.block_len1 {
            return None;
        }
        self.begun = true;
        self.big_endian = header.big_endian();
        self.interfaces.clear();
        self.dated = None;
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
        let id = self.half(block, 8);
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

    /// A block that is too long to hold: passed over, unless it is of a kind that cannot be so long.
    fn too_long<'a>(
        &mut self,
        kind: u32,
        len: u32,
        input: &[u8],
        last: bool,
        weirds: &mut Weirds,
    ) -> Record<'a> {
        let kept = match kind {
            SECTION_HEADER => return self.damaged(weirds),
            INTERFACE_DESCRIPTION => return self.damaged_interface(input, last, weirds),
            ENHANCED_PACKET | PACKET => self.word(input, 20),
            // Its packet fills the block.
            SIMPLE_PACKET => Some(len),
            _ => return self.pass(len),
        };
        match kept {
            None if !last => Record::Incomplete { len: 24 },
            Some(kept) if kept <= len && len - kept <= MAX_OPTIONS => {
                weirds.count(Weird::OversizedPacket);
                self.pass(len)
            }
            _ => self.damaged(weirds),
        }
    }

    /// Returns an interface whose first length is wrong: the next block shows how long it is.
    fn damaged_interface<'a>(&mut self, input: &[u8], last: bool, weirds: &mut Weirds) -> Record<'a> {
        if input.len() < INTERFACE_WINDOW && !last {
            return Record::Incomplete { len: INTERFACE_WINDOW };
        }
        let next = self.next_in(input.get(..INTERFACE_WINDOW).unwrap_or(input), last);
        let block = next.and_then(|next| input.get(..next));
        let Some(block) = block.filter(|block| self.word(block, block.len() - 4) == Some(block.len() as u32))
        else {
            return self.damaged(weirds);
        };
        weirds.count(DAMAGED_BLOCK);
        let mut mended = block.to_vec();
        if let (Some(wrong), Some(right)) = (mended.get_mut(4..8), block.last_chunk::<4>()) {
            wrong.copy_from_slice(right);
        }
        self.interface(&mended, weirds);
        Record::Other { len: block.len() as u64 }
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
}

/// Returns what a block holds; damage inside it is counted.
fn counted<T>(parsed: Result<T, nom::Err<PcapError<&[u8]>>>, weirds: &mut Weirds) -> Option<T> {
    if parsed.is_err() {
        weirds.count(DAMAGED_BLOCK);
    }
    parsed.ok()
}

#[cfg(test)]
mod tests;
