//! Folders that nobody described still are sections.

use super::Context;
use super::manuscript::Manuscript;
use super::overlay::{folders_above, parent};
use crate::model::PageKind;
use std::collections::BTreeSet;

/// Adds a section for every folder above a page that has none, and the home page.
pub(super) fn complete(context: &Context<'_>, manuscripts: &mut Vec<Manuscript>) {
    let described: BTreeSet<&str> =
        manuscripts.iter().filter(|page| page.kind != PageKind::Page).map(Manuscript::name).collect();
    // Pages come in the order of their folders, each of which is looked at once.
    let mut folders: Vec<&str> = manuscripts.iter().map(|page| parent(page.name())).collect();
    folders.dedup();
    let needed = folders.into_iter().flat_map(|folder| std::iter::once(folder).chain(folders_above(folder)));
    let needed: BTreeSet<&str> = needed.chain([""]).collect();
    let missing: Vec<Manuscript> = needed.difference(&described).map(|folder| section(context, folder)).collect();
    manuscripts.extend(missing);
}

fn section(context: &Context<'_>, folder: &str) -> Manuscript {
    match folder {
        "" => Manuscript::synthetic(PageKind::Home, "", Some(context.spec.title.as_str().into())),
        _ => Manuscript::synthetic(PageKind::Section, folder, None),
    }
}
