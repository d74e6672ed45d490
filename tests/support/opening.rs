//! How the TCP connections of a capture begin, read packet by packet: says why one was not recognised as TLS.

use data_encoding::HEXLOWER;
use hushcap::capture::{Decoder, Reader, Segment, Transport};
use std::net::IpAddr;
use std::path::Path;

/// Ends of a connection, the sender of its first segment as client, and the first payload each way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Sender of the first captured segment, or of SYN.
    pub client: IpAddr,
    /// Its port.
    pub client_port: u16,
    /// The other end.
    pub server: IpAddr,
    /// Its port.
    pub server_port: u16,
    /// Payload of the client's first segment that has any.
    pub sent: Vec<u8>,
    /// Payload of the server's first segment that has any.
    pub answered: Vec<u8>,
}

impl Opening {
    /// Returns what the connection is by its first bytes, and these bytes in hexadecimal.
    pub fn describe(&self) -> String {
        let kinds = [kind(&self.answered), kind(&self.sent)];
        let known = kinds.into_iter().flatten().next().unwrap_or("no TLS recognised");
        format!(
            "{known} (client {}, server {})",
            HEXLOWER.encode(&self.sent),
            HEXLOWER.encode(&self.answered)
        )
    }
}

/// Returns every connection of the capture at `path` by its first segments; nothing where it cannot be read.
pub fn openings(path: &Path) -> Vec<Opening> {
    let mut found = Vec::new();
    let Ok(bytes) = std::fs::read(path) else { return found };
    let (mut reader, mut decoder) = (Reader::new(), Decoder::default());
    let mut sink = |packet: hushcap::capture::Packet<'_>| {
        decoder.segments(&packet, &mut |segment| add(&mut found, segment));
    };
    // What was read before an error is what the analysis saw too.
    let _ = reader.push(&bytes, &mut sink).and_then(|()| reader.finish(&mut sink));
    found
}

fn add(found: &mut Vec<Opening>, segment: &Segment<'_>) {
    let Transport::Tcp(tcp) = &segment.transport else { return };
    let from = (segment.src, tcp.src_port);
    let to = (segment.dst, tcp.dst_port);
    for known in found.iter_mut() {
        let ends = ((known.client, known.client_port), (known.server, known.server_port));
        let first = match () {
            () if ends == (from, to) => &mut known.sent,
            () if ends == (to, from) => &mut known.answered,
            () => continue,
        };
        if first.is_empty() {
            first.extend(tcp.payload.iter().take(16));
        }
        return;
    }
    let payload: Vec<u8> = tcp.payload.iter().take(16).copied().collect();
    let answers = tcp.has(hushcap::capture::Tcp::SYN | hushcap::capture::Tcp::ACK);
    let ((client, client_port), (server, server_port)) = if answers { (to, from) } else { (from, to) };
    let (sent, answered) = if answers { (Vec::new(), payload) } else { (payload, Vec::new()) };
    found.push(Opening { client, client_port, server, server_port, sent, answered });
}

/// Returns the protocol whose first bytes these are.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    const TEXTS: [(&str, &str); 16] = [
        ("CONNECT ", "HTTP proxy: CONNECT"),
        ("HTTP/1", "HTTP, or its proxy"),
        ("220", "STARTTLS: SMTP or FTP"),
        ("EHLO", "STARTTLS: SMTP"),
        ("AUTH", "STARTTLS: FTP or POP3"),
        ("FEAT", "STARTTLS: FTP"),
        ("+OK", "STARTTLS: POP3"),
        ("STLS", "STARTTLS: POP3"),
        ("* OK", "STARTTLS: IMAP"),
        ("<", "STARTTLS: XMPP"),
        ("PROXY ", "PROXY protocol before TLS"),
        ("GNUTELLA", "Gnutella before TLS"),
        ("NXSH", "NoMachine before TLS"),
        ("NXD", "NoMachine before TLS"),
        ("JXTA", "JXTA"),
        ("\x03\0", "RDP before TLS"),
    ];
    match bytes {
        [0x16, 0x03, ..] => Some("a TLS handshake"),
        [0x17, 0x03, ..] => Some("TLS application data: the handshake was not captured"),
        [0x14 | 0x15, 0x03, ..] => Some("TLS from behind the handshake"),
        [0x80..=0x8f, _, 0x01, ..] => Some("SSLv2 ClientHello"),
        [0x04 | 0x05, _, ..] => Some("SOCKS"),
        [0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, ..] => Some("STARTTLS: PostgreSQL"),
        [0x30, _, 0x02, 0x01, ..] => Some("STARTTLS: LDAP"),
        [_, _, 0x00, 0x00, 0x0a | 0x09, ..] | [_, _, 0x00, 0x01, _, ..] => Some("STARTTLS: MySQL"),
        [0x00, length, 0x38 | 0x40, ..] if *length < 0x60 => Some("OpenVPN over TCP"),
        _ => TEXTS.iter().find(|(text, _)| bytes.starts_with(text.as_bytes())).map(|(_, kind)| *kind),
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn first_bytes_name_the_protocol() {
        assert_eq!(kind(&[0x16, 0x03, 0x01, 0x00]), Some("a TLS handshake"));
        assert_eq!(kind(b"220 mail.example"), Some("STARTTLS: SMTP or FTP"));
        assert_eq!(kind(&[0x05, 0x01, 0x00]), Some("SOCKS"));
        assert_eq!(kind(b"GET / HTTP/1.1"), None);
        assert_eq!(kind(&[]), None);
    }
}
