//! Gnutella 0.6: three heads in HTTP's form, in which both ends offer `Upgrade: TLS/1.0`.

use super::{HeadSearch, Opening, Role, Step, Talk, begins_with, header, opening};

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"GNUTELLA CONNECT/"]))
}

/// The client's offer, the server's answer and the client's confirmation.
#[derive(Debug, Default)]
pub(super) struct Gnutella {
    asked: bool,
    accepted: bool,
}

impl Talk for Gnutella {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        let their_turn = match role {
            Role::Client => !self.asked || self.accepted,
            Role::Server => self.asked,
        };
        let Some(head) = HeadSearch::default().head(bytes).filter(|_| their_turn) else { return Step::Wait };
        let succeeds = head.starts_with(b"GNUTELLA/0.6 200");
        let offers = header(head, b"upgrade:").is_some_and(|value| value.starts_with(b"TLS"));
        match role {
            Role::Client if !self.asked && offers => {
                self.asked = true;
                Step::Unit(head.len())
            }
            Role::Client if self.accepted && succeeds => Step::Over(head.len()),
            Role::Server if succeeds && offers => {
                self.accepted = true;
                Step::Over(head.len())
            }
            _ => Step::NotMine,
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
    use Role::{Client, Server};

    const OFFER: (Role, &[u8]) = (Client, b"GNUTELLA CONNECT/0.6\r\nUpgrade: TLS/1.0\r\n\r\n");

    #[test]
    fn tls_begins_behind_the_confirmation() {
        let talk: [(Role, &[u8]); 3] = [
            OFFER,
            (Server, b"GNUTELLA/0.6 200 OK\r\nUpgrade: TLS/1.0\r\n\r\n"),
            (Client, b"GNUTELLA/0.6 200 OK\r\nConnection: Upgrade\r\n\r\n"),
        ];
        assert_eq!(begins(&talk), Some(None));
        assert_eq!(begins(&talk[..2]), None);
    }

    #[test]
    fn an_answer_without_an_upgrade_leads_nowhere() {
        assert!(leads_nowhere(&[OFFER, (Server, b"GNUTELLA/0.6 200 OK\r\n\r\n")]));
    }
}
