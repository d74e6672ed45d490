//! What stops a run.

/// Why an input could not be analysed. Each message says what was found, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes belong to no format that is read.
    #[error(
        "not a capture: the first bytes are {found}, which is neither pcap, pcapng nor gzip; \
         save the traffic as pcap or pcapng (in Wireshark: File, Save As)"
    )]
    UnknownFormat {
        /// The first bytes in hex and what they look like.
        found: String,
    },
    /// The input holds no byte at all.
    #[error("the file is empty: nothing to analyse")]
    Empty,
    /// The file header ends early or contradicts itself.
    #[error("damaged {format} header at byte {offset}: expected {expected}, found {found}")]
    DamagedHeader {
        /// Format whose header it is.
        format: &'static str,
        /// Offset from the start of the (decompressed) file.
        offset: u64,
        /// What the format asks for.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A directory or a set of files holds no Zeek log that can be used.
    #[error(
        "no usable Zeek logs: {found}; expected conn.log and ssl.log (x509.log if there is one), as TSV or JSON lines"
    )]
    NoLogs {
        /// What was found instead.
        found: String,
    },
    /// A set of Zeek logs has no connections.
    #[error(
        "conn.log is missing: found {found}; every verdict begins with a connection, so add the conn.log of the same time"
    )]
    NoConnLog {
        /// What was found.
        found: String,
    },
    /// A Report that was written before, in place of what it was made of.
    #[error(
        "a Report of Hushcap, which cannot be read back: {found}; open the capture or the logs that it was made of"
    )]
    OwnReport {
        /// The files.
        found: String,
    },
    /// A model that does not fit this program.
    #[error("model refused: {0}")]
    Model(String),
    /// A profile of a network that cannot be made or used.
    #[error("profile refused: {0}")]
    Profile(String),
    /// The operating system could not read or write.
    #[error("{path}: {source}")]
    Io {
        /// Path as given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// The kind's name, and what fills the places of its message: for a caller that words it in another language.
    pub fn parts(&self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Error::UnknownFormat { found } => ("unknown-format", vec![("found", found.clone())]),
            Error::Empty => ("empty", vec![]),
            Error::DamagedHeader { format, offset, expected, found } => (
                "damaged-header",
                vec![
                    ("format", (*format).to_owned()),
                    ("offset", offset.to_string()),
                    ("expected", (*expected).to_owned()),
                    ("found", found.clone()),
                ],
            ),
            Error::NoLogs { found } => ("no-logs", vec![("found", found.clone())]),
            Error::NoConnLog { found } => ("no-conn-log", vec![("found", found.clone())]),
            Error::OwnReport { found } => ("own-report", vec![("found", found.clone())]),
            Error::Model(reason) => ("model", vec![("reason", reason.clone())]),
            Error::Profile(reason) => ("profile", vec![("reason", reason.clone())]),
            Error::Io { path, source } => {
                ("io", vec![("path", path.clone()), ("source", source.to_string())])
            }
        }
    }
}
