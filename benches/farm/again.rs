//! The second build: measured against looking at every source, which no build can do without, and against a clean build.

use super::fleet::{self, Shape};
use super::measure::median;
use rayon::prelude::*;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, openat, statat};
use std::fs;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

/// Something that happens between two builds.
struct Case {
    name: &'static str,
    /// Does it; a number makes each round another one.
    edit: fn(&Path, usize),
    /// What the time is compared with.
    floor: Floor,
    most: f64,
    /// What the build has to say.
    says: &'static str,
}

/// What a second build is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Floor {
    /// Looking at every source on all processors, nothing else.
    Walk,
    /// A clean build of the same.
    Clean,
}

const ROUNDS: usize = 7;
/// A file is trusted by its facts when it has been at rest for so long.
const REST: Duration = Duration::from_millis(3_200);

/// Measures second builds of a fleet and of a large site; whether all are as fast as they must be.
pub(crate) fn run(bench: &Path, is_quick: bool) -> bool {
    let (sites, pages) = if is_quick { (150, 2_500) } else { (1_500, 10_000) };
    let slack = if is_quick { 8.0 } else { 1.0 };
    println!("\n{:<44} {:>9} {:>9} {:>8} {:>8}", "second builds", "hectare", "floor", "÷ floor", "at most");
    let fleet = cases_of_a_fleet();
    let large = cases_of_a_large_site();
    let fast =
        [(Shape { sites, pages: 20, theme: "typical" }, fleet), (Shape { sites: 1, pages, theme: "typical" }, large)]
            .map(|(shape, cases)| measure(bench, &shape, &cases, slack));
    let _ = fs::remove_dir_all(bench);
    fast.into_iter().all(|fast| fast)
}

fn cases_of_a_fleet() -> Vec<Case> {
    let case = |name, edit, floor, most, says| Case { name, edit, floor, most, says };
    vec![
        case("fleet: nothing changed", |_, _| {}, Floor::Walk, 1.5, "unchanged"),
        case("fleet: one text edited", edit_text, Floor::Walk, 1.8, "1 built"),
        case("fleet: fresh checkout", touch_all, Floor::Clean, 0.25, "unchanged"),
        case("fleet: a template edited", edit_template, Floor::Clean, 1.2, "sites built"),
    ]
}

fn cases_of_a_large_site() -> Vec<Case> {
    let case = |name, edit, most| Case { name, edit, floor: Floor::Clean, most, says: "" };
    vec![
        case("large site: nothing changed", |_, _| {}, 0.1),
        case("large site: one text edited", edit_text, 0.05),
        case("large site: one title edited", edit_title, 1.1),
    ]
}

fn measure(bench: &Path, shape: &Shape, cases: &[Case], slack: f64) -> bool {
    let root = bench.join("again");
    let _ = fs::remove_dir_all(&root);
    fleet::write(&root, shape);
    build(&root, &["--clean"]);
    std::thread::sleep(REST);
    build(&root, &[]);
    let fast: Vec<bool> = cases.iter().map(|case| measure_case(&root, case, slack)).collect();
    fast.into_iter().all(|fast| fast)
}

fn measure_case(root: &Path, case: &Case, slack: f64) -> bool {
    let rounds: Vec<(f64, f64)> = (0..ROUNDS).map(|round| measure_round(root, case, round)).collect();
    let [ours, floor] = [median(rounds.iter().map(|round| round.0)), median(rounds.iter().map(|round| round.1))];
    let (ratio, most) = (median(rounds.iter().map(|(ours, floor)| ours / floor)), case.most * slack);
    println!("{:<44} {:>6.1} ms {:>6.1} ms {ratio:>8.2} {most:>8.2}", case.name, ours * 1e3, floor * 1e3);
    ratio <= most
}

fn measure_round(root: &Path, case: &Case, round: usize) -> (f64, f64) {
    (case.edit)(root, round);
    let floor = match case.floor {
        Floor::Walk => timed(|| walk(&root.join("content"))),
        Floor::Clean => 0.0,
    };
    let start = Instant::now();
    let said = build(root, &[]);
    let ours = start.elapsed().as_secs_f64();
    assert!(said.contains(case.says), "{}: {said}", case.name);
    let floor = match case.floor {
        Floor::Walk => floor,
        Floor::Clean => {
            let out = root.with_file_name("again-clean");
            let _ = fs::remove_dir_all(&out);
            timed(|| drop(build(root, &["--clean", "--out", out.to_str().expect("a path")])))
        }
    };
    (ours, floor)
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn build(root: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hectare"));
    let output = command.arg("build").arg("--root").arg(root).args(words).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Looks at every file below a folder, the folders in it side by side.
fn walk(folder: &Path) {
    let folders: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder can be listed").map(|entry| entry.expect("an entry").path()).collect();
    folders.par_iter().for_each(|folder| {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        look_into(&openat(rustix::fs::CWD, folder, flags, Mode::empty()).expect("the folder can be opened"));
    });
}

fn look_into(folder: &OwnedFd) {
    for entry in Dir::read_from(folder).expect("the folder can be listed") {
        let entry = entry.expect("an entry");
        match entry.file_type() {
            FileType::Directory if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
            FileType::Directory => {
                let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
                look_into(&openat(folder, entry.file_name(), flags, Mode::empty()).expect("the folder can be opened"));
            }
            _ => {
                let facts = statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW);
                std::hint::black_box(facts.expect("the file can be looked at").st_size);
            }
        }
    }
}

/// Some text of the fleet.
fn a_text(root: &Path) -> PathBuf {
    let texts = walkdir::WalkDir::new(root.join("content")).sort_by_file_name().into_iter().filter_map(Result::ok);
    let mut texts = texts.filter(|entry| {
        entry.path().extension().is_some_and(|extension| extension == "md") && entry.file_name() != "_index.md"
    });
    texts.nth(7).expect("the fleet has texts").into_path()
}

fn edit_text(root: &Path, round: usize) {
    let path = a_text(root);
    let text = fs::read_to_string(&path).expect("the text can be read");
    fs::write(&path, format!("{}\n\nRound {round}.\n", text.trim_end())).expect("the text can be written");
}

fn edit_title(root: &Path, round: usize) {
    let path = a_text(root);
    let text = fs::read_to_string(&path).expect("the text can be read");
    let retitle = |line: &str| {
        if line.starts_with("title = ") { format!("title = \"Round {round}\"\n") } else { line.to_owned() }
    };
    let text: String = text.split_inclusive('\n').map(retitle).collect();
    fs::write(&path, text).expect("the text can be written");
}

fn edit_template(root: &Path, round: usize) {
    let themes =
        walkdir::WalkDir::new(root.join("themes/typical")).sort_by_file_name().into_iter().filter_map(Result::ok);
    let mut templates = themes.filter(|entry| entry.file_name() == "base.html" || entry.file_name() == "layout.html");
    let path = templates.next().expect("the theme has a template for all pages").into_path();
    let text = fs::read_to_string(&path).expect("the template can be read");
    fs::write(&path, text.replace("</body>", &format!("<i>{round}</i></body>"))).expect("it can be written");
}

/// What a checkout does to all files: each has another time.
fn touch_all(root: &Path, round: usize) {
    let time = SystemTime::now() - Duration::from_secs(1_000 - round as u64);
    for part in ["content", "themes", "sites.toml"] {
        for entry in walkdir::WalkDir::new(root.join(part)).into_iter().filter_map(Result::ok) {
            if entry.file_type().is_file() {
                let file = fs::File::options().append(true).open(entry.path()).expect("the file can be opened");
                file.set_modified(time).expect("its time can be set");
            }
        }
    }
}
