//! What a record's field may hold, and how it stands in a log's cell.

use crate::flow::{ConnState, Proto};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use strum::IntoStaticStr;

/// A name that mostly comes from a fixed table (`TLSv12`, `ssl`).
pub type Name = Cow<'static, str>;

/// A `vector[string]` or `set[string]`; its members are often shared between records.
pub type Texts = Box<[Arc<str>]>;

/// A `vector[count]` of code points.
pub type Counts = Box<[u16]>;

/// A `vector[interval]`, in seconds.
pub type Intervals = Box<[f64]>;

/// One column of a log.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Zeek's name, with dots (`id.orig_h`).
    pub name: &'static str,
    /// Zeek's type.
    pub kind: Kind,
    /// Whether only older versions of Zeek write it: written where a record has it, else left out.
    pub older: bool,
}

/// The text of a field, unless it is empty or one of the signs for "unset" and "empty" of a converted log.
pub fn known(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !matches!(*text, "" | "-" | "(empty)"))
}

/// Zeek's type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// `time`: epoch seconds.
    Time,
    /// `interval`: seconds.
    Interval,
    /// `count`: an unsigned integer.
    Count,
    /// `string`
    String,
    /// `addr`: an IPv4 or IPv6 address.
    Addr,
    /// `port`: a port number.
    Port,
    /// `enum`: a name of a fixed set.
    Enum,
    /// `bool`: `T` or `F`.
    Bool,
    /// `vector[count]`
    #[strum(to_string = "vector[count]")]
    CountVector,
    /// `vector[string]`
    #[strum(to_string = "vector[string]")]
    StringVector,
    /// `set[string]`
    #[strum(to_string = "set[string]")]
    StringSet,
    /// `vector[addr]`
    #[strum(to_string = "vector[addr]")]
    AddrVector,
    /// `vector[interval]`
    #[strum(to_string = "vector[interval]")]
    IntervalVector,
}

impl Kind {
    /// Zeek's name, as the `#types` line has it.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether a cell holds several values.
    pub fn is_list(self) -> bool {
        matches!(
            self,
            Kind::CountVector
                | Kind::StringVector
                | Kind::StringSet
                | Kind::AddrVector
                | Kind::IntervalVector
        )
    }
}

