//! [`Decoder`]: `Packet` → `Segment`, down the layers of a packet.

use super::fragment::{self, Fragments};
use super::ip::Ip;
use super::layer::{Aggregate, Encrypted, Layer, Unread};
use super::tunnel::Kind;
use super::unread::Tally;
use super::wire::Wire;
use super::{Checksums, Packet, Segment, Timestamp, Transport, Tunnel, Udp, tunnel, usb, wireless};
use crate::{Limit, LimitsHit, Weird, Weirds};

/// Layers that are peeled off before a packet is given up: more tags than any network stacks, fewer than fit in a frame.
const MAX_LAYERS: usize = 16;

/// Where in a packet the decoder is.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// When the packet was captured.
    ts: Timestamp,
    /// The tunnel around, what it is, and how many there are.
    tunnel: Option<Tunnel>,
    kind: Option<Kind>,
    depth: u8,
}

/// Finds the segments in packets; keeps fragments until their packet is whole.
#[derive(Debug, Default)]
pub struct Decoder {
    weirds: Weirds,
    fragments: Fragments,
    checksums: Checksums,
    bad_headers: u64,
    fragment: Option<Fragment>,
    unread: Tally,
}

/// A fragment of an IP packet that came in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment {
    /// Tells the packet from all others of the capture.
    pub serial: u64,
    /// Whether the packet is whole with this fragment; its segments were given then.
    pub is_last: bool,
}

impl Decoder {
    /// Treats wrong checksums like this, from the first packet on.
    pub fn checksums(mut self, checksums: Checksums) -> Self {
        self.checksums = checksums;
        self
    }

    /// Packets that were dropped because the checksum of their IP header is wrong.
    pub fn bad_headers(&self) -> u64 {
        self.bad_headers
    }

