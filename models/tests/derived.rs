//! What derives from the embedded model says what the model says.

use hushcap::verdict::Model;
use models::golden;
use std::path::Path;

#[test]
fn golden_rows_are_those_of_the_samples() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models: Vec<Model> = Model::names().map(|name| Model::builtin(Some(name)).unwrap()).collect();
    let table = golden::table(&home.join("../tests/fixtures"), &models).unwrap();
    golden::write(&home.join("golden.tsv"), &table, true).unwrap();
}

#[test]
fn model_card_names_the_training_table_and_the_threshold() {
    let card = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let model = Model::builtin(None).unwrap();
    let forest = model.forest();
    assert!(card.contains(&forest.trained), "run `models evaluate` with `--write`");
    assert!(
        card.contains(&format!("threshold {};", forest.threshold)),
        "run `models evaluate` with `--write`"
    );
}