/// The value of one field of one record, to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Absent.
    Unset,
    /// A time or an interval, in seconds.
    Seconds(f64),
    /// A count or a port.
    Count(u64),
    /// A string or an enum.
    Text(&'a str),
    /// An address.
    Addr(IpAddr),
    /// A truth value.
    Bool(bool),
    /// Several counts.
    Counts(&'a [u16]),
    /// Several strings.
    Texts(&'a [Arc<str>]),
    /// Several addresses.
    Addrs(&'a [IpAddr]),
    /// Several intervals, in seconds.
    Intervals(&'a [f64]),
}

/// The value of one cell of one row, as a log had it.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw<'a> {
    /// Absent, or the log's sign for it.
    Unset,
    /// Text; numbers of a TSV log too.
    Text(Cow<'a, str>),
    /// A number of a JSON log that is no unsigned integer.
    Number(f64),
    /// An unsigned integer of a JSON log.
    Count(u64),
    /// A truth value of a JSON log.
    Bool(bool),
    /// Several values, as text.
    List(Vec<Cow<'a, str>>),
    /// What a JSON log has in no column, such as an object.
    Foreign,
}

impl Raw<'_> {
    /// Whether there is no value: the cell is unset, or holds a sign for that which a converted log has as text.
    pub(super) fn is_absent(&self) -> bool {
        match self {
            Raw::Unset => true,
            Raw::Text(text) => known(Some(text.trim())).is_none(),
            _ => false,
        }
    }
}

/// A cell does not hold what its column promises, or a value that the record needs is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadValue;

/// A Rust type that a record's field may have.
pub trait Field: Sized {
    /// The value as a cell.
    fn cell(&self) -> Cell<'_>;

    /// The value that a cell holds.
    fn read(raw: Raw<'_>) -> Result<Self, BadValue>;
}

/// Absent where the cell is.
impl<T: Field> Field for Option<T> {
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Unset, T::cell)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        let is_absent = raw.is_absent();
        match T::read(raw) {
            Err(BadValue) if is_absent => Ok(None),
            read => read.map(Some),
        }
    }
}

/// Times and intervals beyond this, some 30 million years, are no such: sums and squares of them would leave f64.
const SECONDS_MAX: f64 = 1e15;

/// Seconds, as the log has them: never rounded on reading. A time may also stand as RFC 3339 text.
impl Field for f64 {
    fn cell(&self) -> Cell<'_> {
        Cell::Seconds(*self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        let value = match raw {
            Raw::Number(number) => number,
            Raw::Count(count) => count as f64,
            Raw::Text(text) => {
                let text = text.trim();
                text.parse()
                    .ok()
                    .or_else(|| rfc3339_seconds(text))
                    .or_else(|| interval_seconds(text))
                    .ok_or(BadValue)?
            }
            _ => return Err(BadValue),
        };
        if value.abs() < SECONDS_MAX { Ok(value) } else { Err(BadValue) }
    }
}

/// Seconds of an interval with units, as other tools write it: `180ms`, `1m2.5s`.
fn interval_seconds(text: &str) -> Option<f64> {
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

/// A count that Zeek always sets; 0 where an older log lacks it.
impl Field for u64 {
    fn cell(&self) -> Cell<'_> {
        Cell::Count(*self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        match raw {
            Raw::Unset => Err(BadValue),
            Raw::Count(count) => Ok(count),
            Raw::Text(text) => match text.parse() {
                Ok(count) => Ok(count),
                Err(_) => whole(f64::read(Raw::Text(text))?),
            },
            other => whole(f64::read(other)?),
        }
    }
}

/// The whole part of a number; no count is below zero.
fn whole(number: f64) -> Result<u64, BadValue> {
    if number < 0.0 { Err(BadValue) } else { Ok(number as u64) }
}

impl Field for u16 {
    fn cell(&self) -> Cell<'_> {
        Cell::Count(u64::from(*self))
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        match raw {
            Raw::Count(count) => count.try_into().map_err(|_| BadValue),
            // Tools that hold a column with gaps in f64 write 443.0.
            Raw::Number(number) if number.fract() == 0.0 && (0.0..=65_535.0).contains(&number) => {
                Ok(number as u16)
            }
            // A port may have its protocol behind it, `443/tcp`.
            Raw::Text(text) => {
                text.split('/').next().and_then(|number| number.trim().parse().ok()).ok_or(BadValue)
            }
            _ => Err(BadValue),
        }
    }
}

impl Field for u8 {
    fn cell(&self) -> Cell<'_> {
        Cell::Count(u64::from(*self))
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        u16::read(raw)?.try_into().map_err(|_| BadValue)
    }
}

impl Field for bool {
    fn cell(&self) -> Cell<'_> {
        Cell::Bool(*self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        match raw {
            Raw::Bool(value) => Ok(value),
            Raw::Text(text) => match text.as_ref() {
                "T" | "true" | "True" => Ok(true),
                "F" | "false" | "False" => Ok(false),
                _ => Err(BadValue),
            },
            _ => Err(BadValue),
        }
    }
}

impl Field for IpAddr {
    fn cell(&self) -> Cell<'_> {
        Cell::Addr(*self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        match raw {
            Raw::Text(text) => text.trim().parse().map_err(|_| BadValue),
            _ => Err(BadValue),
        }
    }
}

/// Text of a cell; a JSON log may hold a number where Zeek has a string.
fn text(raw: Raw<'_>) -> Result<Cow<'_, str>, BadValue> {
    match raw {
        Raw::Text(text) => Ok(text),
        Raw::Count(count) => Ok(count.to_string().into()),
        Raw::Number(number) => Ok(number.to_string().into()),
        Raw::Bool(value) => Ok(if value { "T" } else { "F" }.into()),
        Raw::List(parts) => Ok(parts.join(",").into()),
        Raw::Unset | Raw::Foreign => Err(BadValue),
    }
}

impl Field for Arc<str> {
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        Ok(text(raw)?.as_ref().into())
    }
}

impl Field for Box<str> {
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        Ok(text(raw)?.as_ref().into())
    }
}

impl Field for Name {
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        Ok(Cow::Owned(text(raw)?.into_owned()))
    }
}

/// TCP where a log does not say.
impl Field for Proto {
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self.as_str())
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        match raw {
            Raw::Unset => Ok(Proto::Tcp),
            raw => Ok(Proto::parse(&text(raw)?)),
        }
    }
}

impl Field for ConnState {
    fn cell(&self) -> Cell<'_> {
        Cell::Text(self.as_str())
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        ConnState::parse(&text(raw)?).ok_or(BadValue)
    }
}

