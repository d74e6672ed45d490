use super::*;

#[test]
fn frame_relay_carries_ip() {
    for address in [&[0x18, 0x41][..], &[0x18, 0x40, 0x01], &[0x18, 0x40, 0x40, 0x01]] {
        carries(107, &[address, &[3, 0xcc]]);
    }
    carries(107, &[&[0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0]]);
    carries(107, &[&[0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7], &[0; 12], &[8, 0]]);
    carries(107, &[&[0x18, 0x41, 3, 0xcf, 0, 0x21]]);
    // As Cisco has it.
    carries(107, &[&[0x18, 0x41, 8, 0]]);
    carries(206, &[&[1, 0x18, 0x41, 3, 0xcc]]);
}

#[test]
fn ppi_says_which_link_type_follows() {
    carries(192, &[&[0, 0, 8, 0, 1, 0, 0, 0], &[0; 12], &[8, 0]]);
    carries(192, &[&[0, 0, 12, 0, 101, 0, 0, 0, 9, 9, 9, 9]]);
    carries(192, &[&[0, 0, 8, 0, 105, 0, 0, 0], &wireless([0x08, 0x01], &[]), &SNAP]);
    assert_eq!(odd(192, &[0, 0, 8, 0, 192, 0, 0, 0, 1]), [("unknown_link_type", 1)]);
    assert_eq!(unread(192, &[0, 0, 8, 0, 231, 0, 0, 0, 1]), ["1 link type 231 (D-Bus)"]);
}

#[test]
fn process_information_of_apple_says_which_link_type_follows() {
    for link_type in [258, 149] {
        let header = [&[20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0][..], &[0; 8]].concat();
        carries(link_type, &[&header, &[0; 12], &[8, 0]]);
    }
}

#[test]
fn headers_of_receivers_state_their_length() {
    let frame = wireless([0x08, 0x01], &[]);
    let prism = [&[0x44, 0, 0, 0, 144, 0, 0, 0][..], &[0; 136]].concat();
    carries(119, &[&prism, &frame, &SNAP]);
    let avs = [&[0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64][..], &[0; 56]].concat();
    carries(119, &[&avs, &frame, &SNAP]);
    carries(163, &[&avs, &frame, &SNAP]);
}

#[test]
fn lines_with_a_direction_in_front_carry_ip() {
    carries(166, &[&[0, 3, 0, 0x21]]);
    carries(204, &[&[1, 0xff, 3, 0, 0x21]]);
    carries(205, &[&[1, 0x0f, 0, 8, 0]]);
    carries(8, &[&[0; 16]]);
}

#[test]
fn packet_filters_and_systems_put_a_header_in_front_of_ip() {
    carries(117, &[&[45, 2], &[0; 46]]);
    carries(109, &[&[0; 12]]);
    carries(226, &[&[1, 2], &[0; 22]]);
    carries(99, &[&[0; 6], &[8, 0], &[0; 36]]);
}

#[test]
fn rings_carry_llc_behind_their_route() {
    carries(10, &[&[0x50], &[0; 12], &SNAP]);
    carries(6, &[&[0x10, 0x40], &[0; 12], &SNAP]);
    carries(6, &[&[0x10, 0x40], &[0; 6], &[0x80, 0, 0, 0, 0, 1], &[6, 0, 1, 2, 3, 4], &SNAP]);
}

#[test]
fn older_networks_carry_ip() {
    carries(100, &[&SNAP]);
    carries(100, &[&[0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7], &[0; 2], &[5; 12], &[8, 0]]);
    carries(122, &[&[0; 16], &SNAP]);
    carries(123, &[&[2, 0, 0, 32], &SNAP]);
    carries(138, &[&[0; 16], &[8, 0]]);
    carries(143, &[&[0, 0, 0, 46, 0, 0], &[0; 12], &[8, 0]]);
    carries(143, &[&[1, 3, 0, 46, 7, 7, 7, 0, 0], &[0; 12], &[8, 0]]);
    carries(242, &[&[0; 40], &[8, 0, 0, 0]]);
}

#[test]
fn routers_of_juniper_put_their_header_in_front() {
    let plain = [0x4d, 0x47, 0x43, 0];
    let extended = [&[0x4d, 0x47, 0x43, 0x80, 0, 3][..], &[1, 1, 1]].concat();
    for header in [&plain[..], &extended] {
        carries(178, &[header, &[0; 12], &[8, 0]]);
        carries(179, &[header, &[0, 0x21]]);
        carries(180, &[header, &[0x18, 0x41, 3, 0xcc]]);
        carries(181, &[header, &[0x0f, 0, 8, 0]]);
    }
    carries(178, &[&[0x4d, 0x47, 0x43, 0x02], &[0; 4]]);
}

