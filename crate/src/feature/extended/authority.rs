//! Whether a certificate was issued for the public web, and whether its names are the ones that a program proposes.

use super::super::name::attributes;
use crate::seeded::Set;
use std::sync::LazyLock;

/// Organisations that issue certificates for the public web, as letters and digits in lower case.
static PUBLIC: LazyLock<Set<String>> = LazyLock::new(|| {
    let lines = include_str!("public_ca.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(bare).collect()
});

/// What programs that make certificates write where their questions are not answered.
const PROPOSED: [&str; 14] = [
    // OpenSSL's configuration, and its distributions'.
    "internetwidgitsptyltd",
    "somestate",
    "defaultcompanyltd",
    "defaultcity",
    // Tutorials, and examples in manuals.
    "mycompany",
    "mycompanyname",
    "myorganization",
    "companyname",
    "company",
    "companyltd",
    "somecompany",
    "organization",
    "globalsecurity",
    "someorganization",
];

/// Returns whether the issuer's organisation issues certificates for the public web. The name alone is compared:
/// nothing is verified.
pub(super) fn is_public(issuer: &str) -> bool {
    attributes(issuer).any(|(kind, value)| kind == "O" && PUBLIC.contains(&bare(&value)))
}

/// Returns whether an attribute is what a program proposes.
pub(super) fn is_proposed(name: &str) -> bool {
    attributes(name).any(|(kind, value)| {
        matches!(kind.as_str(), "O" | "OU" | "L" | "ST") && PROPOSED.contains(&bare(&value).as_str())
    })
}

/// Letters and digits in lower case: how an organisation writes itself differs in the rest.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::{FromDer, X509Name};

    #[test]
    fn public_authorities_are_known_by_their_organisation() {
        assert!(is_public("CN=R3,O=Let's Encrypt,C=US"));
        assert!(is_public(r"CN=DigiCert SHA2 Secure Server CA,O=DigiCert\, Inc.,C=US"));
        assert!(!is_public("CN=DigiCert Inc"));
        assert!(!is_public("CN=x,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU"));
        assert!(!is_public(""));
    }

    /// Mozilla's list as it is today: every owner of one of its roots is in ours.
    #[test]
    fn owners_of_todays_roots_are_all_known() {
        let mut owners = 0;
        for root in webpki_roots::TLS_SERVER_ROOTS {
            // An anchor has the content of the name alone.
            let length = u8::try_from(root.subject.len()).unwrap();
            let header: &[u8] = if length < 0x80 { &[0x30, length] } else { &[0x30, 0x81, length] };
            let der = [header, root.subject.as_ref()].concat();
            let (_, name) = X509Name::from_der(&der).unwrap();
            for owner in name.iter_organization() {
                let owner = owner.as_str().unwrap();
                assert!(PUBLIC.contains(&bare(owner)), "{owner} owns a root and is not in public_ca.txt");
                owners += 1;
            }
        }
        assert!(owners > 100, "only {owners} roots name their owner");
    }

    #[test]
    fn proposed_names_are_recognised_in_any_case() {
        assert!(is_proposed("O=Internet Widgits Pty Ltd,ST=Some-State,C=AU"));
        assert!(is_proposed("L=Default City,O=x"));
        assert!(!is_proposed("CN=My Company"));
        assert!(!is_proposed("CN=example.com,O=Example Company Inc"));
    }
}
