//! When connections begin and end, other transports, and the bounds.

use super::*;

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
    assert_eq!(bench.table.limits_hit().iter().collect::<Vec<_>>(), [("flow_connections", 15)]);
}

#[test]
fn held_bytes_are_returned_to_the_budget() {
    let mut bench = Bench::with(Limits { held_bytes: 10, ..Limits::default() });
    bench.handshake().client(ACK, 110, 501, "12345678").client(SYN, 9_000, 0, "");
    bench.server(SYN_ACK, 500, 9_001, "").client(ACK, 9_010, 501, "12345678");
    bench.finish();
    assert_eq!(bench.streams, "");
    assert_eq!(bench.table.limits_hit().iter().count(), 0);
}

fn wrong_checksum() -> Segment<'static> {
    Segment {
        ts: Timestamp(2_000_000_000_000),
        src: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1)),
        dst: IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)),
        ip_len: 30,
        ip_proto: 17,
        bad_checksum: true,
        tunnel: None,
        too_deep: false,
        transport: Transport::Udp(Udp { src_port: CLIENT.1, dst_port: SERVER.1, len: 2, payload: b"yz" }),
    }
}

#[test]
fn wrong_checksums_are_counted_and_nothing_else() {
    let mut bench = Bench::new();
    bench.udp(CLIENT, SERVER, "x");
    bench.table.push(&wrong_checksum(), &mut bench.streams, &mut |_, _| {});
    assert_eq!(bench.table.bad_checksums(), 1);
    assert_eq!(bench.streams, "Orig<x> Orig<yz> ");
}

#[test]
fn a_dropped_packet_leaves_its_connection_and_a_letter() {
    let mut bench = Bench::new();
    bench.table = bench.table.checksums(Checksums::Drop);
    for _ in 0..2 {
        bench.table.push(&wrong_checksum(), &mut bench.streams, &mut |_, _| {});
    }
    assert_eq!((bench.table.bad_checksums(), &*bench.streams), (2, ""));
    let connection = bench.only();
    assert_eq!(connection.packets(Direction::Orig), 0);
    assert_eq!((connection.conn_state(), connection.history()), (ConnState::Oth, Some("C".to_owned())));
}

#[test]
fn a_syn_ack_that_is_followed_up_makes_its_sender_the_responder() {
    let mut bench = Bench::new();
    bench.server(SYN_ACK, 500, 101, "").client(ACK, 101, 501, "").client(ACK, 101, 501, "hello");
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history().as_deref()), (ConnState::Oth, Some("^hAD")));
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
            too_deep: false,
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
            too_deep: false,
            transport: Transport::Udp(Udp { src_port: 5, dst_port: 6, len: 2, payload: b"yz" }),
        };
        bench.table.push(&segment, &mut bench.streams, &mut |_, _| {});
    }
    let ended = bench.finish();
    assert_eq!((ended[0].carries, ended[1].carries), (true, false));
    let parents = [Parent::Connection(ended[0].serial), Parent::Addresses(address(8), address(9))];
    assert!(ended[1].parents.iter().eq(&parents));
}

#[test]
fn a_tunnel_that_is_left_closed_has_a_letter() {
    let mut bench = Bench::new();
    let closed = Segment { bad_checksum: false, too_deep: true, ..wrong_checksum() };
    for _ in 0..2 {
        bench.table.push(&closed, &mut bench.streams, &mut |_, _| {});
    }
    assert_eq!(bench.states(), ["S0 DX"]);
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
