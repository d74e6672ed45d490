//! What a flagged tuple may be for: the article's ways in which malware uses TLS.
//!
//! Rules and lists are data beside this file, kept apart from the model: they say why, not whether. `rules.tsv` holds a
//! rule a row, the first that fits counts; `hosts.txt` and `ports.tsv` hold what its conditions look up.

mod evidence;
mod rules;

pub use evidence::{Scene, is_mail_port, is_mail_service};
pub use rules::Purpose;

use rules::{RULES, Rule};
use std::borrow::Cow;

/// Why a tuple is given its purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    rule: &'static Rule,
    /// What the rule matched: a server name, a port, a certificate's subject, a number of servers. Text of the capture
    /// stands as it was sent.
    pub matched: String,
}

impl Evidence {
    /// Returns the way of using TLS.
    pub fn purpose(&self) -> Purpose {
        self.rule.purpose
    }

    /// Returns the name of the rule, by which its explanation is translated.
    pub fn rule(&self) -> &'static str {
        self.rule.id
    }

    /// Returns what the rule says, in a plain sentence.
    pub fn explanation(&self) -> &'static str {
        self.rule.explanation
    }
}

/// Returns the first rule that fits what was seen of a tuple. That a server is in a private network, or speaks the
/// protocol of its port, is an ordinary reason for what else would be command and control: without a `default` of
/// attack software or a regular beat, no rule for that fits.
pub fn purpose(scene: &Scene<'_>, default: bool) -> Option<Evidence> {
    let ordinary = scene.has_ordinary_reason() && !default && !scene.is_regular();
    let mut rules = RULES.rules.iter().filter(|rule| !(ordinary && rule.purpose == Purpose::C2Direct));
    rules.find_map(|rule| fits(scene, rule))
}

/// Returns the rule for a service that malware abuses and others use too, whatever the verdict.
pub fn abused(scene: &Scene<'_>) -> Option<Evidence> {
    RULES.rules.iter().filter(|rule| rule.always).find_map(|rule| fits(scene, rule))
}

