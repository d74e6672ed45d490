//! Connections of TLS, segment by segment.

use super::sample::{ClientHello, ServerHello, certificates, message, record};
use super::stream::{MAX_PREAMBLES, MAX_SEARCHED};
use super::tcp::{MAX_PIECES, MAX_WAITING};
use super::*;
use crate::Limit;
use crate::capture::Timestamp;
use crate::flow::{Direction, Stream};
use Direction::{Orig, Resp};

const ALERT: u8 = 21;
const CCS: u8 = 20;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;

fn client_hello() -> Vec<u8> {
    record(HANDSHAKE, &ClientHello::default().message())
}

fn server_hello() -> Vec<u8> {
    record(HANDSHAKE, &ServerHello::default().message())
}

fn tls13_server_hello() -> Vec<u8> {
    let extensions = vec![(43, vec![3, 4]), (51, vec![0, 29, 0, 1, 9])];
    record(HANDSHAKE, &ServerHello { cipher: 0x1301, extensions, ..Default::default() }.message())
}

/// ECDHE with P-256, an empty signature.
fn server_key_exchange() -> Vec<u8> {
    message(12, &[3, 0, 23, 1, 4, 4, 1, 0, 0])
}

fn ccs() -> Vec<u8> {
    record(CCS, &[1])
}

fn finished() -> Vec<u8> {
    record(HANDSHAKE, &[0xaa; 40])
}

fn full_handshake() -> Vec<(Direction, Vec<u8>)> {
    let flight = [
        ServerHello::default().message(),
        message(11, &certificates(&[b"host", b"authority"])),
        server_key_exchange(),
        message(14, &[]),
    ]
    .concat();
    vec![
        (Orig, client_hello()),
        (Resp, record(HANDSHAKE, &flight)),
        (Orig, record(HANDSHAKE, &message(16, &[0; 33]))),
        (Orig, ccs()),
        (Orig, finished()),
        (Resp, ccs()),
        (Resp, finished()),
    ]
}

struct Run {
    shared: Shared,
    stream: TlsStream,
    clock: i64,
}

impl Run {
    fn new() -> Self {
        Run { shared: Shared::default(), stream: TlsStream::default(), clock: 0 }
    }

    fn feed(mut self, segments: &[(Direction, Vec<u8>)]) -> Self {
        for (from, bytes) in segments {
            self.clock += 1;
            if self.stream.wants(*from) {
                self.stream.data(&mut self.shared, Timestamp(self.clock), *from, bytes);
            }
        }
        self
    }

    fn handshake(mut self) -> TlsHandshake {
        self.stream.close(&mut self.shared);
        self.stream.finish().0.unwrap()
    }
}

fn read(segments: &[(Direction, Vec<u8>)]) -> TlsHandshake {
    Run::new().feed(segments).handshake()
}

#[test]
fn a_full_handshake_is_established() {
    let run = Run::new().feed(&full_handshake());
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
    let seen: Vec<_> = run.shared.certificates.seen().iter().map(|seen| seen.host_cert).collect();
    assert_eq!(seen, [true, false]);
    let handshake = run.handshake();
    assert!(handshake.established && !handshake.resumed);
    assert_eq!(handshake.ssl_history, "CsxknGIi");
    assert_eq!(handshake.version, Some(Version::TLS12));
    assert_eq!(handshake.curve, Some(NamedGroup(23)));
    assert_eq!(handshake.cert_chain_fps, [Fingerprint::of(b"host"), Fingerprint::of(b"authority")]);
    assert_eq!(handshake.ts, Timestamp(1));
}

#[test]
fn single_bytes_give_the_same_handshake() {
    let bytes: Vec<_> = full_handshake()
        .into_iter()
        .flat_map(|(from, bytes)| bytes.into_iter().map(move |byte| (from, vec![byte])))
        .collect();
    let whole = read(&full_handshake());
    assert_eq!(TlsHandshake { ts: whole.ts, ..read(&bytes) }, whole);
}

#[test]
fn messages_that_span_records_give_the_same_handshake() {
    let split = |(from, bytes): (Direction, Vec<u8>)| {
        let fragments = match bytes[0] {
            HANDSHAKE if bytes[5] != 0xaa => {
                bytes[5..].chunks(7).map(|part| record(HANDSHAKE, part)).collect()
            }
            _ => vec![bytes],
        };
        (from, fragments.concat())
    };
    let records: Vec<_> = full_handshake().into_iter().map(split).collect();
    assert_eq!(read(&records), read(&full_handshake()));
}

