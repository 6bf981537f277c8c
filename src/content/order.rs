//! The order in which lists show pages.

use crate::model::{Page, PageId, Stamp, slug};
use crate::world::spread;
use std::cmp::{Ordering, Reverse};

/// What decides each page's place in lists, in the order of ids.
pub(super) struct Order(Vec<Rank>);

struct Rank {
    /// Pages without a weight come after those with one.
    weight: (bool, Option<i64>),
    newest: Reverse<Option<Stamp>>,
    /// The title as its slug, so that umlauts stand where people look for them.
    title: String,
}

impl Order {
    pub(super) fn of(pages: &[Page]) -> Self {
        let rank = |page: &Page| Rank {
            weight: (page.weight.is_none(), page.weight),
            newest: Reverse(page.date),
            title: slug(&page.title),
        };
        Self(spread(pages, rank))
    }

    /// By weight, then the newest first, then by title.
    pub(super) fn by_weight(&self, pages: &mut [PageId]) {
        pages.sort_by(|left, right| {
            let weight = self.rank(*left).weight.cmp(&self.rank(*right).weight);
            weight.then_with(|| self.dated(*left, *right))
        });
    }

    /// The newest first, then by title.
    pub(super) fn by_date(&self, pages: &mut [PageId]) {
        pages.sort_by(|left, right| self.dated(*left, *right));
    }

    fn dated(&self, left: PageId, right: PageId) -> Ordering {
        let (left, right) = (self.rank(left), self.rank(right));
        left.newest.cmp(&right.newest).then_with(|| left.title.cmp(&right.title))
    }

    fn rank(&self, id: PageId) -> &Rank {
        &self.0[id.index()]
    }
}
