//! PostgreSQL: SSLRequest answered by one letter (PostgreSQL's manual, "SSL Session Encryption").

use super::{Opening, Role, Step, Talk, begins_with, opening};

const SSL_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// GSSENCRequest, which a client may try first.
const GSS_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30];

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[SSL_REQUEST, GSS_REQUEST]))
}

/// What was asked and answered.
#[derive(Debug, Default)]
pub(super) struct PostgreSql {
    request: Option<Request>,
    accepted: bool,
}

#[derive(Debug, Clone, Copy)]
enum Request {
    Ssl,
    Gss,
}

impl Talk for PostgreSql {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match (role, self.request) {
            (Role::Client, _) if self.accepted => Step::Over(0),
            (Role::Client, Some(_)) => Step::Wait,
            (Role::Client, None) => {
                self.request = match bytes.get(..SSL_REQUEST.len()) {
                    Some(SSL_REQUEST) => Some(Request::Ssl),
                    Some(GSS_REQUEST) => Some(Request::Gss),
                    Some(_) => return Step::NotMine,
                    None => return Step::Wait,
                };
                Step::Unit(SSL_REQUEST.len())
            }
            (Role::Server, request) => match (request, bytes.first()) {
                (None, _) | (_, None) => Step::Wait,
                (Some(Request::Ssl), Some(b'S')) => {
                    self.accepted = true;
                    Step::Over(1)
                }
                (Some(_), Some(b'N')) => {
                    self.request = None;
                    Step::Unit(1)
                }
                (Some(_), Some(_)) => Step::NotMine,
            },
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("postgresql")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    #[test]
    fn tls_begins_behind_the_letter_s() {
        assert_eq!(begins(&[(Client, SSL_REQUEST), (Server, b"S")]), Some(Some("postgresql")));
    }

    #[test]
    fn gss_may_be_tried_first() {
        let talk = [(Client, GSS_REQUEST), (Server, b"N"), (Client, SSL_REQUEST), (Server, b"S")];
        assert_eq!(begins(&talk), Some(Some("postgresql")));
    }

    #[test]
    fn a_startup_behind_a_refusal_leads_nowhere() {
        assert!(leads_nowhere(&[
            (Client, SSL_REQUEST),
            (Server, b"N"),
            (Client, &[0, 0, 0, 9, 0, 3, 0, 0, 0])
        ]));
    }

    #[test]
    fn an_accepted_gss_request_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, GSS_REQUEST), (Server, b"G")]));
    }
}
