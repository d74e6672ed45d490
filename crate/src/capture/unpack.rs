//! [`Unpack`]: compressed members that follow one another → the bytes that they hold.

use super::gzip::Gunzip;
use super::zstd::Unzstd;
use crate::{Error, Weird};

/// Members of gzip and frames of Zstandard, one after another.
#[derive(Debug, Default)]
pub(crate) struct Unpack {
    member: Option<Member>,
    /// Damage inside a member: where the next one begins is not known, and nothing more is read.
    ended: bool,
}

#[derive(Debug)]
enum Member {
    Gzip(Box<Gunzip>),
    Zstd(Box<Unzstd>),
}

/// How a compression is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// How far a member has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Open,
    /// So many bytes of the input were its last ones.
    Ended {
        len: usize,
        damage: Option<Weird>,
    },
    /// The rest of it cannot be read.
    Damaged(Weird),
}

/// What was taken of an input.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many bytes: what stands behind them, if anything does, begins no member, or is too short to tell.
    pub(crate) len: usize,
    /// Damage that was met.
    pub(crate) damage: Option<Weird>,
}

impl Compression {
    /// Returns the compression of what begins with `head`.
    pub(crate) fn of(head: &[u8]) -> Option<Compression> {
        match head {
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            // A frame of other data may stand in front.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            _ => None,
        }
    }

    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }

    /// Returns the damage that is counted where it is no more specific.
    pub(crate) fn damage(self) -> Weird {
        match self {
            Compression::Gzip => Weird::DamagedGzip,
            Compression::Zstd => Weird::DamagedZstd,
        }
    }

    fn member(self) -> Member {
        match self {
            Compression::Gzip => Member::Gzip(Box::new(Gunzip::new())),
            Compression::Zstd => Member::Zstd(Box::new(Unzstd::new())),
        }
    }
}

impl Unpack {
    /// Takes compressed bytes and gives what they hold to `sink`.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Taken, Error> {
        let mut taken = Taken::default();
        while let Some(rest) = bytes.get(taken.len..)
            && !rest.is_empty()
            && !self.ended
        {
            if self.member.is_none() {
                self.member = Compression::of(rest).map(Compression::member);
            }
            let progress = match &mut self.member {
                None => return Ok(taken),
                Some(Member::Gzip(member)) => member.push(rest, sink)?,
                Some(Member::Zstd(member)) => member.push(rest, sink)?,
            };
            match progress {
                Progress::Open => taken.len = bytes.len(),
                Progress::Ended { len, damage } => {
                    taken.len += len;
                    taken.damage = taken.damage.or(damage);
                    self.member = None;
                }
                Progress::Damaged(damage) => {
                    taken.damage = taken.damage.or(Some(damage));
                    self.stop();
                }
            }
        }
        if self.ended {
            taken.len = bytes.len();
        }
        Ok(taken)
    }

    /// Ends the last member: gives the rest to `sink`; a missing or wrong end is returned.
    pub(crate) fn finish(
        &mut self,
        sink: &mut impl FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<Option<Weird>, Error> {
        match self.member.take() {
            None => Ok(None),
            Some(Member::Gzip(mut member)) => member.finish(sink),
            Some(Member::Zstd(mut member)) => member.finish(sink),
        }
    }

    /// Reads no more.
    pub(crate) fn stop(&mut self) {
        self.ended = true;
        self.member = None;
    }
}
