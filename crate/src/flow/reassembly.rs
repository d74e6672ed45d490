//! One direction of a TCP connection put in order: a tracker of holes that holds what follows them.

/// Bytes held behind holes in one direction.
pub(super) const MAX_HELD: usize = 64 * 1024;

/// Separate ranges held behind holes in one direction.
pub(super) const MAX_RANGES: usize = 256;

/// Bytes behind a hole, without any acknowledgement, from which on Zeek no longer counts gaps
/// (`tcp_max_above_hole_without_any_acks`).
const MAX_ABOVE_HOLE_WITHOUT_ACKS: u64 = 16 * 1024;

/// Unacknowledged bytes from which on Zeek no longer counts gaps (`tcp_excessive_data_without_further_acks`).
const MAX_UNACKED: u64 = 10 * 1024 * 1024;

/// What comes out, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// The next bytes.
    Data(&'a [u8]),
    /// This many bytes are missing here, as far as is known so far.
    Gap(u64),
    /// The next bytes of the gap that was declared last, which came after all.
    Late(&'a [u8]),
    /// What Zeek would report as one `content_gap`; a segment that a snaplen cut counts whole.
    Missed(u64),
}

/// One segment as the reassembler takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a> {
    /// Offset of its first byte; 1 is the first byte of the stream.
    pub(super) start: u64,
    /// Length on the wire.
    pub(super) len: u64,
    /// What was captured of it.
    pub(super) bytes: &'a [u8],
    /// Whether the bytes matter; if not, only their place is kept.
    pub(super) keep: bool,
    /// Whether it may be the padding of an acknowledgement, which a middlebox counted as payload.
    pub(super) doubtful: bool,
}

/// Payload that an Ethernet frame pads a bare acknowledgement with, at most: 46 bytes less the headers.
pub(super) const MAX_PADDING: usize = 6;

/// Bytes that all connections together may hold.
#[derive(Debug)]
pub(super) struct Budget {
    /// What is left of it; one segment may overdraw it until the direction has shrunk.
    pub(super) left: isize,
    /// How often bytes that matter were given out behind a hole because a bound was hit.
    pub(super) hits: u64,
}

#[derive(Debug)]
struct Range {
    start: u64,
    end: u64,
    /// Empty where the bytes do not matter.
    bytes: Box<[u8]>,
    /// Whether it is the head of a segment that a snaplen cut.
    cut: bool,
}

/// The state of one direction.
///
/// Invariant: everything below `delivered` was given out, as bytes or as a gap. `ranges` are sorted, not empty, do
/// not overlap and begin behind `delivered`; what is between them has not been captured. A byte that was given
/// out or is held is never replaced by a later copy (Zeek keeps the first, too). `held` is the sum of their bytes,
/// at most `MAX_HELD` after each call, and taken from the budget.
#[derive(Debug)]
pub(super) struct Reassembly {
    delivered: u64,
    /// Offset up to which Zeek would have dropped its blocks, because they were acknowledged.
    trimmed: u64,
    /// One past the highest byte of a segment that was captured whole.
    top: u64,
    /// Bytes of such segments that were not acknowledged, at most; copies of the same byte may count twice.
    unacked: u64,
    /// Bytes before `delivered` that came from cut segments: missed, unless their segment comes again.
    cut: u64,
    held: u32,
    counting: bool,
    /// What the gap declared last still lacks, from and to: a capture may hold an acknowledgement before its data.
    hole: Option<(u64, u64)>,
    /// Bytes of gaps that did not come after all.
    missing: u64,
    /// Zeros that may be padding, from and to. They count once what follows adjoins them or the peer acknowledges them.
    doubtful: Option<(u64, u64)>,
    ranges: Vec<Range>,
}

impl Default for Reassembly {
    fn default() -> Self {
        Reassembly {
            delivered: 1,
            trimmed: 1,
            top: 1,
            unacked: 0,
            cut: 0,
            held: 0,
            counting: true,
            hole: None,
            missing: 0,
            doubtful: None,
            ranges: Vec::new(),
        }
    }
}

impl Reassembly {
    /// Takes a segment and gives out what is now in order.
    pub(super) fn insert(&mut self, block: Block<'_>, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        let end = block.start.saturating_add(block.len);
        let before =
            self.doubtful.take_if(|(start, to)| block.start < *to && end > *start || block.start == *to);
        if before.is_some_and(|(_, to)| block.start == to) {
            self.place(zeros(before), budget, sink);
        }
        if block.doubtful && block.start >= self.delivered {
            self.doubtful = Some((block.start, end));
        } else {
            self.place(block, budget, sink);
        }
    }

