//! No result without its reason: where others find TLS and we find none, the Report says what was there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::path::Path;
use std::process::Command;

use hushcap::analyze::Analyzer;
use hushcap::report::Health;
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::table::say;

/// Returns what is said of a capture; `None` where it is refused, which is a reason.
fn health(path: &Path) -> Option<Health> {
    let mut analyzer = Analyzer::new("capture");
    for chunk in std::fs::read(path).unwrap().chunks(1 << 20) {
        analyzer.push(chunk).ok()?;
    }
    Some(analyzer.finish().ok()?.health)
}

fn says_something(health: &Health) -> bool {
    let counts = [&health.weird, &health.limits_hit, &health.not_read, &health.busiest_ports];
    counts.into_iter().any(|counts| !counts.is_empty())
}

/// Returns whether tshark finds a hello in a capture.
fn has_hello(path: &Path) -> bool {
    let filter = "tls.handshake.type == 1 || tls.handshake.type == 2 || dtls.handshake.type == 1";
    let out = Command::new("tshark").arg("-r").arg(path).args(["-Y", filter, "-c", "20000"]).output();
    !out.unwrap().stdout.is_empty()
}

#[test]
fn capture_in_which_others_find_tls_is_never_passed_over_in_silence() {
    if Command::new("tshark").arg("--version").output().is_err() {
        say("skipped: tshark is not installed");
        return;
    }
    let mut paths = Vec::new();
    for folder in ["conformance", "wild/inputs", "corpus/captures"] {
        let Some(folder) = shared(folder) else { return };
        paths.extend(folder::files(&folder));
    }
    let (mut without, mut silent) = (0, Vec::new());
    for path in &paths {
        let Some(health) = health(path).filter(|health| health.tls_connections == 0) else { continue };
        without += 1;
        if !says_something(&health) && has_hello(path) {
            silent.push(path);
        }
    }
    say(&format!("{} captures without TLS of {} files, {} in silence", without, paths.len(), silent.len()));
    assert!(silent.is_empty(), "{silent:?}");
}
