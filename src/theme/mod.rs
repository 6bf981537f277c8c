//! Folders of themes become values that can be compiled.
//!
//! Purpose: everything that a theme is made of, found once and in order of priority. In goes the folder of themes, the name of
//! one, and the content layers that override parts of it; out comes a `Theme` with templates, words, tokens and files, taken
//! from the layers first, then from the theme, then from the themes it extends. It never compiles a template.

mod chain;
mod folder;
mod words;

use crate::diag::{Code, Diagnostic, Outcome, list, nearest};
use crate::model::{SiteFile, SiteSpec, Table};
use crate::world::Files;
use std::collections::BTreeMap;
use std::sync::Arc;

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
        templates: found.templates,
        words: words::merge(&found.words, &mut diagnostics),
        tokens: chain.iter().rev().flat_map(|link| link.tokens.clone()).collect(),
        files: found.files,
        chain: chain.into_iter().map(|link| link.name).collect(),
    };
    Outcome::of(theme, diagnostics)
}

/// Names those of the tokens that a site sets which no theme of the chain declares.
pub fn check_tokens(spec: &SiteSpec, theme: &Theme) -> Vec<Diagnostic> {
    let known = || theme.tokens.keys().map(String::as_str);
    let unknown = spec.tokens.keys().filter(|name| !theme.tokens.contains_key(*name));
    let report = |name: &String| {
        let message = format!("theme `{}` has no token `{name}`", theme.name);
        let hint = match nearest(name, known()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if theme.tokens.is_empty() => {
                format!(
                    "the theme has no tokens; remove it, or add it under `[tokens]` to the theme.toml of `{}`",
                    theme.name
                )
            }
            None => format!("its tokens are {}", list(known())),
        };
        let place = spec.declared.setting(&format!("tokens.{name}"));
        Diagnostic::error(Code::UnknownToken, message).at_setting(place).hint(hint)
    };
    unknown.map(report).collect()
}

#[cfg(test)]
mod tests;
