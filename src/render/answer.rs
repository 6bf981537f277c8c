//! Who answers which question.

mod feeds;
mod files;
mod fingerprint;
mod groups;
mod kin;
mod lists;
mod menus;
pub(super) mod slices;
mod words;

pub(super) use feeds::feeds_of;
pub(super) use files::find_file;
pub(super) use fingerprint::{Fingerprint, fingerprint, print_of_term};
pub(super) use groups::term;
pub(super) use kin::Kinship;
pub(super) use lists::find_page;
pub(super) use menus::{marks, targets};

use super::ask::{Answer, Desk, Question, Standpoint};
use super::values;
use tera::Value;

/// Answers a question that somebody asks `from` a page.
pub(super) fn answer(desk: &Desk, question: &Question, from: Standpoint) -> Answer {
    let (site, id) = (&*desk.site, from.page);
    let page = site.page(id);
    match question {
        Question::Pages(selection) => Ok(desk.list(&lists::find(site, selection)?)),
        Question::Page(path) => find_page(site, path).map(|id| desk.summary(id)),
        Question::Section(path) => lists::section(desk, path),
        Question::Children => Ok(desk.list(&page.children)),
        Question::Slice => Ok(slices::slice(desk, id, from.number)),
        Question::Terms(taxonomy) => groups::terms(desk, taxonomy),
        Question::TermsOf(taxonomy, path) => groups::terms_of(desk, taxonomy, find_page(site, path)?),
        Question::OwnTerms(taxonomy) => groups::terms_of(desk, taxonomy, id),
        Question::Taxonomies => Ok(groups::taxonomies(site)),
        Question::Related(limit) => Ok(desk.list(&*desk.related(id, *limit))),
        Question::Backlinks => kin::backlinks(site, id).map(|from| desk.list(from)),
        Question::Trail => Ok(desk.list(&site.ancestors(id))),
        Question::Previous => Ok(kin::neighbour(desk, page.previous)),
        Question::Next => Ok(kin::neighbour(desk, page.next)),
        Question::Data(name) => files::data(site, name).map(values::data),
        Question::Menu(name, marks) => menus::menu(site, name, marks),
        Question::Link(path) => files::link(site, path).map(Value::from),
        Question::File(key) => files::file(site, key),
        Question::Words(key) => words::words(desk, key).map(values::data),
        Question::Feeds => Ok(feeds::feeds(desk, id)),
    }
}
