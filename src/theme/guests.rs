//! What the templates of a theme load from other hosts.

use super::TemplateFile;
use crate::diag::Place;
use crate::model::Guest;

/// What templates load from elsewhere on every page that they make. Shortcodes are looked through where they are called, and of what
/// stands under a condition nobody knows here whether it holds.
pub(super) fn find(templates: &[TemplateFile]) -> Vec<(Guest, Place)> {
    let always = templates.iter().filter(|template| !template.name.contains("/shortcodes/"));
    let found = always.flat_map(|template| {
        let guests = Guest::all_in(&template.text).into_iter();
        let certain = guests.filter(|guest| is_certain(&template.text[..guest.span.start]));
        certain.map(|guest| (guest.clone(), Place::span(template.file.clone(), &template.text, guest.span)))
    });
    found.collect()
}

/// Whether what follows this part of a template stands under no condition and in no comment.
fn is_certain(before: &str) -> bool {
    let tags = |word: &str| {
        [format!("{{% {word}"), format!("{{%- {word}")].iter().map(|tag| before.matches(tag).count()).sum()
    };
    let (opened, closed): (usize, usize) = (tags("if "), tags("endif"));
    opened <= closed && before.rfind("{#") <= before.rfind("#}")
}
