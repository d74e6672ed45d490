//! Connections from packets built by hand.

use super::*;
use crate::capture::{Icmp, Segment, Tcp, Transport, Tunnel, Udp};
use std::net::Ipv4Addr;

const SYN: u8 = Tcp::SYN;
const ACK: u8 = Tcp::ACK;
const FIN: u8 = Tcp::FIN;
const RST: u8 = Tcp::RST;
const SYN_ACK: u8 = SYN | ACK;

const CLIENT: (u8, u16) = (1, 40_000);
const SERVER: (u8, u16) = (2, 4_433);

/// Writes down what it is given, in one string for all streams.
#[derive(Default)]
struct Scribe {
    stop: bool,
}

impl Stream for Scribe {
    type Shared = String;

    fn data(&mut self, shared: &mut String, _: Timestamp, from: Direction, bytes: &[u8]) {
        self.stop |= bytes.ends_with(b"!");
        *shared += &format!("{from:?}({}) ", String::from_utf8_lossy(bytes));
    }

    fn gap(&mut self, shared: &mut String, _: Timestamp, from: Direction, len: u64) {
        *shared += &format!("{from:?}[{len}] ");
    }

    fn datagram(&mut self, shared: &mut String, _: Timestamp, from: Direction, bytes: &[u8]) {
        *shared += &format!("{from:?}<{}> ", String::from_utf8_lossy(bytes));
    }

    fn wants(&self, _: Direction) -> bool {
        !self.stop
    }
}

/// A table with what came out of it.
struct Bench {
    table: Table<Scribe>,
    streams: String,
    ended: Vec<Connection<Scribe>>,
    millis: i64,
}

impl Bench {
    fn new() -> Self {
        Bench::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        Bench { table: Table::new(limits, 7), streams: String::new(), ended: Vec::new(), millis: 1_000_000 }
    }

    /// Pushes a segment 10 ms after the last.
    fn push(&mut self, src: (u8, u16), dst: (u8, u16), ip_proto: u8, ip_len: u32, transport: Transport<'_>) {
        self.millis += 10;
        let address = |last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
        let segment = Segment {
            ts: Timestamp(self.millis * 1_000_000),
            src: address(src.0),
            dst: address(dst.0),
            ip_len,
            ip_proto,
            bad_checksum: false,
            tunnel: None,
            transport,
        };
        let ended = &mut self.ended;
        self.table.push(&segment, &mut self.streams, &mut |connection, _| ended.push(connection));
    }

    fn tcp(
        &mut self,
        src: (u8, u16),
        dst: (u8, u16),
        flags: u8,
        seq: u32,
        ack: u32,
        text: &str,
    ) -> &mut Self {
        self.cut_tcp(src, dst, flags, (seq, ack), text, text.len() as u32)
    }

    fn cut_tcp(
        &mut self,
        src: (u8, u16),
        dst: (u8, u16),
        flags: u8,
        (seq, ack): (u32, u32),
        text: &str,
        len: u32,
    ) -> &mut Self {
        let (src_port, dst_port, payload) = (src.1, dst.1, text.as_bytes());
        let tcp = Tcp { src_port, dst_port, seq, ack, flags, window: 1_000, len, payload };
        self.push(src, dst, 6, 40 + len, Transport::Tcp(tcp));
        self
    }

    fn client(&mut self, flags: u8, seq: u32, ack: u32, text: &str) -> &mut Self {
        self.tcp(CLIENT, SERVER, flags, seq, ack, text)
    }

    fn server(&mut self, flags: u8, seq: u32, ack: u32, text: &str) -> &mut Self {
        self.tcp(SERVER, CLIENT, flags, seq, ack, text)
    }

    fn handshake(&mut self) -> &mut Self {
        self.client(SYN, 100, 0, "").server(SYN_ACK, 500, 101, "").client(ACK, 101, 501, "")
    }

    fn udp(&mut self, src: (u8, u16), dst: (u8, u16), text: &str) -> &mut Self {
        let (src_port, dst_port, payload) = (src.1, dst.1, text.as_bytes());
        let udp = Udp { src_port, dst_port, len: text.len() as u32, payload };
        self.push(src, dst, 17, 28 + text.len() as u32, Transport::Udp(udp));
        self
    }

