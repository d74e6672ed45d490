//! The interfaces of a pcapng section: link type, snaplen, and how their time stamps count.

use pcap_parser::OptionCode;
use pcap_parser::pcapng::InterfaceDescriptionBlock;

use super::Timestamp;

/// What an Interface Description Block says of the packets that name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interface {
    pub(super) link_type: u32,
    /// Longest packet that was kept; 0 for no bound.
    pub(super) snaplen: u32,
    resolution: Resolution,
    /// Seconds to add to each time (`if_tsoffset`).
    offset: i64,
    /// Bytes of frame check sequence at the end of each packet (`if_fcslen`).
    pub(super) fcs_len: u32,
}

/// Units of a time stamp (`if_tsresol`).
#[derive(Debug, Clone, Copy)]
enum Resolution {
    /// Nanoseconds a unit.
    Multiply(u64),
    /// Units a nanosecond.
    Divide(u64),
    /// Two to the minus so many seconds a unit.
    Binary(u8),
}

impl Interface {
    /// Represents a description that could not be read, with an unassigned link type.
    pub(super) const UNREADABLE: Interface = Interface {
        link_type: u32::MAX,
        snaplen: 0,
        resolution: Resolution::Multiply(1_000),
        offset: 0,
        fcs_len: 0,
    };

    pub(super) fn new(description: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Interface {
        // The parser's own reading of these options takes no power of two and only little endian.
        let option = |code| {
            let option = description.options.iter().find(|option| option.code == code)?;
            option.as_bytes().ok()
        };
        let resolution = option(OptionCode::IfTsresol).and_then(<[u8]>::first);
        let offset = option(OptionCode::IfTsoffset).and_then(<[u8]>::first_chunk);
        let fcs_len = option(OptionCode(13)).and_then(<[u8]>::first);
        Interface {
            link_type: description.linktype.0.unsigned_abs(),
            snaplen: description.snaplen,
            resolution: resolution.map_or(Resolution::Multiply(1_000), |byte| Resolution::new(*byte)),
            offset: offset.map_or(0, |bytes| {
                if big_endian { i64::from_be_bytes(*bytes) } else { i64::from_le_bytes(*bytes) }
            }),
            fcs_len: fcs_len.map_or(0, |byte| u32::from(*byte)),
        }
    }

    pub(super) fn timestamp(self, high: u32, low: u32) -> Timestamp {
        let units = u64::from(high) << 32 | u64::from(low);
        let nanos = self.resolution.nanos(units) + i128::from(self.offset) * 1_000_000_000;
        Timestamp(nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }
}

impl Resolution {
    fn new(byte: u8) -> Resolution {
        match byte {
            0x80.. => Resolution::Binary(byte & 0x7f),
            0..=9 => Resolution::Multiply(10_u64.pow(9 - u32::from(byte))),
            // Beyond 10^-28 s every time that fits is zero.
            _ => Resolution::Divide(10_u64.checked_pow(u32::from(byte) - 9).unwrap_or(u64::MAX)),
        }
    }

    fn nanos(self, units: u64) -> i128 {
        match self {
            Resolution::Multiply(nanos) => i128::from(units) * i128::from(nanos),
            Resolution::Divide(parts) => i128::from(units / parts),
            // 64 + 30 bits fit, and a shift of up to 127 is defined.
            Resolution::Binary(bits) => (i128::from(units) * 1_000_000_000) >> bits,
        }
    }
}
