//! The payload of a TCP connection: the first byte says where to turn from the originator's bytes to the responder's.

#![no_main]

use hushcap::capture::Timestamp;
use hushcap::flow::{Direction, Stream};
use hushcap::tls::{Shared, TlsStream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((&turn, bytes)) = bytes.split_first() else { return };
    let turn = usize::from(turn) * bytes.len() / 256;
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    for (at, part) in bytes.chunks(61).enumerate() {
        let from = if at * 61 < turn { Direction::Orig } else { Direction::Resp };
        if stream.wants(from) {
            stream.data(&mut shared, Timestamp(0), from, part);
        }
    }
    stream.gap(&mut shared, Timestamp(0), Direction::Resp, 100);
    stream.late(&mut shared, Timestamp(0), Direction::Resp, bytes.get(turn..).unwrap_or_default());
    let _ = stream.finish();
});
