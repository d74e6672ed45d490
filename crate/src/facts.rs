//! What is known of an input as a whole. The analysis finds it, a Report shows it, and a copy of packets is made by it.

use serde::Serialize;
use std::collections::BTreeMap;

/// The input as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct Capture {
    /// Last path component.
    pub name: String,
    /// `pcap`, `pcapng`, `zeek-tsv` or `zeek-json`; `+gzip` or `+zstd` follows where it was compressed.
    pub format: String,
    /// Size as read, compressed where it was.
    pub bytes: u64,
    /// Packets; `null` for logs.
    pub packets: Option<u64>,
    /// Earliest time, epoch seconds; `null` without one.
    pub first_ts: Option<f64>,
    /// Latest time, epoch seconds; `null` without one.
    pub last_ts: Option<f64>,
    /// LINKTYPE numbers.
    pub link_types: Vec<u32>,
}

/// Coverage and damage, in counts.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[non_exhaustive]
pub struct Health {
    /// Connections of any kind.
    pub connections: u64,
    /// Connections with an ssl record.
    pub tls_connections: u64,
    /// TLS connections whose first server certificate is known.
    pub tls_with_certificate: u64,
    /// Packets that a snaplen cut.
    pub truncated_packets: u64,
    /// Packets whose checksum is wrong, usually because the capturing host left it to its network card.
    pub bad_checksums: u64,
    /// Connections with bytes that were never captured.
    pub gaps: u64,
    /// Oddities by kind.
    pub weird: BTreeMap<String, u64>,
    /// Bounds that cut the analysis short, by kind.
    pub limits_hit: BTreeMap<String, u64>,
    /// Packets that ended at what is not read, by kind, number and name: `EtherType 0x0806 (ARP)`.
    pub not_read: BTreeMap<String, u64>,
    /// Bytes of the ports with most of them, by protocol and port of the responder: `tcp/443`.
    pub busiest_ports: BTreeMap<String, u64>,
}
