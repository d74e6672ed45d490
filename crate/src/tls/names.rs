//! Names of TLS code points, spelt as Zeek spells them (`scripts/base/protocols/ssl/consts.zeek`); the numbers are IANA's.

use std::borrow::Cow;
use std::fmt;
use tls_parser::TlsCipherSuite;

/// Protocol version as a hello carries it (RFC 8446 section 4.1.2), `0x0002` for SSL 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Version(pub u16);

/// Cipher suite; SSL 2.0's have three bytes, all others two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CipherSuite(pub u32);

/// Group of a key exchange (RFC 8446 section 4.2.7), formerly a named elliptic curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NamedGroup(pub u16);

/// Description of an alert (RFC 8446 section 6); SSL 2.0's error codes have two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AlertDescription(pub u16);

impl Version {
    /// SSL 2.0.
    pub const SSL2: Version = Version(0x0002);
    /// SSL 3.0 (RFC 6101).
    pub const SSL3: Version = Version(0x0300);
    /// TLS 1.0 (RFC 2246).
    pub const TLS10: Version = Version(0x0301);
    /// TLS 1.1 (RFC 4346).
    pub const TLS11: Version = Version(0x0302);
    /// TLS 1.2 (RFC 5246).
    pub const TLS12: Version = Version(0x0303);
    /// TLS 1.3 (RFC 8446).
    pub const TLS13: Version = Version(0x0304);
    /// TLCP, China's own protocol in the form of TLS 1.1 (GB/T 38636; GM/T 0024 before it).
    pub const TLCP: Version = Version(0x0101);
    /// DTLS 1.0 (RFC 4347), TLS 1.1 over datagrams.
    pub const DTLS10: Version = Version(0xfeff);
    /// DTLS 1.2 (RFC 6347).
    pub const DTLS12: Version = Version(0xfefd);
    /// DTLS 1.3 (RFC 9147).
    pub const DTLS13: Version = Version(0xfefc);

    /// Returns whether this is TLS 1.3 or one of its drafts, which stand at `0x7f00` and above.
    pub fn is_tls13(self) -> bool {
        self == Self::TLS13 || self.0 / 0xff == 0x7f
    }

    /// Returns whether it is one of the versions before TLS 1.3.
    pub fn is_legacy(self) -> bool {
        matches!(self, Self::SSL2 | Self::SSL3 | Self::TLS10 | Self::TLS11 | Self::TLS12)
    }

    /// Returns whether records of TLS may carry it. Some programs write versions that do not exist.
    pub(super) fn is_in_records(self) -> bool {
        self.0 >> 8 == 3 || self == Self::TLCP
    }

    /// Returns whether signatures name their algorithm, as from TLS 1.2 on (RFC 5246 section 4.7).
    pub fn signs_with_named_algorithm(self) -> bool {
        self > Self::TLS11 && self != Self::DTLS10
    }

    /// Returns whether it is a version of DTLS, whose hellos differ a little.
    pub fn is_dtls(self) -> bool {
        matches!(self, Self::DTLS10 | Self::DTLS12 | Self::DTLS13)
    }

    /// Zeek's name: `TLSv12`, `TLSv13-draft23`.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self.0 {
            0x0002 => "SSLv2",
            0x0300 => "SSLv3",
            0x0301 => "TLSv10",
            0x0302 => "TLSv11",
            0x0303 => "TLSv12",
            0x0304 => "TLSv13",
            0x0101 => "TLCPv11",
            0xfeff => "DTLSv10",
            0xfefd => "DTLSv12",
            0xfefc => "DTLSv13",
            draft if draft / 0xff == 0x7f => return Cow::Owned(format!("TLSv13-draft{}", draft % 0x7f)),
            other => return unknown(other.into()),
        })
    }
}

impl CipherSuite {
    /// Zeek's name: IANA's with `anon` in capitals, and what browsers and drafts used without registering it.
    pub fn name(self) -> Cow<'static, str> {
        if let Some((_, name)) = UNREGISTERED.iter().find(|(code, _)| *code == self.0) {
            return Cow::Borrowed(name);
        }
        let Ok(code) = u16::try_from(self.0) else { return unknown(self.0) };
        if is_grease(code) {
            return Cow::Owned(grease(code));
        }
        match TlsCipherSuite::from_id(code) {
            Some(suite) if suite.name.contains("_anon_") => {
                Cow::Owned(suite.name.replace("_anon_", "_ANON_"))
            }
            Some(suite) => Cow::Borrowed(suite.name),
            None => unknown(self.0),
        }
    }
}

impl NamedGroup {
    /// Zeek's name, which it writes into `curve`.
    pub fn name(self) -> Cow<'static, str> {
        if is_grease(self.0) {
            return Cow::Owned(grease(self.0));
        }
        match GROUPS.iter().find(|(code, _)| *code == self.0) {
            Some((_, name)) => Cow::Borrowed(name),
            None => unknown(self.0.into()),
        }
    }
}

