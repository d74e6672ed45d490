//! HTTP CONNECT: behind a reply of success both ends are in the tunnel (RFC 9110 section 9.3.6).

use super::{Opening, Role, Step, Talk, begins_with, head, header, line, opening};

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &[b"CONNECT "]))
}

/// What was asked and answered. A proxy that wants credentials refuses at first.
#[derive(Debug, Default)]
pub(super) struct Connect {
    asked: bool,
    accepted: bool,
    reply: Reply,
}

/// What of a reply comes next.
#[derive(Debug, Default)]
enum Reply {
    #[default]
    Head,
    /// A chunk, its size before it (RFC 9112 section 7.1).
    Chunk,
    /// Fields behind the last chunk, up to an empty line.
    Trailer,
}

impl Talk for Connect {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match role {
            Role::Client if self.accepted => Step::Over(0),
            Role::Client if self.asked => Step::Wait,
            Role::Client => self.request(bytes),
            Role::Server if !self.asked => Step::Wait,
            Role::Server => match self.reply {
                Reply::Head => self.reply_head(bytes),
                Reply::Chunk => self.chunk(bytes),
                Reply::Trailer => self.trailer(bytes),
            },
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("http")
    }
}

impl Connect {
    fn request(&mut self, bytes: &[u8]) -> Step {
        let Some(head) = head(bytes) else { return Step::Wait };
        if begins_with(head, &[b"CONNECT "]) != Some(true) {
            return Step::NotMine;
        }
        self.asked = true;
        Step::Unit(head.len())
    }

    fn reply_head(&mut self, bytes: &[u8]) -> Step {
        let Some(head) = head(bytes) else { return Step::Wait };
        match status_class(head) {
            Some(b'2') => {
                self.accepted = true;
                Step::Over(head.len())
            }
            Some(b'3'..=b'5') if is_chunked(head) => {
                self.reply = Reply::Chunk;
                Step::Unit(head.len())
            }
            Some(b'3'..=b'5') => {
                self.asked = false;
                with_body(head)
            }
            Some(b'1') => Step::Unit(head.len()),
            _ => Step::NotMine,
        }
    }

    fn chunk(&mut self, bytes: &[u8]) -> Step {
        let Some((line, length)) = line(bytes) else { return Step::Wait };
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        let size = str::from_utf8(digits).ok().and_then(|digits| usize::from_str_radix(digits, 16).ok());
        match size {
            Some(0) => {
                self.reply = Reply::Trailer;
                Step::Unit(length)
            }
            // A line's end stands behind the chunk.
            Some(size) => size.checked_add(length + 2).map_or(Step::NotMine, Step::Unit),
            None => Step::NotMine,
        }
    }

    fn trailer(&mut self, bytes: &[u8]) -> Step {
        let Some((line, length)) = line(bytes) else { return Step::Wait };
        if line.is_empty() {
            self.reply = Reply::Head;
            self.asked = false;
        }
        Step::Unit(length)
    }
}

/// First digit of the status.
fn status_class(head: &[u8]) -> Option<u8> {
    let rest = head.strip_prefix(b"HTTP/1.")?;
    match rest.get(1..5)? {
        [b' ', class @ b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] => Some(*class),
        _ => None,
    }
}

/// A head with the body that it announces, which is passed over.
fn with_body(head: &[u8]) -> Step {
    let Some(value) = header(head, b"content-length:") else { return Step::Unit(head.len()) };
    let length = str::from_utf8(value).ok().and_then(|value| value.parse::<usize>().ok());
    length.and_then(|length| length.checked_add(head.len())).map_or(Step::NotMine, Step::Unit)
}

/// Whether the body comes in chunks: that is the last of the transfer codings.
fn is_chunked(head: &[u8]) -> bool {
    let codings = header(head, b"transfer-encoding:").unwrap_or_default();
    codings
        .rsplit(|byte| *byte == b',')
        .next()
        .is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(b"chunked"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    const REQUEST: (Role, &[u8]) = (Client, b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n");

    #[test]
    fn the_tunnel_begins_behind_success() {
        let talk: [(Role, &[u8]); 2] = [REQUEST, (Server, b"HTTP/1.0 200 OK\r\nVia: x\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
    }

    #[test]
    fn a_refusal_with_its_body_may_be_followed_by_another_request() {
        let refusal: &[u8] = b"HTTP/1.1 407 Who\r\ncontent-Length: 3\r\n\r\nno!";
        let talk = [REQUEST, (Server, refusal), REQUEST, (Server, b"HTTP/1.1 200 OK\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
    }

    #[test]
    fn a_refusal_may_come_in_chunks() {
        let refusal: &[u8] = b"HTTP/1.1 407 Who\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n\
            a;b=c\r\n0123456789\r\n3\r\nno!\r\n0\r\nVia: x\r\n\r\n";
        let talk = [REQUEST, (Server, refusal), REQUEST, (Server, b"HTTP/1.1 200 OK\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
    }

    #[test]
    fn chunks_without_a_size_or_an_end_lead_nowhere() {
        let head: (Role, &[u8]) = (Server, b"HTTP/1.1 407 Who\r\nTransfer-Encoding: chunked\r\n\r\n");
        assert!(leads_nowhere(&[REQUEST, head, (Server, b"x\r\n")]));
        assert!(leads_nowhere(&[REQUEST, head, (Server, b"ffffffffffffffff\r\n")]));
    }

    #[test]
    fn another_request_leads_nowhere() {
        let talk: [(Role, &[u8]); 3] =
            [REQUEST, (Server, b"HTTP/1.1 404 No\r\n\r\n"), (Client, b"GET / HTTP/1.1\r\n\r\n")];
        assert!(leads_nowhere(&talk));
    }

    #[test]
    fn an_endless_body_leads_nowhere() {
        let refusal: &[u8] = b"HTTP/1.1 407 Who\r\nContent-Length: 18446744073709551615\r\n\r\n";
        assert!(leads_nowhere(&[REQUEST, (Server, refusal)]));
    }
}
