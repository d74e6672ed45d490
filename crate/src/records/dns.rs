//! `dns.log`: one record a query with its reply.

use super::ConnRecord;
use super::schema::record;
use super::value::{Intervals, Name, Texts};
use crate::dns::Exchange;
use crate::flow::Proto;
use std::net::IpAddr;
use std::sync::Arc;

record! {
    /// One exchange of DNS, mDNS, LLMNR or the NetBIOS name service, as a line of Zeek's `dns.log` (`DNS::Info`).
    DnsRecord = "dns"
    key {
        /// Time of the query, else of the reply, epoch seconds.
        ts: f64 = Time "ts",
        /// Identifier of the connection in `conn.log`.
        uid: Arc<str> = String "uid",
        /// Originator's address.
        orig_h: IpAddr = Addr "id.orig_h",
        /// Originator's port.
        orig_p: u16 = Port "id.orig_p",
        /// Responder's address.
        resp_h: IpAddr = Addr "id.resp_h",
        /// Responder's port.
        resp_p: u16 = Port "id.resp_p",
    }
    rest {
        /// Transport protocol.
        proto: Option<Proto> = Enum "proto",
        /// Identifier by which a reply belongs to its query; 0 in mDNS.
        trans_id: Option<u16> = Count "trans_id",
        /// Seconds from the query to the first answer; absent without one, or where the query was not seen.
        rtt: Option<f64> = Interval "rtt",
        /// Name that was asked for, in lower case; else the name that the first answer is about.
        query: Option<Arc<str>> = String "query",
        /// Class of the question; absent where the query was not seen.
        qclass: Option<u16> = Count "qclass",
        /// Name of the class, `qclass-32769` where it has none.
        qclass_name: Option<Name> = String "qclass_name",
        /// Type of the question.
        qtype: Option<u16> = Count "qtype",
        /// Name of the type, `query-65534` where it has none.
        qtype_name: Option<Name> = String "qtype_name",
        /// Response code; absent without a reply.
        rcode: Option<u16> = Count "rcode",
        /// Name of the response code.
        rcode_name: Option<Name> = String "rcode_name",
        /// Whether the server is an authority for the name (Authoritative Answer).
        aa: Option<bool> = Bool "AA",
        /// Whether the query was cut (Truncation).
        tc: Option<bool> = Bool "TC",
        /// Whether the query asks the server to ask others (Recursion Desired).
        rd: Option<bool> = Bool "RD",
        /// Whether the server would ask others (Recursion Available).
        ra: Option<bool> = Bool "RA",
        /// Reserved bits of the query.
        z: Option<u16> = Count "Z",
        /// What the records of the answer say, in order; absent where none says anything.
        answers: Option<Texts> = StringVector "answers",
        /// Seconds for which each answer may be kept.
        ttls: Option<Intervals> = IntervalVector "TTLs",
        /// Whether the server refused, or had nothing at all to say.
        rejected: Option<bool> = Bool "rejected",
        /// Kind of operation.
        opcode: Option<u16> = Count "opcode",
        /// Name of the kind.
        opcode_name: Option<Name> = String "opcode_name",
    }
    parts {}
    older {}
}

impl DnsRecord {
    /// Returns the record of an exchange in a connection.
    pub(super) fn of(exchange: Exchange, conn: &ConnRecord) -> Self {
        let texts: Texts = exchange.answers.iter().map(|answer| answer.as_ref().into()).collect();
        DnsRecord {
            proto: Some(conn.proto),
            trans_id: Some(exchange.trans_id),
            rtt: exchange.answered.and_then(|answered| answered.seconds_since(exchange.ts)),
            qclass: exchange.question.map(|(class, _)| class),
            qclass_name: exchange.qclass_name(),
            qtype: exchange.question.map(|(_, kind)| kind),
            qtype_name: exchange.qtype_name(),
            rcode: exchange.rcode.map(u16::from),
            rcode_name: exchange.rcode_name(),
            aa: Some(exchange.aa),
            tc: Some(exchange.tc),
            rd: Some(exchange.rd),
            ra: Some(exchange.ra),
            z: Some(exchange.z.into()),
            ttls: (!texts.is_empty()).then(|| exchange.ttls.iter().map(|ttl| f64::from(*ttl)).collect()),
            answers: (!texts.is_empty()).then_some(texts),
            rejected: Some(exchange.rejected),
            opcode: Some(exchange.opcode.into()),
            opcode_name: Some(exchange.opcode_name()),
            query: exchange.query.map(|query| (*query).into()),
            ..DnsRecord::new(
                exchange.ts.seconds(),
                conn.uid.clone(),
                conn.orig_h,
                conn.orig_p,
                conn.resp_h,
                conn.resp_p,
            )
        }
    }
}
