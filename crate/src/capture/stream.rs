//! [`Stream`]: the parts of a file, one after another → packets. A part is a capture of either format, or compressed members
//! that hold such parts; `cat` joins them in any mix.

use super::Packet;
use super::detect::{DETECT_LEN, Magic, PCAP_HEADER, begins_capture, detect};
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::reader::Summary;
use super::record::{Format, Record, TRUNCATED_FILE};
use super::tail::Tail;
use super::unpack::{Compression, Taken, Unpack};
use crate::error::Phrase;
use crate::{Error, Weird};

/// Another capture follows the first one in the same file.
const JOINED_CAPTURE: Weird = Weird::JoinedCapture;

/// The parts of a file, or of what a compressed part holds.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The part at hand; absent until its first bytes have told what it is.
    container: Option<Container>,
    /// The unfinished record at the end of what came, or a head that is too short to tell the format.
    tail: Tail,
    /// How many bytes the tail must hold before it is worth another look.
    wanted: usize,
    /// Bytes to pass over before the next record.
    skip: u64,
    /// Whether it was compressed: a compressed part of it is not read.
    is_unpacked: bool,
    /// The part behind the last one is none that is read, nor is anything behind that.
    ended: bool,
}

#[derive(Debug)]
enum Container {
    Pcap(Pcap),
    Pcapng(Pcapng),
    Packed(Box<Packed>),
}

/// A compressed part, in as many members as follow one another: together they hold the parts of `inner`.
#[derive(Debug)]
struct Packed {
    compression: Compression,
    unpack: Unpack,
    inner: Stream,
    is_damaged: bool,
}

