//! Times and intervals that stand as text in other forms than Zeek's own.

/// Seconds of an interval in any of the forms in which other tools write it.
pub(super) fn interval_seconds(text: &str) -> Option<f64> {
    with_units(text).or_else(|| clock_seconds(text)).or_else(|| iso_interval_seconds(text))
}

/// Seconds of an interval with units: `180ms`, `1m2.5s`.
fn with_units(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 11] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("\u{b5}s", 1e-6),
        ("\u{3bc}s", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("sec", 1.0),
        ("m", 60.0),
        ("min", 60.0),
        ("h", 3_600.0),
        ("d", 86_400.0),
    ];
    let (mut rest, mut seconds) = (text, 0.0);
    // Each turn takes a digit and a letter at least.
    while !rest.is_empty() {
        let number = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (value, behind) = rest.split_at_checked(number)?;
        let behind = behind.trim_start();
        let end = behind.find(|letter: char| !letter.is_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(end)?;
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
        // Dividing by a whole number rounds as the decimal text does.
        let value: f64 = value.parse().ok()?;
        seconds += if *scale < 1.0 { value / (1.0 / scale).round() } else { value * scale };
        rest = behind.trim_start();
    }
    (!text.is_empty()).then_some(seconds)
}

/// Seconds of an interval by a clock, as data frames write it: `00:00:00.180000`, `2 days 00:00:01`.
fn clock_seconds(text: &str) -> Option<f64> {
    let (days, clock) = match text.split_once(" day") {
        Some((days, rest)) => {
            (days.parse::<u32>().ok()?, rest.trim_start_matches('s').trim_start_matches([',', ' ']))
        }
        None => (0, text),
    };
    let mut parts = clock.splitn(3, ':');
    let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
    let (seconds, fraction) = parts.next().map(|rest| rest.split_once('.').unwrap_or((rest, "0")))?;
    let seconds = seconds.parse::<u32>().ok()?;
    if minutes > 59 || seconds > 59 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole =
        u64::from(days) * 86_400 + u64::from(hours) * 3_600 + u64::from(minutes) * 60 + u64::from(seconds);
    format!("{whole}.{fraction}").parse().ok()
}

/// Seconds of an interval of ISO 8601 without years and months: `PT0.18S`, `P1DT2H`.
fn iso_interval_seconds(text: &str) -> Option<f64> {
    let (days, time) = text.strip_prefix('P')?.split_once('T')?;
    let units = days.to_ascii_lowercase() + &time.to_ascii_lowercase();
    (days.is_empty() || days.ends_with('D')).then(|| with_units(&units)).flatten()
}

/// Epoch seconds of `2024-01-31T12:00:00.123456Z` (RFC 3339), the form of Zeek's `JSON::TS_ISO8601`; with an offset, `+08:00`
/// or `+0800`, too.
pub(super) fn rfc3339_seconds(text: &str) -> Option<f64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let (time, offset) = time_and_offset(time)?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (time.next()?.parse::<u32>().ok()?, time.next()?.parse::<u32>().ok()?);
    let (second, fraction) = time.next().map(|rest| rest.split_once('.').unwrap_or((rest, "0")))?;
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || hour > 23 || minute > 59 {
        return None;
    }
    let seconds = days_since_epoch(i64::from(year), i64::from(month), i64::from(day)) * 86_400
        + i64::from(hour) * 3_600
        + i64::from(minute) * 60
        + i64::from(second.parse::<u8>().ok()?)
        - offset;
    if seconds < 0 {
        return Some(seconds as f64 + format!("0.{fraction}").parse::<f64>().ok()?);
    }
    // Put together as decimal text, so that the nearest double is the one that the same time in seconds would give.
    format!("{seconds}.{fraction}").parse().ok()
}

/// Returns a time without its zone, and how many seconds that is ahead of UTC.
fn time_and_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, 0));
    }
    let (time, zone) = text.split_at_checked(text.rfind(['+', '-'])?)?;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.get(1..)?.replacen(':', "", 1);
    let (hours, minutes) = digits.split_at_checked(2).filter(|_| digits.len() == 4)?;
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    (hours < 24 && minutes < 60).then(|| (time, sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60)))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar; March is the first month, so that leap days come last.
pub(in crate::records) fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::super::{BadValue, Field, Raw};

    #[test]
    fn iso_time_gives_the_bits_of_the_same_time_in_seconds() {
        let raw = |text: &'static str| f64::read(Raw::Text(text.into()));
        assert_eq!(raw("2018-11-02T00:06:32.658977Z"), Ok(1_541_117_192.658_977));
        assert_eq!(raw("2000-02-29T23:59:59Z"), Ok(951_868_799.0));
        assert_eq!(raw("2000-13-01T00:00:00Z"), Err(BadValue));
    }

    #[test]
    fn interval_with_units_has_the_bits_of_the_same_in_seconds() {
        let raw = |text: &'static str| f64::read(Raw::Text(text.into()));
        for (text, seconds) in [
            ("180ms", 0.18),
            ("1.5s", 1.5),
            ("2m3s", 123.0),
            ("250us", 0.000_25),
            ("1h 2m", 3_720.0),
            ("7ns", 7e-9),
            ("180 ms", 0.18),
            ("00:00:00.180000", 0.18),
            ("0 days 00:00:00.180000", 0.18),
            ("1 day, 2:00:03", 93_603.0),
            ("PT0.18S", 0.18),
            ("P1DT2M", 86_520.0),
        ] {
            assert_eq!(raw(text), Ok(seconds), "{text}");
        }
        for text in ["180 ms ago", "ms", "5x", "1.2.3s", "1:2", "00:61:00", "PT", "P1M"] {
            assert_eq!(raw(text), Err(BadValue), "{text}");
        }
    }

    #[test]
    fn iso_time_with_an_offset_is_the_same_moment() {
        let raw = |text: &'static str| f64::read(Raw::Text(text.into()));
        for text in [
            "2018-11-02T08:06:32.658977+08:00",
            "2018-11-02T08:06:32.658977+0800",
            "2018-11-01T20:36:32.658977-03:30",
            "2018-11-02 00:06:32.658977+00:00",
        ] {
            assert_eq!(raw(text), Ok(1_541_117_192.658_977), "{text}");
        }
        for text in
            ["2018-11-02T08:06:32", "2018-11-02T08:06:32+8", "2018-11-02T08:06:32+24:00", "2018-11-02"]
        {
            assert_eq!(raw(text), Err(BadValue), "{text}");
        }
    }

    #[test]
    fn iso_time_before_1970_is_negative() {
        assert_eq!(f64::read(Raw::Text("1950-01-01T00:00:00.000000Z".into())), Ok(-631_152_000.0));
        assert_eq!(f64::read(Raw::Text("1969-12-31T23:59:59.5Z".into())), Ok(-0.5));
    }
}
