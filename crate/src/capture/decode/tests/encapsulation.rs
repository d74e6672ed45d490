use super::*;

/// Returns a frame of Ethernet around the datagram.
fn frame() -> Vec<u8> {
    [&[2; 12][..], &[8, 0], &IPV4].concat()
}

/// Returns a datagram of UDP to this port.
fn to_port(port: u16, payload: &[u8]) -> Vec<u8> {
    let (port, len) = (port.to_be_bytes(), (8 + payload.len() as u16).to_be_bytes());
    wrapped(17, 1, &[&[0x9c, 0x40, port[0], port[1], len[0], len[1], 0, 0][..], payload].concat())
}

/// Asserts that a packet of raw IP holds the datagram in a tunnel, and nothing odd; the packet around counts too or not.
fn tunnels_it(packet: &[u8], around: usize) {
    let (found, weirds) = tunnels(packet);
    assert_eq!((found.len(), weirds), (around + 1, vec![]), "{packet:02x?}");
    assert!(found.last().is_some_and(|(len, tunnel)| *len == 32 && tunnel.is_some()));
}

#[test]
fn tags_of_cisco_are_peeled_off() {
    carries(1, &[&[0; 12], &[0x89, 0x09, 1, 1, 0, 1, 0, 9], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x89, 0x09, 1, 2, 0, 1, 0, 9, 0, 2, 0, 9], &[0x81, 0, 0, 5], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x89, 0x88], &[7; 6], &[8, 0]]);
    carries(1, &[&[1, 0, 0x0c, 0, 0, 3], &[0; 8], &[0xaa, 0xaa, 3], &[0; 9], &[0; 12], &[8, 0]]);
}

#[test]
fn tags_of_extended_bridges_and_of_switch_chips_are_peeled_off() {
    carries(1, &[&[0; 12], &[0x89, 0x3f, 0, 1, 0, 2, 0, 0], &[8, 0]]);
    carries(1, &[&[0; 12], &[0xda, 0xda, 0, 0, 0x40, 0, 0, 0], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x88, 0x70], &SNAP]);
}

#[test]
fn frames_of_the_batman_mesh_are_read() {
    for (kind, header) in [(0x40, 10), (0x42, 18), (0x01, 14)] {
        let front = [&[kind, 15][..], &vec![9; header - 2]].concat();
        carries(1, &[&[0; 12], &[0x43, 0x05], &front, &[2; 12], &[8, 0]]);
    }
    let own = [&[0; 12][..], &[0x43, 0x05, 0, 15], &[9; 40]].concat();
    assert_eq!(unread(1, &own), ["1 EtherType 0x4305 (B.A.T.M.A.N.)"]);
}

#[test]
fn times_of_arista_are_peeled_off() {
    carries(1, &[&[0; 12], &[0xd2, 0x8b, 0, 1, 0, 0x10], &[7; 8], &[8, 0]]);
    carries(1, &[&[0; 12], &[0xd2, 0x8b, 0, 1, 1, 0x20], &[7; 6], &[8, 0]]);
}

#[test]
fn tags_of_redundancy_are_peeled_off() {
    carries(1, &[&[0; 12], &[0x89, 0x2f, 0, 0x30, 0, 7], &[8, 0]]);
    carries(1, &[&[0; 12], &[0xf1, 0xc1, 0, 0, 0, 7], &[8, 0]]);
    // The trailer of parallel redundancy takes the place of padding.
    let trailer = [0, 7, 0xa0, 0x30, 0x88, 0xfb];
    let (found, weirds) = find(1, &[&frame()[..], &trailer].concat());
    assert_eq!((found.map(|it| it.2), weirds), (Some(4), Weirds::default()));
}

#[test]
fn frames_that_are_signed_alone_are_read_and_encrypted_ones_counted() {
    carries(1, &[&[0; 12], &[0x88, 0xe5, 0, 0, 0, 0, 0, 1], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x88, 0xe5, 0x20, 0, 0, 0, 0, 1], &[9; 8], &[8, 0]]);
    let data = [&[0; 12][..], &[0x88, 0xe5, 0x2c, 0, 0, 0, 0, 1], &[9; 60]].concat();
    assert_eq!(odd(1, &data), [("encrypted_MACsec", 1)]);
}

