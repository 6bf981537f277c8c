//! What authors do to pages.

use super::{file, rewrite};
use crate::chance::{Dice, favourite};
use crate::edits::page::{key, with_body, with_key};
use crate::edits::repository::TAGS;
use crate::edits::sources::{Change, Sources};
use std::collections::BTreeSet;

fn is_text(path: &str) -> bool {
    path.starts_with("content/") && path.ends_with(".md")
}

fn is_page(path: &str) -> bool {
    is_text(path) && !path.ends_with("_index.md")
}

fn a_text(seed: u64, sources: &Sources) -> Option<&str> {
    file(seed, sources, is_text)
}

fn a_page(seed: u64, sources: &Sources) -> Option<&str> {
    file(seed, sources, is_page)
}

/// The name that links use: the path below the layer.
fn name(path: &str) -> &str {
    path.splitn(3, '/').nth(2).unwrap_or_default()
}

pub(crate) fn body(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut dice = Dice::new(seed);
    let Some(path) = a_text(seed, sources) else { return Vec::new() };
    let layer = path.split('/').nth(1).unwrap();
    let mut body = format!("Words number {} and \"quotes\" -- so.\n", dice.below(1000));
    if dice.once_in(3) {
        body.push_str("\n{% note(kind=\"tip\") %}\nRemember *this*.\n{% end %}\n");
    }
    if dice.once_in(3) {
        let others = file(dice.roll(), sources, |other| is_page(other) && other.split('/').nth(1) == Some(layer));
        body.extend(others.map(|other| format!("\nRead [on](@/{}).\n", name(other))));
    }
    if dice.once_in(4) {
        body.push_str("\n## A chapter\n\nOf [this](#a-chapter) page.\n\n<!-- more -->\n\nThe rest.\n");
    }
    if dice.once_in(3) {
        let others = file(dice.roll(), sources, |other| is_page(other) && other.split('/').nth(1) == Some(layer));
        body.extend(others.map(|other| format!("\nSee [the chapter](@/{}#a-chapter).\n", name(other))));
    }
    rewrite(sources, Some(path), |text| with_body(text, &body))
}

pub(crate) fn title(seed: u64, sources: &Sources) -> Vec<Change> {
    let title = format!("\"Title {}\"", seed % 50);
    rewrite(sources, a_text(seed, sources), |text| with_key(text, "title", Some(&title)))
}

pub(crate) fn date(seed: u64, sources: &Sources) -> Vec<Change> {
    let date = (!seed.is_multiple_of(4)).then(|| format!("2026-0{}-0{}", 1 + seed % 9, 1 + seed / 9 % 9));
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "date", date.as_deref()))
}

pub(crate) fn weight(seed: u64, sources: &Sources) -> Vec<Change> {
    let weight = (!seed.is_multiple_of(3)).then(|| (seed % 7).to_string());
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "weight", weight.as_deref()))
}

pub(crate) fn tags(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut dice = Dice::new(seed);
    let tags: BTreeSet<_> = (0..dice.below(3)).map(|_| format!("{:?}", dice.one(&TAGS))).collect();
    let tags = tags.into_iter().collect::<Vec<_>>().join(", ");
    let value = (!tags.is_empty()).then(|| format!("[{tags}]"));
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "tags", value.as_deref()))
}

pub(crate) fn slug(seed: u64, sources: &Sources) -> Vec<Change> {
    let slug = format!("\"s{}\"", seed % 40);
    let wanted = |text: &str| (key(text, "slug").is_none() || seed.is_multiple_of(2)).then_some(slug.clone());
    // The page that menus lead to is one of many, and no other way leads to it from everywhere.
    let in_menu = |path: &str| path.ends_with("/imprint.md");
    let path = if seed % 3 == 1 { file(seed, sources, in_menu) } else { a_page(seed, sources) };
    rewrite(sources, path, |text| with_key(text, "slug", wanted(text).as_deref()))
}

pub(crate) fn alias(seed: u64, sources: &Sources) -> Vec<Change> {
    let alias = format!("[\"/was/{}/\"]", seed % 40);
    let wanted = |text: &str| key(text, "aliases").is_none().then_some(alias.clone());
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "aliases", wanted(text).as_deref()))
}

pub(crate) fn draft(seed: u64, sources: &Sources) -> Vec<Change> {
    let wanted = |text: &str| key(text, "draft").is_none().then_some("true");
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "draft", wanted(text)))
}

pub(crate) fn due(seed: u64, sources: &Sources) -> Vec<Change> {
    let key = if seed.is_multiple_of(2) { "expire" } else { "publish" };
    let day = (!(seed / 2).is_multiple_of(4)).then(|| format!("2026-06-1{}", 4 + seed / 2 % 3));
    rewrite(sources, a_page(seed, sources), |text| with_key(text, key, day.as_deref()))
}

pub(crate) fn template(seed: u64, sources: &Sources) -> Vec<Change> {
    let wanted = |text: &str| key(text, "template").is_none().then_some("\"wide.html\"");
    rewrite(sources, a_page(seed, sources), |text| with_key(text, "template", wanted(text)))
}

pub(crate) fn audience(seed: u64, sources: &Sources) -> Vec<Change> {
    let who = ["[\"balcony\"]", "[\"garden\"]", "[\"green\"]", "[\"pension\"]"][(seed / 2 % 4) as usize];
    let name = if seed.is_multiple_of(2) { "only_on" } else { "not_on" };
    let wanted = |text: &str| key(text, name).is_none().then_some(who);
    rewrite(sources, a_page(seed, sources), |text| with_key(text, name, wanted(text)))
}

