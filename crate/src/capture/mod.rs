//! Bytes → [`Packet`] → [`Segment`]: file formats, compression, link layers, IP. And back: [`Writer`], packets → a file.

mod checksum;
mod decode;
mod detect;
mod ethernet;
mod fragment;
mod gzip;
mod interface;
mod ip;
mod layer;
mod link;
mod pcap;
mod pcapng;
mod reader;
mod record;
mod serial;
mod stream;
mod tail;
#[cfg(test)]
mod testing;
mod time;
mod tool;
mod tunnel;
mod unpack;
mod unread;
mod usb;
mod wire;
mod wireless;
mod writer;
mod zstd;

pub use decode::{Decoder, Fragment};
pub(crate) use detect::{DETECT_LEN, is_capture, unread_form};
pub use layer::Unread;
pub use link::link_types;
pub use reader::{Reader, Summary};
pub use time::Timestamp;
pub(crate) use unpack::{Compression, Unpack};
pub use writer::Writer;

use std::net::IpAddr;

/// One captured packet, as the file holds it.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// When it was captured.
    pub ts: Timestamp,
    /// LINKTYPE number of the interface (<https://www.tcpdump.org/linktypes.html>).
    pub link_type: u32,
    /// The bytes that were kept, from the link layer on.
    pub data: &'a [u8],
    /// Length on the wire; more than `data.len()` where a snaplen cut it.
    pub wire_len: u32,
}

/// What becomes of a packet whose checksum is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Checksums {
    /// It counts like any other, as with Zeek's option `-C`: on the sending host offloading makes checksums wrong.
    #[default]
    Keep,
    /// It leaves a `C` in the history of its connection and nothing else, as with Zeek by default.
    Drop,
}

/// One IP payload that belongs to a connection.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    /// When its packet was captured.
    pub ts: Timestamp,
    /// Source address.
    pub src: IpAddr,
    /// Destination address.
    pub dst: IpAddr,
    /// Length of the whole IP packet as its header states it, header included (Zeek counts it in `*_ip_bytes`); zero
    /// where segmentation offloading left it so.
    pub ip_len: u32,
    /// IP protocol number of the transport (6, 17, 1, 58 and others), behind any extension headers.
    pub ip_proto: u8,
    /// Whether a checksum was verifiable and wrong; offloading makes it so on the sending host.
    pub bad_checksum: bool,
    /// The tunnel that it came out of; absent outside tunnels.
    pub tunnel: Option<Tunnel>,
    /// Whether it carries a tunnel that is not opened because it is nested too deeply.
    pub too_deep: bool,
    /// The transport header and what it carries.
    pub transport: Transport<'a>,
}

/// The innermost tunnel of a [`Segment`], as the packet around it names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tunnel {
    /// Source address of the packet around.
    pub src: IpAddr,
    /// Destination address of the packet around.
    pub dst: IpAddr,
    /// Source and destination port of the datagram around; absent where IP itself carries (GRE, IP in IP).
    pub ports: Option<(u16, u16)>,
}

/// Transport layer of a [`Segment`].
#[derive(Debug, Clone, Copy)]
pub enum Transport<'a> {
    /// RFC 9293.
    Tcp(Tcp<'a>),
    /// RFC 768.
    Udp(Udp<'a>),
    /// RFC 792 and RFC 4443.
    Icmp(Icmp),
    /// Any other protocol of IP; what it carries is not read.
    Other,
}

/// A TCP segment.
#[derive(Debug, Clone, Copy)]
pub struct Tcp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Sequence number of the first payload byte, or of SYN.
    pub seq: u32,
    /// Acknowledgement number; meaningful with [`Tcp::ACK`].
    pub ack: u32,
    /// Flag byte: [`Tcp::FIN`] and its like.
    pub flags: u8,
    /// Advertised window, unscaled.
    pub window: u16,
    /// Payload length on the wire; more than `payload.len()` where a snaplen cut it.
    pub len: u32,
    /// Payload bytes that were captured.
    pub payload: &'a [u8],
    /// Whether its header is of a possible length. Otherwise it opens a connection, as in Zeek, and does nothing more.
    pub header_fits: bool,
}

impl Tcp<'_> {
    /// No more data from the sender.
    pub const FIN: u8 = 0x01;
    /// Synchronize sequence numbers.
    pub const SYN: u8 = 0x02;
    /// Reset the connection.
    pub const RST: u8 = 0x04;
    /// Push.
    pub const PSH: u8 = 0x08;
    /// The acknowledgement number is meaningful.
    pub const ACK: u8 = 0x10;

    /// Returns whether every flag of `mask` is set.
    pub fn has(&self, mask: u8) -> bool {
        self.flags & mask == mask
    }
}

/// A UDP datagram.
#[derive(Debug, Clone, Copy)]
pub struct Udp<'a> {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Payload length on the wire.
    pub len: u32,
    /// Payload bytes that were captured.
    pub payload: &'a [u8],
}

/// An ICMP or ICMPv6 message.
#[derive(Debug, Clone, Copy)]
pub struct Icmp {
    /// Message type.
    pub kind: u8,
    /// Message code.
    pub code: u8,
    /// Length behind the eight bytes of header, on the wire.
    pub len: u32,
}
