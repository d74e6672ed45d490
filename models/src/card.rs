//! Figures → the part of the model card between two markers.

use crate::error::{Error, read_text, write_bytes};
use crate::evaluate::{Family, Figures, Found};
use crate::measure::interval;
use std::fmt::Write;
use std::path::Path;

const BEGIN: &str = "<!-- figures: begin (written by `models evaluate --write`) -->\n";
const END: &str = "<!-- figures: end -->";

/// Replaces the figures of a card.
pub fn write(path: &Path, figures: &Figures) -> Result<(), Error> {
    let card = read_text(path)?;
    let (before, _, after) = parts(path, &card)?;
    write_bytes(path, format!("{before}{BEGIN}{}{END}{after}", render(figures)).as_bytes())
}

/// Says whether a card's figures are these.
pub fn check(path: &Path, figures: &Figures) -> Result<(), Error> {
    let card = read_text(path)?;
    if parts(path, &card)?.1 == render(figures) {
        return Ok(());
    }
    let what = "its figures are others; run `models evaluate` with `--write`".to_owned();
    Err(Error::Stale { path: path.to_owned(), what })
}

/// What stands before, between and behind the markers.
fn parts<'a>(path: &Path, card: &'a str) -> Result<(&'a str, &'a str, &'a str), Error> {
    let split = card.split_once(BEGIN).and_then(|(before, rest)| {
        let (between, after) = rest.split_once(END)?;
        Some((before, between, after))
    });
    split.ok_or_else(|| Error::table(path, "the markers of the figures are not in it"))
}

/// The figures as Markdown.
pub fn render(figures: &Figures) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = data(&mut text, figures)
        .and_then(|()| grouped(&mut text, figures))
        .and_then(|()| families(&mut text, figures))
        .and_then(|()| shipped(&mut text, figures));
    text
}

fn data(text: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(text, "\n### Data\n")?;
    writeln!(
        text,
        "{} inputs; {} captures hold malware tuples, {} only benign ones (the rest are logs). {} labelled tuples. \
         Trained on {}.\n",
        figures.inputs,
        figures.malware_captures,
        figures.benign_captures,
        figures.labelled,
        figures.trained_on
    )?;
    writeln!(
        text,
        "| role | from captures | from logs | with a certificate | undecided | not found |\n|--|--:|--:|--:|--:|--:|"
    )?;
    for role in &figures.roles {
        let name = role.role.name();
        writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} |",
            role.captures, role.logs, role.certificate, role.undecided, role.missed
        )?;
    }
    Ok(())
}

fn grouped(text: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(text, "\n### Grouped cross-validation\n")?;
    writeln!(
        text,
        "| left out | AUC, C2 against natural | AUC, C2 against background | C2 found at 1 % | at 0.5 % | C2 of logs \
         at 1 % | delivery at 1 % |\n|--|--:|--:|--:|--:|--:|--:|"
    )?;
    for group in &figures.grouped {
        let [c2, logs, delivery] = group.found;
        writeln!(
            text,
            "| by {} | {} | {} | {} | {} | {} | {} |",
            group.by,
            ratio(group.auc),
            ratio(group.auc_background),
            at(c2, 0),
            at(c2, 1),
            at(logs, 0),
            at(delivery, 0)
        )?;
    }
    let rule = figures.rule;
    writeln!(
        text,
        "\nThe rule \"self-signed first certificate\" alone: {} of {} C2 tuples, at {} of {} natural benign ones ({:.2} %).",
        rule.c2.0,
        rule.c2.1,
        rule.natural.0,
        rule.natural.1,
        percent(rule.natural.0, rule.natural.1)
    )
}

