//! DER → the parts of a certificate (RFC 5280 section 4.1), each as encoded.
//!
//! `x509-parser` gives up a whole certificate for one value that breaks the rules of its type. OpenSSL, and so Zeek,
//! asks for the structure alone: this reader does the same, and whoever needs a part reads it or goes without.

use super::CertificateError;
use super::distinguished_name::Name;
use super::elements::Elements;
use super::oid::Oid;
use std::borrow::Cow;
use x509_parser::asn1_rs::{Any, Tag};

/// The parts of a certificate.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    /// Content of the version number; none for version 1.
    pub(super) version: Option<&'a [u8]>,
    pub(super) serial: &'a [u8],
    pub(super) issuer: Name<'a>,
    pub(super) not_before: Time<'a>,
    pub(super) not_after: Time<'a>,
    pub(super) subject: Name<'a>,
    pub(super) key: PublicKey<'a>,
    pub(super) extensions: Vec<Extension<'a>>,
    /// Algorithm of the signature, as given beside it.
    pub(super) signature: Oid<'a>,
}

/// A SubjectPublicKeyInfo.
#[derive(Debug)]
pub(super) struct PublicKey<'a> {
    pub(super) algorithm: Oid<'a>,
    pub(super) parameters: Option<Any<'a>>,
    pub(super) bits: Cow<'a, [u8]>,
}

/// A UTCTime or a GeneralizedTime.
#[derive(Debug)]
pub(super) struct Time<'a> {
    pub(super) tag: Tag,
    pub(super) text: Cow<'a, [u8]>,
}

/// An extension, its value unread.
#[derive(Debug)]
pub(super) struct Extension<'a> {
    pub(super) oid: Oid<'a>,
    pub(super) value: Cow<'a, [u8]>,
}

impl<'a> Fields<'a> {
    /// Reads a certificate; what follows it is ignored.
    pub(super) fn read(der: &'a [u8]) -> Result<Self, CertificateError> {
        let mut certificate = Elements(der).sequence("Certificate")?;
        let mut signed = certificate.sequence("tbsCertificate")?;
        let (signature, _) = certificate.algorithm("signatureAlgorithm")?;
        certificate.bits("signatureValue")?;
        certificate.end("Certificate")?;

        let version = signed.version()?;
        let serial = signed.integer("serialNumber")?;
        signed.algorithm("signature")?;
        let issuer = Name::read(signed.list(Tag::Sequence, "issuer")?)?;
        let mut validity = signed.sequence("validity")?;
        let (not_before, not_after) = (validity.time("notBefore")?, validity.time("notAfter")?);
        validity.end("validity")?;
        let subject = Name::read(signed.list(Tag::Sequence, "subject")?)?;
        let key = signed.public_key()?;
        // Identifiers of version 2, which are not read.
        signed.tagged(1);
        signed.tagged(2);
        let extensions = signed.extensions()?;
        signed.end("tbsCertificate")?;
        Ok(Fields { version, serial, issuer, not_before, not_after, subject, key, extensions, signature })
    }
}

/// The parts that are made of several elements.
impl<'a> Elements<'a> {
    fn time(&mut self, field: &'static str) -> Result<Time<'a>, CertificateError> {
        let mut time = |tag| Some(Time { tag, text: self.string(tag)? });
        time(Tag::UtcTime).or_else(|| time(Tag::GeneralizedTime)).ok_or(CertificateError { field })
    }

    fn version(&mut self) -> Result<Option<&'a [u8]>, CertificateError> {
        let Some(explicit) = self.tagged(0) else { return Ok(None) };
        let mut explicit = Elements(explicit.data);
        let version = explicit.integer("version")?;
        explicit.end("version")?;
        Ok(Some(version))
    }

