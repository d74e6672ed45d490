//! Transport protocols under Zeek's names.

use serde::Serialize;
use strum::{EnumString, IntoStaticStr};

/// Transport protocol as Zeek's `proto` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, EnumString, IntoStaticStr)]
#[cfg_attr(feature = "describe", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Proto {
    /// `tcp`
    Tcp,
    /// `udp`
    Udp,
    /// `icmp`, for ICMP and ICMPv6
    Icmp,
    /// `unknown_transport`, for any other IP protocol
    #[serde(rename = "unknown_transport")]
    #[strum(to_string = "unknown_transport")]
    Unknown,
}

impl Proto {
    /// Zeek's name.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the protocol that Zeek calls `name`.
    pub fn parse(name: &str) -> Self {
        name.parse().unwrap_or(Proto::Unknown)
    }
}
