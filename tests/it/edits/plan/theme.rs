//! What designers do to themes.

use super::{file, rewrite};
use crate::chance::{Dice, favourite};
use crate::edits::sources::{Change, Sources};

/// A remark in the text of a template that shows.
fn marked(text: &str, seed: u64) -> String {
    let rest = text.rsplit_once("<i>").map_or(text, |(rest, _)| rest);
    format!("{}<i>{}</i>\n", rest.trim_end_matches('\n'), seed % 100)
}

/// A template that only a shortcode includes.
pub(crate) fn include_in_shortcode(seed: u64, sources: &Sources) -> Vec<Change> {
    rewrite(sources, Some("themes/plain/templates/partials/address.html"), |text| marked(text, seed))
}

pub(crate) fn shortcode(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.contains("/templates/shortcodes/"));
    rewrite(sources, path, |text| marked(text, seed))
}

pub(crate) fn base_template(seed: u64, sources: &Sources) -> Vec<Change> {
    let class = format!("<body data-day=\"{}\"", seed % 100);
    rewrite(sources, Some("themes/plain/templates/base.html"), |text| match text.split_once("<body") {
        Some((before, after)) => [before, &class, after.find(" class").map_or(after, |at| &after[at..])].concat(),
        None => text.to_owned(),
    })
}

/// Any template but those that only build on others, where a remark would not show.
pub(crate) fn template(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.contains("/templates/") && !path.contains("/shortcodes/"));
    rewrite(sources, path, |text| match text.rfind("{% endblock") {
        Some(at) => [&text[..at], &format!("<b>{}</b>", seed % 100), &text[at..]].concat(),
        None => marked(text, seed),
    })
}

pub(crate) fn style(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.ends_with(".css"));
    rewrite(sources, path, |text| match seed % 5 {
        0 => format!("{text}\np {{ margin: {}px }}\n", seed % 30),
        _ => text.replacen("color:", &format!("line-height: {}; color:", seed % 9), 1),
    })
}

pub(crate) fn words(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.contains("/words/"));
    let word = seed % 50;
    rewrite(sources, path, |_| {
        format!("made = \"Made {word}\"\nmore = {{ one = \"{{count}} x{word}\", other = \"{{count}} y{word}\" }}\n")
    })
}

pub(crate) fn tokens(seed: u64, sources: &Sources) -> Vec<Change> {
    let path = file(seed, sources, |path| path.ends_with("/theme.toml"));
    let ribbon = format!("ribbon = \"r{}\"", seed % 50);
    rewrite(sources, path, |text| {
        let lines = text.lines().map(|line| if line.starts_with("ribbon") { ribbon.as_str() } else { line });
        lines.map(|line| format!("{line}\n")).collect()
    })
}

/// A file of the parent theme gets one of the same path in the child, or the child loses it.
pub(crate) fn shadow(seed: u64, sources: &Sources) -> Vec<Change> {
    let own = |path: &&str| !path.ends_with("theme.toml") && !path.ends_with("/page.html");
    let inherited = sources.below("themes/plain/").filter(own).filter(|path| !path.contains("/img/"));
    let Some(path) = favourite(seed, inherited) else { return Vec::new() };
    let child = path.replacen("plain", "fancy", 1);
    if sources.files.contains_key(&child) {
        vec![Change::Delete(child)]
    } else {
        vec![Change::write(child, variant(seed, path, &sources.text(path)))]
    }
}

/// A layer overrides a file of its sites' themes, or stops doing so.
pub(crate) fn layer_override(seed: u64, sources: &Sources) -> Vec<Change> {
    let layer = *Dice::new(seed).one(&["shared", "garden", "money", "balcony", "pension"]);
    let names =
        ["templates/partials/card.html", "templates/shortcodes/note.html", "static/favicon.svg", "words/de.toml"];
    let name = names[(seed / 7 % 4) as usize];
    let path = format!("content/{layer}/_theme/{name}");
    let inherited = format!("themes/plain/{name}");
    if sources.files.contains_key(&path) {
        vec![Change::Delete(path)]
    } else {
        vec![Change::write(path, variant(seed, &inherited, &sources.text(&inherited)))]
    }
}

/// Another file in the place of one of the theme.
fn variant(seed: u64, path: &str, text: &str) -> Vec<u8> {
    match path.rsplit('.').next() {
        Some("html") => marked(text, seed).into_bytes(),
        Some("css") => format!("body {{ margin: {}px }}\n", seed % 20).into_bytes(),
        Some("png") => super::super::repository::picture(seed as u8),
        _ => text.replace("made = \"", "made = \"Well ").replace("width=\"8\"", "width=\"9\"").into_bytes(),
    }
}
