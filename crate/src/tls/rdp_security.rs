//! The certificates of RDP's own security, which servers send where no TLS was chosen: the server's settings in its MCS
//! Connect Response ([MS-RDPBCGR] section 2.2.1.4).

use super::budget::Share;
use super::shared::Shared;
use crate::capture::Timestamp;
use crate::flow::Direction;
use crate::{Limit, Weird};
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

/// Certificates of a chain ([MS-RDPELE] section 2.2.1.4.2).
const MAX_CHAIN: u32 = 200;

/// A connection behind RDP's negotiation. It holds the server's first packet while that is not whole: at most 64 KiB,
/// what its length can say.
#[derive(Debug)]
pub(super) struct RdpSecurity {
    server: Direction,
    held: Vec<u8>,
    over: bool,
    share: Share,
}

/// Bytes that contradict the protocol.
#[derive(Debug, PartialEq, Eq)]
struct Damaged;

impl RdpSecurity {
    pub(super) fn new(server: Direction, share: Share) -> Self {
        RdpSecurity { server, held: Vec::new(), over: false, share }
    }

    pub(super) fn wants(&self, from: Direction) -> bool {
        !self.over && from == self.server
    }

    /// Reads no further.
    pub(super) fn stop(&mut self) {
        self.over = true;
        self.held = Vec::new();
        self.share.set(0);
    }

    /// Takes the server's next bytes. As in Zeek, each certificate counts as a host's.
    pub(super) fn data(&mut self, shared: &mut Shared, ts: Timestamp, from: Direction, bytes: &[u8]) {
        if !self.wants(from) {
            return;
        }
        self.held.extend_from_slice(bytes);
        match packet(&self.held) {
            Ok(None) if self.share.set(self.held.len()) => return,
            Ok(None) => shared.limits_hit.count(Limit::TlsHeldBytes),
            Ok(Some(packet)) => match certificates(packet) {
                Ok(chain) => chain.iter().for_each(|der| {
                    shared.see_certificate(ts, der, true, false);
                }),
                Err(Damaged) => shared.weirds.count(Weird::RdpCertificatesDamaged),
            },
            Err(Damaged) => {}
        }
        self.stop();
    }
}

/// Returns what the first packet holds, behind its TPKT header (version, reserved, length) and the X.224 one of data;
/// `None` while it is not whole.
fn packet(bytes: &[u8]) -> Result<Option<&[u8]>, Damaged> {
    const HEADERS: [Option<u8>; 7] = [Some(3), Some(0), None, None, Some(2), Some(0xf0), Some(0x80)];
    if HEADERS.iter().zip(bytes).any(|(wanted, byte)| wanted.is_some_and(|wanted| wanted != *byte)) {
        return Err(Damaged);
    }
    let Some(&[_, _, high, low]) = bytes.first_chunk() else { return Ok(None) };
    let length = usize::from(u16::from_be_bytes([high, low]));
    match bytes.get(..length) {
        Some(packet) => packet.get(HEADERS.len()..).map(Some).ok_or(Damaged),
        None => Ok(None),
    }
}

/// Returns the certificates of a Connect Response in their order, the server's own last; `None` if the server sends a
/// bare key.
fn certificates(response: &[u8]) -> Result<Vec<&[u8]>, Damaged> {
    let mut blocks = server_data(response).ok_or(Damaged)?;
    while !blocks.is_empty() {
        let (kind, block) = block(&mut blocks).ok_or(Damaged)?;
        if kind == SC_SECURITY {
            return chain(block).ok_or(Damaged);
        }
    }
    Ok(Vec::new())
}

/// Type of the server's security data ([MS-RDPBCGR] section 2.2.1.4.3).
const SC_SECURITY: u16 = 0x0c02;

/// Tag of the MCS Connect Response (T.125 section 7).
const CONNECT_RESPONSE: Tag = Tag(102);

/// Returns the settings of the server: the user data of the Conference Create Response (T.124 section 8.7), which is
/// the user data of the Connect Response.
fn server_data(response: &[u8]) -> Option<&[u8]> {
    let (_, response) = Any::from_ber(response).ok()?;
    (response.class() == Class::Application && response.tag() == CONNECT_RESPONSE).then_some(())?;
    let mut rest = response.data;
    // Result, calledConnectId, domainParameters.
    for tag in [Tag::Enumerated, Tag::Integer, Tag::Sequence] {
        element(&mut rest, tag)?;
    }
    let mut data = element(&mut rest, Tag::OctetString)?;
    // The key of T.124, an object identifier, and how long what follows is, which servers say wrongly.
    take(&mut data, 7)?;
    packed_length(&mut data)?;
    // The choice of a ConferenceCreateResponse, nodeID, tag, result, userData, and the kind of its key.
    take(&mut data, 9)?;
    (take(&mut data, 4)? == b"McDn").then_some(())?;
    let length = packed_length(&mut data)?;
    take(&mut data, length)
}

