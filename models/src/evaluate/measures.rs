//! Scores → figures, with the weight that a bootstrap draw gives each tuple.

use super::run::{Part, Scored};
use crate::measure::weighted_threshold;
use crate::table::{Origin, Role, Row};
use std::collections::{BTreeMap, BTreeSet};

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Area under the ROC curve, C2 of captures against natural benign tuples.
    Auc,
    /// The same against the background of infected and monitored hosts alone.
    AucBackground,
    /// Average precision, C2 of captures among natural benign tuples.
    Precision,
    /// Brier score over the same.
    Brier,
    /// C2 of captures found at a false-positive rate of 1 %.
    C2,
    /// At 0.5 %.
    C2AtHalf,
    /// At 0.1 %.
    C2AtTenth,
    /// All malware tuples of captures found at 1 %.
    AllRoles,
    /// C2 of logs found at 1 %.
    LogsC2,
    /// Delivery, of captures, at 1 %.
    Delivery,
    /// Abused services, of captures, at 1 %.
    AbusedLegit,
    /// Decoys, of captures, at 1 %.
    Decoy,
    /// Captures with a malware tuple found at 0.5 %.
    Captures,
    /// Captures without malware that raise an alarm at 0.5 %.
    Alarms,
    /// Share of natural benign tuples flagged at 1 %, of those that are judged.
    Flagged,
}

impl Measure {
    /// All measures, in the order of [`Values`].
    pub const ALL: [Measure; 15] = [
        Measure::Auc,
        Measure::AucBackground,
        Measure::Precision,
        Measure::Brier,
        Measure::C2,
        Measure::C2AtHalf,
        Measure::C2AtTenth,
        Measure::AllRoles,
        Measure::LogsC2,
        Measure::Delivery,
        Measure::AbusedLegit,
        Measure::Decoy,
        Measure::Captures,
        Measure::Alarms,
        Measure::Flagged,
    ];
}

/// A value a measure; no number where there is nothing to measure. Counts are shares times the number of all.
pub type Values = [f64; Measure::ALL.len()];

/// Returns the value of a measure.
pub fn value(values: &Values, measure: Measure) -> f64 {
    Measure::ALL
        .iter()
        .zip(values)
        .find(|(other, _)| **other == measure)
        .map_or(f64::NAN, |(_, value)| *value)
}

/// Least number of natural benign tuples that a rate must allow to be measurable.
const LEAST: f64 = 3.0;
/// What a rule flags reaches this.
const YES: f64 = 0.5;

/// Scores of a run, laid out so that many bootstrap draws are quick.
pub struct Measured<'a> {
    rows: &'a [Row],
    parts: Vec<Ranked>,
    is_rule: bool,
}

struct Ranked {
    /// Malware, each with the number of benign scores below it, and up to it.
    malware: Vec<(Scored, usize, usize)>,
    /// Natural benign tuples that are judged, ascending.
    natural: Vec<Scored>,
    /// Benign tuples of all kinds that are judged.
    benign: Vec<Scored>,
    /// Natural benign tuples that set the threshold, descending.
    calibration: Vec<Scored>,
}

impl<'a> Measured<'a> {
    /// Takes the parts of a run.
    pub fn new(rows: &'a [Row], parts: Vec<Part>, is_rule: bool) -> Self {
        let ranked = |part: Part| {
            let mut natural: Vec<Scored> =
                part.benign.iter().copied().filter(|scored| rows[scored.row].role.is_natural()).collect();
            natural.sort_by(|a, b| a.score.total_cmp(&b.score));
            let mut calibration = part.calibration;
            calibration.sort_by(|a, b| b.score.total_cmp(&a.score));
            let place = |scored: Scored| {
                let below = natural.partition_point(|other| other.score < scored.score);
                (scored, below, natural.partition_point(|other| other.score <= scored.score))
            };
            let malware = part.malware.into_iter().map(place).collect();
            Ranked { malware, natural, benign: part.benign, calibration }
        };
        Measured { rows, parts: parts.into_iter().map(ranked).collect(), is_rule }
    }

