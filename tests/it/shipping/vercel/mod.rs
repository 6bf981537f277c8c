//! Vercel: what is promised of it alone, checked in the books of its double. What all hosts promise is in `shipping::promises`.

mod costs;
mod domains;
mod failing;
mod serving;
mod shipping;
mod walls;

use super::freight::Freight;
use super::port::{TOKEN_FILE, reach, vercel_table};
use crate::hosts::clock::Clock;
use crate::hosts::faults::Faults;
use crate::hosts::message::Reply;
use crate::hosts::server::Server;
use crate::hosts::vercel::{Plan, TOKEN, Vercel as Double};
use hectare::provider::{FaultKind, HostFault, Provider};
use hectare::world::{Stop, WallClock};
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;

/// The double, and a folder that hectare keeps its notes in.
struct Stage {
    double: Arc<Double>,
    server: Server,
    home: TempDir,
    speed: u32,
    clock: WallClock,
    plan: Plan,
}

impl Stage {
    fn new(plan: Plan, speed: u32, faults: Faults) -> Self {
        let (double, server) = Double::new(plan).at(Clock::fast(speed)).open(faults);
        Self { double, server, home: TempDir::new().unwrap(), speed, clock: WallClock::new(speed, Stop::new()), plan }
    }

    fn quiet() -> Self {
        Self::new(Plan::Pro, 20, Faults::none())
    }

    /// The host as a new process of hectare sees it.
    fn host(&self) -> Box<dyn Provider> {
        let table = format!("kind = \"vercel\"\n{}{TOKEN_FILE}", vercel_table(&self.server, self.plan));
        reach(self.home.path(), &table, TOKEN, &self.clock)
    }

    /// The machine forgets what it noted of this kind.
    fn forgets(&self, kind: &str) {
        let notes = fs::read_dir(self.home.path().join(".hectare/limits")).unwrap().map(|note| note.unwrap().path());
        notes
            .filter(|note| note.extension().is_some_and(|known| known == kind))
            .for_each(|note| fs::remove_file(note).unwrap());
    }

    /// What a visitor of a host name gets.
    fn visit(&self, host: &str, path: &str) -> Reply {
        self.double.visit(host, path)
    }

    fn page(&self, host: &str, path: &str) -> String {
        String::from_utf8(self.visit(host, path).body).unwrap()
    }

    /// How often something was asked for.
    fn count(&self, method: &str, path: &str) -> usize {
        self.server.book().iter().filter(|entry| entry.method == method && entry.path.contains(path)).count()
    }
}

#[track_caller]
fn fault<T>(outcome: Result<T, HostFault>) -> (FaultKind, String) {
    let fault = outcome.err().expect("a fault");
    (fault.kind, fault.said)
}
