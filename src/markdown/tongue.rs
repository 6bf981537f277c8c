//! What Markdown itself has to say, in the language of the site.

use crate::model::Language;
use pulldown_cmark::BlockQuoteKind;

/// The languages that differ in their words or quotes; all others are treated as English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    French,
    German,
    /// German as it is written in Switzerland.
    Swiss,
}

/// An alert's class and its title.
pub(super) struct Alert {
    pub(super) class: &'static str,
    pub(super) title: &'static str,
}

impl Tongue {
    pub(super) fn of(language: &Language) -> Self {
        let tag = language.tag();
        let is = |primary: &str| tag.split('-').next().is_some_and(|part| part.eq_ignore_ascii_case(primary));
        if tag.eq_ignore_ascii_case("de-CH") || tag.eq_ignore_ascii_case("de-LI") {
            Self::Swiss
        } else if is("de") {
            Self::German
        } else if is("fr") {
            Self::French
        } else {
            Self::English
        }
    }

    pub(super) fn is_german(self) -> bool {
        matches!(self, Self::German | Self::Swiss)
    }

    pub(super) fn alert(self, kind: BlockQuoteKind) -> Alert {
        let (class, english, german) = match kind {
            BlockQuoteKind::Note => ("alert alert-note", "Note", "Hinweis"),
            BlockQuoteKind::Tip => ("alert alert-tip", "Tip", "Tipp"),
            BlockQuoteKind::Important => ("alert alert-important", "Important", "Wichtig"),
            BlockQuoteKind::Warning => ("alert alert-warning", "Warning", "Warnung"),
            BlockQuoteKind::Caution => ("alert alert-caution", "Caution", "Vorsicht"),
        };
        Alert { class, title: if self.is_german() { german } else { english } }
    }

    /// What a screen reader says for the link back from a footnote.
    pub(super) fn back_to_text(self) -> &'static str {
        if self.is_german() { "Zurück zum Text" } else { "Back to the text" }
    }

    /// What a screen reader says for the box of a task.
    pub(super) fn task(self, done: bool) -> &'static str {
        match (self.is_german(), done) {
            (true, true) => "erledigt",
            (true, false) => "offen",
            (false, true) => "done",
            (false, false) => "to do",
        }
    }
}
