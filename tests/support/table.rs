//! Results as text: columns wide enough for what stands in them.

use std::io::Write;

/// `rows` under `header`, columns aligned: the first to the left, numbers to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = line(header.iter().copied(), &widths);
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str), &widths));
    }
    text
}

/// Prints `text` even where the test passes, which Cargo's own capture of `println!` would not.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // A closed standard output is no reason for a test to fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

/// `part` of `whole` in percent, with two digits; `-` where there is nothing.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.2}", 100.0 * part as f64 / whole as f64) }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut text = String::new();
    for (cell, &width) in cells.zip(widths) {
        if !text.is_empty() {
            text.push_str("  ");
        }
        if cell.parse::<f64>().is_ok() {
            text.push_str(&format!("{cell:>width$}"));
        } else {
            text.push_str(&format!("{cell:<width$}"));
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{percent, table};

    #[test]
    fn numbers_align_to_the_right() {
        let text = table(&["log", "equal"], &[vec!["conn".into(), "7".into()]]);
        assert_eq!(text, "log   equal\nconn      7\n");
    }

    #[test]
    fn nothing_has_no_share() {
        assert_eq!(percent(0, 0), "-");
        assert_eq!(percent(1, 3), "33.33");
    }
}
