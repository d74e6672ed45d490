//! Flows of datagrams that are sealed here.

use super::keys::Keys;
use super::packet::Version;
use super::*;
use crate::Limit;
use crate::tls::sample::{ClientHello, ServerHello};
use Direction::{Orig, Resp};

const DCID: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

struct Side {
    version: Version,
    dcid: Vec<u8>,
    scid: Vec<u8>,
    token: Vec<u8>,
}

impl Side {
    fn client() -> Self {
        Side { version: Version::V1, dcid: DCID.to_vec(), scid: vec![1; 4], token: vec![] }
    }

    fn server() -> Self {
        Side { version: Version::V1, dcid: vec![1; 4], scid: vec![2; 5], token: vec![] }
    }

    fn header(&self, kind: u8) -> Vec<u8> {
        let kind = if self.version == Version::V2 { (kind + 1) & 3 } else { kind };
        let mut header = vec![0xc0 | kind << 4 | 3];
        header.extend(self.version.0.to_be_bytes());
        for id in [&self.dcid, &self.scid] {
            header.push(id.len() as u8);
            header.extend(id);
        }
        header
    }

    /// Returns an Initial packet, padded as long as a first one has to be.
    fn initial(&self, keys: &Keys, is_client: bool, number: u32, frames: &[u8]) -> Vec<u8> {
        let mut frames = frames.to_vec();
        frames.resize(frames.len().max(1180), 0);
        let mut header = self.header(0);
        header.push(self.token.len() as u8);
        header.extend(&self.token);
        header.extend((0x4000 | (frames.len() + 4 + 16) as u16).to_be_bytes());
        let protection = if is_client { &keys.client } else { &keys.server };
        protection.seal(&header, number, &frames)
    }
}

fn keys(version: Version, dcid: &[u8]) -> Keys {
    Keys::derive(version, dcid).unwrap()
}

fn crypto(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![6];
    for number in [offset, bytes.len()] {
        frame.extend((0x8000_0000 | number as u32).to_be_bytes());
    }
    [&frame, bytes].concat()
}

fn client_hello() -> Vec<u8> {
    let extensions = vec![
        crate::tls::sample::server_name("a.example"),
        crate::tls::sample::alpn(&["h3", "h2"]),
        (43, vec![2, 3, 4]),
    ];
    ClientHello { extensions, ..Default::default() }.message()
}

fn server_hello() -> Vec<u8> {
    let extensions = vec![(43, vec![3, 4]), (51, vec![0, 29, 0, 1, 9])];
    ServerHello { cipher: 0x1301, extensions, ..Default::default() }.message()
}

struct Run {
    shared: Shared,
    quic: Quic,
    clock: i64,
}

impl Run {
    fn of(datagrams: &[(Direction, Vec<u8>)]) -> Self {
        let shared = Shared::default();
        let quic = Quic::new(shared.budget.share(), shared.budget.share());
        let mut run = Run { shared, quic, clock: 0 };
        for (from, bytes) in datagrams {
            run.clock += 1;
            run.quic.datagram(&mut run.shared, Timestamp(run.clock), *from, bytes);
        }
        run
    }

    fn handshake(self) -> TlsHandshake {
        self.quic.finish().0.unwrap()
    }

    fn connections(self) -> Vec<QuicConnection> {
        self.quic.finish().1
    }
}

fn hellos() -> Vec<(Direction, Vec<u8>)> {
    let keys = keys(Version::V1, &DCID);
    vec![
        (Orig, Side::client().initial(&keys, true, 0, &crypto(0, &client_hello()))),
        (
            Resp,
            Side::server().initial(
                &keys,
                false,
                0,
                &[vec![2, 0, 0, 0, 0], crypto(0, &server_hello())].concat(),
            ),
        ),
    ]
}

#[test]
fn both_hellos_are_read_from_initial_packets() {
    let handshake = Run::of(&hellos()).handshake();
    assert_eq!(handshake.carrier, Carrier::Quic);
    assert_eq!(handshake.ssl_history, "Cs");
    assert_eq!(handshake.version, Some(crate::tls::Version::TLS13));
    assert_eq!(handshake.server_name.as_deref(), Some("a.example"));
    assert!(!handshake.established);
    assert_eq!(handshake.ts, Timestamp(1));
}

