//! The 37 features: a row each, and nowhere else.
//!
//! Adding or changing a feature is one row here. Names, labels, units, the table's header, the model's input check
//! and the texts of the page follow from it.

use super::name::covers;
use super::stats::{all, diff, mean, ratio, share, std};
use super::view;
use super::view::{View, server_name};
use crate::flow::ConnState;
use crate::records::{SslRecord, known};
use serde::Serialize;
use std::net::IpAddr;
use strum::IntoStaticStr;

/// What a feature reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, IntoStaticStr)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[non_exhaustive]
pub enum Group {
    /// conn records
    Connection,
    /// ssl records
    Ssl,
    /// x509 records
    Certificate,
    /// ssl records: what the client offers
    Hello,
    /// ssl records: server names
    Name,
    /// conn records: when connections start
    Beacon,
    /// all records: what an analyst would point at
    Evidence,
    /// dns records: how addresses had been looked up
    Dns,
}

impl Group {
    /// Returns the name in plain words.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// What a feature's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unit {
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// Days of 86 400 seconds.
    Days,
    /// A quotient without a unit.
    Ratio,
    /// 1 for yes, 0 for no.
    Flag,
    /// A number without a unit.
    Number,
}

impl Unit {
    /// Its sign; empty where there is none.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Bytes => "B",
            Unit::Days => "d",
            Unit::Count | Unit::Ratio | Unit::Flag | Unit::Number => "",
        }
    }
}

/// One feature; serialized, it is what the page knows about it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Feature {
    /// Name, stable.
    pub name: &'static str,
    /// What it reads.
    pub group: Group,
    /// Unit of its value.
    pub unit: Unit,
    /// What it means, in a sentence.
    pub doc: &'static str,
    /// Least and greatest value; infinite where there is no bound.
    pub range: (f64, f64),
    /// When it is missing; `None` where it never is.
    pub missing: Option<&'static str>,
    /// Its value.
    #[serde(skip)]
    pub compute: fn(&View<'_>) -> Option<f64>,
}

impl Feature {
    /// Returns whether it is a part of a whole, best shown in percent.
    pub fn is_share(&self) -> bool {
        self.unit == Unit::Ratio && self.range == SHARE
    }
}

/// Number of features in the first table.
pub const COUNT: usize = 37;

const ANY: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
pub(super) const FROM_0: (f64, f64) = (0.0, f64::INFINITY);
pub(super) const FROM_1: (f64, f64) = (1.0, f64::INFINITY);
pub(super) const SHARE: (f64, f64) = (0.0, 1.0);
pub(super) const FLAG: (f64, f64) = SHARE;

/// Width by which a duration must leave mean ± deviation to count as outside, s.
const EPSILON: f64 = 1e-12;

