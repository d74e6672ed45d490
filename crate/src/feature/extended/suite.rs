//! What the name of a cipher suite tells of it (IANA, TLS Cipher Suites).

use crate::tls::{CipherSuite, is_grease};
use std::borrow::Cow;

/// A suite, by the name that a record gives it.
#[derive(Debug, Clone)]
pub(super) struct Suite<'a>(Cow<'a, str>);

impl<'a> Suite<'a> {
    /// Returns the suite that a server chose; `None` if it has no registered name.
    pub(super) fn named(name: &'a str) -> Option<Self> {
        Self::of(Cow::Borrowed(name))
    }

    /// Returns the suite that a client offered by its code; none for GREASE, for signals and where it has no registered
    /// name.
    pub(super) fn offered(code: u16) -> Option<Self> {
        if is_grease(code) { None } else { Self::of(CipherSuite(code.into()).name()) }
    }

    fn of(name: Cow<'a, str>) -> Option<Self> {
        let registered = name.starts_with("TLS_") || name.starts_with("SSL");
        (registered && !name.ends_with("_SCSV")).then_some(Suite(name))
    }

    /// Suites of TLS 1.3 name no key exchange.
    fn is_tls13(&self) -> bool {
        self.0.starts_with("TLS_") && !self.0.contains("_WITH_")
    }

    /// Returns whether its key exchange is ephemeral.
    pub(super) fn is_forward_secret(&self) -> bool {
        self.is_tls13() || self.0.contains("DHE_")
    }

    /// Returns whether it encrypts and authenticates in one.
    pub(super) fn is_aead(&self) -> bool {
        self.is_tls13() || ["_GCM", "_CCM", "_POLY1305"].iter().any(|part| self.0.contains(part))
    }

    /// Returns whether it chains blocks, as suites before TLS 1.2 do.
    pub(super) fn is_cbc(&self) -> bool {
        self.0.contains("_CBC")
    }

    /// Returns whether a shared key takes the place of the server's certificate (RFC 4279, RFC 5489). Suites of TLS 1.3
    /// do not tell.
    pub(super) fn is_pre_shared(&self) -> bool {
        self.0.contains("PSK_WITH") && !self.0.contains("RSA_PSK")
    }

    /// Returns whether it is no longer to be used: without encryption or authentication, export, RC2, RC4, DES, 3DES,
    /// IDEA, MD5.
    pub(super) fn is_weak(&self) -> bool {
        const WEAK: [&str; 9] = ["NULL", "EXPORT", "anon", "ANON", "RC2", "RC4", "DES", "IDEA", "MD5"];
        WEAK.iter().any(|part| self.0.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str) -> [bool; 4] {
        let suite = Suite::named(name).unwrap();
        [suite.is_forward_secret(), suite.is_aead(), suite.is_cbc(), suite.is_weak()]
    }

    #[test]
    fn a_shared_key_stands_for_the_certificate() {
        let shared = |name| Suite::named(name).unwrap().is_pre_shared();
        assert!(shared("TLS_PSK_WITH_AES_128_CBC_SHA256") && shared("TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA"));
        assert!(!shared("TLS_RSA_PSK_WITH_AES_128_CBC_SHA") && !shared("TLS_RSA_WITH_AES_128_CBC_SHA"));
        assert!(!shared("TLS_AES_128_GCM_SHA256"));
    }

    #[test]
    fn names_tell_what_a_suite_does() {
        assert_eq!(facts("TLS_AES_128_GCM_SHA256"), [true, true, false, false]);
        assert_eq!(facts("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), [true, true, false, false]);
        assert_eq!(facts("TLS_RSA_WITH_AES_128_CBC_SHA"), [false, false, true, false]);
        assert_eq!(facts("TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256"), [false, true, false, false]);
        assert_eq!(facts("TLS_RSA_WITH_3DES_EDE_CBC_SHA"), [false, false, true, true]);
        assert_eq!(facts("TLS_RSA_WITH_RC4_128_MD5"), [false, false, false, true]);
        assert_eq!(facts("TLS_DH_ANON_WITH_AES_128_CBC_SHA"), [false, false, true, true]);
    }

    #[test]
    fn signals_grease_and_unknown_codes_are_no_suites() {
        for code in [0x00ff, 0x5600, 0x0a0a, 0xc0ff] {
            assert!(Suite::offered(code).is_none(), "{code:#06x}");
        }
        assert!(Suite::offered(0x1301).is_some());
        assert!(Suite::named("unknown-4242").is_none());
    }
}
