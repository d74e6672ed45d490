//! The command line: exit statuses, where output goes, and what each command prints of the project's own captures.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap::feature::{FEATURES, Table};
use hushcap::text::is_unsafe;
use hushcap::verdict::Model;
use hushcap_tests::binary::hushcap;
use hushcap_tests::folder;
use hushcap_tests::report::{self, Report};
use hushcap_tests::shared::workspace;
use hushcap_tests::tsv::Tsv;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn analyze_prints_a_table_of_tuples() {
    let ran = run(&["analyze", &fixture("beacon.pcap")]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let report = report(&fixture("beacon.pcap"));
    assert!(!report.tuples.is_empty());
    for tuple in &report.tuples {
        let row = ran.out.lines().find(|line| line.contains(&tuple.resp_h) && line.contains(&tuple.verdict));
        assert!(row.is_some(), "no row of {} {} in\n{}", tuple.resp_h, tuple.verdict, ran.out);
    }
}

#[test]
fn json_prints_one_report_a_line_in_the_order_of_the_paths() {
    let paths = [fixture("visit.pcap"), fixture("beacon.pcap"), fixture("visit.pcapng")];
    let ran = run(&["analyze", "--json", &paths[0], &paths[1], &paths[2]]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let reports = reports(&ran.out);
    let names: Vec<&str> = reports.iter().map(|report| report.capture.name.as_str()).collect();
    assert_eq!(names, ["visit.pcap", "beacon.pcap", "visit.pcapng"]);
    let formats: Vec<&str> = reports.iter().map(|report| report.capture.format.as_str()).collect();
    assert_eq!(formats, ["pcap", "pcap", "pcapng"]);
}

#[test]
fn report_of_a_path_does_not_depend_on_the_other_paths() {
    let paths = [fixture("visit.pcap"), fixture("visit.pcap")];
    let ran = run(&["analyze", "--json", &paths[0], &paths[1]]);
    let reports = reports(&ran.out);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], report(&paths[0]));
}

#[test]
fn report_holds_what_its_description_promises() {
    let names = ["browsing.pcap", "beacon.pcap", "certificates.pcap"];
    for (model, name) in Model::names().flat_map(|model| names.map(|name| (model, name))) {
        let ran = run(&["analyze", "--json", "--model", model, &fixture(name)]);
        let report = reports(&ran.out).remove(0);
        assert_eq!(report.schema, 1);
        assert_eq!(report.model.name, model);
        assert_eq!(report.model.usual.len(), report.model.features, "what is usual of every feature");
        assert_eq!(report.capture.bytes, size(&fixture(name)));
        assert!(report.capture.packets.is_some_and(|packets| packets > 0));
        assert!(report.capture.first_ts < report.capture.last_ts);
        assert!(report.health.tls_connections <= report.health.connections);
        assert!(report.health.tls_with_certificate <= report.health.tls_connections);
        for tuple in &report.tuples {
            assert_eq!(tuple.features.len(), report.model.features, "every feature of the model");
            assert!(tuple.outside.iter().all(|name| tuple.features.contains_key(name)));
            assert!((0.0..=1.0).contains(&tuple.score));
            assert!(
                ["malware-like", "borderline", "ordinary", "undecided"].contains(&tuple.verdict.as_str())
            );
            if tuple.verdict != "undecided" {
                assert_eq!(tuple.verdict == "malware-like", tuple.score >= report.model.threshold);
            }
            let sum: f64 = tuple.explanation.iter().map(|part| part.contribution).sum();
            assert!((tuple.base + sum - tuple.raw).abs() < 1e-9, "contributions add up to the raw answer");
            assert_eq!(tuple.explanation.len(), report.model.features);
            assert_eq!(tuple.purpose.is_some(), tuple.purpose_evidence.is_some());
            assert!(tuple.purpose.is_none() || tuple.verdict == "malware-like", "flagged tuples alone");
            let sizes: Vec<f64> = tuple.explanation.iter().map(|part| part.contribution.abs()).collect();
            assert!(sizes.is_sorted_by(|a, b| a >= b), "by size, descending");
        }
        let scores: Vec<f64> = report.tuples.iter().map(|tuple| tuple.score).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "tuples by score, descending");
    }
}

