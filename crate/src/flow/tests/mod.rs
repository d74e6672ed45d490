//! Connections from packets built by hand.

use super::*;
use crate::capture::{Checksums, Icmp, Segment, Tcp, Timestamp, Transport, Tunnel, Udp};
use std::net::{IpAddr, Ipv4Addr};

mod table;
mod tcp;

const SYN: u8 = Tcp::SYN;
const ACK: u8 = Tcp::ACK;
const FIN: u8 = Tcp::FIN;
const RST: u8 = Tcp::RST;
const SYN_ACK: u8 = SYN | ACK;

const CLIENT: (u8, u16) = (1, 40_000);
const SERVER: (u8, u16) = (2, 4_433);

/// Writes down what it is given, in one string for all streams.
#[derive(Default)]
struct Scribe {
    stop: bool,
}

impl Stream for Scribe {
    type Shared = String;

    fn data(&mut self, shared: &mut String, _: Timestamp, from: Direction, bytes: &[u8]) {
        self.stop |= bytes.ends_with(b"!");
        *shared += &format!("{from:?}({}) ", String::from_utf8_lossy(bytes));
    }

    fn gap(&mut self, shared: &mut String, _: Timestamp, from: Direction, len: u64) {
        *shared += &format!("{from:?}[{len}] ");
    }

    fn late(&mut self, shared: &mut String, _: Timestamp, from: Direction, bytes: &[u8]) {
        *shared += &format!("{from:?}~({}) ", String::from_utf8_lossy(bytes));
    }

    fn datagram(&mut self, shared: &mut String, _: Timestamp, from: Direction, bytes: &[u8]) {
        *shared += &format!("{from:?}<{}> ", String::from_utf8_lossy(bytes));
    }

    fn wants(&self, _: Direction) -> bool {
        !self.stop
    }
}

/// A table with what came out of it.
struct Bench {
    table: Table<Scribe>,
    streams: String,
    ended: Vec<Connection<Scribe>>,
    millis: i64,
}

impl Bench {
    fn new() -> Self {
        Bench::with(Limits::default())
    }

    fn with(limits: Limits) -> Self {
        Bench { table: Table::new(limits, 7), streams: String::new(), ended: Vec::new(), millis: 1_000_000 }
    }

    /// Pushes a segment 10 ms after the last.
    fn push(&mut self, src: (u8, u16), dst: (u8, u16), ip_proto: u8, ip_len: u32, transport: Transport<'_>) {
        self.millis += 10;
        let address = |last| IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
        let segment = Segment {
            ts: Timestamp(self.millis * 1_000_000),
            src: address(src.0),
            dst: address(dst.0),
            ip_len,
            ip_proto,
            bad_checksum: false,
            tunnel: None,
            too_deep: false,
            transport,
        };
        let ended = &mut self.ended;
        self.table.push(&segment, &mut self.streams, &mut |connection, _| ended.push(connection));
    }

    fn tcp(
        &mut self,
        src: (u8, u16),
        dst: (u8, u16),
        flags: u8,
        seq: u32,
        ack: u32,
        text: &str,
    ) -> &mut Self {
        self.cut_tcp(src, dst, flags, (seq, ack), text, text.len() as u32)
    }

    fn cut_tcp(
        &mut self,
        src: (u8, u16),
        dst: (u8, u16),
        flags: u8,
        (seq, ack): (u32, u32),
        text: &str,
        len: u32,
    ) -> &mut Self {
        let (src_port, dst_port, payload) = (src.1, dst.1, text.as_bytes());
        let tcp = Tcp { src_port, dst_port, seq, ack, flags, window: 1_000, len, payload, header_fits: true };
        self.push(src, dst, 6, 40 + len, Transport::Tcp(tcp));
        self
    }

    fn client(&mut self, flags: u8, seq: u32, ack: u32, text: &str) -> &mut Self {
        self.tcp(CLIENT, SERVER, flags, seq, ack, text)
    }

    fn server(&mut self, flags: u8, seq: u32, ack: u32, text: &str) -> &mut Self {
        self.tcp(SERVER, CLIENT, flags, seq, ack, text)
    }

    fn handshake(&mut self) -> &mut Self {
        self.client(SYN, 100, 0, "").server(SYN_ACK, 500, 101, "").client(ACK, 101, 501, "")
    }

    fn udp(&mut self, src: (u8, u16), dst: (u8, u16), text: &str) -> &mut Self {
        let (src_port, dst_port, payload) = (src.1, dst.1, text.as_bytes());
        let udp = Udp { src_port, dst_port, len: text.len() as u32, payload };
        self.push(src, dst, 17, 28 + text.len() as u32, Transport::Udp(udp));
        self
    }

    fn icmp(&mut self, src: u8, dst: u8, kind: u8, code: u8) -> &mut Self {
        self.push((src, 0), (dst, 0), 1, 36, Transport::Icmp(Icmp { kind, code, len: 8 }));
        self
    }

    fn wait(&mut self, millis: i64) -> &mut Self {
        self.millis += millis;
        self
    }

    fn finish(&mut self) -> &[Connection<Scribe>] {
        let ended = &mut self.ended;
        self.table.finish(&mut self.streams, &mut |connection, _| ended.push(connection));
        &self.ended
    }

    /// Returns the only connection, at the end.
    fn only(&mut self) -> &Connection<Scribe> {
        match self.finish() {
            [connection] => connection,
            many => panic!("{} connections", many.len()),
        }
    }

    /// State and history of the connections in the order in which they ended.
    fn states(&mut self) -> Vec<String> {
        let show = |connection: &Connection<Scribe>| {
            format!("{} {}", connection.conn_state().as_str(), connection.history().unwrap_or_default())
        };
        self.finish().iter().map(show).collect()
    }
}
