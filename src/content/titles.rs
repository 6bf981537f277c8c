//! Titles and dates that nobody wrote down: out of headings and names of files.

use jiff::civil::Date;

/// The first heading of level one outside of code, without emphasis.
pub(super) fn heading(body: &str) -> Option<String> {
    let mut fence: Option<&str> = None;
    for line in body.lines() {
        let bare = line.trim_start();
        match (fence, code_fence(bare)) {
            (Some(open), Some(_)) if bare.starts_with(open) => fence = None,
            (None, Some(opened)) => fence = Some(opened),
            (None, None) => {
                if let Some(text) = line.strip_prefix("# ") {
                    let plain = text.trim().trim_end_matches('#').trim_end().replace(['*', '`'], "");
                    return Some(plain).filter(|title| !title.is_empty());
                }
            }
            (Some(_), _) => {}
        }
    }
    None
}

fn code_fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence))
}

/// A file's name as words: `raised-beds` becomes `Raised beds`.
pub(super) fn words(name: &str) -> String {
    let spaced = name.replace(['-', '_'], " ");
    let mut letters = spaced.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

/// `2026-03-01-frost` as its date and the rest; a name without a date, or with nothing but one, is all rest.
pub(super) fn dated(name: &str) -> (Option<&str>, &str) {
    match name.split_at_checked(10) {
        Some((date, rest)) if rest.len() > 1 && rest.starts_with(['-', '_']) && is_date(date) => {
            (Some(date), &rest[1..])
        }
        _ => (None, name),
    }
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes[0].is_ascii_digit() && bytes[4] == b'-' && text.parse::<Date>().is_ok()
}