impl Stream {
    /// Reads records straight out of `chunk` and keeps the unfinished one at its end; what was kept before is
    /// completed with no more bytes than its record wants.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        while !chunk.is_empty() && !self.ended {
            if self.skip > 0 {
                let skipped = chunk.len().min(usize::try_from(self.skip).unwrap_or(usize::MAX));
                self.skip -= skipped as u64;
                chunk = chunk.get(skipped..).unwrap_or_default();
                continue;
            }
            let wanted = if self.container.is_none() { DETECT_LEN } else { self.wanted };
            if self.tail.is_empty() && chunk.len() >= wanted {
                let read = self.read(chunk, false, summary, sink)?;
                chunk = chunk.get(read.len..).unwrap_or_default();
                if !read.ends && read.skip == 0 {
                    self.tail.extend(chunk);
                    return Ok(());
                }
                continue;
            }
            let missing = wanted.saturating_sub(self.tail.len()).max(1).min(chunk.len());
            let (more, rest) = chunk.split_at(missing);
            self.tail.extend(more);
            let held = self.tail.len();
            if held >= wanted {
                self.read_tail(false, summary, sink)?;
            }
            let left = self.tail.len();
            chunk = if left < held && left <= missing {
                // All that is left came with this chunk, and is read straight out of it.
                self.tail.pass(left);
                chunk.get(missing - left..).unwrap_or_default()
            } else {
                rest
            };
        }
        Ok(())
    }

    /// Ends the last part.
    pub(super) fn finish(
        &mut self,
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        while !self.ended && self.read_tail(true, summary, sink)? {}
        if let Some(Container::Packed(packed)) = &mut self.container {
            packed.finish(summary, sink)?;
        }
        if self.skip > 0 || !self.tail.is_empty() {
            summary.weirds.count(TRUNCATED_FILE);
        }
        Ok(())
    }

    /// Reads the tail; whether another capture begins in what is left of it.
    fn read_tail(
        &mut self,
        last: bool,
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<bool, Error> {
        let mut tail = std::mem::take(&mut self.tail);
        let read = self.read(tail.bytes(), last, summary, sink)?;
        tail.pass(read.len);
        self.tail = tail;
        Ok(read.ends)
    }

    /// Reads the records at the front of `input`, and before the first one what format they are in.
    fn read(
        &mut self,
        input: &[u8],
        last: bool,
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<Read, Error> {
        let container = match &mut self.container {
            Some(container) => container,
            None => match Container::of(input, self.is_unpacked) {
                Ok(container) => {
                    container.enter(summary);
                    self.container.insert(container)
                }
                Err(error) if summary.format.is_none() => return Err(error),
                // What was read before it counts.
                Err(_) => {
                    summary.weirds.count(Weird::DamagedRecord);
                    self.ended = true;
                    return Ok(Read { len: input.len(), ..Read::default() });
                }
            },
        };
        let read = container.records(input, last, summary, sink)?;
        (self.skip, self.wanted) = (read.skip, read.wanted);
        if read.ends {
            self.container = None;
        }
        Ok(read)
    }
}

/// How far a look at some bytes came.
#[derive(Debug, Default)]
struct Read {
    /// Bytes of whole records.
    len: usize,
    /// Bytes behind the input to pass over.
    skip: u64,
    /// How many bytes behind `len` the next record wants.
    wanted: usize,
    /// Whether another capture begins behind `len`.
    ends: bool,
}

impl Container {
    fn of(head: &[u8], is_unpacked: bool) -> Result<Container, Error> {
        match detect(head)? {
            Magic::Pcap => Ok(Container::Pcap(Pcap::default())),
            Magic::Pcapng => Ok(Container::Pcapng(Pcapng::default())),
            Magic::Packed(_) if is_unpacked => {
                Err(Error::UnknownFormat { found: super::detect::describe(head) })
            }
            Magic::Packed(compression) => Ok(Container::Packed(Box::new(Packed::new(compression)))),
        }
    }

    /// Says in the summary what it is.
    fn enter(&self, summary: &mut Summary) {
        match self {
            Container::Pcap(_) => summary.format.get_or_insert("pcap"),
            Container::Pcapng(_) => summary.format.get_or_insert("pcapng"),
            Container::Packed(packed) => summary.compression.get_or_insert(packed.compression.as_str()),
        };
    }

    fn records(
        &mut self,
        input: &[u8],
        last: bool,
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<Read, Error> {
        match self {
            Container::Pcap(format) => records(format, input, last, summary, sink),
            Container::Pcapng(format) => records(format, input, last, summary, sink),
            Container::Packed(packed) => packed.read(input, last, summary, sink),
        }
    }
}

impl Packed {
    fn new(compression: Compression) -> Packed {
        let inner = Stream { is_unpacked: true, ..Stream::default() };
        Packed { compression, unpack: Unpack::default(), inner, is_damaged: false }
    }

    /// Reads the members at the front of `input`.
    fn read(
        &mut self,
        input: &[u8],
        last: bool,
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<Read, Error> {
        let Packed { unpack, inner, .. } = self;
        let Taken { len, damage } =
            unpack.push(input, &mut |piece: &[u8]| inner.push(piece, summary, sink))?;
        self.count(damage, summary);
        let behind = input.get(len..).unwrap_or_default();
        if behind.is_empty() {
            return Ok(Read { len, ..Read::default() });
        }
        match begins_capture(behind) {
            Some(true) => {
                summary.weirds.count(JOINED_CAPTURE);
                self.finish(summary, sink)?;
                Ok(Read { len, ends: true, ..Read::default() })
            }
            None | Some(false) if !last && behind.len() < PCAP_HEADER => {
                Ok(Read { len, wanted: PCAP_HEADER, ..Read::default() })
            }
            _ => {
                self.count(Some(self.compression.damage()), summary);
                self.unpack.stop();
                Ok(Read { len: input.len(), ..Read::default() })
            }
        }
    }

    /// Ends the last member, and what it holds.
    fn finish(&mut self, summary: &mut Summary, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        let Packed { unpack, inner, .. } = self;
        let damage = unpack.finish(&mut |piece: &[u8]| inner.push(piece, summary, sink))?;
        self.count(damage, summary);
        match self.inner.finish(summary, sink) {
            Err(Error::Empty) if self.is_damaged => Err(Error::DamagedHeader {
                format: self.compression.as_str(),
                offset: 0,
                expected: Phrase::CompressedCapture,
                found: Phrase::BytesThatGiveNone.with([("n", summary.bytes.into())]),
            }),
            result => result,
        }
    }

    fn count(&mut self, damage: Option<Weird>, summary: &mut Summary) {
        self.is_damaged |= damage.is_some();
        damage.into_iter().for_each(|weird| summary.weirds.count(weird));
    }
}

/// Reads the records at the front of `input` as far as they are whole.
fn records(
    format: &mut impl Format,
    input: &[u8],
    last: bool,
    summary: &mut Summary,
    sink: &mut impl FnMut(Packet<'_>),
) -> Result<Read, Error> {
    let mut read = Read::default();
    while let Some(rest) = input.get(read.len..)
        && !rest.is_empty()
    {
        match format.record(rest, last, &mut summary.weirds)? {
            Record::Packet { len, packet } => {
                summary.count(&packet);
                sink(packet);
                read.len += len;
            }
            Record::Other { len } => {
                let here = rest.len().min(usize::try_from(len).unwrap_or(usize::MAX));
                read.len += here;
                read.skip = len - here as u64;
            }
            Record::NextCapture => {
                summary.weirds.count(JOINED_CAPTURE);
                read.ends = true;
                break;
            }
            Record::Incomplete { len } => {
                read.wanted = len;
                break;
            }
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::super::testing::{Taken, every_chunking, read};

    /// Returns a capture of packets at these seconds.
    fn pcap(seconds: &[u8]) -> Vec<u8> {
        let mut file =
            vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
        for second in seconds {
            file.extend([*second, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 20, 0, 0, 0]);
            file.extend([*second; 20]);
        }
        file
    }

    fn pcapng(seconds: &[u8]) -> Vec<u8> {
        let word = u32::to_le_bytes;
        let block = |kind: u32, words: &[u32]| {
            let len = 12 + 4 * words.len() as u32;
            [kind, len].iter().chain(words).chain([&len]).flat_map(|it| word(*it)).collect::<Vec<u8>>()
        };
        let header = block(0x0a0d_0d0a, &[0x1a2b_3c4d, 1, u32::MAX, u32::MAX]);
        let packets = seconds.iter().flat_map(|sec| block(6, &[0, 0, u32::from(*sec) * 1_000_000, 4, 4, 7]));
        [header, block(1, &[1, 0])].into_iter().flatten().chain(packets).collect()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Returns a frame of Zstandard with one block that is not compressed.
    fn zstd(bytes: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
        frame.extend(&((bytes.len() as u32) << 3 | 1).to_le_bytes()[..3]);
        frame.extend(bytes);
        frame
    }

    fn seconds(packets: &[Taken]) -> Vec<i64> {
        packets.iter().map(|packet| packet.ts / 1_000_000_000).collect()
    }

    #[test]
    fn parts_of_any_packing_are_read_one_after_another() {
        let parts = [
            pcap(&[1, 2]),
            pcapng(&[3]),
            gzip(&pcap(&[4, 5, 6])),
            zstd(&pcapng(&[7, 8])),
            gzip(&[pcap(&[9]), pcapng(&[10])].concat()),
        ];
        let times: [&[i64]; 5] = [&[1, 2], &[3], &[4, 5, 6], &[7, 8], &[9, 10]];
        for (first, second, third) in (0..125).map(|number| (number / 25, number / 5 % 5, number % 5)) {
            let order = [first, second, third];
            let (packets, summary) = every_chunking(&order.map(|at| parts[at].clone()).concat());
            assert_eq!(seconds(&packets.unwrap()), order.map(|at| times[at]).concat(), "{order:?}");
            // Sections of pcapng that follow one another are one capture.
            let joined = summary.weirds.iter().all(|(kind, _)| kind == "joined_capture");
            assert!(joined, "{order:?}: {:?}", summary.weirds);
        }
    }

    #[test]
    fn capture_in_zstandard_is_read_and_named() {
        let (packets, summary) = every_chunking(&zstd(&pcap(&[1, 2, 3])));
        assert_eq!(seconds(&packets.unwrap()), [1, 2, 3]);
        assert_eq!((summary.format, summary.compression), (Some("pcap"), Some("zstd")));
        assert_eq!(summary.weirds.iter().count(), 0);
    }

    #[test]
    fn capture_in_zstandard_that_is_cut_keeps_what_was_decompressed() {
        let blocks: Vec<u8> = pcap(&[1, 2, 3, 4])
            .chunks(60)
            .flat_map(|block| [&((block.len() as u32) << 3).to_le_bytes()[..3], block].concat())
            .collect();
        let file = [&[0x28, 0xb5, 0x2f, 0xfd, 0, 0x50][..], &blocks].concat();
        let (packets, summary) = every_chunking(&file);
        assert_eq!(seconds(&packets.unwrap()), [1, 2, 3, 4]);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("truncated_zstd", 1)]);
    }

    #[test]
    fn second_part_that_is_no_capture_leaves_the_first() {
        for behind in [gzip(b"no capture at all"), gzip(&gzip(&pcap(&[9])))] {
            let (packets, summary) = every_chunking(&[pcap(&[1, 2]), behind].concat());
            assert_eq!(seconds(&packets.unwrap()), [1, 2]);
            let weirds: Vec<_> = summary.weirds.iter().collect();
            assert_eq!(weirds, [("damaged_record", 1), ("joined_capture", 1)]);
        }
    }

    #[test]
    fn compressed_page_in_a_packet_is_no_part() {
        let mut file = pcap(&[1, 2, 3, 4, 5]);
        let page = gzip(&pcap(&[9]));
        // In the second packet, whose length is damaged.
        file[24 + 36 + 16..][..20].copy_from_slice(&page[..20]);
        file[24 + 36 + 8] = 0xff;
        file[24 + 36 + 11] = 0xff;
        let (packets, summary) = read(&file, 100);
        assert_eq!(seconds(&packets.unwrap()).last(), Some(&5));
        assert!(summary.weirds.iter().all(|(kind, _)| kind == "damaged_record"));
    }
}
