//! Writes a capture's Zeek logs into a folder: `cargo run --example logs -- capture.pcap folder`.

use hushcap::analyze::Analyzer;
use hushcap::records::log::Format;
use std::fs::{self, File};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(capture), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: logs CAPTURE FOLDER".into());
    };
    let mut analyzer = Analyzer::new(&capture);
    analyzer.push(&fs::read(&capture)?)?;
    let analysis = analyzer.finish()?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for log in analysis.logs() {
        let file = File::create_new(folder.join(format!("{}.log", log.path())))?;
        analysis.write_log(log, Format::Tsv, &mut std::io::BufWriter::new(file))?;
    }
    Ok(())
}
