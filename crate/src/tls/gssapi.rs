//! TLS in the tokens with which FTP authenticates by GSSAPI (RFC 2228): base64 in commands and replies.
//!
//! Only the Grid Security Infrastructure sends TLS so, as GridFTP does (GFD.20); its tokens are records without the frame
//! of RFC 2743 section 3.1. Follows Zeek's analyzer (`FTP_ADAT_Analyzer` in `src/analyzer/protocol/ftp`).

use super::budget::Share;
use super::detect::{self, Guess};
use super::session::Session;
use super::shared::Shared;
use super::summary::{Carrier, TlsHandshake};
use crate::capture::Timestamp;
use crate::counter::bound;
use crate::flow::Direction;
use crate::{Limit, Weird};
use data_encoding::BASE64;

/// Longest line; the record that a token may hold at most takes 88 KiB.
const MAX_LINE: usize = bound::GSSAPI_LINE;

/// A connection of FTP behind the reply that lets the exchange of tokens begin.
#[derive(Debug)]
pub(super) struct Gssapi {
    client: Direction,
    session: Session,
    /// The client's first token was TLS.
    is_tls: bool,
    /// Each direction's line that is not whole.
    orig: Vec<u8>,
    resp: Vec<u8>,
    share: Share,
}

/// What a line says of the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    Token(&'a [u8]),
    /// With the last token, if it has one.
    End(Option<&'a [u8]>),
    Other,
}

impl Gssapi {
    /// `share` is for lines that are not whole, `session` for the session's own.
    pub(super) fn new(client: Direction, share: Share, session: Share) -> Self {
        Gssapi {
            client,
            session: Session::new(Carrier::Tcp, session),
            is_tls: false,
            orig: Vec::new(),
            resp: Vec::new(),
            share,
        }
    }

    /// Zeek's names of what the tokens hold; `gridftp` once a handshake is whole (`base/protocols/ftp/gridftp.zeek`).
    pub(super) fn services(&self) -> &'static [&'static str] {
        if self.session.is_established() {
            &["ssl", "gridftp"]
        } else if self.is_tls {
            &["ssl"]
        } else {
            &[]
        }
    }

    pub(super) fn wants(&self, from: Direction) -> bool {
        self.session.wants(from)
    }

    pub(super) fn finish(self) -> Option<TlsHandshake> {
        self.session.finish()
    }

    /// Takes the next bytes of a direction, line by line.
    pub(super) fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if !self.wants(from) {
                break;
            }
            let held = self.held(from);
            if held.len() + piece.len() > MAX_LINE {
                shared.limits_hit.count(Limit::GssapiLineBytes);
                return self.stop();
            }
            held.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(held);
                self.line(shared, ts, from, &line);
            }
        }
        if !self.wants(Direction::Orig) && !self.wants(Direction::Resp) {
            self.stop();
        } else if !self.share.set(self.orig.len() + self.resp.len()) {
            shared.limits_hit.count(Limit::TlsHeldBytes);
            self.stop();
        }
    }

    fn line(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, line: &[u8]) {
        let line = if from == self.client { command(line) } else { reply(line) };
        let (Line::Token(token) | Line::End(Some(token))) = line else {
            if line != Line::Other {
                self.stop();
            }
            return;
        };
        match BASE64.decode(token) {
            Ok(token) => self.token(shared, ts, from, &token),
            Err(_) => {
                shared.weirds.count(Weird::GssapiTokenDamaged);
                self.stop();
            }
        }
        if matches!(line, Line::End(_)) {
            self.stop();
        }
    }

    /// Other mechanisms than Grid Security begin with a frame that names them.
    fn token(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, token: &[u8]) {
        if !self.is_tls && from == self.client {
            self.is_tls = detect::guess(token, from) == Guess::Tls;
        }
        if self.is_tls {
            self.session.data(shared, ts, from, token);
        } else {
            self.stop();
        }
    }

    /// Reads no further in either direction.
    pub(super) fn stop(&mut self) {
        self.session.stop();
        (self.orig, self.resp) = Default::default();
        self.share.set(0);
    }

    fn held(&mut self, from: Direction) -> &mut Vec<u8> {
        match from {
            Direction::Orig => &mut self.orig,
            Direction::Resp => &mut self.resp,
        }
    }
}

