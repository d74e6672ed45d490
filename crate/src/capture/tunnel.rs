//! Tunnels: what an IP packet or a UDP datagram carries for others.
//!
//! A datagram is taken for a tunnel's by its port and its content, as Zeek does: what does not look like one stays a
//! datagram, without a word.

use super::Udp;
use super::layer::{Inner, Layer};
use super::wire::Wire;
use crate::Weird;
use crate::field::Field;

/// Tunnels in tunnels that are followed (Zeek: `Tunnel::max_depth`).
pub(super) const MAX_DEPTH: u8 = 4;

const IPV4: u8 = 4;
const IPV6: u8 = 41;
const GRE: u8 = 47;

/// Whether this protocol of IP is a tunnel.
pub(super) fn is_tunnel(ip_proto: u8) -> bool {
    matches!(ip_proto, IPV4 | IPV6 | GRE)
}

/// What an IP packet carries whose protocol is a tunnel's.
pub(super) fn in_ip(ip_proto: u8, payload: Wire<'_>) -> Result<(Layer, Wire<'_>), Weird> {
    match (ip_proto, payload.data.first().map(|first| first >> 4)) {
        (GRE, _) => gre(payload),
        (IPV4, Some(4)) | (IPV6, Some(6)) => {
            exact_ip(payload).ok_or(Weird("inner_IP_payload_length_mismatch"))
        }
        (_, None) => Err(Weird("truncated_inner_IP")),
        _ => Err(Weird("invalid_inner_IP_version")),
    }
}

/// Kinds of tunnels that a rule of their own applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// GPRS, which is never tunnelled in itself.
    Gtp,
    /// GRE in UDP: a tunnel between two addresses. Its ports only spread the load (RFC 8086), and Zeek does not look at
    /// them.
    GreInUdp,
    Other,
}

/// What a datagram carries for others, if it does; `around` is the tunnel that it came out of.
pub(super) fn in_udp<'a>(udp: &Udp<'a>, around: Option<Kind>) -> Option<(Kind, Layer, Wire<'a>)> {
    let wire = Wire { data: udp.payload, len: udp.len };
    let carried = |port| {
        let (kind, inner) = match port {
            2123 | 2152 if around != Some(Kind::Gtp) => (Kind::Gtp, gtp(wire)),
            3544 => (Kind::Other, teredo(wire)),
            4754 => (Kind::GreInUdp, gre(wire).ok()),
            4789 => (Kind::Other, vxlan(wire)),
            5072 => (Kind::Other, ayiya(wire)),
            6081 => (Kind::Other, geneve(wire)),
            _ => return None,
        };
        inner.map(|(layer, wire)| (kind, layer, wire))
    };
    // Zeek asks for the responder's port, which is the well-known one of the two.
    carried(udp.dst_port)
        .or_else(|| carried(udp.src_port))
        .or_else(|| teredo_between_peers(wire).map(|(layer, wire)| (Kind::Other, layer, wire)))
}

