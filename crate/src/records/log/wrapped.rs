//! Rows that a shipper has put inside an object of its own, beside what it knows of them.

use super::ecs::log_of_data_set;
use super::kind::Log;
use super::name::log_of;
use serde_json::{Map, Value};
use std::borrow::Cow;

type Object = Map<String, Value>;

/// Members in which shippers keep the row, looked at before all others: Filebeat, its module for Zeek, Elasticsearch, Splunk,
/// containers.
const WRAPPERS: [&str; 8] =
    ["message", "event.original", "_source", "result", "_raw", "log", "msg", "original"];

/// Objects around one another that are looked through for a row.
const DEPTH_MAX: u32 = 5;

/// What an object holds.
pub(super) enum Held<'a> {
    /// It is a row itself.
    Itself,
    /// What was inside.
    Row(Cow<'a, Object>),
    /// A line of a log that is not JSON.
    Line(&'a str),
    /// Rows of a search.
    List(&'a [Value]),
}

/// Takes a row out of what is around it, one level. Its member may have any name: what it holds tells.
pub(super) fn unwrapped(object: &Object) -> Held<'_> {
    if stands_under_a_name(object) {
        return Held::Itself;
    }
    held_in(object, DEPTH_MAX).unwrap_or(Held::Itself)
}

/// Returns whether it is a row under a name alone, which is then that of its log, as Zeek's Kafka writer does.
fn stands_under_a_name(object: &Object) -> bool {
    let is_row = |(name, row): (&String, &Value)| {
        !WRAPPERS.contains(&name.as_str()) && row.as_object().is_some_and(is_row)
    };
    object.len() == 1 && object.iter().all(is_row)
}

/// Returns what stands inside an object that is no row itself; `None` where no row does.
fn held_in(object: &Object, depth: u32) -> Option<Held<'_>> {
    if is_row(object) || depth == 0 {
        return None;
    }
    let known = WRAPPERS.iter().filter_map(|name| member(object, name));
    known
        .clone()
        .find_map(|value| held(value, depth, true))
        .or_else(|| object.values().find_map(|value| held(value, depth, false)))
        .or_else(|| known.filter_map(Value::as_str).find_map(line))
}

/// Returns the row that a member holds, as an object or as its text, or its rows. Only in a member that is known to
/// hold one, it may stand under the name of its log.
fn held(value: &Value, depth: u32, is_known: bool) -> Option<Held<'_>> {
    let leads_to_row = |object: &Object| {
        let names_log = || object.len() == 1 && object.keys().any(|name| Log::of_path(name).is_some());
        is_row(object)
            || is_processed(object)
            || (is_known && names_log())
            || held_in(object, depth.saturating_sub(1)).is_some()
    };
    match value {
        Value::Object(row) => leads_to_row(row).then_some(Held::Row(Cow::Borrowed(row))),
        Value::Array(rows) => {
            let first = rows.first()?.as_object()?;
            leads_to_row(first).then_some(Held::List(rows))
        }
        Value::String(text) if text.trim_start().starts_with('{') => {
            let row: Object = serde_json::from_str(text).ok()?;
            leads_to_row(&row).then_some(Held::Row(Cow::Owned(row)))
        }
        _ => None,
    }
}

/// Returns a line of TSV, or of its header.
fn line(text: &str) -> Option<Held<'_>> {
    let text = text.trim_end_matches(['\r', '\n']);
    let is_line = text.starts_with('#') || text.split('\t').count() > 3;
    is_line.then_some(Held::Line(text))
}

/// Returns a member by its name, which may be written as one inside another.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        object.get(outer)?.as_object()?.get(inner)
    })
}

/// Returns whether an object is a row: it has what Zeek gives every one.
fn is_row(object: &Object) -> bool {
    object.contains_key("ts") || object.contains_key("uid")
}

/// Returns whether it is one that a shipper has put in order by names of its own.
fn is_processed(object: &Object) -> bool {
    let has = |name: &&str| object.contains_key(*name);
    ["_path", "zeek"].iter().any(has)
        || (object.contains_key("@timestamp") && ["fingerprint", "id"].iter().any(has))
}

/// Returns the log that the shipper says a row is from; `None` where it says nothing.
pub(super) fn log_around(object: &Object) -> Option<Option<Log>> {
    let data_set = ["event.dataset", "fileset.name", "data_stream.dataset"]
        .iter()
        .find_map(|name| member(object, name)?.as_str());
    if let Some(name) = data_set.filter(|name| name.starts_with("zeek.") || log_of_data_set(name).is_some()) {
        return Some(log_of_data_set(name));
    }
    let path = ["log.file.path", "source"].iter().find_map(|name| file_path(object, name));
    path.and_then(log_of).map(Some)
}

/// Returns the path of the file that a shipper read.
fn file_path<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    let mut value = object.get(name);
    if value.is_none() {
        let mut parts = name.split('.');
        value = parts.next().and_then(|first| object.get(first));
        for part in parts {
            value = value?.get(part);
        }
    }
    value?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Returns the row that is found behind so many wrappers.
    fn row(value: Value) -> Option<Object> {
        let mut object = value.as_object()?.clone();
        loop {
            let inner = match unwrapped(&object) {
                Held::Itself => return is_row(&object).then_some(object),
                Held::Row(row) => row.into_owned(),
                Held::List(rows) => rows.first()?.as_object()?.clone(),
                Held::Line(_) => return None,
            };
            object = inner;
        }
    }

    #[test]
    fn a_row_is_found_under_any_name() {
        let inner = json!({"ts": 1, "uid": "C1", "id": {"orig_h": "10.0.0.1"}});
        for name in ["message", "_source", "result", "body", "@rawstring", "anything"] {
            let text = json!({"host": {"id": 7}, "tags": ["a"], name: inner.to_string()});
            let object = json!({"host": "h", "@timestamp": "x", name: inner});
            for value in [text, object] {
                assert_eq!(row(value.clone()).as_ref(), inner.as_object(), "{value}");
            }
        }
    }

    #[test]
    fn wrappers_stand_around_one_another() {
        let inner = json!({"ts": 1, "uid": "C1"});
        for value in [
            json!({"_index": "x", "_source": {"message": inner.to_string()}}),
            json!({"_source": {"event": {"original": inner.to_string()}}}),
            json!({"took": 1, "hits": {"total": 1, "hits": [{"_source": {"message": inner.to_string()}}]}}),
            json!({"results": [{"_raw": inner.to_string()}]}),
        ] {
            assert_eq!(row(value.clone()).as_ref(), inner.as_object(), "{value}");
        }
    }

    #[test]
    fn what_a_shipper_put_in_order_stays() {
        let value = json!({"@timestamp": "x", "event": {"dataset": "zeek.ssl", "id": "F1"},
            "source": {"ip": "10.0.0.1"}, "zeek": {"session_id": "C1", "ssl": {"version": "TLSv12"}}});
        assert!(matches!(unwrapped(value.as_object().unwrap()), Held::Itself));
        let value = json!({"@timestamp": "x", "zeek": {"x509": {"san": {"dns": ["a"]}}}});
        assert!(matches!(unwrapped(value.as_object().unwrap()), Held::Itself));
    }

    #[test]
    fn lines_of_a_log_are_taken_from_known_members_alone() {
        let held = |name: &str| match unwrapped(
            json!({name: "1\tC1\t10.0.0.1\t1\t10.0.0.2\t2"}).as_object().unwrap(),
        ) {
            Held::Line(text) => text.len(),
            _ => 0,
        };
        assert_eq!((held("message"), held("other")), (26, 0));
    }
}
