//! RDP: the server chooses TLS in its connection confirm ([MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2).

use super::{Opening, Role, Step, Talk};

/// X.224 codes, the sixth byte of such a packet.
const CONNECTION_REQUEST: u8 = 0xe0;
const CONNECTION_CONFIRM: u8 = 0xd0;

/// Type of the negotiation's response.
const NEGOTIATION_RESPONSE: u8 = 2;

/// Length of a confirm with a negotiation's response.
const CONFIRM: usize = 19;

/// A TPKT header (version, reserved, length), the X.224 length and code.
pub(super) fn open(bytes: &[u8]) -> Opening {
    match bytes {
        [3, 0, 0, _, _, CONNECTION_REQUEST, ..] => Opening::By(Role::Client),
        [] | [3] | [3, 0] | [3, 0, 0] | [3, 0, 0, _] | [3, 0, 0, _, _] => Opening::Undecided,
        _ => Opening::No,
    }
}

/// A packet each.
#[derive(Debug)]
pub(super) struct Rdp;

impl Talk for Rdp {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match (role, bytes) {
            (Role::Client, [3, 0, high, low, ..]) => Step::Over(u16::from_be_bytes([*high, *low]).into()),
            // Protocols with TLS: 1 alone, 2 and 8 with CredSSP in it.
            (
                Role::Server,
                [
                    3,
                    0,
                    0,
                    19,
                    _,
                    CONNECTION_CONFIRM,
                    _,
                    _,
                    _,
                    _,
                    _,
                    NEGOTIATION_RESPONSE,
                    _,
                    _,
                    _,
                    1 | 2 | 8,
                    _,
                    _,
                    _,
                    ..,
                ],
            ) => Step::Over(CONFIRM),
            (Role::Server, _) if bytes.len() >= CONFIRM => Step::NotMine,
            _ => Step::Wait,
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("rdp")
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const REQUEST: (Role, &[u8]) = (Client, &[3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0]);

    fn confirm(kind: u8, protocol: u8) -> Vec<u8> {
        vec![3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, kind, 0, 8, 0, protocol, 0, 0, 0]
    }

    #[test]
    fn tls_begins_behind_a_confirm_that_chooses_it() {
        for protocol in [1, 2, 8] {
            assert_eq!(begins(&[REQUEST, (Server, &confirm(2, protocol))]), Some(Some("rdp")));
        }
    }

    #[test]
    fn a_confirm_without_tls_leads_nowhere() {
        assert!(leads_nowhere(&[REQUEST, (Server, &confirm(2, 0))]));
        assert!(leads_nowhere(&[REQUEST, (Server, &confirm(3, 1))]));
    }
}
