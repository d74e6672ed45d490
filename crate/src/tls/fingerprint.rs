//! Fingerprints of hellos: JA3 and JA3S (Salesforce, 2017) and JA4 for clients (FoxIO, 2023).
//!
//! All three leave out the code points that RFC 8701 reserves, which clients choose at random.

use super::client_hello::ClientHello;
use super::extension::kind;
use super::names::is_grease;
use super::server_hello::ServerHello;
use super::summary::Carrier;
use data_encoding::HEXLOWER;
use md5::Md5;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

impl ClientHello {
    /// JA3: MD5 of version, suites, extensions, groups and point formats, in the order of the hello; none for SSL 2.0's form.
    pub fn ja3(&self) -> Option<String> {
        (!self.is_ssl2).then(|| HEXLOWER.encode(&Md5::digest(self.ja3_text())))
    }

    fn ja3_text(&self) -> String {
        let mut text = self.legacy_version.0.to_string();
        for list in [&self.ciphers, &self.extensions, &self.groups] {
            text.push(',');
            push_decimals(known(list), &mut text);
        }
        text.push(',');
        push_decimals(self.point_formats.iter().map(|format| u16::from(*format)), &mut text);
        text
    }

    /// JA4: what the hello is in ten characters, then hashes of its suites and of its extensions with the signature
    /// algorithms, both sorted; none for SSL 2.0's form.
    pub fn ja4(&self, carrier: Carrier) -> Option<String> {
        if self.is_ssl2 {
            return None;
        }
        let mut ciphers: Vec<u16> = known(&self.ciphers).collect();
        let mut extensions: Vec<u16> = known(&self.extensions).collect();
        let (letter, version) = (letter(carrier), self.ja4_version());
        let name = if extensions.contains(&kind::SERVER_NAME) { 'd' } else { 'i' };
        let (suites, kinds) = (ciphers.len().min(99), extensions.len().min(99));
        let [first, last] = self.ja4_alpn();
        ciphers.sort_unstable();
        extensions.retain(|kind| !matches!(*kind, kind::SERVER_NAME | kind::ALPN));
        extensions.sort_unstable();
        let (ciphers, extensions) = (hex_list(ciphers), hex_list(extensions));
        let algorithms = hex_list(known(&self.signature_algorithms));
        let rest = if algorithms.is_empty() { extensions } else { format!("{extensions}_{algorithms}") };
        let (ciphers, rest) = (short_hash(&ciphers), short_hash(&rest));
        Some(format!("{letter}{version}{name}{suites:02}{kinds:02}{first}{last}_{ciphers}_{rest}"))
    }

    /// Returns the newest version that it offers; DTLS counts its versions downwards.
    fn ja4_version(&self) -> &'static str {
        let offered = known(&self.supported_versions);
        let newest = offered.max_by_key(|version| if *version >> 8 == 0xfe { !version } else { *version });
        match newest.unwrap_or(self.legacy_version.0) {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            0xfeff => "d1",
            0xfefd => "d2",
            0xfefc => "d3",
            _ => "00",
        }
    }

    /// First and last character of the first ALPN name; of its hex digits where either is not an ASCII letter or digit.
    fn ja4_alpn(&self) -> [char; 2] {
        let name = self.alpn.first().map(|name| &**name).unwrap_or_default();
        match [name.first(), name.last()] {
            [Some(first), Some(last)] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => {
                [char::from(*first), char::from(*last)]
            }
            [Some(first), Some(last)] => [hex_digit(first >> 4), hex_digit(last & 0x0f)],
            _ => ['0', '0'],
        }
    }
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or('0')
}

impl ServerHello {
    /// JA3S: MD5 of version, suite and extensions.
    pub fn ja3s(&self) -> String {
        HEXLOWER.encode(&Md5::digest(self.ja3s_text()))
    }

    fn ja3s_text(&self) -> String {
        let mut text = format!("{},{},", self.legacy_version.0, self.cipher.0);
        push_decimals(known(&self.extensions), &mut text);
        text
    }
}

fn letter(carrier: Carrier) -> char {
    match carrier {
        Carrier::Tcp => 't',
        Carrier::Dtls => 'd',
        Carrier::Quic => 'q',
    }
}

fn known(codes: &[u16]) -> impl Iterator<Item = u16> + '_ {
    codes.iter().copied().filter(|code| !is_grease(*code))
}

/// Decimal numbers with a hyphen between them.
fn push_decimals(codes: impl Iterator<Item = u16>, text: &mut String) {
    for (place, code) in codes.enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}{code}", if place > 0 { "-" } else { "" });
    }
}

/// Four hex digits each, with a comma between them.
fn hex_list(codes: impl IntoIterator<Item = u16>) -> String {
    let digits: Vec<String> = codes.into_iter().map(|code| format!("{code:04x}")).collect();
    digits.join(",")
}

/// Returns the first twelve digits of a text's SHA-256; zeros for the empty text.
fn short_hash(text: &str) -> String {
    if text.is_empty() {
        return "0".repeat(12);
    }
    let digest: [u8; 32] = Sha256::digest(text).into();
    HEXLOWER.encode(digest.first_chunk::<6>().unwrap_or(&[0; 6]))
}

#[cfg(test)]
mod tests {
    use super::super::names::Version;
    use super::super::sample;
    use super::*;

    fn codes(text: &str) -> Box<[u16]> {
        text.split(',').map(|code| u16::from_str_radix(code, 16).unwrap()).collect()
    }

