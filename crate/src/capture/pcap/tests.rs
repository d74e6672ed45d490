use super::super::testing::{Taken, every_chunking, read};
use super::*;

/// Returns a file header in either byte order.
fn header(big_endian: bool, magic: u32, network: u32) -> Vec<u8> {
    let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let half = |value: u16| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    [&word(magic)[..], &half(2), &half(4), &[0; 8], &word(65_535), &word(network)].concat()
}

fn record(big_endian: bool, sec: u32, fraction: u32, original: u32, data: &[u8]) -> Vec<u8> {
    let word = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    [&word(sec)[..], &word(fraction), &word(data.len() as u32), &word(original), data].concat()
}

/// Little endian, Ethernet, microseconds.
fn plain(records: &[Vec<u8>]) -> Vec<u8> {
    [header(false, 0xa1b2_c3d4, 1), records.concat()].concat()
}

#[test]
fn both_byte_orders_and_both_resolutions_give_the_same_packet() {
    let expected = Taken { ts: 1_000_000_000_005_000, link_type: 1, data: vec![7, 8, 9], wire_len: 60 };
    for big_endian in [false, true] {
        for (magic, fraction) in [(0xa1b2_c3d4, 5), (0xa1b2_3c4d, 5_000)] {
            let record = record(big_endian, 1_000_000, fraction, 60, &[7, 8, 9]);
            let file = [header(big_endian, magic, 1), record].concat();
            let (packets, summary) = every_chunking(&file);
            assert_eq!(packets.unwrap(), std::slice::from_ref(&expected));
            assert_eq!((summary.format, summary.truncated_packets), (Some("pcap"), 1));
        }
    }
}

#[test]
fn the_modified_format_has_a_longer_record_header() {
    for big_endian in [false, true] {
        let mut record = record(big_endian, 1, 0, 3, &[0; 8]);
        // The length of the data without the eight bytes that belong to the header.
        let len = if big_endian { 3_u32.to_be_bytes() } else { 3_u32.to_le_bytes() };
        record[8..12].copy_from_slice(&len);
        record.extend([1, 2, 3]);
        let file = [header(big_endian, 0xa1b2_cd34, 1), record.clone(), record].concat();
        let (packets, summary) = every_chunking(&file);
        let packets = packets.unwrap();
        assert_eq!(packets.len(), 2);
        assert!(packets.iter().all(|packet| packet.data == [1, 2, 3]));
        assert_eq!(summary.weirds, Weirds::default());
    }
}

#[test]
fn a_frame_check_sequence_is_no_part_of_the_packet() {
    let file =
        [header(false, 0xa1b2_c3d4, 0x2400_0001), record(false, 1, 0, 7, &[1, 2, 3, 4, 5, 6, 7])].concat();
    let (packets, summary) = every_chunking(&file);
    let packets = packets.unwrap();
    assert_eq!((packets[0].link_type, &packets[0].data[..], packets[0].wire_len), (1, &[1, 2, 3][..], 3));
    assert_eq!(summary.truncated_packets, 0);
}

#[test]
fn old_versions_have_their_lengths_swapped() {
    let mut file = [header(false, 0xa1b2_c3d4, 1), record(false, 1, 0, 3, &[1, 2, 3])].concat();
    file[6] = 2;
    file[24 + 8] = 90;
    let (packets, _) = every_chunking(&file);
    let packets = packets.unwrap();
    assert_eq!((&packets[0].data[..], packets[0].wire_len), (&[1, 2, 3][..], 90));
}

#[test]
fn a_header_without_packets_is_an_empty_capture() {
    let (packets, summary) = every_chunking(&plain(&[]));
    assert_eq!(packets.unwrap(), []);
    assert_eq!((summary.packets, summary.first_ts), (0, None));
    assert_eq!(summary.weirds, Weirds::default());
}

