//! Flows of DTLS made by hand.

use super::super::names::NamedGroup;
use super::super::sample::{ClientHello, ServerHello, certificates};
use super::super::stream::TlsStream;
use super::*;
use crate::Limit;
use crate::flow::Stream;
use Direction::{Orig, Resp};

/// A record in the clear.
fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    record_of_epoch(0, kind, body)
}

fn record_of_epoch(epoch: u8, kind: u8, body: &[u8]) -> Vec<u8> {
    let [high, low] = (body.len() as u16).to_be_bytes();
    [&[kind, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 0, high, low], body].concat()
}

fn fragment(kind: u8, seq: u16, length: usize, offset: usize, bytes: &[u8]) -> Vec<u8> {
    let number = |value: usize| (value as u32).to_be_bytes()[1..].to_vec();
    let [s0, s1] = seq.to_be_bytes();
    [&[kind][..], &number(length), &[s0, s1], &number(offset), &number(bytes.len()), bytes].concat()
}

/// A message that is whole in a record.
fn message(kind: u8, seq: u16, body: &[u8]) -> Vec<u8> {
    record(22, &fragment(kind, seq, body.len(), 0, body))
}

/// Returns the same in fragments of at most `size` bytes, each in a record.
fn fragments(kind: u8, seq: u16, body: &[u8], size: usize) -> Vec<Vec<u8>> {
    let part = |(at, part): (usize, &[u8])| record(22, &fragment(kind, seq, body.len(), at * size, part));
    body.chunks(size).enumerate().map(part).collect()
}

fn hello_body(cookie: &[u8]) -> Vec<u8> {
    let body = ClientHello {
        version: 0xfefd,
        extensions: vec![super::super::sample::server_name("a.test")],
        ..Default::default()
    }
    .body();
    let (front, rest) = body.split_at(35);
    [front, &[cookie.len() as u8], cookie, rest].concat()
}

fn client_hello(seq: u16, cookie: &[u8]) -> Vec<u8> {
    message(1, seq, &hello_body(cookie))
}

fn server_hello_body() -> Vec<u8> {
    ServerHello { version: 0xfefd, ..Default::default() }.body()
}

fn chain() -> Vec<u8> {
    certificates(&[b"host", b"authority"])
}

fn ccs() -> Vec<u8> {
    record(20, &[1])
}

fn finished() -> Vec<u8> {
    record_of_epoch(1, 22, &[0xaa; 40])
}

fn full_handshake() -> Vec<(Direction, Vec<u8>)> {
    let flight = [
        message(2, 1, &server_hello_body()),
        message(11, 2, &chain()),
        message(12, 3, &[3, 0, 23, 1, 4, 4, 1, 0, 0]),
        message(14, 4, &[]),
    ];
    vec![
        (Orig, client_hello(0, &[])),
        (Resp, message(3, 0, &[0xfe, 0xff, 2, 8, 9])),
        (Orig, client_hello(1, &[8, 9])),
        (Resp, flight.concat()),
        (Orig, [message(16, 2, &[0; 33]), ccs(), finished()].concat()),
        (Resp, [ccs(), finished()].concat()),
    ]
}

#[derive(Default)]
struct Run {
    stream: TlsStream,
    shared: Shared,
    clock: i64,
}

impl Run {
    fn feed(mut self, datagrams: &[(Direction, Vec<u8>)]) -> Self {
        for (from, bytes) in datagrams {
            self.clock += 1;
            if self.stream.wants(*from) {
                self.stream.datagram(&mut self.shared, Timestamp(self.clock), *from, bytes);
            }
        }
        self
    }

    fn history(self) -> String {
        self.stream.finish().0.unwrap().ssl_history
    }

    fn is_over(&self) -> bool {
        !self.stream.wants(Orig) && !self.stream.wants(Resp)
    }
}

fn read(datagrams: &[(Direction, Vec<u8>)]) -> TlsHandshake {
    Run::default().feed(datagrams).stream.finish().0.unwrap()
}

fn stun() -> Vec<u8> {
    [&[0, 1, 0, 4, 0x21, 0x12, 0xa4, 0x42][..], &[7; 16]].concat()
}

