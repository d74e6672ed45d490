//! [`Writer`]: packets → a capture file.
//!
//! `pcap-parser` can serialise too, but a record at a time into memory of its own, with `cookie-factory` and `futures`
//! behind it, for headers of 16 bytes.

use super::record::MAX_PACKET;
use super::{Packet, Timestamp};

/// Magic number of pcap with nanoseconds: no time loses digits, whatever the capture's resolution was.
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Length of the header of a pcap record.
const RECORD_HEADER: usize = 16;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
/// Type and two lengths.
const BLOCK: usize = 12;
/// Option `if_tsresol` with 10^-9 s, padded, and the end of options.
const NANOSECOND_RESOLUTION: [u8; 12] = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];

/// Writes a capture in little endian with times in nanoseconds: pcap, or pcapng where pcap cannot hold the packets.
#[derive(Debug)]
pub struct Writer {
    container: Container,
    /// A header and its packet, before they are handed over.
    scratch: Vec<u8>,
}

#[derive(Debug)]
enum Container {
    /// One link type, and seconds in 32 bits.
    Pcap {
        /// That of every packet.
        link_type: u32,
    },
    Pcapng {
        /// Link types of the interfaces described so far.
        interfaces: Vec<u32>,
    },
}

impl Writer {
    /// Returns a writer for packets of these link types between two times, in epoch seconds where they are known.
    pub fn new(link_types: &[u32], first: Option<f64>, last: Option<f64>) -> Self {
        let fits = |seconds: f64| (0.0..f64::from(u32::MAX)).contains(&seconds);
        let container = match link_types {
            [link_type] if first.is_none_or(fits) && last.is_none_or(fits) => {
                Container::Pcap { link_type: *link_type }
            }
            _ => Container::Pcapng { interfaces: Vec::new() },
        };
        Writer { container, scratch: Vec::new() }
    }

    /// Returns the ending of a file that holds what is written.
    pub fn extension(&self) -> &'static str {
        match self.container {
            Container::Pcap { .. } => "pcap",
            Container::Pcapng { .. } => "pcapng",
        }
    }

    /// Writes to `out` what precedes the first packet.
    pub fn begin(&mut self, out: &mut impl FnMut(&[u8])) {
        self.scratch.clear();
        match self.container {
            Container::Pcap { link_type } => {
                self.words(&[NANOSECONDS, 2 | 4 << 16, 0, 0, MAX_PACKET, link_type]);
            }
            // Version 1.0, and no length of the section.
            Container::Pcapng { .. } => {
                self.block(SECTION_HEADER, &[0x1a2b_3c4d, 1, u32::MAX, u32::MAX], &[], &[]);
            }
        }
        out(&self.scratch);
    }

    /// Gives `out` a packet. Bytes beyond what a record may hold are left out, as a snaplen would have it.
    pub fn packet(&mut self, packet: &Packet<'_>, out: &mut impl FnMut(&[u8])) {
        self.scratch.clear();
        let data = packet.data.get(..MAX_PACKET as usize).unwrap_or(packet.data);
        let (captured, original) = (data.len() as u32, packet.wire_len);
        match &mut self.container {
            Container::Pcap { .. } => {
                let (sec, nanos) = seconds_and_nanos(packet.ts);
                self.scratch.reserve(RECORD_HEADER + data.len());
                self.words(&[sec, nanos, captured, original]);
                self.scratch.extend_from_slice(data);
            }
            Container::Pcapng { interfaces } => {
                let known = interfaces.iter().position(|link_type| *link_type == packet.link_type);
                let interface = known.unwrap_or_else(|| {
                    interfaces.push(packet.link_type);
                    interfaces.len() - 1
                });
                if known.is_none() {
                    // The reader makes packets of the 16 bits that a description has, or of a pcap's link types that it knows.
                    let link_type = packet.link_type & 0xffff;
                    self.block(INTERFACE_DESCRIPTION, &[link_type, MAX_PACKET], &[], &NANOSECOND_RESOLUTION);
                }
                let nanos = packet.ts.0.max(0) as u64;
                let words = [interface as u32, (nanos >> 32) as u32, nanos as u32, captured, original];
                self.block(ENHANCED_PACKET, &words, data, &[]);
            }
        }
        out(&self.scratch);
    }

    /// Adds a block: its fixed words, data with padding, options.
    fn block(&mut self, kind: u32, words: &[u32], data: &[u8], options: &[u8]) {
        let padding = data.len().next_multiple_of(4) - data.len();
        let len = (BLOCK + 4 * words.len() + data.len() + padding + options.len()) as u32;
        self.words(&[kind, len]);
        self.words(words);
        self.scratch.extend_from_slice(data);
        self.scratch.extend(std::iter::repeat_n(0, padding));
        self.scratch.extend_from_slice(options);
        self.words(&[len]);
    }

    fn words(&mut self, words: &[u32]) {
        self.scratch.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }
}

