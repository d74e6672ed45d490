//! How much the connections of a tuple look like the beats of a program that asks for orders.
//!
//! The formulas are those of RITA 5 (Active Countermeasures, `analysis/beacons.go`): dispersion and skew of intervals and of
//! sizes, the flatness of a histogram of starts, and the share of the time that they cover, each from 0 to 1 and averaged
//! with equal weights. RITA looks at 24 hours of logs. Three things differ so that captures of minutes can be judged too:
//! the histogram has fewer bins where there are few beats and covers the time from the first beat to the last; the skew
//! counts as none where the quartiles are within a tenth of the median instead of within 10 s; scores are not rounded.

use super::stats::{mean, median, quartiles, std};
use crate::join::Tuple;
use serde::Serialize;

/// Beats from which there is a score: RITA asks for four; with fewer than six a person's visits often look regular.
pub const MIN_BEATS: usize = 6;

/// Starts that are closer than this, in seconds, are one beat: programs open connections in pairs and retry at once.
const ONE_BEAT: f64 = 1.0;

/// Bins of the histogram, RITA's hours of a day, and beats that each holds on average at least.
const BINS: usize = 24;
const BEATS_PER_BIN: usize = 4;

/// Bins that must hold a beat before the time covered counts, bins in a row that count as always, and bins for the
/// bimodal fit: RITA's defaults in hours.
const MIN_COVERED: usize = 6;
const IDEAL_RUN: f64 = 12.0;
const MIN_BIMODAL: usize = 11;

/// Heights of bars within this share of the highest are one mode.
const MODE_WIDTH: f64 = 0.05;

/// The beats of one tuple.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Beacon {
    /// Mean of the parts that are known, from 0 to 1.
    pub score: f64,
    /// How equal the intervals are: their skew and their dispersion.
    pub interval_score: f64,
    /// How equal the originator's payload bytes are; `None` under three connections with a count.
    pub size_score: Option<f64>,
    /// How evenly the beats fill their time; `None` under eight beats.
    pub histogram_score: Option<f64>,
    /// How much of the input's time the beats cover.
    pub duration_score: f64,
    /// Number of beats: connections that start within a second of each other are one.
    pub beats: u64,
    /// Median interval between beats, s.
    pub interval: f64,
    /// Median absolute deviation of the intervals, as a share of `interval`.
    pub jitter: f64,
    /// Time from the first beat to the last, s.
    pub span: f64,
    /// Duration of the longest connection, s; `None` where none has one.
    pub longest: Option<f64>,
}

impl Beacon {
    /// Returns the beats of a tuple; `None` under [`MIN_BEATS`].
    pub fn of(tuple: &Tuple<'_>) -> Option<Self> {
        let beats = beats(tuple.conn_records().map(|conn| conn.ts).collect());
        let (first, last) = (*beats.first()?, *beats.last()?);
        if beats.len() < MIN_BEATS {
            return None;
        }
        let mut intervals: Vec<f64> = beats.iter().zip(beats.iter().skip(1)).map(|(a, b)| b - a).collect();
        intervals.sort_by(f64::total_cmp);
        let mut sizes: Vec<f64> =
            tuple.conn_records().filter_map(|conn| conn.orig_bytes).map(|bytes| bytes as f64).collect();
        sizes.sort_by(f64::total_cmp);
        let interval = median(&intervals)?;
        let interval_score = evenness(&intervals)?;
        let size_score = if sizes.len() < 3 { None } else { evenness(&sizes) };
        let histogram_score = histogram_score(&beats, first, last);
        let duration_score = duration_score(&beats, tuple.window);
        let parts = [Some(interval_score), size_score, histogram_score, Some(duration_score)];
        let parts: Vec<f64> = parts.into_iter().flatten().collect();
        Some(Beacon {
            score: mean(&parts)?,
            interval_score,
            size_score,
            histogram_score,
            duration_score,
            beats: beats.len() as u64,
            interval,
            jitter: deviation(&intervals, interval)? / interval,
            span: last - first,
            longest: tuple.conn_records().filter_map(|conn| conn.duration).reduce(f64::max),
        })
    }
}

/// Beats from which a tuple is regular, and the score of nearly equal intervals.
const REGULAR_BEATS: u64 = 10;
const REGULAR_SCORE: f64 = 0.85;

impl Beacon {
    /// Returns whether the connections start by the clock.
    pub fn is_regular(&self) -> bool {
        self.has_intervals(REGULAR_SCORE)
    }

    /// Returns whether there are many beats whose intervals score so much.
    pub fn has_intervals(&self, score: f64) -> bool {
        self.beats >= REGULAR_BEATS && self.interval_score >= score
    }
}

