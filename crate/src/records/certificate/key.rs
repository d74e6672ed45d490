//! Public keys: their kind, their length, and what is peculiar to RSA and to elliptic curves.

use super::elements::Elements;
use super::fields::PublicKey;
use super::oid::{self, Oid};
use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::num_bigint::BigUint;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Key {
    /// `rsa`, `dsa`, `ecdsa`; other keys go by OpenSSL's name.
    pub kind: Option<&'static str>,
    /// Length in bits.
    pub length: Option<u64>,
    /// RSA's exponent in decimal.
    pub exponent: Option<String>,
    /// Short name of an elliptic curve.
    pub curve: Option<&'static str>,
}

/// Longest exponent that is printed, in bytes, as OpenSSL takes no longer RSA key: a number in decimal takes the square
/// of its length.
const EXPONENT_MAX: usize = 2_048;

impl Key {
    /// Reads the key; `None` if it does not fit its algorithm, as OpenSSL refuses it.
    pub(super) fn of(key: &PublicKey<'_>) -> Option<Self> {
        let plain = |kind, length| Key { kind: Some(kind), length: Some(length), ..Key::default() };
        let bits = 8 * key.bits.len() as u64;
        Some(match key.algorithm.dotted().as_str() {
            // Certificates of Windows' remote desktop name a signature's algorithm for the key (Zeek: `X509.cc`).
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.4" | "2.5.8.1.1" => {
                let (modulus, exponent) = rsa(&key.bits)?;
                let exponent =
                    (exponent.len() <= EXPONENT_MAX).then(|| BigUint::from_bytes_be(exponent).to_string());
                Key { exponent, ..plain("rsa", bit_length(modulus)) }
            }
            "1.2.840.113549.1.1.10"
                if key.parameters.as_ref().is_none_or(|own| own.tag() == Tag::Sequence) =>
            {
                plain("RSA-PSS", bit_length(rsa(&key.bits)?.0))
            }
            "1.2.840.10040.4.1" | "1.2.840.10040.4.3" | "1.3.14.3.2.12" | "1.3.14.3.2.13"
            | "1.3.14.3.2.27" => plain("dsa", prime_length(key)?),
            "1.2.840.113549.1.3.1" => plain("DH", prime_length(key)?),
            "1.2.840.10046.2.1" => plain("DHX", prime_length(key)?),
            "1.2.840.10045.2.1" => elliptic(key)?,
            "1.3.101.110" => plain("X25519", 253),
            "1.3.101.111" => plain("X448", 448),
            "1.3.101.112" => plain("ED25519", 256),
            "1.3.101.113" => plain("ED448", 456),
            "2.16.840.1.101.3.4.3.17" => plain("ML-DSA-44", bits),
            "2.16.840.1.101.3.4.3.18" => plain("ML-DSA-65", bits),
            "2.16.840.1.101.3.4.3.19" => plain("ML-DSA-87", bits),
            _ => return None,
        })
    }
}

/// Modulus and exponent of an RSAPublicKey (RFC 8017 appendix A.1.1).
fn rsa(bits: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut numbers = Elements(bits).sequence("").ok()?;
    let (modulus, exponent) = (numbers.universal(Tag::Integer)?, numbers.universal(Tag::Integer)?);
    numbers.0.is_empty().then_some((modulus.data, exponent.data))
}

/// Returns the length of the prime of a key for DSA or Diffie-Hellman (RFC 3279 sections 2.3.2 and 2.3.3), which comes
/// first among the parameters; `None` if the key has no number of its own.
fn prime_length(key: &PublicKey<'_>) -> Option<u64> {
    let parameters = key.parameters.as_ref().filter(|parameters| parameters.tag() == Tag::Sequence)?;
    let prime = Elements(parameters.data).universal(Tag::Integer)?;
    Elements(&key.bits).universal(Tag::Integer)?;
    Some(bit_length(prime.data))
}

/// Returns a key on an elliptic curve that is named, or described by its parameters (RFC 3279 section 2.3.5).
fn elliptic(key: &PublicKey<'_>) -> Option<Key> {
    let parameters = key.parameters.as_ref()?;
    let kind = Some("ecdsa");
    if parameters.tag() == Tag::Oid {
        let curve = oid::curve(&Oid::new(parameters.data)?.dotted())?;
        is_point(&key.bits, curve.order_bits).then_some(())?;
        return Some(Key { kind, length: Some(curve.order_bits), curve: Some(curve.name), exponent: None });
    }
    Some(Key { kind, length: Some(bit_length(order(parameters)?)), ..Key::default() })
}

