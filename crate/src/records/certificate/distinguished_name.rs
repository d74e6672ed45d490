//! Distinguished names as text, after RFC 2253 with OpenSSL's choices (`XN_FLAG_RFC2253`), which Zeek's logs show.

use super::CertificateError;
use super::elements::Elements;
use super::oid::{self, Oid};
use x509_parser::asn1_rs::{Any, Tag, ToDer};

/// Zeek keeps this much of a name (`X509.cc` reads it into a buffer of 2048 bytes).
const MAX_BYTES: usize = 2047;

const NOT_A_NAME: CertificateError = CertificateError { field: "Name" };

/// Content of 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

/// A distinguished name: the content of its SEQUENCE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name<'a>(&'a [u8]);

impl<'a> Name<'a> {
    /// Returns the name that these components make. Their values are not looked at: many break the rules of their
    /// types.
    pub(super) fn read(components: Elements<'a>) -> Result<Self, CertificateError> {
        let name = Name(components.0);
        let mut components = components;
        while !components.0.is_empty() {
            let mut attributes = components.list(Tag::Set, NOT_A_NAME.field)?;
            while !attributes.0.is_empty() {
                let mut attribute = attributes.sequence(NOT_A_NAME.field)?;
                attribute.oid(NOT_A_NAME.field)?;
                attribute.any().ok_or(NOT_A_NAME)?;
                attribute.end(NOT_A_NAME.field)?;
            }
        }
        Ok(name)
    }

    /// Last component first; ASCII throughout, because other bytes are escaped.
    pub(super) fn rfc2253(self) -> String {
        let mut components: Vec<String> = elements(self.0)
            .filter(|component| !component.data.is_empty())
            .map(|component| print_component(component.data))
            .collect();
        components.reverse();
        let mut text = components.join(",");
        text.truncate(MAX_BYTES);
        text
    }

