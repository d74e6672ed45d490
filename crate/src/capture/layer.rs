//! The layers of a packet down to IP, by name.

use super::wire::Wire;

/// A layer that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// What a LINKTYPE number means.
    LinkType(u32),
    /// IEEE 802.3, from the addresses on.
    Ethernet,
    /// What an EtherType announces.
    EtherType(u16),
    /// An EtherType, and what it announces.
    Typed,
    /// IEEE 802.2 logical link control.
    Llc,
    /// FDDI and Token Ring: the addresses, behind which source routing and LLC follow.
    TokenRing,
    /// Frame Relay (RFC 2427).
    FrameRelay,
    /// The Point-to-Point Protocol, from its address or protocol field on (RFC 1661, RFC 1662).
    Ppp,
    /// PPP or Cisco's protocol, in frames like HDLC's (LINKTYPE_PPP_HDLC, LINKTYPE_C_HDLC).
    Hdlc,
    /// What precedes packets in captures only: cooked headers, addresses of interfaces, marks of filters.
    Tool(Tool),
    /// IEEE 802.11.
    Wireless,
    /// 802.11 whose frame control has its bytes swapped, as Cisco's access points send it.
    SwappedWireless,
    /// Several packets in one frame.
    Aggregate(Aggregate),
    /// IPv4 or IPv6; the first four bits tell.
    Ip,
    /// What only the two ends of a link can read.
    Encrypted(Encrypted),
    /// A message of the link's own: it carries nothing.
    Empty,
    /// What is not read.
    Unread(Unread),
}

/// Headers that capturing programs and systems put in front of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// A cooked header of Linux (LINKTYPE_LINUX_SLL).
    LinuxSll,
    /// Its second version (LINKTYPE_LINUX_SLL2).
    LinuxSll2,
    /// The address family of BSD's loopback (LINKTYPE_NULL, LINKTYPE_LOOP).
    Loopback,
    /// Log of Linux's packet filter (LINKTYPE_NFLOG).
    Nflog,
    /// Log of BSD's packet filter.
    Pflog,
    /// What radio receivers put in front of 802.11: radiotap, Prism, AVS.
    Radiotap,
    Prism,
    /// CACE's per-packet information (LINKTYPE_PPI).
    Ppi,
    /// Apple's process information.
    Pktap,
    /// Interfaces of Juniper's routers, each in front of this layer.
    JuniperEthernet,
    JuniperPpp,
    JuniperHdlc,
    JuniperFrameRelay,
    /// Those of Juniper's cards, told by this LINKTYPE: what stands behind theirs is told by its content.
    JuniperCard(u32),
    /// Symantec's firewall, behind whose EtherType 36 bytes follow.
    Symantec,
    /// Sun's ATM.
    SunAtm,
    /// IP over InfiniBand, behind the global header.
    InfiniBand,
    /// Endace's extensible records.
    Erf,
    /// Cable modems.
    Docsis,
    /// A packet that Wireshark exported from another (LINKTYPE_WIRESHARK_UPPER_PDU).
    ExportedPdu,
    /// USB, whose network adapters carry Ethernet; the header has so many bytes.
    Usb(usize),
    /// The same by USBPcap, whose header states its length.
    UsbPcap,
}

/// How several packets share a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    /// 802.11's A-MSDU.
    Amsdu,
    /// Frames of USB's network control model.
    Ncm,
    /// Messages of RNDIS.
    Rndis,
}

/// What encrypts a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encrypted {
    /// 802.11's protected frames.
    Wireless,
    /// IEEE 802.1AE.
    Macsec,
    /// DTLS around the data of an access point.
    Capwap,
}

/// What is not read, by the number that its layer gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unread {
    /// A LINKTYPE number of a file.
    LinkType(u32),
    /// An EtherType.
    EtherType(u16),
    /// A protocol of IP.
    IpProtocol(u8),
    /// A service access point of IEEE 802.2.
    Llc(u8),
    /// A protocol of an organisation's own behind SNAP.
    Snap(u16),
    /// A protocol of PPP.
    Ppp(u16),
    /// A protocol of Frame Relay.
    FrameRelay(u8),
    /// An address family of a loopback interface or a packet filter.
    Family(u32),
    /// What has no number: messages of the link's own.
    Own(&'static str),
}

/// A layer and what is left of the packet from it on; nothing where the header in front was not captured whole.
pub(super) type Inner<'a> = Option<(Layer, Wire<'a>)>;
