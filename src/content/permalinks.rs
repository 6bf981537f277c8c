//! Permalink patterns: `/{year}/{month}/{slug}/`.

use super::manuscript::Manuscript;
use super::overlay::folders_above;
use super::titles;
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{PageKind, Route, SiteSpec, Stamp, slug};
use std::collections::{BTreeMap, BTreeSet};

/// The patterns of a site by the path of the section they are for.
pub(super) struct Permalinks<'a>(BTreeMap<&'a str, Vec<Part<'a>>>);

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Text(&'a str),
    Year,
    Month,
    Day,
    Slug,
    Section,
    Title,
    Filename,
}

const PARTS: [(&str, Part<'static>); 7] = [
    ("year", Part::Year),
    ("month", Part::Month),
    ("day", Part::Day),
    ("slug", Part::Slug),
    ("section", Part::Section),
    ("title", Part::Title),
    ("filename", Part::Filename),
];

impl<'a> Permalinks<'a> {
    /// Takes the patterns apart; those with mistakes are reported and left out.
    pub(super) fn parse(spec: &'a SiteSpec, faults: &mut Vec<Diagnostic>) -> Self {
        let mut parsed = BTreeMap::new();
        for (section, pattern) in &spec.settings.permalinks {
            match parse(pattern) {
                Ok(parts) => drop(parsed.insert(section.trim_matches('/'), parts)),
                Err((message, hint)) => {
                    let message = format!("the permalink pattern `{pattern}` of `{section}` {message}");
                    let place = spec.declared.setting(&format!("permalinks.{section}"));
                    faults.push(Diagnostic::error(Code::BadPermalink, message).at_setting(place).hint(hint));
                }
            }
        }
        Self(parsed)
    }

    /// Takes note of patterns for sections that are not there, where one is there whose name is nearly the same. Other patterns may be
    /// meant for sites of the same group, or for sections that are not shown yet.
    pub(super) fn check(&self, spec: &SiteSpec, pages: &[Manuscript], faults: &mut Vec<Diagnostic>) {
        if self.0.is_empty() {
            return;
        }
        let sections: BTreeSet<&str> =
            pages.iter().filter(|page| page.kind == PageKind::Section).map(Manuscript::name).collect();
        for written in spec.settings.permalinks.keys() {
            let section = written.trim_matches('/');
            let free = sections.iter().copied().filter(|section| !self.0.contains_key(section));
            let is_idle = section != "*" && !sections.contains(section);
            let Some(meant) = nearest(section, free).filter(|_| is_idle) else { continue };
            let place = spec.declared.setting(&format!("permalinks.{written}"));
            let message = format!("there is no section `{section}` for this permalink pattern");
            let warning = Diagnostic::warning(Code::IdlePermalink, message).at_setting(place);
            faults.push(warning.hint(format!("did you mean `{meant}`?")));
        }
    }

    /// The route of a page that lies in a section with the URL path `section`; none if no pattern is meant for it.
    pub(super) fn route(&self, page: &Manuscript, section: &str) -> Option<Result<Route, Diagnostic>> {
        if self.0.is_empty() {
            return None;
        }
        let nearest = folders_above(page.name()).filter(|folder| !folder.is_empty()).chain(["*"]);
        let parts = nearest.into_iter().find_map(|folder| self.0.get(folder))?;
        Some(fill(parts, page, section))
    }
}

fn parse(pattern: &str) -> Result<Vec<Part<'_>>, (String, String)> {
    let known = || PARTS.iter().map(|(name, _)| *name);
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some((text, tail)) = rest.split_once('{') {
        let (name, tail) = tail
            .split_once('}')
            .ok_or_else(|| ("has a `{` without a `}`".to_owned(), "close it with a `}`".to_owned()))?;
        let part = PARTS.iter().find(|(known, _)| *known == name).map(|(_, part)| *part);
        let part = part.ok_or_else(|| {
            let hint = match nearest(name, known()) {
                Some(meant) => format!("did you mean `{{{meant}}}`?"),
                None => format!("the parts are {}", list(known())),
            };
            (format!("has an unknown part `{{{name}}}`"), hint)
        })?;
        parts.extend([Part::Text(text), part]);
        rest = tail;
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn fill(parts: &[Part<'_>], page: &Manuscript, section: &str) -> Result<Route, Diagnostic> {
    let mut path = String::with_capacity(64);
    for part in parts {
        match part {
            Part::Text(text) => path.push_str(text),
            Part::Year => path.push_str(&dated(page, "%Y")?),
            Part::Month => path.push_str(&dated(page, "%m")?),
            Part::Day => path.push_str(&dated(page, "%d")?),
            Part::Section => path.push_str(section),
            Part::Title => path.push_str(&slug(&page.title())),
            Part::Filename => path.push_str(&slug(titles::dated(page.last()).1)),
            Part::Slug => match &page.front.slug {
                Some(own) => path.push_str(own),
                None => path.push_str(&slug(page.undated())),
            },
        }
    }
    // A page at the top has no section, which must not leave two slashes in a row.
    Ok(Route::verbatim(&path.replace("//", "/")))
}

fn dated(page: &Manuscript, format: &str) -> Result<String, Diagnostic> {
    let date: Option<&Stamp> = page.front.date.as_ref();
    date.map(|date| date.local().strftime(format).to_string()).ok_or_else(|| {
        let message = format!("`{}` has no date, but its permalink needs one", page.called());
        let mut diagnostic =
            Diagnostic::error(Code::BadPermalink, message).hint("set `date`, or `path` for this page alone");
        diagnostic.place = page.place();
        diagnostic
    })
}
