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
use crate::field::{self, Field};
use crate::{Weird, Weirds};

const IPV6_HEADER: u32 = 40;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ESP: u8 = 50;
const ICMPV6: u8 = 58;
const NO_NEXT_HEADER: u8 = 59;
const MOBILITY: u8 = 135;

/// The ports, with which TCP's header and UDP's begin.
const SOURCE_PORT: Field = 0..2;
const DESTINATION_PORT: Field = 2..4;
const UDP_HEADER: usize = 8;

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
    /// What precedes the payload, extension headers included.
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
            weirds.count(Weird::TruncatedIpv6Extension);
            return None;
        }
        let ip = match slice {
            LaxIpSlice::Ipv4(slice) => ipv4(&slice, wire, weirds)?,
            LaxIpSlice::Ipv6(slice) => ipv6(&slice, wire, weirds),
        };
        if ip.len > wire.len {
            weirds.count(Weird::TruncatedIpLen);
        }
        Some(ip)
    }

    /// Returns whether it is a part of a packet.
    pub(super) fn is_fragment(&self) -> bool {
        self.payload.fragmented
    }

    /// Returns whether it is a part of a packet, and not the one that begins with the transport header.
    pub(super) fn is_later_fragment(&self) -> bool {
        self.later_fragment
    }

    /// Returns whether the checksum of its header is wrong.
    pub(super) fn has_bad_checksum(&self) -> bool {
        self.bad_checksum
    }

    /// Returns whether the header leaves the length open, as segmentation offloading does over IPv4.
    pub(super) fn states_no_length(&self) -> bool {
        self.stated_len == 0
    }

    /// Returns the length of the packet with its header.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// Returns what the packet carries: the protocol's number, and the bytes.
    pub(super) fn payload(&self, weirds: &mut Weirds) -> Option<(u8, Wire<'a>)> {
        let Some(len) = self.len.checked_sub(self.header_len) else {
            weirds.count(Weird::InvalidIpHeaderSize);
            return None;
        };
        Some((self.payload.ip_number.0, Wire { data: self.payload.payload, len }))
    }

    /// Returns the transport segment with which `payload` begins; nothing when there is none that is analysed.
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
        Some((4, ..5)) => Weird::InvalidIpHeaderSize,
        None | Some((4 | 6, _)) => Weird::TruncatedIp,
        Some(_) => Weird::UnknownIpVersion,
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
        weirds.count(Weird::IpHdrLenZero);
    }
    if (len as usize) < bytes.len() {
        weirds.count(Weird::InvalidIpHeaderSize);
        return None;
    }
    let bad_checksum = !Checksum::default().add(bytes).is_right();
    if bad_checksum {
        weirds.count(Weird::BadIpChecksum);
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
        weirds.count(Weird::IpHdrLenZero);
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

/// Returns the last stop of a packet that has not yet been there: the last address of its routing header, of type 0
/// (RFC 2460 section 4.4) or of a mobile node (RFC 6275 section 6.4).
fn final_destination(header: &[u8]) -> Option<Ipv6Addr> {
    let &[_, len, kind, segments_left, ..] = header else { return None };
    let fits = match kind {
        0 => len >= 2 && len % 2 == 0,
        2 => len == 2,
        _ => false,
    };
    header.last_chunk::<16>().filter(|_| fits && segments_left > 0).map(|address| Ipv6Addr::from(*address))
}

/// Returns the address at which a mobile node is known (RFC 6275 section 6.3), an option of the destination.
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
        // RFC 4303.
        ESP => {
            weirds.count(Weird::EncryptedEsp);
            return None;
        }
        // Headers without anything behind them (RFC 8200 section 4.7, RFC 6275).
        NO_NEXT_HEADER | MOBILITY => return None,
        _ => Some(Transport::Other),
    };
    if transport.is_none() {
        weirds.count(Weird::TruncatedTransportHeader);
    }
    transport
}

