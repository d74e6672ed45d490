//! The datagrams of a UDP flow (QUIC, DTLS), each behind a byte of direction and two of length.

#![no_main]

use hushcap::capture::Timestamp;
use hushcap::flow::{Direction, Stream};
use hushcap::tls::{Shared, TlsStream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    let mut rest = bytes;
    while let Some((&[direction, high, low], behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (datagram, behind) = behind.split_at_checked(length).unwrap_or((behind, &[]));
        rest = behind;
        let from = if direction & 1 == 0 { Direction::Orig } else { Direction::Resp };
        if stream.wants(from) {
            stream.datagram(&mut shared, Timestamp(0), from, datagram);
        }
    }
    let _ = stream.finish();
});
