//! `_redirects`, read as the host reads it.

use super::pattern::{Pattern, fill};
use crate::model::{UrlPart, encode_url};

/// Rules for one path each that hosts take.
const MOST_FIXED: usize = 2_000;

/// Rules with a pattern that hosts take, with all that follow the first of them.
const MOST_PATTERNS: usize = 100;

/// The longest line that hosts take.
const LONGEST_LINE: usize = 2_000;

/// The redirects of a site.
#[derive(Debug, Clone, Default)]
pub struct Redirects {
    fixed: Vec<RedirectRule>,
    patterns: Vec<RedirectRule>,
}

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectRule {
    /// The paths that it is about, as the file writes them, percent-encoded.
    pub written: String,
    /// The same, taken apart.
    pub from: Pattern,
    /// Where they lead: a path or an address, with placeholders.
    pub to: String,
    /// 200 if the visitor is not to notice.
    pub status: u16,
}

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub struct Redirect {
    /// 200 if the visitor is not to notice.
    pub status: u16,
    /// The path or address, filled in.
    pub to: String,
}

impl Redirects {
    /// Reads the file; lines that hosts leave out are left out.
    pub fn parse(text: &str) -> Self {
        let mut redirects = Self::default();
        for rule in text.lines().filter_map(rule) {
            let is_fixed = rule.from.is_fixed() && redirects.patterns.is_empty();
            let (list, most) =
                if is_fixed { (&mut redirects.fixed, MOST_FIXED) } else { (&mut redirects.patterns, MOST_PATTERNS) };
            if list.len() < most && !list.iter().any(|known| known.written == rule.written) {
                list.push(rule);
            }
        }
        redirects
    }

    /// The rules in the order in which hosts ask them: those for one path, then those with a pattern.
    pub fn iter(&self) -> impl Iterator<Item = &RedirectRule> {
        self.fixed.iter().chain(&self.patterns)
    }

    /// Where the path, as it was sent, leads to; `query` begins with `?` or is empty.
    pub fn find(&self, raw_path: &str, query: &str) -> Option<Redirect> {
        let follow = |rule: &RedirectRule| {
            let target = fill(&rule.to, &rule.from.fit(raw_path)?);
            Some(Redirect { status: rule.status, to: with_query(&target, query) })
        };
        self.iter().find_map(follow)
    }
}

fn rule(line: &str) -> Option<RedirectRule> {
    if line.len() > LONGEST_LINE {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
    let (from, to, status) = match words.as_slice() {
        [from, to] => (*from, *to, 302),
        [from, to, status] => (*from, *to, status.parse().ok()?),
        _ => return None,
    };
    let is_inside = to.starts_with('/') && !to.starts_with("//");
    let leads = is_inside || (to.starts_with("https://") && status != 200);
    let turns_round = from.ends_with(['/', '*']) && ["/index", "/index.html"].iter().any(|end| to.ends_with(end));
    if !from.starts_with('/') || !leads || (turns_round && is_inside) {
        return None;
    }
    let path = from.split(['?', '#']).next().unwrap_or(from);
    let written = encode_url(path, UrlPart::Address).into_owned();
    let is_known = matches!(status, 200 | 301 | 302 | 303 | 307 | 308);
    let from = Pattern::parse(&written).filter(|_| is_known)?;
    Some(RedirectRule { from, written, to: to.to_owned(), status })
}

/// The visitor's query is kept unless the target has one of its own.
fn with_query(target: &str, query: &str) -> String {
    let (address, fragment) = match target.find('#') {
        Some(at) => target.split_at(at),
        None => (target, ""),
    };
    if address.contains('?') { target.to_owned() } else { format!("{address}{query}{fragment}") }
}
