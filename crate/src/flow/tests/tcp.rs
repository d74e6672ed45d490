//! What one TCP connection tells: state, letters, bytes.

use super::*;

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
        header_fits: true,
    };
    bench.push(SERVER, CLIENT, 6, 40, Transport::Tcp(tcp));
    assert_eq!(bench.states(), ["S1 ShAaw"]);
}

#[test]
fn a_header_of_impossible_length_opens_a_connection_and_does_nothing_more() {
    let mut bench = Bench::new();
    let tcp = Tcp {
        src_port: CLIENT.1,
        dst_port: SERVER.1,
        seq: 1,
        ack: 0,
        flags: SYN,
        window: 0,
        len: 0,
        payload: &[],
        header_fits: false,
    };
    bench.push(CLIENT, SERVER, 6, 40, Transport::Tcp(tcp));
    let connection = bench.only();
    assert_eq!((connection.conn_state(), connection.history()), (ConnState::Oth, None));
    assert_eq!((connection.packets(Direction::Orig), connection.duration()), (0, None));
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
fn bytes_behind_their_acknowledgement_are_late_and_missed_as_with_zeek() {
    let mut bench = Bench::new();
    bench.handshake().client(ACK, 101, 505, "").server(ACK, 501, 101, "abcd").server(ACK, 505, 101, "ef");
    let connection = bench.only();
    assert!(!connection.had_gap());
    assert_eq!((connection.missed_bytes, connection.history().as_deref()), (4, Some("ShAgd")));
    assert_eq!(bench.streams, "Resp[4] Resp~(abcd) Resp(ef) ");
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
fn padded_acknowledgements_leave_the_stream_whole() {
    for pad in 1..=6 {
        let pad = "\0".repeat(pad);
        let mut bench = Bench::new();
        bench.client(SYN, 100, 0, "").server(SYN_ACK, 500, 101, "").client(ACK, 101, 501, &pad);
        bench.client(ACK | Tcp::PSH, 101, 501, "hello").server(ACK, 501, 106, &pad);
        bench.server(ACK | Tcp::PSH, 501, 106, "answer").client(ACK, 106, 507, &pad).client(
            FIN | ACK,
            106,
            507,
            "",
        );
        bench.finish();
        assert_eq!(bench.streams, "Orig(hello) Resp(answer) ");
    }
}
