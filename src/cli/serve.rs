//! `hectare serve`: the whole fleet in the browser, renewed at every save.

use super::args::{Global, Serve};
use super::build::moment;
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::content::Moment;
use crate::diag::{Code, Diagnostic};
use crate::event::Silence;
use crate::serve::{Setup, Stage, Workshop};
use crate::ui::{Face, plain};
use crate::world::{self, ListenFault, Openness, Socket, Stop, Watcher};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The port if none is asked for.
const PORT: u16 = 4000;

/// How long a wish to stop may go unnoticed.
const TICK: Duration = Duration::from_millis(200);

pub(super) fn run(global: &Global, typed: &Serve, face: &dyn Face) -> Result<Exit, Refusal> {
    if typed.selection.changed {
        let refusal =
            Diagnostic::error(Code::BadFlag, "`--changed` means nothing to a preview, which begins without any site");
        return Err(refusal.hint("leave it out; a preview makes what changes while it runs").into());
    }
    let now = typed.now.as_deref().map(moment).transpose()?;
    let repository = Repository::open(global, face)?;
    let selection = Repository::selection(&typed.selection)?;
    let socket = listen(typed)?;
    let (drafts, files) = (typed.drafts, Arc::new(repository.files.clone()));
    let stage = Arc::new(Stage::new(Setup {
        files,
        selection,
        moment: Box::new(move || Moment { now: now.unwrap_or_else(world::now), drafts }),
        words: Box::new(plain),
        follow: typed.follow,
        port: socket.port(),
        network: socket.network(),
    }));
    let Repository { files, fleet, broken, .. } = repository;
    face.complain(&broken.iter().flat_map(|site| site.diagnostics.clone()).collect::<Vec<_>>());
    let mut watcher = Watcher::new(files.real_root(), is_idle).map_err(|said| unwatched(&said))?;
    let mut workshop = Workshop::new(&stage, fleet, &broken)?;
    watcher.watch(workshop.spots()).map_err(|said| unwatched(&said))?;
    let stop = Stop::new();
    stop.on_signal();
    let first = workshop.work(global.jobs, face, &|| stop.requested());
    face.conclude(&first.report);
    let shown = Arc::clone(&stage);
    let (port, network) = (socket.port(), socket.network());
    let _server =
        socket.serve(Arc::new(move |request| shown.answer(request))).map_err(|said| deaf(&said.to_string()))?;
    let own = format!("http://localhost:{port}/");
    face.serving(workshop.sites(), &own, network.map(|network| format!("http://{network}:{port}/")).as_deref());
    renew(global, face, &mut watcher, &mut workshop, &stop);
    Ok(Exit::Done)
}

/// Builds whatever changes until someone wishes to stop.
fn renew(global: &Global, face: &dyn Face, watcher: &mut Watcher, workshop: &mut Workshop<'_>, stop: &Stop) {
    let news = watcher.news();
    while !stop.requested() {
        let patience = if workshop.is_due() { Duration::ZERO } else { TICK };
        if let Some(changes) = watcher.next(patience) {
            face.complain(&workshop.note(&changes));
            // What cannot be watched now is tried again at the next change.
            let _ = watcher.watch(workshop.spots());
        }
        workshop.look_at_the_calendar();
        if workshop.is_due() {
            let round = workshop.work(global.jobs, &Silence, &|| stop.requested() || news.load(Ordering::Relaxed));
            if round.is_news() {
                face.renewed(&round.changed, &round.report);
            }
        }
    }
}

/// What editors and operating systems leave behind is no content.
fn is_idle(path: &str) -> bool {
    path.split('/').any(|part| part != ".well-known" && part.starts_with('.')) || path.ends_with('~')
}

fn listen(typed: &Serve) -> Result<Socket, Diagnostic> {
    let openness = if typed.lan { Openness::Network } else { Openness::Loopback };
    let port = typed.port.unwrap_or(PORT);
    Socket::bind(port, typed.port.is_none(), openness).map_err(|fault| match fault {
        ListenFault::Taken => Diagnostic::error(Code::CannotListen, format!("the port {port} is taken"))
            .hint("name another one with `--port`, or leave the flag out to take the next free one"),
        ListenFault::NoNetwork => Diagnostic::error(Code::CannotListen, "this machine is on no network")
            .hint("leave out `--lan` to show the sites on this machine alone"),
        ListenFault::System(said) => deaf(&said),
    })
}

fn deaf(said: &str) -> Diagnostic {
    Diagnostic::error(Code::CannotListen, format!("the sites cannot be shown: {said}"))
        .hint("name another port with `--port`; those below 1024 are for administrators")
}

fn unwatched(said: &str) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, format!("changes of files cannot be noticed: {said}"))
        .hint("let the system watch more folders; on Linux, raise `fs.inotify.max_user_watches` with sysctl")
}
