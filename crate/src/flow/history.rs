//! Zeek's `history`: one letter for each kind of event of a connection, in order.

use super::direction::Direction;
use crate::counter::bound;

/// Letters kept; what a sender adds beyond them is counted as a limit.
const MAX_LETTERS: usize = bound::HISTORY_LETTERS;

/// Letters that fit without an allocation: an ordinary connection has ten.
const INLINE: usize = 22;

/// Which kinds of packet were seen in a direction, for the letters that appear once.
#[derive(Debug, Clone, Copy)]
#[repr(u16)]
pub(super) enum Once {
    /// `S` or `H`
    Syn = 0x01,
    /// `F`
    Fin = 0x02,
    /// `R`
    Rst = 0x04,
    /// `I`: FIN and RST in one packet
    Inconsistent = 0x08,
    /// `D`
    Data = 0x10,
    /// `A`
    Ack = 0x20,
    /// `Q`: SYN with FIN or RST
    MultiFlag = 0x40,
    /// `X`: a limit was reached; of the connection, not of a direction
    Limit = 0x80,
}

/// The letters so far: upper case from the originator, lower case from the responder.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    inline: [u8; INLINE],
    len: u8,
    seen: [u16; 2],
    rest: Vec<u8>,
}

impl History {
    /// Adds `letter` unless this kind was seen from `from`; says whether it was.
    pub(super) fn once(&mut self, from: Direction, kind: Once, letter: u8) -> bool {
        let [orig, resp] = &mut self.seen;
        let seen = match from {
            Direction::Orig => orig,
            Direction::Resp => resp,
        };
        let bit = kind as u16;
        if *seen & bit != 0 {
            return true;
        }
        *seen |= bit;
        self.add(from, letter);
        false
    }

    /// Adds `letter` in the case of `from`.
    pub(super) fn add(&mut self, from: Direction, letter: u8) {
        self.push(match from {
            Direction::Orig => letter.to_ascii_uppercase(),
            Direction::Resp => letter.to_ascii_lowercase(),
        });
    }

    /// Counts one more of an event that may be frequent and adds its letter at the 1st, 10th, 100th … time.
    pub(super) fn scaled(&mut self, from: Direction, letter: u8, count: &mut u32) {
        *count = count.saturating_add(1);
        if matches!(
            *count,
            1 | 10 | 100 | 1_000 | 10_000 | 100_000 | 1_000_000 | 10_000_000 | 100_000_000 | 1_000_000_000
        ) {
            self.add(from, letter);
        }
    }

    /// Notes that originator and responder changed places.
    pub(super) fn flip(&mut self) {
        self.push(b'^');
    }

    /// Notes that the direction was wrong from the beginning: turns the letters round and puts the mark before them.
    pub(super) fn turn(&mut self) {
        let letters: Vec<u8> = self.letters().collect();
        let [orig, resp] = self.seen;
        *self = History { seen: [resp, orig], ..History::default() };
        self.flip();
        for letter in letters {
            self.push(if letter.is_ascii_lowercase() {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            });
        }
    }

    /// Returns whether letters were left out.
    pub(super) fn is_full(&self) -> bool {
        usize::from(self.len) == MAX_LETTERS
    }

    /// Returns the letters one by one.
    pub(super) fn letters(&self) -> impl Iterator<Item = u8> + '_ {
        self.inline.iter().take(usize::from(self.len)).chain(&self.rest).copied()
    }

    fn push(&mut self, letter: u8) {
        let len = usize::from(self.len);
        if len == MAX_LETTERS {
            return;
        }
        match self.inline.get_mut(len) {
            Some(slot) => *slot = letter,
            None => self.rest.push(letter),
        }
        self.len += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(history: &History) -> String {
        history.letters().map(char::from).collect()
    }

    #[test]
    fn case_tells_the_direction() {
        let mut history = History::default();
        history.once(Direction::Orig, Once::Syn, b'S');
        history.once(Direction::Resp, Once::Syn, b'H');
        assert_eq!(text(&history), "Sh");
    }

    #[test]
    fn a_kind_appears_once_in_each_direction() {
        let mut history = History::default();
        assert!(!history.once(Direction::Orig, Once::Data, b'D'));
        assert!(history.once(Direction::Orig, Once::Data, b'D'));
        assert!(!history.once(Direction::Resp, Once::Data, b'D'));
        assert_eq!(text(&history), "Dd");
    }

    #[test]
    fn scaled_letters_repeat_at_powers_of_ten() {
        let (mut history, mut count) = (History::default(), 0);
        for _ in 0..100 {
            history.scaled(Direction::Resp, b'T', &mut count);
        }
        assert_eq!(text(&history), "ttt");
    }

    #[test]
    fn turning_round_puts_the_mark_first() {
        let mut history = History::default();
        history.once(Direction::Orig, Once::Syn, b'H');
        history.turn();
        assert_eq!(text(&history), "^h");
        assert!(history.once(Direction::Resp, Once::Syn, b'H'));
    }

    #[test]
    fn length_is_bounded() {
        let mut history = History::default();
        for _ in 0..MAX_LETTERS {
            assert!(!history.is_full());
            history.add(Direction::Orig, b'F');
        }
        history.add(Direction::Orig, b'F');
        assert!(history.is_full());
        assert_eq!(history.letters().count(), MAX_LETTERS);
    }
}
