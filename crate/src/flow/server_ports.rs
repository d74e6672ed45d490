//! Ports at which servers are expected: they decide who is the responder when the beginning was not captured, and
//! some timeouts.
//!
//! The sets are what the default scripts of Zeek add to `likely_server_ports`.

/// TCP ports, ascending.
const TCP: [u16; 49] = [
    21, 22, 25, 53, 79, 80, 81, 88, 110, 135, 139, 143, 389, 443, 445, 465, 502, 563, 585, 587, 614, 631,
    636, 989, 990, 992, 993, 995, 1080, 1434, 1883, 2811, 3128, 3268, 3306, 3389, 5222, 5223, 5269, 5432,
    6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000,
];

/// UDP ports, ascending.
const UDP: [u16; 21] = [
    53, 67, 88, 123, 137, 161, 162, 389, 443, 514, 1812, 2123, 2152, 3544, 4789, 5060, 5072, 5353, 5355,
    6081, 20000,
];

/// Returns whether a TCP server is expected at the port.
pub(super) fn is_tcp(port: u16) -> bool {
    TCP.binary_search(&port).is_ok()
}

/// Returns whether a UDP server is expected at the port.
pub(super) fn is_udp(port: u16) -> bool {
    UDP.binary_search(&port).is_ok()
}

/// Returns whether people type at the TCP port: FTP, SSH, Telnet and rlogin may be silent for long
/// (`port_inactivity_timeouts`).
pub(super) fn is_interactive(port: u16) -> bool {
    matches!(port, 21 | 22 | 23 | 513)
}

/// Returns whether the UDP port is one of DNS and its relatives (NetBIOS names, mDNS, LLMNR).
pub(super) fn is_dns(port: u16) -> bool {
    matches!(port, 53 | 137 | 5353 | 5355)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_ascend() {
        assert!(TCP.is_sorted() && UDP.is_sorted());
    }

    #[test]
    fn https_is_a_server_port() {
        assert!(is_tcp(443) && !is_tcp(50_000));
    }
}
