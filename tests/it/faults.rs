//! When the system refuses, or the program is killed, at any call that changes something on the disk: every site is wholly old or wholly
//! new, and the next build makes it what a clean one makes.

use crate::farm::Farm;
use crate::tree::Tree;
use std::fs;
use std::process::Command;

/// The calls that change what lies on a disk, as systems name them.
const CALLS: [&str; 6] =
    ["write", "mkdir,mkdirat", "link,linkat", "rename,renameat,renameat2", "unlink,unlinkat", "rmdir,unlinkat"];
/// At which of these calls something happens; each thread counts for itself.
const AT: [usize; 7] = [1, 2, 3, 5, 8, 13, 21];

/// A fleet of three sites that was built, and of which two were changed since.
struct Changed {
    farm: Farm,
    old: Tree,
    new: Tree,
    /// Further flags of every build.
    words: &'static [&'static str],
}

impl Changed {
    fn new() -> Self {
        let pages = |farm: Farm, word: &str| {
            ["a", "b"].iter().fold(farm, |farm, site| {
                let farm = farm.page(&format!("{site}/{word}.md"), &format!("Only {word}."));
                (0..4).fold(farm, |farm, page| {
                    farm.page(
                        &format!("{site}/page-{page}.md"),
                        &format!("+++\ntitle = \"{word} {page}\"\n+++\n{word}"),
                    )
                })
            })
        };
        let farm = pages(Farm::in_memory().site("a").site("b").site("c"), "before");
        let old = farm.run("build").ends(0).dist;
        let farm = pages(farm, "after").with(|root| {
            for site in ["a", "b"] {
                fs::remove_file(root.join(format!("content/{site}/before.md"))).unwrap();
            }
        });
        farm.run("build --out fresh").ends(0);
        let new = Tree::read(&farm.place("fresh"));
        Self { farm, old, new, words: &[] }
    }

    /// The same with sites that count as large ones, and of which only texts were edited.
    fn large() -> Self {
        let pages = |farm: Farm, word: &str| {
            ["a", "b"].iter().fold(farm, |farm, site| {
                (0..4).fold(farm, |farm, page| {
                    farm.page(&format!("{site}/page-{page}.md"), &format!("+++\ntitle = \"{page}\"\n+++\n{word}"))
                })
            })
        };
        let farm = pages(Farm::in_memory().site("a").site("b").site("c"), "before");
        let old = farm.run("build --pages-above 0").ends(0).dist;
        let farm = pages(farm, "and after");
        farm.run("build --out fresh").ends(0);
        let new = Tree::read(&farm.place("fresh"));
        Self { farm, old, new, words: &["--pages-above", "0"] }
    }

