//! What a resource record says, in the words of Zeek's dns.log.

use super::code_points::type_name;
use super::message::name_text;
use crate::text;
use data_encoding::HEXLOWER;
use domain::base::wire::ParseError;
use domain::base::{ParsedName, ParsedRecord};
use domain::dep::octseq::Parser;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where in a message a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Answer,
    /// What has to hold for an update (RFC 2136 section 2.4).
    Prerequisite,
    /// What an update adds and deletes (RFC 2136 section 2.5).
    Update,
}

/// What Zeek makes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// Nothing: the log does not even note that the reply has an answer.
    Silent,
    /// An answer, but nothing to show of it.
    Noted,
    /// Text.
    Text(String),
    /// Text of a damaged record, behind which nothing is read.
    Last(String),
}

/// Class `NONE` and `ANY` of updates (RFC 2136 section 2.4).
const CLASS_NONE: u16 = 254;
const CLASS_ANY: u16 = 255;

mod rtype {
    pub(super) const A: u16 = 1;
    pub(super) const NS: u16 = 2;
    pub(super) const CNAME: u16 = 5;
    pub(super) const SOA: u16 = 6;
    pub(super) const WKS: u16 = 11;
    pub(super) const PTR: u16 = 12;
    pub(super) const HINFO: u16 = 13;
    pub(super) const MX: u16 = 15;
    pub(super) const TXT: u16 = 16;
    pub(super) const AAAA: u16 = 28;
    pub(super) const LOC: u16 = 29;
    pub(super) const NETBIOS: u16 = 32;
    pub(super) const SRV: u16 = 33;
    pub(super) const NAPTR: u16 = 35;
    pub(super) const A6: u16 = 38;
    pub(super) const OPT: u16 = 41;
    pub(super) const DS: u16 = 43;
    pub(super) const SSHFP: u16 = 44;
    pub(super) const RRSIG: u16 = 46;
    pub(super) const NSEC: u16 = 47;
    pub(super) const DNSKEY: u16 = 48;
    pub(super) const NSEC3: u16 = 50;
    pub(super) const NSEC3PARAM: u16 = 51;
    pub(super) const SVCB: u16 = 64;
    pub(super) const HTTPS: u16 = 65;
    pub(super) const SPF: u16 = 99;
    pub(super) const TKEY: u16 = 249;
    pub(super) const TSIG: u16 = 250;
    pub(super) const ANY: u16 = 255;
    pub(super) const CAA: u16 = 257;
    /// What BIND signals about a zone that it signs.
    pub(super) const BIND_SIGNING: u16 = 65_534;
}

/// Returns what `record` says; `parser` has just read it.
pub(super) fn reply(
    parser: &Parser<'_, [u8]>,
    record: &ParsedRecord<'_, [u8]>,
    section: Section,
    owner: &str,
    is_netbios: bool,
) -> Result<Reply, ParseError> {
    let (kind, class) = (record.rtype().to_int(), record.class().to_int());
    match section {
        Section::Prerequisite => return Ok(Reply::Text(prerequisite(kind, class, owner))),
        Section::Update if matches!(class, CLASS_NONE | CLASS_ANY) => {
            return Ok(Reply::Text(deletion(kind, class, owner)));
        }
        Section::Update | Section::Answer => {}
    }
    let data = Data::of(parser, record)?;
    let reply = data.reply(kind, owner, section, is_netbios)?;
    Ok(match (section, reply) {
        (Section::Update, Reply::Text(text)) => Reply::Text(format!("add: {text}")),
        (_, reply) => reply,
    })
}

/// Returns a prerequisite of an update.
fn prerequisite(kind: u16, class: u16, owner: &str) -> String {
    match (class, kind) {
        (CLASS_NONE, rtype::ANY) => format!("pre: NameNotInUse {owner}"),
        (CLASS_ANY, rtype::ANY) => format!("pre: NameInUse {owner}"),
        (CLASS_NONE, _) => format!("pre: NoRRSet {} {owner}", type_name(kind)),
        _ => format!("pre: RRSetExists {} {owner}", type_name(kind)),
    }
}

/// Returns what an update deletes.
fn deletion(kind: u16, class: u16, owner: &str) -> String {
    match (class, kind) {
        (CLASS_ANY, rtype::ANY) => format!("del: RRSet * {owner}"),
        (CLASS_NONE, _) => format!("del: RR {} {owner}", type_name(kind)),
        _ => format!("del: RRSet {}", type_name(kind)),
    }
}

/// The data of a record, within its message: names in it may point back.
struct Data<'a> {
    message: Parser<'a, [u8]>,
    start: usize,
    bytes: &'a [u8],
}

impl<'a> Data<'a> {
    fn of(parser: &Parser<'a, [u8]>, record: &ParsedRecord<'_, [u8]>) -> Result<Self, ParseError> {
        let start = parser.pos().saturating_sub(record.rdlen().into());
        let bytes = parser.octets_ref().get(start..parser.pos()).ok_or(ParseError::ShortInput)?;
        Ok(Data { message: *parser, start, bytes })
    }

