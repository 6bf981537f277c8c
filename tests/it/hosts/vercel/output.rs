//! What was deployed, as the service reads it: the output of a build, version 3, as files or in an archive.

use super::account::Account;
use super::schema;
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

/// A site as it is served.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// SHA-1 of every file below `static/`, by its path there.
    pub(crate) files: BTreeMap<String, String>,
    /// What is served under an address, without the slash in front.
    pub(super) served: BTreeMap<String, Served>,
    pub(super) routes: Vec<Value>,
    /// Whether it came in an archive.
    pub(crate) was_packed: bool,
}

/// A file that is served.
#[derive(Debug, Clone)]
pub(super) struct Served {
    pub(super) bytes: Arc<[u8]>,
    pub(super) kind: String,
}

const OUTPUT: &str = ".vercel/output/";
const ARCHIVE: &str = ".vercel/source.tgz.part";

/// Reads a list of files, path and SHA-1, all of which are there; an error is what the service would say.
pub(super) fn read(account: &Account, files: &[(String, String)]) -> Result<Site, String> {
    let bytes = |sha: &String| account.files.get(sha).map_or_else(|| Arc::from([]), |stored| Arc::clone(&stored.bytes));
    let was_packed = files.iter().any(|(path, _)| path.starts_with(ARCHIVE));
    let contents: BTreeMap<String, Arc<[u8]>> = if was_packed {
        unpacked(files, bytes)?
    } else {
        files.iter().map(|(path, sha)| (path.clone(), bytes(sha))).collect()
    };
    let config = contents.get(&format!("{OUTPUT}config.json")).ok_or("config.json is missing from the build output")?;
    let config: Value = serde_json::from_slice(config).map_err(|fault| format!("config.json: {fault}"))?;
    schema::check(&config)?;
    let prefix = format!("{OUTPUT}static/");
    let statics: BTreeMap<&str, &Arc<[u8]>> =
        contents.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?, bytes))).collect();
    if let Some(path) = contents.keys().find(|path| !path.starts_with(OUTPUT)) {
        return Err(format!("{path} is not part of a build output"));
    }
    if statics.is_empty() {
        return Err("there are no files below static/".to_owned());
    }
    let overrides = config["overrides"].as_object().cloned().unwrap_or_default();
    if let Some(path) = overrides.keys().find(|path| !statics.contains_key(path.as_str())) {
        return Err(format!("overrides: {path} does not exist"));
    }
    let mut served = BTreeMap::new();
    for (path, bytes) in &statics {
        let said = overrides.get(*path);
        let address = said.and_then(|said| said["path"].as_str()).unwrap_or(path).to_owned();
        let kind = said.and_then(|said| said["contentType"].as_str()).map_or_else(|| kind_of(path), str::to_owned);
        if served.insert(address.clone(), Served { bytes: Arc::clone(bytes), kind }).is_some() {
            return Err(format!("two files are served at {address}"));
        }
    }
    let files = statics.iter().map(|(path, bytes)| ((*path).to_owned(), super::files::sha1(bytes))).collect();
    let routes = config["routes"].as_array().cloned().unwrap_or_default();
    Ok(Site { files, served, routes, was_packed })
}

/// The media type that an extension is taken for.
fn kind_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "application/javascript; charset=utf-8",
        Some("json") => "application/json; charset=utf-8",
        Some("xml") => "application/xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    kind.to_owned()
}

fn unpacked<'a>(
    files: &'a [(String, String)],
    bytes: impl Fn(&'a String) -> Arc<[u8]>,
) -> Result<BTreeMap<String, Arc<[u8]>>, String> {
    let mut parts = BTreeMap::new();
    for (path, sha) in files {
        let number = path.strip_prefix(ARCHIVE).and_then(|number| number.parse::<usize>().ok());
        parts.insert(number.ok_or(format!("{path} lies beside an archive"))?, bytes(sha));
    }
    if !parts.keys().copied().eq(1..=parts.len()) {
        return Err("a part of the archive is missing".to_owned());
    }
    let packed: Vec<u8> = parts.values().flat_map(|part| part.iter().copied()).collect();
    let mut tar = Vec::new();
    MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut tar).map_err(|fault| format!("the archive: {fault}"))?;
    entries(&tar).ok_or("the archive is damaged".to_owned())
}

/// The regular files of a tar archive: POSIX, with its extended headers.
fn entries(tar: &[u8]) -> Option<BTreeMap<String, Arc<[u8]>>> {
    let mut files = BTreeMap::new();
    let (mut at, mut long) = (0, None);
    while tar.get(at..at + 512)?.iter().any(|byte| *byte != 0) {
        let head = &tar[at..at + 512];
        let text = |range: std::ops::Range<usize>| {
            let field = &head[range];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
            std::str::from_utf8(&field[..end]).ok()
        };
        let octal = |range| usize::from_str_radix(text(range)?.trim(), 8).ok();
        let sum: usize = head[..148].iter().chain(&head[156..]).map(|byte| usize::from(*byte)).sum::<usize>() + 8 * 32;
        if octal(148..156)? != sum {
            return None;
        }
        let (size, kind) = (octal(124..136)?, head[156]);
        let body = tar.get(at + 512..at + 512 + size)?;
        let short = match text(345..500)? {
            "" => text(0..100)?.to_owned(),
            folder => format!("{folder}/{}", text(0..100)?),
        };
        match kind {
            b'x' => long = Some(extended(body)?),
            b'0' | 0 => drop(files.insert(long.take().unwrap_or(short), Arc::from(body))),
            _ => long = None,
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    Some(files)
}

/// The path in an extended header: `31 path=…`.
fn extended(body: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(body).ok()?;
    while let Some((length, _)) = rest.split_once(' ') {
        let record = rest.get(..length.parse::<usize>().ok()?)?;
        if let Some(path) = record.strip_prefix(&format!("{length} path=")) {
            return Some(path.trim_end_matches('\n').to_owned());
        }
        rest = &rest[record.len()..];
    }
    None
}
