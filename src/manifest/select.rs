//! Picking sites from a fleet.

use super::shard::Shard;
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{Fleet, SiteSpec};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which sites are meant. Of a list, any may match; lists that are not empty must all match. The default is every site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids, in which `*` stands for any characters and `?` for one.
    pub sites: Vec<String>,
    /// Content layers.
    pub niches: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// One part of what the rest selects.
    pub shard: Option<Shard>,
}

/// The sites that are meant, in the order of their ids. A name that no site has is a mistake; an empty shard is none.
pub fn select(fleet: &Fleet, selection: &Selection) -> Result<Vec<Arc<SiteSpec>>, Diagnostic> {
    check_globs(fleet, &selection.sites)?;
    check_names("uses the niche", "niches", &selection.niches, niches(fleet))?;
    check_names("is in the group", "groups", &selection.groups, groups(fleet))?;
    check_names("has the tag", "tags", &selection.tags, tags(fleet))?;
    let picked: Vec<_> = fleet.sites.iter().filter(|site| selection.takes(site)).cloned().collect();
    if picked.is_empty() && *selection != (Selection { shard: selection.shard, ..Selection::default() }) {
        let hint = "of the flags `--site`, `--niche`, `--group` and `--tag`, all that are given must match";
        return Err(Diagnostic::error(Code::EmptySelection, "no site is all of that at once").hint(hint));
    }
    let in_shard = |site: &Arc<SiteSpec>| selection.shard.is_none_or(|shard| shard.holds(&site.id));
    Ok(picked.into_iter().filter(in_shard).collect())
}

impl Selection {
    /// Whether the site is meant, whatever its shard.
    fn takes(&self, site: &SiteSpec) -> bool {
        let any = |wanted: &[String], has: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(has);
        any(&self.sites, &|glob| matches(glob, site.id.as_str()))
            && any(&self.niches, &|niche| site.layers.contains(niche))
            && any(&self.groups, &|group| site.group.as_ref() == Some(group))
            && any(&self.tags, &|tag| site.tags.contains(tag))
    }
}

fn niches(fleet: &Fleet) -> BTreeSet<&str> {
    fleet.sites.iter().flat_map(|site| site.layers.iter().map(String::as_str)).collect()
}

fn groups(fleet: &Fleet) -> BTreeSet<&str> {
    fleet.sites.iter().filter_map(|site| site.group.as_deref()).collect()
}

fn tags(fleet: &Fleet) -> BTreeSet<&str> {
    fleet.sites.iter().flat_map(|site| site.tags.iter().map(String::as_str)).collect()
}

fn check_globs(fleet: &Fleet, globs: &[String]) -> Result<(), Diagnostic> {
    let matches_none = |glob: &&String| !fleet.sites.iter().any(|site| matches(glob, site.id.as_str()));
    match globs.iter().find(matches_none) {
        None => Ok(()),
        Some(glob) => {
            let ids = fleet.sites.iter().map(|site| site.id.as_str());
            Err(unknown(format!("no site is called `{glob}`"), glob, "sites", ids.collect()))
        }
    }
}

fn check_names(relation: &str, kind: &'static str, wanted: &[String], known: BTreeSet<&str>) -> Result<(), Diagnostic> {
    match wanted.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(unknown(format!("no site {relation} `{name}`"), name, kind, known)),
    }
}

fn unknown(message: String, name: &str, kind: &str, known: BTreeSet<&str>) -> Diagnostic {
    let hint = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => format!("no {kind} are used in this fleet"),
        None => format!("the {kind} are {}", list(known)),
    };
    Diagnostic::error(Code::EmptySelection, message).hint(hint)
}

/// Whether `glob` matches all of `text`. On a mismatch only the last `*` takes one more character, so the time never
/// explodes.
fn matches(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut at_glob, mut at_text) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match glob.get(at_glob) {
            Some('*') => {
                retry = Some((at_glob, at_text));
                at_glob += 1;
            }
            Some(c) if *c == '?' || *c == text[at_text] => {
                at_glob += 1;
                at_text += 1;
            }
            _ => {
                let Some((star, taken)) = retry else { return false };
                retry = Some((star, taken + 1));
                (at_glob, at_text) = (star + 1, taken + 1);
            }
        }
    }
    glob[at_glob..].iter().all(|c| *c == '*')
}