/// Returns a CRYPTO frame of Google's.
fn google_crypto(bytes: &[u8]) -> Vec<u8> {
    [&[8, 0][..], &(0x4000 | bytes.len() as u16).to_be_bytes(), bytes].concat()
}

#[test]
fn hellos_of_tls_are_read_from_frames_of_googles() {
    for version in [Version::T050, Version::T051] {
        let keys = keys(version, &DCID);
        let (client, server) = (Side { version, ..Side::client() }, Side { version, ..Side::server() });
        let hellos = [client_hello(), server_hello()].map(|hello| google_crypto(&hello));
        let answer = [&[0x40, 1, 0, 0, 1, 0][..], &hellos[1]].concat();
        let run = Run::of(&[
            (Orig, client.initial(&keys, true, 0, &hellos[0])),
            (Resp, server.initial(&keys, false, 0, &answer)),
        ]);
        assert_eq!(run.shared.weirds, crate::Weirds::default());
        let handshake = run.handshake();
        assert_eq!((&handshake.ssl_history[..], handshake.server_name.as_deref()), ("Cs", Some("a.example")));
    }
}

#[test]
fn the_hello_of_googles_last_version_names_the_server() {
    let version = Version::Q050;
    let keys = keys(version, &DCID);
    let hello = [&b"CHLO\x01\0\0\0SNI\0\x09\0\0\0"[..], b"a.example"].concat();
    let client = Side { version, ..Side::client() };
    let run = Run::of(&[(Orig, client.initial(&keys, true, 0, &google_crypto(&hello)))]);
    assert_eq!(run.shared.weirds.iter().collect::<Vec<_>>(), [("gquic", 1)]);
    let [connection] = &run.connections()[..] else { panic!("not one") };
    assert_eq!((&connection.version[..], connection.server_name.as_deref()), ("Q050", Some("a.example")));
}

#[test]
fn the_record_names_identifiers_and_what_came() {
    let mut datagrams = hellos();
    datagrams.push((Resp, [Side::server().header(2), vec![4, 1, 2, 3, 4]].concat()));
    datagrams.extend([
        (Orig, vec![0x40; 30]),
        (Resp, vec![0x40; 30]),
        (Orig, vec![0x40; 30]),
        (Orig, vec![0; 9]),
    ]);
    let [connection] = &Run::of(&datagrams).connections()[..] else { panic!("not one") };
    assert_eq!(connection.version, "1");
    assert_eq!(connection.client_initial_dcid.as_deref(), Some("8394c8f03e515708"));
    assert_eq!(connection.client_scid.as_deref(), Some("01010101"));
    assert_eq!(connection.server_scid.as_deref(), Some("0202020202"));
    assert_eq!(connection.server_name.as_deref(), Some("a.example"));
    assert_eq!(connection.client_protocol.as_deref(), Some("h3"));
    assert_eq!(connection.history, "ISishOoOX");
}

#[test]
fn a_hello_may_span_packets_in_any_order() {
    let (keys, hello) = (keys(Version::V1, &DCID), client_hello());
    let (front, back) = hello.split_at(40);
    let packet = |number, frames: &[u8]| (Orig, Side::client().initial(&keys, true, number, frames));
    let datagrams = [packet(1, &crypto(40, back)), packet(0, &[crypto(0, front), crypto(0, front)].concat())];
    assert_eq!(Run::of(&datagrams).handshake().server_name.as_deref(), Some("a.example"));
}

#[test]
fn a_servers_packet_waits_for_the_clients() {
    let mut datagrams = hellos();
    datagrams.reverse();
    assert_eq!(Run::of(&datagrams).handshake().ssl_history, "Cs");
}

