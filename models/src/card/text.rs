//! Numbers as the card writes them; a dash where there is nothing to measure.

use crate::evaluate::bootstrap::Figure;

/// Returns a Markdown table: a heading, its columns, its rows. The first column is text, the others numbers.
pub(super) fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let rule = format!("|--|{}", "--:|".repeat(columns.len().saturating_sub(1)));
    let mut text = format!("| {} |\n{rule}\n", columns.join(" | "));
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

/// Returns a number with three decimals.
pub(super) fn ratio(value: f64) -> String {
    if value.is_finite() { format!("{value:.3}") } else { "–".to_owned() }
}

/// A share in per cent with two decimals.
pub(super) fn percent(value: f64) -> String {
    if value.is_finite() { format!("{:.2} %", 100.0 * value) } else { "–".to_owned() }
}

/// A count that may be a mean.
pub(super) fn count(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    if (value - value.round()).abs() < 0.05 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// Returns a count of so many.
pub(super) fn of(value: f64, all: f64) -> String {
    if all == 0.0 {
        return "–".to_owned();
    }
    if value.is_finite() {
        format!("{} of {}", count(value), count(all))
    } else {
        "not measurable".to_owned()
    }
}

/// Returns a ratio with its interval.
pub(super) fn ratio_within(figure: Figure) -> String {
    let (low, high) = figure.interval;
    if !figure.mean.is_finite() {
        return "–".to_owned();
    }
    format!("{} ({}–{})", ratio(figure.mean), ratio(low), ratio(high))
}

/// Returns a count of so many, its range over seeds where it has one, and its interval.
pub(super) fn count_within(figure: Figure) -> String {
    if !figure.mean.is_finite() || figure.of == 0.0 {
        return of(figure.mean, figure.of);
    }
    let ((least, greatest), (low, high)) = (figure.seeds, figure.interval);
    let seeds =
        if least < greatest { format!(" [{}–{}]", count(least), count(greatest)) } else { String::new() };
    format!("{}{seeds} ({}–{})", of(figure.mean, figure.of), count(low), count(high))
}

/// Returns a difference with its interval.
pub(super) fn difference(figure: Figure, write: fn(f64) -> String) -> String {
    let signed = |value: f64| format!("{}{}", if value < 0.0 { "−" } else { "+" }, write(value.abs()));
    let (low, high) = figure.interval;
    format!("{} ({} to {})", signed(figure.mean), signed(low), signed(high))
}
