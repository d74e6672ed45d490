//! The command line: `hushcap analyze | calibrate | logs | features | extract | verdicts`.

mod calibrate;
mod extract;
mod input;
mod output;
mod table;
mod verdicts;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use hushcap::Error;
use hushcap::analyze::Analysis;
use hushcap::capture::Checksums;
use hushcap::feature::{self, Table};
use hushcap::join::FourTuple;
use hushcap::records::log::{Format, Log};
use hushcap::text::visible;
use hushcap::verdict::Model;
use output::Outputs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Finds TLS connections that behave like malware's in packet captures or Zeek logs, without decrypting anything.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What is read, and how.
#[derive(Args)]
struct Inputs {
    /// Captures (pcap, pcapng), Zeek logs (TSV, JSON lines) or directories of Zeek logs; all may be compressed with gzip or Zstandard
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Packets of a capture whose checksum is wrong: keep as Zeek's -C does, or drop as Zeek does without it
    #[arg(long, value_enum, default_value = "keep")]
    checksums: ChecksumsArgument,
}

#[derive(Clone, Copy, ValueEnum)]
enum ChecksumsArgument {
    Keep,
    Drop,
}

#[derive(Subcommand)]
enum Command {
    /// Print a verdict per connection 4-tuple
    Analyze {
        #[command(flatten)]
        inputs: Inputs,
        /// Print one Report a line, as JSON
        #[arg(long)]
        json: bool,
        /// Leave out the sentence below each row that is flagged or borderline
        #[arg(long, conflicts_with = "json")]
        brief: bool,
        /// Model that scores
        #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Model::names()))]
        model: Option<String>,
        /// Profile of this network, which `hushcap calibrate` made: show its verdict too, and what is new since
        #[arg(long, value_name = "FILE")]
        profile: Option<PathBuf>,
    },
    /// Learn what is normal in a network: a threshold, and what was seen there
    Calibrate {
        #[command(flatten)]
        inputs: Inputs,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Replace files that exist
        #[arg(long)]
        force: bool,
        /// Percentage of normal destinations that the threshold may flag
        #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
        share: f64,
        /// Write addresses and names as they are instead of salted hashes
        #[arg(long)]
        plain: bool,
        /// Model that scores
        #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Model::names()))]
        model: Option<String>,
    },
    /// Write conn.log, ssl.log, x509.log and dns.log
    Logs {
        #[command(flatten)]
        inputs: Inputs,
        /// Directory to write into; with several PATHs, a folder for each below it
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Replace files that exist
        #[arg(long)]
        force: bool,
        /// Zeek's TSV, or JSON lines
        #[arg(long, value_enum, default_value = "zeek")]
        format: LogFormat,
    },
    /// Write the features of every connection 4-tuple, as TSV
    Features {
        #[command(flatten)]
        inputs: Inputs,
        /// File to write; standard output without it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace files that exist
        #[arg(long)]
        force: bool,
        /// Table of features
        #[arg(long, value_name = "NAME", default_value = "37", value_parser = table_names())]
        table: String,
    },
    /// Write the packets of the flagged 4-tuples as a capture
    #[command(alias = "carve")]
    Extract {
        /// Capture (pcap, pcapng, either compressed with gzip or Zstandard)
        #[arg(value_name = "PATH")]
        path: PathBuf,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Replace files that exist
        #[arg(long)]
        force: bool,
        /// Write these 4-tuples instead, each as in "10.0.0.1 198.51.100.7 443 tcp"
        #[arg(long = "tuple", value_name = "TUPLE", conflicts_with = "model")]
        tuples: Vec<FourTuple>,
        /// Model that flags
        #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Model::names()))]
        model: Option<String>,
    },
    /// Open verdicts that the batch job wrote and exported as JSON lines
    Verdicts {
        /// Files of rows; may be gzipped
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Show all that is known of these 4-tuples, each as in "10.0.0.1 198.51.100.7 443 tcp"
        #[arg(long = "tuple", value_name = "TUPLE")]
        tuples: Vec<FourTuple>,
        /// Leave out the sentence below each row that is flagged or borderline
        #[arg(long, conflicts_with = "tuples")]
        brief: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    Zeek,
    Json,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Analyze { inputs, json, brief, model, profile } => analyze(
            &inputs,
            if json { Form::Json } else { Form::Table { brief } },
            model.as_deref(),
            profile.as_deref(),
        ),
        Command::Calibrate { inputs, out, force, share, plain, model } => {
            let outputs = Outputs::beside(&inputs.paths, force);
            calibrate::calibrate(&inputs, &outputs, &out, share / 100.0, plain, model.as_deref())
        }
        Command::Logs { inputs, out, force, format } => logs(&inputs, &out, force, format),
        Command::Features { inputs, out, force, table } => features(&inputs, out.as_deref(), force, &table),
        Command::Extract { path, out, force, tuples, model } => {
            extract::extract(&path, &out, force, &tuples, model.as_deref())
        }
        Command::Verdicts { paths, tuples, brief } => verdicts::verdicts(&paths, &tuples, brief),
    };
    match outcome {
        Ok(code) => code,
        // A reader that has seen enough, such as `head`, is no failure.
        Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hushcap: {}", visible(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

/// How verdicts are printed.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Table { brief: bool },
}

fn analyze(
    inputs: &Inputs,
    form: Form,
    model: Option<&str>,
    profile: Option<&Path>,
) -> Result<ExitCode, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let model = Model::builtin(model)?;
    let profile = profile.map(|path| calibrate::read(path, &model)).transpose()?;
    each(inputs, |_, analysis| {
        let mut judged = analysis.judge(&model);
        if let Some(profile) = &profile {
            profile.judge(&mut judged);
        }
        let written = match form {
            Form::Json => judged.write_json(&mut out),
            Form::Table { brief } => table::write(&mut out, &judged, brief),
        };
        // What is left to the end of the program is written without a word about failure.
        written.and_then(|()| out.flush()).map_err(standard_output)
    })
}

