//! The pcapng test suite of others: each file gives the packets that the text beside it describes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop")]

use std::path::{Path, PathBuf};

use hushcap::capture::{Packet, Reader, Summary};
use hushcap_tests::folder;
use hushcap_tests::shared::shared;
use hushcap_tests::suite::{Counts, line};
use hushcap_tests::table::say;

/// Time, link type, bytes, length on the wire.
type Taken = (i64, u32, Vec<u8>, u32);

fn read(path: &Path, chunk: usize) -> (Vec<Taken>, Summary) {
    let bytes = std::fs::read(path).unwrap();
    let mut packets = Vec::new();
    let mut sink = |it: Packet<'_>| packets.push((it.ts.0, it.link_type, it.data.to_vec(), it.wire_len));
    let mut reader = Reader::new();
    for chunk in bytes.chunks(chunk) {
        reader.push(chunk, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();
    (packets, reader.summary().clone())
}

/// Returns every file of one byte order, by name.
fn files(root: &Path) -> Vec<PathBuf> {
    let folders = ["basic", "advanced", "difficult"];
    let mut files: Vec<_> = folders.iter().flat_map(|folder| folder::entries(&root.join(folder))).collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "pcapng"));
    files.sort();
    files
}

/// Returns how many blocks of `kind` the text beside `path` announces.
fn blocks(path: &Path, kind: &str) -> u64 {
    let text = std::fs::read_to_string(path.with_extension("txt")).unwrap();
    let (_, counts) = text.split_once("Block counts:").unwrap();
    let line = counts.lines().find_map(|line| line.trim().strip_prefix(kind)?.strip_prefix(':'));
    line.map_or(0, |count| count.trim().parse().unwrap())
}

fn count(summary: &Summary, kind: &str) -> u64 {
    summary.weirds.iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| count)
}

#[test]
fn each_file_gives_the_packets_that_its_text_announces() {
    let Some(root) = shared("conformance/pcapng") else { return };
    let mut captures = 0;
    for order in ["output_le", "output_be"] {
        let files = files(&root.join(order));
        assert_eq!(files.len(), 24);
        for path in files {
            let (packets, summary) = read(&path, usize::MAX);
            let timed = blocks(&path, "EPB") + blocks(&path, "PB");
            let untimed = blocks(&path, "SPB");
            assert_eq!(packets.len() as u64, timed + untimed, "{}", path.display());
            assert_eq!(count(&summary, "packet_without_time"), untimed, "{}", path.display());
            // Nothing else is odd.
            let odd = summary.weirds.iter().filter(|(kind, _)| *kind != "packet_without_time");
            assert_eq!(odd.collect::<Vec<_>>(), [], "{}", path.display());
            captures += 1;
        }
    }
    say(&line("pcapng", Counts { compared: captures, equal: captures, ..Counts::default() }));
}

#[test]
fn both_byte_orders_hold_the_same_packets_at_the_same_times() {
    let Some(root) = shared("conformance/pcapng") else { return };
    let (little, big) = (files(&root.join("output_le")), files(&root.join("output_be")));
    for (little, big) in little.iter().zip(&big) {
        assert_eq!(little.file_name(), big.file_name());
        assert_eq!(read(little, usize::MAX).0, read(big, usize::MAX).0, "{}", little.display());
    }
}

#[test]
fn chunks_of_any_size_give_the_same_packets() {
    let Some(root) = shared("conformance/pcapng") else { return };
    for path in [files(&root.join("output_le")), files(&root.join("output_be"))].concat() {
        let whole = read(&path, usize::MAX);
        for size in [1, 100] {
            let chunked = read(&path, size);
            assert_eq!(chunked.0, whole.0, "{} in chunks of {size}", path.display());
            assert_eq!(format!("{:?}", chunked.1), format!("{:?}", whole.1), "{}", path.display());
        }
    }
}
