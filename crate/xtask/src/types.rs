//! The Report's declarations for its readers: TypeScript types and a JSON schema.

use hushcap::error::{Message, Part};
use hushcap::evidence::{Asked, Protocols};
use hushcap::report::{CertificateSeen, Outline, RecordTexts, Report, Schema};
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// Types of the Report, and of what else the module hands to the page.
pub fn typescript() -> String {
    let mut declarations = Declarations::new();
    declarations.visit::<Report>();
    declarations.visit::<Outline<'static>>();
    declarations.visit::<Schema>();
    declarations.visit::<Protocols>();
    declarations.visit::<RecordTexts>();
    declarations.visit::<Message>();
    declarations.visit::<Part>();
    declarations.visit::<CertificateSeen>();
    declarations.visit::<Asked>();
    let head = "// Generated from the crate's declarations by `cargo xtask gen`; not to be edited.\n";
    declarations.found.into_values().fold(head.to_owned(), |text, declaration| text + "\n" + &declaration)
}

/// Returns the Report as a JSON schema.
pub fn json_schema() -> serde_json::Result<String> {
    // Readers see what is printed, in which every field is always there.
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Report>();
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// TypeScript declarations by name.
struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl Declarations {
    fn new() -> Self {
        // No integer reaches 2^53, and the module's serializer makes numbers of them.
        Declarations { config: Config::new().with_large_int("number"), found: BTreeMap::new() }
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Without a path it is a type of TypeScript's own.
        if T::output_path().is_none() {
            return T::visit_dependencies(self);
        }
        let name = T::ident(&self.config);
        if self.found.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = tidy(&format!("{docs}export {}", T::decl(&self.config)));
        self.found.insert(name, declaration);
        T::visit_dependencies(self);
    }
}

/// Returns a declaration with one field a line, each below its comment.
fn tidy(declaration: &str) -> String {
    let text = declaration.replace("/**\n * ", "/** ").replace("\n */", " */").replace(", };", ",\n};");
    let mut depth = 0_usize;
    text.lines().map(str::trim_end).fold(String::new(), |text, line| {
        depth = depth.saturating_sub(usize::from(line.starts_with('}')));
        let indented = format!("{text}{}{line}\n", "  ".repeat(depth));
        depth += usize::from(line.ends_with('{'));
        indented
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_name_what_they_refer_to() {
        let types = typescript();
        for name in ["Report", "TupleReport", "TupleOutline", "Verdict", "Outline", "Schema"] {
            assert!(types.contains(&format!("export type {name} = ")), "{name}: {types}");
        }
        assert!(!types.contains("bigint"), "{types}");
    }

    #[test]
    fn fields_are_indented_below_their_comments() {
        let declaration = "export type A = { \n/**\n * One.\n */\na: number, };";
        assert_eq!(tidy(declaration), "export type A = {\n  /** One. */\n  a: number,\n};\n");
    }

    #[test]
    fn schema_requires_every_field() {
        let schema: serde_json::Value = serde_json::from_str(&json_schema().unwrap()).unwrap();
        let required = &schema["required"];
        for field in ["schema", "capture", "health", "model", "tuples"] {
            assert!(required.as_array().unwrap().iter().any(|name| name == field), "{required}");
        }
    }
}
