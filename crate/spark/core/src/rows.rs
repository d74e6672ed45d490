//! Columns of a batch by name, and records → tables.

use crate::{Error, fields};
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Float64Builder, Int32Builder, Int64Builder, ListBuilder, StringBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    StructArray,
};
use arrow_schema::{DataType, Schema};
use hushcap::records::log::Log;
use hushcap::records::{Cell, Record};
use std::sync::Arc;

macro_rules! columns {
    ($($name:ident: $array:ty = $cast:expr;)*) => {$(
        /// Returns a column of this type.
        pub(crate) fn $name<'a>(batch: &'a RecordBatch, column: &'static str) -> Result<&'a $array, Error> {
            let cast: fn(&'a ArrayRef) -> Option<&'a $array> = $cast;
            batch.column_by_name(column).and_then(cast).ok_or(Error::Column(column))
        }
    )*};
}

columns! {
    texts: StringArray = |array| array.as_string_opt();
    longs: Int64Array = |array| array.as_primitive_opt::<Int64Type>();
    ints: Int32Array = |array| array.as_primitive_opt::<Int32Type>();
    structs: StructArray = |array| array.as_struct_opt();
}

/// Returns a number of a row of structs; `None` where it is absent.
pub(crate) fn number(rows: &StructArray, column: &str, row: usize) -> Option<f64> {
    let numbers: &Float64Array = rows.column_by_name(column)?.as_primitive_opt::<Float64Type>()?;
    numbers.is_valid(row).then(|| numbers.value(row))
}

/// Returns a count of a row of structs.
pub(crate) fn long(rows: &StructArray, column: &str, row: usize) -> Option<i64> {
    let longs: &Int64Array = rows.column_by_name(column)?.as_primitive_opt::<Int64Type>()?;
    longs.is_valid(row).then(|| longs.value(row))
}

/// Returns a flag of a row of structs.
pub(crate) fn flag(rows: &StructArray, column: &str, row: usize) -> Option<bool> {
    let flags: &BooleanArray = rows.column_by_name(column)?.as_boolean_opt()?;
    flags.is_valid(row).then(|| flags.value(row))
}

/// Returns the table of records of `log`.
pub(crate) fn table<R: Record>(log: Log, records: &[R]) -> Result<RecordBatch, Error> {
    let fields = fields::of_log(log);
    let mut builders: Vec<Builder> = fields.iter().map(|field| Builder::of(field.data_type())).collect();
    for record in records {
        let mut columns = builders.iter_mut();
        record.each_cell(&mut |_, cell| {
            if let Some(builder) = columns.next() {
                builder.append(cell);
            }
        });
    }
    let arrays = builders.into_iter().map(Builder::finish).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

/// One column that is being made.
enum Builder {
    Texts(StringBuilder),
    Longs(Int64Builder),
    Ints(Int32Builder),
    Numbers(Float64Builder),
    Flags(BooleanBuilder),
    TextLists(ListBuilder<StringBuilder>),
    IntLists(ListBuilder<Int32Builder>),
    NumberLists(ListBuilder<Float64Builder>),
}

impl Builder {
    fn of(kind: &DataType) -> Self {
        match kind {
            DataType::Int64 => Builder::Longs(Int64Builder::new()),
            DataType::Int32 => Builder::Ints(Int32Builder::new()),
            DataType::Float64 => Builder::Numbers(Float64Builder::new()),
            DataType::Boolean => Builder::Flags(BooleanBuilder::new()),
            DataType::List(element) => match element.data_type() {
                DataType::Int32 => Builder::IntLists(lists(Int32Builder::new(), DataType::Int32)),
                DataType::Float64 => Builder::NumberLists(lists(Float64Builder::new(), DataType::Float64)),
                _ => Builder::TextLists(lists(StringBuilder::new(), DataType::Utf8)),
            },
            _ => Builder::Texts(StringBuilder::new()),
        }
    }

    fn append(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Builder::Texts(texts), Cell::Text(text)) => texts.append_value(text),
            (Builder::Texts(texts), Cell::Addr(address)) => texts.append_value(address.to_string()),
            (Builder::Texts(texts), _) => texts.append_null(),
            (Builder::Longs(longs), Cell::Count(count)) => longs.append_option(i64::try_from(count).ok()),
            (Builder::Longs(longs), _) => longs.append_null(),
            (Builder::Ints(ints), Cell::Count(count)) => ints.append_option(i32::try_from(count).ok()),
            (Builder::Ints(ints), _) => ints.append_null(),
            (Builder::Numbers(numbers), Cell::Seconds(seconds)) => numbers.append_value(seconds),
            (Builder::Numbers(numbers), _) => numbers.append_null(),
            (Builder::Flags(flags), Cell::Bool(flag)) => flags.append_value(flag),
            (Builder::Flags(flags), _) => flags.append_null(),
            (Builder::TextLists(lists), Cell::Texts(texts)) => {
                lists.append_value(texts.iter().map(|text| Some(text.as_ref())));
            }
            (Builder::TextLists(lists), Cell::Addrs(addresses)) => {
                lists.append_value(addresses.iter().map(|address| Some(address.to_string())));
            }
            (Builder::TextLists(lists), _) => lists.append_null(),
            (Builder::IntLists(lists), Cell::Counts(counts)) => {
                lists.append_value(counts.iter().map(|count| Some(i32::from(*count))));
            }
            (Builder::IntLists(lists), _) => lists.append_null(),
            (Builder::NumberLists(lists), Cell::Intervals(values)) => {
                lists.append_value(values.iter().map(|value| Some(*value)));
            }
            (Builder::NumberLists(lists), _) => lists.append_null(),
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Builder::Texts(mut builder) => Arc::new(builder.finish()),
            Builder::Longs(mut builder) => Arc::new(builder.finish()),
            Builder::Ints(mut builder) => Arc::new(builder.finish()),
            Builder::Numbers(mut builder) => Arc::new(builder.finish()),
            Builder::Flags(mut builder) => Arc::new(builder.finish()),
            Builder::TextLists(mut builder) => Arc::new(builder.finish()),
            Builder::IntLists(mut builder) => Arc::new(builder.finish()),
            Builder::NumberLists(mut builder) => Arc::new(builder.finish()),
        }
    }
}

