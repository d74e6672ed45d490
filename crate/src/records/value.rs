//! What a record's field may hold, and how a log's cell writes it.

mod field;
mod time;

pub(super) use time::days_since_epoch;

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

/// Returns the text of a field, unless it is empty or one of the signs for "unset" and "empty" of a converted log.
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

    /// Returns whether a cell holds several values.
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
    /// A number of a JSON log that is not an unsigned integer.
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
    /// Returns whether there is not a value: the cell is unset, or holds a sign for that which a converted log has as
    /// text.
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
    /// Returns the value as a cell.
    fn cell(&self) -> Cell<'_>;

    /// Returns the value that a cell holds.
    fn read(raw: Raw<'_>) -> Result<Self, BadValue>;
}
