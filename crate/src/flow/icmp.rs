//! ICMP and ICMPv6 as connections: which message types answer each other.

use crate::capture::Icmp;

/// What takes the place of the ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ports {
    /// The message type.
    pub(super) src: u16,
    /// The type that answers it; the code where nothing does.
    pub(super) dst: u16,
    /// Whether nothing answers it: then the other direction is another connection.
    pub(super) one_way: bool,
}

/// Types that answer each other (RFC 792, 950, 1256).
const V4_PAIRS: [(u8, u8); 5] = [(8, 0), (13, 14), (15, 16), (10, 9), (17, 18)];

/// Types that answer each other (RFC 4443, 4861, 2710, 4620, 6275).
const V6_PAIRS: [(u8, u8); 6] = [(128, 129), (133, 134), (135, 136), (130, 131), (139, 140), (144, 145)];

/// Returns the ports of a message, seen from its sender.
pub(super) fn ports(message: &Icmp, ip_proto: u8) -> Ports {
    let pairs: &[(u8, u8)] = if ip_proto == IPPROTO_ICMP { &V4_PAIRS } else { &V6_PAIRS };
    let counterpart = pairs.iter().find_map(|(request, reply)| {
        if message.kind == *request {
            Some(*reply)
        } else if message.kind == *reply {
            Some(*request)
        } else {
            None
        }
    });
    Ports {
        src: u16::from(message.kind),
        dst: u16::from(counterpart.unwrap_or(message.code)),
        one_way: counterpart.is_none(),
    }
}

/// Protocol number of ICMP for IPv4.
const IPPROTO_ICMP: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echo_request_and_reply_mirror_each_other() {
        let request = ports(&Icmp { kind: 8, code: 0, len: 0 }, 1);
        let reply = ports(&Icmp { kind: 0, code: 0, len: 0 }, 1);
        assert_eq!((request.src, request.dst, request.one_way), (8, 0, false));
        assert_eq!((reply.src, reply.dst, reply.one_way), (0, 8, false));
    }

    #[test]
    fn an_error_message_has_its_code_as_responder_port() {
        let unreachable = ports(&Icmp { kind: 3, code: 13, len: 0 }, 1);
        assert_eq!((unreachable.src, unreachable.dst, unreachable.one_way), (3, 13, true));
    }

    #[test]
    fn neighbour_solicitation_is_answered_by_an_advertisement() {
        assert_eq!(ports(&Icmp { kind: 135, code: 0, len: 0 }, 58).dst, 136);
    }
}
