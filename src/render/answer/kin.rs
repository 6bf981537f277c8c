//! Pages that have to do with a page.

use crate::model::{PageId, PageKind, Site};
use crate::render::ask::{Desk, Fault};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tera::Value;

/// A term on thousands of pages relates none of them, and would cost their square.
const MOST_SHARING: usize = 100;
/// What one shared term weighs, before it is divided by the number of pages that carry it.
const WEIGHT: usize = 1_000_000;

/// The pages of a site and the terms they carry, newest first, made once for all questions.
#[derive(Debug)]
pub(in crate::render) struct Kinship {
    /// The pages, the newest first; a page's index here is its rank.
    newest: Vec<PageId>,
    /// For each term, what it weighs and the ranks of the newest pages that carry it, with `END` after the last.
    carriers: BTreeMap<PageId, (usize, Vec<u32>)>,
}

/// No page has this rank.
const END: u32 = u32::MAX;

impl Kinship {
    /// Looks at a whole site.
    pub(in crate::render) fn of(site: &Site) -> Self {
        let mut newest: Vec<PageId> = site.ids().filter(|id| site.page(*id).kind == PageKind::Page).collect();
        newest.sort_by_key(|id| (Reverse(site.page(*id).date), *id));
        let mut carriers: BTreeMap<PageId, (usize, Vec<u32>)> = BTreeMap::new();
        for (rank, id) in (0..).zip(&newest) {
            for term in site.page(*id).terms.iter().flatten() {
                let weight = || WEIGHT / site.page(*term).children.len().max(1);
                let (_, ranks) = carriers.entry(*term).or_insert_with(|| (weight(), Vec::new()));
                if ranks.len() < MOST_SHARING {
                    ranks.push(rank);
                }
            }
        }
        carriers.values_mut().for_each(|(_, ranks)| ranks.push(END));
        Self { newest, carriers }
    }

    /// Pages that share terms with a page: rare terms count more, newer pages come first among equals.
    pub(in crate::render) fn related(&self, site: &Site, id: PageId, limit: usize) -> Box<[PageId]> {
        let terms = site.page(id).terms.iter().flatten();
        let (mut kin, mut joined) = (vec![Kin { rank: END, worth: 0 }], Vec::new());
        for (weight, ranks) in terms.filter_map(|term| self.carriers.get(term)) {
            join(&kin, ranks, *weight, &mut joined);
            std::mem::swap(&mut kin, &mut joined);
        }
        kin.pop();
        let mut best: Vec<(Reverse<usize>, u32)> = Vec::with_capacity(limit + 1);
        for Kin { rank, worth } in kin {
            let found = (Reverse(worth), rank);
            let is_better = best.len() < limit || best.last().is_some_and(|last| found < *last);
            if is_better && self.newest[rank as usize] != id {
                best.insert(best.partition_point(|known| *known < found), found);
                best.truncate(limit);
            }
        }
        best.into_iter().map(|(_, rank)| self.newest[rank as usize]).collect()
    }
}

/// A page that shares terms with another, and what they are worth together.
struct Kin {
    rank: u32,
    worth: usize,
}

/// Adds the pages that carry one more term; both lists are in the order of their ranks, and end with `END`. It does so without a
/// branch: which of the lists holds a page is as good as random, and guessing wrong hundreds of times a page is what this would cost.
fn join(kin: &[Kin], ranks: &[u32], weight: usize, joined: &mut Vec<Kin>) {
    joined.clear();
    joined.reserve(kin.len() + ranks.len());
    let (mut at, mut next) = (0, 0);
    while let (Some(known), Some(carrier)) = (kin.get(at), ranks.get(next)) {
        let (is_known, is_carrier) = (usize::from(known.rank <= *carrier), usize::from(*carrier <= known.rank));
        joined.push(Kin { rank: known.rank.min(*carrier), worth: known.worth * is_known + weight * is_carrier });
        at += is_known;
        next += is_carrier;
    }
}

/// Pages that link to a page.
pub(super) fn backlinks(site: &Site, id: PageId) -> Result<&[PageId], Fault> {
    site.backlinks.get(id.index()).map(Vec::as_slice).ok_or_else(|| {
        Fault::new("`backlinks` is not known before all texts are read")
            .hint("ask for it in the template of the page, not in a shortcode")
    })
}

/// The summary of a neighbour, or nothing.
pub(super) fn neighbour(desk: &Desk, id: Option<PageId>) -> Value {
    id.map_or_else(Value::none, |id| desk.summary(id))
}
