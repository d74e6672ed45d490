//! Certificates of others, many of them odd on purpose: what we read of each against what OpenSSL reads of it.
//!
//! Of a certificate that OpenSSL reads, every value that either side has is compared, by column of x509.log. Those that
//! differ are listed in `differences.tsv` with their reasons.

#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what does not hold")]

use hushcap::capture::Timestamp;
use hushcap::records::{Cell, Certificate, CertificateError, Record};
use hushcap::tls::{Fingerprint, SeenCertificate};
use hushcap_tests::folder;
use hushcap_tests::openssl::{self, Values};
use hushcap_tests::shared::shared;
use hushcap_tests::suite::Suite;
use hushcap_tests::table::{percent, say, table};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use x509_parser::pem::Pem;

/// Columns of x509.log that tell how a certificate was seen, not what it says.
const NOT_COMPARED: [&str; 5] = ["ts", "fingerprint", "host_cert", "client_cert", "id"];

/// What stands for the column where we refuse a certificate.
const WHOLE: &str = "(certificate)";

/// Most values that may differ in a column: of a thousand, and where a column has few.
const MOST: (u64, u64) = (5, 2);

/// The version of OpenSSL that the list of differences was made with; others know more algorithms, or fewer.
const LISTED_WITH: &str = "OpenSSL 3.0.";

/// A certificate, and the file that holds it.
struct Found {
    suite: String,
    file: String,
    der: Vec<u8>,
}

impl Found {
    fn name(&self) -> String {
        format!("{}/{}", self.suite, self.file)
    }
}

#[test]
fn what_is_read_of_a_certificate_equals_what_openssl_reads() {
    let Some(root) = shared("conformance/x509") else { return };
    let found = certificates(&root);
    assert!(found.len() > 2_000, "{} certificates", found.len());
    let ours: Vec<Result<Values, CertificateError>> = found.iter().map(|found| values(&found.der)).collect();
    let Some(program) = openssl::program() else {
        say("skipped: no openssl program is here to compare with");
        return;
    };
    let ders: Vec<Vec<u8>> = found.iter().map(|found| found.der.clone()).collect();
    let theirs = openssl::read(&ders).expect("the openssl program reads the bundle");
    let mut results = Results::new();
    for ((found, ours), theirs) in found.iter().zip(&ours).zip(&theirs) {
        results.add(found, ours.as_ref(), theirs.as_ref());
    }
    say(&format!("{} certificates; {program} reads {}", found.len(), theirs.iter().flatten().count()));
    results.report();
    results.hold(&program);
}

/// Returns every certificate below `root` once, whether it is DER or stands in PEM.
fn certificates(root: &Path) -> Vec<Found> {
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for path in folder::files(root) {
        let below = path.strip_prefix(root).expect("a path below the root").to_string_lossy().into_owned();
        let Some((suite, file)) = below.split_once('/') else { continue };
        let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{below}: {error}"));
        for (place, der) in ders(bytes).into_iter().enumerate() {
            if known.insert(der.clone()) {
                let file = if place == 0 { file.to_owned() } else { format!("{file}#{place}") };
                found.push(Found { suite: suite.to_owned(), file, der });
            }
        }
    }
    found
}

/// Returns the certificates that stand in a file as PEM; else the file itself, whatever it may be.
fn ders(bytes: Vec<u8>) -> Vec<Vec<u8>> {
    if !bytes.windows(11).any(|window| window == b"-----BEGIN ") {
        return vec![bytes];
    }
    let blocks = Pem::iter_from_buffer(&bytes).filter_map(Result::ok);
    blocks.filter(|block| block.label.ends_with("CERTIFICATE")).map(|block| block.contents).collect()
}

/// Returns what x509.log would say of a certificate.
fn values(der: &[u8]) -> Result<Values, CertificateError> {
    let seen = SeenCertificate {
        fingerprint: Fingerprint::of(der),
        ts: Timestamp(0),
        host_cert: true,
        client_cert: false,
    };
    let record = Certificate::parse(der)?.record(&seen);
    let mut values = Values::new();
    record.each_cell(&mut |column, cell| {
        if let (false, Some(text)) = (NOT_COMPARED.contains(&column.name), text(cell)) {
            values.insert(column.name, text);
        }
    });
    Ok(values)
}

