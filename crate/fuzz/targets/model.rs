//! A model's artefact: what loads also scores and explains.

#![no_main]

use hushcap::feature::Table;
use hushcap::verdict::Model;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|artefact: &[u8]| {
    let columns = Table::Extended.names();
    if let Ok(model) = Model::load(artefact, columns) {
        let row = vec![0.0; columns.len()];
        let _ = model.judge(&[row.clone()], |_| true);
        let _ = model.explain(&row);
    }
});
