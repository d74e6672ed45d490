//! Link layers, peeled off one by one down to IP.
//!
//! Each layer is one small function that takes what is left of the packet and gives the next layer with what that one
//! holds.

use super::layer::{Inner, Layer};
use super::wire::Wire;
use super::wireless;
use crate::field::Field;

/// EtherType of a PPPoE session (RFC 2516).
const PPPOE_SESSION: u16 = 0x8864;

/// LINKTYPEs that are read (<https://www.tcpdump.org/linktypes.html>), each with its name and the layer that a packet begins with.
const LINK_TYPES: [(u32, &str, Layer); 17] = [
    (1, "Ethernet", Layer::Ethernet),
    (101, "raw IP", Layer::Ip),
    // Two numbers that some systems use for it.
    (12, "raw IP", Layer::Ip),
    (14, "raw IP", Layer::Ip),
    (228, "IPv4", Layer::Ip),
    (229, "IPv6", Layer::Ip),
    (113, "Linux SLL", Layer::LinuxSll),
    (276, "Linux SLL2", Layer::LinuxSll2),
    (0, "BSD loopback", Layer::Loopback),
    (108, "OpenBSD loopback", Layer::Loopback),
    (105, "802.11", Layer::Wireless),
    (127, "802.11 radiotap", Layer::Radiotap),
    (9, "PPP", Layer::Ppp),
    (50, "PPP HDLC", Layer::Hdlc),
    (104, "Cisco HDLC", Layer::Hdlc),
    (51, "PPPoE", Layer::EtherType(PPPOE_SESSION)),
    (239, "NFLOG", Layer::Nflog),
];

/// LINKTYPEs that are read, with their names.
pub fn link_types() -> impl Iterator<Item = (u32, &'static str)> {
    LINK_TYPES.iter().map(|(number, name, _)| (*number, *name))
}

impl Layer {
    /// The layer with which a packet of this LINKTYPE begins.
    pub(super) fn first(link_type: u32) -> Option<Layer> {
        LINK_TYPES.iter().find(|(number, ..)| *number == link_type).map(|(_, _, layer)| *layer)
    }