    /// Everything that is measured, with these weights of the rows.
    pub fn values(&self, weights: &[f64]) -> Values {
        let thresholds = |rate| self.thresholds(weights, rate);
        let (one, half, tenth) = (thresholds(0.01), thresholds(0.005), thresholds(0.001));
        let of_captures = |role: Role| move |row: &Row| row.origin == Origin::Capture && row.role == role;
        let found = |rate: &[Option<f64>], role: Role| self.found(rate, weights, of_captures(role));
        let curve = self.curve(weights);
        let mut values = [f64::NAN; Measure::ALL.len()];
        for (measure, value) in Measure::ALL.iter().zip(&mut values) {
            *value = match measure {
                Measure::Auc => self.auc(weights, |_| true),
                Measure::AucBackground => self.auc(weights, |row| row.role == Role::Background),
                Measure::Precision => precision(curve.clone()),
                Measure::Brier => self.brier(weights),
                Measure::C2 => found(&one, Role::C2),
                Measure::C2AtHalf => found(&half, Role::C2),
                Measure::C2AtTenth => found(&tenth, Role::C2),
                Measure::AllRoles => {
                    self.found(&one, weights, |row| row.origin == Origin::Capture && row.role.is_malware())
                }
                Measure::LogsC2 => {
                    self.found(&one, weights, |row| row.origin == Origin::Logs && row.role == Role::C2)
                }
                Measure::Delivery => found(&one, Role::Delivery),
                Measure::AbusedLegit => found(&one, Role::AbusedLegit),
                Measure::Decoy => found(&one, Role::Decoy),
                Measure::Captures => self.captures(&half, weights),
                Measure::Alarms => self.alarms(&half, weights),
                Measure::Flagged => self.flagged(&one, weights),
            };
        }
        values
    }

    /// Returns the number of all that a counted measure could reach.
    pub fn of(&self, measure: Measure) -> f64 {
        let is_capture = |row: &Row| row.origin == Origin::Capture;
        let rows =
            || self.parts.iter().flat_map(|part| &part.malware).map(|(scored, ..)| &self.rows[scored.row]);
        let captures = rows().filter(|row| is_capture(row)).map(|row| row.capture.as_str());
        let count = match measure {
            Measure::C2 | Measure::C2AtHalf | Measure::C2AtTenth => {
                rows().filter(|row| is_capture(row) && row.role == Role::C2).count()
            }
            Measure::AllRoles => captures.count(),
            Measure::LogsC2 => rows().filter(|row| !is_capture(row) && row.role == Role::C2).count(),
            Measure::Delivery => rows().filter(|row| row.role == Role::Delivery && is_capture(row)).count(),
            Measure::AbusedLegit => {
                rows().filter(|row| row.role == Role::AbusedLegit && is_capture(row)).count()
            }
            Measure::Decoy => rows().filter(|row| row.role == Role::Decoy && is_capture(row)).count(),
            Measure::Captures => captures.collect::<BTreeSet<_>>().len(),
            Measure::Alarms => self.benign_captures().len(),
            _ => 1,
        };
        count as f64
    }

    /// C2 of captures that is found at a rate.
    pub fn c2_at(&self, rate: f64, weights: &[f64]) -> f64 {
        self.found(&self.thresholds(weights, rate), weights, |row| {
            row.origin == Origin::Capture && row.role == Role::C2
        })
    }

    /// Captures of the benign tuples that were asked, but for those that hold malware.
    fn benign_captures(&self) -> BTreeSet<&str> {
        let rows = self.parts.iter().flat_map(|part| &part.benign).map(|scored| &self.rows[scored.row]);
        let malware =
            self.parts.iter().flat_map(|part| &part.malware).map(|(scored, ..)| &self.rows[scored.row]);
        let malware: BTreeSet<&str> = malware.map(|row| row.capture.as_str()).collect();
        let benign = rows.filter(|row| row.origin == Origin::Capture).map(|row| row.capture.as_str());
        benign.filter(|capture| !malware.contains(capture)).collect()
    }

    /// Threshold of each part at a rate, where it is measurable. A rule's is fixed.
    fn thresholds(&self, weights: &[f64], rate: f64) -> Vec<Option<f64>> {
        let of_part = |part: &Ranked| {
            if self.is_rule {
                return Some(YES);
            }
            let measurable = rate * part.calibration.len() as f64 >= LEAST;
            let weight = |scored: &Scored| weights[scored.row];
            measurable.then(|| weighted_threshold(&part.calibration, |scored| scored.score, weight, rate))
        };
        self.parts.iter().map(of_part).collect()
    }

