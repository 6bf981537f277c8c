//! The one point where templates ask about anything but their own page.
//!
//! Every function that tells something about another page, a list, a file or the words of a theme builds a `Question` and hands it
//! to the `Desk`. Whoever wants to know what a page depends on has to look nowhere else.

use super::answer::{self, Kinship};
use super::{summary, values};
use crate::diag::Code;
use crate::model::{PageId, Site};
use crate::theme::Theme;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use tera::{Context, Value};

/// What a template wants to know, in a form that two templates asking for the same thing share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Question {
    /// A list of pages.
    Pages(Selection),
    /// One page.
    Page(String),
    /// One section with its pages and sections.
    Section(String),
    /// The children of a page.
    Children(PageId),
    /// One page of a long list.
    Slice(PageId, usize),
    /// The terms of a taxonomy.
    Terms(String),
    /// The terms that a page has in one of the taxonomies.
    TermsOf(usize, PageId),
    /// All taxonomies.
    Taxonomies,
    /// Pages that share terms with a page, at most so many.
    Related(PageId, usize),
    /// Pages that link to a page.
    Backlinks(PageId),
    /// The way from the home page to the parent of a page.
    Trail(PageId),
    /// The neighbour before a page.
    Previous(PageId),
    /// The neighbour after a page.
    Next(PageId),
    /// A data file.
    Data(String),
    /// A menu, with marks for the entries that lead to the current page or above it.
    Menu(String, Vec<Mark>),
    /// The link to an address of the site.
    Link(String),
    /// A published file, by its key.
    File(Arc<str>),
    /// The words for a key.
    Words(String),
    /// The feeds that a page announces.
    Feeds(PageId),
}

/// Which pages a template wants, in which order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Selection {
    /// Only pages of this section.
    pub(super) section: Option<String>,
    /// Also pages of the sections below it.
    pub(super) recursive: bool,
    /// Only children of this page.
    pub(super) of: Option<String>,
    /// Only pages that carry a term of this taxonomy.
    pub(super) taxonomy: Option<String>,
    /// Only pages that carry this term of the taxonomy.
    pub(super) term: Option<String>,
    /// Only pages of this kind.
    pub(super) kind: String,
    /// What they are sorted by.
    pub(super) sort: Sort,
    /// The other way round.
    pub(super) reverse: bool,
    /// How many are left out at the start.
    pub(super) offset: usize,
    /// How many there are at most.
    pub(super) limit: Option<usize>,
}

/// What pages are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    /// The newest first.
    Date,
    /// The last changed first.
    Updated,
    /// From A to Z.
    Title,
    /// The lightest first.
    Weight,
}

/// How an entry of a menu relates to the current page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    /// Not at all.
    Elsewhere,
    /// It leads to a page above it.
    Within,
    /// It leads to it.
    Current,
}

impl Question {
    /// Whether many pages ask it, so that the answer is worth keeping.
    fn is_shared(&self) -> bool {
        use Question::{Backlinks, Feeds, Next, Previous, Related, Slice, TermsOf, Trail};
        !matches!(
            self,
            Slice(..) | TermsOf(..) | Related(..) | Backlinks(_) | Trail(_) | Previous(_) | Next(_) | Feeds(_)
        )
    }
}

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
    answers: RwLock<HashMap<Question, Answer>>,
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
            answers: RwLock::default(),
        }
    }

    /// What every template of the site sees, whatever it is about.
    pub(super) fn frame(&self) -> Context {
        self.frame.clone()
    }

    /// Which pages share terms.
    pub(super) fn kinship(&self) -> &Kinship {
        self.kinship.get_or_init(|| Kinship::of(&self.site))
    }

    /// The question about a menu on `page`.
    pub(super) fn menu(&self, name: &str, page: Option<PageId>) -> Question {
        let menus = self.menus.get_or_init(|| answer::targets(&self.site));
        let targets = menus.get(name).map(Vec::as_slice).unwrap_or_default();
        Question::Menu(name.to_owned(), answer::marks(&self.site, targets, page))
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

    /// Answers a question, at most once if many pages ask it.
    pub(super) fn ask(&self, question: &Question) -> Answer {
        if !question.is_shared() {
            return answer::answer(self, question);
        }
        if let Some(known) = self.answers.read().unwrap_or_else(PoisonError::into_inner).get(question) {
            return known.clone();
        }
        let found = answer::answer(self, question);
        self.answers.write().unwrap_or_else(PoisonError::into_inner).insert(question.clone(), found.clone());
        found
    }
}

/// What is known about a page, once someone asked.
#[derive(Debug, Default)]
struct Known {
    summary: OnceLock<Value>,
    term: OnceLock<Value>,
    entries: OnceLock<Box<[PageId]>>,
}