/// Returns the content of the next element, which has this tag.
fn element<'a>(rest: &mut &'a [u8], tag: Tag) -> Option<&'a [u8]> {
    let (behind, element) = Any::from_ber(rest).ok()?;
    *rest = behind;
    (element.tag() == tag).then_some(element.data)
}

/// Returns the next block of settings: its type and content.
fn block<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let &[k0, k1, l0, l1] = take(rest, 4)?.first_chunk()?;
    let length = usize::from(u16::from_le_bytes([l0, l1])).checked_sub(4)?;
    Some((u16::from_le_bytes([k0, k1]), take(rest, length)?))
}

/// Returns the certificates of the security data.
fn chain(mut block: &[u8]) -> Option<Vec<&[u8]>> {
    const X509: u32 = 2;
    let (method, level) = (number(&mut block)?, number(&mut block)?);
    if (method, level) == (0, 0) {
        return Some(Vec::new());
    }
    let (random, certificate) = (number(&mut block)?, number(&mut block)?);
    take(&mut block, random.try_into().ok()?)?;
    let mut certificate = take(&mut block, certificate.try_into().ok()?)?;
    // The highest bit says that it is temporary.
    if number(&mut certificate)? & 0x7fff_ffff != X509 {
        return Some(Vec::new());
    }
    let count = number(&mut certificate).filter(|count| *count <= MAX_CHAIN)?;
    (0..count)
        .map(|_| {
            let length = number(&mut certificate)?.try_into().ok()?;
            take(&mut certificate, length).filter(|der| !der.is_empty())
        })
        .collect()
}

/// Returns a length as PER packs it (X.691 section 11.9).
fn packed_length(rest: &mut &[u8]) -> Option<usize> {
    match take(rest, 1)? {
        [long] if long & 0xc0 == 0x80 => {
            let low = take(rest, 1)?.first()?;
            Some(usize::from(long & 0x3f) << 8 | usize::from(*low))
        }
        [short] if *short < 0x80 => Some(usize::from(*short)),
        _ => None,
    }
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    take(rest, 4)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// Returns the next `len` bytes.
fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    rest.split_off(..len)
}

#[cfg(test)]
mod tests {
    use super::super::budget::{Budget, MAX_HELD};
    use super::*;
    use Direction::{Orig, Resp};

    /// A chain in the form that version 2 of a server's certificate has.
    fn x509(chain: &[&[u8]]) -> Vec<u8> {
        let mut bytes = [[2, 0, 0, 0x80], (chain.len() as u32).to_le_bytes()].concat();
        for der in chain {
            bytes.extend((der.len() as u32).to_le_bytes());
            bytes.extend(*der);
        }
        bytes.extend(vec![0; 8 + 4 * chain.len()]);
        bytes
    }

