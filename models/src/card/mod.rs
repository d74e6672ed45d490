//! Figures → the part of the model card between two markers.

mod comparison;
mod data;
mod headline;
mod shipped;
mod text;

use crate::error::{Error, read_text, write_bytes};
use crate::evaluate::{self, Evaluation};
use crate::table::Table;
use sha2::{Digest, Sha256};
use std::fmt::Debug;
use std::path::Path;

const BEGIN: &str = "<!-- figures: begin (written by `models evaluate --write`) -->\n";
const END: &str = "<!-- figures: end -->";
const SEAL: &str = "<!-- figures: ";

/// Replaces the figures of a card. `recipes` are what they were measured of.
pub fn write(path: &Path, evaluation: &Evaluation, recipes: &impl Debug) -> Result<(), Error> {
    let card = read_text(path)?;
    let (before, _, after) = parts(path, &card)?;
    let figures = sealed(&render(evaluation), recipes);
    write_bytes(path, format!("{before}{BEGIN}{figures}{END}{after}").as_bytes())
}

/// Says whether a card's figures are these.
pub fn check(path: &Path, evaluation: &Evaluation, recipes: &impl Debug) -> Result<(), Error> {
    let card = read_text(path)?;
    if parts(path, &card)?.1 == sealed(&render(evaluation), recipes) {
        return Ok(());
    }
    Err(stale(path, "its figures are others"))
}

/// Says whether a card's figures are as they were written, and written for these recipes. Measures nothing.
pub fn check_seal(path: &Path, recipes: &impl Debug) -> Result<(), Error> {
    let card = read_text(path)?;
    let figures = parts(path, &card)?.1;
    let Some((text, _)) = figures.rsplit_once(SEAL) else {
        return Err(stale(path, "its figures bear no seal"));
    };
    if sealed(text, recipes) == figures {
        return Ok(());
    }
    Err(stale(path, "its figures were altered, or written for other recipes"))
}

fn stale(path: &Path, why: &str) -> Error {
    Error::Stale { path: path.to_owned(), what: format!("{why}; run `models evaluate` with `--write`") }
}

/// Figures with a digest of them and of the recipes at their end.
fn sealed(figures: &str, recipes: &impl Debug) -> String {
    let digest = Sha256::digest(format!("{recipes:?}\n{figures}").as_bytes());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{figures}{SEAL}{digest} -->\n")
}

/// What stands before, between and behind the markers.
fn parts<'a>(path: &Path, card: &'a str) -> Result<(&'a str, &'a str, &'a str), Error> {
    let split = card.split_once(BEGIN).and_then(|(before, rest)| {
        let (between, after) = rest.split_once(END)?;
        Some((before, between, after))
    });
    split.ok_or_else(|| Error::table(path, "the markers of the figures are not in it"))
}

/// The headline alone, measured here.
pub fn headline_alone(table: &Table, among: &str) -> Result<String, Error> {
    let mut headlines = Vec::new();
    let mut singles = Vec::new();
    for entrant in crate::compare::entrants()
        .into_iter()
        .filter(|entrant| !entrant.is_rule && entrant.name.contains(among))
    {
        let seeds = evaluate::headline::by_family(&entrant, table, None)?;
        if headlines.is_empty() {
            singles = evaluate::headline::singles(table, &seeds);
        }
        headlines.push(evaluate::headline::headline(entrant.name, table, &seeds));
    }
    let shipped = headlines.first().map_or("", |headline| headline.name);
    Ok(headline::headlines(&headlines) + &headline::singles(&singles, shipped))
}

/// The figures as Markdown.
pub fn render(evaluation: &Evaluation) -> String {
    let default = evaluation.shipped.first().map_or("", |model| model.name);
    let sections = [
        headline::first_page(evaluation),
        headline::headlines(&evaluation.headlines),
        headline::singles(&evaluation.singles, default),
        data::data(&evaluation.data),
        data::cleaning(&evaluation.cleaning),
        comparison::protocols(&evaluation.comparisons),
        comparison::differences(&evaluation.comparisons),
        comparison::roles(&evaluation.comparisons[..evaluation.shipped.len()]),
        shipped::families(&evaluation.families),
        shipped::slices(&evaluation.slices),
        shipped::at_threshold(&evaluation.shipped),
        shipped::base_rates(&evaluation.shipped, &evaluation.comparisons),
        data::article(&evaluation.data, &evaluation.comparisons),
        data::probes(&evaluation.probes),
    ];
    sections.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;
    use crate::evaluate::evaluate;
    use crate::evaluate::run::tests::small as entrant;
    use crate::recipe::tests::small;
    use crate::table::tests::doubled;

    fn card() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        std::fs::write(&path, format!("# Card\n\n{BEGIN}stale figures\n{END}\n\n## Limits\n")).unwrap();
        (folder, path)
    }

    fn evaluation() -> Evaluation {
        let corpus = Corpus { table: doubled(), inputs: 40, ..Corpus::default() };
        evaluate(&corpus, &[small()], &[entrant()], None).unwrap()
    }

    #[test]
    fn written_figures_are_fresh_and_the_rest_stays() {
        let (_folder, path) = card();
        let (first, again) = (evaluation(), evaluation());
        assert!(check(&path, &first, &small()).unwrap_err().to_string().contains("stale"));
        write(&path, &first, &small()).unwrap();
        check(&path, &again, &small()).unwrap();
        check_seal(&path, &small()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Card\n") && text.ends_with("\n## Limits\n"));
        assert!(
            !text.contains("stale figures") && text.contains(" of 80 [") && !text.contains("NaN"),
            "{text}"
        );
    }

    #[test]
    fn a_figure_that_was_altered_breaks_the_seal() {
        let (_folder, path) = card();
        write(&path, &evaluation(), &small()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("480 labelled", "481 labelled")).unwrap();
        assert!(check_seal(&path, &small()).is_err());
    }

    #[test]
    fn figures_of_another_recipe_are_stale() {
        let (_folder, path) = card();
        write(&path, &evaluation(), &small()).unwrap();
        let other = crate::recipe::Recipe { seed: 2, ..small() };
        assert!(check_seal(&path, &other).unwrap_err().to_string().contains("other recipes"));
    }

    #[test]
    fn a_card_without_markers_is_refused() {
        let (_folder, path) = card();
        std::fs::write(&path, "# Card\n").unwrap();
        assert!(check_seal(&path, &small()).unwrap_err().to_string().contains("markers"));
    }
}
