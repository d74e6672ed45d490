//! RDP: the server chooses TLS, or RDP's own security, in its connection confirm ([MS-RDPBCGR] sections 2.2.1.1 and
//! 2.2.1.2).

use super::{Next, Opening, Role, Step, Talk};

/// X.224 codes, the sixth byte of such a packet.
const CONNECTION_REQUEST: u8 = 0xe0;
const CONNECTION_CONFIRM: u8 = 0xd0;

/// Type of the negotiation's response.
const NEGOTIATION_RESPONSE: u8 = 2;

/// Returns a TPKT header (version, reserved, length), the X.224 length and code.
pub(super) fn open(bytes: &[u8]) -> Opening {
    match bytes {
        [3, 0, 0, _, _, CONNECTION_REQUEST, ..] => Opening::By(Role::Client),
        [] | [3] | [3, 0] | [3, 0, 0] | [3, 0, 0, _] | [3, 0, 0, _, _] => Opening::Undecided,
        _ => Opening::No,
    }
}

/// A packet each.
#[derive(Debug, Default)]
pub(super) struct Rdp {
    /// What the server chose.
    chosen: Option<Next>,
}

impl Talk for Rdp {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        let &[3, 0, high, low, ..] = bytes else {
            return if bytes.len() < 4 { Step::Wait } else { Step::NotMine };
        };
        let length = u16::from_be_bytes([high, low]).into();
        if role == Role::Client {
            return Step::Over(length);
        }
        let Some(packet) = bytes.get(..length) else {
            return if length > CONFIRM { Step::NotMine } else { Step::Wait };
        };
        self.chosen = chosen(packet);
        if self.chosen.is_some() { Step::Over(length) } else { Step::NotMine }
    }

    fn service(&self) -> Option<&'static str> {
        Some("rdp")
    }

    fn next(&self) -> Next {
        self.chosen.unwrap_or(Next::Bytes)
    }
}

/// Length of a confirm with a negotiation's response.
const CONFIRM: usize = 19;

/// Returns what a confirm chooses; none for a failure. An old server answers without a response.
fn chosen(packet: &[u8]) -> Option<Next> {
    let (&[.., CONNECTION_CONFIRM, _, _, _, _, _], response) = packet.split_first_chunk::<11>()? else {
        return None;
    };
    match response {
        [] | [NEGOTIATION_RESPONSE, _, _, _, 0, _, _, _] => Some(Next::RdpSecurity),
        // Protocols with TLS: 1 alone, 2 and 8 with CredSSP in it.
        [NEGOTIATION_RESPONSE, _, _, _, 1 | 2 | 8, _, _, _] => Some(Next::Bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere, next};
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
    fn rdps_own_security_is_chosen_or_not_answered() {
        let old = [3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0];
        for confirm in [&confirm(2, 0)[..], &old] {
            let talk = [REQUEST, (Server, confirm)];
            assert_eq!(begins(&talk), Some(Some("rdp")));
            assert_eq!(next(&talk), Next::RdpSecurity);
        }
        assert_eq!(next(&[REQUEST, (Server, &confirm(2, 1))]), Next::Bytes);
    }

    #[test]
    fn a_failed_negotiation_leads_nowhere() {
        assert!(leads_nowhere(&[REQUEST, (Server, &confirm(3, 1))]));
        assert!(leads_nowhere(&[REQUEST, (Server, &confirm(2, 16))]));
    }

    #[test]
    fn what_is_no_confirm_leads_nowhere() {
        for bytes in [&b"HTTP"[..], &[3, 0, 0, 7, 2, 0xf0, 0x80], &[3, 0, 1, 0], &[3, 0, 0, 2]] {
            assert!(leads_nowhere(&[REQUEST, (Server, bytes)]));
        }
    }
}
