//! Which places of a pcap file begin a record.
//!
//! A header by itself proves little: a place is believed when other headers follow where its length says, or the end of
//! the file does, or the header of another file.

use super::super::detect::{PCAP_HEADER, begins_part};
use super::super::record::{Belief, MAX_PACKET};
use super::header::{FileHeader, RecordHeader};

/// Links whose packets may be longer than [`MAX_PACKET`] (libpcap): D-Bus, USB and EBHSCR.
const LONG_LINKS: [u32; 4] = [231, 189, 220, 279];
const MAX_LONG_PACKET: u32 = 128 * 1024 * 1024;
/// Longest packet that a record may be cut from: frames before segmentation offloading among them.
pub(super) const MAX_ORIGINAL: u32 = 16 * 1024 * 1024;
/// How far apart in time two records may be for one to vouch for the other, in seconds.
const PLAUSIBLE_GAP: u32 = 30 * 86_400;
/// Records that must follow one another where their headers are odd but possible, as some programs write them.
const LENIENT_LINKS: usize = 3;

/// Returns whether two times are near enough for their records to follow one another.
pub(super) fn is_near(a: u32, b: u32) -> bool {
    a.abs_diff(b) <= PLAUSIBLE_GAP
}

impl FileHeader {
    /// Returns whether lengths and fraction are those of a packet.
    pub(super) fn is_plausible(self, record: RecordHeader) -> bool {
        (1..=MAX_PACKET).contains(&record.captured)
            && (record.captured..=MAX_PACKET).contains(&record.original)
            && self.has_fraction(record)
    }

    /// Returns whether a record is longer than a network packet, on a link that allows it.
    pub(super) fn is_long(self, record: RecordHeader) -> bool {
        LONG_LINKS.contains(&self.link_type) && (MAX_PACKET + 1..=MAX_LONG_PACKET).contains(&record.captured)
    }

    /// Returns whether a record ends where one begins: what follows it is `behind`. `last_sec` is the time of those
    /// before.
    pub(super) fn is_followed(
        self,
        record: RecordHeader,
        last_sec: Option<u32>,
        behind: &[u8],
        last: bool,
    ) -> Belief {
        let is_cut = last && behind.len() < self.record_header;
        if is_cut || self.record(behind).is_some_and(|next| self.is_long(next)) {
            return Belief::Yes;
        }
        let near = |sec| is_near(sec, record.sec) || last_sec.is_some_and(|last| is_near(sec, last));
        let strict = self.chain(behind, 1, last, |next, _| self.is_plausible(next) && near(next.sec));
        if strict != Belief::No {
            return strict;
        }
        self.chain(behind, LENIENT_LINKS, last, |next, _| {
            // A stretch of zeros is no chain of empty packets.
            let is_something = next.captured > 0 || next.original > 0;
            next.captured <= MAX_PACKET && next.original <= MAX_ORIGINAL && is_something
        })
    }

    /// Returns whether a search may take `input` for the place where records go on.
    pub(super) fn resumes(self, input: &[u8], last_sec: Option<u32>, last: bool) -> Belief {
        let Some(record) = self.record(input) else { return Belief::No };
        if !self.is_plausible(record) {
            return Belief::No;
        }
        // Without a time before it, one more record must vouch for it.
        let links = if last_sec.is_some_and(|sec| is_near(sec, record.sec)) { 2 } else { 3 };
        self.chain(input, links, last, |next, before| {
            self.is_plausible(next) && before.is_none_or(|sec| is_near(sec, next.sec))
        })
    }

    /// Returns whether `links` records that pass `test`, given each with the time of the one before it, follow one
    /// another.
    fn chain(
        self,
        input: &[u8],
        links: usize,
        last: bool,
        test: impl Fn(RecordHeader, Option<u32>) -> bool,
    ) -> Belief {
        let (mut at, mut before) = (0_usize, None);
        for _ in 0..links {
            let rest = input.get(at..);
            if last && rest.is_some_and(<[u8]>::is_empty) {
                return Belief::Yes;
            }
            match rest.map(begins_part) {
                Some(Some(true)) => return Belief::Yes,
                Some(None) if !last => return Belief::Incomplete { len: at.saturating_add(PCAP_HEADER) },
                _ => {}
            }
            let Some(record) = rest.and_then(|rest| self.record(rest)) else {
                let len = at.saturating_add(self.record_header);
                return if last { Belief::No } else { Belief::Incomplete { len } };
            };
            if !test(record, before) {
                return Belief::No;
            }
            before = Some(record.sec);
            at = at.saturating_add(self.len_of(record));
        }
        Belief::Yes
    }
}
