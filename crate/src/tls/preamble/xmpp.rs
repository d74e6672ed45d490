//! XMPP: `<starttls/>` answered by `<proceed/>` (RFC 6120 section 5).

use super::{Opening, Role, Step, Talk, begins_with, opening};

/// Either end begins so; the one whose bytes come first is the client, because the server answers.
pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"<?xml ", b"<stream:stream"]))
}

/// Both ends' streams, tag by tag.
#[derive(Debug, Default)]
pub(super) struct Xmpp {
    request: Element,
    answer: Element,
}

/// How far `<starttls>` or `<proceed>` is. Most are empty elements; some clients put `<required/>` into theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Element {
    #[default]
    Absent,
    Open,
    Whole,
}

impl Element {
    /// Returns where the element is, after `tag`.
    fn step(self, tag: &[u8], start: &[u8], end: &[u8]) -> Self {
        match self {
            Element::Absent if tag.starts_with(start) && tag.ends_with(b"/>") => Element::Whole,
            Element::Absent if tag.starts_with(start) => Element::Open,
            Element::Open if tag.starts_with(end) => Element::Whole,
            as_it_was => as_it_was,
        }
    }
}

impl Talk for Xmpp {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        if role == Role::Client && self.request == Element::Whole {
            return if self.answer == Element::Whole { Step::Over(0) } else { Step::Wait };
        }
        let Some((tag, length)) = tag(bytes) else { return Step::Wait };
        if role == Role::Client {
            self.request = self.request.step(tag, b"<starttls", b"</starttls");
        } else if self.request == Element::Whole {
            if tag.starts_with(b"<failure") {
                return Step::NotMine;
            }
            self.answer = self.answer.step(tag, b"<proceed", b"</proceed");
            if self.answer == Element::Whole {
                return Step::Over(length);
            }
        }
        Step::Unit(length)
    }

    fn service(&self) -> Option<&'static str> {
        Some("xmpp")
    }
}

/// Returns the next tag, and the length of what ends with it; `None` while it is not whole.
fn tag(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let length = bytes.iter().position(|byte| *byte == b'>')? + 1;
    let text = bytes.get(..length)?;
    let start = text.iter().rposition(|byte| *byte == b'<').unwrap_or_default();
    Some((text.get(start..)?, length))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const START: [(Role, &[u8]); 2] = [
        (Client, b"<?xml version='1.0'?><stream:stream to='a'>"),
        (Server, b"<stream:stream><stream:features><starttls/></stream:features>"),
    ];

    #[test]
    fn tls_begins_behind_proceed() {
        let talk =
            [START[0], START[1], (Client, b"<starttls xmlns='x'/>"), (Server, b"<proceed xmlns='x'/>")];
        assert_eq!(begins(&talk), Some(Some("xmpp")));
    }

    #[test]
    fn an_element_may_end_apart() {
        let talk = [
            START[0],
            START[1],
            (Client, b"<starttls><required/></starttls>"),
            (Server, b"<proceed x='y'></proceed>"),
        ];
        assert_eq!(begins(&talk), Some(Some("xmpp")));
    }

    #[test]
    fn a_failure_leads_nowhere() {
        assert!(leads_nowhere(&[START[0], START[1], (Client, b"<starttls/>"), (Server, b"<failure/>")]));
    }

    #[test]
    fn what_the_server_offers_is_not_a_request() {
        assert_eq!(begins(&[START[0], START[1], (Server, b"<proceed/>")]), None);
    }
}
