//! MySQL: an SSLRequest answers the server's greeting (MySQL's manual, "Connection Phase").

use super::{Opening, Role, Step, Talk};

/// A packet's header: three bytes of length, low byte first, and its number.
const HEADER: usize = 4;

/// Version of the protocol, with which the greeting begins.
const PROTOCOL: u8 = 10;

/// Lengths that a greeting may have: its fixed part; the fixed part, a version text and a plugin's name.
const GREETING: std::ops::RangeInclusive<usize> = 32..=1024;

/// An SSLRequest is a login packet that ends before the user's name.
const SSL_REQUEST: usize = 32;

/// Capability CLIENT_SSL, in the second byte.
const CLIENT_SSL: u8 = 0x08;

pub(super) fn open(bytes: &[u8]) -> Opening {
    match bytes {
        [low, middle, 0, 0, PROTOCOL, ..] if GREETING.contains(&length(*low, *middle)) => {
            Opening::By(Role::Server)
        }
        [] | [_] | [_, _] | [_, _, 0] | [_, _, 0, 0] => Opening::Undecided,
        _ => Opening::No,
    }
}

/// The two packets before TLS.
#[derive(Debug)]
pub(super) struct MySql;

impl Talk for MySql {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match (role, bytes) {
            (Role::Server, [low, middle, _, _, ..]) => Step::Over(HEADER + length(*low, *middle)),
            (Role::Client, [low, middle, 0, 1, _, capabilities, ..])
                if length(*low, *middle) == SSL_REQUEST && capabilities & CLIENT_SSL != 0 =>
            {
                Step::Over(HEADER + SSL_REQUEST)
            }
            (Role::Client, [_, _, _, _, _, _, ..]) => Step::NotMine,
            _ => Step::Wait,
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("mysql")
    }
}

fn length(low: u8, middle: u8) -> usize {
    u16::from_le_bytes([low, middle]).into()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    fn greeting() -> Vec<u8> {
        [&[74, 0, 0, 0, 10][..], &[b'5'; 73]].concat()
    }

    #[test]
    fn tls_begins_behind_the_ssl_request() {
        let request = [&[32, 0, 0, 1, 0x85, 0xae][..], &[0; 30]].concat();
        assert_eq!(begins(&[(Server, &greeting()), (Client, &request)]), Some(Some("mysql")));
    }

    #[test]
    fn a_login_in_the_clear_leads_nowhere() {
        let login = [&[90, 0, 0, 1, 0x85, 0xa6][..], &[0; 88]].concat();
        assert!(leads_nowhere(&[(Server, &greeting()), (Client, &login)]));
    }

    #[test]
    fn another_version_does_not_open() {
        assert_eq!(open(&[74, 0, 0, 0, 9]), Opening::No);
        assert_eq!(open(&[74, 0, 0, 0]), Opening::Undecided);
    }
}
