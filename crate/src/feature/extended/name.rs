//! The shape of server names, each distinct name once.

use super::super::stats::{mean, share};
use super::super::table::{FROM_0, FROM_1, Feature, Group, SHARE, Unit};
use super::super::view::{View, server_name};
use super::connection::is_tls_port;
use super::hello;
use super::text::{entropy, length, share_of};
use crate::join::Session;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// Top-level domains without a country from before 2001, and `.arpa`.
const OLD_DOMAINS: [&str; 11] =
    ["com", "net", "org", "edu", "gov", "mil", "int", "arpa", "info", "biz", "name"];

/// When most of them are missing.
const NO_NAME: Option<&str> = Some("no server name that is no address was seen");

/// A row for a mean over the distinct names.
macro_rules! mean_row {
    ($name:literal, $unit:ident, $range:ident, $doc:literal, $value:expr) => {
        Feature {
            name: $name,
            group: Group::Name,
            unit: Unit::$unit,
            doc: $doc,
            range: $range,
            missing: NO_NAME,
            compute: |view| mean(&names(view).iter().filter_map($value).collect::<Vec<f64>>()),
        }
    };
}

/// A row for the share of distinct names for which something holds.
macro_rules! share_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Name,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: NO_NAME,
            compute: |view| share(names(view).iter().map($holds)),
        }
    };
}

/// A row for the share of the connections with a known ClientHello for which something holds.
macro_rules! hello_row {
    ($name:literal, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Name,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: Some("no ClientHello is known"),
            compute: |view| {
                share(view.sessions().filter_map(|session| {
                    let offer = hello::known(session.ssl.offer.as_deref())?;
                    let holds: fn(bool, bool) -> bool = $holds;
                    Some(holds(is_named(&session), hello::protocols(offer).next().is_some()))
                }))
            },
        }
    };
}

pub(super) static ROWS: [Feature; 15] = [
    Feature {
        name: "name_count",
        group: Group::Name,
        unit: Unit::Count,
        doc: "Number of distinct server names.",
        range: FROM_0,
        missing: None,
        compute: |view| Some(names(view).len() as f64),
    },
    mean_row!("name_len_mean", Count, FROM_1, "Mean length of a server name.", |name| Some(length(name))),
    mean_row!(
        "name_labels_mean",
        Count,
        FROM_1,
        "Mean number of labels of a server name, the parts between its dots.",
        |name| Some(labels(name).count() as f64)
    ),
    mean_row!(
        "name_longest_label_mean",
        Count,
        FROM_1,
        "Mean length of a server name's longest label.",
        |name| Some(length(longest(name)))
    ),
    mean_row!("name_digit_ratio_mean", Ratio, SHARE, "Mean share of digits in a server name.", |name| {
        share_of(name, |letter| letter.is_ascii_digit())
    }),
    mean_row!("name_hyphens_mean", Count, FROM_0, "Mean number of hyphens in a server name.", |name| Some(
        name.matches('-').count() as f64
    )),
    mean_row!(
        "name_entropy_mean",
        Number,
        FROM_0,
        "Mean entropy of the characters of a server name's longest label, bits.",
        |name| entropy(longest(name))
    ),
    mean_row!(
        "name_vowel_ratio_mean",
        Ratio,
        SHARE,
        "Mean share of vowels in a server name's longest label; made-up names have few.",
        |name| share_of(longest(name), |letter| "aeiouy".contains(letter))
    ),
    mean_row!(
        "name_consonant_run_mean",
        Count,
        FROM_0,
        "Mean length of the longest run of consonants in a server name.",
        |name| Some(longest_run(name))
    ),
    share_row!("name_country_ratio", "Share of server names below a country's domain.", |name| top(name)
        .len()
        == 2),
    share_row!(
        "name_new_domain_ratio",
        "Share of server names below a top-level domain that is neither a country's nor from before 2002.",
        |name| { top(name).len() != 2 && !OLD_DOMAINS.contains(&top(name)) }
    ),
    share_row!("name_single_label_ratio", "Share of server names without a dot.", |name| labels(name)
        .count()
        == 1),
    hello_row!(
        "name_without_alpn_ratio",
        "Share of ClientHellos with a server name that offer no protocol by ALPN, as old or simple clients do.",
        |named, alpn| named && !alpn
    ),
    hello_row!(
        "no_name_no_alpn_ratio",
        "Share of ClientHellos with neither a server name nor a protocol by ALPN.",
        |named, alpn| !named && !alpn
    ),
    Feature {
        name: "no_name_odd_port_ratio",
        group: Group::Name,
        unit: Unit::Ratio,
        doc: "Share of TLS connections with no server name on a port that is not a well-known TLS port.",
        range: SHARE,
        missing: None,
        compute: |view| share(view.sessions().map(|session| !is_named(&session) && !is_tls_port(view))),
    },
];

/// Distinct server names that are no addresses, in lower case without the root's dot.
fn names(view: &View<'_>) -> BTreeSet<String> {
    let normal = |name: &str| name.trim_end_matches('.').to_lowercase();
    let is_name = |name: &String| !name.is_empty() && name.parse::<IpAddr>().is_err();
    view.server_names().map(normal).filter(is_name).collect()
}

/// Returns whether the client named a server, and not by its address.
pub(super) fn is_named(session: &Session<'_>) -> bool {
    server_name(session.ssl).is_some_and(|name| name.parse::<IpAddr>().is_err())
}

pub(super) fn labels(name: &str) -> impl Iterator<Item = &str> {
    name.split('.').filter(|label| !label.is_empty())
}

/// Returns the longest label, the first of several.
pub(super) fn longest(name: &str) -> &str {
    labels(name).fold("", |longest, label| if label.len() > longest.len() { label } else { longest })
}

fn top(name: &str) -> &str {
    labels(name).last().unwrap_or_default()
}

/// Returns the length of the longest run of consonants.
fn longest_run(name: &str) -> f64 {
    let is_consonant = |letter: char| letter.is_ascii_lowercase() && !"aeiouy".contains(letter);
    name.split(|letter| !is_consonant(letter)).map(length).fold(0.0, f64::max)
}