#[test]
fn frames_in_fabrics_are_read() {
    // TRILL, without and with options.
    carries(1, &[&[0; 12], &[0x22, 0xf3, 0, 0x3f, 0, 1, 0, 2], &[0; 12], &[8, 0]]);
    carries(1, &[&[0; 12], &[0x22, 0xf3, 0, 0x7f, 0, 1, 0, 2], &[9; 4], &[0; 12], &[8, 0]]);
    // A service header of kind 1 and one of kind 2 without metadata.
    carries(1, &[&[0; 12], &[0x89, 0x4f, 0, 6, 1, 1], &[0; 20]]);
    carries(1, &[&[0; 12], &[0x89, 0x4f, 0, 2, 2, 3], &[0; 4], &[0; 12], &[8, 0]]);
    // A pseudo-wire without its control word.
    carries(1, &[&[0; 12], &[0x88, 0x47], &[0, 1, 0xdd, 0xff], &[2; 12], &[8, 0]]);
}

#[test]
fn mirrors_carry_frames_behind_their_tags() {
    for header in [&[1, 0, 0, 1, 1][..], &[1, 1, 0, 1, 0, 0, 10, 1, 200, 1]] {
        tunnels_it(&to_port(37_008, &[header, &frame()].concat()), 1);
        tunnels_it(&to_port(50_000, &[header, &frame()].concat()), 1);
    }
    let radio = [&[1, 0, 0, 18, 1][..], &wireless([0x08, 0x01], &[]), &SNAP, &IPV4].concat();
    tunnels_it(&to_port(37_008, &radio), 1);
    tunnels_it(&to_port(7_932, &[&[0; 12][..], &frame()].concat()), 1);
    assert_eq!(tunnels(&to_port(37_008, &[1, 4, 0, 0])).0.len(), 1);
}

#[test]
fn access_points_carry_frames_of_either_kind() {
    tunnels_it(&to_port(5_247, &[&[0, 0x10, 0x02, 0, 0, 0, 0, 0][..], &frame()].concat()), 1);
    for control in [[0x08, 0x01], [0x01, 0x08]] {
        let radio = [&wireless(control, &[])[..], &SNAP, &IPV4].concat();
        tunnels_it(
            &to_port(5_247, &[&[0, 0x18, 0x03, 0x20, 0, 0, 0, 0, 9, 9, 9, 9][..], &radio].concat()),
            1,
        );
    }
    let (found, weirds) = tunnels(&to_port(5_247, &[&[1, 0, 0, 0][..], &[7; 40]].concat()));
    assert_eq!((found.len(), weirds), (1, vec![("encrypted_CAPWAP", 1)]));
}

#[test]
fn fragments_of_access_points_are_put_together() {
    let payload = [&frame()[..], &[0; 2]].concat();
    let part = |offset: usize, flags: u8, bytes: &[u8]| {
        let place = (offset as u16).to_be_bytes();
        to_port(5_247, &[&[0, 0x10, 0x02, flags, 0, 7, place[0], place[1]][..], bytes].concat())
    };
    let (front, back) = payload.split_at(24);
    let parts = [part(0, 0x80, front), part(24, 0xc0, back)];
    for order in [[0, 1], [1, 0]] {
        let (mut decoder, mut found) = (Decoder::default(), Vec::new());
        for data in order.map(|at| &parts[at]) {
            let packet = Packet { ts: Timestamp(1), link_type: 101, data, wire_len: data.len() as u32 };
            decoder.segments(&packet, &mut |it| found.push(it.tunnel.is_some()));
            found.push(decoder.fragment().is_some_and(|fragment| fragment.is_last));
        }
        // Each datagram around, and behind the second what both carry.
        assert_eq!(found, [false, false, false, true, true]);
    }
}

#[test]
fn dial_in_lines_carry_ppp() {
    for header in [
        &[0, 2, 0, 1, 0, 2][..],
        &[0x40, 2, 0, 44, 0, 1, 0, 2],
        &[0x48, 2, 0, 44, 0, 1, 0, 2, 0, 0, 0, 0],
        &[0x02, 2, 0, 1, 0, 2, 0, 2, 9, 9],
    ] {
        tunnels_it(&to_port(1_701, &[header, &[0xff, 3, 0, 0x21], &IPV4].concat()), 1);
    }
    let control = [&[0xc8, 2, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0][..], &[0; 8]].concat();
    assert_eq!(tunnels(&to_port(1_701, &control)), (vec![(48, None)], vec![]));
}