/// Start times in order, without those that follow the one before within [`ONE_BEAT`].
fn beats(mut starts: Vec<f64>) -> Vec<f64> {
    starts.sort_by(f64::total_cmp);
    let mut beats: Vec<f64> = Vec::with_capacity(starts.len());
    for start in starts {
        if beats.last().is_none_or(|last| start - last >= ONE_BEAT) {
            beats.push(start);
        }
    }
    beats
}

/// RITA's statistical score of sorted values: the mean of how symmetric and how close together they are.
fn evenness(sorted: &[f64]) -> Option<f64> {
    let centre = median(sorted)?;
    let closeness = if centre < 1.0 { 0.0 } else { 1.0 - deviation(sorted, centre)? / centre };
    Some(f64::midpoint(1.0 - skew(sorted, centre)?.abs(), closeness.max(0.0)))
}

/// Bowley's skewness of sorted values, from −1 to 1; 0 where the quartiles are close or the median is one of them.
fn skew(sorted: &[f64], centre: f64) -> Option<f64> {
    let (low, high) = quartiles(sorted)?;
    let spread = high - low;
    let reliable = spread > centre / 10.0 && centre != low && centre != high;
    Some(if reliable { (high + low - 2.0 * centre) / spread } else { 0.0 })
}

/// Median absolute deviation.
fn deviation(sorted: &[f64], centre: f64) -> Option<f64> {
    let mut distances: Vec<f64> = sorted.iter().map(|value| (value - centre).abs()).collect();
    distances.sort_by(f64::total_cmp);
    median(&distances)
}

/// Returns the better of two fits of the bars: that they are level, or that they have two heights.
fn histogram_score(beats: &[f64], first: f64, last: f64) -> Option<f64> {
    let bins = (beats.len() / BEATS_PER_BIN).min(BINS);
    if bins < 2 {
        return None;
    }
    let bars = histogram(beats, first, last, bins);
    let variation = std(&bars)? / mean(&bars)?;
    Some((1.0 - variation).max(bimodal_fit(&bars)).clamp(0.0, 1.0))
}

/// Returns the share of the bars, but for one, that have one of the two commonest heights; 0 where few bars stand.
fn bimodal_fit(bars: &[f64]) -> f64 {
    let standing: Vec<f64> = bars.iter().copied().filter(|height| *height > 0.0).collect();
    if standing.len() < MIN_BIMODAL {
        return 0.0;
    }
    let width = (standing.iter().copied().fold(0.0, f64::max) * MODE_WIDTH).ceil().max(1.0);
    let mut modes: Vec<u64> = standing.iter().map(|height| (height / width) as u64).collect();
    modes.sort_unstable();
    let mut counts: Vec<usize> = modes.chunk_by(|a, b| a == b).map(<[u64]>::len).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let two: usize = counts.iter().take(2).sum();
    (two as f64 / (standing.len() - 1) as f64).min(1.0)
}

/// Returns the share of the input's time between the first beat and the last, or the longest run of hours with a beat
/// in it (of 24 that the input is divided into), whichever is greater; 0 where few of them have one.
fn duration_score(beats: &[f64], (begin, end): (f64, f64)) -> f64 {
    let (Some(first), Some(last)) = (beats.first(), beats.last()) else { return 0.0 };
    if end <= begin {
        return 0.0;
    }
    let bars = histogram(beats, begin, end, BINS);
    if bars.iter().filter(|height| **height > 0.0).count() < MIN_COVERED {
        return 0.0;
    }
    let coverage = (last - first) / (end - begin);
    coverage.max(longest_run(&bars) as f64 / IDEAL_RUN).min(1.0)
}

