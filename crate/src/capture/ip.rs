//! IPv4 and IPv6 with their extension headers, and the transport headers inside.
//!
//! Lengths come from the IP header, not from what was captured: a snaplen shortens the payload, never its length, and
//! the padding of a short Ethernet frame is no payload. Where segmentation offloading left a length of zero, the payload
//! goes to the end of the frame, while the length counts as it is stated: Zeek adds nothing to `*_ip_bytes` for it.

use std::net::{IpAddr, Ipv6Addr};

use etherparse::{IpNumber, Ipv6ExtensionSlice, LaxIpPayloadSlice, LaxIpSlice, LaxIpv4Slice, LaxIpv6Slice};

use super::checksum::Checksum;
use super::wire::Wire;
use super::{Icmp, Segment, Tcp, Timestamp, Transport, Udp};
use crate::{Weird, Weirds};

const IPV6_HEADER: u32 = 40;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ESP: u8 = 50;
const ICMPV6: u8 = 58;
const NO_NEXT_HEADER: u8 = 59;
const MOBILITY: u8 = 135;

/// An IP packet, taken apart.
pub(super) struct Ip<'a> {
    /// Where it came from in the first place; of a mobile node its home address.
    pub(super) src: IpAddr,
    /// Where it goes in the end.
    pub(super) dst: IpAddr,
    /// As the header states it.
    stated_len: u32,
    /// The same, or the length of the frame where offloading stated none.
    len: u32,
    /// What stands in front of the payload, extension headers included.
    header_len: u32,
    payload: LaxIpPayloadSlice<'a>,
    /// Whether it is a fragment that does not begin with the transport header.
    later_fragment: bool,
    /// Whether the checksum of the IPv4 header is wrong.
    bad_checksum: bool,
    /// Whether the transport's checksum can be judged: not so while offloading has yet to fill it in, nor while a
    /// routing header of an unknown kind keeps the final destination.
    verifiable: bool,
}

impl<'a> Ip<'a> {
    /// Takes an IP packet apart; nothing when there is none.
    pub(super) fn parse(wire: Wire<'a>, weirds: &mut Weirds) -> Option<Self> {
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
        Some(ip)
    }

    /// Whether it is a part of a packet.
    pub(super) fn is_fragment(&self) -> bool {
        self.payload.fragmented
    }

    /// Whether it is a part of a packet, and not the one that begins with the transport header.
    pub(super) fn is_later_fragment(&self) -> bool {
        self.later_fragment
    }

    /// Whether the checksum of its header is wrong.
    pub(super) fn has_bad_checksum(&self) -> bool {
        self.bad_checksum
    }

    /// Whether the header leaves the length open, as segmentation offloading does over IPv4.
    pub(super) fn states_no_length(&self) -> bool {
        self.stated_len == 0
    }

    /// Length of the packet with its header.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// What the packet carries: the protocol's number, and the bytes.
    pub(super) fn payload(&self, weirds: &mut Weirds) -> Option<(u8, Wire<'a>)> {
        let Some(len) = self.len.checked_sub(self.header_len) else {
            weirds.count(Weird("invalid_IP_header_size"));
            return None;
        };
        Some((self.payload.ip_number.0, Wire { data: self.payload.payload, len }))
    }

    /// The transport segment with which `payload` begins; nothing when there is none that is analysed.
    pub(super) fn segment(
        &self,
        ts: Timestamp,
        ip_proto: u8,
        payload: Wire<'a>,
        weirds: &mut Weirds,
    ) -> Option<Segment<'a>> {
        let transport = transport(ip_proto, payload, weirds)?;
        let is_readable = !matches!(transport, Transport::Tcp(Tcp { header_fits: false, .. }));
        let bad_checksum =
            self.bad_checksum || (is_readable && bad_transport_checksum(self, payload.len, weirds));
        Some(Segment {
            ts,
            src: self.src,
            dst: self.dst,
            ip_len: self.stated_len,
            ip_proto,
            bad_checksum,
            tunnel: None,
            too_deep: false,
            transport,
        })
    }
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
    let stated_len = u32::from(header.total_len());
    let offloaded = stated_len == 0;
    let len = if offloaded { wire.len } else { stated_len };
    if offloaded {
        weirds.count(Weird("ip_hdr_len_zero"));
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
        stated_len,
        len,
        header_len: (bytes.len() + extensions) as u32,
        payload: slice.payload().clone(),
        later_fragment: header.fragments_offset().value() != 0,
        bad_checksum,
        verifiable: !offloaded,
    })
}

fn ipv6<'a>(slice: &LaxIpv6Slice<'a>, wire: Wire<'a>, weirds: &mut Weirds) -> Ip<'a> {
    let header = slice.header();
    let extensions = slice.extensions();
    let mut stated_len = u32::from(header.payload_length()) + IPV6_HEADER;
    // Zero is right for a header alone; bytes behind it say that offloading left the length out.
    let offloaded = stated_len == IPV6_HEADER && !slice.payload().payload.is_empty();
    let len = if offloaded { wire.len } else { stated_len };
    if offloaded {
        weirds.count(Weird("ip_hdr_len_zero"));
    }
    let (mut later_fragment, mut verifiable) = (false, !offloaded);
    let (mut home, mut end) = (None, None);
    if !extensions.is_empty() {
        for extension in extensions.clone() {
            match extension {
                Ipv6ExtensionSlice::Fragment(it) => {
                    later_fragment |= it.fragment_offset().value() != 0;
                    // Zeek does not count the header of what was never cut (RFC 6946).
                    if !it.is_fragmenting_payload() {
                        stated_len = stated_len.saturating_sub(it.slice().len() as u32);
                    }
                }
                Ipv6ExtensionSlice::Routing(it) => {
                    end = end.or_else(|| final_destination(it.slice()));
                    // Segments left, RFC 8200 section 4.4.
                    verifiable &= end.is_some() || it.slice().get(3) == Some(&0);
                }
                Ipv6ExtensionSlice::DestinationOptions(it) => {
                    home = home.or_else(|| home_address(it.slice()))
                }
                _ => {}
            }
        }
    }
    Ip {
        src: IpAddr::V6(home.unwrap_or(header.source_addr())),
        dst: IpAddr::V6(end.unwrap_or(header.destination_addr())),
        stated_len,
        len,
        header_len: IPV6_HEADER + extensions.slice().len() as u32,
        payload: slice.payload().clone(),
        later_fragment,
        bad_checksum: false,
        verifiable,
    }
}