pub(crate) fn add(seed: u64, sources: &Sources) -> Vec<Change> {
    let mut dice = Dice::new(seed);
    let folders = sources.files.keys().filter(|path| path.ends_with("/_index.md") && !path.contains("/tags/"));
    let folders: Vec<_> = folders.map(|path| path.trim_end_matches("_index.md")).collect();
    let Some(folder) = favourite(seed, folders) else { return Vec::new() };
    let (number, tag) = (dice.below(60), dice.one(&TAGS));
    let date = format!("2026-0{}-2{}", 1 + dice.below(5), dice.below(9));
    let text = format!("+++\ntitle = \"New {number}\"\ndate = {date}\ntags = [{tag:?}]\n+++\nA new page.\n");
    let path = match dice.below(4) {
        0 => format!("{folder}fresh/new-{number}.md"),
        1 => format!("{folder}{date}-new-{number}.md"),
        _ => format!("{folder}new-{number}.md"),
    };
    vec![Change::write(path, text)]
}

pub(crate) fn delete(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = a_page(seed, sources).map(str::to_owned);
    let Some(path) = path else { return Vec::new() };
    let unlink = |text: &str| text.replace(&format!("(@/{})", name(&path)), "(@/imprint.md)");
    let mut changes = mentions(seed, sources, &path, unlink);
    changes.push(Change::Delete(path));
    changes
}

pub(crate) fn rename(seed: u64, sources: &Sources) -> Vec<Change> {
    renamed(seed, sources, |stem| format!("{stem}-{}", seed % 9))
}

pub(crate) fn case_rename(seed: u64, sources: &Sources) -> Vec<Change> {
    renamed(seed, sources, |stem| if stem.to_lowercase() == stem { stem.to_uppercase() } else { stem.to_lowercase() })
}

fn renamed(seed: u64, sources: &Sources, other: impl Fn(&str) -> String) -> Vec<Change> {
    let path = file(seed, sources, |path| is_page(path) && !path.ends_with("/index.md"));
    let Some((folder, stem)) = path.and_then(|path| path.strip_suffix(".md")).and_then(|path| path.rsplit_once('/'))
    else {
        return Vec::new();
    };
    let (from, to) = (format!("{folder}/{stem}.md"), format!("{folder}/{}.md", other(stem)));
    if sources.files.contains_key(&to) || sources.strange.contains(&to) {
        return Vec::new();
    }
    let relink = |text: &str| text.replace(&format!("(@/{})", name(&from)), &format!("(@/{})", name(&to)));
    let mut changes = mentions(seed, sources, &from, relink);
    changes.push(Change::Rename(from, to));
    changes
}

/// Texts that link to a page are mostly changed with it; if not, their sites fail.
fn mentions(seed: u64, sources: &Sources, path: &str, change: impl Fn(&str) -> String) -> Vec<Change> {
    if seed.is_multiple_of(5) {
        return Vec::new();
    }
    let link = format!("(@/{})", name(path));
    let texts = sources.files.keys().filter(|other| is_text(other) && *other != path);
    let texts = texts.map(|other| (other, sources.text(other))).filter(|(_, text)| text.contains(&link));
    texts.map(|(other, text)| Change::write(other, change(&text))).collect()
}

/// A folder of a layer that pages lie in.
fn a_section(seed: u64, sources: &Sources) -> Option<String> {
    let folders = sources.files.keys().filter(|path| is_text(path)).filter_map(|path| path.rsplit_once('/'));
    let folders: BTreeSet<_> =
        folders.map(|(folder, _)| folder).filter(|folder| folder.matches('/').count() > 1).collect();
    favourite(seed, folders).map(str::to_owned)
}

pub(crate) fn rename_section(seed: u64, sources: &Sources) -> Vec<Change> {
    let Some(folder) = a_section(seed, sources) else { return Vec::new() };
    let to = format!("{folder}-{}", seed % 9);
    if sources.below(&format!("{to}/")).next().is_some() || seed.is_multiple_of(5) && folder.ends_with("beds") {
        return Vec::new();
    }
    let (old, new) = (format!("(@/{}/", name(&folder)), format!("(@/{}/", name(&to)));
    let texts = sources.files.keys().filter(|path| is_text(path)).map(|path| (path, sources.text(path)));
    let texts = texts.filter(|(_, text)| text.contains(&old));
    let mut changes: Vec<_> = texts.map(|(path, text)| Change::write(path, text.replace(&old, &new))).collect();
    changes.push(Change::Rename(folder, to));
    changes
}

pub(crate) fn delete_section(seed: u64, sources: &Sources) -> Vec<Change> {
    let Some(folder) = a_section(seed, sources) else { return Vec::new() };
    let (link, below) = (format!("(@/{}/", name(&folder)), format!("{folder}/"));
    let texts = sources.files.keys().filter(|path| is_text(path) && !path.starts_with(&below));
    let texts = texts.map(|path| (path, sources.text(path))).filter(|(_, text)| text.contains(&link));
    let unlinked = texts.map(|(path, text)| Change::write(path, with_body(&text, "Gone.\n")));
    unlinked.chain(sources.below(&below).map(|path| Change::Delete(path.to_owned()))).collect()
}

/// A page gets a folder of its own, or loses it.
pub(crate) fn bundle(seed: u64, sources: &Sources) -> Vec<Change> {
    let Some(path) = a_page(seed, sources) else { return Vec::new() };
    let other = match path.strip_suffix("/index.md") {
        Some(folder) if folder.matches('/').count() > 1 => format!("{folder}.md"),
        Some(_) => return Vec::new(),
        None => format!("{}/index.md", path.trim_end_matches(".md")),
    };
    if sources.files.contains_key(&other) || sources.strange.contains(&other) {
        return Vec::new();
    }
    let bytes = sources.files[path].clone();
    vec![Change::write(other, bytes), Change::Delete(path.to_owned())]
}
