//! Who answers which question.

mod feeds;
mod files;
mod groups;
mod kin;
mod lists;
mod menus;
pub(super) mod slices;
mod words;

pub(super) use feeds::feeds_of;
pub(super) use files::find_file;
pub(super) use groups::{find_taxonomy, term};
pub(super) use kin::Kinship;
pub(super) use lists::find_page;
pub(super) use menus::{marks, targets};

use super::ask::{Answer, Desk, Question};
use tera::Value;

/// Answers `question`.
pub(super) fn answer(desk: &Desk, question: &Question) -> Answer {
    match question {
        Question::Pages(selection) => lists::pages(desk, selection),
        Question::Page(path) => find_page(&desk.site, path).map(|id| desk.summary(id)),
        Question::Section(path) => lists::section(desk, path),
        Question::Children(id) => Ok(desk.list(&desk.site.page(*id).children)),
        Question::Slice(id, number) => Ok(slices::slice(desk, *id, *number)),
        Question::Terms(taxonomy) => groups::terms(desk, taxonomy),
        Question::TermsOf(taxonomy, id) => Ok(groups::terms_of(desk, *taxonomy, *id)),
        Question::Taxonomies => Ok(groups::taxonomies(&desk.site)),
        Question::Related(id, limit) => Ok(desk.list(&desk.kinship().related(&desk.site, *id, *limit))),
        Question::Backlinks(id) => kin::backlinks(desk, *id),
        Question::Trail(id) => Ok(desk.list(&desk.site.ancestors(*id))),
        Question::Previous(id) => Ok(kin::neighbour(desk, desk.site.page(*id).previous)),
        Question::Next(id) => Ok(kin::neighbour(desk, desk.site.page(*id).next)),
        Question::Data(name) => files::data(&desk.site, name),
        Question::Menu(name, marks) => menus::menu(&desk.site, name, marks),
        Question::Link(path) => files::link(&desk.site, path).map(Value::from),
        Question::File(key) => files::file(&desk.site, key),
        Question::Words(key) => words::words(desk, key),
        Question::Feeds(id) => Ok(feeds::feeds(desk, *id)),
    }
}
