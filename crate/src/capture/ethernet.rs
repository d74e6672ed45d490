//! Ethernet and what is named by EtherTypes: tags of switches and fabrics, labels, frames in frames; IEEE 802.2 too.

use super::layer::{Encrypted, Inner, Layer, Unread};
use super::wire::Wire;
use crate::field::Field;

/// EtherType of a PPPoE session (RFC 2516).
pub(super) const PPPOE_SESSION: u16 = 0x8864;
/// EtherType of transparent Ethernet bridging (RFC 1701).
pub(super) const BRIDGED: u16 = 0x6558;
/// EtherType of MPLS.
pub(super) const MPLS: u16 = 0x8847;
/// EtherType of the network service header (RFC 8300).
pub(super) const NSH: u16 = 0x894f;

/// Returns a frame, from its addresses on.
pub(super) fn frame(wire: Wire<'_>) -> Inner<'_> {
    const ADDRESSES: usize = 12;
    /// Cisco's inter-switch link: its group addresses, and the length of its header.
    const ISL: [[u8; 5]; 2] = [[1, 0, 0x0c, 0, 0], [3, 0, 0x0c, 0, 0]];
    const ISL_HEADER: usize = 26;
    const ISL_SNAP: Field = 14..17;
    let is_isl = ISL.iter().any(|group| wire.data.starts_with(group))
        && wire.data.get(ISL_SNAP) == Some(&[0xaa, 0xaa, 3]);
    if is_isl {
        return Some((Layer::Ethernet, wire.skip(ISL_HEADER)?));
    }
    typed(wire.skip(ADDRESSES)?)
}

/// Returns an EtherType, and what it announces.
pub(super) fn typed(wire: Wire<'_>) -> Inner<'_> {
    behind(wire, 0)
}

/// Returns what the number announces; up to 1500 it is the length of an 802.3 frame.
pub(super) fn payload(kind: u16, wire: Wire<'_>) -> Inner<'_> {
    match kind {
        0x0800 | 0x86dd => Some((Layer::Ip, wire)),
        // Tags in front of the next EtherType. 802.1Q, 802.1ad, what switches used before it, congestion notification:
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 | 0x22e9 => behind(wire, 2),
        // VN-Tag (802.1BR), high-availability seamless redundancy (IEC 62439-3), redundancy tag (802.1CB).
        0x8926 | 0x892f | 0xf1c1 => behind(wire, 4),
        // Cisco's timestamp, E-Tag (802.1BR), Marvell's switches.
        0x8988 | 0x893f | 0xdada => behind(wire, 6),
        0x8909 => cisco_metadata(wire),
        0xd28b => arista_timestamp(wire),
        0x88e5 => macsec(wire),
        0x8847 | 0x8848 => mpls(kind, wire),
        NSH => nsh(wire),
        0x22f3 => trill(wire),
        0x4305 => batman(wire),
        PPPOE_SESSION => {
            const LENGTH: Field = 4..6;
            let length = wire.be16(LENGTH)?;
            Some((Layer::Ppp, wire.skip(LENGTH.end)?.clip(u32::from(length))))
        }
        // Provider backbone (802.1ah): the tag of the service instance, then the customer's frame.
        0x88e7 => Some((Layer::Ethernet, wire.skip(4)?)),
        // Cisco FabricPath: forwarding tag and time to live, then the frame that was wrapped.
        0x8903 => Some((Layer::Ethernet, wire.skip(2)?)),
        BRIDGED => Some((Layer::Ethernet, wire)),
        // Frame Relay (RFC 1701), PPP (RFC 3056).
        0x6559 => Some((Layer::FrameRelay, wire)),
        0x880b => Some((Layer::Ppp, wire)),
        0..=1500 => Some((Layer::Llc, wire.clip(u32::from(kind)))),
        // Frames of 802.3 that are longer than their length could say.
        0x8870 => Some((Layer::Llc, wire)),
        _ => Some((Layer::Unread(Unread::EtherType(kind)), wire)),
    }
}

/// Returns the EtherType behind so many bytes of a tag.
fn behind(wire: Wire<'_>, tag: usize) -> Inner<'_> {
    let kind = wire.be16(tag..tag + 2)?;
    Some((Layer::EtherType(kind), wire.skip(tag + 2)?))
}

/// Cisco's metadata, such as the group of a source (SGT): version, length in words of its options, options.
fn cisco_metadata(wire: Wire<'_>) -> Inner<'_> {
    let words = wire.u8(1)?;
    behind(wire, 2 + 4 * usize::from(words.max(1)))
}

/// Arista's timestamp: kind, version, and as many bytes of time as the version says.
fn arista_timestamp(wire: Wire<'_>) -> Inner<'_> {
    const VERSION: Field = 2..4;
    let is_short = wire.be16(VERSION)? & 0x00f0 == 0x0020;
    behind(wire, VERSION.end + if is_short { 6 } else { 8 })
}

/// MACsec (IEEE 802.1AE): what is only signed can be read. The signature follows the packet.
fn macsec(wire: Wire<'_>) -> Inner<'_> {
    const TAG: usize = 6;
    const CHANNEL: usize = 8;
    let control = wire.u8(0)?;
    let tag = if control & 0x20 != 0 { TAG + CHANNEL } else { TAG };
    match control & 0x0c {
        0 => behind(wire, tag),
        _ => Some((Layer::Encrypted(Encrypted::Macsec), wire.skip(tag)?)),
    }
}

/// One label (RFC 3032); behind the last one the first four bits tell what follows (RFC 4385).
fn mpls(kind: u16, wire: Wire<'_>) -> Inner<'_> {
    /// Its last bit says whether this label is the last one.
    const BOTTOM: usize = 2;
    const ENTRY: usize = 4;
    let (bottom, rest) = (wire.u8(BOTTOM)?, wire.skip(ENTRY)?);
    if bottom & 1 == 0 {
        return Some((Layer::EtherType(kind), rest));
    }
    match rest.data.first()? >> 4 {
        4 | 6 => Some((Layer::Ip, rest)),
        // A pseudo-wire: a frame, mostly behind a control word.
        _ if rest.has_frame() => Some((Layer::Ethernet, rest)),
        0 => Some((Layer::Ethernet, rest.skip(4)?)),
        _ => Some((Layer::Unread(Unread::EtherType(kind)), rest)),
    }
}

/// Returns the network service header; its length counts words.
fn nsh(wire: Wire<'_>) -> Inner<'_> {
    const LENGTH: usize = 1;
    const NEXT: usize = 3;
    let (words, next) = (wire.u8(LENGTH)? & 0x3f, wire.u8(NEXT)?);
    next_protocol(next, wire.skip(usize::from(words.max(2)) * 4)?)
}

/// Returns what follows a service header, or VXLAN's generic extension, by the numbers that the two share.
pub(super) fn next_protocol(number: u8, wire: Wire<'_>) -> Inner<'_> {
    let layer = match number {
        1 | 2 => Layer::Ip,
        3 => Layer::Ethernet,
        4 => Layer::EtherType(NSH),
        5 => Layer::EtherType(MPLS),
        _ => Layer::Unread(Unread::EtherType(NSH)),
    };
    Some((layer, wire))
}

/// TRILL (RFC 6325): hops, names of two bridges, options, then the frame.
fn trill(wire: Wire<'_>) -> Inner<'_> {
    const FLAGS: Field = 0..2;
    const HEADER: usize = 6;
    let options = usize::from(wire.be16(FLAGS)? >> 6 & 0x1f) * 4;
    Some((Layer::Ethernet, wire.skip(HEADER + options)?))
}

/// Returns the mesh protocol B.A.T.M.A.N. (version 15 of its header): frames to all, to one, to one with both
/// addresses.
fn batman(wire: Wire<'_>) -> Inner<'_> {
    const NUMBER: u16 = 0x4305;
    let header = match wire.data {
        [0x01, 15, ..] => Some(14),
        [0x40, 15, ..] => Some(10),
        [0x42, 15, ..] => Some(18),
        _ => None,
    };
    let inner = header.and_then(|header| wire.skip(header)).filter(|inner| inner.has_frame());
    Some(inner.map_or((Layer::Unread(Unread::EtherType(NUMBER)), wire), |inner| (Layer::Ethernet, inner)))
}

pub(super) fn llc(wire: Wire<'_>) -> Inner<'_> {
    match wire.data {
        [0xaa, 0xaa, 0x03, ..] => snap(wire.skip(3)?),
        // The address of IP itself.
        [0x06, 0x06, 0x03, ..] => Some((Layer::Ip, wire.skip(3)?)),
        [access_point, _, ..] => Some((Layer::Unread(Unread::Llc(*access_point)), wire)),
        _ => None,
    }
}

/// SNAP (IEEE 802, RFC 1042, RFC 2684): an organisation, and a number of its own.
pub(super) fn snap(wire: Wire<'_>) -> Inner<'_> {
    const ORGANISATION: Field = 0..3;
    const TYPE: Field = 3..5;
    let (organisation, kind) = (wire.data.get(ORGANISATION)?, wire.be16(TYPE)?);
    let rest = wire.skip(TYPE.end)?;
    match (organisation, kind) {
        ([0, 0, 0] | [0, 0, 0xf8], 1501..) => Some((Layer::EtherType(kind), rest)),
        // Bridged Ethernet, with and without its check sequence; on ATM two bytes of padding precede it.
        ([0, 0x80, 0xc2], 1 | 7) => {
            let padded = rest.skip(2).filter(|padded| !rest.has_frame() && padded.has_frame());
            Some((Layer::Ethernet, padded.unwrap_or(rest)))
        }
        _ => Some((Layer::Unread(Unread::Snap(kind)), rest)),
    }
}

/// Addresses as Ethernet has them; the first bit of the source's says whether a route through rings follows, whose first
/// five bits of length count its bytes (IEEE 802.5).
pub(super) fn token_ring(wire: Wire<'_>) -> Inner<'_> {
    const SOURCE: usize = 6;
    const ADDRESSES: usize = 12;
    let (source, rest) = (wire.u8(SOURCE)?, wire.skip(ADDRESSES)?);
    let route = if source & 0x80 != 0 { usize::from(rest.u8(0)? & 0x1f) } else { 0 };
    Some((Layer::Llc, rest.skip(route)?))
}
