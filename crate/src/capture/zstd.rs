//! A frame of Zstandard (RFC 8878), decompressed as it arrives and handed on in pieces.

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::unpack::Progress;
use crate::{Error, Weird};

const BLOCK_HEADER: usize = 3;
const CHECKSUM: usize = 4;
/// Longest piece that is handed on.
const PIECE: usize = 64 * 1024;

/// One frame, of data or of something else.
///
/// Invariant: `pending` holds no byte behind the frame, and no more than a header or a block that is not whole.
pub(super) struct Unzstd {
    decoder: FrameDecoder,
    /// Bytes that have come and are not decompressed.
    pending: Vec<u8>,
    state: State,
}

/// Where in the frame the pending bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    /// In front of a block; whether a checksum stands behind the last one.
    Blocks {
        has_checksum: bool,
    },
    /// In a frame of other data, of which so many bytes are left.
    Other(usize),
    Ended,
}

impl std::fmt::Debug for Unzstd {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Unzstd").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

impl Unzstd {
    pub(super) fn new() -> Unzstd {
        Unzstd { decoder: FrameDecoder::new(), pending: Vec::new(), state: State::Header }
    }

    /// Takes compressed bytes and gives what they hold to `sink`.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Progress, Error> {
        let mut pending = std::mem::take(&mut self.pending);
        let held = pending.len();
        pending.extend_from_slice(bytes);
        let mut rest = &pending[..];
        while self.state != State::Ended {
            match self.step(rest, sink)? {
                Some(0) => {
                    self.pending = rest.to_vec();
                    return Ok(Progress::Open);
                }
                Some(len) => rest = rest.get(len..).unwrap_or_default(),
                None => {
                    self.hand_on_rest(sink)?;
                    return Ok(Progress::Damaged(Weird::DamagedZstd));
                }
            }
        }
        Ok(Progress::Ended { len: pending.len().saturating_sub(rest.len() + held), damage: None })
    }

    /// Ends the frame before its end: gives the rest to `sink`.
    pub(super) fn finish(
        &mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        self.hand_on_rest(sink)?;
        Ok(Some(Weird::TruncatedZstd))
    }

    /// Reads the header or the block at the front of `input` and says how long it is; 0 where it is not whole, `None` where it is
    /// damaged.
    fn step(
        &mut self,
        input: &[u8],
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<usize>, Error> {
        match self.state {
            State::Header => Ok(self.header(input)),
            State::Blocks { has_checksum } => self.block(input, has_checksum, sink),
            State::Other(left) => {
                let len = left.min(input.len());
                self.state = if len == left { State::Ended } else { State::Other(left - len) };
                Ok(Some(len))
            }
            State::Ended => Ok(Some(0)),
        }
    }

    fn header(&mut self, input: &[u8]) -> Option<usize> {
        const MAGIC: usize = 4;
        const OTHER_DATA: usize = 8;
        if let [0x50..=0x5f, 0x2a, 0x4d, 0x18, rest @ ..] = input {
            let Some(len) = rest.first_chunk() else { return Some(0) };
            let len = u32::from_le_bytes(*len) as usize;
            self.state = if len == 0 { State::Ended } else { State::Other(len) };
            return Some(OTHER_DATA);
        }
        let Some(descriptor) = input.get(MAGIC) else { return Some(0) };
        // Sizes of the fields that the descriptor announces (section 3.1.1.1.1).
        let is_single = descriptor & 0x20 != 0;
        let window = usize::from(!is_single);
        let dictionary = match descriptor & 3 {
            3 => 4,
            size => usize::from(size),
        };
        let content = match descriptor >> 6 {
            0 => usize::from(is_single),
            size => 1 << size,
        };
        let len = MAGIC + 1 + window + dictionary + content;
        let Some(header) = input.get(..len) else { return Some(0) };
        self.decoder.reset(header).ok()?;
        self.state = State::Blocks { has_checksum: descriptor & 4 != 0 };
        Some(len)
    }

    fn block(
        &mut self,
        input: &[u8],
        has_checksum: bool,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<usize>, Error> {
        const REPEATED_BYTE: u32 = 1;
        let [b0, b1, b2, ..] = *input else { return Ok(Some(0)) };
        let header = u32::from_le_bytes([b0, b1, b2, 0]);
        let content = if header >> 1 & 3 == REPEATED_BYTE { 1 } else { (header >> 3) as usize };
        let is_last = header & 1 == 1;
        let checksum = if is_last && has_checksum { CHECKSUM } else { 0 };
        let len = BLOCK_HEADER + content + checksum;
        let Some(block) = input.get(..len) else { return Ok(Some(0)) };
        if self.decoder.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1)).is_err() {
            return Ok(None);
        }
        let text = self.decoder.collect().unwrap_or_default();
        text.chunks(PIECE).try_for_each(&mut *sink)?;
        if is_last {
            self.state = State::Ended;
        }
        Ok(Some(len))
    }

    /// Gives what the decoder keeps for later blocks to refer to: an empty last block ends the frame.
    fn hand_on_rest(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        const END: [u8; BLOCK_HEADER + CHECKSUM] = [1, 0, 0, 0, 0, 0, 0];
        let State::Blocks { .. } = self.state else { return Ok(()) };
        self.state = State::Ended;
        if self.decoder.decode_blocks(&END[..], BlockDecodingStrategy::UptoBlocks(1)).is_err() {
            return Ok(());
        }
        self.decoder.collect().unwrap_or_default().chunks(PIECE).try_for_each(sink)
    }
}

#[cfg(test)]
mod tests {
    use super::super::unpack::Unpack;
    use super::*;

    /// Returns a frame of blocks that are not compressed, without checksum.
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
        let (mut unpack, mut text, mut damage) = (Unpack::default(), Vec::new(), None);
        let mut sink = |piece: &[u8]| {
            text.extend_from_slice(piece);
            Ok(())
        };
        let mut rest = Vec::new();
        for bytes in file.chunks(chunk) {
            rest.extend_from_slice(bytes);
            let taken = unpack.push(&rest, &mut sink).unwrap();
            rest.drain(..taken.len);
            damage = damage.or(taken.damage);
        }
        damage = damage.or(unpack.finish(&mut sink).unwrap());
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
        assert_eq!(unpacked(&file[..file.len() - 3], 5), (b"a line\n".to_vec(), Some(Weird::TruncatedZstd)));
    }

    #[test]
    fn damage_ends_the_stream() {
        // A block of a kind that does not exist.
        let mut file = frame(&[b"a line\n", b"another"]);
        let second = file.len() - 10;
        file[second] |= 6;
        file.extend(vec![9; 100]);
        assert_eq!(unpacked(&file, 50), (b"a line\n".to_vec(), Some(Weird::DamagedZstd)));
    }

    #[test]
    fn frame_ends_where_it_says() {
        let empty = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0];
        for file in [frame(&[b"a"]), empty.to_vec()] {
            for cut in 0..file.len() {
                let mut unzstd = Unzstd::new();
                let (front, back) = file.split_at(cut);
                assert_eq!(unzstd.push(front, &mut |_| Ok(())).unwrap(), Progress::Open, "{cut}");
                let ended = unzstd.push(&[back, b"more"].concat(), &mut |_| Ok(())).unwrap();
                assert_eq!(ended, Progress::Ended { len: back.len(), damage: None });
            }
        }
    }
}
