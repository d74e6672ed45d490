//! Published default traits: of attack software (`defaults.tsv`), and of devices that sign for themselves (`devices.tsv`).
//!
//! Both are told by name and are not part of the score. A default flags by itself only where its row says that the trait is
//! specific. A device is only what a certificate claims to be: anyone can copy it, so it lowers nothing.

mod pattern;

use crate::join::Tuple;
use crate::seeded::Set;
use pattern::{Condition, Seen};
use serde::Serialize;
use std::sync::LazyLock;

/// A row of `defaults.tsv`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Name of the row.
    pub id: &'static str,
    /// Software whose default it is.
    pub software: &'static str,
    /// The trait as the row writes it.
    #[serde(rename = "trait")]
    pub what: &'static str,
    /// Whether the trait is specific enough to flag a tuple by itself.
    pub flags: bool,
    /// Who published it.
    pub source: &'static str,
    /// When it was published, `YYYY-MM-DD`; the first of January where the year alone is known.
    pub date: &'static str,
    /// What else shows the trait.
    pub shared: &'static str,
    #[serde(skip)]
    conditions: Vec<Condition>,
}

/// A row of `devices.tsv`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Name of the row.
    pub id: &'static str,
    /// What the certificate claims to be.
    pub software: &'static str,
    #[serde(skip)]
    conditions: Vec<Condition>,
}

static DEFAULTS: LazyLock<Vec<Known>> =
    LazyLock::new(|| rows(include_str!("defaults.tsv")).filter_map(default).collect());

static DEVICES: LazyLock<Vec<Device>> =
    LazyLock::new(|| rows(include_str!("devices.tsv")).filter_map(device).collect());