impl AlertDescription {
    /// Zeek's name, which it writes into `last_alert`.
    pub fn name(self) -> Cow<'static, str> {
        match ALERTS.iter().find(|(code, _)| *code == self.0) {
            Some((_, name)) => Cow::Borrowed(name),
            None => unknown(self.0.into()),
        }
    }
}

macro_rules! display_as_name {
    ($($kind:ty),*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.name())
            }
        }
    )*};
}
display_as_name!(Version, CipherSuite, NamedGroup, AlertDescription);

/// Returns whether RFC 8701 reserves `code` so that endpoints stay tolerant of what they do not know.
pub fn is_grease(code: u16) -> bool {
    code & 0x0f0f == 0x0a0a && code >> 8 == code & 0xff
}

fn grease(code: u16) -> String {
    format!("grease_0x{code:04X}")
}

fn unknown(code: u32) -> Cow<'static, str> {
    Cow::Owned(format!("unknown-{code}"))
}

/// Suites that `tls-parser`'s copy of IANA's registry lacks, or that Zeek still spells as an older draft did. TLCP's have the
/// names of GB/T 38636 and of GM/T 0024.
const UNREGISTERED: &[(u32, &str)] = &[
    (0x01_0080, "SSLv20_CK_RC4_128_WITH_MD5"),
    (0x02_0080, "SSLv20_CK_RC4_128_EXPORT40_WITH_MD5"),
    (0x03_0080, "SSLv20_CK_RC2_128_CBC_WITH_MD5"),
    (0x04_0080, "SSLv20_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
    (0x05_0080, "SSLv20_CK_IDEA_128_CBC_WITH_MD5"),
    (0x06_0040, "SSLv20_CK_DES_64_CBC_WITH_MD5"),
    (0x07_00c0, "SSLv20_CK_DES_192_EDE3_CBC_WITH_MD5"),
    (0x001c, "SSL_FORTEZZA_KEA_WITH_NULL_SHA"),
    (0x001d, "SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA"),
    (0x0072, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_RMD"),
    (0x0073, "TLS_DHE_DSS_WITH_AES_128_CBC_RMD"),
    (0x0074, "TLS_DHE_DSS_WITH_AES_256_CBC_RMD"),
    (0x0077, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_RMD"),
    (0x0078, "TLS_DHE_RSA_WITH_AES_128_CBC_RMD"),
    (0x0079, "TLS_DHE_RSA_WITH_AES_256_CBC_RMD"),
    (0x007c, "TLS_RSA_WITH_3DES_EDE_CBC_RMD"),
    (0x007d, "TLS_RSA_WITH_AES_128_CBC_RMD"),
    (0x007e, "TLS_RSA_WITH_AES_256_CBC_RMD"),
    (0x0080, "TLS_GOSTR341094_WITH_28147_CNT_IMIT"),
    (0x0081, "TLS_GOSTR341001_WITH_28147_CNT_IMIT"),
    (0x0082, "TLS_GOSTR341094_WITH_NULL_GOSTR3411"),
    (0x0083, "TLS_GOSTR341001_WITH_NULL_GOSTR3411"),
    (0x1306, "TLS_AEGIS_256_SHA384"),
    (0xe001, "ECDHE_SM1_SM3"),
    (0xe003, "ECC_SM1_SM3"),
    (0xe005, "IBSDH_SM1_SM3"),
    (0xe007, "IBC_SM1_SM3"),
    (0xe009, "RSA_SM1_SM3"),
    (0xe00a, "RSA_SM1_SHA1"),
    (0xe011, "ECDHE_SM4_CBC_SM3"),
    (0xe013, "ECC_SM4_CBC_SM3"),
    (0xe015, "IBSDH_SM4_CBC_SM3"),
    (0xe017, "IBC_SM4_CBC_SM3"),
    (0xe019, "RSA_SM4_CBC_SM3"),
    (0xe01a, "RSA_SM4_CBC_SHA1"),
    (0xe01c, "RSA_SM4_CBC_SHA256"),
    (0xe051, "ECDHE_SM4_GCM_SM3"),
    (0xe053, "ECC_SM4_GCM_SM3"),
    (0xe055, "IBSDH_SM4_GCM_SM3"),
    (0xe057, "IBC_SM4_GCM_SM3"),
    (0xe059, "RSA_SM4_GCM_SM3"),
    (0xe05a, "RSA_SM4_GCM_SHA256"),
    (0x16b7, "TLS_CECPQ1_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0x16b8, "TLS_CECPQ1_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0x16b9, "TLS_CECPQ1_RSA_WITH_AES_256_GCM_SHA384"),
    (0x16ba, "TLS_CECPQ1_ECDSA_WITH_AES_256_GCM_SHA384"),
    (0xc100, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC"),
    (0xc101, "TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC"),
    (0xc102, "TLS_GOSTR341112_256_WITH_28147_CNT_IMIT"),
    (0xc103, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L"),
    (0xc104, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_L"),
    (0xc105, "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S"),
    (0xc106, "TLS_GOSTR341112_256_WITH_MAGMA_MGM_S"),
    (0xcc13, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD"),
    (0xcc14, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256_OLD"),
    (0xcc15, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD"),
    (0xd004, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256_OLD"),
    (0xfefe, "SSL_RSA_FIPS_WITH_DES_CBC_SHA"),
    (0xfeff, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA"),
    (0xff80, "SSL_RSA_WITH_RC2_CBC_MD5"),
    (0xff81, "SSL_RSA_WITH_IDEA_CBC_MD5"),
    (0xff82, "SSL_RSA_WITH_DES_CBC_MD5"),
    (0xff83, "SSL_RSA_WITH_3DES_EDE_CBC_MD5"),
    (0xffe0, "SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA_2"),
    (0xffe1, "SSL_RSA_FIPS_WITH_DES_CBC_SHA_2"),
];

const GROUPS: &[(u16, &str)] = &[
    (1, "sect163k1"),
    (2, "sect163r1"),
    (3, "sect163r2"),
    (4, "sect193r1"),
    (5, "sect193r2"),
    (6, "sect233k1"),
    (7, "sect233r1"),
    (8, "sect239k1"),
    (9, "sect283k1"),
    (10, "sect283r1"),
    (11, "sect409k1"),
    (12, "sect409r1"),
    (13, "sect571k1"),
    (14, "sect571r1"),
    (15, "secp160k1"),
    (16, "secp160r1"),
    (17, "secp160r2"),
    (18, "secp192k1"),
    (19, "secp192r1"),
    (20, "secp224k1"),
    (21, "secp224r1"),
    (22, "secp256k1"),
    (23, "secp256r1"),
    (24, "secp384r1"),
    (25, "secp521r1"),
    (26, "brainpoolP256r1"),
    (27, "brainpoolP384r1"),
    (28, "brainpoolP512r1"),
    (29, "x25519"),
    (30, "x448"),
    (31, "brainpoolP256r1tls13"),
    (32, "brainpoolP384r1tls13"),
    (33, "brainpoolP512r1tls13"),
    (34, "GC256A"),
    (35, "GC256B"),
    (36, "GC256C"),
    (37, "GC256D"),
    (38, "GC512A"),
    (39, "GC512B"),
    (40, "GC512C"),
    (41, "curveSM2"),
    (256, "ffdhe2048"),
    (257, "ffdhe3072"),
    (258, "ffdhe4096"),
    (259, "ffdhe6144"),
    (260, "ffdhe8192"),
    (512, "MLKEM512"),
    (513, "MLKEM768"),
    (514, "MLKEM1024"),
    (4587, "SecP256r1MLKEM768"),
    (4588, "X25519MLKEM768"),
    (4589, "SecP384r1MLKEM1024"),
    (4590, "curveSM2MLKEM768"),
    (16696, "CECPQ2"),
    (25497, "X25519Kyber768Draft00"),
    (25498, "SecP256r1Kyber768Draft00"),
    (0xff01, "arbitrary_explicit_prime_curves"),
    (0xff02, "arbitrary_explicit_char2_curves"),
];

const ALERTS: &[(u16, &str)] = &[
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (21, "decryption_failed"),
    (22, "record_overflow"),
    (30, "decompression_failure"),
    (40, "handshake_failure"),
    (41, "no_certificate"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode_error"),
    (51, "decrypt_error"),
    (60, "export_restriction"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (86, "inappropriate_fallback"),
    (90, "user_canceled"),
    (100, "no_renegotiation"),
    (110, "unsupported_extension"),
    (111, "certificate_unobtainable"),
    (112, "unrecognized_name"),
    (113, "bad_certificate_status_response"),
    (114, "bad_certificate_hash_value"),
    (115, "unknown_psk_identity"),
    (116, "certificate_required"),
    (117, "general_error"),
    (120, "no_application_protocol"),
    (121, "ech_required"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_spelt_as_zeek_spells_them() {
        assert_eq!(Version::TLS12.name(), "TLSv12");
        assert_eq!(Version(0x7f17).name(), "TLSv13-draft23");
        assert_eq!(Version(0xfb17).name(), "unknown-64279");
    }

    #[test]
    fn anonymous_suites_have_anon_in_capitals() {
        assert_eq!(CipherSuite(0x0018).name(), "TLS_DH_ANON_WITH_RC4_128_MD5");
    }

    #[test]
    fn unregistered_suites_have_names() {
        assert_eq!(CipherSuite(0xcc13).name(), "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD");
        assert_eq!(CipherSuite(0x01_0080).name(), "SSLv20_CK_RC4_128_WITH_MD5");
    }

    #[test]
    fn unknown_code_points_keep_their_number() {
        assert_eq!(CipherSuite(0xeeee).name(), "unknown-61166");
        assert_eq!(NamedGroup(999).name(), "unknown-999");
        assert_eq!(AlertDescription(255).name(), "unknown-255");
    }

    #[test]
    fn grease_has_two_equal_bytes_that_end_in_a() {
        assert!(is_grease(0x2a2a));
        assert!(!is_grease(0x0a1a));
        assert_eq!(CipherSuite(0x5a5a).name(), "grease_0x5A5A");
    }
}
