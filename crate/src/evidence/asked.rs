//! Names that a host asked DNS for.

use crate::records::{DnsRecord, known};
use crate::seeded::Map;
use crate::text::visible;
use serde::Serialize;
use std::net::IpAddr;

/// A name that a host asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct AskedName {
    /// The name.
    pub name: String,
    /// How often it was asked for.
    pub times: u64,
    /// Time of the first query, epoch seconds.
    pub first_ts: f64,
    /// Time of the last query, epoch seconds.
    pub last_ts: f64,
    /// Response code of the last reply; `null` where none came.
    pub rcode: Option<String>,
    /// What the last reply that had any said, up to 8 answers.
    pub answers: Vec<String>,
}

/// Names that a host asked for, by the time of the first query.
#[derive(Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "describe", derive(ts_rs::TS))]
pub struct Asked {
    /// The first 1000 of them.
    pub names: Vec<AskedName>,
    /// How many there are.
    pub all: u64,
}

impl Asked {
    /// Names that are told.
    const MOST: usize = 1000;
    /// Answers that are told of each.
    const ANSWERS: usize = 8;

    /// Looks up what `host` asked.
    pub fn of(dns: &[DnsRecord], host: IpAddr) -> Self {
        let mut records: Vec<&DnsRecord> = dns.iter().filter(|record| record.orig_h == host).collect();
        records.sort_by(|a, b| a.ts.total_cmp(&b.ts));
        let mut asked = Self::default();
        let mut places: Map<&str, usize> = Map::default();
        for record in records {
            let Some(name) = known(record.query.as_deref()) else { continue };
            let place = *places.entry(name).or_insert_with(|| {
                asked.all += 1;
                if asked.names.len() < Self::MOST {
                    asked.names.push(AskedName::new(name, record.ts));
                }
                asked.all as usize - 1
            });
            if let Some(told) = asked.names.get_mut(place) {
                told.add(record);
            }
        }
        asked
    }
}

impl AskedName {
    fn new(name: &str, ts: f64) -> Self {
        let name = visible(name).into_owned();
        AskedName { name, times: 0, first_ts: ts, last_ts: ts, rcode: None, answers: Vec::new() }
    }

    fn add(&mut self, record: &DnsRecord) {
        self.times += 1;
        self.last_ts = record.ts;
        if let Some(rcode) = known(record.rcode_name.as_deref()) {
            self.rcode = Some(visible(rcode).into_owned());
        }
        let answers = record.answers.as_deref().unwrap_or_default();
        if !answers.is_empty() {
            let shown = answers.iter().take(Asked::ANSWERS).map(|answer| visible(answer).into_owned());
            self.answers = shown.collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(ts: f64, host: u8, name: &str, answers: &[&str]) -> DnsRecord {
        let mut record =
            DnsRecord::new(ts, "C".into(), [10, 0, 0, host].into(), 5000, [10, 0, 0, 53].into(), 53);
        record.query = Some(name.into());
        record.answers = Some(answers.iter().map(|&answer| answer.into()).collect());
        record
    }

    #[test]
    fn names_of_a_host_stand_once_with_their_last_answers() {
        let dns = [
            query(3.0, 1, "a.example", &[]),
            query(1.0, 1, "a.example", &["192.0.2.1"]),
            query(2.0, 1, "b.example", &["192.0.2.2"]),
            query(2.5, 2, "c.example", &["192.0.2.3"]),
        ];
        let asked = Asked::of(&dns, [10, 0, 0, 1].into());
        let told = |name: &AskedName| (name.name.clone(), name.times, name.last_ts, name.answers.join(" "));
        let names: Vec<_> = asked.names.iter().map(told).collect();
        assert_eq!(asked.all, 2);
        assert_eq!(names[0], ("a.example".to_owned(), 2, 3.0, "192.0.2.1".to_owned()));
        assert_eq!(names[1], ("b.example".to_owned(), 1, 2.0, "192.0.2.2".to_owned()));
    }
}
