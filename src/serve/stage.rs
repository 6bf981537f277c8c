//! What is shown: the bundles, how each site fares, who looks at what. The server reads it while the workshop renews it.

use super::Setup;
use super::answer::{Shelf, below};
use super::board::{Board, Row, State};
use super::door::{self, Wish};
use super::edited;
use super::host::{Address, Addressee};
use super::live::{self, Change, Live};
use super::page;
use crate::diag::{Diagnostic, nearest};
use crate::event::{Event, Listener};
use crate::model::{Bundle, Digest, Manifest, SiteId, unpoisoned};
use crate::sink::{Delivered, Difference, Memory, Sink};
use crate::world::{Depth, Payload, Request, Response};
use std::collections::BTreeSet;
use std::sync::{RwLock, RwLockReadGuard};

/// The cookie that holds the site which a browser chose where an address has no room for its name.
const CHOICE: &str = "hectare-site";

/// What the preview shows.
pub struct Stage {
    pub(super) setup: Setup,
    memory: Memory,
    board: RwLock<Board>,
    live: Live,
    /// The content file that the present round is about, if it is only one: its path below its layer.
    edited: RwLock<Option<String>>,
}

impl Stage {
    /// An empty stage.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            memory: Memory::new(),
            board: RwLock::default(),
            live: Live::default(),
            edited: RwLock::default(),
        }
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request) -> Response {
        let address = Address { port: self.setup.port, network: self.setup.network };
        let wish = match door::admit(&address, request) {
            Ok(wish) => wish,
            Err(refusal) => return refusal,
        };
        match &wish.addressee {
            Addressee::Fleet => self.fleet(&wish, request, &|id| address.of_site(id)),
            Addressee::Site(id) => self.site(id, &wish, request, &|id| address.of_site(id)),
            Addressee::Chosen => self.chosen(&wish, request),
        }
    }

    /// An address that is a number has no room for the name of a site, so the browser remembers which one it is.
    fn chosen(&self, wish: &Wish, request: &Request) -> Response {
        let open = |id: &str| format!("{}open/{id}", page::OWN);
        if let Some(id) = wish.path.strip_prefix(&open("")) {
            let known = self.board().site(id).is_some();
            let cookie = format!("{CHOICE}={id}; Path=/; HttpOnly; SameSite=Lax");
            return if known {
                Response::new(303, Payload::Made(Vec::new())).with("location", "/").with("set-cookie", cookie)
            } else {
                page::nothing(&format!("This preview has no site {id}"), page::OWN)
            };
        }
        let cookies = request.header("cookie").unwrap_or_default();
        let choice = cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(CHOICE)?.strip_prefix('='));
        match choice {
            Some(id) => self.site(id, wish, request, &open),
            None => self.fleet(wish, request, &open),
        }
    }

    /// What belongs to no site.
    fn fleet(&self, wish: &Wish, request: &Request, address: &dyn Fn(&str) -> String) -> Response {
        match wish.path.as_str() {
            "/" => page::list(&self.board(), address),
            path if path.starts_with(page::OWN) => self.own(None, wish, request, address),
            _ => page::nothing("The list of the fleet has no such page", "/"),
        }
    }

    fn site(&self, id: &str, wish: &Wish, request: &Request, address: &dyn Fn(&str) -> String) -> Response {
        let (known, wrong) = {
            let board = self.board();
            (board.site(id).map(|(id, row)| (id, row.clone())), board.wrong(id).map(str::to_owned))
        };
        if wish.path.starts_with(page::OWN) {
            return self.own(known.map(|(id, _)| id), wish, request, address);
        }
        let Some((id, row)) = known else { return self.unknown(id) };
        match (self.memory.site(&id), &row.spec) {
            (Some(kept), Some(spec)) => {
                Shelf { kept: &kept, base: &spec.base_url, files: &self.setup.files }.answer(wish, request)
            }
            _ => page::failure(id.as_str(), wrong.as_deref().unwrap_or("It is being built."), ""),
        }
    }

    fn unknown(&self, id: &str) -> Response {
        let board = self.board();
        let meant = nearest(id, board.rows.keys().map(String::as_str));
        let words = match meant {
            Some(meant) => format!("This preview has no site {id}; did you mean {meant}?"),
            None => format!("This preview has no site {id}"),
        };
        page::nothing(&words, &format!("http://localhost:{}/", self.setup.port))
    }

    /// What the preview itself serves, beside every site.
    fn own(&self, site: Option<SiteId>, wish: &Wish, request: &Request, address: &dyn Fn(&str) -> String) -> Response {
        match wish.path.strip_prefix(page::OWN) {
            Some("") => page::list(&self.board(), address),
            Some("live.js") => Response::new(200, Payload::Shared(page::LIVE_SCRIPT.as_bytes().into()))
                .with("content-type", "text/javascript; charset=utf-8")
                .with("cache-control", "public, max-age=31536000, immutable")
                .with("cross-origin-resource-policy", "same-origin")
                .with("x-content-type-options", "nosniff"),
            Some("events") if request.method == "GET" => self.events(site, wish),
            _ => Response::words(404, "the preview has no such page"),
        }
    }

    /// An open page begins to listen. What happened while it did not is told at once.
    fn events(&self, site: Option<SiteId>, wish: &Wish) -> Response {
        let is_list = wish.part("list").is_some();
        let site = site.filter(|_| !is_list);
        let path = wish.part("path").unwrap_or_else(|| "/".to_owned());
        let folder = site.as_ref().map(|id| self.folder(id)).unwrap_or_default();
        let inside = below(&path, &folder).unwrap_or("/").to_owned();
        let (teller, events) = self.live.join(site.clone(), inside);
        if let Some(id) = &site {
            let version = self.memory.site(id).map(|kept| kept.manifest.id.short()).unwrap_or_default();
            match wish.part("version") {
                Some(known) if known != version => drop(teller.tell("reload", "{}")),
                _ => {
                    if let Some(wrong) = self.board().wrong(id.as_str()) {
                        live::say(&teller, Some(wrong));
                    }
                }
            }
        }
        Response::new(200, Payload::Events(events))
            .with("content-type", "text/event-stream")
            .with("cache-control", "no-store")
            .with("x-content-type-options", "nosniff")
            .with("cross-origin-resource-policy", "same-origin")
    }

    fn folder(&self, id: &SiteId) -> String {
        let board = self.board();
        let spec = board.rows.get(id.as_str()).and_then(|row| row.spec.as_ref());
        spec.map(|spec| spec.base_url.folder().to_owned()).unwrap_or_default()
    }

    pub(super) fn board(&self) -> RwLockReadGuard<'_, Board> {
        unpoisoned(self.board.read())
    }

    /// Shows another set of sites; those that stay keep their state.
    pub(super) fn cast(&self, fleet: &str, rows: impl Iterator<Item = (String, Row)>) {
        let mut board = unpoisoned(self.board.write());
        let mut old = std::mem::take(&mut board.rows);
        board.fleet = fleet.to_owned();
        for (id, row) in rows {
            let known = old.remove(&id).filter(|known| known.spec.is_some() && row.spec.is_some());
            let state = known.map_or(row.state, |known| known.state);
            board.rows.insert(id, Row { spec: row.spec, state });
        }
        let gone = old.values().filter_map(|row| row.spec.as_ref());
        gone.filter(|spec| !board.rows.contains_key(spec.id.as_str())).for_each(|spec| self.memory.forget(&spec.id));
        drop(board);
        self.live.refresh_list();
    }

    /// Says what is wrong with the fleet as a whole, or that nothing is any more.
    pub(super) fn generally(&self, found: &[Diagnostic]) {
        let text = (!found.is_empty()).then(|| (self.setup.words)(None, found));
        let before = std::mem::replace(&mut unpoisoned(self.board.write()).general, text.clone());
        if before != text {
            self.live.say(None, text.as_deref());
            self.live.refresh_list();
        }
    }

    /// Which content file the next round is about.
    pub(super) fn focus(&self, edited: Option<String>) {
        *unpoisoned(self.edited.write()) = edited;
    }

    /// The sites that someone looks at.
    pub(super) fn looked_at(&self) -> BTreeSet<SiteId> {
        self.live.looked_at()
    }
}

