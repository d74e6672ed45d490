//! What the connections of one row of the model's input have in common.

use crate::flow::Proto;
use crate::records::ConnRecord;
use std::fmt;
use std::net::IpAddr;

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

    /// The tuple that a connection belongs to.
    pub fn of(conn: &ConnRecord) -> Self {
        Self { orig_h: conn.orig_h, resp_h: conn.resp_h, resp_p: conn.resp_p, proto: conn.proto }
    }

    /// The four columns as text, by which tables are sorted.
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
