//! The headers of a pcap file and of its records.

use super::super::Timestamp;
use super::super::detect::PCAP_HEADER;
use crate::error::{Error, Phrase};

const RECORD_HEADER: usize = 16;
/// The modified format of old Linux kernels adds interface, protocol and packet type to each record header.
const MODIFIED_RECORD_HEADER: usize = 24;

#[derive(Debug, Clone, Copy)]
pub(super) struct FileHeader {
    big_endian: bool,
    nanoseconds: bool,
    /// Length of a record header.
    pub(super) record_header: usize,
    /// Files before version 2.3 have the two lengths of a record in the other order; 2.3 has either.
    swapped_lengths: bool,
    pub(super) link_type: u32,
    /// Bytes of frame check sequence at the end of each packet.
    pub(super) fcs_len: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct RecordHeader {
    pub(super) sec: u32,
    pub(super) fraction: u32,
    pub(super) captured: u32,
    pub(super) original: u32,
}

impl FileHeader {
    pub(super) fn parse(bytes: &[u8; PCAP_HEADER]) -> Result<FileHeader, Error> {
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
            return Err(Error::DamagedHeader {
                format: "pcap",
                offset: 4,
                expected: Phrase::Version2,
                found: Phrase::Version.with([("version", format!("{major}.{minor}").into())]),
            });
        }
        let network = word([n0, n1, n2, n3]);
        Ok(FileHeader {
            big_endian,
            nanoseconds: magic == 0xa1b2_3c4d,
            record_header: if magic == 0xa1b2_cd34 { MODIFIED_RECORD_HEADER } else { RECORD_HEADER },
            swapped_lengths: major == 543 || minor <= 3,
            link_type: network & 0x03ff_ffff,
            fcs_len: if network & 0x0400_0000 == 0 { 0 } else { (network >> 28) * 2 },
        })
    }

    /// Returns the record header at the front of `input`; `None` where it has not come whole.
    pub(super) fn record(self, input: &[u8]) -> Option<RecordHeader> {
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

    /// Returns the length of a record with its header.
    pub(super) fn len_of(self, record: RecordHeader) -> usize {
        self.record_header.saturating_add(record.captured as usize)
    }

    /// Returns whether a fraction is less than a second.
    pub(super) fn has_fraction(self, record: RecordHeader) -> bool {
        record.fraction < if self.nanoseconds { 1_000_000_000 } else { 1_000_000 }
    }

    pub(super) fn timestamp(self, record: RecordHeader) -> Timestamp {
        let nanos = i64::from(record.fraction) * if self.nanoseconds { 1 } else { 1_000 };
        Timestamp(i64::from(record.sec) * 1_000_000_000 + nanos)
    }
}
