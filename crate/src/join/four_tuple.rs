//! What the connections of one row of the model's input have in common.

use crate::flow::Proto;
use crate::records::ConnRecord;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Source address, destination address, destination port and protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FourTuple {
    /// Originator's address.
    pub orig_h: IpAddr,
    /// Responder's address.
    pub resp_h: IpAddr,
    /// Responder's port.
    pub resp_p: u16,
    /// Transport protocol.
    pub proto: Proto,
}

impl FourTuple {
    /// Names of the four columns, Zeek's without `id.`.
    pub const NAMES: [&'static str; 4] = ["orig_h", "resp_h", "resp_p", "proto"];

    /// Returns the tuple that a connection belongs to.
    pub fn of(conn: &ConnRecord) -> Self {
        Self { orig_h: conn.orig_h, resp_h: conn.resp_h, resp_p: conn.resp_p, proto: conn.proto }
    }

    /// Returns the four columns as text, by which tables are sorted.
    pub fn text(&self) -> [String; 4] {
        [
            self.orig_h.to_string(),
            self.resp_h.to_string(),
            self.resp_p.to_string(),
            self.proto.as_str().to_owned(),
        ]
    }
}

/// The four columns with a space between them.
impl fmt::Display for FourTuple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.orig_h, self.resp_h, self.resp_p, self.proto.as_str())
    }
}

/// A text that names no tuple.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected four words, as in `10.0.0.1 198.51.100.7 443 tcp`")]
pub struct NoTuple;

/// The four columns with white space between them.
impl FromStr for FourTuple {
    type Err = NoTuple;

    fn from_str(text: &str) -> Result<Self, NoTuple> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [orig_h, resp_h, resp_p, proto] = words[..] else { return Err(NoTuple) };
        Ok(FourTuple {
            orig_h: orig_h.parse().map_err(|_| NoTuple)?,
            resp_h: resp_h.parse().map_err(|_| NoTuple)?,
            resp_p: resp_p.parse().map_err(|_| NoTuple)?,
            proto: match Proto::parse(proto) {
                Proto::Unknown => return Err(NoTuple),
                proto => proto,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuple_is_read_from_what_it_is_shown_as() {
        for text in ["10.0.0.1 198.51.100.7 443 tcp", "2001:db8::1 2001:db8::2 8443 udp"] {
            assert_eq!(text.parse::<FourTuple>().unwrap().to_string(), text);
        }
        for text in ["", "10.0.0.1 198.51.100.7 443", "10.0.0.1 b 443 tcp", "10.0.0.1 10.0.0.2 443 tls"] {
            assert_eq!(text.parse::<FourTuple>(), Err(NoTuple));
        }
    }
}
