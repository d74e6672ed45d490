//! What a ClientHello offers, as raw code points, so that fingerprints can be computed from it.

use super::extension::{self, MAX_CODES, kind};
use super::names::{Version, is_grease};
use crate::text;
use tls_parser::{TlsExtension, parse_tls_client_hello_extension, parse_tls_handshake_client_hello};

/// A ClientHello (RFC 8446 section 4.1.2), or what SSL 2.0's carries of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientHello {
    /// Whether it came in SSL 2.0's form, which knows no extensions.
    pub is_ssl2: bool,
    /// Version field of the message itself; TLS 1.3 leaves it at TLS 1.2.
    pub legacy_version: Version,
    /// Client's random.
    pub random: [u8; 32],
    /// Session to resume, or 32 random bytes for middleboxes.
    pub session_id: Box<[u8]>,
    /// Cipher suites in order, GREASE among them.
    pub ciphers: Box<[u16]>,
    /// Compression methods in order.
    pub compressions: Box<[u8]>,
    /// Extension types in order, GREASE among them.
    pub extensions: Box<[u16]>,
    /// First host name of server_name.
    pub server_name: Option<String>,
    /// supported_groups in order.
    pub groups: Box<[u16]>,
    /// ec_point_formats in order.
    pub point_formats: Box<[u8]>,
    /// signature_algorithms in order.
    pub signature_algorithms: Box<[u16]>,
    /// Names of ALPN in order, as bytes.
    pub alpn: Box<[Box<[u8]>]>,
    /// supported_versions in order.
    pub supported_versions: Box<[u16]>,
    /// Groups for which key_share carries a key, in order.
    pub key_share_groups: Box<[u16]>,
    /// psk_key_exchange_modes in order.
    pub psk_modes: Box<[u8]>,
    /// Whether session_ticket carries a ticket (RFC 5077).
    pub session_ticket: bool,
    /// Whether pre_shared_key is there.
    pub pre_shared_key: bool,
    /// Whether early_data is there.
    pub early_data: bool,
    /// Whether encrypted_client_hello is there (RFC 9849): this is then the outer hello, or pretends to be one.
    pub encrypted_client_hello: bool,
    /// Whether an extension that is read had a body that does not parse.
    pub damaged: bool,
}

impl ClientHello {
    /// Reads the body of the handshake message; `None` if its fixed part is cut off or contradicts itself.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let version = body.first_chunk().map(|version| Version(u16::from_be_bytes(*version)));
        if version.is_some_and(Version::is_dtls) {
            // A client of TLS may state this version too, whatever it means by it.
            let hello = without_cookie(body).and_then(|body| Self::parse_tls(&body));
            return hello.or_else(|| Self::parse_tls(body));
        }
        Self::parse_tls(body)
    }

    fn parse_tls(body: &[u8]) -> Option<Self> {
        let (_, read) = parse_tls_handshake_client_hello(body).ok()?;
        let mut hello = ClientHello {
            legacy_version: Version(read.version.0),
            random: *read.random.first_chunk()?,
            session_id: read.session_id.unwrap_or_default().into(),
            ciphers: read.ciphers.iter().map(|suite| suite.0).collect(),
            compressions: read.comp.iter().map(|method| method.0).collect(),
            ..ClientHello::default()
        };
        let list = read.ext.unwrap_or_default();
        hello.extensions = extension::walk(list).map(|extension| extension.kind).collect();
        for extension in extension::walk(list) {
            hello.read_extension(extension);
        }
        Some(hello)
    }

    /// Returns whether the client mixes in code points that RFC 8701 reserves.
    pub fn has_grease(&self) -> bool {
        self.ciphers.iter().chain(&self.extensions).chain(&self.groups).any(|code| is_grease(*code))
    }

    /// Returns the names of ALPN as text, those that are empty left out.
    pub fn alpn_names(&self) -> impl Iterator<Item = String> + '_ {
        self.alpn.iter().filter(|name| !name.is_empty()).map(|name| text::from_bytes(name))
    }

    /// Returns whether a list is longer than a record keeps.
    pub(super) fn is_cut(&self) -> bool {
        let words = [&self.ciphers, &self.extensions, &self.groups, &self.signature_algorithms];
        words.into_iter().chain([&self.key_share_groups]).any(|list| list.len() > MAX_CODES)
            || self.alpn.len() > MAX_CODES
    }

    fn read_extension(&mut self, extension: extension::Extension<'_>) {
        match extension.kind {
            kind::SESSION_TICKET => self.session_ticket = !extension.body.is_empty(),
            kind::PRE_SHARED_KEY => self.pre_shared_key = true,
            kind::EARLY_DATA => self.early_data = true,
            kind::ENCRYPTED_CLIENT_HELLO => self.encrypted_client_hello = true,
            kind::KEY_SHARE | kind::KEY_SHARE_OLD => match key_share_groups(extension.body) {
                Some(groups) => self.key_share_groups = groups,
                None => self.damaged = true,
            },
            _ => match parse_tls_client_hello_extension(extension.raw) {
                Ok((_, read)) => self.keep(read),
                Err(_) => self.damaged = true,
            },
        }
    }

    fn keep(&mut self, extension: TlsExtension<'_>) {
        match extension {
            TlsExtension::SNI(names) => {
                // RFC 6066 section 3: type 0 is a host name, and no other type was ever defined.
                self.server_name =
                    names.iter().find(|(kind, _)| kind.0 == 0).map(|(_, name)| text::from_bytes(name));
            }
            TlsExtension::EllipticCurves(groups) => {
                self.groups = groups.iter().map(|group| group.0).collect()
            }
            TlsExtension::EcPointFormats(formats) => self.point_formats = formats.into(),
            TlsExtension::SignatureAlgorithms(list) => self.signature_algorithms = list.into(),
            TlsExtension::ALPN(names) => self.alpn = names.iter().map(|name| (*name).into()).collect(),
            TlsExtension::SupportedVersions(list) => {
                self.supported_versions = list.iter().map(|version| version.0).collect();
            }
            TlsExtension::PskExchangeModes(modes) => self.psk_modes = modes.into(),
            _ => {}
        }
    }
}