#[test]
fn a_tuple_has_the_fingerprints_of_its_hellos_and_certificates() {
    let path = fixture("versions.pcap");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = run(&["logs", &path, "--out", text(folder.path())]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let log = std::fs::read_to_string(folder.path().join("ssl.log")).expect("ssl.log");
    let log = Tsv::zeek(&log);
    let distinct = |column: &str| -> BTreeSet<String> {
        let values = log.maps().filter_map(|row| row.get(column).map(|value| (*value).to_owned()));
        values.filter(|value| value != "-").collect()
    };
    let report = report(&path);
    let prints = || report.tuples.iter().map(|tuple| &tuple.fingerprints);
    let all: [BTreeSet<String>; 3] = [
        prints().flat_map(|prints| prints.ja3.clone()).collect(),
        prints().flat_map(|prints| prints.ja3s.clone()).collect(),
        prints().flat_map(|prints| prints.ja4.clone()).collect(),
    ];
    assert!(all.iter().all(|prints| prints.len() > 3), "{all:?}");
    assert_eq!(all, ["ja3", "ja3s", "ja4"].map(distinct));
    let chains = distinct("cert_chain_fps");
    let own: BTreeSet<&str> = chains.iter().filter_map(|chain| chain.split(',').next()).collect();
    let certificates: BTreeSet<&str> =
        prints().flat_map(|prints| prints.certificate.iter().map(String::as_str)).collect();
    assert!(!own.is_empty() && own == certificates, "{own:?} {certificates:?}");
}

#[test]
fn purpose_of_a_flagged_tuple_says_its_rule_and_what_it_matched() {
    let report = report(&fixture("beacon.pcap"));
    let flagged =
        report.tuples.iter().find(|tuple| tuple.verdict == "malware-like").expect("a flagged tuple");
    assert_eq!(flagged.purpose.as_deref(), Some("c2-direct"));
    let evidence = flagged.purpose_evidence.as_ref().expect("evidence");
    assert_eq!(evidence.rule, "self-signed-no-name");
    assert!(evidence.matched.starts_with("CN=") && evidence.explanation.ends_with('.'), "{evidence:?}");
    assert!(run(&["analyze", &fixture("beacon.pcap")]).out.contains("c2-direct"));
}

#[test]
fn features_have_the_key_and_the_37_columns() {
    let path = fixture("visit.pcap");
    let ran = run(&["features", &path]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let mut lines = ran.out.lines();
    let header: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let names: Vec<&str> = FEATURES.iter().map(|feature| feature.name).collect();
    assert_eq!(header[..5], ["capture", "orig_h", "resp_h", "resp_p", "proto"]);
    assert_eq!(header[5..], names);
    assert_eq!(names.len(), 37);
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    assert!(!rows.is_empty());
    for row in &rows {
        assert_eq!(row.len(), header.len());
        assert_eq!(row[0], path, "the PATH as given");
        assert!(row[5..].iter().all(|value| value.parse::<f64>().is_ok_and(f64::is_finite)));
    }
    let keys: Vec<&[&str]> = rows.iter().map(|row| &row[..5]).collect();
    assert!(keys.is_sorted(), "rows by capture, then by the key as text");
}

#[test]
fn extended_table_begins_with_the_other() {
    let path = fixture("versions.pcap");
    let basic = run(&["features", &path, "--table", "37"]).out;
    let extended = run(&["features", &path, "--table", "extended"]).out;
    assert_eq!(basic.lines().count(), extended.lines().count());
    for (basic, extended) in basic.lines().zip(extended.lines()) {
        assert!(extended.starts_with(&format!("{basic}\t")), "{basic}");
        assert_eq!(extended.split('\t').count(), 5 + Table::Extended.names().len());
    }
}

#[test]
fn features_are_those_of_the_report() {
    let path = fixture("certificates.pcap");
    let (report, table) = (report(&path), run(&["features", &path]).out);
    assert_eq!(table.lines().count(), report.tuples.len() + 1);
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let tuple = report
            .tuples
            .iter()
            .find(|tuple| {
                (&*tuple.orig_h, &*tuple.resp_h, &*tuple.resp_p.to_string()) == (cells[1], cells[2], cells[3])
            })
            .expect("the tuple in the report");
        for (feature, cell) in FEATURES.iter().zip(&cells[5..]) {
            let value = tuple.features[feature.name].unwrap_or(-1.0);
            assert_eq!(cell.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{}", feature.name);
        }
    }
}

#[test]
fn features_go_to_the_file_that_out_names() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("features.tsv");
    let path = fixture("visit.pcap");
    let ran = run(&["features", &path, "--out", text(&file)]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&file).expect("the table"), run(&["features", &path]).out);
}

