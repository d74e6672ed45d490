//! The layout with a label a tuple.
//!
//! `LABELS.tsv` (capture, orig_h, resp_h, resp_p, proto, label, role, family_key), `CAPTURES.tsv` (capture, source_repo) and
//! the captures below `captures/`; below `zeek/`, where there is one, `LABELS.tsv` (log_set for capture) and a folder of
//! Zeek logs for each log set. Other columns are not read.

use super::{Corpus, Input, Label, Observation};
use crate::error::{Error, read_text};
use crate::table::{Key, Origin, Role};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the folder into `corpus`.
pub(super) fn read(
    folder: &Path,
    corpus: &mut Corpus,
    mut observe: impl FnMut(&Path) -> Result<Observation, Error>,
) -> Result<(), Error> {
    let mut sources = BTreeMap::new();
    for [capture, source] in read_columns(&folder.join("CAPTURES.tsv"), ["capture", "source_repo"])? {
        sources.insert(capture, source);
    }
    for (capture, labelled) in labels(&folder.join("LABELS.tsv"), "capture")? {
        let source = sources.get(&capture).unwrap_or(&capture);
        let observation = observe(&folder.join("captures").join(&capture))?;
        corpus.take(Input { capture: &capture, source, origin: Origin::Capture }, labelled, observation);
    }
    let logs = folder.join("zeek");
    if logs.join("LABELS.tsv").exists() {
        for (set, labelled) in labels(&logs.join("LABELS.tsv"), "log_set")? {
            // Sets of one origin share the first part of their name.
            let source = set.split('_').next().unwrap_or(&set);
            let observation = observe(&logs.join(&set))?;
            corpus.take(Input { capture: &set, source, origin: Origin::Logs }, labelled, observation);
        }
    }
    Ok(())
}

/// Labels by input; those of unknown kind are left out.
fn labels(path: &Path, input: &str) -> Result<BTreeMap<String, Vec<Label>>, Error> {
    let names = [input, "orig_h", "resp_h", "resp_p", "proto", "label", "role", "family_key"];
    let mut labels: BTreeMap<String, Vec<Label>> = BTreeMap::new();
    for [capture, orig_h, resp_h, resp_p, proto, label, role, family] in read_columns(path, names)? {
        if let Some(role) = Role::of(&label, &role) {
            let key = Key { orig_h, resp_h, resp_p, proto };
            labels.entry(capture).or_default().push(Label { key, role, family });
        }
    }
    Ok(labels)
}

/// Returns the named columns of a TSV file with a header line, whatever is between them.
fn read_columns<const N: usize>(path: &Path, names: [&str; N]) -> Result<Vec<[String; N]>, Error> {
    let text = read_text(path)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        *place = header
            .iter()
            .position(|column| *column == name)
            .ok_or_else(|| Error::table(path, format!("no column {name} in its first line")))?;
    }
    let row = |(number, line): (usize, &str)| {
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() != header.len() {
            let found = fields.len();
            return Err(Error::table(
                path,
                format!("line {}: {found} fields, expected {}", number + 2, header.len()),
            ));
        }
        Ok(places.map(|place| fields[place].to_owned()))
    };
    lines.enumerate().map(row).collect()
}

#[cfg(test)]
mod tests {
    use crate::corpus::tests::{observed, write};
    use crate::corpus::{Observation, read};
    use crate::error::Error;
    use crate::table::{Role, Row};
    use std::path::Path;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "CAPTURES.tsv", "capture\tkind\tsource_repo\nm/a.pcap\tmalware\tsomeone\n");
        let header = "capture\torig_h\tresp_h\tresp_p\tproto\tlabel\trole\tfamily\tfamily_key\n";
        let rows = "m/a.pcap\t10.0.0.1\t192.0.2.1\t443\ttcp\tmalware\tc2\tX\tx\n\
                    m/a.pcap\t10.0.0.1\t2001:DB8:0::1\t443\ttcp\tbenign\tbackground\t\t\n\
                    m/a.pcap\t10.0.0.1\t192.0.2.3\t443\ttcp\tunknown\tunsure\t\t\n";
        write(folder.path(), "LABELS.tsv", &format!("{header}{rows}"));
        let logs = "log_set\torig_h\tresp_h\tresp_p\tproto\tlabel\trole\tbasis\tfamily_key\n\
                    week_1\t10.0.0.2\t192.0.2.9\t449\ttcp\tmalware\tc2\tport\ty\n";
        write(folder.path(), "zeek/LABELS.tsv", logs);
        folder
    }

    fn observe(path: &Path) -> Result<Observation, Error> {
        let tuples = if path.ends_with("captures/m/a.pcap") {
            vec![observed("10.0.0.1", "2001:db8::1", "443"), observed("10.0.0.1", "192.0.2.3", "443")]
        } else {
            assert!(path.ends_with("zeek/week_1"));
            vec![observed("10.0.0.2", "192.0.2.9", "449")]
        };
        Ok(Observation { start: Some(1.6e9), tuples })
    }

    #[test]
    fn captures_and_logs_become_one_table() {
        let corpus = read(folder().path(), &["alpha"], observe).unwrap();
        let rows: Vec<(&str, &str, Role, &str)> = corpus
            .table
            .rows
            .iter()
            .filter(|row| row.seen)
            .map(|row| (row.capture.as_str(), row.source.as_str(), row.role, row.family.as_str()))
            .collect();
        assert_eq!(rows, [("m/a.pcap", "someone", Role::Background, ""), ("week_1", "week", Role::C2, "y")]);
        assert_eq!(corpus.inputs, 2);
    }

    #[test]
    fn a_tuple_that_was_not_found_stays_and_is_not_trained_on() {
        let corpus = read(folder().path(), &["alpha"], observe).unwrap();
        let missed: Vec<&Row> = corpus.table.rows.iter().filter(|row| !row.seen).collect();
        assert_eq!(missed.len(), 1);
        assert_eq!(
            (missed[0].key.resp_h.as_str(), missed[0].values.as_slice()),
            ("192.0.2.1", [-1.0].as_slice())
        );
        assert!(!missed[0].is_trained_on());
    }

    #[test]
    fn an_absent_column_is_named() {
        let folder = folder();
        write(folder.path(), "LABELS.tsv", "capture\torig_h\n");
        let message = read(folder.path(), &["alpha"], observe).unwrap_err().to_string();
        assert!(message.contains("no column resp_h"), "{message}");
    }
}
