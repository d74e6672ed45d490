//! Zeek logs: TSV and JSON lines, written and read.
//!
//! Reading takes bytes in chunks of any size, so that a log need not be held whole.

mod input;
mod json;
mod reader;
mod text;
mod tsv;
mod writer;

pub use input::{LogSet, Logs};
pub use reader::Log;
pub use text::escape;
pub use writer::{Format, write};