impl Sink for Stage {
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        let before = self.memory.site(&bundle.site);
        let delivered = self.memory.deliver(bundle, manifest)?;
        let Some(after) = self.memory.site(&bundle.site) else { return Ok(delivered) };
        let difference = Difference::between(before.as_ref().map(|before| &before.manifest), &after.manifest);
        if !difference.is_empty() {
            let edited = unpoisoned(self.edited.read()).clone();
            let edited = edited.filter(|_| self.setup.follow).and_then(|file| edited::page(&file, &difference));
            let folder = self.folder(&bundle.site);
            self.live.changed(&Change {
                before: before.as_deref(),
                after: &after,
                difference: &difference,
                edited: edited.as_deref(),
                folder: &folder,
            });
        }
        Ok(delivered)
    }

    fn seal(&self, _site: &SiteId, _depth: Depth) -> Option<Digest> {
        None
    }
}

impl Listener for Stage {
    fn tell(&self, event: &Event) {
        let Event::SiteFinished { site, outcome } = event else { return };
        let words = || (self.setup.words)(Some(site), &outcome.diagnostics);
        let remarks = (!outcome.diagnostics.is_empty()).then(words);
        let state = match outcome.built {
            Some(built) => State::Built { pages: built.pages, remarks },
            None => State::Failed(remarks.unwrap_or_default()),
        };
        let (was, is, id) = {
            let mut board = unpoisoned(self.board.write());
            let was = board.wrong(site).map(str::to_owned);
            let Some(row) = board.rows.get_mut(site) else { return };
            let is_same = row.state == state;
            row.state = state;
            let id = row.spec.as_ref().map(|spec| spec.id.clone());
            if is_same {
                return;
            }
            (was, board.wrong(site).map(str::to_owned), id)
        };
        if let Some(id) = id.filter(|_| was != is) {
            self.live.say(Some(&id), is.as_deref());
        }
        self.live.refresh_list();
    }
}
