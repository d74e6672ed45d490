//! [`DnsStream`]: follows one connection at a port of DNS.

use super::exchange::{Exchange, Pairing};
use super::framing::{Framing, TooMuchHeld};
use super::message::{Extent, Message};
use crate::capture::Timestamp;
use crate::counter::bound;
use crate::flow::{ConnId, Direction, Proto};
use crate::tls::budget::Budget;
use crate::{Limit, LimitsHit, Weird, Weirds};

/// Port of the NetBIOS name service.
const NETBIOS: u16 = 137;

/// Memory that all exchanges of a run may take, about.
const MAX_KEPT: usize = bound::DNS_EXCHANGE_BYTES;

/// What all connections of a run share.
#[derive(Debug, Default)]
pub struct Shared {
    /// Oddities met in messages.
    pub weirds: Weirds,
    /// How often a bound cut something short, by bound.
    pub limits_hit: LimitsHit,
    budget: Budget,
    kept: usize,
}

/// Follows one connection at a port of DNS.
///
/// Bounds: 64 KiB a direction of a message over TCP that is not yet whole, and 64 MiB over all connections together with
/// unfinished handshakes; 512 answers of a message; 51 messages that wait for their counterpart; 128 MiB of exchanges over all
/// connections.
#[derive(Debug)]
pub struct DnsStream {
    pairing: Pairing,
    done: Vec<Exchange>,
    /// Both directions of a TCP connection.
    framing: Option<Box<[Framing; 2]>>,
    is_netbios: bool,
    is_multicast: bool,
    /// A whole message was read: it is DNS.
    is_confirmed: bool,
    is_first: bool,
    is_reversed: bool,
    /// A message asked for more than one of DNS does.
    is_beyond_limit: bool,
    /// It is no DNS after all.
    is_over: bool,
}

impl DnsStream {
    /// Returns the stream of a connection to a port at which Zeek expects DNS; `None` for any other.
    pub fn at_port(id: &ConnId, proto: Proto, shared: &Shared) -> Option<Self> {
        let framing = match (proto, id.resp_p) {
            (Proto::Udp, 53 | NETBIOS | 5353 | 5355) => None,
            (Proto::Tcp, 53) => {
                Some(Box::new([shared.budget.share(), shared.budget.share()].map(Framing::new)))
            }
            _ => return None,
        };
        Some(DnsStream {
            pairing: Pairing::default(),
            done: Vec::new(),
            framing,
            is_netbios: id.resp_p == NETBIOS,
            is_multicast: id.resp_h.is_multicast(),
            is_confirmed: false,
            is_first: true,
            is_reversed: false,
            is_beyond_limit: false,
            is_over: false,
        })
    }

    /// Returns whether it is DNS that was read, so that Zeek names it as the connection's service.
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Returns whether more bytes from `from` matter.
    pub fn wants(&self, from: Direction) -> bool {
        match &self.framing {
            Some(framing) => !self.is_over && framing.get(index(from)).is_some_and(Framing::wants),
            None => !self.is_over,
        }
    }

    /// Returns whether the first message is a reply of the supposed originator, so that the two are to change places.
    /// Says so once.
    pub fn take_reversal(&mut self) -> bool {
        std::mem::take(&mut self.is_reversed)
    }

    /// Returns whether a message asked for more than one of DNS does. Says so once.
    pub fn take_limit(&mut self) -> bool {
        std::mem::take(&mut self.is_beyond_limit)
    }

    /// Takes one UDP payload.
    pub fn datagram(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        self.message(shared, ts, from, bytes);
    }

    /// Takes the next bytes of a TCP direction.
    pub fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        let Some(mut framing) = self.framing.take() else { return };
        if let Some(framing) = framing.get_mut(index(from)) {
            let pushed = framing.push(bytes, &mut |message| self.message(shared, ts, from, message));
            if pushed == Err(TooMuchHeld) {
                shared.limits_hit.count(Limit::DnsHeldBytes);
            }
        }
        self.framing = Some(framing);
    }

    /// Bytes of a TCP direction are missing.
    pub fn gap(&mut self, from: Direction) {
        if let Some(framing) = self.framing.as_mut().and_then(|framing| framing.get_mut(index(from))) {
            framing.lose();
        }
    }

    /// Ends the connection: its exchanges, those without a counterpart last.
    pub fn finish(mut self, shared: &mut Shared) -> Vec<Exchange> {
        let mut given_up = Vec::new();
        self.pairing.give_up(&mut |exchange| given_up.push(exchange));
        given_up.into_iter().for_each(|exchange| self.keep(shared, exchange));
        self.done
    }

    fn message(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if self.is_over {
            return;
        }
        let Some(message) = Message::read(bytes, self.is_netbios) else {
            shared.weirds.count(Weird::DnsMessageShorterThanHeader);
            return;
        };
        if std::mem::take(&mut self.is_first) && from == Direction::Orig {
            self.is_reversed = message.header.is_reply && !self.is_multicast;
        }
        match message.extent {
            Extent::Whole => self.is_confirmed = true,
            Extent::Damaged => shared.weirds.count(Weird::DnsMessageDamaged),
            Extent::TooManyAnswers => {
                self.is_confirmed = true;
                shared.limits_hit.count(Limit::DnsAnswers);
            }
            Extent::NotDns => {
                shared.weirds.count(Weird::DnsTooManyQuestions);
                self.is_beyond_limit = true;
                self.is_over = true;
            }
        }
        let mut over = Vec::new();
        let (is_netbios, is_multicast) = (self.is_netbios, self.is_multicast);
        self.pairing.take(ts, message, is_netbios, is_multicast, &mut |exchange| over.push(exchange));
        over.into_iter().for_each(|exchange| self.keep(shared, exchange));
    }

    fn keep(&mut self, shared: &mut Shared, exchange: Exchange) {
        let kept = shared.kept.saturating_add(exchange.size());
        if kept > MAX_KEPT {
            shared.limits_hit.count(Limit::DnsExchanges);
            return;
        }
        shared.kept = kept;
        self.done.push(exchange);
    }
}

fn index(from: Direction) -> usize {
    match from {
        Direction::Orig => 0,
        Direction::Resp => 1,
    }
}