fn families(text: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(text, "\n### Leave one family out\n")?;
    writeln!(
        text,
        "| family | AUC | C2 at 1 % | at 0.5 % | C2 of logs at 1 % | other roles at 1 % |\n|--|--:|--:|--:|--:|--:|"
    )?;
    for family in &figures.families {
        let Family { name, c2, logs, other, auc } = family;
        let [first, second] = [at(*c2, 0), at(*c2, 1)];
        writeln!(
            text,
            "| {name} | {} | {first} | {second} | {} | {} |",
            ratio(*auc),
            at(*logs, 0),
            at(*other, 0)
        )?;
    }
    let total = |part: fn(&Family) -> Found| {
        figures.families.iter().map(part).fold(Found::default(), |sum, found| Found {
            of: sum.of + found.of,
            at: [sum.at[0] + found.at[0], sum.at[1] + found.at[1]],
        })
    };
    let (c2, logs, other) = (total(|f| f.c2), total(|f| f.logs), total(|f| f.other));
    writeln!(text, "| **all** | | {} | {} | {} | {} |", at(c2, 0), at(c2, 1), at(logs, 0), at(other, 0))?;
    let shares: Vec<f64> =
        figures.families.iter().filter(|f| f.c2.of > 0).map(|f| f.c2.at[0] as f64 / f.c2.of as f64).collect();
    let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    let (low, high) = interval(c2.at[0], c2.of);
    writeln!(
        text,
        "\nC2 of captures at 1 %: {:.0} % (95 % interval {:.0} % to {:.0} %, were the tuples independent). Mean over the {} \
         families with C2 in captures: {mean:.2}. All roles of captures: {} of {} at 1 %. \
         Captures with at least one malware tuple found: {} of {} at 1 %, {} at 0.5 %.",
        percent(c2.at[0], c2.of),
        100.0 * low,
        100.0 * high,
        shares.len(),
        c2.at[0] + other.at[0],
        c2.of + other.of,
        figures.family_captures[0],
        figures.malware_captures,
        figures.family_captures[1]
    )
}

fn shipped(text: &mut String, figures: &Figures) -> std::fmt::Result {
    writeln!(text, "\n### The shipped model\n")?;
    writeln!(
        text,
        "{} trees, {} nodes; threshold {}; trained on the table with SHA-256 `{}`. At that threshold, each tuple scored \
         by a model that saw nothing of its source:\n",
        figures.size.0, figures.size.1, figures.threshold, figures.trained
    )?;
    writeln!(text, "| role | flagged | of | share |\n|--|--:|--:|--:|")?;
    for role in &figures.flagged {
        let (flagged, of) = (role.flagged, role.of);
        writeln!(text, "| {} | {flagged} | {of} | {:.2} % |", role.role.name(), percent(flagged, of))?;
    }
    let natural = figures.flagged.iter().filter(|role| role.role.is_natural());
    let (flagged, of) = natural.fold((0, 0), |sum, role| (sum.0 + role.flagged, sum.1 + role.of));
    writeln!(
        text,
        "\nNatural benign tuples (tier A and background) flagged: {flagged} of {of} ({:.2} %). Captures with at least one \
         malware tuple flagged: {} of {}. Benign captures (all tiers) with an alarm: {} of {}.\n",
        percent(flagged, of),
        figures.flagged_captures.0,
        figures.malware_captures,
        figures.flagged_captures.1,
        figures.benign_captures
    )
}

fn at(found: Found, rate: usize) -> String {
    if found.of == 0 { "–".to_owned() } else { format!("{} of {}", found.at[rate], found.of) }
}

fn ratio(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::tests::figures;

    fn card() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        std::fs::write(&path, format!("# Card\n\n{BEGIN}stale figures\n{END}\n\n## Limits\n")).unwrap();
        (folder, path)
    }

    #[test]
    fn written_figures_are_fresh_and_the_rest_stays() {
        let (_folder, path) = card();
        assert!(check(&path, &figures()).unwrap_err().to_string().contains("stale"));
        write(&path, &figures()).unwrap();
        check(&path, &figures()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("# Card\n")
                && text.ends_with("\n## Limits\n")
                && !text.contains("stale figures")
        );
    }

    #[test]
    fn another_figure_makes_a_card_stale() {
        let (_folder, path) = card();
        write(&path, &figures()).unwrap();
        let mut other = figures();
        other.family_captures[1] += 1;
        assert!(check(&path, &other).is_err());
    }

    #[test]
    fn a_card_without_markers_is_refused() {
        let (_folder, path) = card();
        std::fs::write(&path, "# Card\n").unwrap();
        assert!(write(&path, &figures()).unwrap_err().to_string().contains("markers"));
    }
}
