//! What hectare tells people who made a mistake.
//!
//! Purpose: one shape for every message: a stable code, the place in a file, the line itself, what was expected, what to do.
//! Equal diagnostics of many sites are grouped here; only `ui/` prints them.

mod advice;
mod code;
mod group;
mod size;
mod suggest;
#[cfg(test)]
mod tests;

pub use advice::{Advice, explain};
pub use code::Code;
pub use group::{Group, group};
pub use size::size;
pub use suggest::{list, nearest};

pub use crate::model::Place;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The site cannot be finished.
    Error,
    /// The site is finished, but probably not as meant.
    Warning,
}

impl Severity {
    /// Its name in the output for programs and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    /// What a name in a file means.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Error, Self::Warning].into_iter().find(|severity| severity.name() == name)
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, as a fragment without a full stop.
    pub message: String,
    /// Where it is wrong.
    pub place: Option<Place>,
    /// Whether the place is a setting, which other sites that make the same mistake have elsewhere.
    pub in_settings: bool,
    /// Other places that belong to it: where it was called from, where the same name was given first.
    pub notes: Vec<Note>,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A remark that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The remark.
    pub message: String,
    /// The place it is about.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// A mistake that keeps a site from being finished.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A mistake that a site survives.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), place: None, in_settings: false, notes: Vec::new(), hint: None }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says where the setting stands; the same mistake in the settings of another site is still the same.
    #[must_use]
    pub fn at_setting(self, place: Place) -> Self {
        Self { in_settings: true, ..self.at(place) }
    }

    /// Says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a remark, with the place it is about if there is one.
    #[must_use]
    pub fn note(mut self, message: impl Into<String>, place: Option<Place>) -> Self {
        self.notes.push(Note { message: message.into(), place });
        self
    }

    /// Whether a site with this diagnostic is broken.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What a step of the pipeline made, and what it has to say about it.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The result; none if the step could not go on at all.
    pub value: Option<T>,
    /// Mistakes found on the way, in the order of the input.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Outcome<T> {
    /// A result with whatever was found on the way.
    pub fn of(value: T, diagnostics: Vec<Diagnostic>) -> Self {
        Self { value: Some(value), diagnostics }
    }

    /// No result.
    pub fn failed(diagnostics: Vec<Diagnostic>) -> Self {
        Self { value: None, diagnostics }
    }

    /// The result, if there is one and nothing found makes it useless; what was found goes to `diagnostics` either way.
    pub fn sound(self, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
        let broken = self.diagnostics.iter().any(Diagnostic::is_error);
        diagnostics.extend(self.diagnostics);
        self.value.filter(|_| !broken)
    }
}
