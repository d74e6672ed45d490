//! SOCKS 4 and 4a (their authors' memos) and 5 (RFC 1928, RFC 1929, RFC 1961): what follows a granted CONNECT is the tunnel.

use super::{MAX_WITH_TOKENS, Opening, Role, Step, Talk};

const CONNECT: u8 = 1;
const NO_AUTHENTICATION: u8 = 0;
const GSSAPI: u8 = 1;
const USER_AND_PASSWORD: u8 = 2;

/// No authentication, GSSAPI, user and password.
const COMMON_METHODS: std::ops::RangeInclusive<u8> = NO_AUTHENTICATION..=USER_AND_PASSWORD;

/// How many methods of a client's list are looked at before it is known for SOCKS.
const MAX_METHODS: usize = 8;

pub(super) fn open(bytes: &[u8]) -> Opening {
    match bytes {
        [4, CONNECT, _, _, _, _, _, _, ..] => Opening::By(Role::Client),
        [] | [4 | 5] | [4, CONNECT, ..] => Opening::Undecided,
        [5, count @ 1..=255, methods @ ..] => methods_open(usize::from(*count), methods),
        _ => Opening::No,
    }
}

/// Returns whether a list of `count` methods opens version 5. Zeek's signature too asks for one of the common methods,
/// but as the first one; a client that prefers a private one names it before them.
fn methods_open(count: usize, methods: &[u8]) -> Opening {
    let judged = count.min(MAX_METHODS);
    if methods.iter().take(judged).any(|method| COMMON_METHODS.contains(method)) {
        Opening::By(Role::Client)
    } else if methods.len() < judged {
        Opening::Undecided
    } else {
        Opening::No
    }
}

/// How far both ends are.
#[derive(Debug, Default)]
pub(super) struct Socks {
    client: Phase,
    server: Phase,
    /// What the server chose of the client's methods (version 5).
    method: Option<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Start,
    /// Version 5: the methods are said.
    Methods,
    /// Version 5: authentication is over.
    Request,
    /// Version 4: the request is said.
    Version4,
}

impl Talk for Socks {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match role {
            Role::Client => self.client(bytes).unwrap_or(Step::Wait),
            Role::Server => self.server(bytes).unwrap_or(Step::Wait),
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("socks")
    }

    fn bound(&self) -> usize {
        MAX_WITH_TOKENS
    }
}

impl Socks {
    /// None while more is needed.
    fn client(&mut self, bytes: &[u8]) -> Option<Step> {
        match (self.client, self.method) {
            (Phase::Start, _) if bytes.first()? == &4 => {
                let length = version4_request(bytes)?;
                self.client = Phase::Version4;
                Some(Step::Over(length))
            }
            (Phase::Start, _) => {
                self.client = Phase::Methods;
                Some(Step::Unit(2 + usize::from(*bytes.get(1)?)))
            }
            (Phase::Methods, Some(USER_AND_PASSWORD)) => {
                let user = usize::from(*bytes.get(1)?);
                let password = usize::from(*bytes.get(2 + user)?);
                self.client = Phase::Request;
                Some(Step::Unit(3 + user + password))
            }
            (Phase::Methods, None) => None,
            (Phase::Methods, Some(GSSAPI)) if bytes.first()? != &5 => gssapi_message(bytes),
            (Phase::Methods | Phase::Request, _) => match bytes {
                [5, CONNECT, 0, ..] => Some(Step::Over(address_end(bytes)?)),
                [_, _, _, ..] => Some(Step::NotMine),
                _ => None,
            },
            (Phase::Version4, _) => Some(Step::NotMine),
        }
    }

    /// None while more is needed, or the client's word.
    fn server(&mut self, bytes: &[u8]) -> Option<Step> {
        if self.client == Phase::Start {
            return None;
        }
        let granted = match (self.client, self.server) {
            (Phase::Version4, _) => {
                // The version of the reply is zero; some servers repeat the request's.
                let head: &[u8; 2] = bytes.first_chunk()?;
                if matches!(head, [0 | 4, 90]) { Step::Over(8) } else { Step::NotMine }
            }
            (_, Phase::Start) => match bytes.first_chunk()? {
                [5, method @ NO_AUTHENTICATION..=USER_AND_PASSWORD] => {
                    self.method = Some(*method);
                    let asks = *method != NO_AUTHENTICATION;
                    self.server = if asks { Phase::Methods } else { Phase::Request };
                    Step::Unit(2)
                }
                _ => Step::NotMine,
            },
            (_, Phase::Methods) if self.method == Some(GSSAPI) && bytes.first()? != &5 => {
                gssapi_message(bytes)?
            }
            (_, Phase::Methods) if self.method != Some(GSSAPI) => match bytes.first_chunk()? {
                [1, 0] => {
                    self.server = Phase::Request;
                    Step::Unit(2)
                }
                _ => Step::NotMine,
            },
            (_, Phase::Methods | Phase::Request | Phase::Version4) => match bytes.first_chunk()? {
                [5, 0, 0] => Step::Over(address_end(bytes)?),
                _ => Step::NotMine,
            },
        };
        Some(granted)
    }
}

