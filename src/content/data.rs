//! Data files: tables that templates and `pages_from` read.

use super::document;
use super::layer::{Layer, Located, strange_entry, unreadable};
use super::values::Notation;
use super::{Context, sheet};
use crate::diag::{Code, Diagnostic, Place, explain};
use crate::model::{Data, Table, is_hidden};
use crate::world::{EntryKind, FileFault, Files};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The data files of one `_data` folder by name: `a/b` for `_data/a/b.toml`.
#[derive(Default)]
pub(super) struct DataFolder {
    files: BTreeMap<String, DataFile>,
    faults: Vec<Diagnostic>,
}

/// A data file, parsed when the first site asks for it and shared by all others.
pub(super) struct DataFile {
    file: Arc<str>,
    format: Format,
    parsed: OnceLock<Result<Data, Vec<Diagnostic>>>,
}

/// How a data file is written.
#[derive(Debug, Clone, Copy)]
enum Format {
    Values(Notation),
    Csv,
}

/// The data of one site.
pub(super) struct Sheets {
    /// The values by name.
    pub(super) table: Table,
    /// The file that each name comes from, readable or not.
    pub(super) origins: BTreeMap<String, Arc<str>>,
}

impl Format {
    fn of(extension: &str) -> Option<Self> {
        Some(match extension {
            "toml" => Self::Values(Notation::Toml),
            "yaml" | "yml" => Self::Values(Notation::Yaml),
            "json" => Self::Values(Notation::Json),
            "csv" => Self::Csv,
            _ => return None,
        })
    }
}

impl DataFolder {
    /// The data that all sites of a fleet share.
    pub(super) fn of_fleet(files: &dyn Files, content: &str) -> Self {
        let base = format!("{content}/_data");
        let (mut folder, mut faults) = (Self::default(), Vec::new());
        match files.walk(&base) {
            Ok(entries) => {
                for entry in entries.iter().filter(|entry| !entry.path.split('/').any(is_hidden)) {
                    let file: Arc<str> = format!("{base}/{}", entry.path).into();
                    match entry.kind {
                        EntryKind::File => folder.admit(Located { file, key: entry.path.as_str().into() }, &mut faults),
                        EntryKind::Strange(strange) => faults.push(strange_entry(file, strange)),
                    }
                }
            }
            Err(fault) => faults.push(unreadable(&base, &fault)),
        }
        folder.faults = faults;
        folder
    }

    /// Takes up a file that lies in the folder.
    pub(super) fn admit(&mut self, located: Located, faults: &mut Vec<Diagnostic>) {
        let (name, extension) = located.key.rsplit_once('.').unwrap_or((&located.key, ""));
        let Some(format) = Format::of(extension) else {
            let message = format!("`{}` is not a data file", located.file);
            let hint = "data files end in .toml, .yaml, .yml, .json or .csv";
            faults.push(Diagnostic::warning(Code::BadDataFile, message).at(Place::file(located.file)).hint(hint));
            return;
        };
        if let Some(other) = self.files.get(name) {
            let message = format!("`{}` and `{}` are both the data `{name}`", other.file, located.file);
            let diagnostic = Diagnostic::error(Code::BadDataFile, message).at(Place::file(located.file));
            faults.push(diagnostic.hint("remove or rename one of them"));
            return;
        }
        self.files.insert(name.to_owned(), DataFile { file: located.file, format, parsed: OnceLock::new() });
    }
}

impl Sheets {
    /// The data of a site: that of the fleet, overlaid by its layers, file by file.
    pub(super) fn read(
        context: &Context<'_>,
        fleet: &DataFolder,
        layers: &[Arc<Layer>],
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        faults.extend(fleet.faults.iter().cloned());
        let mut winners: BTreeMap<&str, &DataFile> = BTreeMap::new();
        for folder in std::iter::once(fleet).chain(layers.iter().map(|layer| &layer.data)) {
            winners.extend(folder.files.iter().map(|(name, file)| (name.as_str(), file)));
        }
        let mut sheets = Self { table: Table::new(), origins: BTreeMap::new() };
        for (name, file) in winners {
            sheets.origins.insert(name.to_owned(), Arc::clone(&file.file));
            match file.value(context) {
                Ok(data) => drop(sheets.table.insert(name.to_owned(), data.clone())),
                Err(found) => faults.extend(found),
            }
        }
        sheets
    }
}

impl DataFile {
    /// The limit belongs to the site and the value to all sites, so the size is looked at before the shared value.
    fn value(&self, context: &Context<'_>) -> Result<&Data, Vec<Diagnostic>> {
        let most = context.spec.settings.limits.source_bytes;
        if let Some(len) = context.files.len(&self.file).filter(|len| *len > most) {
            return Err(vec![unreadable(&self.file, &FileFault::TooLarge { len, most })]);
        }
        self.parsed.get_or_init(|| self.parse(context.files)).as_ref().map_err(Clone::clone)
    }

    fn parse(&self, files: &dyn Files) -> Result<Data, Vec<Diagnostic>> {
        let bytes = files.read(&self.file, u64::MAX).map_err(|fault| vec![unreadable(&self.file, &fault)])?;
        let text = document::text(&self.file, bytes).map_err(|fault| vec![fault])?;
        match self.format {
            Format::Csv => sheet::parse(&self.file, &text),
            Format::Values(notation) => notation.parse(&text).map_err(|malformed| {
                let advice = explain(notation.name(), &malformed.message);
                let message = format!("the data is not valid {}: {}", notation.name(), advice.message);
                let place = Place::span(Arc::clone(&self.file), &text, malformed.span);
                vec![Diagnostic::error(Code::BadDataFile, message).at(place).hint(advice.hint)]
            }),
        }
    }
}
