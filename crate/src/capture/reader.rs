//! [`Reader`]: a capture file in chunks of any size → packets.

use std::collections::BTreeMap;

use super::detect::{DETECT_LEN, Magic, detect};
use super::gzip::Gunzip;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::record::{Format, Record, TRUNCATED_FILE};
use super::tail::Tail;
use super::{Packet, Timestamp};
use crate::error::Phrase;
use crate::{Error, Weird, Weirds};

/// Reads a capture of any format, as it arrives; holds no more than one unfinished record.
#[derive(Debug)]
pub struct Reader {
    input: Input,
    stream: Stream,
    summary: Summary,
}

/// What was read so far.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Summary {
    /// `pcap` or `pcapng`; absent until the first bytes have told.
    pub format: Option<&'static str>,
    /// Whether it came compressed with gzip.
    pub gzip: bool,
    /// Bytes as they came, compressed where they were.
    pub bytes: u64,
    /// Packets given to the sink.
    pub packets: u64,
    /// Earliest time of a packet; absent without packets.
    pub first_ts: Option<Timestamp>,
    /// Latest time of a packet; absent without packets.
    pub last_ts: Option<Timestamp>,
    /// Packets by LINKTYPE number.
    pub link_types: BTreeMap<u32, u64>,
    /// Packets of which not every byte was kept.
    pub truncated_packets: u64,
    /// Damage to the file.
    pub weirds: Weirds,
}

/// Another capture follows the first one in the same file.
const JOINED_CAPTURE: Weird = Weird::JoinedCapture;

/// How the bytes that come in are packed.
#[derive(Debug)]
enum Input {
    /// Too few bytes to tell.
    Undecided(Vec<u8>),
    Plain,
    Gzip(Box<Gunzip>),
    /// An error ended it: what follows is not read.
    Ended,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader that has seen nothing yet.
    pub fn new() -> Reader {
        Reader { input: Input::Undecided(Vec::new()), stream: Stream::default(), summary: Summary::default() }
    }

    /// Reads the next bytes of the file and gives every packet that they complete to `sink`, in the file's order.
    ///
    /// After an error the rest of the file is not read: further calls do nothing.
    pub fn push(&mut self, chunk: &[u8], sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        self.summary.bytes += chunk.len() as u64;
        let result = match &mut self.input {
            Input::Undecided(head) => {
                let (first, rest) = chunk.split_at(chunk.len().min(DETECT_LEN.saturating_sub(head.len())));
                head.extend_from_slice(first);
                if head.len() < DETECT_LEN {
                    Ok(())
                } else {
                    self.decide(sink).and_then(|()| self.route(rest, sink))
                }
            }
            _ => self.route(chunk, sink),
        };
        self.ended_by(result)
    }

    /// Ends the file: gives the last packets to `sink` and counts an end in the middle of a record.
    pub fn finish(&mut self, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        let result = self.finish_input(sink);
        self.ended_by(result)
    }

    /// What was read so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    fn ended_by(&mut self, result: Result<(), Error>) -> Result<(), Error> {
        if result.is_err() {
            self.input = Input::Ended;
        }
        result
    }

    /// Tells gzip from the rest by the head, and reads the head.
    fn decide(&mut self, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        let Input::Undecided(head) = &mut self.input else {
            return Ok(());
        };
        let head = std::mem::take(head);
        self.input = match detect(&head)? {
            Magic::Gzip => {
                self.summary.gzip = true;
                Input::Gzip(Box::new(Gunzip::new()))
            }
            Magic::Pcap | Magic::Pcapng => Input::Plain,
        };
        self.route(&head, sink)
    }

    fn route(&mut self, bytes: &[u8], sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        let Reader { input, stream, summary } = self;
        match input {
            Input::Gzip(gunzip) => {
                let damage = gunzip.push(bytes, &mut |piece: &[u8]| stream.push(piece, summary, sink))?;
                damage.into_iter().for_each(|weird| summary.weirds.count(weird));
                Ok(())
            }
            Input::Plain => stream.push(bytes, summary, sink),
            Input::Undecided(_) | Input::Ended => Ok(()),
        }
    }

    fn finish_input(&mut self, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        if let Input::Undecided(_) = self.input {
            self.decide(sink)?;
        }
        let Reader { input, stream, summary } = self;
        if let Input::Gzip(gunzip) = input {
            let damage = gunzip.finish(&mut |piece: &[u8]| stream.push(piece, summary, sink))?;
            damage.into_iter().for_each(|weird| summary.weirds.count(weird));
        }
        match (input, stream.finish(summary, sink)) {
            (Input::Ended, _) => Ok(()),
            (Input::Gzip(_), Err(Error::Empty)) if summary.weirds.iter().next().is_some() => {
                let found = Phrase::BytesThatGiveNone.with([("n", summary.bytes.into())]);
                Err(Error::DamagedHeader {
                    format: "gzip",
                    offset: 0,
                    expected: Phrase::CompressedCapture,
                    found,
                })
            }
            (_, result) => result,
        }
    }
}

/// The container format, in bytes that nothing packs any more.
#[derive(Debug, Default)]
struct Stream {
    /// Absent until the first bytes have told.
    container: Option<Container>,
    /// The unfinished record at the end of what came, or a head that is too short to tell the format.
    tail: Tail,
    /// How many bytes the tail must hold before it is worth another look.
    wanted: usize,
    /// Bytes to pass over before the next record.
    skip: u64,
}

#[derive(Debug)]
enum Container {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl Stream {
    /// Reads records straight out of `chunk` and keeps the unfinished one at its end; what was kept before is
    /// completed with no more bytes than its record wants.
    fn push(
        &mut self,
        mut chunk: &[u8],
        summary: &mut Summary,
        sink: &mut impl FnMut(Packet<'_>),
    ) -> Result<(), Error> {
        while !chunk.is_empty() {
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

    fn finish(&mut self, summary: &mut Summary, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        while self.read_tail(true, summary, sink)? {}
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
            None => {
                let container = Container::of(input)?;
                summary.format.get_or_insert(container.name());
                self.container.insert(container)
            }
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
    fn of(head: &[u8]) -> Result<Container, Error> {
        match detect(head)? {
            Magic::Pcap => Ok(Container::Pcap(Pcap::default())),
            Magic::Pcapng => Ok(Container::Pcapng(Pcapng::default())),
            Magic::Gzip => Err(Error::UnknownFormat { found: super::detect::describe(head) }),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Container::Pcap(_) => "pcap",
            Container::Pcapng(_) => "pcapng",
        }
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
        }
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

impl Summary {
    fn count(&mut self, packet: &Packet<'_>) {
        self.packets += 1;
        self.truncated_packets += u64::from((packet.data.len() as u64) < u64::from(packet.wire_len));
        self.first_ts = Some(self.first_ts.map_or(packet.ts, |ts| ts.min(packet.ts)));
        self.last_ts = Some(self.last_ts.map_or(packet.ts, |ts| ts.max(packet.ts)));
        *self.link_types.entry(packet.link_type).or_default() += 1;
    }
}
