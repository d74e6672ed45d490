//! [`Reader`]: a capture file in chunks of any size → packets.

use std::collections::BTreeMap;

use super::stream::Stream;
use super::{Packet, Timestamp};
use crate::{Error, Weirds};

/// Reads a capture of any format, as it arrives; holds no more than one unfinished record.
#[derive(Debug, Default)]
pub struct Reader {
    stream: Stream,
    summary: Summary,
    /// An error ended it: what follows is not read.
    ended: bool,
}

/// What was read so far.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Summary {
    /// `pcap` or `pcapng`; absent until the first bytes have told.
    pub format: Option<&'static str>,
    /// What it, or a first part of it, was compressed with, `gzip` or `zstd`; absent where nothing was.
    pub compression: Option<&'static str>,
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

impl Reader {
    /// A reader that has seen nothing yet.
    pub fn new() -> Reader {
        Reader::default()
    }

    /// Reads the next bytes of the file and gives every packet that they complete to `sink`, in the file's order.
    ///
    /// After an error the rest of the file is not read: further calls do nothing.
    pub fn push(&mut self, chunk: &[u8], sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        self.summary.bytes += chunk.len() as u64;
        let Reader { stream, summary, ended } = self;
        let result = if *ended { Ok(()) } else { stream.push(chunk, summary, sink) };
        *ended |= result.is_err();
        result
    }

    /// Ends the file: gives the last packets to `sink` and counts an end in the middle of a record.
    pub fn finish(&mut self, sink: &mut impl FnMut(Packet<'_>)) -> Result<(), Error> {
        let Reader { stream, summary, ended } = self;
        let result = if *ended { Ok(()) } else { stream.finish(summary, sink) };
        *ended = true;
        result
    }

    /// Returns what was read so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }
}

impl Summary {
    /// Takes note of a packet.
    pub(super) fn count(&mut self, packet: &Packet<'_>) {
        self.packets += 1;
        self.truncated_packets += u64::from((packet.data.len() as u64) < u64::from(packet.wire_len));
        self.first_ts = Some(self.first_ts.map_or(packet.ts, |ts| ts.min(packet.ts)));
        self.last_ts = Some(self.last_ts.map_or(packet.ts, |ts| ts.max(packet.ts)));
        *self.link_types.entry(packet.link_type).or_default() += 1;
    }
}
