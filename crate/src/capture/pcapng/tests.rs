use super::super::testing::{Taken, every_chunking, read};
use super::*;

/// Writes blocks in one byte order.
#[derive(Clone, Copy)]
struct Writer {
    big_endian: bool,
}

const LITTLE: Writer = Writer { big_endian: false };
const BIG: Writer = Writer { big_endian: true };

impl Writer {
    fn half(self, value: u16) -> [u8; 2] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn word(self, value: u32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let len = self.word((body.len() + padding.len() + 12) as u32);
        [&self.word(kind)[..], &len, body, &padding, &len].concat()
    }

    fn section(self) -> Vec<u8> {
        let version = [self.half(1), self.half(0)].concat();
        self.block(SECTION_HEADER, &[&self.word(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat())
    }

    fn interface(self, link_type: u16, snaplen: u32, options: &[u8]) -> Vec<u8> {
        let body = [&self.half(link_type)[..], &[0; 2], &self.word(snaplen), options].concat();
        self.block(INTERFACE_DESCRIPTION, &body)
    }

    fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        [&self.half(code)[..], &self.half(value.len() as u16), value, &padding].concat()
    }

    fn packet(self, interface: u32, units: u64, original: u32, data: &[u8]) -> Vec<u8> {
        let words = [interface, (units >> 32) as u32, units as u32, data.len() as u32, original];
        self.block(ENHANCED_PACKET, &[&words.map(|it| self.word(it)).concat()[..], data].concat())
    }
}

fn kinds(weirds: &Weirds) -> Vec<(&'static str, u64)> {
    weirds.iter().collect()
}

#[test]
fn an_enhanced_packet_of_either_byte_order_is_read() {
    for it in [LITTLE, BIG] {
        let file = [it.section(), it.interface(1, 0, &[]), it.packet(0, 1_500_000, 99, &[1, 2, 3])].concat();
        let (packets, summary) = every_chunking(&file);
        let expected = Taken { ts: 1_500_000_000, link_type: 1, data: vec![1, 2, 3], wire_len: 99 };
        assert_eq!(packets.unwrap(), [expected]);
        assert_eq!((summary.format, summary.truncated_packets), (Some("pcapng"), 1));
        assert_eq!(summary.weirds, Weirds::default());
    }
}

/// Times of packets with these seconds, and what was odd.
fn dated(seconds: &[u64]) -> (Vec<i64>, Vec<(&'static str, u64)>) {
    let packets = seconds.iter().map(|sec| LITTLE.packet(0, sec * 1_000_000, 1, &[1]));
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[])].into_iter().chain(packets);
    let (packets, summary) = every_chunking(&file.collect::<Vec<_>>().concat());
    let times = packets.unwrap().iter().map(|packet| packet.ts / 1_000_000_000).collect();
    (times, kinds(&summary.weirds))
}

#[test]
fn a_time_that_no_other_packet_shares_is_that_of_the_packet_before() {
    const NOW: u64 = 1_700_000_000;
    const FAR: u64 = 2_500_000_000;
    let damaged = vec![("damaged_block", 1)];
    assert_eq!(dated(&[NOW, NOW + 1, FAR, NOW + 3]).0, [NOW, NOW + 1, NOW + 1, NOW + 3].map(|it| it as i64));
    assert_eq!(dated(&[NOW, 5, NOW + 2]).1, damaged);
    // The first one, where it is ahead; behind it the clock may have been set.
    assert_eq!(dated(&[FAR, NOW, NOW + 1]), (vec![NOW as i64, NOW as i64, NOW as i64 + 1], damaged));
    assert_eq!(dated(&[5, NOW, NOW + 1]).1, []);
    for sound in [&[NOW, FAR, FAR + 1][..], &[NOW, NOW + 1, FAR], &[FAR, NOW], &[FAR]] {
        assert_eq!(dated(sound), (sound.iter().map(|it| *it as i64).collect(), vec![]));
    }
}

#[test]
fn clocks_of_interfaces_may_differ() {
    let packets = (0..6).map(|at| {
        let second = if at % 2 == 0 { 1_700_000_000 + at } else { 100 + at };
        LITTLE.packet(at as u32 % 2, second * 1_000_000, 1, &[1])
    });
    let interfaces = LITTLE.interface(1, 0, &[]).repeat(2);
    let file = [LITTLE.section(), interfaces].into_iter().chain(packets);
    let (packets, summary) = every_chunking(&file.collect::<Vec<_>>().concat());
    assert_eq!(packets.unwrap()[3].ts, 103_000_000_000);
    assert_eq!(summary.weirds, Weirds::default());
}

#[test]
fn each_section_has_its_byte_order_and_its_interfaces() {
    let file = [
        LITTLE.section(),
        LITTLE.interface(1, 0, &[]),
        LITTLE.interface(113, 0, &[]),
        LITTLE.packet(1, 1, 1, &[1]),
        BIG.section(),
        BIG.interface(101, 0, &[]),
        BIG.packet(0, 2, 1, &[2]),
        BIG.packet(1, 3, 1, &[3]),
    ];
    let (packets, summary) = every_chunking(&file.concat());
    let links: Vec<u32> = packets.unwrap().iter().map(|packet| packet.link_type).collect();
    assert_eq!(links, [113, 101]);
    assert_eq!(kinds(&summary.weirds), [("unknown_interface", 1)]);
}