#[test]
fn a_servers_hello_may_come_before_the_clients_last_packet() {
    let (keys, hello) = (keys(Version::V1, &DCID), client_hello());
    let (front, back) = hello.split_at(40);
    let packet =
        |number, offset, part| (Orig, Side::client().initial(&keys, true, number, &crypto(offset, part)));
    let handshake = Run::of(&[packet(0, 0, front), hellos()[1].clone(), packet(1, 40, back)]).handshake();
    assert_eq!(handshake.ssl_history, "sC");
    assert_eq!(handshake.server_name.as_deref(), Some("a.example"));
}

#[test]
fn a_flow_without_a_whole_hello_is_quic_alone() {
    let first = Side::client().initial(&keys(Version::V1, &DCID), true, 0, &crypto(0, &client_hello()[..40]));
    let run = Run::of(&[(Orig, first)]);
    assert_eq!(run.quic.services(), ["quic"]);
    assert_eq!(run.connections().len(), 1);
    assert_eq!(Run::of(&hellos()).quic.services(), ["quic", "ssl"]);
    assert!(Run::of(&hellos()[1..]).quic.services().is_empty());
}

#[test]
fn packets_that_wait_count_towards_the_common_bound() {
    let shared = Shared::default();
    let (mut others, quic) = (shared.budget.share(), Quic::new(shared.budget.share(), shared.budget.share()));
    let mut run = Run { shared, quic, clock: 0 };
    assert!(others.set(crate::tls::budget::MAX_HELD));
    let (from, bytes) = hellos().remove(1);
    run.quic.datagram(&mut run.shared, Timestamp(1), from, &bytes);
    assert_eq!(run.shared.limits_hit.get(Limit::TlsHeldBytes), 1);
    assert!(run.quic.done && run.quic.waiting.is_empty());
}

#[test]
fn packets_that_wait_are_few() {
    let run = Run::of(&vec![hellos().remove(1); MAX_WAITING + 2]);
    assert_eq!(run.quic.waiting.len(), MAX_WAITING);
    assert_eq!(run.shared.limits_hit.get(Limit::QuicInitialPackets), 2);
}

#[test]
fn a_server_alone_proves_nothing() {
    let run = Run::of(&hellos()[1..]);
    assert!(!run.quic.is_proven() && run.quic.is_open());
    assert_eq!(run.quic.finish(), (None, vec![]));
}

#[test]
fn packets_of_one_datagram_are_all_read() {
    let keys = keys(Version::V1, &DCID);
    let initial = Side::server().initial(&keys, false, 0, &crypto(0, &server_hello()));
    let handshake = [Side::server().header(2), vec![4, 1, 2, 3, 4]].concat();
    let datagrams = [hellos()[0].clone(), (Resp, [handshake, initial].concat())];
    assert_eq!(Run::of(&datagrams).handshake().ssl_history, "Cs");
}

#[test]
fn a_retry_changes_the_keys() {
    let retry = [Side::server().header(3), vec![7; 40]].concat();
    let second = Side { dcid: vec![2; 5], token: vec![7; 24], ..Side::client() };
    let new = keys(Version::V1, &[2; 5]);
    let server = Side::server().initial(&new, false, 0, &crypto(0, &server_hello()));
    let datagrams = [
        hellos()[0].clone(),
        (Resp, retry),
        (Orig, second.initial(&new, true, 1, &crypto(0, &client_hello()))),
        (Resp, server),
    ];
    assert_eq!(Run::of(&datagrams).handshake().ssl_history, "CCs");
    let histories: Vec<_> =
        Run::of(&datagrams).connections().into_iter().map(|connection| connection.history).collect();
    assert_eq!(histories, ["ISr", "ISis"]);
}

#[test]
fn a_server_may_go_on_in_version_2() {
    let server = Side { version: Version::V2, ..Side::server() };
    let answer = server.initial(&keys(Version::V2, &DCID), false, 0, &crypto(0, &server_hello()));
    assert_eq!(Run::of(&[hellos()[0].clone(), (Resp, answer)]).handshake().ssl_history, "Cs");
}