/// Defaults of attack software that some connection of a tuple shows, those that flag first.
pub fn defaults(tuple: &Tuple<'_>) -> Vec<&'static Known> {
    let mut found = matching(tuple, &DEFAULTS, |row| &row.conditions);
    found.sort_by_key(|row| !row.flags);
    found
}

/// Devices that some certificate of a tuple claims to be.
pub fn devices(tuple: &Tuple<'_>) -> Vec<&'static Device> {
    matching(tuple, &DEVICES, |row| &row.conditions)
}

/// Rows of which some connection shows every condition, in their order. Connections that look alike are asked once.
fn matching<R>(tuple: &Tuple<'_>, rows: &'static [R], of: impl Fn(&R) -> &[Condition]) -> Vec<&'static R> {
    let mut shapes = Set::default();
    let sessions = tuple.sessions.iter().filter(|session| {
        let (offer, choice) = (session.ssl.offer.as_deref(), session.ssl.choice.as_deref());
        shapes.insert((
            session.certificate.map(std::ptr::from_ref),
            session.conn.service.as_deref(),
            offer.map(|offer| (offer.ja3.as_deref(), offer.ja4.as_deref())),
            choice.and_then(|choice| choice.ja3s.as_deref()),
        ))
    });
    let seen: Vec<Seen<'_>> = sessions.map(Seen::of).collect();
    let shows = |row: &&R| seen.iter().any(|seen| of(row).iter().all(|condition| condition.holds(seen)));
    rows.iter().filter(shows).collect()
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn default(row: &'static str) -> Option<Known> {
    let mut cells = row.split('\t');
    let mut next = || cells.next();
    let (id, software, what) = (next()?, next()?, next()?);
    let (flags, source, date, shared) = (next()? == "yes", next()?, next()?, next()?);
    Some(Known { id, software, what, flags, source, date, shared, conditions: Condition::parse_all(what)? })
}

fn device(row: &'static str) -> Option<Device> {
    let mut cells = row.split('\t');
    let (id, software, what) = (cells.next()?, cells.next()?, cells.next()?);
    Some(Device { id, software, conditions: Condition::parse_all(what)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;
    use crate::join::join;
    use crate::records::{Choice, ConnRecord, Offer, SslRecord, X509Record};

    /// What one connection shows.
    #[derive(Default)]
    struct Shown<'a> {
        subject: Option<&'a str>,
        issuer: Option<&'a str>,
        serial: Option<&'a str>,
        ja3: Option<&'a str>,
        ja3s: Option<&'a str>,
        ja4: Option<&'a str>,
        service: &'a str,
    }

    fn with<T>(shown: &Shown<'_>, ask: impl Fn(&Tuple<'_>) -> T) -> T {
        let (client, server) = ([10, 0, 0, 1], [192, 0, 2, 1]);
        let mut conn = ConnRecord::new(1.0, "C".into(), client.into(), 1, server.into(), 443, Proto::Tcp);
        conn.service = Some(shown.service.to_owned().into());
        let mut ssl = SslRecord::new(1.0, "C".into(), client.into(), 1, server.into(), 443);
        let owned = |text: Option<&str>| text.map(Into::into);
        ssl.offer = Some(Offer { ja3: owned(shown.ja3), ja4: owned(shown.ja4), ..Offer::default() }.into());
        ssl.choice = Some(Choice { ja3s: owned(shown.ja3s), ..Choice::default() }.into());
        ssl.cert_chain_fps = Some(["f".into()].into());
        let mut x509 = X509Record::new(1.0);
        x509.fingerprint = Some("f".into());
        x509.certificate_subject = owned(shown.subject);
        x509.certificate_issuer = owned(shown.issuer);
        x509.certificate_serial = shown.serial.map(Into::into);
        let (conn, ssl, x509) = ([conn], [ssl], [x509]);
        ask(&join(&conn, &ssl, &x509, &[])[0])
    }

    fn defaults_of(shown: &Shown<'_>) -> Vec<&'static str> {
        with(shown, |tuple| defaults(tuple).into_iter().map(|row| row.id).collect())
    }

    fn own(subject: &str) -> Vec<&'static str> {
        defaults_of(&Shown { subject: Some(subject), issuer: Some(subject), ..Shown::default() })
    }

    fn issued(subject: &str, issuer: &str) -> Vec<&'static str> {
        defaults_of(&Shown { subject: Some(subject), issuer: Some(issuer), ..Shown::default() })
    }

    #[test]
    fn every_row_is_understood_and_has_a_name_of_its_own() {
        assert_eq!(DEFAULTS.len(), rows(include_str!("defaults.tsv")).count());
        assert_eq!(DEVICES.len(), rows(include_str!("devices.tsv")).count());
        let names: Set<&str> =
            DEFAULTS.iter().map(|row| row.id).chain(DEVICES.iter().map(|row| row.id)).collect();
        assert_eq!(names.len(), DEFAULTS.len() + DEVICES.len());
        for row in DEFAULTS.iter() {
            assert!(row.source.len() > 8 && row.date.len() == 10 && !row.shared.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn each_default_is_found_in_a_certificate_that_shows_it() {
        let by_subject = [
            (
                "cobalt-strike",
                "CN=Major Cobalt Strike,OU=AdvancedPenTesting,O=cobaltstrike,L=Somewhere,ST=Cyberspace,C=Earth",
            ),
            ("cobalt-strike-blank", "CN=,OU=,O=,L=,ST=,C="),
            ("cobalt-strike-jquery", "CN=jquery.com,OU=Certificate Authority,O=jQuery,L=,ST=,C=US"),
            ("asyncrat", "CN=AsyncRAT Server"),
            ("dcrat-server", "CN=DcRat Server"),
            ("quasarrat", "CN=Quasar Server CA"),
            ("quasarrat-anony96", "CN=Anony96"),
            ("bitrat", "CN=BitRAT"),
            ("orcusrat", "CN=Orcus Server"),
            ("orcusrat-certificate", "CN=OrcusServerCertificate"),
            ("poshc2", "CN=P18055077,OU=Jethpro,O=Pajfds,L=Minnetonka,ST=Minnesota,C=US"),
            ("covenant", "CN=Covenant"),
            ("mythic", "CN=x,O=Mythic"),
            ("sliver-https", "CN=x,O=Tech Inc,postalCode=4711,L=y,ST=z,C=US"),
            ("brute-ratel", "CN=localhost,OU=Security,O=Microsoft,ST=California,C=US"),
            ("empire", "C=US"),
            ("pupy", "CN=x,OU=CONTROL,O=abcdefGHIJ"),
            ("deimos", "O=Acme Co"),
            ("icedid", "O=Internet Widgits Pty Ltd,ST=Some-State,C=AU,CN=localhost"),
            ("gozi", "CN=*,OU=1,O=1,L=1,ST=1,C=XX"),
            ("redguard", r"CN=*.aliyun.com,O=Alibaba (China) Technology Co.\, Ltd.,L=HangZhou,C=CN"),
            ("trickbot", "CN=example.com,OU=IT Department,O=Global Security,L=London,ST=London,C=GB"),
            ("nanocore", "CN=unk"),
            ("gophish", "O=Gophish"),
        ];
        let mut tested: Set<&str> = by_subject.iter().map(|(id, _)| *id).collect();
        for (id, subject) in by_subject {
            assert_eq!(own(subject), [id], "{subject}");
        }
        let by_issuer = [
            ("dcrat", "CN=DcRat", "CN=Server,OU=qwqdanchun,O=DcRat By qwqdanchun,L=SH,C=CN"),
            (
                "venomrat",
                "CN=VenomRAT",
                "CN=VenomRAT Server,OU=qwqdanchun,O=VenomRAT By qwqdanchun,L=SH,C=CN",
            ),
            ("metasploit-issuer", "CN=host", "CN=MetasploitSelfSignedCA"),
            ("sliver-multiplayer", "CN=multiplayer", "CN=operators"),
            ("mitmproxy", "CN=example.com", "CN=mitmproxy,O=mitmproxy"),
            ("burp", "CN=example.com", "CN=PortSwigger CA,OU=PortSwigger CA,O=PortSwigger"),
        ];
        tested.extend(by_issuer.iter().map(|(id, ..)| *id));
        for (id, subject, issuer) in by_issuer {
            assert_eq!(issued(subject, issuer), [id], "{issuer}");
        }
        assert_eq!(own("CN=MetasploitSelfSignedCA"), ["metasploit", "metasploit-issuer"]);
        assert_eq!(
            defaults_of(&Shown { serial: Some("8BB00EE"), ..Shown::default() }),
            ["cobalt-strike-serial"]
        );
        tested.extend(["metasploit", "cobalt-strike-serial"]);
        let hellos = DEFAULTS.iter().filter(|row| row.what.starts_with("ja"));
        for row in hellos {
            let value = |field: &str| {
                row.what.split(" & ").find_map(|part| part.strip_prefix(field)?.strip_prefix('='))
            };
            let shown =
                Shown { ja3: value("ja3"), ja3s: value("ja3s"), ja4: value("ja4"), ..Shown::default() };
            assert_eq!(defaults_of(&shown), [row.id]);
            assert_eq!(defaults_of(&Shown { ja3s: None, ja4: None, ..shown }), [""; 0]);
            tested.insert(row.id);
        }
        assert!(DEFAULTS.iter().all(|row| tested.contains(row.id)), "a row is not tested");
    }

    #[test]
    fn likenesses_are_no_defaults() {
        for subject in [
            "CN=AsyncRAT Server Monitoring",
            "CN=localhost,OU=Security,O=Microsoft",
            "CN=Covenant,O=x",
            "C=US,O=x",
        ] {
            assert_eq!(own(subject), [""; 0], "{subject}");
        }
        let alibaba = r"CN=*.aliyun.com,O=Alibaba (China) Technology Co.\, Ltd.,L=HangZhou,C=CN";
        assert_eq!(issued(alibaba, "CN=GlobalSign,O=GlobalSign nv-sa"), [""; 0]);
    }

    #[test]
    fn devices_are_named_by_what_they_claim() {
        let looks_like = |subject, issuer, service| {
            let shown = Shown { subject: Some(subject), issuer: Some(issuer), service, ..Shown::default() };
            with(&shown, |tuple| devices(tuple).into_iter().map(|row| row.id).collect::<Vec<_>>())
        };
        assert_eq!(looks_like("CN=host", "CN=host", "rdp,ssl"), ["rdp"]);
        assert_eq!(looks_like("CN=host", "CN=host", "ssl"), [""; 0]);
        let hue = "CN=0,O=Philips Hue,C=NL";
        assert_eq!(looks_like(hue, hue, "ssl"), ["philips-hue"]);
        assert_eq!(looks_like("CN=1", r"CN=Root,O=Sonos\, Inc", "ssl"), ["sonos"]);
    }
}
