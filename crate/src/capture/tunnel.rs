//! Tunnels: what an IP packet or a UDP datagram carries for others.
//!
//! A datagram is taken for a tunnel's by its port and its content, as Zeek does: what does not look like one stays a
//! datagram, without a word. Where the content is proof enough, any port will do.

mod access;
mod gre;
mod udp;

use super::Udp;
use super::layer::{Inner, Layer};
use super::wire::Wire;
use super::{ethernet, layer::Unread};
use crate::Weird;
use crate::field::Field;

/// Tunnels in tunnels that are followed (Zeek: `Tunnel::max_depth`).
pub(super) const MAX_DEPTH: u8 = 4;

const IPV4: u8 = 4;
const IPV6: u8 = 41;
const GRE: u8 = 47;
const ETHERIP: u8 = 97;
const L2TP: u8 = 115;
const MPLS: u8 = 137;
const ETHERNET: u8 = 143;

/// Returns whether this protocol of IP is a tunnel that Zeek opens: the packet around is no connection then.
pub(super) fn is_tunnel(ip_proto: u8) -> bool {
    matches!(ip_proto, IPV4 | IPV6 | GRE)
}

/// Returns what an IP packet carries whose protocol is a tunnel's.
pub(super) fn in_ip(ip_proto: u8, payload: Wire<'_>) -> Result<(Layer, Wire<'_>), Weird> {
    match (ip_proto, payload.data.first().map(|first| first >> 4)) {
        (GRE, _) => gre::payload(payload),
        (IPV4, Some(4)) | (IPV6, Some(6)) => exact_ip(payload).ok_or(Weird::InnerIpPayloadLengthMismatch),
        (_, None) => Err(Weird::TruncatedInnerIp),
        _ => Err(Weird::InvalidInnerIpVersion),
    }
}

/// Returns what an IP packet carries whose protocol is a tunnel's that Zeek leaves closed: the packet around counts
/// too.
pub(super) fn beside(ip_proto: u8, payload: Wire<'_>) -> (Layer, Wire<'_>) {
    let inner = match ip_proto {
        // Version 3 (RFC 3378).
        ETHERIP if payload.u8(0).is_some_and(|first| first >> 4 == 3) => {
            payload.skip(2).map(|frame| (Layer::Ethernet, frame))
        }
        L2TP => access::l2tp_session(payload),
        MPLS => labels(payload),
        // RFC 8986.
        ETHERNET => exact_frame(payload),
        _ => None,
    };
    inner.unwrap_or((Layer::Unread(Unread::IpProtocol(ip_proto)), payload))
}

/// Kinds of tunnels that a rule of their own applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// GPRS, which is never tunnelled in itself.
    Gtp,
    /// GRE in UDP: a tunnel between two addresses. Its ports only spread the load (RFC 8086), and Zeek does not look at
    /// them.
    GreInUdp,
    Other,
}

/// Returns what a datagram carries for others, if it does; `around` is the tunnel that it came out of.
pub(super) fn in_udp<'a>(udp: &Udp<'a>, around: Option<Kind>) -> Option<(Kind, Layer, Wire<'a>)> {
    let wire = Wire { data: udp.payload, len: udp.len };
    let carried = |port| {
        let (kind, inner) = match port {
            1701 => (Kind::Other, access::l2tp(wire)),
            2123 | 2152 if around != Some(Kind::Gtp) => (Kind::Gtp, udp::gtp(wire)),
            3544 => (Kind::Other, udp::teredo(wire)),
            // LISP (RFC 9300): a header of eight bytes.
            4341 => (Kind::Other, wire.skip(8).and_then(exact_ip)),
            4754 => (Kind::GreInUdp, gre::payload(wire).ok()),
            4789 => (Kind::Other, udp::vxlan(wire)),
            4790 => (Kind::Other, udp::vxlan_gpe(wire)),
            5072 => (Kind::Other, udp::ayiya(wire)),
            5247 => (Kind::Other, access::capwap(wire)),
            6080 => (Kind::Other, udp::gue(wire)),
            6081 => (Kind::Other, udp::geneve(wire)),
            // MPLS (RFC 7510).
            6635 => (Kind::Other, labels(wire)),
            // Mirrors of HP's switches: a header of twelve bytes.
            7932 => (Kind::Other, wire.skip(12).and_then(exact_frame)),
            37008 => (Kind::Other, access::tzsp(wire)),
            _ => return None,
        };
        inner.map(|(layer, wire)| (kind, layer, wire))
    };
    // Zeek asks for the responder's port, which is the well-known one of the two.
    carried(udp.dst_port).or_else(|| carried(udp.src_port)).or_else(|| {
        let inner = udp::teredo_between_peers(wire).or_else(|| on_any_port(wire));
        inner.map(|(layer, wire)| (Kind::Other, layer, wire))
    })
}

/// Returns what is told from any other datagram by a header of fixed bits and a whole IP packet inside.
fn on_any_port(wire: Wire<'_>) -> Inner<'_> {
    let inner = match wire.data {
        // The second with the group of a policy.
        [0x08, _, 0, 0, _, _, _, 0, ..] | [0x88, _, _, _, _, _, _, 0, ..] => udp::vxlan(wire),
        [0x0c, 0, 0, 1..=5, _, _, _, 0, ..] => udp::vxlan_gpe(wire),
        [1, 0 | 1, 0, 1, ..] => access::tzsp(wire),
        _ => None,
    };
    inner.filter(|(layer, inner)| match layer {
        Layer::Ethernet => inner.has_frame(),
        Layer::Ip => inner.has_ip(),
        _ => false,
    })
}

/// Returns a stack of labels in front of IP.
fn labels(wire: Wire<'_>) -> Inner<'_> {
    const DEEPEST: usize = 8;
    const ENTRY: usize = 4;
    const BOTTOM: usize = 2;
    let depth = (0..DEEPEST).find(|at| wire.u8(at * ENTRY + BOTTOM).is_some_and(|byte| byte & 1 == 1))?;
    let inner = wire.skip((depth + 1) * ENTRY)?;
    let is_known = inner.has_ip() || inner.has_frame() || inner.skip(4).is_some_and(Wire::has_frame);
    is_known.then_some((Layer::EtherType(ethernet::MPLS), wire))
}

/// Returns an Ethernet frame that holds IP.
fn exact_frame(wire: Wire<'_>) -> Inner<'_> {
    wire.has_frame().then_some((Layer::Ethernet, wire))
}

/// Returns an IP packet of just the length that there is; a packet without payload may have bytes behind it.
fn exact_ip(wire: Wire<'_>) -> Inner<'_> {
    const TOTAL_LENGTH: Field = 2..4;
    const PAYLOAD_LENGTH: Field = 4..6;
    const NEXT_HEADER: usize = 6;
    const NO_NEXT_HEADER: u8 = 59;
    let fits = match wire.u8(0)? >> 4 {
        4 => u32::from(wire.be16(TOTAL_LENGTH)?) == wire.len,
        6 => {
            let (len, next) = (u32::from(wire.be16(PAYLOAD_LENGTH)?), wire.u8(NEXT_HEADER)?);
            len + 40 == wire.len || (len == 0 && next == NO_NEXT_HEADER)
        }
        _ => false,
    };
    fits.then_some((Layer::Ip, wire))
}

#[cfg(test)]
mod tests;
