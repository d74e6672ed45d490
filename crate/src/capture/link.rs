//! Link layers, peeled off one by one down to IP.
//!
//! Each layer is one small function that takes what is left of the packet and gives the next layer with what that one
//! holds.

use super::layer::{Inner, Layer, Tool, Unread};
use super::wire::Wire;
use super::{ethernet, serial, wireless};

/// A LINKTYPE that is read.
struct LinkType {
    number: u32,
    name: &'static str,
    /// Bytes in front of the first layer, which are of no use.
    header: usize,
    first: Layer,
}

const fn link(number: u32, name: &'static str, header: usize, first: Layer) -> LinkType {
    LinkType { number, name, header, first }
}

/// LINKTYPEs that are read (<https://www.tcpdump.org/linktypes.html>).
const LINK_TYPES: [LinkType; 77] = [
    link(1, "Ethernet", 0, Layer::Ethernet),
    link(101, "raw IP", 0, Layer::Ip),
    // Two numbers that some systems use for it.
    link(12, "raw IP", 0, Layer::Ip),
    link(14, "raw IP", 0, Layer::Ip),
    link(228, "IPv4", 0, Layer::Ip),
    link(229, "IPv6", 0, Layer::Ip),
    link(113, "Linux SLL", 0, Layer::Tool(Tool::LinuxSll)),
    link(276, "Linux SLL2", 0, Layer::Tool(Tool::LinuxSll2)),
    link(0, "BSD loopback", 0, Layer::Tool(Tool::Loopback)),
    link(108, "OpenBSD loopback", 0, Layer::Tool(Tool::Loopback)),
    link(105, "802.11", 0, Layer::Wireless),
    link(127, "802.11 radiotap", 0, Layer::Tool(Tool::Radiotap)),
    link(119, "802.11 Prism", 0, Layer::Tool(Tool::Prism)),
    link(163, "802.11 AVS", 0, Layer::Tool(Tool::Prism)),
    link(192, "PPI", 0, Layer::Tool(Tool::Ppi)),
    link(9, "PPP", 0, Layer::Ppp),
    link(50, "PPP HDLC", 0, Layer::Hdlc),
    link(51, "PPPoE", 0, Layer::EtherType(ethernet::PPPOE_SESSION)),
    link(104, "Cisco HDLC", 0, Layer::Hdlc),
    link(107, "Frame Relay", 0, Layer::FrameRelay),
    // The direction comes first, in place of PPP's address in the first one.
    link(166, "PPP pppd", 2, Layer::Ppp),
    link(204, "PPP with direction", 1, Layer::Ppp),
    link(205, "Cisco HDLC with direction", 1, Layer::Hdlc),
    link(206, "Frame Relay with direction", 1, Layer::FrameRelay),
    link(239, "NFLOG", 0, Layer::Tool(Tool::Nflog)),
    link(117, "OpenBSD pflog", 0, Layer::Tool(Tool::Pflog)),
    link(109, "OpenBSD enc", 12, Layer::Ip),
    link(258, "Apple PKTAP", 0, Layer::Tool(Tool::Pktap)),
    // What macOS writes it as.
    link(149, "Apple PKTAP", 0, Layer::Tool(Tool::Pktap)),
    link(226, "Solaris IPNET", 24, Layer::Ip),
    link(6, "Token Ring", 2, Layer::TokenRing),
    link(10, "FDDI", 1, Layer::TokenRing),
    link(8, "SLIP", 16, Layer::Ip),
    link(99, "Symantec firewall", 6, Layer::Tool(Tool::Symantec)),
    link(100, "ATM RFC 1483", 0, Layer::Llc),
    // What old systems wrote it as.
    link(11, "ATM RFC 1483", 0, Layer::Llc),
    link(219, "MPLS", 0, Layer::EtherType(ethernet::MPLS)),
    link(122, "IP over Fibre Channel", 16, Layer::Llc),
    link(123, "SunATM", 0, Layer::Tool(Tool::SunAtm)),
    link(138, "IP over IEEE 1394", 16, Layer::Typed),
    link(143, "DOCSIS", 0, Layer::Tool(Tool::Docsis)),
    link(242, "IP over InfiniBand", 40, Layer::Tool(Tool::InfiniBand)),
    link(178, "Juniper Ethernet", 0, Layer::Tool(Tool::JuniperEthernet)),
    link(167, "Juniper PPPoE", 0, Layer::Tool(Tool::JuniperEthernet)),
    link(179, "Juniper PPP", 0, Layer::Tool(Tool::JuniperPpp)),
    link(180, "Juniper Frame Relay", 0, Layer::Tool(Tool::JuniperFrameRelay)),
    link(181, "Juniper Cisco HDLC", 0, Layer::Tool(Tool::JuniperHdlc)),
    link(130, "Juniper MLPPP", 0, Layer::Tool(Tool::JuniperCard(130))),
    link(131, "Juniper MLFR", 0, Layer::Tool(Tool::JuniperCard(131))),
    link(132, "Juniper encryption services", 0, Layer::Tool(Tool::JuniperCard(132))),
    link(133, "Juniper GGSN", 0, Layer::Tool(Tool::JuniperCard(133))),
    link(134, "Juniper MFR", 0, Layer::Tool(Tool::JuniperCard(134))),
    link(135, "Juniper ATM2", 0, Layer::Tool(Tool::JuniperCard(135))),
    link(136, "Juniper services", 0, Layer::Tool(Tool::JuniperCard(136))),
    link(137, "Juniper ATM1", 0, Layer::Tool(Tool::JuniperCard(137))),
    link(164, "Juniper monitor", 0, Layer::Tool(Tool::JuniperCard(164))),
    link(168, "Juniper PPPoE over ATM", 0, Layer::Tool(Tool::JuniperCard(168))),
    link(174, "Juniper PIC peer", 0, Layer::Tool(Tool::JuniperCard(174))),
    link(183, "Juniper voice", 0, Layer::Tool(Tool::JuniperCard(183))),
    link(194, "Juniper ISM", 0, Layer::Tool(Tool::JuniperCard(194))),
    link(200, "Juniper secure tunnel", 0, Layer::Tool(Tool::JuniperCard(200))),
    link(232, "Juniper virtual server", 0, Layer::Tool(Tool::JuniperCard(232))),
    link(233, "Juniper SRX end-to-end", 0, Layer::Tool(Tool::JuniperCard(233))),
    link(238, "Juniper ATM CE MIC", 0, Layer::Tool(Tool::JuniperCard(238))),
    link(197, "ERF", 0, Layer::Tool(Tool::Erf)),
    link(240, "netANALYZER", 4, Layer::Ethernet),
    // Preamble and start of the frame follow.
    link(241, "netANALYZER transparent", 12, Layer::Ethernet),
    link(274, "Ethernet mPackets", 8, Layer::Ethernet),
    link(259, "EPON", 8, Layer::Ethernet),
    // Switches put their tags behind the addresses, or in front of them.
    link(281, "Broadcom tag", 16, Layer::Typed),
    link(282, "Broadcom tag in front", 4, Layer::Ethernet),
    link(284, "DSA tag", 16, Layer::Typed),
    link(285, "EtherType DSA tag", 20, Layer::Typed),
    link(252, "Wireshark upper PDU", 0, Layer::Tool(Tool::ExportedPdu)),
    link(189, "USB of Linux", 0, Layer::Tool(Tool::Usb(48))),
    link(220, "USB of Linux, padded", 0, Layer::Tool(Tool::Usb(64))),
    link(249, "USBPcap", 0, Layer::Tool(Tool::UsbPcap)),
];

