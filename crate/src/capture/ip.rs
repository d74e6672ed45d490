//! IPv4 and IPv6 with their extension headers, and the transport headers inside.
//!
//! Lengths come from the IP header, not from what was captured: a snaplen shortens the payload, never its length, and
//! the padding of a short Ethernet frame is no payload. A length of zero, which segmentation offloading leaves, stands
//! for the whole frame.

use std::net::IpAddr;

use etherparse::{IpNumber, Ipv6ExtensionSlice, LaxIpPayloadSlice, LaxIpSlice, LaxIpv4Slice, LaxIpv6Slice};

use super::checksum::Checksum;
use super::link::Wire;
use super::{Icmp, Segment, Tcp, Timestamp, Transport, Udp};
use crate::{Weird, Weirds};

const IPV6_HEADER: u32 = 40;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;

/// An IP packet, taken apart.
struct Ip<'a> {
    src: IpAddr,
    dst: IpAddr,
    /// As the header states it; see the module for zero.
    len: u32,
    /// What stands in front of the payload, extension headers included.
    header_len: u32,
    payload: LaxIpPayloadSlice<'a>,
    /// Whether it is a fragment that does not begin with the transport header.
    later_fragment: bool,
    /// Whether the checksum of the IPv4 header is wrong.
    bad_checksum: bool,
    /// Whether the pseudo header can be made: not so while a routing header keeps the final destination.
    pseudo_header: bool,
}

/// Finds the transport segment in an IP packet; nothing when there is none that is analysed.
pub(super) fn segment<'a>(ts: Timestamp, wire: Wire<'a>, weirds: &mut Weirds) -> Option<Segment<'a>> {
    let (slice, damage) = match LaxIpSlice::from_slice(wire.data) {
        Ok(slice) => slice,
        Err(_) => {
            weirds.count(damage_of_header(wire.data));
            return None;
        }
    };
    if damage.is_some() {
        weirds.count(Weird("truncated_IPv6_extension"));
        return None;
    }
    let ip = match slice {
        LaxIpSlice::Ipv4(slice) => ipv4(&slice, wire, weirds)?,
        LaxIpSlice::Ipv6(slice) => ipv6(&slice, wire, weirds),
    };
    if ip.len > wire.len {
        weirds.count(Weird("truncated_IP_len"));
    }
    if ip.later_fragment {
        weirds.count(Weird("fragment"));
        return None;
    }
    let Some(len) = ip.len.checked_sub(ip.header_len) else {
        weirds.count(Weird("invalid_IP_header_size"));
        return None;
    };
    let ip_proto = ip.payload.ip_number.0;
    let transport = transport(ip_proto, Wire { data: ip.payload.payload, len }, weirds)?;
    let bad_checksum = ip.bad_checksum || bad_transport_checksum(&ip, len, weirds);
    Some(Segment { ts, src: ip.src, dst: ip.dst, ip_len: ip.len, ip_proto, bad_checksum, transport })
}

/// Why the header could not be read, in Zeek's words.
fn damage_of_header(data: &[u8]) -> Weird {
    match data.first().map(|byte| (byte >> 4, byte & 0x0f)) {
        Some((4, ..5)) => Weird("invalid_IP_header_size"),
        None | Some((4 | 6, _)) => Weird("truncated_IP"),
        Some(_) => Weird("unknown_ip_version"),
    }
}

fn ipv4<'a>(slice: &LaxIpv4Slice<'a>, wire: Wire<'a>, weirds: &mut Weirds) -> Option<Ip<'a>> {
    let header = slice.header();
    let bytes = header.slice();
    let extensions = slice.extensions().auth.as_ref().map_or(0, |auth| auth.slice().len());
    let mut len = u32::from(header.total_len());
    if len == 0 {
        weirds.count(Weird("ip_hdr_len_zero"));
        len = wire.len;
    }
    if (len as usize) < bytes.len() {
        weirds.count(Weird("invalid_IP_header_size"));
        return None;
    }
    let bad_checksum = !Checksum::default().add(bytes).is_right();
    if bad_checksum {
        weirds.count(Weird("bad_IP_checksum"));
    }
    Some(Ip {
        src: IpAddr::V4(header.source_addr()),
        dst: IpAddr::V4(header.destination_addr()),
        len,
        header_len: (bytes.len() + extensions) as u32,
        payload: slice.payload().clone(),
        later_fragment: header.fragments_offset().value() != 0,
        bad_checksum,
        pseudo_header: true,
    })
}

