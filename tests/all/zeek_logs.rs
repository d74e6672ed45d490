//! Zeek logs as sites keep them: the program's own logs of a capture, put into every form that is read, must give the
//! capture's own features bit for bit, through the command line.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at what does not hold")]

use hushcap::feature::{Group, MISSING, Table};
use hushcap::records::Kind;
use hushcap::records::log::Log;
use hushcap_tests::binary::hushcap;
use hushcap_tests::folder;
use hushcap_tests::forms::{Dialect, Files, Logs, ZEEK, gzipped, kinds, rotated};
use hushcap_tests::report;
use hushcap_tests::shared::{shared, workspace};
use hushcap_tests::tsv::Tsv;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Captures whose logs are put into every form: all versions of TLS, all kinds of certificates, DTLS over UDP.
const CAPTURES: [&str; 3] = ["versions.pcap", "certificates.pcap", "datagrams.pcap"];

/// A form of the logs, and what the program makes of it.
type Form = (&'static str, fn(Logs) -> Files);

/// Forms that carry all that the features need.
const WHOLE: [Form; 33] = [
    ("as Zeek writes them", |logs| logs.as_tsv(&ZEEK, plain)),
    ("rotated and gzipped by zeekctl", |logs| {
        gzipped(by_name(&logs, |log| format!("{log}.10:00:00-11:00:00.log")))
    }),
    ("rotated by time in the name", |logs| by_name(&logs, |log| format!("{log}_20261124_10.log"))),
    ("rotated by date in the name", |logs| by_name(&logs, |log| format!("{log}-2026-11-24.log"))),
    ("rotated by logrotate, by date", |logs| by_name(&logs, |log| format!("{log}.log-20261124"))),
    ("rotated by logrotate, by number", |logs| gzipped(by_name(&logs, |log| format!("{log}.log.1")))),
    ("named after a sensor", |logs| by_name(&logs, |log| format!("sensor.{log}.log"))),
    ("under names that tell nothing", |logs| logs.as_tsv(&ZEEK, |log| format!("{}.log", log as usize))),
    ("split over rotated files", |logs| {
        rotated(&logs, |log, part| format!("{}.2026-11-24-1{part}-00-00.log", log.path()))
    }),
    ("split over gzipped files", |logs| {
        gzipped(rotated(&logs, |log, part| format!("{}.log.{part}", log.path())))
    }),
    ("one rotated file behind another", |logs| joined(rotated(&logs, |log, _| plain(log)))),
    ("with extra columns", |mut logs| {
        each(&mut logs, |_, table| (0..=table.columns.len()).step_by(4).for_each(|at| insert(table, at)));
        logs.as_tsv(&ZEEK, plain)
    }),
    ("with columns in another order", |mut logs| {
        each(&mut logs, |_, table| {
            table.columns.reverse();
            table.rows.iter_mut().for_each(|row| row.reverse());
        });
        logs.as_tsv(&ZEEK, plain)
    }),
    ("with underscores in the names of columns", |mut logs| {
        each(&mut logs, |_, table| {
            table.columns.iter_mut().for_each(|column| *column = column.replace('.', "_"));
        });
        logs.as_tsv(&ZEEK, plain)
    }),
    ("with labels", |mut logs| {
        each(&mut logs, |_, table| {
            let columns = table.columns.last_mut().into_iter().zip(["   label   detailed-label"]);
            columns.for_each(|(name, labels)| name.push_str(labels));
            table
                .rows
                .iter_mut()
                .filter_map(|row| row.last_mut())
                .for_each(|cell| cell.push_str("   Benign   -"));
        });
        logs.as_tsv(&ZEEK, |log| format!("{}.log.labeled", log.path()))
    }),
    ("with other separators and signs", |logs| {
        let signs = Dialect { separator: '|', set_separator: ';', unset: "NULL", empty: "EMPTY", ..ZEEK };
        logs.as_tsv(&signs, plain)
    }),
    ("with DOS line ends", |logs| logs.as_tsv(&Dialect { line_end: "\r\n", ..ZEEK }, plain)),
    ("with a byte order mark", |logs| logs.as_tsv(&Dialect { byte_order_mark: true, ..ZEEK }, plain)),
    ("with the last line end missing", |logs| {
        let mut files = logs.as_tsv(&Dialect { times: false, ..ZEEK }, plain);
        files.iter_mut().for_each(|(_, bytes)| bytes.truncate(bytes.len() - 1));
        files
    }),
    ("of Zeek 2.3 to 4", |mut logs| {
        older(&mut logs);
        logs.as_tsv(&ZEEK, plain)
    }),
    ("with times in ISO 8601, TSV", |mut logs| {
        each(&mut logs, |log, table| change_times(log, table, |time| iso(time, 0, "Z")));
        logs.as_tsv(&ZEEK, plain)
    }),
    ("as JSON", |logs| logs.as_json(plain, same)),
    ("as JSON named so", |logs| logs.as_json(|log| format!("{}.json", log.path()), same)),
    ("as gzipped JSON lines", |logs| gzipped(logs.as_json(|log| format!("{}.ndjson", log.path()), same))),
    ("as JSON streamed beside Zeek's logs", |logs| {
        logs.as_json(|log| format!("json_streaming_{}.1.log", log.path()), with_path)
    }),
    ("as JSON with DOS line ends and a byte order mark", |logs| {
        let mut files = logs.as_json(plain, same);
        for (_, bytes) in &mut files {
            let text = String::from_utf8_lossy(bytes).replace('\n', "\r\n");
            *bytes = format!("\u{feff}{text}").into_bytes();
        }
        files
    }),
    ("as JSON with objects inside", |logs| logs.as_json(plain, |_, row| nested(row))),
    ("as JSON with numbers as text", |logs| logs.as_json(plain, |_, row| numbers_as_text(row))),
    ("as JSON with times in ISO 8601", |logs| {
        logs.as_json(plain, |log, row| times(log, row, |seconds| iso(&seconds.to_string(), 0, "Z").into()))
    }),
    ("as JSON with times of another zone", |logs| {
        logs.as_json(plain, |log, row| {
            times(log, row, |seconds| iso(&seconds.to_string(), 8, "+08:00").into())
        })
    }),
    ("as one stream of JSON", |logs| logs.as_stream("all.json", with_path)),
    ("as one gzipped stream of JSON", |logs| gzipped(logs.as_stream("zeek.ndjson", with_path))),
    ("as one stream of JSON under the logs' names", |logs| {
        logs.as_stream("kafka.json", |log, row| one(log.path(), Value::Object(row.clone())))
    }),
];

#[test]
fn every_form_of_the_logs_gives_the_features_of_the_capture() {
    for capture in CAPTURES {
        let own = features(&fixture(capture));
        assert!(own.len() > 3, "{capture}: {} tuples", own.len());
        for (form, files) in WHOLE {
            let folder = written(&files(logs_of(capture)));
            assert_eq!(features(folder.path()), own, "{capture} {form}");
            let weird = weird(folder.path());
            assert!(weird.is_empty(), "{capture} {form}: {weird:?}");
        }
    }
}

#[test]
fn stream_in_one_file_is_read_as_the_file_it_is() {
    for form in [|files| files, gzipped] {
        let folder = written(&form(logs_of("versions.pcap").as_stream("stream", with_path)));
        let file = only_file(folder.path());
        assert_eq!(features(&file), features(&fixture("versions.pcap")), "{}", file.display());
    }
}

#[test]
fn format_says_whether_logs_are_compressed() {
    let logs = logs_of("certificates.pcap");
    for (files, format) in [
        (logs.as_tsv(&ZEEK, plain), "zeek-tsv"),
        (gzipped(logs.as_tsv(&ZEEK, plain)), "zeek-tsv+gzip"),
        (logs.as_json(plain, same), "zeek-json"),
        (gzipped(logs.as_json(plain, same)), "zeek-json+gzip"),
    ] {
        let size = files.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>();
        let capture = report(written(&files).path()).capture;
        assert_eq!((capture.format.as_str(), capture.bytes), (format, size));
    }
}

#[test]
fn times_in_milliseconds_are_those_times_and_no_others() {
    for capture in CAPTURES {
        let logs = logs_of(capture);
        let mut cut = logs.clone();
        each(&mut cut, |log, table| {
            change_times(log, table, |time| time.find('.').map_or(time, |dot| &time[..dot + 4]).to_owned());
        });
        let cut = written(&cut.as_tsv(&ZEEK, plain));
        let milliseconds =
            logs.as_json(plain, |log, row| times(log, row, |seconds| json!((seconds * 1e3) as i64)));
        assert_eq!(features(written(&milliseconds).path()), features(cut.path()), "{capture}");
    }
}

#[test]
fn missing_x509_log_is_said_and_takes_nothing_but_what_it_holds() {
    for capture in CAPTURES {
        let (own, logs) = (features(&fixture(capture)), logs_of(capture).without(Log::X509));
        for files in [
            logs.as_tsv(&ZEEK, plain),
            logs.as_stream("all.json", with_path),
            with_empty_x509_log(logs.as_tsv(&ZEEK, plain)),
            with_empty_x509_log(logs.as_json(plain, same)),
            with_other_certificates(logs_of(capture)).as_tsv(&ZEEK, plain),
            with_identifiers_in_ssl_log_alone(logs_of(capture)).as_tsv(&ZEEK, plain),
        ] {
            let folder = written(&files);
            let missed = weird(folder.path()).remove("x509_log_missing");
            assert!(missed.is_some_and(|count| count > 0), "{capture}: {missed:?}");
            assert_eq!(features(folder.path()), without_certificates(&own), "{capture}");
            let table = run(&["analyze", text(folder.path())]);
            assert!(
                table.contains("none of which an x509.log holds) Add the x509.log of the same time."),
                "{table}"
            );
        }
    }
}

fn with_empty_x509_log(mut files: Files) -> Files {
    files.push((plain(Log::X509), Vec::new()));
    files
}

/// Returns the logs with an x509.log of another time.
fn with_other_certificates(mut logs: Logs) -> Logs {
    let x509 = logs.table(Log::X509).expect("x509.log");
    let fingerprint = x509.column("fingerprint").expect("a column");
    x509.rows.iter_mut().for_each(|row| row[fingerprint] = row[fingerprint].chars().rev().collect());
    logs
}

/// Returns the logs with an ssl.log of Zeek 2.3 to 4 beside an x509.log of later versions.
fn with_identifiers_in_ssl_log_alone(mut logs: Logs) -> Logs {
    let x509 = logs.table(Log::X509).expect("x509.log").clone();
    older(&mut logs);
    *logs.table(Log::X509).expect("x509.log") = x509;
    logs
}

/// Returns what is left of features where no certificate is known, but ssl.log tells the chain's length, subject and
/// issuer.
fn without_certificates(own: &Features) -> Features {
    let row = |values: &Vec<f64>| {
        let features = Table::Basic37.features().iter().zip(values);
        let value = features.map(|(feature, value)| match (feature.name, feature.group) {
            ("cert_count" | "x509_to_ssl_ratio", _) => 0.0,
            ("self_signed_ratio", _) | (_, Group::Certificate) => MISSING,
            _ => *value,
        });
        value.collect()
    };
    own.iter().map(|(key, values)| (key.clone(), row(values))).collect()
}

#[test]
fn logs_of_zeek_before_version_2_3_tell_subject_and_issuer_without_an_x509_log() {
    let mut logs = logs_of("certificates.pcap").without(Log::X509);
    let own = features(&fixture("certificates.pcap"));
    let ssl = logs.table(Log::Ssl).expect("ssl.log");
    rename(ssl, "issuer", "issuer_subject");
    rename(ssl, "client_issuer", "client_issuer_subject");
    remove(ssl, |column| column.starts_with("cert_chain") || column.starts_with("client_cert_chain"));
    let folder = written(&logs.as_tsv(&ZEEK, plain));
    let mut wanted = without_certificates(&own);
    let path_len =
        Table::Basic37.names().iter().position(|name| *name == "cert_path_len_mean").expect("a feature");
    wanted.values_mut().for_each(|values| values[path_len] = MISSING);
    assert_eq!(features(folder.path()), wanted);
    assert!(weird(folder.path()).is_empty(), "nothing tells that there ever was an x509.log");
}

#[test]
fn missing_ssl_log_is_said() {
    let folder = written(&logs_of("versions.pcap").without(Log::Ssl).as_tsv(&ZEEK, plain));
    assert!(weird(folder.path()).contains_key("ssl_log_missing"));
    let table = run(&["analyze", text(folder.path())]);
    assert!(table.contains("without an ssl.log) Add the ssl.log of the same time."), "{table}");
}

#[test]
fn missing_conn_log_is_an_error_that_names_it() {
    let folder = written(&logs_of("versions.pcap").without(Log::Conn).as_tsv(&ZEEK, plain));
    let error = refused(folder.path());
    assert!(error.contains("conn.log is missing: found dns.log, ssl.log, x509.log"), "{error}");
}

#[test]
fn log_in_a_form_that_is_not_read_is_named_with_what_to_do() {
    let parquet = b"PAR1\x15\x04\x15\x10\x15\x14\x4c\x15\x02".to_vec();
    let mut files = logs_of("versions.pcap").without(Log::X509).as_tsv(&ZEEK, plain);
    files.push(("x509.parquet".to_owned(), parquet.clone()));
    let weird = weird(written(&files).path());
    assert_eq!(weird.get("log_in_unread_form"), Some(&1), "{weird:?}");
    let error = refused(written(&[("conn.parquet".to_owned(), parquet)]).path());
    assert!(error.contains("conn.parquet (a Parquet table: export it as"), "{error}");
}

#[test]
fn log_that_ends_inside_a_row_is_counted_and_gives_the_rows_before() {
    let logs = logs_of("versions.pcap");
    let cut = |files: Files| -> Files {
        files.into_iter().map(|(name, bytes)| (name, bytes[..bytes.len() - 9].to_vec())).collect()
    };
    for files in [logs.as_tsv(&Dialect { times: false, ..ZEEK }, plain), logs.as_json(plain, same)] {
        let report = report(written(&cut(files)).path());
        assert_eq!(report.health.weird.get("truncated_log"), Some(&4), "{:?}", report.health.weird);
    }
    let report = report(written(&cut(gzipped(logs.as_tsv(&ZEEK, plain)))).path());
    assert_eq!(report.health.weird.get("truncated_gzip"), Some(&4), "{:?}", report.health.weird);
    assert!(report.health.tls_connections > 0);
}

#[test]
fn damaged_cell_is_counted_and_takes_nothing_but_its_value() {
    for damage in ["12x4", "-5"] {
        let mut logs = logs_of("versions.pcap");
        let conn = logs.table(Log::Conn).expect("conn.log");
        let at = conn.column("orig_bytes").expect("a column");
        damage.clone_into(&mut conn.rows[1][at]);
        let damaged = written(&logs.as_tsv(&ZEEK, plain));
        assert_eq!(
            weird(damaged.path()),
            BTreeMap::from([("log_cell_unreadable".to_owned(), 1)]),
            "{damage}"
        );
        "-".clone_into(&mut logs.table(Log::Conn).expect("conn.log").rows[1][at]);
        let absent = written(&logs.as_tsv(&ZEEK, plain));
        assert_eq!(features(damaged.path()), features(absent.path()), "{damage}");
        assert!(weird(absent.path()).is_empty(), "{damage}");
    }
    let wrong = |log: Log, row: &Map<String, Value>| {
        let mut row = row.clone();
        if log == Log::Conn {
            row.insert("orig_bytes".to_owned(), json!(["12"]));
        }
        row
    };
    let logs = logs_of("versions.pcap");
    let health = report(written(&logs.as_json(plain, wrong)).path()).health;
    assert_eq!(health.weird, BTreeMap::from([("log_cell_unreadable".to_owned(), health.connections)]));
}

#[test]
fn row_that_is_cut_in_the_middle_of_a_file_is_counted_and_left_out() {
    /// How the rest of a conn row is lost: with its line end or without, so that the next row is glued on.
    const CUTS: [(&str, usize); 2] = [("\n", 1), ("", 2)];
    for (end, lost) in CUTS {
        let mut logs = logs_of("versions.pcap");
        let files = logs.as_tsv(&ZEEK, plain).into_iter().map(|(name, bytes)| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
            if name == "conn.log" {
                let row = lines.iter().position(|line| !line.starts_with('#')).expect("a row") + 1;
                lines[row] = lines[row].split('\t').take(8).collect::<Vec<_>>().join("\t") + end;
            }
            (name, lines.concat().into_bytes())
        });
        let cut = written(&files.collect::<Vec<_>>());
        let conn = logs.table(Log::Conn).expect("conn.log");
        conn.rows.drain(1..=lost);
        let without = written(&logs.as_tsv(&ZEEK, plain));
        assert_eq!(features(cut.path()), features(without.path()));
        assert_eq!(weird(cut.path()).remove("log_row_wrong_length"), Some(1));
        assert_eq!(weird(without.path()).remove("log_row_wrong_length"), None);
    }
}

