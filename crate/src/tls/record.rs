//! Record framing (RFC 8446 section 5.1) across segments: whole records out of a byte stream of any slicing.

use std::borrow::Cow;

/// The five bytes before a record's body; SSL 2.0 reads them otherwise (see [`super::sslv2`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header(pub(super) [u8; 5]);

impl Header {
    pub(super) fn kind(self) -> u8 {
        self.0[0]
    }

    pub(super) fn version(self) -> u16 {
        u16::from_be_bytes([self.0[1], self.0[2]])
    }

    pub(super) fn length(self) -> usize {
        u16::from_be_bytes([self.0[3], self.0[4]]).into()
    }
}

/// Content types (RFC 8446 section 5.1; heartbeat: RFC 6520).
pub(super) mod kind {
    pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const APPLICATION_DATA: u8 = 23;
    pub(crate) const HEARTBEAT: u8 = 24;
}

/// What the reader met next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// A header is whole; the caller answers with [`Reader::keep`] or [`Reader::skip`].
    Header(Header),
    /// The body that was asked for.
    Body(Header, Cow<'a, [u8]>),
    /// The end of a body that was skipped.
    Skipped(Header),
    /// The input is used up.
    Starved,
}

/// One direction's place in its stream of records. It holds five bytes, or the kept body that is not yet whole:
/// at most 64 KiB, what the length field can say.
#[derive(Debug, Default)]
pub(super) struct Reader {
    header: [u8; 5],
    have: usize,
    body: Option<Body>,
}

#[derive(Debug)]
enum Body {
    Keep { header: Header, length: usize, held: Vec<u8> },
    Skip { header: Header, left: usize },
}

impl Reader {
    /// Takes what belongs to the next step from the front of `input`.
    pub(super) fn step<'a>(&mut self, input: &mut &'a [u8]) -> Step<'a> {
        match self.body.take() {
            None => self.read_header(input),
            Some(Body::Keep { header, length, held }) => self.read_body(header, length, held, input),
            Some(Body::Skip { header, left }) => {
                let skipped = take(input, left).len();
                if skipped == left {
                    return Step::Skipped(header);
                }
                self.body = Some(Body::Skip { header, left: left - skipped });
                Step::Starved
            }
        }
    }

    /// The next step hands out the `length` bytes behind `header`.
    pub(super) fn keep(&mut self, header: Header, length: usize) {
        self.body = Some(Body::Keep { header, length, held: Vec::new() });
    }

    /// The next step passes over the `length` bytes behind `header` without holding them.
    pub(super) fn skip(&mut self, header: Header, length: usize) {
        self.body = Some(Body::Skip { header, left: length });
    }

    /// Passes over `len` bytes that are missing; false unless all of them belong to the body that is being read. What was held
    /// of that body is dropped.
    pub(super) fn pass_over(&mut self, len: u64) -> bool {
        let (header, left) = match &self.body {
            Some(Body::Keep { header, length, held }) => (*header, length.saturating_sub(held.len())),
            Some(Body::Skip { header, left }) => (*header, *left),
            None => return false,
        };
        let left = usize::try_from(len).ok().and_then(|len| left.checked_sub(len));
        if let Some(left) = left {
            self.body = Some(Body::Skip { header, left });
        }
        left.is_some()
    }

    /// Returns the bytes that are held.
    pub(super) fn held(&self) -> usize {
        match &self.body {
            Some(Body::Keep { held, .. }) => held.len(),
            _ => 0,
        }
    }

    fn read_header<'a>(&mut self, input: &mut &'a [u8]) -> Step<'a> {
        let wanted = self.header.len() - self.have;
        for byte in take(input, wanted) {
            if let Some(slot) = self.header.get_mut(self.have) {
                *slot = *byte;
            }
            self.have += 1;
        }
        if self.have < self.header.len() {
            return Step::Starved;
        }
        self.have = 0;
        Step::Header(Header(self.header))
    }

    fn read_body<'a>(
        &mut self,
        header: Header,
        length: usize,
        mut held: Vec<u8>,
        input: &mut &'a [u8],
    ) -> Step<'a> {
        let part = take(input, length.saturating_sub(held.len()));
        if held.is_empty() && part.len() == length {
            return Step::Body(header, Cow::Borrowed(part));
        }
        held.extend_from_slice(part);
        if held.len() == length {
            return Step::Body(header, Cow::Owned(held));
        }
        self.body = Some(Body::Keep { header, length, held });
        Step::Starved
    }
}

/// Splits up to `count` bytes off the front of `input`.
fn take<'a>(input: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (front, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
    *input = rest;
    front
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: [u8; 8] = [22, 3, 1, 0, 3, 0xa, 0xb, 0xc];

    fn read_in_pieces(pieces: &[&[u8]]) -> Vec<(Header, Vec<u8>)> {
        let mut reader = Reader::default();
        let mut records = Vec::new();
        for piece in pieces {
            let mut input = *piece;
            loop {
                match reader.step(&mut input) {
                    Step::Header(header) => reader.keep(header, header.length()),
                    Step::Body(header, body) => records.push((header, body.into_owned())),
                    Step::Skipped(_) => unreachable!("nothing is skipped here"),
                    Step::Starved => break,
                }
            }
        }
        records
    }

    #[test]
    fn any_slicing_gives_the_same_record() {
        let whole = vec![(Header([22, 3, 1, 0, 3]), vec![0xa, 0xb, 0xc])];
        assert_eq!(read_in_pieces(&[&RECORD]), whole);
        for cut in 0..=RECORD.len() {
            let (front, back) = RECORD.split_at(cut);
            assert_eq!(read_in_pieces(&[front, back]), whole, "cut at {cut}");
        }
    }

    #[test]
    fn several_records_come_out_of_one_segment() {
        let two = [RECORD, RECORD].concat();
        assert_eq!(read_in_pieces(&[&two]).len(), 2);
    }

    #[test]
    fn a_skipped_body_is_not_held() {
        let mut reader = Reader::default();
        let mut input: &[u8] = &[23, 3, 3, 0, 4, 1, 2];
        assert!(matches!(reader.step(&mut input), Step::Header(_)));
        reader.skip(Header([23, 3, 3, 0, 4]), 4);
        assert_eq!(reader.step(&mut input), Step::Starved);
        let mut input: &[u8] = &[3, 4, 22];
        assert_eq!(reader.step(&mut input), Step::Skipped(Header([23, 3, 3, 0, 4])));
        assert_eq!(input, [22]);
    }

    #[test]
    fn missing_bytes_within_a_body_are_passed_over() {
        let mut reader = Reader::default();
        let mut input = RECORD.get(..6).unwrap_or_default();
        assert!(matches!(reader.step(&mut input), Step::Header(_)));
        reader.keep(Header([22, 3, 1, 0, 3]), 3);
        assert_eq!(reader.step(&mut input), Step::Starved);
        assert!(!reader.pass_over(3));
        assert!(reader.pass_over(1));
        let mut input: &[u8] = &[0xc, 22];
        assert_eq!(reader.step(&mut input), Step::Skipped(Header([22, 3, 1, 0, 3])));
        assert_eq!(input, [22]);
        assert!(!reader.pass_over(1), "no body is being read");
    }

    #[test]
    fn an_empty_record_has_an_empty_body() {
        assert_eq!(read_in_pieces(&[&[23, 3, 3, 0, 0]]), [(Header([23, 3, 3, 0, 0]), vec![])]);
    }
}
