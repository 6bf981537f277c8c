//! Headings: anchors, the tree of contents, and the title that stands on the page anyway.

use super::html::push_attribute;
use super::write::Writer;
use crate::model::{self, Anchors, Heading};
use pulldown_cmark::{CowStr, HeadingLevel};
use std::collections::BTreeSet;

/// The headings of a page so far.
#[derive(Default)]
pub(super) struct Headings {
    /// The heading that is being written.
    current: Option<Current>,
    /// The last heading and those it stands under.
    path: Vec<Heading>,
    finished: Vec<Heading>,
    /// Anchors given so far.
    pub(super) taken: Anchors,
    /// Anchors that authors write below, which no other heading gets.
    reserved: BTreeSet<String>,
}

/// A heading in the making.
pub(super) struct Current {
    title: String,
    /// The anchor its author gave it.
    id: Option<String>,
    /// Where it begins in the HTML.
    start: usize,
    /// Where its anchor belongs in the HTML.
    id_at: usize,
    words_before: usize,
    /// It is the first thing on the page.
    is_first: bool,
}

impl Headings {
    /// Takes visible text, if it belongs to a heading.
    pub(super) fn hear(&mut self, text: &str) {
        if let Some(current) = &mut self.current {
            current.title.push_str(text);
        }
    }

    /// Stops hearing while the body of a shortcode is written.
    pub(super) fn set_aside(&mut self) -> Option<Current> {
        self.current.take()
    }

    /// Goes on with the heading that was set aside.
    pub(super) fn resume(&mut self, heading: Option<Current>) {
        self.current = heading;
    }

    /// The tree of all headings.
    pub(super) fn finish(mut self) -> Vec<Heading> {
        self.climb_above(0);
        self.finished
    }

    fn add(&mut self, heading: Heading) {
        self.climb_above(heading.level);
        self.path.push(heading);
    }

    /// Hands headings that reach down to `level` over to the ones above them.
    fn climb_above(&mut self, level: u8) {
        while let Some(last) = self.path.pop_if(|last| last.level >= level) {
            match self.path.last_mut() {
                Some(above) => above.children.push(last),
                None => self.finished.push(last),
            }
        }
    }

    /// Keeps the anchors that stand in `body` from headings above them: `## Beds {#beds}`.
    pub(super) fn reserve(&mut self, body: &str) {
        let written = memchr::memmem::find_iter(body.as_bytes(), "{#").map(|at| &body[at + 2..]);
        let ids = written.map(|id| id.split(['}', ' ', '\t', '\n']).next().unwrap_or_default());
        self.reserved.extend(ids.filter(|id| !id.is_empty()).map(str::to_owned));
    }

    fn unique(&mut self, wanted: String, is_own: bool) -> String {
        let is_kept = self.reserved.contains(&wanted);
        if is_own {
            self.reserved.remove(&wanted);
        }
        let taken = self.taken.get(&wanted).copied();
        let Some(mut number) = taken.or((is_kept && !is_own).then_some(1)) else {
            self.taken.insert(wanted.clone(), 1);
            return wanted;
        };
        let id = loop {
            number += 1;
            let id = format!("{wanted}-{number}");
            if !self.taken.contains_key(&id) && !self.reserved.contains(&id) {
                break id;
            }
        };
        if taken.is_some() {
            self.taken.insert(wanted, number);
        }
        self.taken.insert(id.clone(), 1);
        id
    }
}

impl Writer<'_> {
    pub(super) fn begin_heading(&mut self, level: HeadingLevel, id: Option<&str>, classes: &[CowStr<'_>]) {
        let is_first = self.html.text.is_empty() && self.is_on_page();
        let (start, words_before) = (self.html.text.len(), self.line.words);
        self.html.begin(name(level));
        let id_at = self.html.text.len();
        if !classes.is_empty() {
            self.html.attribute("class", &classes.join(" "));
        }
        self.html.end_of_tag();
        let id = id.map(str::to_owned);
        self.headings.current = Some(Current { title: String::new(), id, start, id_at, words_before, is_first });
    }

    pub(super) fn end_heading(&mut self, level: HeadingLevel) {
        self.html.close_block();
        let Some(mut current) = self.headings.current.take() else { return };
        current.title.truncate(current.title.trim_end().len());
        let title = current.title;
        if current.is_first && level == HeadingLevel::H1 && self.is_title_of_page(&title) {
            self.html.text.truncate(current.start);
            self.line.words = current.words_before;
            return;
        }
        let own = current.id.filter(|id| !id.is_empty());
        let is_own = own.is_some();
        let id = self.headings.unique(own.unwrap_or_else(|| slug(&title)), is_own);
        let mut attribute = String::with_capacity(id.len() + 6);
        push_attribute(&mut attribute, "id", &id);
        self.html.text.insert_str(current.id_at, &attribute);
        self.headings.add(Heading { level: level as u8, id, title, children: Vec::new() });
    }

    /// Compares letters and digits only, so that set quotes make no difference.
    fn is_title_of_page(&self, title: &str) -> bool {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        self.context.home.is_some_and(|home| letters(&home.page.title) == letters(title))
    }
}

fn name(level: HeadingLevel) -> &'static str {
    ["h1", "h2", "h3", "h4", "h5", "h6"][level as usize - 1]
}

fn slug(title: &str) -> String {
    let slug = model::slug(title);
    if slug.is_empty() { "section".to_owned() } else { slug }
}
