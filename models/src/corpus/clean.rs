//! The cleaning list: names of services that hosts call by themselves, whether infected or not.

use crate::error::Error;
use std::path::Path;

/// The list, a line a suffix of names.
const LIST: &str = include_str!("../../clean/background-names.tsv");

/// Suffixes of server names that clear a tuple of a malware capture.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleaning {
    entries: Vec<Entry>,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    suffix: String,
}

impl Cleaning {
    /// Returns the list that the repository holds.
    pub fn builtin() -> Result<Self, Error> {
        Self::read(LIST)
    }

    /// Reads a list: suffix, what calls it, where that is written; a tab between them; a first line with their names.
    fn read(text: &str) -> Result<Self, Error> {
        let entry = |(number, line): (usize, &str)| match line.split('\t').collect::<Vec<_>>()[..] {
            [suffix, caller, reference]
                if !(suffix.is_empty() || caller.is_empty() || reference.is_empty()) =>
            {
                Ok(Entry { suffix: suffix.to_ascii_lowercase() })
            }
            _ => Err(Error::table(
                Path::new("models/clean/background-names.tsv"),
                format!("line {}: expected suffix, caller and reference", number + 2),
            )),
        };
        let lines = text.lines().skip(1).enumerate();
        Ok(Cleaning { entries: lines.map(entry).collect::<Result<_, _>>()? })
    }

    /// Returns whether a tuple with these server names is background: it has some, and the list has a suffix of each.
    pub fn clears(&self, server_names: &[String]) -> bool {
        !server_names.is_empty() && server_names.iter().all(|name| self.lists(name))
    }

    fn lists(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.entries.iter().any(|Entry { suffix }| {
            name.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
    }

    /// Returns the number of suffixes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clears(names: &[&str]) -> bool {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Cleaning::builtin().unwrap().clears(&names)
    }

    #[test]
    fn a_suffix_ends_at_a_dot() {
        assert!(clears(&["windowsupdate.com"]) && clears(&["au.Download.WindowsUpdate.com"]));
        assert!(!clears(&["notwindowsupdate.com"]) && !clears(&["windowsupdate.com.example"]));
    }

    #[test]
    fn every_name_must_be_listed_and_none_is_not_enough() {
        assert!(!clears(&["windowsupdate.com", "panel.example"]));
        assert!(!clears(&[]));
    }

    #[test]
    fn a_line_without_its_reason_is_refused() {
        assert!(Cleaning::read("suffix\tcaller\treference\nexample.org\t\t\n").is_err());
    }

    #[test]
    fn no_suffix_is_listed_twice() {
        let list = Cleaning::builtin().unwrap();
        let mut suffixes: Vec<&str> = list.entries.iter().map(|entry| entry.suffix.as_str()).collect();
        suffixes.sort_unstable();
        suffixes.dedup();
        assert_eq!(suffixes.len(), list.len());
    }
}
