//! [`Payload`]: what follows a connection's bytes. TLS is looked for in all of them, DNS at its ports; NTP's messages tell who
//! the client is.

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
    ntp: Option<Ntp>,
}

/// A flow at the port of NTP, whose messages say in which role their sender is (RFC 5905 section 7.3).
#[derive(Debug, Default)]
struct Ntp {
    /// Which directions have turned the flow round; each does so once.
    turned: [bool; 2],
    is_reversed: bool,
}

impl Ntp {
    const PORT: u16 = 123;
    const CLIENT: u8 = 3;
    const SERVER: u8 = 4;
    /// Length of a message without extensions.
    const MESSAGE: usize = 48;

    fn datagram(&mut self, from: Direction, bytes: &[u8]) {
        let Some(first) = bytes.first().filter(|_| bytes.len() >= Self::MESSAGE) else { return };
        let [orig, resp] = &mut self.turned;
        let (turned, wrong) = match from {
            Direction::Orig => (orig, Self::SERVER),
            Direction::Resp => (resp, Self::CLIENT),
        };
        if first & 7 == wrong && !std::mem::replace(turned, true) {
            self.is_reversed = true;
        }
    }
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
        let ntp = (proto == Proto::Udp && id.resp_p == Ntp::PORT).then(Ntp::default);
        Payload { tls: TlsStream::default(), dns, ntp }
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
        if let Some(ntp) = &mut self.ntp {
            ntp.datagram(from, bytes);
        }
        if self.tls.wants(from) {
            self.tls.datagram(&mut shared.tls, ts, from, bytes);
        }
    }

    fn wants(&self, from: Direction) -> bool {
        self.tls.wants(from) || self.ntp.is_some() || self.dns.as_ref().is_some_and(|dns| dns.wants(from))
    }

    fn take_reversal(&mut self) -> bool {
        let of_ntp = self.ntp.as_mut().is_some_and(|ntp| std::mem::take(&mut ntp.is_reversed));
        of_ntp || self.dns.as_mut().is_some_and(|dns| dns.take_reversal())
    }

    fn take_limit(&mut self) -> bool {
        self.dns.as_mut().is_some_and(|dns| dns.take_limit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_that_asks_for_more_than_dns_does_is_beyond_the_limit() {
        let id =
            ConnId { orig_h: [10, 0, 0, 1].into(), orig_p: 4_000, resp_h: [10, 0, 0, 2].into(), resp_p: 53 };
        for (opcode, questions, expected) in [(0, 26, true), (5, 200, true), (0, 25, false), (7, 1, false)] {
            let mut shared = Shared::default();
            let mut payload = Payload::open(&id, Proto::Udp, &mut shared);
            let message = [&[0, 7, opcode << 3, 0, 0, questions, 0, 0, 0, 0, 0, 0][..], &[0; 20]].concat();
            payload.datagram(&mut shared, Timestamp(1), Direction::Orig, &message);
            assert_eq!(payload.take_limit(), expected, "operation {opcode}, {questions} questions");
            assert!(!payload.take_limit(), "once");
        }
    }

    #[test]
    fn ntp_turns_a_flow_whose_server_was_captured_first() {
        let message = |mode: u8| [&[0x20 | mode][..], &[0; 47]].concat();
        let mut ntp = Ntp::default();
        ntp.datagram(Direction::Orig, &message(Ntp::CLIENT));
        ntp.datagram(Direction::Resp, &message(Ntp::SERVER));
        ntp.datagram(Direction::Orig, &message(Ntp::SERVER)[..47]);
        assert!(!ntp.is_reversed);
        ntp.datagram(Direction::Orig, &message(Ntp::SERVER));
        assert!(std::mem::take(&mut ntp.is_reversed));
        ntp.datagram(Direction::Orig, &message(Ntp::SERVER));
        assert!(!ntp.is_reversed, "once a direction");
    }
}
