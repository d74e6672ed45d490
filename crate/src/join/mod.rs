//! Records → sessions → connection 4-tuples.
//!
//! A session is a TLS connection: its conn record, its ssl record, and the certificate that the server showed first.
//! Everything is borrowed; the same join serves captures and logs.

mod encrypted_dns;
mod four_tuple;
mod host;
mod joined;
mod lookup;
mod tuple;

pub use encrypted_dns::{is_encrypted_port, is_encrypted_resolver};
pub use four_tuple::{FourTuple, NoTuple};
pub use host::Host;
pub use joined::{Joined, join, join_apart};
pub use lookup::{
    Lookup, LookupState, SCANNED as LOOKUPS, SessionLookup, TupleLookup, Untold, WINDOW as LOOKUP_WINDOW,
    is_resolver,
};
pub use tuple::{Session, Tuple, Tuples};
