//! Tokens and keys in an output: once it is live, everybody has them.

use memchr::memmem;

/// A secret in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// What kind of secret it looks like.
    pub kind: &'static str,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// How a kind of token begins, which characters follow, and how many at least.
struct Pattern {
    kind: &'static str,
    start: &'static [u8],
    follows: fn(u8) -> bool,
    least: usize,
}

const fn pattern(kind: &'static str, start: &'static str, follows: fn(u8) -> bool, least: usize) -> Pattern {
    Pattern { kind, start: start.as_bytes(), follows, least }
}

fn letters(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn capitals(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn words(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// Every pattern is so long that no text holds it by accident.
const PATTERNS: [Pattern; 16] = [
    pattern("an access key of AWS", "AKIA", capitals, 16),
    pattern("a token of GitHub", "ghp_", letters, 36),
    pattern("a token of GitHub", "gho_", letters, 36),
    pattern("a token of GitHub", "ghs_", letters, 36),
    pattern("a token of GitHub", "github_pat_", words, 40),
    pattern("a token of GitLab", "glpat-", words, 20),
    pattern("a key of Google", "AIza", words, 35),
    pattern("a key of Anthropic", "sk-ant-", words, 40),
    pattern("a key of OpenAI", "sk-proj-", words, 40),
    pattern("a secret key of Stripe", "sk_live_", letters, 24),
    pattern("a token of Slack", "xoxb-", words, 24),
    pattern("a token of Slack", "xoxp-", words, 24),
    pattern("a token of npm", "npm_", letters, 36),
    pattern("a key of SendGrid", "SG.", words, 20),
    pattern("a webhook of Slack", "hooks.slack.com/services/T", words, 8),
    pattern("a private key", "-----BEGIN ", |byte| byte != b'\n', 15),
];

/// Whatever a file is called, it is a text unless a zero byte is among its first ones.
const HEAD: usize = 1024;

/// The first secret in `bytes`: one of the fleet's own tokens, or in a text what looks like a secret.
pub fn leak(bytes: &[u8], own: &[&str]) -> Option<Leak> {
    let is_text = memchr::memchr(0, &bytes[..bytes.len().min(HEAD)]).is_none();
    let patterns = if is_text { PATTERNS.as_slice() } else { &[] };
    let known = own.iter().filter(|secret| secret.len() >= 8);
    let own = known.filter_map(|secret| memmem::find(bytes, secret.as_bytes())).map(|at| (at, "a token of this fleet"));
    let found = own.chain(patterns.iter().filter_map(|pattern| Some((pattern.find(bytes)?, pattern.kind)))).min();
    found.map(|(at, kind)| Leak { kind, line: 1 + memchr::memchr_iter(b'\n', &bytes[..at]).count() })
}

impl Pattern {
    fn find(&self, bytes: &[u8]) -> Option<usize> {
        memmem::find_iter(bytes, self.start).find(|at| {
            let is_inside = at.checked_sub(1).is_some_and(|before| words(bytes[before]));
            let rest = &bytes[at + self.start.len()..];
            let len = rest.iter().take_while(|byte| (self.follows)(**byte)).count();
            let is_key = self.kind != "a private key" || memmem::find(&rest[..len], b"PRIVATE KEY-----").is_some();
            !(is_inside && self.kind != "a private key") && len >= self.least && is_key
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Leak, leak};

    #[test]
    fn what_looks_like_a_token_is_found_with_its_line() {
        let text = format!("one\ntwo <b>ghp_{}</b>\n", "a1".repeat(18));
        assert_eq!(leak(text.as_bytes(), &[]), Some(Leak { kind: "a token of GitHub", line: 2 }));
        let key = "x\n-----BEGIN RSA PRIVATE KEY-----\nMII\n";
        assert_eq!(leak(key.as_bytes(), &[]), Some(Leak { kind: "a private key", line: 2 }));
    }

    #[test]
    fn a_token_of_the_fleet_itself_is_found_whatever_it_looks_like() {
        let found = leak(b"a 0123456789abcdef b", &["0123456789abcdef"]);
        assert_eq!(found, Some(Leak { kind: "a token of this fleet", line: 1 }));
        assert_eq!(leak(b"a short b", &["short"]), None, "a word is no token");
    }

    #[test]
    fn a_file_of_bytes_holds_no_token_but_those_of_the_fleet() {
        let text = format!("\u{0}ghp_{} 0123456789abcdef", "a1".repeat(18));
        assert_eq!(leak(text.as_bytes(), &[]), None);
        let found = leak(text.as_bytes(), &["0123456789abcdef"]);
        assert_eq!(found.map(|leak| leak.kind), Some("a token of this fleet"));
    }

    #[test]
    fn texts_about_tokens_are_none() {
        let texts = [
            "Tokens of GitHub begin with ghp_.",
            "AKIA is a prefix",
            "-----BEGIN CERTIFICATE-----\nMII",
            "BAIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ];
        assert!(texts.iter().all(|text| leak(text.as_bytes(), &[]).is_none()));
    }
}
