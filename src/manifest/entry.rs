//! A site as it was written: as a `[[site]]` or as a row of a table.

use super::check::Check;
use super::keys::SITE;
use super::merged::Merged;
use super::names::Names;
use super::shape::Kind;
use super::sheet::Sheet;
use super::site::{SharedSettings, site};
use super::source::Source;
use super::written::Written;
use super::{Broken, MANIFEST, Node};
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::model::{SiteId, SiteSpec};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::sync::Arc;
use toml::de::DeTable;

/// One site, what was found wrong with it, and what it says when read with its group and the defaults.
pub(super) struct Entry<'a> {
    source: &'a Source,
    node: &'a Node<'a>,
    /// What it is called if its id cannot be used.
    position: String,
    spec: Option<Arc<SiteSpec>>,
    found: Vec<Diagnostic>,
}

/// What all sites share.
pub(super) struct Scope<'a> {
    /// What names can refer to.
    pub names: &'a Names<'a>,
    /// `[defaults]`.
    pub defaults: Option<&'a DeTable<'a>>,
    /// Mistakes in groups, by the groups' names.
    pub group_faults: BTreeMap<&'a str, Vec<Diagnostic>>,
    /// Where groups and defaults say what they say.
    pub written: Written<'a>,
    /// What sites chose so far.
    pub settings: SharedSettings,
}

impl<'a> Entry<'a> {
    /// Checks and reads a site; `found` is what is known to be wrong already.
    fn new(
        source: &'a Source,
        node: &'a Node<'a>,
        position: String,
        found: Vec<Diagnostic>,
        scope: &Scope<'a>,
    ) -> Self {
        let mut entry = Self { source, node, position, spec: None, found };
        entry.check(scope.names);
        entry.read(scope);
        entry
    }

    fn check(&mut self, names: &Names<'_>) {
        let mut check = Check::new(self.source, names);
        check.value("site", self.node, &Kind::Table(&SITE));
        if let (Some(_), Some(address)) = (self.own("domain"), self.own("base_url")) {
            let mistake = Diagnostic::error(Code::BadAddress, "a site has either a `domain` or a `base_url`, not both");
            check.report(mistake.at(self.source.place(address.span())).hint("remove one of them"));
        }
        self.found.extend(check.done());
    }

    fn read(&mut self, scope: &Scope<'a>) {
        let Some(table) = self.node.get_ref().as_table() else { return };
        let group = self.group();
        let group_faults = group.and_then(|name| scope.group_faults.get(name));
        self.found.extend(group_faults.into_iter().flatten().cloned());
        let whole = Merged::new(table, group.and_then(|name| scope.names.group(name)), scope.defaults);
        if whole.get("theme").is_none() {
            self.found.push(no_theme());
        }
        let declared = scope.written.site(self.source, self.node, group);
        self.spec = site(whole, declared, &scope.settings).map(Arc::new);
    }

    /// What the site itself says about `key`.
    fn own(&self, key: &str) -> Option<&'a Node<'a>> {
        self.node.get_ref().as_table()?.get(key)
    }

    /// The site's id, if it can be used.
    fn id(&self) -> Option<SiteId> {
        SiteId::parse(self.own("id")?.get_ref().as_str()?).ok()
    }

    /// The name of the site's group, if it has one.
    fn group(&self) -> Option<&'a str> {
        self.own("group")?.get_ref().as_str()
    }

    /// Where the first of `keys` that it has stands.
    fn place(&self, keys: &[&str]) -> Place {
        let node = keys.iter().find_map(|key| self.own(key)).unwrap_or(self.node);
        self.source.place(node.span())
    }

    /// The finished site, or what is wrong with it.
    pub(super) fn finish(self) -> Result<Arc<SiteSpec>, Broken> {
        let written_id = self.own("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
        let label = self.id().map_or(self.position, |id| id.to_string());
        match self.spec {
            Some(spec) if !self.found.iter().any(Diagnostic::is_error) => Ok(spec),
            _ => Err(Broken { label, written_id, diagnostics: self.found }),
        }
    }
}