#[test]
fn tls13_is_established_by_application_data_alone() {
    let data = record(APPLICATION_DATA, &[7; 50]);
    let handshake =
        read(&[(Orig, client_hello()), (Resp, tls13_server_hello()), (Resp, data.clone()), (Orig, data)]);
    assert_eq!(handshake.ssl_history, "Cs");
    assert_eq!(handshake.version, Some(Version::TLS13));
    assert_eq!(handshake.curve, Some(NamedGroup(29)));
    assert!(handshake.established);
}

#[test]
fn tls13_with_middlebox_records_shows_them() {
    let data = record(APPLICATION_DATA, &[7; 50]);
    let server = [tls13_server_hello(), ccs(), data.clone()].concat();
    let handshake = read(&[(Orig, client_hello()), (Resp, server), (Orig, [ccs(), data].concat())]);
    assert_eq!(handshake.ssl_history, "CsiI");
    assert!(handshake.established);
}

#[test]
fn a_refused_handshake_ends_in_its_alert() {
    let handshake = read(&[(Orig, client_hello()), (Resp, record(ALERT, &[2, 40]))]);
    assert_eq!(handshake.last_alert, Some(AlertDescription(40)));
    assert_eq!(handshake.ssl_history, "Cl");
    assert!(!handshake.established && handshake.version.is_none());
}

#[test]
fn a_server_alone_is_tls() {
    let handshake = read(&[(Resp, server_hello())]);
    assert_eq!(handshake.ssl_history, "s");
    assert_eq!(handshake.version, Some(Version::TLS12));
}

#[test]
fn empty_records_and_alerts_may_come_before_the_hello() {
    let before = [record(HANDSHAKE, &[]), record(ALERT, &[1, 90]), record(HANDSHAKE, &[])].concat();
    let mut segments = full_handshake();
    segments[0].1 = [&before[..], &segments[0].1].concat();
    let handshake = read(&segments);
    assert_eq!((handshake.ssl_history.as_str(), handshake.established), ("LCsxknGIi", true));
    let single: Vec<_> = before.iter().map(|byte| (Orig, vec![*byte])).collect();
    assert_eq!(Run::new().feed(&single).feed(&full_handshake()).handshake().ssl_history, "LCsxknGIi");
}

#[test]
fn an_odd_legacy_version_does_not_matter() {
    let extensions = || vec![(43, vec![2, 3, 4])];
    for version in [0x0300, 0x0305, 0x03ff, 0x0403, 0x7f1c, 0xfafa] {
        let hello = ClientHello { version, extensions: extensions(), ..Default::default() };
        let handshake = read(&[(Orig, record(HANDSHAKE, &hello.message())), (Resp, tls13_server_hello())]);
        assert_eq!(handshake.ssl_history, "Cs", "{version:04x}");
        assert_eq!(handshake.version, Some(Version::TLS13));
    }
    let mut hello = client_hello();
    hello[2] = 9;
    assert_eq!(read(&[(Orig, hello), (Resp, server_hello())]).ssl_history, "Cs");
}

#[test]
fn tlcp_is_read() {
    let flight = [
        ServerHello { version: 0x0101, cipher: 0xe013, ..Default::default() }.message(),
        message(11, &certificates(&[b"sign", b"encrypt"])),
        message(12, &[0, 2, 7, 7]),
        message(14, &[]),
    ]
    .concat();
    let extensions = vec![super::sample::server_name("a.example")];
    let hello = ClientHello { version: 0x0101, ciphers: vec![0xe013], extensions, ..Default::default() };
    let tlcp = |kind, body: &[u8]| {
        let mut record = record(kind, body);
        (record[1], record[2]) = (1, 1);
        record
    };
    let handshake = read(&[
        (Orig, tlcp(HANDSHAKE, &hello.message())),
        (Resp, tlcp(HANDSHAKE, &flight)),
        (Orig, tlcp(HANDSHAKE, &message(16, &[0; 33]))),
        (Orig, tlcp(CCS, &[1])),
        (Orig, tlcp(HANDSHAKE, &[0xaa; 40])),
        (Resp, tlcp(CCS, &[1])),
        (Resp, tlcp(HANDSHAKE, &[0xaa; 40])),
    ]);
    assert_eq!((handshake.ssl_history.as_str(), handshake.established), ("CsxknGIi", true));
    assert_eq!(handshake.version.map(|version| version.name()).as_deref(), Some("TLCPv11"));
    assert_eq!(handshake.cipher.map(|suite| suite.name()).as_deref(), Some("ECC_SM4_CBC_SM3"));
    assert_eq!(handshake.server_name.as_deref(), Some("a.example"));
    assert_eq!(handshake.cert_chain_fps, [Fingerprint::of(b"sign"), Fingerprint::of(b"encrypt")]);
}

