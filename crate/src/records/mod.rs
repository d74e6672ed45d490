//! Connection, SSL, certificate, DNS and QUIC records with Zeek's names; Zeek logs read and written.
//!
//! Each record's fields are declared once (`conn.rs`, `ssl.rs`, `x509.rs`, `dns.rs`, `quic.rs`): the declaration is the struct, the log's
//! columns with their types, and their documentation.

mod certificate;
mod conn;
mod dns;
mod hello;
mod interned;
mod ledger;
mod local;
pub mod log;
mod quic;
mod schema;
mod ssl;
mod uid;
mod value;
mod x509;

pub use certificate::{AlternativeName, Certificate, CertificateError, Key};
pub use conn::ConnRecord;
pub use dns::DnsRecord;
pub use hello::{Choice, Offer};
pub use ledger::{Ledger, Records};
pub use local::is_local;
pub use quic::QuicRecord;
pub use schema::{BadKey, Part, Record};
pub use ssl::SslRecord;
pub use uid::uid;
pub use value::{BadValue, Cell, Column, Counts, Field, Intervals, Kind, Name, Raw, Texts, known};
pub use x509::X509Record;

use crate::flow::ConnId;

/// Tells the addresses and ports of records that are of one connection.
macro_rules! of_a_connection {
    ($($record:ty),+) => {$(
        impl $record {
            /// Addresses and ports of its connection.
            pub fn id(&self) -> ConnId {
                let Self { orig_h, orig_p, resp_h, resp_p, .. } = *self;
                ConnId { orig_h, orig_p, resp_h, resp_p }
            }
        }
    )+};
}

of_a_connection!(ConnRecord, SslRecord, DnsRecord);
