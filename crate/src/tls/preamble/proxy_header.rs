//! What a load balancer puts before a connection it passes on (HAProxy's PROXY protocol): a line in version 1, a block in version 2.

use super::{Opening, Role, Step, Talk, begins_with, line, opening};

/// Longest line that the protocol allows.
const MAX_LINE: usize = 107;

/// How a block begins.
const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"PROXY TCP", b"PROXY UNKNOWN", SIGNATURE]))
}

/// One line or block of the client, nothing of the server.
#[derive(Debug)]
pub(super) struct ProxyHeader;

impl Talk for ProxyHeader {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        /// Version, command and kind of address stand in front of the length.
        const LENGTH: std::ops::Range<usize> = 14..16;
        if role == Role::Client && bytes.starts_with(SIGNATURE) {
            let length = bytes.get(LENGTH).and_then(<[u8]>::first_chunk).copied();
            return length.map_or(Step::Wait, |length| {
                Step::Over(LENGTH.end + usize::from(u16::from_be_bytes(length)))
            });
        }
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
    fn the_connection_begins_behind_the_block() {
        let block = [SIGNATURE, &[0x21, 0x11, 0, 12], &[1; 12]].concat();
        assert_eq!(begins(&[(Client, &block)]), Some(None));
        assert_eq!(begins(&[(Client, &block[..27])]), None);
    }

    #[test]
    fn a_long_line_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, b"PROXY TCP4 "), (Client, &[b'1'; 100])]));
    }
}
