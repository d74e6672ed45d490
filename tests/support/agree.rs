//! When two values of a feature agree.

/// Returns whether |a−b| ≤ 1e-9·max(|a|,|b|) + 1e-12, the agreement of independent computations of one feature.
pub fn agree(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-12
}

#[cfg(test)]
mod tests {
    use super::agree;

    #[test]
    fn values_agree_within_a_billionth() {
        assert!(agree(1e9, 1e9 + 0.5));
        assert!(!agree(1e9, 1e9 + 2.0));
        assert!(agree(0.0, 1e-13));
        assert!(!agree(0.0, 1e-11));
    }

    #[test]
    fn missing_agrees_with_missing_alone() {
        assert!(agree(-1.0, -1.0));
        assert!(!agree(-1.0, 0.0));
        assert!(!agree(f64::NAN, f64::NAN));
    }
}
