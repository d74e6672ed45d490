//! What tables look like: a log's columns, and a verdict's.

use crate::cells::table_name;
use arrow_schema::{DataType, Field, Fields};
use hushcap::records::Kind;
use hushcap::records::log::Log;
use std::sync::Arc;

/// The logs that have a table, in the order in which a tuple's rows stand.
pub(crate) const LOGS: [Log; 4] = [Log::Conn, Log::Ssl, Log::X509, Log::Dns];

/// Returns the columns of a log's table.
pub(crate) fn of_log(log: Log) -> Fields {
    log.columns()
        .iter()
        .map(|column| Field::new(table_name(column.name), data_type(column.kind), true))
        .collect()
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Time | Kind::Interval => DataType::Float64,
        Kind::Count => DataType::Int64,
        Kind::Port => DataType::Int32,
        Kind::Bool => DataType::Boolean,
        Kind::CountVector => list(DataType::Int32),
        Kind::IntervalVector => list(DataType::Float64),
        Kind::StringVector | Kind::StringSet | Kind::AddrVector => list(DataType::Utf8),
        // Texts, addresses, enumerations, and any kind that is not known here.
        _ => DataType::Utf8,
    }
}

pub(crate) fn list(of: DataType) -> DataType {
    DataType::List(element(of))
}

/// Returns the field of a list's elements, named as Spark names it.
pub(crate) fn element(of: DataType) -> Arc<Field> {
    Arc::new(Field::new("element", of, true))
}

/// One feature's share in a verdict.
pub(crate) fn contribution() -> Fields {
    [("feature", DataType::Utf8), ("contribution", DataType::Float64)]
        .map(|(name, kind)| Field::new(name, kind, true))
        .into_iter()
        .collect()
}

/// Returns a verdict's columns. Rows with a `note` are none: they count what could not be used, by its name.
pub(crate) fn verdicts() -> Fields {
    [
        ("orig_h", DataType::Utf8),
        ("resp_h", DataType::Utf8),
        ("resp_p", DataType::Int32),
        ("proto", DataType::Utf8),
        ("score", DataType::Float64),
        ("raw", DataType::Float64),
        ("base", DataType::Float64),
        ("verdict", DataType::Utf8),
        ("profile_verdict", DataType::Utf8),
        ("sentence", DataType::Utf8),
        ("connections", DataType::Int64),
        ("server_names", list(DataType::Utf8)),
        ("purpose", DataType::Utf8),
        ("features", map()),
        ("explanation", list(DataType::Struct(contribution()))),
        ("evidence", DataType::Utf8),
        ("details", DataType::Utf8),
        ("note", DataType::Utf8),
        ("count", DataType::Int64),
    ]
    .map(|(name, kind)| Field::new(name, kind, true))
    .into_iter()
    .collect()
}

/// Numbers by name.
fn map() -> DataType {
    let entries = [Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Float64, true)];
    let entries = DataType::Struct(entries.into_iter().collect());
    DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
}

/// Returns a type as Spark and Hive write it.
pub(crate) fn sql(kind: &DataType) -> String {
    match kind {
        DataType::Float64 => "double".to_owned(),
        DataType::Int64 => "bigint".to_owned(),
        DataType::Int32 => "int".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::List(element) => format!("array<{}>", sql(element.data_type())),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => {
                let kinds: Vec<String> = fields.iter().map(|field| sql(field.data_type())).collect();
                format!("map<{}>", kinds.join(","))
            }
            _ => "map<string,double>".to_owned(),
        },
        DataType::Struct(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}:{}", field.name(), sql(field.data_type()))).collect();
            format!("struct<{}>", fields.join(","))
        }
        _ => "string".to_owned(),
    }
}
