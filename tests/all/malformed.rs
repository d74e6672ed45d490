//! Damaged and odd captures of others: each gives packets or a typed error, never a panic, in chunks as well as whole.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop")]

use hushcap::Error;
use hushcap::capture::{Decoder, Packet, Reader};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use std::fmt::Debug;

/// What came of a file.
#[derive(Debug, PartialEq)]
struct Outcome {
    packets: u64,
    segments: u64,
    /// Lengths and times of all packets and segments, mixed.
    digest: u64,
    damage: Vec<(&'static str, u64)>,
    odd: Vec<(&'static str, u64)>,
}

fn read(bytes: &[u8], chunk: usize) -> (Result<(), Error>, Outcome) {
    let (mut packets, mut segments, mut digest) = (0, 0, 0_u64);
    let mut decoder = Decoder::default();
    let mut mix = |value: u64| digest = digest.wrapping_mul(0x100_0000_01b3).wrapping_add(value);
    let mut sink = |packet: Packet<'_>| {
        assert!(packet.data.len() as u64 <= u64::from(packet.wire_len));
        packets += 1;
        mix(packet.ts.0 as u64 ^ packet.data.len() as u64);
        decoder.segments(&packet, &mut |segment| {
            segments += 1;
            mix(u64::from(segment.ip_len));
        });
    };
    let mut reader = Reader::new();
    let result = bytes.chunks(chunk).try_for_each(|chunk| reader.push(chunk, &mut sink));
    let result = result.and_then(|()| reader.finish(&mut sink));
    let damage = reader.summary().weirds.iter().collect();
    let odd = decoder.weirds().iter().collect();
    (result, Outcome { packets, segments, digest, damage, odd })
}

fn text<T: Debug>(result: &Result<T, Error>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_damaged_file_gives_packets_or_an_error_that_says_what_was_found() {
    let Some(root) = shared("conformance/malformed") else { return };
    let paths = folder::files(&root);
    assert!(paths.len() > 900, "{} files", paths.len());
    let (mut whole, mut damaged, mut refused) = (0, 0, 0);
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let (result, outcome) = read(&bytes, usize::MAX);
        let (chunked_result, chunked) = read(&bytes, 4_096);
        assert_eq!(text(&chunked_result), text(&result), "{}", path.display());
        match result {
            Ok(()) => {
                assert_eq!(chunked, outcome, "{}", path.display());
                if outcome.damage.is_empty() { whole += 1 } else { damaged += 1 }
            }
            Err(Error::UnknownFormat { .. } | Error::DamagedHeader { .. } | Error::Empty) => refused += 1,
            Err(other) => panic!("{}: {other}", path.display()),
        }
    }
    println!("{whole} read whole, {damaged} read around damage, {refused} refused");
}

#[test]
fn a_capture_that_is_cut_or_changed_anywhere_never_panics() {
    let Some(root) = shared("conformance/pcapng") else { return };
    let bytes = std::fs::read(root.join("output_le/difficult/test202.pcapng")).unwrap();
    for at in 0..bytes.len() {
        let _ = read(bytes.get(..at).unwrap(), usize::MAX);
        for value in [0, 0x7f, 0xff] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let (_, whole) = read(&changed, usize::MAX);
            let (_, chunked) = read(&changed, 61);
            assert_eq!(whole, chunked, "byte {at} = {value:#x}");
        }
    }
}