    /// Puts a segment in its place.
    fn place(&mut self, block: Block<'_>, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        let captured = block.bytes.len() as u64;
        let complete = captured >= block.len;
        let end = block.start.saturating_add(block.len.min(captured));
        if complete && self.counting && end > self.trimmed {
            self.top = self.top.max(end);
            self.unacked = self.unacked.saturating_add(block.len);
        }
        self.fill(block, end, sink);
        if end <= self.delivered {
            return;
        }
        if block.start <= self.delivered && self.ranges.is_empty() {
            let len = end - self.delivered;
            self.pass(block, end, sink);
            // Whole segments end what a cut one began.
            self.cut = if complete { 0 } else { self.cut + len };
        } else {
            self.hold(block, end, !complete, budget);
            self.give_contiguous(budget, sink);
            self.shrink(budget, sink);
        }
    }

    /// Takes the peer's word that it has everything below `up_to`: what was not captured by now never will be.
    pub(super) fn acknowledge(&mut self, up_to: u64, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        if self.is_acknowledged(up_to) {
            return;
        }
        if let Some(range) = self.doubtful.take_if(|(_, to)| *to <= up_to) {
            self.place(zeros(Some(range)), budget, sink);
        }
        while self.first_start().is_some_and(|start| start < up_to) {
            self.skip_hole(budget, sink);
        }
        if up_to > self.delivered {
            self.gap(up_to, sink);
            self.report_missed(sink);
            self.give_contiguous(budget, sink);
        }
        self.trim(up_to);
    }

    /// Moves the start of a stream whose beginning was not seen, without a gap.
    pub(super) fn begin_at(&mut self, offset: u64) {
        if self.ranges.is_empty() {
            self.delivered = self.delivered.max(offset);
        }
        self.trim(offset);
    }

    /// Stops to wait for acknowledgements of what was given out, where there seem to be none.
    pub(super) fn trim_delivered(&mut self) {
        self.trim(self.delivered);
    }

    /// Stops to count gaps where Zeek gives up: much data behind a hole, or unacknowledged.
    pub(super) fn check_excess(&mut self, no_data_acked: bool) {
        let waiting = self.last_end().map_or(0, |end| end - self.delivered);
        let excess = no_data_acked && waiting > MAX_ABOVE_HOLE_WITHOUT_ACKS;
        if self.counting && (excess || self.unacked > MAX_UNACKED) {
            self.counting = false;
            self.top = self.trimmed;
        }
    }

    /// Offset up to which everything was given out.
    pub(super) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Returns whether gaps are still counted as Zeek counts them.
    pub(super) fn is_counting(&self) -> bool {
        self.counting
    }

    /// Returns whether the peer had this much before.
    pub(super) fn is_acknowledged(&self, up_to: u64) -> bool {
        up_to <= self.trimmed
    }

    /// Returns whether captured bytes lie above what was acknowledged.
    pub(super) fn has_unacknowledged(&self) -> bool {
        self.top > self.trimmed
    }

    /// Returns whether bytes were missed and did not come later.
    pub(super) fn had_gap(&self) -> bool {
        self.missing > 0
    }

    /// Gives what is held back to the budget, at the end of the connection.
    pub(super) fn release(&mut self, budget: &mut Budget) {
        budget.left += self.held as isize;
        self.held = 0;
        self.ranges = Vec::new();
    }

    /// Forgets what was acknowledged.
    fn trim(&mut self, up_to: u64) {
        self.trimmed = self.trimmed.max(up_to);
        self.unacked = self.unacked.min(self.top.saturating_sub(self.trimmed));
    }

