//! Training on the reference corpus gives the embedded artefacts byte for byte.

use models::corpus;
use models::observe::{columns, observe};
use models::recipe::SHIPPED;
use std::path::{Path, PathBuf};

#[test]
fn training_again_gives_the_embedded_artefacts() {
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
    for recipe in &SHIPPED {
        let forest = recipe.train(&corpus.table).expect("a forest");
        let artefact = std::fs::read(models::artefacts().join(recipe.artefact())).expect("the artefact");
        let embedded = hushcap::verdict::Model::builtin(Some(recipe.name)).expect("a model");
        assert_eq!(forest.trained, embedded.forest().trained, "{}: another training table", recipe.name);
        assert!(
            forest.encode().expect("bytes") == artefact,
            "{}: training gives other bytes; run `models train`",
            recipe.name
        );
    }
}
