//! Rows that a shipper has put inside an object of its own, beside what it knows of them.

use super::ecs::log_of_data_set;
use super::kind::Log;
use super::name::log_of;
use serde_json::{Map, Value};
use std::borrow::Cow;

type Object = Map<String, Value>;

/// Members in which shippers keep the row: Filebeat, its module for Zeek, Elasticsearch, Splunk, containers.
const WRAPPERS: [&str; 8] =
    ["message", "event.original", "_source", "result", "_raw", "log", "msg", "original"];
/// Members in which searches list what they found, the first inside itself.
const LISTS: [&str; 4] = ["hits", "results", "rows", "records"];

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

/// Takes a row out of what is around it, one level.
pub(super) fn unwrapped(object: &Object) -> Held<'_> {
    if object.contains_key("ts") || object.contains_key("uid") {
        return Held::Itself;
    }
    if let Some(list) = LISTS.iter().find_map(|name| list(object.get(*name)?)) {
        return Held::List(list);
    }
    let mut wrapped = WRAPPERS.iter().filter_map(|name| member(object, name));
    wrapped.find_map(held).unwrap_or(Held::Itself)
}

fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(rows) if rows.first().is_some_and(Value::is_object) => Some(rows),
        Value::Object(inner) => list(inner.get("hits")?),
        _ => None,
    }
}

/// A member by its name, which may be written as one inside another.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        let (outer, inner) = name.split_once('.')?;
        object.get(outer)?.as_object()?.get(inner)
    })
}

/// The row that a member holds, as an object or as its text; `None` where it is some other text.
fn held(value: &Value) -> Option<Held<'_>> {
    match value {
        Value::Object(row) if is_row(row) => Some(Held::Row(Cow::Borrowed(row))),
        Value::String(text) => {
            let text = text.trim_end_matches(['\r', '\n']);
            if text.trim_start().starts_with('{') {
                let row: Object = serde_json::from_str(text).ok()?;
                return is_row(&row).then_some(Held::Row(Cow::Owned(row)));
            }
            let is_line = text.starts_with('#') || text.split('\t').count() > 3;
            is_line.then_some(Held::Line(text))
        }
        _ => None,
    }
}

/// Whether an object may be a row: what Zeek gives every one, or what stands in for it.
fn is_row(object: &Object) -> bool {
    ["ts", "uid", "@timestamp", "_path", "_raw", "fingerprint", "id", "zeek"]
        .iter()
        .any(|name| object.contains_key(*name))
        || (object.len() == 1 && object.keys().any(|name| Log::of_path(name).is_some()))
}

/// The log that the shipper says a row is from; `None` where it says nothing.
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

/// The path of the file that a shipper read.
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
