//! What the rules can see of a tuple.

use super::rules::{Condition, RULES, Rule};
use crate::feature::{Beacon, is_private, known_service};
use crate::join::{Session, Tuple, Tuples};
use crate::records::{ConnRecord, known};
use crate::seeded::{Map, Set};
use std::borrow::Cow;
use std::net::IpAddr;

/// A tuple, and what its originator does besides.
#[derive(Debug)]
pub struct Scene<'a> {
    tuple: &'a Tuple<'a>,
    /// Servers to which the originator sends mail over TLS.
    mail_servers: usize,
}

/// From so many servers on, mail goes to many: programs that read and send mail have an account or two.
const MANY_MAIL_SERVERS: usize = 5;

/// Ports for mail between servers and from programs (IANA), and one that providers offer beside them.
const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];

/// DNS over TLS (RFC 7858).
const DNS_PORT: u16 = 853;

impl<'a> Scene<'a> {
    /// Returns the scene of every tuple of one input, in the tuples' order.
    pub fn all(tuples: &'a Tuples<'a>) -> Vec<Self> {
        let mut servers: Map<IpAddr, Set<IpAddr>> = Map::default();
        for tuple in tuples.iter().filter(|tuple| carries_mail(tuple)) {
            servers.entry(tuple.key.orig_h).or_default().insert(tuple.key.resp_h);
        }
        let mail_servers = |tuple: &Tuple<'_>| servers.get(&tuple.key.orig_h).map_or(0, Set::len);
        tuples.iter().map(|tuple| Scene { tuple, mail_servers: mail_servers(tuple) }).collect()
    }

    /// Returns the scene of one tuple, whose originator sends mail to so many servers.
    pub fn apart(tuple: &'a Tuple<'a>, mail_servers: usize) -> Self {
        Scene { tuple, mail_servers }
    }

    /// Returns whether there is an ordinary reason for a server that only its address names: it is in a private
    /// network, or the connections speak the protocol of their port.
    pub(super) fn has_ordinary_reason(&self) -> bool {
        self.is_private() || self.service().is_some()
    }

    /// Returns whether the connections start by the clock.
    pub(super) fn is_regular(&self) -> bool {
        Beacon::of(self.tuple).is_some_and(|beacon| beacon.is_regular())
    }

    fn is_private(&self) -> bool {
        is_private(self.tuple.key.resp_h)
    }

    fn service(&self) -> Option<&'static str> {
        known_service(self.tuple)
    }

    /// Returns what makes a condition of a rule hold; `None` if it does not.
    pub(super) fn holds(&self, condition: Condition, rule: &Rule) -> Option<Cow<'a, str>> {
        let port = self.tuple.key.resp_p;
        match condition {
            Condition::Mail => carries_mail(self.tuple).then_some("smtp".into()),
            Condition::ManyMailServers => {
                (self.mail_servers >= MANY_MAIL_SERVERS).then(|| self.mail_servers.to_string().into())
            }
            Condition::SelfSigned => self.certificate(|subject, issuer| subject == issuer),
            Condition::AnonymityCertificate => {
                self.certificate(|subject, issuer| is_made_up(subject, ".net") && is_made_up(issuer, ".com"))
            }
            Condition::NoName => {
                self.names().next().is_none().then(|| self.tuple.key.resp_h.to_string().into())
            }
            Condition::AddressAsName => self.name(|name, _| is_address(name)),
            Condition::ListedName => self.name(|name, _| {
                RULES.of_host(name).is_some_and(|listed| listed == rule.id || rule.conditions.len() > 1)
            }),
            Condition::CertificateOfAnother => self.name(|name, session| {
                RULES.of_host(name).is_some() && session.ssl.sni_matches_cert == Some(false)
            }),
            Condition::PrivateNetwork => self.is_private().then(|| self.tuple.key.resp_h.to_string().into()),
            Condition::KnownService => self.service().map(Cow::from),
            Condition::DnsPort => (port == DNS_PORT).then(|| port.to_string().into()),
            Condition::OddPort => (!RULES.is_tls_port(port)).then(|| port.to_string().into()),
        }
    }

    /// Server names, each with its session.
    fn names(&self) -> impl Iterator<Item = (&'a str, &'a Session<'a>)> + '_ {
        let named = |session: &'a Session<'a>| Some((known(session.ssl.server_name.as_deref())?, session));
        self.tuple.sessions.iter().filter_map(named)
    }

    /// Returns the first server name for which `fits`.
    fn name(&self, fits: impl Fn(&str, &Session<'_>) -> bool) -> Option<Cow<'a, str>> {
        self.names().find(|(name, session)| fits(name, session)).map(|(name, _)| name.into())
    }

    /// Subject of the first certificate whose subject and issuer fit.
    fn certificate(&self, fits: impl Fn(&str, &str) -> bool) -> Option<Cow<'a, str>> {
        self.tuple.sessions.iter().find_map(|session| {
            let certificate = session.certificate?;
            let subject = known(certificate.certificate_subject.as_deref())?;
            let issuer = known(certificate.certificate_issuer.as_deref())?;
            fits(subject, issuer).then_some(subject.into())
        })
    }
}

fn carries_mail(tuple: &Tuple<'_>) -> bool {
    let smtp = |conn: &ConnRecord| conn.service.as_deref().is_some_and(is_mail_service);
    is_mail_port(tuple.key.resp_p) || tuple.conn_records().any(smtp)
}

/// Returns whether a port is one for mail.
pub fn is_mail_port(port: u16) -> bool {
    MAIL_PORTS.contains(&port)
}

/// Returns whether the protocols of a connection, separated by commas, are mail's.
pub fn is_mail_service(services: &str) -> bool {
    services.split(',').any(|name| name == "smtp")
}

fn is_address(name: &str) -> bool {
    name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// Returns whether a name has nothing but a host between `www.` and `end` that Tor could have drawn: 8 to 20 letters of
/// base32.
fn is_made_up(name: &str, end: &str) -> bool {
    let host = name.strip_prefix("CN=www.").and_then(|name| name.strip_suffix(end));
    host.is_some_and(|host| {
        (8..=20).contains(&host.len()) && host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
    })
}
