//! What a ServerHello chooses.

use super::extension::{self, MAX_CODES, kind, words};
use super::names::{CipherSuite, NamedGroup, Version};
use crate::text;
use tls_parser::{TlsExtension, parse_tls_handshake_server_hello, parse_tls_server_hello_extension};

/// Which sides are to send a raw public key in place of certificates (RFC 7250 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RawKeys {
    pub(super) client: bool,
    pub(super) server: bool,
}

/// A ServerHello or a HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHello {
    /// Version field of the message itself; TLS 1.3 leaves it at TLS 1.2.
    pub legacy_version: Version,
    /// Server's random.
    pub random: [u8; 32],
    /// The client's session where it is resumed or echoed.
    pub session_id: Box<[u8]>,
    /// Chosen suite.
    pub cipher: CipherSuite,
    /// Chosen compression method.
    pub compression: u8,
    /// Extension types in order.
    pub extensions: Box<[u16]>,
    /// First name of ALPN.
    pub alpn: Option<String>,
    /// supported_versions' single version, from TLS 1.3 on.
    pub selected_version: Option<Version>,
    /// Group of key_share, from TLS 1.3 on.
    pub key_share_group: Option<NamedGroup>,
    /// Whether the server took one of the client's pre-shared keys.
    pub pre_shared_key: bool,
    /// Which sides are to send a raw public key.
    pub(super) raw_keys: RawKeys,
    /// Whether an extension that is read had a body that does not parse.
    pub damaged: bool,
}

impl ServerHello {
    /// Reads the body of the handshake message; `None` if its fixed part is cut off.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let (version, rest) = body.split_first_chunk()?;
        let version = u16::from_be_bytes(*version);
        // All but drafts of TLS 1.3 have the form of TLS 1.2, by whose version `tls-parser` knows it.
        let is_other = !Version(version).is_tls13();
        let as_tls = is_other.then(|| [&[3, 3], rest].concat());
        let (mut hello, extensions) =
            match parse_tls_handshake_server_hello(as_tls.as_deref().unwrap_or(body)) {
                Ok((_, read)) => (
                    ServerHello {
                        session_id: read.session_id.unwrap_or_default().into(),
                        compression: read.compression.0,
                        ..Self::fixed(version, *read.random.first_chunk()?, read.cipher.0)
                    },
                    read.ext.unwrap_or_default(),
                ),
                Err(_) => Self::parse_draft(body)?,
            };
        hello.extensions = extension::walk(extensions).map(|extension| extension.kind).collect();
        for extension in extension::walk(extensions) {
            hello.read_extension(extension);
        }
        Some(hello)
    }

    /// Returns whether a list is longer than a record keeps.
    pub(super) fn is_cut(&self) -> bool {
        self.extensions.len() > MAX_CODES
    }

    /// Returns whether this asks for another ClientHello: RFC 8446 section 4.1.3 marks it by a fixed random.
    pub fn is_hello_retry_request(&self) -> bool {
        self.random == HELLO_RETRY_REQUEST
    }

    /// Returns the form of TLS 1.3 up to draft 21: neither session nor compression. `tls-parser` knows it for draft 18
    /// alone.
    fn parse_draft(body: &[u8]) -> Option<(Self, &[u8])> {
        let (version, rest) = body.split_first_chunk()?;
        let version = u16::from_be_bytes(*version);
        if !Version(version).is_tls13() {
            return None;
        }
        let (random, rest) = rest.split_first_chunk()?;
        let (cipher, rest) = rest.split_first_chunk()?;
        Some((Self::fixed(version, *random, u16::from_be_bytes(*cipher)), rest.get(2..).unwrap_or_default()))
    }

    fn fixed(version: u16, random: [u8; 32], cipher: u16) -> Self {
        ServerHello {
            legacy_version: Version(version),
            random,
            session_id: Box::default(),
            cipher: CipherSuite(cipher.into()),
            compression: 0,
            extensions: Box::default(),
            alpn: None,
            selected_version: None,
            key_share_group: None,
            pre_shared_key: false,
            raw_keys: RawKeys::default(),
            damaged: false,
        }
    }

    fn read_extension(&mut self, extension: extension::Extension<'_>) {
        match (extension.kind, extension.body) {
            (kind::PRE_SHARED_KEY, _) => self.pre_shared_key = true,
            (kind::SUPPORTED_VERSIONS, &[major, minor]) => {
                self.selected_version = Some(Version(u16::from_be_bytes([major, minor])));
            }
            (kind::CLIENT_CERTIFICATE_TYPE, &[RAW_PUBLIC_KEY]) => self.raw_keys.client = true,
            (kind::SERVER_CERTIFICATE_TYPE, &[RAW_PUBLIC_KEY]) => self.raw_keys.server = true,
            // A HelloRetryRequest names the group alone, a ServerHello adds its key.
            (kind::KEY_SHARE | kind::KEY_SHARE_OLD, body) => match words(body).next() {
                Some(group) => self.key_share_group = Some(NamedGroup(group)),
                None => self.damaged = true,
            },
            (kind::ALPN, _) => match parse_tls_server_hello_extension(extension.raw) {
                Ok((_, TlsExtension::ALPN(names))) => {
                    self.alpn = names.first().map(|name| text::from_bytes(name))
                }
                _ => self.damaged = true,
            },
            _ => {}
        }
    }
}