    /// Chosen malware that reaches its part's threshold: its share times the number of all.
    fn found(&self, thresholds: &[Option<f64>], weights: &[f64], choose: impl Fn(&Row) -> bool) -> f64 {
        let (mut of, mut all, mut reached) = (0.0, 0.0, 0.0);
        for (part, threshold) in self.parts.iter().zip(thresholds) {
            for (scored, ..) in part.malware.iter().filter(|(scored, ..)| choose(&self.rows[scored.row])) {
                let weight = weights[scored.row];
                let Some(threshold) = threshold else { return f64::NAN };
                of += 1.0;
                all += weight;
                reached += if scored.score >= *threshold { weight } else { 0.0 };
            }
        }
        reached / all * of
    }

    /// Returns how often C2 of captures scores above natural benign tuples of its part; ties count half.
    fn auc(&self, weights: &[f64], choose: impl Fn(&Row) -> bool) -> f64 {
        let (mut won, mut all) = (0.0, 0.0);
        for part in &self.parts {
            let weight =
                |scored: &Scored| if choose(&self.rows[scored.row]) { weights[scored.row] } else { 0.0 };
            let sums = sums(part.natural.iter().map(weight));
            let total = sums.last().copied().unwrap_or_default();
            for (scored, below, upto) in part.malware.iter().filter(|(scored, ..)| self.is_c2(scored)) {
                won += weights[scored.row] * (sums[*below] + sums[*upto]) / (2.0 * total);
                all += weights[scored.row];
            }
        }
        won / all
    }

    /// C2 of captures: its weight, and the weight of the natural benign tuples of its part that score as high.
    fn curve(&self, weights: &[f64]) -> Vec<(f64, f64)> {
        let mut curve = Vec::new();
        for part in &self.parts {
            let sums = sums(part.natural.iter().map(|scored| weights[scored.row]));
            let total = sums.last().copied().unwrap_or_default();
            let c2 = part.malware.iter().filter(|(scored, ..)| self.is_c2(scored));
            curve.extend(c2.map(|(scored, below, _)| (weights[scored.row], total - sums[*below])));
        }
        curve
    }

    fn brier(&self, weights: &[f64]) -> f64 {
        let error = |scored: &Scored, label: f64| {
            let miss = scored.score.clamp(0.0, 1.0) - label;
            weights[scored.row] * miss * miss
        };
        let (mut errors, mut all) = (0.0, 0.0);
        // Benign tuples that several parts score count once together.
        let share = 1.0 / self.parts.iter().filter(|part| !part.natural.is_empty()).count().max(1) as f64;
        for part in &self.parts {
            for (scored, ..) in part.malware.iter().filter(|(scored, ..)| self.is_c2(scored)) {
                errors += error(scored, 1.0);
                all += weights[scored.row];
            }
            for scored in &part.natural {
                errors += error(scored, 0.0) * share;
                all += weights[scored.row] * share;
            }
        }
        errors / all
    }

    /// Captures with a malware tuple that reaches its threshold.
    fn captures(&self, thresholds: &[Option<f64>], weights: &[f64]) -> f64 {
        let mut captures: BTreeMap<&str, (f64, bool)> = BTreeMap::new();
        for (part, threshold) in self.parts.iter().zip(thresholds) {
            for (scored, ..) in &part.malware {
                let row = &self.rows[scored.row];
                if row.origin == Origin::Capture {
                    let (weight, found) = captures.entry(&row.capture).or_insert((0.0, false));
                    *weight = weight.max(weights[scored.row]);
                    let Some(threshold) = threshold else { return f64::NAN };
                    *found |= scored.score >= *threshold;
                }
            }
        }
        share(captures.values())
    }

    /// Captures without malware in which a tuple reaches the threshold.
    fn alarms(&self, thresholds: &[Option<f64>], weights: &[f64]) -> f64 {
        let ([part], [Some(threshold)]) = (&self.parts[..], thresholds) else { return f64::NAN };
        let benign = self.benign_captures();
        let mut captures: BTreeMap<&str, (f64, bool)> = BTreeMap::new();
        for scored in &part.benign {
            let row = &self.rows[scored.row];
            if benign.contains(row.capture.as_str()) {
                let (weight, found) = captures.entry(&row.capture).or_insert((0.0, false));
                *weight = weight.max(weights[scored.row]);
                *found |= scored.score >= *threshold;
            }
        }
        share(captures.values())
    }

