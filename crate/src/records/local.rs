//! Which addresses count as local.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns whether an address is local: not routed over the Internet, by IANA's special-purpose registries, as Zeek's
/// default `Site::local_nets` has it (RFC 6890).
pub fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => is_local_v6(address),
    }
}

/// Network and prefix length.
const LOCAL_V4: [([u8; 4], u32); 14] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
];

/// The first four groups and the prefix length; none is longer but the two single addresses below.
const LOCAL_V6: [([u16; 4], u32); 6] = [
    ([0x64, 0xff9b, 1, 0], 48),
    ([0x100, 0, 0, 0], 64),
    ([0x2001, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0], 32),
    ([0xfc00, 0, 0, 0], 7),
    ([0xfe80, 0, 0, 0], 10),
];

fn is_local_v4(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    LOCAL_V4.iter().any(|(network, length)| (bits ^ u32::from_be_bytes(*network)) >> (32 - length) == 0)
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    if address.is_unspecified() || address.is_loopback() {
        return true;
    }
    let [a, b, c, d, ..] = address.segments();
    // 6to4 carries an IPv4 address (RFC 3056).
    if a == 0x2002 {
        let [high, low] = [b.to_be_bytes(), c.to_be_bytes()];
        return is_local_v4(Ipv4Addr::new(high[0], high[1], low[0], low[1]));
    }
    let prefix =
        |[a, b, c, d]: [u16; 4]| u64::from(a) << 48 | u64::from(b) << 32 | u64::from(c) << 16 | u64::from(d);
    let bits = prefix([a, b, c, d]);
    LOCAL_V6.iter().any(|(network, length)| (bits ^ prefix(*network)) >> (64 - length) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(address: &str) -> bool {
        is_local(address.parse().unwrap())
    }

    #[test]
    fn private_networks_end_where_the_registry_says() {
        assert!(local("172.16.0.0") && local("172.31.255.255"));
        assert!(!local("172.15.255.255") && !local("172.32.0.0"));
        assert!(local("100.127.255.255") && !local("100.128.0.0"));
    }

    #[test]
    fn routed_addresses_are_not_local() {
        assert!(!local("8.8.8.8") && !local("2606:4700::1111") && !local("ff02::1"));
    }

    #[test]
    fn unique_and_link_local_addresses_are_local() {
        assert!(local("fd00::1") && local("fe80::1") && local("::1") && local("::"));
    }

    #[test]
    fn sixtofour_is_as_local_as_what_it_carries() {
        assert!(local("2002:a00:1::") && !local("2002:808:808::"));
    }
}
