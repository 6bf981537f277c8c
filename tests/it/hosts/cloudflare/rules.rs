//! `_redirects` and `_headers` as the host reads them, with the lines it does not take.

/// A pattern of a path: text, `:name` for one part of it, `*` for any rest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Name(String),
    Splat,
}

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirect {
    from: Pattern,
    to: String,
    code: u16,
}

/// What is set on, or taken from, the answers to some paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeaderRule {
    /// Of rules for one host only.
    host: Option<Pattern>,
    path: Pattern,
    /// `None` takes the header away.
    changes: Vec<(String, Option<String>)>,
}

/// Where a request is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// Another address, with this status.
    Away(u16, String),
    /// Another path of the same site, unseen by the visitor.
    Within(String),
}

const STATIC: usize = 2000;
const DYNAMIC: usize = 100;
const HEADER_RULES: usize = 100;

impl Pattern {
    fn parse(text: &str) -> Self {
        let (mut tokens, mut plain, mut rest) = (Vec::new(), String::new(), text);
        let keep = |plain: &mut String, tokens: &mut Vec<Token>| {
            if !plain.is_empty() {
                tokens.push(Token::Text(std::mem::take(plain)));
            }
        };
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let named = c == ':' && rest.starts_with(|next: char| next.is_ascii_alphabetic());
            if named {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                keep(&mut plain, &mut tokens);
                tokens.push(Token::Name(rest[..end].to_owned()));
                rest = &rest[end..];
            } else if c == '*' {
                keep(&mut plain, &mut tokens);
                tokens.push(Token::Splat);
            } else {
                plain.push(c);
            }
        }
        keep(&mut plain, &mut tokens);
        Self(tokens)
    }

    fn is_static(&self) -> bool {
        self.0.iter().all(|token| matches!(token, Token::Text(_)))
    }

    /// What the names stand for, if the path fits.
    fn fit(&self, path: &str) -> Option<Vec<(String, String)>> {
        fit(&self.0, path)
    }
}

fn fit(tokens: &[Token], path: &str) -> Option<Vec<(String, String)>> {
    let Some((first, others)) = tokens.split_first() else {
        return path.is_empty().then(Vec::new);
    };
    let (name, longest, shortest) = match first {
        Token::Text(text) => return fit(others, path.strip_prefix(text.as_str())?),
        Token::Name(name) => (name.as_str(), path.find('/').unwrap_or(path.len()), 1),
        Token::Splat => ("splat", path.len(), 0),
    };
    let ends = (shortest..=longest).rev().filter(|end| path.is_char_boundary(*end));
    ends.map(|end| (end, fit(others, &path[end..]))).find_map(|(end, rest)| {
        let mut found = rest?;
        found.insert(0, (name.to_owned(), path[..end].to_owned()));
        Some(found)
    })
}

/// The rules of a `_redirects`, and the lines that are none.
pub(super) fn redirects(text: &str) -> (Vec<Redirect>, Vec<String>) {
    let (mut rules, mut wrong): (Vec<Redirect>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut fixed, mut moving) = (0, 0);
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some(rule) = redirect(line).filter(|rule| rules.iter().all(|known| known.from != rule.from)) else {
            wrong.push(line.to_owned());
            continue;
        };
        // After the first rule with a pattern, every rule counts as one.
        let counted = if rule.from.is_static() && moving == 0 { &mut fixed } else { &mut moving };
        *counted += 1;
        if fixed > STATIC || moving > DYNAMIC {
            wrong.push(line.to_owned());
        } else {
            rules.push(rule);
        }
    }
    (rules, wrong)
}

fn redirect(line: &str) -> Option<Redirect> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (from, to, code) = match words[..] {
        [from, to] => (from, to, 302),
        [from, to, code] => (from, to, code.parse().ok()?),
        _ => return None,
    };
    let loops = matches!((from, to), ("/*", "/index.html" | "/index" | "/") | ("/", "/index" | "/index.html"));
    let within = to.starts_with('/');
    let sound = from.starts_with('/')
        && line.len() <= 1000
        && [200, 301, 302, 303, 307, 308].contains(&code)
        && (within || (code != 200 && (to.starts_with("https://") || to.starts_with("http://"))))
        && !loops;
    sound.then(|| Redirect { from: Pattern::parse(from), to: to.to_owned(), code })
}

