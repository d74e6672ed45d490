//! What the name of a log file tells. Where a log says itself what it is (`#path`, `_path`), the name is not asked.

use super::kind::Log;

/// Words behind a dot that tell a log's form, read or not.
const FORMS: [&str; 11] =
    ["log", "json", "jsonl", "ndjson", "tsv", "csv", "parquet", "arrow", "feather", "orc", "avro"];

/// Put before the name of the log by the package that streams JSON beside Zeek's own logs.
const STREAMING: &str = "json_streaming_";

/// Returns whether a file of this name is a log of some kind: `dns.log`, `conn.log-20261124`, `all.ndjson.gz`.
pub fn may_be_log(name: &str) -> bool {
    let name = last_component(name);
    name.split('.').skip(1).any(|part| first_word(part).is_some_and(|word| is_one_of(word, &FORMS)))
}

/// Returns the log that a file's name tells, behind a sensor's name and before the times of its rotation: `conn.log`,
/// `sensor.conn.log`, `host-conn.log`, `ssl_20261124_10.log`, `conn.10:00:00-11:00:00.log.gz`, `conn.log-20261124`.
pub(super) fn log_of(name: &str) -> Option<Log> {
    if !may_be_log(name) {
        return None;
    }
    last_component(name).split('.').rev().find_map(log_of_part)
}

fn last_component(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn first_word(part: &str) -> Option<&str> {
    part.split(|letter: char| !letter.is_ascii_alphanumeric()).next()
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Returns the log that the part of a name between two dots ends with; `_` joins words (`known_conn`) except times.
fn log_of_part(part: &str) -> Option<Log> {
    let words = part.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let word = words.map(without_times).rfind(|word| !word.is_empty())?.to_ascii_lowercase();
    Log::of_path(word.strip_prefix(STREAMING).unwrap_or(&word))
}

/// Returns a word without the times before and behind it; of a time, nothing.
fn without_times(mut word: &str) -> &str {
    while let Some((rest, _)) = word.rsplit_once('_').filter(|(_, last)| is_time(last)) {
        word = rest;
    }
    while let Some((_, rest)) = word.split_once('_').filter(|(first, _)| is_time(first)) {
        word = rest;
    }
    if is_time(word) { "" } else { word }
}

/// Returns whether it is part of a date, a time or a number: `20261124`, `20261124T100000Z`.
fn is_time(word: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b't' | b'z');
    word.bytes().next().is_some_and(|first| first.is_ascii_digit()) && word.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rotated_and_labelled_logs_tell_the_log() {
        for name in [
            "conn.log",
            "CONN.LOG",
            "a/b/conn.log.labeled",
            "host-conn.log",
            "sensor.conn.log",
            "ssl.example.com.conn.log",
            "conn.2024-01-31-00-00-00.log",
            "conn.10:00:00-11:00:00.log.gz",
            "conn.10_00_00-11_00_00.log.gz",
            "conn.20261124T100000Z.log",
            "conn-2026-11-24.log",
            "conn_20261124_10.log",
            "2026-11-24_conn.log",
            "conn.log-20261124",
            "conn.log.1.gz",
            "conn (1).log",
            "conn.sensor1.log",
            "json_streaming_conn.1.log",
        ] {
            assert_eq!(log_of(name), Some(Log::Conn), "{name}");
        }
        assert_eq!(log_of(r"c:\logs\x509.00-00-00.log"), Some(Log::X509));
        assert_eq!(log_of("x509_20261124.log"), Some(Log::X509));
        assert_eq!(log_of("ssl.json"), Some(Log::Ssl));
        assert_eq!(log_of("ssl.ndjson.gz"), Some(Log::Ssl));
    }

    #[test]
    fn other_names_tell_nothing() {
        for name in [
            "http.log",
            "known_conn.log",
            "conn.pcap",
            "conn",
            "ssl_keys.log",
            "conn-summary.10:00:00-11:00:00.log.gz",
            "2026.log",
            "",
            "_.log",
        ] {
            assert_eq!(log_of(name), None, "{name}");
        }
    }

    #[test]
    fn any_log_may_be_one_and_captures_are_none() {
        for name in ["all.json", "all.ndjson.gz", "stderr.log", "conn.log-20261124", "dns.log.zst"] {
            assert!(may_be_log(name), "{name}");
        }
        for name in ["evening.pcap", "log", "catalogue.txt", "backlog.pcapng.gz"] {
            assert!(!may_be_log(name), "{name}");
        }
    }
}
