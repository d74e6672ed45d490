//! JSON lines, read.

use super::reader::{Log, Records};
use super::tsv::{column_index, columns_of};
use crate::Weird;
use crate::records::Raw;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Takes one row.
pub(super) fn row(line: &[u8], by_name: Option<Log>, records: &mut Records) {
    let text = String::from_utf8_lossy(line);
    let Ok(object) = serde_json::from_str::<Map<String, Value>>(&text) else {
        records.weirds.count(Weird("json_row_unreadable"));
        return;
    };
    let path = ["_path", "@stream"].iter().find_map(|name| object.get(*name)?.as_str());
    let Some(log) = path.map_or(by_name, Log::of_path) else { return };
    records.met(log, true);
    let columns = columns_of(log);
    let mut cells = vec![Raw::Unset; columns.len()];
    for (name, value) in &object {
        let Some(index) = column_index(columns, name) else { continue };
        let exact = columns.get(index).is_some_and(|column| column.name == name);
        if let Some(slot) = cells.get_mut(index)
            && (exact || *slot == Raw::Unset)
        {
            *slot = raw(value);
        }
    }
    records.add(log, cells);
}

/// The value of one member.
fn raw(value: &Value) -> Raw<'_> {
    match value {
        Value::Null | Value::Object(_) => Raw::Unset,
        Value::Bool(value) => Raw::Bool(*value),
        Value::String(text) => Raw::Text(Cow::Borrowed(text)),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(count), _) => Raw::Count(count),
            (None, Some(number)) => Raw::Number(number),
            (None, None) => Raw::Unset,
        },
        Value::Array(values) => Raw::List(values.iter().filter_map(member).collect()),
    }
}

/// One value of a list, as text.
fn member(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, by_name: Option<Log>) -> Records {
        let mut records = Records::default();
        row(line.as_bytes(), by_name, &mut records);
        records
    }

    const ID: &str =
        r#""uid":"C1","id_orig_h":"10.0.0.1","id_orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":2"#;

    #[test]
    fn number_is_not_rounded() {
        let records = read(
            &format!(r#"{{"ts":1588205199.82437,"duration":0.001528024673461914,{ID}}}"#),
            Some(Log::Conn),
        );
        assert_eq!(records.conn[0].duration, Some(0.001_528_024_673_461_914));
        assert_eq!(records.conn[0].ts, 1_588_205_199.824_37);
    }

    #[test]
    fn row_says_which_log_it_belongs_to() {
        let records = read(&format!(r#"{{"_path":"ssl","ts":1,{ID}}}"#), Some(Log::Conn));
        assert_eq!((records.conn.len(), records.ssl.len()), (0, 1));
        let records =
            read(&format!(r#"{{"@stream":"conn","@timestamp":"2020-04-30T00:06:39.824370Z",{ID}}}"#), None);
        assert_eq!(records.conn[0].ts, 1_588_205_199.824_37);
        assert!(!read(&format!(r#"{{"_path":"dns","ts":1,{ID}}}"#), Some(Log::Conn)).json);
    }

    #[test]
    fn own_name_wins_over_an_older_one() {
        let records = read(&format!(r#"{{"@timestamp":2,"ts":1,{ID}}}"#), Some(Log::Conn));
        assert_eq!(records.conn[0].ts, 1.0);
    }

    #[test]
    fn damaged_row_is_counted() {
        let records = read(r#"{"ts":1,"uid""#, Some(Log::Conn));
        assert_eq!(records.weirds.iter().collect::<Vec<_>>(), [("json_row_unreadable", 1)]);
    }
}