/// Returns a ClientHello of DTLS in the form of TLS: its cookie follows the session (RFC 6347 section 4.2.1).
fn without_cookie(body: &[u8]) -> Option<Vec<u8>> {
    const BEFORE_SESSION: usize = 34;
    let session = usize::from(*body.get(BEFORE_SESSION)?);
    let (front, rest) = body.split_at_checked(BEFORE_SESSION + 1 + session)?;
    let (&cookie, rest) = rest.split_first()?;
    Some([front, rest.get(cookie.into()..)?].concat())
}

/// Groups of a client's key_share (RFC 8446 section 4.2.8), which `tls-parser` leaves unread.
fn key_share_groups(body: &[u8]) -> Option<Box<[u16]>> {
    let (length, rest) = body.split_first_chunk()?;
    let mut rest = rest.get(..u16::from_be_bytes(*length).into())?;
    let mut groups = Vec::new();
    while let Some((&[g0, g1, l0, l1], behind)) = rest.split_first_chunk() {
        groups.push(u16::from_be_bytes([g0, g1]));
        rest = behind.get(u16::from_be_bytes([l0, l1]).into()..)?;
    }
    Some(groups.into())
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn lists_keep_their_order_and_grease() {
        let body = sample::ClientHello {
            ciphers: vec![0x2a2a, 0x1301, 0xc02f],
            extensions: vec![sample::groups(&[0x3a3a, 29, 23]), (0xff01, vec![0])],
            ..Default::default()
        }
        .body();
        let hello = ClientHello::parse(&body).unwrap();
        assert_eq!(*hello.ciphers, [0x2a2a, 0x1301, 0xc02f]);
        assert_eq!(*hello.extensions, [10, 0xff01]);
        assert_eq!(*hello.groups, [0x3a3a, 29, 23]);
        assert!(hello.has_grease());
    }

    #[test]
    fn server_name_is_the_first_host_name() {
        let extensions = vec![sample::server_name("a.example")];
        let body = sample::ClientHello { extensions, ..Default::default() }.body();
        assert_eq!(ClientHello::parse(&body).unwrap().server_name.as_deref(), Some("a.example"));
    }

    #[test]
    fn an_empty_ticket_is_no_ticket() {
        let body = sample::ClientHello { extensions: vec![(35, vec![])], ..Default::default() }.body();
        assert!(!ClientHello::parse(&body).unwrap().session_ticket);
        let body = sample::ClientHello { extensions: vec![(35, vec![1])], ..Default::default() }.body();
        assert!(ClientHello::parse(&body).unwrap().session_ticket);
    }

    #[test]
    fn key_shares_are_known_by_their_groups() {
        let shares = vec![0, 12, 0x2a, 0x2a, 0, 1, 0, 0, 29, 0, 3, 7, 8, 9];
        let body = sample::ClientHello { extensions: vec![(51, shares)], ..Default::default() }.body();
        assert_eq!(*ClientHello::parse(&body).unwrap().key_share_groups, [0x2a2a, 29]);
    }

    #[test]
    fn a_damaged_extension_leaves_the_others_readable() {
        let extensions = vec![(0, vec![0, 9, 0]), sample::groups(&[23]), sample::alpn(&["h2"])];
        let hello =
            ClientHello::parse(&sample::ClientHello { extensions, ..Default::default() }.body()).unwrap();
        assert!(hello.damaged);
        assert_eq!(*hello.groups, [23]);
        assert_eq!(*hello.alpn, [Box::from(*b"h2")]);
    }

    #[test]
    fn a_hello_without_extensions_is_whole() {
        let mut body = sample::ClientHello::default().body();
        body.truncate(body.len() - 2);
        assert!(ClientHello::parse(&body).unwrap().extensions.is_empty());
    }

    #[test]
    fn a_hello_that_is_cut_off_is_none() {
        let body = sample::ClientHello::default().body();
        assert_eq!(ClientHello::parse(&body[..36]), None);
    }
}
