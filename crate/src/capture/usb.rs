//! USB's network adapters, whose bulk transfers carry Ethernet: plain (ECM), under RNDIS, or several together (NCM).

use super::layer::{Aggregate, Inner, Layer, Unread};
use super::wire::Wire;

const RNDIS_PACKET: u32 = 1;

/// Returns what a transfer holds; of other devices and kinds of transfer, nothing.
pub(super) fn payload(wire: Wire<'_>) -> Inner<'_> {
    let layer = match wire.data {
        [b'N', b'C', b'M', b'H', ..] => Layer::Aggregate(Aggregate::Ncm),
        _ if rndis(wire).is_some() => Layer::Aggregate(Aggregate::Rndis),
        _ if wire.has_frame() => Layer::Ethernet,
        _ => Layer::Unread(Unread::Own("USB without Ethernet")),
    };
    Some((layer, wire))
}

/// Returns the frame of the message of RNDIS at the front, and the messages behind it.
pub(super) fn rndis(wire: Wire<'_>) -> Option<(Wire<'_>, Wire<'_>)> {
    /// Offsets count from here.
    const BODY: usize = 8;
    let (kind, length) = (wire.le32(0..4)?, wire.le32(4..8)?);
    let (offset, len) = (wire.le32(8..12)?, wire.le32(12..16)?);
    let ends = u64::from(offset) + u64::from(len) + BODY as u64;
    if kind != RNDIS_PACKET || ends > u64::from(length) || length > wire.len {
        return None;
    }
    let frame = wire.skip(BODY)?.skip(offset as usize)?.clip(len);
    Some((frame, wire.skip(length as usize).unwrap_or(Wire { data: &[], len: 0 })))
}

/// Returns the frame with this number of a transfer of NCM: its header points to a table of places and lengths.
pub(super) fn ncm(wire: Wire<'_>, number: usize) -> Option<Wire<'_>> {
    const TABLE: std::ops::Range<usize> = 10..12;
    const TABLE_HEADER: usize = 8;
    const ENTRY: usize = 4;
    let table = wire.skip(usize::from(wire.le16(TABLE)?))?;
    if !table.data.starts_with(b"NCM") {
        return None;
    }
    let at = TABLE_HEADER + number * ENTRY;
    let (place, len) = (table.le16(at..at + 2)?, table.le16(at + 2..at + 4)?);
    // The table ends with zeros.
    (place > 0 && len > 0).then_some(())?;
    Some(wire.skip(usize::from(place))?.clip(u32::from(len)))
}