#[test]
fn a_full_handshake_is_established() {
    let run = Run::default().feed(&full_handshake());
    assert!(run.is_over());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["dtls"]);
    assert_eq!(run.shared.certificates.len(), 2);
    let handshake = run.stream.finish().0.unwrap();
    assert_eq!(handshake.ssl_history, "CvCsxknGIi");
    assert!(handshake.established && !handshake.resumed);
    assert_eq!(handshake.version, Some(Version::DTLS12));
    assert_eq!(handshake.version.unwrap().name(), "DTLSv12");
    assert_eq!(handshake.curve, Some(NamedGroup(23)));
    assert_eq!(handshake.server_name.as_deref(), Some("a.test"));
    assert_eq!(handshake.ts, Timestamp(1));
}

#[test]
fn fragments_in_any_order_give_the_same_handshake() {
    let mut hello = fragments(1, 1, &hello_body(&[8, 9]), 20);
    let mut flight = [
        fragments(11, 2, &chain(), 7),
        fragments(2, 1, &server_hello_body(), 9),
        vec![message(14, 4, &[]), message(12, 3, &[3, 0, 23, 1, 4, 4, 1, 0, 0])],
    ]
    .concat();
    hello.reverse();
    flight.reverse();
    let whole = full_handshake();
    let datagrams: Vec<_> = whole[..2]
        .iter()
        .cloned()
        .chain(hello.into_iter().map(|bytes| (Orig, bytes)))
        .chain(flight.into_iter().map(|bytes| (Resp, bytes)))
        .chain(whole[4..].iter().cloned())
        .collect();
    assert_eq!(read(&datagrams), read(&whole));
}

#[test]
fn retransmissions_are_read_once() {
    let twice: Vec<_> =
        full_handshake().into_iter().flat_map(|datagram| [datagram.clone(), datagram]).collect();
    assert_eq!(read(&twice).ssl_history, "CvCsxknGIi");
}

#[test]
fn many_messages_in_one_record_are_all_read() {
    let body =
        [fragment(2, 0, server_hello_body().len(), 0, &server_hello_body()), fragment(14, 1, 0, 0, &[])];
    assert_eq!(read(&[(Orig, client_hello(0, &[])), (Resp, record(22, &body.concat()))]).ssl_history, "Csn");
}

#[test]
fn a_server_that_does_not_count_its_request_is_read() {
    let mut datagrams = full_handshake();
    datagrams[3].1 = [message(2, 0, &server_hello_body()), message(14, 1, &[])].concat();
    assert_eq!(read(&datagrams[..4]).ssl_history, "CvCsn");
}

#[test]
fn what_the_capture_lost_is_given_up_when_the_other_side_goes_on() {
    let mut datagrams = full_handshake();
    datagrams[3].1 = [message(11, 2, &chain()), message(14, 4, &[])].concat();
    assert_eq!(read(&datagrams[..3]).ssl_history, "CvC");
    assert_eq!(read(&datagrams).ssl_history, "CvCxnGIi");
}

#[test]
fn a_new_random_begins_a_new_handshake() {
    let mut other = hello_body(&[]);
    other[5] = 0;
    let datagrams = [
        (Orig, client_hello(0, &[])),
        (Resp, record(21, &[2, 40])),
        (Orig, message(1, 0, &other)),
        (Resp, message(2, 0, &server_hello_body())),
    ];
    assert_eq!(read(&datagrams).ssl_history, "ClCs");
}

#[test]
fn stun_may_come_before_and_between() {
    let mut datagrams = vec![(Resp, stun()), (Orig, stun())];
    for datagram in full_handshake() {
        datagrams.extend([datagram, (Resp, stun())]);
    }
    let handshake = read(&datagrams);
    assert_eq!((handshake.ssl_history.as_str(), handshake.ts), ("CvCsxknGIi", Timestamp(3)));
}

#[test]
fn a_client_at_the_responder_turns_the_roles_round() {
    let datagrams = [
        (Orig, stun()),
        (Resp, client_hello(0, &[])),
        (Orig, message(2, 0, &server_hello_body())),
        (Orig, message(14, 1, &[])),
    ];
    assert_eq!(read(&datagrams).ssl_history, "^Csn");
}

#[test]
fn stun_alone_is_not_followed_for_ever() {
    let run = Run::default().feed(&vec![(Orig, stun()); 100]);
    assert!(!run.is_over());
    assert!(run.feed(&[(Orig, stun())]).is_over());
}