/// Returns a time as pcap has it; one before the epoch becomes the epoch.
fn seconds_and_nanos(ts: Timestamp) -> (u32, u32) {
    let nanos = ts.0.max(0);
    let sec = u32::try_from(nanos / 1_000_000_000).unwrap_or(u32::MAX);
    (sec, (nanos % 1_000_000_000) as u32)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Taken, every_chunking};
    use super::*;

    fn taken(ts: i64, link_type: u32, data: &[u8], wire_len: u32) -> Taken {
        Taken { ts, link_type, data: data.to_vec(), wire_len }
    }

    /// Returns what the reader makes of a file with these packets; its format.
    fn written(writer: &mut Writer, packets: &[Taken]) -> (Vec<Taken>, &'static str) {
        let mut file = Vec::new();
        writer.begin(&mut |bytes| file.extend_from_slice(bytes));
        for Taken { ts, link_type, data, wire_len } in packets {
            let packet = Packet { ts: Timestamp(*ts), link_type: *link_type, data, wire_len: *wire_len };
            writer.packet(&packet, &mut |bytes| file.extend_from_slice(bytes));
        }
        let (read, summary) = every_chunking(&file);
        assert_eq!(summary.weirds.iter().next(), None);
        (read.unwrap(), summary.format.unwrap())
    }

    #[test]
    fn packets_of_one_link_type_are_read_again_from_pcap() {
        let packets = [
            taken(1_700_000_000_123_456_789, 1, &[1; 61], 61),
            taken(1_700_000_001_000_001_000, 1, &[2; 3], 1_500),
            taken(0, 1, &[], 60),
        ];
        let mut writer = Writer::new(&[1], Some(0.0), Some(1.7e9));
        assert_eq!(writer.extension(), "pcap");
        assert_eq!(written(&mut writer, &packets), (packets.to_vec(), "pcap"));
    }

    #[test]
    fn packets_of_several_link_types_are_read_again_from_pcapng() {
        let packets = [
            taken(1_700_000_000_123_456_789, 113, &[1; 61], 61),
            taken(1_700_000_001_000_001_000, 1, &[2; 3], 1_500),
            taken(1_700_000_001_000_001_001, 113, &[3; 4], 4),
        ];
        let mut writer = Writer::new(&[1, 113], Some(1.7e9), Some(1.7e9));
        assert_eq!(writer.extension(), "pcapng");
        assert_eq!(written(&mut writer, &packets), (packets.to_vec(), "pcapng"));
    }

    #[test]
    fn a_time_beyond_the_seconds_of_pcap_makes_it_pcapng() {
        let late = 5_000_000_000_000_000_001;
        let packets = [taken(late, 1, &[1; 4], 4)];
        let mut writer = Writer::new(&[1], Some(5e9), Some(5e9));
        assert_eq!(written(&mut writer, &packets), (packets.to_vec(), "pcapng"));
    }

    #[test]
    fn a_packet_longer_than_a_record_may_be_is_cut() {
        let long = vec![7; MAX_PACKET as usize + 9];
        let packets = [taken(5, 1, &long, long.len() as u32)];
        let (read, _) = written(&mut Writer::new(&[1], None, None), &packets);
        assert_eq!((read[0].data.len() as u32, read[0].wire_len), (MAX_PACKET, MAX_PACKET + 9));
    }
}