/// Where a path as it was sent leads; rules without a pattern go first, wherever they stand.
pub(super) fn follow(rules: &[Redirect], path: &str, query: &str) -> Option<Sent> {
    let exact = rules.iter().filter(|rule| rule.from.is_static());
    let moving = rules.iter().filter(|rule| !rule.from.is_static());
    let (rule, found) = exact.chain(moving).find_map(|rule| Some((rule, rule.from.fit(path)?)))?;
    let fill = |to: String, (name, value): &(String, String)| to.replace(&format!(":{name}"), value);
    let to = found.iter().fold(rule.to.clone(), fill);
    if rule.code == 200 {
        return Some(Sent::Within(to));
    }
    let (address, fragment) = to.split_once('#').map_or((to.as_str(), None), |(address, rest)| (address, Some(rest)));
    let mut to = address.to_owned();
    if !address.contains('?') && !query.is_empty() {
        to = format!("{to}?{query}");
    }
    Some(Sent::Away(rule.code, fragment.map_or(to.clone(), |fragment| format!("{to}#{fragment}"))))
}

/// The rules of a `_headers`, and the lines that are none.
pub(super) fn headers(text: &str) -> (Vec<HeaderRule>, Vec<String>) {
    let (mut rules, mut wrong): (Vec<HeaderRule>, Vec<String>) = (Vec::new(), Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.len() > 2000 {
            wrong.push(line.to_owned());
        } else if line.starts_with('/') || line.starts_with("https://") {
            rules.push(head_of_rule(line));
        } else if let (Some(change), Some(rule)) = (change(line), rules.last_mut()) {
            rule.changes.push(change);
        } else {
            wrong.push(line.to_owned());
        }
    }
    wrong.extend(rules.iter().filter(|rule| rule.changes.is_empty()).map(|rule| format!("{:?}", rule.path)));
    rules.retain(|rule| !rule.changes.is_empty());
    wrong.extend(rules.iter().skip(HEADER_RULES).map(|rule| format!("{:?}", rule.path)));
    rules.truncate(HEADER_RULES);
    (rules, wrong)
}

fn head_of_rule(line: &str) -> HeaderRule {
    let absolute = line.strip_prefix("https://");
    let (host, path) = absolute.map_or((None, line), |rest| {
        let slash = rest.find('/').unwrap_or(rest.len());
        (Some(Pattern::parse(&rest[..slash])), &rest[slash..])
    });
    HeaderRule { host, path: Pattern::parse(path), changes: Vec::new() }
}

fn change(line: &str) -> Option<(String, Option<String>)> {
    if let Some(name) = line.strip_prefix("! ") {
        return Some((name.trim().to_ascii_lowercase(), None));
    }
    let (name, value) = line.split_once(':')?;
    let sound = !name.is_empty() && !name.contains(' ') && !value.trim().is_empty();
    sound.then(|| (name.to_ascii_lowercase(), Some(value.trim().to_owned())))
}

/// Sets and takes away what the rules say: the first that sets a header replaces it, further ones add to it.
pub(super) fn apply(rules: &[HeaderRule], host: &str, path: &str, sent: &mut Vec<(String, String)>) {
    let mut set: Vec<String> = Vec::new();
    for rule in rules {
        let of_host = rule.host.as_ref().map(|pattern| pattern.fit(host));
        let (Some(found), false) = (rule.path.fit(path), of_host.as_ref().is_some_and(Option::is_none)) else {
            continue;
        };
        let found: Vec<_> = of_host.flatten().into_iter().flatten().chain(found).collect();
        for (name, value) in &rule.changes {
            if value.is_none() || !set.contains(name) {
                sent.retain(|(known, _)| known != name);
            }
            let Some(value) = value else { continue };
            set.push(name.clone());
            let fill = |text: String, (name, value): &(String, String)| text.replace(&format!(":{name}"), value);
            sent.push((name.clone(), found.iter().fold(value.clone(), fill)));
        }
    }
}
