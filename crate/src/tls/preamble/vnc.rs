//! VNC: the security type VeNCrypt, whose subtypes but the first are TLS (RFC 6143 section 7.1; the RFB protocol's community
//! text names the types).

use super::{Opening, Role, Step, Talk, begins_with, opening};

/// Length of the line with which each end says its version: `RFB 003.008` and a line's end.
const VERSION: usize = 12;

/// Security type VeNCrypt.
const VENCRYPT: u8 = 19;

/// VeNCrypt 0.2, the version in use.
const VENCRYPT_VERSION: [u8; 2] = [0, 2];

/// Subtypes with TLS: without or with certificates, and a kind of log-in each.
const TLS_SUBTYPES: std::ops::RangeInclusive<u32> = 257..=263;

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Server, begins_with(bytes, &[b"RFB 003.", b"RFB 004."]))
}

/// How many messages each end has sent.
#[derive(Debug, Default)]
pub(super) struct Vnc {
    client: u8,
    server: u8,
}

impl Talk for Vnc {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        let step = match role {
            Role::Client => self.client(bytes),
            Role::Server => self.server(bytes),
        };
        let said = match role {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        };
        *said += u8::from(step.is_some());
        step.unwrap_or(Step::Wait)
    }

    fn service(&self) -> Option<&'static str> {
        Some("rfb")
    }
}

impl Vnc {
    /// Returns the client's next message: its version, the security type, VeNCrypt's version, the subtype. None while
    /// more is needed.
    fn client(&self, bytes: &[u8]) -> Option<Step> {
        match self.client {
            0 => bytes.get(..VERSION).map(|_| Step::Unit(VERSION)),
            1 => Some(unless(bytes.first()? != &VENCRYPT, Step::Unit(1))),
            2 => Some(unless(bytes.first_chunk()? != &VENCRYPT_VERSION, Step::Unit(2))),
            _ => {
                let subtype = u32::from_be_bytes(*bytes.first_chunk()?);
                Some(unless(!TLS_SUBTYPES.contains(&subtype), Step::Over(4)))
            }
        }
    }

    /// Returns the server's next message: its version, the types, VeNCrypt's version, whether it takes the client's,
    /// the subtypes, whether it takes the chosen one. None while more is needed.
    fn server(&self, bytes: &[u8]) -> Option<Step> {
        match self.server {
            0 => bytes.get(..VERSION).map(|_| Step::Unit(VERSION)),
            1 => Some(unless(bytes.first()? == &0, Step::Unit(1 + usize::from(*bytes.first()?)))),
            2 => bytes.first_chunk::<2>().map(|_| Step::Unit(2)),
            3 => Some(unless(bytes.first()? != &0, Step::Unit(1))),
            4 => Some(unless(bytes.first()? == &0, Step::Unit(1 + 4 * usize::from(*bytes.first()?)))),
            _ => Some(unless(bytes.first()? != &1, Step::Over(1))),
        }
    }
}

fn unless(wrong: bool, step: Step) -> Step {
    if wrong { Step::NotMine } else { step }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const TALK: [(Role, &[u8]); 10] = [
        (Server, b"RFB 003.008\n"),
        (Client, b"RFB 003.008\n"),
        (Server, &[2, 2, 19]),
        (Client, &[19]),
        (Server, &[0, 2]),
        (Client, &[0, 2]),
        (Server, &[0]),
        (Server, &[2, 0, 0, 1, 4, 0, 0, 1, 6]),
        (Client, &[0, 0, 1, 4]),
        (Server, &[1]),
    ];

    #[test]
    fn tls_begins_behind_a_subtype_that_is_tls() {
        assert_eq!(begins(&TALK), Some(Some("rfb")));
        assert_eq!(begins(&TALK[..9]), None);
    }

    #[test]
    fn another_security_leads_nowhere() {
        let with = |place: usize, bytes: &'static [u8]| {
            let mut talk = TALK[..=place].to_vec();
            talk[place].1 = bytes;
            leads_nowhere(&talk)
        };
        assert!(with(3, &[2]) && with(5, &[0, 1]) && with(6, &[1]) && with(9, &[0]));
        assert!(with(8, &[0, 0, 1, 0]), "a log-in in the clear");
    }
}
