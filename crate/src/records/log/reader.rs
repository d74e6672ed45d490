//! Rows of logs → records.

use super::kind::Log;
use crate::records::interned::Interned;
use crate::records::{
    BadKey, Choice, ConnRecord, DnsRecord, Kind, Offer, QuicRecord, Raw, Record, SslRecord, X509Record,
};
use crate::{Weird, Weirds};

/// Records out of rows of logs.
#[derive(Debug, Default)]
pub struct Records {
    /// Connections, in the order of rows; so the others.
    pub conn: Vec<ConnRecord>,
    /// TLS handshakes.
    pub ssl: Vec<SslRecord>,
    /// Certificates.
    pub x509: Vec<X509Record>,
    /// Exchanges of DNS.
    pub dns: Vec<DnsRecord>,
    /// QUIC connections.
    pub quic: Vec<QuicRecord>,
    /// Rows and cells that could not be used, by reason.
    pub weirds: Weirds,
    offers: Interned<Offer>,
    choices: Interned<Choice>,
    /// Whether one of these logs stood there as TSV, and as JSON, usable or not.
    pub(super) tsv: bool,
    pub(super) json: bool,
    /// Which of the logs stood there.
    pub(super) logs: Vec<Log>,
}

impl Records {
    /// Notes that rows of `log` stand here.
    pub(super) fn met(&mut self, log: Log, is_json: bool) {
        self.tsv |= !is_json;
        self.json |= is_json;
        if !self.logs.contains(&log) {
            self.logs.push(log);
        }
    }

    /// Takes over the records of `from`.
    pub fn append(&mut self, from: &mut Records) {
        self.conn.append(&mut from.conn);
        self.ssl.append(&mut from.ssl);
        self.x509.append(&mut from.x509);
        self.dns.append(&mut from.dns);
        self.quic.append(&mut from.quic);
    }

    /// Takes a row, its cells in the order of the log's columns.
    pub fn add<'a>(&mut self, log: Log, mut cells: Vec<Raw<'a>>) {
        milliseconds_to_seconds(log, &mut cells);
        if log == Log::X509 && !has_certificate(&cells) {
            self.weirds.count(Weird::X509RowWithoutCertificate);
            return;
        }
        let (mut cells, mut unreadable) = (cells.into_iter(), 0);
        let (cells, bad) = (&mut cells, &mut unreadable);
        let added = match log {
            Log::Conn => ConnRecord::read(cells, bad).map(|record| self.conn.push(record)),
            Log::Ssl => SslRecord::read(cells, bad).map(|record| self.add_ssl(record)),
            Log::X509 => X509Record::read(cells, bad).map(|record| self.x509.push(record)),
            Log::Dns => DnsRecord::read(cells, bad).map(|record| self.dns.push(record)),
            Log::Quic => QuicRecord::read(cells, bad).map(|record| self.quic.push(record)),
        };
        self.weirds.add(Weird::LogCellUnreadable, unreadable);
        if let Err(BadKey(name)) = added {
            self.weirds.count_as(Weird::RowWithoutUsable, name);
        }
    }

    fn add_ssl(&mut self, mut record: SslRecord) {
        record.offer = record.offer.map(|offer| self.offers.share(offer));
        record.choice = record.choice.map(|choice| self.choices.share(choice));
        self.ssl.push(record);
    }
}

/// Returns whether a row of x509.log says anything of a certificate but that it was seen.
fn has_certificate(cells: &[Raw<'_>]) -> bool {
    let mut named = Log::X509.columns().iter().zip(cells);
    named.any(|(column, cell)| {
        column.name.starts_with("certificate.") && !matches!(cell, Raw::Unset | Raw::Foreign)
    })
}

/// No `ts` is this many seconds after 1970 (in the year 5138), and none this many milliseconds (in March 1973).
const SECONDS_END: f64 = 1e11;

/// Makes seconds of all times of a row whose `ts` can only be milliseconds, as Zeek writes them with `JSON::TS_MILLIS`.
/// Intervals are seconds there too.
fn milliseconds_to_seconds(log: Log, cells: &mut [Raw<'_>]) {
    let columns = log.columns();
    let ts = columns.iter().zip(cells.iter()).find(|(column, _)| column.name == "ts");
    if ts.and_then(|(_, cell)| number(cell)).is_none_or(|ts| ts < SECONDS_END) {
        return;
    }
    for (column, cell) in columns.iter().zip(cells) {
        if column.kind == Kind::Time
            && let Some(milliseconds) = number(cell)
        {
            *cell = Raw::Number(milliseconds / 1000.0);
        }
    }
}

/// Returns what a cell holds where that is a number, as one or as text.
fn number(cell: &Raw<'_>) -> Option<f64> {
    match cell {
        Raw::Number(number) => Some(*number),
        Raw::Count(count) => Some(*count as f64),
        Raw::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn x509(ts: Raw<'static>, not_valid_after: Raw<'static>) -> X509Record {
        let mut records = Records::default();
        let cells = Log::X509.columns().iter().map(|column| match column.name {
            "ts" => ts.clone(),
            "certificate.not_valid_after" => not_valid_after.clone(),
            _ => Raw::Unset,
        });
        records.add(Log::X509, cells.collect());
        records.x509.remove(0)
    }

    #[test]
    fn times_of_a_row_in_milliseconds_become_seconds() {
        for form in [|value: u64| Raw::Count(value), |value: u64| Raw::Text(value.to_string().into())] {
            let record = x509(form(1_541_117_192_570), form(86_400_001));
            assert_eq!(record.ts, 1_541_117_192.57);
            assert_eq!(record.certificate_not_valid_after, Some(86_400.001));
        }
    }

    #[test]
    fn certificate_of_the_year_9999_is_in_seconds_where_the_row_is() {
        let record = x509(Raw::Number(1_541_117_192.5), Raw::Count(253_402_300_799));
        assert_eq!(record.certificate_not_valid_after, Some(253_402_300_799.0));
    }
}
