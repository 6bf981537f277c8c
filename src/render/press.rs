//! A site on an engine, ready to print.

use super::answer::slices;
use super::ask::Desk;
use super::engine::Engine;
use super::visit::Visit;
use super::{Sheet, SheetKind, minify, summary};
use crate::diag::{Diagnostic, Place};
use crate::model::{Artifact, Media, Minify, Page, PageId, PageKind, Route, Site};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A site on an engine, ready to print from any number of threads.
pub struct Press {
    engine: Arc<Engine>,
    desk: Arc<Desk>,
    remarks: Mutex<BTreeMap<(PageId, usize), Diagnostic>>,
}

/// Bytes that a page has besides its text, roughly.
const FRAME: usize = 8 << 10;

impl Press {
    /// Makes everything that the pages of `site` share.
    pub fn new(site: Arc<Site>, engine: Arc<Engine>) -> Self {
        let desk = Arc::new(Desk::new(site, engine.theme_shared()));
        Self { engine, desk, remarks: Mutex::default() }
    }

    /// All sheets: every page, further sheets of lists that are too long for one, and `404.html`.
    pub fn sheets(&self) -> Vec<Sheet> {
        let site = &self.desk.site;
        let mut sheets = Vec::with_capacity(site.pages.len() + 1);
        for id in site.ids() {
            let page = site.page(id);
            sheets.push(Sheet {
                page: id,
                number: 1,
                route: page.route.clone(),
                out: page.out.clone(),
                kind: SheetKind::Page,
            });
            if self.is_cut(page) {
                // A path that no file can have is left out: the page before it is reported by the room that made its route.
                sheets.extend((2..=slices::count(&self.desk, id)).filter_map(|number| {
                    let route = slices::route(site, id, number);
                    let out = route.out_path().ok()?;
                    Some(Sheet { page: id, number, route, out, kind: SheetKind::Page })
                }));
            }
        }
        let route = Route::verbatim("/404.html");
        sheets.extend(route.out_path().ok().map(|out| Sheet {
            page: Site::HOME,
            number: 1,
            route,
            out,
            kind: SheetKind::NotFound,
        }));
        sheets
    }

    /// Prints one sheet.
    pub fn print(&self, sheet: &Sheet) -> Result<Artifact, Vec<Diagnostic>> {
        let site = &self.desk.site;
        let limits = &site.spec.settings.limits;
        let (template, page, visit) = match sheet.kind {
            SheetKind::NotFound => {
                let template = self.engine.find("404.html").ok_or_else(|| vec![self.incomplete_theme("404.html")])?;
                (template, summary::not_found(site), Visit::new(self.desk.clone(), None, 1, false))
            }
            SheetKind::Page => {
                let page = site.page(sheet.page);
                let (name, template) = self.template(page)?;
                let paginates = self.engine.paginates(template);
                let visit = Visit::new(self.desk.clone(), Some(sheet.page), sheet.number, paginates);
                (template, summary::whole(site, sheet.page, &self.desk.summary(sheet.page), name), visit)
            }
        };
        let mut context = self.desk.frame();
        context.insert_value("page", page);
        let expected = FRAME + site.texts.get(sheet.page.index()).map_or(0, |text| text.html.len());
        let html = self
            .engine
            .render(template, &context, visit, limits.page_bytes, expected)
            .map_err(|failure| vec![self.on_page(failure, sheet)])?;
        let mut html = self.minified(html, sheet);
        // A site holds all its pages until it is whole.
        html.shrink_to_fit();
        Ok(Artifact::made(html, Media::Html))
    }

    /// What was noticed about sheets that were printed nevertheless, in the order of the pages.
    pub fn remarks(&self) -> Vec<Diagnostic> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn minified(&self, html: Vec<u8>, sheet: &Sheet) -> Vec<u8> {
        let settings = &self.desk.site.spec.settings;
        if settings.minify != Minify::Full {
            return html;
        }
        minify::minified(html, settings.limits.nesting).unwrap_or_else(|(html, obstacle)| {
            let remark = self.on_page(obstacle.diagnostic(), sheet);
            let mut remarks = self.remarks.lock().unwrap_or_else(PoisonError::into_inner);
            remarks.insert((sheet.page, sheet.number), remark);
            html
        })
    }

    /// The template of a page, with the name it was found by. That a page names one that is missing is said by `Engine::missing`.
    fn template<'a>(&self, page: &'a Page) -> Result<(&'a str, usize), Vec<Diagnostic>> {
        let found = |name: &'a str| Some((name, self.engine.find(name)?));
        match page.template.as_deref() {
            Some(name) => found(name).ok_or_else(Vec::new),
            None => {
                let names = usual_templates(page.kind);
                names.iter().find_map(|name| found(name)).ok_or_else(|| vec![self.incomplete_theme(names[0])])
            }
        }
    }

    /// A template that every theme needs is missing.
    fn incomplete_theme(&self, name: &str) -> Diagnostic {
        let place = self.desk.site.spec.declared.setting("theme");
        self.engine.no_template(name).at_setting(place).hint(format!("add `templates/{name}` to the theme"))
    }

    /// Whether the page is a list that its template shows in parts.
    fn is_cut(&self, page: &Page) -> bool {
        page.kind != PageKind::Page
            && page.paginate > 0
            && self.template(page).is_ok_and(|(_, template)| self.engine.paginates(template))
    }

    /// Names the page that a template failed on; a note, because the same mistake on many pages is one message.
    fn on_page(&self, diagnostic: Diagnostic, sheet: &Sheet) -> Diagnostic {
        if sheet.kind == SheetKind::NotFound {
            return diagnostic.note("while `404.html` was made", None);
        }
        let page = self.desk.site.page(sheet.page);
        let place = page.source.as_ref().map(|source| Place::file(source.file.clone()));
        diagnostic.note(format!("while the page `{}` was made", page.title), place)
    }
}

/// The templates that can show a page of this kind, the best first.
fn usual_templates(kind: PageKind) -> &'static [&'static str] {
    match kind {
        PageKind::Home => &["home.html", "section.html"],
        PageKind::Section => &["section.html"],
        PageKind::Page => &["page.html"],
        PageKind::Taxonomy => &["taxonomy.html", "section.html"],
        PageKind::Term => &["term.html", "section.html"],
    }
}
