//! The conformal threshold: what normal scores say about the next one.

/// Returns the score above which at most `share` of further normal tuples are flagged, in expectation over what was
/// learned.
///
/// Split conformal prediction (Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World"): of n + 1 scores in
/// random order, the last is greater than the k-th smallest of the others with a probability of at most 1 − k / (n + 1).
/// So k is (n + 1) · (1 − share), rounded up; `None` where that is more than n, as for few scores and a small share.
pub(super) fn threshold(scores: &[f64], share: f64) -> Option<f64> {
    let rank = ((scores.len() as f64 + 1.0) * (1.0 - share)).ceil();
    let mut sorted = scores.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((rank as usize).checked_sub(1)?).copied()
}

/// Returns the number of scores from which there is a threshold for `share`.
pub(super) fn needed(share: f64) -> u64 {
    (1.0 / share - 1.0).ceil().max(1.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from 0 to 1 that look random and are always the same.
    fn noise(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// Returns the share of further scores above the threshold, over many networks of `count` scores that `score`
    /// makes.
    fn flagged(count: usize, share: f64, score: fn(f64) -> f64) -> f64 {
        let (mut state, mut flagged, mut all) = (7, 0_u32, 0_u32);
        for _ in 0..2_000 {
            let scores: Vec<f64> = (0..count).map(|_| score(noise(&mut state))).collect();
            let threshold = threshold(&scores, share).unwrap();
            for _ in 0..10 {
                flagged += u32::from(score(noise(&mut state)) > threshold);
                all += 1;
            }
        }
        f64::from(flagged) / f64::from(all)
    }

    #[test]
    fn no_more_than_the_share_of_further_scores_is_flagged() {
        // Three standard deviations of 20 000 draws, which are not independent within a network, above the share.
        for (count, share, slack) in [(19, 0.05, 0.006), (200, 0.05, 0.006), (500, 0.01, 0.003)] {
            let found = flagged(count, share, |random| random);
            assert!(found <= share + slack, "{count} scores: {found} flagged instead of {share}");
            assert!(found > share / 3.0, "{count} scores: {found} flagged, far below {share}");
        }
    }

    #[test]
    fn equal_scores_flag_fewer() {
        let found = flagged(200, 0.05, |random| (random * 10.0).floor() / 10.0);
        assert!(found <= 0.05, "{found}");
    }

    #[test]
    fn few_scores_have_no_threshold_for_a_small_share() {
        let scores: Vec<f64> = (0..200).map(f64::from).collect();
        for share in [0.005, 0.01, 0.05] {
            let needed = needed(share) as usize;
            assert_eq!(threshold(&scores[..needed.min(200)], share).is_some(), needed <= 200, "{share}");
            assert_eq!(threshold(&scores[..needed - 1], share), None, "{share}");
        }
        assert_eq!(threshold(&[], 0.5), None);
    }
}
