//! Queries and their replies, paired as Zeek's `DNS` script pairs them.

use super::code_points;
use super::message::{Header, Message};
use super::netbios;
use crate::capture::Timestamp;
use std::borrow::Cow;

/// Messages of a connection that wait for their counterpart; beyond that, they will not be answered
/// (Zeek: `max_pending_msgs`, `max_pending_query_ids`).
const MAX_PENDING: usize = 50;

/// A query, its reply, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Time of the first of the two messages.
    pub ts: Timestamp,
    /// Identifier by which a reply belongs to its query; 0 in mDNS.
    pub trans_id: u16,
    /// Time of the first answer; absent where none came, or the query was not seen.
    pub answered: Option<Timestamp>,
    /// Name that was asked for, else the name that the first answer is about.
    pub query: Option<Box<str>>,
    /// Class and type of the question; absent where the query was not seen.
    pub question: Option<(u16, u16)>,
    /// Response code; absent without a reply.
    pub rcode: Option<u8>,
    /// The server is an authority for the name.
    pub aa: bool,
    /// The query says that it was cut.
    pub tc: bool,
    /// The query asks the server to ask others.
    pub rd: bool,
    /// The server would ask others.
    pub ra: bool,
    /// Reserved bits of the query.
    pub z: u8,
    /// The answers, in Zeek's words.
    pub answers: Vec<Box<str>>,
    /// Seconds for which each answer may be kept.
    pub ttls: Vec<u32>,
    /// The server refused, or had nothing at all to say.
    pub rejected: bool,
    /// Kind of operation.
    pub opcode: u8,
    /// It belongs to the NetBIOS name service.
    pub is_netbios: bool,
    saw_query: bool,
    saw_reply: bool,
}

impl Exchange {
    fn new(ts: Timestamp, header: &Header, is_netbios: bool) -> Self {
        Exchange {
            ts,
            trans_id: header.id,
            answered: None,
            query: None,
            question: None,
            rcode: None,
            aa: false,
            tc: false,
            rd: false,
            ra: false,
            z: 0,
            answers: Vec::new(),
            ttls: Vec::new(),
            rejected: false,
            opcode: header.opcode,
            is_netbios,
            saw_query: false,
            saw_reply: false,
        }
    }

    /// Zeek's name of the question's class.
    pub fn qclass_name(&self) -> Option<Cow<'static, str>> {
        self.question.map(|(class, _)| code_points::class_name(class))
    }

    /// Zeek's name of the question's type.
    pub fn qtype_name(&self) -> Option<Cow<'static, str>> {
        self.question.map(|(_, kind)| code_points::question_type_name(kind, self.is_netbios))
    }

    /// Zeek's name of the response code.
    pub fn rcode_name(&self) -> Option<Cow<'static, str>> {
        self.rcode.map(code_points::rcode_name)
    }

    /// Zeek's name of the operation.
    pub fn opcode_name(&self) -> Cow<'static, str> {
        code_points::opcode_name(self.opcode, self.is_netbios)
    }

    /// Memory that it takes, about.
    pub(super) fn size(&self) -> usize {
        let texts: usize = self.answers.iter().map(|answer| answer.len() + size_of::<Box<str>>() + 4).sum();
        size_of::<Self>() + self.query.as_ref().map_or(0, |query| query.len()) + texts
    }

    fn take(&mut self, ts: Timestamp, message: Message) {
        let header = message.header;
        if header.is_reply {
            self.saw_reply = true;
            self.take_reply(ts, message);
        } else {
            self.saw_query = true;
            self.take_query(message);
        }
        self.opcode = header.opcode;
    }

    fn take_query(&mut self, message: Message) {
        let Some(question) = message.question else { return };
        self.rd = message.header.rd;
        self.tc = message.header.tc;
        self.z = message.header.z;
        self.question = Some((question.qclass, question.qtype));
        let decoded = if self.is_netbios { netbios::decode(&question.name) } else { None };
        self.query = Some(decoded.unwrap_or(question.name).into());
    }

    fn take_reply(&mut self, ts: Timestamp, message: Message) {
        let header = message.header;
        self.rcode = Some(header.rcode);
        self.rejected |= (header.rcode != 0 && header.questions == 0)
            || (message.question.is_some() && !header.has_records());
        for answer in message.answers {
            self.aa = header.aa;
            self.ra = header.ra;
            if self.query.is_none() {
                self.query = Some(answer.owner.into());
            }
            self.answered.get_or_insert(ts);
            if let Some(text) = answer.text {
                self.answers.push(text.into());
                self.ttls.push(answer.ttl);
            }
        }
    }
}