#[test]
fn real_logs_hold_no_damaged_cell_and_no_row_of_another_length() {
    let Some(root) = shared("corpus/zeek") else { return };
    let mut read = 0;
    for set in folder::folders(&root) {
        let health = report(&set).health;
        for kind in ["log_cell_unreadable", "log_row_wrong_length"] {
            assert_eq!(health.weird.get(kind), None, "{}", set.display());
        }
        read += health.connections;
    }
    println!("{read} connections of real logs read");
    assert!(read > 0);
}

#[test]
fn other_files_of_a_folder_of_logs_are_passed_over() {
    let mut files = logs_of("versions.pcap").as_tsv(&ZEEK, plain);
    let others = [
        ("stderr.log", "{ not JSON\nlistening on eth0\n"),
        ("stdout.log", ""),
        ("conn-summary.10:00:00-11:00:00.log", "{ total\n>== Total === 2026-11-24\n"),
        ("http.log", "#path\thttp\n#fields\tts\tuid\n1.5\tC1\n"),
        ("known_certs.log", "{\"ts\":1,\"host\":\"192.0.2.1\"}\n"),
        ("eve.json", "{\"timestamp\":\"2026-11-24T10:00:00.000000+0000\",\"event_type\":\"tls\"}\n"),
    ];
    files.extend(others.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())));
    let folder = written(&files);
    assert_eq!(features(folder.path()), features(&fixture("versions.pcap")));
    assert!(weird(folder.path()).is_empty(), "{:?}", weird(folder.path()));
}

