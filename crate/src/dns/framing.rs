//! Messages over TCP: each behind its length (RFC 1035 section 4.2.2).

use crate::tls::budget::Share;

/// A direction of a TCP connection, cut into messages.
#[derive(Debug)]
pub(super) struct Framing {
    /// The beginning of a message that is not yet whole, with its length before it.
    held: Vec<u8>,
    share: Share,
    is_lost: bool,
}

/// All connections together hold too much: this direction is not followed any more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMuchHeld;

impl Framing {
    pub(super) fn new(share: Share) -> Self {
        Framing { held: Vec::new(), share, is_lost: false }
    }

    /// Returns whether more bytes matter.
    pub(super) fn wants(&self) -> bool {
        !self.is_lost
    }

    /// Gives the direction up: bytes are missing, so the start of the next message is unknown.
    pub(super) fn lose(&mut self) {
        self.is_lost = true;
        self.held = Vec::new();
        self.share.set(0);
    }

    /// Takes the next bytes; each whole message goes to `message`.
    pub(super) fn push(&mut self, bytes: &[u8], message: &mut impl FnMut(&[u8])) -> Result<(), TooMuchHeld> {
        if self.is_lost {
            return Ok(());
        }
        let mut rest = bytes;
        while !self.held.is_empty() && !rest.is_empty() {
            let missing = missing(&self.held);
            let (part, after) = rest.split_at(missing.min(rest.len()));
            self.held.extend_from_slice(part);
            rest = after;
            if let Some((whole, _)) = split(&self.held) {
                message(whole);
                self.held.clear();
            }
        }
        while let Some((whole, after)) = split(rest) {
            message(whole);
            rest = after;
        }
        self.held.extend_from_slice(rest);
        if self.share.set(self.held.len()) {
            return Ok(());
        }
        self.lose();
        Err(TooMuchHeld)
    }
}

/// Returns the first message and what is behind it; `None` where it is not whole.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}

/// Returns the bytes until the length is known, or the message is whole.
fn missing(held: &[u8]) -> usize {
    match held.split_first_chunk::<2>() {
        Some((length, rest)) => usize::from(u16::from_be_bytes(*length)).saturating_sub(rest.len()),
        None => 2_usize.saturating_sub(held.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::budget::Budget;

    fn messages(parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let (mut framing, mut found) = (Framing::new(Budget::default().share()), Vec::new());
        for part in parts {
            framing.push(part, &mut |message| found.push(message.to_vec())).unwrap();
        }
        found
    }

    #[test]
    fn messages_are_the_same_however_the_bytes_come() {
        let bytes = [&[0, 3, b'a', b'b', b'c'][..], &[0, 0], &[0, 1, b'd'], &[0, 9, b'x']].concat();
        let whole = messages(&[&bytes]);
        assert_eq!(whole, [b"abc".to_vec(), vec![], b"d".to_vec()]);
        for size in 1..bytes.len() {
            assert_eq!(messages(&bytes.chunks(size).collect::<Vec<_>>()), whole, "{size}");
        }
    }

    #[test]
    fn a_direction_with_a_gap_gives_no_message_any_more() {
        let mut framing = Framing::new(Budget::default().share());
        framing.push(&[0, 9, 1], &mut |_| panic!("not whole")).unwrap();
        framing.lose();
        framing.push(&[0, 1, 1], &mut |_| panic!("lost")).unwrap();
        assert!(!framing.wants());
    }
}
