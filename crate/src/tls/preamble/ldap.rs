//! LDAP: the extended operation StartTLS (RFC 4511 section 4.14).

use super::{Opening, Role, Step, Talk};

/// requestName of StartTLS.
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const EXTENDED_REQUEST: u8 = 0x77;
const EXTENDED_RESPONSE: u8 = 0x78;

/// A successful resultCode, with which a response begins.
const SUCCESS: [u8; 3] = [0x0a, 1, 0];

/// Longest message that is passed over.
const MAX_MESSAGE: usize = 64 << 10;

pub(super) fn open(bytes: &[u8]) -> Opening {
    match message(bytes) {
        Ok(Some(message)) if is_request(message.operation) => Opening::By(Role::Client),
        Ok(None) => Opening::Undecided,
        Ok(Some(_)) | Err(NotLdap) => Opening::No,
    }
}

/// What was asked and answered.
#[derive(Debug, Default)]
pub(super) struct Ldap {
    asked: bool,
    accepted: bool,
}

impl Talk for Ldap {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        if role == Role::Client && self.asked {
            return if self.accepted { Step::Over(0) } else { Step::Wait };
        }
        let message = match message(bytes) {
            Ok(Some(message)) => message,
            Ok(None) => return Step::Wait,
            Err(NotLdap) => return Step::NotMine,
        };
        let decides = match role {
            Role::Client => message.operation == EXTENDED_REQUEST,
            Role::Server => self.asked && message.operation == EXTENDED_RESPONSE,
        };
        if !decides {
            return Step::Unit(message.length);
        }
        let Some(body) = bytes.get(message.body..message.length) else { return Step::Wait };
        match role {
            Role::Client => self.asked = body.windows(START_TLS.len()).any(|part| part == START_TLS),
            Role::Server if body.windows(SUCCESS.len()).take(6).any(|part| part == SUCCESS) => {
                self.accepted = true;
                return Step::Over(message.length);
            }
            Role::Server => self.asked = false,
        }
        Step::Unit(message.length)
    }

    fn service(&self) -> Option<&'static str> {
        Some("ldap_tcp")
    }
}

/// Bind, search, modify, add, delete, modify DN, compare, extended.
fn is_request(operation: u8) -> bool {
    matches!(operation, 0x60 | 0x63 | 0x66 | 0x68 | 0x4a | 0x6c | 0x6e | EXTENDED_REQUEST)
}

/// The head of an LDAPMessage.
struct Message {
    /// Tag of protocolOp.
    operation: u8,
    /// Where what follows that tag begins, and where the message ends.
    body: usize,
    length: usize,
}

struct NotLdap;

/// Reads the head of a message; `None` while it is not whole.
fn message(bytes: &[u8]) -> Result<Option<Message>, NotLdap> {
    let Some((tag, rest)) = bytes.split_first() else { return Ok(None) };
    if *tag != SEQUENCE {
        return Err(NotLdap);
    }
    let Some((content, rest)) = length(rest)? else { return Ok(None) };
    let start = bytes.len() - rest.len();
    let Some((tag, rest)) = rest.split_first() else { return Ok(None) };
    if *tag != INTEGER {
        return Err(NotLdap);
    }
    let Some((id, rest)) = length(rest)? else { return Ok(None) };
    if !(1..=4).contains(&id) || content > MAX_MESSAGE {
        return Err(NotLdap);
    }
    let Some(operation) = rest.get(id) else { return Ok(None) };
    let body = bytes.len() - rest.len() + id + 1;
    let length = start + content;
    if body > length {
        return Err(NotLdap);
    }
    Ok(Some(Message { operation: *operation, body, length }))
}

/// Returns a length of BER and what follows it; `None` while it is incomplete.
fn length(bytes: &[u8]) -> Result<Option<(usize, &[u8])>, NotLdap> {
    let Some((first, rest)) = bytes.split_first() else { return Ok(None) };
    let count = match first {
        0..=0x7f => return Ok(Some(((*first).into(), rest))),
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return Err(NotLdap),
    };
    let Some((digits, rest)) = rest.split_at_checked(count) else { return Ok(None) };
    let value = digits.iter().fold(0_u64, |value, digit| value << 8 | u64::from(*digit));
    Ok(Some((usize::try_from(value).map_err(|_| NotLdap)?, rest)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    fn request() -> Vec<u8> {
        [&[0x30, 29, 2, 1, 1, 0x77, 24, 0x80, 22], START_TLS].concat()
    }

    #[test]
    fn tls_begins_behind_a_successful_response() {
        let response = [0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 0, 4, 0, 4, 0];
        assert_eq!(begins(&[(Client, &request()), (Server, &response)]), Some(Some("ldap_tcp")));
    }

    #[test]
    fn an_unsuccessful_response_leaves_the_talk_in_the_clear() {
        let response = [0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 2, 4, 0, 4, 0];
        assert_eq!(begins(&[(Client, &request()), (Server, &response)]), None);
    }

    #[test]
    fn lengths_may_have_four_digits() {
        let response = [0x30, 0x84, 0, 0, 0, 16, 2, 1, 1, 0x78, 0x84, 0, 0, 0, 7, 10, 1, 0, 4, 0, 4, 0];
        assert_eq!(begins(&[(Client, &request()), (Server, &response)]), Some(Some("ldap_tcp")));
    }

    #[test]
    fn a_search_before_it_is_passed_over() {
        let search = [0x30, 5, 2, 1, 1, 0x63, 0];
        let response = [0x30, 12, 2, 1, 2, 0x78, 7, 10, 1, 0, 4, 0, 4, 0];
        let talk: [(Role, &[u8]); 3] = [(Client, &search), (Client, &request()), (Server, &response)];
        assert_eq!(begins(&talk), Some(Some("ldap_tcp")));
    }

    #[test]
    fn what_is_no_message_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, &request()), (Server, b"HTTP/1.1")]));
        assert_eq!(open(&[0x30, 0x85]), Opening::No);
        assert_eq!(open(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 2, 1, 1, 0x63]), Opening::No);
    }
}
