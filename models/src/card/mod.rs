//! Figures → `FIGURES.md`, and its first table → the card, `README.md`; in both between two markers.

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

/// The file of all figures, in the folder of the models.
pub const FIGURES: &str = "FIGURES.md";
/// The card, whose only figures are the first table of [`FIGURES`].
pub const CARD: &str = "README.md";

const BEGIN: &str = "<!-- figures: begin (written by `models evaluate --write`) -->\n";
const END: &str = "<!-- figures: end -->";
const SEAL: &str = "<!-- figures: ";
/// What begins a section.
const HEADING: &str = "\n### ";

/// Replaces the figures in both files of `home`. `recipes` are what they were measured of.
pub fn write(home: &Path, evaluation: &Evaluation, recipes: &impl Debug) -> Result<(), Error> {
    let figures = sealed(&render(evaluation), recipes);
    replace(&home.join(FIGURES), &figures)?;
    replace(&home.join(CARD), &first_table(&figures))
}

/// Says whether the figures in `home` are these.
pub fn check(home: &Path, evaluation: &Evaluation, recipes: &impl Debug) -> Result<(), Error> {
    let path = home.join(FIGURES);
    if between(&path)? != sealed(&render(evaluation), recipes) {
        return Err(stale(&path, "its figures are others"));
    }
    check_card(home)
}

/// Says whether the figures in `home` are as they were written, and written for these recipes. Measures nothing.
pub fn check_seal(home: &Path, recipes: &impl Debug) -> Result<(), Error> {
    let path = home.join(FIGURES);
    let figures = between(&path)?;
    let Some((text, _)) = figures.rsplit_once(SEAL) else {
        return Err(stale(&path, "its figures bear no seal"));
    };
    if sealed(text, recipes) != figures {
        return Err(stale(&path, "its figures were altered, or written for other recipes"));
    }
    check_card(home)
}

/// Says whether the card's table is that of the figures.
fn check_card(home: &Path) -> Result<(), Error> {
    let card = home.join(CARD);
    if between(&card)? == first_table(&between(&home.join(FIGURES))?) {
        return Ok(());
    }
    Err(stale(&card, "its table is not the first one of the figures"))
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

/// Returns the first section without its heading.
fn first_table(figures: &str) -> String {
    let section = figures.split(HEADING).nth(1).unwrap_or_default();
    section.split_once("\n\n").map_or_else(String::new, |(_, table)| format!("\n{table}"))
}

/// Replaces what is between the markers of a file.
fn replace(path: &Path, figures: &str) -> Result<(), Error> {
    let text = read_text(path)?;
    let (before, _, after) = parts(path, &text)?;
    write_bytes(path, format!("{before}{BEGIN}{figures}{END}{after}").as_bytes())
}

/// Returns what is between the markers of a file.
fn between(path: &Path) -> Result<String, Error> {
    Ok(parts(path, &read_text(path)?)?.1.to_owned())
}

/// Splits into what precedes, is between and follows the markers.
fn parts<'a>(path: &Path, text: &'a str) -> Result<(&'a str, &'a str, &'a str), Error> {
    let split = text.split_once(BEGIN).and_then(|(before, rest)| {
        let (between, after) = rest.split_once(END)?;
        Some((before, between, after))
    });
    split.ok_or_else(|| Error::table(path, "the markers of the figures are not in it"))
}

/// Returns the headline alone, measured here.
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

/// Returns the figures as Markdown.
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

    fn home() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in [FIGURES, CARD] {
            let text = format!("# {name}\n\n{BEGIN}stale figures\n{END}\n\n## Limits\n");
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn evaluation() -> Evaluation {
        let corpus = Corpus { table: doubled(), inputs: 40, ..Corpus::default() };
        evaluate(&corpus, &[small()], &[entrant()], None).unwrap()
    }

    #[test]
    fn written_figures_are_fresh_and_the_rest_stays() {
        let home = home();
        let (first, again) = (evaluation(), evaluation());
        assert!(check(home.path(), &first, &small()).unwrap_err().to_string().contains("stale"));
        write(home.path(), &first, &small()).unwrap();
        check(home.path(), &again, &small()).unwrap();
        check_seal(home.path(), &small()).unwrap();
        for name in [FIGURES, CARD] {
            let text = std::fs::read_to_string(home.path().join(name)).unwrap();
            assert!(text.starts_with(&format!("# {name}\n")) && text.ends_with("\n## Limits\n"), "{text}");
            assert!(!text.contains("stale figures") && !text.contains("NaN"), "{text}");
        }
        let figures = std::fs::read_to_string(home.path().join(FIGURES)).unwrap();
        assert!(figures.contains(" of 80 ["), "{figures}");
    }

    #[test]
    fn the_card_has_the_first_table_and_no_other() {
        let home = home();
        write(home.path(), &evaluation(), &small()).unwrap();
        let card = std::fs::read_to_string(home.path().join(CARD)).unwrap();
        assert!(
            card.contains("C2 that answered and shows no certificate") && !card.contains("### "),
            "{card}"
        );
        std::fs::write(home.path().join(CARD), card.replace("| 0.50 % |", "| 0.40 % |")).unwrap();
        let error = check_seal(home.path(), &small()).unwrap_err().to_string();
        assert!(error.contains("README.md") && error.contains("first one of the figures"), "{error}");
    }

    #[test]
    fn a_figure_that_was_altered_breaks_the_seal() {
        let home = home();
        write(home.path(), &evaluation(), &small()).unwrap();
        let path = home.path().join(FIGURES);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("480 labelled", "481 labelled")).unwrap();
        assert!(check_seal(home.path(), &small()).is_err());
    }

    #[test]
    fn figures_of_another_recipe_are_stale() {
        let home = home();
        write(home.path(), &evaluation(), &small()).unwrap();
        let other = crate::recipe::Recipe { seed: 2, ..small() };
        assert!(check_seal(home.path(), &other).unwrap_err().to_string().contains("other recipes"));
    }

    #[test]
    fn a_file_without_markers_is_refused() {
        let home = home();
        std::fs::write(home.path().join(FIGURES), "# Figures\n").unwrap();
        assert!(check_seal(home.path(), &small()).unwrap_err().to_string().contains("markers"));
    }
}
