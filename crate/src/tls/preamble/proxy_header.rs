//! The line that a load balancer puts before a connection it passes on (HAProxy's PROXY protocol, version 1).

use super::{Opening, Role, Step, Talk, begins_with, line, opening};

/// Longest line that the protocol allows.
const MAX_LINE: usize = 107;

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"PROXY TCP", b"PROXY UNKNOWN"]))
}

/// One line of the client, nothing of the server.
#[derive(Debug)]
pub(super) struct ProxyHeader;

impl Talk for ProxyHeader {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match (role, line(bytes)) {
            (Role::Server, _) => Step::Over(0),
            (Role::Client, Some((_, length))) if length <= MAX_LINE => Step::Over(length),
            (Role::Client, None) if bytes.len() < MAX_LINE => Step::Wait,
            (Role::Client, _) => Step::NotMine,
        }
    }

    fn service(&self) -> Option<&'static str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::Client;

    #[test]
    fn the_connection_begins_behind_the_line() {
        assert_eq!(begins(&[(Client, b"PROXY TCP4 1.1.1.1 2.2.2.2 1 443\r\n")]), Some(None));
    }

    #[test]
    fn a_long_line_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, b"PROXY TCP4 "), (Client, &[b'1'; 100])]));
    }
}
