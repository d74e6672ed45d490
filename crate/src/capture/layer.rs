//! The layers of a packet down to IP, by name.

use super::wire::Wire;

/// A layer that is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// IEEE 802.3, from the addresses on.
    Ethernet,
    /// What an EtherType announces.
    EtherType(u16),
    /// IEEE 802.2 logical link control.
    Llc,
    /// A cooked header of Linux (LINKTYPE_LINUX_SLL).
    LinuxSll,
    /// Its second version (LINKTYPE_LINUX_SLL2).
    LinuxSll2,
    /// The address family of BSD's loopback (LINKTYPE_NULL, LINKTYPE_LOOP).
    Loopback,
    /// The Point-to-Point Protocol, from its address or protocol field on (RFC 1661, RFC 1662).
    Ppp,
    /// PPP or Cisco's protocol, in frames like HDLC's (LINKTYPE_PPP_HDLC, LINKTYPE_C_HDLC).
    Hdlc,
    /// IEEE 802.11.
    Wireless,
    /// What radio receivers put in front of 802.11.
    Radiotap,
    /// Several packets in one frame of 802.11.
    Amsdu,
    /// Log of Linux's packet filter (LINKTYPE_NFLOG).
    Nflog,
    /// IPv4 or IPv6; the first four bits tell.
    Ip,
    /// What only the two ends of a radio link can read: 802.11's protected frames.
    Encrypted,
    /// Something that carries no IP: ARP, spanning tree and the like.
    Other,
}

/// A layer and what is left of the packet from it on; nothing where the header in front was not captured whole.
pub(super) type Inner<'a> = Option<(Layer, Wire<'a>)>;