#[test]
fn a_client_begins_again_in_a_version_that_the_server_lists() {
    let keys = keys(Version::V1, &DCID);
    let unknown = Side { version: Version(0x1a2a_3a4a), ..Side::client() };
    let first = unknown.initial(&keys, true, 0, &crypto(0, &client_hello()));
    assert!(opens(&first));
    let list = [&[0x80, 0, 0, 0, 0, 4, 1, 1, 1, 1, 8][..], &DCID, &[0, 0, 0, 1]].concat();
    let run = Run::of(&[vec![(Orig, first), (Resp, list)], hellos()].concat());
    let connections = run.connections();
    let histories: Vec<_> = connections.iter().map(|connection| connection.history.as_str()).collect();
    assert_eq!(histories, ["U", "u", "ISis"]);
}

#[test]
fn a_hello_that_is_repeated_in_another_version_counts_once() {
    let draft = Version(0xff00_001d);
    let (old, new) = (keys(draft, &DCID), keys(Version::V1, &DCID));
    let before = Side { version: draft, ..Side::client() };
    let list = [&[0x80, 0, 0, 0, 0, 4, 1, 1, 1, 1, 8][..], &DCID, &[0, 0, 0, 1]].concat();
    let mut datagrams = hellos();
    datagrams[0].1 = Side::client().initial(&new, true, 1, &crypto(0, &client_hello()));
    datagrams.insert(0, (Orig, before.initial(&old, true, 0, &crypto(0, &client_hello()))));
    datagrams.insert(1, (Resp, list));
    let [connection] = &Run::of(&datagrams).connections()[..] else { panic!("not one") };
    assert_eq!(connection.history, "ISxIis");
    assert_eq!(Run::of(&datagrams).handshake().ssl_history, "Cs");
}

#[test]
fn a_second_retry_changes_nothing() {
    let retry = |dcid: u8| {
        let server = Side { scid: vec![dcid; 5], ..Side::server() };
        (Resp, [server.header(3), vec![7; 40]].concat())
    };
    let second = Side { dcid: vec![2; 5], token: vec![7; 24], ..Side::client() };
    let new = keys(Version::V1, &[2; 5]);
    let answer = Side::server().initial(&new, false, 0, &crypto(0, &server_hello()));
    let run = Run::of(&[
        hellos()[0].clone(),
        retry(2),
        (Orig, second.initial(&new, true, 1, &crypto(0, &client_hello()))),
        retry(9),
        (Resp, answer),
    ]);
    assert_eq!(run.handshake().ssl_history, "CCs");
}

#[test]
fn what_does_not_open_is_soon_given_up() {
    let mut datagram = hellos()[0].1.clone();
    datagram[100] ^= 1;
    let run = Run::of(&vec![(Orig, datagram); MAX_UNPROVEN as usize]);
    assert!(!run.quic.is_open());
    assert_eq!(run.quic.finish(), (None, vec![]));
}

#[test]
fn other_datagrams_do_not_open_a_flow() {
    let hello = &hellos()[0].1;
    assert!(opens(hello));
    assert!(!opens(&hello[..1100]), "the packet is cut off");
    assert!(!opens(&[0x40; 1200]) && !opens(&[0; 1200]) && !opens(b"GET / HTTP/1.1"));
}

#[test]
fn packets_are_tried_up_to_a_bound() {
    let keys = keys(Version::V1, &DCID);
    let packet = |number| (Orig, Side::client().initial(&keys, true, number, &[1]));
    let datagrams: Vec<_> = (0..=MAX_TRIED).map(packet).collect();
    let run = Run::of(&datagrams);
    assert_eq!(run.shared.limits_hit.get(Limit::QuicInitialPackets), 1);
    assert!(run.quic.done && run.quic.keys.is_none());
}

#[test]
fn crypto_frames_beyond_the_bound_are_counted() {
    let keys = keys(Version::V1, &DCID);
    let ahead = |number: u32| crypto(9000 + number as usize * 2000, &[0; 1900]);
    let packets: Vec<_> =
        (0..40).map(|number| (Orig, Side::client().initial(&keys, true, number, &ahead(number)))).collect();
    // 64 KiB hold 34 of them.
    assert_eq!(Run::of(&packets).shared.limits_hit.get(Limit::QuicCryptoBytes), 6);
}