/// Generic routing encapsulation (RFC 2784, RFC 2890), and what builds on it.
fn gre(wire: Wire<'_>) -> Result<(Layer, Wire<'_>), Weird> {
    const TRUNCATED: Weird = Weird("truncated_GRE");
    const FLAGS: Field = 0..2;
    const TYPE: Field = 2..4;
    let flags = wire.be16(FLAGS).ok_or(TRUNCATED)?;
    let kind = wire.be16(TYPE).ok_or(TRUNCATED)?;
    let mut rest = wire.skip(TYPE.end).ok_or(TRUNCATED)?;
    let version = flags & 0x0007;
    if version > 1 {
        return Err(Weird("unknown_gre_version"));
    }
    if version == 1 && kind != 0x880b {
        return Err(Weird("egre_protocol_type"));
    }
    if flags & 0x4000 != 0 {
        return Err(Weird("gre_routing"));
    }
    if flags & 0x0078 != 0 {
        return Err(Weird("unknown_gre_flags"));
    }
    // Checksum, key, sequence number, acknowledgement.
    for flag in [0x8000, 0x2000, 0x1000, 0x0080] {
        if flags & flag != 0 {
            rest = rest.skip(4).ok_or(TRUNCATED)?;
        }
    }
    // An acknowledgement of PPTP (RFC 2637) carries nothing.
    if rest.data.is_empty() {
        return Ok((Layer::Other, rest));
    }
    let has_sequence = flags & 0x1000 != 0;
    Ok(match kind {
        // ERSPAN: type I has no header of its own, type II has a sequence number.
        0x88be => (Layer::Ethernet, rest.skip(if has_sequence { 8 } else { 0 }).ok_or(TRUNCATED)?),
        // ERSPAN type III, whose last bit says whether a part for the platform follows.
        0x22eb => {
            let (header, rest) = rest.header::<12>().ok_or(TRUNCATED)?;
            let [.., last] = header;
            (Layer::Ethernet, rest.skip(if last & 1 == 1 { 8 } else { 0 }).ok_or(TRUNCATED)?)
        }
        // Access points of Aruba.
        0x8200..=0x8370 if kind & 0x0f == 0 => (Layer::Wireless, rest),
        0x9000 => (Layer::Wireless, rest),
        _ => (Layer::EtherType(kind), rest),
    })
}

