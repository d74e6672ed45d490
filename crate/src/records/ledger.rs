//! [`Ledger`]: connections as they end → the records of a capture.

use super::interned::Interned;
use super::{
    Certificate, Choice, ConnRecord, DnsRecord, Offer, QuicRecord, SslRecord, X509Record, is_local, uid,
};
use crate::Weirds;
use crate::capture::Timestamp;
use crate::flow::{ConnId, Connection, Direction, Parent, Parents};
use crate::payload::{self, Payload};
use crate::seeded::Map;
use crate::tls::{self, Fingerprint, QuicConnection, SeenCertificate, TlsHandshake};
use std::sync::Arc;

/// The records of one input.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Records {
    /// Connections; those of a capture in the order in which they ended.
    pub conn: Vec<ConnRecord>,
    /// TLS handshakes, in the same order.
    pub ssl: Vec<SslRecord>,
    /// Certificates; those of a capture in the order in which they were first sent.
    pub x509: Vec<X509Record>,
    /// Exchanges of DNS; those of a capture in the order in which their connections ended.
    pub dns: Vec<DnsRecord>,
    /// Connections of QUIC, in the order in which their flows ended.
    pub quic: Vec<QuicRecord>,
}

/// Writes the records of one capture.
#[derive(Debug, Default)]
pub struct Ledger {
    records: Records,
    certificates: Map<Fingerprint, Option<Known>>,
    offers: Interned<Offer>,
    choices: Interned<Choice>,
    /// Identifiers of the connections that others were tunnelled in, by serial number.
    carriers: Map<u64, Arc<str>>,
    /// Places in `records.conn` of those that were tunnelled, and what in: its identifier may not be known yet.
    tunnelled: Vec<(usize, Parents)>,
    gaps: u64,
    weirds: Weirds,
}

/// A certificate that was parsed, and its fingerprint as text.
#[derive(Debug)]
struct Known {
    certificate: Certificate,
    fingerprint: Arc<str>,
}

impl Ledger {
    /// TLS connections so far.
    pub fn tls_connections(&self) -> u64 {
        self.records.ssl.len() as u64
    }

    /// Connections of which some bytes were never captured.
    pub fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Takes a connection that has ended.
    pub fn enter(&mut self, mut connection: Connection<Payload>, shared: &mut payload::Shared) {
        connection.stream.tls.close(&mut shared.tls);
        let uid = uid(&connection.id, connection.start, self.records.conn.len() as u64);
        self.gaps += u64::from(connection.had_gap());
        if connection.carries {
            self.carriers.insert(connection.serial, uid.clone());
        }
        if !connection.parents.is_empty() {
            self.tunnelled.push((self.records.conn.len(), std::mem::take(&mut connection.parents)));
        }
        let mut conn = conn_record(&connection, uid);
        let Payload { tls, dns, .. } = connection.stream;
        let mut services: Vec<&str> = tls.services().collect();
        let (handshake, quic) = tls.finish();
        if handshake.is_none() && quic.is_empty() {
            services.clear();
        }
        if let Some(dns) = dns {
            services.extend(dns.is_confirmed().then_some("dns"));
            let exchanges = dns.finish(&mut shared.dns).into_iter();
            self.records.dns.extend(exchanges.map(|exchange| DnsRecord::of(exchange, &conn)));
        }
        conn.service = (!services.is_empty()).then(|| services.join(",").into());
        if let Some(handshake) = handshake {
            let ssl = self.ssl_record(handshake, &conn, &shared.tls);
            self.records.ssl.push(ssl);
        }
        self.records.quic.extend(quic.into_iter().map(|quic| quic_record(quic, &conn)));
        self.records.conn.push(conn);
    }

    /// Hands over the records, with a line for each role in which a certificate was sent, and what was odd about certificates.
    pub fn close(&mut self, shared: &tls::Shared) -> (Records, Weirds) {
        for (place, parents) in std::mem::take(&mut self.tunnelled) {
            let texts = parents.iter().filter_map(|parent| self.tunnel_uid(parent)).collect();
            if let Some(conn) = self.records.conn.get_mut(place) {
                conn.tunnel_parents = Some(texts);
            }
        }
        let x509 = self.x509(shared);
        (Records { x509, ..std::mem::take(&mut self.records) }, std::mem::take(&mut self.weirds))
    }

