//! QUIC packets in a datagram (RFC 9000 section 17, RFC 9369 section 3.2): headers as they stand, protection still on.

/// A QUIC version whose Initial packets can be read, or another one by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version(pub(super) u32);

impl Version {
    pub(super) const V1: Version = Version(1);
    pub(super) const V2: Version = Version(0x6b33_43cf);
    /// Google's last version of its own, and two with TLS inside.
    pub(super) const Q050: Version = Version(u32::from_be_bytes(*b"Q050"));
    pub(super) const T050: Version = Version(u32::from_be_bytes(*b"T050"));
    pub(super) const T051: Version = Version(u32::from_be_bytes(*b"T051"));
    /// The number with which a server lists the versions that it speaks (RFC 8999 section 6).
    pub(super) const NEGOTIATION: Version = Version(0);

    /// Zeek's name; Google's own for its versions.
    pub(super) fn name(self) -> String {
        match self {
            Version::Q050 | Version::T050 | Version::T051 => {
                String::from_utf8_lossy(&self.0.to_be_bytes()).into_owned()
            }
            Version::V1 => "1".to_owned(),
            Version::V2 => "quicv2".to_owned(),
            Version(0xff00_0016..=0xff00_0022) => format!("draft-{}", self.0 & 0xff),
            Version(0xface_b001 | 0xface_b002 | 0xface_b00e | 0xface_b011..=0xface_b013) => {
                format!("mvfst ({:x})", self.0)
            }
            Version(number) => format!("unknown-{number:x}"),
        }
    }

    /// Returns the number of the draft of version 1 by which keys derive, for drafts and for Facebook's own versions of
    /// two of them.
    pub(super) fn draft(self) -> Option<u32> {
        match self.0 {
            0xface_b001 => Some(22),
            0xface_b002 | 0xface_b00e => Some(27),
            0xff00_0016..=0xff00_0022 => Some(self.0 & 0xff),
            _ => None,
        }
    }

    /// Returns whether its packets are read.
    pub(super) fn is_known(self) -> bool {
        matches!(self, Version::V1 | Version::V2 | Version::Q050 | Version::T050 | Version::T051)
            || self.draft().is_some()
    }

    /// Returns whether frames in its packets are Google's.
    pub(super) fn has_google_frames(self) -> bool {
        matches!(self, Version::Q050 | Version::T050 | Version::T051)
    }

    /// Returns whether its hellos are Google's, not those of TLS.
    pub(super) fn is_google(self) -> bool {
        self == Version::Q050
    }
}

/// Type of a packet with a long header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Initial,
    ZeroRtt,
    Handshake,
    Retry,
    /// The version is another one, or lists versions: nothing behind the identifiers can be read.
    Unreadable,
}

/// A packet with a long header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Long<'a> {
    pub(super) kind: Kind,
    pub(super) version: Version,
    pub(super) dcid: &'a [u8],
    pub(super) scid: &'a [u8],
    /// The packet from its first byte to its last.
    pub(super) bytes: &'a [u8],
    /// Place of the packet number in `bytes`.
    pub(super) number_at: usize,
}

/// The next packet of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    Long(Long<'a>),
    /// One with a short header, which runs to the datagram's end.
    Short,
    /// The bit that every packet has set is not (RFC 9000 section 17.2): padding, or no QUIC.
    Unfixed,
}

/// The longest connection identifier of the versions that are read (RFC 9000 section 17.2).
pub(super) const MAX_CID: usize = 20;

const LONG: u8 = 0x80;
const FIXED: u8 = 0x40;

/// Takes the next packet off a datagram; `None` if it is cut off or contradicts itself.
pub(super) fn next<'a>(datagram: &mut &'a [u8]) -> Option<Packet<'a>> {
    let whole = *datagram;
    let (&first, mut rest) = whole.split_first()?;
    if first & LONG == 0 {
        *datagram = &[];
        return Some(if first & FIXED == 0 { Packet::Unfixed } else { Packet::Short });
    }
    let version = Version(u32::from_be_bytes(*take(&mut rest, 4)?.first_chunk()?));
    if first & FIXED == 0 && version != Version::NEGOTIATION {
        *datagram = &[];
        return Some(Packet::Unfixed);
    }
    let dcid = connection_id(&mut rest)?;
    let scid = connection_id(&mut rest)?;
    let kind = kind(first, version);
    if kind == Kind::Initial {
        let token = varint(&mut rest)?;
        take(&mut rest, usize::try_from(token).ok()?)?;
    }
    let has_length = matches!(kind, Kind::Initial | Kind::ZeroRtt | Kind::Handshake);
    let length = if has_length { usize::try_from(varint(&mut rest)?).ok()? } else { rest.len() };
    let number_at = whole.len() - rest.len();
    take(&mut rest, length)?;
    *datagram = rest;
    let (bytes, _) = whole.split_at_checked(number_at + length)?;
    Some(Packet::Long(Long { kind, version, dcid, scid, bytes, number_at }))
}

