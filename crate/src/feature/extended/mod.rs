//! The features that the extended table adds: what TLS 1.3 and resumption still show, server names, and more of
//! certificates. A row each, in the file of its group.

mod authority;
mod beacon;
mod certificate;
mod connection;
mod dns;
mod evidence;
mod hello;
mod handshake;
mod name;
mod suite;
mod text;

pub use evidence::{About, Direction, PIECES, Piece, Value, Values};

use super::table::Feature;

/// Returns all of them, in the order of the table's columns.
pub(super) fn rows() -> impl Iterator<Item = &'static Feature> {
    connection::ROWS
        .iter()
        .chain(&hello::ROWS)
        .chain(&handshake::ROWS)
        .chain(&name::ROWS)
        .chain(&certificate::ROWS)
        .chain(&beacon::ROWS)
        .chain(evidence::ROWS)
        .chain(&dns::ROWS)
}
