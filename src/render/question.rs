//! What templates want to know.
//!
//! A question names pages and files as templates do, never by their numbers in a run, and what is asked about the page being made
//! does not name it at all: the same template asks the same questions on every page and in every run.

use serde::{Deserialize, Serialize};

/// What a template wants to know, in a form that two templates asking for the same thing share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Question {
    /// A list of pages.
    Pages(Selection),
    /// One page.
    Page(String),
    /// One section with its pages and sections.
    Section(String),
    /// The children of the page.
    Children,
    /// The part of a long list that the sheet shows.
    Slice,
    /// The terms of a taxonomy.
    Terms(String),
    /// The terms that a page has in one of the taxonomies.
    TermsOf(usize, String),
    /// The terms that the page itself has in one of the taxonomies.
    OwnTerms(usize),
    /// All taxonomies.
    Taxonomies,
    /// Pages that share terms with the page, at most so many.
    Related(usize),
    /// Pages that link to the page.
    Backlinks,
    /// The way from the home page to the parent of the page.
    Trail,
    /// The neighbour before the page.
    Previous,
    /// The neighbour after the page.
    Next,
    /// A data file.
    Data(String),
    /// A menu, with marks for the entries that lead to the current page or above it.
    Menu(String, Vec<Mark>),
    /// The link to an address of the site.
    Link(String),
    /// A published file, by its key.
    File(String),
    /// The words for a key.
    Words(String),
    /// The feeds that the page announces.
    Feeds,
}

/// Which pages a template wants, in which order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Mark {
    /// Not at all.
    Elsewhere,
    /// It leads to a page above it.
    Within,
    /// It leads to it.
    Current,
}

/// What questions are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Lists of pages, and single ones.
    Pages,
    /// Taxonomies and their terms.
    Terms,
    /// Pages that share terms with the page.
    Related,
    /// Pages that link to the page.
    Backlinks,
    /// The way to the page.
    Trail,
    /// The pages before and after it.
    Neighbours,
    /// Data files.
    Data,
    /// Menus.
    Menu,
    /// Links to addresses of the site.
    Links,
    /// Published files.
    Files,
    /// The theme's words.
    Words,
    /// The feeds that the page announces.
    Feeds,
}

impl Question {
    /// Whether the answer is the same for all pages that ask.
    pub(super) fn is_shared(&self) -> bool {
        use Question::{Backlinks, Children, Feeds, Next, OwnTerms, Previous, Related, Slice, Trail};
        !matches!(self, Children | Slice | OwnTerms(_) | Related(_) | Backlinks | Trail | Previous | Next | Feeds)
    }

    /// What it is about.
    pub(super) fn topic(&self) -> Topic {
        match self {
            Self::Pages(_) | Self::Page(_) | Self::Section(_) | Self::Children | Self::Slice => Topic::Pages,
            Self::Terms(_) | Self::TermsOf(..) | Self::OwnTerms(_) | Self::Taxonomies => Topic::Terms,
            Self::Related(_) => Topic::Related,
            Self::Backlinks => Topic::Backlinks,
            Self::Trail => Topic::Trail,
            Self::Previous | Self::Next => Topic::Neighbours,
            Self::Data(_) => Topic::Data,
            Self::Menu(..) => Topic::Menu,
            Self::Link(_) => Topic::Links,
            Self::File(_) => Topic::Files,
            Self::Words(_) => Topic::Words,
            Self::Feeds => Topic::Feeds,
        }
    }
}
