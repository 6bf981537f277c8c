//! Text that becomes a part of HTML.

use memchr::memchr3_iter;

/// Appends text so that it can neither open a tag nor make an entity.
pub fn push_text(out: &mut String, text: &str) {
    let mut from = 0;
    for at in memchr3_iter(b'<', b'>', b'&', text.as_bytes()) {
        out.push_str(&text[from..at]);
        out.push_str(entity(text.as_bytes()[at]));
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Appends text so that it also can stand in quotes of either kind.
pub fn push_quoted(out: &mut String, text: &str) {
    let special = |byte: u8| matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'&');
    // Most texts hold nothing special, which is found out without a branch for each byte.
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        return out.push_str(text);
    }
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| special(*byte)) {
        out.push_str(&text[from..at]);
        out.push_str(entity(byte));
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

fn entity(byte: u8) -> &'static str {
    match byte {
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'&' => "&amp;",
        b'"' => "&quot;",
        _ => "&#39;",
    }
}
