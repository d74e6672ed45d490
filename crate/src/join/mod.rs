//! Records → sessions → connection 4-tuples.
//!
//! A session is a TLS connection: its conn record, its ssl record, and the certificate that the server showed first.
//! Everything is borrowed; the same join serves captures and logs.

mod encrypted_dns;
mod four_tuple;
mod joined;
mod lookup;
mod tuple;

pub use four_tuple::{FourTuple, NoTuple};
pub use joined::{Joined, join};
pub use lookup::{Lookup, LookupState, SessionLookup, TupleLookup, Untold};
pub use tuple::{Session, Tuple, Tuples};
