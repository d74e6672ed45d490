use super::*;

/// A reassembler with what came out of it.
struct Bench {
    reassembly: Reassembly,
    budget: Budget,
    out: Vec<String>,
}

impl Bench {
    fn new() -> Self {
        let budget = Budget { left: 1 << 20, hits: 0 };
        Bench { reassembly: Reassembly::default(), budget, out: Vec::new() }
    }

    fn insert(&mut self, start: u64, text: &str) {
        self.block(Block {
            start,
            len: text.len() as u64,
            bytes: text.as_bytes(),
            keep: true,
            doubtful: false,
        });
    }

    fn block(&mut self, block: Block<'_>) {
        let out = &mut self.out;
        self.reassembly.insert(block, &mut self.budget, &mut |piece| out.push(show(&piece)));
    }

    fn acknowledge(&mut self, up_to: u64) {
        let out = &mut self.out;
        self.reassembly.acknowledge(up_to, &mut self.budget, &mut |piece| out.push(show(&piece)));
    }

    fn text(&self) -> String {
        self.out.join(" ")
    }
}

fn show(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Data(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Piece::Gap(len) => format!("gap:{len}"),
        Piece::Late(bytes) => format!("late:{}", String::from_utf8_lossy(bytes)),
        Piece::Missed(len) => format!("missed:{len}"),
    }
}

#[test]
fn in_order_passes_through() {
    let mut bench = Bench::new();
    bench.insert(1, "ab");
    bench.insert(3, "cd");
    assert_eq!(bench.text(), "ab cd");
}

#[test]
fn reordered_comes_out_in_order() {
    let mut bench = Bench::new();
    bench.insert(3, "cd");
    bench.insert(7, "gh");
    bench.insert(1, "ab");
    bench.insert(5, "ef");
    assert_eq!(bench.text(), "ab cd ef gh");
}

#[test]
fn retransmission_is_given_out_once() {
    let mut bench = Bench::new();
    bench.insert(1, "abcd");
    bench.insert(1, "abcd");
    bench.insert(3, "cdef");
    assert_eq!(bench.text(), "abcd ef");
}

#[test]
fn overlap_keeps_first_copy() {
    let mut bench = Bench::new();
    bench.insert(3, "CD");
    bench.insert(1, "abxxef");
    assert_eq!(bench.text(), "ab CD ef");
}

#[test]
fn a_block_over_several_held_ranges_fills_only_the_holes() {
    let mut bench = Bench::new();
    bench.insert(9, "I");
    bench.insert(5, "E");
    bench.insert(4, "xxxxxxx");
    bench.insert(1, "abc");
    assert_eq!(bench.text(), "abc x E xxx I x");
}

#[test]
fn padding_does_not_replace_what_follows() {
    let pad = |start: u64, len: usize| Block {
        start,
        len: len as u64,
        bytes: &[0; 6][..len],
        keep: true,
        doubtful: true,
    };
    let mut bench = Bench::new();
    bench.block(pad(1, 2));
    bench.insert(1, "abcd");
    bench.block(pad(5, 6));
    bench.block(pad(5, 1));
    bench.insert(5, "ef");
    bench.acknowledge(7);
    bench.block(pad(7, 3));
    assert_eq!(bench.text(), "abcd ef");
}

#[test]
fn zeros_that_are_followed_or_acknowledged_are_payload() {
    let pad = |start: u64| Block { start, len: 2, bytes: &[0; 2], keep: true, doubtful: true };
    let mut bench = Bench::new();
    bench.block(pad(1));
    bench.insert(3, "cd");
    bench.block(pad(5));
    bench.acknowledge(7);
    bench.insert(7, "e");
    assert_eq!(bench.text(), "\0\0 cd \0\0 e");
    assert!(!bench.reassembly.had_gap());
}

#[test]
fn acknowledged_but_not_captured_is_a_gap() {
    let mut bench = Bench::new();
    bench.insert(1, "ab");
    bench.insert(5, "ef");
    bench.acknowledge(7);
    assert_eq!(bench.text(), "ab gap:2 missed:2 ef");
    assert!(bench.reassembly.had_gap());
}

#[test]
fn data_of_a_declared_gap_come_late_and_stay_missed() {
    let mut bench = Bench::new();
    bench.acknowledge(5);
    assert!(bench.reassembly.had_gap());
    bench.insert(1, "abcdef");
    assert_eq!(bench.text(), "gap:4 missed:4 late:abcd ef");
    assert!(!bench.reassembly.had_gap(), "in the end all of it was captured");
}

#[test]
fn declared_gap_is_filled_from_its_front_alone() {
    let mut bench = Bench::new();
    bench.acknowledge(5);
    bench.insert(3, "cd");
    bench.insert(1, "ab");
    bench.insert(1, "ab");
    bench.insert(3, "cd");
    bench.insert(1, "abcd");
    assert_eq!(bench.text(), "gap:4 missed:4 late:ab late:cd");
}