#[test]
fn a_raw_public_key_is_no_certificate() {
    const SERVER_CERTIFICATE_TYPE: u16 = 20;
    let key = [&[0, 0, 9][..], b"\x30\x07pubkey!"].concat();
    let extensions = vec![(SERVER_CERTIFICATE_TYPE, vec![2])];
    let hello = ServerHello { extensions, ..Default::default() };
    let flight = [hello.message(), message(11, &key), message(14, &[])].concat();
    let run = Run::new().feed(&[(Orig, client_hello()), (Resp, record(HANDSHAKE, &flight))]);
    assert_eq!(run.shared.weirds.iter().collect::<Vec<_>>(), [("raw_public_key", 1)]);
    assert!(run.shared.certificates.is_empty());
    assert_eq!(run.handshake().ssl_history, "Csxn");
}

#[test]
fn a_certificate_of_a_megabyte_is_read() {
    let der = vec![7; 1_000_000];
    let body = message(11, &certificates(&[&der]));
    let records: Vec<u8> = body.chunks(16_384).flat_map(|part| record(HANDSHAKE, part)).collect();
    let run = Run::new().feed(&[(Orig, client_hello()), (Resp, server_hello()), (Resp, records)]);
    assert_eq!(run.handshake().cert_chain_fps, [Fingerprint::of(&der)]);
}

#[test]
fn other_protocols_are_dropped_after_a_while() {
    let run = Run::new().feed(&[(Resp, b"SSH-2.0-x".to_vec())]);
    assert!(run.stream.wants(Orig) && run.stream.wants(Resp));
    let run = run.feed(&[(Orig, vec![b'x'; MAX_SEARCHED]), (Resp, vec![b'x'])]);
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
    assert!(run.stream.finish().0.is_none());
}

#[test]
fn tls_is_found_behind_a_talk_that_is_not_known() {
    let talks: [&[(Direction, &[u8])]; 4] = [
        &[(Resp, b"Welcome to the appliance\r\n")],
        &[(Resp, b"554 blocked\r\n")],
        &[(Orig, b"AMQP\x02\x01\0\0"), (Resp, b"AMQP\x02\x01\0\0")],
        &[
            (Orig, b"OPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.2\r\n\r\n"),
            (Resp, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"),
        ],
    ];
    for talk in talks {
        let run = behind(talk, full_handshake());
        assert_eq!(run.stream.services().last(), Some("ssl"));
        assert_eq!(run.handshake().ssl_history, read(&full_handshake()).ssl_history);
    }
    // What a segment holds behind something else is none.
    let inside = [b"x".to_vec(), client_hello()].concat();
    assert!(behind(&[(Resp, b"Welcome\r\n"), (Orig, &inside)], vec![]).stream.finish().0.is_none());
}

fn behind(preamble: &[(Direction, &[u8])], segments: Vec<(Direction, Vec<u8>)>) -> Run {
    let preamble = preamble.iter().map(|(from, bytes)| (*from, bytes.to_vec()));
    Run::new().feed(&preamble.chain(segments).collect::<Vec<_>>())
}

#[test]
fn a_handshake_behind_a_preamble_is_dated_from_its_hello() {
    let smtp: [(Direction, &[u8]); 3] =
        [(Resp, b"220 a\r\n"), (Orig, b"STARTTLS\r\n"), (Resp, b"220 go\r\n")];
    let run = behind(&smtp, full_handshake());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["smtp", "ssl"]);
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
    assert_eq!(run.handshake(), TlsHandshake { ts: Timestamp(4), ..read(&full_handshake()) });
}