/// A certificate type (IANA, TLS Certificate Types).
const RAW_PUBLIC_KEY: u8 = 2;

/// The random that marks a HelloRetryRequest.
pub(super) const HELLO_RETRY_REQUEST: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn tls13_shows_in_its_extensions() {
        let extensions = vec![(43, vec![3, 4]), (51, vec![0, 29, 0, 1, 9]), (41, vec![0, 0])];
        let hello =
            ServerHello::parse(&sample::ServerHello { extensions, ..Default::default() }.body()).unwrap();
        assert_eq!(hello.legacy_version, Version::TLS12);
        assert_eq!(hello.selected_version, Some(Version::TLS13));
        assert_eq!(hello.key_share_group, Some(NamedGroup(29)));
        assert!(hello.pre_shared_key);
    }

    #[test]
    fn extensions_of_ssl_3_are_read() {
        let hello = sample::ServerHello {
            version: 0x0300,
            extensions: vec![(0xff01, vec![0])],
            ..Default::default()
        };
        let hello = ServerHello::parse(&hello.body()).unwrap();
        assert_eq!((hello.legacy_version, &*hello.extensions), (Version::SSL3, &[0xff01][..]));
    }

    #[test]
    fn a_hello_retry_request_is_known_by_its_random() {
        let retry = sample::ServerHello { random: HELLO_RETRY_REQUEST, ..Default::default() };
        assert!(ServerHello::parse(&retry.body()).unwrap().is_hello_retry_request());
        assert!(
            !ServerHello::parse(&sample::ServerHello::default().body()).unwrap().is_hello_retry_request()
        );
    }

    #[test]
    fn an_early_draft_has_no_session() {
        let mut body = vec![0x7f, 0x15];
        body.extend([5; 32]);
        body.extend([0x13, 0x01, 0, 6, 0, 40, 0, 2, 0, 29]);
        let hello = ServerHello::parse(&body).unwrap();
        assert_eq!(hello.cipher.name(), "TLS_AES_128_GCM_SHA256");
        assert_eq!(hello.key_share_group, Some(NamedGroup(29)));
    }

    #[test]
    fn the_chosen_protocol_is_the_first_name() {
        let extensions = vec![sample::alpn(&["h2"])];
        let hello =
            ServerHello::parse(&sample::ServerHello { extensions, ..Default::default() }.body()).unwrap();
        assert_eq!(hello.alpn.as_deref(), Some("h2"));
    }
}