/// Returns a builder of lists whose elements are named as Spark names them.
pub(crate) fn lists<B: ArrayBuilder>(values: B, of: DataType) -> ListBuilder<B> {
    ListBuilder::new(values).with_field(fields::element(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::Columns;
    use hushcap::records::log::{LogSet, Records};

    /// Returns the records of a golden log.
    fn golden(log: Log) -> Records {
        let name = format!("{}.log", log.path());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/golden/beacon.pcap/");
        let mut logs = LogSet::new();
        logs.open(&name);
        logs.push(&std::fs::read(format!("{folder}{name}")).unwrap());
        logs.rest()
    }

    /// Returns the records that the rows of a table stand for.
    fn back(log: Log, batch: RecordBatch) -> Records {
        let rows = StructArray::from(batch);
        let columns = Columns::of(log, &rows);
        let mut records = Records::default();
        (0..rows.len()).for_each(|row| records.add(log, columns.row(row).unwrap()));
        records
    }

    #[test]
    fn records_come_back_from_tables_as_they_were() {
        let [conn, ssl, x509, dns] = fields::LOGS.map(golden);
        assert!(conn.conn.len() > 10 && ssl.ssl.len() > 10 && !x509.x509.is_empty() && !dns.dns.is_empty());
        assert_eq!(back(Log::Conn, table(Log::Conn, &conn.conn).unwrap()).conn, conn.conn);
        assert_eq!(back(Log::Ssl, table(Log::Ssl, &ssl.ssl).unwrap()).ssl, ssl.ssl);
        assert_eq!(back(Log::X509, table(Log::X509, &x509.x509).unwrap()).x509, x509.x509);
        let read = back(Log::Dns, table(Log::Dns, &dns.dns).unwrap());
        assert_eq!(read.dns, dns.dns);
        assert_eq!(read.weirds.iter().count(), 0);
    }
}
