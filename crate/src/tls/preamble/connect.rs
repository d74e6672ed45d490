//! HTTP CONNECT: behind a reply of success both ends are in the tunnel (RFC 9110 section 9.3.6).

use super::{HeadSearch, MAX_WITH_TOKENS, Opening, Role, Step, Talk, begins_with, header, line, opening};

/// How clients begin with a proxy: by asking for a tunnel, or for a whole address (RFC 9112 section 3.2.2), behind which
/// they may use the connection for a tunnel.
const REQUESTS: [&[u8]; 5] =
    [b"CONNECT ", b"GET http://", b"HEAD http://", b"POST http://", b"OPTIONS http://"];

pub(super) fn open(bytes: &[u8]) -> Opening {
    opening(Role::Client, begins_with(bytes, &REQUESTS))
}

/// What was asked and answered. A proxy that wants credentials refuses at first.
#[derive(Debug, Default)]
pub(super) struct Connect {
    /// The request that has no reply yet.
    asked: Option<Method>,
    accepted: bool,
    reply: Reply,
    request_head: HeadSearch,
    reply_head: HeadSearch,
}

/// What a request's method says of the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Success has no body but the tunnel.
    Connect,
    /// No body.
    Head,
    /// Any other.
    Other,
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
            Role::Client if self.asked.is_some() => Step::Wait,
            Role::Client => self.request(bytes),
            Role::Server => match (self.asked, &self.reply) {
                (None, _) => Step::Wait,
                (Some(method), Reply::Head) => self.reply(method, bytes),
                (Some(_), Reply::Chunk) => self.chunk(bytes),
                (Some(_), Reply::Trailer) => self.trailer(bytes),
            },
        }
    }

    fn service(&self) -> Option<&'static str> {
        Some("http")
    }

    fn bound(&self) -> usize {
        MAX_WITH_TOKENS
    }
}

impl Connect {
    fn request(&mut self, bytes: &[u8]) -> Step {
        let Some(head) = self.request_head.head(bytes) else { return Step::Wait };
        let method = if begins_with(head, &[b"CONNECT "]) == Some(true) {
            Method::Connect
        } else if begins_with(head, &REQUESTS) != Some(true) || is_chunked(head) {
            return Step::NotMine;
        } else if begins_with(head, &[b"HEAD "]) == Some(true) {
            Method::Head
        } else {
            Method::Other
        };
        self.asked = Some(method);
        if method == Method::Connect { Step::Unit(head.len()) } else { with_body(head) }
    }

    fn reply(&mut self, method: Method, bytes: &[u8]) -> Step {
        let Some(head) = self.reply_head.head(bytes) else { return Step::Wait };
        match (status(head), method) {
            (Some([b'2', ..]), Method::Connect) => {
                self.accepted = true;
                Step::Over(head.len())
            }
            (Some([b'1', ..]), _) => Step::Unit(head.len()),
            (Some(b"204" | b"304"), _) | (Some(_), Method::Head) => {
                self.asked = None;
                Step::Unit(head.len())
            }
            (Some(_), _) if is_chunked(head) => {
                self.reply = Reply::Chunk;
                Step::Unit(head.len())
            }
            (Some(_), _) => {
                self.asked = None;
                with_body(head)
            }
            (None, _) => Step::NotMine,
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
            // A line end follows the chunk.
            Some(size) => size.checked_add(length + 2).map_or(Step::NotMine, Step::Unit),
            None => Step::NotMine,
        }
    }

    fn trailer(&mut self, bytes: &[u8]) -> Step {
        let Some((line, length)) = line(bytes) else { return Step::Wait };
        if line.is_empty() {
            self.reply = Reply::Head;
            self.asked = None;
        }
        Step::Unit(length)
    }
}

/// Returns the status of a reply.
fn status(head: &[u8]) -> Option<&[u8; 3]> {
    let (space, rest) = head.strip_prefix(b"HTTP/1.")?.get(1..)?.split_first()?;
    let status: &[u8; 3] = rest.first_chunk()?;
    let [class, detail @ ..] = status;
    let fits = *space == b' ' && (b'1'..=b'5').contains(class) && detail.iter().all(u8::is_ascii_digit);
    fits.then_some(status)
}

/// Returns a head with the body that it announces, which is passed over.
fn with_body(head: &[u8]) -> Step {
    let Some(value) = header(head, b"content-length:") else { return Step::Unit(head.len()) };
    let length = str::from_utf8(value).ok().and_then(|value| value.parse::<usize>().ok());
    length.and_then(|length| length.checked_add(head.len())).map_or(Step::NotMine, Step::Unit)
}

/// Returns whether the body comes in chunks: that is the last of the transfer codings.
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
    fn a_token_of_tens_of_kilobytes_fits() {
        let token = "k".repeat(60_000);
        let request = format!("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Negotiate {token}\r\n\r\n");
        let talk: [(Role, &[u8]); 2] = [(Client, request.as_bytes()), (Server, b"HTTP/1.1 200 OK\r\n\r\n")];
        assert_eq!(begins(&talk), Some(Some("http")));
        let request =
            format!("CONNECT a:443 HTTP/1.1\r\nProxy-Authorization: Negotiate {token}{token}\r\n\r\n");
        assert!(leads_nowhere(&[(Client, request.as_bytes())]));
    }

    #[test]
    fn other_requests_to_the_proxy_may_come_before() {
        let talk: [(Role, &[u8]); 10] = [
            (Client, b"GET http://b/ HTTP/1.1\r\nHost: b\r\n\r\n"),
            (Server, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
            (Client, b"HEAD http://b/ HTTP/1.1\r\n\r\n"),
            (Server, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"),
            (Client, b"POST http://b/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"),
            (Server, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
            (Client, b"GET http://b/ HTTP/1.1\r\n\r\n"),
            (Server, b"HTTP/1.1 304 Same\r\nContent-Length: 2\r\n\r\n"),
            REQUEST,
            (Server, b"HTTP/1.1 200 OK\r\n\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("http")));
        assert_eq!(begins(&talk[..8]), None);
    }

    #[test]
    fn requests_to_an_origin_do_not_open() {
        assert_eq!(open(b"GET / HTTP/1.1\r\n"), Opening::No);
        assert_eq!(open(b"OPTIONS http:/"), Opening::Undecided);
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