    fn icmp(&mut self, src: u8, dst: u8, kind: u8, code: u8) -> &mut Self {
        self.push((src, 0), (dst, 0), 1, 36, Transport::Icmp(Icmp { kind, code, len: 8 }));
        self
    }

    fn wait(&mut self, millis: i64) -> &mut Self {
        self.millis += millis;
        self
    }

    fn finish(&mut self) -> &[Connection<Scribe>] {
        let ended = &mut self.ended;
        self.table.finish(&mut self.streams, &mut |connection, _| ended.push(connection));
        &self.ended
    }

    /// The only connection, at the end.
    fn only(&mut self) -> &Connection<Scribe> {
        match self.finish() {
            [connection] => connection,
            many => panic!("{} connections", many.len()),
        }
    }

    /// State and history of the connections in the order in which they ended.
    fn states(&mut self) -> Vec<String> {
        let show = |connection: &Connection<Scribe>| {
            format!("{} {}", connection.conn_state().as_str(), connection.history().unwrap_or_default())
        };
        self.finish().iter().map(show).collect()
    }
}

#[test]
fn an_ordinary_connection_is_sf() {
    let mut bench = Bench::new();
    bench.handshake().client(ACK, 101, 501, "hello").server(ACK, 501, 106, "you").client(ACK, 106, 504, "");
    bench.client(FIN | ACK, 106, 504, "").server(FIN | ACK, 504, 107, "").client(ACK, 107, 505, "");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::SF, Some("ShADdFf")));
    assert_eq!((connection.bytes(Direction::Orig), connection.bytes(Direction::Resp)), (Some(5), Some(3)));
    assert_eq!((connection.packets(Direction::Orig), connection.packets(Direction::Resp)), (6, 3));
    assert_eq!(connection.ip_bytes(Direction::Orig), 6 * 40 + 5);
    assert_eq!(connection.missed_bytes, 0);
    assert_eq!(bench.streams, "Orig(hello) Resp(you) ");
}

#[test]
fn duration_leaves_out_what_follows_the_closing() {
    let mut bench = Bench::new();
    bench
        .handshake()
        .client(FIN | ACK, 101, 501, "")
        .server(FIN | ACK, 501, 102, "")
        .client(ACK, 102, 502, "");
    assert_eq!(bench.only().duration(), Some(0.04));
}

#[test]
fn a_lone_packet_has_neither_duration_nor_bytes() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, SERVER, "hi");
    let connection = bench.only();
    assert_eq!((connection.duration(), connection.bytes(Direction::Orig)), (None, None));
    assert_eq!(connection.conn_state(), ConnState::S0);
}

#[test]
fn syn_without_answer_is_s0() {
    let mut bench = Bench::new();
    bench.client(SYN, 100, 0, "").client(SYN, 100, 0, "");
    assert_eq!(bench.states(), ["S0 S"]);
}

#[test]
fn rejection_is_rej() {
    let mut bench = Bench::new();
    bench.client(SYN, 100, 0, "").server(RST | ACK, 0, 101, "");
    assert_eq!(bench.states(), ["REJ Sr"]);
}

#[test]
fn abort_by_the_originator_is_rsto() {
    let mut bench = Bench::new();
    bench.handshake().client(RST, 101, 0, "");
    assert_eq!(bench.states(), ["RSTO ShAR"]);
}

#[test]
fn abort_by_the_responder_is_rstr() {
    let mut bench = Bench::new();
    bench.handshake().server(RST | ACK, 501, 101, "");
    assert_eq!(bench.states(), ["RSTR ShAr"]);
}

#[test]
fn one_sided_endings_are_s2_and_s3() {
    let mut bench = Bench::new();
    bench.handshake().client(FIN | ACK, 101, 501, "");
    assert_eq!(bench.states(), ["S2 ShAF"]);
    let mut bench = Bench::new();
    bench.handshake().server(FIN | ACK, 501, 101, "");
    assert_eq!(bench.states(), ["S3 ShAf"]);
}

