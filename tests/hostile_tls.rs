//! Fuzzers' TLS streams and deviating certificates of others: each is read or refused, never a panic, and what is read
//! does not depend on how the bytes are sliced.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use hushcap::capture::Timestamp;
use hushcap::flow::{Direction, Stream};
use hushcap::records::Certificate;
use hushcap::tls::{Shared, TlsHandshake, TlsStream};
use hushcap_tests::shared::shared;

/// Every file below `folder`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn read(bytes: &[u8], from: Direction, slice: usize) -> (Option<TlsHandshake>, Shared) {
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    for part in bytes.chunks(slice) {
        if stream.wants(from) {
            stream.data(&mut shared, Timestamp(0), from, part);
        }
    }
    (stream.into_handshake(), shared)
}

/// The stream behind a hello of the other side, so that detection does not end it at its first byte.
fn read_behind_hello(bytes: &[u8], from: Direction) {
    let hello =
        [&[22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3][..], &[7; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 0]].concat();
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    let other = if from == Direction::Orig { Direction::Resp } else { Direction::Orig };
    stream.data(&mut shared, Timestamp(0), other, &hello);
    stream.data(&mut shared, Timestamp(0), from, bytes);
    stream.gap(&mut shared, Timestamp(0), from, 9);
    stream.data(&mut shared, Timestamp(0), from, bytes);
}

#[test]
fn every_fuzzed_stream_is_read_or_refused_whatever_its_slices() {
    let Some(root) = shared("conformance/tls-fuzz") else { return };
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let mut handshakes = 0;
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        for from in [Direction::Orig, Direction::Resp] {
            let (whole, whole_shared) = read(&bytes, from, usize::MAX);
            let (sliced, sliced_shared) = read(&bytes, from, 3);
            assert_eq!(whole, sliced, "{}", path.display());
            assert_eq!(
                whole_shared.certificates.len(),
                sliced_shared.certificates.len(),
                "{}",
                path.display()
            );
            handshakes += u32::from(whole.is_some());
            read_behind_hello(&bytes, from);
        }
        let (_, seen_by_client) = read(&bytes, Direction::Resp, usize::MAX);
        for seen in seen_by_client.certificates.seen() {
            let _ = seen_by_client.certificates.der(&seen.fingerprint).map(Certificate::parse);
        }
    }
    println!("{} streams, {handshakes} readings as a client or a server gave a handshake", paths.len());
    assert!(handshakes > 0);
}

#[test]
fn every_deviating_certificate_is_read_or_refused() {
    let Some(root) = shared("conformance/x509") else { return };
    let mut paths = Vec::new();
    files(&root, &mut paths);
    let (mut read, mut refused) = (0, 0);
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        for der in ders(&bytes) {
            match Certificate::parse(&der) {
                Ok(certificate) => {
                    assert!(
                        certificate.subject.is_ascii() && certificate.issuer.is_ascii(),
                        "{}",
                        path.display()
                    );
                    read += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    println!("{read} certificates read, {refused} refused");
    // OpenSSL 3.0 reads 1,879 of those that no fuzzer made.
    assert!(read >= 1_877, "{read} certificates read");
}

/// The DER blocks of a file: its PEM blocks, or all of it.
fn ders(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(bytes);
    let blocks: Vec<Vec<u8>> = text
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|block| block.split("-----END").next())
        .map(base64)
        .collect();
    if blocks.is_empty() { vec![bytes.to_vec()] } else { blocks }
}

fn base64(text: &str) -> Vec<u8> {
    let sextet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for value in text.bytes().filter_map(sextet) {
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits) as u8);
        }
    }
    out
}
