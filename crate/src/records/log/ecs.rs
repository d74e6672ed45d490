//! Names of Elastic's common schema (ECS), under which shippers send on what Zeek writes.

use super::kind::Log;
use serde_json::Value;

/// Names that Filebeat's module for Zeek and Corelight's sensors give to columns of any log.
const COMMON: [(&str, &str); 9] = [
    ("@timestamp", "ts"),
    ("zeek.session_id", "uid"),
    ("log.id.uid", "uid"),
    ("source.ip", "id.orig_h"),
    ("source.address", "id.orig_h"),
    ("source.port", "id.orig_p"),
    ("destination.ip", "id.resp_h"),
    ("destination.address", "id.resp_h"),
    ("destination.port", "id.resp_p"),
];

const CONN: [(&str, &str); 9] = [
    ("network.transport", "proto"),
    ("network.protocol", "service"),
    ("source.bytes", "orig_ip_bytes"),
    ("destination.bytes", "resp_ip_bytes"),
    ("source.packets", "orig_pkts"),
    ("destination.packets", "resp_pkts"),
    ("state", "conn_state"),
    ("network.missed_bytes", "missed_bytes"),
    (DURATION, "duration"),
];

const SSL: [(&str, &str); 23] = [
    ("tls.server.x509.subject.distinguished_name", "subject"),
    ("tls.server.x509.issuer.distinguished_name", "issuer"),
    ("tls.client.x509.subject.distinguished_name", "client_subject"),
    ("tls.client.x509.issuer.distinguished_name", "client_issuer"),
    ("tls.version", "version"),
    ("tls.cipher", "cipher"),
    ("tls.curve", "curve"),
    ("tls.client.server_name", "server_name"),
    ("server.name", "server_name"),
    ("tls.resumed", "resumed"),
    ("tls.established", "established"),
    ("tls.next_protocol", "next_protocol"),
    ("tls.server.subject", "subject"),
    ("tls.server.issuer", "issuer"),
    ("tls.client.subject", "client_subject"),
    ("tls.client.issuer", "client_issuer"),
    ("tls.client.ja3", "ja3"),
    ("tls.server.ja3s", "ja3s"),
    ("server.cert_chain_fuids", "cert_chain_fuids"),
    ("client.cert_chain_fuids", "client_cert_chain_fuids"),
    ("server.cert_chain", "cert_chain_fuids"),
    ("client.cert_chain", "client_cert_chain_fuids"),
    ("tls.server.cert_chain_fps", "cert_chain_fps"),
];

const X509: [(&str, &str); 18] = [
    // The file's identifier: no connection is named.
    ("zeek.session_id", "id"),
    ("x509.subject.distinguished_name", "certificate.subject"),
    ("x509.issuer.distinguished_name", "certificate.issuer"),
    ("file.x509.subject.distinguished_name", "certificate.subject"),
    ("file.x509.issuer.distinguished_name", "certificate.issuer"),
    ("certificate.valid.from", "certificate.not_valid_before"),
    ("certificate.valid.until", "certificate.not_valid_after"),
    ("certificate.key.algorithm", "certificate.key_alg"),
    ("certificate.key.type", "certificate.key_type"),
    ("certificate.key.length", "certificate.key_length"),
    ("certificate.signature_algorithm", "certificate.sig_alg"),
    ("x509.serial_number", "certificate.serial"),
    ("x509.version_number", "certificate.version"),
    ("x509.not_before", "certificate.not_valid_before"),
    ("x509.not_after", "certificate.not_valid_after"),
    ("x509.alternative_names", "san.dns"),
    ("basic_constraints.certificate_authority", "basic_constraints.ca"),
    ("basic_constraints.path_length", "basic_constraints.path_len"),
];

/// Attributes of a distinguished name that the schema has apart, with their keys, in the order in which Zeek writes them: the most
/// specific first (RFC 4514).
const ATTRIBUTES: [(&str, &str); 7] = [
    ("common_name", "CN"),
    ("organizational_unit", "OU"),
    ("organization", "O"),
    ("locality", "L"),
    ("state", "ST"),
    ("state_or_province", "ST"),
    ("country", "C"),
];

/// Names of the schema under which those attributes are, with the column that has them in one.
const SSL_NAMES: [(&str, &str); 8] = [
    ("server.subject", "subject"),
    ("server.issuer", "issuer"),
    ("client.subject", "client_subject"),
    ("client.issuer", "client_issuer"),
    ("tls.server.x509.subject", "subject"),
    ("tls.server.x509.issuer", "issuer"),
    ("tls.client.x509.subject", "client_subject"),
    ("tls.client.x509.issuer", "client_issuer"),
];

const X509_NAMES: [(&str, &str); 6] = [
    ("certificate.subject", "certificate.subject"),
    ("certificate.issuer", "certificate.issuer"),
    ("x509.subject", "certificate.subject"),
    ("x509.issuer", "certificate.issuer"),
    ("file.x509.subject", "certificate.subject"),
    ("file.x509.issuer", "certificate.issuer"),
];

/// Distinguished names of a row, attribute by attribute.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Column, place in the order of attributes, key, value.
    parts: Vec<(&'static str, usize, &'static str, String)>,
}

