//! The cleaning list against the labels: which tuples of malware captures it would clear.

use super::data::captures;
use crate::corpus::Cleaning;
use crate::table::{Role, Row};

/// What the list does to a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    /// The role.
    pub role: Role,
    /// Tuples that the list clears.
    pub cleared: usize,
    /// Tuples with a server name.
    pub named: usize,
    /// All tuples.
    pub of: usize,
}

/// Counts the tuples of captures that hold malware or the background of it.
pub fn cleaning(rows: &[Row], list: &Cleaning) -> Vec<Cleared> {
    let infected = captures(rows, |row| row.role.is_malware() || row.role == Role::Background);
    let of_role = |role: Role| {
        let of: Vec<&Row> =
            rows.iter().filter(|row| row.role == role && infected.contains(row.capture.as_str())).collect();
        let count = |choose: &dyn Fn(&Row) -> bool| of.iter().filter(|row| choose(row)).count();
        Cleared {
            role,
            cleared: count(&|row| list.clears(&row.server_names)),
            named: count(&|row| !row.server_names.is_empty()),
            of: of.len(),
        }
    };
    Role::ALL.into_iter().map(of_role).filter(|cleared| cleared.of > 0).collect()
}
