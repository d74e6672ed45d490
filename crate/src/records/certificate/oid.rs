//! Object identifiers in certificates and the names that OpenSSL, and so Zeek, prints for them.

use x509_parser::num_bigint::BigUint;

/// An object identifier: its content, base-128 numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Oid<'a>(&'a [u8]);

/// Longest content whose numbers are printed, as in OpenSSL: to write long ones in decimal takes the square of time.
const PRINTED_MAX: usize = 586;

impl<'a> Oid<'a> {
    /// Returns the identifier with this content; `None` if a number in it is cut off or begins with nothing.
    pub(super) fn new(content: &'a [u8]) -> Option<Self> {
        let whole = content.last()? & 0x80 == 0;
        let mut starts = std::iter::once(&0).chain(content).zip(content);
        let padded = starts.any(|(before, byte)| before & 0x80 == 0 && *byte == 0x80);
        (whole && !padded).then_some(Oid(content))
    }

    pub(super) fn content(self) -> &'a [u8] {
        self.0
    }

    /// Returns the numbers in decimal, with dots between.
    pub(super) fn dotted(self) -> String {
        if self.0.len() > PRINTED_MAX {
            return String::from("<INVALID>");
        }
        let mut text = String::new();
        for number in self.0.split_inclusive(|byte| byte & 0x80 == 0) {
            let digits: Vec<u8> = number.iter().map(|byte| byte & 0x7f).collect();
            let number = BigUint::from_radix_be(&digits, 128).unwrap_or_default();
            if text.is_empty() {
                // The first two numbers stand in one.
                let root = if number < 40_u8.into() {
                    0_u8
                } else if number < 80_u8.into() {
                    1
                } else {
                    2
                };
                text = format!("{root}.{}", number - 40 * root);
            } else {
                text.push_str(&format!(".{number}"));
            }
        }
        text
    }
}

/// Short name of an attribute of a distinguished name (`CN`); `None` if it is printed by its number.
pub(super) fn attribute(oid: &str) -> Option<&'static str> {
    find(ATTRIBUTES, oid).or_else(|| arc(oid).map(|(short, _)| short))
}

/// Long name of a key's or a signature's algorithm (`rsaEncryption`).
pub(super) fn algorithm(oid: &str) -> Option<&'static str> {
    find(ALGORITHMS, oid)
        .or_else(|| curve(oid).map(|curve| curve.name))
        .or_else(|| arc(oid).map(|(_, long)| long))
}

/// A named elliptic curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Curve {
    /// Short name (`prime256v1`).
    pub(super) name: &'static str,
    /// Length of the group's order, which is the key's length in bits.
    pub(super) order_bits: u64,
}

/// Returns the curve that `oid` names.
pub(super) fn curve(oid: &str) -> Option<Curve> {
    let (_, name, order_bits) = *CURVES.iter().find(|(known, ..)| *known == oid)?;
    Some(Curve { name, order_bits })
}

/// Short and long name of a node of the tree below which others are registered.
fn arc(oid: &str) -> Option<(&'static str, &'static str)> {
    ARCS.iter().find(|(known, ..)| *known == oid).map(|(_, short, long)| (*short, *long))
}

fn find(table: &'static [(&str, &'static str)], oid: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name)
}