#[test]
fn declared_gap_grows_until_data_follow_it() {
    let mut bench = Bench::new();
    bench.acknowledge(3);
    bench.acknowledge(5);
    bench.insert(1, "abcd");
    bench.acknowledge(7);
    bench.insert(7, "gh");
    bench.acknowledge(11);
    bench.insert(5, "ef");
    bench.insert(9, "ij");
    assert_eq!(
        bench.text(),
        "gap:2 missed:2 gap:2 missed:2 late:abcd gap:2 missed:2 gh gap:2 missed:2 late:ij"
    );
    assert!(bench.reassembly.had_gap());
}

#[test]
fn acknowledgement_of_captured_data_is_no_gap() {
    let mut bench = Bench::new();
    bench.insert(1, "ab");
    bench.acknowledge(3);
    assert_eq!(bench.text(), "ab");
    assert!(!bench.reassembly.had_gap() && !bench.reassembly.has_unacknowledged());
}

#[test]
fn head_of_a_cut_segment_is_given_out_but_counts_as_missed() {
    let mut bench = Bench::new();
    bench.block(Block { start: 1, len: 4, bytes: b"ab", keep: true, doubtful: false });
    bench.insert(5, "ef");
    bench.acknowledge(7);
    assert_eq!(bench.text(), "ab gap:2 missed:4 ef");
}

#[test]
fn cut_segments_in_a_row_are_one_gap_to_zeek() {
    let mut bench = Bench::new();
    bench.block(Block { start: 1, len: 4, bytes: b"ab", keep: true, doubtful: false });
    bench.block(Block { start: 5, len: 4, bytes: b"ef", keep: true, doubtful: false });
    bench.acknowledge(9);
    assert_eq!(bench.text(), "ab gap:2 ef gap:2 missed:8");
}

#[test]
fn a_cut_segment_that_comes_again_whole_is_not_missed() {
    let mut bench = Bench::new();
    bench.block(Block { start: 1, len: 4, bytes: b"ab", keep: true, doubtful: false });
    bench.insert(1, "abcd");
    bench.acknowledge(5);
    assert_eq!(bench.text(), "ab cd");
}

#[test]
fn unwanted_bytes_are_counted_and_not_kept() {
    let mut bench = Bench::new();
    bench.block(Block { start: 4, len: 3, bytes: b"def", keep: false, doubtful: false });
    bench.block(Block { start: 1, len: 3, bytes: b"abc", keep: false, doubtful: false });
    assert_eq!(bench.text(), "");
    assert_eq!((bench.reassembly.delivered(), bench.budget.left), (7, 1 << 20));
}

#[test]
fn the_bound_turns_the_first_hole_into_a_gap() {
    let mut bench = Bench::new();
    let bytes = vec![b'x'; MAX_HELD];
    bench.block(Block { start: 11, len: bytes.len() as u64, bytes: &bytes, keep: true, doubtful: false });
    assert_eq!(bench.text(), "");
    bench.insert(200_001, "y");
    assert_eq!(bench.out.first().map(String::as_str), Some("gap:10"));
    assert_eq!((bench.out.len(), bench.budget.hits), (3, 1));
}

#[test]
fn ranges_are_bounded() {
    let mut bench = Bench::new();
    for at in 0..2 * MAX_RANGES as u64 {
        bench.insert(2 + 2 * at, "x");
    }
    assert_eq!(bench.budget.hits, MAX_RANGES as u64);
}

#[test]
fn an_empty_budget_turns_holes_into_gaps() {
    let mut bench = Bench::new();
    bench.budget.left = 3;
    bench.insert(3, "abc");
    assert_eq!(bench.text(), "gap:2 missed:2 abc");
    assert_eq!(bench.budget.left, 3);
}

#[test]
fn any_order_gives_the_same_bytes() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |limit: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % limit
    };
    for round in 0..400 {
        let stream: Vec<u8> = (0..1 + below(5_000)).map(|at| (at * 7 + round) as u8).collect();
        let mut blocks = Vec::new();
        let mut from = 0;
        while from < stream.len() {
            let to = (from + 1 + below(300)).min(stream.len());
            blocks.push((from.saturating_sub(below(40)), to));
            if below(4) == 0 {
                blocks.push((from, (to + below(100)).min(stream.len())));
            }
            from = to;
        }
        for at in 0..blocks.len() {
            let other = below(blocks.len());
            blocks.swap(at, other);
        }
        let mut reassembly = Reassembly::default();
        let mut budget = Budget { left: 1 << 20, hits: 0 };
        let mut out = Vec::new();
        for (from, to) in blocks {
            let bytes = &stream[from..to];
            let block =
                Block { start: 1 + from as u64, len: bytes.len() as u64, bytes, keep: true, doubtful: false };
            reassembly.insert(block, &mut budget, &mut |piece| match piece {
                Piece::Data(bytes) => out.extend_from_slice(bytes),
                other => panic!("{other:?}"),
            });
        }
        assert_eq!(out, stream);
        assert_eq!((budget.left, budget.hits), (1 << 20, 0));
    }
}