#[test]
fn sessions_of_l2tp_carry_frames_behind_a_cookie_of_any_length() {
    for cookie in [0, 4, 8, 12] {
        let session = [&[0, 0, 0, 7][..], &vec![9; cookie], &frame()].concat();
        tunnels_it(&wrapped(115, 1, &session), 1);
        tunnels_it(&to_port(1_701, &[&[0, 3, 0, 0][..], &session].concat()), 1);
    }
}

#[test]
fn vxlan_is_read_on_any_port() {
    for port in [4_789, 8_472, 4_790, 48_879, 12_345] {
        tunnels_it(&to_port(port, &[&[8, 0, 0, 0, 0, 0, 7, 0][..], &frame()].concat()), 1);
    }
    tunnels_it(&to_port(48_879, &[&[0x88, 0, 0, 5, 0, 0, 7, 0][..], &frame()].concat()), 1);
    // What has its first bytes alone is none.
    assert_eq!(tunnels(&to_port(12_345, &[&[8, 0, 0, 0, 0, 0, 7, 0][..], &[9; 60]].concat())).0.len(), 1);
}

#[test]
fn the_generic_extension_of_vxlan_says_what_follows() {
    tunnels_it(&to_port(4_790, &[&[0x0c, 0, 0, 1, 0, 0, 7, 0][..], &IPV4].concat()), 1);
    tunnels_it(&to_port(4_790, &[&[0x0c, 0, 0, 3, 0, 0, 7, 0][..], &frame()].concat()), 1);
    let service = [&[0x0c, 0, 0, 4, 0, 0, 7, 0][..], &[0, 6, 1, 3], &[0; 20], &frame()].concat();
    tunnels_it(&to_port(4_790, &service), 1);
}

#[test]
fn ethernet_and_labels_in_ip_are_read() {
    tunnels_it(&wrapped(97, 1, &[&[0x30, 0][..], &frame()].concat()), 1);
    tunnels_it(&wrapped(137, 1, &[&[0, 1, 0xdd, 0xff][..], &IPV4].concat()), 1);
    tunnels_it(&to_port(6_635, &[&[0, 1, 0xdc, 0xff, 0, 2, 0xdd, 0xff][..], &IPV4].concat()), 1);
    tunnels_it(&to_port(4_341, &[&[0; 8][..], &IPV4].concat()), 1);
    tunnels_it(&wrapped(143, 1, &frame()), 1);
    tunnels_it(&to_port(6_080, &[&[0, 4, 0, 0][..], &IPV4].concat()), 1);
    tunnels_it(&to_port(6_080, &[&[1, 4, 0, 0, 9, 9, 9, 9][..], &IPV4].concat()), 1);
    tunnels_it(&to_port(6_080, &IPV4), 1);
    assert_eq!(unread(101, &wrapped(143, 1, &[0; 40])), ["1 IP protocol 143 (Ethernet)"]);
    assert_eq!(unread(101, &wrapped(97, 1, &[0; 40])), ["1 IP protocol 97 (EtherIP)"]);
}

#[test]
fn redirections_to_caches_carry_ip_with_and_without_their_header() {
    tunnels_it(&wrapped(47, 1, &[&[0, 0, 0x88, 0x3e][..], &IPV4].concat()), 0);
    tunnels_it(&wrapped(47, 1, &[&[0, 0, 0x88, 0x3e, 0, 0, 0, 9][..], &IPV4].concat()), 0);
}

#[test]
fn ethernet_over_ip_of_mikrotik_is_read() {
    let len = (frame().len() as u16).to_be_bytes();
    tunnels_it(&wrapped(47, 1, &[&[0x20, 1, 0x64, 0, len[0], len[1], 7, 0][..], &frame()].concat()), 0);
}

#[test]
fn mirrored_frames_keep_their_tags() {
    let tagged = [&[2; 12][..], &[0x89, 0x88], &[7; 6], &[8, 0], &IPV4].concat();
    let mirror = [&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1][..], &[0x10, 1, 0, 1, 0, 0, 0, 0], &tagged].concat();
    tunnels_it(&wrapped(47, 1, &mirror), 0);
}
