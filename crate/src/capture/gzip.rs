//! Gzip (RFC 1952), decompressed as it arrives and handed on in pieces of about 32 KiB, whatever its ratio.

use std::io::{self, Write as _};

use flate2::write::MultiGzDecoder;

use crate::{Error, Weird};

const DAMAGED_GZIP: Weird = Weird("damaged_gzip");
const TRUNCATED_GZIP: Weird = Weird("truncated_gzip");

/// The members of a gzip file, one after another.
#[derive(Debug)]
pub(super) struct Gunzip {
    decoder: MultiGzDecoder<Vec<u8>>,
    /// Damage ends the stream: what follows is not read.
    ended: bool,
}

impl Gunzip {
    pub(super) fn new() -> Gunzip {
        Gunzip { decoder: MultiGzDecoder::new(Vec::new()), ended: false }
    }

    /// Takes compressed bytes and gives what they hold to `sink`; damage ends the stream and is returned.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        while !bytes.is_empty() && !self.ended {
            // One call gives at most one buffer of output, and says how much input went into it.
            let taken = self.decoder.write(bytes);
            self.hand_on(sink)?;
            match taken {
                Ok(taken) if taken > 0 => bytes = bytes.get(taken..).unwrap_or_default(),
                _ => return self.end(DAMAGED_GZIP, sink),
            }
        }
        Ok(None)
    }

    /// Ends the stream: gives the rest to `sink`; a missing or wrong end is returned.
    pub(super) fn finish(
        &mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        if self.ended {
            return Ok(None);
        }
        let ended = self.decoder.try_finish();
        self.hand_on(sink)?;
        match ended {
            Ok(()) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.end(TRUNCATED_GZIP, sink),
            Err(_) => self.end(DAMAGED_GZIP, sink),
        }
    }

    fn end(
        &mut self,
        weird: Weird,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        self.ended = true;
        // What was decompressed before the damage still stands in the decoder; an attempt to end it hands it over.
        let _ = self.decoder.try_finish();
        self.hand_on(sink)?;
        Ok(Some(weird))
    }

    fn hand_on(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let piece = self.decoder.get_mut();
        let result = if piece.is_empty() { Ok(()) } else { sink(piece) };
        piece.clear();
        result
    }
}
