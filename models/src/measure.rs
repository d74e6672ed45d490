//! Counts that say what scores are worth.

/// Returns the lowest score that at most `share` of the given ones reach, half way to the next higher one.
pub fn threshold(mut scores: Vec<f64>, share: f64) -> f64 {
    scores.sort_by(|a, b| b.total_cmp(a));
    weighted_threshold(&scores, |score| *score, |_| 1.0, share)
}

/// Returns the same for things with a weight each, sorted by descending score.
pub fn weighted_threshold<T>(
    descending: &[T],
    score: impl Fn(&T) -> f64,
    weight: impl Fn(&T) -> f64,
    share: f64,
) -> f64 {
    let allowed = share * descending.iter().map(&weight).sum::<f64>();
    let (mut reached, mut above) = (0.0, 1.0);
    for alike in descending.chunk_by(|a, b| score(a) == score(b)) {
        let together: f64 = alike.iter().map(&weight).sum();
        if together == 0.0 {
            continue;
        }
        let refused = score(&alike[0]);
        // Sums of shares are not exact: a rate that allows ten must not stop at nine.
        if reached + together > allowed + 1e-9 {
            return if above > refused { f64::midpoint(refused, above) } else { 1.0 + f64::EPSILON };
        }
        reached += together;
        above = refused;
    }
    0.0
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(scores: &[f64], threshold: f64) -> usize {
        scores.iter().filter(|score| **score >= threshold).count()
    }

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
    fn a_weight_of_two_counts_as_two() {
        let scores = vec![0.9, 0.8, 0.8, 0.4, 0.2, 0.1];
        let weighted = [(0.9, 1.0), (0.8, 2.0), (0.4, 1.0), (0.3, 0.0), (0.2, 1.0), (0.1, 1.0)];
        for share in [0.0, 0.2, 0.5, 0.6, 1.0] {
            let found = weighted_threshold(&weighted, |pair| pair.0, |pair| pair.1, share);
            assert_eq!(found, threshold(scores.clone(), share), "{share}");
        }
    }
}
