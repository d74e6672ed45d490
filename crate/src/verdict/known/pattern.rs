//! Traits as rows write them: conditions joined by ` & `, all of which must hold for one connection.

use crate::feature::attributes;
use crate::join::Session;
use crate::records::known;

/// One condition of a trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// The certificate's issuer is its subject.
    SelfSigned,
    /// A field of the certificate or the connection has a value.
    Is(Field, Glob),
    /// An attribute of a distinguished name has a value.
    Attribute(Name, String, Glob),
    /// A distinguished name has these attributes and no other, in any order.
    Whole(Name, Vec<(String, Glob)>),
}

/// A distinguished name of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Subject,
    Issuer,
}

/// What else a condition may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Serial number, hexadecimal.
    Serial,
    Ja3,
    Ja3s,
    Ja4,
    /// A protocol that the connection speaks.
    Service,
}

impl Condition {
    /// Reads all conditions of a trait; `None` where one is not understood.
    pub(super) fn parse_all(text: &str) -> Option<Vec<Self>> {
        text.split(" & ").map(Self::parse).collect()
    }

    fn parse(text: &str) -> Option<Self> {
        if text == "self-signed" {
            return Some(Condition::SelfSigned);
        }
        let (field, value) = text.split_once('=')?;
        let field_of = |field| Some(Condition::Is(field, Glob::new(value)));
        match field {
            "serial" => field_of(Field::Serial),
            "ja3" => field_of(Field::Ja3),
            "ja3s" => field_of(Field::Ja3s),
            "ja4" => field_of(Field::Ja4),
            "service" => field_of(Field::Service),
            "subject" => Some(Condition::Whole(Name::Subject, whole(value))),
            "issuer" => Some(Condition::Whole(Name::Issuer, whole(value))),
            _ => {
                let (name, kind) = field.split_once('.')?;
                let name = match name {
                    "subject" => Name::Subject,
                    "issuer" => Name::Issuer,
                    _ => return None,
                };
                Some(Condition::Attribute(name, kind.to_ascii_uppercase(), Glob::new(value)))
            }
        }
    }

    /// Returns whether it holds for a connection.
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Condition::SelfSigned => seen.self_signed,
            Condition::Is(field, value) => seen.field(*field, value),
            Condition::Attribute(name, kind, value) => {
                seen.name(*name).iter().any(|(found, text)| found == kind && value.fits(text))
            }
            Condition::Whole(name, expected) => {
                let found = seen.name(*name);
                found.len() == expected.len()
                    && expected
                        .iter()
                        .all(|(kind, value)| found.iter().any(|(k, text)| k == kind && value.fits(text)))
            }
        }
    }
}

/// Attributes of a whole name; in it a star after a backslash is literal.
fn whole(text: &str) -> Vec<(String, Glob)> {
    let star = text.replace("\\*", "\u{0}");
    attributes(&star).map(|(kind, value)| (kind, Glob::new(&value))).collect()
}

/// A value in which `*` matches any text at the end, `?` for a letter and `#` for a digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(String);

impl Glob {
    fn new(text: &str) -> Self {
        Glob(text.to_owned())
    }

    fn fits(&self, text: &str) -> bool {
        let mut rest = text.chars();
        for expected in self.0.chars() {
            let found = rest.next();
            let fits = match expected {
                '*' => return true,
                '?' => found.is_some_and(|letter| letter.is_ascii_alphabetic()),
                '#' => found.is_some_and(|digit| digit.is_ascii_digit()),
                '\u{0}' => found == Some('*'),
                other => found == Some(other),
            };
            if !fits {
                return false;
            }
        }
        rest.next().is_none()
    }
}

/// What the conditions can see of a connection.
pub(super) struct Seen<'a> {
    session: &'a Session<'a>,
    subject: Vec<(String, String)>,
    issuer: Vec<(String, String)>,
    self_signed: bool,
}

impl<'a> Seen<'a> {
    pub(super) fn of(session: &'a Session<'a>) -> Self {
        let certificate = session.certificate;
        let subject = certificate.and_then(|record| known(record.certificate_subject.as_deref()));
        let issuer = certificate.and_then(|record| known(record.certificate_issuer.as_deref()));
        let parts = |name: Option<&str>| name.map(|name| attributes(name).collect()).unwrap_or_default();
        Seen {
            session,
            subject: parts(subject),
            issuer: parts(issuer),
            self_signed: subject.is_some() && subject == issuer,
        }
    }

    fn name(&self, name: Name) -> &[(String, String)] {
        match name {
            Name::Subject => &self.subject,
            Name::Issuer => &self.issuer,
        }
    }

    fn field(&self, field: Field, value: &Glob) -> bool {
        let ssl = self.session.ssl;
        let (offer, choice) = (ssl.offer.as_deref(), ssl.choice.as_deref());
        let found = match field {
            Field::Serial => {
                let serial = self.session.certificate.and_then(|record| record.certificate_serial.as_deref());
                return serial.is_some_and(|serial| bare(serial).eq_ignore_ascii_case(bare(&value.0)));
            }
            Field::Service => {
                let services = self.session.conn.service.as_deref().unwrap_or_default();
                return services.split(',').any(|service| value.fits(service));
            }
            Field::Ja3 => offer.and_then(|offer| offer.ja3.as_deref()),
            Field::Ja4 => offer.and_then(|offer| offer.ja4.as_deref()),
            Field::Ja3s => choice.and_then(|choice| choice.ja3s.as_deref()),
        };
        found.is_some_and(|found| value.fits(found))
    }
}

/// Returns a number without zeros before it: writers of logs differ in them.
fn bare(serial: &str) -> &str {
    serial.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_leave_its_end_open() {
        for (pattern, text, fits) in [
            ("AsyncRAT Server", "AsyncRAT Server", true),
            ("AsyncRAT Server", "AsyncRAT Server 2", false),
            ("Sonos*", "Sonos, Inc", true),
            ("????", "abcd", true),
            ("????", "abc1", false),
            ("####", "1234", true),
            ("####", "12345", false),
        ] {
            assert_eq!(Glob::new(pattern).fits(text), fits, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_condition() {
        for text in ["", "subject", "sender.CN=x", "jarm=x"] {
            assert_eq!(Condition::parse_all(text), None, "{text}");
        }
    }
}
