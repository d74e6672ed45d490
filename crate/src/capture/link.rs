//! [`segment`]: link layers, peeled off one by one down to IP.
//!
//! Each layer is one small function that takes what is left of the packet and gives the next layer with what that one
//! holds. A packet has at most [`MAX_LAYERS`] of them.

use super::{Packet, Segment, ip};
use crate::{Weird, Weirds};

/// Layers that are peeled off before a packet is given up: more tags than any network stacks, fewer than fit in a frame.
const MAX_LAYERS: usize = 16;

/// A layer that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// IEEE 802.3, from the addresses on.
    Ethernet,
    /// What an EtherType announces.
    EtherType(u16),
    /// IEEE 802.2 logical link control.
    Llc,
    /// A cooked header of Linux (LINKTYPE_LINUX_SLL).
    LinuxSll,
    /// Its second version (LINKTYPE_LINUX_SLL2).
    LinuxSll2,
    /// The address family of BSD's loopback (LINKTYPE_NULL, LINKTYPE_LOOP).
    Loopback,
    /// IPv4 or IPv6; the first four bits tell.
    Ip,
    /// Something that carries no IP: ARP, spanning tree and the like.
    Other,
}

/// What is left of a packet, from some layer on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a> {
    /// What was captured.
    pub(super) data: &'a [u8],
    /// How long it was on the wire; not less than `data.len()`.
    pub(super) len: u32,
}

impl<'a> Wire<'a> {
    /// Takes a header of `N` bytes off; nothing when it was not captured whole.
    fn header<const N: usize>(self) -> Option<(&'a [u8; N], Wire<'a>)> {
        let (header, data) = self.data.split_first_chunk()?;
        Some((header, Wire { data, len: self.len.saturating_sub(N as u32) }))
    }

    /// Cuts off what stands behind `len` bytes.
    fn clip(self, len: u32) -> Wire<'a> {
        Wire { data: self.data.get(..len as usize).unwrap_or(self.data), len: self.len.min(len) }
    }
}

/// Finds the IP packet inside a captured packet, and the transport segment inside that.
///
/// Nothing when the packet carries no IP or no transport that is analysed; damage and what is not understood is counted.
pub fn segment<'a>(packet: &Packet<'a>, weirds: &mut Weirds) -> Option<Segment<'a>> {
    let Some(mut layer) = first_layer(packet.link_type) else {
        weirds.count(Weird("unknown_link_type"));
        return None;
    };
    let mut wire = Wire { data: packet.data, len: packet.wire_len };
    for _ in 0..MAX_LAYERS {
        let next = match layer {
            Layer::Ethernet => ethernet(wire),
            Layer::EtherType(kind) => ether_type(kind, wire),
            Layer::Llc => llc(wire),
            Layer::LinuxSll => linux_sll(wire),
            Layer::LinuxSll2 => linux_sll2(wire),
            Layer::Loopback => loopback(wire),
            Layer::Ip => return ip::segment(packet.ts, wire, weirds),
            Layer::Other => return None,
        };
        let Some(inner) = next else {
            weirds.count(Weird("truncated_link_header"));
            return None;
        };
        (layer, wire) = inner;
    }
    weirds.count(Weird("too_many_layers"));
    None
}

/// The layer with which a packet of this LINKTYPE begins.
fn first_layer(link_type: u32) -> Option<Layer> {
    Some(match link_type {
        1 => Layer::Ethernet,
        0 | 108 => Layer::Loopback,
        // LINKTYPE_RAW, two numbers that some systems use for it, LINKTYPE_IPV4 and LINKTYPE_IPV6.
        101 | 12 | 14 | 228 | 229 => Layer::Ip,
        113 => Layer::LinuxSll,
        276 => Layer::LinuxSll2,
        _ => return None,
    })
}

type Inner<'a> = Option<(Layer, Wire<'a>)>;

