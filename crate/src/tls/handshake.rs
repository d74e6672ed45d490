//! Handshake messages (RFC 8446 section 4) out of record fragments: a message may span records, a record may hold many.

use crate::counter::bound;

/// Longest message that is held. The largest real ones are certificate chains, rarely above 20 KiB; all connections
/// together hold no more than [`budget`](super::budget) says.
pub(super) const MAX_MESSAGE: usize = bound::TLS_MESSAGE;

/// Handshake types (IANA, TLS HandshakeType).
pub(super) mod kind {
    pub(crate) const HELLO_REQUEST: u8 = 0;
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const HELLO_VERIFY_REQUEST: u8 = 3;
    pub(crate) const NEW_SESSION_TICKET: u8 = 4;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const CERTIFICATE_VERIFY: u8 = 15;
    pub(crate) const CLIENT_KEY_EXCHANGE: u8 = 16;
    pub(crate) const FINISHED: u8 = 20;
    pub(crate) const CERTIFICATE_URL: u8 = 21;
    pub(crate) const CERTIFICATE_STATUS: u8 = 22;
}

/// A message whose end was reached.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub(super) kind: u8,
    /// None where it was longer than [`MAX_MESSAGE`] and so passed over.
    pub(super) body: Option<&'a [u8]>,
}

/// One direction's message that is not yet whole.
#[derive(Debug, Default)]
pub(super) struct Messages {
    held: Vec<u8>,
    /// Kind and bytes left of a message that is too long to be held.
    passing: Option<(u8, usize)>,
}

impl Messages {
    /// Takes the next fragment and hands out each message that ends in it.
    pub(super) fn push(&mut self, mut fragment: &[u8], each: &mut impl FnMut(Message<'_>)) {
        while !fragment.is_empty() {
            fragment = match self.passing.take() {
                Some((kind, left)) => self.pass(kind, left, fragment, each),
                None if self.held.is_empty() => self.whole(fragment, each),
                None => self.hold(fragment, each),
            };
        }
    }

    /// Returns the bytes that are held.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// Nothing is held: a message that is whole in the fragment needs no copy.
    fn whole<'a>(&mut self, fragment: &'a [u8], each: &mut impl FnMut(Message<'_>)) -> &'a [u8] {
        if let Some((&[kind, l0, l1, l2], behind)) = fragment.split_first_chunk() {
            let length = message_length([l0, l1, l2]);
            if let Some((body, rest)) = behind.split_at_checked(length) {
                each(Message { kind, body: Some(body) });
                return rest;
            }
            if length > MAX_MESSAGE {
                self.passing = Some((kind, length));
                return behind;
            }
        }
        self.held.extend_from_slice(fragment);
        &[]
    }

    /// Completes the held bytes: first the header, then as much as it asks for.
    fn hold<'a>(&mut self, fragment: &'a [u8], each: &mut impl FnMut(Message<'_>)) -> &'a [u8] {
        let wanted = match self.held.first_chunk() {
            Some(&[_, l0, l1, l2]) => 4 + message_length([l0, l1, l2]),
            None => 4,
        };
        let (part, rest) = fragment.split_at_checked(wanted - self.held.len()).unwrap_or((fragment, &[]));
        self.held.extend_from_slice(part);
        let Some((&[kind, l0, l1, l2], body)) = self.held.split_first_chunk() else { return rest };
        let length = message_length([l0, l1, l2]);
        if length > MAX_MESSAGE {
            self.passing = Some((kind, length));
            self.held.clear();
        } else if body.len() == length {
            each(Message { kind, body: Some(body) });
            self.held = Vec::new();
        }
        rest
    }

    fn pass<'a>(
        &mut self,
        kind: u8,
        left: usize,
        fragment: &'a [u8],
        each: &mut impl FnMut(Message<'_>),
    ) -> &'a [u8] {
        match fragment.split_at_checked(left) {
            Some((_, rest)) => {
                each(Message { kind, body: None });
                rest
            }
            None => {
                self.passing = Some((kind, left - fragment.len()));
                &[]
            }
        }
    }
}

fn message_length([high, middle, low]: [u8; 3]) -> usize {
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(fragments: &[&[u8]]) -> Vec<(u8, Option<Vec<u8>>)> {
        let mut buffer = Messages::default();
        let mut seen = Vec::new();
        for fragment in fragments {
            buffer.push(fragment, &mut |message| seen.push((message.kind, message.body.map(<[u8]>::to_vec))));
        }
        seen
    }

    const TWO: [u8; 10] = [2, 0, 0, 2, 7, 8, 14, 0, 0, 0];

    #[test]
    fn one_fragment_may_hold_many_messages() {
        assert_eq!(messages(&[&TWO]), [(2, Some(vec![7, 8])), (14, Some(vec![]))]);
    }

    #[test]
    fn a_message_may_span_fragments_anywhere() {
        for cut in 0..=TWO.len() {
            let (front, back) = TWO.split_at(cut);
            assert_eq!(messages(&[front, back]), messages(&[&TWO]), "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = TWO.chunks(1).collect();
        assert_eq!(messages(&bytes), messages(&[&TWO]));
    }

    #[test]
    fn a_message_beyond_the_bound_is_passed_over() {
        let length = MAX_MESSAGE + 1;
        let mut long = vec![11, (length >> 16) as u8, (length >> 8) as u8, length as u8];
        long.extend(std::iter::repeat_n(0, length));
        long.extend([14, 0, 0, 0]);
        for size in [3, 1000, 16_384] {
            let fragments: Vec<&[u8]> = long.chunks(size).collect();
            assert_eq!(messages(&fragments), [(11, None), (14, Some(vec![]))], "fragments of {size}");
        }
    }
}
