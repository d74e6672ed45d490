//! Bounds that cut an analysis short, a row each.

use super::Counter;
use super::bound::*;
use crate::text::Wording;

/// `VARIANT = "name in the Report" { bound, value, beyond, en, zh }`: what is bounded, by how much, what happens beyond it;
/// and what its count says, in both languages.
macro_rules! limits {
    ($($variant:ident = $kind:literal { bound: $bound:literal, value: $value:expr, beyond: $beyond:literal, en: $en:literal, zh: $zh:literal, })*) => {
        /// A bound that cut something short.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Limit {
            $(#[doc = $en] $variant,)*
        }

        impl Limit {
            /// All of them.
            pub const ALL: &[Limit] = &[$(Limit::$variant),*];

            /// Returns what is bounded.
            pub fn bound(self) -> &'static str {
                match self { $(Limit::$variant => $bound,)* }
            }

            /// By how much.
            pub fn value(self) -> String {
                match self { $(Limit::$variant => $value,)* }
            }

            /// Returns what happens beyond it.
            pub fn beyond(self) -> &'static str {
                match self { $(Limit::$variant => $beyond,)* }
            }

            /// Returns what its count says.
            pub fn meaning(self) -> Wording {
                match self { $(Limit::$variant => Wording { en: $en, zh: $zh },)* }
            }
        }

        impl Counter for Limit {
            fn kind(self) -> &'static str {
                match self { $(Limit::$variant => $kind,)* }
            }
        }
    };
}

