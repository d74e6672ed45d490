//! Which columns of the table a model may ask for.

use hushcap::feature::{Group, Table};

/// Features that tell how long somebody captured, and whether a week of one host or one flow was kept, more than what
/// TLS was used for: sums grow with the capture, durations end where it ends. With them a forest takes any busy host for
/// the week-long infection that it was trained on.
const CAPTURE_LENGTH: [&str; 8] = [
    "n_records",
    "dur_mean",
    "dur_std",
    "dur_out_of_std_ratio",
    "orig_bytes_total",
    "resp_bytes_total",
    "resp_pkts_total",
    "orig_pkts_total",
];

/// A choice of columns. [`Columns::Article`], [`Columns::Extended`] and [`Columns::WithoutHello`] leave out what tells how long somebody captured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Columns {
    /// The article's 37.
    Article,
    /// All of the extended table.
    Extended,
    /// The extended table without what clients offer.
    WithoutHello,
    /// The article's twelve of connections, all of them.
    Connection,
    /// The article's 37, all of them.
    Basic,
    /// These alone.
    Named(&'static [&'static str]),
}

impl Columns {
    /// Places of the columns in a table. What no feature is called belongs to every choice.
    pub fn places(self, names: &[String]) -> Vec<usize> {
        (0..names.len()).filter(|place| self.holds(&names[*place])).collect()
    }

    fn holds(self, name: &str) -> bool {
        let features = Table::Extended.features();
        let Some(place) = features.iter().position(|feature| feature.name == name) else { return true };
        let is_article = place < Table::Basic37.features().len();
        let group = features[place].group;
        match self {
            Columns::Named(names) => names.contains(&name),
            Columns::Basic => is_article,
            Columns::Connection => is_article && group == Group::Connection,
            _ if CAPTURE_LENGTH.contains(&name) => false,
            Columns::Article => is_article,
            Columns::Extended => true,
            Columns::WithoutHello => group != Group::Hello,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(columns: Columns) -> usize {
        let names: Vec<String> = Table::Extended.names().iter().map(|name| (*name).to_owned()).collect();
        columns.places(&names).len()
    }

    #[test]
    fn each_choice_is_a_part_of_the_extended_table() {
        assert_eq!(count(Columns::Article), 37 - CAPTURE_LENGTH.len());
        assert_eq!(count(Columns::Connection), 12);
        assert_eq!(count(Columns::Extended), Table::Extended.names().len() - CAPTURE_LENGTH.len());
        assert!(count(Columns::WithoutHello) < count(Columns::Extended));
        assert_eq!(count(Columns::Named(&["sni_ratio"])), 1);
    }
}
