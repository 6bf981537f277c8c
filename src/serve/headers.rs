//! `_headers`, read as the host reads it.

use super::pattern::Pattern;

/// The most rules that hosts take.
const MOST_RULES: usize = 100;

/// The longest line that hosts take.
const LONGEST_LINE: usize = 2_000;

/// The rules of a site, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Headers(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// None if hosts never match it.
    pattern: Option<Pattern>,
    is_absolute: bool,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Set(String, String),
    Unset(String),
}

impl Headers {
    /// Reads the file; lines that hosts leave out are left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines.filter(|line| line.len() <= LONGEST_LINE) {
            if line.starts_with('/') || line.starts_with("https://") {
                let pattern = Pattern::parse(line);
                rules.push(Rule { pattern, is_absolute: !line.starts_with('/'), lines: Vec::new() });
            } else if let (Some(rule), Some(line)) = (rules.last_mut(), header(line)) {
                rule.lines.push(line);
            }
        }
        rules.retain(|rule| !rule.lines.is_empty());
        rules.truncate(MOST_RULES);
        Self(rules)
    }

    /// Changes the headers of an answer for the path; `host` is the name of the site's own address.
    pub(super) fn apply(&self, host: &str, path: &str, headers: &mut Vec<(String, String)>) {
        let address = format!("https://{host}{path}");
        let mut own: Vec<String> = Vec::new();
        let fitting = self.0.iter().filter(|rule| {
            let subject = if rule.is_absolute { address.as_str() } else { path };
            rule.pattern.as_ref().is_some_and(|pattern| pattern.fit(subject).is_some())
        });
        for line in fitting.flat_map(|rule| &rule.lines) {
            match line {
                Line::Unset(name) => headers.retain(|(known, _)| known != name),
                Line::Set(name, value) => {
                    let is_own = own.contains(name);
                    match headers.iter_mut().find(|(known, _)| known == name) {
                        Some((_, known)) if is_own => *known = format!("{known}, {value}"),
                        Some((_, known)) => known.clone_from(value),
                        None => headers.push((name.clone(), value.clone())),
                    }
                    own.push(name.clone());
                }
            }
        }
    }
}

fn header(line: &str) -> Option<Line> {
    if let Some(name) = line.strip_prefix('!') {
        return Some(Line::Unset(name.trim().to_ascii_lowercase()));
    }
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    (!name.is_empty() && !name.contains(' ') && !value.is_empty()).then(|| Line::Set(name, value.to_owned()))
}
