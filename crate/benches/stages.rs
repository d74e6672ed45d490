//! One benchmark per stage, over the project's own samples.

#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    missing_docs,
    reason = "a benchmark may stop"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hushcap::analyze::{Analysis, Analyzer};
use hushcap::capture::{Decoder, Reader};
use hushcap::feature::{Table, model_input};
use hushcap::records::Certificate;
use hushcap::records::log::Format;
use hushcap::verdict::Model;
use std::hint::black_box;

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn analysis(capture: &[u8]) -> Analysis {
    let mut analyzer = Analyzer::new("sample");
    analyzer.push(capture).unwrap();
    analyzer.finish().unwrap()
}

fn capture(c: &mut Criterion) {
    let bytes = sample("browsing.pcap");
    let mut group = c.benchmark_group("capture");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("packets", |b| {
        b.iter(|| {
            let mut packets = 0;
            let mut reader = Reader::new();
            reader.push(&bytes, &mut |_| packets += 1).unwrap();
            reader.finish(&mut |_| packets += 1).unwrap();
            packets
        });
    });
    group.bench_function("segments", |b| {
        b.iter(|| {
            let (mut segments, mut decoder) = (0, Decoder::default());
            let mut reader = Reader::new();
            reader.push(&bytes, &mut |packet| decoder.segments(&packet, &mut |_| segments += 1)).unwrap();
            segments
        });
    });
    group.finish();
}

fn records(c: &mut Criterion) {
    for name in ["browsing.pcap", "certificates.pcap", "quic.pcap"] {
        let bytes = sample(name);
        let mut group = c.benchmark_group("records");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| analysis(black_box(&bytes))));
        group.finish();
    }
    let analysed = analysis(&sample("certificates.pcap"));
    let der: Vec<&[u8]> = analysed
        .certificates
        .seen()
        .iter()
        .filter_map(|seen| analysed.certificates.der(&seen.fingerprint))
        .collect();
    assert!(!der.is_empty(), "the sample holds certificates");
    c.bench_function("records/certificate", |b| {
        b.iter(|| der.iter().filter(|der| Certificate::parse(der).is_ok()).count());
    });
}

fn logs(c: &mut Criterion) {
    let analysed = analysis(&sample("browsing.pcap"));
    c.bench_function("logs/write", |b| {
        b.iter(|| {
            let mut out = Vec::new();
            for log in analysed.logs() {
                analysed.write_log(log, Format::Tsv, &mut out).unwrap();
            }
            out.len()
        });
    });
}

fn verdict(c: &mut Criterion) {
    let analysed = analysis(&sample("browsing.pcap"));
    let model = Model::builtin(None).unwrap();
    c.bench_function("join", |b| b.iter(|| analysed.tuples().iter().count()));
    c.bench_function("feature/extended", |b| {
        let tuples = analysed.tuples();
        b.iter(|| tuples.iter().map(|tuple| Table::Extended.compute(tuple).len()).sum::<usize>());
    });
    c.bench_function("verdict/report", |b| b.iter(|| analysed.judge(&model)));
    c.bench_function("verdict/explain", |b| {
        let tuples = analysed.tuples();
        let rows: Vec<Vec<f64>> =
            tuples.iter().map(|tuple| model_input(&Table::Basic37.compute(tuple))).collect();
        let model = Model::builtin(Some("boost37")).unwrap();
        b.iter(|| rows.iter().map(|row| model.explain(row).ranked().len()).sum::<usize>());
    });
}

criterion_group!(stages, capture, records, logs, verdict);
criterion_main!(stages);
