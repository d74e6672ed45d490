//! Oddities inside a readable input, a row each: counted and shown, never a reason to stop.

use super::Counter;
use crate::text::Wording;

/// What becomes of what an oddity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nothing is lost: it is used all the same.
    Nothing,
    /// What is counted is left out of the analysis.
    Counted,
    /// A part of the file could not be used, of unknown size.
    File,
}

const COPY_AGAIN: Wording = Wording {
    en: "Copy the file again from where it was written, once that has ended.",
    zh: "请在写入结束后，从原处重新复制该文件。",
};
const WHOLE_PACKETS: Wording = Wording {
    en: "Capture whole packets (snap length 0).",
    zh: "请抓取完整的数据包（抓包长度 snaplen 设为 0）。",
};
const IP_INTERFACE: Wording =
    Wording { en: "Capture on an interface that carries IP.", zh: "请在承载 IP 的接口上抓包。" };
const BEHIND: Wording = Wording {
    en: "Capture where the traffic is no longer encrypted, such as behind the access point or the gateway.",
    zh: "请在流量已解密的位置抓包，例如接入点或网关之后。",
};
const ADD_CONN_LOG: Wording =
    Wording { en: "Add the conn.log of the same time.", zh: "请加入同一时段的 conn.log。" };
const ADD_SSL_LOG: Wording =
    Wording { en: "Add the ssl.log of the same time.", zh: "请加入同一时段的 ssl.log。" };
const ADD_X509_LOG: Wording =
    Wording { en: "Add the x509.log of the same time.", zh: "请加入同一时段的 x509.log。" };
const UNPACK: Wording =
    Wording { en: "Decompress them, or use gzip.", zh: "请先解压，或改用 gzip。" };

/// `VARIANT = "name in the Report" { lost, en, zh, advice }`: what it counts, in both languages, and what the reader can
/// do about it.
macro_rules! weirds {
    ($($variant:ident = $kind:literal { lost: $lost:ident, en: $en:literal, zh: $zh:literal, $(advice: $advice:ident,)? })*) => {
        /// An oddity inside a readable input.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Weird {
            $(#[doc = $en] $variant,)*
        }

        impl Weird {
            /// All of them.
            pub const ALL: &[Weird] = &[$(Weird::$variant),*];

            /// Returns what becomes of what it counts.
            pub fn lost(self) -> Lost {
                match self { $(Weird::$variant => Lost::$lost,)* }
            }

            /// Returns what it counts.
            pub fn meaning(self) -> Wording {
                match self { $(Weird::$variant => Wording { en: $en, zh: $zh },)* }
            }

            /// Returns what the reader can do about it.
            pub fn advice(self) -> Option<Wording> {
                match self {
                    $($(Weird::$variant => Some($advice),)?)*
                    _ => None,
                }
            }
        }

        impl Counter for Weird {
            fn kind(self) -> &'static str {
                match self { $(Weird::$variant => $kind,)* }
            }
        }
    };
}

