//! Generic routing encapsulation, and what builds on it.

use super::super::layer::Layer;
use super::super::wire::Wire;
use crate::Weird;
use crate::field::Field;

/// Generic routing encapsulation (RFC 2784, RFC 2890), and what builds on it.
pub(super) fn payload(wire: Wire<'_>) -> Result<(Layer, Wire<'_>), Weird> {
    const TRUNCATED: Weird = Weird::TruncatedGre;
    const FLAGS: Field = 0..2;
    const TYPE: Field = 2..4;
    let flags = wire.be16(FLAGS).ok_or(TRUNCATED)?;
    let kind = wire.be16(TYPE).ok_or(TRUNCATED)?;
    let mut rest = wire.skip(TYPE.end).ok_or(TRUNCATED)?;
    let version = flags & 0x0007;
    if version > 1 {
        return Err(Weird::UnknownGreVersion);
    }
    // Ethernet over IP of MikroTik: a length and a number of the tunnel.
    if version == 1 && kind == 0x6400 {
        return Ok((Layer::Ethernet, rest.skip(4).ok_or(TRUNCATED)?));
    }
    if version == 1 && kind != 0x880b {
        return Err(Weird::EgreProtocolType);
    }
    if flags & 0x4000 != 0 {
        return Err(Weird::GreRouting);
    }
    if flags & 0x0078 != 0 {
        return Err(Weird::UnknownGreFlags);
    }
    // Checksum, key, sequence number, acknowledgement.
    for flag in [0x8000, 0x2000, 0x1000, 0x0080] {
        if flags & flag != 0 {
            rest = rest.skip(4).ok_or(TRUNCATED)?;
        }
    }
    // An acknowledgement of PPTP (RFC 2637) carries nothing.
    if rest.data.is_empty() {
        return Ok((Layer::Empty, rest));
    }
    let has_sequence = flags & 0x1000 != 0;
    Ok(match kind {
        // ERSPAN: type I has no header of its own, type II has a sequence number.
        0x88be => (Layer::Ethernet, rest.skip(if has_sequence { 8 } else { 0 }).ok_or(TRUNCATED)?),
        // ERSPAN type III, whose last bit says whether a part for the platform follows.
        0x22eb => {
            let (header, rest) = rest.header::<12>().ok_or(TRUNCATED)?;
            let [.., last] = header;
            (Layer::Ethernet, rest.skip(if last & 1 == 1 { 8 } else { 0 }).ok_or(TRUNCATED)?)
        }
        // WCCP: version 2 puts a header in front of the packet.
        0x883e if rest.has_ip() => (Layer::Ip, rest),
        0x883e => (Layer::Ip, rest.skip(4).ok_or(TRUNCATED)?),
        // Access points of Aruba.
        0x8200..=0x8370 if kind & 0x0f == 0 => (Layer::Wireless, rest),
        0x9000 => (Layer::Wireless, rest),
        _ => (Layer::EtherType(kind), rest),
    })
}