fn ethernet(wire: Wire<'_>) -> Inner<'_> {
    let ([_, _, _, _, _, _, _, _, _, _, _, _, t0, t1], rest) = wire.header()?;
    Some((Layer::EtherType(u16::from_be_bytes([*t0, *t1])), rest))
}

/// What the number announces; up to 1500 it is the length of an 802.3 frame.
fn ether_type(kind: u16, wire: Wire<'_>) -> Inner<'_> {
    match kind {
        0x0800 | 0x86dd => Some((Layer::Ip, wire)),
        // 802.1Q, 802.1ad and what switches used before it: a tag and the next EtherType.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
            let ([_, _, t0, t1], rest) = wire.header()?;
            Some((Layer::EtherType(u16::from_be_bytes([*t0, *t1])), rest))
        }
        // PPPoE session (RFC 2516): version, code, session, length, and the PPP protocol inside.
        0x8864 => {
            let ([_, _, _, _, l0, l1, p0, p1], rest) = wire.header()?;
            let layer = match u16::from_be_bytes([*p0, *p1]) {
                0x0021 | 0x0057 => Layer::Ip,
                _ => Layer::Other,
            };
            Some((layer, rest.clip(u32::from(u16::from_be_bytes([*l0, *l1])).saturating_sub(2))))
        }
        0..=1500 => Some((Layer::Llc, wire.clip(u32::from(kind)))),
        _ => Some((Layer::Other, wire)),
    }
}

fn llc(wire: Wire<'_>) -> Inner<'_> {
    match wire.data {
        // SNAP (IEEE 802, RFC 1042) with an EtherType.
        [0xaa, 0xaa, 0x03, ..] => {
            let ([_, _, _, o0, o1, o2, t0, t1], rest) = wire.header()?;
            let known = matches!([o0, o1, o2], [0, 0, 0] | [0, 0, 0xf8]);
            let kind = u16::from_be_bytes([*t0, *t1]);
            Some((if known && kind > 1500 { Layer::EtherType(kind) } else { Layer::Other }, rest))
        }
        // The address of IP itself.
        [0x06, 0x06, 0x03, ..] => {
            let (_, rest) = wire.header::<3>()?;
            Some((Layer::Ip, rest))
        }
        _ => Some((Layer::Other, wire)),
    }
}

fn linux_sll(wire: Wire<'_>) -> Inner<'_> {
    let ([_, _, _, _, _, _, _, _, _, _, _, _, _, _, p0, p1], rest) = wire.header()?;
    Some((cooked(u16::from_be_bytes([*p0, *p1])), rest))
}

fn linux_sll2(wire: Wire<'_>) -> Inner<'_> {
    let ([p0, p1, ..], rest) = wire.header::<20>()?;
    Some((cooked(u16::from_be_bytes([*p0, *p1])), rest))
}

/// The protocol of a cooked header: an EtherType, or one of Linux's own small numbers.
fn cooked(protocol: u16) -> Layer {
    match protocol {
        4 => Layer::Llc,
        0..=1500 => Layer::Other,
        _ => Layer::EtherType(protocol),
    }
}

fn loopback(wire: Wire<'_>) -> Inner<'_> {
    let (family, rest) = wire.header::<4>()?;
    // In the byte order of the machine that captured, which need not be the file's; families are small numbers.
    let family = u32::from_be_bytes(*family).min(u32::from_le_bytes(*family));
    // AF_INET; AF_INET6 of Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
    let layer = if matches!(family, 2 | 10 | 23 | 24 | 28 | 30) { Layer::Ip } else { Layer::Other };
    Some((layer, rest))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::super::{Timestamp, Transport};
    use super::*;

    /// A UDP datagram of four bytes from 10.0.0.1 port 1000 to 10.0.0.2 port 53.
    const IPV4: [u8; 32] = [
        0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0x66, 0xcb, 10, 0, 0, 1, 10, 0, 0, 2, // header
        0x03, 0xe8, 0, 53, 0, 12, 0, 0, b'a', b'b', b'c', b'd',
    ];

    fn find(link_type: u32, data: &[u8]) -> (Option<(IpAddr, u32, usize)>, Weirds) {
        let mut weirds = Weirds::default();
        let packet = Packet { ts: Timestamp(1), link_type, data, wire_len: data.len() as u32 };
        let found = segment(&packet, &mut weirds).map(|it| match it.transport {
            Transport::Udp(udp) => (it.src, it.ip_len, udp.payload.len()),
            other => panic!("{other:?}"),
        });
        (found, weirds)
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
        let ipv6 =
            [&[0x60, 0, 0, 0, 0, 12, 17, 64][..], &[0; 15], &[1], &[0; 15], &[2], &IPV4[20..]].concat();
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

    #[test]
    fn what_carries_no_ip_is_passed_over_in_silence() {
        // ARP.
        assert_eq!(odd(1, &[&[0; 12][..], &[8, 6], &[0; 28]].concat()), []);
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
                assert_eq!(
                    odd(link_type, &header[..len]),
                    [("truncated_link_header", 1)],
                    "{link_type} {len}"
                );
            }
            assert_eq!(odd(link_type, &header), [("truncated_IP", 1)]);
        }
    }

    #[test]
    fn an_unknown_link_type_is_counted() {
        assert_eq!(odd(147, &IPV4), [("unknown_link_type", 1)]);
    }
}
