//! JSON lines, read.

use super::ecs::{DURATION, Names, column_name};
use super::kind::Log;
use super::reader::Records;
use super::tsv::column_index;
use super::wrapped::{Held, log_around, unwrapped};
use crate::Weird;
use crate::records::Raw;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Objects inside one another that are looked into; Zeek's `id` is one deep, names of Elastic's schema four.
const DEPTH_MAX: u32 = 5;

/// Shippers around one another that a row is taken out of.
const WRAPPERS_MAX: u32 = 5;

/// Takes one object: a row, or what a shipper has put around rows. Lines that are not JSON go to `line`.
pub(super) fn row(
    text: &[u8],
    by_name: Option<Log>,
    records: &mut Records,
    line: &mut dyn FnMut(&str, Option<Log>, &mut Records),
) {
    let text = String::from_utf8_lossy(text);
    match serde_json::from_str::<Map<String, Value>>(&text) {
        Ok(object) => outer(&object, by_name, WRAPPERS_MAX, records, line),
        Err(_) => records.weirds.count(Weird::JsonRowUnreadable),
    }
}

fn outer(
    object: &Map<String, Value>,
    by_name: Option<Log>,
    depth: u32,
    records: &mut Records,
    line: &mut dyn FnMut(&str, Option<Log>, &mut Records),
) {
    let log = named(object).or_else(|| log_around(object)).unwrap_or(by_name);
    match unwrapped(object) {
        Held::Itself => inner(object, log, records),
        _ if depth == 0 => records.weirds.count(Weird::JsonRowUnreadable),
        Held::Row(row) => outer(&row, log, depth - 1, records, line),
        Held::Line(text) => line(text, log, records),
        Held::List(list) => {
            records.weirds.count(Weird::LogIsJsonArray);
            for row in list.iter().filter_map(Value::as_object) {
                outer(row, log, depth - 1, records, line);
            }
        }
    }
}

fn inner(object: &Map<String, Value>, around: Option<Log>, records: &mut Records) {
    let (named, object) = log_and_row(object);
    let Some(log) = named.unwrap_or(around) else { return };
    records.met(log, true);
    let columns = log.columns();
    let mut cells = vec![Raw::Unset; columns.len()];
    let mut names = Names::default();
    members(object, "", DEPTH_MAX, &mut |name, value| {
        names.take(log, name, value);
        let Some(index) = column_index(columns, column_name(log, name)) else { return };
        let exact = columns.get(index).is_some_and(|column| column.name == name);
        if let Some(slot) = cells.get_mut(index)
            && (exact || *slot == Raw::Unset)
        {
            match (name, value.as_f64()) {
                (DURATION, Some(nanoseconds)) => *slot = Raw::Number(nanoseconds / 1e9),
                // Part of a name in the schema, and no value.
                _ if !exact && value.is_object() => {}
                _ => *slot = raw(value),
            }
        }
    });
    for (column, name) in names.finish() {
        let index = column_index(columns, column);
        if let Some(slot) = index.and_then(|index| cells.get_mut(index))
            && matches!(slot, Raw::Unset | Raw::Foreign)
        {
            *slot = Raw::Text(Cow::Owned(name));
        }
    }
    records.add(log, cells);
}

/// Returns the log that a row of a stream of several logs says it belongs to, if it says so; inside, none of ours.
fn named(object: &Map<String, Value>) -> Option<Option<Log>> {
    let path = ["_path", "@stream"].iter().find_map(|name| object.get(*name)?.as_str())?;
    Some(Log::of_path(path))
}

/// Returns the same, and its members: the row may stand inside an object under the log's name, as Zeek's Kafka writer
/// does.
fn log_and_row(object: &Map<String, Value>) -> (Option<Option<Log>>, &Map<String, Value>) {
    if let Some(log) = named(object) {
        return (Some(log), object);
    }
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((path, Value::Object(row))), None) => (Some(Log::of_path(path)), row),
        _ => (None, object),
    }
}

/// Shows each member by its name; one inside another is called as Zeek calls it, `id.orig_h`.
fn members<'a>(
    object: &'a Map<String, Value>,
    prefix: &str,
    depth: u32,
    sink: &mut dyn FnMut(&str, &'a Value),
) {
    for (name, value) in object {
        let name = match prefix {
            "" => Cow::Borrowed(name),
            prefix => Cow::Owned(format!("{prefix}.{name}")),
        };
        sink(&name, value);
        if let Value::Object(inner) = value
            && depth > 0
        {
            members(inner, &name, depth - 1, sink);
        }
    }
}

