//! IEEE 802.11: data frames, and the several packets that one of them may hold.

use super::layer::{Aggregate, Encrypted, Inner, Layer, Unread};
use super::wire::Wire;
use crate::field::Field;

/// Frame control, duration, three addresses, sequence control (IEEE 802.11-2020 section 9.3.2.1).
const HEADER: usize = 24;
const ADDRESS: usize = 6;

/// Returns a frame; management, control and empty ones carry no IP.
pub(super) fn frame(wire: Wire<'_>) -> Inner<'_> {
    let ([control, flags], _) = wire.header()?;
    controlled(*control, *flags, wire)
}

/// Returns a frame whose two bytes of frame control are swapped, unless they are not.
pub(super) fn swapped(wire: Wire<'_>) -> Inner<'_> {
    let ([first, second], _) = wire.header()?;
    let is_data = |control: u8| control & 0x0f == 0x08;
    match (is_data(*first), is_data(*second)) {
        (false, true) => controlled(*second, *first, wire),
        _ => controlled(*first, *second, wire),
    }
}

fn controlled(control: u8, flags: u8, wire: Wire<'_>) -> Inner<'_> {
    let is_data = control & 0x0c == 0x08 && control & 0x40 == 0;
    let is_protected = flags & 0x40 != 0;
    if !is_data {
        let name = match control & 0x0c {
            0 => "802.11 management",
            4 => "802.11 control",
            _ => "802.11 without data",
        };
        return Some((Layer::Unread(Unread::Own(name)), wire));
    }
    if is_protected {
        return Some((Layer::Encrypted(Encrypted::Wireless), wire));
    }
    // Between two access points a fourth address follows.
    let wire = wire.skip(if flags & 0x03 == 0x03 { HEADER + ADDRESS } else { HEADER })?;
    if control & 0x80 == 0 {
        return Some(llc(wire));
    }
    let ([qos, _], mut wire) = wire.header()?;
    if flags & 0x80 != 0 {
        wire = wire.skip(4)?; // HT control
    }
    Some(if qos & 0x80 == 0 { llc(wire) } else { (Layer::Aggregate(Aggregate::Amsdu), wire) })
}

/// Returns what a frame of data holds, which mostly begins at once. Some drivers put two bytes in front, so that its
/// place is even in words; a mesh puts a header with up to two addresses there (IEEE 802.11-2020 section 9.2.4.8.3).
fn llc(wire: Wire<'_>) -> (Layer, Wire<'_>) {
    const IN_FRONT: [usize; 6] = [0, 2, 6, 8, 12, 18];
    const SNAP: [u8; 3] = [0xaa, 0xaa, 3];
    let places = IN_FRONT.into_iter().filter_map(|len| wire.skip(len));
    let found = places.into_iter().find(|rest| rest.data.starts_with(&SNAP));
    (Layer::Llc, found.unwrap_or(wire))
}

/// Returns what follows a radiotap header (<https://www.radiotap.org>), whose length is little-endian.
pub(super) fn radiotap(wire: Wire<'_>) -> Inner<'_> {
    const LENGTH: Field = 2..4;
    Some((Layer::Wireless, wire.skip(usize::from(wire.le16(LENGTH)?).max(LENGTH.end))?))
}

/// Returns what follows a header of Prism or AVS: both state their length after a number of four bytes, the one in the
/// byte order of the machine that captured, the other big-endian.
pub(super) fn prism(wire: Wire<'_>) -> Inner<'_> {
    const LENGTH: Field = 4..8;
    let length = wire.be32(LENGTH)?.min(wire.le32(LENGTH)?) as usize;
    Some((Layer::Wireless, wire.skip(length.max(LENGTH.end))?))
}

/// Returns the first packet of an aggregate (A-MSDU), from LLC on, and the packets behind it.
pub(super) fn subframe(wire: Wire<'_>) -> Option<(Wire<'_>, Wire<'_>)> {
    const LENGTH: Field = 12..14;
    const HEADER: usize = 14;
    let (len, inner) = (wire.be16(LENGTH)?, wire.skip(HEADER)?);
    // All but the last are padded to four bytes, the header included.
    let padded = (usize::from(len) + HEADER).next_multiple_of(4) - HEADER;
    Some((inner.clip(u32::from(len)), inner.skip(padded).unwrap_or(Wire { data: &[], len: 0 })))
}