#[test]
fn logs_of_one_path_go_to_the_folder_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = run(&["logs", &fixture("visit.pcap"), "--out", text(folder.path())]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for log in ["conn.log", "ssl.log", "x509.log"] {
        let text = std::fs::read_to_string(folder.path().join(log)).expect(log);
        assert!(text.starts_with("#separator \\x09\n"), "{log}: {text}");
        assert!(text.lines().any(|line| !line.starts_with('#')), "{log} has a row");
    }
}

#[test]
fn logs_of_several_paths_go_to_a_folder_each() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (visit, beacon) = (fixture("visit.pcap"), fixture("beacon.pcap"));
    let ran = run(&["logs", &visit, &beacon, "--out", text(folder.path())]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let mut logs = folder::files(folder.path());
    logs.retain(|log| log.ends_with("ssl.log"));
    assert_eq!(logs.len(), 2, "{logs:?}");
    let single = tempfile::tempdir().expect("a temporary folder");
    run(&["logs", &visit, "--out", text(single.path())]);
    let alone = rows(&single.path().join("ssl.log"));
    assert!(logs.iter().any(|log| rows(log) == alone), "the log of a PATH is the one it has alone");
}

#[test]
fn json_logs_hold_an_object_a_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ran = run(&["logs", &fixture("visit.pcap"), "--out", text(folder.path()), "--format", "json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let text = std::fs::read_to_string(folder.path().join("ssl.log")).expect("ssl.log");
    assert!(!text.is_empty());
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(row["id.orig_h"].is_string() && row["ts"].is_number(), "{line}");
    }
}

#[test]
fn folder_of_logs_is_as_good_as_its_capture() {
    for format in ["zeek", "json"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let capture = fixture("certificates.pcap");
        run(&["logs", &capture, "--out", text(folder.path()), "--format", format]);
        let (own, read) = (report(&capture), report(text(folder.path())));
        assert_eq!(read.tuples, own.tuples, "{format}");
        assert_eq!(read.capture.packets, None, "logs know of no packets");
        assert_eq!(read.capture.format, if format == "zeek" { "zeek-tsv" } else { "zeek-json" });
    }
}

#[test]
fn name_that_would_steer_a_terminal_never_leaves_as_it_is() {
    let hostile = "\x1b[31m\u{202e}e\u{85}.test";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let capture = folder.path().join("hostile.pcap");
    let bytes = std::fs::read(fixture("certificates.pcap")).expect("the fixture");
    std::fs::write(&capture, replaced(&bytes, b"site.example.com", hostile.as_bytes())).expect("a capture");
    let capture = text(&capture);
    let own = report(capture);
    let name = r"\u{1b}[31m\u{202e}e\u{85}.test";
    assert!(own.tuples.iter().any(|tuple| tuple.server_names.iter().any(|shown| shown == name)));
    for arguments in [&["analyze", capture][..], &["analyze", "--json", capture]] {
        assert_harmless(&run(arguments).out);
    }
    for format in ["zeek", "json"] {
        let logs = folder.path().join(format);
        run(&["logs", capture, "--out", text(&logs), "--format", format]);
        for log in ["ssl.log", "x509.log"] {
            let written = std::fs::read_to_string(logs.join(log)).expect("a log in UTF-8");
            assert!(written.contains("[31m"), "the name is in {log}");
            assert_harmless(&written);
        }
        assert_eq!(report(text(&logs)).tuples, own.tuples, "{format}");
    }
}

/// Fails where a character other than a line break or a tab could change how the text is shown.
fn assert_harmless(text: &str) {
    let found = text.chars().find(|letter| !matches!(letter, '\n' | '\t') && is_unsafe(*letter));
    assert_eq!(found, None);
}

/// `bytes` with every `from` replaced by `to`, which is as long.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    while let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
        bytes.splice(at..at + from.len(), to.iter().copied());
    }
    bytes
}

#[test]
fn every_container_of_a_visit_gives_the_same_tuples() {
    let own = report(&fixture("visit.pcap"));
    for name in [
        "visit-nanoseconds.pcap",
        "visit-big-endian.pcap",
        "visit.pcapng",
        "visit-sections.pcapng",
        "visit.pcap.gz",
        "visit.pcapng.gz",
    ] {
        assert_eq!(report(&fixture(name)).tuples, own.tuples, "{name}");
    }
}

