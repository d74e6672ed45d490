//! Connections: sizes, endings and gaps, a connection at a time where the 37 have totals.

use super::super::stats::{exact_sum, mean, share, std};
use super::super::table::{FLAG, FROM_0, Feature, Group, SHARE, Unit};
use super::super::view::View;
use crate::flow::ConnState;
use crate::records::ConnRecord;

/// Well-known TLS ports (IANA, Service Name and Port Number Registry), or that STARTTLS upgrades: HTTPS and its
/// alternative; SMTP, submission; NNTP; LDAP; DNS; FTP; IMAP; POP3; IRC; SIP; XMPP; PostgreSQL and MySQL; RDP.
const TLS_PORTS: [u16; 31] = [
    21, 25, 110, 119, 143, 389, 443, 465, 563, 587, 636, 853, 989, 990, 993, 994, 995, 2083, 3269, 3306,
    3389, 5061, 5222, 5223, 5269, 5349, 5432, 5671, 6697, 8443, 8883,
];

pub(super) static ROWS: [Feature; 13] = [
    Feature {
        name: "tls_port",
        group: Group::Connection,
        unit: Unit::Flag,
        doc: "Whether the port is a well-known TLS port, such as 443.",
        range: FLAG,
        missing: None,
        compute: |view| Some(f64::from(is_tls_port(view))),
    },
    Feature {
        name: "orig_bytes_mean",
        group: Group::Connection,
        unit: Unit::Bytes,
        doc: "Mean payload bytes that the originator sends in a connection.",
        range: FROM_0,
        missing: Some("no connection has a count of the originator's bytes"),
        compute: |view| mean(&sizes(view, |conn| conn.orig_bytes)),
    },
    Feature {
        name: "orig_bytes_cv",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Standard deviation of the originator's payload bytes, as a share of their mean.",
        range: FROM_0,
        missing: Some("the originator sent no payload"),
        compute: |view| variation(&sizes(view, |conn| conn.orig_bytes)),
    },
    Feature {
        name: "resp_bytes_mean",
        group: Group::Connection,
        unit: Unit::Bytes,
        doc: "Mean payload bytes that the responder sends in a connection.",
        range: FROM_0,
        missing: Some("no connection has a count of the responder's bytes"),
        compute: |view| mean(&sizes(view, |conn| conn.resp_bytes)),
    },
    Feature {
        name: "resp_bytes_cv",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Standard deviation of the responder's payload bytes, as a share of their mean.",
        range: FROM_0,
        missing: Some("the responder sent no payload"),
        compute: |view| variation(&sizes(view, |conn| conn.resp_bytes)),
    },
    Feature {
        name: "upload_ratio",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Share of connections in which the originator sends more payload than it receives.",
        range: SHARE,
        missing: Some("no connection has both counts of bytes"),
        compute: |view| {
            let both = view.tuple.conn_records().filter_map(|conn| conn.orig_bytes.zip(conn.resp_bytes));
            share(both.map(|(sent, received)| sent > received))
        },
    },
    Feature {
        name: "orig_pkt_bytes_mean",
        group: Group::Connection,
        unit: Unit::Bytes,
        doc: "Mean size of the originator's IP packets.",
        range: FROM_0,
        missing: Some("the originator sent no packet"),
        compute: |view| per_packet(view, |conn| (conn.orig_ip_bytes, conn.orig_pkts)),
    },
    Feature {
        name: "resp_pkt_bytes_mean",
        group: Group::Connection,
        unit: Unit::Bytes,
        doc: "Mean size of the responder's IP packets.",
        range: FROM_0,
        missing: Some("the responder sent no packet"),
        compute: |view| per_packet(view, |conn| (conn.resp_ip_bytes, conn.resp_pkts)),
    },
    Feature {
        name: "dur_cv",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Standard deviation of the durations, as a share of their mean.",
        range: FROM_0,
        missing: Some("no connection has a duration above 0"),
        compute: |view| variation(&view.durations),
    },
    Feature {
        name: "gap_mean",
        group: Group::Connection,
        unit: Unit::Seconds,
        doc: "Mean time from the start of a connection to the start of the next.",
        range: FROM_0,
        missing: Some("under two connections"),
        compute: |view| mean(&view.gaps),
    },
    Feature {
        name: "gap_cv",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Standard deviation of the times between starts, as a share of their mean; 0 is perfectly periodic.",
        range: FROM_0,
        missing: Some("under three connections, or all start at once"),
        compute: |view| if view.gaps.len() < 2 { None } else { variation(&view.gaps) },
    },
    Feature {
        name: "unanswered_ratio",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Share of connections that the responder did not answer or refused.",
        range: SHARE,
        missing: Some("no connection has a state"),
        compute: |view| {
            ended(view, |state| {
                matches!(state, ConnState::S0 | ConnState::Rej | ConnState::RstOS0 | ConnState::SH)
            })
        },
    },
    Feature {
        name: "reset_ratio",
        group: Group::Connection,
        unit: Unit::Ratio,
        doc: "Share of established connections that one side broke off instead of closing.",
        range: SHARE,
        missing: Some("no connection has a state"),
        compute: |view| ended(view, |state| matches!(state, ConnState::RstO | ConnState::RstR)),
    },
];

/// Returns whether the tuple's port is a well-known TLS port.
pub(super) fn is_tls_port(view: &View<'_>) -> bool {
    TLS_PORTS.contains(&view.tuple.key.resp_p)
}

fn sizes(view: &View<'_>, size: impl Fn(&ConnRecord) -> Option<u64>) -> Vec<f64> {
    view.tuple.conn_records().filter_map(size).map(|bytes| bytes as f64).collect()
}

/// Standard deviation by mean; absent where the mean is 0.
fn variation(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    if centre > 0.0 { Some(std(values)? / centre) } else { None }
}

fn per_packet(view: &View<'_>, counts: impl Fn(&ConnRecord) -> (u64, u64)) -> Option<f64> {
    let (bytes, packets): (Vec<f64>, Vec<f64>) = view
        .tuple
        .conn_records()
        .map(|conn| {
            let (bytes, packets) = counts(conn);
            (bytes as f64, packets as f64)
        })
        .unzip();
    let packets = exact_sum(packets);
    if packets > 0.0 { Some(exact_sum(bytes) / packets) } else { None }
}

fn ended(view: &View<'_>, how: impl Fn(ConnState) -> bool) -> Option<f64> {
    share(view.tuple.conn_records().filter_map(|conn| conn.conn_state).map(how))
}
