//! What the other tuples of an input tell about one of them.

/// What the rest of an input tells about a tuple and its originator, for a tuple that is judged apart from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Host {
    /// Start of the first and of the last connection of the whole input, epoch seconds.
    pub window: (f64, f64),
    /// Whether the originator asks DNS where nobody can read it.
    pub encrypted_dns: bool,
    /// When a resolver first answered the originator, epoch seconds; `None` where none did.
    pub first_answered: Option<f64>,
    /// Servers to which the originator sends mail over TLS.
    pub mail_servers: usize,
}