#[test]
fn tokens_of_gssapi_hold_a_handshake() {
    let ftp: [(Direction, &[u8]); 3] =
        [(Resp, b"220 a\r\n"), (Orig, b"AUTH GSSAPI\r\n"), (Resp, b"334 go\r\n")];
    let line = |(from, bytes): (Direction, Vec<u8>)| {
        let word = if from == Orig { "ADAT " } else { "335 ADAT=" };
        (from, format!("{word}{}\r\n", data_encoding::BASE64.encode(&bytes)).into_bytes())
    };
    let lines: Vec<_> = full_handshake().into_iter().map(line).collect();
    let mut lossy = behind(&ftp, lines[..2].to_vec());
    lossy.stream.gap(&mut lossy.shared, Timestamp(9), Resp, 1);
    assert_eq!(lossy.feed(&lines[2..]).handshake().ssl_history, "Csxkn");
    let run = behind(&ftp, lines);
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["ftp", "ssl", "gridftp"]);
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
    assert_eq!(run.handshake(), TlsHandshake { ts: Timestamp(4), ..read(&full_handshake()) });
}

#[test]
fn rdp_without_tls_is_followed_to_its_certificates() {
    let request = (Orig, vec![3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0]);
    let confirm = (Resp, vec![3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 0, 0, 0, 0]);
    let mut run = Run::new().feed(&[request, confirm]);
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["rdp"]);
    assert!(!run.stream.wants(Orig) && run.stream.wants(Resp));
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, 1);
    assert!(!run.stream.wants(Resp) && run.stream.finish().0.is_none());
}

#[test]
fn preambles_nest() {
    let talk: [(Direction, &[u8]); 5] = [
        (Orig, b"CONNECT a:25 HTTP/1.1\r\n\r\n"),
        (Resp, b"HTTP/1.1 200 OK\r\n\r\n220 a\r\n"),
        (Orig, b"EHLO me\r\nSTARTTLS\r\n"),
        (Resp, b"250 STARTTLS\r\n"),
        (Resp, b"220 go\r\n"),
    ];
    let run = behind(&talk, full_handshake());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["http", "smtp", "ssl"]);
    assert_eq!(run.handshake().ssl_history, "CsxknGIi");
}

#[test]
fn preambles_do_not_nest_for_ever() {
    let tunnel: [(Direction, &[u8]); 2] =
        [(Orig, b"CONNECT a:1 HTTP/1.1\r\n\r\n"), (Resp, b"HTTP/1.1 200 OK\r\n\r\n")];
    let run = behind(&tunnel.repeat(MAX_PREAMBLES), vec![]);
    let more = tunnel.map(|(from, bytes)| (from, bytes.to_vec()));
    let run = run.feed(&more).feed(&full_handshake());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["http", "http", "http", "ssl"]);
}

#[test]
fn a_stage_turns_the_roles_round() {
    let stage = [&[0, 0x40, 0, 0, b'M', b'Z'][..], &[0; 0x4000 - 2]].concat();
    let run = behind(
        &[(Orig, &stage[..4]), (Orig, &stage[4..])],
        vec![(Resp, client_hello()), (Orig, server_hello())],
    );
    assert_eq!(run.handshake().ssl_history, "^Cs");
}

#[test]
fn tls_is_found_behind_a_gap_in_a_preamble() {
    let lost = |from| {
        let mut run = behind(&[(Resp, b"220 a\r\n"), (Orig, b"EHLO me\r\n")], vec![]);
        run.stream.gap(&mut run.shared, Timestamp(9), from, 100);
        let rest = [(Resp, b"RTTLS\r\n250 x\r\n".to_vec()), (Orig, b"STARTTLS\r\n".to_vec())];
        run.feed(&rest)
    };
    for from in [Orig, Resp] {
        let run = lost(from).feed(&[(Resp, b"220 go\r\n".to_vec())]).feed(&full_handshake());
        assert_eq!(run.handshake().ssl_history, read(&full_handshake()).ssl_history);
    }
    // The search ends, and what is no hello is none.
    let mut run = lost(Resp).feed(&[(Resp, vec![22, 3, 1, 0, 70, 16]), (Resp, vec![b'x'; MAX_SEARCHED])]);
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
    run.stream.close(&mut run.shared);
    assert!(run.stream.finish().0.is_none());
}

#[test]
fn a_client_that_begins_with_tls_is_read_though_the_server_does_not() {
    let refused = [(Orig, client_hello()), (Resp, b"500 5.5.1 Invalid command\r\n".to_vec())];
    let handshake = behind(&[(Resp, b"220 mail ESMTP\r\n")], refused.to_vec()).handshake();
    assert!(handshake.ssl_history.starts_with('C'), "{}", handshake.ssl_history);
    assert!(!handshake.established);
}

