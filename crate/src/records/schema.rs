//! How a record is declared: once, as struct, columns and documentation together.

use super::value::{Cell, Column, Raw};
use crate::Weird;

/// A record of one of the logs.
pub trait Record: Sized {
    /// Zeek's name of the log (`conn`).
    const PATH: &'static str;
    /// The columns, in Zeek's order.
    const COLUMNS: &'static [Column];

    /// Shows every field in the order of [`Record::COLUMNS`].
    fn each_cell<'a>(&'a self, sink: &mut dyn FnMut(&'static Column, Cell<'a>));

    /// The record that a row of cells, one a column, stands for; what makes it useless is the error.
    fn read<'a>(cells: &mut dyn Iterator<Item = Raw<'a>>) -> Result<Self, Weird>;
}

/// Declares a record: `key` fields every row must have, `rest` fields may be absent, `older` ones only old logs have.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $record:ident = $path:literal
        key { $( $(#[doc = $kdoc:literal])+ $key:ident: $ktype:ty = $kkind:ident $kname:literal, )+ }
        rest { $( $(#[doc = $rdoc:literal])+ $rest:ident: $rtype:ty = $rkind:ident $rname:literal, )* }
        older { $( $(#[doc = $odoc:literal])+ $older:ident: $otype:ty = $okind:ident $oname:literal, )* }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $record {
            $( $(#[doc = $kdoc])+ pub $key: $ktype, )+
            $( $(#[doc = $rdoc])+ pub $rest: $rtype, )*
            $( $(#[doc = $odoc])+ pub $older: $otype, )*
        }

        impl $record {
            /// A record of which nothing else is known yet.
            pub fn new($($key: $ktype),+) -> Self {
                Self {
                    $($key,)+
                    $($rest: Default::default(),)*
                    $($older: Default::default(),)*
                }
            }
        }

        impl $crate::records::Record for $record {
            const PATH: &'static str = $path;
            const COLUMNS: &'static [$crate::records::Column] = &[
                $($crate::records::Column {
                    name: $kname,
                    kind: $crate::records::Kind::$kkind,
                    doc: concat!($($kdoc, "\n"),+),
                    older: false,
                },)+
                $($crate::records::Column {
                    name: $rname,
                    kind: $crate::records::Kind::$rkind,
                    doc: concat!($($rdoc, "\n"),+),
                    older: false,
                },)*
                $($crate::records::Column {
                    name: $oname,
                    kind: $crate::records::Kind::$okind,
                    doc: concat!($($odoc, "\n"),+),
                    older: true,
                },)*
            ];

            fn each_cell<'a>(
                &'a self,
                sink: &mut dyn FnMut(&'static $crate::records::Column, $crate::records::Cell<'a>),
            ) {
                use $crate::records::Field;
                let cells = [
                    $(self.$key.cell(),)+
                    $(self.$rest.cell(),)*
                    $(self.$older.cell(),)*
                ];
                for (column, cell) in Self::COLUMNS.iter().zip(cells) {
                    sink(column, cell);
                }
            }

            fn read<'a>(
                cells: &mut dyn Iterator<Item = $crate::records::Raw<'a>>,
            ) -> Result<Self, $crate::Weird> {
                use $crate::records::{Field, Raw};
                Ok(Self {
                    $($key: Field::read(cells.next().unwrap_or(Raw::Unset)).map_err(|_| {
                        $crate::Weird(concat!($path, "_row_without_usable_", stringify!($key)))
                    })?,)+
                    $($rest: Field::read(cells.next().unwrap_or(Raw::Unset)).unwrap_or_default(),)*
                    $($older: Field::read(cells.next().unwrap_or(Raw::Unset)).unwrap_or_default(),)*
                })
            }
        }
    };
}

pub(crate) use record;
