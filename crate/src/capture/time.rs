//! When a packet was captured.

/// Nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Epoch seconds in whole microseconds, as a Zeek log writes them: parsing the log gives the same bits.
    pub fn seconds(self) -> f64 {
        micros_to_seconds(self.micros())
    }

    /// Seconds from `earlier` to this, as a Zeek log writes a `duration`; absent unless positive.
    pub fn seconds_since(self, earlier: Timestamp) -> Option<f64> {
        let micros = self.micros().saturating_sub(earlier.micros());
        (micros > 0).then(|| micros_to_seconds(micros))
    }

    /// Whole microseconds. The rest is cut off, as libpcap does for Zeek where a capture holds nanoseconds.
    fn micros(self) -> i64 {
        self.0.div_euclid(1_000)
    }
}

/// Returns a quotient of two integers below 2^53 rounds as the decimal text of the same number does.
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
    fn nanoseconds_are_cut_to_microseconds() {
        assert_eq!(Timestamp(1_499).seconds(), 0.000_001);
        assert_eq!(Timestamp(1_999).seconds(), 0.000_001);
    }

    #[test]
    fn a_duration_is_between_the_times_that_are_written() {
        assert_eq!(Timestamp(2_000).seconds_since(Timestamp(1_999)), Some(0.000_001));
        assert_eq!(Timestamp(1_999).seconds_since(Timestamp(1_000)), None);
    }
}