#[test]
fn half_seen_endings_are_sh_shr_rstos0_and_rstrh() {
    type Case = (fn(&mut Bench), &'static str);
    let cases: [Case; 4] = [
        (|bench| _ = bench.client(SYN, 100, 0, "").client(FIN, 101, 0, ""), "SH SF"),
        (|bench| _ = bench.client(SYN, 100, 0, "").client(RST, 101, 0, ""), "RSTOS0 SR"),
        (|bench| _ = bench.client(ACK, 101, 501, "x").server(FIN | ACK, 501, 102, ""), "SHR Df"),
        (|bench| _ = bench.client(ACK, 101, 501, "x").server(RST, 501, 0, ""), "RSTRH Dr"),
    ];
    for (run, expected) in cases {
        let mut bench = Bench::new();
        run(&mut bench);
        assert_eq!(bench.states(), [expected]);
    }
}

#[test]
fn midstream_traffic_is_oth() {
    let mut bench = Bench::new();
    bench.client(ACK, 101, 501, "hello").server(ACK, 501, 106, "you");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::Oth, Some("Dd")));
    assert_eq!((connection.bytes(Direction::Orig), connection.bytes(Direction::Resp)), (Some(5), Some(3)));
}

#[test]
fn a_missed_syn_leaves_the_connection_established() {
    let mut bench = Bench::new();
    let https = (2, 443);
    bench.tcp(https, CLIENT, SYN_ACK, 500, 101, "").tcp(CLIENT, https, ACK, 101, 501, "");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::S1, Some("^hA")));
    assert_eq!((connection.id.orig_p, connection.id.resp_p), (40_000, 443));
}

#[test]
fn a_servers_answer_flips_the_direction() {
    let mut bench = Bench::new();
    bench.udp((2, 53), CLIENT, "answer").udp(CLIENT, (2, 53), "query");
    let connection = bench.only();
    assert_eq!((connection.id.resp_p, connection.history().as_deref()), (53, Some("^dD")));
}

#[test]
fn a_syn_ack_before_its_syn_flips_the_direction() {
    let mut bench = Bench::new();
    bench.server(SYN_ACK, 500, 101, "").client(SYN, 100, 0, "").client(ACK, 101, 501, "x");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::S1, Some("Hs^D")));
    assert_eq!(connection.id.orig_p, CLIENT.1);
}

#[test]
fn retransmissions_are_scaled_letters() {
    let mut bench = Bench::new();
    bench.handshake();
    for _ in 0..11 {
        bench.client(ACK, 101, 501, "hello");
    }
    assert_eq!(bench.states(), ["S1 ShADTT"]);
    assert_eq!(bench.streams, "Orig(hello) ");
}

#[test]
fn zero_windows_have_a_letter() {
    let mut bench = Bench::new();
    bench.handshake();
    let tcp = Tcp {
        src_port: SERVER.1,
        dst_port: CLIENT.1,
        seq: 501,
        ack: 101,
        flags: ACK,
        window: 0,
        len: 0,
        payload: &[],
    };
    bench.push(SERVER, CLIENT, 6, 40, Transport::Tcp(tcp));
    assert_eq!(bench.states(), ["S1 ShAaw"]);
}

#[test]
fn contradicting_flags_have_letters_of_their_own() {
    let mut bench = Bench::new();
    bench.client(SYN | FIN, 100, 0, "").client(FIN | RST, 101, 0, "");
    assert_eq!(bench.finish()[0].history().as_deref(), Some("QI"));
}

#[test]
fn acknowledged_but_missing_bytes_are_a_gap() {
    let mut bench = Bench::new();
    bench.handshake().server(ACK, 501, 101, "ab").server(ACK, 507, 101, "cd").client(ACK, 101, 509, "");
    let connection = bench.only();
    assert!(connection.had_gap());
    assert_eq!((connection.missed_bytes, connection.history().as_deref()), (4, Some("ShAdg")));
    assert_eq!(bench.streams, "Resp(ab) Resp[4] Resp(cd) ");
}

