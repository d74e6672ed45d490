//! Protocols of lines whose client asks for TLS by a command: SMTP (RFC 3207), FTP (RFC 4217, with GSSAPI RFC 2228),
//! POP3 and IMAP (RFC 2595), NNTP (RFC 4642), IRC (numerics 670 and 691), ManageSieve (RFC 5804). A server may also greet in one of
//! them though the client begins with TLS, as at port 465.

use super::super::record::kind;
use super::{Next, Opening, Role, Step, Talk, begins_with, line, opening};

/// How servers greet: a reply code, POP3's and IMAP's signs, IRC's prefix and notice, ManageSieve's list.
const GREETINGS: [&[u8]; 14] = [
    b"220 ",
    b"220-",
    b"120 ",
    b"120-",
    b"200 ",
    b"200-",
    b"201 ",
    b"201-",
    b"+OK",
    b"* OK",
    b"* PREAUTH",
    b":",
    b"NOTICE ",
    SIEVE_GREETING,
];

/// Each line of ManageSieve's greeting is a capability in quotes; this one comes in all.
const SIEVE_GREETING: &[u8] = b"\"IMPLEMENTATION\"";

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
    /// Commands before the request, or before the client's next one, that have no reply yet.
    unanswered: usize,
    /// The server has spoken.
    greeted: bool,
    /// It is SMTP: the client said so, or the server's list.
    smtp: bool,
    /// The server's last line lets TLS begin if it is no greeting.
    ready: bool,
    /// It is ManageSieve.
    sieve: bool,
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
    Sieve,
    /// The server greeted, but the client began with TLS.
    Banner,
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
        if self.changes_alone(role, bytes) {
            self.accepted = Some(Accepted::Smtp);
        }
        if self.skips_banner(role, bytes) {
            self.accepted = Some(Accepted::Banner);
        }
        match self.accepted {
            // What stands behind the greeting is TLS, or a refusal of it.
            Some(Accepted::Banner) if role == Role::Server && !self.greeted && !begins_tls(bytes) => {
                let Some((line, length)) = line(bytes) else { return Step::Wait };
                self.greeted = !announces_more(line);
                return Step::Unit(length);
            }
            Some(_) => return Step::Over(0),
            None => {}
        }
        if role == Role::Client && self.request.is_some() {
            return Step::Wait;
        }
        let Some((line, length)) = line(bytes) else { return Step::Wait };
        match role {
            Role::Client => self.command(line),
            Role::Server => self.reply(line),
        }
        if self.accepted.is_some() { Step::Over(length) } else { Step::Unit(length) }
    }

    fn service(&self) -> Option<&'static str> {
        match self.accepted? {
            Accepted::Smtp => Some("smtp"),
            Accepted::Irc => Some("irc"),
            Accepted::Pop3 => Some("pop3"),
            Accepted::Ftp | Accepted::Gssapi => Some("ftp"),
            Accepted::Imap => Some("imap"),
            Accepted::Nntp | Accepted::Sieve | Accepted::Banner => None,
        }
    }

    fn next(&self) -> Next {
        if self.accepted == Some(Accepted::Gssapi) { Next::GssapiTokens } else { Next::Bytes }
    }
}

impl Text {
    /// Returns whether an end goes on in TLS behind its part of SMTP's STARTTLS while the other end was not captured.
    fn changes_alone(&self, role: Role, bytes: &[u8]) -> bool {
        let said = match role {
            Role::Client => self.request == Some(Request::StartTls) && !self.greeted,
            Role::Server => self.ready,
        };
        said && self.smtp && begins_tls(bytes)
    }

    /// Returns whether the client begins with TLS where the server greeted.
    fn skips_banner(&self, role: Role, bytes: &[u8]) -> bool {
        let said_nothing = self.request.is_none() && self.unanswered == 0;
        role == Role::Client && said_nothing && begins_tls(bytes)
    }

    fn command(&mut self, line: &[u8]) {
        self.smtp |= begins_with(line, &[b"EHLO ", b"HELO "]) == Some(true);
        self.request = Request::read(line);
        if line == b"." {
            // The end of a message; the lines before it were its text, and all together get one reply.
            self.unanswered = 1;
        } else if self.request.is_none() {
            self.unanswered += 1;
        }
    }

    /// Gives a reply to the command that it answers. Replies come in the commands' order, but for IMAP's and IRC's, which
    /// name what they answer, and those that answer nothing but a request for TLS.
    fn reply(&mut self, line: &[u8]) {
        self.smtp |= offers_starttls(line);
        self.sieve |= begins_with(line, &[SIEVE_GREETING]) == Some(true);
        self.ready = code(line) == Some(b"220");
        if self.greets(line) {
            self.greeted = !announces_more(line);
            return;
        }
        self.greeted = true;
        let names_its_command = line.starts_with(b":") || matches!(self.request, Some(Request::Imap(_)));
        let in_turn = self.unanswered == 0 || names_its_command;
        match self.request.as_ref().map_or(Reply::Other, |request| request.reply(line, self.sieve)) {
            Reply::Accepted(protocol) if in_turn || protocol != Accepted::Pop3 => {
                self.accepted = Some(protocol)
            }
            Reply::Refused if in_turn => self.request = None,
            _ if is_final(line) => self.unanswered = self.unanswered.saturating_sub(1),
            _ => {}
        }
    }