fn text(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Unset => None,
        Cell::Seconds(seconds) => Some(format!("{seconds:.6}")),
        Cell::Count(count) => Some(count.to_string()),
        Cell::Counts(counts) => Some(counts.iter().map(u16::to_string).collect::<Vec<_>>().join(",")),
        Cell::Text(text) => Some(text.to_owned()),
        Cell::Addr(address) => Some(address.to_string()),
        Cell::Bool(value) => Some(if value { "T" } else { "F" }.to_owned()),
        Cell::Texts(texts) => Some(texts.join(",")),
        Cell::Intervals(values) => {
            Some(values.iter().map(|value| format!("{value:.6}")).collect::<Vec<_>>().join(","))
        }
        Cell::Addrs(addresses) => {
            Some(addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        }
    }
}

struct Results {
    /// Values compared and values equal, by column.
    columns: BTreeMap<&'static str, (u64, u64)>,
    suite: Suite,
    /// Certificates that both read, OpenSSL alone, we alone, neither.
    read: [u64; 4],
}

impl Results {
    fn new() -> Self {
        Results { columns: BTreeMap::new(), suite: Suite::new("openssl"), read: [0; 4] }
    }

    fn add(&mut self, found: &Found, ours: Result<&Values, &CertificateError>, theirs: Option<&Values>) {
        let outcome = match (ours.is_ok(), theirs.is_some()) {
            (true, true) => 0,
            (false, true) => 1,
            (true, false) => 2,
            (false, false) => 3,
        };
        if let Some(count) = self.read.get_mut(outcome) {
            *count += 1;
        }
        match (ours, theirs) {
            (Ok(ours), Some(theirs)) => self.compare(found, ours, theirs),
            (Err(error), Some(theirs)) => {
                for column in theirs.keys() {
                    self.columns.entry(column).or_default().0 += 1;
                }
                self.suite.differ(&found.name(), WHOLE, theirs.len() as u64, error.to_string());
            }
            (_, None) => {}
        }
    }

    fn compare(&mut self, found: &Found, ours: &Values, theirs: &Values) {
        let columns: BTreeSet<&'static str> = ours.keys().chain(theirs.keys()).copied().collect();
        for column in columns {
            let (ours, theirs) = (ours.get(column), theirs.get(column));
            if theirs.is_some_and(|value| value == openssl::NOT_SHOWN) {
                continue;
            }
            let (compared, equal) = self.columns.entry(column).or_default();
            *compared += 1;
            *equal += u64::from(ours == theirs);
            let side = |value: Option<&String>| value.map_or("-".to_owned(), |value| format!("{value:?}"));
            self.suite.value(&found.name(), column, &side(ours), &side(theirs));
        }
    }

    fn report(&self) {
        let rows: Vec<Vec<String>> = self
            .columns
            .iter()
            .map(|(column, (compared, equal))| {
                vec![
                    (*column).to_owned(),
                    compared.to_string(),
                    equal.to_string(),
                    percent(*equal, *compared),
                ]
            })
            .collect();
        say(&table(&["column", "compared", "equal", "%"], &rows));
        let [both, openssl, we, neither] = self.read;
        say(&format!(
            "read by both {both}, by OpenSSL alone {openssl}, by us alone {we}, by neither {neither}"
        ));
    }

    /// Fails where a column falls below what is asked for, and where the list says anything else than what differs.
    fn hold(&self, program: &str) {
        if program.starts_with(LISTED_WITH) {
            self.suite.hold();
        } else {
            say(&format!("the list was made with {LISTED_WITH}x"));
            self.suite.show();
        }
        for (column, (compared, equal)) in &self.columns {
            let differ = compared - equal;
            let (of_thousand, few) = MOST;
            assert!(
                differ * 1_000 <= compared * of_thousand || differ <= few,
                "{column}: {equal} of {compared} values equal OpenSSL's"
            );
        }
    }
}