/// Values of a list; text that stands where a list should is split at its commas.
fn list(raw: Raw<'_>) -> Result<Vec<Cow<'_, str>>, BadValue> {
    match raw {
        Raw::List(parts) => Ok(parts),
        Raw::Text(text) if matches!(text.as_ref(), "" | "-") => Err(BadValue),
        Raw::Text(text) if text == "(empty)" => Ok(Vec::new()),
        Raw::Text(text) => {
            Ok(text.split(',').filter(|part| !part.is_empty()).map(|part| part.to_owned().into()).collect())
        }
        _ => Err(BadValue),
    }
}

/// Numbers beyond 16 bits, such as suites of SSL 2.0, are left out.
impl Field for Counts {
    fn cell(&self) -> Cell<'_> {
        Cell::Counts(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        let mut codes = Vec::new();
        for part in list(raw)?.iter().filter_map(|part| known(Some(part.trim()))) {
            let code: u64 = part.parse().map_err(|_| BadValue)?;
            codes.extend(u16::try_from(code));
        }
        Ok(codes.into())
    }
}

impl Field for Texts {
    fn cell(&self) -> Cell<'_> {
        Cell::Texts(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        Ok(list(raw)?.iter().map(|part| part.as_ref().into()).collect())
    }
}

impl Field for Box<[IpAddr]> {
    fn cell(&self) -> Cell<'_> {
        Cell::Addrs(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        let parts = list(raw)?;
        let addresses = parts.iter().filter_map(|part| known(Some(part.trim())));
        addresses.map(|part| part.parse().map_err(|_| BadValue)).collect()
    }
}

impl Field for Intervals {
    fn cell(&self) -> Cell<'_> {
        Cell::Intervals(self)
    }

    fn read(raw: Raw<'_>) -> Result<Self, BadValue> {
        let parts = list(raw)?;
        parts.into_iter().map(|part| f64::read(Raw::Text(part))).collect()
    }
}

/// Epoch seconds of `2024-01-31T12:00:00.123456Z` (RFC 3339), the form of Zeek's `JSON::TS_ISO8601`; with an offset, `+08:00`
/// or `+0800`, too.
fn rfc3339_seconds(text: &str) -> Option<f64> {
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

/// A time without its zone, and how many seconds that is ahead of UTC.
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
pub(super) fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(raw(text), Ok(seconds), "{text}");
        }
        for text in ["180 ms ago", "ms", "5x", "1.2.3s"] {
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

    #[test]
    fn count_with_a_fraction_is_cut() {
        assert_eq!(u64::read(Raw::Text("12.9".into())), Ok(12));
    }

    #[test]
    fn count_below_zero_is_none() {
        for raw in [Raw::Number(-3.0), Raw::Text("-5".into()), Raw::Text("-0.5".into())] {
            assert_eq!(u64::read(raw.clone()), Err(BadValue), "{raw:?}");
        }
    }

    #[test]
    fn absent_value_is_no_bad_one() {
        for sign in ["", "-", "(empty)", " "] {
            assert_eq!(Option::<u64>::read(Raw::Text(sign.into())), Ok(None), "{sign}");
            assert_eq!(Option::<bool>::read(Raw::Text(sign.into())), Ok(None), "{sign}");
        }
        assert_eq!(Option::<u64>::read(Raw::Unset), Ok(None));
        assert_eq!(Option::<u64>::read(Raw::Text("12x4".into())), Err(BadValue));
        assert_eq!(Option::<Name>::read(Raw::Text("".into())), Ok(Some("".into())));
    }

    #[test]
    fn code_points_without_meaning_are_left_out_and_what_is_no_number_is_bad() {
        let read = |parts: &[&'static str]| {
            Counts::read(Raw::List(parts.iter().map(|part| (*part).into()).collect()))
        };
        assert_eq!(read(&["4865", " 47", "65664", "-"]), Ok([4_865, 47].into()));
        assert_eq!(read(&["4865", "4x"]), Err(BadValue));
    }

    #[test]
    fn port_may_stand_as_a_number_with_a_fraction_of_nothing() {
        assert_eq!(u16::read(Raw::Number(443.0)), Ok(443));
        for number in [443.5, -1.0, 65_536.0] {
            assert_eq!(u16::read(Raw::Number(number)), Err(BadValue), "{number}");
        }
    }

    #[test]
    fn infinity_and_nan_are_no_values() {
        assert_eq!(f64::read(Raw::Text("inf".into())), Err(BadValue));
        assert_eq!(f64::read(Raw::Number(1e308)), Err(BadValue));
        assert_eq!(f64::read(Raw::Text("nan".into())), Err(BadValue));
    }

    #[test]
    fn absent_proto_is_tcp() {
        assert_eq!(Proto::read(Raw::Unset), Ok(Proto::Tcp));
    }

    #[test]
    fn text_in_place_of_a_list_is_split() {
        let read = Texts::read(Raw::Text("a,,b".into())).unwrap();
        assert_eq!(read.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["a", "b"]);
    }
}
