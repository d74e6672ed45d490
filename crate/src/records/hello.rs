//! What hellos offer and choose: columns of `ssl.log` that connections of one client, or to one server, mostly share.

use super::schema::part;
use super::value::{Counts, Texts};
use crate::tls::{Carrier, ClientHello, MAX_CODES, ServerHello};
use std::sync::Arc;

part! {
    /// What a client offers in its first ClientHello, and how it looks when it has to send another.
    ///
    /// Zeek writes most of it with its policy script `protocols/ssl/ssl-log-ext`, JA3 and JA4 with packages. Where a client sends a
    /// second ClientHello, that script keeps the values of the last one and strings the extensions of both together; here all columns
    /// are of the first one, whose fingerprints stand beside them. Of the suites of an SSL 2.0 hello, those of 16 bits are kept; that
    /// script writes the others too.
    Offer {
        /// JA3 fingerprint of the client; absent without a ClientHello, as all columns up to `session_ticket`.
        ja3: Option<Arc<str>> = String "ja3",
        /// JA4 fingerprint of the client.
        ja4: Option<Arc<str>> = String "ja4",
        /// JA3 fingerprint of the last ClientHello that was sent again before a ServerHello, as a HelloRetryRequest asks for.
        ja3_retried: Option<Arc<str>> = String "ja3_retried",
        /// JA4 fingerprint of the same.
        ja4_retried: Option<Arc<str>> = String "ja4_retried",
        /// Version field of the ClientHello; TLS 1.3 leaves it at 771, TLS 1.2.
        client_version: Option<u16> = Count "client_version",
        /// Cipher suites that the client offered, in order.
        client_ciphers: Option<Counts> = CountVector "client_ciphers",
        /// Compression methods that the client offered.
        client_comp_methods: Option<Counts> = CountVector "client_comp_methods",
        /// Types of the client's extensions, in order; absent where it has none.
        ssl_client_exts: Option<Counts> = CountVector "ssl_client_exts",
        /// Groups that the client supports (RFC 8446 supported_groups).
        client_curves: Option<Counts> = CountVector "client_curves",
        /// Point formats that the client supports (RFC 8422 ec_point_formats).
        point_formats: Option<Counts> = CountVector "point_formats",
        /// Protocols that the client offered by ALPN.
        orig_alpn: Option<Texts> = StringVector "orig_alpn",
        /// Versions that the client offered by supported_versions.
        client_supported_versions: Option<Counts> = CountVector "client_supported_versions",
        /// Modes in which the client would use a pre-shared key.
        psk_key_exchange_modes: Option<Counts> = CountVector "psk_key_exchange_modes",
        /// Groups for which the client sent a key share.
        client_key_share_groups: Option<Counts> = CountVector "client_key_share_groups",
        /// Low bytes of the client's signature_algorithms, in TLS 1.2 the signature.
        sigalgs: Option<Counts> = CountVector "sigalgs",
        /// High bytes of the client's signature_algorithms, in TLS 1.2 the hash.
        hashalgs: Option<Counts> = CountVector "hashalgs",
        /// Whether the client sent encrypted_client_hello, true or as GREASE: the two look the same.
        ech: Option<bool> = Bool "ech",
        /// Whether the client mixed in code points that RFC 8701 reserves.
        grease: Option<bool> = Bool "grease",
        /// Whether the client offered a pre-shared key, which resumes a session of TLS 1.3.
        pre_shared_key: Option<bool> = Bool "pre_shared_key",
        /// Whether the client meant to send data before the server answers.
        early_data: Option<bool> = Bool "early_data",
        /// Whether the client sent a session ticket of TLS 1.2.
        session_ticket: Option<bool> = Bool "session_ticket",
    }
}