    /// Returns the hello that FoxIO's description of JA4 takes as its example, with GREASE in every list.
    fn example() -> ClientHello {
        ClientHello {
            legacy_version: Version::TLS12,
            ciphers: codes("0a0a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
            extensions: codes(
                "1a1a,001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015,2a2a",
            ),
            signature_algorithms: codes("0403,0804,0401,0503,0805,0501,0806,0601"),
            supported_versions: codes("3a3a,0304,0303"),
            groups: codes("4a4a,001d,0017,0018"),
            point_formats: [0].into(),
            alpn: [b"h2"[..].into(), b"http/1.1"[..].into()].into(),
            ..ClientHello::default()
        }
    }

    fn ja4(edit: impl Fn(&mut ClientHello)) -> String {
        let mut hello = example();
        edit(&mut hello);
        hello.ja4(Carrier::Tcp).unwrap()
    }

    #[test]
    fn ja4_of_the_described_example() {
        assert_eq!(ja4(|_| {}), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn ja4_tells_what_carried_the_hello() {
        let starts = [Carrier::Tcp, Carrier::Dtls, Carrier::Quic].map(|carrier| {
            let ja4 = example().ja4(carrier).unwrap();
            (ja4[..1].to_owned(), ja4[1..].to_owned())
        });
        assert_eq!(starts.each_ref().map(|(letter, _)| letter.as_str()), ["t", "d", "q"]);
        assert!(starts.iter().all(|(_, rest)| *rest == starts[0].1));
    }

    #[test]
    fn ja4_does_not_depend_on_order() {
        let shuffled = ja4(|hello| {
            hello.ciphers.reverse();
            hello.extensions.reverse();
        });
        assert_eq!(shuffled, ja4(|_| {}));
        assert_ne!(ja4(|hello| hello.signature_algorithms.reverse()), shuffled, "algorithms keep theirs");
    }

    #[test]
    fn ja4_version_is_the_newest_offered() {
        let of = |legacy, offered: &[u16]| {
            let version = ja4(|hello| {
                hello.legacy_version = Version(legacy);
                hello.supported_versions = offered.into();
            });
            version[1..3].to_owned()
        };
        assert_eq!(of(0x0301, &[]), "10");
        assert_eq!(of(0x0300, &[]), "s3");
        assert_eq!(of(0x0303, &[0x7a7a, 0x0303, 0x0302]), "12");
        assert_eq!(of(0xfefd, &[]), "d2");
        assert_eq!(of(0xfefd, &[0xfefd, 0xfefc]), "d3");
        assert_eq!(of(0x0305, &[]), "00");
    }

    #[test]
    fn ja4_shows_the_ends_of_the_first_protocol() {
        let of = |name: &[u8]| ja4(|hello| hello.alpn = [name.into()].into())[8..10].to_owned();
        assert_eq!(of(b"http/1.1"), "h1");
        assert_eq!(of(b"x"), "xx");
        assert_eq!(of(&[0xba, 0xad]), "bd");
        assert_eq!(of(&[0xab]), "ab");
        assert_eq!(of(b" "), "20");
        assert_eq!(of(b"\0h2"), "02");
        assert_eq!(of(b"h2!"), "61");
        assert_eq!(of(b""), "00");
        assert_eq!(ja4(|hello| hello.alpn = [].into())[8..10], *"00");
    }

    #[test]
    fn ja4_of_a_hello_without_lists_has_zeros() {
        let bare = ja4(|hello| *hello = ClientHello { extensions: [0].into(), ..ClientHello::default() });
        assert_eq!(bare, "t00d000100_000000000000_000000000000");
    }

    #[test]
    fn ja4_counts_to_ninety_nine() {
        let many = ja4(|hello| hello.ciphers = (1..300).collect());
        assert!(many.starts_with("t13d9916h2_"), "{many}");
    }

    /// The first two examples of Salesforce's description of JA3.
    #[test]
    fn ja3_of_the_described_examples() {
        let hello = ClientHello {
            legacy_version: Version::TLS10,
            ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4].into(),
            extensions: [0, 10, 11].into(),
            groups: [23, 24, 25].into(),
            point_formats: [0].into(),
            ..ClientHello::default()
        };
        assert_eq!(hello.ja3().unwrap(), "ada70206e40642a3e4461f35503241d5");
        let bare = ClientHello {
            legacy_version: Version::TLS10,
            ciphers: [4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99].into(),
            ..ClientHello::default()
        };
        assert_eq!(bare.ja3_text(), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
        assert_eq!(bare.ja3().unwrap(), "de350869b8c85de67a350c8d186f11e6");
    }

    /// A text of the form that Salesforce's description of JA3S shows; its MD5 is `md5sum`'s.
    #[test]
    fn ja3s_of_a_described_text() {
        let extensions = [65281, 0, 11, 35, 5, 16].map(|kind| (kind, vec![])).to_vec();
        let body =
            sample::ServerHello { version: 0x0301, cipher: 47, extensions, ..Default::default() }.body();
        let mut hello = ServerHello::parse(&body).unwrap();
        assert_eq!(hello.ja3s_text(), "769,47,65281-0-11-35-5-16");
        assert_eq!(hello.ja3s(), "836ce314215654b5b1f85f97c73e506f");
        hello.extensions = [].into();
        assert_eq!(hello.ja3s_text(), "769,47,");
    }

    #[test]
    fn ssl2s_form_has_no_fingerprint() {
        let hello = ClientHello { is_ssl2: true, ..example() };
        assert_eq!((hello.ja3(), hello.ja4(Carrier::Tcp)), (None, None));
    }
}