    /// Takes this layer's header off. [`Layer::Ip`], [`Layer::Amsdu`], [`Layer::Encrypted`] and [`Layer::Other`] have none here.
    pub(super) fn peel(self, wire: Wire<'_>) -> Inner<'_> {
        match self {
            Layer::Ethernet => ethernet(wire),
            Layer::EtherType(kind) => ether_type(kind, wire),
            Layer::Llc => llc(wire),
            Layer::LinuxSll => linux_sll(wire),
            Layer::LinuxSll2 => linux_sll2(wire),
            Layer::Loopback => loopback(wire),
            Layer::Ppp => ppp(wire),
            Layer::Hdlc => hdlc(wire),
            Layer::Wireless => wireless::frame(wire),
            Layer::Radiotap => wireless::radiotap(wire),
            Layer::Nflog => nflog(wire),
            Layer::Ip | Layer::Amsdu | Layer::Encrypted | Layer::Other => Some((self, wire)),
        }
    }
}

fn ethernet(wire: Wire<'_>) -> Inner<'_> {
    const TYPE: Field = 12..14;
    Some((Layer::EtherType(wire.be16(TYPE)?), wire.skip(TYPE.end)?))
}

/// What the number announces; up to 1500 it is the length of an 802.3 frame.
fn ether_type(kind: u16, wire: Wire<'_>) -> Inner<'_> {
    match kind {
        0x0800 | 0x86dd => Some((Layer::Ip, wire)),
        // 802.1Q, 802.1ad and what switches used before it: a tag and the next EtherType.
        0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
            const TYPE: Field = 2..4;
            Some((Layer::EtherType(wire.be16(TYPE)?), wire.skip(TYPE.end)?))
        }
        // VN-Tag (802.1BR).
        0x8926 => {
            const TYPE: Field = 4..6;
            Some((Layer::EtherType(wire.be16(TYPE)?), wire.skip(TYPE.end)?))
        }
        0x8847 | 0x8848 => mpls(kind, wire),
        PPPOE_SESSION => {
            const LENGTH: Field = 4..6;
            let length = wire.be16(LENGTH)?;
            Some((Layer::Ppp, wire.skip(LENGTH.end)?.clip(u32::from(length))))
        }
        // Provider backbone (802.1ah): the tag of the service instance, then the customer's frame.
        0x88e7 => Some((Layer::Ethernet, wire.skip(4)?)),
        // Cisco FabricPath: forwarding tag and time to live, then the frame that was wrapped.
        0x8903 => Some((Layer::Ethernet, wire.skip(2)?)),
        // Transparent Ethernet bridging (RFC 1701).
        0x6558 => Some((Layer::Ethernet, wire)),
        // PPP (RFC 3056).
        0x880b => Some((Layer::Ppp, wire)),
        0..=1500 => Some((Layer::Llc, wire.clip(u32::from(kind)))),
        _ => Some((Layer::Other, wire)),
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
        // The control word of a pseudo-wire.
        0 => Some((Layer::Ethernet, rest.skip(4)?)),
        _ => Some((Layer::Other, rest)),
    }
}

/// The address and control fields may be left out, and the first byte of the protocol where it is zero.
fn ppp(wire: Wire<'_>) -> Inner<'_> {
    let wire = if let [0xff, 0x03, ..] = wire.data { wire.skip(2)? } else { wire };
    let first = *wire.data.first()?;
    let (protocol, rest) = if first & 1 == 1 {
        (u16::from(first), wire.skip(1)?)
    } else {
        let (protocol, rest) = wire.header()?;
        (u16::from_be_bytes(*protocol), rest)
    };
    let layer = match protocol {
        0x0021 | 0x0057 => Layer::Ip,
        0x0281 => Layer::EtherType(0x8847),
        0x0283 => Layer::EtherType(0x8848),
        _ => Layer::Other,
    };
    Some((layer, rest))
}

fn hdlc(wire: Wire<'_>) -> Inner<'_> {
    match wire.data {
        // Unicast and broadcast of Cisco's protocol, which has EtherTypes.
        [0x0f | 0x8f, ..] => {
            const TYPE: Field = 2..4;
            Some((Layer::EtherType(wire.be16(TYPE)?), wire.skip(TYPE.end)?))
        }
        _ => ppp(wire),
    }
}

/// Address family, version and resource, then attributes in the byte order of the machine that captured; almost every
/// one is little-endian.
fn nflog(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 4;
    const LENGTH: Field = 0..2;
    const TYPE: Field = 2..4;
    const PAYLOAD: u16 = 9;
    let (family, mut rest) = (wire.u8(0)?, wire.skip(HEADER)?);
    if !matches!(family, 2 | 10) {
        return Some((Layer::Other, rest));
    }
    // Each turn takes four bytes at least.
    loop {
        let (len, kind) = (usize::from(rest.le16(LENGTH)?).max(TYPE.end), rest.le16(TYPE)?);
        if kind == PAYLOAD {
            return Some((Layer::Ip, rest.skip(TYPE.end)?.clip((len - TYPE.end) as u32)));
        }
        rest = rest.skip(len.next_multiple_of(4))?;
    }
}

fn llc(wire: Wire<'_>) -> Inner<'_> {
    match wire.data {
        // SNAP (IEEE 802, RFC 1042) with an EtherType.
        [0xaa, 0xaa, 0x03, ..] => {
            const ORGANISATION: Field = 3..6;
            const TYPE: Field = 6..8;
            let known = matches!(wire.data.get(ORGANISATION)?, [0, 0, 0] | [0, 0, 0xf8]);
            let kind = wire.be16(TYPE)?;
            let layer = if known && kind > 1500 { Layer::EtherType(kind) } else { Layer::Other };
            Some((layer, wire.skip(TYPE.end)?))
        }
        // The address of IP itself.
        [0x06, 0x06, 0x03, ..] => Some((Layer::Ip, wire.skip(3)?)),
        _ => Some((Layer::Other, wire)),
    }
}

fn linux_sll(wire: Wire<'_>) -> Inner<'_> {
    const PROTOCOL: Field = 14..16;
    Some((cooked(wire.be16(PROTOCOL)?), wire.skip(PROTOCOL.end)?))
}

fn linux_sll2(wire: Wire<'_>) -> Inner<'_> {
    const PROTOCOL: Field = 0..2;
    const HEADER: usize = 20;
    Some((cooked(wire.be16(PROTOCOL)?), wire.skip(HEADER)?))
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
