//! Disks that are full, read-only or strange: the old site stays as it was, and the next build puts everything right.

use crate::farm::Farm;
use crate::mistakes::kept;
use crate::tree::Tree;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A small file system of its own, gone when the test is over.
struct Mount(PathBuf);

impl Mount {
    /// Mounts a file system in memory with these options; only root may, others skip the test.
    fn at(place: &Path, options: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            eprintln!("skipped: only root can mount a file system");
            return None;
        }
        fs::create_dir_all(place).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(place).status().unwrap();
        assert!(mounted.success(), "a tmpfs can be mounted");
        Some(Self(place.to_owned()))
    }

    fn change(&self, options: &str) {
        let changed = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status().unwrap();
        assert!(changed.success(), "a tmpfs can be changed");
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

fn two_sites() -> Farm {
    Farm::new().site("bad").site("good")
}

#[test]
fn a_site_that_fails_before_its_pages_are_printed_does_not_touch_the_output() {
    let farm = two_sites();
    farm.run("build").ends(0);
    let touched = |farm: &Farm| fs::metadata(farm.place("dist")).unwrap().modified().unwrap();
    let before = touched(&farm);
    let farm = farm.page("bad/new.md", "A [dead](@/nowhere.md) link.").page("bad/newer.md", "Text.");
    farm.run("build").ends(1);
    assert_eq!(touched(&farm), before);
}

#[test]
fn a_full_disk_leaves_the_old_site_untouched() {
    let farm = two_sites();
    let Some(_mount) = Mount::at(&farm.place("dist"), "size=512k") else { return };
    let before = farm.run("build").ends(0).dist;
    let farm = farm.page("bad/large.md", &"A long text. ".repeat(80_000));
    let run = farm.run("build --jobs 1").ends(1);
    assert_eq!(run.dist, before, "no file is lost, torn or left over");
    kept("the_disk_is_full", &run);
    let farm = farm.page("bad/large.md", "A short text.");
    assert!(farm.run("build").ends(0).dist.has("bad/large/index.html"));
}

#[test]
fn a_disk_without_room_for_more_files_leaves_the_old_site_untouched() {
    let farm = two_sites();
    let Some(_mount) = Mount::at(&farm.place("dist"), "size=8m,nr_inodes=60") else { return };
    let before = farm.run("build").ends(0).dist;
    let farm = (0..80).fold(farm, |farm, n| farm.page(&format!("bad/page-{n}.md"), "Text."));
    let run = farm.run("build").ends(1);
    assert_eq!(run.dist, before);
}

#[test]
fn a_read_only_folder_is_told_and_left_alone() {
    let farm = two_sites();
    let Some(mount) = Mount::at(&farm.place("dist"), "size=8m") else { return };
    let before = farm.run("build").ends(0).dist;
    mount.change("ro");
    let farm = farm.page("bad/new.md", "Text.").page("good/new.md", "Text.");
    let run = farm.run("build").ends(1);
    assert_eq!(run.dist, before);
    kept("the_output_is_read_only", &run);
    mount.change("rw");
    assert!(farm.run("build").ends(0).dist.has("bad/new/index.html"));
}

#[test]
fn an_output_folder_that_is_a_link_is_not_written_through() {
    let farm = two_sites().with(|root| {
        fs::create_dir_all(root.join("elsewhere")).unwrap();
        fs::create_dir_all(root.join("dist")).unwrap();
        symlink("../elsewhere", root.join("dist/bad")).unwrap();
    });
    let run = farm.run("build").ends(1);
    assert!(Tree::read(&farm.place("elsewhere")).paths().is_empty());
    assert!(run.dist.has("good/index.html"));
    kept("the_output_is_a_link", &run);
}

#[test]
fn an_output_folder_that_is_a_file_is_left_alone() {
    let farm = two_sites().file("dist", "mine");
    let run = farm.run("build").ends(1);
    assert_eq!(fs::read_to_string(farm.place("dist")).unwrap(), "mine");
    kept("the_output_is_a_file", &run);
}

#[test]
fn files_that_hectare_did_not_make_are_kept_and_told() {
    let farm = two_sites();
    farm.run("build").ends(0);
    let farm = farm.file("dist/bad/mine.txt", "keep me").page("bad/_index.md", "Changed.");
    let run = farm.run("build").ends(0);
    assert_eq!(run.text("bad/mine.txt"), "keep me");
    kept("a_foreign_file_in_the_output", &run);
}

#[test]
fn outputs_that_nothing_makes_any_more_disappear() {
    let farm = two_sites().page("bad/old.md", "Text.");
    assert!(farm.run("build").ends(0).dist.has("bad/old/index.html"));
    let farm = farm.with(|root| fs::remove_file(root.join("content/bad/old.md")).unwrap());
    let run = farm.run("build").ends(0);
    assert!(!run.dist.paths().iter().any(|path| path.starts_with("bad/old")), "{:?}", run.dist.paths());
}

#[test]
fn a_damaged_cache_is_told_and_nothing_else_happens() {
    let farm = two_sites();
    let clean = farm.run("build").ends(0).dist;
    let mut cache = fs::read(farm.place(".hectare/cache/index")).unwrap();
    *cache.last_mut().unwrap() ^= 1;
    let run = farm.file(".hectare/cache/index", cache).run("build").ends(0);
    assert_eq!(clean.difference(&run.dist), None);
    kept("a_damaged_cache", &run);
}

#[test]
fn a_second_build_of_the_same_fleet_is_refused_while_the_first_runs() {
    let farm = two_sites().file(".hectare/lock", "process 1\n");
    let held = fs::File::open(farm.place(".hectare/lock")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let run = farm.run("build").ends(2);
    kept("another_build_is_running", &run);
    drop(held);
    farm.run("build").ends(0);
}

#[test]
fn a_record_of_one_output_folder_says_nothing_about_another() {
    let farm = two_sites().page("bad/about.md", "Text.");
    assert!(farm.run("build").ends(0).dist.has("bad/about/index.html"));
    let farm = farm.file("other/bad/about/index.html", "mine");
    let farm = farm.with(|root| fs::remove_file(root.join("content/bad/about.md")).unwrap());
    let run = farm.run("build --out other").ends(1);
    assert_eq!(Tree::read(&farm.place("other/bad")).text("about/index.html"), "mine");
    assert!(run.stderr.contains("holds files that hectare did not make"), "{}", run.stderr);
    assert!(Tree::read(&farm.place("other")).has("good/index.html"));
    assert!(!farm.run("build").ends(0).dist.has("bad/about/index.html"), "what became stale meanwhile is found");
}

#[test]
fn a_leaving_file_that_someone_changed_is_kept() {
    let farm = two_sites().page("bad/about.md", "Text.");
    farm.run("build").ends(0);
    let farm = farm.file("dist/bad/about/index.html", "mine");
    let farm = farm.with(|root| fs::remove_file(root.join("content/bad/about.md")).unwrap());
    let run = farm.run("build").ends(0);
    assert_eq!(run.text("bad/about/index.html"), "mine");
    assert!(run.stderr.contains("H0705"), "{}", run.stderr);
}

#[test]
fn sites_are_not_mixed_with_what_they_are_made_of() {
    let farm = two_sites();
    for out in [
        ".",
        "..",
        "content",
        "content/good",
        "themes",
        "themes/plain/new",
        ".hectare",
        ".hectare/cache",
        "dist/good",
        "dist/new",
    ] {
        let run = farm.run(&format!("build --out {out}")).ends(2);
        assert!(run.stderr.contains("H0112"), "{out}: {}", run.stderr);
    }
    farm.run("build --out ./dist").ends(0);
}

#[test]
fn no_link_leads_the_output_into_what_it_is_made_of_or_the_other_way_round() {
    let into_content = || {
        two_sites().with(|root| {
            fs::create_dir_all(root.join("content/out")).unwrap();
            symlink("content/out", root.join("dist")).unwrap();
        })
    };
    let around_themes = || {
        two_sites().with(|root| {
            fs::create_dir_all(root.join("dist")).unwrap();
            fs::rename(root.join("themes"), root.join("dist/themes")).unwrap();
            symlink("dist/themes", root.join("themes")).unwrap();
        })
    };
    for farm in [into_content(), around_themes()] {
        let before = Tree::read(&farm.place("dist"));
        for words in ["build --out dist", "build --out ./dist"] {
            assert!(farm.run(words).ends(2).stderr.contains("H0112"), "{words}");
        }
        assert!(farm.run("build").ends(2).stderr.contains("H0704"));
        assert_eq!(Tree::read(&farm.place("dist")), before, "nothing is written");
    }
    kept("the_output_leads_into_the_content", &into_content().run("build"));
    let farm = two_sites().with(|root| symlink("elsewhere", root.join("dist")).unwrap());
    fs::create_dir_all(farm.place("elsewhere")).unwrap();
    farm.run("build").ends(0);
}

#[test]
fn foreign_links_names_and_empty_folders_stay_what_they_are() {
    use std::os::unix::ffi::OsStrExt;
    let odd = std::ffi::OsStr::from_bytes(b"odd-\xff");
    let farm = two_sites();
    farm.run("build").ends(0);
    let farm = farm.file("elsewhere/a.txt", "a").with(|root| {
        symlink("../../elsewhere", root.join("dist/bad/link")).unwrap();
        fs::create_dir_all(root.join("dist/bad/empty/folder")).unwrap();
        fs::write(root.join("dist/bad").join(odd), "odd").unwrap();
    });
    let farm = farm.page("bad/new.md", "Text.");
    assert!(farm.run("build").ends(0).dist.has("bad/new/index.html"));
    assert_eq!(fs::read_link(farm.place("dist/bad/link")).unwrap(), Path::new("../../elsewhere"));
    assert!(farm.place("dist/bad/empty/folder").is_dir());
    assert_eq!(fs::read(farm.place("dist/bad").join(odd)).unwrap(), b"odd");
}

#[test]
fn a_site_that_a_dying_run_put_aside_comes_back() {
    let farm = two_sites();
    farm.run("build").ends(0);
    let farm = farm.file("dist/bad/mine.txt", "keep me");
    let farm = farm.with(|root| fs::rename(root.join("dist/bad"), root.join("dist/.bad.old")).unwrap());
    let run = farm.run("build").ends(0);
    assert_eq!(run.text("bad/mine.txt"), "keep me");
    assert!(!farm.place("dist/.bad.old").exists());
}

/// Runs the program; a build that waits for someone to write into a pipe is ended.
#[track_caller]
fn does_not_wait(farm: &Farm) {
    let mut child = farm.command("build").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..1_000 {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(!status.success(), "a pipe is not a file");
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    panic!("the build waits for a pipe");
}

#[test]
fn pipes_hold_no_build_up() {
    let pipe = |farm: Farm, path: &str| {
        let place = farm.place(path);
        let _ = fs::remove_file(&place);
        assert!(Command::new("mkfifo").arg(&place).status().unwrap().success());
        farm
    };
    does_not_wait(&pipe(two_sites(), "sites.toml"));
    does_not_wait(&pipe(two_sites(), "themes/plain/theme.toml"));
    does_not_wait(&pipe(two_sites().append("sites.toml", "\n[[sites]]\nfrom = \"f.csv\"\n"), "f.csv"));
}

#[test]
fn links_publish_nothing_from_outside_or_hidden() {
    let secrets = tempfile::tempdir().unwrap();
    fs::write(secrets.path().join("secret.txt"), "secret").unwrap();
    let farm = two_sites().file(".git/config", "secret").file("content/good/_static/seen.txt", "seen");
    let farm = farm.with(|root| {
        fs::create_dir_all(root.join("content/bad/_static")).unwrap();
        symlink("../../../.git", root.join("content/bad/_static/git")).unwrap();
        symlink(secrets.path(), root.join("content/bad/_static/out")).unwrap();
        symlink("../../good/_static/seen.txt", root.join("content/bad/_static/seen.txt")).unwrap();
    });
    let run = farm.run("build").ends(0);
    let paths = run.dist.paths();
    assert!(!paths.iter().any(|path| path.contains("config") || path.contains("secret")), "{paths:?}");
    assert_eq!(run.text("bad/seen.txt"), "seen");
    let farm = farm.with(|root| {
        fs::remove_dir_all(root.join("content/bad")).unwrap();
        symlink(secrets.path(), root.join("content/bad")).unwrap();
    });
    let run = farm.run("build").ends(1);
    assert!(run.stderr.contains("leads out") && run.dist.has("good/index.html"), "{}", run.stderr);
}

#[test]
fn sites_that_left_the_manifest_are_told() {
    let farm = two_sites();
    farm.run("build").ends(0);
    let manifest = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let (kept, _) = manifest.rsplit_once("\n[[site]]").unwrap();
    let farm = farm.file("sites.toml", kept);
    let run = farm.run("build").ends(0);
    assert!(run.stderr.contains("dist/good") && run.stderr.contains("no longer in"), "{}", run.stderr);
    assert!(run.dist.has("good/index.html"));
}

#[test]
fn a_fleet_that_moves_to_another_folder_and_back_knows_its_files() {
    let farm = two_sites().page("bad/old.md", "Text.");
    assert!(farm.run("build").ends(0).dist.has("bad/old/index.html"));
    let manifest = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let moved = manifest.replace("[defaults]", "[fleet]\ndist = \"public\"\n\n[defaults]");
    let farm = farm.file("sites.toml", moved);
    farm.run("build").ends(0);
    assert!(Tree::read(&farm.place("public")).has("bad/old/index.html"));
    let farm = farm.with(|root| fs::remove_file(root.join("content/bad/old.md")).unwrap());
    let run = farm.file("sites.toml", manifest).run("build").ends(0);
    assert!(!run.dist.has("bad/old/index.html") && run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn a_record_that_cannot_be_written_is_told_where_it_lies() {
    let farm = two_sites().file(".hectare/sites", "mine");
    let run = farm.run("build").ends(1);
    assert!(run.stderr.contains("error[H0704]: cannot write into `.hectare/sites`"), "{}", run.stderr);
    assert!(!run.stderr.contains("`dist`"), "{}", run.stderr);
}

#[test]
fn who_may_enter_the_folder_of_a_site_may_do_so_afterwards() {
    use std::os::unix::fs::PermissionsExt;
    let farm = two_sites();
    farm.run("build").ends(0);
    let mode = |farm: &Farm| fs::metadata(farm.place("dist/bad")).unwrap().permissions().mode() & 0o7777;
    fs::set_permissions(farm.place("dist/bad"), fs::Permissions::from_mode(0o2770)).unwrap();
    let farm = farm.page("bad/new.md", "Text.");
    assert!(farm.run("build").ends(0).dist.has("bad/new/index.html"));
    assert_eq!(mode(&farm), 0o2770);
}

#[test]
fn a_file_of_somebody_else_makes_no_work() {
    let farm = two_sites();
    farm.run("build").ends(0);
    let farm = farm.file("dist/bad/mine.txt", "keep me");
    let first = farm.run("build").ends(0);
    let again = farm.run("build").ends(0);
    assert_eq!(again.stderr, first.stderr, "it is told every time");
    assert!(again.stdout.starts_with("2 sites unchanged"), "{}", again.stdout);
    let farm = farm.with(|root| fs::remove_file(root.join("dist/bad/mine.txt")).unwrap());
    assert_eq!(farm.run("build").ends(0).stderr, "");
}
