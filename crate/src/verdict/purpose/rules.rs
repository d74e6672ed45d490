//! The rules and lists, compiled in.

use crate::seeded::{Map, Set};
use serde::Serialize;
use std::sync::LazyLock;
use strum::{EnumIter, EnumString, IntoStaticStr};

/// The article's ways in which malware uses TLS.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, EnumString, IntoStaticStr, EnumIter,
)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Purpose {
    /// Talks to its operator without a detour.
    C2Direct,
    /// Finds out whether, and from where, it is online.
    ConnectivityCheck,
    /// Traffic of the program that it hides in, or of its host.
    HostProgram,
    /// Talks to its operator through a site that is trusted.
    TrustedSiteRelay,
    /// Spreads.
    WormPropagation,
    /// Something else that a rule knows.
    Other,
}

impl Purpose {
    /// Returns the name that a report gives it.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// What a rule asks of a tuple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// It carries mail, or goes to a port for mail.
    Mail,
    /// Its originator sends mail to many servers.
    ManyMailServers,
    /// A first certificate whose issuer is its subject.
    SelfSigned,
    /// No connection names the server.
    NoName,
    /// A server name that is an address.
    AddressAsName,
    /// A server name that the list has for this rule; for a rule that no name is listed for, any listed name.
    ListedName,
    /// A listed name that was answered by a certificate which does not cover it.
    CertificateOfAnother,
    /// A first certificate with the random names that Tor's relays give themselves.
    AnonymityCertificate,
    /// A server in a private network.
    PrivateNetwork,
    /// The protocol of the port, spoken before TLS.
    KnownService,
    /// The port of DNS over TLS.
    DnsPort,
    /// A port that is not registered for TLS.
    OddPort,
}

impl Condition {
    const NAMES: [(&str, Condition); 12] = [
        ("mail", Condition::Mail),
        ("many-mail-servers", Condition::ManyMailServers),
        ("self-signed", Condition::SelfSigned),
        ("no-name", Condition::NoName),
        ("address-as-name", Condition::AddressAsName),
        ("listed-name", Condition::ListedName),
        ("certificate-of-another", Condition::CertificateOfAnother),
        ("anonymity-certificate", Condition::AnonymityCertificate),
        ("private-network", Condition::PrivateNetwork),
        ("known-service", Condition::KnownService),
        ("dns-port", Condition::DnsPort),
        ("odd-port", Condition::OddPort),
    ];

    fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, condition)| *condition)
    }
}

/// One row of `rules.tsv`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// Its name.
    pub(super) id: &'static str,
    /// The way of using TLS that it is evidence for.
    pub(super) purpose: Purpose,
    /// All of them must hold.
    pub(super) conditions: Vec<Condition>,
    /// Whether it is said of ordinary tuples too: of services that malware abuses and others use.
    pub(super) always: bool,
    /// What it says, in a plain sentence.
    pub(super) explanation: &'static str,
}

/// A host of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Host {
    rule: &'static str,
    /// Whether it covers those below it too.
    below: bool,
}

/// All rules in the order in which they are tried, and what they look up.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) rules: Vec<Rule>,
    hosts: Map<&'static str, Host>,
    ports: Set<u16>,
}

/// Most labels of a listed host: no more of a server name are looked up, however many a client sends.
const LABELS_MAX: usize = 6;

pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules {
    rules: rows(include_str!("rules.tsv")).filter_map(rule).collect(),
    hosts: hosts(include_str!("hosts.txt")).flatten().collect(),
    ports: rows(include_str!("ports.tsv")).filter_map(port).collect(),
});

impl Rules {
    /// Returns the rule that the longest listed suffix of a host name is evidence for.
    pub(super) fn of_host(&self, name: &str) -> Option<&'static str> {
        let name = name.trim_end_matches('.');
        let dots = name.rmatch_indices('.').map(|(at, _)| at + 1).take(LABELS_MAX);
        let mut found = None;
        for start in dots.chain([0]) {
            // Only the whole name may start at 0, and only if it has few labels.
            let Some(suffix) = name.get(start..).filter(|suffix| suffix.len() < 256) else { break };
            if let Some(host) = self.hosts.get(suffix.to_ascii_lowercase().as_str())
                && (host.below || start == 0)
            {
                found = Some(host.rule);
            }
        }
        found
    }

    /// Returns whether a port is registered for TLS, or for a protocol that turns to TLS.
    pub(super) fn is_tls_port(&self, port: u16) -> bool {
        self.ports.contains(&port)
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1)
}

fn rule(row: &'static str) -> Option<Rule> {
    let mut cells = row.split('\t');
    let (id, purpose) = (cells.next()?, cells.next()?.parse().ok()?);
    let conditions = cells.next()?.split(' ').map(Condition::parse).collect::<Option<Vec<_>>>()?;
    let always = cells.next()? == "always";
    Some(Rule { id, purpose, conditions, always, explanation: cells.next()? })
}

fn port(row: &'static str) -> Option<u16> {
    row.split('\t').next()?.parse().ok()
}

/// Returns the hosts of the list; none for a line that is a comment, a heading or empty.
fn hosts(list: &'static str) -> impl Iterator<Item = Option<(&'static str, Host)>> {
    let mut rule = "";
    list.lines().map(move |line| {
        if let Some((heading, _)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            rule = heading;
            return None;
        }
        let listed = !line.is_empty() && !line.starts_with('#');
        listed.then(|| match line.strip_prefix('=') {
            Some(name) => (name, Host { rule, below: false }),
            None => (line, Host { rule, below: true }),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator;

    #[test]
    fn every_row_is_a_rule_with_a_name_of_its_own() {
        assert_eq!(RULES.rules.len(), rows(include_str!("rules.tsv")).count());
        let names: Set<&str> = RULES.rules.iter().map(|rule| rule.id).collect();
        assert_eq!(names.len(), RULES.rules.len());
        assert!(RULES.rules.iter().all(|rule| rule.explanation.ends_with('.')));
    }

    #[test]
    fn every_port_is_a_number() {
        assert_eq!(RULES.ports.len(), rows(include_str!("ports.tsv")).count());
    }

    #[test]
    fn every_host_is_listed_once_for_a_rule_that_asks_for_names() {
        let listed: Vec<_> = hosts(include_str!("hosts.txt")).flatten().collect();
        assert_eq!(listed.len(), RULES.hosts.len());
        for (name, host) in listed {
            let rule = RULES.rules.iter().find(|rule| rule.id == host.rule);
            assert!(rule.is_some_and(|rule| rule.conditions == [Condition::ListedName]), "{name}");
            assert!(name.split('.').count() <= LABELS_MAX, "{name}");
            assert!(
                name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')),
                "{name}"
            );
        }
    }

    #[test]
    fn every_heading_names_its_source() {
        let headings = include_str!("hosts.txt").lines().filter(|line| line.starts_with('['));
        for heading in headings {
            assert!(heading.split_once("] ").is_some_and(|(_, source)| source.len() > 3), "{heading}");
        }
    }

    #[test]
    fn every_purpose_is_some_rules() {
        for purpose in Purpose::iter() {
            assert!(RULES.rules.iter().any(|rule| rule.purpose == purpose), "{}", purpose.name());
        }
    }
}