#[test]
fn each_interface_has_its_resolution_and_its_offset() {
    for it in [LITTLE, BIG] {
        let offset = |seconds: i64| if it.big_endian { seconds.to_be_bytes() } else { seconds.to_le_bytes() };
        for (resolution, units, nanos) in [
            (0_u8, 7, 7_000_000_000),
            (3, 7, 7_000_000),
            (9, 7, 7),
            (12, 7_999, 7),
            (0x80 | 10, 1_536, 1_500_000_000),
            (0x80 | 32, (3 << 32) | (1 << 31), 3_500_000_000_i64),
        ] {
            let options = [it.option(9, &[resolution]), it.option(14, &offset(-2))].concat();
            let interface = it.interface(1, 0, &options);
            let file = [it.section(), interface, it.packet(0, units, 1, &[1])].concat();
            let (packets, _) = every_chunking(&file);
            assert_eq!(packets.unwrap()[0].ts, nanos - 2_000_000_000, "{resolution:#x}");
        }
    }
}

#[test]
fn times_that_no_clock_shows_do_not_overflow() {
    for resolution in [0, 19, 28, 0x7f, 0x80, 0xff] {
        let offset = i64::MAX.to_le_bytes();
        let options = [LITTLE.option(9, &[resolution]), LITTLE.option(14, &offset)].concat();
        let interface = LITTLE.interface(1, 0, &options);
        let file = [LITTLE.section(), interface, LITTLE.packet(0, u64::MAX, 1, &[1])].concat();
        assert_eq!(every_chunking(&file).0.unwrap()[0].ts, i64::MAX);
    }
}

#[test]
fn a_simple_packet_takes_the_time_before_it_and_the_snaplen_of_the_first_interface() {
    let simple =
        |data: &[u8], original| LITTLE.block(SIMPLE_PACKET, &[&LITTLE.word(original)[..], data].concat());
    let interface = LITTLE.interface(1, 5, &[]);
    let timed = LITTLE.packet(0, 4, 1, &[1]);
    let file = [LITTLE.section(), interface, timed, simple(&[1; 5], 90), simple(&[2; 3], 3)].concat();
    let (packets, summary) = every_chunking(&file);
    let packets = packets.unwrap();
    assert_eq!((&packets[1].data[..], packets[1].wire_len, packets[1].ts), (&[1; 5][..], 90, 4_000));
    assert_eq!((&packets[2].data[..], packets[2].wire_len), (&[2; 3][..], 3));
    assert_eq!(kinds(&summary.weirds), [("packet_without_time", 2)]);
}

#[test]
fn the_old_packet_block_is_read() {
    for it in [LITTLE, BIG] {
        let words = [0, 9, 3, 60].map(|value| it.word(value)).concat();
        let old = it.block(PACKET, &[&it.half(1)[..], &it.half(77), &words, &[1, 2, 3]].concat());
        let file = [it.section(), it.interface(0, 0, &[]), it.interface(1, 0, &[]), old].concat();
        let (packets, _) = every_chunking(&file);
        let expected = Taken { ts: 9_000, link_type: 1, data: vec![1, 2, 3], wire_len: 60 };
        assert_eq!(packets.unwrap(), [expected]);
    }
}

#[test]
fn unknown_blocks_are_passed_over_without_being_held() {
    let long = LITTLE.block(0x0bad, &vec![6; 3_000_000]);
    let packet = LITTLE.packet(0, 1, 1, &[1]);
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), long, packet].concat();
    for size in [file.len(), 10_000] {
        let (packets, summary) = read(&file, size);
        assert_eq!(packets.unwrap().len(), 1);
        assert_eq!(summary.weirds, Weirds::default());
    }
}

#[test]
fn a_packet_that_is_too_long_to_hold_is_counted_and_passed_over() {
    let long = LITTLE.packet(0, 1, 2_000_000, &vec![1; 2_000_000]);
    let packet = LITTLE.packet(0, 3, 1, &[3]);
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), long, packet].concat();
    let (packets, summary) = read(&file, 10_000);
    assert_eq!(packets.unwrap()[0].ts, 3_000);
    assert_eq!(kinds(&summary.weirds), [("oversized_packet", 1)]);
}

#[test]
fn damage_is_passed_over_up_to_the_next_sound_block() {
    for (at, value) in [(4, 0xff), (4, 1), (6, 2)] {
        let mut bad = LITTLE.packet(0, 2, 1, &[2; 300]);
        bad[at] = value;
        let (before, behind) = (LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(0, 3, 1, &[3]));
        let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), before, bad, behind].concat();
        let (packets, summary) = every_chunking(&file);
        let times: Vec<i64> = packets.unwrap().iter().map(|packet| packet.ts).collect();
        assert_eq!(times, [1_000, 3_000]);
        assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
    }
}

