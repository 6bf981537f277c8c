//! The files that many makers made become one bundle.
//!
//! Purpose: the one place where a file enters a site's output, so that two files for one path are found before anything is
//! written. Takes artifacts with the place they came from, gives a bundle.

use crate::diag::{Code, Diagnostic, Outcome, Place};
use crate::model::{Artifact, Bundle, Manifest, OutPath, Page, SiteId};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// A bundle that is being put together.
#[derive(Debug)]
pub struct Assembly {
    site: SiteId,
    /// In the order in which they came.
    files: Vec<(OutPath, Artifact, Origin)>,
}

/// What made a file, for the message about a clash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file that a person wrote.
    File(Place),
    /// Something hectare makes by itself, such as "the sitemap".
    Made(&'static str),
}

impl Origin {
    /// Where a page comes from: its file, or nothing that a person wrote.
    pub fn of(page: &Page) -> Self {
        match &page.source {
            Some(source) => Self::File(Place::file(Arc::clone(&source.file))),
            None => Self::Made("a list that hectare makes"),
        }
    }
}

impl Assembly {
    /// An empty bundle for `site`.
    pub fn new(site: SiteId) -> Self {
        Self { site, files: Vec::new() }
    }

    /// Adds a file. Of two files for one path, the first stays and the second is a diagnostic.
    pub fn add(&mut self, path: OutPath, artifact: Artifact, origin: Origin) {
        self.files.push((path, artifact, origin));
    }

    /// The bundle with its manifest, and all clashes.
    pub fn finish(self) -> Outcome<(Bundle, Manifest)> {
        let (Self { site, mut files }, mut found) = (self, Vec::new());
        // Pages come nearly in this order, and a stable sort leaves the first file for a path before the others.
        files.sort_by(|(left, ..), (right, ..)| left.cmp(right));
        files.dedup_by(|(path, _, second), (taken, _, first)| {
            let is_taken = path == taken;
            found.extend(is_taken.then(|| clash(taken, taken, first, second)));
            is_taken
        });
        find_lookalikes(&files, &mut found);
        let artifacts = files.into_iter().map(|(path, artifact, _)| (path, artifact)).collect();
        let bundle = Bundle { site, artifacts };
        let manifest = bundle.manifest();
        Outcome::of((bundle, manifest), found)
    }
}

/// Names that one file system keeps apart and another takes for the same, and files where others need a folder.
fn find_lookalikes(files: &[(OutPath, Artifact, Origin)], found: &mut Vec<Diagnostic>) {
    let mut known: HashMap<Cow<'_, str>, (&OutPath, &Origin)> = HashMap::with_capacity(files.len());
    for (path, _, origin) in files {
        if let Some((first, by)) = known.insert(path.collision_key(), (path, origin)) {
            found.push(clash(first, path, by, origin));
        }
    }
    for (path, _, origin) in files {
        let key = path.collision_key();
        let folders = key.match_indices('/').map(|(at, _)| &key[..at]);
        for (file, by) in folders.filter_map(|folder| known.get(folder)) {
            found.push(clash(file, path, by, origin));
        }
    }
}

fn clash(first: &OutPath, second: &OutPath, by: &Origin, also: &Origin) -> Diagnostic {
    let message = if first == second {
        format!("two outputs want the path `/{first}`")
    } else {
        format!("the paths `/{first}` and `/{second}` cannot stand side by side on every file system")
    };
    let diagnostic = Diagnostic::error(Code::PathClash, message);
    let diagnostic = match also {
        Origin::File(place) => diagnostic.at(place.clone()),
        Origin::Made(what) => diagnostic.note(format!("one of them is {what}"), None),
    };
    let diagnostic = match by {
        Origin::File(place) if diagnostic.place.is_none() => diagnostic.at(place.clone()),
        Origin::File(place) => diagnostic.note("the other one comes from here", Some(place.clone())),
        Origin::Made(what) => diagnostic.note(format!("one of them is {what}"), None),
    };
    diagnostic.hint("give one of them another `slug` or `path`, or rename its file")
}
