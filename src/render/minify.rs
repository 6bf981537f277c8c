//! Minifies finished pages, where the site asks for it.
//!
//! minify-html overflows the stack on deep nesting and drops end tags around tables that omit theirs; pages that could hit either
//! stay as they are. It is never run twice on a page, and never on styles and scripts.

use crate::diag::{Code, Diagnostic};
use minify_html::Cfg;

/// Why a page stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    /// Elements are nested deeper than this.
    Deep(usize),
    /// A table leaves out end tags.
    OpenCells,
}

impl Obstacle {
    /// What people are told.
    pub(super) fn diagnostic(self) -> Diagnostic {
        match self {
            Self::Deep(most) => {
                let message = format!("the page is not minified: elements are nested more than {most} levels deep");
                Diagnostic::warning(Code::TemplateLimit, message).hint("close elements that are left open")
            }
            Self::OpenCells => {
                let message = "the page is not minified: a table leaves out end tags";
                Diagnostic::warning(Code::TemplateLimit, message).hint("close every `<td>`, `<th>` and `<tr>`")
            }
        }
    }
}

/// The page minified, or as it is with the reason.
pub(super) fn minified(html: Vec<u8>, most: usize) -> Result<Vec<u8>, (Vec<u8>, Obstacle)> {
    match obstacle(&html, most) {
        Some(obstacle) => Err((html, obstacle)),
        None => Ok(minify_html::minify(&html, &configuration())),
    }
}

/// Only what the HTML standard allows.
fn configuration() -> Cfg {
    Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_ssi_comments: true,
        keep_input_type_text_attr: true,
        ..Cfg::default()
    }
}

const VOID: [&[u8]; 13] =
    [b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"source", b"track", b"wbr"];
const CELLS: [&[u8]; 3] = [b"td", b"th", b"tr"];

/// Counts tags from left to right; an element that is never closed counts as open to the end, as it may be.
fn obstacle(html: &[u8], most: usize) -> Option<Obstacle> {
    let (mut depth, mut cells) = (0_usize, 0_isize);
    for at in memchr::memchr_iter(b'<', html) {
        let rest = &html[at + 1..];
        let closes = rest.first() == Some(&b'/');
        let name = &rest[usize::from(closes)..];
        let name = &name[..name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count()];
        let among = |names: &[&[u8]]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        if name.is_empty() || among(&VOID) {
            continue;
        }
        let cell = isize::from(among(&CELLS));
        if closes {
            (depth, cells) = (depth.saturating_sub(1), cells - cell);
        } else {
            (depth, cells) = (depth + 1, cells + cell);
        }
        if depth > most {
            return Some(Obstacle::Deep(most));
        }
    }
    (cells != 0).then_some(Obstacle::OpenCells)
}