#[test]
fn a_cut_segment_gives_its_head() {
    let mut bench = Bench::new();
    bench.handshake().cut_tcp(SERVER, CLIENT, ACK, (501, 101), "head", 10).server(ACK, 511, 101, "next");
    bench.client(ACK, 101, 515, "");
    let connection = bench.only();
    assert_eq!((connection.missed_bytes, connection.bytes(Direction::Resp)), (10, Some(14)));
    assert_eq!(bench.streams, "Resp(head) Resp[6] Resp(next) ");
}

#[test]
fn a_stream_that_wants_no_more_gets_no_more() {
    let mut bench = Bench::new();
    bench
        .handshake()
        .client(ACK, 101, 501, "enough!")
        .client(ACK, 108, 501, "more")
        .client(ACK, 120, 501, "late");
    assert_eq!(bench.only().bytes(Direction::Orig), Some(23));
    assert_eq!(bench.streams, "Orig(enough!) ");
}

#[test]
fn sequence_numbers_may_wrap() {
    let mut bench = Bench::new();
    bench.client(SYN, u32::MAX - 1, 0, "").server(SYN_ACK, u32::MAX, u32::MAX, "");
    bench.client(ACK, u32::MAX, 0, "abc").server(ACK, 0, 2, "xyz").client(ACK, 2, 3, "def");
    let connection = bench.only();
    assert_eq!((connection.bytes(Direction::Orig), connection.bytes(Direction::Resp)), (Some(6), Some(3)));
    assert_eq!(bench.streams, "Orig(abc) Resp(xyz) Orig(def) ");
}

#[test]
fn a_syn_after_the_end_begins_a_new_connection() {
    let mut bench = Bench::new();
    bench.handshake().client(RST, 101, 0, "").client(SYN, 9_000, 0, "");
    assert_eq!(bench.states(), ["RSTO ShAR", "S0 S"]);
}

#[test]
fn a_syn_with_another_number_begins_a_new_connection() {
    let mut bench = Bench::new();
    bench.handshake().client(SYN, 9_000, 0, "");
    assert_eq!(bench.states(), ["S1 ShA", "S0 S"]);
}

#[test]
fn an_unanswered_syn_ends_after_five_seconds() {
    let mut bench = Bench::new();
    bench.client(SYN, 100, 0, "").wait(5_000).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 1);
}

#[test]
fn a_closed_connection_ends_five_seconds_later() {
    let mut bench = Bench::new();
    bench
        .handshake()
        .client(FIN | ACK, 101, 501, "")
        .server(FIN | ACK, 501, 102, "")
        .client(ACK, 102, 502, "");
    bench.wait(4_900).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 0);
    bench.wait(100).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 1);
}

#[test]
fn silence_ends_tcp_after_five_minutes_and_udp_after_one() {
    let mut bench = Bench::new();
    bench.handshake().udp((3, 1), (4, 2), "x").wait(60_000).udp((7, 7), (8, 8), "");
    assert_eq!((bench.ended.len(), bench.ended[0].proto), (1, Proto::Udp));
    bench.wait(240_000).udp((7, 7), (8, 8), "");
    assert_eq!((bench.ended.len(), bench.ended[1].proto, bench.ended[2].proto), (3, Proto::Udp, Proto::Tcp));
}

#[test]
fn packets_keep_a_connection_alive() {
    let mut bench = Bench::new();
    for _ in 0..20 {
        bench.udp(CLIENT, SERVER, "x").wait(50_000);
    }
    assert_eq!(bench.finish().len(), 1);
}

#[test]
fn a_connection_that_lingers_after_a_reset_ends() {
    let mut bench = Bench::new();
    bench.handshake().client(FIN | ACK, 101, 501, "").client(RST, 102, 0, "");
    bench.wait(12_000).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 1);
}

#[test]
fn time_may_run_backwards() {
    let mut bench = Bench::new();
    bench.handshake().wait(-3_600_000).client(ACK, 101, 501, "x").wait(-10_000).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 0);
    assert_eq!(bench.finish()[0].duration(), None);
}

#[test]
fn echo_request_and_reply_are_one_connection() {
    let mut bench = Bench::new();
    bench.icmp(1, 2, 8, 0).icmp(2, 1, 0, 0);
    let connection = bench.only();
    assert_eq!((connection.id.orig_p, connection.id.resp_p), (8, 0));
    assert_eq!((connection.packets(Direction::Orig), connection.packets(Direction::Resp)), (1, 1));
    assert_eq!((connection.history(), connection.bytes(Direction::Orig)), (None, Some(8)));
}

