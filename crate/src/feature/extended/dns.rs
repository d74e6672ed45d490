//! Whether, and how, a host had looked up the addresses that it connects to.

use super::super::stats::{mean, share};
use super::super::table::{FROM_0, FROM_1, Feature, Group, SHARE, Unit};
use super::super::view::View;
use super::name::{is_named, labels, longest};
use super::text::{entropy, length, share_of};
use crate::join::{Lookup, LookupState};
use std::collections::BTreeSet;

const UNKNOWN: Option<&str> = Some("it is unknown whether any address was looked up");
const NO_LOOKUP: Option<&str> = Some("no address was looked up");
const NO_HIDDEN_NAME: Option<&str> =
    Some("no connection without a server name goes to an address that was looked up");

/// A row for a mean over the connections whose address was looked up.
macro_rules! lookup_row {
    ($name:literal, $unit:ident, $range:ident, $doc:literal, $value:expr) => {
        Feature {
            name: $name,
            group: Group::Dns,
            unit: Unit::$unit,
            doc: $doc,
            range: $range,
            missing: NO_LOOKUP,
            compute: |view| {
                let value: fn(&Lookup<'_>) -> Option<f64> = $value;
                let lookups = view.sessions().filter_map(|session| value(&session.dns.lookup?));
                mean(&lookups.collect::<Vec<f64>>())
            },
        }
    };
}

/// A row for a mean over the distinct names by which addresses were looked up for connections without a server name.
macro_rules! hidden_name_row {
    ($name:literal, $unit:ident, $range:ident, $doc:literal, $value:expr) => {
        Feature {
            name: $name,
            group: Group::Dns,
            unit: Unit::$unit,
            doc: $doc,
            range: $range,
            missing: NO_HIDDEN_NAME,
            compute: |view| mean(&hidden_names(view).into_iter().filter_map($value).collect::<Vec<f64>>()),
        }
    };
}

/// A row for a share of the connections of which something is known.
macro_rules! share_row {
    ($name:literal, $missing:expr, $doc:literal, $holds:expr) => {
        Feature {
            name: $name,
            group: Group::Dns,
            unit: Unit::Ratio,
            doc: $doc,
            range: SHARE,
            missing: $missing,
            compute: |view| share(view.sessions().filter_map($holds)),
        }
    };
}

pub(super) static ROWS: [Feature; 14] = [
    share_row!(
        "dns_looked_up_ratio",
        UNKNOWN,
        "Share of TLS connections whose address the host, else any other, had looked up, of those of which that is known.",
        |session| (session.dns.state != LookupState::Unknown)
            .then_some(session.dns.state == LookupState::LookedUp)
    ),
    share_row!(
        "dns_never_ratio",
        None,
        "Share of TLS connections to an address that was never looked up, though the host had asked DNS before.",
        |session| Some(session.dns.state == LookupState::Never)
    ),
    lookup_row!(
        "dns_age_mean",
        Seconds,
        FROM_0,
        "Mean time from the latest answer that named the address to the connection.",
        |lookup| Some(lookup.age)
    ),
    lookup_row!("dns_ttl_mean", Seconds, FROM_0, "Mean time for which the address may be kept.", |lookup| {
        lookup.ttl
    }),
    lookup_row!("dns_addresses_mean", Count, FROM_1, "Mean number of addresses in the answer.", |lookup| {
        Some(lookup.addresses as f64)
    }),
    lookup_row!(
        "dns_cname_depth_mean",
        Count,
        FROM_0,
        "Mean number of aliases between the name that was asked for and its address.",
        |lookup| Some(lookup.cname_depth as f64)
    ),
    share_row!(
        "dns_name_asked_ratio",
        Some("no connection with a server name is of a host that had asked DNS before"),
        "Share of TLS connections whose server name the host had asked for before.",
        |session| session.dns.name_asked
    ),
    share_row!(
        "dns_name_led_here_ratio",
        Some("no connection with a server name goes to an address that was looked up"),
        "Share of TLS connections whose server name is one by which their address was looked up; a fronted name is not.",
        |session| session.dns.name_led_here
    ),
    Feature {
        name: "dns_name_count",
        group: Group::Dns,
        unit: Unit::Count,
        doc: "Number of distinct names by which the address was looked up, up to 16.",
        range: FROM_0,
        missing: None,
        compute: |view| Some(view.tuple.dns.names.len() as f64),
    },
    hidden_name_row!(
        "dns_hidden_name_len_mean",
        Count,
        FROM_1,
        "Mean length of the name by which an address was looked up that is contacted without a server name.",
        |name| Some(length(name))
    ),
    hidden_name_row!(
        "dns_hidden_name_labels_mean",
        Count,
        FROM_1,
        "Mean number of labels of the name by which an address was looked up that is contacted without a server name.",
        |name| Some(labels(name).count() as f64)
    ),
    hidden_name_row!(
        "dns_hidden_name_digit_ratio_mean",
        Ratio,
        SHARE,
        "Mean share of digits in the name by which an address was looked up that is contacted without a server name.",
        |name| share_of(name, |letter| letter.is_ascii_digit())
    ),
    hidden_name_row!(
        "dns_hidden_name_entropy_mean",
        Number,
        FROM_0,
        "Mean entropy of the longest label of the name by which an address was looked up that is contacted without a server name, bits.",
        |name| entropy(longest(name))
    ),
    hidden_name_row!(
        "dns_hidden_name_vowel_ratio_mean",
        Ratio,
        SHARE,
        "Mean share of vowels in the longest label of the name by which an address was looked up that is contacted without a server name.",
        |name| share_of(longest(name), |letter| "aeiouy".contains(letter))
    ),
];

/// Returns the names by which addresses were looked up for connections whose hello names no server, each once.
fn hidden_names<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let hidden = view.sessions().filter(|session| !is_named(session));
    hidden.filter_map(|session| Some(session.dns.lookup?.name)).filter(|name| !name.is_empty()).collect()
}
