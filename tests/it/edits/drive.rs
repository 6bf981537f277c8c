//! Ways to bring the finished sites up to date: each is a driver, and the oracle does not care which.

use super::outcome::Outcome;
use super::place::Place;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Someone who makes the finished sites what the sources say. A preview is none: it finishes nothing on a disk, and is watched
/// from outside (`watch`).
pub(crate) trait Driver {
    /// Returns when there is nothing left to do.
    fn settle(&mut self, place: &Place, now: &str) -> Outcome;
}

/// The program, started anew each time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Program {
    /// As a user who may do less than root, to whom modes of files mean nothing.
    pub(crate) as_nobody: bool,
    /// As if every site were a large one, whose pages are made one by one.
    pub(crate) by_page: bool,
}

/// The program that is tried.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_hectare");

/// The user without rights on Debian.
const NOBODY: u32 = 65_534;

impl Driver for Program {
    fn settle(&mut self, place: &Place, now: &str) -> Outcome {
        self.build(&place.root, now, &[])
    }
}

impl Program {
    /// Builds the repository at `root`; `words` are further flags.
    pub(crate) fn build(self, root: &Path, now: &str, words: &[&str]) -> Outcome {
        Self::finished(self.start(root, now, words))
    }

    /// Starts a build.
    pub(crate) fn start(self, root: &Path, now: &str, words: &[&str]) -> Child {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(PROGRAM);
        command.current_dir(root).args(["build", "--format", "json", "--jobs", "2", "--now", now]).args(words);
        command.args(["--pages-above", "0"].iter().filter(|_| self.by_page));
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if self.as_nobody && rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.spawn().unwrap()
    }

    /// Waits for a build and reads what it said.
    pub(crate) fn finished(build: Child) -> Outcome {
        let output = build.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.is_empty(), "with `--format json` nothing goes to standard error:\n{stderr}");
        Outcome::printed(output.status.code().unwrap_or(-1), &String::from_utf8_lossy(&output.stdout))
    }
}
