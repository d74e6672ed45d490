//! Names of Elastic's common schema (ECS), under which shippers send on what Zeek writes.

use super::kind::Log;

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

const SSL: [(&str, &str); 19] = [
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

const X509: [(&str, &str); 13] = [
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

/// The name whose value is in nanoseconds; Zeek's intervals are in seconds.
pub(super) const DURATION: &str = "event.duration";

/// What the schema calls a column of `log`, as the log itself calls it; any other name stays.
pub(super) fn column_name(log: Log, name: &str) -> &str {
    let own = own_part(log, name);
    let table: &[(&str, &str)] = match log {
        Log::Conn => &CONN,
        Log::Ssl => &SSL,
        Log::X509 => &X509,
        _ => &[],
    };
    let known = COMMON.iter().chain(table).find(|(theirs, _)| *theirs == name || *theirs == own);
    known.map_or(own, |(_, ours)| ours)
}

/// The part of a name behind that of the data set, `zeek.ssl.`, as Filebeat has it.
fn own_part(log: Log, name: &str) -> &str {
    let Some(rest) = name.strip_prefix("zeek.") else { return name };
    let rest = rest.strip_prefix(data_set(log)).and_then(|rest| rest.strip_prefix('.'));
    rest.unwrap_or(name)
}

/// The log that a data set's name tells: `zeek.connection`, `zeek.ssl`, `conn`.
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
            (Log::Ssl, "id.orig_h", "id.orig_h"),
        ] {
            assert_eq!(column_name(log, theirs), ours);
        }
    }

    #[test]
    fn data_sets_name_logs() {
        assert_eq!(log_of_data_set("zeek.connection"), Some(Log::Conn));
        assert_eq!(log_of_data_set("zeek.ssl"), Some(Log::Ssl));
        assert_eq!(log_of_data_set("zeek.files"), None);
    }
}