/// Returns a command of the client (RFC 2228 section 3). Another AUTH starts over.
fn command(line: &[u8]) -> Line<'_> {
    let line = line.trim_ascii();
    let (name, argument) = line.split_at_checked(4).unwrap_or((line, &[]));
    if !argument.is_empty() && !argument.starts_with(b" ") {
        Line::Other
    } else if name.eq_ignore_ascii_case(b"ADAT") {
        Line::Token(argument.trim_ascii())
    } else if name.eq_ignore_ascii_case(b"AUTH") {
        Line::End(None)
    } else {
        Line::Other
    }
}

/// Returns a reply of the server (RFC 2228 section 5): a token, the end of the exchange, or one of those that come
/// protected.
fn reply(line: &[u8]) -> Line<'_> {
    let Some((code, text)) = line.split_first_chunk() else { return Line::Other };
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let token = text.strip_prefix(b"ADAT=");
    match code {
        b"334" | b"335" => token.map_or(Line::Other, Line::Token),
        b"235" => Line::End(token),
        b"232" | b"234" | b"421" | b"431" | b"500" | b"501" | b"503" | b"535" | b"631" | b"632" | b"633" => {
            Line::End(None)
        }
        _ => Line::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::budget::{Budget, MAX_HELD};
    use super::super::sample::{ClientHello, ServerHello, message, record};
    use super::*;
    use Direction::{Orig, Resp};

    struct Run {
        shared: Shared,
        gssapi: Gssapi,
    }

    impl Run {
        fn new() -> Self {
            let budget = Budget::default();
            Run { shared: Shared::default(), gssapi: Gssapi::new(Orig, budget.share(), budget.share()) }
        }

        fn feed(mut self, lines: &[(Direction, Vec<u8>)]) -> Self {
            for (from, bytes) in lines {
                if self.gssapi.wants(*from) {
                    self.gssapi.data(&mut self.shared, Timestamp(1), *from, bytes);
                }
            }
            self
        }

        fn is_open(&self) -> bool {
            self.gssapi.wants(Orig) || self.gssapi.wants(Resp)
        }

        fn history(self) -> Option<String> {
            self.gssapi.finish().map(|handshake| handshake.ssl_history)
        }
    }

    fn adat(records: &[Vec<u8>]) -> (Direction, Vec<u8>) {
        (Orig, format!("ADAT {}\r\n", BASE64.encode(&records.concat())).into_bytes())
    }

    fn answer(records: &[Vec<u8>]) -> (Direction, Vec<u8>) {
        (Resp, format!("335 ADAT={}\r\n", BASE64.encode(&records.concat())).into_bytes())
    }

    fn text(from: Direction, line: &str) -> (Direction, Vec<u8>) {
        (from, format!("{line}\r\n").into_bytes())
    }

    fn client_hello() -> Vec<u8> {
        record(22, &ClientHello { ciphers: vec![0x35], ..Default::default() }.message())
    }

    fn server_flight() -> Vec<Vec<u8>> {
        let hello = ServerHello { cipher: 0x35, ..Default::default() }.message();
        vec![record(22, &hello), record(22, &message(14, &[]))]
    }

    fn finished() -> Vec<Vec<u8>> {
        vec![record(20, &[1]), record(22, &[0xaa; 40])]
    }

    fn handshake() -> Vec<(Direction, Vec<u8>)> {
        let key_exchange = [vec![record(22, &message(16, &[0; 33]))], finished()].concat();
        vec![adat(&[client_hello()]), answer(&server_flight()), adat(&key_exchange), answer(&finished())]
    }

    #[test]
    fn tokens_hold_a_handshake() {
        let run = Run::new().feed(&handshake());
        assert!(!run.is_open());
        assert_eq!(run.gssapi.services(), ["ssl", "gridftp"]);
        assert_eq!(run.history().as_deref(), Some("CsnGIi"));
    }

    #[test]
    fn single_bytes_give_the_same_handshake() {
        let bytes = |(from, line): (Direction, Vec<u8>)| line.into_iter().map(move |byte| (from, vec![byte]));
        let single: Vec<_> = handshake().into_iter().flat_map(bytes).collect();
        assert_eq!(Run::new().feed(&single).history().as_deref(), Some("CsnGIi"));
    }

    #[test]
    fn a_responder_may_be_the_client() {
        let mut run = Run::new();
        run.gssapi.client = Resp;
        let turned: Vec<_> = handshake().into_iter().map(|(from, line)| (from.other(), line)).collect();
        assert_eq!(run.feed(&turned).history().as_deref(), Some("^CsnGIi"));
    }

    #[test]
    fn the_service_waits_for_the_handshake() {
        let run = Run::new();
        assert!(run.gssapi.services().is_empty());
        assert_eq!(run.feed(&handshake()[..2]).gssapi.services(), ["ssl"]);
    }

    #[test]
    fn the_last_token_may_come_with_the_success() {
        let (_, line) = answer(&finished());
        let success = (Resp, [b"235", &line[3..]].concat());
        let run = Run::new().feed(&handshake()[..3]).feed(&[success]);
        assert!(!run.is_open());
        assert_eq!(run.history().as_deref(), Some("CsnGIi"));
    }

    #[test]
    fn other_lines_are_passed_over() {
        let between =
            [text(Orig, "NOOP"), text(Orig, "ADATA x"), text(Resp, "200 fine"), text(Resp, "335 go on")];
        let [first, rest @ ..] = &handshake()[..] else { panic!("a handshake has lines") };
        let run = Run::new().feed(std::slice::from_ref(first)).feed(&between).feed(rest);
        assert_eq!(run.history().as_deref(), Some("CsnGIi"));
    }

    #[test]
    fn a_refusal_or_what_is_protected_ends_the_exchange() {
        for end in
            [text(Resp, "535 no"), text(Resp, "235 done"), text(Resp, "632 FwMB"), text(Orig, "AUTH TLS")]
        {
            let run = Run::new().feed(&handshake()[..2]).feed(&[end]);
            assert!(!run.is_open());
            assert_eq!(run.history().as_deref(), Some("Csn"));
        }
    }

    #[test]
    fn tokens_of_another_mechanism_are_not_read() {
        let kerberos = adat(&[vec![0x60, 0x82, 1, 0, 6, 9]]);
        let run = Run::new().feed(&[kerberos]);
        assert!(!run.is_open() && run.gssapi.services().is_empty());
        assert_eq!(run.history(), None);
    }

    #[test]
    fn a_token_that_is_no_base64_ends_what_is_read() {
        let run = Run::new().feed(&handshake()[..1]).feed(&[text(Resp, "335 ADAT=*")]);
        assert!(!run.is_open());
        assert_eq!(run.shared.weirds.iter().collect::<Vec<_>>(), [("gssapi_token_damaged", 1)]);
        assert_eq!(run.history().as_deref(), Some("C"));
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let run = Run::new().feed(&vec![(Orig, vec![b'x'; 1 << 10]); 1 + (MAX_LINE >> 10)]);
        assert!(!run.is_open());
        assert_eq!(run.shared.limits_hit.get(Limit::GssapiLineBytes), 1);
    }

    #[test]
    fn the_common_bound_holds() {
        let budget = Budget::default();
        let mut others = budget.share();
        others.set(MAX_HELD);
        let mut run = Run::new();
        run.gssapi.share = budget.share();
        let run = run.feed(&[(Orig, b"ADAT FgM".to_vec())]);
        assert!(!run.is_open());
        assert_eq!(run.shared.limits_hit.get(Limit::TlsHeldBytes), 1);
    }
}
