//! Training on the reference corpus gives the embedded artefact byte for byte.

use models::corpus;
use models::observe::{columns, observe};
use models::recipe::FOREST37;
use std::path::{Path, PathBuf};

#[test]
fn training_again_gives_the_embedded_artefact() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("HUSHCAP_SHARED").map_or_else(|| home.join("../../shared"), PathBuf::from);
    let folder = shared.join("corpus");
    if !folder.exists() {
        println!(
            "skipped: {} is not here (set HUSHCAP_SHARED to the folder of reference data)",
            folder.display()
        );
        return;
    }
    let corpus = corpus::read(&folder, &columns(), observe).expect("the corpus");
    let forest = FOREST37.train(&corpus.table).expect("a forest");
    let artefact = std::fs::read(home.join(FOREST37.artefact())).expect("the artefact");
    assert_eq!(forest.trained, hushcap::verdict::Model::builtin(None).expect("a model").forest().trained);
    assert!(forest.encode().expect("bytes") == artefact, "training gives other bytes: run `models train`");
}
