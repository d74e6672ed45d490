//! One message of DNS (RFC 1035 section 4), and of what borrows its form: mDNS, LLMNR and the NetBIOS name service.
//!
//! The crate `domain` reads names and record headers; it follows compression pointers only backwards and at most 255 of
//! them. This file decides how far a message is read, and keeps what Zeek's dns.log shows of it.

use super::answer::{Reply, Section, reply};
use crate::counter::bound;
use crate::text;
use domain::base::wire::ParseError;
use domain::base::{ParsedName, ParsedRecord, Question as ParsedQuestion};
use domain::dep::octseq::Parser;

/// Length of the header.
const HEADER: usize = 12;

/// Most questions of a message. More is hardly DNS, and nothing of it is read (Zeek: `dns_max_queries`).
const MAX_QUESTIONS: u16 = 25;

/// Most answers that are kept of one message.
pub(super) const MAX_ANSWERS: usize = bound::DNS_ANSWERS;

/// Header fields and counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: u16,
    pub(super) is_reply: bool,
    pub(super) opcode: u8,
    pub(super) aa: bool,
    pub(super) tc: bool,
    pub(super) rd: bool,
    pub(super) ra: bool,
    pub(super) z: u8,
    pub(super) rcode: u8,
    pub(super) questions: u16,
    pub(super) answers: u16,
    pub(super) authorities: u16,
    pub(super) additionals: u16,
}

impl Header {
    /// Returns whether Zeek logs messages of this operation.
    pub(super) fn has_known_operation(&self) -> bool {
        matches!(self.opcode, QUERY | NOTIFY | UPDATE)
    }
}

/// A standard query.
pub(super) const QUERY: u8 = 0;
/// A server tells that a zone has changed (RFC 1996).
pub(super) const NOTIFY: u8 = 4;
/// A zone is changed (RFC 2136); in the NetBIOS name service, a name is registered.
pub(super) const UPDATE: u8 = 5;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    /// Name in lower case, without its last dot.
    pub(super) name: String,
    pub(super) qtype: u16,
    pub(super) qclass: u16,
}

/// A record of the answer section, or of a dynamic update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// Name that it is about.
    pub(super) owner: String,
    /// What it says, as Zeek's log shows it; absent where Zeek shows nothing.
    pub(super) text: Option<String>,
    /// Seconds for which it may be kept.
    pub(super) ttl: u32,
}

/// What is kept of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) header: Header,
    /// The last question.
    pub(super) question: Option<Question>,
    /// What replies, in order.
    pub(super) answers: Vec<Answer>,
    /// How far it could be read.
    pub(super) extent: Extent,
}

/// How far a message could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Its questions and answers were read.
    Whole,
    /// It ends early, or contradicts itself.
    Damaged,
    /// It has more answers than are kept.
    TooManyAnswers,
    /// It asks for more than a message of DNS does.
    NotDns,
}

impl Message {
    /// Reads a message; `None` where it is shorter than a header.
    pub(super) fn read(bytes: &[u8], is_netbios: bool) -> Option<Self> {
        let header = Header::read(bytes)?;
        let mut message = Message { header, question: None, answers: Vec::new(), extent: Extent::NotDns };
        if header.questions <= MAX_QUESTIONS {
            let mut parser = Parser::from_ref(bytes);
            message.extent = match message.sections(&mut parser, is_netbios) {
                Ok(()) if message.answers.len() >= MAX_ANSWERS => Extent::TooManyAnswers,
                Ok(()) => Extent::Whole,
                Err(_) => Extent::Damaged,
            };
        }
        Some(message)
    }

    fn sections(&mut self, parser: &mut Parser<'_, [u8]>, is_netbios: bool) -> Result<(), ParseError> {
        let is_update = self.header.opcode == UPDATE && !is_netbios;
        parser.seek(HEADER)?;
        for _ in 0..self.header.questions {
            let question = ParsedQuestion::<ParsedName<&[u8]>>::parse(parser)?;
            // The first section of an update names the zone, which the log does not show.
            if !is_update {
                self.question = Some(Question {
                    name: name_text(question.qname()),
                    qtype: question.qtype().to_int(),
                    qclass: question.qclass().to_int(),
                });
            }
        }
        let sections: &[(Section, u16)] = match is_update {
            true => {
                &[(Section::Prerequisite, self.header.answers), (Section::Update, self.header.authorities)]
            }
            false => &[(Section::Answer, self.header.answers)],
        };
        for (section, count) in sections {
            self.records(parser, *section, *count, is_netbios)?;
        }
        Ok(())
    }

    /// Reads the records of a section, up to the bound.
    fn records(
        &mut self,
        parser: &mut Parser<'_, [u8]>,
        section: Section,
        count: u16,
        is_netbios: bool,
    ) -> Result<(), ParseError> {
        for _ in 0..count {
            if self.answers.len() >= MAX_ANSWERS {
                return Ok(());
            }
            let record = ParsedRecord::parse(parser)?;
            let owner = name_text(&record.owner());
            let reply = reply(parser, &record, section, &owner, is_netbios);
            let ttl = record.ttl().as_secs();
            match reply {
                Ok(Reply::Silent) => {}
                Ok(Reply::Noted) => self.answers.push(Answer { owner, text: None, ttl }),
                Ok(Reply::Text(text)) => self.answers.push(Answer { owner, text: Some(text), ttl }),
                Ok(Reply::Last(text)) => {
                    self.answers.push(Answer { owner, text: Some(text), ttl });
                    return Err(ParseError::ShortInput);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let words: [u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        let [i0, i1, f0, f1, q0, q1, a0, a1, n0, n1, r0, r1] = words;
        Some(Header {
            id: u16::from_be_bytes([i0, i1]),
            is_reply: f0 & 0x80 != 0,
            opcode: f0 >> 3 & 0x0f,
            aa: f0 & 0x04 != 0,
            tc: f0 & 0x02 != 0,
            rd: f0 & 0x01 != 0,
            ra: f1 & 0x80 != 0,
            z: f1 >> 4 & 0x07,
            rcode: f1 & 0x0f,
            questions: u16::from_be_bytes([q0, q1]),
            answers: u16::from_be_bytes([a0, a1]),
            authorities: u16::from_be_bytes([n0, n1]),
            additionals: u16::from_be_bytes([r0, r1]),
        })
    }

    /// Returns whether it counts records of any section.
    pub(super) fn has_records(&self) -> bool {
        self.answers > 0 || self.authorities > 0 || self.additionals > 0
    }
}

/// A name in lower case: its labels with dots between them, without the root.
pub(super) fn name_text<Octets: AsRef<[u8]>>(name: &ParsedName<Octets>) -> String {
    let mut bytes = Vec::new();
    for label in name.iter().filter(|label| !label.is_root()) {
        if !bytes.is_empty() {
            bytes.push(b'.');
        }
        bytes.extend(label.as_slice().iter().map(u8::to_ascii_lowercase));
    }
    text::from_bytes(&bytes)
}
