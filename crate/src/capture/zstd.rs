//! Zstandard (RFC 8878), decompressed as it arrives and handed on in pieces.

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::Weird;

const DAMAGED: Weird = Weird::DamagedZstd;
const TRUNCATED: Weird = Weird::TruncatedZstd;
/// Longest header of a frame.
const FRAME_HEADER: usize = 18;
const BLOCK_HEADER: usize = 3;
const CHECKSUM: usize = 4;
/// Longest piece that is handed on.
const PIECE: usize = 64 * 1024;

/// The frames of a Zstandard file, one after another.
pub(crate) struct Unzstd {
    decoder: FrameDecoder,
    /// Bytes that have come and are not decompressed.
    pending: Vec<u8>,
    /// Whether a frame has begun.
    begun: bool,
    /// Bytes of a frame of other data to pass over.
    skip: usize,
    /// Damage ends the stream: what follows is not read.
    ended: bool,
}

impl std::fmt::Debug for Unzstd {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Unzstd").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

impl Unzstd {
    pub(crate) fn new() -> Unzstd {
        Unzstd { decoder: FrameDecoder::new(), pending: Vec::new(), begun: false, skip: 0, ended: false }
    }

    /// Takes compressed bytes and gives what they hold to `sink`; damage ends the stream and is returned.
    pub(crate) fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(&[u8])) -> Option<Weird> {
        self.decode(bytes, false, sink)
    }

    /// Ends the stream: gives the rest to `sink`; a missing end is returned.
    pub(crate) fn finish(&mut self, sink: &mut impl FnMut(&[u8])) -> Option<Weird> {
        self.decode(&[], true, sink)
    }

    /// Decompresses what has come, as far as headers and blocks are whole: no more than a block is held.
    fn decode(&mut self, bytes: &[u8], last: bool, sink: &mut impl FnMut(&[u8])) -> Option<Weird> {
        if self.ended {
            return None;
        }
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut rest = &pending[..];
        loop {
            let before = rest.len();
            let skipped = self.skip.min(rest.len());
            self.skip -= skipped;
            rest = rest.get(skipped..).unwrap_or_default();
            let read =
                if self.begun { self.block(&mut rest, last, sink) } else { self.header(&mut rest, last) };
            if read.is_none() {
                self.ended = true;
                self.hand_on_rest(sink);
                return Some(if last { TRUNCATED } else { DAMAGED });
            }
            if rest.len() == before {
                break;
            }
        }
        self.pending = rest.to_vec();
        let is_whole = rest.is_empty() && !self.begun && self.skip == 0;
        if last && !is_whole {
            self.hand_on_rest(sink);
            return Some(TRUNCATED);
        }
        None
    }

    /// Begins the frame at the front, or passes over one of other data; `None` where it is damaged.
    fn header(&mut self, rest: &mut &[u8], last: bool) -> Option<()> {
        const OTHER_DATA: usize = 8;
        if rest.is_empty() || (rest.len() < FRAME_HEADER && !last) {
            return Some(());
        }
        if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, s0, s1, s2, s3, ..] = **rest {
            self.skip = OTHER_DATA.saturating_add(u32::from_le_bytes([s0, s1, s2, s3]) as usize);
            return Some(());
        }
        self.decoder.reset(&mut *rest).ok()?;
        self.begun = true;
        Some(())
    }

    /// Decompresses the block at the front if it is whole; `None` where it is damaged.
    fn block(&mut self, rest: &mut &[u8], last: bool, sink: &mut impl FnMut(&[u8])) -> Option<()> {
        const REPEATED_BYTE: u32 = 1;
        let [b0, b1, b2, ..] = **rest else { return Some(()) };
        let header = u32::from_le_bytes([b0, b1, b2, 0]);
        let content = if header >> 1 & 3 == REPEATED_BYTE { 1 } else { (header >> 3) as usize };
        let checksum = if header & 1 == 1 && !last { CHECKSUM } else { 0 };
        if rest.len() < BLOCK_HEADER + content + checksum {
            return Some(());
        }
        self.decoder.decode_blocks(&mut *rest, BlockDecodingStrategy::UptoBlocks(1)).ok()?;
        let text = self.decoder.collect().unwrap_or_default();
        text.chunks(PIECE).for_each(&mut *sink);
        self.begun = !self.decoder.is_finished();
        Some(())
    }

    /// Gives what the decoder keeps for later blocks to refer to: an empty last block ends the frame.
    fn hand_on_rest(&mut self, sink: &mut impl FnMut(&[u8])) {
        const END: [u8; BLOCK_HEADER + CHECKSUM] = [1, 0, 0, 0, 0, 0, 0];
        if self.begun && self.decoder.decode_blocks(&END[..], BlockDecodingStrategy::UptoBlocks(1)).is_ok() {
            self.decoder.collect().unwrap_or_default().chunks(PIECE).for_each(sink);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of blocks that are not compressed, without checksum.
    fn frame(blocks: &[&[u8]]) -> Vec<u8> {
        // A window of 1 MiB.
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x50];
        for (at, block) in blocks.iter().enumerate() {
            let is_last = u32::from(at + 1 == blocks.len());
            frame.extend(&((block.len() as u32) << 3 | is_last).to_le_bytes()[..3]);
            frame.extend(*block);
        }
        frame
    }

    fn unpacked(file: &[u8], chunk: usize) -> (Vec<u8>, Option<Weird>) {
        let (mut unzstd, mut text, mut damage) = (Unzstd::new(), Vec::new(), None);
        let mut sink = |piece: &[u8]| text.extend_from_slice(piece);
        for bytes in file.chunks(chunk) {
            damage = damage.or(unzstd.push(bytes, &mut sink));
        }
        damage = damage.or(unzstd.finish(&mut sink));
        (text, damage)
    }

    #[test]
    fn frames_that_follow_one_another_are_one_text() {
        let other = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        let file = [frame(&[b"a line\n", b"and"]), other, frame(&[b" another"])].concat();
        for chunk in [1, 7, 1_000] {
            assert_eq!(unpacked(&file, chunk), (b"a line\nand another".to_vec(), None));
        }
    }

    #[test]
    fn block_of_one_byte_repeated_is_handed_on_in_pieces() {
        let mut file = frame(&[]);
        file.extend([&((100_000_u32 << 3) | 3).to_le_bytes()[..3], b"z"].concat());
        let (text, damage) = unpacked(&file, 3);
        assert_eq!((text.len(), damage), (100_000, None));
    }

    #[test]
    fn stream_that_ends_early_keeps_what_came() {
        let file = frame(&[b"a line\n", b"and another"]);
        assert_eq!(unpacked(&file[..file.len() - 3], 5), (b"a line\n".to_vec(), Some(TRUNCATED)));
    }

    #[test]
    fn damage_ends_the_stream() {
        let file = [frame(&[b"a line\n"]), vec![9; 100]].concat();
        assert_eq!(unpacked(&file, 50), (b"a line\n".to_vec(), Some(DAMAGED)));
    }
}
