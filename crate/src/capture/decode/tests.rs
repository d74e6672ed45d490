mod encapsulation;
mod link_type;

use std::net::IpAddr;

use super::super::Transport;
use super::*;

/// A UDP datagram of four bytes from 10.0.0.1 port 1000 to 10.0.0.2 port 53.
const IPV4: [u8; 32] = [
    0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0x66, 0xcb, 10, 0, 0, 1, 10, 0, 0, 2, // header
    0x03, 0xe8, 0, 53, 0, 12, 0, 0, b'a', b'b', b'c', b'd',
];

fn find(link_type: u32, data: &[u8]) -> (Option<(IpAddr, u32, usize)>, Weirds) {
    let (mut decoder, mut found) = (Decoder::default(), None);
    let packet = Packet { ts: Timestamp(1), link_type, data, wire_len: data.len() as u32 };
    decoder.segments(&packet, &mut |it| match it.transport {
        Transport::Udp(udp) => found = Some((it.src, it.ip_len, udp.payload.len())),
        other => panic!("{other:?}"),
    });
    (found, decoder.weirds)
}

/// Asserts that the datagram is found behind these headers, and nothing odd.
fn carries(link_type: u32, headers: &[&[u8]]) {
    let (found, weirds) = find(link_type, &[&headers.concat()[..], &IPV4].concat());
    assert_eq!(found, Some(("10.0.0.1".parse().unwrap(), 32, 4)), "link type {link_type}");
    assert_eq!(weirds, Weirds::default(), "link type {link_type}");
}

fn odd(link_type: u32, data: &[u8]) -> Vec<(&'static str, u64)> {
    let (found, weirds) = find(link_type, data);
    assert_eq!(found, None);
    weirds.iter().collect()
}

#[test]
fn ethernet_carries_ip() {
    carries(1, &[&[0; 12], &[8, 0]]);
}

#[test]
fn tags_are_peeled_off() {
    carries(1, &[&[0; 12], &[0x81, 0, 0, 5], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x88, 0xa8, 0, 5], &[0x81, 0, 0, 6], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x91, 0, 0, 5], &[0x81, 0, 0, 6], &[0x81, 0, 0, 7], &[8, 0]]);
}

#[test]
fn more_tags_than_the_cap_are_counted() {
    let frame = [&[0; 12][..], &[0x81, 0, 0, 5].repeat(40), &[8, 0], &IPV4].concat();
    assert_eq!(odd(1, &frame), [("too_many_layers", 1)]);
}

#[test]
fn the_length_of_an_802_3_frame_is_followed_by_llc_or_snap() {
    let len = |header: u16| (header + 32).to_be_bytes();
    carries(1, &[&[0; 12], &len(8), &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]]);
    carries(1, &[&[0; 12], &len(3), &[6, 6, 3]]);
    // Spanning tree.
    assert_eq!(odd(1, &[&[0; 12][..], &[0, 38], &[0x42, 0x42, 3], &[0; 60]].concat()), []);
}

#[test]
fn pppoe_sessions_carry_ip() {
    let length = (IPV4.len() as u16 + 2).to_be_bytes();
    carries(1, &[&[0; 12], &[0x88, 0x64, 0x11, 0, 0, 7], &length, &[0, 0x21]]);
    // Link control protocol.
    let frame = [&[0; 12][..], &[0x88, 0x64, 0x11, 0, 0, 7, 0, 6, 0xc0, 0x21], &[0; 4]].concat();
    assert_eq!(odd(1, &frame), []);
}

#[test]
fn cooked_headers_carry_ip_and_tags() {
    carries(113, &[&[0; 14], &[8, 0]]);
    carries(113, &[&[0; 14], &[0x81, 0, 0, 5], &[8, 0]]);
    carries(276, &[&[8, 0], &[0; 18]]);
}

#[test]
fn raw_ip_has_five_numbers() {
    for link_type in [12, 14, 101, 228] {
        carries(link_type, &[]);
    }
    let ipv6 = [&[0x60, 0, 0, 0, 0, 12, 17, 64][..], &[0; 15], &[1], &[0; 15], &[2], &IPV4[20..]].concat();
    let (found, _) = find(229, &ipv6);
    assert_eq!(found, Some(("::1".parse().unwrap(), 52, 4)));
}

