//! How a record is declared: once, as struct, columns and documentation together.

#![allow(clippy::indexing_slicing, reason = "lists of columns are joined when the crate is compiled")]

use super::value::{BadValue, Cell, Column, Field, Raw};
use std::sync::Arc;

/// A row lacks a column that every row needs: the name under which that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKey(pub &'static str);

/// A record of one of the logs.
pub trait Record: Sized {
    /// Zeek's name of the log (`conn`).
    const PATH: &'static str;
    /// The columns, in Zeek's order.
    const COLUMNS: &'static [Column];

    /// Shows every field in the order of [`Record::COLUMNS`].
    fn each_cell<'a>(&'a self, sink: &mut dyn FnMut(&'static Column, Cell<'a>));

    /// Reads a record from a row of cells, one per column; the error says what makes it useless. Cells that are absent
    /// for no more than that they cannot be read are counted in `unreadable`.
    fn read<'a>(cells: &mut dyn Iterator<Item = Raw<'a>>, unreadable: &mut usize) -> Result<Self, BadKey>;
}

/// Columns that records hold in common: one allocation for all records in which they are equal.
pub trait Part: Sized {
    /// The columns, in their order.
    const COLUMNS: &'static [Column];

    /// Shows every field in the order of [`Part::COLUMNS`].
    fn each_cell<'a>(&'a self, sink: &mut dyn FnMut(&'static Column, Cell<'a>));

    /// Returns the part that a row's cells, one per column, stand for; `None` if all are unset. Counts as
    /// [`Record::read`] does.
    fn read<'a>(cells: &mut dyn Iterator<Item = Raw<'a>>, unreadable: &mut usize) -> Option<Arc<Self>>;
}

/// Returns the value of the next cell. One that cannot be read is as good as absent, and counted.
pub(super) fn next_field<'a, F: Field + Default>(
    cells: &mut dyn Iterator<Item = Raw<'a>>,
    unreadable: &mut usize,
) -> F {
    let raw = cells.next().unwrap_or(Raw::Unset);
    let is_absent = raw.is_absent();
    F::read(raw).unwrap_or_else(|BadValue| {
        *unreadable += usize::from(!is_absent);
        F::default()
    })
}

/// Columns in all lists together.
pub(super) const fn total(lists: &[&[Column]]) -> usize {
    let (mut count, mut list) = (0, 0);
    while list < lists.len() {
        count += lists[list].len();
        list += 1;
    }
    count
}

/// Returns the columns of all lists, whose number is `N`.
pub(super) const fn joined<const N: usize>(lists: &[&[Column]]) -> [Column; N] {
    let mut columns = [lists[0][0]; N];
    let (mut count, mut list) = (0, 0);
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            columns[count] = lists[list][place];
            (count, place) = (count + 1, place + 1);
        }
        list += 1;
    }
    columns
}

/// Shows a part's cells; all unset where there is none.
pub(super) fn part_cells<'a, P: Part>(
    part: Option<&'a Arc<P>>,
    sink: &mut dyn FnMut(&'static Column, Cell<'a>),
) {
    match part {
        Some(part) => part.each_cell(sink),
        None => P::COLUMNS.iter().for_each(|column| sink(column, Cell::Unset)),
    }
}

