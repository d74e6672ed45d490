//! How a host had looked up the addresses that it connects to.

use super::super::Table;
use super::{Logs, client, server};
use crate::join::join;
use crate::records::DnsRecord;

impl Logs {
    /// Returns what the client was answered at `ts`.
    pub(super) fn answered(mut self, ts: f64, name: &str, answers: &[&str]) -> Self {
        let mut record = DnsRecord::new(ts, "D".into(), client(), 50_000, "10.0.0.53".parse().unwrap(), 53);
        record.query = Some(name.into());
        record.rcode = Some(0);
        record.answers = Some(answers.iter().map(|answer| (*answer).into()).collect());
        record.ttls = Some(answers.iter().map(|_| 60.0).collect());
        self.dns.push(record);
        self
    }
}

/// Returns a column's value.
fn value(logs: &Logs, name: &str) -> Option<f64> {
    let tuples = join(&logs.conn, &logs.ssl, &logs.x509, &logs.dns);
    let column = Table::Extended.names().iter().position(|column| *column == name).unwrap();
    Table::Extended.compute(&tuples[0])[column]
}

fn named(name: &str) -> Logs {
    Logs::new().tls(100.0, |_, ssl| ssl.server_name = Some(name.into()))
}

#[test]
fn without_dns_nothing_is_known() {
    let logs = named("a.example");
    for column in ["dns_looked_up_ratio", "dns_age_mean", "dns_name_asked_ratio", "dns_hidden_name_len_mean"]
    {
        assert_eq!(value(&logs, column), None, "{column}");
    }
    assert_eq!(value(&logs, "dns_never_ratio"), Some(0.0));
}

#[test]
fn a_lookup_tells_its_age_its_ttl_and_its_shape() {
    let server = server().to_string();
    let logs = named("a.example").answered(97.0, "a.example", &["b.example", &server]);
    for (column, expected) in [
        ("dns_looked_up_ratio", 1.0),
        ("dns_never_ratio", 0.0),
        ("dns_age_mean", 3.0),
        ("dns_ttl_mean", 60.0),
        ("dns_addresses_mean", 1.0),
        ("dns_cname_depth_mean", 1.0),
        ("dns_name_asked_ratio", 1.0),
        ("dns_name_led_here_ratio", 1.0),
        ("dns_name_count", 1.0),
    ] {
        assert_eq!(value(&logs, column), Some(expected), "{column}");
    }
    assert_eq!(value(&logs, "dns_hidden_name_len_mean"), None);
}

#[test]
fn an_address_that_was_never_looked_up_is_told() {
    let logs = named("front.example").answered(97.0, "other.example", &["192.0.2.77"]);
    assert_eq!(value(&logs, "dns_looked_up_ratio"), Some(0.0));
    assert_eq!(value(&logs, "dns_never_ratio"), Some(1.0));
    assert_eq!(value(&logs, "dns_name_asked_ratio"), Some(0.0));
}

#[test]
fn the_name_behind_a_hello_without_one_has_a_shape() {
    let server = server().to_string();
    let logs = Logs::new().tls(100.0, |_, _| {}).answered(97.0, "x1.example", &[&server]);
    assert_eq!(value(&logs, "dns_hidden_name_len_mean"), Some(10.0));
    assert_eq!(value(&logs, "dns_hidden_name_labels_mean"), Some(2.0));
    assert_eq!(value(&logs, "dns_hidden_name_digit_ratio_mean"), Some(0.1));
}
