//! The functions of templates: arguments become questions, answers become values.

use super::answer::{find_file, find_taxonomy};
use super::arguments::Arguments;
use super::ask::{Answer, Fault, Question, Selection, Sort};
use super::head;
use super::phrase::phrase;
use super::template::FixedCall;
use super::values;
use super::visit::{Visit, here};
use super::vocabulary::FUNCTIONS;
use crate::diag::{list, nearest};
use std::sync::Arc;
use tera::{Kwargs, State, Tera, Value};

/// What a function does with the page being made and its arguments.
type Work = fn(&Visit, &Arguments<'_>, &Kwargs) -> Answer;

/// Every function with its work; those of Tera itself are missing here.
const WORK: [(&str, Work); 21] = [
    ("asset", |visit, given, _| file(visit, given, "url")),
    ("backlinks", |visit, _, _| about(visit, &Question::Backlinks)),
    ("breadcrumbs", |visit, _, _| match visit.page {
        Some(_) => visit.ask(&Question::Trail),
        None => Ok(Value::from(vec![visit.ask(&Question::Page("_index.md".to_owned()))?])),
    }),
    ("children", |visit, _, _| about(visit, &Question::Children)),
    ("data", |visit, given, _| visit.ask(&Question::Data(given.needed("name")?.to_owned()))),
    ("feeds", |visit, _, _| visit.ask(&Question::Feeds)),
    ("head", |visit, _, _| head::head(visit)),
    ("image", image),
    ("integrity", integrity),
    ("menu", |visit, given, _| visit.menu(given.needed("name")?)),
    ("next", |visit, _, _| neighbour(visit, &Question::Next)),
    ("page", |visit, given, _| visit.ask(&Question::Page(address(given.needed("path")?)))),
    ("pages", pages),
    ("paginator", paginator),
    ("previous", |visit, _, _| neighbour(visit, &Question::Previous)),
    ("related", |visit, given, _| {
        let limit = given.count("limit")?.unwrap_or(visit.site().spec.settings.related);
        about(visit, &Question::Related(limit))
    }),
    ("section", |visit, given, _| visit.ask(&Question::Section(address(given.needed("path")?)))),
    ("t", phrase),
    ("taxonomies", |visit, _, _| visit.ask(&Question::Taxonomies)),
    ("terms", terms),
    ("url", url),
];

/// A call with its arguments, which are the same on every page.
#[derive(Debug)]
pub(super) struct Call {
    name: &'static str,
    work: Work,
    given: Kwargs,
}

impl Call {
    /// The call that a template writes out; none if there is no such function.
    pub(super) fn new(fixed: &FixedCall) -> Option<Self> {
        let (name, work) = WORK.into_iter().find(|(name, _)| *name == fixed.function)?;
        let given = fixed.arguments.iter().map(|(name, text)| (name.clone().into(), Value::from(text.as_str())));
        Some(Self { name, work, given: Kwargs::new(Arc::new(given.collect())) })
    }

    /// What it answers on the page being made.
    pub(super) fn answer(&self, visit: &Visit) -> Answer {
        (self.work)(visit, &Arguments::new(self.name, &self.given), &self.given)
    }
}

/// Teaches `tera` all functions.
pub(super) fn register(tera: &mut Tera) {
    for (name, work) in WORK {
        tera.register_function(name, move |given: Kwargs, _: &State| {
            here(|visit| work(visit, &Arguments::new(name, &given), &given))
        });
    }
}

/// All names that a template can call.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name).chain(super::vocabulary::OTHER_FUNCTIONS)
}

/// One spelling for one page, so that one question is asked once.
fn address(path: &str) -> String {
    path.strip_prefix("@/").unwrap_or(path).to_owned()
}

/// A list about the current page; `404.html` has none.
fn about(visit: &Visit, question: &Question) -> Answer {
    visit.page.map_or_else(|| Ok(Value::from(Vec::<Value>::new())), |_| visit.ask(question))
}

fn neighbour(visit: &Visit, question: &Question) -> Answer {
    visit.page.map_or_else(|| Ok(Value::none()), |_| visit.ask(question))
}

fn paginator(visit: &Visit, _: &Arguments<'_>, _: &Kwargs) -> Answer {
    match visit.page {
        Some(_) => visit.ask(&Question::Slice),
        None => Ok(no_entries()),
    }
}