    fn flagged(&self, thresholds: &[Option<f64>], weights: &[f64]) -> f64 {
        let (mut flagged, mut all) = (0.0, 0.0);
        for (part, threshold) in self.parts.iter().zip(thresholds) {
            let Some(threshold) = threshold else { continue };
            for scored in &part.natural {
                all += weights[scored.row];
                flagged += if scored.score >= *threshold { weights[scored.row] } else { 0.0 };
            }
        }
        flagged / all
    }

    fn is_c2(&self, scored: &Scored) -> bool {
        let row = &self.rows[scored.row];
        row.role == Role::C2 && row.origin == Origin::Capture
    }
}

/// Returns the weighted share of what was found, times the number of all that have weight at all.
fn share<'a>(found: impl Iterator<Item = &'a (f64, bool)> + Clone) -> f64 {
    let all: f64 = found.clone().map(|(weight, _)| weight).sum();
    let reached: f64 = found.clone().filter(|(_, found)| *found).map(|(weight, _)| weight).sum();
    reached / all * found.count() as f64
}

/// Sums of the first weights: none, one, and so on to all.
fn sums(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for weight in weights {
        sum += weight;
        sums.push(sum);
    }
    sums
}

/// Average precision, of positives with the weight of the negatives that score as high as they do.
fn precision(mut curve: Vec<(f64, f64)>) -> f64 {
    curve.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut reached, mut sum) = (0.0, 0.0);
    for alike in curve.chunk_by(|a, b| a.1 == b.1) {
        let weight: f64 = alike.iter().map(|(weight, _)| weight).sum();
        if weight > 0.0 {
            reached += weight;
            sum += weight * reached / (reached + alike[0].1);
        }
    }
    sum / reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::row;

    /// C2 that scores 0.9 and 0.3 among 1000 natural benign tuples that score 0.000 to 0.999.
    fn rows() -> (Vec<Row>, Part) {
        let mut rows: Vec<Row> = (0..1000)
            .map(|n| row(&format!("use{}", n % 10), "s", Role::TierA, "", [0.0, f64::from(n)]))
            .collect();
        rows.push(row("bad1", "t", Role::C2, "x", [1.0, 1.0]));
        rows.push(row("bad2", "t", Role::C2, "x", [1.0, 1.0]));
        let benign: Vec<Scored> = (0..1000).map(|n| Scored { row: n, score: n as f64 / 1000.0 }).collect();
        let malware = vec![Scored { row: 1000, score: 0.9995 }, Scored { row: 1001, score: 0.3 }];
        (rows, Part { name: "x".to_owned(), malware, benign: benign.clone(), calibration: benign })
    }

    fn values(weights: impl Fn(&Row) -> f64) -> Values {
        let (rows, part) = rows();
        let weights: Vec<f64> = rows.iter().map(weights).collect();
        Measured::new(&rows, vec![part], false).values(&weights)
    }

    #[test]
    fn even_weights_count_tuples() {
        let values = values(|_| 1.0);
        assert_eq!(value(&values, Measure::Auc), f64::midpoint(1.0, 0.3005));
        assert_eq!((value(&values, Measure::C2), value(&values, Measure::C2AtHalf)), (1.0, 1.0));
        assert_eq!(value(&values, Measure::Flagged), 0.01);
        // Ranked first, and second behind 700.
        assert!((value(&values, Measure::Precision) - f64::midpoint(1.0, 2.0 / 702.0)).abs() < 1e-12);
    }

    #[test]
    fn a_rate_that_allows_too_few_tuples_is_not_measurable() {
        assert!(value(&values(|_| 1.0), Measure::C2AtTenth).is_nan());
    }

    #[test]
    fn a_capture_that_is_drawn_twice_counts_twice() {
        let values = values(|row| if row.capture == "bad1" { 2.0 } else { 1.0 });
        assert!((value(&values, Measure::C2) - 4.0 / 3.0).abs() < 1e-12);
        assert!((value(&values, Measure::Captures) - 4.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_rule_is_counted_as_it_flags() {
        let (rows, mut part) = rows();
        for scored in part.malware.iter_mut().chain(&mut part.benign) {
            scored.score = f64::from(u8::from(scored.score > 0.9));
        }
        let values = Measured::new(&rows, vec![part], true).values(&vec![1.0; rows.len()]);
        assert_eq!((value(&values, Measure::C2), value(&values, Measure::Flagged)), (1.0, 0.099));
        assert_eq!(value(&values, Measure::Alarms), 10.0);
    }
}
