//! Pages from data: one page for each row that a section's `pages_from` asks for.

use super::data::Sheets;
use super::front;
use super::manuscript::Manuscript;
use super::pages_from::{PagesFrom, RowText, beside};
use super::reading::{Handed, complete, load, raw_html};
use super::template::{Gap, Template, cell, plain};
use super::{Context, MOST_TOLD, audience};
use crate::diag::{Code, Diagnostic, Place, list, nearest};
use crate::model::{Data, Digest, PageKind, Source, Table, slug};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The pages that the sections among `sections` make from data.
pub(super) fn pages(
    context: &Context<'_>,
    sheets: &Sheets,
    handed: &Handed<'_>,
    sections: &[Manuscript],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Manuscript> {
    let mut pages = Vec::new();
    for section in sections {
        if let (Some(pages_from), Some(source)) = (&section.front.pages_from, &section.source) {
            let mut press =
                Press { context, pages_from, section, source, handed, gaps: BTreeSet::new(), told: 0, faults };
            if let Some((origin, rows)) = press.rows(sheets) {
                pages.extend(press.print(origin, rows).into_iter().flatten());
            }
        }
    }
    pages
}

/// The hint for a template that is written wrongly.
pub(super) const BRACES: &str = "write the name of a column in braces, `{name}`, and a brace itself twice";

/// What turns the rows of one data file into the pages of one section.
struct Press<'a, 'f> {
    context: &'a Context<'a>,
    pages_from: &'a PagesFrom,
    section: &'a Manuscript,
    source: &'a Source,
    handed: &'a Handed<'a>,
    /// Gaps that were reported already; the next thousand rows have the same.
    gaps: BTreeSet<Gap>,
    /// Other mistakes in rows that were reported already.
    told: usize,
    faults: &'f mut Vec<Diagnostic>,
}

impl<'a> Press<'a, '_> {
    /// The rows and the file they come from; data that could not be read was reported where it was read.
    fn rows(&mut self, sheets: &'a Sheets) -> Option<(&'a Arc<str>, &'a [Data])> {
        let name = self.pages_from.data.as_str();
        let Some(origin) = sheets.origins.get(name) else {
            let mut fault = Diagnostic::error(Code::PagesFromData, format!("there is no data `{name}`"));
            fault = match nearest(name, sheets.origins.keys().map(String::as_str)) {
                Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
                None => fault.hint(format!("put it into `_data/{name}.csv`")),
            };
            self.refuse("data", fault);
            return None;
        };
        let rows = list_in(sheets.table.get(name)?);
        if rows.is_none() {
            let message = format!("`{origin}` is not a list of rows");
            let hint = "rows are a CSV table, or a list of tables in TOML, YAML or JSON";
            self.refuse("data", Diagnostic::error(Code::PagesFromData, message).hint(hint));
        }
        rows.map(|rows| (origin, rows))
    }

    fn print(&mut self, origin: &Arc<str>, rows: &[Data]) -> Option<Vec<Manuscript>> {
        let text = self.text()?;
        let mut numbers: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        let mut pages = Vec::new();
        for (row, number) in rows.iter().zip(1..) {
            let Some(page) = self.page(&Row { origin, number, cells: row.as_object() }, text.as_ref()) else {
                continue;
            };
            match numbers.get(&page.key) {
                Some(first) => self.tell(same_slug(origin, &page.key, *first, number)),
                None => {
                    numbers.insert(Arc::clone(&page.key), number);
                    pages.push(page);
                }
            }
        }
        Some(pages)
    }

    /// The template of the pages' text; none at all if it cannot be read.
    fn text(&mut self) -> Option<Option<Template>> {
        let name = match &self.pages_from.text {
            RowText::Nothing => return Some(None),
            RowText::Inline(template) => return Some(Some(template.clone())),
            RowText::File(name) => name,
        };
        let (content, below) = (&self.context.fleet.folders.content, beside(self.section.name(), name));
        let mut candidates = self.context.spec.layers.iter().rev().map(|layer| format!("{content}/{layer}/{below}"));
        let Some(file) = candidates.find(|file| self.context.files.len(file).is_some()) else {
            let fault =
                Diagnostic::error(Code::PagesFromData, format!("there is no file `{below}` in any layer of the site"));
            self.refuse("body_from", fault.hint("put it beside this `_index.md`"));
            return None;
        };
        self.context.conditions().shared_texts.insert(file.clone());
        let file: Arc<str> = file.into();
        let text = load(self.context, &file).map_err(|fault| self.faults.push(fault)).ok()?;
        match Template::parse(&text) {
            Ok(template) => Some(Some(template)),
            Err(message) => {
                self.faults.push(Diagnostic::error(Code::PagesFromData, message).at(Place::file(file)).hint(BRACES));
                None
            }
        }
    }

    /// The page that a row becomes; none if it is not wanted, not to be shown, or wrong.
    fn page(&mut self, row: &Row<'_>, text: Option<&Template>) -> Option<Manuscript> {
        let Some(cells) = row.cells else {
            self.tell(
                row.fault("it is not a table of columns", "write it like the other rows, with a name for each value"),
            );
            return None;
        };
        let (mut matter, body) = match self.fill(cells, text) {
            Ok(filled) => filled?,
            Err((key, gap)) => {
                self.gap(row, cells, key, gap);
                return None;
            }
        };
        let name =
            ["slug", "title"].into_iter().find_map(|key| matter.get(key)?.as_str()).map(slug).unwrap_or_default();
        if name.is_empty() {
            self.tell(
                row.fault("it has nothing that could be a slug", "fill in the column that `slug` or `title` names"),
            );
            return None;
        }
        matter.remove("slug");
        matter.insert("extra".to_owned(), Data::Object(cells.clone()));
        let key: Arc<str> = format!("{}.md", beside(self.section.name(), &name)).into();
        if let Some(defaults) = self.handed.defaults(&key) {
            front::inherit(&mut matter, defaults);
        }
        let (mut front, found) = front::read(self.context, matter);
        found.into_iter().for_each(|fault| self.tell(row.place(fault.diagnostic)));
        complete(self.context, PageKind::Page, &key, &body, &mut front);
        let source = Source {
            file: Arc::clone(row.origin),
            layer: Arc::clone(&self.source.layer),
            body_line: 1,
            head: Digest::of(&[]),
        };
        let raw_html = raw_html(self.context, &source.layer);
        let (kind, source, front) = (PageKind::Page, Some(source), Box::new(front));
        let page = Manuscript { kind, key, source, front, body, raw_html, bundle: false };
        Some(page).filter(|page| audience::includes(self.context, &page.front))
    }

    /// Front matter and text of a row, or none if the row is not wanted.
    fn fill(&self, cells: &Table, text: Option<&Template>) -> Result<Option<(Table, String)>, (&'a str, Gap)> {
        for (column, wanted) in &self.pages_from.conditions {
            let value = cell(cells, column).map_err(|gap| ("where", gap))?;
            let accepted = match wanted {
                Data::Array(list) => list.iter().any(|wanted| plain(wanted).as_ref() == Some(&value)),
                wanted => plain(wanted).as_ref() == Some(&value),
            };
            if !accepted {
                return Ok(None);
            }
        }
        let mut matter = Table::new();
        for (key, filler) in &self.pages_from.fields {
            let is_taxonomy = self.context.spec.settings.taxonomies.iter().any(|taxonomy| taxonomy.name == *key);
            let filled = if is_taxonomy { filler.fill_terms(cells) } else { filler.fill(cells) };
            matter.insert(key.clone(), filled.map_err(|gap| (key.as_str(), gap))?);
        }
        let body = text.map(|text| text.fill(cells)).transpose().map_err(|gap| (self.pages_from.text.key(), gap))?;
        Ok(Some((matter, body.unwrap_or_default())))
    }

    /// Reports a mistake in a row, unless many others have been reported.
    fn tell(&mut self, fault: Diagnostic) {
        if self.told < MOST_TOLD {
            self.faults.push(fault);
        }
        self.told += 1;
    }

    /// Tells about a gap that a row leaves, once for all rows.
    fn gap(&mut self, row: &Row<'_>, cells: &Table, key: &str, gap: Gap) {
        if !self.gaps.insert(gap.clone()) {
            return;
        }
        let place = format!("row {} of `{}`", row.number, row.origin);
        let fault = |message: String| Diagnostic::error(Code::PagesFromData, message);
        let columns = || cells.keys().map(String::as_str);
        let fault = match gap {
            Gap::Nested(column) => fault(format!("column `{column}` in {place} holds more than one value"))
                .hint("use a column that holds one text or number"),
            Gap::Missing(column) => {
                fault(format!("{place} has no column `{column}`")).hint(match nearest(&column, columns()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("it has {}", list(columns())),
                })
            }
        };
        self.refuse(key, fault);
    }

    /// Reports a mistake in the section's file; it is read again to show the line, since mistakes are rare.
    fn refuse(&mut self, key: &str, fault: Diagnostic) {
        let file = Arc::clone(&self.source.file);
        let place = match load(self.context, &file) {
            Ok(text) => Place::key(file, &text, key),
            Err(_) => Place::file(file),
        };
        self.faults.push(fault.at(place));
    }
}

/// One row of a data file.
struct Row<'r> {
    origin: &'r Arc<str>,
    /// Its number, from 1.
    number: usize,
    /// Its columns; none if it is something else than a table.
    cells: Option<&'r Table>,
}

impl Row<'_> {
    fn fault(&self, message: &str, hint: &str) -> Diagnostic {
        self.place(Diagnostic::error(Code::PagesFromData, message).hint(hint))
    }

    fn place(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.message = format!("row {}: {}", self.number, diagnostic.message);
        diagnostic.at(Place::file(Arc::clone(self.origin)))
    }
}

/// The list that data is, or the only list in a table, since TOML has no lists at the top.
fn list_in(data: &Data) -> Option<&[Data]> {
    match data {
        Data::Array(rows) => Some(rows),
        Data::Object(table) if table.len() == 1 => table.values().next().and_then(Data::as_array).map(Vec::as_slice),
        _ => None,
    }
}

fn same_slug(origin: &Arc<str>, key: &str, first: usize, second: usize) -> Diagnostic {
    Diagnostic::error(Code::PathClash, format!("rows {first} and {second} of `{origin}` both become `{key}`"))
        .at(Place::file(Arc::clone(origin)))
        .hint("use a column in `slug` that is different in each row")
}
