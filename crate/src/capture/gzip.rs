//! A member of gzip (RFC 1952), decompressed as it arrives and handed on in pieces of about 32 KiB, whatever its ratio.

use std::io::{self, Write as _};

use flate2::write::GzDecoder;

use super::unpack::Progress;
use crate::{Error, Weird};

const DAMAGED_GZIP: Weird = Weird::DamagedGzip;

/// One member.
#[derive(Debug)]
pub(super) struct Gunzip {
    decoder: GzDecoder<Vec<u8>>,
}

impl Gunzip {
    pub(super) fn new() -> Gunzip {
        Gunzip { decoder: GzDecoder::new(Vec::new()) }
    }

    /// Takes compressed bytes and gives what they hold to `sink`.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Progress, Error> {
        let mut len = 0;
        while let Some(rest) = bytes.get(len..)
            && !rest.is_empty()
        {
            // One call gives at most one buffer of output, and says how much input went into it.
            let taken = self.decoder.write(rest);
            self.hand_on(sink)?;
            match taken {
                Ok(0) => {
                    let damage = self.finish(sink)?;
                    return Ok(Progress::Ended { len, damage });
                }
                Ok(taken) => len += taken,
                Err(_) => {
                    self.finish(sink)?;
                    return Ok(Progress::Damaged(DAMAGED_GZIP));
                }
            }
        }
        Ok(Progress::Open)
    }

    /// Ends the member: gives the rest to `sink`; a missing or wrong end is returned.
    pub(super) fn finish(
        &mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        let ended = self.decoder.try_finish();
        self.hand_on(sink)?;
        Ok(match ended {
            Ok(()) => None,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Some(Weird::TruncatedGzip),
            Err(_) => Some(DAMAGED_GZIP),
        })
    }

    fn hand_on(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let piece = self.decoder.get_mut();
        let result = if piece.is_empty() { Ok(()) } else { sink(piece) };
        piece.clear();
        result
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::super::testing::{every_chunking, read};
    use super::super::unpack::Unpack;
    use super::*;

    /// Returns a capture of `count` packets of 100 bytes each.
    fn capture(count: usize) -> Vec<u8> {
        let mut file =
            vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
        for n in 0..count {
            file.extend([1, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 100, 0, 0, 0]);
            file.extend((0..100).map(|at| (n * 31 + at * 7 + n * at) as u8));
        }
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_compressed_capture_gives_the_packets_of_the_plain_one() {
        let plain = capture(50);
        let (packets, summary) = every_chunking(&gzip(&plain));
        assert_eq!(packets.unwrap(), every_chunking(&plain).0.unwrap());
        assert_eq!(summary.compression, Some("gzip"));
        assert_eq!(summary.format, Some("pcap"));
        assert_eq!(summary.bytes, gzip(&plain).len() as u64);
    }

    #[test]
    fn members_that_follow_one_another_are_one_file() {
        let plain = capture(50);
        let (front, back) = plain.split_at(777);
        let file = [gzip(front), gzip(b""), gzip(back)].concat();
        let (packets, summary) = every_chunking(&file);
        assert_eq!(packets.unwrap().len(), 50);
        assert_eq!(summary.weirds.iter().count(), 0);
    }

    #[test]
    fn a_capture_of_each_member_is_read() {
        let (packets, summary) = every_chunking(&[gzip(&capture(5)), gzip(&capture(7))].concat());
        assert_eq!(packets.unwrap().len(), 12);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("joined_capture", 1)]);
    }

    #[test]
    fn a_cut_file_keeps_what_was_decompressed() {
        let file = gzip(&capture(2_000));
        let (packets, summary) = read(&file[..file.len() / 2], 4_096);
        let packets = packets.unwrap();
        assert!(packets.len() > 500, "{}", packets.len());
        assert!(summary.weirds.iter().any(|(kind, _)| kind == "truncated_gzip"));
    }

    #[test]
    fn a_file_that_is_cut_before_its_first_byte_says_so() {
        for cut in [5, 12, 30] {
            let message = every_chunking(&gzip(&capture(3))[..cut]).0.unwrap_err().to_string();
            assert!(message.contains("damaged gzip header"), "{message}");
            assert!(message.contains(&format!("{cut} bytes")), "{message}");
        }
    }

    #[test]
    fn a_changed_byte_in_the_middle_keeps_what_stands_before() {
        let mut file = gzip(&capture(5_000));
        let middle = file.len() / 2;
        file[middle..middle + 64].fill(0xff);
        let (packets, summary) = read(&file, 4_096);
        assert!(packets.unwrap().len() > 500);
        assert!(summary.weirds.iter().any(|(kind, _)| kind == "damaged_gzip"), "{:?}", summary.weirds);
    }

    #[test]
    fn a_wrong_checksum_is_counted_and_every_packet_kept() {
        let mut file = gzip(&capture(50));
        let at = file.len() - 6;
        file[at] ^= 1;
        let (packets, summary) = every_chunking(&file);
        assert_eq!(packets.unwrap().len(), 50);
        assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("damaged_gzip", 1)]);
    }

    #[test]
    fn bytes_behind_the_last_member_are_counted_and_harm_nothing() {
        for behind in [&b"garbage behind the last member"[..], &[0; 512]] {
            let (packets, summary) = every_chunking(&[&gzip(&capture(50)), behind].concat());
            assert_eq!(packets.unwrap().len(), 50);
            assert_eq!(summary.weirds.iter().collect::<Vec<_>>(), [("damaged_gzip", 1)]);
        }
    }

    #[test]
    fn gzip_inside_gzip_is_refused_by_name() {
        let message = every_chunking(&gzip(&gzip(&capture(3)))).0.unwrap_err().to_string();
        assert!(message.contains("gzip inside gzip"), "{message}");
    }

    #[test]
    fn nothing_inside_gzip_is_an_empty_file() {
        assert!(matches!(every_chunking(&gzip(b"")).0, Err(Error::Empty)));
    }

    #[test]
    fn a_bomb_is_handed_on_in_small_pieces() {
        let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
        let mut unpack = Unpack::default();
        let (mut longest, mut total) = (0, 0);
        let mut sink = |piece: &[u8]| {
            longest = longest.max(piece.len());
            total += piece.len();
            Ok(())
        };
        assert_eq!(unpack.push(&bomb, &mut sink).unwrap().len, bomb.len());
        assert_eq!(unpack.finish(&mut sink).unwrap(), None);
        assert_eq!(total, 64 * 1024 * 1024);
        assert!(longest <= 128 * 1024, "{longest}");
    }
}
