//! JSON objects that do not stand one on a line: in an array, or printed over several lines.

use super::lines::LINE_MAX;

/// What was found between two braces that belong together.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Document<'a> {
    Whole(&'a [u8]),
    /// It ends in the middle, and another one begins.
    Damaged,
    TooLong,
}

/// Cuts a text into its outermost objects; arrays around them are passed over.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// The object that has begun, as far as it came.
    pending: Vec<u8>,
    /// Braces and brackets of it that are open.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// Whether more of it came than is kept.
    too_long: bool,
    /// The byte before.
    before: u8,
}

impl Documents {
    /// Takes the next bytes and gives every object that they end to `sink`.
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Document<'_>)) {
        for byte in bytes {
            self.take(*byte, sink);
            self.before = *byte;
        }
    }

    /// Returns whether an object has begun that has not ended.
    pub(super) fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// Returns whether the object that has begun goes on over no line end.
    pub(super) fn is_one_line(&self) -> bool {
        !self.pending.trim_ascii_end().contains(&b'\n')
    }

    fn take(&mut self, byte: u8, sink: &mut impl FnMut(Document<'_>)) {
        // No string goes over a line end, and inside an object braces are indented.
        let is_broken = (self.in_string && byte == b'\n') || (byte == b'{' && self.before == b'\n');
        if self.is_open() && is_broken {
            sink(Document::Damaged);
            *self = Documents { before: self.before, ..Documents::default() };
        }
        if !self.is_open() {
            if byte == b'{' {
                self.depth = 1;
                self.pending.push(byte);
            }
            return;
        }
        if self.pending.len() < LINE_MAX {
            self.pending.push(byte)
        } else {
            self.too_long = true
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.in_string => self.escaped = true,
            b'"' => self.in_string = !self.in_string,
            _ if self.in_string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        if !self.is_open() {
            let whole = std::mem::take(&mut self.pending);
            sink(if self.too_long { Document::TooLong } else { Document::Whole(&whole) });
            self.too_long = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, chunk: usize) -> (Vec<Option<String>>, bool) {
        let (mut documents, mut found) = (Documents::default(), Vec::new());
        let mut sink = |document: Document<'_>| {
            found.push(match document {
                Document::Whole(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
                _ => None,
            });
        };
        text.as_bytes().chunks(chunk).for_each(|bytes| documents.push(bytes, &mut sink));
        (found, documents.is_open())
    }

    #[test]
    fn objects_of_an_array_are_found_in_chunks_of_any_size() {
        let text = r#"[{"a":"}]{\""}, {"b":[{"c":1}]},
            {"d":2}]"#;
        let wanted = [r#"{"a":"}]{\""}"#, r#"{"b":[{"c":1}]}"#, r#"{"d":2}"#].map(|it| Some(it.to_owned()));
        for chunk in [1, 3, 1_000] {
            assert_eq!(read(text, chunk), (wanted.to_vec(), false));
        }
    }

    #[test]
    fn damaged_object_does_not_hide_the_next() {
        for damage in ["{\"a\": \"b\n", "{\"a\": {\n"] {
            let (found, _) = read(&format!("{damage}{{\"c\": 1}}\n"), 100);
            assert_eq!(found, [None, Some("{\"c\": 1}".to_owned())]);
        }
    }

    #[test]
    fn object_that_is_cut_stays_open() {
        assert_eq!(read("[{\"a\": 1}, {\"b\"", 5), (vec![Some("{\"a\": 1}".to_owned())], true));
    }
}