#[test]
fn loopback_families_are_read_in_either_byte_order() {
    for family in [2_u32, 10, 23, 24, 28, 30] {
        for link_type in [0, 108] {
            carries(link_type, &[&family.to_be_bytes()]);
            carries(link_type, &[&family.to_le_bytes()]);
        }
    }
    assert_eq!(odd(0, &[0, 0, 0, 7, 1, 2, 3]), []);
}

/// Returns what of a packet was not read.
fn unread(link_type: u32, data: &[u8]) -> Vec<String> {
    let mut decoder = Decoder::default();
    let packet = Packet { ts: Timestamp(1), link_type, data, wire_len: data.len() as u32 };
    decoder.segments(&packet, &mut |_| {});
    decoder.not_read().iter().map(|(what, count)| format!("{count} {what}")).collect()
}

#[test]
fn what_carries_no_ip_is_counted_by_name_and_is_not_odd() {
    for (link_type, headers, name) in [
        (1, &[&[0; 12][..], &[8, 6]][..], "EtherType 0x0806 (ARP)"),
        (1, &[&[0; 12], &[0x12, 0x34]], "EtherType 0x1234"),
        (1, &[&[0; 12], &[0, 38], &[0x42, 0x42, 3]], "LLC 0x42 (spanning tree)"),
        (1, &[&[0; 12], &[0, 38], &[0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0]], "SNAP 0x2000"),
        (0, &[&[0, 0, 0, 16]], "address family 16"),
        (9, &[&[0, 0x2d]], "PPP protocol 0x002d (Van Jacobson compressed TCP)"),
        (107, &[&[0x18, 0x41, 3, 0x81]], "Frame Relay protocol 0x81 (CLNP)"),
    ] {
        let data = [&headers.concat()[..], &[0; 60]].concat();
        assert_eq!(odd(link_type, &data), [], "{name}");
        assert_eq!(unread(link_type, &data), [format!("1 {name}")]);
    }
}

#[test]
fn protocols_of_ip_that_are_not_read_are_counted_by_name() {
    assert_eq!(unread(101, &wrapped(132, 1, &[0; 40])), ["1 IP protocol 132 (SCTP)"]);
    assert_eq!(unread(101, &wrapped(200, 1, &[0; 40])), ["1 IP protocol 200"]);
}

#[test]
fn a_cut_header_is_counted_at_every_length() {
    for (link_type, header) in [
        (1, [&[0; 12][..], &[0x81, 0, 0, 5, 8, 0]].concat()),
        (113, [&[0; 14][..], &[8, 0]].concat()),
        (276, [&[8, 0][..], &[0; 18]].concat()),
        (0, vec![2, 0, 0, 0]),
    ] {
        for len in 0..header.len() {
            assert_eq!(odd(link_type, &header[..len]), [("truncated_link_header", 1)], "{link_type} {len}");
        }
        assert_eq!(odd(link_type, &header), [("truncated_IP", 1)]);
    }
}

#[test]
fn an_unknown_link_type_is_counted_and_named() {
    assert_eq!(odd(147, &IPV4), [("unknown_link_type", 1)]);
    assert_eq!(unread(147, &IPV4), ["1 link type 147 (USER0)"]);
}

#[test]
fn tags_of_fabrics_are_peeled_off() {
    // VN-Tag, provider backbone, FabricPath.
    carries(1, &[&[0; 12], &[0x89, 0x26, 0, 0, 0, 0], &[0x81, 0, 0, 11], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x88, 0xe7, 0, 1, 2, 3], &[0; 12], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x89, 0x03, 0, 0x40], &[0; 12], &[8, 0]]);
}

