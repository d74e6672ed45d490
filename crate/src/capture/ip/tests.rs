use super::*;

const SRC: [u8; 4] = [192, 0, 2, 1];
const DST: [u8; 4] = [198, 51, 100, 2];

/// Returns the checksum that makes `bytes`, with zero in its place, add up; plain 16-bit words (RFC 1071).
fn checksum(parts: &[&[u8]]) -> [u8; 2] {
    let bytes = parts.concat();
    let mut sum: u32 =
        bytes.chunks(2).map(|it| u32::from(it[0]) << 8 | it.get(1).map_or(0, |it| u32::from(*it))).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

fn ipv4(proto: u8, options: &[u8], fragment: u16, payload: &[u8]) -> Vec<u8> {
    let header_len = 20 + options.len();
    let len = ((header_len + payload.len()) as u16).to_be_bytes();
    let mut header = vec![0x40 | (header_len / 4) as u8, 0, len[0], len[1], 0, 1];
    header.extend(fragment.to_be_bytes());
    header.extend([64, proto, 0, 0]);
    header.extend([SRC, DST].concat());
    header.extend(options);
    let sum = checksum(&[&header]);
    header[10..12].copy_from_slice(&sum);
    [&header, payload].concat()
}

fn ipv6(next: u8, payload: &[u8]) -> Vec<u8> {
    let len = (payload.len() as u16).to_be_bytes();
    [&[0x60, 0, 0, 0, len[0], len[1], next, 64][..], &v6(1), &v6(2), payload].concat()
}

fn v6(last: u8) -> [u8; 16] {
    [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]
}

/// Returns a TCP segment whose checksum is right over `pseudo`.
fn tcp_over(pseudo: &[u8], options: &[u8], payload: &[u8]) -> Vec<u8> {
    let offset = (((20 + options.len()) / 4) << 4) as u8;
    let fixed = [0x12, 0x34, 1, 0xbb, 0, 0, 0, 9, 0, 0, 0, 7, offset, 0x18, 2, 0, 0, 0, 0, 0];
    let mut tcp = [&fixed[..], options, payload].concat();
    let len = (tcp.len() as u32).to_be_bytes();
    let sum = checksum(&[pseudo, &len, &[0, 6], &tcp]);
    tcp[16..18].copy_from_slice(&sum);
    tcp
}

fn tcp(options: &[u8], payload: &[u8]) -> Vec<u8> {
    tcp_over(&[SRC, DST].concat(), options, payload)
}

fn udp(payload: &[u8], with_checksum: bool) -> Vec<u8> {
    let len = ((8 + payload.len()) as u16).to_be_bytes();
    let mut udp = [&[0, 100, 0, 53, len[0], len[1], 0, 0], payload].concat();
    if with_checksum {
        let sum = checksum(&[&SRC, &DST, &[0, 17], &len, &udp]);
        udp[6..8].copy_from_slice(&sum);
    }
    udp
}

/// Returns the segment in `data`, of which `more` bytes were not captured.
fn cut(data: &[u8], more: u32) -> (Option<Segment<'_>>, Vec<(&'static str, u64)>) {
    let mut weirds = Weirds::default();
    let wire = Wire { data, len: data.len() as u32 + more };
    let found = Ip::parse(wire, &mut weirds).and_then(|ip| {
        let (ip_proto, payload) = ip.payload(&mut weirds)?;
        ip.segment(Timestamp(5), ip_proto, payload, &mut weirds)
    });
    (found, weirds.iter().collect())
}

fn sound(data: &[u8]) -> Segment<'_> {
    let (found, weirds) = cut(data, 0);
    assert_eq!(weirds, []);
    found.unwrap()
}