fn kind(first: u8, version: Version) -> Kind {
    if !version.is_known() {
        return Kind::Unreadable;
    }
    // Version 2 counts its types from another start (RFC 9369 section 3.2).
    let shift = u8::from(version == Version::V2);
    match ((first >> 4 & 3).wrapping_sub(shift)) & 3 {
        0 => Kind::Initial,
        1 => Kind::ZeroRtt,
        2 => Kind::Handshake,
        _ => Kind::Retry,
    }
}

fn connection_id<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::from(*take(rest, 1)?.first()?);
    take(rest, length)
}

/// Takes `length` bytes off `rest`.
pub(super) fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(taken)
}

/// Takes a variable-length integer off `rest` (RFC 9000 section 16).
pub(super) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let first = *rest.first()?;
    let bytes = take(rest, 1 << (first >> 6))?;
    let value = bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    Some(value & (u64::MAX >> (66 - 8 * bytes.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 9000 appendix A.1.
    #[test]
    fn integers_are_one_to_eight_bytes_long() {
        let of = |mut bytes: &[u8]| varint(&mut bytes);
        assert_eq!(of(&[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c]), Some(151_288_809_941_952_652));
        assert_eq!(of(&[0x9d, 0x7f, 0x3e, 0x7d]), Some(494_878_333));
        assert_eq!(of(&[0x7b, 0xbd]), Some(15_293));
        assert_eq!(of(&[0x25]), Some(37));
        assert_eq!(of(&[0x40]), None);
        assert_eq!(of(&[]), None);
    }

    fn long(first: u8, version: u32, rest: &[u8]) -> Vec<u8> {
        let ids = [2, 0xaa, 0xab, 1, 0xbb];
        [&[first][..], &version.to_be_bytes(), &ids, rest].concat()
    }

    fn packets(datagram: &[u8]) -> Vec<Packet<'_>> {
        let mut rest = datagram;
        std::iter::from_fn(|| next(&mut rest)).collect()
    }

    #[test]
    fn packets_of_a_datagram_come_one_by_one() {
        let datagram =
            [long(0xc0, 1, &[1, 0x77, 3, 1, 2, 3]), long(0xe0, 1, &[2, 8, 9]), vec![0x40, 5]].concat();
        let found = packets(&datagram);
        let [Packet::Long(initial), Packet::Long(handshake), Packet::Short] = found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(
            (initial.kind, initial.dcid, initial.scid),
            (Kind::Initial, &[0xaa, 0xab][..], &[0xbb][..])
        );
        assert_eq!(initial.bytes.get(initial.number_at..), Some(&[1, 2, 3][..]));
        assert_eq!(handshake.kind, Kind::Handshake);
    }

    #[test]
    fn version_2_numbers_its_types_otherwise() {
        let kind = |first, version| match packets(&long(first, version, &[0, 0]))[..] {
            [Packet::Long(packet), ..] => packet.kind,
            _ => panic!("no packet"),
        };
        assert_eq!(
            [0xc0, 0xd0, 0xe0, 0xf0].map(|first| kind(first, 1)),
            [Kind::Initial, Kind::ZeroRtt, Kind::Handshake, Kind::Retry]
        );
        assert_eq!(
            [0xd0, 0xe0, 0xf0, 0xc0].map(|first| kind(first, 0x6b33_43cf)),
            [Kind::Initial, Kind::ZeroRtt, Kind::Handshake, Kind::Retry]
        );
        assert_eq!(kind(0xc0, 0x1a2a_3a4a), Kind::Unreadable);
        assert_eq!(kind(0x80, 0), Kind::Unreadable);
    }

    #[test]
    fn a_packet_that_is_cut_off_is_none() {
        let whole = long(0xc0, 1, &[0, 3, 1, 2, 3]);
        for end in 0..whole.len() {
            assert_eq!(packets(&whole[..end]), [], "cut at {end}");
        }
    }

    #[test]
    fn versions_have_zeeks_names() {
        let names =
            [1, 0x6b33_43cf, 0xff00_001d, 0xface_b001, 0x1a2a_3a4a].map(|number| Version(number).name());
        assert_eq!(names, ["1", "quicv2", "draft-29", "mvfst (faceb001)", "unknown-1a2a3a4a"]);
    }
}