/// The list of `404.html`: it has the same fields as any other, and nothing in them.
fn no_entries() -> Value {
    let nothing = || Value::from(Vec::<Value>::new());
    values::map([
        ("first", Value::none()),
        ("last", Value::none()),
        ("next", Value::none()),
        ("number", Value::from(1)),
        ("numbers", nothing()),
        ("pages", nothing()),
        ("previous", Value::none()),
        ("total", Value::from(1)),
    ])
}

fn pages(visit: &Visit, given: &Arguments<'_>, _: &Kwargs) -> Answer {
    const KINDS: [&str; 6] = ["any", "home", "page", "section", "taxonomy", "term"];
    let kind = given.text("kind")?.unwrap_or("page");
    one_of("kind", kind, &KINDS)?;
    let sort = match given.text("sort")? {
        None | Some("date") => Sort::Date,
        Some("updated") => Sort::Updated,
        Some("title") => Sort::Title,
        Some("weight") => Sort::Weight,
        Some(other) => return one_of("sort", other, &["date", "updated", "title", "weight"]).map(|()| Value::none()),
    };
    visit.ask(&Question::Pages(Selection {
        section: given.text("section")?.map(address),
        recursive: given.flag("recursive")?,
        of: given.text("of")?.map(address),
        taxonomy: given.text("taxonomy")?.map(str::to_owned),
        term: given.text("term")?.map(str::to_owned),
        kind: kind.to_owned(),
        sort,
        reverse: given.flag("reverse")?,
        offset: given.count("offset")?.unwrap_or_default(),
        limit: given.count("limit")?,
    }))
}

fn one_of(argument: &str, written: &str, choices: &[&'static str]) -> Result<(), Fault> {
    if choices.contains(&written) {
        return Ok(());
    }
    let fault = Fault::new(format!("`{argument}` of `pages` cannot be `{written}`"));
    Err(match nearest(written, choices.iter().copied()) {
        Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
        None => fault.hint(format!("it is one of {}", list(choices.iter().copied()))),
    })
}

fn terms(visit: &Visit, given: &Arguments<'_>, _: &Kwargs) -> Answer {
    let taxonomy = given.needed("taxonomy")?;
    match given.text("page")? {
        // The page that is not there has no terms; its template may be made of the same parts as all others.
        Some("404.html") if visit.page.is_none() => Ok(Value::from(Vec::<Value>::new())),
        Some(page) => {
            let taxonomy = find_taxonomy(visit.site(), taxonomy)?;
            let is_own = visit.page.is_some_and(|own| *visit.site().page(own).key == *page);
            visit.ask(&if is_own { Question::OwnTerms(taxonomy) } else { Question::TermsOf(taxonomy, page.to_owned()) })
        }
        None => visit.ask(&Question::Terms(taxonomy.to_owned())),
    }
}

/// One thing about a file.
fn file(visit: &Visit, given: &Arguments<'_>, field: &'static str) -> Answer {
    let key = find_file(visit.site(), visit.page, given.needed("path")?)?;
    let file = visit.ask(&Question::File(key.to_owned()))?;
    Ok(values::field(&file, field).cloned().unwrap_or_else(Value::none))
}

fn image(visit: &Visit, given: &Arguments<'_>, _: &Kwargs) -> Answer {
    let picture = file(visit, given, "picture")?;
    if picture.is_none() {
        Err(Fault::new("the file is not a picture").hint("`asset` gives the link to any file"))
    } else {
        Ok(picture)
    }
}

fn integrity(visit: &Visit, given: &Arguments<'_>, _: &Kwargs) -> Answer {
    let integrity = file(visit, given, "integrity")?;
    if integrity.is_none() {
        Err(Fault::new("only styles and scripts have an integrity value")
            .hint("leave `integrity` away for other files"))
    } else {
        Ok(integrity)
    }
}

fn url(visit: &Visit, given: &Arguments<'_>, _: &Kwargs) -> Answer {
    let link = visit.ask(&Question::Link(given.needed("path")?.to_owned()))?;
    match (given.flag("absolute")?, link.as_str()) {
        (true, Some(link)) => Ok(Value::from(absolute(visit, link))),
        _ => Ok(link),
    }
}

/// The full address of a link of the site.
pub(super) fn absolute(visit: &Visit, link: &str) -> String {
    if link.starts_with('/') && !link.starts_with("//") {
        format!("{}{link}", visit.site().spec.base_url.origin())
    } else {
        link.to_owned()
    }
}