    /// Returns a copy of what [`Ledger::close`] would hand over now, but for the names of tunnels.
    pub fn so_far(&mut self, shared: &tls::Shared) -> (Records, Weirds) {
        let x509 = self.x509(shared);
        (Records { x509, ..self.records.clone() }, self.weirds.clone())
    }

    fn x509(&mut self, shared: &tls::Shared) -> Vec<X509Record> {
        let record = |seen: &SeenCertificate| {
            let known = self.known(&seen.fingerprint, shared)?;
            let mut record = known.certificate.record(seen);
            record.fingerprint = Some(known.fingerprint.clone());
            Some(record)
        };
        shared.certificates.seen().iter().filter_map(record).collect()
    }

    /// Returns the identifier of a tunnel; one that is no connection has the same each time too.
    fn tunnel_uid(&self, parent: &Parent) -> Option<Arc<str>> {
        match *parent {
            Parent::Connection(serial) => self.carriers.get(&serial).cloned(),
            Parent::Addresses(low, high) => {
                let ends = ConnId { orig_h: low, orig_p: 0, resp_h: high, resp_p: 0 };
                Some(uid(&ends, Timestamp::default(), 0))
            }
        }
    }

    fn ssl_record(&mut self, handshake: TlsHandshake, conn: &ConnRecord, shared: &tls::Shared) -> SslRecord {
        let mut texts = |chain: &[Fingerprint]| {
            let text = |fingerprint: &Fingerprint| match self.known(fingerprint, shared) {
                Some(known) => known.fingerprint.clone(),
                None => fingerprint.to_string().into(),
            };
            let texts: Box<[Arc<str>]> = chain.iter().map(text).collect();
            // Zeek leaves both chains out where no certificate was seen at all.
            let any = !handshake.cert_chain_fps.is_empty() || !handshake.client_cert_chain_fps.is_empty();
            any.then_some(texts)
        };
        let carrier = handshake.carrier;
        let offer = handshake.client_hello.as_deref().map(|hello| Offer {
            ja3_retried: handshake.retried.as_ref().map(|(ja3, _)| ja3.as_str().into()),
            ja4_retried: handshake.retried.as_ref().map(|(_, ja4)| ja4.as_str().into()),
            ..Offer::of(hello, carrier)
        });
        let ja3s_retry = handshake.ja3s_retry.as_deref().map(Into::into);
        let choice = match handshake.server_hello.as_deref() {
            Some(hello) => Some(Choice { ja3s_retry, ..Choice::of(hello) }),
            None => ja3s_retry.map(|print| Choice { ja3s_retry: Some(print), ..Choice::default() }),
        };
        let cert_chain_fps = texts(&handshake.cert_chain_fps);
        let client_cert_chain_fps = texts(&handshake.client_cert_chain_fps);
        let client = self.first_of(&handshake.client_cert_chain_fps, shared);
        let (client_subject, client_issuer) = client.map(Certificate::names).unzip();
        let first = self.first_of(&handshake.cert_chain_fps, shared);
        let (subject, issuer) = first.map(Certificate::names).unzip();
        let matches = handshake.server_name.as_deref().zip(first);
        SslRecord {
            ts: handshake.ts.seconds(),
            uid: conn.uid.clone(),
            orig_h: conn.orig_h,
            orig_p: conn.orig_p,
            resp_h: conn.resp_h,
            resp_p: conn.resp_p,
            version: handshake.version.map(|version| version.name()),
            cipher: handshake.cipher.map(|cipher| cipher.name()),
            curve: handshake.curve.map(|curve| curve.name()),
            sni_matches_cert: matches.map(|(host, certificate)| certificate.matches_host(host)),
            server_name: handshake.server_name.map(Into::into),
            resumed: handshake.resumed,
            last_alert: handshake.last_alert.map(|alert| alert.name()),
            next_protocol: handshake.next_protocol.map(Into::into),
            established: handshake.established,
            ssl_history: (!handshake.ssl_history.is_empty()).then(|| handshake.ssl_history.into()),
            cert_chain_fps,
            client_cert_chain_fps,
            subject,
            issuer,
            client_subject,
            client_issuer,
            renegotiated: Some(handshake.renegotiated),
            offer: offer.map(|offer| self.offers.share(offer.into())),
            choice: choice.map(|choice| self.choices.share(choice.into())),
            // Only older logs have it.
            cert_chain_fuids: None,
        }
    }

    /// Returns the first certificate of a chain.
    fn first_of(&mut self, chain: &[Fingerprint], shared: &tls::Shared) -> Option<&Certificate> {
        self.known(chain.first()?, shared).map(|known| &known.certificate)
    }