#[test]
fn cards_of_juniper_put_words_of_their_own_in_front() {
    for number in [137, 164, 194, 233] {
        for own in [0, 4, 8] {
            carries(number, &[b"MGC\0", &vec![9; own]]);
            carries(number, &[b"MGC\x80", &[0, 6], &[9; 6], &vec![9; own]]);
        }
        carries(number, &[b"MGC\0", &[9; 4], &SNAP]);
        carries(number, &[b"MGC\x02", &[2, 0, 0, 0]]);
    }
    assert_eq!(unread(137, &[&b"MGC\0"[..], &[9; 60]].concat()), ["1 link type 137 (Juniper ATM1)"]);
}

#[test]
fn labels_may_be_the_link_layer() {
    carries(219, &[&[0, 1, 0xdd, 0xff]]);
}

#[test]
fn extensible_records_carry_frames_behind_their_extensions() {
    carries(197, &[&[0; 8], &[2, 0, 0, 64, 0, 0, 0, 46], &[0; 2], &[0; 12], &[8, 0]]);
    carries(197, &[&[0; 8], &[0x82, 0, 0, 64, 0, 0, 0, 46], &[0x80; 8], &[0; 8], &[0; 2], &[0; 12], &[8, 0]]);
    carries(197, &[&[0; 8], &[22, 0, 0, 64, 0, 0, 0, 46]]);
}

#[test]
fn tags_of_switches_are_passed_over() {
    carries(240, &[&[0; 4], &[0; 12], &[8, 0]]);
    carries(241, &[&[0; 12], &[0; 12], &[8, 0]]);
    carries(259, &[&[0; 8], &[0; 12], &[8, 0]]);
    carries(274, &[&[0; 8], &[0; 12], &[8, 0]]);
    carries(281, &[&[0; 12], &[1; 4], &[8, 0]]);
    carries(282, &[&[1; 4], &[0; 12], &[8, 0]]);
    carries(284, &[&[0; 12], &[1; 4], &[8, 0]]);
    carries(285, &[&[0; 12], &[0xda, 0xda, 0, 0], &[1; 4], &[8, 0]]);
}

#[test]
fn a_packet_exported_by_its_dissector_is_read() {
    let name = |name: &[u8]| [&[0, 12, 0, 4][..], name, &[0, 0, 0, 0]].concat();
    carries(252, &[&[0, 20, 0, 2, 9, 9], &name(b"ip\0\0")]);
    carries(252, &[&name(b"eth\0"), &[0; 12], &[8, 0]]);
    assert_eq!(
        unread(252, &[&name(b"tls\0")[..], &[0; 9]].concat()),
        ["1 link type 252 (Wireshark upper PDU)"]
    );
}

/// Returns a frame of Ethernet around the datagram.
fn frame() -> Vec<u8> {
    [&[2; 12][..], &[8, 0], &IPV4].concat()
}

#[test]
fn ethernet_over_usb_is_found_in_its_transfers() {
    let len = [frame().len() as u8, 0, 0, 0];
    let message = [&[1, 0, 0, 0, 44 + len[0], 0, 0, 0, 36, 0, 0, 0][..], &len, &[0; 28]].concat();
    let table =
        [&b"NCMH"[..], &[12, 0, 0, 0, 0, 0, 12, 0], b"NCM0", &[16, 0, 0, 0, 28, 0, len[0], 0, 0, 0, 0, 0]];
    for (link_type, header) in
        [(189, vec![0; 48]), (220, vec![0; 64]), (249, [&[27, 0][..], &[0; 25]].concat())]
    {
        carries(link_type, &[&header, &[2; 12], &[8, 0]]);
        carries(link_type, &[&header, &message, &[2; 12], &[8, 0]]);
        carries(link_type, &[&header, &table.concat(), &[2; 12], &[8, 0]]);
        assert_eq!(odd(link_type, &[&header[..], &[7; 40]].concat()), []);
    }
}

#[test]
fn several_frames_of_one_transfer_are_read() {
    let frame = frame();
    let len = frame.len() as u8;
    let message =
        [&[1, 0, 0, 0, 44 + len, 0, 0, 0, 36, 0, 0, 0, len, 0, 0, 0][..], &[0; 28], &frame].concat();
    let entries = [32, 0, len, 0, 32 + len, 0, len, 0, 0, 0, 0, 0];
    let table = [&b"NCMH"[..], &[12, 0, 0, 0, 0, 0, 12, 0], b"NCM0", &[20, 0, 0, 0], &entries].concat();
    for transfer in [message.repeat(2), [&table[..], &frame, &frame].concat()] {
        let data = [&[0; 64][..], &transfer].concat();
        let (mut decoder, mut found) = (Decoder::default(), 0);
        let packet = Packet { ts: Timestamp(1), link_type: 220, data: &data, wire_len: data.len() as u32 };
        decoder.segments(&packet, &mut |_| found += 1);
        assert_eq!((found, &decoder.weirds), (2, &Weirds::default()));
    }
}
