//! What a server's address and port say: whether it is in a private network, and whether its service is the port's own.

use crate::join::Tuple;
use std::net::IpAddr;

/// Protocols that turn to TLS on their own ports, by the names of `conn.log`'s `service` (IANA, Service Name and Port
/// Number Registry).
const SERVICES: [(&str, &[u16]); 10] = [
    ("ftp", &[21]),
    ("imap", &[143]),
    ("ldap_tcp", &[389, 3268]),
    ("mysql", &[3306]),
    ("nntp", &[119]),
    ("pop3", &[110]),
    ("postgresql", &[5432]),
    ("rdp", &[3389]),
    ("smtp", &[25, 587, 2525]),
    ("xmpp", &[5222, 5269]),
];

/// Returns whether an address is of no use on the internet: private (RFC 1918, RFC 4193), shared (RFC 6598), of the
/// link or the host itself.
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private() || v4.is_link_local() || v4.is_loopback() || shared
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(v4.into()),
            None => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}

/// Returns whether a connection does not leave its host.
pub(crate) fn is_same_host(orig_h: IpAddr, resp_h: IpAddr) -> bool {
    orig_h.to_canonical() == resp_h.to_canonical() || resp_h.to_canonical().is_loopback()
}

/// Returns the protocol that some connection speaks on its own port before it turns to TLS.
pub(crate) fn known_service(tuple: &Tuple<'_>) -> Option<&'static str> {
    let port = tuple.key.resp_p;
    let (service, _) = SERVICES.iter().find(|(_, ports)| ports.contains(&port))?;
    let speaks = tuple.conn_records().any(|conn| {
        let services = conn.service.as_deref().unwrap_or_default();
        services.split(',').any(|name| name == *service)
    });
    speaks.then_some(*service)
}