#[test]
fn labels_of_mpls_are_peeled_off() {
    carries(1, &[&[0; 12], &[0x88, 0x47], &[0, 1, 0xdd, 0xff]]);
    carries(1, &[&[0; 12], &[0x81, 0, 0, 5], &[0x88, 0x48], &[0, 1, 0xdc, 0xff], &[0, 2, 0xdd, 0xff]]);
    // A pseudo-wire.
    carries(1, &[&[0; 12], &[0x88, 0x47], &[0, 1, 0xdd, 0xff], &[0; 4], &[0; 12], &[8, 0]]);
}

#[test]
fn a_packet_that_one_link_of_a_bundle_holds_whole_is_read() {
    for number in [&[0xc0, 0, 0, 1][..], &[0xc0, 1]] {
        carries(9, &[&[0xff, 3, 0, 0x3d], number, &[0, 0x21]]);
        carries(9, &[&[0, 0x3d], number, &[0x21]]);
    }
    let first = [&[0, 0x3d, 0x80, 0, 0, 1, 0, 0x21][..], &IPV4].concat();
    assert_eq!(unread(9, &first), ["1 PPP protocol 0x003d (multilink)"]);
}

#[test]
fn ppp_carries_ip_with_and_without_its_compressible_fields() {
    for header in [&[0, 0x21][..], &[0x21], &[0xff, 3, 0, 0x21], &[0xff, 3, 0x21]] {
        carries(9, &[header]);
        carries(50, &[header]);
    }
    carries(9, &[&[2, 0x81], &[0, 1, 0xdd, 0xff]]);
    carries(50, &[&[0x0f, 0, 8, 0]]);
    carries(51, &[&[0x11, 0, 0, 7, 0, 34], &[0, 0x21]]);
}

/// Returns a data frame of 802.11 with these bytes of frame control and fields behind the three addresses.
fn wireless(control: [u8; 2], behind: &[u8]) -> Vec<u8> {
    [&control[..], &[0; 22], behind].concat()
}

const SNAP: [u8; 8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];

#[test]
fn data_frames_of_802_11_carry_ip() {
    carries(105, &[&wireless([0x08, 0x01], &[]), &SNAP]);
    carries(105, &[&wireless([0x08, 0x03], &[0; 6]), &SNAP]);
    carries(105, &[&wireless([0x88, 0x01], &[6, 0]), &SNAP]);
    carries(105, &[&wireless([0x88, 0x81], &[6, 0, 0, 0, 0, 0]), &SNAP]);
    carries(127, &[&[0, 0, 8, 0, 1, 2, 3, 4], &wireless([0x88, 0x02], &[0, 0]), &SNAP]);
}

#[test]
fn padding_and_headers_of_a_mesh_stand_in_front_of_802_11s_data() {
    for (control, address, in_front) in [([0x88, 0x01], 0, 2), ([0x88, 0x03], 6, 6), ([0x88, 0x03], 6, 12)] {
        let data = [&vec![2; address][..], &[0, 1], &vec![7; in_front], &SNAP].concat();
        carries(105, &[&wireless(control, &data)]);
    }
}

#[test]
fn frames_of_802_11_without_readable_data_are_passed_over_in_silence() {
    // A beacon, an acknowledgement, data without data.
    for control in [[0x80, 0], [0xd4, 0], [0x48, 1]] {
        assert_eq!(odd(105, &wireless(control, &[0; 60])), []);
    }
}

#[test]
fn encrypted_frames_of_802_11_are_counted() {
    assert_eq!(odd(105, &wireless([0x88, 0x41], &[0; 60])), [("encrypted_wireless_frame", 1)]);
}

#[test]
fn encrypted_packets_of_ipsec_are_counted() {
    assert_eq!(tunnels(&wrapped(50, 1, &[0; 40])), (vec![], vec![("encrypted_ESP", 1)]));
}

#[test]
fn an_aggregate_of_802_11_holds_several_packets() {
    // 40 bytes behind a header of 14 need two of padding.
    let subframe = [&[0; 12][..], &[0, 40], &SNAP, &IPV4].concat();
    let data = [wireless([0x88, 0x01], &[0x80, 0]), subframe.clone(), vec![0; 2], subframe].concat();
    let (mut decoder, mut found) = (Decoder::default(), 0);
    let packet = Packet { ts: Timestamp(1), link_type: 105, data: &data, wire_len: data.len() as u32 };
    decoder.segments(&packet, &mut |segment| {
        assert_eq!(segment.ip_len, 32);
        found += 1;
    });
    assert_eq!((found, &decoder.weirds), (2, &Weirds::default()));
}

