//! Texts that derive from declarations in the code.

use crate::setup::root;
use crate::{counters, errors, types};
use anyhow::{Context, Result, ensure};
use hushcap::feature::{COUNT, Feature, Table};
use std::fmt::Write as _;

/// A generated part of a file.
struct Text {
    file: &'static str,
    part: &'static str,
    write: fn() -> String,
}

const TEXTS: &[Text] = &[
    Text { file: "crate/ARCHITECTURE.md", part: "bounds", write: counters::bounds },
    Text { file: "crate/ARCHITECTURE.md", part: "features", write: features },
    Text { file: "crate/ARCHITECTURE.md", part: "extended features", write: extended_features },
];

/// Writes every generated part and file, or with `check` fails when one is stale.
pub fn write(check: bool) -> Result<()> {
    for Text { file, part, write } in TEXTS {
        let old =
            std::fs::read_to_string(root().join(file)).with_context(|| format!("cannot read {file}"))?;
        let new = replace(&old, part, &write())
            .with_context(|| format!("{file} has no part <!-- generated: {part} -->"))?;
        settle(file, &old, &new, check)?;
    }
    for (file, new) in files()? {
        // One that is missing is as stale as an empty one.
        let old = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        settle(file, &old, &new, check)?;
    }
    Ok(())
}

/// Files that are generated whole.
fn files() -> Result<[(&'static str, String); 4]> {
    Ok([
        ("www/src/generated/report.ts", types::typescript()),
        ("www/src/generated/report.schema.json", types::json_schema()?),
        ("www/src/generated/counters.json", counters::catalogue()?),
        ("www/src/generated/errors.json", errors::catalogue()?),
    ])
}

/// Replaces a file's text, or with `check` fails when that would change it.
fn settle(file: &str, old: &str, new: &str, check: bool) -> Result<()> {
    if old == new {
        return Ok(());
    }
    ensure!(!check, "{file} is stale: run `cargo xtask gen` and commit what it writes");
    let path = root().join(file);
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(&path, new)?;
    println!("wrote {file}");
    Ok(())
}

/// Returns `text` with what is between the markers of the part `name` replaced; `None` without the markers.
fn replace(text: &str, name: &str, part: &str) -> Option<String> {
    let opening = format!("<!-- generated: {name} -->\n");
    let (before, rest) = text.split_once(&opening)?;
    let (_, after) = rest.split_once("<!-- end -->")?;
    Some(format!("{before}{opening}{part}<!-- end -->{after}"))
}

fn features() -> String {
    rows(0, Table::Basic37.features())
}

/// Returns what the extended table has behind the first.
fn extended_features() -> String {
    rows(COUNT, Table::Extended.features().get(COUNT..).unwrap_or_default())
}

fn rows(before: usize, features: &[&Feature]) -> String {
    let mut table =
        String::from("| # | name | group | unit | meaning | range | missing |\n|--|--|--|--|--|--|--|\n");
    for (number, feature) in features.iter().enumerate() {
        let Feature { name, group, unit, doc, missing, .. } = feature;
        let (group, unit, missing) = (group.as_str(), unit.as_str(), missing.unwrap_or("never"));
        let range = range(feature);
        let _ = writeln!(
            table,
            "| {} | `{name}` | {group} | {unit} | {doc} | {range} | {missing} |",
            before + number + 1
        );
    }
    table
}

fn range(feature: &Feature) -> String {
    let (least, greatest) = feature.range;
    match (least.is_finite(), greatest.is_finite()) {
        (true, true) => format!("{least} to {greatest}"),
        (true, false) => format!("from {least}"),
        _ => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_part_is_replaced() {
        let text = "a\n<!-- generated: x -->\nold\n<!-- end -->\nb <!-- end -->\n";
        let new = replace(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\nnew\n<!-- end -->\nb <!-- end -->\n");
        assert_eq!(replace(text, "y", ""), None);
    }

    #[test]
    fn every_feature_has_a_row() {
        let rows = features().lines().count() + extended_features().lines().count();
        assert_eq!(rows, 2 * 2 + Table::Extended.features().len());
    }
}
