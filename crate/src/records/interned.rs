//! [`Interned`]: one allocation for all equal values.

use crate::seeded::Set;
use std::hash::Hash;
use std::sync::Arc;

/// The distinct values so far.
#[derive(Debug)]
pub(super) struct Interned<T>(Set<Arc<T>>);

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Interned(Set::default())
    }
}

impl<T: Eq + Hash> Interned<T> {
    /// Returns the value, shared with all that equal it.
    pub(super) fn share(&mut self, value: Arc<T>) -> Arc<T> {
        if let Some(known) = self.0.get(&value) {
            return known.clone();
        }
        self.0.insert(value.clone());
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_are_one() {
        let mut interned = Interned::default();
        let [first, second, third] = ["a", "a", "b"].map(|text| interned.share(Arc::new(text.to_owned())));
        assert!(Arc::ptr_eq(&first, &second) && !Arc::ptr_eq(&first, &third));
    }
}
