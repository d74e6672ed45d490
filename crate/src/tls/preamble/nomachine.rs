//! NoMachine's NX: a line with the version of each end.

use super::{Opening, Role, Step, Talk, begins_with, line, opening};

const CLIENT: &[u8] = b"NXSH-";
const SERVER: &[u8] = b"NXD-";

pub(super) fn open(bytes: &[u8]) -> Opening {
    match opening(Role::Client, begins_with(bytes, &[CLIENT])) {
        Opening::No => opening(Role::Server, begins_with(bytes, &[SERVER])),
        found => found,
    }
}

/// A line each.
#[derive(Debug)]
pub(super) struct NoMachine;

impl Talk for NoMachine {
    fn step(&mut self, role: Role, bytes: &[u8]) -> Step {
        let begin = if role == Role::Client { CLIENT } else { SERVER };
        match line(bytes) {
            Some((line, length)) if line.starts_with(begin) => Step::Over(length),
            Some(_) => Step::NotMine,
            None => Step::Wait,
        }
    }

    fn service(&self) -> Option<&'static str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{begins, leads_nowhere};
    use super::*;
    use Role::{Client, Server};

    #[test]
    fn tls_begins_behind_a_line_of_each_end() {
        assert_eq!(begins(&[(Client, b"NXSH-8.1\n"), (Server, b"NXD-8.1\n")]), Some(None));
        assert_eq!(begins(&[(Server, b"NXD-8.1\n"), (Client, b"NXSH-8.1\n")]), Some(None));
    }

    #[test]
    fn another_line_leads_nowhere() {
        assert!(leads_nowhere(&[(Client, b"NXSH-8.1\n"), (Server, b"SSH-2.0\n")]));
    }
}
