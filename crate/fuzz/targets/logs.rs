//! Zeek logs: three files that belong together, parted by a zero byte.

#![no_main]

use hushcap::analyze::LogAnalyzer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut analyzer = LogAnalyzer::new("fuzz");
    for (file, bytes) in ["conn.log", "ssl.log", "x509.log"].into_iter().zip(bytes.split(|byte| *byte == 0)) {
        analyzer.open(file);
        analyzer.push(bytes);
    }
    let _ = analyzer.finish();
});
