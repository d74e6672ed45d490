//! What the module declares: tables, models, features. The Python side writes none of it a second time.

use crate::{Error, fields};
use arrow_schema::Fields;
use data_encoding::HEXLOWER;
use hushcap::feature::Table;
use hushcap::verdict::Model;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub(crate) fn json() -> Result<Vec<u8>, Error> {
    let tables: serde_json::Map<String, Value> =
        fields::LOGS.iter().map(|log| (log.path().to_owned(), columns(&fields::of_log(*log)))).collect();
    let model = |name: &'static str| {
        let hash = Model::artefact(name).map(|bytes| HEXLOWER.encode(&Sha256::digest(bytes)));
        json!({ "name": name, "sha256": hash })
    };
    Ok(serde_json::to_vec(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "tables": tables,
        "verdicts": columns(&fields::verdicts()),
        "features": Table::Extended.names(),
        "models": Model::names().map(model).collect::<Vec<_>>(),
        "lookup_window": hushcap::join::LOOKUP_WINDOW,
        "lookups": hushcap::join::LOOKUPS,
    }))?)
}

/// Returns the names and types, in their order.
fn columns(fields: &Fields) -> Value {
    fields.iter().map(|field| json!([field.name(), fields::sql(field.data_type())])).collect()
}
