//! Which sites a page is for, and whether it is time to show it.

use super::front::FrontMatter;
use super::{Context, Moment};
use crate::model::{Away, Fleet, SiteSpec};
use std::collections::BTreeSet;

/// Every word that `only_on` and `not_on` may use: ids, groups and tags of all sites.
pub fn names(fleet: &Fleet) -> BTreeSet<&str> {
    let words = fleet.sites.iter().flat_map(|spec| {
        let own = std::iter::once(spec.id.as_str()).chain(spec.group.as_deref());
        own.chain(spec.tags.iter().map(String::as_str))
    });
    words.collect()
}

/// Whether the page at `key` belongs to this site at this moment.
pub(super) fn includes(context: &Context<'_>, key: &str, front: &FrontMatter) -> bool {
    let meant = |words: &[String]| words.iter().any(|word| is_called(context.spec, word));
    front.only_on.as_deref().is_none_or(meant) && !meant(&front.not_on) && is_due(context, key, front)
}

fn is_called(spec: &SiteSpec, word: &str) -> bool {
    spec.id.as_str() == word || spec.group.as_deref() == Some(word) || spec.tags.iter().any(|tag| tag == word)
}

fn is_due(context: &Context<'_>, key: &str, front: &FrontMatter) -> bool {
    let Moment { now, drafts } = context.moment;
    for turn in front.publish.iter().chain(&front.expire) {
        context.conditions().turn(turn.instant(), now);
    }
    let expired = front.expire.as_ref().filter(|expire| expire.instant() <= now);
    let early = front.publish.as_ref().filter(|publish| publish.instant() > now && !drafts);
    let away = expired.map(|expire| Away::Since(expire.date()));
    let away = away.or_else(|| early.map(|publish| Away::Until(publish.date())));
    let (is_unfinished, is_away) = (front.draft && !drafts, away.is_some());
    if let Some(away) = away.filter(|_| !is_unfinished) {
        context.conditions().keep_away(key, away);
    }
    !is_unfinished && !is_away
}