/// The user plane of GPRS tunnelling, version 1 (3GPP TS 29.281).
fn gtp(wire: Wire<'_>) -> Inner<'_> {
    const USER_DATA: u8 = 255;
    const HEADER: usize = 8;
    /// Behind the header: sequence number, N-PDU number and type of the first extension header.
    const OPTIONAL: usize = 4;
    let (flags, kind, mut rest) = (wire.u8(0)?, wire.u8(1)?, wire.skip(HEADER)?);
    // Version 1 and not GTP'.
    if flags & 0xf0 != 0x30 || kind != USER_DATA {
        return None;
    }
    if flags & 0x07 != 0 {
        let next = rest.u8(OPTIONAL - 1)?;
        let mut next = if flags & 0x04 != 0 { next } else { 0 };
        rest = rest.skip(OPTIONAL)?;
        // Extension headers; each turn takes four bytes at least.
        while next != 0 {
            let len = usize::from(*rest.data.first()?) * 4;
            next = *rest.data.get(len.checked_sub(1)?)?;
            rest = rest.skip(len)?;
        }
    }
    exact_ip(rest)
}

/// Teredo (RFC 4380 section 5.1.1): authentication and origin indication may precede IPv6.
fn teredo(mut wire: Wire<'_>) -> Inner<'_> {
    if let [0, 1, id_len, auth_len, ..] = wire.data {
        wire = wire.skip(4 + usize::from(*id_len) + usize::from(*auth_len) + 9)?;
    }
    if let [0, 0, ..] = wire.data {
        wire = wire.skip(8)?;
    }
    (wire.data.first()? >> 4 == 6).then_some(())?;
    exact_ip(wire)
}

/// Teredo on the ports that its clients have: IPv6 from or to an address of Teredo.
fn teredo_between_peers(wire: Wire<'_>) -> Inner<'_> {
    const PREFIX: [u8; 4] = [0x20, 0x01, 0, 0];
    let [0x60..=0x6f, ..] = wire.data else { return None };
    let starts = |at: usize| wire.data.get(at..).is_some_and(|rest| rest.starts_with(&PREFIX));
    (starts(8) || starts(24)).then(|| exact_ip(wire))?
}

/// Virtual extensible LAN (RFC 7348).
fn vxlan(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 8;
    let (flags, rest) = (wire.u8(0)?, wire.skip(HEADER)?);
    (flags & 0x08 != 0 && !rest.data.is_empty()).then_some((Layer::Ethernet, rest))
}

/// Generic network virtualisation encapsulation (RFC 8926).
fn geneve(wire: Wire<'_>) -> Inner<'_> {
    const TYPE: Field = 2..4;
    const HEADER: usize = 8;
    let (first, layer) = (wire.u8(0)?, Layer::EtherType(wire.be16(TYPE)?));
    let rest = wire.skip(HEADER)?.skip(usize::from(first & 0x3f) * 4)?;
    (first >> 6 == 0 && !rest.data.is_empty()).then_some((layer, rest))
}

/// Anything in anything (draft-massar-v6ops-ayiya-02).
fn ayiya(wire: Wire<'_>) -> Inner<'_> {
    const FORWARD: u8 = 1;
    const HEADER: usize = 8;
    let ([lengths, signature, operation, next], _) = wire.header()?;
    let rest = wire.skip(HEADER)?;
    if operation & 0x0f != FORWARD || !matches!(*next, IPV4 | IPV6) {
        return None;
    }
    let identity_len = 1_usize << (lengths >> 4);
    Some((Layer::Ip, rest.skip(identity_len + usize::from(signature >> 4) * 4)?))
}

/// An IP packet of just the length that there is; a packet without payload may have bytes behind it.
fn exact_ip(wire: Wire<'_>) -> Inner<'_> {
    const TOTAL_LENGTH: Field = 2..4;
    const PAYLOAD_LENGTH: Field = 4..6;
    const NEXT_HEADER: usize = 6;
    const NO_NEXT_HEADER: u8 = 59;
    let fits = match wire.u8(0)? >> 4 {
        4 => u32::from(wire.be16(TOTAL_LENGTH)?) == wire.len,
        6 => {
            let (len, next) = (u32::from(wire.be16(PAYLOAD_LENGTH)?), wire.u8(NEXT_HEADER)?);
            len + 40 == wire.len || (len == 0 && next == NO_NEXT_HEADER)
        }
        _ => false,
    };
    fits.then_some((Layer::Ip, wire))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPv4 header alone.
    const INNER: [u8; 20] = [0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    /// An IPv6 header alone.
    fn inner_v6() -> Vec<u8> {
        [&[0x60, 0, 0, 0, 0, 0, 59, 64][..], &[1; 32]].concat()
    }

    /// What GRE with this header carries: the layer, and how many bytes.
    fn gre_of(header: &[u8]) -> Result<(Layer, usize), &'static str> {
        let data = [header, &INNER].concat();
        let found = in_ip(GRE, Wire { data: &data, len: data.len() as u32 });
        found.map(|(layer, wire)| (layer, wire.data.len())).map_err(|weird| weird.0)
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
        assert_eq!(in_ip(4, v6).map(|it| it.0), Err(Weird("invalid_inner_IP_version")));
        assert_eq!(in_ip(41, Wire { data: &[], len: 0 }).map(|it| it.0), Err(Weird("truncated_inner_IP")));
    }

    #[test]
    fn ip_in_ip_is_as_long_as_what_is_around() {
        for (data, len) in [(&INNER[..], 21), (&[&INNER[..], &[0]].concat(), 21)] {
            let mismatch = Err(Weird("inner_IP_payload_length_mismatch"));
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
        assert_eq!(in_ip(GRE, Wire { data: &[0, 0, 8], len: 3 }).map(|it| it.0), Err(Weird("truncated_GRE")));
    }

    #[test]
    fn enhanced_gre_carries_ppp() {
        let header = [0x30, 0x81, 0x88, 0x0b, 0, 20, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2];
        assert_eq!(gre_of(&header), Ok((Layer::EtherType(0x880b), 20)));
        assert_eq!(gre_of(&[0x30, 1, 8, 0]), Err("egre_protocol_type"));
        let acknowledgement = [0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 7, 0, 0, 0, 2];
        let found = in_ip(GRE, Wire { data: &acknowledgement, len: 12 });
        assert_eq!(found.map(|it| it.0), Ok(Layer::Other));
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
        assert_eq!(
            udp(2152, &[&[0x34, 255, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0x85, 0, 0][..], &INNER].concat()),
            None
        );
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
        assert_eq!(
            udp(6081, &[&options[..], &frame].concat()),
            Some((Layer::EtherType(0x6558), frame.to_vec()))
        );
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
}
