//! The first page: what is found of unseen families, and what that means where malware is rare.

use super::text::{count, of, percent, ratio, table};
use crate::evaluate::Evaluation;
use crate::evaluate::headline::{Headline, RATES, Single};

/// Malicious tuples in how many at which alarms are counted.
const RARE: f64 = 1000.0;

/// Five lines: the headline at both rates, C2 without a certificate, the best single piece, and what ships as it ships.
pub(super) fn first_page(evaluation: &Evaluation) -> String {
    let (Some(first), Some(shipped)) = (evaluation.headlines.first(), evaluation.shipped.first()) else {
        return String::new();
    };
    let right = |found: f64, rate: f64| percent(found / (found + rate * (RARE - 1.0)));
    let line = |what: String, found: f64, rate: f64| {
        let alarms = rate * (RARE - 1.0);
        vec![
            what,
            percent(found),
            percent(rate),
            format!("{found:.2} of 1, beside {alarms:.1} false"),
            right(found, rate),
        ]
    };
    let [half, quarter] = RATES;
    let hidden = first.hidden.0 / (first.hidden.1 as f64).max(1.0);
    let best = evaluation.singles.iter().filter(|single| single.rate <= half);
    let best = best.max_by(|a, b| a.mean.total_cmp(&b.mean));
    let (flagged, natural) = shipped.natural();
    let mut rows = vec![
        line(format!("`{}`, unseen families, mean share of C2", first.name), first.found[0], half),
        line("the same, fewer alarms".to_owned(), first.found[1], quarter),
        line("C2 that answered and shows no certificate, share of tuples".to_owned(), hidden, half),
    ];
    rows.extend(best.map(|single| {
        line(format!("the best single piece: {}, mean share", single.name), single.mean, single.rate)
    }));
    let (found, all) = shipped.union;
    let rate = flagged as f64 / natural.max(1) as f64;
    rows.push(line(
        "what ships, at its threshold or by a known default: C2 of unseen sources".to_owned(),
        found as f64 / all.max(1) as f64,
        rate,
    ));
    let columns = [
        "",
        "C2 found",
        "natural tuples flagged",
        "alarms in 1000 tuples with one malicious",
        "alarms that are right",
    ];
    format!("\n### What it finds, and what it costs\n\n{}", table(&columns, rows))
}

/// Learners, the headline of each, and the families of the first.
pub(super) fn headlines(headlines: &[Headline]) -> String {
    let row = |entry: &Headline| {
        let [half, quarter] = entry.found;
        vec![entry.name.to_owned(), ratio(half), ratio(quarter), of(entry.hidden.0, entry.hidden.1 as f64)]
    };
    let columns =
        ["learner", "mean share of C2 at 0.5 %", "at 0.25 %", "C2 without a visible certificate at 0.5 %"];
    let text = format!(
        "\n### C2 of unseen families, each weighing the same\n\n{}",
        table(&columns, headlines.iter().map(row))
    );
    let Some(first) = headlines.first() else { return text };
    let rows = first.families.iter().map(|(family, [half, quarter], all)| {
        vec![family.clone(), all.to_string(), ratio(*half), ratio(*quarter)]
    });
    let families = table(&["family", "C2", "share found at 0.5 %", "at 0.25 %"], rows);
    format!("{text}\n### C2 by family, `{}`\n\n{families}", first.name)
}

/// Rules and pieces, each at its own rate, beside what ships.
pub(super) fn singles(singles: &[Single], shipped: &str) -> String {
    let row = |single: &Single| {
        let natural = format!("{} ({})", single.natural.0, percent(single.rate));
        vec![
            single.name.clone(),
            natural,
            single.natural.1.to_string(),
            single.c2.to_string(),
            ratio(single.mean),
            count(single.shipped.0),
            ratio(single.shipped.1),
        ]
    };
    let (finds, mean) =
        (format!("C2 that `{shipped}` finds at that rate"), format!("`{shipped}`: mean share"));
    let columns =
        ["rule or piece of evidence", "natural tuples", "sources", "C2", "mean share", &finds, &mean];
    format!(
        "\n### Each rule and piece of evidence at its own rate\n\n{}",
        table(&columns, singles.iter().map(row))
    )
}
