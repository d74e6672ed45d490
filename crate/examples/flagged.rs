//! Analyses a capture and prints its flagged destinations: `cargo run --example flagged -- capture.pcap`.

use hushcap::analyze::Analyzer;
use hushcap::verdict::{Model, Verdict};
use std::fs::File;
use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: flagged CAPTURE")?;
    let mut file = File::open(&path)?;
    let mut analyzer = Analyzer::new(&path);
    let mut chunk = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut chunk)?;
        if length == 0 {
            break;
        }
        analyzer.push(chunk.get(..length).unwrap_or_default())?;
    }
    let judged = analyzer.finish()?.judge(&Model::builtin(None)?);
    for tuple in judged.tuples.iter().filter(|tuple| tuple.outline.verdict == Verdict::MalwareLike) {
        println!("{} {:.3} {}", tuple.outline.key(), tuple.score, tuple.outline.server_names.join(" "));
    }
    Ok(())
}
