//! What happens to files of any kind, and to the calendar.

use super::{file, rewrite};
use crate::chance::{Dice, favourite};
use crate::edits::repository::{any, picture};
use crate::edits::sources::{Change, Sources};

/// A file holds again what it held some time ago.
pub(crate) fn restore(seed: u64, sources: &Sources) -> Vec<Change> {
    let paths = sources.past.iter().map(|(path, _)| path.as_str());
    let Some(path) = favourite(seed, paths).map(str::to_owned) else { return Vec::new() };
    let versions: Vec<_> = sources.past.iter().filter(|(other, _)| *other == path).collect();
    let (_, bytes) = versions[(seed % versions.len() as u64) as usize];
    vec![Change::write(path, bytes.clone())]
}

/// Everything is as it was when all sites were last built.
pub(crate) fn back_to_good(_: u64, sources: &Sources) -> Vec<Change> {
    sources.back_to_good()
}

/// Another branch: most files are others, many are new, and those of the branch before are gone. The owner's settings stay.
pub(crate) fn checkout(seed: u64, sources: &Sources) -> Vec<Change> {
    let is_setting = |path: &str| path == "sites.toml";
    let mut branch = any(seed);
    for number in 0..seed % 40 {
        let text = format!("+++\ntitle = \"Page {number} of {}\"\ntags = [\"rain\"]\n+++\nText.\n", seed % 100);
        branch.insert(format!("content/orchard/branch/deep/page-{number}.md"), text.into_bytes());
    }
    let there = sources.files.keys().chain(&sources.strange);
    let gone = there.filter(|path| !branch.contains_key(*path) && !is_setting(path)).cloned().map(Change::Delete);
    let other = branch.iter().filter(|(path, bytes)| sources.files.get(*path) != Some(*bytes) && !is_setting(path));
    gone.chain(other.map(|(path, bytes)| Change::write(path.as_str(), bytes.as_slice()))).collect()
}

/// A file beside a page comes, goes or changes.
pub(crate) fn beside_page(seed: u64, sources: &Sources) -> Vec<Change> {
    let is_file = |path: &str| {
        let below = path.strip_prefix("content/");
        below.is_some_and(|below| !below.ends_with(".md") && !below.contains("/_") && !below.starts_with('_'))
    };
    let bundles = sources.files.keys().filter_map(|path| path.strip_suffix("index.md"));
    match (seed % 4, file(seed, sources, is_file), favourite(seed, bundles)) {
        (0, Some(path), _) => vec![Change::Delete(path.to_owned())],
        (1 | 2, Some(path), _) => vec![Change::write(path, content(seed, path))],
        (_, _, Some(folder)) => {
            let path = format!("{folder}{}", ["more.txt", "more.svg", "more.png"][(seed / 4 % 3) as usize]);
            vec![Change::write(path.as_str(), content(seed, &path))]
        }
        _ => Vec::new(),
    }
}

/// Bytes that suit the ending of a file.
fn content(seed: u64, path: &str) -> Vec<u8> {
    let colour = seed % 250;
    match path.rsplit('.').next() {
        Some("png") => picture(colour as u8),
        Some("svg") => format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"20\"><rect width=\"9\" height=\"9\" fill=\"#0000{colour:02x}\"/></svg>\n",
            10 + seed % 3
        )
        .into_bytes(),
        _ => format!("Text number {colour}.\n").into_bytes(),
    }
}

/// A static file comes, goes or changes.
pub(crate) fn static_file(seed: u64, sources: &Sources) -> Vec<Change> {
    let is_static = |path: &str| path.contains("/_static/") || path.contains("/static/");
    match (seed % 3, file(seed, sources, is_static)) {
        (0, Some(path)) if !path.ends_with("touch.png") => vec![Change::Delete(path.to_owned())],
        (1, Some(path)) => vec![Change::write(path, content(seed, path))],
        _ => {
            let folder = *Dice::new(seed).one(&[
                "content/shared/_static",
                "content/orchard/_static",
                "themes/plain/static",
                "themes/fancy/static",
            ]);
            let path = format!("{folder}/{}", ["new.txt", "terms.txt", "favicon.svg"][(seed / 3 % 3) as usize]);
            vec![Change::write(path.as_str(), content(seed, &path))]
        }
    }
}

