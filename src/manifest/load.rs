//! The way from the file to the fleet.

use super::check::Check;
use super::entry::{Entry, Scope, entries, faults_of_unused_groups, report_shared_addresses, report_shared_ids};
use super::fleet::{check_folders, check_receivers, fleet, folders};
use super::keys::{FILE, GROUP};
use super::merged::Merged;
use super::names::Names;
use super::shape::Kind;
use super::sheet::{self, Sheet};
use super::site::SharedSettings;
use super::source::Source;
use super::targets::check_targets;
use super::word::Word;
use super::written::Written;
use super::{Broken, Loaded, MANIFEST, Node};
use crate::diag::{Code, Diagnostic, explain};
use crate::model::{Folders, SiteSpec};
use crate::world::Files;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeString, DeTable, Error};

/// Reads the manifest of `files` and the tables it names.
pub(super) fn load(files: &dyn Files) -> Loaded {
    let missing = || {
        let hint = "go to the folder that holds it, name that folder with `--root`, or make a fleet with `hectare new`";
        Diagnostic::error(Code::ManifestMissing, format!("there is no `{MANIFEST}` here")).hint(hint)
    };
    match Source::read(files, MANIFEST, missing) {
        Ok(source) => read(files, &source),
        Err(mistake) => Loaded::nothing(vec![mistake]),
    }
}

fn read(files: &dyn Files, source: &Source) -> Loaded {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    if !errors.is_empty() {
        return Loaded::nothing(syntax(source, &errors));
    }
    let root = root.get_ref();
    let file = Merged::of(Some(root));
    let folders = folders(file.table("fleet"));
    let names = Names::new(files, &folders, root);
    let mut diagnostics = check_whole(source, &names, &folders, root);
    let tables = open_tables(files, source, &names, file, &mut diagnostics);
    let sheets = read_sheets(&tables, &mut diagnostics);
    let scope = Scope {
        names: &names,
        defaults: root.get("defaults").and_then(|defaults| defaults.get_ref().as_table()),
        group_faults: check_groups(source, &names),
        written: Written::new(source, file),
        settings: SharedSettings::default(),
    };
    let mut entries = entries(source, file, &sheets, &scope);
    report_shared_ids(&mut entries);
    diagnostics.extend(report_shared_addresses(&entries));
    diagnostics.extend(faults_of_unused_groups(&scope, &entries));
    let (sites, broken) = part(entries);
    diagnostics.sort_by(|one, other| one.place.cmp(&other.place));
    let usable = !diagnostics.iter().any(Diagnostic::is_error);
    Loaded { fleet: usable.then(|| fleet(file, folders, sites)), broken, diagnostics }
}

fn syntax(source: &Source, errors: &[Error]) -> Vec<Diagnostic> {
    let one = |error: &Error| {
        let place = source.place(error.span().unwrap_or(0..0));
        let advice = explain("TOML", error.message());
        Diagnostic::error(Code::ManifestSyntax, advice.message).at(place).hint(advice.hint)
    };
    let mut diagnostics: Vec<Diagnostic> = errors.iter().map(one).collect();
    diagnostics.sort_by(|one, other| one.place.cmp(&other.place));
    diagnostics
}

/// Checks everything but sites and groups, whose mistakes are theirs alone.
fn check_whole(source: &Source, names: &Names<'_>, folders: &Folders, root: &DeTable<'_>) -> Vec<Diagnostic> {
    let mut check = Check::new(source, names);
    for (name, value) in root {
        let is_apart = matches!(name.get_ref().as_ref(), "site" | "groups");
        if !is_apart || !FILE.key(name.get_ref()).is_some_and(|key| key.kind.takes(value.get_ref())) {
            check.entry(name, value, &FILE);
        }
    }
    check.needed(root, 0..0, &FILE);
    let layers = root.get("layers").and_then(|layers| layers.get_ref().as_table());
    for name in layers.into_iter().flat_map(|layers| layers.keys()) {
        check.word(Word::Layer, name.get_ref(), name.span());
    }
    check_folders(&mut check, source, root);
    check_receivers(&mut check, source, root);
    check_targets(&mut check, source, root, folders);
    check.done()
}

/// The mistakes of each group that has any.
fn check_groups<'a>(source: &Source, names: &Names<'a>) -> BTreeMap<&'a str, Vec<Diagnostic>> {
    let groups = names.groups.into_iter().flatten();
    let check = |(name, group): (&'a Spanned<DeString<'a>>, &'a Node<'a>)| {
        let mut check = Check::new(source, names);
        check.value(name.get_ref(), group, &Kind::Table(&GROUP));
        (name.get_ref().as_ref(), check.done())
    };
    groups.map(check).filter(|(_, found)| !found.is_empty()).collect()
}

fn open_tables(
    files: &dyn Files,
    source: &Source,
    names: &Names<'_>,
    file: Merged<'_>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Source> {
    let tables = file.list("sites").into_iter().flat_map(|tables| tables.iter());
    let named = tables.filter_map(|table| table.get_ref().as_table()?.get("from"));
    let open = |from: &Node<'_>| {
        let path = from.get_ref().as_str().filter(|path| Word::File.fault(path, names).is_none())?;
        let missing = || {
            let mistake = Diagnostic::error(Code::BadTable, format!("there is no table `{path}`"));
            mistake.at(source.place(from.span())).hint("the path is relative to `sites.toml`")
        };
        Source::read(files, path, missing).map_err(|mistake| found.push(mistake)).ok()
    };
    named.filter_map(open).collect()
}

fn read_sheets<'a>(tables: &'a [Source], found: &mut Vec<Diagnostic>) -> Vec<(&'a Source, Sheet<'a>)> {
    let read = |table: &'a Source| match sheet::read(table) {
        Ok(sheet) => Some((table, sheet)),
        Err(mistake) => {
            found.push(mistake);
            None
        }
    };
    tables.iter().filter_map(read).collect()
}

/// Parts the sites that can be built, in the order of their ids, from those that cannot.
fn part(entries: Vec<Entry<'_>>) -> (Vec<Arc<SiteSpec>>, Vec<Broken>) {
    let (mut sites, mut broken) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        match entry.finish() {
            Ok(site) => sites.push(site),
            Err(site) => broken.push(site),
        }
    }
    sites.sort_by(|one, other| one.id.cmp(&other.id));
    (sites, broken)
}