#[test]
fn a_file_header_cut_short_says_what_was_expected() {
    let (packets, _) = every_chunking(&plain(&[])[..20]);
    let message = packets.unwrap_err().to_string();
    assert!(message.contains("24 bytes") && message.contains("20 bytes in all"), "{message}");
}

#[test]
fn another_version_is_refused() {
    let mut file = plain(&[]);
    file[4] = 9;
    let message = every_chunking(&file).0.unwrap_err().to_string();
    assert!(message.contains("expected version 2, found version 9.4"), "{message}");
}

#[test]
fn a_record_cut_short_is_counted_and_what_came_before_is_kept() {
    let records = [record(false, 1, 0, 40, &[1; 40]), record(false, 2, 0, 40, &[2; 40])];
    let whole = plain(&records);
    for cut in [1, 30, 40, 50] {
        let (packets, summary) = every_chunking(&whole[..whole.len() - cut]);
        assert_eq!(packets.unwrap().len(), 1);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("truncated_file", 1)]);
    }
}

#[test]
fn damage_is_passed_over_up_to_the_next_two_sound_records() {
    let good = |sec: u32| record(false, sec, 0, 40, &[sec as u8; 40]);
    let mut bad = good(3);
    bad[8..12].copy_from_slice(&[0xff; 4]);
    let file = plain(&[good(1), good(2), bad, vec![0x5a; 1_000], good(4), good(5), good(6)]);
    let (packets, summary) = every_chunking(&file);
    let seconds: Vec<i64> = packets.unwrap().iter().map(|it| it.ts / 1_000_000_000).collect();
    assert_eq!(seconds, [1, 2, 4, 5, 6]);
    assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("damaged_record", 1)]);
}

#[test]
fn a_last_record_behind_damage_is_found_when_it_ends_the_file() {
    let good = record(false, 4, 0, 40, &[4; 40]);
    let mut bad = good.clone();
    bad[8..12].copy_from_slice(&[0xff; 4]);
    let (packets, _) = every_chunking(&plain(&[good.clone(), bad, good]));
    assert_eq!(packets.unwrap().len(), 2);
}

#[test]
fn damage_up_to_the_end_gives_no_more_packets() {
    let file = plain(&[record(false, 1, 0, 4, &[1; 4]), vec![0xff; 500_000]]);
    let (packets, summary) = read(&file, 4_096);
    assert_eq!(packets.unwrap().len(), 1);
    assert!(summary.weirds.iter().any(|(kind, _)| kind == "damaged_record"));
}

#[test]
fn a_long_packet_of_a_link_that_has_them_is_passed_over() {
    let long = record(false, 1, 0, 300_000, &vec![0; 300_000]);
    let file = [header(false, 0xa1b2_c3d4, 220), long, record(false, 2, 0, 4, &[2; 4])].concat();
    let (packets, summary) = read(&file, 10_000);
    assert_eq!(packets.unwrap().len(), 1);
    assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("oversized_packet", 1)]);
}

/// Seconds since [`BEGIN`], and what was odd.
fn seconds(file: &[u8]) -> (Vec<i64>, Vec<(&'static str, u64)>) {
    let (packets, summary) = every_chunking(file);
    let seconds = packets.unwrap().iter().map(|it| it.ts / 1_000_000_000 - i64::from(BEGIN)).collect();
    (seconds, summary.weirds.iter().collect())
}

const BEGIN: u32 = 1_700_000_000;

/// Returns a record of so many seconds after [`BEGIN`].
fn good(sec: u32) -> Vec<u8> {
    record(false, BEGIN + sec, 0, 40, &[sec as u8; 40])
}

#[test]
fn a_capture_behind_another_has_a_header_of_its_own() {
    let other =
        [header(true, 0xa1b2_3c4d, 101), record(true, 7, 5, 3, &[7; 3]), record(true, 8, 5, 3, &[8; 3])];
    let file = [plain(&[good(1), good(2)]), other.concat(), plain(&[]), plain(&[good(9)])].concat();
    let (packets, summary) = every_chunking(&file);
    let packets = packets.unwrap();
    let told: Vec<(i64, u32)> = packets.iter().map(|it| (it.ts, it.link_type)).collect();
    assert_eq!(
        told,
        [
            (1_700_000_001_000_000_000, 1),
            (1_700_000_002_000_000_000, 1),
            (7_000_000_005, 101),
            (8_000_000_005, 101),
            (1_700_000_009_000_000_000, 1)
        ]
    );
    assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("joined_capture", 3)]);
}

