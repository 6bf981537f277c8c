//! Picking sites from a fleet.

use super::Broken;
use super::shard::Shard;
use crate::diag::{Code, Diagnostic, Severity, list, nearest};
use crate::model::{Fleet, SiteSpec};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which sites are meant. Of a list, any may match; lists that are not empty must all match. The default is every site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids, in which `*` stands for any characters and `?` for one.
    pub sites: Vec<String>,
    /// Sites by their exact ids, or what stands for them where the id is what is wrong; they widen `sites`.
    pub named: BTreeSet<String>,
    /// Content layers.
    pub niches: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// One part of what the rest selects, broken sites among it.
    pub shard: Option<Shard>,
}

/// What a selection came to.
#[derive(Debug)]
pub struct Picked<'a> {
    /// The sites that are meant, in the order of their ids.
    pub sites: Vec<Arc<SiteSpec>>,
    /// Broken sites that may be meant: nobody knows what they use, so only their names can exclude them.
    pub broken: Vec<&'a Broken>,
    /// Names that no sound site has, where a broken one may have them.
    pub doubts: Vec<Diagnostic>,
}

/// The sites that are meant. A name that no site can have is a mistake; an empty shard is none.
pub fn select<'a>(fleet: &Fleet, broken: &'a [Broken], selection: &Selection) -> Result<Picked<'a>, Diagnostic> {
    check_globs(fleet, broken, &selection.sites)?;
    check_names(fleet, broken, &selection.named)?;
    let broken: Vec<_> = broken.iter().filter(|site| selection.may_take(site)).collect();
    let sites: Vec<_> = fleet.sites.iter().filter(|site| selection.takes(site)).cloned().collect();
    let unknown = [
        unknown_name("uses the niche", "niches", &selection.niches, niches(fleet)),
        unknown_name("is in the group", "groups", &selection.groups, groups(fleet)),
        unknown_name("has the tag", "tags", &selection.tags, tags(fleet)),
    ];
    let none = (sites.is_empty() && !selection.is_everything()).then(|| {
        let hint = "of the flags `--site`, `--niche`, `--group` and `--tag`, all that are given must match";
        Diagnostic::error(Code::EmptySelection, "no site is all of that at once").hint(hint)
    });
    let mut doubts: Vec<_> = unknown.into_iter().flatten().collect();
    match doubts.first().or(none.as_ref()) {
        Some(mistake) if broken.is_empty() => return Err(mistake.clone()),
        _ => doubts.iter_mut().for_each(|doubt| doubt.severity = Severity::Warning),
    }
    let in_shard = |name: &str| selection.shard.is_none_or(|shard| shard.holds(name));
    let sites = sites.into_iter().filter(|site| in_shard(site.id.as_str())).collect();
    let broken = broken.into_iter().filter(|site| in_shard(&site.label)).collect();
    Ok(Picked { sites, broken, doubts })
}

impl Selection {
    /// Whether every site is meant, or a part of them all.
    fn is_everything(&self) -> bool {
        let lists = [&self.sites, &self.niches, &self.groups, &self.tags];
        lists.into_iter().all(Vec::is_empty) && self.named.is_empty()
    }

    /// Whether sites may have any name.
    fn takes_any_name(&self) -> bool {
        self.sites.is_empty() && self.named.is_empty()
    }

    /// Whether a broken site may be meant.
    fn may_take(&self, site: &Broken) -> bool {
        let is_named = names_of(site).any(|name| self.named.contains(name));
        self.takes_any_name() || is_named || self.sites.iter().any(|glob| is_called(site, glob))
    }

    /// Whether the site is meant, whatever its shard.
    fn takes(&self, site: &SiteSpec) -> bool {
        let any = |wanted: &[String], has: &dyn Fn(&String) -> bool| wanted.is_empty() || wanted.iter().any(has);
        let is_called = |glob: &String| matches(glob, site.id.as_str());
        let is_named = self.named.contains(site.id.as_str()) || self.sites.iter().any(is_called);
        (self.takes_any_name() || is_named)
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

/// Whether `glob` matches a broken site by its id, by what stands in place of one, or by where it is written.
fn is_called(site: &Broken, glob: &str) -> bool {
    names_of(site).any(|name| matches(glob, name))
}

fn names_of(site: &Broken) -> impl Iterator<Item = &String> {
    std::iter::once(&site.label).chain(&site.written_id)
}

/// A list that was made of another state of the fleet is not followed at all.
fn check_names(fleet: &Fleet, broken: &[Broken], named: &BTreeSet<String>) -> Result<(), Diagnostic> {
    if named.is_empty() {
        return Ok(());
    }
    let sound = fleet.sites.iter().map(|site| site.id.as_str());
    let known: BTreeSet<&str> = sound.chain(broken.iter().flat_map(names_of).map(String::as_str)).collect();
    match named.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(unknown(format!("no site is called `{name}`"), name, "sites", known)),
    }
}

fn check_globs(fleet: &Fleet, broken: &[Broken], globs: &[String]) -> Result<(), Diagnostic> {
    let is_sound = |glob: &str| fleet.sites.iter().any(|site| matches(glob, site.id.as_str()));
    let matches_none = |glob: &&String| !is_sound(glob) && !broken.iter().any(|site| is_called(site, glob));
    match globs.iter().find(matches_none) {
        None => Ok(()),
        Some(glob) => {
            let sound = fleet.sites.iter().map(|site| site.id.as_str());
            let ids = sound.chain(broken.iter().filter_map(|site| site.written_id.as_deref()));
            Err(unknown(format!("no site is called `{glob}`"), glob, "sites", ids.collect()))
        }
    }
}

fn unknown_name(relation: &str, kind: &str, wanted: &[String], known: BTreeSet<&str>) -> Option<Diagnostic> {
    let name = wanted.iter().find(|name| !known.contains(name.as_str()))?;
    Some(unknown(format!("no site {relation} `{name}`"), name, kind, known))
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