#[test]
fn icmp_errors_in_both_directions_are_two_connections() {
    let mut bench = Bench::new();
    bench.icmp(1, 2, 3, 1).icmp(2, 1, 3, 1);
    assert_eq!(bench.finish().len(), 2);
}

#[test]
fn datagrams_reach_the_stream() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, SERVER, "ask").udp(SERVER, CLIENT, "tell");
    assert_eq!(bench.states(), ["SF Dd"]);
    assert_eq!(bench.streams, "Orig<ask> Resp<tell> ");
}

#[test]
fn the_table_is_bounded() {
    let mut bench = Bench::with(Limits { connections: 10, ..Limits::default() });
    for port in 0..25 {
        bench.udp((1, port), SERVER, "x");
        assert!(bench.table.len() <= 10);
    }
    assert_eq!(bench.ended.len(), 15);
    assert!(bench.ended.iter().zip(0..).all(|(connection, port)| connection.id.orig_p == port));
    assert_eq!(bench.table.limits_hit().collect::<Vec<_>>(), [("flow_connections", 15)]);
}

#[test]
fn held_bytes_are_returned_to_the_budget() {
    let mut bench = Bench::with(Limits { held_bytes: 10, ..Limits::default() });
    bench.handshake().client(ACK, 110, 501, "12345678").client(SYN, 9_000, 0, "");
    bench.server(SYN_ACK, 500, 9_001, "").client(ACK, 9_010, 501, "12345678");
    bench.finish();
    assert_eq!(bench.streams, "");
    assert_eq!(bench.table.limits_hit().count(), 0);
}

#[test]
fn wrong_checksums_are_counted_and_nothing_else() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, SERVER, "x");
    let segment = Segment {
        ts: Timestamp(2_000_000_000_000),
        src: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
        dst: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)),
        ip_len: 30,
        ip_proto: 17,
        bad_checksum: true,
        tunnel: None,
        transport: Transport::Udp(Udp { src_port: CLIENT.1, dst_port: SERVER.1, len: 2, payload: b"yz" }),
    };
    bench.table.push(&segment, &mut bench.streams, &mut |_, _| {});
    assert_eq!(bench.table.bad_checksums(), 1);
    assert_eq!(bench.only().bad_checksums, 1);
    assert_eq!(bench.streams, "Orig<x> Orig<yz> ");
}

#[test]
fn a_syn_ack_that_is_followed_up_makes_its_sender_the_responder() {
    let mut bench = Bench::new();
    bench.server(SYN_ACK, 500, 101, "").client(ACK, 101, 501, "").client(ACK, 101, 501, "hello");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::S1, Some("^hAD")));
    assert_eq!((connection.packets(Direction::Orig), connection.packets(Direction::Resp)), (2, 1));
    assert_eq!(connection.id.orig_p, CLIENT.1);
    assert_eq!(bench.streams, "Orig(hello) ");
}

#[test]
fn a_syn_ack_scan_keeps_its_direction() {
    let mut bench = Bench::new();
    bench.server(SYN_ACK, 500, 101, "").client(RST, 101, 0, "");
    assert_eq!(bench.states(), ["REJ Hr"]);
}

#[test]
fn dns_ends_ten_seconds_after_its_beginning() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, (2, 53), "ask").udp((2, 53), CLIENT, "tell").wait(9_990).udp((7, 7), (8, 8), "");
    assert_eq!(bench.ended.len(), 1);
}

#[test]
fn ssh_may_be_silent_for_an_hour() {
    let mut bench = Bench::new();
    let ssh = (2, 22);
    bench.tcp(CLIENT, ssh, SYN, 100, 0, "").tcp(ssh, CLIENT, SYN_ACK, 500, 101, "").wait(3_500_000);
    bench.tcp(ssh, CLIENT, ACK, 501, 101, "x");
    assert_eq!(bench.states(), ["S1 Shd"]);
}

