//! A theme, compiled.

use super::failure::Failure;
use super::functions::Call;
use super::load::Templates;
use super::print::Print;
use super::template::{Prepared, prepare};
use super::visit::{Visit, during};
use super::{Markdown, escape, filters, functions};
use crate::diag::{Code, Diagnostic, Outcome};
use crate::model::Digest;
use crate::theme::Theme;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use tera::{Context, Tera};

/// A compiled theme, shared by all its sites.
pub struct Engine {
    theme: Arc<Theme>,
    tera: Tera,
    templates: Vec<Prepared>,
    names: BTreeMap<String, usize>,
    calls: Arc<[Vec<Call>]>,
    paginating: Vec<bool>,
    print: OnceLock<Digest>,
}

impl Engine {
    /// Compiles `theme`; `minify` folds the white space of its templates, `markdown` is what their filter of that name does.
    pub fn compile(theme: Theme, minify: bool, markdown: Markdown) -> Outcome<Self> {
        let mut diagnostics = Vec::new();
        let names = names(&theme);
        let find = |name: &str| names.get(name).copied();
        let full_name = |name: &str| find(name).map(|number| theme.templates[number].name.clone());
        let written = theme.templates.iter().cloned().enumerate();
        let templates: Vec<Prepared> =
            written.map(|(number, template)| prepare(template, number, minify, &full_name, &mut diagnostics)).collect();
        let all = Templates { templates: &templates, find: &find };
        diagnostics.extend(all.dangling());
        let tera = if diagnostics.is_empty() {
            compiled(&templates, markdown).map_err(|error| all.refused(&error))
        } else {
            Err(Vec::new())
        };
        match tera {
            Ok(tera) => {
                let paginating = paginating(&templates, find);
                let calls = templates.iter().map(|template| template.fixed.iter().filter_map(Call::new).collect());
                let calls = calls.collect();
                let (theme, print) = (Arc::new(theme), OnceLock::new());
                Outcome::of(Self { theme, tera, templates, names, calls, paginating, print }, diagnostics)
            }
            Err(refused) => {
                diagnostics.extend(refused);
                Outcome::failed(diagnostics)
            }
        }
    }

    /// The theme that was compiled.
    pub fn theme(&self) -> &Theme {
        &self.theme
    }

    /// The digest of everything that its pages are made by, but for words and files, for which templates ask.
    pub(super) fn print(&self) -> Digest {
        *self.print.get_or_init(|| {
            let mut print = Print::new();
            print.value(&(&self.theme.chain, &self.theme.tokens));
            for template in &self.templates {
                let written = &template.written;
                [&written.name, &written.text, &template.text].into_iter().for_each(|text| print.text(text));
            }
            print.finish()
        })
    }

    /// The same, for a desk to hold.
    pub(super) fn theme_shared(&self) -> Arc<Theme> {
        self.theme.clone()
    }

    /// What is wrong about a page that names the template `name`, if anything is.
    pub fn missing(&self, name: &str) -> Option<Diagnostic> {
        self.find(name).is_none().then(|| self.no_template(name))
    }

    /// The names that find a template, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The template that a full or short name finds.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// Whether a template, or one that it is made of, asks for one page of a long list.
    pub(super) fn paginates(&self, template: usize) -> bool {
        self.paginating[template]
    }

    /// What is wrong about asking for the template `name`.
    pub(super) fn no_template(&self, name: &str) -> Diagnostic {
        let find = |name: &str| self.find(name);
        let all = Templates { templates: &self.templates, find: &find };
        let message = format!("theme `{}` has no template `{name}`", self.theme.name);
        Diagnostic::error(Code::TemplateMissing, message).hint(all.meant(name))
    }

    /// Renders a template into at most `most` bytes; about `expected` are needed. Also tells the numbers of the questions that it asked.
    pub(super) fn render(
        &self,
        template: usize,
        context: &Context,
        visit: Visit,
        most: usize,
        expected: usize,
    ) -> Result<(Vec<u8>, Vec<u32>), Diagnostic> {
        let mut paper = Paper { bytes: Vec::with_capacity(expected), most, full: false };
        let name = &self.templates[template].written.name;
        let visit = visit.with_calls(self.calls.clone());
        let limit = visit.site().spec.settings.limits.page_bytes;
        let (rendered, visit) = during(visit, || self.tera.render_to(name, context, &mut paper));
        match rendered {
            Ok(()) => Ok((paper.bytes, visit.map(Visit::into_asked).unwrap_or_default())),
            Err(error) => {
                let outgrown = paper.full.then_some(limit);
                let failure = Failure { templates: &self.templates, error: &error, visit: visit.as_ref(), outgrown };
                Err(failure.diagnostic())
            }
        }
    }
}

/// All names that find a template: full ones, short ones that find the template that wins, and those that a theme has from the
/// themes it extends. `journal/page.html` means `base/page.html` where `journal` has no page of its own, so that nobody has to know
/// which theme of the chain holds a file.
fn names(theme: &Theme) -> BTreeMap<String, usize> {
    let full = theme.templates.iter().enumerate().map(|(number, template)| (template.name.clone(), number));
    let mut names: BTreeMap<_, _> = full.collect();
    for (number, template) in theme.templates.iter().enumerate() {
        let Some((origin, short)) = template.name.split_once('/') else { continue };
        let heirs = theme.chain.iter().position(|link| link == origin).unwrap_or_default();
        for heir in &theme.chain[..heirs] {
            names.entry(format!("{heir}/{short}")).or_insert(number);
        }
        names.entry(short.to_owned()).or_insert(number);
    }
    names
}

fn compiled(templates: &[Prepared], markdown: Markdown) -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.set_escape_fn(escape::escape);
    // Every name ends like this: whatever hectare renders becomes part of a page.
    tera.autoescape_on([""]);
    filters::register(&mut tera, markdown);
    functions::register(&mut tera);
    tera.add_raw_templates(templates.iter().map(|template| (&template.written.name, &template.text)))?;
    Ok(tera)
}

/// For each template, whether it or one that it extends, includes or calls asks for one page of a list.
fn paginating(templates: &[Prepared], find: impl Fn(&str) -> Option<usize>) -> Vec<bool> {
    let mut asks: Vec<bool> = templates.iter().map(|template| template.paginates).collect();
    loop {
        let reaches = |template: &Prepared| {
            let named = template.references.iter().filter_map(|reference| find(&reference.name));
            let defines =
                |name: &String| templates.iter().position(|other| other.components.iter().any(|(it, _)| it == name));
            named.chain(template.calls.iter().filter_map(defines)).any(|other| asks[other])
        };
        let next: Vec<bool> = templates.iter().zip(&asks).map(|(template, asks)| *asks || reaches(template)).collect();
        if next == asks {
            return asks;
        }
        asks = next;
    }
}

/// What a page is written on; it has an end.
struct Paper {
    bytes: Vec<u8>,
    most: usize,
    full: bool,
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > self.most {
            self.full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