fn logs(inputs: &Inputs, out: &Path, force: bool, format: LogFormat) -> Result<ExitCode, Error> {
    let format = match format {
        LogFormat::Zeek => Format::Tsv,
        LogFormat::Json => Format::Json,
    };
    let outputs = Outputs::beside(&inputs.paths, force);
    let mut folders = input::Folders::new(out, inputs.paths.len() > 1);
    each(inputs, |path, analysis| {
        let folder = folders.next(path);
        std::fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
        let file = |log: Log| folder.join(format!("{}.log", log.path()));
        // Either all of them are written, or none.
        analysis.logs().try_for_each(|log| outputs.check(&file(log)))?;
        analysis.logs().try_for_each(|log| {
            let file = file(log);
            let failed = |source| io_error(&file, source);
            outputs.write(&file, |out| analysis.write_log(log, format, out).map_err(failed))
        })
    })
}

fn table_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Table::ALL.map(Table::name))
}

fn features(inputs: &Inputs, out: Option<&Path>, force: bool, table: &str) -> Result<ExitCode, Error> {
    // The parser of the arguments lets the names of tables through, and no other.
    let table = Table::by_name(table).unwrap_or(Table::Basic37);
    let outputs = Outputs::beside(&inputs.paths, force);
    out.map_or(Ok(()), |out| outputs.check(out))?;
    let mut rows = Vec::new();
    let code = each(inputs, |path, analysis| {
        rows.extend(analysis.feature_rows(table, &path.to_string_lossy()));
        Ok(())
    })?;
    let write = |out: &mut dyn Write| {
        let mut out = BufWriter::new(out);
        feature::tsv::write(table, &rows, &mut out)?;
        out.flush()
    };
    match out {
        Some(path) => outputs.write(path, |out| write(out).map_err(|source| io_error(path, source)))?,
        None => write(&mut io::stdout().lock()).map_err(standard_output)?,
    }
    Ok(code)
}

/// Analyses each path alone. One that cannot be read is reported and does not stop the others.
fn each(
    inputs: &Inputs,
    mut done: impl FnMut(&Path, Analysis) -> Result<(), Error>,
) -> Result<ExitCode, Error> {
    let checksums = match inputs.checksums {
        ChecksumsArgument::Keep => Checksums::Keep,
        ChecksumsArgument::Drop => Checksums::Drop,
    };
    let mut code = ExitCode::SUCCESS;
    for path in &inputs.paths {
        match input::read(path, checksums) {
            Ok(analysis) => done(path, analysis)?,
            Err(error @ Error::Io { .. }) => {
                eprintln!("hushcap: {}", visible(&error.to_string()));
                code = ExitCode::FAILURE;
            }
            Err(error) => {
                eprintln!("hushcap: {}", visible(&format!("{}: {error}", path.display())));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.display().to_string(), source }
}

fn standard_output(source: io::Error) -> Error {
    io_error(Path::new("standard output"), source)
}
