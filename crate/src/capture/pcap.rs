//! The pcap file format (draft-ietf-opsawg-pcap), in either byte order, with microseconds or nanoseconds.
//!
//! A record is taken where its header can be and another record, or the end, follows it. Elsewhere there is damage: it
//! is counted, and reading goes on at the next place where records follow one another ([`belief`]). Where that place
//! shows how long the damaged record is, its packet is kept.

mod belief;
mod header;

use super::detect::{PCAP_HEADER, begins_capture, begins_part};
use super::record::{Belief, Format, MAX_PACKET, Record};
use super::{Packet, Timestamp};
use crate::error::Phrase;
use crate::{Error, Weird, Weirds};
use belief::{MAX_ORIGINAL, is_near};
use header::{FileHeader, RecordHeader};

/// How far behind a damaged record the next one is sought while the packet is kept: two packets of full length.
const WINDOW: usize = 2 * (MAX_PACKET as usize + 32);
const DAMAGED_RECORD: Weird = Weird::DamagedRecord;

/// A pcap file, read record by record.
#[derive(Debug, Default)]
pub(super) struct Pcap {
    header: Option<FileHeader>,
    /// Seconds of the records before, which others vouched for.
    last_sec: Option<u32>,
    /// Time of the last packet.
    last_ts: Timestamp,
    /// Whether the place of the next record is unknown.
    lost: bool,
}

impl Format for Pcap {
    fn record<'a>(&mut self, input: &'a [u8], last: bool, weirds: &mut Weirds) -> Result<Record<'a>, Error> {
        let Some(file) = self.header else {
            return self.file_header(input, last);
        };
        // In damage, a compressed page of the Web is no compressed capture.
        let begins = if self.lost { begins_capture(input) } else { begins_part(input) };
        match begins {
            Some(true) => return Ok(Record::NextCapture),
            None if !last => return Ok(Record::Incomplete { len: PCAP_HEADER }),
            _ => {}
        }
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
        let len = file.len_of(record);
        match input.get(len..).map(|behind| file.is_followed(record, self.last_sec, behind, last)) {
            Some(Belief::Yes) => match self.is_ahead_alone(file, record, input, last) {
                Ok(is_ahead) => Ok(self.sound(file, record, is_ahead, input, weirds)),
                Err(more) => Ok(Record::Incomplete { len: more }),
            },
            Some(Belief::Incomplete { len: more }) => {
                Ok(Record::Incomplete { len: len.saturating_add(more) })
            }
            None if !last => Ok(Record::Incomplete { len: len.saturating_add(file.record_header) }),
            _ => Ok(self.doubtful(file, record, input, last, weirds)),
        }
    }
}