#[test]
fn line_ends_may_stand_between_starttls_of_xmpp_and_tls() {
    let xmpp: [(Direction, &[u8]); 4] = [
        (Orig, b"<?xml version='1.0'?><stream:stream to='a'>"),
        (Resp, b"<stream:stream><stream:features><starttls/></stream:features>"),
        (Orig, b"<starttls xmlns='x'/>\r\n"),
        (Resp, b"<proceed xmlns='x'/>"),
    ];
    let run = behind(&xmpp, full_handshake());
    assert_eq!(run.stream.services().collect::<Vec<_>>(), ["xmpp", "ssl"]);
    assert_eq!(run.handshake(), TlsHandshake { ts: Timestamp(5), ..read(&full_handshake()) });
    // The same where they come late.
    let mut late = xmpp.to_vec();
    late[2].1 = b"<starttls xmlns='x'/>";
    late.push((Orig, b"\r\n"));
    assert_eq!(behind(&late, full_handshake()).handshake().ssl_history, read(&full_handshake()).ssl_history);
}

#[test]
fn datagrams_of_other_protocols_are_dropped_at_the_first() {
    let mut run = Run::new();
    run.stream.datagram(&mut run.shared, Timestamp(1), Orig, &client_hello());
    assert!(!run.stream.wants(Orig) && !run.stream.wants(Resp));
}

#[test]
fn a_gap_keeps_what_is_known() {
    let mut run = Run::new().feed(&full_handshake()[..2]);
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, 100);
    let handshake = run.feed(&full_handshake()[2..]).handshake();
    assert_eq!(handshake.ssl_history, "CsxknGI");
    assert!(!handshake.established);
}

/// A handshake in whose server's flight `lost` bytes from `at` on are missing when the rest arrives; `late` are filled in
/// before the client's last record.
fn with_gap(at: usize, lost: usize, late: &[(usize, usize)]) -> Run {
    let mut segments = full_handshake();
    let flight = segments.remove(1).1;
    let server = flight[at + lost..].to_vec();
    let mut run = Run::new().feed(&segments[..1]).feed(&[(Resp, flight[..at].to_vec())]);
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, lost as u64);
    run = run.feed(&[(Resp, server)]).feed(&segments[1..3]);
    for (start, end) in late {
        run.stream.late(&mut run.shared, Timestamp(9), Resp, &flight[*start..*end]);
    }
    run.feed(&segments[3..])
}

#[test]
fn a_gap_that_is_filled_late_leaves_the_handshake_whole() {
    let whole = read(&full_handshake());
    for late in [&[(20, 60)][..], &[(20, 21), (21, 60)]] {
        let handshake = with_gap(20, 40, late).handshake();
        assert_eq!(TlsHandshake { ts: whole.ts, ..handshake }, whole);
    }
}

#[test]
fn a_gap_that_stays_within_a_record_loses_that_record() {
    for late in [&[][..], &[(20, 59)]] {
        let handshake = with_gap(20, 40, late).handshake();
        assert_eq!((handshake.ssl_history.as_str(), handshake.established), ("CGIi", true));
    }
}

#[test]
fn a_gap_in_the_clients_hello_leaves_the_server_readable() {
    let mut segments = full_handshake();
    let hello = segments.remove(0).1;
    for (at, lost) in [(20, 10), (20, hello.len() - 20), (3, 10)] {
        let mut run = Run::new().feed(&[(Orig, hello[..at].to_vec())]);
        run.stream.gap(&mut run.shared, Timestamp(9), Orig, lost as u64);
        let handshake = run.feed(&[(Orig, hello[at + lost..].to_vec())]).feed(&segments).handshake();
        assert_eq!(handshake.cipher.map(|suite| suite.0), Some(0xc02f), "{at} {lost}");
        assert_eq!(handshake.cert_chain_fps.len(), 2);
        assert!(handshake.ssl_history.starts_with("sxkn"), "{}", handshake.ssl_history);
    }
}

#[test]
fn a_gap_that_is_the_servers_hello_leaves_the_client_readable() {
    let segments = full_handshake();
    let mut run = Run::new().feed(&segments[..1]);
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, segments[1].1.len() as u64);
    assert_eq!(run.feed(&segments[2..]).handshake().ssl_history, "CGI");
}

#[test]
fn a_second_gap_behind_data_is_passed_over_too() {
    let mut run = with_gap(20, 40, &[]);
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, 5);
    assert_eq!(run.handshake().ssl_history, "CGIi");
}

