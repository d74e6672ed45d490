//! Hushcap finds TLS connections that behave like malware's in a packet capture, without decrypting anything.
//!
//! The modules stand in the order in which data passes through them; a stage may use the stages before it and none
//! after. `ARCHITECTURE.md` beside this folder says what each one takes, gives and leaves out.
//!
//! ```no_run
//! use hushcap::analyze::Analyzer;
//! use hushcap::verdict::Model;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut analyzer = Analyzer::new("capture.pcap");
//! analyzer.push(&std::fs::read("capture.pcap")?)?;
//! let judged = analyzer.finish()?.judge(&Model::builtin(None)?);
//! for tuple in &judged.tuples {
//!     println!("{} {:.3}", tuple.outline.key(), tuple.score);
//! }
//! # Ok(())
//! # }
//! ```

pub mod counter;
pub mod error;
pub mod facts;
mod field;
pub mod seeded;
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
pub mod extract;
pub mod analyze;

#[cfg(all(target_arch = "wasm32", feature = "page"))]
pub mod wasm;

pub use counter::{Counter, Limit, LimitsHit, Weird, Weirds};
pub use error::Error;
