//! A certificate in DER.

#![no_main]

use hushcap::records::Certificate;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    if let Ok(certificate) = Certificate::parse(der) {
        let _ = certificate.names();
        let _ = certificate.matches_host("www.example.com");
    }
});
