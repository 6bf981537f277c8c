//! A site on an engine, ready to print.

use super::answer::{self, slices};
use super::ask::{Desk, Question, Standpoint};
use super::engine::Engine;
use super::register::Register;
use super::transcript::{Account, Addendum, Transcript};
use super::visit::Visit;
use super::{Printed, Sheet, SheetKind, basis, minify, summary};
use crate::diag::{Diagnostic, Place};
use crate::model::{Artifact, Digest, Media, Minify, Page, PageId, PageKind, Route, Site, unpoisoned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// A site on an engine, ready to print from any number of threads.
pub struct Press {
    engine: Arc<Engine>,
    desk: Arc<Desk>,
    remarks: Mutex<BTreeMap<(PageId, usize), Diagnostic>>,
    /// What was asked in an earlier run, and the digest of what all sheets are made of now.
    past: Option<(Arc<Transcript>, Digest)>,
}

/// Bytes that a page has besides its text, roughly.
const FRAME: usize = 8 << 10;

impl Press {
    /// Makes everything that the pages of `site` share.
    pub fn new(site: Arc<Site>, engine: Arc<Engine>) -> Self {
        let desk = Desk::new(site, engine.theme_shared());
        Self::at(desk, engine, None)
    }

    /// The same for a site of which it is known what its sheets asked in an earlier run, and wanted to be known for the next one.
    pub fn listening(site: Arc<Site>, engine: Arc<Engine>, past: Arc<Transcript>) -> Self {
        let register = Register::telling(&past.questions, past.overlooked);
        let desk = Desk::new(site, engine.theme_shared()).with_register(register);
        let shared = basis::shared(&desk, &engine);
        Self::at(desk, engine, Some((past, shared)))
    }

    fn at(desk: Desk, engine: Arc<Engine>, past: Option<(Arc<Transcript>, Digest)>) -> Self {
        Self { engine, desk: Arc::new(desk), remarks: Mutex::default(), past }
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
    pub fn print(&self, sheet: &Sheet) -> Result<Printed, Vec<Diagnostic>> {
        let site = &self.desk.site;
        let limits = &site.spec.settings.limits;
        let (name, template) = self.template_of(sheet)?;
        let (page, visit) = match sheet.kind {
            SheetKind::NotFound => (summary::not_found(site), Visit::new(self.desk.clone(), None, 1, false)),
            SheetKind::Page => {
                let paginates = self.engine.paginates(template);
                let visit = Visit::new(self.desk.clone(), Some(sheet.page), sheet.number, paginates);
                (summary::whole(site, sheet.page, &self.desk.summary(sheet.page), name), visit)
            }
        };
        let mut context = self.desk.frame();
        context.insert_value("page", page);
        let expected = FRAME + site.texts.get(sheet.page.index()).map_or(0, |text| text.html.len());
        let (html, asked) = self
            .engine
            .render(template, &context, visit, limits.page_bytes, expected)
            .map_err(|failure| vec![self.on_page(failure, sheet)])?;
        let mut html = self.minified(html, sheet);
        // A site holds all its pages until it is whole.
        html.shrink_to_fit();
        let artifact = Artifact::made(html, Media::Html);
        let account = self.seen(sheet, name, &asked).map(|(seen, told)| Account {
            out: sheet.out.to_string(),
            asked,
            told,
            seen,
            digest: artifact.digest,
            len: artifact.body.len(),
        });
        Ok(Printed { artifact, account })
    }

    /// How a sheet came about in an earlier run, if printing it again would come to the same.
    pub fn recall(&self, sheet: &Sheet) -> Option<Account> {
        let known = self.past.as_ref()?.0.account(&sheet.out)?;
        let (name, _) = self.template_of(sheet).ok()?;
        let (seen, told) = self.seen(sheet, name, &known.asked)?;
        (seen == known.seen).then(|| Account { told, ..known.clone() })
    }

    /// What is to be known in the next run about sheets that came about like this.
    pub fn transcript(&self, accounts: Vec<Account>) -> Option<Transcript> {
        self.past.as_ref().map(|_| Transcript::of(self.desk.register().questions(), accounts))
    }

    /// What is to be known besides what is known of the run before, if only sheets that came about like this were printed again; and
    /// the pages that they were told of.
    pub fn addendum(&self, accounts: Vec<Account>) -> Option<(Addendum, BTreeSet<PageId>)> {
        let (past, questions) = (&self.past.as_ref()?.0, self.desk.register().questions());
        let addendum = Addendum::of(&questions, past.questions.len(), accounts);
        let told = addendum.told(&questions).collect();
        Some((addendum, told))
    }

    /// The digest of everything that a sheet which asked these questions is made of, and the pages that only it was told of; none if
    /// nobody wants to know it.
    fn seen(&self, sheet: &Sheet, template: &str, asked: &[u32]) -> Option<(Digest, Vec<PageId>)> {
        let (_, shared) = self.past.as_ref()?;
        let from = Standpoint { page: sheet.page, number: sheet.number };
        let mut print = basis::own(&self.desk, shared, sheet, template);
        let fingerprint = |question: &Question| answer::fingerprint(&self.desk, question, from);
        let mut told = self.desk.register().prints(asked, fingerprint, |answer| print.digest(answer));
        told.sort_unstable();
        told.dedup();
        Some((print.finish(), told))
    }

    /// What was noticed about sheets that were printed nevertheless, in the order of the pages.
    pub fn remarks(&self) -> Vec<Diagnostic> {
        unpoisoned(self.remarks.lock()).values().cloned().collect()
    }

    fn minified(&self, html: Vec<u8>, sheet: &Sheet) -> Vec<u8> {
        let settings = &self.desk.site.spec.settings;
        if settings.minify != Minify::Full {
            return html;
        }
        minify::minified(html, settings.limits.nesting).unwrap_or_else(|(html, obstacle)| {
            let remark = self.on_page(obstacle.diagnostic(), sheet);
            let mut remarks = unpoisoned(self.remarks.lock());
            remarks.insert((sheet.page, sheet.number), remark);
            html
        })
    }

    /// The template of a sheet, with the name it was found by.
    fn template_of(&self, sheet: &Sheet) -> Result<(&str, usize), Vec<Diagnostic>> {
        match sheet.kind {
            SheetKind::Page => self.template(self.desk.site.page(sheet.page)),
            SheetKind::NotFound => match self.engine.find("404.html") {
                Some(template) => Ok(("404.html", template)),
                None => Err(vec![self.incomplete_theme("404.html")]),
            },
        }
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
