//! Times of packets that no others share.

use super::super::Timestamp;
use super::{ENHANCED_PACKET, MAX_HELD, MIN_BLOCK, PACKET, Pcapng};

impl Pcapng {
    /// Returns the time that the packet in a block is given, where it alone differs from those around it, or the first
    /// one is far ahead of the two behind it: the clock of what follows would not come back. Without enough bytes, how
    /// many would tell.
    pub(super) fn time_of(
        &self,
        kind: u32,
        block: &[u8],
        input: &[u8],
        last: bool,
    ) -> Result<Option<Timestamp>, usize> {
        let Some((interface, ts)) = self.stated_time(kind, block) else { return Ok(None) };
        let is_other_clock = |(other, time): (u32, Timestamp)| other != interface || is_near(time, ts);
        if self.dated.is_some_and(is_other_clock) {
            return Ok(None);
        }
        let Some((next, end)) = self.next_time(interface, input, block.len(), last)? else { return Ok(None) };
        if is_near(next, ts) {
            return Ok(None);
        }
        match self.dated {
            Some((_, before)) => Ok(is_near(before, next).then_some(self.last_ts)),
            None if next < ts => {
                let third = self.next_time(interface, input, end, last)?;
                Ok(third.filter(|(third, _)| is_near(*third, next)).map(|_| next))
            }
            None => Ok(None),
        }
    }

    /// Returns the time of the packet of `interface` in the block at `at`, and where that ends; absent where anything
    /// else stands there.
    fn next_time(
        &self,
        interface: u32,
        input: &[u8],
        at: usize,
        last: bool,
    ) -> Result<Option<(Timestamp, usize)>, usize> {
        let rest = input.get(at..).unwrap_or_default();
        let more = |len: usize| if last { Ok(None) } else { Err(at.saturating_add(len)) };
        let Some((kind, len)) = self.block_header(rest) else { return more(MIN_BLOCK as usize) };
        if !matches!(kind, ENHANCED_PACKET | PACKET) || !(MIN_BLOCK..=MAX_HELD).contains(&len) {
            return Ok(None);
        }
        match rest.get(..len as usize) {
            Some(block) => {
                let time = self.stated_time(kind, block).filter(|(other, _)| *other == interface);
                Ok(time.map(|(_, ts)| (ts, at.saturating_add(block.len()))))
            }
            None => more(len as usize),
        }
    }

    /// Returns the interface and the time that a packet's block states.
    pub(super) fn stated_time(&self, kind: u32, block: &[u8]) -> Option<(u32, Timestamp)> {
        let id = match kind {
            ENHANCED_PACKET => self.word(block, 8)?,
            PACKET => u32::from(self.half(block, 8)?),
            _ => return None,
        };
        let interface = self.interfaces.get(id as usize)?;
        Some((id, interface.timestamp(self.word(block, 12)?, self.word(block, 16)?)))
    }
}

/// Returns whether two times are near enough for their packets to follow one another.
fn is_near(a: Timestamp, b: Timestamp) -> bool {
    const PLAUSIBLE_GAP: u64 = 30 * 86_400 * 1_000_000_000;
    a.0.abs_diff(b.0) <= PLAUSIBLE_GAP
}
