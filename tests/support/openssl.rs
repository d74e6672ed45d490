//! What the `openssl` program says of certificates: thousands in one run, because a process each would take minutes.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use x509_parser::asn1_rs::{Any, FromBer, Tag};
use x509_parser::pem::Pem;

/// The values of one certificate by column of x509.log, as OpenSSL prints them; absent where it prints none.
pub type Values = BTreeMap<&'static str, String>;

/// What stands for a value that a certificate has and OpenSSL does not print.
pub const NOT_SHOWN: &str = "(not shown)";

/// Object identifier of a curve, which stands between two certificates: OpenSSL names it where it passes over what it
/// cannot read.
const MARK: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// Bytes of which every certificate is one element of a list without signers (PKCS #7, RFC 2315).
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const NO_CONTENT: [u8; 13] = [0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

/// Version of the program; `None` if there is none.
pub fn program() -> Option<String> {
    let output = Command::new("openssl").arg("version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns what OpenSSL reads in each of `certificates`; none for one that it refuses.
pub fn read(certificates: &[Vec<u8>]) -> io::Result<Vec<Option<Values>>> {
    let texts = texts(certificates)?;
    let carriers = texts.iter().flatten().map(|text| carrier(&der(text)));
    let carriers = carriers
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| io::Error::other("a certificate without names"))?;
    let mut names = names(&carriers)?.into_iter();
    texts
        .iter()
        .map(|text| {
            let Some(text) = text else { return Ok(None) };
            let mut values = values(text);
            if values.get("san.dns").is_some_and(|value| value == NOT_SHOWN) {
                values.retain(|column, _| !column.starts_with("san."));
                values.extend(unprinted_names(&der(text))?);
            }
            let left_out = || io::Error::other("openssl cms stopped before the last certificate");
            let (issuer, subject) = names.next().ok_or_else(left_out)?;
            values.extend([("certificate.issuer", issuer), ("certificate.subject", subject)]);
            Ok(Some(values))
        })
        .collect()
}

/// Returns the text of each certificate (`-text`) and its PEM; none for one that OpenSSL refuses.
fn texts(certificates: &[Vec<u8>]) -> io::Result<Vec<Option<Vec<u8>>>> {
    let folder = tempfile::tempdir()?;
    let bundle = folder.path().join("bundle.pem");
    let mut file = io::BufWriter::new(std::fs::File::create(&bundle)?);
    for der in certificates {
        pem(&mut file, "CERTIFICATE", der)?;
        pem(&mut file, "EC PARAMETERS", &MARK)?;
    }
    file.flush()?;
    drop(file);
    let output = run(&["storeutl", "-text"], &bundle)?;
    let mut texts = vec![None];
    for line in output.split(|byte| *byte == b'\n') {
        match (heading(line), texts.last_mut()) {
            (Some(b"Certificate"), Some(last)) => *last = Some(Vec::new()),
            (Some(b"Parameters"), _) => texts.push(None),
            (_, Some(Some(text))) => text.extend(line.iter().copied().chain([b'\n'])),
            _ => {}
        }
    }
    texts.truncate(certificates.len());
    match texts.len() == certificates.len() {
        true => Ok(texts),
        false => {
            Err(io::Error::other(format!("openssl storeutl stopped after {} certificates", texts.len())))
        }
    }
}

/// Returns the certificate as OpenSSL writes it: what followed it is gone, and the outermost lengths are definite.
fn der(text: &[u8]) -> Vec<u8> {
    let pem = Pem::iter_from_buffer(text).filter_map(Result::ok).last();
    pem.map(|pem| pem.contents).unwrap_or_default()
}

/// Returns a plain certificate with the names of another, whose times or parameters `openssl cms` may refuse to print.
fn carrier(der: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = Any::from_ber(der).ok()?;
    let (_, signed) = Any::from_ber(certificate.data).ok()?;
    let mut rest = signed.data;
    let mut fields = Vec::new();
    while let Ok((behind, _)) = Any::from_ber(rest) {
        fields.push(rest.split_at(rest.len() - behind.len()).0);
        rest = behind;
    }
    let versioned = usize::from(fields.first()?.first() == Some(&0xa0));
    let (issuer, subject) = (*fields.get(versioned + 2)?, *fields.get(versioned + 4)?);
    let algorithm = element(0x30, &MARK);
    let time = element(0x17, b"200101000000Z");
    let validity = element(0x30, &time.repeat(2));
    let key = element(0x30, &[algorithm.clone(), element(3, &[0])].concat());
    let signed = [&element(2, &[1]), &algorithm, issuer, &validity, subject, &key].concat();
    Some(element(0x30, &[element(0x30, &signed), algorithm, element(3, &[0])].concat()))
}

/// `Certificate` of `17: Certificate`.
fn heading(line: &[u8]) -> Option<&[u8]> {
    let (number, kind) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
    (!number.is_empty() && number.iter().all(u8::is_ascii_digit)).then(|| kind.get(2..)).flatten()
}

/// Issuer and subject of every certificate (RFC 2253), all of which OpenSSL must be able to read.
fn names(certificates: &[Vec<u8>]) -> io::Result<Vec<(String, String)>> {
    let folder = tempfile::tempdir()?;
    let bundle = folder.path().join("bundle.p7");
    std::fs::write(&bundle, signed_data(certificates))?;
    let arguments = ["cms", "-cmsout", "-noout", "-print", "-nameopt", "RFC2253", "-inform", "DER", "-in"];
    let output = run(&arguments, &bundle)?;
    let mut names: Vec<(String, String)> = Vec::new();
    for line in output.split(|byte| *byte == b'\n') {
        if let Some(issuer) = line.strip_prefix(b"          issuer: ") {
            names.push((name(issuer), String::new()));
        } else if let (Some(subject), Some((_, last))) =
            (line.strip_prefix(b"          subject: "), names.last_mut())
        {
            *last = name(subject);
        }
    }
    Ok(names)
}

/// Zeek keeps this much of a name.
const NAME_MAX: usize = 2_047;

/// Returns a name behind its indentation.
fn name(printed: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(printed.trim_ascii_start()).into_owned();
    text.truncate(NAME_MAX);
    text
}

fn signed_data(certificates: &[Vec<u8>]) -> Vec<u8> {
    let list = element(0xa0, &certificates.concat());
    let parts = [element(2, &[1]), element(0x31, &[]), NO_CONTENT.to_vec(), list, element(0x31, &[])];
    element(0x30, &[SIGNED_DATA.to_vec(), element(0xa0, &element(0x30, &parts.concat()))].concat())
}

/// Returns a DER element.
fn element(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = match u32::try_from(body.len()).unwrap_or(u32::MAX) {
        short @ 0..0x80 => vec![short as u8],
        long => [&[0x84][..], &long.to_be_bytes()].concat(),
    };
    [&[tag], &length[..], body].concat()
}

fn run(arguments: &[&str], file: &Path) -> io::Result<Vec<u8>> {
    // It complains of each certificate that it refuses; what it printed counts.
    let output = Command::new("openssl").args(arguments).arg(file).stderr(Stdio::null()).output()?;
    Ok(output.stdout)
}

fn pem(out: &mut impl Write, label: &str, der: &[u8]) -> io::Result<()> {
    writeln!(out, "-----BEGIN {label}-----")?;
    let text = data_encoding::BASE64.encode(der);
    for line in text.as_bytes().chunks(64) {
        out.write_all(line)?;
        out.write_all(b"\n")?;
    }
    writeln!(out, "-----END {label}-----")
}

/// Returns the values that a certificate's text shows, as x509.log has them.
fn values(text: &[u8]) -> Values {
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let mut values = Values::new();
    for (place, line) in lines.iter().enumerate() {
        let behind = || lines.iter().skip(place + 1).copied();
        let indented = line.iter().take_while(|byte| **byte == b' ').count();
        let line = line.trim_ascii();
        let Some((label, value)) = label(line) else { continue };
        match (indented, label) {
            (8, b"Version") => {
                values.insert("certificate.version", version(&String::from_utf8_lossy(value)));
            }
            (8, b"Serial Number") => {
                values.insert("certificate.serial", serial(value, behind().next().unwrap_or_default()));
            }
            (4, b"Signature Algorithm") => put(&mut values, "certificate.sig_alg", Some(value)),
            (12, b"Not Before") => time(&mut values, "certificate.not_valid_before", value),
            (12, b"Not After ") => time(&mut values, "certificate.not_valid_after", value),
            (12, b"Public Key Algorithm") => {
                put(&mut values, "certificate.key_alg", Some(value));
                let key: Vec<&[u8]> =
                    behind().take_while(|line| line.starts_with(b"             ")).collect();
                put_key(&mut values, &key);
            }
            (12, b"X509v3 Subject Alternative Name") => names_of(&mut values, &printed(behind())),
            (12, b"X509v3 Basic Constraints") => constraints(&mut values, &printed(behind())),
            _ => {}
        }
    }
    values
}

fn label(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (label, value) = line.split_at_checked(colon)?;
    Some((label, value.get(1..)?.trim_ascii()))
}

fn put(values: &mut Values, column: &'static str, value: Option<&[u8]>) {
    values.insert(column, String::from_utf8_lossy(value.unwrap_or_default()).into_owned());
}

/// `3` of `3 (0x2)`, and of `Unknown (2)`, which counts from 0.
fn version(text: &str) -> String {
    match text.strip_prefix("Unknown (").and_then(|rest| rest.strip_suffix(')')?.parse::<i64>().ok()) {
        Some(number) => count(&(number + 1).to_string()),
        None => text.split(' ').next().unwrap_or_default().to_owned(),
    }
}

/// Returns a number as Zeek's count holds it: below zero in two's complement.
fn count(number: &str) -> String {
    number.parse::<i64>().map_or_else(|_| number.to_owned(), |number| number.cast_unsigned().to_string())
}

/// Zeek's form of a serial number: two digits a byte, a break after 35 bytes.
fn serial(number: &[u8], below: &[u8]) -> String {
    let text = String::from_utf8_lossy(if number.is_empty() { below } else { number }).trim().to_owned();
    let negative = text.starts_with('-') || text.contains("(Negative)");
    let hex = match text.split_once("0x") {
        Some((_, hex)) => hex.trim_end_matches(')').to_owned(),
        None => text.replace(" (Negative)", "").replace("(Negative)", "").replace(':', ""),
    };
    let hex = if hex.len() % 2 == 1 { format!("0{hex}") } else { hex }.to_uppercase();
    let pieces: Vec<&str> =
        hex.as_bytes().chunks(70).filter_map(|piece| std::str::from_utf8(piece).ok()).collect();
    format!("{}{}", if negative { "-" } else { "" }, pieces.join("\\\n"))
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Epoch seconds of `Jan  1 00:00:00 2017 GMT`; nothing where the program says that the time is none.
fn time(values: &mut Values, column: &'static str, value: &[u8]) {
    let text = String::from_utf8_lossy(value);
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [month, day, clock, year, ..] = parts.as_slice() else { return };
    let Some(month) = MONTHS.iter().position(|name| name == month) else { return };
    let number = |text: &str| text.parse::<i64>().ok();
    let clock: Option<Vec<i64>> = clock.split(':').map(|part| number(part.split('.').next()?)).collect();
    if let (Some(day), Some(year), Some(&[hour, minute, second])) =
        (number(day), number(year), clock.as_deref())
    {
        let seconds = days(year, month as i64 + 1, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        values.insert(column, format!("{seconds}.000000"));
    }
}

/// Days from 1970-01-01, counted year by year and month by month.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let years: i64 = if year >= 1970 {
        (1970..year).map(|year| 365 + leap(year)).sum()
    } else {
        -(year..1970).map(|year| 365 + leap(year)).sum::<i64>()
    };
    let lengths = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + lengths.iter().take(month as usize - 1).sum::<i64>() + day - 1
}

/// Kind, length, exponent and curve of a key from the lines that describe it.
fn put_key(values: &mut Values, lines: &[&[u8]]) {
    let head =
        lines.first().map(|line| String::from_utf8_lossy(line.trim_ascii()).into_owned()).unwrap_or_default();
    let algorithm = values.get("certificate.key_alg").map(String::as_str).unwrap_or_default();
    let Some((kind, rest)) = head.split_once("Public-Key:") else {
        if algorithm.starts_with(|letter: char| letter.is_ascii_digit()) {
            // An algorithm that this version does not know: a later one may.
            values.extend(
                ["certificate.key_type", "certificate.key_length"]
                    .map(|column| (column, NOT_SHOWN.to_owned())),
            );
        }
        return;
    };
    let has = |name: &str| lines.iter().any(|line| line.trim_ascii().starts_with(name.as_bytes()));
    let kind = match algorithm {
        "rsassaPss" => "RSA-PSS",
        "X9.42 DH" => "DHX",
        _ if has("Modulus:") => "rsa",
        _ if has("ASN1 OID:") || has("Field Type:") => "ecdsa",
        "dsaEncryption" | "dsaEncryption-old" | "dsaWithSHA" => "dsa",
        _ => kind.trim(),
    };
    values.insert("certificate.key_type", kind.to_owned());
    if let Some((bits, _)) = rest.trim().trim_start_matches('(').split_once(" bit") {
        values.insert("certificate.key_length", bits.to_owned());
    } else {
        values.insert("certificate.key_length", NOT_SHOWN.to_owned());
    }
    for (place, line) in lines.iter().enumerate() {
        let text = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        if let Some(curve) = text.strip_prefix("ASN1 OID: ") {
            values.insert("certificate.curve", curve.to_owned());
        } else if let (Some(exponent), "rsa") = (text.strip_prefix("Exponent:"), kind) {
            let below: Vec<u8> = lines.iter().skip(place + 1).copied().flatten().copied().collect();
            values.insert("certificate.exponent", decimal(exponent.trim(), &String::from_utf8_lossy(&below)));
        }
    }
}

/// A number in decimal, from `65537 (0x10001)` or from the hex below.
fn decimal(short: &str, below: &str) -> String {
    if let Some((number, _)) = short.split_once(' ') {
        return number.to_owned();
    }
    let digits = below.chars().filter_map(|letter| letter.to_digit(16));
    // Least significant digit first.
    let mut decimal: Vec<u32> = vec![0];
    for digit in digits {
        let mut carry = digit;
        for place in &mut decimal {
            carry += *place * 16;
            *place = carry % 10;
            carry /= 10;
        }
        while carry > 0 {
            decimal.push(carry % 10);
            carry /= 10;
        }
    }
    decimal.iter().rev().filter_map(|digit| char::from_digit(*digit, 10)).collect()
}

/// Returns what is printed of an extension: the lines further in than its heading.
fn printed<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let lines = lines.take_while(|line| line.starts_with(b"                ") || !line.starts_with(b" "));
    let lines: Vec<&[u8]> =
        lines.map(|line| line.strip_prefix(b"                ").unwrap_or(line)).collect();
    lines.join(&b'\n')
}

const SAN_COLUMNS: [&str; 4] = ["san.dns", "san.uri", "san.email", "san.ip"];

/// Returns the names of a subject alternative name that `-text` does not print because of a zero byte in one of them:
/// Zeek logs it. The parser of the structure prints them one per line; `None` if OpenSSL cannot read the extension at
/// all.
fn unprinted_names(certificate: &[u8]) -> io::Result<Values> {
    const KINDS: [(&str, &str); 3] =
        [("dNSName: ", "san.dns"), ("uniformResourceIdentifier: ", "san.uri"), ("rfc822Name: ", "san.email")];
    let Some(extension) = alternative_name(certificate) else { return Ok(Values::new()) };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("names.der");
    std::fs::write(&file, extension)?;
    let output = run(&["asn1parse", "-item", "GENERAL_NAMES", "-inform", "DER", "-in"], &file)?;
    let text: String = output.iter().map(|byte| char::from(*byte)).collect();
    if text.contains("Error in encoding") {
        // It stopped at another name, of a kind that no log has.
        return Ok(SAN_COLUMNS.map(|column| (column, NOT_SHOWN.to_owned())).into());
    }
    let mut lists: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for part in text.split("\n  d.") {
        let found = KINDS.iter().find_map(|(kind, column)| Some((*column, part.strip_prefix(kind)?)));
        if let Some((column, name)) = found {
            lists.entry(column).or_default().extend(logged(column, name.trim_end_matches('\n')));
        }
    }
    Ok(lists.into_iter().map(|(column, list)| (column, list.join(","))).collect())
}

/// Returns the value of the last subject alternative name of a certificate.
fn alternative_name(certificate: &[u8]) -> Option<Vec<u8>> {
    const HEADING: [u8; 5] = [0x06, 0x03, 0x55, 0x1d, 0x11];
    let mut rest = certificate;
    let mut value = None;
    while let Some(at) = rest.windows(HEADING.len()).position(|window| window == HEADING) {
        rest = rest.split_at(at + HEADING.len()).1;
        let mut behind = rest;
        while let Ok((next, element)) = Any::from_ber(behind) {
            behind = next;
            if element.tag() == Tag::OctetString {
                value = Some(element.data.to_vec());
                break;
            }
        }
    }
    value
}

/// The kinds of names, those first that x509.log has.
const KINDS: [(&str, Option<&str>); 9] = [
    ("DNS", Some("san.dns")),
    ("URI", Some("san.uri")),
    ("email", Some("san.email")),
    ("IP Address", Some("san.ip")),
    ("othername", None),
    ("DirName", None),
    ("Registered ID", None),
    ("X400Name", None),
    ("EdiPartyName", None),
];

/// The names of a subject alternative name, by kind. A comma within a name looks like one between two, so a name ends
/// before a comma that a kind follows.
fn names_of(values: &mut Values, text: &[u8]) {
    values.retain(|column, _| !column.starts_with("san."));
    // A character a byte, so that what is not UTF-8 can be split too.
    let text: String = text.iter().map(|byte| char::from(*byte)).collect();
    let kind_of = |text: &str| {
        KINDS.iter().find(|(kind, _)| text.strip_prefix(kind).is_some_and(|rest| rest.starts_with(':')))
    };
    let text = text.trim_end_matches('\n');
    if kind_of(text).is_none() && text != "<EMPTY>" {
        values.extend(SAN_COLUMNS.map(|column| (column, NOT_SHOWN.to_owned())));
        return;
    }
    let mut lists: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut rest = text;
    while let Some((kind, column)) = kind_of(rest) {
        let name = rest.split_at(kind.len() + 1).1;
        let mut commas = name.match_indices(", ").map(|(at, _)| at);
        let end = commas.find(|at| kind_of(name.split_at(at + 2).1).is_some());
        let (name, behind) = name.split_at(end.unwrap_or(name.len()));
        if let Some((column, name)) = column.and_then(|column| Some((column, logged(column, name)?))) {
            lists.entry(column).or_default().push(name);
        }
        rest = behind.get(2..).unwrap_or_default();
    }
    values.extend(lists.into_iter().map(|(column, list)| (column, list.join(","))));
}

/// Returns a name as a log has it: addresses after RFC 5952 and none where it is not an address, bytes that are not
/// UTF-8 escaped.
fn logged(column: &str, name: &str) -> Option<String> {
    if column == "san.ip" {
        return Some(name.parse::<std::net::IpAddr>().ok()?.to_string());
    }
    let bytes: Vec<u8> = name.chars().map(|letter| letter as u8).collect();
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => error.as_bytes().escape_ascii().to_string(),
    })
}

fn constraints(values: &mut Values, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let parts: Vec<&str> = text.split(", ").collect();
    let ca = match parts.first() {
        Some(&"CA:TRUE") => "T",
        Some(&"CA:FALSE") => "F",
        _ => return,
    };
    values.insert("basic_constraints.ca", ca.to_owned());
    values.remove("basic_constraints.path_len");
    if let Some(length) = parts.get(1).and_then(|part| part.strip_prefix("pathlen:")) {
        values.insert("basic_constraints.path_len", count(length));
    }
}