/// Declares a [`Part`]; every field may be absent.
macro_rules! part {
    (
        $(#[$meta:meta])*
        $part:ident { $( $(#[doc = $doc:literal])+ $field:ident: $type:ty = $kind:ident $name:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
        pub struct $part {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl $crate::records::schema::Part for $part {
            const COLUMNS: &'static [$crate::records::Column] = &[
                $($crate::records::Column {
                    name: $name,
                    kind: $crate::records::Kind::$kind,
                    older: false,
                },)+
            ];

            fn each_cell<'a>(
                &'a self,
                sink: &mut dyn FnMut(&'static $crate::records::Column, $crate::records::Cell<'a>),
            ) {
                use $crate::records::Field;
                for (column, cell) in Self::COLUMNS.iter().zip([$(self.$field.cell(),)+]) {
                    sink(column, cell);
                }
            }

            fn read<'a>(
                cells: &mut dyn Iterator<Item = $crate::records::Raw<'a>>,
                unreadable: &mut usize,
            ) -> Option<std::sync::Arc<Self>> {
                let part = Self {
                    $($field: $crate::records::schema::next_field(cells, unreadable),)+
                };
                (part != Self::default()).then(|| part.into())
            }
        }
    };
}

pub(crate) use part;

/// Declares a record: `key` fields every row must have, `rest` fields may be absent, `parts` are shared between records,
/// `older` fields only old logs have.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $record:ident = $path:literal
        key { $( $(#[doc = $kdoc:literal])+ $key:ident: $ktype:ty = $kkind:ident $kname:literal, )+ }
        rest { $( $(#[doc = $rdoc:literal])+ $rest:ident: $rtype:ty = $rkind:ident $rname:literal, )* }
        parts { $( $(#[doc = $pdoc:literal])+ $part:ident: $ptype:ty, )* }
        older { $( $(#[doc = $odoc:literal])+ $older:ident: $otype:ty = $okind:ident $oname:literal, )* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $record {
            $( $(#[doc = $kdoc])+ pub $key: $ktype, )+
            $( $(#[doc = $rdoc])+ pub $rest: $rtype, )*
            $( $(#[doc = $pdoc])+ pub $part: Option<std::sync::Arc<$ptype>>, )*
            $( $(#[doc = $odoc])+ pub $older: $otype, )*
        }

        impl $record {
            /// Returns a record of which nothing else is known yet.
            pub fn new($($key: $ktype),+) -> Self {
                Self {
                    $($key,)+
                    $($rest: Default::default(),)*
                    $($part: None,)*
                    $($older: Default::default(),)*
                }
            }

            const OWN: &'static [$crate::records::Column] = &[
                $($crate::records::Column {
                    name: $kname,
                    kind: $crate::records::Kind::$kkind,
                    older: false,
                },)+
                $($crate::records::Column {
                    name: $rname,
                    kind: $crate::records::Kind::$rkind,
                    older: false,
                },)*
            ];
            const OLDER: &'static [$crate::records::Column] = &[
                $($crate::records::Column {
                    name: $oname,
                    kind: $crate::records::Kind::$okind,
                    older: true,
                },)*
            ];
        }

        impl $crate::records::Record for $record {
            const PATH: &'static str = $path;
            const COLUMNS: &'static [$crate::records::Column] = {
                use $crate::records::schema::{joined, total};
                const LISTS: &[&[$crate::records::Column]] =
                    &[$record::OWN, $(<$ptype as $crate::records::Part>::COLUMNS,)* $record::OLDER];
                &joined::<{ total(LISTS) }>(LISTS)
            };

            fn each_cell<'a>(
                &'a self,
                sink: &mut dyn FnMut(&'static $crate::records::Column, $crate::records::Cell<'a>),
            ) {
                use $crate::records::Field;
                for (column, cell) in Self::OWN.iter().zip([$(self.$key.cell(),)+ $(self.$rest.cell(),)*]) {
                    sink(column, cell);
                }
                $($crate::records::schema::part_cells(self.$part.as_ref(), sink);)*
                for (column, cell) in Self::OLDER.iter().zip([$(self.$older.cell(),)*]) {
                    sink(column, cell);
                }
            }

            fn read<'a>(
                cells: &mut dyn Iterator<Item = $crate::records::Raw<'a>>,
                unreadable: &mut usize,
            ) -> Result<Self, $crate::records::schema::BadKey> {
                use $crate::records::{Field, Raw};
                Ok(Self {
                    $($key: Field::read(cells.next().unwrap_or(Raw::Unset)).map_err(|_| {
                        $crate::records::schema::BadKey(concat!($path, "_row_without_usable_", stringify!($key)))
                    })?,)+
                    $($rest: $crate::records::schema::next_field(cells, unreadable),)*
                    $($part: $crate::records::schema::Part::read(cells, unreadable),)*
                    $($older: $crate::records::schema::next_field(cells, unreadable),)*
                })
            }
        }
    };
}

pub(crate) use record;
