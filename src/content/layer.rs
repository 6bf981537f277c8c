//! One content layer as it lies in the repository.

use super::data::DataFolder;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{composed, is_hidden, is_hidden_from_visitors};
use crate::world::{EntryKind, FileFault, Files, Strange};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a walk through a layer found, sorted by what it is for.
pub(super) struct Layer {
    pub(super) name: Arc<str>,
    pub(super) texts: Vec<Located>,
    pub(super) files: Vec<Located>,
    pub(super) statics: Vec<Located>,
    pub(super) data: DataFolder,
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

/// The paths of a layer in as few bytes as possible: all layers of a fleet are listed before the first site is made.
pub(super) struct Listing {
    folder: String,
    /// Each ends with a zero byte, which no path holds.
    paths: String,
    /// What is not a file, by its number in `paths`.
    strange: BTreeMap<usize, Strange>,
    fault: Option<FileFault>,
    /// A file that lies where the folder has to be.
    in_the_way: Option<String>,
    /// How many Markdown files there are.
    pub(super) texts: usize,
    pub(super) has_theme: bool,
}

impl Listing {
    /// Walks through the layer `name`.
    pub(super) fn walk(files: &dyn Files, content: &str, name: &str) -> Self {
        let folder = format!("{content}/{name}");
        let (entries, fault) = match files.walk(&folder) {
            Ok(entries) => (entries, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let (mut paths, mut strange) = (String::new(), BTreeMap::new());
        let (mut texts, mut has_theme) = (0, false);
        let named = entries.iter().map(|entry| (entry, role(&entry.path)));
        for (number, (entry, role)) in named.filter(|(_, role)| !matches!(role, Role::Nothing)).enumerate() {
            paths.extend([&entry.path, "\0"]);
            match entry.kind {
                EntryKind::Strange(what) => drop(strange.insert(number, what)),
                EntryKind::File => texts += usize::from(matches!(role, Role::Text)),
            }
            has_theme |= matches!(role, Role::Theme);
        }
        paths.shrink_to_fit();
        let in_the_way = [content, &folder].into_iter().find(|path| entries.is_empty() && files.len(path).is_some());
        let in_the_way = in_the_way.map(str::to_owned);
        Self { folder, paths, strange, fault, in_the_way, texts, has_theme }
    }

    /// The layer, sorted by what its files are for.
    pub(super) fn open(&self, name: &str) -> Layer {
        let unreadable = self.fault.iter().map(|fault| unreadable(&self.folder, fault));
        let in_the_way = self.in_the_way.iter().map(|file| not_a_folder(file));
        let mut layer = Layer {
            name: name.into(),
            texts: Vec::with_capacity(self.texts),
            files: Vec::new(),
            statics: Vec::new(),
            data: DataFolder::default(),
            faults: unreadable.chain(in_the_way).collect(),
        };
        for (number, path) in self.paths.split_terminator('\0').enumerate() {
            let kind = self.strange.get(&number).map_or(EntryKind::File, |strange| EntryKind::Strange(*strange));
            layer.admit(&self.folder, path, kind);
        }
        layer
    }
}

impl Layer {
    fn admit(&mut self, folder: &str, path: &str, kind: EntryKind) {
        let file: Arc<str> = format!("{folder}/{path}").into();
        let located = |key: &str| Located { file: Arc::clone(&file), key: composed(key).into() };
        match (role(path), kind) {
            (_, EntryKind::Strange(strange)) => self.faults.push(strange_entry(file, strange)),
            (Role::Text, EntryKind::File) => self.texts.push(located(path)),
            (Role::File, EntryKind::File) => self.files.push(located(path)),
            (Role::Static(below), EntryKind::File) => self.statics.push(located(below)),
            (Role::Data(below), EntryKind::File) => self.data.admit(located(below), &mut self.faults),
            (Role::Theme | Role::Nothing, _) => {}
        }
    }
}

fn role(path: &str) -> Role<'_> {
    if let Some(below) = path.strip_prefix("_static/") {
        return if is_hidden_from_visitors(below) { Role::Nothing } else { Role::Static(below) };
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
