//! Protocols of lines whose client asks for TLS by a command: SMTP (RFC 3207), FTP (RFC 4217, with GSSAPI RFC 2228),
//! POP3 and IMAP (RFC 2595), NNTP (RFC 4642), IRC (numerics 670 and 691).

use super::{Next, Opening, Role, Step, Talk, begins_with, line, opening};

/// How servers greet: a reply code, POP3's and IMAP's signs, IRC's prefix and notice.
const GREETINGS: [&[u8]; 12] = [
    b"220 ", b"220-", b"120 ", b"120-", b"200 ", b"200-", b"201 ", b"201-", b"+OK", b"* OK", b":", b"NOTICE ",
];

/// How clients begin who do not wait for a greeting, or whose greeting was not captured.
const COMMANDS: [&[u8]; 10] = [
    b"EHLO ",
    b"HELO ",
    b"STARTTLS",
    b"STLS",
    b"AUTH TLS",
    b"AUTH GSSAPI",
    b"CAP ",
    b"NICK ",
    b"USER ",
    b"PASS ",
];

pub(super) fn open(bytes: &[u8]) -> Opening {
    match opening(Role::Server, begins_with(bytes, &GREETINGS)) {
        Opening::No => opening(Role::Client, begins_with(bytes, &COMMANDS)),
        found => found,
    }
}

/// One conversation in lines.
#[derive(Debug, Default)]
pub(super) struct Text {
    request: Option<Request>,
    /// The protocol, known by the reply that lets TLS begin.
    accepted: Option<Accepted>,
}

/// A command that asks for TLS and has no reply yet.
#[derive(Debug, PartialEq, Eq)]
enum Request {
    /// SMTP, NNTP and IRC.
    StartTls,
    Pop3,
    Ftp,
    Gssapi,
    /// With the tag that its reply repeats.
    Imap(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accepted {
    Smtp,
    Nntp,
    Irc,
    Pop3,
    Ftp,
    Gssapi,
    Imap,
}

#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Accepted(Accepted),
    Refused,
    /// To something else, or more of it follows.
    Other,
}

impl Talk for Text {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        if role == Role::Client && self.accepted.is_some() {
            return Step::Over(0);
        }
        if role == Role::Client && self.request.is_some() {
            return Step::Wait;
        }
        let Some((line, length)) = line(bytes) else { return Step::Wait };
        match (role, &self.request) {
            (Role::Client, _) => self.request = Request::read(line),
            (Role::Server, None) => {}
            (Role::Server, Some(request)) => match request.reply(line) {
                Reply::Accepted(protocol) => {
                    self.accepted = Some(protocol);
                    return Step::Over(length);
                }
                Reply::Refused => self.request = None,
                Reply::Other => {}
            },
        }
        Step::Unit(length)
    }

    fn service(&self) -> Option<&'static str> {
        match self.accepted? {
            Accepted::Smtp => Some("smtp"),
            Accepted::Irc => Some("irc"),
            Accepted::Pop3 => Some("pop3"),
            Accepted::Ftp | Accepted::Gssapi => Some("ftp"),
            Accepted::Imap => Some("imap"),
            Accepted::Nntp => None,
        }
    }

    fn next(&self) -> Next {
        if self.accepted == Some(Accepted::Gssapi) { Next::GssapiTokens } else { Next::Bytes }
    }
}

impl Request {
    fn read(line: &[u8]) -> Option<Self> {
        let is = |word: Option<&[u8]>, name: &[u8]| word.is_some_and(|word| word.eq_ignore_ascii_case(name));
        let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let (first, second, third) = (words.next(), words.next(), words.next());
        if third.is_some() {
            None
        } else if second.is_none() && is(first, b"STARTTLS") {
            Some(Request::StartTls)
        } else if second.is_none() && is(first, b"STLS") {
            Some(Request::Pop3)
        } else if is(first, b"AUTH") && [&b"TLS"[..], b"TLS-C", b"SSL"].iter().any(|name| is(second, name)) {
            Some(Request::Ftp)
        } else if is(first, b"AUTH") && is(second, b"GSSAPI") {
            Some(Request::Gssapi)
        } else if is(second, b"STARTTLS") {
            first.map(|tag| Request::Imap(tag.to_vec()))
        } else {
            None
        }
    }

