//! What the tests of the formats share.

use super::{Packet, Reader, Summary};
use crate::Error;

/// A packet that outlives its chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) ts: i64,
    pub(super) link_type: u32,
    pub(super) data: Vec<u8>,
    pub(super) wire_len: u32,
}

/// Reads `file` in chunks of `size`.
pub(super) fn read(file: &[u8], size: usize) -> (Result<Vec<Taken>, Error>, Summary) {
    let mut packets = Vec::new();
    let mut reader = Reader::new();
    let mut sink = |packet: Packet<'_>| {
        let Packet { ts, link_type, data, wire_len } = packet;
        assert!(data.len() as u64 <= u64::from(wire_len), "more was captured than there was");
        packets.push(Taken { ts: ts.0, link_type, data: data.to_vec(), wire_len });
    };
    let result = file.chunks(size).try_for_each(|chunk| reader.push(chunk, &mut sink));
    let result = result.and_then(|()| reader.finish(&mut sink));
    (result.map(|()| packets), reader.summary().clone())
}

/// Reads `file` at once, in chunks of 100 bytes and of one byte; all three must agree.
pub(super) fn every_chunking(file: &[u8]) -> (Result<Vec<Taken>, Error>, Summary) {
    let (whole, summary) = read(file, file.len().max(1));
    for size in [100, 1] {
        let (packets, chunked) = read(file, size);
        let text = |result: &Result<Vec<Taken>, Error>| match result {
            Ok(packets) => format!("{packets:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(text(&packets), text(&whole), "in chunks of {size}");
        if whole.is_ok() {
            assert_eq!(format!("{chunked:?}"), format!("{summary:?}"), "in chunks of {size}");
        }
    }
    (whole, summary)
}
