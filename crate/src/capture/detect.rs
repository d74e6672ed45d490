//! Which format the first bytes belong to.

use super::unpack::Compression;
use crate::error::{Error, Message, Phrase};

/// How many first bytes are looked at.
pub(crate) const DETECT_LEN: usize = 16;

/// Length of the header of a pcap file.
pub(super) const PCAP_HEADER: usize = 24;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Magic {
    /// draft-ietf-opsawg-pcap.
    Pcap,
    /// draft-ietf-opsawg-pcapng.
    Pcapng,
    /// Either of them, or several, compressed.
    Packed(Compression),
}

/// Returns the names the format of an input that starts with `head`, its first [`DETECT_LEN`] bytes or all of it.
pub(super) fn detect(head: &[u8]) -> Result<Magic, Error> {
    match head {
        [] => Err(Error::Empty),
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => Ok(Magic::Pcapng),
        _ if is_pcap(head) => Ok(Magic::Pcap),
        _ => match Compression::of(head) {
            Some(compression) => Ok(Magic::Packed(compression)),
            None => Err(Error::UnknownFormat { found: describe(head) }),
        },
    }
}

/// Returns whether another part of a file begins at the front of `input`, where a record is due: a capture, or a
/// compressed one. `None` while too few bytes have come to tell.
pub(super) fn begins_part(input: &[u8]) -> Option<bool> {
    match input {
        // Deflate, flags that exist, what the compressor and the system call themselves.
        [0x1f, 0x8b, 0x08, flags, ..] => {
            let (extra, system) = (input.get(8)?, input.get(9)?);
            Some(flags & 0xe0 == 0 && matches!(extra, 0 | 2 | 4) && matches!(system, 0..=13 | 255))
        }
        // A bit that is reserved.
        [0x28, 0xb5, 0x2f, 0xfd, ..] => input.get(4).map(|descriptor| descriptor & 8 == 0),
        _ => begins_capture(input),
    }
}

