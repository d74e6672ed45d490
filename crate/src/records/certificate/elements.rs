//! BER, read element by element.

use super::CertificateError;
use super::oid::Oid;
use std::borrow::Cow;
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

/// Elements that follow one another; a field that does not fit is named in the error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elements<'a>(pub(super) &'a [u8]);

impl<'a> Elements<'a> {
    /// Returns the next element, whatever it is; none at the end and where it is cut off.
    pub(super) fn any(&mut self) -> Option<Any<'a>> {
        let (behind, element) = Any::from_ber(self.0).ok()?;
        self.0 = behind;
        Some(element)
    }

    /// Returns the next element if `fits` says that it is the one; else it stays.
    fn take(&mut self, fits: impl FnOnce(&Any<'a>) -> bool) -> Option<Any<'a>> {
        let (behind, element) = Any::from_ber(self.0).ok()?;
        if !fits(&element) {
            return None;
        }
        self.0 = behind;
        Some(element)
    }

    /// Returns the next element, of a universal type.
    pub(super) fn universal(&mut self, tag: Tag) -> Option<Any<'a>> {
        let constructed = matches!(tag, Tag::Sequence | Tag::Set);
        self.take(|element| {
            element.class() == Class::Universal
                && element.tag() == tag
                && element.header.is_constructed() == constructed
        })
    }

    /// Returns the next element if its tag is context-specific and `number`.
    pub(super) fn tagged(&mut self, number: u32) -> Option<Any<'a>> {
        self.take(|element| element.class() == Class::ContextSpecific && element.tag() == Tag(number))
    }

    pub(super) fn sequence(&mut self, field: &'static str) -> Result<Elements<'a>, CertificateError> {
        Ok(Elements(self.universal(Tag::Sequence).ok_or(CertificateError { field })?.data))
    }

    /// Returns the members of a list, which OpenSSL does not ask to be marked as constructed.
    pub(super) fn list(&mut self, tag: Tag, field: &'static str) -> Result<Elements<'a>, CertificateError> {
        let list = self.take(|element| element.class() == Class::Universal && element.tag() == tag);
        Ok(Elements(list.ok_or(CertificateError { field })?.data))
    }

    /// Content of a universal string type, in one piece or in several.
    pub(super) fn string(&mut self, tag: Tag) -> Option<Cow<'a, [u8]>> {
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
    pub(super) fn bits(&mut self, field: &'static str) -> Result<Cow<'a, [u8]>, CertificateError> {
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

    pub(super) fn oid(&mut self, field: &'static str) -> Result<Oid<'a>, CertificateError> {
        let oid = self.universal(Tag::Oid).and_then(|element| Oid::new(element.data));
        oid.ok_or(CertificateError { field })
    }

    /// Returns an AlgorithmIdentifier: what it names, and with which parameters.
    pub(super) fn algorithm(
        &mut self,
        field: &'static str,
    ) -> Result<(Oid<'a>, Option<Any<'a>>), CertificateError> {
        let mut algorithm = self.sequence(field)?;
        let oid = algorithm.oid(field)?;
        let parameters = algorithm.any();
        algorithm.end(field)?;
        Ok((oid, parameters))
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
