//! The bounds that are counted when they cut something short, in one place for the stages and for their table.

/// Live connections, of some 800 bytes each.
pub const LIVE_CONNECTIONS: usize = 300_000;
/// Bytes that all connections together hold behind holes.
pub const HELD_BEHIND_HOLES: usize = 64 << 20;
/// Letters of a connection's history.
pub const HISTORY_LETTERS: usize = 200;
/// Fragmented packets that wait for their rest.
pub const FRAGMENTED_PACKETS: usize = 1024;
/// Bytes of fragments that wait.
pub const FRAGMENT_BYTES: usize = 16 << 20;
/// Kinds of what is not read, by number.
pub const UNREAD_KINDS: usize = 1_024;
/// Distinct certificates.
pub const CERTIFICATES: usize = 50_000;
/// Bytes of distinct certificates.
pub const CERTIFICATE_BYTES: usize = 64 << 20;
/// Certificates of a chain.
pub const CHAIN_LENGTH: usize = 100;
/// A handshake message.
pub const TLS_MESSAGE: usize = 1 << 20;
/// Bytes of a handshake, a direction.
pub const TLS_DIRECTION: usize = 5 << 18;
/// Bytes of unfinished handshakes and DNS messages, all connections.
pub const HELD_BYTES: usize = 64 << 20;
/// Codes of a list of a hello.
pub const HELLO_CODES: usize = 1024;
/// A line of FTP that may hold a token of GSSAPI.
pub const GSSAPI_LINE: usize = 128 << 10;
/// Initial packets of a QUIC flow that are tried.
pub const INITIAL_TRIED: u32 = 64;
/// Keys that are derived for a QUIC flow.
pub const INITIAL_KEYS: u32 = 8;
/// Initial packets of a QUIC flow that wait for keys.
pub const INITIAL_WAITING: usize = 4;
/// CRYPTO bytes that wait, a direction.
pub const CRYPTO_BYTES: usize = 64 << 10;
/// Pieces that these are in.
pub const CRYPTO_PIECES: usize = 128;
/// Bytes of plain talk before TLS, a direction.
pub const PREAMBLE: usize = 8 << 10;
/// The same where the dialogue may hold tokens, as a proxy's may.
pub const PREAMBLE_WITH_TOKENS: usize = 64 << 10;
/// DTLS messages that wait, a direction.
pub const DTLS_MESSAGES: u32 = 32;
/// Pieces of each.
pub const DTLS_PIECES: usize = 2_048;
/// Bytes of DTLS messages that wait, a direction.
pub const DTLS_BYTES: usize = 256 << 10;
/// Answers of a DNS message.
pub const DNS_ANSWERS: usize = 512;
/// Memory of the DNS exchanges of a run, about.
pub const DNS_EXCHANGE_BYTES: usize = 128 << 20;
