use super::*;

/// An IPv4 header alone.
const INNER: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
/// Returns an IPv6 header alone.
fn inner_v6() -> Vec<u8> {
    [&[0x60, 0, 0, 0, 0, 0, 59, 64][..], &[1; 32]].concat()
}

/// Returns what GRE with this header carries: the layer, and how many bytes.
fn gre_of(header: &[u8]) -> Result<(Layer, usize), &'static str> {
    let data = [header, &INNER].concat();
    let found = in_ip(GRE, Wire { data: &data, len: data.len() as u32 });
    found.map(|(layer, wire)| (layer, wire.data.len())).map_err(crate::Counter::kind)
}

fn udp(port: u16, data: &[u8]) -> Option<(Layer, Vec<u8>)> {
    let found = |src_port, dst_port| {
        in_udp(&Udp { src_port, dst_port, len: data.len() as u32, payload: data }, None)
            .map(|(_, layer, wire)| (layer, wire.data.to_vec()))
    };
    assert_eq!(found(40_000, port), found(port, 40_000));
    found(40_000, port)
}

#[test]
fn ip_in_ip_has_the_version_that_its_protocol_says() {
    let v6 = inner_v6();
    let (v4, v6) = (Wire { data: &INNER, len: 20 }, Wire { data: &v6, len: 40 });
    assert!(matches!(in_ip(4, v4), Ok((Layer::Ip, _))));
    assert!(matches!(in_ip(41, v6), Ok((Layer::Ip, _))));
    assert_eq!(in_ip(4, v6).map(|it| it.0), Err(Weird::InvalidInnerIpVersion));
    assert_eq!(in_ip(41, Wire { data: &[], len: 0 }).map(|it| it.0), Err(Weird::TruncatedInnerIp));
}

#[test]
fn ip_in_ip_is_as_long_as_what_is_around() {
    for (data, len) in [(&INNER[..], 21), (&[&INNER[..], &[0]].concat(), 21)] {
        let mismatch = Err(Weird::InnerIpPayloadLengthMismatch);
        assert_eq!(in_ip(4, Wire { data, len }).map(|it| it.0), mismatch);
    }
    // A snaplen changes no length.
    assert!(in_ip(4, Wire { data: &INNER[..12], len: 20 }).is_ok());
}

#[test]
fn gre_has_optional_fields() {
    let ip = Layer::EtherType(0x0800);
    assert_eq!(gre_of(&[0, 0, 8, 0]), Ok((ip, 20)));
    assert_eq!(gre_of(&[0xb0, 0, 8, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]), Ok((ip, 20)));
    assert_eq!(gre_of(&[0, 0, 0x65, 0x58]), Ok((Layer::EtherType(0x6558), 20)));
    assert_eq!(gre_of(&[0, 2, 8, 0]), Err("unknown_gre_version"));
    assert_eq!(gre_of(&[0x40, 0, 8, 0]), Err("gre_routing"));
    assert_eq!(gre_of(&[0, 8, 8, 0]), Err("unknown_gre_flags"));
    assert_eq!(in_ip(GRE, Wire { data: &[0, 0, 8], len: 3 }).map(|it| it.0), Err(Weird::TruncatedGre));
}

#[test]
fn enhanced_gre_carries_ppp() {
    let header = [0x30, 0x81, 0x88, 0x0b, 0, 20, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2];
    assert_eq!(gre_of(&header), Ok((Layer::EtherType(0x880b), 20)));
    assert_eq!(gre_of(&[0x30, 1, 8, 0]), Err("egre_protocol_type"));
    let acknowledgement = [0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 7, 0, 0, 0, 2];
    let found = in_ip(GRE, Wire { data: &acknowledgement, len: 12 });
    assert_eq!(found.map(|it| it.0), Ok(Layer::Empty));
}

#[test]
fn erspan_has_three_headers() {
    assert_eq!(gre_of(&[0, 0, 0x88, 0xbe]), Ok((Layer::Ethernet, 20)));
    let second = [&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1][..], &[0; 8]].concat();
    assert_eq!(gre_of(&second), Ok((Layer::Ethernet, 20)));
    let third = [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0; 12]].concat();
    assert_eq!(gre_of(&third), Ok((Layer::Ethernet, 20)));
    let third = [&[0x10, 0, 0x22, 0xeb, 0, 0, 0, 1][..], &[0; 11], &[1], &[0; 8]].concat();
    assert_eq!(gre_of(&third), Ok((Layer::Ethernet, 20)));
}

#[test]
fn access_points_of_aruba_carry_802_11() {
    assert_eq!(gre_of(&[0, 0, 0x82, 0x40]), Ok((Layer::Wireless, 20)));
    assert_eq!(gre_of(&[0, 0, 0x90, 0]), Ok((Layer::Wireless, 20)));
    assert_eq!(gre_of(&[0, 0, 0x82, 0x41]), Ok((Layer::EtherType(0x8241), 20)));
}

