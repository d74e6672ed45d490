//! The labelled tuples of a corpus as one table.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Labelled tuples with the values of their features; missing is −1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Names of the features.
    pub columns: Vec<String>,
    /// One a tuple, by capture, then by key as text.
    pub rows: Vec<Row>,
}

/// One labelled 4-tuple.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Capture or log set, by its path in the corpus.
    pub capture: String,
    /// Who published the capture.
    pub source: String,
    /// Whether it comes from a capture or from logs.
    pub origin: Origin,
    /// When the capture begins, in epoch seconds; `None` where its clock was wrong.
    pub start: Option<f64>,
    /// orig_h, resp_h, resp_p, proto.
    pub key: Key,
    /// What the tuple is known as.
    pub role: Role,
    /// Family of the malware, empty for anything else.
    pub family: String,
    /// Server names that clients asked for.
    pub server_names: Vec<String>,
    /// Whether the analysis found the tuple; one that it missed answered nothing and has no value.
    pub seen: bool,
    /// Whether a server of the tuple answered in TLS.
    pub answered: bool,
    /// Whether it shows a default of attack software that flags by itself.
    pub known: bool,
    /// In the order of the columns.
    pub values: Vec<f64>,
}

/// The connection 4-tuple as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Originator's address.
    pub orig_h: String,
    /// Responder's address.
    pub resp_h: String,
    /// Responder's port.
    pub resp_p: String,
    /// Transport protocol.
    pub proto: String,
}

/// Where a row was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A capture.
    Capture,
    /// A set of Zeek logs.
    Logs,
}

/// What a labelled tuple is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Malware speaks to its controller.
    C2,
    /// Malware fetches a payload.
    Delivery,
    /// Malware uses a service that others use too.
    AbusedLegit,
    /// Malware hides among known sites.
    Decoy,
    /// A malware's Tor module speaks to a relay.
    TorRelay,
    /// Benign traffic of an infected or a monitored host.
    Background,
    /// Natural benign use.
    TierA,
    /// Laboratory and parser tests.
    TierB,
    /// Benign by provenance, but VPN, Tor, proxies.
    TierC,
}

impl Role {
    /// All roles, malware first.
    pub const ALL: [Role; 9] = [
        Role::C2,
        Role::Delivery,
        Role::AbusedLegit,
        Role::Decoy,
        Role::TorRelay,
        Role::Background,
        Role::TierA,
        Role::TierB,
        Role::TierC,
    ];

    /// Returns the role of a label, where it is one that is known.
    pub fn of(label: &str, role: &str) -> Option<Self> {
        match (label, role) {
            ("malware", _) | ("benign", _) => Self::ALL.into_iter().find(|known| known.name() == role),
            _ => None,
        }
    }

    /// Returns the name that the labels give it.
    pub fn name(self) -> &'static str {
        match self {
            Role::C2 => "c2",
            Role::Delivery => "delivery",
            Role::AbusedLegit => "abused-legit",
            Role::Decoy => "decoy",
            Role::TorRelay => "tor-relay",
            Role::Background => "background",
            Role::TierA => "tier-A",
            Role::TierB => "tier-B",
            Role::TierC => "tier-C",
        }
    }

    /// Sent by malware, whatever the other end is.
    pub fn is_malware(self) -> bool {
        matches!(self, Role::C2 | Role::Delivery | Role::AbusedLegit | Role::Decoy | Role::TorRelay)
    }

    /// Benign traffic as it occurs, which an alarm would disturb.
    pub fn is_natural(self) -> bool {
        matches!(self, Role::TierA | Role::Background)
    }

    /// Malware that its own TLS can give away: what the model is trained to find.
    pub fn is_target(self) -> bool {
        matches!(self, Role::C2 | Role::Delivery)
    }
}

impl Row {
    /// Returns whether the model is trained on it: clear roles only, and only tuples that can be judged.
    pub fn is_trained_on(&self) -> bool {
        self.answered && (self.role.is_target() || self.role.is_natural())
    }
}

impl Table {
    /// Puts the rows in order.
    pub fn sort(&mut self) {
        self.rows.sort_by(|a, b| (&a.capture, &a.key).cmp(&(&b.capture, &b.key)));
    }

    /// Returns the rows that the model is trained on, as a table.
    pub fn training(&self) -> Table {
        let rows = self.rows.iter().filter(|row| row.is_trained_on()).cloned().collect();
        Table { columns: self.columns.clone(), rows }
    }

