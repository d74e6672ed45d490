//! The layout in which folders are the labels: `malware/<family>/` and `benign/<source>/`, with captures in them.
//!
//! A tuple of a benign capture is natural use. In a malware capture those tuples are background whose server names the
//! cleaning list clears; all others count as the malware's own, as its controller for want of a finer word.

use super::{Cleaning, Corpus, Input, Label, Observation, Observed};
use crate::error::{Error, entries};
use crate::table::{Origin, Role};
use std::path::Path;

/// Reads the folder into `corpus`.
pub(super) fn read(
    folder: &Path,
    cleaning: &Cleaning,
    corpus: &mut Corpus,
    mut observe: impl FnMut(&Path) -> Result<Observation, Error>,
) -> Result<(), Error> {
    for kind in ["malware", "benign"] {
        for group in entries(&folder.join(kind))?.into_iter().filter(|path| path.is_dir()) {
            let name = file_name(&group);
            for path in entries(&group)? {
                let observation = observe(&path)?;
                let label = |tuple: &Observed| match kind {
                    "benign" => label(tuple, Role::TierA, ""),
                    _ if cleaning.clears(&tuple.server_names) => label(tuple, Role::Background, ""),
                    _ => label(tuple, Role::C2, &name),
                };
                let labelled = observation.tuples.iter().map(label).collect();
                let capture = format!("{kind}/{name}/{}", file_name(&path));
                let source = format!("{kind}/{name}");
                let input = Input { capture: &capture, source: &source, origin: Origin::Capture };
                corpus.take(input, labelled, observation);
            }
        }
    }
    Ok(())
}

fn label(tuple: &Observed, role: Role, family: &str) -> Label {
    Label { key: tuple.key.clone(), role, family: family.to_owned() }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use crate::corpus::tests::{observed, write};
    use crate::corpus::{Observation, read};
    use crate::error::Error;
    use crate::table::Role;
    use std::path::Path;

    fn observe(path: &Path) -> Result<Observation, Error> {
        let mut update = observed("10.0.0.1", "192.0.2.1", "443");
        update.server_names.push("fe2.update.microsoft.com".to_owned());
        let mut site = observed("10.0.0.1", "192.0.2.2", "443");
        site.server_names.push("panel.example".to_owned());
        let bare = observed("10.0.0.1", "192.0.2.3", "8443");
        let tuples = if path.starts_with("/") && path.ends_with("bot/a.pcap") {
            vec![update, site, bare]
        } else {
            vec![update, site]
        };
        Ok(Observation { start: None, tuples })
    }

    #[test]
    fn folders_are_the_labels_and_the_list_clears_the_background() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "malware/bot/a.pcap", "");
        write(folder.path(), "benign/office/b.pcap", "");
        let corpus = read(folder.path(), &["alpha"], observe).unwrap();
        let of = |capture: &str| -> Vec<(Role, &str, &str)> {
            let rows = corpus.table.rows.iter().filter(|row| row.capture == capture);
            rows.map(|row| (row.role, row.family.as_str(), row.source.as_str())).collect()
        };
        assert_eq!(of("benign/office/b.pcap"), [(Role::TierA, "", "benign/office"); 2]);
        let malware = of("malware/bot/a.pcap");
        assert_eq!(
            malware,
            [
                (Role::Background, "", "malware/bot"),
                (Role::C2, "bot", "malware/bot"),
                (Role::C2, "bot", "malware/bot")
            ]
        );
    }

    #[test]
    fn a_folder_of_neither_layout_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read(folder.path(), &["alpha"], observe).unwrap_err().to_string().contains("malware"));
    }
}
