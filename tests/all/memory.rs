//! Memory: it grows with connections, not with bytes. A generated capture of 1 GiB comes through a pipe, never on disk.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap_tests::binary::hushcap;
use hushcap_tests::report::Report;
use hushcap_tests::table::say;
use hushcap_tests::traffic::{Plan, generate};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Size of the capture.
const SIZE: u64 = 1 << 30;

/// What the analysis of it may take at most, in KiB.
const LIMIT: u64 = 400 << 10;

#[test]
fn gibibyte_is_analysed_in_less_than_400_mebibytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (pipe, out) = (folder.path().join("generated.pcap"), folder.path().join("report.json"));
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let start = Instant::now();
    let mut analysis = Command::new(hushcap())
        .args(["analyze", "--json"])
        .arg(&pipe)
        .stdout(File::create(&out).expect("a file for the report"))
        .spawn()
        .expect("the program runs");
    let writer = std::thread::spawn(move || {
        let mut pipe = BufWriter::with_capacity(1 << 20, File::create(pipe)?);
        let written = generate(&Plan::of_size(SIZE), &mut pipe)?;
        pipe.flush()?;
        std::io::Result::Ok(written)
    });
    let peak = peak_of(&mut analysis);
    assert!(analysis.wait().expect("an end").success());
    let written = writer.join().expect("the generator ends").expect("the pipe takes everything");
    let report = std::fs::read_to_string(&out).expect("the report");
    let report: Report = serde_json::from_str(&report).expect("a Report");
    say(&format!(
        "{} bytes, {} connections, {} tuples: {} MiB at most, {:.1} s",
        report.capture.bytes,
        report.health.connections,
        report.tuples.len(),
        peak >> 10,
        start.elapsed().as_secs_f64()
    ));
    assert!(written.bytes >= SIZE);
    assert_eq!(report.capture.bytes, written.bytes, "every byte was read");
    assert_eq!(report.capture.packets, Some(written.packets));
    assert_eq!(report.health.connections, written.connections);
    assert!(report.health.tls_connections > 0);
    assert!(peak < LIMIT, "{peak} KiB resident at most, {LIMIT} allowed");
}

/// Returns the largest resident set of a process until it ends, in KiB.
fn peak_of(process: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait().expect("a child of ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(number.unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(peak > 0, "the kernel told the size of the process");
    peak
}
