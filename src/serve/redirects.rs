//! `_redirects`, read as the host reads it.

use super::pattern::{Pattern, fill};
use crate::model::{UrlPart, encode_url};

/// Rules for one path each that hosts take.
const MOST_FIXED: usize = 2_000;

/// Rules with a pattern that hosts take, with all that follow the first of them.
const MOST_PATTERNS: usize = 100;

/// The longest line that hosts take.
const LONGEST_LINE: usize = 2_000;

/// The rules of a site.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    fixed: Vec<Rule>,
    patterns: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    written: String,
    from: Pattern,
    to: String,
    status: u16,
}

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Redirect {
    /// 200 if the visitor is not to notice.
    pub(super) status: u16,
    pub(super) to: String,
}

impl Redirects {
    /// Reads the file; lines that hosts leave out are left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut redirects = Self::default();
        for rule in text.lines().filter_map(rule) {
            let is_fixed = rule.from.is_fixed() && redirects.patterns.is_empty();
            let (list, most) = match is_fixed {
                true => (&mut redirects.fixed, MOST_FIXED),
                false => (&mut redirects.patterns, MOST_PATTERNS),
            };
            if list.len() < most && !list.iter().any(|known| known.written == rule.written) {
                list.push(rule);
            }
        }
        redirects
    }

    /// Where the path, as it was sent, leads to; `query` begins with `?` or is empty.
    pub(super) fn find(&self, raw_path: &str, query: &str) -> Option<Redirect> {
        let follow = |rule: &Rule| {
            let target = fill(&rule.to, &rule.from.fit(raw_path)?);
            Some(Redirect { status: rule.status, to: with_query(&target, query) })
        };
        self.fixed.iter().chain(&self.patterns).find_map(follow)
    }
}

fn rule(line: &str) -> Option<Rule> {
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
    Some(Rule { from, written, to: to.to_owned(), status })
}

/// The visitor's query is kept unless the target has one of its own.
fn with_query(target: &str, query: &str) -> String {
    let (address, fragment) = match target.find('#') {
        Some(at) => target.split_at(at),
        None => (target, ""),
    };
    match address.contains('?') {
        true => target.to_owned(),
        false => format!("{address}{query}{fragment}"),
    }
}
