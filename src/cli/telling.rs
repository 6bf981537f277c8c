//! Telling others what a run does, beside the work.

use super::gate::Gate;
use super::repository::Repository;
use crate::diag::{Diagnostic, Severity};
use crate::event::Voyage;
use crate::model::{Receiver, SecretSource, SiteId};
use crate::notify::{self, About, Hook, Messenger, News};
use crate::provider::keeper;
use crate::provider::line::Outside;
use crate::ui::Face;
use crate::world::{Clock, Token};
use std::path::Path;
use std::sync::Arc;

/// Who tells of a run.
pub(super) struct Teller<'a> {
    messenger: &'a Messenger<'a>,
    fleet: &'a str,
    clock: &'a dyn Clock,
}

impl Teller<'_> {
    /// Tells what there is to tell now of the run or plan `run`.
    pub(super) fn tell(&self, run: &str, news: impl FnOnce(About) -> Vec<News>) {
        let about = About { fleet: self.fleet.to_owned(), run: run.to_owned(), at: self.clock.now() };
        news(about).into_iter().for_each(|news| self.messenger.tell(news));
    }

    /// Does the work of a run that is to change these sites, and tells how it begins and ends. `left` says why it had to leave something out.
    pub(super) fn follow(
        &self,
        run: &str,
        sites: &[SiteId],
        left: Option<&str>,
        work: impl FnOnce() -> Result<Voyage, Diagnostic>,
    ) -> Result<Voyage, Diagnostic> {
        self.tell(run, |run| vec![run.started(sites)]);
        let voyage = work();
        self.tell(run, |run| match &voyage {
            Ok(voyage) => run.ended(voyage, left),
            Err(fault) => vec![run.stopped(&fault.message)],
        });
        voyage
    }
}

/// The first of several reasons.
pub(super) fn first(reasons: &[Diagnostic]) -> Option<&str> {
    reasons.first().map(|why| why.message.as_str())
}

/// Does `work` with someone at hand who tells the receivers of `[notify]`. What they could not be told is a warning, and changes nothing.
pub(super) fn during<T>(
    repository: &Repository,
    gate: &Gate,
    face: &dyn Face,
    work: impl FnOnce(&Teller<'_>) -> T,
) -> T {
    let root = repository.files.place("");
    let hooks: Vec<Hook> =
        repository.fleet.receivers.iter().map(|(name, receiver)| hook(name, receiver, &root)).collect();
    let (fleet, clock) = (repository.fleet.name.as_str(), gate.clock.as_ref());
    if hooks.is_empty() {
        return work(&Teller { messenger: &Messenger::to_nobody(), fleet, clock });
    }
    match gate.outside() {
        Ok(Outside { web, .. }) => {
            let (result, warnings) =
                notify::during(web.as_ref(), clock, &hooks, |messenger| work(&Teller { messenger, fleet, clock }));
            face.complain(&warnings);
            result
        }
        Err(fault) => {
            face.complain(&[Diagnostic { severity: Severity::Warning, ..fault }]);
            work(&Teller { messenger: &Messenger::to_nobody(), fleet, clock })
        }
    }
}

fn hook(name: &str, receiver: &Receiver, root: &Path) -> Hook {
    let token = |source: &SecretSource| Arc::new(Token::kept_by(keeper(source, root)));
    Hook {
        name: name.to_owned(),
        address: token(&receiver.address),
        style: receiver.style,
        secret: receiver.secret.as_ref().map(token),
        occasions: receiver.events.clone(),
        nearby: receiver.nearby,
    }
}