#[test]
fn media_beside_the_handshake_is_passed_over() {
    let rtp = (Orig, vec![0x80; 60]);
    let mut datagrams = vec![full_handshake()[0].clone()];
    datagrams.extend(vec![rtp.clone(); 10]);
    datagrams.extend(full_handshake().into_iter().skip(1));
    assert_eq!(read(&datagrams).ssl_history, "CvCsxknGIi");
    let run = Run::default().feed(&datagrams[..1]).feed(&vec![rtp; 11]);
    assert!(run.is_over());
    assert_eq!(run.history(), "C");
}

#[test]
fn dtls13_is_established_by_its_unified_headers() {
    let extensions = vec![(43, vec![0xfe, 0xfc]), (51, vec![0, 29, 0, 1, 9])];
    let hello = ServerHello { version: 0xfefd, cipher: 0x1301, extensions, ..Default::default() }.body();
    let unified = |first: u8| vec![first, 0x12, 0x34, 0, 4, 9, 9, 9, 9];
    let run = Run::default().feed(&[
        (Orig, client_hello(0, &[])),
        (Resp, [message(2, 0, &hello), unified(0x2e)].concat()),
        (Orig, record(record::ACK, &[0, 0])),
    ]);
    assert!(!run.is_over());
    let handshake = run.feed(&[(Orig, unified(0x2e))]).stream.finish().0.unwrap();
    assert!(handshake.established);
    assert_eq!((handshake.version, handshake.ssl_history.as_str()), (Some(Version::DTLS13), "Cs"));
    assert_eq!(handshake.curve, Some(NamedGroup(29)));
}

#[test]
fn a_server_alone_is_read() {
    let server =
        |from| full_handshake().into_iter().filter(|(end, _)| *end == Resp).map(move |(_, b)| (from, b));
    let run = Run::default().feed(&server(Orig).collect::<Vec<_>>());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["dtls"]);
    assert_eq!(run.shared.certificates.len(), 2);
    let seen = run.stream.finish().0.unwrap();
    assert_eq!(seen.ssl_history, "^vsxkni");
    assert_eq!((seen.version, seen.curve), (Some(Version::DTLS12), Some(NamedGroup(23))));
    assert_eq!((seen.cert_chain_fps.len(), seen.client_cert_chain_fps.len()), (2, 0));
    assert!(!seen.established && seen.client_hello.is_none());
    assert_eq!(read(&server(Resp).collect::<Vec<_>>()).ssl_history, "vsxkni");
}

#[test]
fn a_flow_may_begin_with_the_server_hello() {
    let whole = full_handshake();
    // Where the client's messages begin is unknown: they wait until the server goes on.
    assert_eq!(read(&whole[3..]).ssl_history, "sxknIGi");
    let hello = server_hello_body();
    let mut flight = [fragments(2, 1, &hello, 15), fragments(11, 2, &chain(), 7)].concat();
    flight.swap(0, 1);
    let flight: Vec<_> = flight.into_iter().map(|bytes| (Orig, bytes)).collect();
    assert_eq!(read(&flight).ssl_history, "^sx");
}

#[test]
fn a_server_alone_that_does_not_count_its_request_is_read() {
    let datagrams = [full_handshake()[1].clone(), (Resp, message(2, 0, &server_hello_body()))];
    assert_eq!(read(&datagrams).ssl_history, "vs");
}

#[test]
fn a_client_hello_may_come_behind_its_answer() {
    let whole = full_handshake();
    assert_eq!(read(&whole[1..]).ssl_history, "vCsxknGIi");
    let order = [3, 2, 3, 4, 5].map(|place: usize| whole[place].clone());
    assert_eq!(read(&order).ssl_history, "sxknCGIi");
}

#[test]
fn a_new_handshake_is_read_behind_the_end_of_another() {
    let mut datagrams = full_handshake()[3..4].to_vec();
    datagrams.extend([(Orig, message(16, 0, &[0; 33])), (Resp, record(21, &[2, 40]))]);
    datagrams.extend([(Orig, client_hello(0, &[])), (Resp, message(2, 0, &server_hello_body()))]);
    assert_eq!(read(&datagrams).ssl_history, "sxknGlCs");
}

