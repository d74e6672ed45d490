//! Payload at the ports of DNS → [`Exchange`]: messages, and queries paired with their replies.
//!
//! A connection's bytes come in through [`DnsStream`]. `framing` cuts TCP into messages, `message` reads one, `answer` puts its
//! records into the words of Zeek's dns.log, `netbios` decodes names of the NetBIOS name service, `exchange` pairs.
//!
//! The crate `domain` reads names and record headers one by one, so that what precedes damage is kept, as in Zeek.
//! (`simple-dns` and `hickory-proto` refuse a message as a whole, and allocate every record before one is looked at.)

mod answer;
mod code_points;
mod exchange;
mod framing;
mod message;
mod netbios;
mod stream;
#[cfg(test)]
mod tests;

pub use exchange::Exchange;
pub use stream::{DnsStream, Shared};
