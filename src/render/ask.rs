//! The one point where templates ask about anything but their own page.
//!
//! Every function that tells something about another page, a list, a file or the words of a theme builds a `Question` and hands it
//! to the `Desk`. Whoever wants to know what a page depends on has to look nowhere else.

use super::answer::{self, Kinship};
use super::register::Register;
use super::{summary, values};
use crate::diag::Code;
use crate::model::{Digest, PageId, Site};
use crate::theme::Theme;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use tera::{Context, Value};

pub(super) use super::question::{Mark, Question, Selection, Sort};

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// What kind of mistake it is.
    pub(super) code: Code,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) hint: Option<String>,
}

impl Fault {
    /// A template asked for something it cannot have.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { code: Code::TemplateError, message: message.into(), hint: None }
    }

    /// A template makes too much or takes too long.
    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self { code: Code::TemplateLimit, message: message.into(), hint: None }
    }

    /// Says what to do.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<tera::Error> for Fault {
    fn from(error: tera::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// An answer, or why there is none.
pub(super) type Answer = Result<Value, Fault>;

/// Where somebody stands who asks: answers depend on the page, and on the part of its list that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standpoint {
    /// The page; the home page for `404.html`.
    pub(super) page: PageId,
    /// Which page of its list, from 1.
    pub(super) number: usize,
}

/// Where questions about one site are answered; answers that many pages share are kept.
#[derive(Debug)]
pub(super) struct Desk {
    /// The site.
    pub(super) site: Arc<Site>,
    /// The theme, for its words.
    pub(super) theme: Arc<Theme>,
    /// The tokens of the theme as the site sets them.
    pub(super) tokens: BTreeMap<String, String>,
    frame: Context,
    known: OnceLock<Vec<Known>>,
    menus: OnceLock<BTreeMap<String, Vec<Option<PageId>>>>,
    feed_lists: OnceLock<Vec<bool>>,
    kinship: OnceLock<Kinship>,
    register: Register,
}

impl Desk {
    /// A desk that has not answered anything yet.
    pub(super) fn new(site: Arc<Site>, theme: Arc<Theme>) -> Self {
        let tokens = theme.tokens.iter().chain(&site.spec.tokens);
        let tokens = tokens.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mut frame = Context::new();
        frame.insert_value("site", summary::site(&site));
        frame.insert_value("tokens", values::texts(&tokens));
        Self {
            tokens,
            frame,
            site,
            theme,
            known: OnceLock::new(),
            menus: OnceLock::new(),
            feed_lists: OnceLock::new(),
            kinship: OnceLock::new(),
            register: Register::default(),
        }
    }

    /// The same with a register that was begun before, so that it can be told who asked what.
    #[must_use]
    pub(super) fn with_register(self, register: Register) -> Self {
        Self { register, ..self }
    }

    /// Who knows all questions.
    pub(super) fn register(&self) -> &Register {
        &self.register
    }

    /// What every template of the site sees, whatever it is about.
    pub(super) fn frame(&self) -> Context {
        self.frame.clone()
    }

    /// Pages that share terms with a page, at most so many; looked for once, for the answer and for its fingerprint.
    pub(super) fn related(&self, id: PageId, limit: usize) -> Cow<'_, [PageId]> {
        let find = || self.kinship.get_or_init(|| Kinship::of(&self.site)).related(&self.site, id, limit);
        match self.known(id).related.get_or_init(|| (limit, find())) {
            (known, related) if *known == limit => Cow::Borrowed(related),
            _ => Cow::Owned(find().into_vec()),
        }
    }

    /// The question about a menu on `page`.
    pub(super) fn menu(&self, name: &str, page: Option<PageId>) -> Question {
        let targets = self.menus().get(name).map(Vec::as_slice).unwrap_or_default();
        Question::Menu(name.to_owned(), answer::marks(&self.site, targets, page))
    }

    /// Where the entries of each menu lead.
    pub(super) fn menus(&self) -> &BTreeMap<String, Vec<Option<PageId>>> {
        self.menus.get_or_init(|| answer::targets(&self.site))
    }

    /// Whether a page is a list with a feed.
    pub(super) fn has_feed(&self, list: PageId) -> bool {
        self.feed_lists.get_or_init(|| self.site.feed_lists())[list.index()]
    }

    /// What lists tell about a page; made once.
    pub(super) fn summary(&self, id: PageId) -> Value {
        self.known(id).summary.get_or_init(|| Value::from(summary::fields(&self.site, id))).clone()
    }

    /// What lists tell about a term; made once.
    pub(super) fn term(&self, id: PageId) -> Value {
        self.known(id).term.get_or_init(|| answer::term(&self.site, id)).clone()
    }

    /// What the list of a page shows; sorted out once, since a long list is cut into many pages.
    pub(super) fn entries(&self, id: PageId) -> &[PageId] {
        self.known(id).entries.get_or_init(|| answer::slices::entries(&self.site, id))
    }

    fn known(&self, id: PageId) -> &Known {
        &self.known.get_or_init(|| self.site.ids().map(|_| Known::default()).collect())[id.index()]
    }

    /// What lists tell about several pages.
    pub(super) fn list<'a>(&self, ids: impl IntoIterator<Item = &'a PageId>) -> Value {
        Value::from(ids.into_iter().map(|id| self.summary(*id)).collect::<Vec<_>>())
    }

    /// Answers a question, at most once if all pages get the same answer, and tells its number.
    pub(super) fn ask(&self, question: &Question, from: Standpoint) -> (Option<u32>, Answer) {
        self.register.answer(question, || answer::answer(self, question, from))
    }

    /// What lists tell about a page, as one digest.
    pub(super) fn print(&self, id: PageId) -> Digest {
        *self.known(id).print.get_or_init(|| summary::print(&self.site, id))
    }

    /// What lists tell about a term, as one digest.
    pub(super) fn term_print(&self, id: PageId) -> Digest {
        *self.known(id).term_print.get_or_init(|| answer::print_of_term(&self.site, id))
    }
}

/// What is known about a page, once someone asked.
#[derive(Debug, Default)]
struct Known {
    summary: OnceLock<Value>,
    term: OnceLock<Value>,
    entries: OnceLock<Box<[PageId]>>,
    /// The pages that have most to do with it, as many as someone asked for first.
    related: OnceLock<(usize, Box<[PageId]>)>,
    print: OnceLock<Digest>,
    term_print: OnceLock<Digest>,
}
