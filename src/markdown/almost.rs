//! What looks like a link or a picture and is none, because of a blank.

use super::manuscript::Manuscript;
use super::write::Writer;
use crate::diag::{Code, Diagnostic};
use std::ops::Range;

/// Ends of names that are linked to.
const LINKED: [&str; 13] =
    ["md", "html", "htm", "jpg", "jpeg", "png", "gif", "svg", "webp", "avif", "pdf", "zip", "csv"];

impl Writer<'_> {
    /// Takes note of a `(…)` at `span` that follows the `]` of running text and was probably meant to be the address of a link.
    pub(super) fn look_at_brackets(&mut self, span: &Range<usize>, manuscript: &Manuscript<'_>) {
        let source = manuscript.text.as_ref();
        let is_after_bracket =
            source.as_bytes().get(span.start) == Some(&b'(') || source[span.clone()].starts_with(" (");
        if !is_after_bracket || !self.line.text.ends_with(']') || self.context.home.is_none() {
            return;
        }
        let Some(almost) = almost(source, span.start) else { return };
        let diagnostic = Diagnostic::warning(Code::BrokenLink, almost.message).hint(almost.hint);
        self.report(diagnostic, manuscript.origins(almost.span));
    }
}

/// What looks like a link.
#[derive(Debug, PartialEq, Eq)]
struct Almost {
    span: Range<usize>,
    message: String,
    hint: String,
}

/// The link that the bracket after `at` would be a part of.
fn almost(source: &str, at: usize) -> Option<Almost> {
    let line_start = source[..at].rfind('\n').map_or(0, |end| end + 1);
    let label = source[line_start..at].strip_suffix(']').filter(|label| !label.ends_with('\\'))?;
    let opening = label.rfind('[')?;
    let opening = opening - usize::from(label[..opening].ends_with('!'));
    let label = &source[line_start + opening..at];
    let rest = source[at..].lines().next()?;
    let inside = rest.trim_start_matches(' ').strip_prefix('(')?;
    let inside = &inside[..inside.find(')')?];
    let end = at + rest.find(')')? + 1;
    let what = if label.starts_with('!') { "picture" } else { "link" };
    let span = line_start + opening..end;
    let destination = inside.trim();
    match (rest.starts_with(' '), destination.contains(' ')) {
        (true, false) if is_linked(destination) => Some(Almost {
            span,
            message: format!("a blank between `]` and `(` makes text of this {what}"),
            hint: format!("write `{label}({destination})`"),
        }),
        (false, true) if is_linked(destination) && !destination.contains(['"', '<']) => Some(Almost {
            span,
            message: format!("the blanks in `{destination}` make text of this {what}"),
            hint: format!("write `{label}(<{destination}>)`"),
        }),
        _ => None,
    }
}

/// Whether somebody who writes this means a page, a file or an address, and not a remark.
fn is_linked(destination: &str) -> bool {
    let begins = ["/", "@/", "./", "../", "http://", "https://"].iter().any(|start| destination.starts_with(start));
    let path = destination.split(['#', '?']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    begins || extension.is_some_and(|extension| LINKED.contains(&extension.as_str()))
}

#[cfg(test)]
mod tests {
    use super::almost;

    fn hint(text: &str) -> Option<String> {
        let at = text.find(']').map_or(0, |at| at + 1);
        almost(text, at).map(|almost| almost.hint)
    }

    #[test]
    fn links_that_a_blank_spoils_are_recognised() {
        for (written, meant) in [
            ("See ![Bild](mein bild.png) here", "write `![Bild](<mein bild.png>)`"),
            ("[x] (about.md)", "write `[x](about.md)`"),
            ("[x] (https://a.example/ä)", "write `[x](https://a.example/ä)`"),
            ("[the plan](Mein Plan.PDF#2)", "write `[the plan](<Mein Plan.PDF#2>)`"),
        ] {
            assert_eq!(hint(written).as_deref(), Some(meant), "{written}");
        }
    }

    #[test]
    fn remarks_in_brackets_stay_remarks() {
        for written in
            ["[sic](as he wrote)", "[1] (see below)", "[x\\](a b.png)", "] (about.md)", "[x](a\nb.png)", "[x] (a b.md)"]
        {
            assert_eq!(hint(written), None, "{written}");
        }
    }
}
