//! Tunnels of access networks: dial-in lines, access points, mirrors of switches.

use super::super::layer::{Encrypted, Inner, Layer};
use super::super::wire::Wire;
use super::exact_frame;
use crate::field::Field;

/// Returns the data of L2TP: version 2 carries PPP (RFC 2661), version 3 any layer (RFC 3931).
pub(super) fn l2tp(wire: Wire<'_>) -> Inner<'_> {
    const FLAGS: Field = 0..2;
    const CONTROL: u16 = 0x8000;
    /// Fields that may be there, with their lengths: a length in front; sequence numbers and an offset behind.
    const LENGTH: u16 = 0x4000;
    const SEQUENCE: u16 = 0x0800;
    const OFFSET: u16 = 0x0200;
    /// Numbers of tunnel and session.
    const SESSION: usize = 4;
    let flags = wire.be16(FLAGS)?;
    if flags & CONTROL != 0 {
        return None;
    }
    let rest = wire.skip(FLAGS.end)?;
    if flags & 0x000f == 3 {
        return l2tp_session(rest.skip(2)?);
    }
    // Bits that are reserved.
    if flags & 0x000f != 2 || flags & 0x34f0 != 0 {
        return None;
    }
    let mut rest = rest.skip(if flags & LENGTH != 0 { 2 } else { 0 } + SESSION)?;
    if flags & SEQUENCE != 0 {
        rest = rest.skip(4)?;
    }
    if flags & OFFSET != 0 {
        let offset = usize::from(rest.be16(0..2)?);
        rest = rest.skip(2 + offset)?;
    }
    (!rest.data.is_empty()).then_some((Layer::Ppp, rest))
}

/// Returns a session of L2TPv3: its number, then a cookie and a sublayer whose lengths only the two ends know.
pub(super) fn l2tp_session(wire: Wire<'_>) -> Inner<'_> {
    const SESSION: usize = 4;
    let rest = wire.skip(SESSION)?;
    (wire.be32(0..SESSION)? != 0).then_some(())?;
    [0, 4, 8, 12].into_iter().find_map(|unknown| exact_frame(rest.skip(unknown)?))
}

/// Returns the data between access points and their controller (RFC 5415 section 4).
pub(super) fn capwap(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: Field = 0..4;
    const SHORTEST: usize = 8;
    const DTLS: u8 = 1;
    const NATIVE: u32 = 1 << 8;
    const FRAGMENT: u32 = 1 << 7;
    const KEEP_ALIVE: u32 = 1 << 3;
    match wire.u8(0)? {
        0 => {}
        DTLS => return Some((Layer::Encrypted(Encrypted::Capwap), wire.skip(HEADER.end)?)),
        _ => return None,
    }
    let header = wire.be32(HEADER)?;
    let length = (header >> 19 & 0x1f) as usize * 4;
    if length < SHORTEST || header & (FRAGMENT | KEEP_ALIVE) != 0 {
        return None;
    }
    let layer = if header & NATIVE != 0 { Layer::SwappedWireless } else { Layer::Ethernet };
    Some((layer, wire.skip(length)?))
}

/// Mirrors of MikroTik and others: version, kind, what is carried, then tags up to the one that ends them.
pub(super) fn tzsp(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 4;
    const PADDING: u8 = 0;
    const END: u8 = 1;
    let ([1, 0 | 1, c0, c1], mut rest) = wire.header::<HEADER>()? else { return None };
    let layer = match u16::from_be_bytes([*c0, *c1]) {
        1 => Layer::Ethernet,
        18 => Layer::Wireless,
        119 | 127 => Layer::LinkType(119),
        _ => return None,
    };
    // Each turn takes a byte at least.
    loop {
        match rest.u8(0)? {
            END => return Some((layer, rest.skip(1)?)),
            PADDING => rest = rest.skip(1)?,
            _ => rest = rest.skip(2 + usize::from(rest.u8(1)?))?,
        }
    }
}