    /// Returns the table with some of its columns alone, by their places.
    pub fn narrowed(mut self, places: &[usize]) -> Table {
        self.columns = places.iter().map(|place| self.columns[*place].clone()).collect();
        for row in &mut self.rows {
            row.values = places.iter().map(|place| row.values[*place]).collect();
        }
        self
    }

    /// Returns the table as TSV; numbers read back to the same bits.
    pub fn text(&self) -> String {
        let mut text = String::from("capture\tsource\tstart\torig_h\tresp_h\tresp_p\tproto\trole\tfamily");
        for column in &self.columns {
            text.push('\t');
            text.push_str(column);
        }
        text.push('\n');
        for Row { capture, source, start, key, role, family, values, .. } in &self.rows {
            let Key { orig_h, resp_h, resp_p, proto } = key;
            let start = start.map(|start| start.to_string()).unwrap_or_default();
            let fixed = [capture, source, &start, orig_h, resp_h, resp_p, proto, role.name(), family];
            text.push_str(&fixed.join("\t"));
            for value in values {
                // Writing to a String cannot fail.
                let _ = write!(text, "\t{value}");
            }
            text.push('\n');
        }
        text
    }

    /// SHA-256 of the text, in hex.
    pub fn digest(&self) -> String {
        Sha256::digest(self.text().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns a row of two values that decide: malware has the first high, whatever the second is.
    pub(crate) fn row(capture: &str, source: &str, role: Role, family: &str, values: [f64; 2]) -> Row {
        Row {
            capture: capture.to_owned(),
            source: source.to_owned(),
            origin: Origin::Capture,
            start: Some(1.5e9),
            key: Key {
                orig_h: "10.0.0.1".to_owned(),
                resp_h: format!("192.0.2.{}", values[1].abs() as u32 % 250),
                resp_p: "443".to_owned(),
                proto: "tcp".to_owned(),
            },
            role,
            family: family.to_owned(),
            server_names: Vec::new(),
            seen: true,
            answered: true,
            known: false,
            values: values.to_vec(),
        }
    }

    /// Four families and six benign sources, a few captures each, told apart by the first value but for some noise.
    pub(crate) fn generated() -> Table {
        let mut table = Table { columns: vec!["alpha".to_owned(), "beta".to_owned()], rows: Vec::new() };
        for n in 0..240_u32 {
            let noise = f64::from(n.wrapping_mul(2_654_435_761) >> 16) / 65536.0;
            let other = f64::from(n % 17);
            if n % 6 == 0 {
                let family = format!("family{}", n / 6 % 4);
                let capture = format!("bad{}", n / 6 % 10);
                table.rows.push(row(
                    &capture,
                    &format!("src{}", n / 6 % 3),
                    Role::C2,
                    &family,
                    [1.0 + noise, other],
                ));
            } else {
                let capture = format!("good{}", n % 30);
                let role = if n % 5 == 0 { Role::Background } else { Role::TierA };
                table.rows.push(row(&capture, &format!("use{}", n % 6), role, "", [noise * 1.3, other]));
            }
        }
        table.sort();
        table
    }

    /// Returns the same with every row twice: enough natural tuples for a rate of 1 %.
    pub(crate) fn doubled() -> Table {
        let mut table = generated();
        table.rows.extend(generated().rows);
        table.sort();
        table
    }

    #[test]
    fn unknown_labels_have_no_role() {
        assert_eq!(Role::of("unknown", "background"), None);
        assert_eq!(Role::of("malware", "c2"), Some(Role::C2));
        assert_eq!(Role::of("benign", "tier-A"), Some(Role::TierA));
    }

    #[test]
    fn unanswered_and_unclear_rows_are_not_trained_on() {
        let mut silent = row("a", "s", Role::C2, "f", [1.0, 1.0]);
        silent.answered = false;
        assert!(!silent.is_trained_on());
        assert!(!row("a", "s", Role::Decoy, "f", [1.0, 1.0]).is_trained_on());
        assert!(!row("a", "s", Role::TierB, "", [1.0, 1.0]).is_trained_on());
        assert!(row("a", "s", Role::Background, "", [1.0, 1.0]).is_trained_on());
    }

    #[test]
    fn digest_changes_with_the_last_bit() {
        let table = generated();
        let mut changed = table.clone();
        changed.rows[7].values[0] = f64::from_bits(changed.rows[7].values[0].to_bits() + 1);
        assert_ne!(table.digest(), changed.digest());
        assert_eq!(table.digest(), generated().digest());
    }
}
