//! Every Markdown file and row that belongs to a site, read in an order that lets sections hand down defaults.

use super::data::Sheets;
use super::front::{self, Fault, FrontMatter};
use super::layer::unreadable;
use super::manuscript::Manuscript;
use super::overlay::{Overlay, Text, folders_above, page_name};
use super::{Context, MOST_TOLD, audience, document, rows, titles};
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, Limits, PageKind, Source, Stamp, Table};
use crate::world::{Files, spread};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Keys that only make sense on one page.
const PERSONAL: [&str; 5] = ["aliases", "cascade", "pages_from", "path", "slug"];

/// What sections decide for everything below them.
#[derive(Default)]
pub(super) struct Handed<'a> {
    /// Defaults for front matter, those of outer sections already joined in.
    defaults: BTreeMap<&'a str, Table>,
    /// Sections that are not shown, and so nothing below them is.
    hidden: BTreeSet<&'a str>,
    /// Names of Markdown files that are the text of rows, not pages of their own.
    row_texts: BTreeSet<String>,
}

impl<'a> Handed<'a> {
    fn take(&mut self, folder: &'a str, front: &FrontMatter) {
        let mut defaults = front.cascade.clone();
        if let Some(outer) = self.defaults(folder) {
            front::inherit(&mut defaults, outer);
        }
        if !defaults.is_empty() {
            self.defaults.insert(folder, defaults);
        }
        self.row_texts.extend(front.pages_from.as_ref().and_then(|pages_from| pages_from.text_name(folder)));
    }

    /// The defaults for what lies directly below `name`'s nearest section.
    pub(super) fn defaults(&self, name: &str) -> Option<&Table> {
        if self.defaults.is_empty() {
            return None;
        }
        folders_above(name).find_map(|folder| self.defaults.get(folder))
    }

    fn hides(&self, name: &str) -> bool {
        !self.hidden.is_empty() && folders_above(name).any(|folder| self.hidden.contains(folder))
    }
}

/// The pages of a site that are to be shown now; none if the home page is not.
pub(super) fn read(
    context: &Context<'_>,
    overlay: &Overlay<'_>,
    sheets: &Sheets,
    faults: &mut Vec<Diagnostic>,
) -> Option<Vec<Manuscript>> {
    let mut handed = Handed::default();
    let mut manuscripts = sections(context, overlay, &mut handed, faults);
    manuscripts.extend(pages(context, overlay, &handed, faults));
    let rows = rows::pages(context, sheets, &handed, &manuscripts, faults);
    manuscripts.extend(rows);
    (!handed.hidden.contains("")).then_some(manuscripts)
}

/// Outer sections come before inner ones, so that what they hand down is known in time.
fn sections<'a>(
    context: &Context<'_>,
    overlay: &Overlay<'a>,
    handed: &mut Handed<'a>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Manuscript> {
    let expected = overlay.sections.len() + overlay.pages.len();
    // With room for terms, since moving thousands of pages to a larger place costs more than a place that stays empty.
    let mut sections = Vec::with_capacity(expected + expected / 8);
    for (folder, text) in &overlay.sections {
        if handed.hides(folder) {
            continue;
        }
        let defaults = handed.defaults(folder);
        let Some(section) = manuscript(context, text, section_kind(folder), defaults, faults) else { continue };
        if audience::includes(context, &section.front) {
            handed.take(folder, &section.front);
            sections.push(section);
        } else {
            handed.hidden.insert(folder);
        }
    }
    sections
}

