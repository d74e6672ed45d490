//! What derives from the embedded model says what the model says.

use hushcap::verdict::Model;
use models::golden;
use models::recipe::SHIPPED;
use std::path::Path;

#[test]
fn golden_rows_are_those_of_the_samples() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let models: Vec<Model> = Model::names().map(|name| Model::builtin(Some(name)).unwrap()).collect();
    let table = golden::table(&home.join("../tests/fixtures"), &models).unwrap();
    golden::write(&home.join("golden.tsv"), &table, true).unwrap();
}

#[test]
fn figures_were_written_for_these_recipes_and_not_altered() {
    models::card::check_seal(Path::new(env!("CARGO_MANIFEST_DIR")), &SHIPPED).unwrap();
}

#[test]
fn figures_name_each_training_table_and_threshold() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(models::card::FIGURES);
    let figures = std::fs::read_to_string(path).unwrap();
    for name in Model::names() {
        let model = Model::builtin(Some(name)).unwrap();
        let forest = model.forest();
        let (trained, threshold) = (&forest.trained, forest.threshold);
        let line = format!("threshold {threshold}; trained on the table with SHA-256 `{trained}`");
        assert!(figures.contains(&line), "{name}: run `models evaluate` with `--write`");
    }
}