/// Returns whether a point has the form (SEC 1 section 2.3.3) and about the length that the curve asks for. The field's
/// elements may be a byte shorter or longer than the order. Whether it is on the curve is not checked.
fn is_point(point: &[u8], order_bits: u64) -> bool {
    let coordinates = match point {
        [2 | 3, ..] => 1,
        [4 | 6 | 7, ..] => 2,
        _ => return false,
    };
    let length = point.len() as u64 - 1;
    length.is_multiple_of(coordinates) && (length / coordinates).abs_diff(order_bits.div_ceil(8)) <= 1
}

/// Returns the order of a curve that is described: it follows version, field, curve and base point.
fn order<'a>(parameters: &Any<'a>) -> Option<&'a [u8]> {
    let mut parts = Elements(parameters.data);
    parts.universal(Tag::Integer)?;
    parts.universal(Tag::Sequence)?;
    parts.universal(Tag::Sequence)?;
    parts.universal(Tag::OctetString)?;
    Some(parts.universal(Tag::Integer)?.data)
}

/// Bits of a big-endian number without its leading zeros.
fn bit_length(number: &[u8]) -> u64 {
    BigUint::from_bytes_be(number).bits()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, algorithm_identifier, sequence, tlv};
    use super::*;

    /// Returns the key that a certificate with this algorithm, parameters and bits shows.
    fn key(oid: &[u8], parameters: Vec<u8>, bits: &[u8]) -> Key {
        let bits = tlv(3, &[&[0], bits].concat());
        let key = sequence(&[algorithm_identifier(oid, parameters), bits]);
        Sample { key, ..Sample::default() }.read().key
    }

    const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
    const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
    const ELLIPTIC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

    fn numbers(numbers: &[&[u8]]) -> Vec<u8> {
        sequence(&numbers.iter().map(|number| tlv(2, number)).collect::<Vec<_>>())
    }

    #[test]
    fn a_number_of_a_key_is_never_below_zero() {
        let key = key(RSA, tlv(5, &[]), &numbers(&[&[0xff, 0xff], &[0x80]]));
        assert_eq!((key.length, key.exponent.as_deref()), (Some(16), Some("128")));
    }

    #[test]
    fn an_exponent_of_any_length_costs_little() {
        let long = vec![0x7f; 60_000];
        let key = key(RSA, tlv(5, &[]), &numbers(&[&[1, 1], &long]));
        assert_eq!((key.kind, key.exponent), (Some("rsa"), None));
    }

    #[test]
    fn an_rsa_key_of_other_parts_is_none() {
        assert_eq!(key(RSA, tlv(5, &[]), &numbers(&[&[5]])), Key::default());
        assert_eq!(key(RSA, tlv(5, &[]), &numbers(&[&[5], &[3], &[1]])), Key::default());
    }

    #[test]
    fn a_pss_key_has_no_exponent_and_takes_no_odd_parameters() {
        let bits = numbers(&[&[1, 1], &[3]]);
        assert_eq!(key(RSA_PSS, vec![], &bits).kind, Some("RSA-PSS"));
        assert_eq!(key(RSA_PSS, tlv(5, &[]), &bits), Key::default());
    }

    #[test]
    fn a_dsa_key_is_as_long_as_its_prime() {
        let key = key(DSA, numbers(&[&[4, 0], &[7], &[3]]), &tlv(2, &[9]));
        assert_eq!((key.kind, key.length), (Some("dsa"), Some(11)));
    }

    #[test]
    fn a_curve_may_be_described() {
        let [version, order] = [tlv(2, &[1]), tlv(2, &[0, 0x80, 0])];
        let described = sequence(&[version, sequence(&[]), sequence(&[]), tlv(4, &[4]), order]);
        let key = key(ELLIPTIC, described, &[4, 1, 1]);
        assert_eq!((key.kind, key.length, key.curve), (Some("ecdsa"), Some(16), None));
    }

    #[test]
    fn a_point_has_the_length_of_its_curve() {
        assert!(is_point(&[&[4][..], &[1; 64]].concat(), 256));
        assert!(is_point(&[&[3][..], &[1; 32]].concat(), 256));
        for bad in [&[0][..], &[4, 1, 1], &[4], &[5, 1]] {
            assert!(!is_point(bad, 256));
        }
    }
}
