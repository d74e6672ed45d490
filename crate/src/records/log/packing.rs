//! How a log file is packed: not at all, with gzip or Zstandard, or in a form that is not read.

use super::lines::BYTE_ORDER_MARK;
use super::name::may_be_log;
use crate::Weirds;
use crate::capture::{Compression, DETECT_LEN, Unpack, is_capture, unread_form};
use crate::error::Phrase;

/// The packing of one file, recognised by its first bytes whatever its name says.
#[derive(Debug)]
pub(super) enum Packing {
    /// Too few bytes to tell.
    Undecided(Vec<u8>),
    Plain,
    Compressed(Compressed),
    /// What it looks like, and what to do with it. None of it is read.
    Unread(Phrase),
}

/// A compressed log.
#[derive(Debug)]
pub(super) struct Compressed {
    compression: Compression,
    unpack: Unpack,
    /// Bytes behind a member that are too few to tell whether they begin another.
    rest: Vec<u8>,
}

impl Packing {
    pub(super) fn new() -> Self {
        Packing::Undecided(Vec::new())
    }

    /// Takes the next bytes of the file and gives the text that they hold to `sink`.
    pub(super) fn push(&mut self, bytes: &[u8], weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        let Packing::Undecided(head) = self else {
            self.unpack(bytes, weirds, sink);
            return;
        };
        let (first, rest) = bytes.split_at(bytes.len().min(DETECT_LEN.saturating_sub(head.len())));
        head.extend_from_slice(first);
        if head.len() >= DETECT_LEN {
            self.decide(weirds, sink);
            self.unpack(rest, weirds, sink);
        }
    }

    /// Ends the file.
    pub(super) fn finish(&mut self, weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        self.decide(weirds, sink);
        if let Packing::Compressed(compressed) = self {
            compressed.finish(weirds, sink);
        }
    }

    /// Returns what the file is compressed with.
    pub(super) fn compression(&self) -> Option<Compression> {
        match self {
            Packing::Compressed(compressed) => Some(compressed.compression),
            Packing::Undecided(_) | Packing::Plain | Packing::Unread(_) => None,
        }
    }

    /// Tells the packing by the first bytes, and unpacks them.
    fn decide(&mut self, weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        let Packing::Undecided(head) = self else { return };
        let head = std::mem::take(head);
        *self = match (Compression::of(&head), unread_form(&head)) {
            (Some(compression), _) => Packing::Compressed(Compressed::new(compression)),
            (None, Some(form)) => Packing::Unread(form),
            (None, None) => Packing::Plain,
        };
        self.unpack(&head, weirds, sink);
    }

    fn unpack(&mut self, bytes: &[u8], weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        match self {
            Packing::Plain => sink(bytes),
            Packing::Compressed(compressed) => compressed.push(bytes, weirds, sink),
            Packing::Undecided(_) | Packing::Unread(_) => {}
        }
    }
}

impl Compressed {
    /// Bytes that tell whether another member begins.
    const ENOUGH: usize = 4;

    fn new(compression: Compression) -> Self {
        Compressed { compression, unpack: Unpack::default(), rest: Vec::new() }
    }

    fn push(&mut self, bytes: &[u8], weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        let mut joined = std::mem::take(&mut self.rest);
        let bytes = if joined.is_empty() {
            bytes
        } else {
            joined.extend_from_slice(bytes);
            &joined
        };
        let taken = self.unpack.push(bytes, &mut given(sink)).unwrap_or_default();
        taken.damage.into_iter().for_each(|weird| weirds.count(weird));
        let rest = bytes.get(taken.len..).unwrap_or_default();
        if rest.len() >= Self::ENOUGH {
            weirds.count(self.compression.damage());
            self.unpack.stop();
        } else {
            self.rest = rest.to_vec();
        }
    }

