//! The logs that are read and written.

use crate::records::{Column, ConnRecord, DnsRecord, QuicRecord, Record, SslRecord, X509Record};

/// One of the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Connections.
    Conn,
    /// TLS handshakes.
    Ssl,
    /// Certificates.
    X509,
    /// Exchanges of DNS.
    Dns,
    /// QUIC connections.
    Quic,
}

impl Log {
    /// All of them.
    pub const ALL: [Log; 5] = [Log::Conn, Log::Ssl, Log::X509, Log::Dns, Log::Quic];

    /// Zeek's name, as in `#path` and before `.log`.
    pub fn path(self) -> &'static str {
        match self {
            Log::Conn => ConnRecord::PATH,
            Log::Ssl => SslRecord::PATH,
            Log::X509 => X509Record::PATH,
            Log::Dns => DnsRecord::PATH,
            Log::Quic => QuicRecord::PATH,
        }
    }

    /// Returns the log that Zeek's `#path`, or `_path`, names.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.path() == path)
    }

    /// Its columns, in Zeek's order.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Log::Conn => ConnRecord::COLUMNS,
            Log::Ssl => SslRecord::COLUMNS,
            Log::X509 => X509Record::COLUMNS,
            Log::Dns => DnsRecord::COLUMNS,
            Log::Quic => QuicRecord::COLUMNS,
        }
    }
}