/// Returns a message of GSSAPI's exchange: a token, or the protection that is asked for (RFC 1961 sections 3 and 4).
/// None while more is needed. What protects all that follows hides it.
fn gssapi_message(bytes: &[u8]) -> Option<Step> {
    match bytes.first_chunk()? {
        [1, 1 | 2, high, low] => Some(Step::Unit(4 + usize::from(u16::from_be_bytes([*high, *low])))),
        _ => Some(Step::NotMine),
    }
}

/// Returns the length of a request or reply of version 5, whose address begins at its fourth byte; `None` while that is
/// not known.
fn address_end(bytes: &[u8]) -> Option<usize> {
    let address = match bytes.get(3)? {
        1 => 4,
        3 => 1 + usize::from(*bytes.get(4)?),
        _ => 16,
    };
    Some(4 + address + 2)
}

/// Returns the length of a request of version 4, whose texts end with a zero; `None` while that is not known.
fn version4_request(bytes: &[u8]) -> Option<usize> {
    let text = |from: usize| {
        let zero = bytes.get(from..)?.iter().position(|byte| *byte == 0)?;
        Some(from + zero + 1)
    };
    let user_end = text(8)?;
    // An address of 0.0.0.x announces a host name (4a).
    match bytes.get(4..8)? {
        [0, 0, 0, 1..=255] => text(user_end),
        _ => Some(user_end),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const REPLY: (Role, &[u8]) = (Server, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

    #[test]
    fn version_5_without_authentication() {
        let talk: [(Role, &[u8]); 4] = [
            (Client, &[5, 1, 0]),
            (Server, &[5, 0]),
            (Client, &[5, 1, 0, 3, 3, b'a', b'.', b'b', 1, 187]),
            REPLY,
        ];
        assert_eq!(begins(&talk), Some(Some("socks")));
    }

    #[test]
    fn version_5_with_a_password() {
        let talk: [(Role, &[u8]); 6] = [
            (Client, &[5, 2, 0, 2]),
            (Server, &[5, 2]),
            (Client, &[1, 1, b'u', 2, b'p', b'w']),
            (Server, &[1, 0]),
            (Client, &[5, 1, 0, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1, 187]),
            REPLY,
        ];
        assert_eq!(begins(&talk), Some(Some("socks")));
    }

    #[test]
    fn version_5_with_tokens_of_gssapi() {
        let token = [&[1, 1, 0x40, 0][..], &[7; 0x4000]].concat();
        let talk: [(Role, &[u8]); 9] = [
            (Client, &[5, 2, 0, 1]),
            (Server, &[5, 1]),
            (Client, &token),
            (Server, &token),
            (Client, &[1, 2, 0, 1, 0]),
            (Server, &[1, 2, 0, 1, 0]),
            (Client, &[5, 1, 0, 1, 10, 0, 0, 1, 1, 187]),
            (Server, &[5, 0, 0, 1, 0, 0]),
            (Server, &[0, 0, 0, 0]),
        ];
        assert_eq!(begins(&talk), Some(Some("socks")));
        assert!(leads_nowhere(&[talk[0], talk[1], talk[2], (Server, &[1, 0xff, 0, 0])]));
    }

    #[test]
    fn a_private_method_may_stand_before_the_common_ones() {
        let talk: [(Role, &[u8]); 4] = [
            (Client, &[5, 2, 0x80, 0]),
            (Server, &[5, 0]),
            (Client, &[5, 1, 0, 1, 10, 0, 0, 1, 1, 187]),
            REPLY,
        ];
        assert_eq!(begins(&talk), Some(Some("socks")));
        assert_eq!(open(&[5, 2, 0x80]), Opening::Undecided);
    }

    #[test]
    fn private_methods_alone_do_not_open() {
        assert_eq!(open(&[5, 1, 0x80, 0]), Opening::No);
        assert_eq!(open(&[5, 255, 9, 9, 9, 9, 9, 9, 9, 9, 0]), Opening::No);
    }

    #[test]
    fn version_4_ends_its_user_with_a_zero() {
        let talk: [(Role, &[u8]); 2] =
            [(Client, &[4, 1, 1, 187, 10, 0, 0, 1, b'm', b'e', 0]), (Server, &[0, 90, 0, 0, 0, 0, 0, 0])];
        assert_eq!(begins(&talk), Some(Some("socks")));
    }

    #[test]
    fn a_reply_of_version_4_may_repeat_the_version() {
        const REQUEST: (Role, &[u8]) = (Client, &[4, 1, 1, 187, 10, 0, 0, 1, 0]);
        assert_eq!(begins(&[REQUEST, (Server, &[4, 90, 0, 0, 0, 0, 0, 0])]), Some(Some("socks")));
        assert!(leads_nowhere(&[REQUEST, (Server, &[4, 91, 0, 0, 0, 0, 0, 0])]));
    }

    #[test]
    fn version_4a_names_its_host() {
        let talk: [(Role, &[u8]); 2] =
            [(Client, &[4, 1, 1, 187, 0, 0, 0, 1, 0, b'h', 0]), (Server, &[0, 90, 0, 0, 0, 0, 0, 0])];
        assert_eq!(begins(&talk), Some(Some("socks")));
    }

    #[test]
    fn a_refusal_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, &[4, 1, 1, 187, 10, 0, 0, 1, 0]), (Server, &[0, 91])]));
        assert!(leads_nowhere(&[(Client, &[5, 1, 0]), (Server, &[5, 0xff])]));
    }
}
