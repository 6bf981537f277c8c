//! The order in which lists show pages.

use crate::model::{Page, PageId, Stamp, slug};
use crate::world::spread;
use std::cmp::Reverse;

/// Each page's place in a list of all pages, in the order of ids. Found once, so that each of the many lists sorts numbers.
pub(super) struct Order(Vec<Place>);

#[derive(Clone, Copy)]
struct Place {
    /// Pages without a weight come after those with one.
    weight: (bool, Option<i64>),
    /// The newest first, then by title.
    dated: usize,
}

impl Order {
    pub(super) fn of(pages: &[Page]) -> Self {
        // The title as its slug, so that umlauts stand where people look for them.
        let rank = |page: &Page| (Reverse(page.date), slug(&page.title));
        let ranks: Vec<(Reverse<Option<Stamp>>, String)> = spread(pages, rank);
        let mut by_date: Vec<usize> = (0..pages.len()).collect();
        by_date.sort_by(|left, right| ranks[*left].cmp(&ranks[*right]));
        let place = |page: &Page| Place { weight: (page.weight.is_none(), page.weight), dated: 0 };
        let mut places: Vec<Place> = pages.iter().map(place).collect();
        by_date.into_iter().enumerate().for_each(|(dated, page)| places[page].dated = dated);
        Self(places)
    }

    /// By weight, then the newest first, then by title.
    pub(super) fn by_weight(&self, pages: &mut [PageId]) {
        pages.sort_by_key(|page| (self.place(*page).weight, self.place(*page).dated));
    }

    /// The newest first, then by title.
    pub(super) fn by_date(&self, pages: &mut [PageId]) {
        pages.sort_by_key(|page| self.place(*page).dated);
    }

    fn place(&self, page: PageId) -> Place {
        self.0[page.index()]
    }
}