#[test]
fn gtp_carries_ip_behind_its_extension_headers() {
    let ip = Some((Layer::Ip, INNER.to_vec()));
    let plain = [&[0x30, 255, 0, 20, 0, 0, 0, 1][..], &INNER].concat();
    assert_eq!(udp(2152, &plain), ip);
    let extended =
        [&[0x34, 255, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 9, 9, 0xc0, 1, 9, 9, 0][..], &INNER].concat();
    assert_eq!(udp(2152, &extended), ip);
    assert_eq!(udp(2152, &[&[0x34, 255, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0][..], &INNER].concat()), None);
}

#[test]
fn gtp_that_is_no_user_data_stays_a_datagram() {
    for (at, value) in [(0, 0x50), (0, 0x20), (1, 16)] {
        let mut packet = [&[0x30, 255, 0, 20, 0, 0, 0, 1][..], &INNER].concat();
        packet[at] = value;
        assert_eq!(udp(2152, &packet), None);
    }
    assert_eq!(udp(2152, &[&[0x30, 255, 0, 20, 0, 0, 0, 1][..], &INNER, &[0]].concat()), None);
}

#[test]
fn teredo_carries_ipv6_behind_authentication_and_origin() {
    let ip = Some((Layer::Ip, inner_v6()));
    let authentication = [&[0, 1, 2, 3][..], &[7; 5], &[8; 9]].concat();
    let origin = [0, 0, 1, 2, 3, 4, 5, 6];
    assert_eq!(udp(3544, &inner_v6()), ip);
    assert_eq!(udp(3544, &[&origin[..], &inner_v6()].concat()), ip);
    assert_eq!(udp(3544, &[&authentication[..], &origin, &inner_v6()].concat()), ip);
    assert_eq!(udp(3544, &INNER), None);
}

#[test]
fn teredo_between_peers_is_known_by_an_address() {
    for at in [8, 24] {
        let mut packet = inner_v6();
        packet[at..at + 4].copy_from_slice(&[0x20, 1, 0, 0]);
        assert_eq!(udp(50_000, &packet), Some((Layer::Ip, packet.clone())));
        packet[at + 3] = 1;
        assert_eq!(udp(50_000, &packet), None);
    }
}

#[test]
fn vxlan_and_geneve_carry_ethernet() {
    let frame = [5; 14];
    assert_eq!(
        udp(4789, &[&[8, 0, 0, 0, 0, 0, 9, 0][..], &frame].concat()),
        Some((Layer::Ethernet, frame.to_vec()))
    );
    assert_eq!(udp(4789, &[&[0; 8][..], &frame].concat()), None);
    assert_eq!(udp(4789, &[8, 0, 0, 0, 0, 0, 9, 0]), None);
    let options = [1, 0, 0x65, 0x58, 0, 0, 9, 0, 1, 1, 1, 1];
    assert_eq!(udp(6081, &[&options[..], &frame].concat()), Some((Layer::EtherType(0x6558), frame.to_vec())));
    assert_eq!(udp(6081, &[&[0x40, 0, 0x65, 0x58, 0, 0, 9, 0][..], &frame].concat()), None);
}

#[test]
fn ayiya_carries_ip_behind_identity_and_signature() {
    let header = [&[0x41, 0x52, 0x11, 41, 0, 0, 0, 0][..], &[1; 16], &[2; 20]].concat();
    assert_eq!(udp(5072, &[&header[..], &inner_v6()].concat()), Some((Layer::Ip, inner_v6())));
    let mut heartbeat = header;
    heartbeat[2] = 0x10;
    assert_eq!(udp(5072, &heartbeat), None);
}

#[test]
fn gtp_is_not_tunnelled_in_itself() {
    let data = [&[0x30, 255, 0, 20, 0, 0, 0, 1][..], &INNER].concat();
    let datagram = Udp { src_port: 40_000, dst_port: 2152, len: 28, payload: &data };
    let kind = |around| in_udp(&datagram, around).map(|(kind, ..)| kind);
    assert_eq!(kind(Some(Kind::Gtp)), None);
    for around in [None, Some(Kind::GreInUdp), Some(Kind::Other)] {
        assert_eq!(kind(around), Some(Kind::Gtp));
    }
}

#[test]
fn gre_in_udp_is_followed() {
    assert_eq!(
        udp(4754, &[&[0, 0, 8, 0][..], &INNER].concat()),
        Some((Layer::EtherType(0x0800), INNER.to_vec()))
    );
}

#[test]
fn other_ports_carry_nothing() {
    assert_eq!(udp(53, &[&[8, 0, 0, 0, 0, 0, 9, 0][..], &[5; 14]].concat()), None);
}
