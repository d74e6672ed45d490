//! What is not read: counted by kind, and named.

use crate::counter::bound;
use std::collections::BTreeMap;
use std::fmt;

use super::layer::Unread;
use super::link::link_types;

/// Kinds that are counted; the link and network layers of a capture hold fewer.
const KINDS: usize = bound::UNREAD_KINDS;

/// How many packets ended at each kind of what is not read.
#[derive(Debug, Default)]
pub(super) struct Tally {
    counts: BTreeMap<Unread, u64>,
    left_out: u64,
}

impl Tally {
    pub(super) fn count(&mut self, what: Unread) {
        if let Some(count) = self.counts.get_mut(&what) {
            *count += 1;
        } else if self.counts.len() < KINDS {
            self.counts.insert(what, 1);
        } else {
            self.left_out += 1;
        }
    }

    /// Kinds with their counts, most first.
    pub(super) fn most(&self) -> Vec<(Unread, u64)> {
        let mut most: Vec<(Unread, u64)> = self.counts.iter().map(|(what, count)| (*what, *count)).collect();
        most.sort_by_key(|(what, count)| (u64::MAX - count, *what));
        most
    }

    /// Packets of further kinds.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl Unread {
    /// Returns what its standard or its registry calls it; `None` where the number is not known.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Unread::LinkType(number) => named(&LINK_TYPES, number).or_else(|| {
                // One that is read may hold what is not.
                link_types().find(|(known, _)| *known == number).map(|(_, name)| name)
            }),
            Unread::EtherType(number) => named(&ETHER_TYPES, number.into()),
            Unread::IpProtocol(number) => named(&IP_PROTOCOLS, number.into()),
            Unread::Llc(number) => named(&ACCESS_POINTS, number.into()),
            Unread::Ppp(number) => named(&PPP_PROTOCOLS, number.into()),
            Unread::FrameRelay(number) => named(&NETWORK_PROTOCOLS, number.into()),
            Unread::Snap(_) | Unread::Family(_) | Unread::Own(_) => None,
        }
    }
}

/// Kind and number, with the name where it is known: `link type 220 (USB of Linux)`.
impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::LinkType(number) => write!(out, "link type {number}")?,
            Unread::EtherType(number) => write!(out, "EtherType 0x{number:04x}")?,
            Unread::IpProtocol(number) => write!(out, "IP protocol {number}")?,
            Unread::Llc(number) => write!(out, "LLC 0x{number:02x}")?,
            Unread::Snap(number) => write!(out, "SNAP 0x{number:04x}")?,
            Unread::Ppp(number) => write!(out, "PPP protocol 0x{number:04x}")?,
            Unread::FrameRelay(number) => write!(out, "Frame Relay protocol 0x{number:02x}")?,
            Unread::Family(number) => write!(out, "address family {number}")?,
            Unread::Own(name) => out.write_str(name)?,
        }
        match self.name() {
            Some(name) => write!(out, " ({name})"),
            None => Ok(()),
        }
    }
}

