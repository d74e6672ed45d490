//! A folder whose layout is its labels, filled with the project's own samples, becomes a model.

use models::corpus::{self, Corpus};
use models::observe::{columns, observe};
use models::recipe::FOREST37;
use models::table::Role;
use std::error::Error;
use std::path::Path;

/// Folders of the samples that stand in for malware and for two benign sources.
const SAMPLES: [(&str, &str); 3] = [
    ("malware/beacon", "beacon.pcap"),
    ("benign/office", "browsing.pcap"),
    ("benign/laboratory", "versions.pcap"),
];

fn read() -> Result<Corpus, Box<dyn Error>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let folder = tempfile::tempdir()?;
    for (group, sample) in SAMPLES {
        let group = folder.path().join(group);
        std::fs::create_dir_all(&group)?;
        std::fs::copy(fixtures.join(sample), group.join(sample))?;
    }
    Ok(corpus::read(folder.path(), &columns(), observe)?)
}

#[test]
fn folders_of_captures_become_labelled_tuples() {
    let corpus = read().expect("a corpus");
    assert_eq!(corpus.inputs, SAMPLES.len());
    let malware: Vec<_> = corpus.table.rows.iter().filter(|row| row.role == Role::C2).collect();
    assert!(malware.iter().any(|row| row.key.resp_h == "203.0.113.66"));
    assert!(malware.iter().all(|row| row.family == "beacon" && row.capture == "malware/beacon/beacon.pcap"));
    let benign = corpus.table.rows.iter().filter(|row| row.role == Role::TierA);
    let sources: std::collections::BTreeSet<&str> = benign.map(|row| row.source.as_str()).collect();
    assert_eq!(sources, ["benign/laboratory", "benign/office"].into());
}

#[test]
fn folders_of_captures_train_a_model() {
    let forest = FOREST37.train(&read().expect("a corpus").table).expect("a forest");
    assert_eq!(forest.roots.len(), 150);
    assert!(forest.nodes.len() > forest.roots.len());
}