/// The last stop of a packet that has not yet been there: the last address of its routing header, of type 0 (RFC 2460
/// section 4.4) or of a mobile node (RFC 6275 section 6.4).
fn final_destination(header: &[u8]) -> Option<Ipv6Addr> {
    let &[_, len, kind, segments_left, ..] = header else { return None };
    let fits = match kind {
        0 => len >= 2 && len % 2 == 0,
        2 => len == 2,
        _ => false,
    };
    header.last_chunk::<16>().filter(|_| fits && segments_left > 0).map(|address| Ipv6Addr::from(*address))
}

/// The address at which a mobile node is known (RFC 6275 section 6.3), an option of the destination.
fn home_address(header: &[u8]) -> Option<Ipv6Addr> {
    const PAD1: u8 = 0;
    const HOME_ADDRESS: u8 = 201;
    let mut options = header.get(2..)?;
    // Each turn takes a byte at least.
    while let Some((&kind, rest)) = options.split_first() {
        if kind == PAD1 {
            options = rest;
            continue;
        }
        let (&len, rest) = rest.split_first()?;
        let (option, behind) = rest.split_at_checked(len.into())?;
        match <[u8; 16]>::try_from(option) {
            Ok(address) if kind == HOME_ADDRESS => return Some(address.into()),
            _ => options = behind,
        }
    }
    None
}

fn transport<'a>(ip_proto: u8, wire: Wire<'a>, weirds: &mut Weirds) -> Option<Transport<'a>> {
    let transport = match ip_proto {
        TCP => tcp(wire, weirds).map(Transport::Tcp),
        UDP => udp(wire, weirds).map(Transport::Udp),
        ICMP | ICMPV6 => icmp(wire).map(Transport::Icmp),
        // Encryption, and headers without anything behind them (RFC 4303, RFC 8200 section 4.7, RFC 6275).
        ESP | NO_NEXT_HEADER | MOBILITY => return None,
        _ => Some(Transport::Other),
    };
    if transport.is_none() {
        weirds.count(Weird("truncated_transport_header"));
    }
    transport
}

/// A TCP segment (RFC 9293); its options need not have been captured.
fn tcp<'a>(wire: Wire<'a>, weirds: &mut Weirds) -> Option<Tcp<'a>> {
    let [s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, offset, flags, w0, w1, _, _, _, _] =
        *wire.data.first_chunk()?;
    let header_len = u32::from(offset >> 4) * 4;
    let len = wire.len.checked_sub(header_len).filter(|_| header_len >= 20);
    let payload = len.and(wire.data.get(header_len as usize..));
    if len.is_none() {
        weirds.count(Weird("bad_TCP_header_len"));
    }
    Some(Tcp {
        src_port: u16::from_be_bytes([s0, s1]),
        dst_port: u16::from_be_bytes([d0, d1]),
        seq: u32::from_be_bytes([q0, q1, q2, q3]),
        ack: u32::from_be_bytes([a0, a1, a2, a3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        len: len.unwrap_or_default(),
        payload: payload.unwrap_or_default(),
        header_fits: len.is_some(),
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
    if ip.payload.fragmented || data.len() as u64 != u64::from(len) || !ip.verifiable {
        return false;
    }
    let IpNumber(ip_proto) = ip.payload.ip_number;
    let weird = match ip_proto {
        TCP => Weird("bad_TCP_checksum"),
        // Zero says that there is none: over IPv4 (RFC 768), and over IPv6 of a tunnel, of which Zeek grants it to VXLAN
        // (RFC 6935 section 5).
        UDP if data.get(6..8) == Some(&[0, 0]) && (ip.src.is_ipv4() || is_vxlan(data)) => return false,
        UDP => Weird("bad_UDP_checksum"),
        ICMP | ICMPV6 => Weird("bad_ICMP_checksum"),
        _ => return false,
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

/// Whether a datagram looks like one of VXLAN with a frame in it.
fn is_vxlan(datagram: &[u8]) -> bool {
    const HEADERS: usize = 8 + 8 + 14;
    matches!(datagram, [_, _, 0x12, 0xb5, _, _, _, _, flags, ..] if flags & 0x08 != 0)
        && datagram.len() > HEADERS
}

#[cfg(test)]
mod tests {
    use super::*;

    const SRC: [u8; 4] = [192, 0, 2, 1];
    const DST: [u8; 4] = [198, 51, 100, 2];

    /// The checksum that makes `bytes`, with zero in its place, add up; plain 16-bit words (RFC 1071).
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

    /// A TCP segment whose checksum is right over `pseudo`.
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

    /// The segment in `data`, of which `more` bytes were not captured.
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
        assert_eq!(
            (tcp.flags, tcp.window, tcp.len, tcp.payload),
            (Tcp::ACK | Tcp::PSH, 512, 5, &b"hello"[..])
        );
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
}