    fn reply(&self, line: &[u8]) -> Reply {
        match self {
            Request::Pop3 if line.starts_with(b"+OK") => Reply::Accepted(Accepted::Pop3),
            Request::Pop3 if line.starts_with(b"-ERR") => Reply::Refused,
            Request::Pop3 => Reply::Other,
            Request::Imap(tag) => {
                let answer = line.strip_prefix(&tag[..]).and_then(|rest| rest.strip_prefix(b" "));
                match answer.map(|answer| begins_with(answer, &[b"OK"])) {
                    Some(Some(true)) => Reply::Accepted(Accepted::Imap),
                    Some(_) => Reply::Refused,
                    None => Reply::Other,
                }
            }
            Request::StartTls => match code(line) {
                Some(b"220") => Reply::Accepted(Accepted::Smtp),
                Some(b"382") => Reply::Accepted(Accepted::Nntp),
                Some(b"670") => Reply::Accepted(Accepted::Irc),
                Some([b'4' | b'5', ..] | b"691") => Reply::Refused,
                _ => Reply::Other,
            },
            Request::Ftp => match code(line) {
                Some(b"234") => Reply::Accepted(Accepted::Ftp),
                Some([b'4' | b'5', ..]) => Reply::Refused,
                _ => Reply::Other,
            },
            Request::Gssapi => match code(line) {
                Some(b"334") => Reply::Accepted(Accepted::Gssapi),
                Some([b'4' | b'5', ..]) => Reply::Refused,
                _ => Reply::Other,
            },
        }
    }
}

/// The three digits of a reply's last line, behind the prefix that IRC may put before them.
fn code(line: &[u8]) -> Option<&[u8; 3]> {
    let reply = if line.starts_with(b":") { line.splitn(2, |byte| *byte == b' ').nth(1)? } else { line };
    let (code, rest) = reply.split_first_chunk()?;
    (code.iter().all(u8::is_ascii_digit) && matches!(rest.first(), None | Some(b' '))).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere, next};
    use super::*;
    use Role::{Client, Server};

    #[test]
    fn smtp_changes_behind_220() {
        let talk: [(Role, &[u8]); 5] = [
            (Server, b"220 mail ESMTP\r\n"),
            (Client, b"EHLO me\r\n"),
            (Server, b"250-mail\r\n250 STARTTLS\r\n"),
            (Client, b"starttls\r\n"),
            (Server, b"220 go\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("smtp")));
    }

    #[test]
    fn a_reply_that_goes_on_is_not_yet_the_change() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"220 a\r\n"), (Client, b"STARTTLS\r\n"), (Server, b"220-soon\r\n")];
        assert_eq!(begins(&talk), None);
    }

    #[test]
    fn a_refused_request_may_be_repeated() {
        let talk: [(Role, &[u8]); 5] = [
            (Server, b"220 a\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b"454 not now\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b"220 go\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        assert_eq!(begins(&talk[..4]), None);
    }

    #[test]
    fn ftp_changes_behind_234() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"220 ftp\r\n"), (Client, b"AUTH TLS\r\n"), (Server, b"234 go\r\n")];
        assert_eq!(begins(&talk), Some(Some("ftp")));
    }

    #[test]
    fn gssapi_goes_on_in_lines_behind_334() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"220 ftp\r\n"), (Client, b"AUTH GSSAPI\r\n"), (Server, b"334 ADAT must follow\r\n")];
        assert_eq!(begins(&talk), Some(Some("ftp")));
        assert_eq!(next(&talk), Next::GssapiTokens);
        assert_eq!(begins(&[talk[0], talk[1], (Server, b"504 no\r\n")]), None);
    }

    #[test]
    fn pop3_changes_behind_ok() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"+OK pop\r\n"), (Client, b"STLS\r\n"), (Server, b"+OK begin\r\n")];
        assert_eq!(begins(&talk), Some(Some("pop3")));
    }

    #[test]
    fn imap_changes_behind_the_reply_with_its_tag() {
        let talk: [(Role, &[u8]); 3] = [
            (Server, b"* OK imap\r\n"),
            (Client, b"a2 STARTTLS\r\n"),
            (Server, b"* CAPABILITY\r\na2 OK\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("imap")));
        let other: [(Role, &[u8]); 3] = [talk[0], talk[1], (Server, b"a1 OK\r\n")];
        assert_eq!(begins(&other), None);
    }

    #[test]
    fn nntp_changes_behind_382_without_a_service() {
        let talk: [(Role, &[u8]); 3] =
            [(Server, b"200 news\r\n"), (Client, b"STARTTLS\r\n"), (Server, b"382 go\r\n")];
        assert_eq!(begins(&talk), Some(None));
    }

    #[test]
    fn irc_clients_speak_first_and_change_behind_670() {
        let talk: [(Role, &[u8]); 2] =
            [(Client, b"STARTTLS\r\n"), (Server, b":irc.example 670  :successful\r\n")];
        assert_eq!(begins(&talk), Some(Some("irc")));
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        assert!(leads_nowhere(&[(Server, b"220 a\r\n"), (Client, &[b'x'; 9000])]));
    }

    #[test]
    fn other_talk_does_not_open() {
        assert_eq!(open(b"SSH-2.0"), Opening::No);
        assert_eq!(open(b"GET / HTTP"), Opening::No);
        assert_eq!(open(b"22"), Opening::Undecided);
    }
}
