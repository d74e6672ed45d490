//! UTCTime and GeneralizedTime (X.680) → epoch seconds, as leniently as OpenSSL reads them in a certificate.

use super::fields::Time;
use crate::records::value::days_since_epoch;
use x509_parser::asn1_rs::Tag;

/// Epoch seconds of a time; `None` if it is not a time. Fractions of a second are dropped.
pub(super) fn seconds(time: &Time<'_>) -> Option<f64> {
    let mut digits = Digits(&time.text);
    let century_given = time.tag == Tag::GeneralizedTime;
    let year = match (century_given, digits.pair(0..=99)?) {
        (true, century) => 100 * century + digits.pair(0..=99)?,
        // RFC 5280 section 4.1.2.5.1
        (false, year @ 0..50) => 2_000 + year,
        (false, year) => 1_900 + year,
    };
    let month = digits.pair(1..=12)?;
    let day = digits.pair(1..=days_of_month(year, month))?;
    let (hour, minute) = (digits.pair(0..=23)?, digits.pair(0..=59)?);
    let second = if digits.at_zone() { 0 } else { digits.pair(0..=59)? };
    if century_given {
        digits.skip_fraction()?;
    }
    let local = days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some((local - digits.offset()?) as f64)
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// What is left of a time.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// Two digits within a range.
    fn pair(&mut self, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let (&[tens @ b'0'..=b'9', ones @ b'0'..=b'9'], rest) = self.0.split_first_chunk()? else {
            return None;
        };
        self.0 = rest;
        let number = i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
        range.contains(&number).then_some(number)
    }

    fn at_zone(&self) -> bool {
        matches!(self.0, [b'Z' | b'+' | b'-', ..])
    }

    fn skip_fraction(&mut self) -> Option<()> {
        if let [b'.', fraction @ ..] = self.0 {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = fraction.get(digits..)?;
            return (digits > 0).then_some(());
        }
        Some(())
    }

    /// Seconds ahead of UTC that the zone at the end says.
    fn offset(mut self) -> Option<i64> {
        let (sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let offset = match sign {
            b'Z' => 0,
            b'+' => self.pair(0..=12)? * 3_600 + self.pair(0..=59)? * 60,
            b'-' => -(self.pair(0..=12)? * 3_600 + self.pair(0..=59)? * 60),
            _ => return None,
        };
        self.0.is_empty().then_some(offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> Option<f64> {
        seconds(&Time { tag: Tag::UtcTime, text: text.as_bytes().into() })
    }

    fn generalized(text: &str) -> Option<f64> {
        seconds(&Time { tag: Tag::GeneralizedTime, text: text.as_bytes().into() })
    }

    #[test]
    fn two_digits_of_a_year_lie_between_1950_and_2049() {
        assert_eq!(utc("491231235959Z"), Some(2_524_607_999.0));
        assert_eq!(utc("500101000000Z"), Some(-631_152_000.0));
    }

    #[test]
    fn four_digits_of_a_year_say_the_century() {
        assert_eq!(generalized("20500101000000Z"), Some(2_524_608_000.0));
        assert_eq!(generalized("00010101000000Z"), Some(-62_135_596_800.0));
    }

    #[test]
    fn seconds_may_be_absent() {
        assert_eq!(utc("7001010001Z"), Some(60.0));
    }

    #[test]
    fn fractions_of_a_second_are_dropped() {
        assert_eq!(generalized("19700101000001.999Z"), Some(1.0));
        assert_eq!(generalized("19700101000001.Z"), None);
        assert_eq!(utc("700101000001.5Z"), None);
    }

    #[test]
    fn zones_are_taken_off() {
        assert_eq!(utc("700101010000+0100"), Some(0.0));
        assert_eq!(utc("691231230000-0100"), Some(0.0));
        assert_eq!(utc("700101000000"), None);
    }

    #[test]
    fn a_day_that_no_calendar_has_is_no_time() {
        assert_eq!(utc("230229000000Z"), None);
        assert_eq!(utc("240229000000Z"), Some(1_709_164_800.0));
        assert_eq!(utc("231301000000Z"), None);
        assert_eq!(utc("2301010000"), None);
    }
}
