//! Bytes in chunks of any size → lines.

/// Longest line that is read; a longer one is passed over.
pub(super) const LINE_MAX: usize = 8 << 20;

/// U+FEFF in UTF-8, which some editors put before a text.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// It is longer than is read.
    TooLong,
}

/// Cuts a text at its line ends, `\n` or `\r\n`; holds no more than one unfinished line.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The start of a line whose end has not come yet.
    pending: Vec<u8>,
    /// Whether the rest of a line that is too long is being passed over.
    skipping: bool,
    /// Whether the first line is behind.
    begun: bool,
}

impl Lines {
    /// Takes the next bytes and gives every line that they end to `sink`.
    pub(super) fn push(&mut self, mut bytes: &[u8], sink: &mut impl FnMut(Line<'_>)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
            bytes = rest.get(1..).unwrap_or_default();
            if self.skipping {
                self.skipping = false;
            } else if self.is_too_long(line) {
                self.pending = Vec::new();
                sink(Line::TooLong);
            } else if self.pending.is_empty() {
                self.whole(line, sink);
            } else {
                self.pending.extend_from_slice(line);
                let whole = std::mem::take(&mut self.pending);
                self.whole(&whole, sink);
            }
        }
        if self.skipping {
            return;
        }
        if self.is_too_long(bytes) {
            self.pending = Vec::new();
            self.skipping = true;
            sink(Line::TooLong);
        } else {
            self.pending.extend_from_slice(bytes);
        }
    }

    /// Ends the text: what follows the last line end goes to `sink`, if there is anything.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Line<'_>)) {
        let last = std::mem::take(&mut self.pending);
        self.whole(&last, sink);
    }

    fn whole(&mut self, mut line: &[u8], sink: &mut impl FnMut(Line<'_>)) {
        if !self.begun {
            line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        }
        self.begun = true;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.is_empty() {
            sink(Line::Whole(line));
        }
    }

    /// Returns whether the line that goes on with `bytes` is longer than is read, however it was cut into chunks.
    fn is_too_long(&self, bytes: &[u8]) -> bool {
        self.pending.len() + bytes.len() > LINE_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the lines of `text` in chunks of `size`; `None` means one that is too long.
    fn lines(text: &[u8], size: usize) -> Vec<Option<Vec<u8>>> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        let mut sink = |line: Line<'_>| {
            found.push(match line {
                Line::Whole(line) => Some(line.to_vec()),
                Line::TooLong => None,
            });
        };
        text.chunks(size).for_each(|chunk| lines.push(chunk, &mut sink));
        lines.finish(&mut sink);
        found
    }

    #[test]
    fn every_line_end_and_every_chunk_size_gives_the_same_lines() {
        let wanted = ["a", "bc", "d"].map(|line| Some(line.into()));
        for text in ["a\nbc\n\nd\n", "a\r\nbc\r\n\r\nd", "\u{feff}a\nbc\nd\r\n"] {
            for size in 1..12 {
                assert_eq!(lines(text.as_bytes(), size), wanted, "{text:?} in chunks of {size}");
            }
        }
    }

    #[test]
    fn byte_order_mark_inside_a_text_is_part_of_its_line() {
        assert_eq!(lines("a\n\u{feff}b".as_bytes(), 100)[1], Some("\u{feff}b".into()));
    }

    #[test]
    fn line_that_is_too_long_is_passed_over_in_chunks_of_any_size() {
        let text = [vec![b'#'; LINE_MAX + 1], b"\nnext\n".to_vec()].concat();
        for size in [usize::MAX, LINE_MAX, LINE_MAX + 1, 1 << 20, 4_099] {
            assert_eq!(lines(&text, size), [None, Some(b"next".to_vec())], "chunks of {size}");
        }
    }

    #[test]
    fn line_without_end_is_bounded() {
        let (mut lines, mut too_long) = (Lines::default(), 0);
        for _ in 0..20 {
            lines.push(&vec![b'x'; 1 << 20], &mut |line| too_long += u32::from(line == Line::TooLong));
        }
        assert!(lines.pending.len() <= LINE_MAX);
        assert_eq!(too_long, 1);
    }
}