impl Names {
    /// Takes a member of the row, if it is an attribute of a distinguished name.
    pub(super) fn take(&mut self, log: Log, name: &str, value: &Value) {
        let names: &[(&str, &'static str)] = match log {
            Log::Ssl => &SSL_NAMES,
            Log::X509 => &X509_NAMES,
            _ => return,
        };
        let Some((front, attribute)) = own_part(log, name).rsplit_once('.') else { return };
        let column = names.iter().find(|(known, _)| *known == front).map(|(_, column)| *column);
        let known = ATTRIBUTES.iter().enumerate().find(|(_, (known, _))| *known == attribute);
        let (Some(column), Some((place, (_, key)))) = (column, known) else { return };
        // The schema has several of a kind in a list.
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for text in values.iter().filter_map(Value::as_str) {
            self.parts.push((column, place, key, escaped(text)));
        }
    }

    /// Returns each column whose attributes were met, and the name that they make.
    pub(super) fn finish(mut self) -> Vec<(&'static str, String)> {
        self.parts.sort_by_key(|(column, place, ..)| (*column, *place));
        let parts = self.parts.chunk_by(|(a, ..), (b, ..)| a == b);
        parts
            .filter_map(|parts| {
                let name: Vec<_> = parts.iter().map(|(_, _, key, value)| format!("{key}={value}")).collect();
                Some((parts.first()?.0, name.join(",")))
            })
            .collect()
    }
}

/// Returns a value as it stands in a name, which its signs would end (RFC 4514 section 2.4).
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for letter in value.chars() {
        if matches!(letter, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

/// The name whose value is in nanoseconds; Zeek's intervals are in seconds.
pub(super) const DURATION: &str = "event.duration";

/// Returns what the schema calls a column of `log`, as the log itself calls it; any other name stays.
pub(super) fn column_name(log: Log, name: &str) -> &str {
    let own = own_part(log, name);
    let table: &[(&str, &str)] = match log {
        Log::Conn => &CONN,
        Log::Ssl => &SSL,
        Log::X509 => &X509,
        _ => &[],
    };
    let known = table.iter().chain(&COMMON).find(|(theirs, _)| *theirs == name || *theirs == own);
    known.map_or(own, |(_, ours)| ours)
}

/// Returns the part of a name behind that of the data set, `zeek.ssl.`, as Filebeat has it.
fn own_part(log: Log, name: &str) -> &str {
    let Some(rest) = name.strip_prefix("zeek.") else { return name };
    let rest = rest.strip_prefix(data_set(log)).and_then(|rest| rest.strip_prefix('.'));
    rest.unwrap_or(name)
}

/// Returns the log that a data set's name tells: `zeek.connection`, `zeek.ssl`, `conn`.
pub(super) fn log_of_data_set(name: &str) -> Option<Log> {
    let name = name.rsplit('.').next().unwrap_or(name);
    Log::ALL.into_iter().find(|log| data_set(*log) == name || log.path() == name)
}

fn data_set(log: Log) -> &'static str {
    match log {
        Log::Conn => "connection",
        log => log.path(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_the_schema_are_those_of_columns() {
        for (log, theirs, ours) in [
            (Log::Conn, "source.address", "id.orig_h"),
            (Log::Conn, "zeek.session_id", "uid"),
            (Log::Conn, "zeek.connection.state", "conn_state"),
            (Log::Conn, "zeek.connection.history", "history"),
            (Log::Ssl, "zeek.ssl.server.name", "server_name"),
            (Log::Ssl, "zeek.ssl.cipher", "cipher"),
            (Log::Ssl, "tls.client.server_name", "server_name"),
            (Log::X509, "zeek.x509.certificate.key.length", "certificate.key_length"),
            (Log::X509, "zeek.x509.san.dns", "san.dns"),
            (Log::X509, "zeek.session_id", "id"),
            (Log::Ssl, "id.orig_h", "id.orig_h"),
        ] {
            assert_eq!(column_name(log, theirs), ours);
        }
    }

    #[test]
    fn attributes_make_a_name_in_zeeks_order() {
        let mut names = Names::default();
        for (name, value) in [
            ("zeek.x509.certificate.issuer.country", json!("US")),
            ("zeek.x509.certificate.issuer.organization", json!(["A, Inc.", "B"])),
            ("zeek.x509.certificate.issuer.common_name", json!("a CA")),
            ("x509.subject.common_name", json!("a.example")),
            ("zeek.x509.certificate.version", json!(3)),
            ("zeek.x509.certificate.subject.other", json!("x")),
        ] {
            names.take(Log::X509, name, &value);
        }
        let expected = [
            ("certificate.issuer", r"CN=a CA,O=A\, Inc.,O=B,C=US".to_owned()),
            ("certificate.subject", "CN=a.example".to_owned()),
        ];
        assert_eq!(names.finish(), expected);
    }

    #[test]
    fn data_sets_name_logs() {
        assert_eq!(log_of_data_set("zeek.connection"), Some(Log::Conn));
        assert_eq!(log_of_data_set("zeek.ssl"), Some(Log::Ssl));
        assert_eq!(log_of_data_set("zeek.files"), None);
    }
}