#[test]
fn real_logs_gzipped_renamed_and_with_other_line_ends_give_what_they_gave() {
    let Some(root) = shared("corpus/zeek") else { return };
    let mut compared = 0;
    for set in folder::folders(&root) {
        let own = features(&set);
        let mut files = Files::new();
        for path in folder::entries(&set) {
            let bytes = std::fs::read(&path).expect("a log");
            let text = bytes.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
            let name = folder::name(&path);
            let log = name.split('.').next().expect("a name").to_owned();
            files.push((format!("sensor.{log}.00:00:00-01:00:00.log"), text));
        }
        assert_eq!(features(written(&gzipped(files)).path()), own, "{}", set.display());
        compared += own.len();
    }
    println!("{compared} tuples of real logs compared");
    assert!(compared > 0);
}

fn plain(log: Log) -> String {
    format!("{}.log", log.path())
}

/// TSV that leaves it to the files' names to tell the logs.
fn by_name(logs: &Logs, name: impl Fn(&str) -> String) -> Files {
    logs.as_tsv(&Dialect { path: false, ..ZEEK }, |log| name(log.path()))
}

/// Files of the same name as one.
fn joined(files: Files) -> Files {
    let mut joined: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    files.into_iter().for_each(|(name, bytes)| joined.entry(name).or_default().extend(bytes));
    joined.into_iter().collect()
}