#[test]
fn what_waits_for_a_gap_is_bounded() {
    for (size, count) in [(MAX_WAITING, 2), (5, MAX_PIECES + 1)] {
        let mut run = Run::new().feed(&full_handshake()[..1]);
        run.stream.gap(&mut run.shared, Timestamp(9), Resp, 100);
        let record = [&[APPLICATION_DATA, 3, 3, 0, 0][..], &vec![APPLICATION_DATA; size - 5]].concat();
        let pieces: Vec<_> = std::iter::repeat_n((Orig, record), count).collect();
        run = run.feed(&pieces[..count - 1]);
        assert!(run.stream.wants(Resp));
        assert!(
            !run.feed(&pieces[count - 1..]).stream.wants(Resp),
            "no record of the server is known to end"
        );
    }
    let mut run = Run::new().feed(&full_handshake()[..1]);
    let mut others = run.shared.budget.share();
    assert!(others.set(budget::MAX_HELD));
    run.stream.gap(&mut run.shared, Timestamp(9), Resp, 100);
    run = run.feed(&[(Orig, vec![0; 10])]);
    assert_eq!(run.shared.limits_hit.get(Limit::TlsHeldBytes), 1);
    assert!(!run.stream.wants(Resp));
}

#[test]
fn a_lost_client_leaves_the_server_readable() {
    let mut run = Run::new();
    run.stream.gap(&mut run.shared, Timestamp(1), Orig, 300);
    assert!(!run.stream.wants(Orig) && run.stream.wants(Resp));
    assert_eq!(run.feed(&[(Resp, server_hello())]).handshake().ssl_history, "s");
}

#[test]
fn a_client_at_the_responder_turns_the_roles_round() {
    let handshake = read(&[(Resp, client_hello()), (Orig, server_hello())]);
    assert_eq!(handshake.ssl_history, "^Cs");
}

#[test]
fn a_client_certificate_is_the_clients() {
    let certificate = record(HANDSHAKE, &message(11, &certificates(&[b"me"])));
    let run = Run::new().feed(&[(Orig, client_hello()), (Resp, server_hello()), (Orig, certificate)]);
    assert!(run.shared.certificates.seen()[0].client_cert);
    let handshake = run.handshake();
    assert_eq!(handshake.ssl_history, "CsX");
    assert_eq!(handshake.client_cert_chain_fps, [Fingerprint::of(b"me")]);
}

#[test]
fn a_violation_closes_the_record() {
    let handshake =
        read(&[(Orig, client_hello()), (Resp, b"HTTP/1.0 400 Bad".to_vec()), (Resp, server_hello())]);
    assert_eq!(handshake.ssl_history, "C");
}

#[test]
fn ssl2_speaks_its_own_records() {
    let mut hello = vec![0x80, 9 + 3 + 16, 1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 0x80];
    hello.extend([7; 16]);
    let server =
        vec![0x80, 11 + 4 + 3 + 1, 4, 0, 1, 0, 2, 0, 4, 0, 3, 0, 1, b'c', b'e', b'r', b't', 1, 0, 0x80, 9];
    let master_key = vec![0x80, 10, 2, 1, 0, 0x80, 0, 0, 0, 0, 0, 0];
    let handshake = read(&[(Orig, hello), (Resp, server), (Orig, master_key)]);
    assert_eq!(handshake.ssl_history, "Cs");
    assert_eq!(handshake.version, Some(Version::SSL2));
    assert_eq!(handshake.cipher.unwrap().name(), "SSLv20_CK_RC4_128_WITH_MD5");
    assert_eq!(handshake.cert_chain_fps, [Fingerprint::of(b"cert")]);
    assert!(handshake.established);
}

#[test]
fn connections_beyond_the_common_bound_are_given_up() {
    let mut shared = Shared::default();
    let mut others = shared.budget.share();
    others.set(budget::MAX_HELD);
    let mut stream = TlsStream::default();
    let half = &client_hello()[..30];
    stream.data(&mut shared, Timestamp(1), Orig, half);
    assert!(!stream.wants(Orig) && !stream.wants(Resp));
    assert_eq!(shared.limits_hit.get(Limit::TlsHeldBytes), 1);
}

#[test]
fn a_one_sided_connection_is_not_followed_for_ever() {
    let mut run = Run::new().feed(&[(Resp, server_hello()), (Resp, ccs())]);
    let data = record(APPLICATION_DATA, &[0; 16_000]);
    for _ in 0..5 {
        assert!(run.stream.wants(Resp));
        run = run.feed(&[(Resp, data.clone())]);
    }
    assert!(!run.stream.wants(Resp));
    assert_eq!(run.shared.limits_hit.get(Limit::TlsDirectionBytes), 1);
}