weirds! {
    TruncatedFile = "truncated_file" {
        lost: File,
        en: "The file ends in the middle of a packet",
        zh: "在数据包中间结束的文件",
        advice: COPY_AGAIN,
    }
    TruncatedGzip = "truncated_gzip" {
        lost: File,
        en: "The compressed stream ends early",
        zh: "提前结束的压缩流",
        advice: COPY_AGAIN,
    }
    DamagedGzip = "damaged_gzip" {
        lost: File,
        en: "The compressed stream is damaged",
        zh: "已损坏的压缩流",
        advice: COPY_AGAIN,
    }
    TruncatedZstd = "truncated_zstd" {
        lost: File,
        en: "The Zstandard stream ends early",
        zh: "提前结束的 Zstandard 压缩流",
        advice: COPY_AGAIN,
    }
    DamagedZstd = "damaged_zstd" {
        lost: File,
        en: "The Zstandard stream is damaged",
        zh: "已损坏的 Zstandard 压缩流",
        advice: COPY_AGAIN,
    }
    DamagedRecord = "damaged_record" {
        lost: File,
        en: "A packet record contradicts itself",
        zh: "自相矛盾的数据包记录",
        advice: COPY_AGAIN,
    }
    DamagedBlock = "damaged_block" {
        lost: File,
        en: "A pcapng block contradicts itself",
        zh: "自相矛盾的 pcapng 块",
        advice: COPY_AGAIN,
    }
    JoinedCapture = "joined_capture" {
        lost: Nothing,
        en: "Captures that follow the first one in the same file, all of them read",
        zh: "同一文件中后续拼接的抓包（均已读取）",
    }
    OversizedPacket = "oversized_packet" {
        lost: Counted,
        en: "Packets longer than a link can carry",
        zh: "超过链路可承载长度的数据包",
    }
    PacketWithoutTime = "packet_without_time" {
        lost: Nothing,
        en: "Packets without a time",
        zh: "没有时间的数据包",
    }
    UnknownInterface = "unknown_interface" {
        lost: Counted,
        en: "Packets of an interface that was not declared",
        zh: "来自未声明接口的数据包",
    }
    TooManyInterfaces = "too_many_interfaces" {
        lost: Counted,
        en: "More interfaces than are followed",
        zh: "超出跟踪上限的接口",
    }
    UnknownLinkType = "unknown_link_type" {
        lost: Counted,
        en: "Packets of a link type that is not read",
        zh: "链路类型不受支持的数据包",
        advice: IP_INTERFACE,
    }
    EncryptedWirelessFrame = "encrypted_wireless_frame" {
        lost: Counted,
        en: "Frames of Wi-Fi that are encrypted (802.11 protected)",
        zh: "已加密的 Wi-Fi 帧（802.11 protected）",
        advice: BEHIND,
    }
    EncryptedEsp = "encrypted_ESP" {
        lost: Counted,
        en: "Packets that IPsec has encrypted (ESP)",
        zh: "由 IPsec 加密的数据包（ESP）",
        advice: BEHIND,
    }
    EncryptedMacsec = "encrypted_MACsec" {
        lost: Counted,
        en: "Frames that MACsec has encrypted (802.1AE)",
        zh: "由 MACsec 加密的帧（802.1AE）",
        advice: BEHIND,
    }
    EncryptedCapwap = "encrypted_CAPWAP" {
        lost: Counted,
        en: "Packets that CAPWAP has encrypted (DTLS)",
        zh: "由 CAPWAP 加密的数据包（DTLS）",
        advice: BEHIND,
    }
    UnknownIpVersion = "unknown_ip_version" {
        lost: Counted,
        en: "IP packets of an unknown version",
        zh: "版本未知的 IP 数据包",
    }
    TruncatedLinkHeader = "truncated_link_header" {
        lost: Counted,
        en: "Packets that end inside the link header",
        zh: "在链路头部内结束的数据包",
        advice: WHOLE_PACKETS,
    }
    TruncatedTransportHeader = "truncated_transport_header" {
        lost: Counted,
        en: "Packets that end inside the transport header",
        zh: "在传输层头部内结束的数据包",
        advice: WHOLE_PACKETS,
    }
    BadTcpHeaderLen = "bad_TCP_header_len" {
        lost: Counted,
        en: "TCP headers of an impossible length",
        zh: "长度无效的 TCP 头部",
    }
    IpHdrLenZero = "ip_hdr_len_zero" {
        lost: Nothing,
        en: "IP packets with an impossible header length",
        zh: "头部长度无效的 IP 数据包",
    }
    TooManyLayers = "too_many_layers" {
        lost: Counted,
        en: "Packets with more layers than are followed",
        zh: "封装层数超过上限的数据包",
    }
    ExceededTunnelMaxDepth = "exceeded_tunnel_max_depth" {
        lost: Counted,
        en: "Tunnels inside tunnels, not followed",
        zh: "嵌套过深的隧道（未解析）",
    }
    UnknownGreVersion = "unknown_gre_version" {
        lost: Counted,
        en: "GRE of an unknown version",
        zh: "版本未知的 GRE",
    }
    UnknownGreFlags = "unknown_gre_flags" {
        lost: Counted,
        en: "GRE with unknown flags",
        zh: "带有未知标志的 GRE",
    }
    GreRouting = "gre_routing" {
        lost: Counted,
        en: "GRE with routing, not followed",
        zh: "带路由字段的 GRE（未解析）",
    }
    EgreProtocolType = "egre_protocol_type" {
        lost: Counted,
        en: "Enhanced GRE with an unexpected protocol",
        zh: "协议不符的增强型 GRE",
    }
    IncompletelyCapturedFragment = "incompletely_captured_fragment" {
        lost: Counted,
        en: "IP fragments that were not captured whole",
        zh: "未完整抓取的 IP 分片",
        advice: WHOLE_PACKETS,
    }
    ExcessivelyLargeFragment = "excessively_large_fragment" {
        lost: Counted,
        en: "IP fragments beyond the largest packet",
        zh: "超出最大长度的 IP 分片",
    }
    FragmentSizeInconsistency = "fragment_size_inconsistency" {
        lost: Nothing,
        en: "IP fragments that disagree about the size",
        zh: "声明的总长度不一致的 IP 分片",
    }
    FragmentProtocolInconsistency = "fragment_protocol_inconsistency" {
        lost: Counted,
        en: "IP fragments that disagree about the protocol",
        zh: "协议不一致的 IP 分片",
    }
    TlsViolation = "tls_violation" {
        lost: Counted,
        en: "TLS connections that break the protocol",
        zh: "违反协议的 TLS 连接",
    }
    RawPublicKey = "raw_public_key" {
        lost: Nothing,
        en: "Handshakes with a raw public key in place of certificates (raw_public_key)",
        zh: "以裸公钥代替证书的握手（raw_public_key）",
    }
    Gquic = "gquic" {
        lost: Nothing,
        en: "Connections of Google's own QUIC (gquic), of which only the client's hello is read",
        zh: "Google QUIC（gQUIC）连接（只读取 ClientHello）",
    }
    TlsExtensionDamaged = "tls_extension_damaged" {
        lost: Counted,
        en: "TLS hellos with a damaged extension",
        zh: "扩展已损坏的 ClientHello 或 ServerHello",
    }
    TlsCertificateListDamaged = "tls_certificate_list_damaged" {
        lost: Counted,
        en: "Certificate lists that are damaged",
        zh: "已损坏的证书列表",
    }
    DnsMessageShorterThanHeader = "dns_message_shorter_than_header" {
        lost: Counted,
        en: "DNS messages shorter than a header",
        zh: "短于报头的 DNS 报文",
    }
    DnsMessageDamaged = "dns_message_damaged" {
        lost: Counted,
        en: "DNS messages that end early or contradict themselves",
        zh: "不完整或自相矛盾的 DNS 报文",
    }
    DnsTooManyQuestions = "dns_too_many_questions" {
        lost: Nothing,
        en: "Flows at a port of DNS that hold something else",
        zh: "DNS 端口上并非 DNS 的流",
    }
    ZeroLengthCertificate = "zero_length_certificate" {
        lost: Counted,
        en: "Certificates of no length",
        zh: "长度为零的证书",
    }
    GssapiTokenDamaged = "gssapi_token_damaged" {
        lost: Counted,
        en: "GSSAPI tokens that cannot be decoded",
        zh: "无法解码的 GSSAPI 令牌",
    }
    RdpCertificatesDamaged = "rdp_certificates_damaged" {
        lost: Counted,
        en: "RDP settings whose certificates cannot be read",
        zh: "证书无法读取的 RDP 设置",
    }
    X509CertParseError = "x509_cert_parse_error" {
        lost: Counted,
        en: "Certificates that cannot be read",
        zh: "无法解析的证书",
    }
    LogLineTooLong = "log_line_too_long" {
        lost: File,
        en: "Log lines that are too long",
        zh: "过长的日志行",
    }
    LogRowWrongLength = "log_row_wrong_length" {
        lost: File,
        en: "Log rows with too few or too many cells, left out",
        zh: "单元格过少或过多的日志行（未采用）",
    }
    LogCellUnreadable = "log_cell_unreadable" {
        lost: File,
        en: "Log cells whose value cannot be read, taken as absent",
        zh: "值无法读取的日志单元格（按缺失处理）",
    }
    JsonRowUnreadable = "json_row_unreadable" {
        lost: File,
        en: "JSON rows that cannot be read",
        zh: "无法读取的 JSON 行",
    }
    LogIsJsonArray = "log_is_json_array" {
        lost: Nothing,
        en: "Logs that are a JSON array instead of a row a line, read all the same",
        zh: "以 JSON 数组而非逐行形式保存的日志（已照常读取）",
    }
    LogRowWithoutHeader = "log_row_without_header" {
        lost: Counted,
        en: "Log rows whose header is missing, left out",
        zh: "缺少表头的日志行（未采用）",
    }
    X509RowWithoutCertificate = "x509_row_without_certificate" {
        lost: Counted,
        en: "Rows of x509.log without any field of a certificate, left out",
        zh: "不含任何证书字段的 x509.log 行（未采用）",
    }
    ConnUidDuplicate = "conn_uid_duplicate" {
        lost: Nothing,
        en: "Connections whose uid occurred before",
        zh: "uid 重复出现的连接",
    }
    SslRowWithoutConn = "ssl_row_without_conn" {
        lost: Counted,
        en: "TLS rows whose connection is not in conn.log",
        zh: "在 conn.log 中找不到连接的 TLS 行",
        advice: ADD_CONN_LOG,
    }
    TruncatedLog = "truncated_log" {
        lost: File,
        en: "Logs that end in the middle of a row",
        zh: "在一行中间结束的日志",
        advice: COPY_AGAIN,
    }
    LogInUnreadForm = "log_in_unread_form" {
        lost: Counted,
        en: "Logs packed in a form that is not read",
        zh: "压缩格式无法读取的日志",
        advice: UNPACK,
    }
    SslLogMissing = "ssl_log_missing" {
        lost: Counted,
        en: "Connections with TLS, without an ssl.log",
        zh: "有 TLS 但缺少 ssl.log 的连接",
        advice: ADD_SSL_LOG,
    }
    X509LogMissing = "x509_log_missing" {
        lost: Counted,
        en: "TLS connections that name certificates, none of which an x509.log holds",
        zh: "所引用证书在 x509.log 中均不存在的 TLS 连接",
        advice: ADD_X509_LOG,
    }
    TruncatedIpv6Extension = "truncated_IPv6_extension" {
        lost: Counted,
        en: "IPv6 packets that end inside an extension",
        zh: "在扩展头内结束的 IPv6 数据包",
        advice: WHOLE_PACKETS,
    }
    TruncatedIpLen = "truncated_IP_len" {
        lost: Nothing,
        en: "IP packets longer than what was captured",
        zh: "长度超过已抓取内容的 IP 数据包",
        advice: WHOLE_PACKETS,
    }
    InvalidIpHeaderSize = "invalid_IP_header_size" {
        lost: Counted,
        en: "IP packets whose header does not fit",
        zh: "头部大小无效的 IP 数据包",
    }
    TruncatedIp = "truncated_IP" {
        lost: Counted,
        en: "Packets that end inside the IP header",
        zh: "在 IP 头部内结束的数据包",
        advice: WHOLE_PACKETS,
    }
    BadIpChecksum = "bad_IP_checksum" {
        lost: Nothing,
        en: "Wrong IP checksums",
        zh: "错误的 IP 校验和",
    }
    UdpDatagramLengthMismatch = "UDP_datagram_length_mismatch" {
        lost: Nothing,
        en: "UDP lengths that do not fit the packet",
        zh: "与数据包不符的 UDP 长度",
    }
    BadTcpChecksum = "bad_TCP_checksum" {
        lost: Nothing,
        en: "Wrong TCP checksums",
        zh: "错误的 TCP 校验和",
    }
    BadUdpChecksum = "bad_UDP_checksum" {
        lost: Nothing,
        en: "Wrong UDP checksums",
        zh: "错误的 UDP 校验和",
    }
    BadIcmpChecksum = "bad_ICMP_checksum" {
        lost: Nothing,
        en: "Wrong ICMP checksums",
        zh: "错误的 ICMP 校验和",
    }
    TruncatedInnerIp = "truncated_inner_IP" {
        lost: Counted,
        en: "Tunnelled IP packets that are cut short",
        zh: "被截断的隧道内 IP 数据包",
        advice: WHOLE_PACKETS,
    }
    InvalidInnerIpVersion = "invalid_inner_IP_version" {
        lost: Counted,
        en: "Tunnelled IP packets of an unknown version",
        zh: "版本未知的隧道内 IP 数据包",
    }
    InnerIpPayloadLengthMismatch = "inner_IP_payload_length_mismatch" {
        lost: Counted,
        en: "Tunnelled IP packets whose length is not that of their tunnel",
        zh: "长度与隧道不符的隧道内 IP 数据包",
    }
    TruncatedGre = "truncated_GRE" {
        lost: Counted,
        en: "Packets that end inside the GRE header",
        zh: "在 GRE 头部内结束的数据包",
        advice: WHOLE_PACKETS,
    }
    DtlsRecordCut = "dtls_record_cut" {
        lost: Counted,
        en: "DTLS records cut off by the snap length",
        zh: "被抓包长度（snaplen）截断的 DTLS 记录",
        advice: WHOLE_PACKETS,
    }
    QuicFrameDamaged = "quic_frame_damaged" {
        lost: Counted,
        en: "QUIC frames that could not be read",
        zh: "无法读取的 QUIC 帧",
    }
    FragmentInconsistency = "fragment_inconsistency" {
        lost: Nothing,
        en: "IP fragments that overlap and differ",
        zh: "重叠且内容不同的 IP 分片",
    }
    FragmentOverlap = "fragment_overlap" {
        lost: Nothing,
        en: "IP fragments that overlap",
        zh: "重叠的 IP 分片",
    }
    RowWithoutUsable = "row_without_usable" {
        lost: File,
        en: "Log rows without a usable value in a column that every row needs, left out",
        zh: "必要列中没有可用值的日志行（未采用）",
    }
}

impl Weird {
    /// Returns the oddity that a name in the Report is of; `None` for a name of no oddity.
    pub fn of(name: &str) -> Option<Weird> {
        let exact = Self::ALL.iter().find(|weird| weird.kind() == name);
        exact.or_else(|| Self::ALL.iter().find(|weird| name.contains(weird.kind()))).copied()
    }
}
