//! What visitors are shown: files alone, or files behind the script that hectare makes for many sites in one Worker.
//!
//! The double runs no scripts. It knows this one by its name, and does what that does with hosts, files and plain redirects; that the
//! script itself does so, and the rest, is shown in the real runtime (`shipping::cloudflare::runtime`).

use super::serving::Release;
use super::stock::Stock;
use super::workers::Code;
use crate::hosts::message::{Reply, Request};
use serde_json::Value;

/// A release, as it stands before visitors.
pub(super) struct Shown<'a> {
    pub(super) release: &'a Release,
    pub(super) stock: &'a Stock,
    pub(super) code: Option<&'a Code>,
}

impl Shown<'_> {
    pub(super) fn answer(&self, request: &Request) -> Reply {
        let Some(code) = self.code.filter(|code| code.comes_first(&request.path)) else {
            return self.release.serve(self.stock, request);
        };
        let sites = code.modules.get("sites.mjs").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let sites = sites.filter(|_| code.main == "router.mjs").expect("the double knows one script only");
        let Some(site) = hosts(&sites)[request.host()].as_str().map(str::to_owned) else {
            return Reply::text(404, "There is no such site here.\n");
        };
        if let Some([to, status]) = table(&sites, &site)["fixed"][&request.path].as_array().map(Vec::as_slice) {
            let status = status.as_u64().unwrap() as u16;
            return Reply::empty(status).with("location", to.as_str().unwrap());
        }
        let inside = Request { path: format!("/{site}{}", request.path), ..request.clone() };
        let mut reply = self.release.serve(self.stock, &inside);
        for (_, value) in reply.headers.iter_mut().filter(|(name, _)| name == "location") {
            *value = value.strip_prefix(&format!("/{site}")).unwrap_or(value).to_owned();
        }
        reply
    }
}

impl Code {
    /// Whether the script is asked before the files.
    fn comes_first(&self, path: &str) -> bool {
        let fits = |rule: &str| rule.strip_suffix('*').map_or(rule == path, |start| path.starts_with(start));
        let excepted = self.first.iter().filter_map(|rule| rule.strip_prefix('!')).any(fits);
        !excepted && self.first.iter().any(|rule| fits(rule))
    }
}

fn hosts(sites: &str) -> Value {
    let line = sites.lines().find_map(|line| line.strip_prefix("export const hosts = ")?.strip_suffix(';'));
    serde_json::from_str(line.unwrap()).unwrap()
}

fn table(sites: &str, site: &str) -> Value {
    let start = format!("  \"{site}\": ");
    let line = sites.lines().find_map(|line| line.strip_prefix(&start)?.strip_suffix(','));
    serde_json::from_str(line.unwrap()).unwrap()
}