    /// Returns a certificate by its fingerprint, parsed once; `None` if it does not parse or was not kept.
    fn known(&mut self, fingerprint: &Fingerprint, shared: &tls::Shared) -> Option<&Known> {
        // Nothing is remembered of those that were not kept: there is no bound on how many a capture holds.
        let der = shared.certificates.der(fingerprint)?;
        let weirds = &mut self.weirds;
        let parse = || {
            let parsed = Certificate::parse(der);
            let certificate = parsed.inspect_err(|error| weirds.count(error.weird())).ok()?;
            Some(Known { certificate, fingerprint: fingerprint.to_string().into() })
        };
        self.certificates.entry(*fingerprint).or_insert_with(parse).as_ref()
    }
}

fn quic_record(quic: QuicConnection, conn: &ConnRecord) -> QuicRecord {
    QuicRecord {
        ts: quic.ts.seconds(),
        uid: conn.uid.clone(),
        orig_h: conn.orig_h,
        orig_p: conn.orig_p,
        resp_h: conn.resp_h,
        resp_p: conn.resp_p,
        version: Some(quic.version.into()),
        client_initial_dcid: quic.client_initial_dcid.map(Into::into),
        client_scid: quic.client_scid.map(Into::into),
        server_scid: quic.server_scid.map(Into::into),
        server_name: quic.server_name.map(Into::into),
        client_protocol: quic.client_protocol.map(Into::into),
        history: Some(quic.history.into()),
    }
}

fn conn_record<S>(connection: &Connection<S>, uid: Arc<str>) -> ConnRecord {
    let id = connection.id;
    ConnRecord {
        ts: connection.start.seconds(),
        uid,
        orig_h: id.orig_h,
        orig_p: id.orig_p,
        resp_h: id.resp_h,
        resp_p: id.resp_p,
        proto: connection.proto,
        // What the stream has found.
        service: None,
        duration: connection.duration(),
        orig_bytes: connection.bytes(Direction::Orig),
        resp_bytes: connection.bytes(Direction::Resp),
        conn_state: Some(connection.conn_state()),
        local_orig: Some(is_local(id.orig_h)),
        local_resp: Some(is_local(id.resp_h)),
        missed_bytes: connection.missed_bytes,
        history: connection.history().map(Into::into),
        orig_pkts: connection.packets(Direction::Orig),
        orig_ip_bytes: connection.ip_bytes(Direction::Orig),
        resp_pkts: connection.packets(Direction::Resp),
        resp_ip_bytes: connection.ip_bytes(Direction::Resp),
        // Named when the identifiers of all tunnels are known.
        tunnel_parents: None,
        ip_proto: Some(connection.ip_proto),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Segment, Transport, Tunnel, Udp};
    use crate::flow::{Limits, Table};
    use std::net::IpAddr;

    #[test]
    fn nothing_is_remembered_of_a_certificate_that_was_not_kept() {
        let mut ledger = Ledger::default();
        assert!(ledger.known(&Fingerprint::of(b"left out"), &tls::Shared::default()).is_none());
        assert!(ledger.certificates.is_empty());
    }

    #[test]
    fn a_tunnelled_connection_names_the_uid_of_the_one_around() {
        let (mut table, mut shared) =
            (Table::<Payload>::new(Limits::default(), 1), payload::Shared::default());
        let mut ledger = Ledger::default();
        let (a, b): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        for (src_port, tunnel) in [(1, None), (2, Some((1, 9))), (3, None)] {
            let segment = Segment {
                ts: Timestamp(5),
                src: a,
                dst: b,
                ip_len: 28,
                ip_proto: 17,
                bad_checksum: false,
                tunnel: tunnel.map(|ports| Tunnel { src: a, dst: b, ports: Some(ports) }),
                too_deep: false,
                transport: Transport::Udp(Udp { src_port, dst_port: 9, len: 0, payload: &[] }),
            };
            table.push(&segment, &mut shared, &mut |_, _| {});
        }
        table.finish(&mut shared, &mut |connection, shared| ledger.enter(connection, shared));
        let (records, _) = ledger.close(&shared.tls);
        let parents = |at: usize| records.conn.get(at).and_then(|conn| conn.tunnel_parents.clone());
        assert_eq!(parents(1), Some([records.conn[0].uid.clone()].into()));
        assert_eq!((parents(0), parents(2)), (None, None));
    }
}
