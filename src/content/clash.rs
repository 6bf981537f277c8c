//! No two things may want the same place, even on file systems that fold case.

use super::{Context, reading};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{OutPath, Page, PageKind, Publish, Route, SiteFile, Source};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// Who wants a place.
#[derive(Clone, Copy)]
enum Claim<'a> {
    Page(&'a Page),
    Alias(&'a Page, &'a Route),
    File(&'a SiteFile),
}

/// Reports pages, aliases and files that get in each other's way.
pub(super) fn check(context: &Context<'_>, pages: &[Page], files: &[SiteFile], faults: &mut Vec<Diagnostic>) {
    let own = pages.iter().map(|page| (Cow::Borrowed(&page.out), Claim::Page(page)));
    let aliases = pages.iter().flat_map(|page| page.aliases.iter().map(move |alias| (page, alias)));
    let aliases =
        aliases.filter_map(|(page, alias)| Some((Cow::Owned(alias.out_path().ok()?), Claim::Alias(page, alias))));
    let files = files.iter().filter_map(|file| match &file.publish {
        Publish::As(out) => Some((Cow::Borrowed(out), Claim::File(file))),
        Publish::Hashed => None,
    });
    let claims: Vec<(Cow<'_, OutPath>, Claim<'_>)> = own.chain(aliases).chain(files).collect();
    let mut taken: HashMap<Cow<'_, str>, Claim<'_>> = HashMap::with_capacity(claims.len());
    for (out, claim) in &claims {
        match taken.entry(out.collision_key()) {
            Entry::Vacant(free) => drop(free.insert(*claim)),
            Entry::Occupied(first) if same_alias(*first.get(), *claim) => {}
            Entry::Occupied(first) => faults.push(clash(context, out, *first.get(), *claim)),
        }
    }
}

/// Saying the same old path twice on one page does no harm.
fn same_alias(first: Claim<'_>, second: Claim<'_>) -> bool {
    matches!((first, second), (Claim::Alias(one, _), Claim::Alias(other, _)) if std::ptr::eq(one, other))
}

fn clash(context: &Context<'_>, out: &OutPath, first: Claim<'_>, second: Claim<'_>) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(Code::PathClash, format!("{} and {} both want `{out}`", name(first), name(second)));
    let (place, other) = (place(context, second), place(context, first));
    if place.is_some() && other.is_some() {
        diagnostic = diagnostic.note("the other one", other.clone());
    }
    diagnostic.place = place.or(other);
    diagnostic.hint(match (first, second) {
        (Claim::Page(page), Claim::Page(list)) | (Claim::Page(list), Claim::Page(page))
            if is_misnamed_list(page, list) =>
        {
            "name it `_index.md` if it is the page of the whole folder"
        }
        (Claim::Page(_), Claim::Page(_)) => "give one of them another `slug` or `path`",
        (_, Claim::Alias(..)) => "an alias has to be a path that no page has any more",
        _ => "rename the file",
    })
}

/// Whether `page` is an `index.md` in a folder that holds other pages too.
fn is_misnamed_list(page: &Page, list: &Page) -> bool {
    let folder = |key: &str, file: &str| key.strip_suffix(file).map(str::to_owned);
    list.kind == PageKind::Section
        && folder(&page.key, "/index.md").is_some_and(|name| folder(&list.key, "/_index.md") == Some(name))
}

fn name(claim: Claim<'_>) -> String {
    match claim {
        Claim::Page(page) => page_name(page),
        Claim::Alias(page, alias) => format!("the alias `{alias}` of {}", page_name(page)),
        Claim::File(file) => format!("`{}`", file.file),
    }
}

fn page_name(page: &Page) -> String {
    match (&page.source, page.kind) {
        (Some(source), _) if source.file.ends_with(&*page.key) => format!("`{}`", source.file),
        (None, PageKind::Section) => format!("the folder `{}`", page.key.trim_end_matches("/_index.md")),
        (None, PageKind::Taxonomy | PageKind::Term) => format!("the {} `{}`", page.kind.name(), page.title),
        _ => format!("`{}`", page.key),
    }
}

fn place(context: &Context<'_>, claim: Claim<'_>) -> Option<Place> {
    match claim {
        Claim::Page(page) => page.source.as_ref().map(|source| line(context, source, &["path", "slug"])),
        Claim::Alias(page, _) => page.source.as_ref().map(|source| line(context, source, &["aliases"])),
        Claim::File(file) => Some(Place::file(Arc::clone(&file.file))),
    }
}

/// The line of the front matter that sets one of `keys`, or the file; it is read again, since mistakes are rare.
fn line(context: &Context<'_>, source: &Source, keys: &[&str]) -> Place {
    let file = || Arc::clone(&source.file);
    let text = reading::load(context, &source.file).unwrap_or_default();
    let matter: usize =
        text.split_inclusive('\n').take(source.body_line.saturating_sub(1) as usize).map(str::len).sum();
    let places = keys.iter().map(|key| (key, Place::key(file(), &text[..matter], key)));
    let found = places.into_iter().find(|(key, place)| place.width as usize == key.len());
    found.map_or_else(|| Place::file(file()), |(_, place)| place)
}
