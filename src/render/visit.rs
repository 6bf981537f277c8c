//! The page that is being made, and how functions and filters find it.

use super::ask::{Answer, Desk, Fault, Question, Standpoint};
use super::functions::Call;
use super::patience::Patience;
use super::template::Spot;
use super::values::field;
use crate::model::{Anchors, PageId, Site};
use std::cell::{Cell, RefCell, RefMut};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use tera::Value;

/// One page being made.
#[derive(Debug)]
pub(super) struct Visit {
    /// The page; none for `404.html`.
    pub(super) page: Option<PageId>,
    /// Which page of its list, from 1.
    pub(super) number: usize,
    /// Whether the list has as many pages as its entries need.
    pub(super) paginates: bool,
    desk: Arc<Desk>,
    asked: RefCell<Vec<u32>>,
    calls: Arc<[Vec<Call>]>,
    patience: Arc<Patience>,
    last: Cell<Option<Spot>>,
    fault: RefCell<Option<Fault>>,
    anchors: RefCell<Anchors>,
}

impl Visit {
    /// Begins to make a page.
    pub(super) fn new(desk: Arc<Desk>, page: Option<PageId>, number: usize, paginates: bool) -> Self {
        let patience = Arc::new(Patience::new(&desk.site.spec.settings.limits));
        Self::with(patience, desk, page, number, paginates)
    }

    /// Goes on with a page that others work on, too.
    pub(super) fn with(
        patience: Arc<Patience>,
        desk: Arc<Desk>,
        page: Option<PageId>,
        number: usize,
        paginates: bool,
    ) -> Self {
        let (asked, calls) = (RefCell::default(), Arc::default());
        let (last, fault, anchors) = (Cell::default(), RefCell::default(), RefCell::default());
        Self { page, number, paginates, desk, asked, calls, patience, last, fault, anchors }
    }

    /// With the fixed calls of all templates.
    #[must_use]
    pub(super) fn with_calls(self, calls: Arc<[Vec<Call>]>) -> Self {
        Self { calls, ..self }
    }

    /// The site that the page belongs to.
    pub(super) fn site(&self) -> &Site {
        &self.desk.site
    }

    /// Where questions are answered.
    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Asks about anything that is not the page itself.
    pub(super) fn ask(&self, question: &Question) -> Answer {
        let from = Standpoint { page: self.page.unwrap_or(Site::HOME), number: self.number };
        let (number, answer) = self.desk.ask(question, from);
        self.remember(number);
        answer
    }

    /// Takes note of a question whose answer was found in another way.
    pub(super) fn note(&self, question: &Question) {
        self.remember(self.desk.register().number(question));
    }

    /// The numbers of all questions, in the order in which they were asked first.
    pub(super) fn into_asked(self) -> Vec<u32> {
        self.asked.into_inner()
    }

    fn remember(&self, number: Option<u32>) {
        let mut asked = self.asked.borrow_mut();
        if let Some(number) = number.filter(|number| !asked.contains(number)) {
            asked.push(number);
        }
    }

    /// Asks for a menu, as it looks on the page.
    pub(super) fn menu(&self, name: &str) -> Answer {
        self.ask(&self.desk.menu(name, self.page))
    }

    /// When the page was written and last changed.
    pub(super) fn dates(&self, id: PageId) -> (Option<Value>, Option<Value>) {
        let summary = self.desk.summary(id);
        let date = |name| field(&summary, name).filter(|date| !date.is_none()).cloned();
        (date("date"), date("updated"))
    }

    /// The tokens of the theme as the site sets them.
    pub(super) fn tokens(&self) -> &BTreeMap<String, String> {
        &self.desk.tokens
    }

    /// The anchors of the page, once Markdown was written beside its text.
    pub(super) fn anchors(&self) -> RefMut<'_, Anchors> {
        self.anchors.borrow_mut()
    }

    /// Takes note of a step of the template at `spot`.
    fn step(&self, spot: Spot) -> Result<(), Fault> {
        self.last.set(Some(spot));
        if self.patience.step() {
            Ok(())
        } else {
            let limit = self.site().spec.settings.limits.render_ms;
            let hint = "let the loops run over fewer entries, or raise `render_ms` under `limits` in sites.toml";
            Err(Fault::limit(format!("the template works on one page for more than {limit} ms")).hint(hint))
        }
    }

    /// Why the page could not be made, if it was not Tera that refused.
    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault.borrow().clone()
    }

    /// Where the last loop or component began a step.
    pub(super) fn last(&self) -> Option<Spot> {
        self.last.get()
    }
}

thread_local! {
    /// The page being made on this thread. Functions have no other way to know it: a component does not see the context of the
    /// template that calls it.
    static CURRENT: RefCell<Option<Visit>> = const { RefCell::new(None) };
}

/// Does `work` while functions and filters see `visit`, and gives it back.
pub(super) fn during<R>(visit: Visit, work: impl FnOnce() -> R) -> (R, Option<Visit>) {
    let outer = CURRENT.replace(Some(visit));
    let result = work();
    (result, CURRENT.replace(outer))
}

/// Does `work` with the page being made; its failure is kept, because Tera keeps only the message.
pub(super) fn here<R>(work: impl FnOnce(&Visit) -> Result<R, Fault>) -> tera::TeraResult<R> {
    CURRENT.with_borrow(|visit| {
        let visit = visit.as_ref().ok_or_else(|| tera::Error::message("no page is being made"))?;
        work(visit).map_err(|fault| {
            let error = tera::Error::message(&fault.message);
            visit.fault.replace(Some(fault));
            error
        })
    })
}

/// Takes note of a step of the template at `spot`.
pub(super) fn step(spot: Spot) -> io::Result<()> {
    marked(|visit| visit.step(spot))
}

/// Prints what a fixed call of the template at `spot` answers.
pub(super) fn say(spot: Spot, call: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut answer = Value::none();
    marked(|visit| {
        let call = visit.calls.get(spot.0).and_then(|calls| calls.get(call));
        let Some(call) = call else { return Ok(()) };
        answer = call.answer(visit).inspect_err(|_| visit.last.set(Some(spot)))?;
        Ok(())
    })?;
    tera::escape_html(answer.as_str().unwrap_or_default(), out)
}

/// Does what a mark says with the page being made.
fn marked(work: impl FnOnce(&Visit) -> Result<(), Fault>) -> io::Result<()> {
    CURRENT.with_borrow(|visit| match visit {
        Some(visit) => work(visit).map_err(|fault| {
            visit.fault.replace(Some(fault));
            io::ErrorKind::Other.into()
        }),
        None => Ok(()),
    })
}
