//! [`Payload`]: what follows a connection's bytes. TLS is looked for in all of them, DNS at its ports.

use crate::capture::Timestamp;
use crate::dns::{self, DnsStream};
use crate::flow::{ConnId, Direction, Proto, Stream};
use crate::tls::{self, TlsStream};
use crate::{LimitsHit, Weirds};

/// Follows one connection.
#[derive(Debug, Default)]
pub struct Payload {
    /// Its TLS, if it has any.
    pub tls: TlsStream,
    /// Its DNS, if it goes to a port of DNS.
    pub dns: Option<Box<DnsStream>>,
}

/// What all connections of a run share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Of TLS.
    pub tls: tls::Shared,
    /// Of DNS.
    pub dns: dns::Shared,
}

impl Shared {
    /// Oddities met in payload.
    pub fn weirds(&self) -> [&Weirds; 2] {
        [&self.tls.weirds, &self.dns.weirds]
    }

    /// Bounds that cut something short, with how often.
    pub fn limits_hit(&self) -> [&LimitsHit; 2] {
        [&self.tls.limits_hit, &self.dns.limits_hit]
    }
}

impl Stream for Payload {
    type Shared = Shared;

    fn open(id: &ConnId, proto: Proto, shared: &mut Shared) -> Self {
        let dns = DnsStream::at_port(id, proto, &shared.dns).map(Box::new);
        Payload { tls: TlsStream::default(), dns }
    }

    fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if let Some(dns) = &mut self.dns {
            dns.data(&mut shared.dns, ts, from, bytes);
        }
        self.tls.data(&mut shared.tls, ts, from, bytes);
    }

    fn gap(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, len: u64) {
        if let Some(dns) = &mut self.dns {
            dns.gap(from);
        }
        if self.tls.wants(from) {
            self.tls.gap(&mut shared.tls, ts, from, len);
        }
    }

    fn late(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if self.tls.wants(from) {
            self.tls.late(&mut shared.tls, ts, from, bytes);
        }
    }

    fn datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if let Some(dns) = &mut self.dns {
            dns.datagram(&mut shared.dns, ts, from, bytes);
        }
        if self.tls.wants(from) {
            self.tls.datagram(&mut shared.tls, ts, from, bytes);
        }
    }

    fn wants(&self, from: Direction) -> bool {
        self.tls.wants(from) || self.dns.as_ref().is_some_and(|dns| dns.wants(from))
    }

    fn take_reversal(&mut self) -> bool {
        self.dns.as_mut().is_some_and(|dns| dns.take_reversal())
    }
}
