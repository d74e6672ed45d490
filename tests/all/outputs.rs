//! What the command line writes: never over what it reads, never over another file unasked, and never half.

#![expect(clippy::expect_used, reason = "a test stops at what does not hold")]

use hushcap_tests::binary::hushcap;
use hushcap_tests::folder;
use hushcap_tests::shared::workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs the program with its working folder in `folder`.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(hushcap()).current_dir(folder).args(arguments).output().expect("the program runs")
}

/// Returns every file below a folder with what is in it.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let read = |path: PathBuf| (path.clone(), std::fs::read(&path).expect("a file"));
    folder::files(folder).into_iter().map(read).collect()
}

/// Returns a folder with a capture, a hard link and a symbolic one to it, and its own logs.
fn inputs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let capture = folder.path().join("in.pcap");
    std::fs::copy(workspace().join("tests/fixtures/beacon.pcap"), &capture).expect("a copy");
    std::fs::hard_link(&capture, folder.path().join("hard.pcap")).expect("a hard link");
    #[cfg(unix)]
    std::os::unix::fs::symlink("in.pcap", folder.path().join("soft.pcap")).expect("a symbolic link");
    assert!(run(folder.path(), &["logs", "in.pcap", "--out", "logs"]).status.success());
    folder
}

#[test]
fn an_input_is_never_written_over_whatever_its_name_and_with_force() {
    let folder = inputs();
    let before = contents(folder.path());
    let mut commands =
        vec![vec!["logs", "logs", "--out", "logs"], vec!["features", "logs", "--out", "logs/conn.log"]];
    for target in ["in.pcap", "./in.pcap", "hard.pcap", "soft.pcap"] {
        commands.push(vec!["features", "in.pcap", "--out", target]);
        commands.push(vec!["extract", "in.pcap", "--out", target]);
        commands.push(vec!["calibrate", "in.pcap", "--share", "50", "--out", target]);
    }
    for command in &mut commands {
        command.push("--force");
        if cfg!(not(unix)) && command.iter().any(|word| word.ends_with("d.pcap") || word.starts_with("soft"))
        {
            continue;
        }
        let ran = run(folder.path(), command);
        assert_eq!(ran.status.code(), Some(1), "{command:?}: {ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("this is an input"), "{command:?}: {ran:?}");
        assert!(contents(folder.path()) == before, "{command:?} changed a file");
    }
}

#[test]
fn another_file_is_replaced_only_when_that_is_asked_for() {
    let folder = inputs();
    let kept = folder.path().join("kept");
    for command in [["features", "in.pcap", "--out", "kept"], ["extract", "in.pcap", "--out", "kept"]] {
        std::fs::write(&kept, "of somebody").expect("a file");
        let ran = run(folder.path(), &command);
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("--force"), "{ran:?}");
        assert_eq!(std::fs::read(&kept).expect("the file"), b"of somebody");
        let forced = [&command[..], &["--force"]].concat();
        assert!(run(folder.path(), &forced).status.success());
        assert_ne!(std::fs::read(&kept).expect("the file"), b"of somebody");
    }
    // A log that exists stops all logs of its folder.
    let before = contents(folder.path());
    assert_eq!(run(folder.path(), &["logs", "in.pcap", "--out", "logs"]).status.code(), Some(1));
    assert!(contents(folder.path()) == before);
    assert!(run(folder.path(), &["logs", "in.pcap", "--out", "logs", "--force"]).status.success());
}

#[test]
fn what_cannot_be_finished_leaves_what_was_there() {
    let folder = inputs();
    std::fs::write(folder.path().join("kept"), "of somebody").expect("a file");
    std::fs::write(folder.path().join("bad.pcap"), "no capture").expect("a file");
    let before = contents(folder.path());
    // Not enough normal traffic for so small a share.
    let share = ["calibrate", "in.pcap", "--share", "0.001", "--out", "kept", "--force"];
    for command in [&share[..], &["extract", "bad.pcap", "--out", "kept", "--force"]] {
        assert_eq!(run(folder.path(), command).status.code(), Some(1), "{command:?}");
        assert!(contents(folder.path()) == before, "{command:?} changed a file");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_and_stays_one() {
    let folder = inputs();
    let ran = run(folder.path(), &["features", "in.pcap", "--out", "/dev/stdout"]);
    assert!(ran.status.success() && ran.stdout.starts_with(b"capture\t"), "{ran:?}");
}
