//! A program that is sent to a loader, its length before it; the loaded program then speaks TLS on the same connection,
//! as Metasploit's staged payloads do.

use super::{Opening, Role, Step, Talk};

/// Lengths that a stage may have: a Windows library with a TLS implementation in it.
const STAGE: std::ops::RangeInclusive<u32> = 16 << 10..=8 << 20;

/// Returns a length, low byte first, and a Windows program.
pub(super) fn open(bytes: &[u8]) -> Opening {
    let magic_fits =
        b"MZ".iter().zip(bytes.get(4..).unwrap_or_default()).all(|(wanted, byte)| wanted == byte);
    match bytes.first_chunk() {
        Some(length) if !STAGE.contains(&u32::from_le_bytes(*length)) || !magic_fits => Opening::No,
        Some(_) if bytes.len() >= 6 => Opening::By(Role::Server),
        _ => Opening::Undecided,
    }
}

/// The length and the stage of the server, nothing of the client.
#[derive(Debug)]
pub(super) struct Stage;

impl Talk for Stage {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        match (role, bytes.first_chunk()) {
            (Role::Client, _) => Step::Over(0),
            (Role::Server, Some(length)) => usize::try_from(u32::from_le_bytes(*length))
                .map_or(Step::NotMine, |length| Step::Over(4 + length)),
            (Role::Server, None) => Step::Wait,
        }
    }

    fn service(&self) -> Option<&'static str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::begins;
    use super::*;
    use Role::Server;

    const HEAD: (Role, &[u8]) = (Server, &[0, 0x40, 0, 0, b'M', b'Z']);

    #[test]
    fn tls_begins_behind_the_stage() {
        let rest = [7; 0x4000 - 2];
        assert_eq!(begins(&[HEAD, (Server, &rest)]), Some(None));
        assert_eq!(begins(&[HEAD, (Server, &rest[1..])]), None);
    }

    #[test]
    fn a_length_alone_is_undecided() {
        assert_eq!(open(&[0, 0x40, 0, 0]), Opening::Undecided);
        assert_eq!(open(&[0, 0x40, 0, 0, b'P']), Opening::No);
        assert_eq!(open(&[0, 0, 0, 8]), Opening::No);
    }
}
