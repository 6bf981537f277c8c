//! The list of a release: what lies there, and how it is handed to browsers.

use crate::model::{Good, OutPath, Parcel, Stall};
use crate::provider::{HostFault, Wares, folder};
use crate::rules::Headers;
use crate::world::Served;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What browsers are told where the site has no rule: to ask each time whether it is still the same.
const ASK_AGAIN: &str = "public, max-age=0, must-revalidate";

/// All files of a release by their paths in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listing {
    pub(super) files: BTreeMap<String, Line>,
}

/// One file. Two releases share it if all of this is equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    digest: String,
    content_type: String,
    cache_control: String,
}

impl Listing {
    /// What a parcel comes to, with the headers that its sites ask for.
    pub(super) fn of(parcel: &Parcel, wares: &dyn Wares) -> Result<Self, HostFault> {
        let mut rules = BTreeMap::new();
        for (site, stall) in &parcel.stalls {
            rules.insert(site.as_str(), (stall.hosts.first().map_or("", String::as_str), headers(stall, wares)?));
        }
        let line = |site: &str, path: &OutPath, good: &Good| {
            let mut told = vec![("cache-control".to_owned(), ASK_AGAIN.to_owned())];
            told.push(("content-type".to_owned(), good.media.mime().to_owned()));
            if let Some((host, rules)) = rules.get(site) {
                rules.apply(host, &address(path), &mut told);
            }
            let mut value = |name: &str| {
                let found = told.iter().position(|(known, _)| known == name);
                found.map_or_else(String::new, |at| told.swap_remove(at).1)
            };
            let (cache_control, content_type) = (value("cache-control"), value("content-type"));
            Line { digest: good.digest.to_string(), content_type, cache_control }
        };
        let lines = folder::sited(parcel).map(|(site, place, path, good)| (place, line(site, path, good)));
        Ok(Self { files: lines.collect() })
    }

    /// The list as it was written; none if it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn write(&self) -> Vec<u8> {
        // A list of texts can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

impl Line {
    /// How a browser is handed the file.
    pub(super) fn served(&self) -> Served {
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        Served { content_type: said(&self.content_type), cache_control: said(&self.cache_control) }
    }

    /// Files that pages refer to go before pages, and those that never change before all others: a visitor who finds a page finds all.
    pub(super) fn turn(&self) -> u8 {
        match () {
            () if self.cache_control.contains("immutable") => 0,
            () if self.content_type.starts_with("text/html") => 2,
            () => 1,
        }
    }
}

fn headers(stall: &Stall, wares: &dyn Wares) -> Result<Headers, HostFault> {
    let file = stall.release.files.iter().find(|(path, _)| path.as_str() == "_headers");
    let text = file.map(|(_, good)| wares.bytes(good)).transpose()?.unwrap_or_default();
    Ok(Headers::parse(&String::from_utf8_lossy(&text)))
}

/// Where visitors find a file.
fn address(path: &OutPath) -> String {
    let path = path.as_str();
    match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
        _ => format!("/{path}"),
    }
}