/// All features, in the order of the model's input.
pub static FEATURES: [Feature; COUNT] =
    [
        Feature {
            name: "n_records",
            group: Group::Connection,
            unit: Unit::Count,
            doc: "Number of connections, with TLS or without.",
            range: FROM_1,
            missing: None,
            compute: |view| Some(view.tuple.connections() as f64),
        },
        Feature {
            name: "dur_mean",
            group: Group::Connection,
            unit: Unit::Seconds,
            doc: "Mean duration of a connection.",
            range: FROM_0,
            missing: Some("no connection has a duration"),
            compute: |view| mean(&view.durations),
        },
        Feature {
            name: "dur_std",
            group: Group::Connection,
            unit: Unit::Seconds,
            doc: "Standard deviation of the durations.",
            range: FROM_0,
            missing: Some("no connection has a duration"),
            compute: |view| std(&view.durations),
        },
        Feature {
            name: "dur_out_of_std_ratio",
            group: Group::Connection,
            unit: Unit::Ratio,
            doc: "Share of durations further from the mean than the standard deviation.",
            range: SHARE,
            missing: Some("no connection has a duration"),
            compute: |view| {
                let (mean, std) = view.duration_spread?;
                let (low, high) = (mean - std - EPSILON, mean + std + EPSILON);
                share(view.durations.iter().map(|duration| *duration < low || *duration > high))
            },
        },
        Feature {
            name: "orig_bytes_total",
            group: Group::Connection,
            unit: Unit::Bytes,
            doc: "Payload bytes that the originator sent.",
            range: FROM_0,
            missing: None,
            compute: |view| Some(orig_bytes(view)),
        },
        Feature {
            name: "resp_bytes_total",
            group: Group::Connection,
            unit: Unit::Bytes,
            doc: "Payload bytes that the responder sent.",
            range: FROM_0,
            missing: None,
            compute: |view| Some(resp_bytes(view)),
        },
        Feature {
            name: "resp_bytes_ratio",
            group: Group::Connection,
            unit: Unit::Ratio,
            doc: "Responder's share of all payload bytes.",
            range: SHARE,
            missing: Some("no payload byte was sent"),
            compute: |view| {
                let (orig, resp) = (orig_bytes(view), resp_bytes(view));
                if orig + resp == 0.0 { None } else { Some(resp / (orig + resp)) }
            },
        },
        Feature {
            name: "established_ratio",
            group: Group::Connection,
            unit: Unit::Ratio,
            doc: "Share of connections that were established.",
            range: SHARE,
            missing: Some("no connection has a state"),
            compute: |view| {
                share(view.tuple.conn_records().filter_map(|record| record.conn_state).map(is_established))
            },
        },
        Feature {
            name: "resp_pkts_total",
            group: Group::Connection,
            unit: Unit::Count,
            doc: "Packets that the responder sent.",
            range: FROM_0,
            missing: None,
            compute: |view| Some(total(view.tuple.conn_records().map(|record| record.resp_pkts))),
        },
        Feature {
            name: "orig_pkts_total",
            group: Group::Connection,
            unit: Unit::Count,
            doc: "Packets that the originator sent.",
            range: FROM_0,
            missing: None,
            compute: |view| Some(total(view.tuple.conn_records().map(|record| record.orig_pkts))),
        },
        Feature {
            name: "period_mean",
            group: Group::Connection,
            unit: Unit::Seconds,
            doc: "Mean change of the interval between connection starts; 0 is perfectly periodic.",
            range: FROM_0,
            missing: Some("under three connections"),
            compute: |view| mean(&view.periods),
        },
        Feature {
            name: "period_std",
            group: Group::Connection,
            unit: Unit::Seconds,
            doc: "Standard deviation of the change of the interval between connection starts.",
            range: FROM_0,
            missing: Some("under three connections"),
            compute: |view| std(&view.periods),
        },
        Feature {
            name: "non_ssl_to_ssl_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Connections without TLS per TLS connection.",
            range: FROM_0,
            missing: None,
            compute: |view| ratio(view.tuple.non_ssl.len() as u64, view.ssl_count()),
        },
        Feature {
            name: "tls_version_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose version is TLS, not SSL.",
            range: SHARE,
            missing: None,
            compute: |view| {
                share(view.sessions().map(|session| {
                    session
                        .ssl
                        .version
                        .as_deref()
                        .is_some_and(|version| version.to_ascii_lowercase().contains("tls"))
                }))
            },
        },
        Feature {
            name: "sni_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Share of TLS connections with a server name.",
            range: SHARE,
            missing: None,
            compute: |view| share(view.sessions().map(|session| server_name(session.ssl).is_some())),
        },
        Feature {
            name: "sni_is_ip_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose server name is an IP address.",
            range: SHARE,
            missing: None,
            compute: |view| {
                share(view.sessions().map(|session| {
                    server_name(session.ssl).is_some_and(|name| name.parse::<IpAddr>().is_ok())
                }))
            },
        },
        Feature {
            name: "cert_path_len_mean",
            group: Group::Ssl,
            unit: Unit::Count,
            doc: "Mean number of certificates that the server sends.",
            range: FROM_1,
            missing: Some("no certificate chain was seen"),
            compute: |view| {
                let lengths: Vec<f64> = view
                    .sessions()
                    .map(|session| session.ssl.server_chain().count())
                    .filter(|length| *length > 0)
                    .map(|length| length as f64)
                    .collect();
                mean(&lengths)
            },
        },
        Feature {
            name: "x509_to_ssl_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose first certificate is known.",
            range: SHARE,
            missing: None,
            compute: |view| ratio(view.pairs.len() as u64, view.ssl_count()),
        },
        Feature {
            name: "self_signed_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Share of first certificates whose issuer is their subject.",
            range: SHARE,
            missing: Some("no certificate is known"),
            compute: |view| {
                share(view.pairs.iter().map(|(_, certificate)| {
                    certificate.issuer().is_some() && certificate.issuer() == certificate.subject()
                }))
            },
        },
        Feature {
            name: "sni_diff_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Variety of server names: 0 where all are equal, else distinct names by names.",
            range: SHARE,
            missing: Some("no server name was seen"),
            compute: |view| diff(view.server_names().map(|name| name.replace('*', ""))),
        },
        Feature {
            name: "ssl_subject_diff_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Variety of certificate subjects over the TLS connections.",
            range: SHARE,
            missing: Some("no subject is known"),
            compute: |view| diff(view.ssl_subjects()),
        },
        Feature {
            name: "ssl_issuer_diff_ratio",
            group: Group::Ssl,
            unit: Unit::Ratio,
            doc: "Variety of certificate issuers over the TLS connections.",
            range: SHARE,
            missing: Some("no issuer is known"),
            compute: |view| diff(view.ssl_issuers()),
        },
        Feature {
            name: "pubkey_exponent_mean",
            group: Group::Certificate,
            unit: Unit::Number,
            doc: "Mean public exponent of the RSA certificates.",
            range: FROM_0,
            missing: Some("no certificate with an RSA key is known"),
            compute: |view| {
                let exponents: Vec<f64> =
                    view.certificates.iter().filter_map(|certificate| certificate.exponent()).collect();
                mean(&exponents)
            },
        },
        Feature {
            name: "cert_valid_days_mean",
            group: Group::Certificate,
            unit: Unit::Days,
            doc: "Mean validity of the certificates.",
            range: ANY,
            missing: Some("no certificate with both dates is known"),
            compute: |view| mean(&valid_days(view)),
        },
        Feature {
            name: "cert_valid_days_std",
            group: Group::Certificate,
            unit: Unit::Days,
            doc: "Standard deviation of the certificates' validity.",
            range: FROM_0,
            missing: Some("no certificate with both dates is known"),
            compute: |view| std(&valid_days(view)),
        },
        Feature {
            name: "cert_valid_at_capture_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Share of TLS connections made while their certificate was valid.",
            range: SHARE,
            missing: Some("no certificate with both dates is known"),
            compute: |view| {
                share(view.pairs.iter().filter_map(|(ssl, certificate)| {
                    let (start, end) = certificate.validity()?;
                    Some(start <= ssl.ts && ssl.ts <= end)
                }))
            },
        },
        Feature {
            name: "cert_age_ratio_mean",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Mean age of the certificate when it was seen, as a share of its validity.",
            range: ANY,
            missing: Some("no certificate with a validity is known"),
            compute: |view| {
                let ages: Vec<f64> = view
                    .pairs
                    .iter()
                    .filter_map(|(ssl, certificate)| {
                        let (start, end) = certificate.validity()?;
                        (end != start).then(|| (ssl.ts - start) / (end - start))
                    })
                    .collect();
                mean(&ages)
            },
        },
        Feature {
            name: "cert_count",
            group: Group::Certificate,
            unit: Unit::Count,
            doc: "Number of distinct first certificates.",
            range: FROM_0,
            missing: None,
            compute: |view| Some(view.certificates.len() as f64),
        },
        Feature {
            name: "san_dns_count_mean",
            group: Group::Certificate,
            unit: Unit::Count,
            doc: "Mean number of domains that a certificate names as alternatives (SAN).",
            range: FROM_1,
            missing: Some("no certificate with SAN domains is known"),
            compute: |view| {
                let counts: Vec<f64> =
                    with_san(view).map(|certificate| certificate.san_dns().count() as f64).collect();
                mean(&counts)
            },
        },
        Feature {
            name: "sni_in_san",
            group: Group::Certificate,
            unit: Unit::Flag,
            doc: "Whether every server name is covered by the SAN domains of the certificate that answered.",
            range: SHARE,
            missing: Some("no server name met a certificate with SAN domains"),
            compute: |view| all(view.names_in_san()),
        },
        Feature {
            name: "cn_in_san",
            group: Group::Certificate,
            unit: Unit::Flag,
            doc: "Whether every certificate with SAN domains has its common name (CN) among them.",
            range: SHARE,
            missing: Some("no certificate with SAN domains is known"),
            compute: |view| {
                all(with_san(view).map(|certificate| {
                    certificate.common_name().is_some_and(|cn| {
                        let lower = cn.to_lowercase();
                        certificate.san_dns().any(|name| name.to_lowercase() == lower || covers(name, &cn))
                    })
                }))
            },
        },
        Feature {
            name: "cert_subject_diff_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Variety of subjects over the distinct certificates.",
            range: SHARE,
            missing: Some("no certificate with a subject is known"),
            compute: |view| diff(view.certificates.iter().filter_map(|certificate| certificate.subject())),
        },
        Feature {
            name: "cert_issuer_diff_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Variety of issuers over the distinct certificates.",
            range: SHARE,
            missing: Some("no certificate with an issuer is known"),
            compute: |view| diff(view.certificates.iter().filter_map(|certificate| certificate.issuer())),
        },
        Feature {
            name: "cert_san_diff_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Variety of lists of SAN domains over the distinct certificates.",
            range: SHARE,
            missing: Some("no certificate with SAN domains is known"),
            compute: |view| diff(with_san(view).map(|certificate| certificate.san_dns().collect::<Vec<_>>())),
        },
        Feature {
            name: "subject_mismatch_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose subject in the ssl record is not the certificate's.",
            range: SHARE,
            missing: Some("no certificate is known"),
            compute: |view| {
                mismatch(view, |ssl, certificate| known(ssl.subject.as_deref()) != certificate.subject())
            },
        },
        Feature {
            name: "issuer_mismatch_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose issuer in the ssl record is not the certificate's.",
            range: SHARE,
            missing: Some("no certificate is known"),
            compute: |view| {
                mismatch(view, |ssl, certificate| known(ssl.issuer.as_deref()) != certificate.issuer())
            },
        },
        Feature {
            name: "cn_equals_sni_ratio",
            group: Group::Certificate,
            unit: Unit::Ratio,
            doc: "Share of TLS connections whose server name matches the certificate's common name (CN).",
            range: SHARE,
            missing: Some("no server name met a known certificate"),
            compute: |view| {
                share(view.pairs.iter().filter_map(|(ssl, certificate)| {
                    let name = server_name(ssl)?;
                    Some(certificate.common_name().is_some_and(|cn| covers(&cn, name)))
                }))
            },
        },
    ];