/// The place is the file as a whole, so that 1500 sites without a theme are one message.
fn no_theme() -> Diagnostic {
    let hint = "write `theme = \"…\"` under `[defaults]`, in a group or in the site";
    Diagnostic::error(Code::MissingKey, "no theme is named").at(Place::file(MANIFEST)).hint(hint)
}

/// All sites, in the order in which they were written: those of the manifest, then those of the tables.
pub(super) fn entries<'a>(
    source: &'a Source,
    file: Merged<'a>,
    sheets: &'a [(&'a Source, Sheet<'a>)],
    scope: &Scope<'a>,
) -> Vec<Entry<'a>> {
    let rows = sheets.iter().map(|(_, sheet)| sheet.sites.len()).sum::<usize>();
    let sites = file.list("site").map_or(&[][..], |sites| sites);
    let mut entries = Vec::with_capacity(sites.len() + rows);
    for (at, node) in sites.iter().enumerate() {
        entries.push(Entry::new(source, node, ordinal(at + 1), Vec::new(), scope));
    }
    for (table, sheet) in sheets {
        for row in &sheet.sites {
            let found = sheet.faults.iter().chain(&row.faults).cloned().collect();
            let position = format!("row {} of {}", row.number, table.file());
            entries.push(Entry::new(table, &row.table, position, found, scope));
        }
    }
    entries
}

/// Which of the `[[site]]` tables it is, as a person counts them.
fn ordinal(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match WORDS.get(number - 1) {
        Some(word) => format!("the {word} [[site]]"),
        None => format!("[[site]] number {number}"),
    }
}

/// Sites that share an id are broken, all of them: nobody knows which one is meant.
pub(super) fn report_shared_ids(entries: &mut [Entry<'_>]) {
    let mut first: BTreeMap<SiteId, usize> = BTreeMap::new();
    for at in 0..entries.len() {
        let Some(id) = entries[at].id() else { continue };
        let message = format!("two sites have the id `{id}`");
        match first.entry(id) {
            Slot::Vacant(slot) => {
                slot.insert(at);
            }
            Slot::Occupied(slot) => {
                let mistake = Diagnostic::error(Code::DuplicateSite, message)
                    .at(entries[at].place(&["id"]))
                    .note("first here", Some(entries[*slot.get()].place(&["id"])))
                    .hint("give one of them another id");
                entries[*slot.get()].found.push(mistake.clone());
                entries[at].found.push(mistake);
            }
        }
    }
}

/// Two sites with one address can be built, but only one of them can be reached.
pub(super) fn report_shared_addresses(entries: &[Entry<'_>]) -> Vec<Diagnostic> {
    const KEYS: [&str; 3] = ["base_url", "domain", "id"];
    let mut first: BTreeMap<String, &Entry<'_>> = BTreeMap::new();
    let mut warnings = Vec::new();
    for entry in entries {
        let Some(spec) = &entry.spec else { continue };
        let address = format!("{}{}", spec.base_url.host(), spec.base_url.folder());
        let message = format!("two sites have the address `{address}`");
        match first.entry(address) {
            Slot::Vacant(slot) => {
                slot.insert(entry);
            }
            Slot::Occupied(slot) => warnings.push(
                Diagnostic::warning(Code::SharedAddress, message)
                    .at(entry.place(&KEYS))
                    .note("first here", Some(slot.get().place(&KEYS)))
                    .hint("give each site an address of its own"),
            ),
        }
    }
    warnings
}

/// Mistakes in groups that no site is in: they break nothing yet.
pub(super) fn faults_of_unused_groups(scope: &Scope<'_>, entries: &[Entry<'_>]) -> Vec<Diagnostic> {
    let is_used = |name: &str| entries.iter().any(|entry| entry.group() == Some(name));
    let unused = scope.group_faults.iter().filter(|(name, _)| !is_used(name));
    let faults = unused.flat_map(|(_, faults)| faults.iter().cloned());
    faults.map(|fault| Diagnostic { severity: Severity::Warning, ..fault }).collect()
}
