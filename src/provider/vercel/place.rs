//! Where a rule of a site applies, in the words of Vercel's routes: regular expressions of the path and of the host name.

use crate::rules::{HeaderRule, Pattern, Token};

/// The paths, and the host names if not all of them, that a rule is about; without anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) host: Option<String>,
    pattern: Pattern,
    /// Whether `host` fits one name only.
    is_one_host: bool,
}

impl Place {
    /// Where the headers of a rule are sent; none if that is nowhere.
    pub(super) fn of(rule: &HeaderRule) -> Option<Self> {
        let pattern = rule.pattern.clone()?;
        if !rule.is_absolute {
            return Some(Self { path: expression(&pattern, ""), host: None, pattern, is_one_host: false });
        }
        let address = rule.written.strip_prefix("https://")?;
        let (host, path) = match address.split_once('/') {
            Some((host, path)) => (host, format!("/{path}")),
            // Every address has a path, so only a `*` at the end fits one.
            None => (address, address.ends_with('*').then(|| "/*".to_owned())?),
        };
        let (pattern, host) = (Pattern::parse(&path)?, Pattern::parse(host)?);
        let is_one_host = host.is_fixed();
        Some(Self { path: expression(&pattern, ""), host: Some(expression(&host, "")), pattern, is_one_host })
    }

    /// Whether a request may be in both places, as far as can be told from how they begin.
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        if self.is_one_host && other.is_one_host && self.host != other.host {
            return false;
        }
        let (own, others) = (self.pattern.tokens(), other.pattern.tokens());
        match (own, others) {
            ([Token::Text(own)], _) if self.pattern.is_fixed() => other.pattern.fit(own).is_some(),
            (_, [Token::Text(others)]) if other.pattern.is_fixed() => self.pattern.fit(others).is_some(),
            _ => {
                let (own, others) = (beginning(own), beginning(others));
                own.starts_with(others) || others.starts_with(own)
            }
        }
    }
}

fn beginning(tokens: &[Token]) -> &str {
    match tokens.first() {
        Some(Token::Text(text)) => text,
        _ => "",
    }
}

/// The pattern as a regular expression; what its placeholders stand for can be put in as `$1`, `$2` … if `group` is `(`.
fn expression(pattern: &Pattern, group: &str) -> String {
    let close = if group.is_empty() { "" } else { ")" };
    let piece = |token: &Token| match token {
        Token::Text(text) => escaped(text),
        Token::Splat => format!("{group}.*{close}"),
        Token::Part(_) => format!("{group}[^/]+{close}"),
    };
    pattern.tokens().iter().map(piece).collect()
}

/// The same with groups, anchored.
pub(super) fn captured(pattern: &Pattern) -> String {
    format!("^{}$", expression(pattern, "("))
}

/// The target with `$1`, `$2` … in the place of the placeholders of `pattern`.
pub(super) fn target(pattern: &Pattern, to: &str) -> String {
    let names = pattern.tokens().iter().filter_map(|token| match token {
        Token::Text(_) => None,
        Token::Splat => Some("splat"),
        Token::Part(name) => Some(name.as_str()),
    });
    let literal = to.replace('$', "%24");
    names.enumerate().fold(literal, |to, (at, name)| to.replace(&format!(":{name}"), &format!("${}", at + 1)))
}

/// The text as a regular expression that fits nothing else.
pub(super) fn escaped(text: &str) -> String {
    let mut expression = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            expression.push('\\');
        }
        expression.push(c);
    }
    expression
}