fn fits(scene: &Scene<'_>, rule: &'static Rule) -> Option<Evidence> {
    let mut matched = rule.conditions.iter().map(|condition| scene.holds(*condition, rule));
    let first = matched.next()??;
    matched.all(|matched| matched.is_some()).then(|| Evidence { rule, matched: Cow::into_owned(first) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::Proto;
    use crate::join::{Tuples, join};
    use crate::records::{ConnRecord, SslRecord, X509Record};
    use std::net::IpAddr;

    /// TLS connections to be, each to a server of its own unless told otherwise.
    #[derive(Clone, Copy)]
    struct Visit<'a> {
        server: u8,
        port: u16,
        service: &'a str,
        name: Option<&'a str>,
        /// Subject and issuer.
        certificate: Option<(&'a str, &'a str)>,
        matches: Option<bool>,
    }

    const PLAIN: Visit<'_> = Visit {
        server: 1,
        port: 443,
        service: "ssl",
        name: Some("www.example.org"),
        certificate: Some(("CN=www.example.org", "CN=ca")),
        matches: Some(true),
    };

    /// Rule and match of the first visit's tuple.
    fn fits(visits: &[Visit<'_>]) -> Option<(&'static str, String)> {
        with_scene(visits, [192, 0, 2], |scene| {
            purpose(scene, false).map(|evidence| (evidence.rule(), evidence.matched))
        })
    }

    /// Returns the answer for the first visit's tuple; servers are in `network`.
    fn with_scene<T>(visits: &[Visit<'_>], network: [u8; 3], ask: impl Fn(&Scene<'_>) -> T) -> T {
        let (mut conn, mut ssl, mut x509) = (vec![], vec![], vec![]);
        let client = IpAddr::from([10, 0, 0, 1]);
        for (at, visit) in visits.iter().enumerate() {
            let [a, b, c] = network;
            let (uid, server) = (format!("C{at}"), IpAddr::from([a, b, c, visit.server]));
            let mut one =
                ConnRecord::new(1.0, uid.as_str().into(), client, 40_000, server, visit.port, Proto::Tcp);
            one.service = Some(visit.service.to_owned().into());
            conn.push(one);
            let mut one = SslRecord::new(1.0, uid.as_str().into(), client, 40_000, server, visit.port);
            one.server_name = visit.name.map(Into::into);
            one.sni_matches_cert = visit.matches;
            if let Some((subject, issuer)) = visit.certificate {
                one.cert_chain_fps = Some([uid.as_str().into()].into());
                let mut one = X509Record::new(1.0);
                one.fingerprint = Some(uid.as_str().into());
                one.certificate_subject = Some(subject.into());
                one.certificate_issuer = Some(issuer.into());
                x509.push(one);
            }
            ssl.push(one);
        }
        let tuples: Tuples<'_> = join(&conn, &ssl, &x509, &[]);
        let scenes = Scene::all(&tuples);
        ask(scenes.first().unwrap())
    }

    fn rule(visit: Visit<'_>) -> Option<&'static str> {
        fits(&[visit]).map(|(rule, _)| rule)
    }

    fn named(name: &str) -> Option<&'static str> {
        rule(Visit { name: Some(name), ..PLAIN })
    }

    #[test]
    fn an_ordinary_tuple_has_none() {
        assert_eq!(fits(&[PLAIN]), None);
    }

    #[test]
    fn mail_to_many_servers_resembles_a_worm_and_to_few_it_does_not() {
        let mail = |server| Visit { server, port: 25, service: "smtp,ssl", ..PLAIN };
        let many: Vec<_> = (1..=5).map(mail).collect();
        assert_eq!(fits(&many), Some(("mail-to-many", "5".to_owned())));
        assert_eq!(fits(&many[..4]), Some(("mail-to-few", "smtp".to_owned())));
        assert_eq!(rule(Visit { port: 2525, ..PLAIN }), Some("mail-to-few"));
        assert_eq!(rule(Visit { service: "ssl,smtp", ..PLAIN }), Some("mail-to-few"));
    }

    #[test]
    fn a_listed_host_is_known_by_its_longest_suffix_on_label_boundaries() {
        assert_eq!(named("api.ipify.org"), Some("address-lookup"));
        assert_eq!(named("API.Telegram.ORG."), Some("relay-messenger"));
        assert_eq!(named("raw.githubusercontent.com"), Some("relay-code"));
        assert_eq!(named("x.drive.google.com"), Some("relay-storage"));
        assert_eq!(named("notipify.org"), None);
        assert_eq!(named("api.ipify.org.example.net"), None);
    }

    #[test]
    fn a_host_may_be_listed_without_those_below_it() {
        assert_eq!(named("www.google.com"), Some("search-engine"));
        assert_eq!(named("mail.www.google.com"), None);
    }

    #[test]
    fn every_kind_of_listed_host_is_found() {
        for (name, expected) in [
            ("pastebin.com", "relay-paste"),
            ("www.reddit.com", "relay-social"),
            ("abc.ngrok.io", "relay-tunnel"),
            ("abc.workers.dev", "relay-hosting"),
            ("www.msftconnecttest.com", "reachability"),
            ("ocsp.digicert.com", "host-certificates"),
            ("fe2.update.microsoft.com", "host-update"),
            ("v10.events.data.microsoft.com", "host-telemetry"),
            ("dns.google", "encrypted-dns"),
            ("api.blockcypher.com", "relay-ledger"),
        ] {
            assert_eq!(named(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn a_listed_name_before_another_certificate_is_borrowed() {
        let visit = Visit { name: Some("www.google.com"), matches: Some(false), ..PLAIN };
        assert_eq!(fits(&[visit]), Some(("borrowed-name", "www.google.com".to_owned())));
        assert_eq!(rule(Visit { matches: None, ..visit }), Some("search-engine"));
    }

    #[test]
    fn a_self_signed_certificate_decides_before_a_listed_name() {
        let own = Some(("CN=a", "CN=a"));
        assert_eq!(rule(Visit { certificate: own, ..PLAIN }), Some("self-signed"));
        let visit = Visit { certificate: own, name: None, ..PLAIN };
        assert_eq!(fits(&[visit]), Some(("self-signed-no-name", "CN=a".to_owned())));
    }

    #[test]
    fn a_certificate_that_tor_makes_up_is_known() {
        let relay = Some(("CN=www.abcdefgh234.net", "CN=www.zyxwvuts765.com"));
        assert_eq!(rule(Visit { certificate: relay, ..PLAIN }), Some("relay-anonymity"));
        let site = Some(("CN=www.example-site.net", "CN=www.example.com"));
        assert_eq!(rule(Visit { certificate: site, ..PLAIN }), None);
        let long = Some(("CN=www.abcdefgh234.net,O=x", "CN=www.zyxwvuts765.com"));
        assert_eq!(rule(Visit { certificate: long, ..PLAIN }), None);
    }

    #[test]
    fn a_server_that_is_not_named_was_known_by_its_address() {
        assert_eq!(fits(&[Visit { name: None, ..PLAIN }]), Some(("no-name", "192.0.2.1".to_owned())));
        assert_eq!(rule(Visit { name: None, port: 4_444, ..PLAIN }), Some("no-name-odd-port"));
        assert_eq!(rule(Visit { name: Some("192.0.2.1"), ..PLAIN }), Some("address-as-name"));
    }

    #[test]
    fn a_port_that_is_not_registered_for_tls_is_odd() {
        assert_eq!(fits(&[Visit { port: 4_444, ..PLAIN }]), Some(("odd-port", "4444".to_owned())));
        assert_eq!(rule(Visit { port: 8_443, ..PLAIN }), None);
    }

    #[test]
    fn a_private_server_or_a_known_service_is_no_command_and_control_by_itself() {
        let own = Some(("CN=a", "CN=a"));
        let visit = Visit { certificate: own, name: None, ..PLAIN };
        let private = with_scene(&[visit], [192, 168, 0], |scene| purpose(scene, false).map(|it| it.rule()));
        assert_eq!(private, Some("private-network"));
        let default = with_scene(&[visit], [192, 168, 0], |scene| purpose(scene, true).map(|it| it.rule()));
        assert_eq!(default, Some("self-signed-no-name"));
        let rdp = Visit { port: 3389, service: "rdp,ssl", ..visit };
        assert_eq!(rule(rdp), Some("known-service"));
        assert_eq!(rule(Visit { service: "ssl", ..rdp }), Some("self-signed-no-name"));
    }

    #[test]
    fn a_service_that_malware_abuses_is_named_whatever_the_verdict() {
        let ask = |name| {
            let visit = Visit { name: Some(name), ..PLAIN };
            with_scene(&[visit], [192, 0, 2], |scene| abused(scene).map(|it| it.rule()))
        };
        assert_eq!(ask("api.ipify.org"), Some("address-lookup"));
        assert_eq!(ask("api.telegram.org"), Some("relay-messenger"));
        assert_eq!(ask("pastebin.com"), Some("relay-paste"));
        assert_eq!(ask("www.google.com"), None);
        assert_eq!(ask("www.example.org"), None);
    }

    #[test]
    fn name_resolution_is_told_by_its_port() {
        assert_eq!(rule(Visit { port: 853, name: None, ..PLAIN }), Some("encrypted-dns-port"));
    }

    #[test]
    fn a_name_without_end_costs_little() {
        assert_eq!(named(&"a.".repeat(30_000)), None);
    }
}
