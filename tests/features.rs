//! The 37 features of every log set in the reference data, against an independent computation of the same definitions.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at the first thing amiss")]

use hushcap::feature::{COUNT, FEATURES, MISSING, compute, model_input};
use hushcap::join::join;
use hushcap::records::log::{Format, LogSet, Logs, write};
use hushcap_tests::agree::agree;
use hushcap_tests::shared::shared;
use hushcap_tests::tsv::Tsv;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// 4-tuple as text → its vector.
type Table = BTreeMap<[String; 4], [f64; COUNT]>;

/// Bytes a read, small and odd so that lines are cut everywhere.
const CHUNK: usize = 4_099;

fn read(dir: &Path) -> Logs {
    let mut set = LogSet::new();
    for entry in std::fs::read_dir(dir).expect("directory of logs") {
        let path = entry.expect("entry").path();
        set.open(&path.file_name().expect("name").to_string_lossy());
        let bytes = std::fs::read(&path).expect("log");
        bytes.chunks(CHUNK).for_each(|chunk| set.push(chunk));
    }
    set.finish().expect("logs")
}

fn features(logs: &Logs) -> Table {
    let tuples = join(&logs.conn, &logs.ssl, &logs.x509);
    tuples.iter().map(|tuple| (tuple.key.text(), model_input(&compute(tuple)))).collect()
}

/// Log set → the values that the reference gives for it.
fn reference(path: &Path) -> BTreeMap<String, Table> {
    let table = Tsv::open(path).expect("reference table");
    let names: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
    assert_eq!(table.columns[5..], names, "names and order of the features");
    let mut sets: BTreeMap<String, Table> = BTreeMap::new();
    for row in &table.rows {
        let key = std::array::from_fn(|index| row[index + 1].clone());
        let values = std::array::from_fn(|index| row[index + 5].parse().expect("number"));
        let twin = sets.entry(row[0].clone()).or_default().insert(key, values);
        assert!(twin.is_none(), "the reference has {row:?} twice");
    }
    sets
}

/// What differs between two tables, a line a difference.
fn differences(set: &str, ours: &Table, theirs: &Table) -> Vec<String> {
    let mut found = Vec::new();
    for key in ours.keys().filter(|key| !theirs.contains_key(*key)) {
        found.push(format!("{set} {}: not in the reference", key.join(" ")));
    }
    for (key, expected) in theirs {
        let Some(values) = ours.get(key) else {
            found.push(format!("{set} {}: missing", key.join(" ")));
            continue;
        };
        for ((feature, got), wanted) in FEATURES.iter().zip(values).zip(expected) {
            if !agree(*got, *wanted) {
                found.push(format!("{set} {}: {} is {got}, not {wanted}", key.join(" "), feature.name));
            }
        }
    }
    found
}

fn log_sets(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).expect("log sets").map(|entry| entry.expect("entry").path());
    let mut sets: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    sets.sort();
    sets
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

#[test]
fn features_of_every_log_set_equal_the_reference() {
    let Some(root) = shared("corpus/zeek") else { return };
    let reference = reference(&root.join("features37.tsv"));
    let (mut sets, mut tuples, mut values, mut same_bits, mut found) = (0, 0, 0, 0, Vec::new());
    for dir in log_sets(&root) {
        let set = name(&dir);
        let logs = read(&dir);
        let ours = features(&logs);
        let theirs = reference.get(&set).cloned().unwrap_or_default();
        let weirds: Vec<_> = logs.weirds.iter().collect();
        println!("{set}: {}, {} conn, {} tuples, weird {weirds:?}", logs.format, logs.conn.len(), ours.len());
        found.extend(differences(&set, &ours, &theirs));
        sets += 1;
        tuples += ours.len();
        values += ours.len() * COUNT;
        let pairs = ours.iter().filter_map(|(key, values)| Some((values, theirs.get(key)?)));
        same_bits += pairs.flat_map(|(a, b)| a.iter().zip(b)).filter(|(a, b)| a == b).count();
    }
    println!(
        "{sets} log sets, {tuples} tuples, {values} values compared, {same_bits} of them equal to the bit"
    );
    println!("{} differences", found.len());
    found.iter().for_each(|line| println!("{line}"));
    assert_eq!(sets, reference.len(), "every log set of the reference is there");
    assert!(tuples > 0 && found.is_empty());
}

#[test]
fn missing_stands_only_where_the_table_says_so() {
    let Some(root) = shared("corpus/zeek") else { return };
    for dir in log_sets(&root) {
        for (key, values) in features(&read(&dir)) {
            for (feature, value) in FEATURES.iter().zip(values) {
                let (least, greatest) = feature.range;
                let in_range = (least..=greatest).contains(&value);
                let missing = value == MISSING && feature.missing.is_some();
                assert!(in_range || missing, "{key:?}: {} is {value}", feature.name);
            }
        }
    }
}

#[test]
fn written_logs_give_the_same_features_bit_for_bit() {
    let Some(root) = shared("corpus/zeek") else { return };
    for dir in log_sets(&root) {
        let logs = read(&dir);
        let before = features(&logs);
        for format in [Format::Tsv, Format::Json] {
            let again = features(&written_and_read(&logs, format));
            assert_eq!(before.len(), again.len());
            for ((key, a), (other, b)) in before.iter().zip(&again) {
                assert_eq!(key, other);
                assert_eq!(a.map(f64::to_bits), b.map(f64::to_bits), "{} {key:?} {format:?}", name(&dir));
            }
        }
    }
}

/// The records as a fresh reader finds them in logs of `format`.
fn written_and_read(logs: &Logs, format: Format) -> Logs {
    let (mut conn, mut ssl, mut x509) = (Vec::new(), Vec::new(), Vec::new());
    write(&logs.conn, format, &mut conn).expect("conn.log");
    write(&logs.ssl, format, &mut ssl).expect("ssl.log");
    write(&logs.x509, format, &mut x509).expect("x509.log");
    let mut set = LogSet::new();
    for (name, bytes) in [("x509.log", x509), ("ssl.log", ssl), ("conn.log", conn)] {
        set.open(name);
        bytes.chunks(CHUNK).for_each(|chunk| set.push(chunk));
    }
    let again = set.finish().expect("own logs");
    assert!(again.weirds.iter().next().is_none(), "{:?}", again.weirds);
    assert_eq!(logs.conn, again.conn);
    assert_eq!(logs.ssl, again.ssl);
    assert_eq!(logs.x509, again.x509);
    again
}
