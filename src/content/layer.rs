//! One content layer as it lies in the repository.

use super::data::DataFolder;
use crate::diag::{Code, Diagnostic, Place};
use crate::world::{Entry, EntryKind, FileFault, Files, Strange};
use std::sync::Arc;

/// What a walk through a layer found, sorted by what it is for.
pub(super) struct Layer {
    pub(super) name: Arc<str>,
    pub(super) texts: Vec<Located>,
    pub(super) files: Vec<Located>,
    pub(super) statics: Vec<Located>,
    pub(super) data: DataFolder,
    pub(super) has_theme: bool,
    pub(super) faults: Vec<Diagnostic>,
}

/// A file of a layer.
pub(super) struct Located {
    /// Its path from the root of the repository.
    pub(super) file: Arc<str>,
    /// Its path below the layer, or below the special folder it lies in.
    pub(super) key: Arc<str>,
}

/// What a path of a layer is for.
enum Role<'p> {
    Text,
    File,
    Static(&'p str),
    Data(&'p str),
    Theme,
    Nothing,
}

impl Layer {
    pub(super) fn walk(files: &dyn Files, content: &str, name: &str) -> Self {
        let folder = format!("{content}/{name}");
        let mut layer = Self {
            name: name.into(),
            texts: Vec::new(),
            files: Vec::new(),
            statics: Vec::new(),
            data: DataFolder::default(),
            has_theme: false,
            faults: Vec::new(),
        };
        match files.walk(&folder) {
            Ok(entries) if entries.is_empty() => {
                let file = [content, folder.as_str()].into_iter().find(|path| files.len(path).is_some());
                layer.faults.extend(file.map(not_a_folder));
            }
            Ok(entries) => entries.iter().for_each(|entry| layer.admit(&folder, entry)),
            Err(fault) => layer.faults.push(unreadable(&folder, &fault)),
        }
        layer
    }

    fn admit(&mut self, folder: &str, entry: &Entry) {
        let role = role(&entry.path);
        if matches!(role, Role::Nothing) {
            return;
        }
        let file: Arc<str> = format!("{folder}/{}", entry.path).into();
        let located = |key: &str| Located { file: Arc::clone(&file), key: key.into() };
        match (role, entry.kind) {
            (Role::Theme, _) => self.has_theme = true,
            (_, EntryKind::Strange(strange)) => self.faults.push(strange_entry(file, strange)),
            (Role::Text, EntryKind::File) => self.texts.push(located(&entry.path)),
            (Role::File, EntryKind::File) => self.files.push(located(&entry.path)),
            (Role::Static(below), EntryKind::File) => self.statics.push(located(below)),
            (Role::Data(below), EntryKind::File) => self.data.admit(located(below), &mut self.faults),
            (Role::Nothing, _) => {}
        }
    }
}

fn role(path: &str) -> Role<'_> {
    if let Some(below) = path.strip_prefix("_static/") {
        return if below.split('/').any(|part| part != ".well-known" && is_hidden(part)) {
            Role::Nothing
        } else {
            Role::Static(below)
        };
    }
    if path.split('/').any(is_hidden) {
        return Role::Nothing;
    }
    if let Some(below) = path.strip_prefix("_data/") {
        return Role::Data(below);
    }
    if path.starts_with("_theme/") {
        return Role::Theme;
    }
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let set_aside =
        folders.split('/').any(|part| part.starts_with('_')) || (name.starts_with('_') && name != "_index.md");
    match (set_aside, name.ends_with(".md")) {
        (true, _) => Role::Nothing,
        (false, true) => Role::Text,
        (false, false) => Role::File,
    }
}

/// What editors and operating systems leave behind.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~')
}

/// A name that nobody can type and a folder that cannot be entered may hide pages, so they are errors; links and devices only stay behind.
pub(super) fn strange_entry(file: Arc<str>, strange: Strange) -> Diagnostic {
    let diagnostic = match strange {
        Strange::Forbidden => {
            Diagnostic::error(Code::Unreadable, format!("`{file}` cannot be read: {strange}")).hint(strange.remedy())
        }
        Strange::Name => Diagnostic::error(Code::StrangeFile, format!("`{file}` has {strange}")).hint(strange.remedy()),
        _ => Diagnostic::warning(Code::StrangeFile, format!("`{file}` is not published: it is {strange}"))
            .hint(strange.remedy()),
    };
    diagnostic.at(Place::file(file))
}

/// A file that lies where a folder of content has to be.
fn not_a_folder(file: &str) -> Diagnostic {
    Diagnostic::error(Code::Unreadable, format!("`{file}` is a file, not a folder"))
        .at(Place::file(file))
        .hint("put the file elsewhere, and make a folder of that name")
}

/// A file or folder that the system, or the site's limit, does not let through.
pub(super) fn unreadable(file: &str, fault: &FileFault) -> Diagnostic {
    match fault {
        FileFault::TooLarge { .. } => {
            fault.on(file).hint("split it, or raise `source_mb` under `limits` in sites.toml")
        }
        _ => fault.on(file),
    }
}
