//! Subject alternative names and basic constraints (RFC 5280 sections 4.2.1.6 and 4.2.1.9).

use super::distinguished_name::Name;
use super::elements::{Elements, string};
use super::oid::Oid;
use crate::text::from_bytes;
use std::net::IpAddr;
use x509_parser::asn1_rs::{Any, Class, Tag};

/// The names of a subject alternative name that Zeek logs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlternativeName {
    /// Host names.
    pub dns: Vec<String>,
    /// URIs.
    pub uri: Vec<String>,
    /// Mail addresses.
    pub email: Vec<String>,
    /// IP addresses.
    pub ip: Vec<IpAddr>,
}

impl AlternativeName {
    /// Reads the extension; `None` if it is not a list of names.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let mut names = Elements(value).list(Tag::Sequence, "").ok()?;
        let mut san = AlternativeName::default();
        while !names.0.is_empty() {
            let name = names.any().filter(|name| name.class() == Class::ContextSpecific)?;
            match name.tag().0 {
                1 => san.email.push(from_bytes(&string(&name)?)),
                2 => san.dns.push(from_bytes(&string(&name)?)),
                6 => san.uri.push(from_bytes(&string(&name)?)),
                7 => san.ip.extend(address(&string(&name)?)),
                other => is_name(other, &name).then_some(())?,
            }
        }
        Some(san)
    }
}

/// Returns whether a name of a kind that Zeek leaves out has the structure of its kind, without which OpenSSL, and so
/// Zeek, gives up the whole list.
fn is_name(kind: u32, name: &Any<'_>) -> bool {
    let mut parts = Elements(name.data);
    let fits = match kind {
        // otherName: what it is, and a value in a tag of its own
        0 => parts.oid("").is_ok() && parts.any().is_some_and(|value| tagged(&value, 0)),
        // x400Address
        3 => return name.header.is_constructed(),
        // directoryName
        4 => parts.list(Tag::Sequence, "").and_then(Name::read).is_ok(),
        // ediPartyName
        5 => parts.any().is_some_and(|part| {
            tagged(&part, 1) || tagged(&part, 0) && parts.any().is_some_and(|part| tagged(&part, 1))
        }),
        // registeredID
        8 => return name.header.is_primitive() && Oid::new(name.data).is_some(),
        _ => return false,
    };
    fits && name.header.is_constructed() && parts.0.is_empty()
}

fn tagged(part: &Any<'_>, number: u32) -> bool {
    part.class() == Class::ContextSpecific && part.tag() == Tag(number) && part.header.is_constructed()
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{sequence, tlv};
    use super::*;

    fn read(names: &[Vec<u8>]) -> Option<AlternativeName> {
        AlternativeName::read(&sequence(names))
    }

    #[test]
    fn bytes_that_are_no_text_are_escaped() {
        assert_eq!(read(&[tlv(0x82, &[b'a', 0xff, 0])]).unwrap().dns, [r"a\xff\x00"]);
    }

    #[test]
    fn a_name_in_pieces_is_put_together() {
        let pieces = [tlv(22, b"a."), tlv(0x36, &tlv(22, b"example"))].concat();
        assert_eq!(read(&[tlv(0xa2, &pieces)]).unwrap().dns, ["a.example"]);
    }

    #[test]
    fn pieces_within_pieces_end_somewhere() {
        let deep = (0..1_000).fold(tlv(22, b"a"), |inner, _| tlv(0x36, &inner));
        assert_eq!(read(&[tlv(0xa2, &deep)]), None);
    }

    #[test]
    fn an_address_of_an_odd_length_is_left_out() {
        let san = read(&[tlv(0x87, &[192, 0, 2, 1, 9]), tlv(0x87, &[0; 16])]).unwrap();
        assert_eq!(san.ip, [IpAddr::from([0_u16; 8])]);
    }

    #[test]
    fn names_that_no_log_has_must_have_their_structure() {
        let dns = tlv(0x82, b"a.example");
        let other = tlv(0xa0, &[tlv(6, &[42]), tlv(0xa0, &tlv(12, b"x"))].concat());
        let directory = tlv(0xa4, &sequence(&[]));
        let registered = tlv(0x88, &[42]);
        assert_eq!(read(&[other, directory, registered, dns.clone()]).unwrap().dns, ["a.example"]);
        for bad in [tlv(0xa0, &[]), tlv(0xa4, &[5, 0]), tlv(0x88, &[0x80]), tlv(0x8f, &[]), tlv(22, b"x")] {
            assert_eq!(read(&[bad, dns.clone()]), None);
        }
    }
}
