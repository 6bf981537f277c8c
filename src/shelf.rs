//! Compiled themes, each made once and shared by all its sites.
//!
//! Purpose: a theme used by 1500 sites is read and compiled for the first of them. Sites whose layers override templates share
//! an engine with those that override the same ones.

use crate::diag::Diagnostic;
use crate::markdown;
use crate::model::{Folders, Minify, SiteSpec, unpoisoned};
use crate::render::Engine;
use crate::theme::{self, Theme};
use crate::world::Files;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// All engines of a run.
pub struct Shelf<'a> {
    files: &'a dyn Files,
    folders: &'a Folders,
    engines: Mutex<BTreeMap<Key, Arc<OnceLock<Stocked>>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    theme: String,
    overrides: Vec<String>,
    minify: bool,
}

/// An engine, and what was said while it was made; every site that uses it says so again.
#[derive(Clone)]
pub struct Stocked {
    /// None if the theme cannot be used.
    pub engine: Option<Arc<Engine>>,
    /// What was found in the theme.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Shelf<'a> {
    /// An empty shelf over the themes in `folders`.
    pub fn new(files: &'a dyn Files, folders: &'a Folders) -> Self {
        Self { files, folders, engines: Mutex::default() }
    }

    /// The engine for a site whose layers in `overrides` bring templates or assets of their own.
    pub fn engine(&self, spec: &SiteSpec, overrides: Vec<String>) -> Stocked {
        let key = Key { theme: spec.theme.clone(), overrides, minify: spec.settings.minify != Minify::Off };
        let slot = {
            let mut engines = unpoisoned(self.engines.lock());
            Arc::clone(engines.entry(key.clone()).or_default())
        };
        slot.get_or_init(|| self.make(&key)).clone()
    }

    /// The folders that a theme comes from.
    pub fn folders(&self, theme: &Theme) -> impl Iterator<Item = String> {
        theme.chain.iter().map(|name| format!("{}/{name}", self.folders.themes))
    }

    fn make(&self, key: &Key) -> Stocked {
        let loaded = theme::load(self.files, &self.folders.themes, &self.folders.content, &key.theme, &key.overrides);
        let mut diagnostics = Vec::new();
        let engine = loaded
            .sound(&mut diagnostics)
            .and_then(|theme| Engine::compile(theme, key.minify, markdown::fragment).sound(&mut diagnostics))
            .map(Arc::new);
        Stocked { engine, diagnostics }
    }
}
