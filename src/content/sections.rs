//! Folders that nobody described still are sections.

use super::Context;
use super::manuscript::Manuscript;
use super::overlay::folders_above;
use crate::model::PageKind;
use std::collections::BTreeSet;

/// Adds a section for every folder above a page that has none, and the home page.
pub(super) fn complete(context: &Context<'_>, manuscripts: &mut Vec<Manuscript>) {
    let described: BTreeSet<&str> =
        manuscripts.iter().filter(|page| page.kind != PageKind::Page).map(Manuscript::name).collect();
    let needed: BTreeSet<&str> = manuscripts.iter().flat_map(|page| folders_above(page.name())).chain([""]).collect();
    let missing: Vec<Manuscript> = needed.difference(&described).map(|folder| section(context, folder)).collect();
    manuscripts.extend(missing);
}

fn section(context: &Context<'_>, folder: &str) -> Manuscript {
    match folder {
        "" => Manuscript::synthetic(PageKind::Home, "", Some(context.spec.title.as_str().into())),
        _ => Manuscript::synthetic(PageKind::Section, folder, None),
    }
}
