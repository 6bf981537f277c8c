//! Pages that have to do with a page.

use crate::model::{PageId, PageKind, Site};
use crate::render::ask::{Desk, Fault};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tera::Value;

/// A term on thousands of pages relates none of them, and would cost their square.
const MOST_SHARING: usize = 100;
/// What one shared term weighs, before it is divided by the number of pages that carry it.
const WEIGHT: u32 = 1_000_000;

/// The pages of a site and the terms they carry, newest first, made once for all questions.
#[derive(Debug)]
pub(in crate::render) struct Kinship {
    /// The pages, the newest first; a page's index here is its rank.
    newest: Vec<PageId>,
    /// For each term, what it weighs and the ranks of the newest pages that carry it.
    carriers: BTreeMap<PageId, (u32, Vec<u32>)>,
}

impl Kinship {
    /// Looks at a whole site.
    pub(in crate::render) fn of(site: &Site) -> Self {
        let mut newest: Vec<PageId> = site.ids().filter(|id| site.page(*id).kind == PageKind::Page).collect();
        newest.sort_by_key(|id| (Reverse(site.page(*id).date), *id));
        let mut carriers: BTreeMap<PageId, (u32, Vec<u32>)> = BTreeMap::new();
        for (rank, id) in (0..).zip(&newest) {
            for term in site.page(*id).terms.iter().flatten() {
                let weight = || WEIGHT / (site.page(*term).children.len() as u32).max(1);
                let (_, ranks) = carriers.entry(*term).or_insert_with(|| (weight(), Vec::new()));
                if ranks.len() < MOST_SHARING {
                    ranks.push(rank);
                }
            }
        }
        Self { newest, carriers }
    }

    /// Pages that share terms with a page: rare terms count more, newer pages come first among equals.
    pub(in crate::render) fn related(&self, site: &Site, id: PageId, limit: usize) -> Box<[PageId]> {
        let mut kin = Vec::new();
        for (weight, ranks) in site.page(id).terms.iter().flatten().filter_map(|term| self.carriers.get(term)) {
            kin.extend(ranks.iter().map(|rank| Kin { rank: *rank, worth: *weight }));
        }
        // Each term's pages are in order already; a stable sort joins such runs without guessing which of them goes on.
        kin.sort_by_key(|kin| kin.rank);
        let mut best: Vec<(Reverse<u64>, u32)> = Vec::with_capacity(limit.min(kin.len()) + 1);
        for shared in kin.chunk_by(|one, other| one.rank == other.rank) {
            let found = (Reverse(shared.iter().map(|kin| u64::from(kin.worth)).sum()), shared[0].rank);
            let is_better = best.len() < limit || best.last().is_some_and(|last| found < *last);
            if is_better && self.newest[found.1 as usize] != id {
                best.insert(best.partition_point(|known| *known < found), found);
                best.truncate(limit);
            }
        }
        best.into_iter().map(|(_, rank)| self.newest[rank as usize]).collect()
    }
}

/// A page that shares a term with another, and what that is worth.
struct Kin {
    rank: u32,
    worth: u32,
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
