//! The formulas of both tables, each on a tuple made by hand.

mod basic;
mod dns;
mod evidence;
mod extended;

use super::Table;
use crate::flow::Proto;
use crate::join::join;
use crate::records::{ConnRecord, DnsRecord, SslRecord, Texts, X509Record};
use std::net::IpAddr;

const DAY: f64 = 86_400.0;

/// The logs of one tuple.
#[derive(Default)]
pub(super) struct Logs {
    conn: Vec<ConnRecord>,
    ssl: Vec<SslRecord>,
    x509: Vec<X509Record>,
    dns: Vec<DnsRecord>,
}

impl Logs {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Returns a connection without TLS.
    pub(super) fn conn(mut self, ts: f64, edit: impl Fn(&mut ConnRecord)) -> Self {
        let uid = format!("C{}", self.conn.len());
        let mut record = ConnRecord::new(ts, uid.as_str().into(), client(), 1, server(), 443, Proto::Tcp);
        edit(&mut record);
        self.conn.push(record);
        self
    }

    /// Returns a connection with TLS.
    pub(super) fn tls(self, ts: f64, edit: impl Fn(&mut ConnRecord, &mut SslRecord)) -> Self {
        let uid = format!("C{}", self.conn.len());
        let mut ssl = SslRecord::new(ts, uid.as_str().into(), client(), 1, server(), 443);
        let mut logs = self.conn(ts, |_| {});
        if let Some(conn) = logs.conn.last_mut() {
            edit(conn, &mut ssl);
        }
        logs.ssl.push(ssl);
        logs
    }

    /// Returns a connection with TLS whose first certificate is `fingerprint`, for the server `name`.
    pub(super) fn shown(self, fingerprint: &str, name: &str) -> Self {
        let fingerprint: Texts = [fingerprint.into()].into();
        self.tls(150.0, |_, ssl| {
            ssl.cert_chain_fps = Some(fingerprint.clone());
            ssl.server_name = Some(name.into());
        })
    }

    pub(super) fn certificate(mut self, fingerprint: &str, edit: impl Fn(&mut X509Record)) -> Self {
        let mut record = X509Record::new(1.0);
        record.fingerprint = Some(fingerprint.into());
        edit(&mut record);
        self.x509.push(record);
        self
    }

    /// Returns the value of a feature of the only tuple.
    pub(super) fn value(&self, name: &str) -> Option<f64> {
        let tuples = join(&self.conn, &self.ssl, &self.x509, &self.dns);
        assert_eq!(tuples.len(), 1);
        let place = Table::Extended.names().iter().position(|known| *known == name).unwrap();
        Table::Extended.compute(&tuples[0])[place]
    }
}

fn client() -> IpAddr {
    "2001:db8::1".parse().unwrap()
}

fn server() -> IpAddr {
    "2001:db8::2".parse().unwrap()
}

pub(super) fn plain(_: &mut ConnRecord, _: &mut SslRecord) {}

pub(super) fn lasting(seconds: f64) -> impl Fn(&mut ConnRecord, &mut SslRecord) {
    move |conn, _| conn.duration = Some(seconds)
}

pub(super) fn names(names: &[&str]) -> Option<Texts> {
    Some(names.iter().map(|name| (*name).into()).collect())
}
