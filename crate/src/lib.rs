//! Hushcap finds TLS connections that behave like malware's in a packet capture, without decrypting anything.
//!
//! The modules stand in the order in which data passes through them; a stage may use the stages before it and none
//! after. `ARCHITECTURE.md` beside this folder says what each one takes, gives and leaves out.

pub mod counter;
pub mod error;
mod field;
pub mod text;

pub mod capture;
pub mod flow;
pub mod tls;
pub mod dns;
pub mod payload;
pub mod records;
pub mod join;
pub mod feature;
pub mod verdict;
pub mod report;
pub mod baseline;
pub mod evidence;
pub mod carve;
pub mod analyze;

#[cfg(target_arch = "wasm32")]
pub mod wasm;

pub use counter::{Counter, Limit, LimitsHit, Weird, Weirds};
pub use error::Error;
