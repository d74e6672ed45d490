//! What a network has shown before, by hashes that only the profile's salt makes comparable.

use crate::report::TupleOutline;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Bytes of a hash that are kept: two of a million values meet with a probability of 10^-27.
const KEPT: usize = 16;

/// How values are written into a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Writing {
    /// As salted SHA-256, in hex; the salt, in hex.
    Salted(String),
    /// As they are, because the reader asked for it.
    Plain,
}

impl Writing {
    pub(super) fn salted(salt: [u8; 16]) -> Self {
        Writing::Salted(HEXLOWER.encode(&salt))
    }

    pub(super) fn write(&self, value: &str) -> String {
        match self {
            Writing::Plain => value.to_owned(),
            Writing::Salted(salt) => {
                let hash =
                    Sha256::new().chain_update(salt).chain_update(b"\0").chain_update(value).finalize();
                HEXLOWER.encode(hash.get(..KEPT).unwrap_or_default())
            }
        }
    }
}

/// What was seen, written as the profile writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    server_names: BTreeSet<String>,
    certificates: BTreeSet<String>,
    clients: BTreeSet<String>,
    servers: BTreeSet<String>,
}

impl Seen {
    pub(super) fn add(&mut self, outline: &TupleOutline, writing: &Writing) {
        let write =
            |values: Vec<String>| values.into_iter().map(|value| writing.write(&value)).collect::<Vec<_>>();
        self.server_names.extend(write(names(outline)));
        self.certificates.extend(write(outline.fingerprints.certificate.clone()));
        self.clients.extend(write(clients(outline)));
        self.servers.insert(writing.write(&server(outline)));
    }

    /// Returns what of a tuple was not seen, by the names that the Report gives it.
    pub(super) fn new_of(&self, outline: &TupleOutline, writing: &Writing) -> Vec<&'static str> {
        let is_new = |seen: &BTreeSet<String>, values: Vec<String>| {
            values.iter().any(|value| !seen.contains(&writing.write(value)))
        };
        let kinds = [
            ("server_name", is_new(&self.server_names, names(outline))),
            ("certificate", is_new(&self.certificates, outline.fingerprints.certificate.clone())),
            ("client", is_new(&self.clients, clients(outline))),
            ("server", is_new(&self.servers, vec![server(outline)])),
        ];
        kinds.into_iter().filter(|(_, new)| *new).map(|(kind, _)| kind).collect()
    }
}

/// Server names in one spelling.
fn names(outline: &TupleOutline) -> Vec<String> {
    outline.server_names.iter().map(|name| name.trim_end_matches('.').to_lowercase()).collect()
}

/// JA4 of its clients, or JA3 where logs have no other.
fn clients(outline: &TupleOutline) -> Vec<String> {
    let prints = &outline.fingerprints;
    if prints.ja4.is_empty() { prints.ja3.clone() } else { prints.ja4.clone() }
}

/// Address and port, with the protocol.
fn server(outline: &TupleOutline) -> String {
    format!("{} {} {}", outline.resp_h, outline.resp_p, outline.proto.as_str())
}
