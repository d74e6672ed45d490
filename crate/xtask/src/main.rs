//! The workspace's build tool: `cargo xtask serve | test | build | batch | bench | gen`.
//!
//! Each command first sets up what it needs ([`setup`]), so that a machine with rustup, a C linker, Node 20 and git is
//! enough.

mod batch;
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
    /// The batch job on Spark: build the module that its workers run into its package.
    Batch {
        /// Show a whole run on the samples: tables, job, verdicts.
        #[arg(long)]
        demo: bool,
        /// Run the job's tests, where Java and Python are there.
        #[arg(long, conflicts_with = "demo")]
        test: bool,
        /// Spark's master for it.
        #[arg(long, default_value = "local[2]", requires = "demo")]
        master: String,
    },
    /// Measure.
    Bench {
        /// How the batch job's time grows with the number of connections.
        #[arg(long, required = true)]
        batch: bool,
        /// Further arguments of the measurement, after `--`.
        #[arg(last = true)]
        arguments: Vec<String>,
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
        Command::Batch { demo: true, master, .. } => batch::demo(&master),
        Command::Batch { test: true, .. } => checks::test_batch(),
        Command::Batch { .. } => batch::build(),
        Command::Bench { arguments, .. } => batch::bench(&arguments),
        Command::Gen { check } => checks::generate(check),
        Command::Pictures => page::pictures(),
    }
}
