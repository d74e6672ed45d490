//! What the container formats have in common: records that follow one another in a stream of bytes.

use super::Packet;
use crate::{Error, Weird, Weirds};

/// The longest packet that a record may hold: libpcap's and Wireshark's bound for network links.
pub(super) const MAX_PACKET: u32 = 262_144;

/// The input ended inside a record.
pub(super) const TRUNCATED_FILE: Weird = Weird::TruncatedFile;

/// What the bytes that a format was given begin with.
#[derive(Debug)]
pub(super) enum Record<'a> {
    /// A whole record with a packet.
    Packet {
        /// Length of the record.
        len: usize,
        /// What it holds.
        packet: Packet<'a>,
    },
    /// Bytes that hold no packet: a header, a block of another kind, damage. They may go on behind the input.
    Other {
        /// How many bytes to pass over, at least one.
        len: u64,
    },
    /// The header of another file where a record is due: captures were joined, as `cat` does.
    NextCapture,
    /// The record goes on behind the input.
    Incomplete {
        /// How many bytes from its start are needed to say more; more than there were.
        len: usize,
    },
}

/// What a search makes of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Belief {
    /// No record begins there.
    No,
    /// A record can be read there.
    Yes,
    /// So many bytes would tell.
    Incomplete {
        /// Counted from the place.
        len: usize,
    },
}

/// A container format, read record by record.
pub(super) trait Format {
    /// Reads the record at the front of `input`, which is not empty; `last` says that nothing follows `input`.
    ///
    /// A format asks for a bounded number of bytes at a time, whatever the input says.
    fn record<'a>(&mut self, input: &'a [u8], last: bool, weirds: &mut Weirds) -> Result<Record<'a>, Error>;
}
