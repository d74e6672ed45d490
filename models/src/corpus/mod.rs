//! A folder of labelled captures and logs → [`Table`].
//!
//! Two layouts are read. With `LABELS.tsv` every tuple has a label of its own ([`labels`]). Without it the folders say what a
//! capture is, and the cleaning list tells the benign tuples of an infected host ([`folders`]).

mod clean;
mod folders;
mod labels;

pub use clean::Cleaning;

use crate::error::Error;
use crate::table::{Key, Origin, Role, Row, Table};
use hushcap::feature::MISSING;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

/// What the analysis says of one input.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observation {
    /// Time of its first packet or record, in epoch seconds; `None` where the clock was wrong.
    pub start: Option<f64>,
    /// Its tuples.
    pub tuples: Vec<Observed>,
}

/// What the analysis says of one 4-tuple.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// The tuple.
    pub key: Key,
    /// Ports of the originator, one per connection.
    pub orig_ports: Vec<u16>,
    /// Server names that clients asked for.
    pub server_names: Vec<String>,
    /// Whether a server of the tuple answered in TLS.
    pub answered: bool,
    /// Whether it shows a default that flags by itself.
    pub known: bool,
    /// Features in the order of the columns, missing as −1.
    pub values: Vec<f64>,
}

/// Labels and what the analysis says of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Corpus {
    /// The labelled tuples, those included that the analysis did not find.
    pub table: Table,
    /// Datagram tuples of captures of natural use, which the labels do not name.
    pub datagrams: Table,
    /// Inputs that were analysed.
    pub inputs: usize,
}

/// Reads a folder; `observe` analyses one input.
pub fn read(
    folder: &Path,
    columns: &[&str],
    observe: impl FnMut(&Path) -> Result<Observation, Error>,
) -> Result<Corpus, Error> {
    let mut corpus = Corpus::default();
    corpus.table.columns = columns.iter().map(|name| (*name).to_owned()).collect();
    corpus.datagrams.columns.clone_from(&corpus.table.columns);
    if folder.join("LABELS.tsv").exists() {
        labels::read(folder, &mut corpus, observe)?;
    } else {
        folders::read(folder, &Cleaning::builtin()?, &mut corpus, observe)?;
    }
    corpus.table.sort();
    corpus.datagrams.sort();
    Ok(corpus)
}

/// An input: what it is called, who made it, what kind it is.
#[derive(Debug, Clone, Copy)]
struct Input<'a> {
    capture: &'a str,
    source: &'a str,
    origin: Origin,
}

/// What is known of a tuple before it is analysed.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    key: Key,
    role: Role,
    family: String,
}

impl Corpus {
    /// Adds the labelled tuples of an input.
    fn take(&mut self, input: Input<'_>, labelled: Vec<Label>, observation: Observation) {
        self.inputs += 1;
        let Observation { start, tuples } = observation;
        let natural = !labelled.is_empty() && labelled.iter().all(|label| label.role == Role::TierA);
        let mut observed: BTreeMap<Key, Observed> =
            tuples.into_iter().map(|tuple| (canonical(&tuple.key), tuple)).collect();
        let reversed = other_ends(&observed);
        for Label { key, role, family } in labelled {
            let key = canonical(&key);
            let place = if observed.contains_key(&key) { Some(&key) } else { reversed.get(&key) };
            let found = place.and_then(|place| observed.remove(place));
            let seen = found.is_some();
            let tuple = found.unwrap_or_else(|| Observed {
                key: key.clone(),
                orig_ports: Vec::new(),
                server_names: Vec::new(),
                answered: false,
                known: false,
                values: vec![MISSING; self.table.columns.len()],
            });
            self.table.rows.push(row(input, start, role, family, seen, tuple));
        }
        if natural {
            let datagrams = observed.into_values().filter(|tuple| tuple.key.proto == "udp");
            let row = |tuple| row(input, start, Role::TierA, String::new(), true, tuple);
            self.datagrams.rows.extend(datagrams.map(row));
        }
    }
}