    /// Gives out the block's bytes from `delivered` to `end`.
    fn pass(&mut self, block: Block<'_>, end: u64, sink: &mut dyn FnMut(Piece<'_>)) {
        if block.keep
            && let Some(bytes) = slice(block.bytes, block.start, self.delivered, end)
        {
            sink(Piece::Data(bytes));
        }
        self.delivered = end;
    }

    /// Stores the parts of the block that are neither given out nor held.
    fn hold(&mut self, block: Block<'_>, end: u64, cut: bool, budget: &mut Budget) {
        let ranges = &mut self.ranges;
        let mut from = block.start.max(self.delivered);
        let mut at = ranges.partition_point(|range| range.end <= from);
        while from < end {
            let next = ranges.get(at).map(|range| (range.start, range.end));
            let to = next.map_or(end, |(start, _)| start.min(end));
            if from < to {
                let bytes =
                    slice(block.bytes, block.start, from, to).filter(|_| block.keep).unwrap_or_default();
                self.held += bytes.len() as u32;
                budget.left -= bytes.len() as isize;
                ranges.insert(at, Range { start: from, end: to, bytes: bytes.into(), cut });
                at += 1;
            }
            from = next.map_or(end, |(_, next_end)| next_end.max(to));
            at += 1;
        }
    }

    /// Gives out the ranges that begin at `delivered`.
    fn give_contiguous(&mut self, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        let mut count = 0;
        for range in &self.ranges {
            if range.start > self.delivered {
                break;
            }
            count += 1;
            if !range.bytes.is_empty() {
                sink(Piece::Data(&range.bytes));
            }
            self.held -= range.bytes.len() as u32;
            budget.left += range.bytes.len() as isize;
            self.cut = if range.cut { self.cut + (range.end - range.start) } else { 0 };
            self.delivered = range.end;
        }
        self.ranges.drain(..count);
    }

    /// Gives up holes until the bounds hold.
    fn shrink(&mut self, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        while self.held as usize > MAX_HELD
            || self.ranges.len() > MAX_RANGES
            || (budget.left <= 0 && self.held > 0)
        {
            budget.hits += u64::from(self.held > 0);
            self.skip_hole(budget, sink);
        }
    }

    /// Declares the first hole a gap and delivers what follows it.
    fn skip_hole(&mut self, budget: &mut Budget, sink: &mut dyn FnMut(Piece<'_>)) {
        let Some(start) = self.first_start() else { return };
        self.gap(start, sink);
        // Zeek sees no segment that was cut: the hole goes on behind it.
        if self.ranges.first().is_some_and(|range| !range.cut) {
            self.report_missed(sink);
        }
        self.give_contiguous(budget, sink);
    }

    fn gap(&mut self, up_to: u64, sink: &mut dyn FnMut(Piece<'_>)) {
        let len = up_to.saturating_sub(self.delivered);
        if len > 0 {
            self.missing += len;
            // A gap that another one adjoins grows; one that data follow is given up.
            let start =
                self.hole.filter(|(_, end)| *end == self.delivered).map_or(self.delivered, |hole| hole.0);
            self.hole = Some((start, up_to));
            self.cut += len;
            self.delivered = up_to;
            sink(Piece::Gap(len));
        }
    }

    /// Gives out what the block has of the hole, from its front. To Zeek these bytes stay missed.
    fn fill(&mut self, block: Block<'_>, end: u64, sink: &mut dyn FnMut(Piece<'_>)) {
        let Some((start, hole_end)) = self.hole.filter(|(start, _)| block.start <= *start && *start < end)
        else {
            return;
        };
        let to = end.min(hole_end);
        self.missing = self.missing.saturating_sub(to - start);
        self.hole = (to < hole_end).then_some((to, hole_end));
        if block.keep
            && let Some(bytes) = slice(block.bytes, block.start, start, to)
        {
            sink(Piece::Late(bytes));
        }
    }

    fn report_missed(&mut self, sink: &mut dyn FnMut(Piece<'_>)) {
        if self.cut > 0 && self.counting {
            sink(Piece::Missed(self.cut));
        }
        self.cut = 0;
    }

    fn first_start(&self) -> Option<u64> {
        self.ranges.first().map(|range| range.start)
    }

    fn last_end(&self) -> Option<u64> {
        self.ranges.last().map(|range| range.end)
    }
}

/// Returns the block of zeros in a range that was doubtful.
fn zeros(range: Option<(u64, u64)>) -> Block<'static> {
    const ZEROS: [u8; MAX_PADDING] = [0; MAX_PADDING];
    let (start, end) = range.unwrap_or_default();
    let len = end.saturating_sub(start).min(MAX_PADDING as u64);
    let bytes = ZEROS.get(..len as usize).unwrap_or_default();
    Block { start, len, bytes, keep: true, doubtful: false }
}

/// Returns the part of `bytes`, which begin at `start`, within [from, to).
fn slice(bytes: &[u8], start: u64, from: u64, to: u64) -> Option<&[u8]> {
    let from = usize::try_from(from.checked_sub(start)?).ok()?;
    let to = usize::try_from(to.checked_sub(start)?).ok()?;
    bytes.get(from..to)
}

#[cfg(test)]
mod tests;