fn ipv6<'a>(slice: &LaxIpv6Slice<'a>, wire: Wire<'a>, weirds: &mut Weirds) -> Ip<'a> {
    let header = slice.header();
    let extensions = slice.extensions();
    let mut len = u32::from(header.payload_length()) + IPV6_HEADER;
    if len == IPV6_HEADER && !slice.payload().payload.is_empty() {
        weirds.count(Weird("ip_hdr_len_zero"));
        len = wire.len;
    }
    let (mut later_fragment, mut pseudo_header) = (false, true);
    if !extensions.is_empty() {
        for extension in extensions.clone() {
            match extension {
                Ipv6ExtensionSlice::Fragment(it) => later_fragment |= it.fragment_offset().value() != 0,
                // Segments left, RFC 8200 section 4.4.
                Ipv6ExtensionSlice::Routing(it) => pseudo_header &= it.slice().get(3) == Some(&0),
                _ => {}
            }
        }
    }
    Ip {
        src: IpAddr::V6(header.source_addr()),
        dst: IpAddr::V6(header.destination_addr()),
        len,
        header_len: IPV6_HEADER + extensions.slice().len() as u32,
        payload: slice.payload().clone(),
        later_fragment,
        bad_checksum: false,
        pseudo_header,
    }
}

fn transport<'a>(ip_proto: u8, wire: Wire<'a>, weirds: &mut Weirds) -> Option<Transport<'a>> {
    let transport = match ip_proto {
        TCP => tcp(wire).map(Transport::Tcp),
        UDP => udp(wire, weirds).map(Transport::Udp),
        ICMP | ICMPV6 => icmp(wire).map(Transport::Icmp),
        _ => {
            weirds.count(Weird("unknown_ip_protocol"));
            return None;
        }
    };
    if transport.is_none() {
        weirds.count(Weird("truncated_transport_header"));
    }
    transport
}

/// A TCP segment (RFC 9293); its options need not have been captured.
fn tcp(wire: Wire<'_>) -> Option<Tcp<'_>> {
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, _, _] =
        *wire.data.first_chunk()?;
    let header_len = u32::from(offset >> 4) * 4;
    if header_len < 20 {
        return None;
    }
    Some(Tcp {
        src_port: u16::from_be_bytes([s0, s1]),
        dst_port: u16::from_be_bytes([d0, d1]),
        seq: u32::from_be_bytes([q0, q1, q2, q3]),
        ack: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        len: wire.len.checked_sub(header_len)?,
        payload: wire.data.get(header_len as usize..).unwrap_or_default(),
    })
}

/// A UDP datagram (RFC 768). Zeek counts the bytes that the UDP header states.
fn udp<'a>(wire: Wire<'a>, weirds: &mut Weirds) -> Option<Udp<'a>> {
    let ([s0, s1, d0, d1, l0, l1, _, _], payload) = wire.data.split_first_chunk::<8>()?;
    let carried = wire.len.checked_sub(8)?;
    let stated = u32::from(u16::from_be_bytes([*l0, *l1]));
    if stated != wire.len {
        weirds.count(Weird("UDP_datagram_length_mismatch"));
    }
    // Zero stands for a length that does not fit (RFC 2675) or that offloading fills in.
    let len = stated.checked_sub(8).unwrap_or(carried);
    Some(Udp {
        src_port: u16::from_be_bytes([*s0, *s1]),
        dst_port: u16::from_be_bytes([*d0, *d1]),
        len,
        payload: payload.get(..len as usize).unwrap_or(payload),
    })
}

/// An ICMP (RFC 792) or ICMPv6 (RFC 4443) message.
fn icmp(wire: Wire<'_>) -> Option<Icmp> {
    let [kind, code] = *wire.data.first_chunk()?;
    Some(Icmp { kind, code, len: wire.len.checked_sub(8)? })
}

/// Whether the transport's checksum can be verified and is wrong.
fn bad_transport_checksum(ip: &Ip<'_>, len: u32, weirds: &mut Weirds) -> bool {
    let data = ip.payload.payload;
    if ip.payload.fragmented || data.len() as u64 != u64::from(len) || !ip.pseudo_header {
        return false;
    }
    let IpNumber(ip_proto) = ip.payload.ip_number;
    let weird = match ip_proto {
        TCP => Weird("bad_TCP_checksum"),
        // Zero says that there is none, over IPv4 (RFC 768).
        UDP if ip.src.is_ipv4() && data.get(6..8) == Some(&[0, 0]) => return false,
        UDP => Weird("bad_UDP_checksum"),
        _ => Weird("bad_ICMP_checksum"),
    };
    let sum = match ip_proto {
        ICMP => Checksum::default(),
        _ => Checksum::of_pseudo_header(ip.src, ip.dst, ip_proto, len),
    };
    let bad = !sum.add(data).is_right();
    if bad {
        weirds.count(weird);
    }
    bad
}