fn each(logs: &mut Logs, change: impl Fn(Log, &mut Tsv)) {
    logs.tsv.iter_mut().for_each(|(log, table)| change(*log, table));
}

/// Puts a column that Zeek does not have at `at`.
fn insert(table: &mut Tsv, at: usize) {
    table.columns.insert(at, format!("site.extra{at}"));
    table.rows.iter_mut().for_each(|row| row.insert(at, "an,extra value".to_owned()));
}

fn rename(table: &mut Tsv, from: &str, to: &str) {
    let at = table.column(from).expect("a column");
    to.clone_into(&mut table.columns[at]);
}

fn remove(table: &mut Tsv, which: impl Fn(&str) -> bool) {
    let kept: Vec<bool> = table.columns.iter().map(|column| !which(column)).collect();
    let keep = |cells: &mut Vec<String>| {
        let mut kept = kept.iter();
        cells.retain(|_| kept.next() == Some(&true));
    };
    keep(&mut table.columns);
    table.rows.iter_mut().for_each(keep);
}

/// Makes the logs those of Zeek 2.3 to 4: files have identifiers, one for every time that a certificate is seen, and certificates
/// no fingerprints.
fn older(logs: &mut Logs) {
    remove(logs.table(Log::Conn).expect("conn.log"), |column| column == "ip_proto");
    let certificates = logs.table(Log::X509).expect("x509.log").clone();
    let fingerprint = certificates.column("fingerprint").expect("a column");
    let mut seen = Vec::new();
    let ssl = logs.table(Log::Ssl).expect("ssl.log");
    for chain in ["cert_chain_fps", "client_cert_chain_fps"] {
        let at = ssl.column(chain).expect("a column");
        for cell in ssl
            .rows
            .iter_mut()
            .map(|row| &mut row[at])
            .filter(|cell| !matches!(cell.as_str(), "-" | "(empty)"))
        {
            let mut ids = Vec::new();
            for fingerprint_seen in cell.split(',') {
                ids.push(format!("F{}", seen.len()));
                seen.push(fingerprint_seen.to_owned());
            }
            *cell = ids.join(",");
        }
        rename(ssl, chain, &chain.replace("fps", "fuids"));
    }
    remove(ssl, |column| matches!(column, "ssl_history" | "sni_matches_cert"));
    let x509 = logs.table(Log::X509).expect("x509.log");
    x509.rows.clear();
    for (index, seen) in seen.iter().enumerate() {
        let row = certificates.rows.iter().find(|row| row[fingerprint] == *seen);
        let mut row = row.expect("a certificate of the chain").clone();
        row[fingerprint] = format!("F{index}");
        x509.rows.push(row);
    }
    rename(x509, "fingerprint", "id");
    remove(x509, |column| matches!(column, "host_cert" | "client_cert"));
}