#[test]
fn a_packet_logged_by_the_filter_is_found_among_the_attributes() {
    let len = [36, 0, 9, 0];
    carries(239, &[&[2, 0, 0, 1], &[5, 0, 10, 0, b'x', 0, 0, 0], &len]);
    assert_eq!(odd(239, &[2, 0, 0, 1, 0, 0, 10, 0]), [("truncated_link_header", 1)]);
}

/// Returns an IPv4 packet around these bytes.
fn wrapped(ip_proto: u8, src: u8, payload: &[u8]) -> Vec<u8> {
    let len = (20 + payload.len() as u16).to_be_bytes();
    let mut head = [0x45, 0, len[0], len[1], 0, 0, 0, 0, 64, ip_proto, 0, 0, 192, 0, 2, src, 192, 0, 2, 99];
    let sum = super::super::checksum::checksum(&head);
    head[10..12].copy_from_slice(&sum);
    [&head, payload].concat()
}

/// Returns a UDP datagram of VXLAN.
fn vxlan(frame: &[u8]) -> Vec<u8> {
    let len = (16 + frame.len() as u16).to_be_bytes();
    [&[0x9c, 0x40, 0x12, 0xb5, len[0], len[1], 0, 0, 8, 0, 0, 0, 0, 0, 7, 0][..], frame].concat()
}

/// Length of a segment, and its tunnel.
type Found = (u32, Option<Tunnel>);

