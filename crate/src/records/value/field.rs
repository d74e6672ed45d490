//! The Rust types that a record's field may have, and how each is read from a cell.

use super::time::{interval_seconds, rfc3339_seconds};
use super::{BadValue, Cell, Counts, Field, Intervals, Name, Raw, Texts, known};
use crate::flow::{ConnState, Proto};
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

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

/// Returns the whole part of a number; no count is below zero.
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

/// Returns the text of a cell; a JSON log may hold a number where Zeek has a string.
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

/// Returns the values of a list; text in place of a list is split at its commas.
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

#[cfg(test)]
mod tests {
    use super::*;

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
