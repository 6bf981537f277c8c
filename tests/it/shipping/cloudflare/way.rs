//! The way to a double.

use crate::hosts::cloudflare::{Cloudflare, TOKEN};
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use crate::shipping::port::{TOKEN_FILE, cloudflare_table, reach};
use hectare::provider::Provider;
use hectare::world::{Stop, WallClock};
use std::sync::Arc;
use tempfile::TempDir;

/// A double, and how one gets there.
pub(super) struct Way {
    pub(super) double: Arc<Cloudflare>,
    pub(super) server: Server,
    home: TempDir,
    clock: WallClock,
}

impl Way {
    pub(super) fn to(double: Cloudflare, faults: Faults) -> Self {
        let (double, server) = double.open(faults);
        Self { double, server, home: TempDir::new().unwrap(), clock: WallClock::new(1, Stop::new()) }
    }

    /// Waits pass so many times faster.
    pub(super) fn faster(self, speed: u32) -> Self {
        Self { clock: WallClock::new(speed, Stop::new()), ..self }
    }

    fn host(&self, kind: &str) -> Box<dyn Provider> {
        let table = format!("kind = \"{kind}\"\n{}{TOKEN_FILE}", cloudflare_table(&self.server));
        reach(self.home.path(), &table, TOKEN, &self.clock)
    }

    pub(super) fn pages(&self) -> Box<dyn Provider> {
        self.host("cloudflare-pages")
    }

    pub(super) fn worker(&self) -> Box<dyn Provider> {
        self.host("cloudflare-worker")
    }

    pub(super) fn pack(&self) -> Box<dyn Provider> {
        self.host("cloudflare-pack")
    }

    /// What was asked of the API since this was last looked at, as `POST upload`.
    pub(super) fn asked(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.server.new_book().iter().map(|entry| format!("{} {}", entry.method, last(&entry.path))).collect()
    }
}