limits! {
    FlowConnections = "flow_connections" {
        bound: "live connections",
        value: count(LIVE_CONNECTIONS),
        beyond: "the one that would time out first ends",
        en: "Live connections: the oldest were ended early",
        zh: "活动连接：最早的已提前结束",
    }
    FlowHeldBytes = "flow_held_bytes" {
        bound: "bytes behind holes, all connections",
        value: size(HELD_BEHIND_HOLES),
        beyond: "a hole is given up as a gap",
        en: "Bytes behind holes: some were given up",
        zh: "缺口之后的字节：部分已放弃",
    }
    FlowHistory = "flow_history" {
        bound: "letters of a connection's history",
        value: count(HISTORY_LETTERS),
        beyond: "further letters are not kept",
        en: "History letters of a connection",
        zh: "连接的 history 字母",
    }
    IpFragments = "ip_fragments" {
        bound: "packets in fragments",
        value: format!("{}, {}, 60 s of packet time", count(FRAGMENTED_PACKETS), size(FRAGMENT_BYTES)),
        beyond: "the oldest is given up",
        en: "Unfinished IP fragments: the oldest were given up",
        zh: "未完成的 IP 分片：最早的已放弃",
    }
    UnreadKinds = "unread_kinds" {
        bound: "link types, EtherTypes, protocols and the like that are not read, by number",
        value: count(UNREAD_KINDS),
        beyond: "counted here, without their numbers",
        en: "Kinds of packets that are not read: some were not named",
        zh: "未读取的数据包种类：部分未列出名称",
    }
    Certificates = "certificates" {
        bound: "distinct certificates",
        value: format!("{}, {}", count(CERTIFICATES), size(CERTIFICATE_BYTES)),
        beyond: "not kept",
        en: "Certificates: some were not kept",
        zh: "证书：部分未保留",
    }
    DnsAnswers = "dns_answers" {
        bound: "answers of a DNS message",
        value: count(DNS_ANSWERS),
        beyond: "the rest of the message is left out",
        en: "Answers of a DNS message: the rest was left out",
        zh: "单个 DNS 报文的应答数：其余未保留",
    }
    DnsExchanges = "dns_exchanges" {
        bound: "DNS exchanges, all connections",
        value: size(DNS_EXCHANGE_BYTES),
        beyond: "not kept",
        en: "DNS exchanges: some were not kept",
        zh: "DNS 查询记录：部分未保留",
    }
    DnsHeldBytes = "dns_held_bytes" {
        bound: "bytes of unfinished DNS messages and handshakes, all connections",
        value: size(HELD_BYTES),
        beyond: "the connection is not followed for DNS",
        en: "Bytes of unfinished DNS messages over TCP",
        zh: "TCP 上未完成的 DNS 报文字节数",
    }
    TlsMessageBytes = "tls_message_bytes" {
        bound: "a handshake message",
        value: size(TLS_MESSAGE),
        beyond: "the message is passed over",
        en: "TLS messages too long to hold",
        zh: "过长而未保存的 TLS 消息",
    }
    TlsChainLength = "tls_chain_length" {
        bound: "certificates of a chain",
        value: count(CHAIN_LENGTH),
        beyond: "further ones are not kept",
        en: "Certificates of a chain",
        zh: "证书链的长度",
    }
    TlsHeldBytes = "tls_held_bytes" {
        bound: "bytes of unfinished handshakes, all connections",
        value: size(HELD_BYTES),
        beyond: "the connection is not followed",
        en: "Bytes of unfinished handshakes",
        zh: "未完成握手的字节",
    }
    TlsDirectionBytes = "tls_direction_bytes" {
        bound: "bytes of a handshake, a direction",
        value: size(TLS_DIRECTION),
        beyond: "the connection is not followed",
        en: "Bytes of a handshake in one direction",
        zh: "单方向握手的字节",
    }
    PreambleBytes = "preamble_bytes" {
        bound: "talk before TLS, a direction; where it may hold tokens, as with a proxy",
        value: format!("{}; {}", size(PREAMBLE), size(PREAMBLE_WITH_TOKENS)),
        beyond: "the connection is not followed",
        en: "Bytes of a talk before TLS",
        zh: "TLS 之前明文协议的字节",
    }
    GssapiLineBytes = "gssapi_line_bytes" {
        bound: "a line of FTP that may hold a token of GSSAPI",
        value: size(GSSAPI_LINE),
        beyond: "the connection is not followed",
        en: "Lines of FTP with a GSSAPI token",
        zh: "带有 GSSAPI 令牌的 FTP 行",
    }
    QuicInitialPackets = "quic_initial_packets" {
        bound: "Initial packets tried, keys derived and packets that wait for keys, a QUIC flow",
        value: format!("{INITIAL_TRIED}, {INITIAL_KEYS}, {INITIAL_WAITING}"),
        beyond: "the flow is not followed, or the packet that would wait is left out",
        en: "Initial packets of a QUIC flow",
        zh: "单个 QUIC 流的 Initial 数据包",
    }
    DtlsFragments = "dtls_fragments" {
        bound: "DTLS messages that wait, a direction",
        value: format!("{DTLS_MESSAGES} in {DTLS_PIECES} pieces each, {}", size(DTLS_BYTES)),
        beyond: "the fragment is left out",
        en: "Fragments of DTLS messages out of order",
        zh: "乱序的 DTLS 消息片段",
    }
    QuicCryptoBytes = "quic_crypto_bytes" {
        bound: "CRYPTO bytes that wait, a direction",
        value: format!("{} in {CRYPTO_PIECES} pieces", size(CRYPTO_BYTES)),
        beyond: "the frame is left out",
        en: "Handshake bytes of QUIC out of order",
        zh: "乱序的 QUIC 握手字节",
    }
    TlsHelloCodes = "tls_hello_codes" {
        bound: "codes of a list of a hello",
        value: count(HELLO_CODES),
        beyond: "not kept in the record; fingerprints are of all",
        en: "Codes of a list in a hello",
        zh: "ClientHello 或 ServerHello 中单个列表的代码数",
    }
}

/// `300 000`.
fn count(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{} {:03}", count(number / 1_000), number % 1_000),
    }
}

/// `64 MiB`.
fn size(bytes: usize) -> String {
    match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        _ => format!("{} KiB", bytes >> 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_in_groups_and_units() {
        assert_eq!([count(100), count(1_024), count(300_000)], ["100", "1 024", "300 000"]);
        assert_eq!([size(128 << 10), size(64 << 20)], ["128 KiB", "64 MiB"]);
    }
}
