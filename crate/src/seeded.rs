//! [`Map`] and [`Set`]: hash tables whose order of buckets nobody outside can know.
//!
//! Whoever writes a capture or a log chooses most keys. Under a hash that is known in advance they can choose keys that all
//! fall into one bucket, and each look-up becomes a search. So every table of the crate hashes with SipHash under a secret
//! of the process; `clippy.toml` forbids the tables of the standard library. Nothing that comes out depends on the secret.

use siphasher::sip::SipHasher13;
#[expect(clippy::disallowed_types, reason = "the one place that gives them their hash")]
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

/// A hash map with a secret hash.
#[expect(clippy::disallowed_types, reason = "the one place that gives it its hash")]
pub type Map<K, V> = HashMap<K, V, Seeded>;

/// A hash set with a secret hash.
#[expect(clippy::disallowed_types, reason = "the one place that gives it its hash")]
pub type Set<K> = HashSet<K, Seeded>;

/// SipHash under the secret of the process.
#[derive(Debug, Clone, Copy)]
pub struct Seeded {
    secret: [u64; 2],
}

static SECRET: OnceLock<[u64; 2]> = OnceLock::new();

/// Sets the secret, for a host without randomness of its own (wasm). Only the first call before any table is made counts.
pub fn set_secret(secret: [u64; 2]) {
    let _ = SECRET.set(secret);
}

impl Default for Seeded {
    /// Returns the secret that was set, else one that the standard library draws.
    fn default() -> Self {
        let draw = || [0, 1].map(|word: u64| RandomState::new().hash_one(word));
        Seeded { secret: *SECRET.get_or_init(draw) }
    }
}

impl BuildHasher for Seeded {
    type Hasher = SipHasher13;

    fn build_hasher(&self) -> SipHasher13 {
        let [first, second] = self.secret;
        SipHasher13::new_with_keys(first, second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::hash::{BuildHasherDefault, Hash, Hasher};

    thread_local! {
        static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    /// Two words that a sender chooses; comparisons are counted.
    struct Key(u64, u64);

    impl Hash for Key {
        fn hash<H: Hasher>(&self, state: &mut H) {
            state.write_u64(self.0);
            state.write_u64(self.1);
        }
    }

    impl PartialEq for Key {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.set(COMPARED.get() + 1);
            (self.0, self.1) == (other.0, other.1)
        }
    }

    impl Eq for Key {}

    /// A hash as fast ones are: each word is added and the sum multiplied.
    #[derive(Default)]
    struct Polynomial(u64);

    const FACTOR: u64 = 0xf135_7aea_2e62_a9c5;

    impl Hasher for Polynomial {
        fn finish(&self) -> u64 {
            self.0
        }

        fn write(&mut self, bytes: &[u8]) {
            bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
        }

        fn write_u64(&mut self, word: u64) {
            self.0 = self.0.wrapping_add(word).wrapping_mul(FACTOR);
        }
    }

    const KEYS: u64 = 2_000;

    /// Keys whose second word undoes what the first did to a [`Polynomial`].
    fn colliding() -> impl Iterator<Item = Key> {
        (0..KEYS).map(|first| Key(first, first.wrapping_mul(FACTOR).wrapping_neg()))
    }

    fn compared(insert: impl FnOnce()) -> usize {
        COMPARED.set(0);
        insert();
        COMPARED.get()
    }

    #[test]
    fn keys_that_collide_under_a_known_hash_cost_no_search() {
        let (keys, mut set) = (colliding(), Set::default());
        let secret = compared(|| keys.for_each(|key| assert!(set.insert(key))));
        assert_eq!(set.len(), KEYS as usize);
        assert!(secret < KEYS as usize, "{secret} comparisons");
    }

    #[test]
    #[expect(clippy::disallowed_types, reason = "what the secret hash is measured against")]
    fn the_same_keys_cost_a_known_hash_a_search_each() {
        let (keys, mut set) = (colliding(), HashSet::<Key, BuildHasherDefault<Polynomial>>::default());
        let known = compared(|| keys.for_each(|key| assert!(set.insert(key))));
        assert!(known > (KEYS * KEYS / 4) as usize, "{known} comparisons");
    }
}