part! {
    /// What a server chooses in its last ServerHello, and in a HelloRetryRequest before it.
    Choice {
        /// JA3S fingerprint of the server; absent without a ServerHello, as all columns up to `server_key_share_group`.
        ja3s: Option<Arc<str>> = String "ja3s",
        /// JA3S fingerprint of the HelloRetryRequest; absent without one.
        ja3s_retry: Option<Arc<str>> = String "ja3s_retry",
        /// Version field of the ServerHello; TLS 1.3 leaves it at 771, TLS 1.2.
        server_version: Option<u16> = Count "server_version",
        /// Types of the server's extensions in the clear, in order; absent where it has none.
        ssl_server_exts: Option<Counts> = CountVector "ssl_server_exts",
        /// Version that the server chose by supported_versions.
        server_supported_version: Option<u16> = Count "server_supported_version",
        /// Group of the server's key share.
        server_key_share_group: Option<u16> = Count "server_key_share_group",
    }
}

impl Offer {
    /// Returns the columns of `hello`.
    pub fn of(hello: &ClientHello, carrier: Carrier) -> Self {
        let algorithms = || hello.signature_algorithms.iter();
        Offer {
            ja3: hello.ja3().map(Into::into),
            ja4: hello.ja4(carrier).map(Into::into),
            ja3_retried: None,
            ja4_retried: None,
            client_version: Some(hello.legacy_version.0),
            client_ciphers: list(hello.ciphers.iter().copied()),
            client_comp_methods: list(hello.compressions.iter().copied()),
            ssl_client_exts: list(hello.extensions.iter().copied()),
            client_curves: list(hello.groups.iter().copied()),
            point_formats: list(hello.point_formats.iter().copied()),
            orig_alpn: Some(hello.alpn_names().take(MAX_CODES).map(Into::into).collect())
                .filter(|names: &Texts| !names.is_empty()),
            client_supported_versions: list(hello.supported_versions.iter().copied()),
            psk_key_exchange_modes: list(hello.psk_modes.iter().copied()),
            client_key_share_groups: list(hello.key_share_groups.iter().copied()),
            sigalgs: list(algorithms().map(|algorithm| algorithm & 0xff)),
            hashalgs: list(algorithms().map(|algorithm| algorithm >> 8)),
            ech: Some(hello.encrypted_client_hello),
            grease: Some(hello.has_grease()),
            pre_shared_key: Some(hello.pre_shared_key),
            early_data: Some(hello.early_data),
            session_ticket: Some(hello.session_ticket),
        }
    }
}

impl Choice {
    /// Returns the columns of `hello`.
    pub fn of(hello: &ServerHello) -> Self {
        Choice {
            ja3s: Some(hello.ja3s().into()),
            ja3s_retry: None,
            server_version: Some(hello.legacy_version.0),
            ssl_server_exts: list(hello.extensions.iter().copied()),
            server_supported_version: hello.selected_version.map(|version| version.0),
            server_key_share_group: hello.key_share_group.map(|group| group.0),
        }
    }
}

/// Returns the codes of a list, as many as are kept; absent where there are none.
fn list<T: Into<u16>>(codes: impl Iterator<Item = T>) -> Option<Counts> {
    let codes: Counts = codes.take(MAX_CODES).map(Into::into).collect();
    (!codes.is_empty()).then_some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::Version;

    #[test]
    fn lists_that_are_empty_are_absent() {
        let hello = ClientHello { legacy_version: Version::TLS12, ..ClientHello::default() };
        let offer = Offer::of(&hello, Carrier::Tcp);
        assert_eq!((offer.client_version, offer.ech), (Some(771), Some(false)));
        assert_eq!((offer.client_ciphers, offer.orig_alpn), (None, None));
    }

    #[test]
    fn signature_algorithms_stand_as_zeek_splits_them() {
        let hello = ClientHello { signature_algorithms: [0x0403, 0x0804].into(), ..ClientHello::default() };
        let offer = Offer::of(&hello, Carrier::Tcp);
        assert_eq!(offer.sigalgs.as_deref(), Some(&[3, 4][..]));
        assert_eq!(offer.hashalgs.as_deref(), Some(&[4, 8][..]));
    }

    #[test]
    fn lists_are_bounded() {
        let hello = ClientHello { ciphers: (0..5_000).collect(), ..ClientHello::default() };
        assert_eq!(Offer::of(&hello, Carrier::Tcp).client_ciphers.map(|list| list.len()), Some(MAX_CODES));
    }
}
