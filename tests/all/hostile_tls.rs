//! Fuzzers' TLS streams and deviating certificates of others: each is read or refused, never a panic, and what is read
//! does not depend on how the bytes are sliced.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use hushcap::capture::Timestamp;
use hushcap::flow::{Direction, Stream};
use hushcap::records::Certificate;
use hushcap::tls::{Shared, TlsHandshake, TlsStream};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;

fn read(bytes: &[u8], from: Direction, slice: usize) -> (Option<TlsHandshake>, Shared) {
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    for part in bytes.chunks(slice) {
        if stream.wants(from) {
            stream.data(&mut shared, Timestamp(0), from, part);
        }
    }
    (stream.finish().0, shared)
}

/// Returns a record with a ClientHello.
fn client_hello() -> Vec<u8> {
    [&[22, 3, 1, 0, 47, 1, 0, 0, 43, 3, 3][..], &[7; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 0]].concat()
}

/// The stream behind a hello of the other side, so that detection does not end it at its first byte.
fn read_behind_hello(bytes: &[u8], from: Direction) {
    let hello = client_hello();
    let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
    let other = if from == Direction::Orig { Direction::Resp } else { Direction::Orig };
    stream.data(&mut shared, Timestamp(0), other, &hello);
    stream.data(&mut shared, Timestamp(0), from, bytes);
    stream.gap(&mut shared, Timestamp(0), from, 9);
    stream.data(&mut shared, Timestamp(0), from, bytes);
}

/// Returns the records of a TLS stream as datagrams of DTLS: each handshake record becomes two fragments of one
/// message, the later first.
fn as_datagrams(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut datagrams = Vec::new();
    let mut seq = 0;
    while let Some((&[kind, _, _, high, low], rest)) = bytes.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let (body, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        bytes = rest;
        let Some((&[message, ..], body)) = body.split_first_chunk::<4>().filter(|_| kind == 22) else {
            datagrams.push(dtls_record(kind, body));
            continue;
        };
        let body = if message < 3 { dtls_hello(message, body) } else { body.to_vec() };
        let (front, back) = body.split_at(body.len().min(40));
        datagrams.push(dtls_record(22, &fragment(message, seq, body.len(), front.len(), back)));
        datagrams.push(dtls_record(22, &fragment(message, seq, body.len(), 0, front)));
        seq += 1;
    }
    datagrams
}

fn dtls_record(kind: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = (body.len() as u16).to_be_bytes();
    [&[kind, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, high, low], body].concat()
}

fn fragment(kind: u8, seq: u16, length: usize, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let number = |value: usize| (value as u32).to_be_bytes()[1..].to_vec();
    let numbers = [number(offset), number(bytes.len())].concat();
    [&[kind][..], &number(length), &seq.to_be_bytes(), &numbers, bytes].concat()
}

/// Returns a hello with the version of DTLS, and an empty cookie in the client's.
fn dtls_hello(kind: u8, body: &[u8]) -> Vec<u8> {
    let session = 35 + usize::from(body.get(34).copied().unwrap_or_default());
    let (front, rest) = body.split_at(session.min(body.len()));
    let cookie: &[u8] = if kind == 1 { &[0] } else { &[] };
    [&[0xfe, 0xfd], front.get(2..).unwrap_or_default(), cookie, rest].concat()
}

#[test]
fn every_fuzzed_stream_is_read_or_refused_as_datagrams() {
    let Some(root) = shared("conformance/tls-fuzz") else { return };
    let paths = folder::files(&root);
    let mut handshakes = 0;
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let datagrams = as_datagrams(&bytes);
        for from in [Direction::Orig, Direction::Resp] {
            let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
            let hello = fragment(
                1,
                0,
                44,
                0,
                &[&[0xfe, 0xfd], &[7; 32][..], &[0, 0, 0, 2, 0xc0, 0x2f, 1, 0, 0, 0]].concat(),
            );
            if from == Direction::Resp {
                stream.datagram(&mut shared, Timestamp(0), Direction::Orig, &dtls_record(22, &hello));
                assert!(stream.wants(from));
            }
            // As they are too: the bytes need not be what they say.
            for datagram in datagrams.iter().chain([&bytes]) {
                if stream.wants(from) {
                    stream.datagram(&mut shared, Timestamp(0), from, datagram);
                }
            }
            let history = stream.finish().0.map(|handshake| handshake.ssl_history);
            let expected = if from == Direction::Orig { 'C' } else { 's' };
            handshakes += u32::from(history.is_some_and(|history| history.contains(expected)));
            for seen in shared.certificates.seen() {
                let _ = shared.certificates.der(&seen.fingerprint).map(Certificate::parse);
            }
        }
    }
    println!("{} streams, {handshakes} readings as datagrams gave the hello of their side", paths.len());
    assert!(handshakes > 0);
}

/// Returns what a client's hello and a server's stream give, each part as `write` puts it on the wire.
fn read_answer(
    stream: &mut TlsStream,
    bytes: &[u8],
    write: impl Fn(Direction, &[u8]) -> Vec<u8>,
) -> (Option<TlsHandshake>, Vec<(&'static str, u64)>) {
    let mut shared = Shared::default();
    let answer = bytes.chunks(5_000).map(|part| (Direction::Resp, part));
    for (from, part) in [(Direction::Orig, &client_hello()[..])].into_iter().chain(answer) {
        if stream.wants(from) {
            stream.data(&mut shared, Timestamp(0), from, &write(from, part));
        }
    }
    (std::mem::take(stream).finish().0, shared.weirds.iter().collect())
}

#[test]
fn tokens_of_gssapi_give_what_the_stream_gives() {
    let Some(root) = shared("conformance/tls-fuzz") else { return };
    let paths = folder::files(&root);
    let mut handshakes = 0;
    for path in &paths {
        let bytes = std::fs::read(path).unwrap();
        let plain = read_answer(&mut TlsStream::default(), &bytes, |_, part| part.to_vec());
        let (mut stream, mut shared) = (TlsStream::default(), Shared::default());
        for (from, line) in [(Direction::Orig, &b"AUTH GSSAPI\r\n"[..]), (Direction::Resp, b"334 go\r\n")] {
            stream.data(&mut shared, Timestamp(0), from, line);
        }
        let tokens = read_answer(&mut stream, &bytes, |from, part| {
            let word = if from == Direction::Orig { "ADAT " } else { "335 ADAT=" };
            format!("{word}{}\r\n", data_encoding::BASE64.encode(part)).into_bytes()
        });
        assert_eq!(tokens, plain, "{}", path.display());
        handshakes += u32::from(plain.0.is_some_and(|handshake| handshake.server_hello.is_some()));
    }
    println!("{} streams, {handshakes} of them with a ServerHello", paths.len());
    assert!(handshakes > 0);
}

#[test]
fn every_fuzzed_stream_is_read_or_refused_whatever_its_slices() {
    let Some(root) = shared("conformance/tls-fuzz") else { return };
    let paths = folder::files(&root);
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
    let paths = folder::files(&root);
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

/// Returns the DER blocks of a file: its PEM blocks, or all of it.
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