fn named(table: &[(u32, &'static str)], number: u32) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// LINKTYPEs that are not read (<https://www.tcpdump.org/linktypes.html>).
const LINK_TYPES: [(u32, &str); 137] = [
    (2, "experimental Ethernet"),
    (3, "AX.25"),
    (4, "ProNET"),
    (5, "Chaosnet"),
    (7, "ARCNET"),
    (32, "Redback SmartEdge"),
    (103, "SLIP of BSD/OS"),
    (106, "Linux Classical IP over ATM"),
    (114, "LocalTalk"),
    (115, "Econet"),
    (116, "IP Filter"),
    (118, "Cisco IOS"),
    (120, "Cisco Aironet"),
    (121, "HHDLC"),
    (124, "RapidIO"),
    (125, "PCI Express"),
    (126, "Xilinx Aurora"),
    (128, "TZSP"),
    (129, "ARCNET of Linux"),
    (139, "MTP2 with pseudo-header"),
    (140, "MTP2"),
    (141, "MTP3"),
    (142, "SCCP"),
    (144, "Linux IrDA"),
    (145, "IBM SP switch"),
    (146, "IBM Next Federation switch"),
    (147, "USER0"),
    (148, "USER1"),
    (150, "USER3"),
    (151, "USER4"),
    (152, "USER5"),
    (153, "USER6"),
    (154, "USER7"),
    (155, "USER8"),
    (156, "USER9"),
    (157, "USER10"),
    (158, "USER11"),
    (159, "USER12"),
    (160, "USER13"),
    (161, "USER14"),
    (162, "USER15"),
    (165, "BACnet MS/TP"),
    (169, "GPRS LLC"),
    (170, "GFP-T"),
    (171, "GFP-F"),
    (172, "Gcom T1/E1"),
    (173, "Gcom serial"),
    (175, "ERF Ethernet"),
    (176, "ERF POS"),
    (177, "Linux LAPD"),
    (182, "Multilink Frame Relay"),
    (184, "ARINC 429"),
    (185, "A653 ICM"),
    (186, "USB of FreeBSD"),
    (187, "Bluetooth HCI"),
    (188, "IEEE 802.16 MAC"),
    (190, "CAN 2.0B"),
    (191, "IEEE 802.15.4 of Linux"),
    (193, "IEEE 802.16 MAC with radio"),
    (195, "IEEE 802.15.4 with FCS"),
    (196, "SITA"),
    (198, "Ether RAW1394"),
    (199, "IPMB"),
    (201, "Bluetooth HCI with direction"),
    (202, "AX.25 KISS"),
    (203, "LAPD"),
    (209, "IPMB of Linux"),
    (210, "FlexRay"),
    (211, "MOST"),
    (212, "LIN"),
    (213, "X2E serial"),
    (214, "X2E Xoraya"),
    (215, "IEEE 802.15.4 with PHY header"),
    (216, "input events of Linux"),
    (217, "GSMTAP Um"),
    (218, "GSMTAP Abis"),
    (221, "DECT"),
    (222, "AOS space data link"),
    (223, "WirelessHART"),
    (224, "Fibre Channel"),
    (225, "Fibre Channel with delimiters"),
    (227, "CAN of Linux"),
    (230, "IEEE 802.15.4 without FCS"),
    (231, "D-Bus"),
    (234, "Juniper Fibre Channel"),
    (235, "DVB-CI"),
    (236, "3GPP 27.010"),
    (237, "STANAG 5066"),
    (243, "MPEG-2 transport stream"),
    (244, "NG40"),
    (245, "NFC LLCP"),
    (246, "pfsync"),
    (247, "InfiniBand"),
    (248, "SCTP"),
    (250, "RTAC serial"),
    (251, "Bluetooth Low Energy"),
    (253, "Linux netlink"),
    (254, "Bluetooth of Linux"),
    (255, "Bluetooth BR/EDR baseband"),
    (256, "Bluetooth Low Energy with radio"),
    (257, "PROFIBUS data link"),
    (260, "IPMI HPM.2"),
    (261, "Z-Wave R1 and R2"),
    (262, "Z-Wave R3"),
    (263, "WattStopper DLM"),
    (264, "ISO 14443"),
    (265, "Radio Data System"),
    (266, "USB of macOS"),
    (267, "OpenFlow"),
    (268, "SDLC"),
    (269, "TI LLN sniffer"),
    (270, "LoRaTap"),
    (271, "vSock"),
    (272, "Nordic Bluetooth Low Energy"),
    (273, "DOCSIS 3.1 by XRA-31"),
    (275, "DisplayPort AUX"),
    (277, "Sercos monitor"),
    (278, "OpenVizsla USB"),
    (279, "EBHSCR"),
    (280, "VPP dispatch trace"),
    (283, "IEEE 802.15.4 TAP"),
    (286, "ELEE lawful intercept"),
    (287, "Z-Wave serial"),
    (288, "USB 2.0"),
    (289, "ATSC link-layer"),
    (290, "Event Tracing for Windows"),
    (291, "netANALYZER NG"),
    (292, "ZBOSS NCP"),
    (293, "USB 2.0 low speed"),
    (294, "USB 2.0 full speed"),
    (295, "USB 2.0 high speed"),
    (296, "Auerswald log"),
    (297, "Z-Wave TAP"),
    (298, "Silicon Labs debug channel"),
    (299, "FiRa UCI"),
    (300, "MDB"),
    (301, "DECT NR+"),
];

/// EtherTypes (IEEE, IANA) that carry no IP, or in a form that is not read.
const ETHER_TYPES: [(u32, &str); 66] = [
    (0x0001, "802.3 without LLC"),
    (0x000c, "CAN"),
    (0x0200, "PUP"),
    (0x0600, "XNS"),
    (0x0806, "ARP"),
    (0x0842, "Wake-on-LAN"),
    (0x2000, "CDP"),
    (0x22ea, "SRP"),
    (0x22f0, "AVTP"),
    (0x22f4, "TRILL IS-IS"),
    (0x4305, "B.A.T.M.A.N."),
    (0x6000, "DEC"),
    (0x6001, "DEC MOP dump"),
    (0x6002, "DEC MOP"),
    (0x6003, "DECnet"),
    (0x6004, "DEC LAT"),
    (0x8035, "RARP"),
    (0x809b, "AppleTalk"),
    (0x80f3, "AppleTalk ARP"),
    (0x8137, "IPX"),
    (0x8204, "QNX"),
    (0x8808, "Ethernet flow control"),
    (0x8809, "Ethernet slow protocols"),
    (0x8847, "MPLS"),
    (0x8848, "MPLS multicast"),
    (0x8863, "PPPoE discovery"),
    (0x886d, "Intel NIC teaming"),
    (0x8874, "Broadcom"),
    (0x887b, "HomePlug"),
    (0x888e, "802.1X"),
    (0x8892, "PROFINET"),
    (0x8899, "Realtek"),
    (0x889a, "HyperSCSI"),
    (0x88a2, "ATA over Ethernet"),
    (0x88a4, "EtherCAT"),
    (0x88ab, "Ethernet Powerlink"),
    (0x88b5, "local experimental"),
    (0x88b6, "local experimental"),
    (0x88b7, "OUI extended"),
    (0x88b8, "GOOSE"),
    (0x88b9, "GSE"),
    (0x88ba, "IEC 61850 sampled values"),
    (0x88c7, "802.11i pre-authentication"),
    (0x88ca, "TIPC"),
    (0x88cc, "LLDP"),
    (0x88cd, "SERCOS III"),
    (0x88d9, "LLTD"),
    (0x88dc, "WAVE short message"),
    (0x88e1, "HomePlug AV"),
    (0x88e3, "MRP"),
    (0x88ee, "Metro Ethernet E-LMI"),
    (0x88f5, "MVRP"),
    (0x88f6, "MMRP"),
    (0x88f7, "PTP"),
    (0x88fb, "PRP supervision"),
    (0x8902, "802.1ag CFM"),
    (0x8906, "Fibre Channel over Ethernet"),
    (0x890d, "802.11 management protocol"),
    (0x8914, "FCoE initialisation"),
    (0x8915, "RoCE"),
    (0x8940, "ECP"),
    (0x8947, "GeoNetworking"),
    (0x894f, "NSH"),
    (0x9000, "loopback test"),
    (0x9003, "loopback"),
    (0xaefe, "eCPRI"),
];

/// Protocols of IP (IANA).
const IP_PROTOCOLS: [(u32, &str); 32] = [
    (0, "hop-by-hop options"),
    (2, "IGMP"),
    (3, "GGP"),
    (8, "EGP"),
    (9, "IGP"),
    (27, "RDP"),
    (33, "DCCP"),
    (46, "RSVP"),
    (50, "ESP"),
    (51, "AH"),
    (54, "NARP"),
    (55, "minimal encapsulation"),
    (88, "EIGRP"),
    (89, "OSPF"),
    (94, "IP within IP"),
    (97, "EtherIP"),
    (98, "encapsulation header"),
    (103, "PIM"),
    (108, "IPComp"),
    (112, "VRRP"),
    (113, "PGM"),
    (115, "L2TP"),
    (118, "STP"),
    (124, "IS-IS over IPv4"),
    (132, "SCTP"),
    (133, "Fibre Channel"),
    (136, "UDP-Lite"),
    (137, "MPLS in IP"),
    (139, "HIP"),
    (140, "Shim6"),
    (143, "Ethernet"),
    (253, "experimental"),
];

const ACCESS_POINTS: [(u32, &str); 6] = [
    (0x42, "spanning tree"),
    (0xe0, "IPX"),
    (0xf0, "NetBIOS"),
    (0xfe, "IS-IS"),
    (0xff, "IPX without LLC"),
    (0x04, "SNA"),
];

const PPP_PROTOCOLS: [(u32, &str); 5] = [
    (0x002d, "Van Jacobson compressed TCP"),
    (0x002f, "Van Jacobson uncompressed TCP"),
    (0x003d, "multilink"),
    (0x0053, "encrypted"),
    (0x00fd, "compressed"),
];

const NETWORK_PROTOCOLS: [(u32, &str); 4] =
    [(0x08, "Q.933"), (0x81, "CLNP"), (0x82, "ES-IS"), (0x83, "IS-IS")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_name_are_shown() {
        assert_eq!(Unread::LinkType(231).to_string(), "link type 231 (D-Bus)");
        assert_eq!(Unread::LinkType(9_999).to_string(), "link type 9999");
        assert_eq!(Unread::EtherType(0x0806).to_string(), "EtherType 0x0806 (ARP)");
        assert_eq!(Unread::IpProtocol(132).to_string(), "IP protocol 132 (SCTP)");
    }

    #[test]
    fn kinds_are_bounded_and_the_rest_is_counted() {
        let mut tally = Tally::default();
        for number in 0..KINDS as u32 + 3 {
            tally.count(Unread::LinkType(number));
        }
        tally.count(Unread::LinkType(7));
        assert_eq!(tally.most().len(), KINDS);
        assert_eq!((tally.most()[0], tally.left_out()), ((Unread::LinkType(7), 2), 3));
    }

    #[test]
    fn every_link_type_of_libpcap_is_read_or_has_a_name() {
        // Numbers that libpcap has not given out, or that no file was ever seen with.
        let without = |number| matches!(number, 11..=49 | 52..=98 | 102 | 110..=112 | 207 | 208);
        for number in (0..=301).filter(|number| !without(*number)) {
            let is_read = link_types().any(|(known, _)| known == number);
            assert!(is_read || named(&LINK_TYPES, number).is_some(), "{number}");
        }
    }

    #[test]
    fn what_is_read_has_one_name() {
        for (number, name) in link_types() {
            assert_eq!(named(&LINK_TYPES, number), None, "{number} {name}");
        }
    }
}