#[test]
fn any_packets_leave_an_empty_table_and_a_full_budget() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    let payload = [b'x'; 2_000];
    for _ in 0..40 {
        let mut bench = Bench::with(Limits { connections: 6, held_bytes: 50_000 });
        let base = below(u64::from(u32::MAX)) as u32;
        for _ in 0..2_000 {
            let wild = below(50) == 0;
            let mut number = || base.wrapping_add(below(if wild { 1 << 32 } else { 100_000 }) as u32);
            let (seq, ack) = (number(), number());
            let flags = [ACK, ACK, ACK, SYN, SYN_ACK, FIN | ACK, RST, below(64) as u8][below(8) as usize];
            let len = below(2_000) as u32;
            let captured = if below(5) == 0 { below(u64::from(len) + 1) as usize } else { len as usize };
            let text = std::str::from_utf8(&payload[..captured]).unwrap();
            let (src, dst) = if below(2) == 0 { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
            let (src, dst) = ((src.0, src.1 + below(3) as u16), dst);
            bench.wait(if wild { below(1 << 31) as i64 - (1 << 30) } else { below(2_000) as i64 });
            bench.cut_tcp(src, dst, flags, (seq, ack), text, len);
        }
        bench.finish();
        assert!(bench.table.is_empty());
        assert_eq!(bench.table.held_bytes_left(), 50_000);
        assert_eq!(bench.ended.len() as u64, bench.table.created());
    }
}

#[test]
fn extreme_times_do_no_harm() {
    let mut bench = Bench::new();
    let udp = Udp { src_port: 1, dst_port: 2, len: 0, payload: &[] };
    for ts in [i64::MIN, 0, i64::MAX, i64::MIN, i64::MAX] {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let segment = Segment {
            ts: Timestamp(ts),
            src: address,
            dst: address,
            ip_len: 28,
            ip_proto: 17,
            bad_checksum: false,
            tunnel: None,
            transport: Transport::Udp(udp),
        };
        let ended = &mut bench.ended;
        bench.table.push(&segment, &mut bench.streams, &mut |connection, _| ended.push(connection));
    }
    assert_eq!(bench.finish().len(), 3);
}

#[test]
fn a_tunnelled_connection_names_each_tunnel_once() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, SERVER, "outer");
    let address = |last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
    let outer = Tunnel { src: address(2), dst: address(1), ports: Some((SERVER.1, CLIENT.1)) };
    let bare = Tunnel { src: address(9), dst: address(8), ports: None };
    let unseen = Tunnel { ports: Some((1, 2)), ..outer };
    for tunnel in [outer, bare, outer, unseen] {
        let segment = Segment {
            ts: Timestamp(1_000_020_000_000),
            src: address(3),
            dst: address(4),
            ip_len: 30,
            ip_proto: 17,
            bad_checksum: false,
            tunnel: Some(tunnel),
            transport: Transport::Udp(Udp { src_port: 5, dst_port: 6, len: 2, payload: b"yz" }),
        };
        bench.table.push(&segment, &mut bench.streams, &mut |_, _| {});
    }
    let ended = bench.finish();
    assert_eq!((ended[0].carries, ended[1].carries), (true, false));
    assert_eq!(
        ended[1].parents,
        [Parent::Connection(ended[0].serial), Parent::Addresses(address(8), address(9))]
    );
}

#[test]
fn other_protocols_are_connections_between_two_addresses() {
    let mut bench = Bench::new();
    bench.push((1, 0), (2, 0), 132, 40, Transport::Other);
    bench.push((2, 0), (1, 0), 132, 50, Transport::Other);
    bench.push((1, 0), (2, 0), 89, 60, Transport::Other);
    let ended = bench.finish();
    assert_eq!(ended.len(), 2);
    let sctp = &ended[0];
    assert_eq!((sctp.proto, sctp.ip_proto, sctp.id.orig_p, sctp.id.resp_p), (Proto::Unknown, 132, 0, 0));
    assert_eq!((sctp.ip_bytes(Direction::Orig), sctp.ip_bytes(Direction::Resp)), (40, 50));
    assert_eq!((sctp.bytes(Direction::Orig), sctp.history()), (Some(0), None));
    assert_eq!(sctp.conn_state(), ConnState::Oth);
}
