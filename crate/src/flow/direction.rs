//! Which way something goes in a connection.

/// Which endpoint sent something: the originator of the connection or its responder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From `orig_h` to `resp_h`.
    Orig,
    /// From `resp_h` to `orig_h`.
    Resp,
}

impl Direction {
    /// Returns the other one.
    pub fn other(self) -> Self {
        match self {
            Direction::Orig => Direction::Resp,
            Direction::Resp => Direction::Orig,
        }
    }
}