/// A picture is replaced by one of exactly the same size.
pub(crate) fn same_size_image(seed: u64, sources: &Sources) -> Vec<Change> {
    let is_picture = |path: &str| path.ends_with(".svg") || path.ends_with(".png");
    let Some(path) = file(seed, sources, is_picture) else { return Vec::new() };
    let bytes = &sources.files[path];
    let fits = |other: &Vec<u8>| other.len() == bytes.len() && other != bytes;
    let other = if path.ends_with(".png") {
        (0..=250).map(|colour| picture(colour ^ seed as u8)).find(fits)
    } else {
        let text = sources.text(path);
        let at = text.find("fill=\"#").map_or(0, |at| at + 7);
        (0..16).map(|digit| [&text[..at], &format!("{digit:x}"), &text[at + 1..]].concat().into_bytes()).find(fits)
    };
    other.map(|bytes| Change::write(path, bytes)).into_iter().collect()
}

/// Prices change for the fleet, a layer or a site; one of the files may come or go.
pub(crate) fn data(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut dice = Dice::new(seed);
    if dice.once_in(4) {
        let name = format!("name = \"Ada {}\"\n", dice.below(99));
        return vec![Change::write("content/_data/operator.toml", name)];
    }
    let layer = *dice.one(&["", "garden/", "money/", "balcony/", "orchard/"]);
    let path = format!("content/{layer}_data/prices.toml");
    if !layer.is_empty() && sources.files.contains_key(&path) && dice.once_in(3) {
        return vec![Change::Delete(path)];
    }
    let text = format!("spade = {}.5\nrake = {}\n", dice.below(30), dice.below(9));
    vec![Change::write(path, text)]
}

/// A row of the table that pages are made from comes, goes or changes.
pub(crate) fn rows(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some("content/garden/_data/plants.csv"), |text| match seed % 3 {
        0 => format!("{text}herb{0},Herb {0},shade,yes\n", seed % 20),
        1 => {
            text.rsplit_once("\n")
                .map_or(text, |(rest, _)| rest.rsplit_once("\n").map_or(rest, |(rest, _)| rest))
                .to_owned()
                + "\n"
        }
        _ => text.replacen(",sun,", ",half shade,", 1),
    })
}

/// Something is written wrongly, as if it had been saved too early.
pub(crate) fn break_syntax(seed: u64, sources: &Sources) -> Vec<Change> {
    let is_breakable = |path: &str| {
        ["md", "html", "toml", "css", "csv", "svg"].iter().any(|ending| path.ends_with(&format!(".{ending}")))
    };
    let rare = |path: &str| path == "sites.toml" || path.starts_with("themes/plain");
    let path = file(seed, sources, |path| is_breakable(path) && (!rare(path) || seed.is_multiple_of(4)));
    rewrite(sources, path, |text| match path.unwrap_or_default().rsplit('.').next() {
        Some("md") => match seed % 3 {
            0 => format!("{text}\nRead [this](@/no/such/page.md).\n"),
            1 => format!("{text}\n{{{{ nonsense() }}}}\n"),
            _ => text.replacen("+++\n", "+++\ntitle = \"open\ndate = never\n", 1),
        },
        Some("html") => format!("{text}\n{{% if page.title %}}"),
        Some("css") => format!("{text}\na {{ color: \"open\n"),
        Some("csv") => format!("{text}one,cell,too,many,by,far,indeed,yes\n"),
        Some("svg") => text.replace("</svg>", "</sv"),
        _ => format!("{text}\nbroken = = 1\n"),
    })
}

pub(crate) fn clock(seed: u64, sources: &Sources) -> Vec<Change> {
    let days = if sources.day > 2 || seed.is_multiple_of(2) && sources.day > -3 { -1 } else { 1 };
    vec![Change::Clock(days)]
}
