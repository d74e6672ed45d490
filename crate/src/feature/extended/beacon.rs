//! Beats: whether a program comes back by the clock.

use super::super::beacon::Beacon;
use super::super::table::{FROM_0, FROM_1, Feature, Group, SHARE, Unit};

const FEW_BEATS: Option<&str> = Some("the connections start at fewer than six different times");

/// A row for a part of the beacon score.
macro_rules! part_row {
    ($name:literal, $unit:ident, $range:ident, $missing:expr, $doc:literal, $part:expr) => {
        Feature {
            name: $name,
            group: Group::Beacon,
            unit: Unit::$unit,
            doc: $doc,
            range: $range,
            missing: $missing,
            compute: |view| {
                let part: fn(&Beacon) -> Option<f64> = $part;
                part(view.beacon.as_ref()?)
            },
        }
    };
}

pub(super) static ROWS: [Feature; 9] = [
    part_row!(
        "beacon_score",
        Ratio,
        SHARE,
        FEW_BEATS,
        "How much the connections look like a program's beats, by the formulas of RITA: the mean of the four scores that follow.",
        |beacon| Some(beacon.score)
    ),
    part_row!(
        "beacon_interval_score",
        Ratio,
        SHARE,
        FEW_BEATS,
        "How equal the intervals between beats are: 1 less their skew, and 1 less their deviation as a share of the median.",
        |beacon| Some(beacon.interval_score)
    ),
    part_row!(
        "beacon_size_score",
        Ratio,
        SHARE,
        Some("the connections start at fewer than six different times, or under three have a count of bytes"),
        "How equal the originator's payload bytes per connection are, measured as for the intervals.",
        |beacon| beacon.size_score
    ),
    part_row!(
        "beacon_histogram_score",
        Ratio,
        SHARE,
        Some("the connections start at fewer than eight different times"),
        "How evenly the beats fill the time from the first to the last.",
        |beacon| beacon.histogram_score
    ),
    part_row!(
        "beacon_duration_score",
        Ratio,
        SHARE,
        FEW_BEATS,
        "How much of the time of the whole capture the beats cover.",
        |beacon| Some(beacon.duration_score)
    ),
    part_row!(
        "beacon_interval",
        Seconds,
        FROM_0,
        FEW_BEATS,
        "Median interval between beats.",
        |beacon| Some(beacon.interval)
    ),
    part_row!(
        "beacon_jitter",
        Ratio,
        FROM_0,
        FEW_BEATS,
        "Median absolute deviation of the intervals between beats, as a share of their median.",
        |beacon| Some(beacon.jitter)
    ),
    part_row!(
        "beacon_beats",
        Count,
        FROM_1,
        FEW_BEATS,
        "Number of beats: connections that start within a second of each other are one.",
        |beacon| Some(beacon.beats as f64)
    ),
    Feature {
        name: "dur_max",
        group: Group::Beacon,
        unit: Unit::Seconds,
        doc: "Duration of the longest connection.",
        range: FROM_0,
        missing: Some("no connection has a duration"),
        compute: |view| view.durations.iter().copied().reduce(f64::max),
    },
];