fn is_established(state: ConnState) -> bool {
    use ConnState::{RstO, RstR, S1, S2, S3, SF};
    matches!(state, SF | S1 | S2 | S3 | RstO | RstR)
}

/// Returns a sum of counts, exact before it becomes a double.
fn total(counts: impl Iterator<Item = u64>) -> f64 {
    counts.map(u128::from).sum::<u128>() as f64
}

fn orig_bytes(view: &View<'_>) -> f64 {
    total(view.tuple.conn_records().filter_map(|record| record.orig_bytes))
}

fn resp_bytes(view: &View<'_>) -> f64 {
    total(view.tuple.conn_records().filter_map(|record| record.resp_bytes))
}

/// Validity of the certificates that have both dates, days.
fn valid_days(view: &View<'_>) -> Vec<f64> {
    view.certificates
        .iter()
        .filter_map(|certificate| certificate.validity())
        .map(|(start, end)| (end - start) / 86_400.0)
        .collect()
}

/// Returns the certificates that have SAN domains.
fn with_san<'a>(view: &'a View<'a>) -> impl Iterator<Item = view::Certificate<'a>> {
    view.certificates.iter().copied().filter(|certificate| certificate.has_san_dns())
}

/// Returns the share of the pairs whose ssl record knows a subject or an issuer that differ; 0 where none knows either.
fn mismatch(view: &View<'_>, differs: impl Fn(&SslRecord, view::Certificate<'_>) -> bool) -> Option<f64> {
    if view.pairs.is_empty() {
        return None;
    }
    let comparable = view
        .pairs
        .iter()
        .filter(|(ssl, _)| known(ssl.subject.as_deref()).is_some() || known(ssl.issuer.as_deref()).is_some());
    share(comparable.map(|(ssl, certificate)| differs(ssl, *certificate))).or(Some(0.0))
}