fn change_times(log: Log, table: &mut Tsv, change: impl Fn(&str) -> String) {
    let kinds = kinds(log);
    for (at, column) in table.columns.iter().enumerate() {
        if kinds.get(column.as_str()) == Some(&Kind::Time) {
            let cells = table.rows.iter_mut().map(|row| &mut row[at]).filter(|cell| *cell != "-");
            cells.for_each(|cell| *cell = change(cell));
        }
    }
}

/// Returns a row with its times changed.
fn times(log: Log, row: &Map<String, Value>, change: impl Fn(f64) -> Value) -> Map<String, Value> {
    let (kinds, mut row) = (kinds(log), row.clone());
    for (name, value) in &mut row {
        if kinds.get(name.as_str()) == Some(&Kind::Time) {
            *value = change(value.as_f64().expect("a time"));
        }
    }
    row
}

/// Decimal seconds after 1970 as ISO 8601, in a zone some hours ahead of UTC.
fn iso(time: &str, hours: i64, zone: &str) -> String {
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let seconds = whole.parse::<i64>().expect("seconds") + hours * 3_600;
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction}{zone}")
}

/// Returns the date so many days after 1970-01-01, counted out year by year.
fn date(mut days: i64) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut month) = (1970, 1);
    assert!(days >= 0, "the fixtures have no time before 1970");
    while days >= 365 + i64::from(is_leap(year)) {
        days -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    for length in [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

fn same(_: Log, row: &Map<String, Value>) -> Map<String, Value> {
    row.clone()
}

fn one(name: &str, value: Value) -> Map<String, Value> {
    Map::from_iter([(name.to_owned(), value)])
}

/// Returns a row as streams have it, with members that are no columns.
fn with_path(log: Log, row: &Map<String, Value>) -> Map<String, Value> {
    let mut row = row.clone();
    for (name, value) in
        [("_path", log.path()), ("_system_name", "sensor1"), ("_write_ts", "2026-11-24T10:00:00Z")]
    {
        row.insert(name.to_owned(), value.into());
    }
    row
}

/// Returns a row whose dotted members are objects: `{"id":{"orig_h":…}}`.
fn nested(row: &Map<String, Value>) -> Map<String, Value> {
    let mut nested = Map::new();
    for (name, value) in row {
        let Some((outer, inner)) = name.split_once('.') else {
            nested.insert(name.clone(), value.clone());
            continue;
        };
        let object = nested.entry(outer).or_insert_with(|| Value::Object(Map::new()));
        object[inner] = value.clone();
    }
    nested
}

fn numbers_as_text(row: &Map<String, Value>) -> Map<String, Value> {
    let text = |value: &Value| match value {
        Value::Number(number) => number.to_string().into(),
        value => value.clone(),
    };
    row.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// 4-tuple → its features.
type Features = BTreeMap<Vec<String>, Vec<f64>>;

/// Returns what `hushcap features` prints of one path; numbers there read back to the same bits.
fn features(path: &Path) -> Features {
    let table = Tsv::plain(&run(&["features", text(path)]));
    let row = |row: &Vec<String>| {
        let values = row[5..].iter().map(|cell| cell.parse().expect("a number")).collect();
        (row[1..5].to_vec(), values)
    };
    table.rows.iter().map(row).collect()
}

fn report(path: &Path) -> report::Report {
    report::reports(&run(&["analyze", "--json", text(path)])).expect("a Report").remove(0)
}

fn weird(path: &Path) -> BTreeMap<String, u64> {
    report(path).health.weird
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(hushcap()).args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Returns what the program says of a path that it refuses.
fn refused(path: &Path) -> String {
    let output = Command::new(hushcap()).args(["analyze", text(path)]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns the program's own logs of a fixture.
fn logs_of(capture: &str) -> Logs {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |format: &str| {
        let out = folder.path().join(format);
        run(&["logs", text(&fixture(capture)), "--out", text(&out), "--format", format]);
        out
    };
    Logs::read(&write("zeek"), &write("json")).expect("the program's logs")
}

fn written(files: &[(String, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("a log");
    }
    folder
}

fn only_file(folder: &Path) -> PathBuf {
    folder::entries(folder).into_iter().next().expect("a file")
}

fn fixture(name: &str) -> PathBuf {
    workspace().join("tests/fixtures").join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
