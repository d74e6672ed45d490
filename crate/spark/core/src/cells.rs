//! Columns of a table → cells of a log's row.

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, StringArray, StructArray,
};
use arrow_schema::DataType;
use hushcap::records::Raw;
use hushcap::records::log::Log;
use std::borrow::Cow;

/// Returns the name that a column of a log has in a table: Hive knows no dots, and no capitals.
pub(crate) fn table_name(column: &str) -> String {
    column.replace('.', "_").to_ascii_lowercase()
}

/// One log's columns, in the log's order.
pub(crate) struct Columns<'a> {
    rows: &'a StructArray,
    cells: Vec<Option<Cells<'a>>>,
}

enum Cells<'a> {
    Texts(&'a StringArray),
    Longs(&'a Int64Array),
    Ints(&'a Int32Array),
    Numbers(&'a Float64Array),
    Flags(&'a BooleanArray),
    Lists(&'a ListArray),
}

impl<'a> Columns<'a> {
    /// Returns the columns of `log` that the table has; the others are unset in all rows.
    pub(crate) fn of(log: Log, rows: &'a StructArray) -> Self {
        let cells = log.columns().iter().map(|column| {
            let array = rows.column_by_name(&table_name(column.name))?;
            Cells::of(array)
        });
        Columns { rows, cells: cells.collect() }
    }

    /// Returns the cells of a row; `None` where the table has no row of this log there.
    pub(crate) fn row(&self, row: usize) -> Option<Vec<Raw<'a>>> {
        let cell = |cells: &Option<Cells<'a>>| cells.as_ref().map_or(Raw::Unset, |cells| cells.cell(row));
        self.rows.is_valid(row).then(|| self.cells.iter().map(cell).collect())
    }
}

impl<'a> Cells<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Cells::Texts(array.as_string_opt()?),
            DataType::Int64 => Cells::Longs(array.as_primitive_opt::<Int64Type>()?),
            DataType::Int32 => Cells::Ints(array.as_primitive_opt::<Int32Type>()?),
            DataType::Float64 => Cells::Numbers(array.as_primitive_opt::<Float64Type>()?),
            DataType::Boolean => Cells::Flags(array.as_boolean_opt()?),
            DataType::List(_) => Cells::Lists(array.as_list_opt()?),
            _ => return None,
        })
    }

    fn cell(&self, row: usize) -> Raw<'a> {
        match self {
            Cells::Texts(texts) if texts.is_valid(row) => Raw::Text(Cow::Borrowed(texts.value(row))),
            Cells::Longs(values) if values.is_valid(row) => count(values.value(row)),
            Cells::Ints(values) if values.is_valid(row) => count(values.value(row).into()),
            Cells::Numbers(values) if values.is_valid(row) => Raw::Number(values.value(row)),
            Cells::Flags(flags) if flags.is_valid(row) => Raw::Bool(flags.value(row)),
            Cells::Lists(lists) if lists.is_valid(row) => list(lists, row),
            _ => Raw::Unset,
        }
    }
}

fn count<'a>(value: i64) -> Raw<'a> {
    u64::try_from(value).map_or(Raw::Number(value as f64), Raw::Count)
}

/// Returns a list as text, as logs have it; an element that is absent is left out.
fn list<'a>(lists: &'a ListArray, row: usize) -> Raw<'a> {
    let offsets = lists.value_offsets();
    let end = |at: usize| offsets.get(at).and_then(|offset| usize::try_from(*offset).ok());
    let (Some(begin), Some(end), Some(cells)) = (end(row), end(row + 1), Cells::of(lists.values())) else {
        return Raw::Foreign;
    };
    let text = |at: usize| match cells.cell(at) {
        Raw::Text(text) => Some(text),
        Raw::Count(count) => Some(Cow::Owned(count.to_string())),
        Raw::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    };
    Raw::List((begin..end).filter_map(text).collect())
}
