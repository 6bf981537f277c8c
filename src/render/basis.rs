//! What a sheet is made of besides the answers that it gets.
//!
//! Functions that tell something about the page being made do not ask, and neither does what is known before it is made: files beside
//! the page, which win over those of the theme, its anchors and whether its HTML passes, for the filter `markdown`, how many sheets its
//! list has and what robots may do, for `head()`, and which entries of menus lead to it or above it. All of that is here.

use super::answer::{marks, slices};
use super::ask::Desk;
use super::engine::Engine;
use super::print::Print;
use super::{Sheet, SheetKind};
use crate::model::{Digest, Heading, PageId};

/// The digest of what all sheets of a site are made of: the templates, and the settings as a whole.
pub(super) fn shared(desk: &Desk, engine: &Engine) -> Digest {
    let mut print = Print::new();
    print.digest(&engine.print());
    print.value(&*desk.site.spec);
    print.finish()
}

/// The print of what one sheet is made of, by the template that is called `template`.
pub(super) fn own(desk: &Desk, shared: &Digest, sheet: &Sheet, template: &str) -> Print {
    let mut print = Print::new();
    print.digest(shared);
    print.text(template);
    print.number(sheet.number);
    match sheet.kind {
        SheetKind::NotFound => print.text("404"),
        SheetKind::Page => tell_page(desk, sheet.page, &mut print),
    }
    print
}

fn tell_page(desk: &Desk, id: PageId, print: &mut Print) {
    let (site, page) = (&*desk.site, desk.site.page(id));
    print.digest(&desk.print(id));
    if let Some(text) = site.texts.get(id.index()) {
        print.digest(&Digest::of(text.html.as_bytes()));
        tell_headings(&text.headings, print);
    }
    for resource in &page.resources {
        print.text(&resource.name);
        print.text(&resource.asset);
    }
    [page.raw_html, page.robots.index, page.robots.follow].iter().for_each(|flag| print.number(usize::from(*flag)));
    [page.resources.len(), page.paginate, slices::count(desk, id)].into_iter().for_each(|number| print.number(number));
    for targets in desk.menus().values() {
        marks(site, targets, Some(id)).iter().for_each(|mark| print.number(*mark as usize));
    }
}

fn tell_headings(headings: &[Heading], print: &mut Print) {
    print.number(headings.len());
    for heading in headings {
        print.number(usize::from(heading.level));
        print.text(&heading.id);
        print.text(&heading.title);
        tell_headings(&heading.children, print);
    }
}
