//! A capture in which one host asks DNS and connects: packets made here, in the order of time.

use std::net::Ipv4Addr;

/// What the host does, at seconds after the capture's beginning.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// It asks for the address of a name; the answer comes a millisecond later.
    Query {
        /// When it asks.
        at: f64,
        /// Name that it asks for.
        name: &'a str,
        /// The address that it is told, if it is.
        answer: Option<&'a str>,
    },
    /// It sends a ClientHello without a server name.
    Hello {
        /// When the connection begins.
        at: f64,
        /// Address that it connects to.
        server: &'a str,
    },
}

const HOST: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 1);
const RESOLVER: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 53);
const START: f64 = 1_700_000_000.0;
/// LINKTYPE_RAW: packets begin with the IP header.
const RAW: u32 = 101;

/// Returns a pcap of these steps.
pub fn capture(steps: &[Step<'_>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 0xffff, RAW] {
        file.extend(u32::to_le_bytes(word));
    }
    for (number, step) in steps.iter().enumerate() {
        let port = 40_000 + number as u16;
        match *step {
            Step::Query { at, name, answer } => {
                let id = number as u16;
                packet(&mut file, at, &udp(HOST, port, RESOLVER, 53, &message(id, name, None)));
                if let Some(answer) = answer {
                    let reply = message(id, name, Some(address(answer)));
                    packet(&mut file, at + 0.001, &udp(RESOLVER, 53, HOST, port, &reply));
                }
            }
            Step::Hello { at, server } => {
                for (later, bytes) in conversation(port, address(server)) {
                    packet(&mut file, at + later, &bytes);
                }
            }
        }
    }
    file
}

fn address(text: &str) -> Ipv4Addr {
    text.parse().unwrap_or(Ipv4Addr::UNSPECIFIED)
}

fn packet(file: &mut Vec<u8>, at: f64, bytes: &[u8]) {
    let micros = ((START + at) * 1e6).round() as u64;
    for word in [micros / 1_000_000, micros % 1_000_000, bytes.len() as u64, bytes.len() as u64] {
        file.extend((word as u32).to_le_bytes());
    }
    file.extend_from_slice(bytes);
}

/// Returns a query for the address of `name`, or the reply to it.
fn message(id: u16, name: &str, answer: Option<Ipv4Addr>) -> Vec<u8> {
    let flags = if answer.is_some() { 0x8180 } else { 0x0100 };
    let counts = [1, u16::from(answer.is_some()), 0, 0];
    let mut bytes: Vec<u8> = [id, flags].into_iter().chain(counts).flat_map(u16::to_be_bytes).collect();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.extend_from_slice(&[0, 0, 1, 0, 1]);
    if let Some(answer) = answer {
        bytes.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        bytes.extend(answer.octets());
    }
    bytes
}

/// SYN, SYN-ACK, ACK with a ClientHello, and both sides' FIN.
fn conversation(port: u16, server: Ipv4Addr) -> Vec<(f64, Vec<u8>)> {
    let hello = hello();
    let end = 1 + hello.len() as u32;
    let there = |seq, ack, flags, data: &[u8]| tcp(HOST, port, server, 443, [seq, ack], flags, data);
    let back = |seq, ack, flags| tcp(server, 443, HOST, port, [seq, ack], flags, &[]);
    vec![
        (0.0, there(0, 0, 0x02, &[])),
        (0.01, back(0, 1, 0x12)),
        (0.02, there(1, 1, 0x18, &hello)),
        (0.03, back(1, end, 0x10)),
        (0.04, there(end, 1, 0x11, &[])),
        (0.05, back(1, end + 1, 0x11)),
        (0.06, there(end + 1, 2, 0x10, &[])),
    ]
}

/// Returns a ClientHello of TLS 1.2 with two suites and without extensions.
fn hello() -> Vec<u8> {
    let body = [&[3, 3][..], &[7; 32], &[0], &[0, 4, 0xc0, 0x2f, 0xc0, 0x30], &[1, 0], &[0, 0]].concat();
    let handshake = [&[1, 0, 0, body.len() as u8][..], &body].concat();
    [&[22, 3, 1, 0, handshake.len() as u8][..], &handshake].concat()
}

fn udp(from: Ipv4Addr, from_port: u16, to: Ipv4Addr, to_port: u16, data: &[u8]) -> Vec<u8> {
    let length = 8 + data.len() as u16;
    // A checksum of 0 says that there is none.
    let header: Vec<u8> = [from_port, to_port, length, 0].into_iter().flat_map(u16::to_be_bytes).collect();
    ip(from, to, 17, &[&header[..], data].concat())
}

fn tcp(
    from: Ipv4Addr,
    from_port: u16,
    to: Ipv4Addr,
    to_port: u16,
    [seq, ack]: [u32; 2],
    flags: u8,
    data: &[u8],
) -> Vec<u8> {
    let mut bytes: Vec<u8> = [from_port, to_port].into_iter().flat_map(u16::to_be_bytes).collect();
    bytes.extend([seq, ack].into_iter().flat_map(u32::to_be_bytes));
    bytes.extend_from_slice(&[0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    bytes.extend_from_slice(data);
    let pseudo =
        [&from.octets()[..], &to.octets(), &[0, 6], &(bytes.len() as u16).to_be_bytes(), &bytes].concat();
    let sum = checksum(&pseudo).to_be_bytes();
    bytes.splice(16..18, sum);
    ip(from, to, 6, &bytes)
}

fn ip(from: Ipv4Addr, to: Ipv4Addr, protocol: u8, data: &[u8]) -> Vec<u8> {
    let length = (20 + data.len() as u16).to_be_bytes();
    let mut header = vec![0x45, 0];
    header.extend(length);
    header.extend_from_slice(&[0, 0, 0x40, 0, 64, protocol, 0, 0]);
    header.extend(from.octets());
    header.extend(to.octets());
    let sum = checksum(&header).to_be_bytes();
    header.splice(10..12, sum);
    [&header[..], data].concat()
}

/// Returns the Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(*high) << 8,
        _ => 0,
    };
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}