    /// Builds under a fault; whether it came to it, and how the build ended.
    fn build(&self, inject: &str) -> (bool, Option<i32>, String) {
        let log = self.farm.place("strace.log");
        let mut traced = Command::new("strace");
        traced.args(["-f", "-o"]).arg(&log).args(["-e", &format!("inject={inject}")]);
        traced.arg(env!("CARGO_BIN_EXE_hectare")).args(["build", "--jobs", "1"]).args(self.words);
        let output = traced
            .current_dir(self.farm.place(""))
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .output();
        let output = output.expect("strace is installed");
        let log = fs::read_to_string(log).unwrap();
        let came = log.contains("INJECTED") || log.contains("killed by SIGKILL");
        (came, output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Builds under a fault, looks at what is left, and builds once more without it; whether it came to the fault.
    #[track_caller]
    fn endures(&self, inject: &str, what: &str, is_sound: impl Fn(&Self, &str)) -> bool {
        let (came, code, said) = self.build(inject);
        is_sound(self, what);
        if code == Some(0) {
            let found = Tree::read(&self.farm.place("dist"));
            assert_eq!(self.new.difference(&found), None, "{what}: {said}");
        }
        assert!(!said.contains("panicked"), "{what}: {said}");
        self.is_put_right(what);
        came
    }

    #[track_caller]
    fn is_whole(&self, what: &str) {
        let found = Tree::read(&self.farm.place("dist"));
        for site in ["a", "b", "c"] {
            let of = |tree: &Tree| tree.below(site);
            assert!(
                of(&found) == of(&self.old) || of(&found) == of(&self.new),
                "{what}: `{site}` is neither old nor new"
            );
        }
    }

    /// Every file is wholly old or wholly new.
    #[track_caller]
    fn is_made_of_whole_files(&self, what: &str) {
        let found = Tree::read(&self.farm.place("dist"));
        for site in ["a", "b", "c"] {
            let [found, old, new] = [&found, &self.old, &self.new].map(|tree| tree.below(site));
            assert_eq!(found.paths(), new.paths(), "{what}: the files of `{site}`");
            let is_whole = |path: &&str| [&old, &new].iter().any(|tree| tree.bytes(path) == found.bytes(path));
            assert!(found.paths().iter().all(is_whole), "{what}: a file of `{site}` is neither old nor new");
        }
    }

    #[track_caller]
    fn is_put_right(&self, what: &str) {
        let run = self.farm.run(&format!("build {}", self.words.join(" "))).ends(0);
        assert_eq!(self.new.difference(&run.dist), None, "{what}: the next build");
        assert!(!run.stderr.contains("H0705"), "{what}: {}", run.stderr);
    }
}

#[test]
fn a_call_that_fails_leaves_each_site_old_or_new() {
    let mut faults = 0;
    for error in ["EIO", "ENOSPC", "EMFILE"] {
        for call in CALLS {
            for at in AT {
                let (what, changed) = (format!("{error} at {call} {at}"), Changed::new());
                if !changed.endures(&format!("{call}:error={error}:when={at}+"), &what, Changed::is_whole) {
                    break;
                }
                faults += 1;
            }
        }
    }
    assert!(faults > 40, "{faults} faults");
}

#[test]
fn a_build_that_is_killed_leaves_each_site_old_or_new() {
    let mut kills = 0;
    for call in CALLS {
        for at in AT {
            let (what, changed) = (format!("killed at {call} {at}"), Changed::new());
            let (came, ..) = changed.build(&format!("{call}:signal=KILL:when={at}"));
            changed.is_whole(&what);
            changed.is_put_right(&what);
            if !came {
                break;
            }
            kills += 1;
        }
    }
    assert!(kills > 15, "{kills} kills");
}

#[test]
fn few_open_files_are_enough_or_told() {
    for most in [8, 12, 16, 24, 32] {
        let changed = Changed::new();
        let limited = format!("ulimit -n {most}; exec {} build --jobs 2", env!("CARGO_BIN_EXE_hectare"));
        let output = Command::new("sh").args(["-c", &limited]).current_dir(changed.farm.place("")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("panicked"), "{most} open files: {said}");
        changed.is_whole(&format!("{most} open files"));
        changed.is_put_right(&format!("{most} open files"));
    }
}

#[test]
fn a_large_site_that_was_edited_is_made_of_whole_files_whatever_happens() {
    let (mut faults, untouched) = (0, Changed::large());
    let (_, code, _) = untouched.build("rename:error=EIO:when=99");
    assert_eq!(code, Some(0));
    assert!(untouched.farm.place(".hectare/cache/edits/a").exists(), "only what differs is made");
    for inject in ["error=EIO", "error=EMFILE", "signal=KILL"] {
        for call in CALLS {
            for at in [1, 2, 3, 5, 8] {
                let (what, changed) = (format!("{inject} at {call} {at}"), Changed::large());
                let many = if inject.starts_with("error") { "+" } else { "" };
                if !changed.endures(&format!("{call}:{inject}:when={at}{many}"), &what, Changed::is_made_of_whole_files)
                {
                    break;
                }
                faults += 1;
            }
        }
    }
    assert!(faults > 30, "{faults} faults");
}