    /// Returns whether a line belongs to the greeting, for which not every client waits. Where the request alone came
    /// before, the greeting was not captured.
    fn greets(&self, line: &[u8]) -> bool {
        let request_alone = self.request.is_some() && self.unanswered == 0;
        let fits = !line.starts_with(b":") && begins_with(line, &GREETINGS) == Some(true);
        !self.greeted && !request_alone && fits
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

    fn reply(&self, line: &[u8], sieve: bool) -> Reply {
        match self {
            Request::StartTls if sieve => match begins_with(line, &[b"NO", b"BYE"]) {
                Some(true) => Reply::Refused,
                _ if begins_with(line, &[b"OK"]) == Some(true) => Reply::Accepted(Accepted::Sieve),
                _ => Reply::Other,
            },
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
                Some(b"691") => Reply::Refused,
                // IRC's errors come in no order, but name their command.
                Some([b'4' | b'5', ..]) if !line.starts_with(b":") || names_starttls(line) => Reply::Refused,
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

/// Returns whether an end goes on in records of TLS.
fn begins_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [kind::HANDSHAKE | kind::ALERT, 3, ..])
}

/// Returns whether a line ends the reply to a line of the client: POP3's signs, its `+` that asks for one more, or a
/// code.
fn is_final(line: &[u8]) -> bool {
    match code(line) {
        Some(_) => !announces_more(line),
        None => begins_with(line, &[b"+", b"-ERR"]) == Some(true),
    }
}

/// Returns whether a line is one of SMTP's list of extensions, namely STARTTLS (RFC 3207 section 4).
fn offers_starttls(line: &[u8]) -> bool {
    matches!(line, [b'2', b'5', b'0', b' ' | b'-', name @ ..] if name.eq_ignore_ascii_case(b"STARTTLS"))
}

/// Returns whether another line or another reply to the same command follows.
fn announces_more(line: &[u8]) -> bool {
    matches!(line, [b'1', _, _, b' ', ..] | [_, _, _, b'-', ..])
}

/// Returns whether a line of IRC has STARTTLS among its words.
fn names_starttls(line: &[u8]) -> bool {
    line.split(|byte| *byte == b' ').any(|word| word.eq_ignore_ascii_case(b"STARTTLS"))
}

/// Returns the three digits of a reply's last line, behind the prefix that IRC may put before them.
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
    fn a_greeting_is_no_reply_to_a_client_that_does_not_wait() {
        let talk: [(Role, &[u8]); 2] = [
            (Client, b"EHLO me\r\nSTARTTLS\r\n"),
            (Server, b"220-mail ESMTP\r\n220 x\r\n250-mail\r\n250 STARTTLS\r\n220 go\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        assert_eq!(begins(&[talk[0], (Server, b"220 mail ESMTP\r\n250-mail\r\n250 STARTTLS\r\n")]), None);
    }

    #[test]
    fn a_greeting_that_was_not_captured_is_not_awaited() {
        let talk: [(Role, &[u8]); 2] =
            [(Client, b"EHLO me\r\nSTARTTLS\r\n"), (Server, b"250 STARTTLS\r\n220 go\r\n")];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        assert_eq!(begins(&[(Client, b"STARTTLS\r\n"), (Server, b"220 go\r\n")]), Some(Some("smtp")));
    }

    #[test]
    fn a_refusal_is_that_of_the_command_in_turn() {
        let talk: [(Role, &[u8]); 3] = [
            (Server, b"220 a\r\n"),
            (Client, b"VRFY x\r\nSTARTTLS\r\n"),
            (Server, b"502-no\r\n502 no\r\n220 go\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        let refused: [(Role, &[u8]); 5] = [
            talk[0],
            talk[1],
            (Server, b"502 no\r\n454 not now\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b"220 go\r\n"),
        ];
        assert_eq!(begins(&refused), Some(Some("smtp")));
        assert_eq!(begins(&refused[..4]), None);
    }

    #[test]
    fn the_text_of_a_message_has_one_reply() {
        let talk: [(Role, &[u8]); 7] = [
            (Server, b"220 a\r\n"),
            (Client, b"DATA\r\n"),
            (Server, b"354 go\r\n"),
            (Client, b"one\r\ntwo\r\nthree\r\n.\r\nSTARTTLS\r\n"),
            (Server, b"250 kept\r\n454 not now\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b"220 go\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("smtp")));
    }

    #[test]
    fn smtp_changes_though_only_its_client_was_captured() {
        let talk: [(Role, &[u8]); 2] = [(Client, b"EHLO me\r\nSTARTTLS\r\n"), (Client, &[22, 3])];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        assert_eq!(begins(&talk[..1]), None);
        assert_eq!(begins(&[talk[0], (Server, b"220 a\r\n"), talk[1]]), None);
        assert_eq!(begins(&[(Client, b"NICK me\r\nSTARTTLS\r\n"), talk[1]]), None);
    }

    #[test]
    fn smtp_changes_though_only_its_server_was_captured() {
        let list: (Role, &[u8]) = (Server, b"220 a\r\n250-a\r\n250-starttls\r\n250 HELP\r\n");
        let talk: [(Role, &[u8]); 3] = [list, (Server, b"220 go\r\n"), (Server, &[22, 3])];
        assert_eq!(begins(&talk), Some(Some("smtp")));
        assert_eq!(begins(&talk[..2]), None);
        assert_eq!(begins(&[talk[0], talk[2]]), None);
        assert_eq!(begins(&[(Server, b"220 a\r\n"), talk[2]]), None);
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
    fn pop3_gives_each_command_its_sign() {
        let talk: [(Role, &[u8]); 3] = [
            (Server, b"+OK pop\r\n"),
            (Client, b"CAPA\r\nSTLS\r\n"),
            (Server, b"+OK list\r\nSTLS\r\n.\r\n+OK begin\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("pop3")));
        assert_eq!(begins(&[talk[0], talk[1], (Server, b"+OK list\r\nSTLS\r\n.\r\n")]), None);
        assert_eq!(begins(&[talk[0], talk[1], (Server, b"-ERR\r\n+OK begin\r\n")]), Some(Some("pop3")));
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
    fn imap_refuses_by_the_tag_whatever_else_is_unanswered() {
        let talk: [(Role, &[u8]); 5] = [
            (Server, b"* OK imap\r\n"),
            (Client, b"a1 CAPABILITY\r\na2 STARTTLS\r\n"),
            (Server, b"a2 NO\r\n"),
            (Client, b"a3 STARTTLS\r\n"),
            (Server, b"a3 OK\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("imap")));
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
    fn irc_errors_refuse_the_command_that_they_name() {
        let talk: [(Role, &[u8]); 3] = [
            (Server, b":irc.example NOTICE AUTH :*** Looking up\r\n"),
            (Client, b"CAP LS 302\r\nSTARTTLS\r\n"),
            (Server, b":irc.example 421 * CAP :Unknown command\r\n:irc.example 670 * :successful\r\n"),
        ];
        assert_eq!(begins(&talk), Some(Some("irc")));
        let refused: [(Role, &[u8]); 5] = [
            talk[0],
            (Client, b"STARTTLS\r\n"),
            (Server, b":irc.example 421 * STARTTLS :Unknown command\r\n"),
            (Client, b"STARTTLS\r\n"),
            (Server, b":irc.example 670 * :successful\r\n"),
        ];
        assert_eq!(begins(&refused), Some(Some("irc")));
        assert_eq!(begins(&refused[..4]), None);
    }

    #[test]
    fn manage_sieve_changes_behind_ok() {
        let greeting: (Role, &[u8]) = (
            Server,
            b"\"IMPLEMENTATION\" \"x\"\r\n\"SIEVE\" \"fileinto\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n",
        );
        let talk: [(Role, &[u8]); 3] =
            [greeting, (Client, b"STARTTLS\r\n"), (Server, b"OK \"Begin TLS negotiation now.\"\r\n")];
        assert_eq!(begins(&talk), Some(None));
        assert_eq!(begins(&talk[..2]), None);
        let refused = [greeting, talk[1], (Server, &b"NO \"not now\"\r\n"[..]), talk[1], talk[2]];
        assert_eq!(begins(&refused[..4]), None);
        assert_eq!(begins(&refused), Some(None));
    }

    #[test]
    fn a_banner_may_stand_before_implicit_tls() {
        let hello: (Role, &[u8]) = (Client, &[22, 3]);
        let greeting = |bytes| (Server, bytes);
        assert_eq!(begins(&[greeting(&b"220-mail ESMTP\r\n220 x\r\n"[..]), hello]), Some(None));
        assert_eq!(begins(&[greeting(b"* OK imap\r\n"), hello]), Some(None));
        // All of the greeting comes, and nothing of the server need follow it.
        let first = greeting(b"220-mail ESMTP\r\n");
        assert_eq!(begins(&[first, hello]), None);
        assert_eq!(begins(&[first, hello, greeting(b"220 x\r\n")]), Some(None));
        assert_eq!(begins(&[first, hello, greeting(&[22, 3])]), Some(None));
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
