//! Zeek logs: TSV and JSON lines, written and read.
//!
//! Reading takes bytes in chunks of any size, gzipped or not, so that a log need not be held whole.

mod documents;
mod ecs;
mod file;
mod input;
mod json;
mod kind;
mod lines;
mod name;
mod packing;
mod reader;
mod text;
mod tsv;
mod wrapped;
mod writer;

pub use input::{LogSet, Logs};
pub use kind::Log;
pub use name::may_be_log;
pub use packing::is_log;
pub use reader::Records;
pub use text::escape;
pub use writer::{Format, write};
