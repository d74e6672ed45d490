//! Headers that stand in front of packets in captures alone: of operating systems, packet filters, receivers and cards.

use super::layer::{Inner, Layer, Tool, Unread};
use super::wire::Wire;
use super::{usb, wireless};
use crate::field::Field;

impl Tool {
    /// Takes the header off; `None` where it was not captured whole.
    pub(super) fn peel(self, wire: Wire<'_>) -> Inner<'_> {
        match self {
            Tool::LinuxSll => linux_sll(wire),
            Tool::LinuxSll2 => linux_sll2(wire),
            Tool::Loopback => loopback(wire),
            Tool::Nflog => nflog(wire),
            Tool::Pflog => pflog(wire),
            Tool::Radiotap => wireless::radiotap(wire),
            Tool::Prism => wireless::prism(wire),
            Tool::Ppi => ppi(wire),
            Tool::Pktap => pktap(wire),
            Tool::JuniperEthernet => juniper(Layer::Ethernet, wire),
            Tool::JuniperPpp => juniper(Layer::Ppp, wire),
            Tool::JuniperHdlc => juniper(Layer::Hdlc, wire),
            Tool::JuniperFrameRelay => juniper(Layer::FrameRelay, wire),
            Tool::JuniperCard(number) => juniper_card(number, wire),
            Tool::Symantec => typed_before(wire, 38),
            Tool::SunAtm => sun_atm(wire),
            Tool::InfiniBand => typed_before(wire, 4),
            Tool::Erf => erf(wire),
            Tool::Docsis => docsis(wire),
            Tool::ExportedPdu => exported_pdu(wire),
            Tool::Usb(header) => usb::payload(wire.skip(header)?),
            Tool::UsbPcap => {
                const LENGTH: Field = 0..2;
                usb::payload(wire.skip(usize::from(wire.le16(LENGTH)?))?)
            }
        }
    }
}

/// Returns an EtherType at the front of a header of so many bytes.
fn typed_before(wire: Wire<'_>, header: usize) -> Inner<'_> {
    const TYPE: Field = 0..2;
    Some((Layer::EtherType(wire.be16(TYPE)?), wire.skip(header)?))
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

/// Returns the protocol of a cooked header: an EtherType, or one of Linux's own small numbers.
fn cooked(protocol: u16) -> Layer {
    match protocol {
        4 => Layer::Llc,
        0..=1500 => Layer::Unread(Unread::EtherType(protocol)),
        _ => Layer::EtherType(protocol),
    }
}

fn loopback(wire: Wire<'_>) -> Inner<'_> {
    let (family, rest) = wire.header::<4>()?;
    // In the byte order of the machine that captured, which need not be the file's; families are small numbers.
    let family = u32::from_be_bytes(*family).min(u32::from_le_bytes(*family));
    Some((of_family(family), rest))
}

/// AF_INET; AF_INET6 of Linux, Windows, NetBSD and OpenBSD, Solaris, FreeBSD, macOS.
fn of_family(family: u32) -> Layer {
    match family {
        2 | 10 | 23 | 24 | 26 | 28 | 30 => Layer::Ip,
        _ => Layer::Unread(Unread::Family(family)),
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
        return Some((Layer::Unread(Unread::Family(u32::from(family))), rest));
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

/// Returns the length of the header without its padding, address family.
fn pflog(wire: Wire<'_>) -> Inner<'_> {
    let (length, family) = (usize::from(wire.u8(0)?), wire.u8(1)?);
    Some((of_family(u32::from(family)), wire.skip(length.next_multiple_of(4))?))
}

/// Version, flags, length of header and fields, and the LINKTYPE of what follows.
fn ppi(wire: Wire<'_>) -> Inner<'_> {
    const LENGTH: Field = 2..4;
    const LINK_TYPE: Field = 4..8;
    let length = usize::from(wire.le16(LENGTH)?).max(LINK_TYPE.end);
    Some((nested(wire.le32(LINK_TYPE)?), wire.skip(length)?))
}

/// Returns the length of the header, kind of record, and the LINKTYPE of what follows.
fn pktap(wire: Wire<'_>) -> Inner<'_> {
    const LENGTH: Field = 0..4;
    const LINK_TYPE: Field = 8..12;
    let length = wire.le32(LENGTH)?.max(LINK_TYPE.end as u32);
    Some((nested(wire.le32(LINK_TYPE)?), wire.skip(length as usize)?))
}

/// A LINKTYPE inside another one; of those that nest, none is nested again.
fn nested(link_type: u32) -> Layer {
    const NESTING: [u32; 3] = [192, 258, 149];
    match link_type {
        link_type if NESTING.contains(&link_type) => Layer::Unread(Unread::LinkType(link_type)),
        link_type => Layer::LinkType(link_type),
    }
}

/// Magic number, flags, then extensions under their length where a flag says so. Another flag says that there is not a link
/// layer: a number of four bytes and IP follow.
fn juniper(first: Layer, wire: Wire<'_>) -> Inner<'_> {
    const MAGIC: [u8; 3] = [0x4d, 0x47, 0x43];
    const FLAGS: usize = 3;
    const EXTENSIONS: Field = 4..6;
    if !wire.data.starts_with(&MAGIC) {
        return Some((first, wire));
    }
    let flags = wire.u8(FLAGS)?;
    let rest = match flags & 0x80 {
        0 => wire.skip(EXTENSIONS.start)?,
        _ => wire.skip(EXTENSIONS.end + usize::from(wire.be16(EXTENSIONS)?))?,
    };
    if flags & 0x02 != 0 { Some((Layer::Ip, rest.skip(4)?)) } else { Some((first, rest)) }
}

/// Returns a header like the others', and one of the card's own: mostly a few words that only the router knows.
fn juniper_card(number: u32, wire: Wire<'_>) -> Inner<'_> {
    const IN_FRONT: [usize; 9] = [0, 2, 4, 6, 8, 10, 12, 16, 20];
    const SNAP: [u8; 3] = [0xaa, 0xaa, 3];
    let unread = Layer::Unread(Unread::LinkType(number));
    let (layer, rest) = juniper(unread, wire)?;
    if layer != unread {
        return Some((layer, rest));
    }
    let mut places = IN_FRONT.into_iter().filter_map(|len| rest.skip(len));
    let found = places.find_map(|place| match place {
        _ if place.has_ip() => Some((Layer::Ip, place)),
        _ if place.data.starts_with(&SNAP) => Some((Layer::Llc, place)),
        _ if place.has_frame() => Some((Layer::Ethernet, place)),
        _ => None,
    });
    Some(found.unwrap_or((unread, rest)))
}

/// Kind and circuit, then LLC or a message of the network itself.
fn sun_atm(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 4;
    let (kind, rest) = (wire.u8(0)? & 0x0f, wire.skip(HEADER)?);
    Some((if kind == 2 { Layer::Llc } else { Layer::Unread(Unread::Own("ATM signalling")) }, rest))
}

/// Time, kind, lengths; extensions of eight bytes each while the first bit of the kind, then of each, is set.
fn erf(wire: Wire<'_>) -> Inner<'_> {
    const KIND: usize = 8;
    const HEADER: usize = 16;
    const EXTENSION: usize = 8;
    let kind = wire.u8(KIND)?;
    let (mut more, mut rest) = (kind & 0x80 != 0, wire.skip(HEADER)?);
    while more {
        more = rest.u8(0)? & 0x80 != 0;
        rest = rest.skip(EXTENSION)?;
    }
    match kind & 0x7f {
        // Offset and a byte of padding precede the frame.
        2 | 11 | 16 | 20 => Some((Layer::Ethernet, rest.skip(2)?)),
        1 | 10 | 15 | 17 => Some((Layer::Hdlc, rest)),
        22 | 23 => Some((Layer::Ip, rest)),
        _ => Some((Layer::Unread(Unread::LinkType(197)), rest)),
    }
}

/// Frame control, a parameter that is the length of the extended header where there is one, length, check sequence.
fn docsis(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 6;
    let (control, parameter) = (wire.u8(0)?, wire.u8(1)?);
    let extended = if control & 1 == 1 { usize::from(parameter) } else { 0 };
    let rest = wire.skip(HEADER + extended)?;
    Some((
        if control >> 6 == 0 { Layer::Ethernet } else { Layer::Unread(Unread::Own("DOCSIS management")) },
        rest,
    ))
}

/// Tags, of which one names the dissector that the bytes are for.
fn exported_pdu(wire: Wire<'_>) -> Inner<'_> {
    const TAG: Field = 0..2;
    const LENGTH: Field = 2..4;
    const END: u16 = 0;
    const DISSECTOR: u16 = 12;
    let (mut rest, mut layer) = (wire, Layer::Unread(Unread::LinkType(252)));
    // Each turn takes four bytes at least.
    loop {
        let (tag, length) = (rest.be16(TAG)?, usize::from(rest.be16(LENGTH)?));
        rest = rest.skip(LENGTH.end)?;
        if tag == END {
            return Some((layer, rest));
        }
        if tag == DISSECTOR {
            // Zeros pad the name.
            let name = rest.data.get(..length)?.split(|byte| *byte == 0).next();
            layer = match name {
                Some(b"eth" | b"eth_withoutfcs" | b"eth_maybefcs") => Layer::Ethernet,
                Some(b"ip" | b"ipv6") => Layer::Ip,
                _ => layer,
            };
        }
        rest = rest.skip(length)?;
    }
}
