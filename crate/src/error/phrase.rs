//! What is said of an input that cannot be analysed, a row a phrase, in both languages.
//!
//! The command line prints the English; `cargo xtask gen` writes the page's catalogue from the same rows.

use crate::text::Wording;

/// `VARIANT = "key in the page's catalogue" { en, zh }`, with `{places}` that a [`Message`](super::Message) fills.
macro_rules! phrases {
    ($($variant:ident = $key:literal { en: $en:literal, zh: $zh:literal })*) => {
        /// A sentence about an input that cannot be analysed, or a part of one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Phrase {
            $(#[doc = $en] $variant,)*
        }

        impl Phrase {
            /// All of them.
            pub const ALL: &[Phrase] = &[$(Phrase::$variant),*];

            /// Its key in the page's catalogue, stable.
            pub fn key(self) -> &'static str {
                match self { $(Phrase::$variant => $key,)* }
            }

            /// Its text, with the places in braces.
            pub fn wording(self) -> Wording {
                match self { $(Phrase::$variant => Wording { en: $en, zh: $zh },)* }
            }
        }
    };
}

phrases! {
    UnknownFormat = "error.unknown-format" {
        en: "not a capture: the first bytes are {found}, which is neither pcap, pcapng nor gzip; save the traffic as pcap or pcapng (in Wireshark: File, Save As)",
        zh: "不是抓包文件：开头的字节是 {found}，既不是 pcap、pcapng，也不是 gzip；请将流量保存为 pcap 或 pcapng（Wireshark：文件，另存为）"
    }
    Empty = "error.empty" {
        en: "the file is empty: nothing to analyse",
        zh: "文件是空的：没有可分析的内容"
    }
    DamagedHeader = "error.damaged-header" {
        en: "damaged {format} header at byte {offset}: expected {expected}, found {found}",
        zh: "{format} 文件头在第 {offset} 字节处损坏：应为 {expected}，实为 {found}"
    }
    NoLogs = "error.no-logs" {
        en: "no usable Zeek logs: {found}; expected conn.log and ssl.log (x509.log if there is one), as TSV or JSON lines",
        zh: "没有可用的 Zeek 日志：{found}；需要 conn.log 和 ssl.log（如有 x509.log 也一并加入），TSV 或 JSON 行格式"
    }
    NoConnLog = "error.no-conn-log" {
        en: "conn.log is missing: found {found}; every verdict begins with a connection, so add the conn.log of the same time",
        zh: "缺少 conn.log：找到的是 {found}；每个判定都从连接开始，请加入同一时段的 conn.log"
    }
    OwnReport = "error.own-report" {
        en: "a Report of Hushcap, which cannot be read back: {found}; open the capture or the logs that it was made of",
        zh: "这是 Hushcap 的报告，不能重新读取：{found}；请打开生成它的抓包文件或日志"
    }
    Model = "error.model" {
        en: "model refused: {reason}",
        zh: "模型被拒绝：{reason}"
    }
    Profile = "error.profile" {
        en: "profile refused: {reason}",
        zh: "配置文件被拒绝：{reason}"
    }
    Io = "error.io" {
        en: "{path}: {cause}",
        zh: "{path}：{cause}"
    }
    Unreadable = "error.unreadable" {
        en: "the browser could not read the file: it was changed, moved or removed after it was chosen, or may not be read; choose it again",
        zh: "浏览器无法读取该文件：它在选择之后被修改、移动或删除，或者不允许读取；请重新选择"
    }

    LooksLike = "phrase.looks-like" { en: "{bytes} (looks like {what})", zh: "{bytes}（看起来是{what}）" }
    Hex = "phrase.hex" { en: "{bytes}", zh: "{bytes}" }
    BytesInAll = "phrase.bytes-in-all" { en: "{n} bytes in all", zh: "共 {n} 字节" }
    BytesThatGiveNone = "phrase.bytes-that-give-none" {
        en: "{n} bytes that give none", zh: "{n} 字节，解压后没有内容"
    }
    Bytes = "phrase.bytes" { en: "{n} bytes", zh: "{n} 字节" }
    Version = "phrase.version" { en: "version {version}", zh: "版本 {version}" }
    Version2 = "phrase.version-2" { en: "version 2", zh: "版本 2" }
    SectionHeader = "phrase.section-header" {
        en: "a section header of 28 bytes or more", zh: "至少 28 字节的节头"
    }
    SectionHeaderUpTo = "phrase.section-header-up-to" {
        en: "a section header of 28 bytes to 1 MiB", zh: "28 字节到 1 MiB 的节头"
    }
    ByteOrderMagic = "phrase.byte-order-magic" {
        en: "the byte-order magic 1a2b3c4d", zh: "字节序标识 1a2b3c4d"
    }
    SectionVersion = "phrase.section-version" {
        en: "version 1 and a length that repeats", zh: "版本 1，且首尾长度一致"
    }
    FileHeader = "phrase.file-header" { en: "a file header of 24 bytes", zh: "24 字节的文件头" }
    CompressedCapture = "phrase.compressed-capture" { en: "a compressed capture", zh: "压缩的抓包文件" }

    Zip = "phrase.zip" { en: "a ZIP archive: unpack it first", zh: "ZIP 压缩包：请先解压" }
    SevenZip = "phrase.7-zip" { en: "a 7-Zip archive: unpack it first", zh: "7-Zip 压缩包：请先解压" }
    Rar = "phrase.rar" { en: "a RAR archive: unpack it first", zh: "RAR 压缩包：请先解压" }
    Zstandard = "phrase.zstandard" { en: "Zstandard inside another compression: decompress it first", zh: "另一层压缩之内的 Zstandard 压缩：请先解压" }
    Xz = "phrase.xz" { en: "xz compression: decompress it first", zh: "xz 压缩：请先解压" }
    Bzip2 = "phrase.bzip2" { en: "bzip2 compression: decompress it first", zh: "bzip2 压缩：请先解压" }
    Lz4 = "phrase.lz4" { en: "LZ4 compression: decompress it first", zh: "LZ4 压缩：请先解压" }
    GzipInGzip = "phrase.gzip-in-gzip" { en: "gzip inside gzip: decompress it first", zh: "gzip 内的 gzip：请先解压" }
    Parquet = "phrase.parquet" {
        en: "a Parquet table: export it as JSON lines or as Zeek TSV", zh: "Parquet 表：请先导出为逐行 JSON 或 Zeek TSV"
    }
    Arrow = "phrase.arrow" {
        en: "an Arrow table: export it as JSON lines or as Zeek TSV", zh: "Arrow 表：请先导出为逐行 JSON 或 Zeek TSV"
    }
    Orc = "phrase.orc" {
        en: "an ORC table: export it as JSON lines or as Zeek TSV", zh: "ORC 表：请先导出为逐行 JSON 或 Zeek TSV"
    }
    Avro = "phrase.avro" {
        en: "an Avro table: export it as JSON lines or as Zeek TSV", zh: "Avro 表：请先导出为逐行 JSON 或 Zeek TSV"
    }
    Csv = "phrase.csv" {
        en: "a CSV table: export it as JSON lines or as Zeek TSV", zh: "CSV 表：请先导出为逐行 JSON 或 Zeek TSV"
    }
    Utf16 = "phrase.utf-16" { en: "UTF-16 text: save it as UTF-8 first", zh: "UTF-16 文本：请先存为 UTF-8" }
    RowsWithoutHeader = "phrase.rows-without-header" {
        en: "rows without the #fields line: keep the header with them", zh: "没有 #fields 行的数据行：请保留表头"
    }

    Snoop = "phrase.snoop" { en: "a snoop capture of Solaris", zh: "Solaris 的 snoop 抓包" }
    NetworkMonitor = "phrase.network-monitor" {
        en: "a Microsoft Network Monitor capture", zh: "Microsoft Network Monitor 抓包"
    }
    NetworkMonitor1 = "phrase.network-monitor-1" {
        en: "a Microsoft Network Monitor 1 capture", zh: "Microsoft Network Monitor 1 抓包"
    }
    EtherPeek = "phrase.etherpeek" { en: "an EtherPeek or OmniPeek capture", zh: "EtherPeek 或 OmniPeek 抓包" }
    NetXRay = "phrase.netxray" { en: "a NetXRay or Sniffer capture", zh: "NetXRay 或 Sniffer 抓包" }
    Sniffer = "phrase.sniffer" { en: "a Sniffer capture", zh: "Sniffer 抓包" }
    Iptrace = "phrase.iptrace" { en: "an AIX iptrace capture", zh: "AIX iptrace 抓包" }
    Elf = "phrase.elf" { en: "an ELF program", zh: "ELF 程序" }
    WindowsProgram = "phrase.windows-program" { en: "a Windows program", zh: "Windows 程序" }
    Pdf = "phrase.pdf" { en: "a PDF document", zh: "PDF 文档" }
    Png = "phrase.png" { en: "a PNG picture", zh: "PNG 图片" }
    Sqlite = "phrase.sqlite" { en: "an SQLite database", zh: "SQLite 数据库" }
    ZeekLog = "phrase.zeek-log" { en: "a Zeek log", zh: "Zeek 日志" }
    Xml = "phrase.xml" { en: "an XML document", zh: "XML 文档" }
    Zeros = "phrase.zeros" {
        en: "a file of zeros, perhaps an unfinished download", zh: "全为零的文件，可能是未完成的下载"
    }
    TextFile = "phrase.text-file" { en: "a text file", zh: "文本文件" }

    NoFile = "phrase.no-file" { en: "no file", zh: "没有文件" }
    FileInForm = "phrase.file-in-form" { en: "{name} ({form})", zh: "{name}（{form}）" }
    MoreFiles = "phrase.more-files" { en: "and {n} more", zh: "以及另外 {n} 个" }

    ShareOutOfRange = "phrase.share-out-of-range" {
        en: "a share of {share} is not between 0 and 1", zh: "占比 {share} 不在 0 到 1 之间"
    }
    TooFewTuples = "phrase.too-few-tuples" {
        en: "{tuples} judged tuples are too few to flag at most {percent} % of them; at least {needed} are needed: add normal traffic, or allow a larger share",
        zh: "已判定的目标只有 {tuples} 个，无法保证最多标记其中的 {percent}%；至少需要 {needed} 个：请加入更多正常流量，或允许更大的占比"
    }
    NotAProfile = "phrase.not-a-profile" {
        en: "this is not a profile of Hushcap: {cause}", zh: "这不是 Hushcap 的配置文件：{cause}"
    }
    ProfileVersion = "phrase.profile-version" {
        en: "it has version {version}, this program reads version {ours}; make it again",
        zh: "其版本为 {version}，本程序只读取版本 {ours}；请重新生成"
    }
    ProfileOfAnotherModel = "phrase.profile-of-another-model" {
        en: "it was made for the model {made} ({made_sha256}), not for {now} ({now_sha256}); make it again, or choose that model",
        zh: "它为模型 {made}（{made_sha256}）生成，不适用于 {now}（{now_sha256}）；请重新生成，或选用该模型"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Returns the names of the places of a text.
    fn places(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|part| part.split('}').next().unwrap()).collect()
    }

    #[test]
    fn both_languages_have_the_same_places() {
        for phrase in Phrase::ALL {
            let text = phrase.wording();
            assert_eq!(places(text.en), places(text.zh), "{}", phrase.key());
        }
    }

    #[test]
    fn keys_are_of_one_phrase_each() {
        let keys: BTreeSet<&str> = Phrase::ALL.iter().map(|phrase| phrase.key()).collect();
        assert_eq!(keys.len(), Phrase::ALL.len());
    }
}
