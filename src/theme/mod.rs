//! Folders of themes become values that can be compiled.
//!
//! Purpose: everything that a theme is made of, found once and in order of priority. In goes the folder of themes, the name of
//! one, and the content layers that override parts of it; out comes a `Theme` with templates, words, tokens and files, taken
//! from the layers first, then from the theme, then from the themes it extends. It never compiles a template.

mod chain;
mod folder;
mod guests;
mod tokens;
mod words;

use crate::diag::{Code, Diagnostic, Outcome, Place, uninvited};
use crate::model::{Guest, SiteFile, SiteSpec, Table};
use crate::world::Files;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use tokens::{Rule, check_tokens};

/// A theme with everything it inherits and everything that overrides it.
#[derive(Debug, Clone)]
pub struct Theme {
    /// The name of its folder.
    pub name: String,
    /// The theme itself, its parent, the parent of that, and so on.
    pub chain: Vec<String>,
    /// All templates, the ones that win first.
    pub templates: Vec<TemplateFile>,
    /// The words of the templates in each language: key → text, or a table of plural forms.
    pub words: BTreeMap<String, Table>,
    /// The tokens that a site may set, with the values they have otherwise.
    pub tokens: BTreeMap<String, String>,
    /// What its tokens may be, where a theme of the chain says more than a value.
    pub rules: BTreeMap<String, Rule>,
    /// What its templates load from other hosts, and where they do.
    pub guests: Vec<(Guest, Place)>,
    /// Assets (`theme:css/site.css`) and static files (`static:robots.txt`), one of each key.
    pub files: Vec<SiteFile>,
}

/// One template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Its full name: `journal/page.html`, or `override:garden/page.html` if it lies in a layer.
    pub name: String,
    /// Its path from the root of the repository.
    pub file: Arc<str>,
    /// What it says.
    pub text: String,
}

/// Loads the theme `name` from the folder of themes; `overrides` are content layers whose `_theme` folders win over it, later
/// ones over earlier ones.
pub fn load(
    files: &dyn Files,
    folder_themes: &str,
    folder_content: &str,
    name: &str,
    overrides: &[String],
) -> Outcome<Theme> {
    let mut diagnostics = Vec::new();
    let Some(chain) = chain::follow(files, folder_themes, name, &mut diagnostics) else {
        return Outcome::failed(diagnostics);
    };
    let layers = overrides.iter().rev().map(|layer| folder::Origin {
        prefix: format!("override:{layer}"),
        folder: format!("{folder_content}/{layer}/_theme"),
    });
    let themes = chain
        .iter()
        .map(|link| folder::Origin { prefix: link.name.clone(), folder: format!("{folder_themes}/{}", link.name) });
    let origins: Vec<_> = layers.chain(themes).collect();
    let found = folder::gather(files, &origins, &mut diagnostics);
    let theme = Theme {
        name: name.to_owned(),
        guests: guests::find(&found.templates),
        templates: found.templates,
        words: words::merge(&found.words, &mut diagnostics),
        tokens: chain.iter().rev().flat_map(|link| link.tokens.clone()).collect(),
        rules: chain.iter().rev().flat_map(|link| link.rules.clone()).collect(),
        files: found.files,
        chain: chain.into_iter().map(|link| link.name).collect(),
    };
    Outcome::of(theme, diagnostics)
}

/// Names what the templates load from hosts that the policy of the site does not allow.
pub fn check_guests(spec: &SiteSpec, theme: &Theme) -> Vec<Diagnostic> {
    let guests = theme.guests.iter();
    guests.filter_map(|(guest, place)| Some(uninvited(guest, &spec.settings)?.at(place.clone()))).collect()
}

/// Says so if the theme speaks, but not the language of a site.
pub fn check_words(spec: &SiteSpec, theme: &Theme) -> Option<Diagnostic> {
    let (tag, primary) = (spec.language.tag(), spec.language.primary());
    let speaks = |language: &str| theme.words.contains_key(language);
    if theme.words.is_empty() || primary == "en" || speaks(tag) || speaks(primary) {
        return None;
    }
    let message = format!("theme `{}` has no words for `{primary}`; English is shown", theme.name);
    let hint = format!("add `words/{primary}.toml` to the theme, with what its `words/en.toml` says in that language");
    let place = spec.declared.setting("language");
    Some(Diagnostic::warning(Code::NoWords, message).at_setting(place).hint(hint))
}

#[cfg(test)]
mod tests;
