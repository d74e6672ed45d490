//! The workspace's build tool: `cargo xtask serve | test | build | gen`.
//!
//! Each command first sets up what it needs ([`setup`]), so that a machine with rustup, a C linker, Node 20 and git is
//! enough.

mod checks;
mod counters;
mod errors;
mod page;
mod setup;
mod texts;
mod types;

use anyhow::Result;
use clap::Parser;
use setup::Install;

/// Builds, serves and tests Hushcap.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
enum Command {
    /// Build the page, serve it on localhost and print the address.
    Serve {
        /// Port to listen on; the first free one from 8000 on without it.
        #[arg(long)]
        port: Option<u16>,
    },
    /// Build and run every test, the page in a real Chromium included.
    Test {
        /// Install no package by apt, even as root on Debian.
        #[arg(long)]
        no_install: bool,
    },
    /// Build the page into dist/: a folder for any static host, and hushcap.html in one file.
    Build,
    /// Write the texts that derive from declarations in the code.
    Gen {
        /// Change nothing; fail when a text is stale.
        #[arg(long)]
        check: bool,
    },
    /// Take the pictures that the README shows.
    Pictures,
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Serve { port } => page::serve(port),
        Command::Test { no_install } => {
            checks::test(if no_install { Install::Never } else { Install::AsRoot })
        }
        Command::Build => page::build(),
        Command::Gen { check } => checks::generate(check),
        Command::Pictures => page::pictures(),
    }
}
