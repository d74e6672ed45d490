//! DER → the parts of a certificate (RFC 5280 section 4.1), each as it stands there.
//!
//! `x509-parser` gives up a whole certificate for one value that breaks the rules of its type. OpenSSL, and so Zeek,
//! asks for the structure alone: this reader does the same, and whoever needs a part reads it or goes without.

use super::CertificateError;
use super::distinguished_name::Name;
use super::oid::Oid;
use std::borrow::Cow;
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

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
    /// Algorithm of the signature, as it stands beside it.
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
        // Identifiers that version 2 brought; nobody reads them.
        signed.tagged(1);
        signed.tagged(2);
        let extensions = signed.extensions()?;
        signed.end("tbsCertificate")?;
        Ok(Fields { version, serial, issuer, not_before, not_after, subject, key, extensions, signature })
    }
}

/// Elements that follow one another; the field that is asked for names the error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element, whatever it is; none at the end and where it is cut off.
    pub(super) fn any(&mut self) -> Option<Any<'a>> {
        let (behind, element) = Any::from_ber(self.0).ok()?;
        self.0 = behind;
        Some(element)
    }

    /// The next element if `fits` says that it is the one; else it stays.
    fn take(&mut self, fits: impl FnOnce(&Any<'a>) -> bool) -> Option<Any<'a>> {
        let (behind, element) = Any::from_ber(self.0).ok()?;
        if !fits(&element) {
            return None;
        }
        self.0 = behind;
        Some(element)
    }

    /// The next element, of a universal type.
    pub(super) fn universal(&mut self, tag: Tag) -> Option<Any<'a>> {
        let constructed = matches!(tag, Tag::Sequence | Tag::Set);
        self.take(|element| {
            element.class() == Class::Universal
                && element.tag() == tag
                && element.header.is_constructed() == constructed
        })
    }

    /// The next element if its tag is context-specific and `number`.
    fn tagged(&mut self, number: u32) -> Option<Any<'a>> {
        self.take(|element| element.class() == Class::ContextSpecific && element.tag() == Tag(number))
    }

    pub(super) fn sequence(&mut self, field: &'static str) -> Result<Elements<'a>, CertificateError> {
        Ok(Elements(self.universal(Tag::Sequence).ok_or(CertificateError { field })?.data))
    }

    /// The members of a list, which OpenSSL does not ask to be marked as constructed.
    pub(super) fn list(&mut self, tag: Tag, field: &'static str) -> Result<Elements<'a>, CertificateError> {
        let list = self.take(|element| element.class() == Class::Universal && element.tag() == tag);
        Ok(Elements(list.ok_or(CertificateError { field })?.data))
    }

    /// Content of a universal string type, in one piece or in several.
    fn string(&mut self, tag: Tag) -> Option<Cow<'a, [u8]>> {
        string(&self.take(|element| element.class() == Class::Universal && element.tag() == tag)?)
    }

    /// Content of an INTEGER in its shortest form.
    pub(super) fn integer(&mut self, field: &'static str) -> Result<&'a [u8], CertificateError> {
        let number = self.universal(Tag::Integer).ok_or(CertificateError { field })?.data;
        match number {
            [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => Err(CertificateError { field }),
            number => Ok(number),
        }
    }

    /// Bits of a BIT STRING; those that it says are unused are 0.
    fn bits(&mut self, field: &'static str) -> Result<Cow<'a, [u8]>, CertificateError> {
        let content = self.string(Tag::BitString).ok_or(CertificateError { field })?;
        if let Cow::Borrowed([0, bits @ ..]) = content {
            return Ok(Cow::Borrowed(bits));
        }
        let (unused, bits) =
            content.split_first().filter(|(unused, _)| **unused < 8).ok_or(CertificateError { field })?;
        let mut bits = bits.to_vec();
        if let Some(last) = bits.last_mut() {
            *last &= 0xff << unused;
        }
        Ok(Cow::Owned(bits))
    }

    fn time(&mut self, field: &'static str) -> Result<Time<'a>, CertificateError> {
        let mut time = |tag| Some(Time { tag, text: self.string(tag)? });
        time(Tag::UtcTime).or_else(|| time(Tag::GeneralizedTime)).ok_or(CertificateError { field })
    }

    pub(super) fn oid(&mut self, field: &'static str) -> Result<Oid<'a>, CertificateError> {
        let oid = self.universal(Tag::Oid).and_then(|element| Oid::new(element.data));
        oid.ok_or(CertificateError { field })
    }

    /// An AlgorithmIdentifier: what it names, and with which parameters.
    fn algorithm(&mut self, field: &'static str) -> Result<(Oid<'a>, Option<Any<'a>>), CertificateError> {
        let mut algorithm = self.sequence(field)?;
        let oid = algorithm.oid(field)?;
        let parameters = algorithm.any();
        algorithm.end(field)?;
        Ok((oid, parameters))
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

    /// Fails where anything is left.
    pub(super) fn end(&self, field: &'static str) -> Result<(), CertificateError> {
        if self.0.is_empty() { Ok(()) } else { Err(CertificateError { field }) }
    }
}

/// Deepest nesting of the pieces of a string (OpenSSL's `ASN1_MAX_STRING_NEST`).
const PIECES_DEPTH: usize = 5;

/// Content of a string: itself, or in BER's constructed form the pieces that follow one another in it.
pub(super) fn string<'a>(element: &Any<'a>) -> Option<Cow<'a, [u8]>> {
    if element.header.is_primitive() {
        return Some(Cow::Borrowed(element.data));
    }
    let mut whole = Vec::new();
    collect(element.data, PIECES_DEPTH, &mut whole)?;
    Some(Cow::Owned(whole))
}

fn collect(content: &[u8], depth: usize, whole: &mut Vec<u8>) -> Option<()> {
    let mut pieces = Elements(content);
    while !pieces.0.is_empty() {
        let piece = pieces.any()?;
        if piece.header.is_primitive() {
            whole.extend_from_slice(piece.data);
        } else {
            collect(piece.data, depth.checked_sub(1)?, whole)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, sequence, tlv};
    use super::*;

    /// The field that a certificate is refused for, after one byte of the sample was changed.
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
