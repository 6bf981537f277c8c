//! Names this build of the program, so that a cache is only believed by the program that wrote it.

#![expect(
    clippy::disallowed_methods,
    reason = "it runs while hectare is compiled, before there is a world to go through"
)]

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    let mut sources = Vec::new();
    collect(Path::new("src"), &mut sources);
    sources.extend(["Cargo.lock", "Cargo.toml"].map(PathBuf::from));
    sources.sort();
    let mut hasher = DefaultHasher::new();
    for path in sources {
        println!("cargo::rerun-if-changed={}", path.display());
        hasher.write(path.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&path).unwrap_or_default());
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=HECTARE_BUILD={:016x}", hasher.finish());
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // The tables of the HTML minifier hold 40 000 addresses. In a program that may lie anywhere in memory the loader puts each of them
        // right at every start, which takes longer than all else that a build with nothing to do has to do by itself.
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => collect(&path, into),
            false => into.push(path),
        }
    }
}
