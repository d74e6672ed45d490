//! Measures of a text's characters.

use super::super::stats::exact_sum;
use std::collections::BTreeMap;

/// Entropy of the characters, bits; 0 where all are the same. Absent for the empty text.
pub(super) fn entropy(text: &str) -> Option<f64> {
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    let mut total = 0_u64;
    for letter in text.chars() {
        *counts.entry(letter).or_default() += 1;
        total += 1;
    }
    // By the inverse of the share: no term is below 0, nor the zero with a sign, which f64::max may keep or not.
    let terms = counts.values().map(|count| {
        let (count, total) = (*count as f64, total as f64);
        count / total * libm::log2(total / count)
    });
    (total > 0).then(|| exact_sum(terms))
}

/// Returns the share of the characters for which `is` holds; absent for the empty text.
pub(super) fn share_of(text: &str, is: impl Fn(char) -> bool) -> Option<f64> {
    super::super::stats::share(text.chars().map(is))
}

/// Returns the number of characters.
pub(super) fn length(text: &str) -> f64 {
    text.chars().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_counts_bits_per_character() {
        assert_eq!(entropy("aaaa").map(f64::to_bits), Some(0), "no sign");
        assert_eq!(entropy("abab"), Some(1.0));
        assert_eq!(entropy("abcd"), Some(2.0));
        assert_eq!(entropy(""), None);
    }

    #[test]
    fn entropy_does_not_depend_on_order() {
        let bits = |text| entropy(text).unwrap().to_bits();
        assert_eq!(bits("hushcap-x1"), bits("1x-pachsuh"));
    }

    #[test]
    fn shares_and_lengths_count_characters() {
        assert_eq!(share_of("a1b2", |letter| letter.is_ascii_digit()), Some(0.5));
        assert_eq!(share_of("", |_| true), None);
        assert_eq!(length("b\u{fc}cher"), 6.0);
    }
}
