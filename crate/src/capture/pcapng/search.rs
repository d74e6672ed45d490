//! Where blocks go on behind damage.

use super::super::detect::begins_capture;
use super::super::record::{Belief, Record};
use super::{MAX_SOUGHT, MIN_BLOCK, Pcapng, SOUGHT};

impl Pcapng {
    /// Returns the first place behind the front of `input` where a block, or another file, can be believed.
    pub(super) fn next_in(&self, input: &[u8], last: bool) -> Option<usize> {
        (MIN_BLOCK as usize..input.len())
            .find(|at| input.get(*at..).is_some_and(|rest| self.resumes(rest, last) == Belief::Yes))
    }

    /// Returns whether a search may take `input` for the place where blocks go on.
    fn resumes(&self, input: &[u8], last: bool) -> Belief {
        if begins_capture(input) == Some(true) {
            return Belief::Yes;
        }
        let sought = self.block_header(input).filter(|(kind, len)| {
            SOUGHT.contains(kind) && len % 4 == 0 && (MIN_BLOCK..=MAX_SOUGHT).contains(len)
        });
        let Some((_, len)) = sought else { return Belief::No };
        let whole = len as usize;
        match input.get(..whole) {
            Some(block) if self.word(block, whole - 4) == Some(len) => Belief::Yes,
            None if !last => Belief::Incomplete { len: whole },
            _ => Belief::No,
        }
    }

    /// Passes over damage; `None` where the block at the front can be believed.
    pub(super) fn search<'a>(&self, input: &'a [u8], last: bool) -> Option<Record<'a>> {
        let mut passed = 0;
        while let Some(rest) = input.get(passed..)
            && rest.len() >= MIN_BLOCK as usize
        {
            match self.resumes(rest, last) {
                Belief::No => passed += 1,
                _ if passed > 0 => break,
                Belief::Yes => return None,
                Belief::Incomplete { len } => return Some(Record::Incomplete { len }),
            }
        }
        if passed == 0 {
            return Some(Record::Incomplete { len: MIN_BLOCK as usize });
        }
        Some(Record::Other { len: passed as u64 })
    }
}
