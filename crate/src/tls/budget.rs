//! How much all connections together may hold of records and messages that are not yet whole.

use crate::counter::bound;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are held at most; a capture full of handshakes that never end shall not be held whole.
pub(crate) const MAX_HELD: usize = bound::HELD_BYTES;

/// The bytes that the sessions of a run hold.
#[derive(Debug, Default)]
pub(crate) struct Budget(Arc<AtomicUsize>);

/// One session's part, given back when the session ends.
#[derive(Debug)]
pub(crate) struct Share {
    all: Arc<AtomicUsize>,
    held: usize,
}

impl Budget {
    pub(crate) fn share(&self) -> Share {
        Share { all: self.0.clone(), held: 0 }
    }
}

impl Share {
    /// Says what the session holds now; false where all together hold too much.
    pub(crate) fn set(&mut self, held: usize) -> bool {
        let before = std::mem::replace(&mut self.held, held);
        self.all.fetch_add(held, Ordering::Relaxed);
        let sum = self.all.fetch_sub(before, Ordering::Relaxed);
        held <= before || sum.saturating_sub(before) <= MAX_HELD
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.all.fetch_sub(self.held, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_that_goes_beyond_the_bound_is_told() {
        let budget = Budget::default();
        let (mut first, mut second) = (budget.share(), budget.share());
        assert!(first.set(MAX_HELD));
        assert!(!second.set(1));
        assert!(second.set(0));
    }

    #[test]
    fn a_session_that_ends_gives_its_share_back() {
        let budget = Budget::default();
        let mut first = budget.share();
        first.set(MAX_HELD);
        drop(first);
        assert!(budget.share().set(MAX_HELD));
    }
}