#[test]
fn a_capture_behind_one_that_was_cut_is_found() {
    let first = plain(&[good(1), good(2), good(3)]);
    for cut in [1, 30, 41, 50] {
        let file = [&first[..first.len() - cut], &plain(&[good(4), good(5)])].concat();
        let (seconds, weirds) = seconds(&file);
        assert_eq!((&seconds[..2], &seconds[seconds.len() - 2..]), (&[1, 2][..], &[4, 5][..]), "{cut}");
        assert!(weirds.contains(&("joined_capture", 1)), "{cut} {weirds:?}");
    }
}

#[test]
fn a_length_that_is_wrong_by_a_little_loses_nothing() {
    for wrong in [36, 39, 41, 44, 55] {
        let mut bad = good(3);
        (bad[8], bad[12]) = (wrong, 60);
        let file = plain(&[good(1), good(2), bad, good(4), good(5), good(6)]);
        let (packets, summary) = every_chunking(&file);
        let packets = packets.unwrap();
        assert_eq!(packets.len(), 6, "{wrong}");
        assert!(packets.iter().all(|packet| packet.data.len() == 40), "{wrong}");
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("damaged_record", 1)], "{wrong}");
    }
}

#[test]
fn a_length_beyond_the_file_loses_nothing_behind_it() {
    for wrong in [200_000_u32, 300_000, u32::MAX] {
        let mut bad = good(3);
        bad[8..12].copy_from_slice(&wrong.to_le_bytes());
        let (seconds, weirds) = seconds(&plain(&[good(1), good(2), bad, good(4), good(5), good(6)]));
        assert_eq!((&seconds[..2], &seconds[seconds.len() - 3..]), (&[1, 2][..], &[4, 5, 6][..]), "{wrong}");
        assert_eq!(weirds, [("damaged_record", 1)], "{wrong}");
    }
}

#[test]
fn a_time_that_no_other_record_shares_is_that_of_the_record_before() {
    let mut bad = good(3);
    bad[3] = 0x70;
    let (times, weirds) = seconds(&plain(&[good(1), good(2), bad, good(4), good(5)]));
    assert_eq!((times, weirds), (vec![1, 2, 2, 4, 5], vec![("damaged_record", 1)]));
    // The first one, where it is ahead.
    let (times, weirds) = seconds(&plain(&[good(50_000_000), good(2), good(3)]));
    assert_eq!((times, weirds), (vec![2, 2, 3], vec![("damaged_record", 1)]));
    // A clock that was set is none.
    let (times, weirds) = seconds(&plain(&[good(1), good(2), good(50_000_000), good(50_000_001)]));
    assert_eq!((times, weirds), (vec![1, 2, 50_000_000, 50_000_001], vec![]));
}

#[test]
fn damage_behind_a_time_that_is_wrong_is_passed_over_all_the_same() {
    let (mut early, mut late) = (good(2), good(5));
    early[3] = 0x70;
    late[8..12].fill(0xff);
    let (times, _) = seconds(&plain(&[good(1), early, good(3), good(4), late, good(6), good(7)]));
    assert_eq!(times, [1, 1, 3, 4, 6, 7]);
}

#[test]
fn zeros_behind_the_last_record_are_no_packets() {
    let (times, weirds) = seconds(&[plain(&[good(1), good(2)]), vec![0; 4_096]].concat());
    assert_eq!(times, [1, 2]);
    assert!(weirds.contains(&("damaged_record", 1)), "{weirds:?}");
}
