//! Trains and evaluates the models that the crate embeds.

use clap::{Parser, Subcommand};
use hushcap::verdict::Model;
use models::corpus::{self, Corpus};
use models::recipe::SHIPPED;
use models::table::Row;
use models::{Error, card, compare, evaluate, golden, observe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Trains and evaluates the models that the crate embeds
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Train every model that the crate embeds on a folder of labelled captures and logs
    Train {
        /// The folder
        #[arg(long)]
        corpus: PathBuf,
        /// Folder that the artefacts go to [default: the one that the crate embeds from]
        #[arg(long)]
        out: Option<PathBuf>,
        /// Write nothing; fail if an artefact would change
        #[arg(long)]
        check: bool,
    },
    /// Measure the model on a folder of labelled captures and logs, by the protocol of the model card
    Evaluate {
        /// The folder
        #[arg(long)]
        corpus: PathBuf,
        /// Folder that keeps the scores, so that a run that was broken off goes on; empty it after any change
        #[arg(long)]
        scores: Option<PathBuf>,
        /// Write the figures into the model card
        #[arg(long, conflicts_with = "check")]
        write: bool,
        /// Fail if the model card says other figures
        #[arg(long)]
        check: bool,
    },
    /// Print the headline figures alone, of what is compared and of single pieces of evidence
    Headline {
        /// Learners whose names contain this
        #[arg(long, default_value = "scorecard")]
        among: String,
        /// The folder
        #[arg(long)]
        corpus: PathBuf,
    },
    /// Print the labelled table that a folder of captures and logs becomes
    Table {
        /// The folder
        #[arg(long)]
        corpus: PathBuf,
    },
    /// Write the table and the splits of the protocols as text, for other learners
    Splits {
        /// The folder
        #[arg(long)]
        corpus: PathBuf,
        /// Folder that the text goes to
        #[arg(long)]
        out: PathBuf,
        /// Seed of the splits
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write what the embedded model says of the project's own samples
    Golden {
        /// Write nothing; fail if the rows would change
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("models: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Error> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    match command {
        Command::Train { corpus, out, check } => {
            let out = out.unwrap_or_else(models::artefacts);
            let table = read(&corpus)?.table;
            for recipe in &SHIPPED {
                let forest = recipe.train(&table)?;
                eprintln!(
                    "{}: {} trees, {} nodes, threshold {}",
                    forest.name,
                    forest.roots.len(),
                    forest.nodes.len(),
                    forest.threshold
                );
                models::artefact(&out.join(recipe.artefact()), &forest, check)?;
            }
            Ok(())
        }
        Command::Evaluate { corpus, scores, write, check } => {
            let corpus = read(&corpus)?;
            let evaluation = evaluate::evaluate(&corpus, &SHIPPED, &compare::entrants(), scores.as_deref())?;
            print!("{}", card::render(&evaluation));
            match (write, check) {
                (true, _) => card::write(home, &evaluation, &SHIPPED),
                (_, true) => card::check(home, &evaluation, &SHIPPED),
                _ => Ok(()),
            }
        }
        Command::Headline { among, corpus } => {
            print!("{}", card::headline_alone(&read(&corpus)?.table, &among)?);
            Ok(())
        }
        Command::Table { corpus } => {
            print!("{}", read(&corpus)?.table.text());
            Ok(())
        }
        Command::Splits { corpus, out, seed } => evaluate::export::export(&read(&corpus)?.table, seed, &out),
        Command::Golden { check } => {
            let load = |recipe: &models::recipe::Recipe| {
                let path = models::artefacts().join(recipe.artefact());
                let artefact = std::fs::read(&path).map_err(|source| Error::Io { path, source })?;
                Ok(Model::load(&artefact, &observe::columns())?)
            };
            let models: Vec<Model> = SHIPPED.iter().map(load).collect::<Result<_, Error>>()?;
            let table = golden::table(&home.join("../tests/fixtures"), &models)?;
            golden::write(&home.join("golden.tsv"), &table, check)
        }
    }
}

fn read(folder: &Path) -> Result<Corpus, Error> {
    let corpus = corpus::read(folder, &observe::columns(), observe::observe)?;
    let missed: Vec<&Row> = corpus.table.rows.iter().filter(|row| !row.seen).collect();
    let (inputs, labelled) = (corpus.inputs, corpus.table.rows.len());
    eprintln!(
        "{}: {inputs} inputs, {labelled} labelled tuples, {} not found",
        folder.display(),
        missed.len()
    );
    for Row { capture, key, .. } in missed {
        eprintln!("  not found: {capture} {} {}:{}/{}", key.orig_h, key.resp_h, key.resp_p, key.proto);
    }
    Ok(corpus)
}