    fn reply(&self, kind: u16, owner: &str, section: Section, is_netbios: bool) -> Result<Reply, ParseError> {
        let text = match kind {
            rtype::A | rtype::AAAA | rtype::A6 => self.address(kind, owner, section)?,
            rtype::NS | rtype::CNAME | rtype::PTR | rtype::SOA => self.name(0)?,
            rtype::MX => self.name(2)?,
            // The NetBIOS name service has another record of this type, whose data Zeek does not read.
            rtype::SRV if is_netbios => return Ok(Reply::Silent),
            rtype::SRV => self.name(6)?,
            rtype::TXT => return Ok(self.strings("TXT")),
            rtype::SPF => return Ok(self.strings("SPF")),
            rtype::NAPTR => self.naptr()?,
            rtype::RRSIG => self.signature()?,
            rtype::NSEC => format!("NSEC {owner} {}", self.name(0)?),
            rtype::NSEC3 => "NSEC3".to_owned(),
            rtype::NSEC3PARAM => "NSEC3PARAM".to_owned(),
            rtype::DNSKEY => format!("DNSKEY {}", self.byte(3)?),
            rtype::DS => format!("DS {} {}", self.byte(2)?, self.byte(3)?),
            rtype::SSHFP => {
                format!("SSHFP: {}", HEXLOWER.encode(self.bytes.get(2..).ok_or(ParseError::ShortInput)?))
            }
            rtype::LOC => format!("LOC:  {} {} {}", self.byte(1)?, self.byte(2)?, self.byte(3)?),
            rtype::BIND_SIGNING => "BIND9 signing signal".to_owned(),
            rtype::WKS => return Ok(Reply::Noted),
            rtype::HINFO
            | rtype::NETBIOS
            | rtype::OPT
            | rtype::SVCB
            | rtype::HTTPS
            | rtype::TKEY
            | rtype::TSIG
            | rtype::CAA => return Ok(Reply::Silent),
            _ => format!("<unknown type={kind}>"),
        };
        Ok(if text.is_empty() { Reply::Noted } else { Reply::Text(text) })
    }

    fn byte(&self, at: usize) -> Result<u8, ParseError> {
        self.bytes.get(at).copied().ok_or(ParseError::ShortInput)
    }

    /// Returns the name that begins `offset` bytes into the data.
    fn name(&self, offset: usize) -> Result<String, ParseError> {
        let mut parser = self.message;
        parser.seek(self.start.saturating_add(offset))?;
        Ok(name_text(&ParsedName::parse_ref(&mut parser)?))
    }

    /// Returns an address; an update also says whose.
    fn address(&self, kind: u16, owner: &str, section: Section) -> Result<String, ParseError> {
        let address = match kind {
            rtype::A => <[u8; 4]>::try_from(self.bytes).map(|bytes| IpAddr::from(Ipv4Addr::from(bytes))),
            _ => <[u8; 16]>::try_from(self.bytes).map(|bytes| IpAddr::from(Ipv6Addr::from(bytes))),
        };
        let address = address.map_err(|_| ParseError::ShortInput)?;
        Ok(match section {
            Section::Update => format!("{} {owner} {address}", type_name(kind)),
            _ => address.to_string(),
        })
    }

    /// Character strings, each with its length; those before damage are shown.
    fn strings(&self, what: &str) -> Reply {
        let (mut rest, mut shown) = (self.bytes, String::new());
        while let [length, after @ ..] = rest {
            let Some((string, after)) = after.split_at_checked(usize::from(*length)) else {
                return Reply::Last(shown);
            };
            if !shown.is_empty() {
                shown.push(' ');
            }
            shown.push_str(&format!("{what} {length} {}", text::from_bytes(string)));
            rest = after;
        }
        if shown.is_empty() { Reply::Noted } else { Reply::Text(shown) }
    }

    /// Order, preference, flags, service, and a pattern or a name (RFC 3403 section 4.1).
    fn naptr(&self) -> Result<String, ParseError> {
        let number = |at| Ok::<u16, ParseError>(u16::from_be_bytes([self.byte(at)?, self.byte(at + 1)?]));
        let (order, preference) = (number(0)?, number(2)?);
        let mut at = 4;
        let mut string = || {
            let from = at + 1;
            at = from + usize::from(self.byte(at)?);
            self.bytes.get(from..at).map(text::from_bytes).ok_or(ParseError::ShortInput)
        };
        let (flags, service, pattern) = (string()?, string()?, string()?);
        let replacement = self.name(at)?;
        let target: Vec<&str> =
            [pattern.as_str(), replacement.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        Ok(format!("NAPTR {order} {preference} {flags} {service} {}", target.join(" ")))
    }

    /// Returns the type that a signature covers, and who signed.
    fn signature(&self) -> Result<String, ParseError> {
        let covered = u16::from_be_bytes([self.byte(0)?, self.byte(1)?]);
        let signer = self.name(18)?;
        Ok(format!("RRSIG {covered} {}", if signer.is_empty() { "<Root>" } else { &signer }))
    }
}
