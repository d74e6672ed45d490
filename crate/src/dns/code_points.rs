//! Names of code points as Zeek's logs have them (the registry "Domain Name System (DNS) Parameters" of IANA).

use std::borrow::Cow;

/// Types of resource records, ascending.
const TYPES: &[(u16, &str)] = &[
    (1, "A"),
    (2, "NS"),
    (3, "MD"),
    (4, "MF"),
    (5, "CNAME"),
    (6, "SOA"),
    (7, "MB"),
    (8, "MG"),
    (9, "MR"),
    (10, "NULL"),
    (11, "WKS"),
    (12, "PTR"),
    (13, "HINFO"),
    (14, "MINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (19, "X25"),
    (20, "ISDN"),
    (21, "RT"),
    (22, "NSAP"),
    (23, "NSAP-PTR"),
    (24, "SIG"),
    (25, "KEY"),
    (26, "PX"),
    (27, "GPOS"),
    (28, "AAAA"),
    (29, "LOC"),
    (30, "NXT"),
    (31, "EID"),
    (32, "NIMLOC"),
    (33, "SRV"),
    (34, "ATMA"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (38, "A6"),
    (39, "DNAME"),
    (40, "SINK"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (55, "HIP"),
    (56, "NINFO"),
    (57, "RKEY"),
    (58, "TALINK"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (100, "UINFO"),
    (101, "UID"),
    (102, "GID"),
    (103, "UNSPEC"),
    (104, "NID"),
    (105, "L32"),
    (106, "L64"),
    (107, "LP"),
    (108, "EUI48"),
    (109, "EUI64"),
    (249, "TKEY"),
    (250, "TSIG"),
    (251, "IXFR"),
    (252, "AXFR"),
    (253, "MAILB"),
    (254, "MAILA"),
    (255, "*"),
    (256, "URI"),
    (257, "CAA"),
    (32_768, "TA"),
    (32_769, "DLV"),
    (65_281, "WINS"),
    (65_282, "WINS-R"),
    (65_422, "XPF"),
    (65_521, "INTEGRITY"),
];

/// Types of the NetBIOS name service that DNS uses otherwise.
const NBSTAT: u16 = 33;

const CLASSES: &[(u16, &str)] =
    &[(1, "C_INTERNET"), (2, "C_CSNET"), (3, "C_CHAOS"), (4, "C_HESIOD"), (254, "C_NONE"), (255, "C_ANY")];

const RCODES: &[(u16, &str)] = &[
    (0, "NOERROR"),
    (1, "FORMERR"),
    (2, "SERVFAIL"),
    (3, "NXDOMAIN"),
    (4, "NOTIMP"),
    (5, "REFUSED"),
    (6, "YXDOMAIN"),
    (7, "YXRRSET"),
    (8, "NXRRSet"),
    (9, "NOTAUTH"),
    (10, "NOTZONE"),
    (11, "unassigned-11"),
    (12, "unassigned-12"),
    (13, "unassigned-13"),
    (14, "unassigned-14"),
    (15, "unassigned-15"),
];

const OPCODES: &[(u16, &str)] =
    &[(0, "query"), (1, "iquery"), (2, "server-status"), (4, "notify"), (5, "dynamic-update"), (6, "dso")];

const NETBIOS_OPCODES: &[(u16, &str)] = &[
    (0, "netbios-query"),
    (5, "netbios-registration"),
    (6, "netbios-release"),
    (7, "netbios-wack"),
    (8, "netbios-refresh"),
];

/// Returns the name of a type, `query-65534` where it has none.
pub(super) fn type_name(code: u16) -> Cow<'static, str> {
    named(TYPES, code, "query")
}

/// Returns the name of the type that is asked for; the NetBIOS name service has one of its own.
pub(super) fn question_type_name(code: u16, is_netbios: bool) -> Cow<'static, str> {
    if is_netbios && code == NBSTAT { Cow::Borrowed("NBSTAT") } else { type_name(code) }
}

/// Returns the name of a class, `qclass-32769` where it has none.
pub(super) fn class_name(code: u16) -> Cow<'static, str> {
    named(CLASSES, code, "qclass")
}

/// Returns the name of a response code.
pub(super) fn rcode_name(code: u8) -> Cow<'static, str> {
    named(RCODES, u16::from(code), "rcode")
}

/// Returns the name of an operation, `opcode-3` where it has none.
pub(super) fn opcode_name(code: u8, is_netbios: bool) -> Cow<'static, str> {
    match is_netbios {
        true => named(NETBIOS_OPCODES, u16::from(code), "netbios-opcode"),
        false => named(OPCODES, u16::from(code), "opcode"),
    }
}

fn named(names: &'static [(u16, &str)], code: u16, what: &str) -> Cow<'static, str> {
    match names.binary_search_by_key(&code, |(known, _)| *known) {
        Ok(place) => names.get(place).map_or(Cow::Borrowed(""), |(_, name)| Cow::Borrowed(*name)),
        Err(_) => Cow::Owned(format!("{what}-{code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_ascend() {
        for table in [TYPES, CLASSES, RCODES, OPCODES, NETBIOS_OPCODES] {
            assert!(table.is_sorted_by_key(|(code, _)| *code));
        }
    }

    #[test]
    fn a_code_point_without_a_name_shows_its_number() {
        assert_eq!((type_name(65).as_ref(), type_name(65_534).as_ref()), ("HTTPS", "query-65534"));
        assert_eq!(class_name(0x8001), "qclass-32769");
        assert_eq!(
            (question_type_name(33, true), question_type_name(33, false)),
            ("NBSTAT".into(), "SRV".into())
        );
    }
}
