//! Tunnels in UDP that join networks.

use super::super::ethernet;
use super::super::layer::{Inner, Layer};
use super::super::wire::Wire;
use super::{IPV4, IPV6, exact_ip};
use crate::field::Field;

/// Returns the user plane of GPRS tunnelling, version 1 (3GPP TS 29.281).
pub(super) fn gtp(wire: Wire<'_>) -> Inner<'_> {
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
pub(super) fn teredo(mut wire: Wire<'_>) -> Inner<'_> {
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
pub(super) fn teredo_between_peers(wire: Wire<'_>) -> Inner<'_> {
    const PREFIX: [u8; 4] = [0x20, 0x01, 0, 0];
    let [0x60..=0x6f, ..] = wire.data else { return None };
    let starts = |at: usize| wire.data.get(at..).is_some_and(|rest| rest.starts_with(&PREFIX));
    (starts(8) || starts(24)).then(|| exact_ip(wire))?
}

/// Virtual extensible LAN (RFC 7348).
pub(super) fn vxlan(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 8;
    let (flags, rest) = (wire.u8(0)?, wire.skip(HEADER)?);
    (flags & 0x08 != 0 && !rest.data.is_empty()).then_some((Layer::Ethernet, rest))
}

/// Its generic extension, which says what follows (draft-ietf-nvo3-vxlan-gpe).
pub(super) fn vxlan_gpe(wire: Wire<'_>) -> Inner<'_> {
    const NEXT: usize = 3;
    const HEADER: usize = 8;
    let (flags, next, rest) = (wire.u8(0)?, wire.u8(NEXT)?, wire.skip(HEADER)?);
    match flags & 0x0c {
        0x0c => ethernet::next_protocol(next, rest).filter(|_| matches!(next, 1..=5)),
        0x08 => vxlan(wire),
        _ => None,
    }
}

/// Generic network virtualisation encapsulation (RFC 8926).
pub(super) fn geneve(wire: Wire<'_>) -> Inner<'_> {
    const TYPE: Field = 2..4;
    const HEADER: usize = 8;
    let (first, layer) = (wire.u8(0)?, Layer::EtherType(wire.be16(TYPE)?));
    let rest = wire.skip(HEADER)?.skip(usize::from(first & 0x3f) * 4)?;
    (first >> 6 == 0 && !rest.data.is_empty()).then_some((layer, rest))
}

/// Anything in anything (draft-massar-v6ops-ayiya-02).
pub(super) fn ayiya(wire: Wire<'_>) -> Inner<'_> {
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

/// Generic UDP encapsulation (draft-ietf-intarea-gue): a header that names what follows, or IP at once.
pub(super) fn gue(wire: Wire<'_>) -> Inner<'_> {
    const HEADER: usize = 4;
    const CONTROL: u8 = 0x20;
    let (first, next) = (wire.u8(0)?, wire.u8(1)?);
    match first >> 6 {
        0 if first & CONTROL == 0 && matches!(next, IPV4 | IPV6) => {
            exact_ip(wire.skip(HEADER + usize::from(first & 0x1f) * 4)?)
        }
        1 => exact_ip(wire),
        _ => None,
    }
}