/// Returns the segments in a packet of raw IP, and what was odd.
fn tunnels(data: &[u8]) -> (Vec<Found>, Vec<(&'static str, u64)>) {
    let (mut decoder, mut found) = (Decoder::default(), Vec::new());
    let packet = Packet { ts: Timestamp(1), link_type: 101, data, wire_len: data.len() as u32 };
    decoder.segments(&packet, &mut |segment| found.push((segment.ip_len, segment.tunnel)));
    (found, decoder.weirds.iter().collect())
}

fn tunnel_from(src: u8, ports: Option<(u16, u16)>) -> Option<Tunnel> {
    Some(Tunnel { src: [192, 0, 2, src].into(), dst: [192, 0, 2, 99].into(), ports })
}

#[test]
fn a_segment_in_ip_names_the_addresses_around() {
    assert_eq!(tunnels(&wrapped(4, 1, &IPV4)), (vec![(32, tunnel_from(1, None))], vec![]));
}

#[test]
fn a_datagram_that_is_a_tunnel_comes_before_what_it_carries() {
    let packet = wrapped(17, 1, &vxlan(&[&[0; 12][..], &[8, 0], &IPV4].concat()));
    let inner = tunnel_from(1, Some((40_000, 4_789)));
    assert_eq!(tunnels(&packet), (vec![(82, None), (32, inner)], vec![]));
}

#[test]
fn gre_in_udp_is_a_tunnel_between_addresses() {
    let len = (8 + 4 + IPV4.len() as u16).to_be_bytes();
    let gre = [&[0x9c, 0x40, 0x12, 0x92, len[0], len[1], 0, 0, 0, 0, 8, 0][..], &IPV4].concat();
    assert_eq!(tunnels(&wrapped(17, 1, &gre)).0, [(64, None), (32, tunnel_from(1, None))]);
}

#[test]
fn of_nested_tunnels_the_innermost_is_named_and_the_fifth_is_left_closed() {
    let nested = |depth: u8| (1..=depth).fold(IPV4.to_vec(), |inner, at| wrapped(4, at, &inner));
    assert_eq!(tunnels(&nested(4)).0, [(32, tunnel_from(1, None))]);
    assert_eq!(tunnels(&nested(5)), (vec![], vec![("exceeded_tunnel_max_depth", 1)]));
}

#[test]
fn a_datagram_says_that_its_tunnel_is_left_closed() {
    let datagram = wrapped(17, 1, &vxlan(&[&[0; 12][..], &[8, 0], &IPV4].concat()));
    for (around, too_deep) in [(3, [false, false].as_slice()), (4, &[true])] {
        let data = (1..=around).fold(datagram.clone(), |inner, at| wrapped(4, at, &inner));
        let (mut decoder, mut found) = (Decoder::default(), Vec::new());
        let packet = Packet { ts: Timestamp(1), link_type: 101, data: &data, wire_len: data.len() as u32 };
        decoder.segments(&packet, &mut |segment| found.push(segment.too_deep));
        assert_eq!(found, too_deep);
    }
}

#[test]
fn gtp_in_gtp_is_a_datagram() {
    let gtp = |inner: &[u8]| {
        let [payload, datagram] = [inner.len(), 16 + inner.len()].map(|len| (len as u16).to_be_bytes());
        let header = [0x9c, 0x40, 8, 0x68, datagram[0], datagram[1], 0, 0];
        wrapped(17, 1, &[&header[..], &[0x30, 255, payload[0], payload[1], 0, 0, 0, 1], inner].concat())
    };
    assert_eq!(tunnels(&gtp(&IPV4)).0.len(), 2);
    let inner = tunnel_from(1, Some((40_000, 2_152)));
    assert_eq!(tunnels(&gtp(&gtp(&IPV4))), (vec![(104, None), (68, inner)], vec![]));
}

#[test]
fn where_wrong_checksums_are_dropped_a_packet_without_length_is_too() {
    let mut data = IPV4;
    data[2..4].fill(0);
    data[10..12].fill(0);
    let sum = super::super::checksum::checksum(&data[..20]);
    data[10..12].copy_from_slice(&sum);
    let packet = Packet { ts: Timestamp(1), link_type: 101, data: &data, wire_len: 32 };
    for (checksums, expected) in [(Checksums::Keep, 1), (Checksums::Drop, 0)] {
        let (mut decoder, mut found) = (Decoder::default().checksums(checksums), 0);
        decoder.segments(&packet, &mut |_| found += 1);
        assert_eq!(found, expected);
    }
}

#[test]
fn where_wrong_checksums_are_dropped_a_tunnel_with_one_is_left_closed() {
    let mut datagram = vxlan(&[&[0; 12][..], &[8, 0], &IPV4].concat());
    // Not what the sum is.
    datagram[6] = 1;
    let data = wrapped(17, 1, &datagram);
    let mut damaged = data.clone();
    damaged[8] ^= 1;
    let packet = |data| Packet { ts: Timestamp(1), link_type: 101, data, wire_len: 110 };
    for (checksums, found) in [(Checksums::Keep, [2, 2]), (Checksums::Drop, [1, 0])] {
        let mut decoder = Decoder::default().checksums(checksums);
        let counts = [&data, &damaged].map(|data| {
            let mut count = 0;
            decoder.segments(&packet(data), &mut |_| count += 1);
            count
        });
        assert_eq!(counts, found);
        assert_eq!(decoder.bad_headers(), u64::from(checksums == Checksums::Drop));
    }
}

#[test]
fn fragments_of_a_tunnel_are_put_together_first() {
    let whole = wrapped(4, 1, &IPV4);
    let part = |place: u8, more: u8, payload: &[u8]| {
        let mut packet = wrapped(4, 1, payload);
        packet[6..8].copy_from_slice(&[more, place]);
        packet[10..12].fill(0);
        let sum = super::super::checksum::checksum(&packet[..20]);
        packet[10..12].copy_from_slice(&sum);
        packet
    };
    let (mut decoder, mut found) = (Decoder::default(), Vec::new());
    for data in [part(0, 0x20, &whole[20..36]), part(2, 0, &whole[36..])] {
        let packet = Packet { ts: Timestamp(1), link_type: 101, data: &data, wire_len: data.len() as u32 };
        decoder.segments(&packet, &mut |segment| found.push((segment.ip_len, segment.tunnel)));
    }
    assert_eq!((found, decoder.weirds), (vec![(32, tunnel_from(1, None))], Weirds::default()));
}