/// Returns the longest run of bars that stand; the last is followed by the first.
fn longest_run(bars: &[f64]) -> usize {
    let (mut longest, mut run) = (0, 0);
    for height in bars.iter().chain(bars) {
        run = if *height > 0.0 { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest.min(bars.len())
}

/// Returns the number of times in each of `bins` equal parts of the time from `begin` to `end`.
fn histogram(times: &[f64], begin: f64, end: f64, bins: usize) -> Vec<f64> {
    let mut bars = vec![0.0; bins];
    let width = (end - begin) / bins as f64;
    for time in times {
        let place = (((time - begin) / width).max(0.0) as usize).min(bins.saturating_sub(1));
        if let Some(bar) = bars.get_mut(place) {
            *bar += 1.0;
        }
    }
    bars
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;
    use crate::join::join;
    use crate::records::{ConnRecord, SslRecord};

    /// Returns the beacon of connections that start then, each with so many bytes sent; `all` is when the input begins
    /// and ends.
    fn beacon(starts: &[(f64, u64)], all: (f64, f64)) -> Option<Beacon> {
        let (client, server) = ([10, 0, 0, 1], [192, 0, 2, 1]);
        let conn = |ts: f64, uid: String, server: [u8; 4]| {
            ConnRecord::new(ts, uid.as_str().into(), client.into(), 1, server.into(), 443, Proto::Tcp)
        };
        let (mut conns, mut ssls) = (vec![], vec![]);
        for (at, (ts, bytes)) in starts.iter().enumerate() {
            let mut one = conn(*ts, format!("C{at}"), server);
            one.orig_bytes = Some(*bytes);
            ssls.push(SslRecord::new(*ts, one.uid.clone(), client.into(), 1, server.into(), 443));
            conns.push(one);
        }
        for (at, ts) in [all.0, all.1].into_iter().enumerate() {
            conns.push(conn(ts, format!("other{at}"), [192, 0, 2, 9]));
        }
        Beacon::of(&join(&conns, &ssls, &[], &[])[0])
    }

    /// Numbers from 0 to 1 that look random and are always the same.
    fn noise(seed: u64) -> impl Iterator<Item = f64> {
        let mut state = seed;
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        })
    }

    /// Starts whose intervals are what `interval` makes of a random number, each with 500 bytes and as much as `more` says.
    fn starts(count: usize, interval: impl Fn(f64) -> f64, more: f64) -> Vec<(f64, u64)> {
        let mut at = 1000.0;
        let pairs = noise(7).zip(noise(11)).take(count);
        pairs
            .map(|(a, b)| {
                at += interval(a);
                (at, 500 + (more * b) as u64)
            })
            .collect()
    }

    fn end(starts: &[(f64, u64)]) -> f64 {
        starts.last().unwrap().0
    }

    #[test]
    fn a_periodic_beacon_of_minutes_scores_one() {
        let starts = starts(40, |_| 6.5, 0.0);
        let found = beacon(&starts, (1000.0, end(&starts))).unwrap();
        assert!(found.score > 0.97, "{found:?}");
        assert!((found.interval - 6.5).abs() < 1e-9 && found.jitter < 1e-9);
        assert_eq!(found.beats, 40);
    }

    #[test]
    fn a_jittered_beacon_scores_high() {
        // Cobalt Strike's sleep of 60 s with a jitter of 30 %.
        let starts = starts(120, |a| 60.0 - 18.0 * a, 40.0);
        let found = beacon(&starts, (1000.0, end(&starts))).unwrap();
        assert!(found.score > 0.85, "{found:?}");
        assert!((0.03..0.2).contains(&found.jitter), "{found:?}");
    }

    #[test]
    fn a_persons_visits_score_low() {
        // Intervals of a Poisson process in a day of which a tenth is spent here; sizes by what is asked for.
        let starts = starts(120, |a| -30.0 * libm::log(1.0 - a), 5_000.0);
        let found = beacon(&starts, (1000.0, 1000.0 + 86_400.0)).unwrap();
        assert!(found.score < 0.55, "{found:?}");
    }

    #[test]
    fn a_beacon_of_a_day_scores_high_where_it_pauses() {
        let mut day = starts(400, |a| 170.0 + 20.0 * a, 0.0);
        day.retain(|(ts, _)| !(30_000.0..36_000.0).contains(ts));
        let found = beacon(&day, (1000.0, 87_400.0)).unwrap();
        assert!(found.score > 0.85, "{found:?}");
        assert!((170.0..190.0).contains(&found.interval));
        assert_eq!(found.duration_score, 1.0);
    }

    #[test]
    fn a_beacon_that_covers_little_of_the_input_scores_lower() {
        let starts = starts(40, |_| 6.5, 0.0);
        let (whole, part) =
            (beacon(&starts, (1000.0, end(&starts))).unwrap(), beacon(&starts, (0.0, 86_400.0)).unwrap());
        assert_eq!((whole.interval_score, part.duration_score), (part.interval_score, 0.0));
        assert!(part.score < whole.score);
    }

    #[test]
    fn connections_that_start_together_are_one_beat() {
        let pairs: Vec<_> =
            starts(20, |_| 10.0, 0.0).into_iter().flat_map(|(ts, n)| [(ts, n), (ts + 0.2, n)]).collect();
        let found = beacon(&pairs, (1000.0, end(&pairs))).unwrap();
        assert_eq!(found.beats, 20);
        assert!((found.interval - 10.0).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn few_beats_have_no_score() {
        assert_eq!(beacon(&starts(MIN_BEATS - 1, |_| 60.0, 0.0), (0.0, 9000.0)), None);
        let found = beacon(&starts(MIN_BEATS, |_| 60.0, 0.0), (0.0, 9000.0)).unwrap();
        assert_eq!(found.histogram_score, None);
    }

    #[test]
    fn two_heights_of_bars_fit_as_well_as_one() {
        let bars: Vec<f64> = (0..24).map(|hour| if hour % 2 == 0 { 60.0 } else { 20.0 }).collect();
        assert_eq!(bimodal_fit(&bars), 1.0);
        assert_eq!(bimodal_fit(&bars[..10]), 0.0);
        assert!(bimodal_fit(&(1..=24).map(|n| f64::from(n * n)).collect::<Vec<_>>()) < 0.5);
    }
}
