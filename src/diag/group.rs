//! The same mistake in 800 sites is one message.

use super::{Diagnostic, Note, Severity};
use std::collections::HashMap;

/// One diagnostic and the sites it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The message, as the first site met it.
    pub diagnostic: Diagnostic,
    /// The sites in order, each once; none if it is not about a site.
    pub sites: Vec<String>,
    /// How often it was met.
    pub times: usize,
    /// What the first of them add to the message, each once: the pages that they were met on.
    pub examples: Vec<Note>,
}

/// How many examples of a message are kept.
const EXAMPLES: usize = 3;

/// Groups equal diagnostics; errors come first, then the order in which they were met.
pub fn group(found: impl IntoIterator<Item = (Option<String>, Diagnostic)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (site, diagnostic) in found {
        let example = diagnostic.notes.last().cloned();
        let at = *known.entry(likeness(&diagnostic)).or_insert_with(|| {
            groups.push(Group { diagnostic, sites: Vec::new(), times: 0, examples: Vec::new() });
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.times += 1;
        group.sites.extend(site.filter(|site| !group.sites.contains(site)));
        let is_wanted = |example: &Note| group.examples.len() < EXAMPLES && !group.examples.contains(example);
        let example = example.filter(is_wanted);
        group.examples.extend(example);
    }
    groups.sort_by_key(|group| group.diagnostic.severity);
    groups
}

/// What two diagnostics share when a person would call them the same mistake: notes may differ from site to site.
fn likeness(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => 'e',
        Severity::Warning => 'w',
    };
    let place = diagnostic.place.as_ref().filter(|_| !diagnostic.in_settings);
    let place = place.map(ToString::to_string).unwrap_or_default();
    format!("{severity}\0{}\0{place}\0{}", diagnostic.code, diagnostic.message)
}