/// Returns a TCP segment (RFC 9293); its options need not have been captured.
fn tcp<'a>(wire: Wire<'a>, weirds: &mut Weirds) -> Option<Tcp<'a>> {
    const SEQUENCE: Field = 4..8;
    const ACKNOWLEDGEMENT: Field = 8..12;
    const DATA_OFFSET: usize = 12;
    const FLAGS: usize = 13;
    const WINDOW: Field = 14..16;
    const HEADER: usize = 20;
    let header = wire.data.get(..HEADER)?;
    let header_len = u32::from(header.get(DATA_OFFSET)? >> 4) * 4;
    let len = wire.len.checked_sub(header_len).filter(|_| header_len >= HEADER as u32);
    let payload = len.and(wire.data.get(header_len as usize..));
    if len.is_none() {
        weirds.count(Weird::BadTcpHeaderLen);
    }
    Some(Tcp {
        src_port: field::be16(header, SOURCE_PORT)?,
        dst_port: field::be16(header, DESTINATION_PORT)?,
        seq: field::be32(header, SEQUENCE)?,
        ack: field::be32(header, ACKNOWLEDGEMENT)?,
        flags: *header.get(FLAGS)?,
        window: field::be16(header, WINDOW)?,
        len: len.unwrap_or_default(),
        payload: payload.unwrap_or_default(),
        header_fits: len.is_some(),
    })
}

/// Returns a UDP datagram (RFC 768). Zeek counts the bytes that the UDP header states.
fn udp<'a>(wire: Wire<'a>, weirds: &mut Weirds) -> Option<Udp<'a>> {
    const LENGTH: Field = 4..6;
    let (header, payload) = wire.data.split_at_checked(UDP_HEADER)?;
    let carried = wire.len.checked_sub(UDP_HEADER as u32)?;
    let stated = u32::from(field::be16(header, LENGTH)?);
    if stated != wire.len {
        weirds.count(Weird::UdpDatagramLengthMismatch);
    }
    // Zero means a length that does not fit (RFC 2675) or that offloading fills in.
    let len = stated.checked_sub(UDP_HEADER as u32).unwrap_or(carried);
    Some(Udp {
        src_port: field::be16(header, SOURCE_PORT)?,
        dst_port: field::be16(header, DESTINATION_PORT)?,
        len,
        payload: payload.get(..len as usize).unwrap_or(payload),
    })
}

/// Returns an ICMP (RFC 792) or ICMPv6 (RFC 4443) message.
fn icmp(wire: Wire<'_>) -> Option<Icmp> {
    let [kind, code] = *wire.data.first_chunk()?;
    Some(Icmp { kind, code, len: wire.len.checked_sub(8)? })
}

/// Returns whether the transport's checksum can be verified and is wrong.
fn bad_transport_checksum(ip: &Ip<'_>, len: u32, weirds: &mut Weirds) -> bool {
    let data = ip.payload.payload;
    if ip.payload.fragmented || data.len() as u64 != u64::from(len) || !ip.verifiable {
        return false;
    }
    let IpNumber(ip_proto) = ip.payload.ip_number;
    let weird = match ip_proto {
        TCP => Weird::BadTcpChecksum,
        // Zero says that there is none: over IPv4 (RFC 768), and over IPv6 of a tunnel, of which Zeek grants it to VXLAN
        // (RFC 6935 section 5).
        UDP if data.get(6..8) == Some(&[0, 0]) && (ip.src.is_ipv4() || is_vxlan(data)) => return false,
        UDP => Weird::BadUdpChecksum,
        ICMP | ICMPV6 => Weird::BadIcmpChecksum,
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

/// Returns whether a datagram looks like one of VXLAN with a frame in it.
fn is_vxlan(datagram: &[u8]) -> bool {
    const PORT: u16 = 4789;
    const HEADERS: usize = UDP_HEADER + 8 + 14;
    let has_network_id = datagram.get(UDP_HEADER).is_some_and(|flags| flags & 0x08 != 0);
    field::be16(datagram, DESTINATION_PORT) == Some(PORT) && has_network_id && datagram.len() > HEADERS
}

#[cfg(test)]
mod tests;
