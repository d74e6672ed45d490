//! A capture of any format, whole and in slices: both give the same records.

#![no_main]

use hushcap::analyze::{Analysis, Analyzer};
use libfuzzer_sys::fuzz_target;

fn analyse<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Option<Analysis> {
    let mut analyzer = Analyzer::new("fuzz");
    for part in parts {
        analyzer.push(part).ok()?;
    }
    analyzer.finish().ok()
}

fuzz_target!(|bytes: &[u8]| {
    let whole = analyse([bytes].into_iter());
    let sliced = analyse(bytes.chunks(7));
    assert_eq!(
        whole.map(|analysis| (analysis.records, analysis.health)),
        sliced.map(|analysis| (analysis.records, analysis.health))
    );
});