/// The messages of one connection that wait for their counterpart.
#[derive(Debug, Default)]
pub(super) struct Pairing {
    waiting: Vec<Exchange>,
}

impl Pairing {
    /// Takes a message; exchanges that are over, or given up, go to `done`. Multicast messages do not answer each other: each message
    /// is an exchange of its own.
    pub(super) fn take(
        &mut self,
        ts: Timestamp,
        message: Message,
        is_netbios: bool,
        is_multicast: bool,
        done: &mut impl FnMut(Exchange),
    ) {
        let header = message.header;
        if !header.has_known_operation() {
            return;
        }
        let counterpart = |waiting: &Exchange| {
            waiting.trans_id == header.id
                && if header.is_reply { !waiting.saw_reply } else { !waiting.saw_query }
        };
        let place = if is_multicast { None } else { self.waiting.iter().position(counterpart) };
        match place {
            Some(place) => {
                let mut exchange = self.waiting.remove(place);
                exchange.take(ts, message);
                done(exchange);
            }
            None => {
                let mut exchange = Exchange::new(ts, &header, is_netbios);
                exchange.take(ts, message);
                if is_multicast {
                    done(exchange);
                    return;
                }
                if self.waiting.len() > MAX_PENDING {
                    self.give_up(done);
                }
                self.waiting.push(exchange);
            }
        }
    }

    /// Gives out what waits.
    pub(super) fn give_up(&mut self, done: &mut impl FnMut(Exchange)) {
        self.waiting.drain(..).for_each(done);
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::{Extent, QUERY, Question};
    use super::*;

    fn message(id: u16, is_reply: bool) -> Message {
        let header = Header {
            id,
            is_reply,
            opcode: QUERY,
            aa: false,
            tc: false,
            rd: true,
            ra: true,
            z: 0,
            rcode: 0,
            questions: 1,
            answers: 0,
            authorities: 1,
            additionals: 0,
        };
        let question = Question { name: format!("n{id}.example"), qtype: 1, qclass: 1 };
        Message { header, question: Some(question), answers: Vec::new(), extent: Extent::Whole }
    }

    fn run(messages: &[(u16, bool)]) -> (Vec<Exchange>, Vec<Exchange>) {
        let (mut pairing, mut done) = (Pairing::default(), Vec::new());
        for (at, (id, is_reply)) in messages.iter().enumerate() {
            let ts = Timestamp(at as i64 * 1_000_000_000);
            pairing.take(ts, message(*id, *is_reply), false, false, &mut |exchange| done.push(exchange));
        }
        let over = std::mem::take(&mut done);
        pairing.give_up(&mut |exchange| done.push(exchange));
        (over, done)
    }

    #[test]
    fn a_reply_belongs_to_the_first_query_of_its_identifier() {
        let (over, left) = run(&[(7, false), (8, false), (7, false), (7, true)]);
        assert_eq!((over.len(), left.len()), (1, 2));
        assert_eq!((over[0].ts, over[0].rcode), (Timestamp(0), Some(0)));
    }

    #[test]
    fn a_reply_captured_before_its_query_waits_for_it() {
        let (over, left) = run(&[(7, true), (7, false)]);
        assert_eq!((over.len(), left.len()), (1, 0));
        assert_eq!(over[0].query.as_deref(), Some("n7.example"));
    }

    #[test]
    fn queries_that_nobody_answers_are_given_up_in_time() {
        let queries: Vec<(u16, bool)> = (0..1_000).map(|id| (id, false)).collect();
        let (over, left) = run(&queries);
        assert_eq!(over.len() + left.len(), 1_000);
        assert!(left.len() <= MAX_PENDING + 1);
    }
}
