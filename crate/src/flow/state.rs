//! `conn_state`, as Zeek's `base/protocols/conn/main.zeek` derives it.

use super::direction::Direction;
use super::endpoint::EndpointState;
use super::tcp::Tcp;
use strum::{EnumString, IntoStaticStr};

/// How a connection went, as Zeek's `conn_state` puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub enum ConnState {
    /// Connection attempt seen, no reply.
    S0,
    /// Established, not terminated.
    S1,
    /// Established, close attempt by the originator seen, no reply from the responder.
    S2,
    /// Established, close attempt by the responder seen, no reply from the originator.
    S3,
    /// Normal establishment and termination.
    SF,
    /// Attempt rejected.
    Rej,
    /// Established, the originator aborted.
    RstO,
    /// Established, the responder aborted.
    RstR,
    /// SYN then RST from the originator, no SYN-ACK.
    RstOS0,
    /// SYN-ACK then RST from the responder, no SYN.
    RstRH,
    /// SYN then FIN from the originator, no SYN-ACK.
    SH,
    /// SYN-ACK then FIN from the responder, no SYN.
    ShR,
    /// No SYN seen: midstream traffic.
    Oth,
}

impl ConnState {
    /// Zeek's name.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the state that Zeek calls `name`.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok()
    }
}

/// State of a TCP connection from those of its endpoints.
pub(super) fn of_tcp(tcp: &Tcp, history: impl Iterator<Item = u8>) -> ConnState {
    use EndpointState as State;
    let (orig, resp) = (tcp.orig.state, tcp.resp.state);
    let is_silent = |state| matches!(state, State::Inactive | State::Partial);
    let is_empty = || tcp.size(Direction::Orig) == 0 && tcp.size(Direction::Resp) == 0;
    match (orig, resp) {
        (State::SynSent | State::SynAckSent, State::Reset) => ConnState::Rej,
        (State::Reset, State::Reset) if is_empty() => ConnState::Rej,
        (orig, State::Reset) if is_silent(orig) => ConnState::RstRH,
        (_, State::Reset) => ConnState::RstR,
        (State::Reset, resp) if is_silent(resp) && is_aborted_attempt(history) => ConnState::RstOS0,
        (State::Reset, resp) if is_silent(resp) => ConnState::Oth,
        (State::Reset, _) => ConnState::RstO,
        (State::Closed, State::Closed) => ConnState::SF,
        (State::Closed, resp) if is_silent(resp) => ConnState::SH,
        (State::Closed, _) => ConnState::S2,
        (orig, State::Closed) if is_silent(orig) => ConnState::ShR,
        (_, State::Closed) => ConnState::S3,
        (State::SynSent, State::Inactive) => ConnState::S0,
        (State::Established, State::Established) => ConnState::S1,
        _ => ConnState::Oth,
    }
}

/// State of a UDP flow from which sides sent anything.
pub(super) fn of_udp(orig_sent: bool, resp_sent: bool) -> ConnState {
    match (orig_sent, resp_sent) {
        (true, true) => ConnState::SF,
        (true, false) => ConnState::S0,
        (false, true) => ConnState::ShR,
        (false, false) => ConnState::Oth,
    }
}

/// Returns the pattern `^?S[^HAFGIQ]*R.*`: a SYN, and a RST before anything else of weight from the originator.
fn is_aborted_attempt(history: impl Iterator<Item = u8>) -> bool {
    let mut letters = history.skip_while({
        let mut first = true;
        move |letter| std::mem::take(&mut first) && *letter == b'^'
    });
    letters.next() == Some(b'S') && letters.find(|letter| b"HAFGIQR".contains(letter)) == Some(b'R')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aborted_attempt_is_syn_then_rst() {
        for (history, expected) in
            [("SR", true), ("^SR", true), ("SWTRA", true), ("SAR", false), ("DR", false)]
        {
            assert_eq!(is_aborted_attempt(history.bytes()), expected, "{history}");
        }
    }

    #[test]
    fn names_are_zeeks_and_are_read_back() {
        for name in ["S0", "SF", "REJ", "RSTO", "RSTOS0", "RSTRH", "SH", "SHR", "OTH"] {
            assert_eq!(ConnState::parse(name).map(ConnState::as_str), Some(name));
        }
        assert_eq!(ConnState::parse("Rej"), None);
    }

    #[test]
    fn udp_state_tells_who_sent() {
        assert_eq!(of_udp(true, true), ConnState::SF);
        assert_eq!(of_udp(true, false), ConnState::S0);
        assert_eq!(of_udp(false, true), ConnState::ShR);
    }
}