/// X.520, RFC 4519, RFC 4524, PKCS #9, and what authorities of extended validation and of Russia use.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.2", "textEncodedORAddress"),
    ("0.9.2342.19200300.100.1.3", "mail"),
    ("0.9.2342.19200300.100.1.4", "info"),
    ("0.9.2342.19200300.100.1.5", "favouriteDrink"),
    ("0.9.2342.19200300.100.1.6", "roomNumber"),
    ("0.9.2342.19200300.100.1.7", "photo"),
    ("0.9.2342.19200300.100.1.8", "userClass"),
    ("0.9.2342.19200300.100.1.9", "host"),
    ("0.9.2342.19200300.100.1.10", "manager"),
    ("0.9.2342.19200300.100.1.11", "documentIdentifier"),
    ("0.9.2342.19200300.100.1.12", "documentTitle"),
    ("0.9.2342.19200300.100.1.13", "documentVersion"),
    ("0.9.2342.19200300.100.1.14", "documentAuthor"),
    ("0.9.2342.19200300.100.1.15", "documentLocation"),
    ("0.9.2342.19200300.100.1.20", "homeTelephoneNumber"),
    ("0.9.2342.19200300.100.1.21", "secretary"),
    ("0.9.2342.19200300.100.1.22", "otherMailbox"),
    ("0.9.2342.19200300.100.1.23", "lastModifiedTime"),
    ("0.9.2342.19200300.100.1.24", "lastModifiedBy"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.26", "aRecord"),
    ("0.9.2342.19200300.100.1.27", "pilotAttributeType27"),
    ("0.9.2342.19200300.100.1.28", "mXRecord"),
    ("0.9.2342.19200300.100.1.29", "nSRecord"),
    ("0.9.2342.19200300.100.1.30", "sOARecord"),
    ("0.9.2342.19200300.100.1.31", "cNAMERecord"),
    ("0.9.2342.19200300.100.1.37", "associatedDomain"),
    ("0.9.2342.19200300.100.1.38", "associatedName"),
    ("0.9.2342.19200300.100.1.39", "homePostalAddress"),
    ("0.9.2342.19200300.100.1.40", "personalTitle"),
    ("0.9.2342.19200300.100.1.41", "mobileTelephoneNumber"),
    ("0.9.2342.19200300.100.1.42", "pagerTelephoneNumber"),
    ("0.9.2342.19200300.100.1.43", "friendlyCountryName"),
    ("0.9.2342.19200300.100.1.44", "uid"),
    ("0.9.2342.19200300.100.1.45", "organizationalStatus"),
    ("0.9.2342.19200300.100.1.46", "janetMailbox"),
    ("0.9.2342.19200300.100.1.47", "mailPreferenceOption"),
    ("0.9.2342.19200300.100.1.48", "buildingName"),
    ("0.9.2342.19200300.100.1.49", "dSAQuality"),
    ("0.9.2342.19200300.100.1.50", "singleLevelQuality"),
    ("0.9.2342.19200300.100.1.51", "subtreeMinimumQuality"),
    ("0.9.2342.19200300.100.1.52", "subtreeMaximumQuality"),
    ("0.9.2342.19200300.100.1.53", "personalSignature"),
    ("0.9.2342.19200300.100.1.54", "dITRedirect"),
    ("0.9.2342.19200300.100.1.55", "audio"),
    ("0.9.2342.19200300.100.1.56", "documentPublisher"),
    ("1.2.643.3.131.1.1", "INN"),
    ("1.2.643.100.1", "OGRN"),
    ("1.2.643.100.3", "SNILS"),
    ("1.2.643.100.5", "OGRNIP"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.2.840.113549.1.9.7", "challengePassword"),
    ("1.2.840.113549.1.9.8", "unstructuredAddress"),
    ("1.2.840.113549.1.9.20", "friendlyName"),
    ("1.3.6.1.4.1.311.20.2.3", "msUPN"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.14", "searchGuide"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.16", "postalAddress"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.18", "postOfficeBox"),
    ("2.5.4.19", "physicalDeliveryOfficeName"),
    ("2.5.4.20", "telephoneNumber"),
    ("2.5.4.21", "telexNumber"),
    ("2.5.4.22", "teletexTerminalIdentifier"),
    ("2.5.4.23", "facsimileTelephoneNumber"),
    ("2.5.4.24", "x121Address"),
    ("2.5.4.25", "internationaliSDNNumber"),
    ("2.5.4.26", "registeredAddress"),
    ("2.5.4.27", "destinationIndicator"),
    ("2.5.4.28", "preferredDeliveryMethod"),
    ("2.5.4.29", "presentationAddress"),
    ("2.5.4.30", "supportedApplicationContext"),
    ("2.5.4.31", "member"),
    ("2.5.4.32", "owner"),
    ("2.5.4.33", "roleOccupant"),
    ("2.5.4.34", "seeAlso"),
    ("2.5.4.35", "userPassword"),
    ("2.5.4.36", "userCertificate"),
    ("2.5.4.37", "cACertificate"),
    ("2.5.4.38", "authorityRevocationList"),
    ("2.5.4.39", "certificateRevocationList"),
    ("2.5.4.40", "crossCertificatePair"),
    ("2.5.4.41", "name"),
    ("2.5.4.42", "GN"),
    ("2.5.4.43", "initials"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.45", "x500UniqueIdentifier"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.47", "enhancedSearchGuide"),
    ("2.5.4.48", "protocolInformation"),
    ("2.5.4.49", "distinguishedName"),
    ("2.5.4.50", "uniqueMember"),
    ("2.5.4.51", "houseIdentifier"),
    ("2.5.4.52", "supportedAlgorithms"),
    ("2.5.4.53", "deltaRevocationList"),
    ("2.5.4.54", "dmdName"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.72", "role"),
    ("2.5.4.97", "organizationIdentifier"),
    ("2.5.4.98", "c3"),
    ("2.5.4.99", "n3"),
    ("2.5.4.100", "dnsName"),
];

/// RFC 3279, 4055, 4491, 5758, 8410, 9814, 9881 and their forerunners.
const ALGORITHMS: &[(&str, &str)] = &[
    ("1.2.156.10197.1.301", "sm2"),
    ("1.2.156.10197.1.501", "SM2-with-SM3"),
    ("1.2.156.10197.1.504", "sm3WithRSAEncryption"),
    ("1.2.643.2.2.3", "GOST R 34.11-94 with GOST R 34.10-2001"),
    ("1.2.643.2.2.4", "GOST R 34.11-94 with GOST R 34.10-94"),
    ("1.2.643.2.2.19", "GOST R 34.10-2001"),
    ("1.2.643.2.2.20", "GOST R 34.10-94"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012 with 256 bit modulus"),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012 with 512 bit modulus"),
    ("1.2.643.7.1.1.3.2", "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)"),
    ("1.2.643.7.1.1.3.3", "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)"),
    ("1.2.840.10040.4.1", "dsaEncryption"),
    ("1.2.840.10040.4.3", "dsaWithSHA1"),
    ("1.2.840.10045.2.1", "id-ecPublicKey"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1"),
    ("1.2.840.10045.4.2", "ecdsa-with-Recommended"),
    ("1.2.840.10045.4.3", "ecdsa-with-Specified"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512"),
    ("1.2.840.10046.2.1", "X9.42 DH"),
    ("1.2.840.113549.1.1.1", "rsaEncryption"),
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption"),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption"),
    ("1.2.840.113549.1.1.6", "rsaOAEPEncryptionSET"),
    ("1.2.840.113549.1.1.7", "rsaesOaep"),
    ("1.2.840.113549.1.1.8", "mgf1"),
    ("1.2.840.113549.1.1.9", "pSpecified"),
    ("1.2.840.113549.1.1.10", "rsassaPss"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption"),
    ("1.2.840.113549.1.1.15", "sha512-224WithRSAEncryption"),
    ("1.2.840.113549.1.1.16", "sha512-256WithRSAEncryption"),
    ("1.2.840.113549.1.3.1", "dhKeyAgreement"),
    ("1.2.840.113549.2.5", "md5"),
    ("1.3.14.3.2.3", "md5WithRSA"),
    ("1.3.14.3.2.12", "dsaEncryption-old"),
    ("1.3.14.3.2.13", "dsaWithSHA"),
    ("1.3.14.3.2.15", "shaWithRSAEncryption"),
    ("1.3.14.3.2.26", "sha1"),
    ("1.3.14.3.2.27", "dsaWithSHA1-old"),
    ("1.3.14.3.2.29", "sha1WithRSA"),
    ("1.3.36.3.3.1.2", "ripemd160WithRSA"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.112", "ED25519"),
    ("1.3.101.113", "ED448"),
    ("2.5.8.1.1", "rsa"),
    ("2.5.8.3.100", "mdc2WithRSA"),
    ("2.16.840.1.101.3.4.3.1", "dsa_with_SHA224"),
    ("2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"),
    ("2.16.840.1.101.3.4.3.3", "dsa_with_SHA384"),
    ("2.16.840.1.101.3.4.3.4", "dsa_with_SHA512"),
    ("2.16.840.1.101.3.4.3.5", "dsa_with_SHA3-224"),
    ("2.16.840.1.101.3.4.3.6", "dsa_with_SHA3-256"),
    ("2.16.840.1.101.3.4.3.7", "dsa_with_SHA3-384"),
    ("2.16.840.1.101.3.4.3.8", "dsa_with_SHA3-512"),
    ("2.16.840.1.101.3.4.3.9", "ecdsa_with_SHA3-224"),
    ("2.16.840.1.101.3.4.3.10", "ecdsa_with_SHA3-256"),
    ("2.16.840.1.101.3.4.3.11", "ecdsa_with_SHA3-384"),
    ("2.16.840.1.101.3.4.3.12", "ecdsa_with_SHA3-512"),
    ("2.16.840.1.101.3.4.3.13", "RSA-SHA3-224"),
    ("2.16.840.1.101.3.4.3.14", "RSA-SHA3-256"),
    ("2.16.840.1.101.3.4.3.15", "RSA-SHA3-384"),
    ("2.16.840.1.101.3.4.3.16", "RSA-SHA3-512"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
    ("2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"),
    ("2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f"),
    ("2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s"),
    ("2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f"),
    ("2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s"),
    ("2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"),
    ("2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s"),
    ("2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f"),
    ("2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s"),
    ("2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f"),
    ("2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s"),
    ("2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f"),
];

/// X9.62, SEC 2, RFC 5639, WAP and SM2.
const CURVES: &[(&str, &str, u64)] = &[
    ("1.2.156.10197.1.301", "SM2", 256),
    ("1.2.840.10045.3.0.1", "c2pnb163v1", 163),
    ("1.2.840.10045.3.0.2", "c2pnb163v2", 162),
    ("1.2.840.10045.3.0.3", "c2pnb163v3", 162),
    ("1.2.840.10045.3.0.4", "c2pnb176v1", 161),
    ("1.2.840.10045.3.0.5", "c2tnb191v1", 191),
    ("1.2.840.10045.3.0.6", "c2tnb191v2", 190),
    ("1.2.840.10045.3.0.7", "c2tnb191v3", 189),
    ("1.2.840.10045.3.0.10", "c2pnb208w1", 193),
    ("1.2.840.10045.3.0.11", "c2tnb239v1", 238),
    ("1.2.840.10045.3.0.12", "c2tnb239v2", 237),
    ("1.2.840.10045.3.0.13", "c2tnb239v3", 236),
    ("1.2.840.10045.3.0.16", "c2pnb272w1", 257),
    ("1.2.840.10045.3.0.17", "c2pnb304w1", 289),
    ("1.2.840.10045.3.0.18", "c2tnb359v1", 353),
    ("1.2.840.10045.3.0.19", "c2pnb368w1", 353),
    ("1.2.840.10045.3.0.20", "c2tnb431r1", 418),
    ("1.2.840.10045.3.1.1", "prime192v1", 192),
    ("1.2.840.10045.3.1.2", "prime192v2", 192),
    ("1.2.840.10045.3.1.3", "prime192v3", 192),
    ("1.2.840.10045.3.1.4", "prime239v1", 239),
    ("1.2.840.10045.3.1.5", "prime239v2", 239),
    ("1.2.840.10045.3.1.6", "prime239v3", 239),
    ("1.2.840.10045.3.1.7", "prime256v1", 256),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 160),
    ("1.3.36.3.3.2.8.1.1.2", "brainpoolP160t1", 160),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 192),
    ("1.3.36.3.3.2.8.1.1.4", "brainpoolP192t1", 192),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224),
    ("1.3.36.3.3.2.8.1.1.6", "brainpoolP224t1", 224),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1", 256),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320),
    ("1.3.36.3.3.2.8.1.1.10", "brainpoolP320t1", 320),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.12", "brainpoolP384t1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
    ("1.3.36.3.3.2.8.1.1.14", "brainpoolP512t1", 512),
    ("1.3.132.0.1", "sect163k1", 163),
    ("1.3.132.0.2", "sect163r1", 162),
    ("1.3.132.0.3", "sect239k1", 238),
    ("1.3.132.0.4", "sect113r1", 113),
    ("1.3.132.0.5", "sect113r2", 113),
    ("1.3.132.0.6", "secp112r1", 112),
    ("1.3.132.0.7", "secp112r2", 110),
    ("1.3.132.0.8", "secp160r1", 161),
    ("1.3.132.0.9", "secp160k1", 161),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.132.0.15", "sect163r2", 163),
    ("1.3.132.0.16", "sect283k1", 281),
    ("1.3.132.0.17", "sect283r1", 282),
    ("1.3.132.0.22", "sect131r1", 131),
    ("1.3.132.0.23", "sect131r2", 131),
    ("1.3.132.0.24", "sect193r1", 193),
    ("1.3.132.0.25", "sect193r2", 193),
    ("1.3.132.0.26", "sect233k1", 232),
    ("1.3.132.0.27", "sect233r1", 233),
    ("1.3.132.0.28", "secp128r1", 128),
    ("1.3.132.0.29", "secp128r2", 126),
    ("1.3.132.0.30", "secp160r2", 161),
    ("1.3.132.0.31", "secp192k1", 192),
    ("1.3.132.0.32", "secp224k1", 225),
    ("1.3.132.0.33", "secp224r1", 224),
    ("1.3.132.0.34", "secp384r1", 384),
    ("1.3.132.0.35", "secp521r1", 521),
    ("1.3.132.0.36", "sect409k1", 407),
    ("1.3.132.0.37", "sect409r1", 409),
    ("1.3.132.0.38", "sect571k1", 570),
    ("1.3.132.0.39", "sect571r1", 570),
    ("2.23.43.1.4.1", "wap-wsg-idm-ecid-wtls1", 112),
    ("2.23.43.1.4.3", "wap-wsg-idm-ecid-wtls3", 163),
    ("2.23.43.1.4.4", "wap-wsg-idm-ecid-wtls4", 113),
    ("2.23.43.1.4.5", "wap-wsg-idm-ecid-wtls5", 163),
    ("2.23.43.1.4.6", "wap-wsg-idm-ecid-wtls6", 112),
    ("2.23.43.1.4.7", "wap-wsg-idm-ecid-wtls7", 161),
    ("2.23.43.1.4.8", "wap-wsg-idm-ecid-wtls8", 113),
    ("2.23.43.1.4.9", "wap-wsg-idm-ecid-wtls9", 161),
    ("2.23.43.1.4.10", "wap-wsg-idm-ecid-wtls10", 232),
    ("2.23.43.1.4.11", "wap-wsg-idm-ecid-wtls11", 233),
    ("2.23.43.1.4.12", "wap-wsg-idm-ecid-wtls12", 224),
];

/// Nodes of the tree, which a damaged identifier is cut down to.
const ARCS: &[(&str, &str, &str)] = &[
    ("0.9", "data", "data"),
    ("0.9.2342", "pss", "pss"),
    ("0.9.2342.19200300", "ucl", "ucl"),
    ("0.9.2342.19200300.100", "pilot", "pilot"),
    ("0.9.2342.19200300.100.1", "pilotAttributeType", "pilotAttributeType"),
    ("1.2", "member-body", "ISO Member Body"),
    ("1.2.156", "ISO-CN", "ISO CN Member Body"),
    ("1.2.156.10197", "oscca", "oscca"),
    ("1.2.156.10197.1", "sm-scheme", "sm-scheme"),
    ("1.2.410.200004", "KISA", "kisa"),
    ("1.2.643.2.2", "cryptopro", "cryptopro"),
    ("1.2.643.2.9", "cryptocom", "cryptocom"),
    ("1.2.643.7.1", "id-tc26", "id-tc26"),
    ("1.2.643.7.1.1", "id-tc26-algorithms", "id-tc26-algorithms"),
    ("1.2.804", "ISO-UA", "ISO-UA"),
    ("1.2.804.2.1.1.1", "ua-pki", "ua-pki"),
    ("1.2.840", "ISO-US", "ISO US Member Body"),
    ("1.2.840.10040", "X9-57", "X9.57"),
    ("1.2.840.10040.4", "X9cm", "X9.57 CM ?"),
    ("1.2.840.10045", "ansi-X9-62", "ANSI X9.62"),
    ("1.2.840.113549", "rsadsi", "RSA Data Security, Inc."),
    ("1.2.840.113549.1", "pkcs", "RSA Data Security, Inc. PKCS"),
    ("1.2.840.113549.1.1", "pkcs1", "pkcs1"),
    ("1.2.840.113549.1.3", "pkcs3", "pkcs3"),
    ("1.2.840.113549.1.5", "pkcs5", "pkcs5"),
    ("1.2.840.113549.1.7", "pkcs7", "pkcs7"),
    ("1.2.840.113549.1.9", "pkcs9", "pkcs9"),
    ("1.2.840.113549.1.9.16", "SMIME", "S/MIME"),
    ("1.3", "ORG", "org"),
    ("1.3.6", "DOD", "dod"),
    ("1.3.6.1", "IANA", "iana"),
    ("1.3.6.1.4", "private", "Private"),
    ("1.3.6.1.4.1", "enterprises", "Enterprises"),
    ("1.3.6.1.5", "security", "Security"),
    ("1.3.6.1.5.5.7", "PKIX", "PKIX"),
    ("1.3.6.1.5.5.7.1", "id-pe", "id-pe"),
    ("1.3.6.1.5.5.7.2", "id-qt", "id-qt"),
    ("1.3.6.1.5.5.7.3", "id-kp", "id-kp"),
    ("1.3.6.1.5.5.7.6", "id-alg", "id-alg"),
    ("1.3.6.1.5.5.7.48", "id-ad", "id-ad"),
    ("1.3.14.3.2", "algorithm", "algorithm"),
    ("1.3.111", "ieee", "ieee"),
    ("1.3.132", "certicom-arc", "certicom-arc"),
    ("2.5", "X500", "directory services (X.500)"),
    ("2.5.1.5", "selected-attribute-types", "Selected Attribute Types"),
    ("2.5.4", "X509", "X509"),
    ("2.5.8", "X500algorithms", "directory services - algorithms"),
    ("2.5.29", "id-ce", "id-ce"),
    ("2.5.29.9", "subjectDirectoryAttributes", "X509v3 Subject Directory Attributes"),
    ("2.5.29.32", "certificatePolicies", "X509v3 Certificate Policies"),
    ("2.16.840.1.113730", "Netscape", "Netscape Communications Corp."),
    ("2.23", "international-organizations", "International Organizations"),
    ("2.23.42", "id-set", "Secure Electronic Transactions"),
    ("2.23.43", "wap", "wap"),
    ("2.23.43.1", "wap-wsg", "wap-wsg"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn dotted(content: &[u8]) -> Option<String> {
        Oid::new(content).map(Oid::dotted)
    }

    #[test]
    fn the_first_number_holds_two() {
        assert_eq!(dotted(&[0x2a, 0x86, 0x48]).as_deref(), Some("1.2.840"));
        assert_eq!(dotted(&[0x88, 0x37, 3]).as_deref(), Some("2.999.3"));
        assert_eq!(dotted(&[39]).as_deref(), Some("0.39"));
    }

    #[test]
    fn numbers_of_any_size_are_printed() {
        let huge = [&[0x2a][..], &[0xff; 10], &[0x7f]].concat();
        assert_eq!(dotted(&huge).as_deref(), Some("1.2.151115727451828646838271"));
        assert_eq!(dotted(&[1; 587]).as_deref(), Some("<INVALID>"));
    }

    #[test]
    fn a_number_that_is_cut_off_or_padded_makes_no_identifier() {
        assert_eq!(dotted(&[]), None);
        assert_eq!(dotted(&[0x2a, 0x86]), None);
        assert_eq!(dotted(&[0x2a, 0x80, 1]), None);
        assert_eq!(dotted(&[0x80, 1]), None);
    }

    #[test]
    fn attributes_have_short_names() {
        assert_eq!(attribute("2.5.4.3"), Some("CN"));
        assert_eq!(attribute("1.2.840.113549.1.9.1"), Some("emailAddress"));
        assert_eq!(attribute("1.2.3"), None);
    }

    #[test]
    fn algorithms_have_long_names() {
        assert_eq!(algorithm("1.2.840.113549.1.1.11"), Some("sha256WithRSAEncryption"));
        assert_eq!(algorithm("1.3.101.112"), Some("ED25519"));
    }

    #[test]
    fn a_curve_has_the_length_of_its_order() {
        assert_eq!(curve("1.3.132.0.26"), Some(Curve { name: "sect233k1", order_bits: 232 }));
    }
}
