//! Writes a generated capture: `generate --bytes 1GiB [--connections N] [--concurrent N] OUT`, where OUT `-` is standard output.

use hushcap_tests::traffic::{Plan, generate};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some((plan, out)) = arguments() else {
        eprintln!("usage: generate --bytes 1GiB [--connections N] [--concurrent N] OUT");
        return ExitCode::from(2);
    };
    match write(&plan, &out) {
        Ok(said) => {
            eprintln!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{out}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(plan: &Plan, out: &str) -> io::Result<String> {
    let sink: Box<dyn Write> = if out == "-" { Box::new(io::stdout()) } else { Box::new(File::create(out)?) };
    let written = generate(plan, &mut BufWriter::with_capacity(1 << 20, sink))?;
    Ok(format!("{} bytes, {} packets, {} connections", written.bytes, written.packets, written.connections))
}

fn arguments() -> Option<(Plan, String)> {
    let mut arguments = std::env::args().skip(1);
    let (mut bytes, mut connections, mut concurrent, mut out) = (None, None, None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bytes" => bytes = Some(size(&arguments.next()?)?),
            "--connections" => connections = Some(arguments.next()?.parse().ok()?),
            "--concurrent" => concurrent = Some(arguments.next()?.parse().ok()?),
            _ if out.is_none() => out = Some(argument),
            _ => return None,
        }
    }
    let mut plan = Plan::of_size(bytes?);
    plan.connections = connections.unwrap_or(plan.connections);
    plan.concurrent = concurrent.unwrap_or(plan.concurrent).max(1);
    Some((plan, out?))
}

/// Returns the bytes from `1073741824`, `1024MiB` or `1GiB`.
fn size(text: &str) -> Option<u64> {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let (digits, shift) =
        units.iter().find_map(|(unit, shift)| Some((text.strip_suffix(unit)?, *shift))).unwrap_or((text, 0));
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}