#[test]
fn an_interface_whose_length_is_damaged_is_read_all_the_same() {
    for (at, value) in [(4, 0), (4, 21), (5, 9), (7, 1), (7, 0xff)] {
        let mut bad = LITTLE.interface(113, 0, &LITTLE.option(9, &[9]));
        bad[at] = value;
        let packets = [LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(0, 2, 1, &[2])].concat();
        let (packets, summary) = every_chunking(&[LITTLE.section(), bad, packets].concat());
        let told: Vec<_> = packets.unwrap().iter().map(|packet| (packet.ts, packet.link_type)).collect();
        assert_eq!(told, [(1, 113), (2, 113)]);
        assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
    }
}

#[test]
fn a_packet_said_to_be_longer_than_its_block_holds_is_damage() {
    let mut bad = LITTLE.packet(0, 2, 1, &[2; 300]);
    bad[6] = 0x20;
    let behind = LITTLE.packet(0, 3, 1, &[3]);
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), bad, behind].concat();
    let (packets, summary) = every_chunking(&file);
    assert_eq!(packets.unwrap().len(), 1);
    assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
}

#[test]
fn pcap_and_pcapng_follow_one_another() {
    let pcap = [
        &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0][..],
        &[5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7],
    ]
    .concat();
    let pcapng = [BIG.section(), BIG.interface(1, 0, &[]), BIG.packet(0, 1, 1, &[1])].concat();
    let file = [&pcap[..], &pcapng, &pcapng, &pcap, &pcap, &pcapng].concat();
    let (packets, summary) = every_chunking(&file);
    let links: Vec<u32> = packets.unwrap().iter().map(|packet| packet.link_type).collect();
    assert_eq!(links, [101, 1, 1, 101, 101, 1]);
    assert_eq!((summary.format, kinds(&summary.weirds)), (Some("pcap"), vec![("joined_capture", 4)]));
}

#[test]
fn a_block_longer_than_the_bound_is_damage_and_takes_no_memory() {
    let mut bad = LITTLE.packet(0, 2, 1, &[2; 300]);
    bad[7] = 0x7f;
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), bad, LITTLE.packet(0, 3, 1, &[3])].concat();
    let (packets, summary) = every_chunking(&file);
    assert_eq!(packets.unwrap().len(), 1);
    assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
}

#[test]
fn a_packet_of_an_interface_that_could_not_be_read_is_counted_and_passed_over() {
    let unreadable = LITTLE.block(INTERFACE_DESCRIPTION, &[0; 4]);
    let packets = [LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(1, 2, 1, &[2])].concat();
    let file = [LITTLE.section(), unreadable, LITTLE.interface(1, 0, &[]), packets].concat();
    let (packets, summary) = every_chunking(&file);
    assert_eq!(packets.unwrap()[0].ts, 2_000);
    assert_eq!(summary.link_types.into_keys().collect::<Vec<_>>(), [1]);
    assert_eq!(kinds(&summary.weirds), [("damaged_block", 1), ("unknown_interface", 1)]);
}

#[test]
fn a_packet_longer_than_its_block_is_counted_and_passed_over() {
    let mut bad = LITTLE.packet(0, 2, 1, &[2; 8]);
    bad[20..24].copy_from_slice(&LITTLE.word(4_000));
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), bad, LITTLE.packet(0, 3, 1, &[3])].concat();
    let (packets, summary) = every_chunking(&file);
    assert_eq!(packets.unwrap()[0].ts, 3_000);
    assert_eq!(kinds(&summary.weirds), [("damaged_block", 1)]);
}

#[test]
fn a_section_without_packets_is_an_empty_capture() {
    let (packets, summary) = every_chunking(&LITTLE.section());
    assert_eq!(packets.unwrap(), []);
    assert_eq!(summary.weirds, Weirds::default());
}

#[test]
fn a_first_header_without_its_magic_or_its_end_is_refused() {
    let mut file = LITTLE.section();
    file[8] = 0;
    let message = every_chunking(&file).0.unwrap_err().to_string();
    assert!(message.contains("byte-order magic"), "{message}");
    let message = every_chunking(&LITTLE.section()[..20]).0.unwrap_err().to_string();
    assert!(message.contains("20 bytes in all"), "{message}");
}

#[test]
fn a_cut_block_is_counted_and_what_came_before_is_kept() {
    let (first, second) = (LITTLE.packet(0, 1, 1, &[1]), LITTLE.packet(0, 2, 1, &[2; 9]));
    let file = [LITTLE.section(), LITTLE.interface(1, 0, &[]), first, second].concat();
    for cut in [1, 4, 20, 40] {
        let (packets, summary) = every_chunking(&file[..file.len() - cut]);
        assert_eq!(packets.unwrap().len(), 1);
        assert_eq!(kinds(&summary.weirds), [("truncated_file", 1)]);
    }
}
