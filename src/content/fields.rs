//! Front matter key by key: each value becomes what its key stands for, and every mistake is kept.

use super::Context;
use super::front::{Fault, FrontMatter, Label, known_keys, unknown_key};
use super::pages_from::PagesFrom;
use super::values::kind;
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{Data, OutPath, Robots, Route, Stamp, StampFault, Table, slug};
use std::sync::Arc;

/// The longest list that one page may write: far above honest ones, far below those that stop the farm.
const LONGEST_LIST: usize = 1000;

/// Takes the values of one front matter.
pub(super) struct Reader<'a> {
    context: &'a Context<'a>,
    pub(super) front: FrontMatter,
    pub(super) faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        let mut front = FrontMatter::default();
        front.terms.resize_with(context.spec.settings.taxonomies.len(), Vec::new);
        Self { context, front, faults: Vec::new() }
    }

    pub(super) fn take(&mut self, key: &str, value: Data) {
        match key {
            _ if value.is_null() => {}
            "title" => self.front.title = self.words(key, value),
            "description" => self.front.description = self.words(key, value),
            "author" => self.front.author = self.words(key, value),
            "template" => self.front.template = self.words(key, value),
            "image" => self.front.image = self.words(key, value),
            "date" => self.front.date = self.stamp(key, &value),
            "updated" => self.front.updated = self.stamp(key, &value),
            "publish" => self.front.publish = self.stamp(key, &value),
            "expire" => self.front.expire = self.stamp(key, &value),
            "slug" => self.front.slug = self.slug(key, value),
            "path" => self.front.path = self.text(key, value).and_then(|path| self.route(key, &path)),
            "aliases" => self.front.aliases = self.routes(key, value),
            "draft" => self.front.draft = self.truth(key, &value).unwrap_or_default(),
            "sitemap" => self.front.sitemap = self.truth(key, &value),
            "weight" => self.front.weight = self.whole(key, &value),
            "paginate" => self.front.paginate = self.count(key, &value),
            "only_on" => self.front.only_on = Some(self.audience(key, value)),
            "not_on" => self.front.not_on = self.audience(key, value),
            "robots" => self.front.robots = self.robots(key, value),
            "cascade" => self.front.cascade = self.table(key, value),
            "pages_from" => self.front.pages_from = self.pages_from(key, value),
            "extra" => self.front.extra = self.table(key, value),
            "taxonomies" => self.taxonomies(key, value),
            _ => self.labels(key, value),
        }
    }

    fn refuse(&mut self, key: &str, diagnostic: Diagnostic) {
        self.faults.push(Fault::new(key, diagnostic));
    }

    fn wrong(&mut self, key: &str, wanted: &str, found: &Data) {
        let found = match found {
            // JSON has no whole numbers of that size.
            Data::Number(number) if number.as_f64().is_some_and(|value| value.abs() >= i64::MAX as f64) => {
                "one that large"
            }
            _ => kind(found),
        };
        let message = format!("`{key}` has to be {wanted}, not {found}");
        let hint = match wanted {
            "`true` or `false`" => "write `true` or `false` without quotes",
            "a table" => "write its keys on lines of their own, below the name of the table",
            _ if wanted.starts_with("a whole number") => "write it without quotes and without a decimal point",
            _ => "write it in quotes; a list of texts stands in square brackets",
        };
        self.refuse(key, Diagnostic::error(Code::FrontMatterType, message).hint(hint));
    }

    /// Text, or a number that is meant as text; nothing if it is blank.
    fn text(&mut self, key: &str, value: Data) -> Option<String> {
        match value {
            Data::String(text) => Some(text).filter(|text| !text.trim().is_empty()),
            Data::Number(number) => Some(number.to_string()),
            other => {
                self.wrong(key, "text", &other);
                None
            }
        }
    }

    fn words(&mut self, key: &str, value: Data) -> Option<Arc<str>> {
        self.text(key, value).map(|text| text.trim().into())
    }

    /// One text or a list of texts.
    fn texts(&mut self, key: &str, value: Data) -> Vec<String> {
        match value {
            Data::Array(list) if list.len() > LONGEST_LIST => {
                let message = format!("`{key}` has {} entries, the limit is {LONGEST_LIST}", list.len());
                let hint = "one page cannot need that many; move the others to other pages";
                self.refuse(key, Diagnostic::error(Code::FrontMatterType, message).hint(hint));
                Vec::new()
            }
            Data::Array(list) => list.into_iter().filter_map(|entry| self.text(key, entry)).collect(),
            Data::String(_) | Data::Number(_) => self.text(key, value).into_iter().collect(),
            other => {
                self.wrong(key, "text or a list of texts", &other);
                Vec::new()
            }
        }
    }

    fn truth(&mut self, key: &str, value: &Data) -> Option<bool> {
        let written = match value {
            Data::String(text) => text.trim().parse().ok(),
            other => other.as_bool(),
        };
        if written.is_none() {
            self.wrong(key, "`true` or `false`", value);
        }
        written
    }

    /// A whole number; tables that come from a spreadsheet hold it as text.
    fn whole(&mut self, key: &str, value: &Data) -> Option<i64> {
        let written = match value {
            Data::String(text) => text.trim().parse().ok(),
            other => other.as_i64(),
        };
        if written.is_none() {
            self.wrong(key, "a whole number", value);
        }
        written
    }

    fn count(&mut self, key: &str, value: &Data) -> Option<usize> {
        let written = value.as_u64().and_then(|count| usize::try_from(count).ok());
        if written.is_none() {
            self.wrong(key, "a whole number from 0", value);
        }
        written
    }

    fn table(&mut self, key: &str, value: Data) -> Table {
        match value {
            Data::Object(table) => table,
            other => {
                self.wrong(key, "a table", &other);
                Table::new()
            }
        }
    }

    fn pages_from(&mut self, key: &str, value: Data) -> Option<PagesFrom> {
        let table = self.table(key, value);
        let (pages_from, faults) = PagesFrom::read(self.context, table);
        self.faults.extend(faults);
        pages_from
    }

    fn stamp(&mut self, key: &str, value: &Data) -> Option<Stamp> {
        let text = match value {
            Data::String(text) if text.trim().is_empty() => return None,
            Data::String(text) => text.clone(),
            other => other.to_string(),
        };
        match Stamp::parse(&text, &self.context.zone) {
            Ok(stamp) => Some(stamp),
            Err(fault) => {
                let hint = match fault {
                    StampFault::NoDate => "write `2026-03-01` or `2026-03-01T08:30:00`",
                    StampFault::OutOfRange => {
                        "write one from `-009999-01-03` to `9999-12-30T22:00:00Z`, or leave it away"
                    }
                };
                let message = format!("`{key}` is {fault}: `{text}`");
                self.refuse(key, Diagnostic::error(Code::BadDate, message).hint(hint));
                None
            }
        }
    }

    fn slug(&mut self, key: &str, value: Data) -> Option<Arc<str>> {
        let text = self.text(key, value)?;
        let fault = if text.contains('/') {
            "it has more than one part".to_owned()
        } else {
            match OutPath::parse(&text) {
                Ok(_) => return Some(text.into()),
                Err(fault) => fault.to_string(),
            }
        };
        let diagnostic = Diagnostic::error(Code::BadPath, format!("`{text}` cannot be a slug: {fault}"))
            .hint("a slug is the last part of the address; `path` sets the whole of it");
        self.refuse(key, diagnostic);
        None
    }

    fn route(&mut self, key: &str, path: &str) -> Option<Route> {
        let route = Route::verbatim(path.trim());
        match route.out_path() {
            Ok(_) => Some(route),
            Err(fault) => {
                let message = format!("`{path}` cannot be a path of the site: {fault}");
                let hint = "write a path below the home page, such as `/garden/beds/`";
                self.refuse(key, Diagnostic::error(Code::BadPath, message).hint(hint));
                None
            }
        }
    }

    fn routes(&mut self, key: &str, value: Data) -> Vec<Route> {
        self.texts(key, value).iter().filter_map(|path| self.route(key, path)).collect()
    }

    /// Names of sites, groups and tags; a name that nothing in the fleet has is most likely a slip.
    fn audience(&mut self, key: &str, value: Data) -> Vec<String> {
        let words = self.texts(key, value);
        let names = self.context.names;
        self.context.conditions().names.extend(words.iter().cloned());
        for word in words.iter().filter(|word| !names.contains(word.as_str())) {
            let message = format!("no site, group or tag is called `{word}`");
            let hint = match nearest(word, names.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`hectare list` shows the sites and their groups".to_owned(),
            };
            self.refuse(key, Diagnostic::warning(Code::UnknownName, message).hint(hint));
        }
        words
    }

    fn robots(&mut self, key: &str, value: Data) -> Robots {
        const WORDS: [&str; 6] = ["all", "follow", "index", "nofollow", "noindex", "none"];
        let mut robots = Robots::default();
        for word in self.texts(key, value).iter().flat_map(|text| text.split(',')).map(str::trim) {
            match word {
                "all" | "index" | "follow" => {}
                "noindex" => robots.index = false,
                "nofollow" => robots.follow = false,
                "none" => robots = Robots { index: false, follow: false },
                _ => {
                    let hint = match nearest(word, WORDS) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("the choices are {}", list(WORDS)),
                    };
                    let message = format!("`{word}` says nothing to search engines");
                    self.refuse(key, Diagnostic::error(Code::FrontMatterType, message).hint(hint));
                }
            }
        }
        robots
    }

    fn taxonomies(&mut self, key: &str, value: Data) {
        for (name, value) in self.table(key, value) {
            self.labels(&name, value);
        }
    }

    /// The terms of the taxonomy `key`, each once; a key that is no taxonomy either is unknown.
    fn labels(&mut self, key: &str, value: Data) {
        let taxonomies = &self.context.spec.settings.taxonomies;
        let Some(index) = taxonomies.iter().position(|taxonomy| taxonomy.name == key) else {
            let known: Vec<&str> = known_keys(self.context).collect();
            self.faults.push(unknown_key(key, known.iter().copied()));
            return;
        };
        for name in self.texts(key, value) {
            let label = Label { slug: slug(&name), name: name.trim().into() };
            if label.slug.is_empty() {
                let message = format!("`{name}` cannot be a term: it has neither letters nor digits for an address");
                let hint = "write a word with letters, or remove it";
                self.refuse(key, Diagnostic::error(Code::FrontMatterType, message).hint(hint));
            } else if self.front.terms[index].iter().all(|known| known.slug != label.slug) {
                self.front.terms[index].push(label);
            }
        }
    }
}