    fn finish(&mut self, weirds: &mut Weirds, sink: &mut impl FnMut(&[u8])) {
        let damage = self.unpack.finish(&mut given(sink)).ok().flatten();
        let behind = (!self.rest.is_empty()).then(|| self.compression.damage());
        damage.or(behind).into_iter().for_each(|weird| weirds.count(weird));
    }
}

/// Returns a sink of text as one of unpacked bytes: nothing stops a log.
fn given(sink: &mut impl FnMut(&[u8])) -> impl FnMut(&[u8]) -> Result<(), crate::Error> + '_ {
    |bytes| {
        sink(bytes);
        Ok(())
    }
}

/// Returns whether a file is a log rather than a capture: by the first character of its text (`#` in TSV, `{` or `[` in
/// JSON), else by its name. `head` is the start of the file as it is, some kilobytes or all of it.
pub fn is_log(name: &str, head: &[u8]) -> bool {
    let mut text = Vec::new();
    let mut packing = Packing::new();
    let mut sink = |bytes: &[u8]| {
        if text.len() < DETECT_LEN {
            text.extend_from_slice(bytes);
        }
    };
    packing.push(head, &mut Weirds::default(), &mut sink);
    // What is missing behind the head is no damage here.
    packing.finish(&mut Weirds::default(), &mut sink);
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
    matches!(text.trim_ascii_start().first(), Some(b'#' | b'{' | b'['))
        || (may_be_log(name) && !is_capture(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(file: &[u8], chunk: usize) -> (Vec<u8>, Weirds) {
        let (mut packing, mut weirds, mut text) = (Packing::new(), Weirds::default(), Vec::new());
        let mut sink = |bytes: &[u8]| text.extend_from_slice(bytes);
        file.chunks(chunk).for_each(|bytes| packing.push(bytes, &mut weirds, &mut sink));
        packing.finish(&mut weirds, &mut sink);
        (text, weirds)
    }

    #[test]
    fn gzip_and_plain_give_the_same_text_in_chunks_of_any_size() {
        for text in [&b"#path\tconn\n"[..], b"", b"{", &b"a line\n".repeat(10_000)] {
            for chunk in [1, 7, 15, 16, 17, 1 << 20] {
                assert_eq!(unpacked(text, chunk), (text.to_vec(), Weirds::default()));
                assert_eq!(unpacked(&gzip(text), chunk), (text.to_vec(), Weirds::default()));
            }
        }
    }

    #[test]
    fn gzip_that_ends_early_keeps_what_came_and_is_counted() {
        let file = gzip(&b"a line\n".repeat(10_000));
        let (text, weirds) = unpacked(&file[..file.len() - 12], 100);
        assert!(text.starts_with(b"a line\n"));
        assert_eq!(weirds.iter().collect::<Vec<_>>(), [("truncated_gzip", 1)]);
    }

    #[test]
    fn form_that_is_not_read_gives_no_text() {
        let mut packing = Packing::new();
        packing.push(b"BZh9 and what follows it here", &mut Weirds::default(), &mut |_| panic!("text"));
        assert!(matches!(packing, Packing::Unread(Phrase::Bzip2)), "{packing:?}");
    }

    #[test]
    fn log_is_told_from_a_capture_by_its_text_before_its_name() {
        let pcap = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0";
        for (name, head, expected) in [
            ("renamed", &b"#separator \\x09\n"[..], true),
            ("renamed.bin", b"\xef\xbb\xbf{\"ts\":1}\n", true),
            ("notes.log", b"hello\n", true),
            ("conn.log", b"", true),
            ("notes.txt", b"hello\n", false),
            ("evening.pcap", pcap, false),
            ("snort.log.1612345678", pcap, false),
        ] {
            assert_eq!(is_log(name, head), expected, "{name}");
            assert_eq!(is_log(name, &gzip(head)), expected, "{name}, gzipped");
        }
        let long = gzip(&b"#separator \\x09\n".repeat(10_000));
        assert!(is_log("renamed", &long[..long.len() / 2]));
        assert!(is_log("conn.log.zst", b"\x28\xb5\x2f\xfd"));
    }
}