    /// Returns the last common name; bytes that are no text are replaced.
    pub(super) fn common_name(self) -> Option<String> {
        let (_, value) = elements(self.0)
            .flat_map(|component| attributes(component.data))
            .filter(|(oid, _)| oid.content() == COMMON_NAME)
            .last()?;
        text_bytes(&value).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Returns the elements that follow one another.
fn elements(content: &[u8]) -> impl Iterator<Item = Any<'_>> {
    let mut elements = Elements(content);
    std::iter::from_fn(move || elements.any())
}

/// Types and values of one component.
fn attributes(component: &[u8]) -> impl Iterator<Item = (Oid<'_>, Any<'_>)> {
    elements(component).filter_map(|attribute| {
        let mut parts = Elements(attribute.data);
        Some((parts.oid(NOT_A_NAME.field).ok()?, parts.any()?))
    })
}

/// Several attributes of one component stand in reverse order too.
fn print_component(component: &[u8]) -> String {
    let mut texts: Vec<String> =
        attributes(component).map(|(oid, value)| print_attribute(oid, &value)).collect();
    texts.reverse();
    texts.join("+")
}

fn print_attribute(oid: Oid<'_>, value: &Any<'_>) -> String {
    let number = oid.dotted();
    let name = oid::attribute(&number);
    match name.and_then(|_| text_bytes(value)) {
        Some(bytes) => format!("{}={}", name.unwrap_or(&number), escape(&bytes)),
        None => format!("{}={}", name.unwrap_or(&number), dump(value)),
    }
}

/// Returns the value in UTF-8 as OpenSSL converts it; none for a type that is not a text. T61String is taken for
/// Latin-1.
fn text_bytes(value: &Any<'_>) -> Option<Vec<u8>> {
    match value.tag() {
        Tag::Utf8String => Some(value.data.to_vec()),
        Tag::NumericString
        | Tag::PrintableString
        | Tag::T61String
        | Tag::Ia5String
        | Tag::UtcTime
        | Tag::GeneralizedTime
        | Tag::VisibleString => {
            Some(value.data.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes())
        }
        Tag::BmpString => utf8(value.data.chunks(2).map(number)),
        Tag::UniversalString => utf8(value.data.chunks(4).map(number)),
        _ => None,
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

fn utf8(code_points: impl Iterator<Item = u32>) -> Option<Vec<u8>> {
    code_points.map(char::from_u32).collect::<Option<String>>().map(String::into_bytes)
}

/// `#` and the DER in hex.
fn dump(value: &Any<'_>) -> String {
    let der = value.to_der_vec().unwrap_or_default();
    der.iter().fold(String::from("#"), |text, byte| text + &format!("{byte:02X}"))
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for (place, byte) in bytes.iter().enumerate() {
        let at_end = place == 0 || place + 1 == bytes.len();
        match byte {
            b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';' => text.extend(['\\', char::from(*byte)]),
            b' ' if at_end => text.push_str("\\ "),
            b'#' if place == 0 => text.push_str("\\#"),
            0x20..=0x7e => text.push(char::from(*byte)),
            _ => text.push_str(&format!("\\{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample::tlv;
    use super::*;

    fn attribute(oid: &[u8], tag: u8, value: &[u8]) -> Vec<u8> {
        tlv(0x30, &[tlv(6, oid), tlv(tag, value)].concat())
    }

    fn print(components: &[Vec<u8>]) -> String {
        let sets: Vec<u8> = components.iter().flat_map(|component| tlv(0x31, component)).collect();
        Name(&sets).rfc2253()
    }

    const CN: &[u8] = &[0x55, 4, 3];
    const O: &[u8] = &[0x55, 4, 10];

    #[test]
    fn components_come_last_first() {
        assert_eq!(print(&[attribute(O, 19, b"Org"), attribute(CN, 19, b"host")]), "CN=host,O=Org");
    }

    #[test]
    fn attributes_of_one_component_are_joined_by_plus() {
        let both = [attribute(CN, 19, b"a"), attribute(O, 19, b"b")].concat();
        assert_eq!(print(&[both]), "O=b+CN=a");
    }

    #[test]
    fn separators_and_outer_spaces_are_escaped() {
        assert_eq!(print(&[attribute(O, 12, br#" a,b+"c\<> ;"#)]), r#"O=\ a\,b\+\"c\\\<\> \;"#);
        assert_eq!(print(&[attribute(O, 12, b"#1 ")]), r"O=\#1\ ");
    }

    #[test]
    fn other_bytes_are_escaped_in_hex() {
        assert_eq!(print(&[attribute(O, 12, "é\n".as_bytes())]), r"O=\C3\A9\0A");
    }

    #[test]
    fn latin1_and_two_byte_text_become_utf8() {
        assert_eq!(print(&[attribute(O, 20, &[0xe9])]), r"O=\C3\A9");
        assert_eq!(print(&[attribute(O, 30, &[0, b'A', 0x4e, 0x2d])]), r"O=A\E4\B8\AD");
    }

    #[test]
    fn unknown_attributes_are_dumped() {
        assert_eq!(print(&[attribute(&[0x2a, 3], 19, b"x")]), "1.2.3=#130178");
    }

    #[test]
    fn a_value_outside_its_string_type_is_printed_with_the_rest() {
        assert_eq!(print(&[attribute(CN, 18, b"no digits"), attribute(O, 19, b"*")]), "O=*,CN=no digits");
    }

    #[test]
    fn the_last_common_name_counts() {
        let sets = [tlv(0x31, &attribute(CN, 19, b"first")), tlv(0x31, &attribute(CN, 12, b"last"))].concat();
        assert_eq!(Name(&sets).common_name().as_deref(), Some("last"));
    }

    #[test]
    fn a_component_without_attributes_leaves_no_trace() {
        assert_eq!(print(&[vec![], attribute(CN, 19, b"host"), vec![]]), "CN=host");
    }

    #[test]
    fn an_empty_name_is_empty() {
        assert_eq!(print(&[]), "");
    }

    #[test]
    fn control_characters_are_escaped() {
        let steering = print(&[attribute(CN, 12, "a\u{202e}b\x1b[31m\n".as_bytes())]);
        assert_eq!(steering, r"CN=a\E2\80\AEb\1B[31m\0A");
    }

    #[test]
    fn a_name_of_other_parts_is_none() {
        for bad in [tlv(0x30, &[]), tlv(0x31, &tlv(6, &[1])), tlv(0x31, &tlv(0x30, &tlv(6, &[1])))] {
            assert!(Name::read(Elements(&bad)).is_err());
        }
        assert!(Name::read(Elements(&tlv(0x31, &attribute(CN, 12, &[0xff])))).is_ok());
    }
}
