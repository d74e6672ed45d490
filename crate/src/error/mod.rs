//! What stops a run, and how it is told: as a key with values, in whatever language the reader has.

mod message;
mod phrase;

pub use message::{Message, Part};
pub use phrase::Phrase;

/// Why an input could not be analysed. Its [`message`](Error::message) says what was found, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
#[non_exhaustive]
pub enum Error {
    /// The first bytes belong to no format that is read.
    UnknownFormat {
        /// The first bytes in hex and what they look like.
        found: Message,
    },
    /// The input holds no byte at all.
    Empty,
    /// The file header ends early or contradicts itself.
    DamagedHeader {
        /// Format whose header it is.
        format: &'static str,
        /// Offset from the start of the (decompressed) file.
        offset: u64,
        /// What the format asks for.
        expected: Phrase,
        /// What is there.
        found: Message,
    },
    /// A directory or a set of files holds no Zeek log that can be used.
    NoLogs {
        /// What was found instead, file by file.
        found: Vec<Part>,
    },
    /// A set of Zeek logs has no connections.
    NoConnLog {
        /// What was found, file by file.
        found: Vec<Part>,
    },
    /// A Report that was written before, in place of what it was made of.
    OwnReport {
        /// What was found, file by file.
        found: Vec<Part>,
    },
    /// A model that does not fit this program. The reason is for whoever makes models.
    Model(String),
    /// A profile of a network that cannot be made or used.
    Profile(Message),
    /// The operating system could not read or write.
    Io {
        /// Path as given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Returns what is told of it, apart from the language.
    pub fn message(&self) -> Message {
        match self {
            Error::UnknownFormat { found } => Phrase::UnknownFormat.with([("found", found.clone().into())]),
            Error::Empty => Phrase::Empty.into(),
            Error::DamagedHeader { format, offset, expected, found } => Phrase::DamagedHeader.with([
                ("format", (*format).into()),
                ("offset", (*offset).into()),
                ("expected", Message::from(*expected).into()),
                ("found", found.clone().into()),
            ]),
            Error::NoLogs { found } => Phrase::NoLogs.with([("found", found.clone().into())]),
            Error::NoConnLog { found } => Phrase::NoConnLog.with([("found", found.clone().into())]),
            Error::OwnReport { found } => Phrase::OwnReport.with([("found", found.clone().into())]),
            Error::Model(reason) => Phrase::Model.with([("reason", reason.as_str().into())]),
            Error::Profile(reason) => Phrase::Profile.with([("reason", reason.clone().into())]),
            Error::Io { path, source } => {
                Phrase::Io.with([("path", path.as_str().into()), ("cause", source.to_string().into())])
            }
        }
    }
}