#[test]
fn a_hello_that_no_server_sends_opens_nothing() {
    let hello = server_hello_body();
    let of_version = |version: [u8; 2]| [&version[..], &hello[2..]].concat();
    let beyond = record(22, &fragment(2, 0, hello.len(), hello.len() - 1, &[1, 2]));
    let mut cut = message(2, 0, &hello);
    cut.pop();
    let not_hellos = [
        message(2, 0, &of_version([3, 3])),
        message(2, 0, &hello[..37]),
        message(2, MAX_HELLOS, &hello),
        record(22, &fragment(2, 0, 38 + 32 + 2 + 0x1_0000, 0, &hello)),
        record(22, &fragment(2, 0, hello.len(), 0, &[])),
        record_of_epoch(1, 22, &fragment(2, 0, hello.len(), 0, &hello)),
        record(23, &fragment(2, 0, hello.len(), 0, &hello)),
        beyond,
        cut,
        message(3, 0, &[3, 3, 2, 8, 9]),
        message(3, 0, &[0xfe, 0xff, 3, 8, 9]),
        message(3, 0, &[0xfe, 0xff]),
        message(3, MAX_HELLOS, &[0xfe, 0xff, 2, 8, 9]),
        message(11, 2, &chain()),
    ];
    for (place, bytes) in not_hellos.into_iter().enumerate() {
        assert_ne!(open(&bytes), Opening::Hello, "{place}");
    }
    assert_eq!(open(&message(2, MAX_HELLOS - 1, &hello)), Opening::Hello);
    assert_eq!(open(&message(3, 0, &[0xfe, 0xff, 2, 8, 9])), Opening::Hello);
}

#[test]
fn an_encrypted_record_alone_is_no_handshake() {
    let run = Run::default().feed(&[(Orig, finished()), (Resp, finished())]);
    assert!(run.stream.finish().0.is_none());
}

#[test]
fn a_violation_closes_the_record() {
    let beyond = record(22, &fragment(2, 0, 5, 4, &[1, 2]));
    let run = Run::default().feed(&[(Orig, client_hello(0, &[])), (Resp, beyond)]);
    assert!(run.is_over());
    assert_eq!(run.shared.weirds.iter().collect::<Vec<_>>(), [("tls_violation", 1)]);
    assert_eq!(run.history(), "C");
}

#[test]
fn a_record_that_is_cut_is_no_violation() {
    let mut datagrams = full_handshake();
    let length = datagrams[3].1.len();
    datagrams[3].1.truncate(length - 5);
    let run = Run::default().feed(&datagrams);
    assert_eq!(run.shared.weirds.iter().collect::<Vec<_>>(), [("dtls_record_cut", 1)]);
    assert_eq!(run.history(), "CvCsxkGIi");
}

#[test]
fn flows_beyond_the_common_bound_are_given_up() {
    let run = Run::default();
    let mut others = run.shared.budget.share();
    others.set(super::super::budget::MAX_HELD);
    let run = run.feed(&[(Orig, fragments(1, 0, &hello_body(&[]), 30).swap_remove(0))]);
    assert!(run.is_over());
    assert_eq!(run.shared.limits_hit.get(Limit::TlsHeldBytes), 1);
}

#[test]
fn fragments_beyond_the_bounds_are_counted() {
    let run = Run::default().feed(&[(Orig, client_hello(0, &[])), (Resp, message(11, 99, &chain()))]);
    assert_eq!(run.shared.limits_hit.get(Limit::DtlsFragments), 1);
}

#[test]
fn any_byte_may_be_another() {
    let whole = full_handshake();
    let lengths: Vec<usize> = whole.iter().map(|(_, bytes)| bytes.len()).collect();
    let mut read = 0;
    for (place, length) in lengths.into_iter().enumerate() {
        for at in 0..length {
            for change in [0x01, 0x80, 0xff] {
                let mut datagrams = whole.clone();
                datagrams[place].1[at] ^= change;
                read += usize::from(Run::default().feed(&datagrams).stream.finish().0.is_some());
                datagrams[place].1.truncate(at);
                read += usize::from(Run::default().feed(&datagrams).stream.finish().0.is_some());
            }
        }
    }
    assert!(read > 1000, "{read}");
}
