//! The bytes of a record that has not come whole yet.

/// A queue of bytes: appended at the back, passed over at the front.
///
/// Invariant: `start <= bytes.len()`. Passing over moves no byte until half of them are behind the start, so that many
/// small steps through many bytes cost no more than the bytes.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
    start: usize,
}

/// Room that is kept when the queue runs empty; more is given back.
const KEPT: usize = 512 * 1024;

impl Tail {
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn extend(&mut self, more: &[u8]) {
        self.bytes.extend_from_slice(more);
    }

    /// Drops `len` bytes at the front, or all.
    pub(super) fn pass(&mut self, len: usize) {
        self.start = self.start.saturating_add(len).min(self.bytes.len());
        if self.is_empty() {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
            self.start = 0;
        } else if self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let mut tail = Tail::default();
        tail.extend(b"abcdef");
        tail.pass(1);
        assert_eq!(tail.bytes(), b"bcdef");
        tail.pass(3);
        tail.extend(b"g");
        assert_eq!(tail.bytes(), b"efg");
        tail.pass(9);
        assert!(tail.is_empty());
    }
}
