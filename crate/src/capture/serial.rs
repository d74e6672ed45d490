//! Serial lines: PPP, Cisco's HDLC, Frame Relay.

use super::ethernet;
use super::layer::{Inner, Layer, Unread};
use super::wire::Wire;

/// Returns the address and control fields may be left out, and the first byte of the protocol where it is zero.
pub(super) fn ppp(wire: Wire<'_>) -> Inner<'_> {
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
        0x003d => return multilink(rest),
        // Bridging (RFC 3518): flags, then the kind of network.
        0x0031 if rest.u8(1)? == 1 => return Some((Layer::Ethernet, rest.skip(2)?)),
        // Negotiation of the link and its protocols.
        0x8000.. => Layer::Unread(Unread::Own("PPP negotiation")),
        _ => Layer::Unread(Unread::Ppp(protocol)),
    };
    Some((layer, rest))
}

/// Returns a packet of a bundle of links (RFC 1990), where one holds all of it: numbers of two bytes or four, the first
/// two bits of which say that it begins and ends here.
fn multilink(wire: Wire<'_>) -> Inner<'_> {
    const NUMBER: u16 = 0x003d;
    const WHOLE: u8 = 0xc0;
    let is_whole = wire.u8(0)? & WHOLE == WHOLE;
    let packets = [4, 2].into_iter().filter_map(|len| wire.skip(len)).filter(|_| is_whole);
    let mut inner = packets.filter_map(|packet| match packet.data {
        [0x00, 0x21 | 0x57, ..] => packet.skip(2),
        [0x21 | 0x57, ..] => packet.skip(1),
        _ => None,
    });
    let ip = inner.find(|inner| inner.has_ip());
    Some(ip.map_or((Layer::Unread(Unread::Ppp(NUMBER)), wire), |ip| (Layer::Ip, ip)))
}

pub(super) fn hdlc(wire: Wire<'_>) -> Inner<'_> {
    match wire.data {
        // Unicast and broadcast of Cisco's protocol, which has EtherTypes.
        [0x0f | 0x8f, ..] => ethernet::typed(wire.skip(2)?),
        _ => ppp(wire),
    }
}

/// Returns an address of two to four bytes, whose last one is odd, then a network protocol (RFC 2427) or, as Cisco has
/// it, an EtherType.
pub(super) fn frame_relay(wire: Wire<'_>) -> Inner<'_> {
    const UNNUMBERED: u8 = 3;
    let address = wire.data.iter().take(4).position(|byte| byte & 1 == 1)? + 1;
    let rest = wire.skip(address.max(2))?;
    if *rest.data.first()? != UNNUMBERED {
        return ethernet::typed(rest);
    }
    let mut rest = rest.skip(1)?;
    // A byte that makes the header even.
    if rest.data.first() == Some(&0) {
        rest = rest.skip(1)?;
    }
    let (protocol, rest) = (rest.u8(0)?, rest.skip(1)?);
    match protocol {
        0xcc | 0x8e => Some((Layer::Ip, rest)),
        0x80 => ethernet::snap(rest),
        // PPP in Frame Relay (RFC 1973).
        0xcf => Some((Layer::Ppp, rest)),
        _ => Some((Layer::Unread(Unread::FrameRelay(protocol)), rest)),
    }
}
