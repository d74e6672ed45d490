//! The tests that cross stages, as one program: linking it once takes less time than linking one per file.
//!
//! A part is run by its module's name: `cargo test -p hushcap-tests --test all zeek::`.

mod certificates;
mod cli;
mod corpus;
mod damage;
mod dns;
mod extract;
mod features;
mod fingerprints;
mod golden;
mod handshakes;
mod hostile_tls;
mod known;
mod malformed;
mod memory;
mod model;
mod outputs;
mod pcapng;
mod purposes;
mod silence;
mod zeek;
mod zeek_corpus;
mod zeek_logs;
