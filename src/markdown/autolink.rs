//! Bare addresses in running text.

use std::ops::Range;

/// The first `http://` or `https://` address in `text`, without the punctuation that follows it.
pub(super) fn first(text: &str) -> Option<Range<usize>> {
    memchr::memchr_iter(b':', text.as_bytes()).find_map(|colon| address_around(text, colon))
}

/// Whether the text ends in the middle of an address.
pub(super) fn is_at_end(text: &str) -> bool {
    const LONGEST: usize = 2_000;
    let tail = &text.as_bytes()[text.len().saturating_sub(LONGEST)..];
    let word = memchr::memrchr3(b' ', b'<', b'"', tail).map_or(tail, |blank| &tail[blank..]);
    memchr::memmem::find(word, b"://").is_some()
}

fn address_around(text: &str, colon: usize) -> Option<Range<usize>> {
    let host = text[colon..].strip_prefix("://")?;
    let scheme = ["https", "http"].into_iter().find(|scheme| text[..colon].ends_with(scheme))?;
    let start = colon - scheme.len();
    let follows_word = text[..start].ends_with(char::is_alphanumeric);
    if follows_word || !host.starts_with(|c: char| c.is_alphanumeric() || c == '[') {
        return None;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || "<>\"“”„«»‹›‚‘".contains(c);
    let end = text[start..].find(ends).map_or(text.len(), |len| start + len);
    Some(start..start + without_tail(&text[start..end]).len())
}

/// Punctuation at the end belongs to the sentence, and so does a bracket that was opened before the address.
fn without_tail(address: &str) -> &str {
    let closed = address.matches(')').count();
    let mut surplus = closed.saturating_sub(address.matches('(').count());
    address.trim_end_matches(|c: char| match c {
        ')' if surplus > 0 => {
            surplus -= 1;
            true
        }
        _ => "?!.,:;*_~'’…–—".contains(c),
    })
}
