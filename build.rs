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
