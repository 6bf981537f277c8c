//! Cloudflare: a Pages project for each site, a Worker for each site, or many sites packed into one Worker.
//!
//! Purpose: parcels go in, the calls of Cloudflare's API come out, as few as there can be: files that the host has are never sent again,
//! and files with the same content and extension are sent once. An answer that was lost is looked up by the parcel's label before
//! anything is repeated. Makes the project or Worker that is missing; never a zone. Keeps nothing between two runs.

mod answer;
mod api;
mod batch;
mod branch;
mod domains;
mod form;
mod gradual;
mod pack;
mod pages;
mod pass;
mod stand_in;
mod worker;
mod zones;

pub use answer::verdict;
pub use api::Api;
pub use batch::batches_of;
pub use pages::Pages;
pub use worker::Worker;

use crate::model::{Good, OutPath, Release};
use crate::provider::{FaultKind, HostFault, Wares};
use std::collections::BTreeMap;

/// The files that are rules for the host, and are not shown to visitors.
const REDIRECTS: &str = "_redirects";
const HEADERS: &str = "_headers";

/// The files of a release that visitors can get.
fn shown(release: &Release) -> impl Iterator<Item = (&OutPath, &Good)> {
    release.files.iter().filter(|(path, _)| ![REDIRECTS, HEADERS].contains(&path.as_str()))
}

/// The text of a file that is a rule for the host; empty if the site has none.
fn rules(release: &Release, name: &str, wares: &dyn Wares) -> Result<String, HostFault> {
    let Some(good) = release.files.iter().find(|(path, _)| path.as_str() == name).map(|(_, good)| good) else {
        return Ok(String::new());
    };
    String::from_utf8(wares.bytes(good)?).map_err(|_| {
        HostFault::new(FaultKind::Rejected, format!("read `{name}` of `{}`", release.site), "it is not UTF-8")
    })
}

/// Each content once, by the key that the host knows it by.
fn by_key<'a>(goods: impl IntoIterator<Item = &'a Good>) -> BTreeMap<String, &'a Good> {
    goods.into_iter().map(|good| (good.keys.cloudflare.to_string(), good)).collect()
}