/// Returns the value of one member.
fn raw(value: &Value) -> Raw<'_> {
    match value {
        Value::Null => Raw::Unset,
        Value::Object(_) => Raw::Foreign,
        Value::Bool(value) => Raw::Bool(*value),
        Value::String(text) => Raw::Text(Cow::Borrowed(text)),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(count), _) => Raw::Count(count),
            (None, Some(number)) => Raw::Number(number),
            (None, None) => Raw::Foreign,
        },
        Value::Array(values) => {
            let members = values.iter().filter(|value| !value.is_null()).map(member);
            members.collect::<Option<_>>().map_or(Raw::Foreign, Raw::List)
        }
    }
}

/// One value of a list, as text; `None` if no list of a log has such.
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
        row(line.as_bytes(), by_name, &mut records, &mut |_, _, _| {});
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
        assert!(!read(&format!(r#"{{"_path":"http","ts":1,{ID}}}"#), Some(Log::Conn)).json);
    }

    #[test]
    fn objects_inside_one_another_have_dotted_names() {
        let line =
            r#"{"ts":1,"uid":"C1","id":{"orig_h":"10.0.0.1","orig_p":1,"resp_h":"10.0.0.2","resp_p":"2"}}"#;
        let records = read(line, Some(Log::Conn));
        assert_eq!((records.conn[0].resp_p, records.weirds.iter().count()), (2, 0));
        let line =
            r#"{"ts":1,"certificate":{"subject":"CN=a"},"san":{"dns":["a"]},"a":{"b":{"c":{"d":{"e":1}}}}}"#;
        let records = read(line, Some(Log::X509));
        assert_eq!(records.x509[0].certificate_subject.as_deref(), Some("CN=a"));
        assert_eq!(records.x509[0].san_dns.as_ref().map(|names| names.len()), Some(1));
    }

    #[test]
    fn name_in_attributes_is_put_together() {
        let line = r#"{"zeek":{"session_id":"C1","ssl":{"server":{"issuer":{"organization":"Example","common_name":"a CA"}}}},
            "source":{"address":"10.0.0.1","port":1},"destination":{"address":"10.0.0.2","port":2},
            "tls":{"server":{"x509":{"subject":{"common_name":["a.example"]}}}},"@timestamp":"2020-04-30T00:06:39Z"}"#;
        let records = read(&line.replace('\n', ""), Some(Log::Ssl));
        assert_eq!(records.ssl[0].issuer.as_deref(), Some("CN=a CA,O=Example"));
        assert_eq!(records.ssl[0].subject.as_deref(), Some("CN=a.example"));
    }

    #[test]
    fn row_inside_the_name_of_its_log_is_that_logs() {
        let records = read(&format!(r#"{{"ssl":{{"ts":1,{ID}}}}}"#), Some(Log::Conn));
        assert_eq!((records.conn.len(), records.ssl.len()), (0, 1));
        assert!(!read(&format!(r#"{{"http":{{"ts":1,{ID}}}}}"#), Some(Log::Conn)).json);
    }

    #[test]
    fn time_as_text_is_a_time() {
        let records = read(&format!(r#"{{"ts":"1588205199.824370",{ID}}}"#), Some(Log::Conn));
        assert_eq!(records.conn[0].ts, 1_588_205_199.824_37);
    }

    #[test]
    fn own_name_wins_over_an_older_one() {
        let records = read(&format!(r#"{{"@timestamp":2,"ts":1,{ID}}}"#), Some(Log::Conn));
        assert_eq!(records.conn[0].ts, 1.0);
    }

    #[test]
    fn value_of_a_type_that_its_column_cannot_have_is_absent_and_counted() {
        let conn = |members: &str| {
            let mut records = read(&format!(r#"{{"ts":1,{members},{ID}}}"#), Some(Log::Conn));
            (records.conn.remove(0), records.weirds.iter().collect::<Vec<_>>())
        };
        for value in [r#""12x4""#, "-5", "true", r#"{"a":1}"#, "[1,2]"] {
            let (record, weirds) = conn(&format!(r#""orig_bytes":{value}"#));
            assert_eq!((record.orig_bytes, weirds), (None, vec![("log_cell_unreadable", 1)]), "{value}");
        }
        let (record, weirds) = conn(r#""tunnel_parents":["a",{}],"conn_state":7"#);
        assert_eq!((record.tunnel_parents, weirds), (None, vec![("log_cell_unreadable", 2)]));
        for value in ["null", r#""-""#, r#""""#, r#""(empty)""#, r#""12""#] {
            assert_eq!(conn(&format!(r#""orig_bytes":{value}"#)).1, [], "{value}");
        }
    }

    #[test]
    fn damaged_row_is_counted() {
        let records = read(r#"{"ts":1,"uid""#, Some(Log::Conn));
        assert_eq!(records.weirds.iter().collect::<Vec<_>>(), [("json_row_unreadable", 1)]);
    }

    #[test]
    fn row_that_a_shipper_wrapped_is_taken_out_one_level() {
        let conn = format!(r#"{{"ts":1,{ID}}}"#);
        let text = serde_json::to_string(&conn).unwrap();
        for wrapped in [
            format!(r#"{{"@timestamp":"2023-11-14T22:13:20Z","message":{text}}}"#),
            format!(r#"{{"@timestamp":"2023-11-14T22:13:20Z","event":{{"original":{text}}}}}"#),
            format!(r#"{{"@timestamp":"2023-11-14T22:13:20Z","event.original":{text}}}"#),
            format!(r#"{{"_index":"zeek","_id":"1","_source":{conn}}}"#),
            format!(r#"{{"preview":false,"result":{conn}}}"#),
            format!(r#"{{"preview":false,"result":{{"_time":"1","_raw":{text}}}}}"#),
            format!(
                r#"{{"_index":"zeek","_source":{{"@timestamp":"2023-11-14T22:13:20Z","message":{text}}}}}"#
            ),
            format!(r#"{{"took":3,"hits":{{"total":1,"hits":[{{"_id":"1","_source":{conn}}}]}}}}"#),
            format!(r#"{{"results":[{conn}]}}"#),
        ] {
            let records = read(&wrapped, Some(Log::Conn));
            assert_eq!(
                (records.conn.len(), records.conn.first().map(|conn| conn.ts)),
                (1, Some(1.0)),
                "{wrapped}"
            );
        }
    }

    #[test]
    fn shipper_says_which_log_a_row_is_from() {
        let ssl = serde_json::to_string(&format!(r#"{{"ts":1,{ID}}}"#)).unwrap();
        for around in [
            r#""event":{"dataset":"zeek.ssl"}"#,
            r#""log":{"file":{"path":"/opt/zeek/logs/current/ssl.log"}}"#,
        ] {
            let records = read(&format!(r#"{{{around},"message":{ssl}}}"#), Some(Log::Conn));
            assert_eq!((records.conn.len(), records.ssl.len()), (0, 1), "{around}");
        }
        let dns = format!(r#"{{"event":{{"dataset":"zeek.dns_other"}},"message":{ssl}}}"#);
        assert_eq!(read(&dns, Some(Log::Conn)).conn.len(), 0);
    }

    #[test]
    fn names_of_elastics_schema_are_read() {
        let line = r#"{"@timestamp":"2023-11-14T22:13:20.000Z","event":{"dataset":"zeek.connection","duration":180000000},
            "zeek":{"session_id":"C1","connection":{"state":"SF","history":"ShADadFf","missed_bytes":0}},
            "source":{"address":"10.0.0.1","ip":"10.0.0.1","port":1,"packets":11,"bytes":824},
            "destination":{"ip":"10.0.0.2","port":443,"packets":9,"bytes":2291},
            "network":{"transport":"tcp","protocol":"ssl"}}"#;
        let records = read(line, None);
        let conn = &records.conn[0];
        assert_eq!((conn.uid.as_ref(), conn.resp_p, conn.duration), ("C1", 443, Some(0.18)));
        assert_eq!((conn.orig_pkts, conn.resp_ip_bytes, conn.service.as_deref()), (11, 2_291, Some("ssl")));
        assert_eq!(records.weirds.iter().count(), 0);
        let line = r#"{"@timestamp":"2023-11-14T22:13:20.000Z","event":{"dataset":"zeek.ssl"},"zeek":{"session_id":"C1",
            "ssl":{"cipher":"TLS_AES_128_GCM_SHA256","server":{"name":"www.example.com"}}},"tls":{"version":"TLSv13"},
            "source":{"ip":"10.0.0.1","port":1},"destination":{"ip":"10.0.0.2","port":443}}"#;
        let ssl = &read(line, None).ssl[0];
        assert_eq!(
            (ssl.server_name.as_deref(), ssl.version.as_deref()),
            (Some("www.example.com"), Some("TLSv13"))
        );
    }

    #[test]
    fn interval_with_units_is_in_seconds() {
        let records = read(&format!(r#"{{"ts":1,"duration":"180ms",{ID}}}"#), Some(Log::Conn));
        assert_eq!((records.conn[0].duration, records.weirds.iter().count()), (Some(0.18), 0));
    }
}