fn pages(
    context: &Context<'_>,
    overlay: &Overlay<'_>,
    handed: &Handed<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Manuscript> {
    let belongs = |name: &str| !handed.hides(name) && !handed.row_texts.contains(name);
    let texts: Vec<_> = overlay.pages.iter().filter(|(name, _)| belongs(name)).collect();
    let read_one = |(name, text): &(&&str, &Text<'_>)| {
        let mut faults = Vec::new();
        let page = manuscript(context, text, PageKind::Page, handed.defaults(name), &mut faults);
        (page.filter(|page| audience::includes(context, &page.front)), faults)
    };
    let told = spread(&texts, read_one).into_iter().filter_map(|(page, found)| {
        faults.extend(found);
        page
    });
    told.collect()
}

fn section_kind(folder: &str) -> PageKind {
    if folder.is_empty() { PageKind::Home } else { PageKind::Section }
}

fn manuscript(
    context: &Context<'_>,
    text: &Text<'_>,
    kind: PageKind,
    defaults: Option<&Table>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Manuscript> {
    let file = &text.located.file;
    let parted = load(context, file).and_then(|source| document::split(file, &source).map(|split| (source, split)));
    let (mut source, split) = parted.map_err(|fault| faults.push(fault)).ok()?;
    let mut matter = split.matter;
    let mut found = misplaced(kind, &matter);
    if let Some(defaults) = defaults {
        front::inherit(&mut matter, defaults);
    }
    let (mut front, wrong) = front::read(context, matter);
    found.extend(wrong);
    found.extend(check_cascade(context, &mut front.cascade));
    found.sort_by_key(|fault| fault.diagnostic.severity);
    faults.extend(found.into_iter().take(MOST_TOLD).map(|fault| fault.locate(file, &source)));
    let heading = front.title.is_none().then(|| titles::heading(&source[split.body..]));
    let head = head(&source[..split.body], heading.as_ref());
    source.drain(..split.body);
    let key = if kind == PageKind::Home { "_index.md".into() } else { Arc::clone(&text.located.key) };
    complete(context, kind, &key, &source, &mut front);
    Some(Manuscript {
        kind,
        key,
        source: Some(Source {
            file: Arc::clone(file),
            layer: Arc::clone(&text.layer.name),
            body_line: split.body_line,
            head,
        }),
        front: Box::new(front),
        body: source,
        raw_html: raw_html(context, &text.layer.name),
        bundle: text.bundle,
    })
}

/// The digest of what the place of a page in the tree depends on: its front matter and, if nothing else gives it a title, its heading.
fn head(matter: &str, heading: Option<&Option<String>>) -> Digest {
    let heading = heading.map(|heading| heading.as_deref().unwrap_or_default().as_bytes());
    Digest::of_parts(std::iter::once(matter.as_bytes()).chain(heading))
}

/// The Markdown of the page that was read from `source`, if nothing but that may have changed in its file since.
pub(super) fn body(files: &dyn Files, limits: &Limits, source: &Source) -> Option<String> {
    let bytes = files.read(&source.file, limits.source_bytes).ok()?;
    let mut text = document::text(&source.file, bytes).ok()?;
    let split = document::split(&source.file, &text).ok()?;
    let (matter, body) = text.split_at(split.body);
    let is_same = head(matter, None) == source.head || head(matter, Some(&titles::heading(body))) == source.head;
    text.drain(..split.body);
    is_same.then_some(text)
}

/// The text of a file within the site's limit.
pub(super) fn load(context: &Context<'_>, file: &Arc<str>) -> Result<String, Diagnostic> {
    let bytes = context.files.read(file, context.spec.settings.limits.source_bytes);
    document::text(file, bytes.map_err(|fault| unreadable(file, &fault))?)
}

/// Whether a layer may write HTML.
pub(super) fn raw_html(context: &Context<'_>, layer: &str) -> bool {
    context.fleet.layers.get(layer).copied().unwrap_or_default().raw_html
}

/// What the author left for the first heading and the file's name to say.
pub(super) fn complete(context: &Context<'_>, kind: PageKind, key: &str, body: &str, front: &mut FrontMatter) {
    if front.title.is_none() {
        front.title = titles::heading(body).map(Arc::from);
    }
    match kind {
        PageKind::Home if front.title.is_none() => front.title = Some(context.spec.title.as_str().into()),
        PageKind::Page if front.date.is_none() => {
            let last = page_name(key).0.rsplit('/').next().unwrap_or_default();
            front.date = titles::dated(last).0.and_then(|date| Stamp::parse(date, &context.zone).ok());
        }
        _ => {}
    }
}

fn misplaced(kind: PageKind, matter: &Table) -> Vec<Fault> {
    let keys = ["cascade", "pages_from"].into_iter().filter(|key| kind == PageKind::Page && matter.contains_key(*key));
    keys.map(|key| {
        let message = format!("`{key}` does nothing on a page");
        Fault::new(
            key,
            Diagnostic::error(Code::FrontMatterKey, message).hint("it belongs in the `_index.md` of the folder"),
        )
    })
    .collect()
}

/// Takes out of the defaults what is wrong, so that it is reported once, where it is written, and not on every page below.
fn check_cascade(context: &Context<'_>, cascade: &mut Table) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, value) in std::mem::take(cascade) {
        let found = if PERSONAL.contains(&key.as_str()) {
            vec![personal(&key)]
        } else {
            front::read(context, Table::from_iter([(key.clone(), value.clone())])).1
        };
        if found.is_empty() {
            cascade.insert(key, value);
        }
        faults.extend(found);
    }
    faults
}

fn personal(key: &str) -> Fault {
    let message = format!("`{key}` cannot be handed down to other pages");
    Fault::new(key, Diagnostic::error(Code::FrontMatterKey, message).hint("write it on each page that needs it"))
}
