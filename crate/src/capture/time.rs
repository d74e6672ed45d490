//! When a packet was captured.

/// Nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Epoch seconds rounded to microseconds, as a Zeek log writes them: parsing the log gives the same bits.
    pub fn seconds(self) -> f64 {
        micros_to_seconds(round_to_micros(self.0))
    }

    /// Seconds from `earlier` to this, rounded to microseconds as a Zeek log writes a `duration`.
    pub fn seconds_since(self, earlier: Timestamp) -> f64 {
        micros_to_seconds(round_to_micros(self.0.saturating_sub(earlier.0)))
    }
}

fn round_to_micros(nanos: i64) -> i64 {
    nanos.saturating_add(500).div_euclid(1_000)
}

/// A quotient of two integers below 2^53 rounds as the decimal text of the same number does.
fn micros_to_seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_the_bits_of_the_text_that_a_log_holds() {
        for nanos in [1_541_117_192_658_977_000, 1_700_000_000_123_456_789, 1, 499, 500, 0] {
            let ts = Timestamp(nanos);
            let text = format!("{:.6}", ts.seconds());
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), ts.seconds().to_bits(), "{text}");
        }
    }

    #[test]
    fn nanoseconds_round_to_the_nearest_microsecond() {
        assert_eq!(Timestamp(1_499).seconds(), 0.000_001);
        assert_eq!(Timestamp(1_500).seconds(), 0.000_002);
    }
}