    fn block_of(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &(4 + content.len() as u16).to_le_bytes(), content].concat()
    }

    /// Security data with 128-bit keys at the level that the client asks for.
    fn security(certificate: &[u8]) -> Vec<u8> {
        let length = (certificate.len() as u32).to_le_bytes();
        let content = [&[2, 0, 0, 0, 2, 0, 0, 0, 32, 0, 0, 0][..], &length, &[7; 32], certificate].concat();
        block_of(SC_SECURITY, &content)
    }

    fn ber(tag: &[u8], content: &[u8]) -> Vec<u8> {
        [tag, &[0x82], &(content.len() as u16).to_be_bytes(), content].concat()
    }

    fn response(blocks: &[u8]) -> Vec<u8> {
        let length = (0x8000 | blocks.len() as u16).to_be_bytes();
        let gcc = [
            &[0, 5, 0, 0x14, 0x7c, 0, 1, 0x2a][..],
            &[0x14, 0x12, 0x34, 1, 1, 0, 1, 0xc0, 0],
            b"McDn",
            &length,
            blocks,
        ]
        .concat();
        let parameters = [&[0x0a, 1, 0, 2, 1, 0][..], &ber(&[0x30], &[2, 1, 3]), &ber(&[4], &gcc)].concat();
        let mcs = ber(&[0x7f, 0x66], &parameters);
        [&[3, 0][..], &(7 + mcs.len() as u16).to_be_bytes(), &[2, 0xf0, 0x80], &mcs].concat()
    }

    fn settings(certificate: &[u8]) -> Vec<u8> {
        let core = block_of(0x0c01, &[4, 0, 8, 0, 0, 0, 0, 0]);
        response(&[core, block_of(0x0c03, &[0xeb, 3, 0, 0]), security(certificate)].concat())
    }

    fn read(pieces: &[&[u8]]) -> (Shared, RdpSecurity) {
        let mut shared = Shared::default();
        let mut rdp = RdpSecurity::new(Resp, Budget::default().share());
        for piece in pieces {
            rdp.data(&mut shared, Timestamp(1), Resp, piece);
        }
        (shared, rdp)
    }

    fn seen(shared: &Shared) -> Vec<&[u8]> {
        let certificates = &shared.certificates;
        certificates.seen().iter().filter_map(|seen| certificates.der(&seen.fingerprint)).collect()
    }

    #[test]
    fn every_certificate_of_the_chain_is_a_hosts() {
        let (shared, rdp) = read(&[&settings(&x509(&[b"authority", b"host"]))]);
        assert_eq!(seen(&shared), [&b"authority"[..], b"host"]);
        assert!(shared.certificates.seen().iter().all(|seen| seen.host_cert && !seen.client_cert));
        assert!(!rdp.wants(Resp));
    }

    #[test]
    fn single_bytes_give_the_same_certificates() {
        let bytes = settings(&x509(&[b"authority", b"host"]));
        let (shared, _) = read(&bytes.chunks(1).collect::<Vec<_>>());
        assert_eq!(seen(&shared).len(), 2);
    }

    #[test]
    fn a_bare_key_is_no_certificate() {
        let (shared, rdp) = read(&[&settings(&[1, 0, 0, 0, 1, 0, 0, 0])]);
        assert!(seen(&shared).is_empty() && !rdp.wants(Resp));
        assert_eq!(shared.weirds.iter().count(), 0);
    }

    #[test]
    fn without_encryption_there_is_no_certificate() {
        let (shared, rdp) = read(&[&response(&block_of(SC_SECURITY, &[0; 8]))]);
        assert!(seen(&shared).is_empty() && !rdp.wants(Resp));
        assert_eq!(shared.weirds.iter().count(), 0);
    }

    #[test]
    fn every_cut_of_the_settings_is_damage() {
        let whole = settings(&x509(&[b"host"]));
        let inner = &whole[7..];
        for end in 0..inner.len() {
            assert_eq!(certificates(&inner[..end]), Err(Damaged), "{end} bytes");
        }
    }

    #[test]
    fn a_chain_that_is_longer_than_its_data_is_damage() {
        for count in [2, MAX_CHAIN, u32::MAX] {
            let mut certificate = x509(&[b"host"]);
            certificate[4..8].copy_from_slice(&count.to_le_bytes());
            let (shared, _) = read(&[&settings(&certificate)]);
            assert_eq!(shared.weirds.iter().collect::<Vec<_>>(), [("rdp_certificates_damaged", 1)]);
            assert!(seen(&shared).is_empty());
        }
    }

    #[test]
    fn other_packets_end_what_is_read() {
        for bytes in [&[3, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80][..], b"HTTP/1.1", &[3, 0, 0, 4, 2, 0xf0, 0x80]]
        {
            let (shared, rdp) = read(&[bytes]);
            assert!(seen(&shared).is_empty() && !rdp.wants(Resp));
        }
    }

    #[test]
    fn the_client_is_not_read() {
        let (_, rdp) = read(&[]);
        assert!(rdp.wants(Resp) && !rdp.wants(Orig));
    }

    #[test]
    fn the_common_bound_holds() {
        let budget = Budget::default();
        let mut others = budget.share();
        others.set(MAX_HELD);
        let mut shared = Shared::default();
        let mut rdp = RdpSecurity::new(Resp, budget.share());
        rdp.data(&mut shared, Timestamp(1), Resp, &[3, 0, 1]);
        assert!(!rdp.wants(Resp));
        assert_eq!(shared.limits_hit.get(Limit::TlsHeldBytes), 1);
    }
}