fn tcp_of(segment: Segment<'_>) -> Tcp<'_> {
    let Transport::Tcp(tcp) = segment.transport else { panic!("{segment:?}") };
    tcp
}

#[test]
fn a_tcp_segment_over_ipv4_is_taken_apart() {
    let packet = ipv4(6, &[], 0, &tcp(&[], b"hello"));
    let segment = sound(&packet);
    assert_eq!((segment.ip_len, segment.ip_proto, segment.bad_checksum), (45, 6, false));
    assert_eq!((segment.src, segment.dst), (IpAddr::from(SRC), IpAddr::from(DST)));
    let tcp = tcp_of(segment);
    assert_eq!((tcp.src_port, tcp.dst_port, tcp.seq, tcp.ack), (0x1234, 443, 9, 7));
    assert_eq!((tcp.flags, tcp.window, tcp.len, tcp.payload), (Tcp::ACK | Tcp::PSH, 512, 5, &b"hello"[..]));
}

#[test]
fn options_of_ipv4_and_tcp_are_passed_over() {
    let packet = ipv4(6, &[1; 8], 0, &tcp(&[1; 12], b"hello"));
    let segment = sound(&packet);
    assert_eq!((segment.ip_len, tcp_of(segment).payload), (65, &b"hello"[..]));
}

#[test]
fn padding_behind_the_ip_length_is_no_payload() {
    let packet = [ipv4(6, &[], 0, &tcp(&[], b"")), vec![0; 6]].concat();
    let segment = sound(&packet);
    assert_eq!((segment.ip_len, tcp_of(segment).len, tcp_of(segment).payload.len()), (40, 0, 0));
    assert!(!segment.bad_checksum);
}

#[test]
fn a_snaplen_shortens_the_payload_but_not_its_length() {
    let mut packet = ipv4(6, &[], 0, &tcp(&[1; 12], &[7; 1_000]));
    packet[20 + 16] ^= 1;
    for kept in [52 + 30, 52, 45, 40] {
        let (found, weirds) = cut(&packet[..kept], (packet.len() - kept) as u32);
        let segment = found.unwrap();
        assert_eq!(weirds, []);
        assert_eq!((segment.ip_len, tcp_of(segment).len), (1_052, 1_000));
        assert_eq!(tcp_of(segment).payload.len(), kept.saturating_sub(52));
        assert!(!segment.bad_checksum, "a checksum over bytes that are missing was judged");
    }
    assert_eq!(cut(&packet[..39], 1_013).1, [("truncated_transport_header", 1)]);
}

#[test]
fn a_length_of_zero_leaves_the_payload_to_the_end_of_the_frame() {
    let mut packet = ipv4(6, &[], 0, &tcp(&[], &[7; 3_000]));
    packet[36] ^= 0xff;
    packet[2..4].fill(0);
    packet[10..12].fill(0);
    let sum = checksum(&[&packet[..20]]);
    packet[10..12].copy_from_slice(&sum);
    let (found, weirds) = cut(&packet, 0);
    let segment = found.unwrap();
    assert_eq!((segment.ip_len, tcp_of(segment).len, tcp_of(segment).payload.len()), (0, 3_000, 3_000));
    assert_eq!(weirds, [("ip_hdr_len_zero", 1)]);
    assert!(!segment.bad_checksum, "a checksum that the network card was to fill in was judged");

    let mut packet = ipv6(6, &tcp_over(&[v6(1), v6(2)].concat(), &[], &[7; 3_000]));
    packet[4..6].fill(0);
    let segment = cut(&packet, 0).0.unwrap();
    assert_eq!((segment.ip_len, tcp_of(segment).len), (40, 3_000));
}

#[test]
fn a_wrong_checksum_is_marked_and_counted_and_the_segment_kept() {
    let whole = ipv4(6, &[], 0, &tcp(&[], b"hello"));
    for (at, kind) in [(8, "bad_IP_checksum"), (44, "bad_TCP_checksum")] {
        let mut packet = whole.clone();
        packet[at] ^= 0x10;
        let (found, weirds) = cut(&packet, 0);
        assert!(found.unwrap().bad_checksum);
        assert_eq!(weirds, [(kind, 1)]);
    }
    let mut packet = ipv4(17, &[], 0, &udp(b"query", true));
    assert!(!sound(&packet).bad_checksum);
    packet[32] ^= 1;
    assert_eq!(cut(&packet, 0).1, [("bad_UDP_checksum", 1)]);
}

#[test]
fn udp_over_ipv4_needs_no_checksum_but_over_ipv6_it_does() {
    assert!(!sound(&ipv4(17, &[], 0, &udp(b"query", false))).bad_checksum);
    assert_eq!(cut(&ipv6(17, &udp(b"query", false)), 0).1, [("bad_UDP_checksum", 1)]);
}

#[test]
fn vxlan_over_ipv6_needs_no_checksum() {
    let datagram = |port: [u8; 2], flags: u8| {
        let mut datagram = udp(&[&[flags], &[0; 30][..]].concat(), false);
        datagram[2..4].copy_from_slice(&port);
        ipv6(17, &datagram)
    };
    assert!(!sound(&datagram([0x12, 0xb5], 8)).bad_checksum);
    for (port, flags) in [([0x12, 0xb5], 0), ([0x12, 0xb6], 8)] {
        assert_eq!(cut(&datagram(port, flags), 0).1, [("bad_UDP_checksum", 1)]);
    }
}

#[test]
fn the_length_of_udp_is_what_its_header_states() {
    let mut packet = ipv4(17, &[], 0, &[&udp(b"query", false)[..], &[0; 9]].concat());
    let (found, weirds) = cut(&packet, 0);
    let Transport::Udp(udp) = found.unwrap().transport else { panic!() };
    assert_eq!((udp.len, udp.payload), (5, &b"query"[..]));
    assert_eq!(weirds, [("UDP_datagram_length_mismatch", 1)]);
    // Offloading leaves zero.
    packet[24..26].fill(0);
    let Transport::Udp(udp) = cut(&packet, 0).0.unwrap().transport else { panic!() };
    assert_eq!((udp.len, udp.payload.len()), (14, 14));
}

#[test]
fn extension_headers_of_ipv6_are_passed_over() {
    let tcp = tcp_over(&[v6(1), v6(2)].concat(), &[], b"hello");
    let hop_by_hop = [60, 0, 1, 4, 0, 0, 0, 0];
    let destination = [43, 0, 1, 4, 0, 0, 0, 0];
    let routing = [51, 0, 4, 0, 0, 0, 0, 0];
    let authentication = [6, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 9, 9, 9, 9];
    let packet = ipv6(0, &[&hop_by_hop[..], &destination, &routing, &authentication, &tcp].concat());
    let segment = sound(&packet);
    assert_eq!((segment.ip_proto, segment.ip_len, segment.bad_checksum), (6, 40 + 40 + 25, false));
    assert_eq!((tcp_of(segment).len, tcp_of(segment).payload), (5, &b"hello"[..]));
    assert_eq!(segment.dst, IpAddr::from(v6(2)));
}

#[test]
fn a_routing_header_with_segments_left_names_the_destination() {
    let tcp = tcp_over(&[v6(1), v6(9)].concat(), &[], b"hello");
    let routing = |kind: u8, left: u8| [&[6, 2, kind, left, 0, 0, 0, 0][..], &v6(9), &tcp].concat();
    for kind in [0, 2] {
        let packet = ipv6(43, &routing(kind, 1));
        assert_eq!(sound(&packet).dst, IpAddr::from(v6(9)));
        assert!(!sound(&packet).bad_checksum);
        let packet = ipv6(43, &routing(kind, 0));
        let segment = cut(&packet, 0).0.unwrap();
        assert_eq!((segment.dst, segment.bad_checksum), (IpAddr::from(v6(2)), true));
    }
}

#[test]
fn a_routing_header_of_another_kind_leaves_the_checksum_unjudged() {
    let tcp = tcp_over(&[v6(1), v6(9)].concat(), &[], b"hello");
    let packet = ipv6(43, &[&[6, 2, 4, 1, 0, 0, 0, 0][..], &v6(9), &tcp].concat());
    assert_eq!((sound(&packet).dst, sound(&packet).bad_checksum), (IpAddr::from(v6(2)), false));
}

#[test]
fn a_mobile_node_goes_by_its_home_address() {
    let tcp = tcp_over(&[v6(7), v6(2)].concat(), &[], b"hello");
    let options = |kind: u8| [&[6, 2, 0, 1, 1, 9, kind, 16][..], &v6(7), &tcp].concat();
    let packet = ipv6(60, &options(201));
    assert_eq!((sound(&packet).src, sound(&packet).bad_checksum), (IpAddr::from(v6(7)), false));
    assert_eq!(cut(&ipv6(60, &options(200)), 0).0.unwrap().src, IpAddr::from(v6(1)));
    // An option that ends behind the header.
    assert_eq!(home_address(&[6, 0, 201, 16, 1, 1, 1, 1]), None);
}

#[test]
fn the_fragment_header_of_a_whole_packet_does_not_count() {
    let tcp = tcp_over(&[v6(1), v6(2)].concat(), &[], b"hello");
    let packet = ipv6(44, &[&[6, 0, 0, 0, 0, 0, 0, 1][..], &tcp].concat());
    let segment = sound(&packet);
    assert_eq!((segment.ip_len, tcp_of(segment).payload), (40 + 25, &b"hello"[..]));
}

#[test]
fn a_cut_extension_header_is_counted() {
    let packet = ipv6(0, &[60, 3, 1, 4, 0, 0, 0, 0]);
    assert_eq!(cut(&packet, 200).1, [("truncated_IPv6_extension", 1)]);
}

#[test]
fn the_checksum_of_a_fragment_is_not_judged() {
    let first = ipv4(17, &[], 0x2000, &udp(&[1; 100], true)[..32]);
    assert!(!cut(&first, 0).0.unwrap().bad_checksum);
}

#[test]
fn fragments_are_told_from_whole_packets() {
    let kind = |data: &[u8]| {
        let ip = Ip::parse(Wire { data, len: data.len() as u32 }, &mut Weirds::default()).unwrap();
        (ip.is_fragment(), ip.is_later_fragment())
    };
    assert_eq!(kind(&ipv4(17, &[], 0x4000, &[1; 16])), (false, false));
    assert_eq!(kind(&ipv4(17, &[], 0x2000, &[1; 16])), (true, false));
    assert_eq!(kind(&ipv4(17, &[], 4, &[1; 16])), (true, true));
    let ipv6 = |place: u8| ipv6(44, &[&[17, 0, 0, place, 0, 0, 0, 1][..], &[1; 16]].concat());
    assert_eq!(kind(&ipv6(0)), (false, false));
    assert_eq!(kind(&ipv6(1)), (true, false));
    assert_eq!(kind(&ipv6(0x20)), (true, true));
}

#[test]
fn icmp_has_its_kind_and_code() {
    let mut echo = vec![8, 3, 0, 0, 0, 1, 0, 2, b'p', b'i', b'n'];
    let sum = checksum(&[&echo]);
    echo[2..4].copy_from_slice(&sum);
    let packet = ipv4(1, &[], 0, &echo);
    let segment = sound(&packet);
    let Transport::Icmp(icmp) = segment.transport else { panic!() };
    assert_eq!((icmp.kind, icmp.code, icmp.len, segment.bad_checksum), (8, 3, 3, false));

    let mut echo = vec![128, 0, 0, 0, 0, 1, 0, 2];
    let sum = checksum(&[&v6(1), &v6(2), &[0, 0, 0, 8, 0, 58], &echo]);
    echo[2..4].copy_from_slice(&sum);
    assert!(!sound(&ipv6(58, &echo)).bad_checksum);
}

#[test]
fn other_protocols_are_segments_without_content() {
    let packet = ipv4(132, &[], 0, &[1, 2, 3]);
    let segment = sound(&packet);
    assert!(matches!(segment.transport, Transport::Other));
    assert_eq!((segment.ip_proto, segment.ip_len), (132, 23));
    for without in [50, 59, 135] {
        assert!(cut(&ipv4(without, &[], 0, &[1, 2, 3]), 0).0.is_none());
    }
}

#[test]
fn headers_that_contradict_themselves_are_counted() {
    let packet = ipv4(6, &[], 0, &tcp(&[], b"hello"));
    let changed = |at: usize, value: u8| {
        let mut packet = packet.clone();
        packet[at] = value;
        packet
    };
    assert_eq!(cut(&changed(0, 0x44), 0).1, [("invalid_IP_header_size", 1)]);
    assert_eq!(cut(&changed(0, 0x95), 0).1, [("unknown_ip_version", 1)]);
    assert_eq!(cut(&changed(3, 19), 0).1, [("invalid_IP_header_size", 1)]);
    for len in 0..20 {
        assert_eq!(cut(&packet[..len], 0).1, [("truncated_IP", 1)], "{len}");
    }
}

#[test]
fn of_a_tcp_header_of_impossible_length_the_ports_and_flags_remain() {
    // Shorter than a header is, and longer than the packet.
    for offset in [0x40, 0x80] {
        let mut packet = ipv4(6, &[], 0, &tcp(&[], b"hello"));
        packet[32] = offset;
        let (found, weirds) = cut(&packet, 0);
        let segment = found.unwrap();
        assert_eq!((segment.bad_checksum, weirds), (false, vec![("bad_TCP_header_len", 1)]));
        let tcp = tcp_of(segment);
        assert_eq!((tcp.src_port, tcp.flags, tcp.len, tcp.payload.len()), (0x1234, 0x18, 0, 0));
        assert!(!tcp.header_fits);
    }
    assert!(tcp_of(sound(&ipv4(6, &[], 0, &tcp(&[], b"hello")))).header_fits);
}

#[test]
fn an_ip_length_beyond_the_frame_is_counted_and_the_segment_kept() {
    let packet = ipv4(6, &[], 0, &tcp(&[], &[7; 100]));
    let (found, weirds) = cut(&packet[..60], 0);
    assert_eq!(tcp_of(found.unwrap()).len, 100);
    assert_eq!(weirds, [("truncated_IP_len", 1)]);
}