fn row(input: Input<'_>, start: Option<f64>, role: Role, family: String, seen: bool, tuple: Observed) -> Row {
    let Observed { key, server_names, answered, known, values, .. } = tuple;
    Row {
        capture: input.capture.to_owned(),
        source: input.source.to_owned(),
        origin: input.origin,
        start,
        key,
        role,
        family,
        server_names,
        seen,
        answered,
        known,
        values,
    }
}

/// Keys as whoever took the responder for the originator would write them, and the tuples that they mean: the responder's
/// address, the originator's address, the originator's port.
fn other_ends(observed: &BTreeMap<Key, Observed>) -> BTreeMap<Key, Key> {
    let of_tuple = |(key, tuple): (&Key, &Observed)| {
        let Key { orig_h, resp_h, proto, .. } = key.clone();
        let reversed = Key { orig_h: resp_h, resp_h: orig_h, resp_p: String::new(), proto };
        let at = |port: &u16| (Key { resp_p: port.to_string(), ..reversed.clone() }, key.clone());
        tuple.orig_ports.iter().map(at).collect::<Vec<_>>()
    };
    observed.iter().flat_map(of_tuple).collect()
}

/// Returns a key whose addresses are written in one way.
fn canonical(key: &Key) -> Key {
    let address = |text: &str| text.parse::<IpAddr>().map_or_else(|_| text.to_owned(), |ip| ip.to_string());
    Key { orig_h: address(&key.orig_h), resp_h: address(&key.resp_h), ..key.clone() }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn observed(orig_h: &str, resp_h: &str, resp_p: &str) -> Observed {
        let [orig_h, resp_h, resp_p, proto] = [orig_h, resp_h, resp_p, "tcp"].map(str::to_owned);
        Observed {
            key: Key { orig_h, resp_h, resp_p, proto },
            orig_ports: vec![50_000],
            server_names: Vec::new(),
            answered: true,
            known: false,
            values: vec![1.5],
        }
    }

    const INPUT: Input<'_> = Input { capture: "a.pcap", source: "someone", origin: Origin::Capture };

    fn taken(labelled: [&str; 3], role: Role, tuples: Vec<Observed>) -> Corpus {
        let mut corpus = Corpus::default();
        corpus.table.columns.push("alpha".to_owned());
        let [orig_h, resp_h, resp_p] = labelled.map(str::to_owned);
        let key = Key { orig_h, resp_h, resp_p, proto: "tcp".to_owned() };
        let label = Label { key, role, family: String::new() };
        corpus.take(INPUT, vec![label], Observation { start: None, tuples });
        corpus
    }

    #[test]
    fn a_label_of_the_other_end_means_the_same_connection() {
        let tuples = || vec![observed("10.0.0.1", "10.0.0.2", "4444")];
        let row = &taken(["10.0.0.2", "10.0.0.1", "50000"], Role::C2, tuples()).table.rows[0];
        assert!(row.seen);
        assert_eq!((row.key.orig_h.as_str(), row.key.resp_p.as_str()), ("10.0.0.1", "4444"));
        assert!(!taken(["10.0.0.2", "10.0.0.1", "50001"], Role::C2, tuples()).table.rows[0].seen);
    }

    #[test]
    fn datagrams_of_natural_captures_are_kept_apart() {
        let tuples = || {
            let mut datagram = observed("10.0.0.1", "192.0.2.7", "443");
            "udp".clone_into(&mut datagram.key.proto);
            vec![observed("10.0.0.1", "192.0.2.7", "443"), datagram]
        };
        let natural = taken(["10.0.0.1", "192.0.2.7", "443"], Role::TierA, tuples());
        assert_eq!((natural.table.rows.len(), natural.datagrams.rows.len()), (1, 1));
        assert_eq!(taken(["10.0.0.1", "192.0.2.7", "443"], Role::C2, tuples()).datagrams.rows.len(), 0);
    }
}
