//! Published defaults over the labelled captures and logs: none may be found in benign traffic.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap::analyze::{Analysis, Analyzer, LogAnalyzer};
use hushcap::verdict::known::{defaults, devices};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::table::{say, table};
use hushcap_tests::tsv::Tsv;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

#[test]
fn no_default_is_found_in_benign_tuples_of_the_corpus() {
    let Some(root) = shared("corpus") else { return };
    let captures = labels(&root.join("LABELS.tsv"), "capture");
    let sets = labels(&root.join("zeek/LABELS.tsv"), "log_set");
    let (mut found, mut benign, mut looks) = (BTreeMap::new(), 0, BTreeMap::new());
    let inputs = captures
        .iter()
        .map(|(capture, roles)| (root.join("captures").join(capture), roles))
        .chain(sets.iter().map(|(set, roles)| (root.join("zeek").join(set), roles)));
    for (path, roles) in inputs {
        let analysis = analyse(&path);
        for tuple in analysis.tuples().iter() {
            let Some((label, role)) = roles.get(&tuple.key.to_string()) else { continue };
            benign += usize::from(label == "benign");
            for row in defaults(tuple) {
                assert_ne!(label, "benign", "{}: {} is found in {}", path.display(), row.id, tuple.key);
                *found.entry((row.id, role.clone())).or_insert(0) += 1;
            }
            for device in devices(tuple) {
                *looks.entry((device.id, role.clone())).or_insert(0) += 1;
            }
        }
    }
    let rows = |counts: &BTreeMap<(&str, String), u64>| -> Vec<Vec<String>> {
        counts
            .iter()
            .map(|((id, role), count)| vec![(*id).to_owned(), role.clone(), count.to_string()])
            .collect()
    };
    say(&table(&["default", "role", "tuples"], &rows(&found)));
    say(&table(&["looks like", "role", "tuples"], &rows(&looks)));
    assert!(benign > 3_000, "only {benign} benign tuples were seen");
    assert!(found.len() > 5, "hardly any default was found");
}

/// Label and role of each tuple, by input.
fn labels(path: &Path, input: &str) -> HashMap<String, HashMap<String, (String, String)>> {
    let labels = Tsv::open(path).expect("labels");
    let mut by_input: HashMap<String, HashMap<String, (String, String)>> = HashMap::new();
    for row in labels.maps() {
        let cell = |name: &str| row.get(name).copied().unwrap_or_default().to_owned();
        let key = ["orig_h", "resp_h", "resp_p", "proto"].map(cell).join(" ");
        by_input.entry(cell(input)).or_default().insert(key, (cell("label"), cell("role")));
    }
    by_input
}

fn analyse(path: &Path) -> Analysis {
    let name = folder::name(path);
    if !path.is_dir() {
        let mut analyzer = Analyzer::new(name);
        analyzer
            .push(&std::fs::read(path).expect("a capture of the corpus"))
            .expect("a capture that can be read");
        return analyzer.finish().expect("a capture that can be read");
    }
    let mut analyzer = LogAnalyzer::new(name);
    for file in folder::entries(path) {
        analyzer.open(&folder::name(&file));
        analyzer.push(&std::fs::read(&file).expect("a log"));
    }
    analyzer.finish().expect("logs that can be read")
}