    fn public_key(&mut self) -> Result<PublicKey<'a>, CertificateError> {
        let mut key = self.sequence("subjectPublicKeyInfo")?;
        let (algorithm, parameters) = key.algorithm("subjectPublicKeyInfo")?;
        let bits = key.bits("subjectPublicKeyInfo")?;
        key.end("subjectPublicKeyInfo")?;
        Ok(PublicKey { algorithm, parameters, bits })
    }

    fn extensions(&mut self) -> Result<Vec<Extension<'a>>, CertificateError> {
        const FIELD: &str = "extensions";
        let Some(explicit) = self.tagged(3) else { return Ok(Vec::new()) };
        let mut explicit = Elements(explicit.data);
        let mut list = explicit.list(Tag::Sequence, FIELD)?;
        explicit.end(FIELD)?;
        let mut extensions = Vec::new();
        while !list.0.is_empty() {
            let mut extension = list.sequence(FIELD)?;
            let oid = extension.oid(FIELD)?;
            // Whether it is critical.
            extension.universal(Tag::Boolean);
            let value = extension.string(Tag::OctetString).ok_or(CertificateError { field: FIELD })?;
            extension.end(FIELD)?;
            extensions.push(Extension { oid, value });
        }
        Ok(extensions)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, sequence, tlv};
    use super::*;
    use x509_parser::asn1_rs::FromBer;

    /// Returns the field that a certificate is refused for, after one byte of the sample was changed.
    fn refused(from: &[u8], to: &[u8]) -> Option<&'static str> {
        let der = Sample::default().der();
        let at = der.windows(from.len()).position(|window| window == from).unwrap();
        let changed = [&der[..at], to, &der[at + from.len()..]].concat();
        Fields::read(&changed).err().map(|error| error.field)
    }

    #[test]
    fn the_field_that_breaks_the_structure_is_named() {
        assert_eq!(refused(&[2, 3, 0, 0xab], &[4, 3, 0, 0xab]), Some("serialNumber"));
        assert_eq!(refused(&[23, 13], &[22, 13]), Some("notBefore"));
        assert_eq!(refused(&[3, 2, 0, 7], &[3, 2, 9, 7]), Some("signatureValue"));
        assert_eq!(refused(&[0xa0, 3, 2, 1, 2], &[0xa0, 3, 4, 1, 2]), Some("version"));
    }

    #[test]
    fn a_value_that_breaks_its_type_does_not() {
        assert_eq!(refused(b"200101000000Z", b"20010100000!Z"), None);
        assert_eq!(refused(&[12, 2, b'c', b'a'], &[12, 2, 0xff, b'a']), None);
    }

    #[test]
    fn a_serial_number_has_its_shortest_form() {
        assert_eq!(refused(&[2, 3, 0, 0xab, 1], &[2, 3, 0, 1, 1]), Some("serialNumber"));
    }

    #[test]
    fn unused_bits_are_zero() {
        let bits = |content: &[u8]| Elements(&tlv(3, content)).bits("").map(Cow::into_owned).ok();
        assert_eq!(bits(&[0, 0xff]), Some(vec![0xff]));
        assert_eq!(bits(&[4, 0xff]), Some(vec![0xf0]));
        assert_eq!(bits(&[8, 0xff]), None);
        assert_eq!(bits(&[]), None);
    }

    #[test]
    fn lengths_that_are_not_given_are_read() {
        let der = Sample::default().der();
        let content = Any::from_ber(&der).unwrap().1.data.to_vec();
        let indefinite = [&[0x30, 0x80][..], &content, &[0, 0]].concat();
        assert_eq!(Fields::read(&indefinite).unwrap().serial, [0, 0xab, 1]);
    }

    #[test]
    fn what_follows_the_last_field_of_a_part_refuses_it() {
        let der = Sample::default().der();
        let content = Any::from_ber(&der).unwrap().1.data.to_vec();
        let error = Fields::read(&sequence(&[content, tlv(5, &[])])).unwrap_err();
        assert_eq!(error.field, "Certificate");
    }
}
