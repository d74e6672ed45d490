//! HTTP CONNECT: behind a reply of success both ends are in the tunnel (RFC 9110 section 9.3.6).

use super::{Opening, Role, Step, Talk, begins_with, head, header, opening};

/// Longest body of a refusal that is passed over.
const MAX_BODY: usize = 64 << 10;

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"CONNECT "]))
}

/// What was asked and answered. A proxy that wants credentials refuses at first.
#[derive(Debug, Default)]
pub(super) struct Connect {
    asked: bool,
    accepted: bool,
}

impl Talk for Connect {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match role {
            Role::Client if self.accepted => return Step::Over(0),
            Role::Client if self.asked => return Step::Wait,
            Role::Server if !self.asked => return Step::Wait,
            Role::Client | Role::Server => {}
        }
        let Some(head) = head(bytes) else { return Step::Wait };
        match (role, status_class(head)) {
            (Role::Client, _) if begins_with(head, &[b"CONNECT "]) == Some(true) => {
                self.asked = true;
                Step::Unit(head.len())
            }
            (Role::Server, Some(b'2')) => {
                self.accepted = true;
                Step::Over(head.len())
            }
            (Role::Server, Some(b'3'..=b'5')) => match body_length(head) {
                length @ 0..=MAX_BODY => {
                    self.asked = false;
                    Step::Unit(head.len() + length)
                }
                _ => Step::NotMine,
            },
            (Role::Server, Some(b'1')) => Step::Unit(head.len()),
            _ => Step::NotMine,
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("http")
    }
}

/// First digit of the status.
fn status_class(head: &[u8]) -> Option<u8> {
    let rest = head.strip_prefix(b"HTTP/1.")?;
    match rest.get(1..5)? {
        [b' ', class @ b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => Some(*class),
        _ => None,
    }
}

/// Content-Length, zero where there is none.
fn body_length(head: &[u8]) -> usize {
    let value = header(head, b"content-length:").and_then(|value| str::from_utf8(value).ok()?.parse().ok());
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const REQUEST: (Role, &[u8]) = (Client, b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");

    #[test]
    fn the_tunnel_begins_behind_success() {
        let talk: [(Role, &[u8]); 2] = [REQUEST, (Server, b"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
    }

    #[test]
    fn a_refusal_with_its_body_may_be_followed_by_another_request() {
        let refusal: &[u8] = b"HTTP/1.1 407 Who\r\ncontent-Length: 3\r\n\r\nno!";
        let talk = [REQUEST, (Server, refusal), REQUEST, (Server, b"HTTP/1.1 200 OK\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
    }

    #[test]
    fn another_request_leads_nowhere() {
        let talk: [(Role, &[u8]); 3] =
            [REQUEST, (Server, b"HTTP/1.1 404 No\r\n\r\n"), (Client, b"GET / HTTP/1.1\r\n\r\n")];
        assert!(leads_nowhere(&talk));
    }

    #[test]
    fn an_endless_body_leads_nowhere() {
        let refusal: &[u8] = b"HTTP/1.1 407 Who\r\nContent-Length: 18446744073709551615\r\n\r\n";
        assert!(leads_nowhere(&[REQUEST, (Server, refusal)]));
    }
}
