//! Hosts that ask DNS in encrypted form: DNS over TLS (RFC 7858), HTTPS (RFC 8484) or QUIC (RFC 9250).

use crate::flow::ConnId;
use crate::records::{ConnRecord, SslRecord, known};
use crate::seeded::Map;
use std::net::IpAddr;

/// Port of DNS over TLS and QUIC.
const DOT: u16 = 853;

/// Domains of public resolvers and relays that answer over HTTPS; all names below them count.
const RESOLVERS: [&str; 33] = [
    "adguard-dns.com",
    "cloudflare-dns.com",
    "cloudflare-gateway.com",
    "controld.com",
    "dns.adguard.com",
    "dns.alidns.com",
    "dns.cloudflare.com",
    "dns.digitale-gesellschaft.ch",
    "dns.google",
    "dns.mullvad.net",
    "dns.nextdns.io",
    "dns.quad9.net",
    "dns.sb",
    "dns.switch.ch",
    "dns0.eu",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "dns9.quad9.net",
    "dnsforge.de",
    "doh.360.cn",
    "doh.cleanbrowsing.org",
    "doh.dns.apple.com",
    "doh.familyshield.opendns.com",
    "doh.mullvad.net",
    "doh.opendns.com",
    "doh.pub",
    "doh.xfinity.com",
    "dot.pub",
    "mask-api.icloud.com",
    "mask-h2.icloud.com",
    "mask.icloud.com",
    "mozilla.cloudflare-dns.com",
    "one.one.one.one",
];

/// Hosts with a connection to such a resolver, each with one such connection.
pub(super) fn hosts<'a>(
    conn: impl Iterator<Item = &'a ConnRecord>,
    ssl: impl Iterator<Item = &'a SslRecord>,
) -> Map<IpAddr, ConnId> {
    let by_port =
        conn.filter(|conn| conn.resp_pkts > 0 && is_encrypted_port(conn.resp_p)).map(|conn| conn.id());
    let by_name = ssl.filter(|ssl| known(ssl.server_name.as_deref()).is_some_and(is_encrypted_resolver));
    by_port.chain(by_name.map(|ssl| ssl.id())).map(|id| (id.orig_h, id)).collect()
}

/// Returns whether a server that answers at this port does so in encrypted DNS.
pub fn is_encrypted_port(port: u16) -> bool {
    port == DOT
}

/// Returns whether a server name is that of a resolver that answers over HTTPS.
pub fn is_encrypted_resolver(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let mut parents = std::iter::successors(Some(name.as_str()), |name| Some(name.split_once('.')?.1));
    parents.any(|name| RESOLVERS.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_a_resolver_are_its_own() {
        assert!(RESOLVERS.is_sorted());
        for name in ["dns.google", "Chrome.Cloudflare-DNS.com", "abc.dns.nextdns.io"] {
            assert!(is_encrypted_resolver(name), "{name}");
        }
        for name in ["google", "dns.google.example", "notdns.google", ""] {
            assert!(!is_encrypted_resolver(name), "{name}");
        }
    }
}