#[test]
fn damaged_capture_is_analysed_and_said_to_be_damaged() {
    for name in ["visit-truncated.pcap", "visit-truncated.pcap.gz"] {
        let ran = run(&["analyze", "--json", &fixture(name)]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        let report = reports(&ran.out).remove(0);
        assert!(report.health.connections > 0, "{name}: what came before the damage");
        assert!(!report.health.weird.is_empty(), "{name}: the damage is counted");
    }
}

#[test]
fn unreadable_input_is_status_1_with_the_reason_on_standard_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = folder.path().join("empty.pcap");
    std::fs::write(&empty, b"").expect("an empty file");
    let prose = folder.path().join("prose.pcap");
    std::fs::write(&prose, b"This is no capture.\n").expect("a text file");
    let absent = folder.path().join("absent.pcap");
    let bare = folder.path().join("bare");
    std::fs::create_dir(&bare).expect("a folder without logs");
    for command in [&["analyze"][..], &["analyze", "--json"], &["features"]] {
        for (path, reason) in
            [(&empty, "empty"), (&prose, "not a capture"), (&absent, "absent.pcap"), (&bare, "logs")]
        {
            let ran = run(&[command, &[text(path)]].concat());
            assert_eq!(ran.status, 1, "{command:?} {}: {}", path.display(), ran.err);
            assert!(ran.err.contains(reason), "{command:?} {}: {}", path.display(), ran.err);
            assert!(!ran.out.contains('{'), "nothing on standard output: {}", ran.out);
        }
    }
}

#[test]
fn unreadable_path_does_not_hide_the_others() {
    let ran = run(&["analyze", "--json", "absent.pcap", &fixture("visit.pcap")]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("absent.pcap"), "{}", ran.err);
    assert_eq!(reports(&ran.out).len(), 1);
}

#[test]
fn wrong_arguments_are_status_2() {
    let visit = fixture("visit.pcap");
    let wrong: [&[&str]; 7] = [
        &[],
        &["analyse", &visit],
        &["analyze"],
        &["analyze", "--jsonl", &visit],
        &["logs", &visit],
        &["logs", &visit, "--out", "x", "--format", "xml"],
        &["features", &visit, "--table", "38"],
    ];
    for arguments in wrong {
        let ran = run(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(!ran.err.is_empty() && ran.out.is_empty(), "{arguments:?}");
    }
}

/// `/dev/full` takes nothing, as a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_status_1() {
    for arguments in [&["analyze"][..], &["analyze", "--json"], &["features"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let mut command = Command::new(hushcap());
        let output = command.args(arguments).arg(fixture("visit.pcap")).stdout(full).output();
        let output = output.expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn logs_whose_names_end_in_json_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    run(&["logs", &fixture("visit.pcap"), "--out", text(folder.path()), "--format", "json"]);
    let own = report(text(folder.path()));
    for log in ["conn", "ssl", "x509"] {
        let path = folder.path().join(log);
        std::fs::rename(path.with_extension("log"), path.with_extension("json")).expect(log);
    }
    assert_eq!(report(text(folder.path())), own);
}

#[test]
fn unknown_model_is_an_error_that_names_it() {
    let ran = run(&["analyze", "--model", "no-such-model", &fixture("visit.pcap")]);
    assert_eq!(ran.status, 2, "{}", ran.err);
    assert!(ran.err.contains("no-such-model"), "{}", ran.err);
    assert!(Model::names().all(|name| ran.err.contains(name)), "what there is: {}", ran.err);
}

#[test]
fn nothing_but_results_is_on_standard_output_where_standard_error_is_no_terminal() {
    let ran = run(&["analyze", "--json", &fixture("visit.pcap")]);
    assert_eq!(ran.err, "", "no progress bar");
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(hushcap()).args(arguments).output().expect("the program runs");
    Ran {
        status: output.status.code().expect("an exit status, not a signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn report(path: &str) -> Report {
    let ran = run(&["analyze", "--json", path]);
    assert_eq!(ran.status, 0, "{path}: {}", ran.err);
    reports(&ran.out).remove(0)
}

fn reports(lines: &str) -> Vec<Report> {
    report::reports(lines).expect("a Report a line")
}

fn fixture(name: &str) -> String {
    text(&workspace().join("tests/fixtures").join(name)).to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn size(path: &str) -> u64 {
    std::fs::metadata(path).expect("the fixture").len()
}

fn rows(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).expect("a log");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn a_path_is_shown_without_control_characters() {
    let ran = run(&["analyze", "no\u{1b}[31m\u{202e}file"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("no\\u{1b}[31m\\u{202e}file") && !ran.err.contains('\u{1b}'), "{}", ran.err);
}
