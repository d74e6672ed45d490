//! Counts that say what scores are worth.

/// The lowest score that at most `share` of the given ones reach, half way to the next higher one.
pub fn threshold(mut scores: Vec<f64>, share: f64) -> f64 {
    scores.sort_by(|a, b| b.total_cmp(a));
    let allowed = (share * scores.len() as f64).floor() as usize;
    let Some(refused) = scores.get(allowed).copied() else { return 0.0 };
    let above = scores.iter().rev().copied().find(|score| *score > refused).unwrap_or(1.0);
    if above > refused { f64::midpoint(refused, above) } else { 1.0 + f64::EPSILON }
}

/// Area under the ROC curve: how often a positive scores above a negative, ties counted half. `None` without both.
pub fn auc(positive: &[f64], negative: &[f64]) -> Option<f64> {
    if positive.is_empty() || negative.is_empty() {
        return None;
    }
    let mut negative = negative.to_vec();
    negative.sort_by(f64::total_cmp);
    let won = |score: &f64| {
        let below = negative.partition_point(|other| other < score);
        let upto = negative.partition_point(|other| other <= score);
        (below + upto) as f64 / 2.0
    };
    Some(positive.iter().map(won).sum::<f64>() / (positive.len() * negative.len()) as f64)
}

/// How many scores reach the threshold.
pub fn reach(scores: &[f64], threshold: f64) -> usize {
    scores.iter().filter(|score| **score >= threshold).count()
}

/// Wilson's interval of a share at 95 %: what it may be, were all tuples independent.
pub fn interval(part: usize, of: usize) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let (part, of) = (part as f64, of.max(1) as f64);
    let share = part / of;
    let scale = 1.0 + Z * Z / of;
    let centre = (share + Z * Z / (2.0 * of)) / scale;
    let half = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt() / scale;
    (centre - half, centre + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threshold_lets_no_more_than_the_share_through() {
        let scores: Vec<f64> = (0..1000).map(|n| f64::from(n) / 1000.0).collect();
        let found = threshold(scores.clone(), 0.005);
        assert_eq!(reach(&scores, found), 5);
        assert_eq!(found, f64::midpoint(0.994, 0.995));
    }

    #[test]
    fn ties_at_the_border_are_all_refused() {
        let scores = vec![0.9, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
        let found = threshold(scores.clone(), 0.2);
        assert_eq!(reach(&scores, found), 1);
    }

    #[test]
    fn a_share_too_small_for_the_sample_lets_nothing_through() {
        let scores = vec![1.0, 0.5];
        assert_eq!(reach(&scores, threshold(scores.clone(), 0.01)), 0);
    }

    #[test]
    fn auc_counts_ties_half() {
        assert_eq!(auc(&[0.9, 0.5], &[0.5, 0.1]), Some(0.875));
        assert_eq!(auc(&[1.0], &[0.0]), Some(1.0));
        assert_eq!(auc(&[], &[0.0]), None);
    }

    #[test]
    fn interval_is_that_of_wilson() {
        let (low, high) = interval(21, 32);
        assert!((low - 0.4831).abs() < 5e-5 && (high - 0.7959).abs() < 5e-5, "{low} to {high}");
    }
}
