//! Patterns of paths, as `_redirects` and `_headers` write them: `*` for anything, `:name` for one part.

/// What `*` is called where it is put in.
const SPLAT: &str = "splat";

/// A pattern taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Token>);

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// These characters.
    Text(String),
    /// `*`: anything, also nothing.
    Splat,
    /// `:name`: some characters up to the next `/`.
    Part(String),
}

impl Pattern {
    /// Takes a pattern apart; none if it has a second `*`, which hosts never match.
    pub fn parse(written: &str) -> Option<Self> {
        let (mut tokens, mut rest) = (Vec::new(), written);
        while let Some(c) = rest.chars().next() {
            let name = placeholder(rest);
            match (c, name) {
                ('*', _) => {
                    tokens.push(Token::Splat);
                    rest = &rest[1..];
                }
                (_, Some(name)) => {
                    tokens.push(Token::Part(name.to_owned()));
                    rest = &rest[1 + name.len()..];
                }
                _ => {
                    let end = rest[c.len_utf8()..].find(['*', ':']).map_or(rest.len(), |at| at + c.len_utf8());
                    tokens.push(Token::Text(rest[..end].to_owned()));
                    rest = &rest[end..];
                }
            }
        }
        (tokens.iter().filter(|token| **token == Token::Splat).count() <= 1).then_some(Self(tokens))
    }

    /// Its pieces, from left to right.
    pub fn tokens(&self) -> &[Token] {
        &self.0
    }

    /// Whether it stands for one path only.
    pub fn is_fixed(&self) -> bool {
        self.0.iter().all(|token| matches!(token, Token::Text(_)))
    }

    /// What the placeholders stand for in `path`; none if it does not fit.
    pub fn fit<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        fit(&self.0, path, &mut found).then_some(found)
    }
}

/// `slug` of `:slug/amp`.
fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix(':')?;
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    Some(&name[..end]).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn fit<'a>(tokens: &'a [Token], path: &'a str, found: &mut Vec<(&'a str, &'a str)>) -> bool {
    let Some((first, rest)) = tokens.split_first() else { return path.is_empty() };
    let (name, most, least) = match first {
        Token::Text(text) => return path.strip_prefix(text.as_str()).is_some_and(|path| fit(rest, path, found)),
        Token::Splat => (SPLAT, path.len(), 0),
        Token::Part(name) => (name.as_str(), path.find('/').unwrap_or(path.len()), 1),
    };
    for end in (least..=most).rev().filter(|end| path.is_char_boundary(*end)) {
        found.push((name, &path[..end]));
        if fit(rest, &path[end..], found) {
            return true;
        }
        found.pop();
    }
    false
}

/// Puts into `target` what its placeholders stand for.
pub(super) fn fill(target: &str, found: &[(&str, &str)]) -> String {
    found.iter().fold(target.to_owned(), |filled, (name, text)| filled.replace(&format!(":{name}"), text))
}