/// LINKTYPEs that are read, with their names.
pub fn link_types() -> impl Iterator<Item = (u32, &'static str)> {
    LINK_TYPES.iter().map(|known| (known.number, known.name))
}

impl Layer {
    /// Takes this layer's header off; `None` where it was not captured whole. Layers that hold packets, or nothing that
    /// is read, have no header here.
    pub(super) fn peel(self, wire: Wire<'_>) -> Inner<'_> {
        match self {
            Layer::LinkType(number) => link_type(number, wire),
            Layer::Ethernet => ethernet::frame(wire),
            Layer::EtherType(kind) => ethernet::payload(kind, wire),
            Layer::Typed => ethernet::typed(wire),
            Layer::Llc => ethernet::llc(wire),
            Layer::TokenRing => ethernet::token_ring(wire),
            Layer::FrameRelay => serial::frame_relay(wire),
            Layer::Ppp => serial::ppp(wire),
            Layer::Hdlc => serial::hdlc(wire),
            Layer::Tool(tool) => tool.peel(wire),
            Layer::Wireless => wireless::frame(wire),
            Layer::SwappedWireless => wireless::swapped(wire),
            Layer::Ip | Layer::Aggregate(_) | Layer::Encrypted(_) | Layer::Empty | Layer::Unread(_) => {
                Some((self, wire))
            }
        }
    }
}

fn link_type(number: u32, wire: Wire<'_>) -> Inner<'_> {
    match LINK_TYPES.iter().find(|known| known.number == number) {
        Some(known) => Some((known.first, wire.skip(known.header)?)),
        None => Some((Layer::Unread(Unread::LinkType(number)), wire)),
    }
}