impl Pcap {
    fn file_header<'a>(&mut self, input: &'a [u8], last: bool) -> Result<Record<'a>, Error> {
        match input.first_chunk::<PCAP_HEADER>() {
            Some(bytes) => {
                self.header = Some(FileHeader::parse(bytes)?);
                Ok(Record::Other { len: PCAP_HEADER as u64 })
            }
            None if last => Err(Error::DamagedHeader {
                format: "pcap",
                offset: 0,
                expected: Phrase::FileHeader,
                found: Phrase::BytesInAll.with([("n", (input.len() as u64).into())]),
            }),
            None => Ok(Record::Incomplete { len: PCAP_HEADER }),
        }
    }

    /// Returns a record longer than a network packet can be: passed over where its link allows it, else damage.
    fn too_long<'a>(&mut self, file: FileHeader, record: RecordHeader, weirds: &mut Weirds) -> Record<'a> {
        if file.is_long(record) {
            weirds.count(Weird::OversizedPacket);
            return Record::Other { len: file.len_of(record) as u64 };
        }
        weirds.count(DAMAGED_RECORD);
        self.lost = true;
        Record::Other { len: 1 }
    }

    /// Returns whether the first record is far ahead of the two behind it, which agree: the clock of what follows would
    /// not come back. Without enough bytes, how many would tell.
    fn is_ahead_alone(
        &self,
        file: FileHeader,
        record: RecordHeader,
        input: &[u8],
        last: bool,
    ) -> Result<bool, usize> {
        let header = |at: usize| input.get(at..).and_then(|rest| file.record(rest));
        let is_behind = |next: &RecordHeader| !is_near(next.sec, record.sec) && next.sec < record.sec;
        let second = file.len_of(record);
        let Some(next) = header(second).filter(|next| self.last_sec.is_none() && is_behind(next)) else {
            return Ok(false);
        };
        let third = second.saturating_add(file.len_of(next));
        match header(third) {
            Some(behind) => {
                Ok(file.is_plausible(next) && file.is_plausible(behind) && is_near(next.sec, behind.sec))
            }
            None if last => Ok(false),
            None => Err(third.saturating_add(file.record_header)),
        }
    }

    /// A record that another one follows. Its time counts unless it alone differs from those around it.
    fn sound<'a>(
        &mut self,
        file: FileHeader,
        record: RecordHeader,
        is_ahead: bool,
        input: &'a [u8],
        weirds: &mut Weirds,
    ) -> Record<'a> {
        let len = file.len_of(record);
        let next =
            input.get(len..).and_then(|behind| file.record(behind)).filter(|it| file.is_plausible(*it));
        let is_dated = |last| is_near(last, record.sec) && file.has_fraction(record);
        let is_alone = self
            .last_sec
            .is_some_and(|last| !is_dated(last) && next.is_some_and(|next| is_near(last, next.sec)));
        if is_alone || is_ahead {
            weirds.count(DAMAGED_RECORD);
            if let Some(next) = next.filter(|_| is_ahead) {
                self.last_ts = file.timestamp(next);
            }
        } else {
            self.last_ts = file.timestamp(record);
            let is_vouched_for = next.is_some_and(|next| is_near(next.sec, record.sec));
            if self.last_sec.is_none_or(is_dated) || is_vouched_for {
                self.last_sec = Some(record.sec);
            }
        }
        self.packet(file, record, input, len)
    }

    /// Returns a record behind which none follows: either its length is wrong, or the next one is damaged.
    fn doubtful<'a>(
        &mut self,
        file: FileHeader,
        record: RecordHeader,
        input: &'a [u8],
        last: bool,
        weirds: &mut Weirds,
    ) -> Record<'a> {
        if input.len() < WINDOW && !last {
            return Record::Incomplete { len: WINDOW };
        }
        let (len, is_whole) = (file.len_of(record), input.len() >= file.len_of(record));
        let next = self.next_in(file, input.get(..WINDOW).unwrap_or(input), last && input.len() <= WINDOW);
        if next.is_none() && !is_whole {
            // The file was cut.
            return Record::Incomplete { len };
        }
        weirds.count(DAMAGED_RECORD);
        if self.last_sec.is_none_or(|sec| is_near(sec, record.sec)) && file.has_fraction(record) {
            self.last_ts = file.timestamp(record);
        }
        match next {
            // No header fits in between: the record ends there.
            Some(next) if next > file.record_header && next < len.saturating_add(file.record_header) => {
                self.packet(file, record, input, next)
            }
            _ if is_whole && file.is_plausible(record) => {
                self.lost = true;
                self.packet(file, record, input, len)
            }
            next => {
                self.lost = true;
                Record::Other { len: next.unwrap_or(1) as u64 }
            }
        }
    }

    /// Returns the first place behind the record at the front where records go on.
    fn next_in(&self, file: FileHeader, window: &[u8], last: bool) -> Option<usize> {
        (file.record_header..window.len()).find(|at| {
            window.get(*at..).is_some_and(|rest| {
                begins_capture(rest) == Some(true) || file.resumes(rest, self.last_sec, last) == Belief::Yes
            })
        })
    }

    /// Returns the packet of a record that is `len` bytes long.
    fn packet<'a>(&self, file: FileHeader, record: RecordHeader, input: &'a [u8], len: usize) -> Record<'a> {
        let data = input.get(file.record_header..len).unwrap_or_default();
        let original = if record.original > MAX_ORIGINAL { 0 } else { record.original };
        let wire_len = original.max(data.len() as u32).saturating_sub(file.fcs_len);
        let data = data.get(..wire_len as usize).unwrap_or(data);
        Record::Packet { len, packet: Packet { ts: self.last_ts, link_type: file.link_type, data, wire_len } }
    }

    /// Passes over damage; `None` where the record at the front can be believed.
    fn search<'a>(&self, file: FileHeader, input: &'a [u8], last: bool) -> Option<Record<'a>> {
        let mut passed = 0;
        while let Some(rest) = input.get(passed..)
            && rest.len() >= file.record_header
        {
            let belief = match begins_capture(rest) {
                Some(true) => Belief::Yes,
                None if !last => Belief::Incomplete { len: PCAP_HEADER },
                _ => file.resumes(rest, self.last_sec, last),
            };
            match belief {
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
}

#[cfg(test)]
mod tests;
