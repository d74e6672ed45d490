//! Transport protocols under Zeek's names.

/// Transport protocol as Zeek's `proto` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proto {
    /// `tcp`
    Tcp,
    /// `udp`
    Udp,
    /// `icmp`, for ICMP and ICMPv6
    Icmp,
    /// `unknown_transport`, for any other IP protocol
    Unknown,
}

impl Proto {
    /// Zeek's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Proto::Tcp => "tcp",
            Proto::Udp => "udp",
            Proto::Icmp => "icmp",
            Proto::Unknown => "unknown_transport",
        }
    }

    /// The protocol that Zeek's `name` stands for.
    pub fn parse(name: &str) -> Self {
        match name {
            "tcp" => Proto::Tcp,
            "udp" => Proto::Udp,
            "icmp" => Proto::Icmp,
            _ => Proto::Unknown,
        }
    }
}
