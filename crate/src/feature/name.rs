//! Host names and distinguished names, as certificates and clients write them.

use crate::seeded::Set;

/// Returns whether a name of a certificate covers a host name (RFC 6125, section 6.4): a leading `*.` matches one
/// label.
pub(super) fn covers(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (normal(pattern), normal(host));
    match pattern.strip_prefix("*.") {
        Some(parent) => host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest == parent),
        None => pattern == host,
    }
}

/// The names of a certificate, so that a host is looked up and not compared with each of them: a sender chooses both numbers.
pub(super) struct Names(Set<String>);

impl Names {
    /// Returns the names of one certificate.
    pub(super) fn of<'a>(patterns: impl Iterator<Item = &'a str>) -> Self {
        Names(patterns.map(normal).collect())
    }

    /// Returns whether one of them [`covers`] a host name.
    pub(super) fn cover(&self, host: &str) -> bool {
        let host = normal(host);
        let wildcard = host.split_once('.').filter(|(label, _)| !label.is_empty());
        self.0.contains(&host) || wildcard.is_some_and(|(_, rest)| self.0.contains(&format!("*.{rest}")))
    }
}

/// Lower case, without the root's dot.
fn normal(name: &str) -> String {
    #[cfg(test)]
    tests::NORMALISED.set(tests::NORMALISED.get() + 1);
    name.trim_end_matches('.').to_lowercase()
}

/// Returns the first CN attribute of a distinguished name in RFC 2253 form, its escapes removed.
pub(super) fn common_name(dn: &str) -> Option<String> {
    attributes(dn).find(|(kind, _)| kind == "CN").map(|(_, value)| value)
}

/// Attributes of a distinguished name in RFC 2253 form: kind in capitals, and value, its escapes removed.
pub(crate) fn attributes(dn: &str) -> impl Iterator<Item = (String, String)> + '_ {
    pieces(dn).filter_map(|attribute| {
        let (kind, value) = attribute.split_once('=')?;
        Some((kind.trim().to_ascii_uppercase(), unescape(value)))
    })
}

/// Returns the pieces of a distinguished name between commas and plus signs that no backslash escapes.
fn pieces(dn: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    dn.split(move |letter: char| {
        let ends = !escaped && matches!(letter, ',' | '+');
        escaped = !escaped && letter == '\\';
        ends
    })
    .map(str::trim)
}

/// RFC 2253, section 2.4: a backslash precedes a special character or the two hex digits of a byte.
fn unescape(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = if byte == b'\\' { escaped(after) } else { (byte, after) };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the byte that follows a backslash, and what follows it.
fn escaped(after: &[u8]) -> (u8, &[u8]) {
    if let Some((pair, rest)) = after.split_first_chunk::<2>()
        && let Some(byte) = hex_byte(*pair)
    {
        return (byte, rest);
    }
    after.split_first().map_or((b'\\', after), |(&byte, rest)| (byte, rest))
}

fn hex_byte(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How many names were brought into the form in which they are compared: the work of comparing them.
        pub(in crate::feature) static NORMALISED: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn names_of_a_certificate_cover_what_one_of_them_covers() {
        let patterns = ["*.Example.COM", "example.org.", "*.*.test", "*", "*.", "*.x"];
        let names = Names::of(patterns.into_iter());
        for host in [
            "www.example.com",
            "a.www.example.com",
            ".example.com",
            "example.com",
            "EXAMPLE.org",
            "*.x",
            "a.x",
            ".x",
            "x",
            "a.*.test",
            "*.*.test",
            "b.test",
            "*",
            "",
            ".",
            "a.",
        ] {
            assert_eq!(names.cover(host), patterns.iter().any(|pattern| covers(pattern, host)), "{host:?}");
        }
    }

    #[test]
    fn wildcard_covers_one_label() {
        assert!(covers("*.example.com", "www.example.com"));
        assert!(!covers("*.example.com", "a.www.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", ".example.com"));
    }

    #[test]
    fn case_and_the_dot_of_the_root_do_not_matter() {
        assert!(covers("*.Example.COM", "WWW.example.com."));
        assert!(covers("example.com.", "EXAMPLE.com"));
    }

    #[test]
    fn part_of_a_name_is_not_covered() {
        assert!(!covers("example.com", "notexample.com"));
        assert!(!covers("w*.example.com", "www.example.com"));
    }

    #[test]
    fn internationalised_name_is_compared_in_its_wire_form() {
        assert!(covers("*.xn--bcher-kva.example", "www.XN--bcher-kva.example"));
        assert!(!covers("*.b\u{fc}cher.example", "www.xn--bcher-kva.example"));
    }

    #[test]
    fn escaped_comma_does_not_end_the_common_name() {
        assert_eq!(common_name(r"CN=Example\, Inc.,O=Example").as_deref(), Some("Example, Inc."));
        assert_eq!(common_name(r"O=Example\, CN=no,CN=yes").as_deref(), Some("yes"));
        assert_eq!(common_name(r"O=back\\,CN=yes").as_deref(), Some("yes"));
    }

    #[test]
    fn common_name_of_a_multi_valued_part_is_found() {
        assert_eq!(common_name("L=There+CN=here").as_deref(), Some("here"));
        assert_eq!(common_name(r"CN=a\+b").as_deref(), Some("a+b"));
    }

    #[test]
    fn escaped_hex_digits_are_bytes_of_utf8() {
        assert_eq!(common_name(r"CN=b\C3\BCcher").as_deref(), Some("b\u{fc}cher"));
        assert_eq!(common_name(r"CN=end\").as_deref(), Some(r"end\"));
    }

    #[test]
    fn name_without_common_name_has_none() {
        assert_eq!(common_name("O=Example,C=US"), None);
        assert_eq!(common_name(""), None);
    }
}