/// Returns whether a capture begins at the front of `input`, told by more than its magic number: one may follow another
/// in a file. `None` while too few bytes have come to tell.
pub(super) fn begins_capture(input: &[u8]) -> Option<bool> {
    let half = |at: usize, big_endian: bool| {
        let bytes = *input.get(at..)?.first_chunk()?;
        Some(if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    match input {
        [first, ..] if is_pcap(input) => {
            input.get(PCAP_HEADER - 1)?;
            let version = (half(4, *first == 0xa1)?, half(6, *first == 0xa1)?);
            Some(matches!(version, (2, 0..=4) | (543, 0)))
        }
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => match input.get(8..12)? {
            [0x1a, 0x2b, 0x3c, 0x4d] => half(12, true).map(|major| major == 1),
            [0x4d, 0x3c, 0x2b, 0x1a] => half(12, false).map(|major| major == 1),
            _ => Some(false),
        },
        _ => Some(false),
    }
}

/// Returns whether `head` begins with a magic number of pcap: of microseconds, nanoseconds or the modified format.
fn is_pcap(head: &[u8]) -> bool {
    matches!(
        head,
        [0xa1, 0xb2, 0xc3, 0xd4, ..]
            | [0xd4, 0xc3, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0x3c, 0x4d, ..]
            | [0x4d, 0x3c, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0xcd, 0x34, ..]
            | [0x34, 0xcd, 0xb2, 0xa1, ..]
    )
}

/// Hex of the first bytes and, where they are known, what they look like.
pub(super) fn describe(head: &[u8]) -> Message {
    let hex: Vec<String> = head.iter().take(DETECT_LEN).map(|byte| format!("{byte:02x}")).collect();
    let bytes = ("bytes", hex.join(" ").into());
    match guess(head) {
        Some(what) => Phrase::LooksLike.with([bytes, ("what", Message::from(what).into())]),
        None => Phrase::Hex.with([bytes]),
    }
}

/// Returns whether `head` begins a capture that nothing packs.
pub(crate) fn is_capture(head: &[u8]) -> bool {
    matches!(detect(head), Ok(Magic::Pcap | Magic::Pcapng))
}

/// Forms from which any file must be brought back before it can be read.
const UNREAD_FORMS: [(&[u8], Phrase); 14] = [
    (b"PK\x03\x04", Phrase::Zip),
    (b"\x28\xb5\x2f\xfd", Phrase::Zstandard),
    (b"\xfd7zXZ\0", Phrase::Xz),
    (b"BZh", Phrase::Bzip2),
    (b"\x04\x22\x4d\x18", Phrase::Lz4),
    (b"7z\xbc\xaf\x27\x1c", Phrase::SevenZip),
    (b"Rar!", Phrase::Rar),
    (b"\x1f\x8b", Phrase::GzipInGzip),
    (b"PAR1", Phrase::Parquet),
    (b"ARROW1", Phrase::Arrow),
    (b"ORC", Phrase::Orc),
    (b"Obj\x01", Phrase::Avro),
    (b"\xff\xfe", Phrase::Utf16),
    (b"\xfe\xff", Phrase::Utf16),
];

/// Returns what `head` is packed with and what to do about it, where that is not read.
pub(crate) fn unread_form(head: &[u8]) -> Option<Phrase> {
    named(&UNREAD_FORMS, head)
}

fn named(known: &[(&[u8], Phrase)], head: &[u8]) -> Option<Phrase> {
    known.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

/// Returns what people drop on a capture reader by mistake, and captures of other tools.
fn guess(head: &[u8]) -> Option<Phrase> {
    const KNOWN: [(&[u8], Phrase); 14] = [
        (b"snoop\0\0\0", Phrase::Snoop),
        (b"GMBU", Phrase::NetworkMonitor),
        (b"RTSS", Phrase::NetworkMonitor1),
        (b"\x7fver", Phrase::EtherPeek),
        (b"XCP\0", Phrase::NetXRay),
        (b"TRSNIFF data", Phrase::Sniffer),
        (b"iptrace", Phrase::Iptrace),
        (b"\x7fELF", Phrase::Elf),
        (b"MZ", Phrase::WindowsProgram),
        (b"%PDF", Phrase::Pdf),
        (b"\x89PNG", Phrase::Png),
        (b"SQLite format 3", Phrase::Sqlite),
        (b"#separator", Phrase::ZeekLog),
        (b"<?xml", Phrase::Xml),
    ];
    if let Some(name) = unread_form(head).or_else(|| named(&KNOWN, head)) {
        return Some(name);
    }
    let text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7e);
    if head.iter().all(|byte| *byte == 0) {
        Some(Phrase::Zeros)
    } else if head.iter().all(text) {
        Some(Phrase::TextFile)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_magic_is_known() {
        for magic in [0xa1b2_c3d4_u32, 0xa1b2_3c4d, 0xa1b2_cd34] {
            assert_eq!(detect(&magic.to_be_bytes()).unwrap(), Magic::Pcap);
            assert_eq!(detect(&magic.to_le_bytes()).unwrap(), Magic::Pcap);
        }
        assert_eq!(detect(b"\x0a\x0d\x0d\x0a\0\0\0\0").unwrap(), Magic::Pcapng);
        assert_eq!(detect(b"\x1f\x8b\x08").unwrap(), Magic::Packed(Compression::Gzip));
        for magic in [b"\x28\xb5\x2f\xfd\x20", b"\x5f\x2a\x4d\x18\x00"] {
            assert_eq!(detect(magic).unwrap(), Magic::Packed(Compression::Zstd));
        }
    }

    #[test]
    fn an_unknown_format_is_named_in_the_message() {
        for (head, name) in [
            (&b"PK\x03\x04\x14\0"[..], "ZIP"),
            (b"hello, world\n", "text file"),
            (b"\x7fELF\x02\x01", "ELF"),
            (b"snoop\0\0\0\0\0\0\x02", "snoop"),
            (b"GMBU\0\x02", "Network Monitor"),
        ] {
            let message = detect(head).unwrap_err().to_string();
            assert!(message.contains(name), "{message}");
            assert!(message.contains(&format!("{:02x} {:02x}", head[0], head[1])), "{message}");
        }
    }

    #[test]
    fn no_byte_at_all_is_an_empty_file() {
        assert!(matches!(detect(b""), Err(Error::Empty)));
    }
}
