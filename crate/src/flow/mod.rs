//! [`Segment`](crate::capture::Segment) → `Connection`: sequence numbers, reassembly, history letters, the table.

mod conn_id;
mod connection;
mod delivery;
mod direction;
mod endpoint;
mod expiry;
mod history;
mod icmp;
mod key;
mod machine;
mod parents;
mod proto;
mod reassembly;
mod seq;
mod server_ports;
mod state;
mod stream;
mod table;
mod tcp;
#[cfg(test)]
mod tests;

pub use conn_id::ConnId;
pub use connection::Connection;
pub use direction::Direction;
pub use parents::{Parent, Parents};
pub use proto::Proto;
pub use state::ConnState;
pub use stream::Stream;
pub use table::{Limits, Table};