    /// Gives `sink` every segment that `packet` holds: mostly one, `None` if it carries no IP, several where a frame
    /// holds several packets or a tunnel, whose own segment comes before what it carries. Damage and what is not understood is counted.
    pub fn segments(&mut self, packet: &Packet<'_>, sink: &mut impl FnMut(&Segment<'_>)) {
        self.fragment = None;
        let layer = Layer::LinkType(packet.link_type);
        let wire = Wire { data: packet.data, len: packet.wire_len };
        self.descend(layer, wire, Place { ts: packet.ts, tunnel: None, kind: None, depth: 0 }, sink);
    }

    /// Returns the fragment that the last packet held; absent where it held none that could be used. Of several it is
    /// the last.
    pub fn fragment(&self) -> Option<Fragment> {
        self.fragment
    }

    /// Returns what was odd so far.
    pub fn weirds(&self) -> &Weirds {
        &self.weirds
    }

    /// Returns what was not read, with how many packets held it, most first.
    pub fn not_read(&self) -> Vec<(Unread, u64)> {
        self.unread.most()
    }

    /// Bounds that were hit, with how often.
    pub fn limits_hit(&self) -> LimitsHit {
        let counts =
            [(Limit::IpFragments, self.fragments.given_up()), (Limit::UnreadKinds, self.unread.left_out())];
        counts.into_iter().collect()
    }

    fn descend(
        &mut self,
        mut layer: Layer,
        mut wire: Wire<'_>,
        place: Place,
        sink: &mut impl FnMut(&Segment<'_>),
    ) {
        for _ in 0..MAX_LAYERS {
            match layer {
                Layer::Ip => return self.ip(wire, place, sink),
                Layer::Aggregate(Aggregate::Ncm) => return self.frames(wire, place, sink),
                Layer::Aggregate(aggregate) => return self.subframes(aggregate, wire, place, sink),
                Layer::Encrypted(by) => return self.weirds.count(encrypted(by)),
                Layer::Empty => return,
                Layer::Unread(unread) => return self.unread(unread),
                _ => {}
            }
            let Some(inner) = layer.peel(wire) else {
                self.weirds.count(Weird::TruncatedLinkHeader);
                return;
            };
            (layer, wire) = inner;
        }
        self.weirds.count(Weird::TooManyLayers);
    }

    /// The packets of one frame; each takes bytes of its own.
    fn subframes(
        &mut self,
        aggregate: Aggregate,
        mut rest: Wire<'_>,
        place: Place,
        sink: &mut impl FnMut(&Segment<'_>),
    ) {
        while !rest.data.is_empty() {
            let (layer, first) = match aggregate {
                Aggregate::Amsdu => (Layer::Llc, wireless::subframe(rest)),
                Aggregate::Rndis | Aggregate::Ncm => (Layer::Ethernet, usb::rndis(rest)),
            };
            let Some((frame, behind)) = first else {
                self.weirds.count(Weird::TruncatedLinkHeader);
                return;
            };
            self.descend(layer, frame, place, sink);
            rest = behind;
        }
    }

    /// The frames of one transfer of USB, which a table lists.
    fn frames(&mut self, wire: Wire<'_>, place: Place, sink: &mut impl FnMut(&Segment<'_>)) {
        const MOST: usize = 128;
        for frame in (0..MOST).map_while(|number| usb::ncm(wire, number)) {
            self.descend(Layer::Ethernet, frame, place, sink);
        }
    }

    fn unread(&mut self, what: Unread) {
        if let Unread::LinkType(_) = what {
            self.weirds.count(Weird::UnknownLinkType);
        }
        self.unread.count(what);
    }

    fn ip(&mut self, wire: Wire<'_>, place: Place, sink: &mut impl FnMut(&Segment<'_>)) {
        let Some(ip) = Ip::parse(wire, &mut self.weirds) else { return };
        if self.checksums == Checksums::Drop && ip.has_bad_checksum() {
            self.bad_headers += 1;
            return;
        }
        // Offloading has not filled in any checksum, so that Zeek drops the packet unseen.
        if self.checksums == Checksums::Drop && ip.states_no_length() {
            return;
        }
        if !ip.is_fragment() {
            return self.payload(&ip, place, sink);
        }
        if (wire.data.len() as u64) < u64::from(ip.len()) {
            self.weirds.count(Weird::IncompletelyCapturedFragment);
            // It will never be whole, but the first fragment has a transport header.
            if !ip.is_later_fragment() {
                self.payload(&ip, place, sink);
            }
            return;
        }
        let whole = self.fragments.add(place.ts, wire.data, &mut self.weirds);
        self.fragment = self.fragments.last().map(|serial| Fragment { serial, is_last: whole.is_some() });
        let Some(whole) = whole else { return };
        let wire = Wire { data: &whole, len: whole.len() as u32 };
        if let Some(ip) = Ip::parse(wire, &mut self.weirds).filter(|ip| !ip.is_fragment()) {
            self.payload(&ip, place, sink);
        }
    }

    fn payload(&mut self, ip: &Ip<'_>, place: Place, sink: &mut impl FnMut(&Segment<'_>)) {
        let Some((ip_proto, payload)) = ip.payload(&mut self.weirds) else { return };
        if tunnel::is_tunnel(ip_proto) {
            match tunnel::in_ip(ip_proto, payload) {
                Ok((layer, wire)) => self.enter(ip, None, (Kind::Other, layer, wire), place, sink),
                Err(weird) => self.weirds.count(weird),
            }
            return;
        }
        let Some(mut segment) = ip.segment(place.ts, ip_proto, payload, &mut self.weirds) else { return };
        segment.tunnel = place.tunnel;
        let whole = match &segment.transport {
            Transport::Udp(udp) => self.capwap(place.ts, ip, udp),
            _ => None,
        };
        let inner = match &segment.transport {
            Transport::Udp(udp) => {
                let udp = whole.as_deref().map_or(*udp, |payload| Udp {
                    payload,
                    len: payload.len() as u32,
                    ..*udp
                });
                tunnel::in_udp(&udp, place.kind).map(|inner| (udp, inner))
            }
            _ => None,
        };
        // Zeek has no such mark for GTP, nor for what it takes for a tunnel between addresses.
        let has_mark = matches!(inner, Some((_, (Kind::Other, ..))));
        segment.too_deep = has_mark && place.depth >= tunnel::MAX_DEPTH;
        sink(&segment);
        if self.checksums == Checksums::Drop && segment.bad_checksum {
            return;
        }
        if let Transport::Other = segment.transport {
            let (layer, wire) = tunnel::beside(ip_proto, payload);
            match layer {
                Layer::Unread(unread) => self.unread(unread),
                layer => self.enter(ip, None, (Kind::Other, layer, wire), place, sink),
            }
        }
        if let Some((udp, inner)) = inner {
            let ports = (inner.0 != Kind::GreInUdp).then_some((udp.src_port, udp.dst_port));
            self.enter(ip, ports, inner, place, sink);
        }
    }

    /// Returns the datagram of CAPWAP that is whole with this fragment of it.
    fn capwap(&mut self, ts: Timestamp, ip: &Ip<'_>, udp: &Udp<'_>) -> Option<Vec<u8>> {
        let fragment = fragment::Fragment::capwap(ip.src, ip.dst, udp)?;
        let whole = self.fragments.add_fragment(ts, &fragment, &mut self.weirds);
        self.fragment = self.fragments.last().map(|serial| Fragment { serial, is_last: whole.is_some() });
        whole
    }

    /// Goes on with what a tunnel carries.
    fn enter(
        &mut self,
        ip: &Ip<'_>,
        ports: Option<(u16, u16)>,
        (kind, layer, wire): (Kind, Layer, Wire<'_>),
        place: Place,
        sink: &mut impl FnMut(&Segment<'_>),
    ) {
        if place.depth >= tunnel::MAX_DEPTH {
            self.weirds.count(Weird::ExceededTunnelMaxDepth);
            return;
        }
        let tunnel = Some(Tunnel { src: ip.src, dst: ip.dst, ports });
        let place = Place { ts: place.ts, tunnel, kind: Some(kind), depth: place.depth + 1 };
        self.descend(layer, wire, place, sink);
    }
}

fn encrypted(by: Encrypted) -> Weird {
    match by {
        Encrypted::Wireless => Weird::EncryptedWirelessFrame,
        Encrypted::Macsec => Weird::EncryptedMacsec,
        Encrypted::Capwap => Weird::EncryptedCapwap,
    }
}

#[cfg(test)]
mod tests;
