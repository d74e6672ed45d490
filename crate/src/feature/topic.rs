//! What a feature is about: features that tell the same are shown together in an explanation.

use super::Table;
use super::table::Group;
use crate::seeded::Map;
use serde::Serialize;
use std::sync::LazyLock;

/// What features of one kind are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// How many bytes and packets there are, and which way they go.
    Volume,
    /// When connections start, and how long they last.
    Timing,
    /// How connections and handshakes end.
    Outcome,
    /// What the client offers.
    Client,
    /// What the server chooses, and on which port.
    Server,
    /// The server's name.
    Name,
    /// Who issued the certificates.
    Issuer,
    /// What the certificates say about their owner.
    Subject,
    /// When the certificates are valid.
    Validity,
    /// Keys, signatures and form of the certificates.
    Form,
    /// What an analyst would point at.
    Evidence,
}

/// Topics of the features that are not all of their group's: a topic a line, and its features.
const TOPICS: [(Topic, &str); 7] = [
    (
        Topic::Volume,
        "n_records orig_bytes_total resp_bytes_total resp_bytes_ratio resp_pkts_total orig_pkts_total \
         orig_bytes_mean orig_bytes_cv resp_bytes_mean resp_bytes_cv upload_ratio orig_pkt_bytes_mean \
         resp_pkt_bytes_mean non_ssl_to_ssl_ratio",
    ),
    (Topic::Timing, "dur_mean dur_std dur_out_of_std_ratio period_mean period_std dur_cv gap_mean gap_cv"),
    (
        Topic::Outcome,
        "established_ratio unanswered_ratio reset_ratio no_server_hello_ratio ssl_established_ratio resumed_ratio \
         alert_ratio hello_retry_ratio x509_to_ssl_ratio",
    ),
    (
        Topic::Name,
        "sni_ratio sni_is_ip_ratio sni_diff_ratio sni_in_san cn_equals_sni_ratio no_name_no_alpn_ratio \
         no_name_odd_port_ratio name_without_alpn_ratio",
    ),
    (
        Topic::Issuer,
        "self_signed_ratio ssl_issuer_diff_ratio cert_issuer_diff_ratio issuer_mismatch_ratio cert_path_len_mean \
         public_ca_ratio self_signed_no_name_ratio self_signed_odd_port_ratio self_signed_no_name_odd_port_ratio \
         self_signed_no_alpn_ratio private_ca_no_name_ratio issuer_parts_mean issuer_entropy_mean issuer_has_org_ratio",
    ),
    (
        Topic::Subject,
        "ssl_subject_diff_ratio san_dns_count_mean cn_in_san cert_subject_diff_ratio cert_san_diff_ratio \
         subject_mismatch_ratio cert_proposed_name_ratio subject_parts_mean subject_entropy_mean cn_len_mean \
         cn_entropy_mean cn_digit_ratio_mean cn_has_dot_ratio subject_has_org_ratio san_present_ratio san_wildcard_ratio",
    ),
    (
        Topic::Validity,
        "cert_valid_days_mean cert_valid_days_std cert_valid_at_capture_ratio cert_age_ratio_mean \
         cert_over_825_days_ratio cert_up_to_100_days_ratio cert_whole_years_ratio cert_from_midnight_ratio",
    ),
];

impl Topic {
    /// Returns the topic of a feature, by its name.
    pub fn of(feature: &str) -> Self {
        static BY_NAME: LazyLock<Map<&str, Topic>> = LazyLock::new(|| {
            let listed = TOPICS.iter().flat_map(|(topic, names)| names.split(' ').map(|name| (name, *topic)));
            let by_group =
                Table::Extended.features().iter().map(|feature| (feature.name, of_group(feature.group)));
            by_group.chain(listed).collect()
        });
        BY_NAME.get(feature).copied().unwrap_or(Topic::Evidence)
    }
}

/// Returns the topic of a group's features, unless they are listed.
fn of_group(group: Group) -> Topic {
    match group {
        Group::Connection | Group::Ssl => Topic::Server,
        Group::Certificate => Topic::Form,
        Group::Hello => Topic::Client,
        Group::Name | Group::Dns => Topic::Name,
        Group::Beacon => Topic::Timing,
        Group::Evidence => Topic::Evidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded::Set;

    #[test]
    fn every_listed_feature_is_one_and_listed_once() {
        let names: Vec<&str> = TOPICS.iter().flat_map(|(_, names)| names.split(' ')).collect();
        let known = Table::Extended.names();
        assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
        assert_eq!(names.iter().collect::<Set<_>>().len(), names.len());
    }

    #[test]
    fn features_that_tell_the_same_share_a_topic() {
        let topics = ["self_signed_ratio", "public_ca_ratio", "issuer_parts_mean"].map(Topic::of);
        assert_eq!(topics, [Topic::Issuer; 3]);
        assert_eq!(Topic::of("beacon_score"), Topic::of("period_mean"));
        assert_eq!(Topic::of("tls_port"), Topic::Server);
        assert_eq!(Topic::of("rsa_key_length_mean"), Topic::Form);
    }
}
