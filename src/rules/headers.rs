//! `_headers`, read as the host reads it.

use super::pattern::Pattern;

/// The most rules that hosts take.
const MOST_RULES: usize = 100;

/// The longest line that hosts take.
const LONGEST_LINE: usize = 2_000;

/// The headers of a site, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<HeaderRule>);

/// A pattern with the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// The paths or addresses that it is about, as the file writes them.
    pub written: String,
    /// The same, taken apart; none if hosts never match it.
    pub pattern: Option<Pattern>,
    /// Whether whole addresses are compared, not paths.
    pub is_absolute: bool,
    /// What it does, in the order of the file.
    pub lines: Vec<HeaderLine>,
}

/// What is done to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderLine {
    /// The header, in lower case, gets this value; after one that an earlier rule of the file set.
    Set(String, String),
    /// The header, in lower case, is taken away, with what earlier rules of the file set.
    Unset(String),
}

impl Headers {
    /// Reads the file; lines that hosts leave out are left out.
    pub fn parse(text: &str) -> Self {
        let mut rules: Vec<HeaderRule> = Vec::new();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines.filter(|line| line.len() <= LONGEST_LINE) {
            if line.starts_with('/') || line.starts_with("https://") {
                let pattern = Pattern::parse(line);
                let is_absolute = !line.starts_with('/');
                rules.push(HeaderRule { written: line.to_owned(), pattern, is_absolute, lines: Vec::new() });
            } else if let (Some(rule), Some(line)) = (rules.last_mut(), header(line)) {
                rule.lines.push(line);
            }
        }
        rules.retain(|rule| !rule.lines.is_empty());
        rules.truncate(MOST_RULES);
        Self(rules)
    }

    /// The rules in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &HeaderRule> {
        self.0.iter()
    }

    /// Changes the headers of an answer for the path; `host` is the name of the site's own address.
    pub fn apply(&self, host: &str, path: &str, headers: &mut Vec<(String, String)>) {
        let address = format!("https://{host}{path}");
        let mut own: Vec<String> = Vec::new();
        let fitting = self.0.iter().filter(|rule| {
            let subject = if rule.is_absolute { address.as_str() } else { path };
            rule.pattern.as_ref().is_some_and(|pattern| pattern.fit(subject).is_some())
        });
        for line in fitting.flat_map(|rule| &rule.lines) {
            match line {
                HeaderLine::Unset(name) => headers.retain(|(known, _)| known != name),
                HeaderLine::Set(name, value) => {
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

fn header(line: &str) -> Option<HeaderLine> {
    if let Some(name) = line.strip_prefix('!') {
        return Some(HeaderLine::Unset(name.trim().to_ascii_lowercase()));
    }
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
    (!name.is_empty() && !name.contains(' ') && !value.is_empty()).then(|| HeaderLine::Set(name, value.to_owned()))
}
