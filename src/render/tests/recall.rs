//! Sheets that need not be printed again. Whatever a template can learn, it either asks for or it belongs to its own page: for every
//! function there is a change here that shows, and no sheet on which it shows is taken for one that stays as it was.

use super::garden::{ABOUT, BEDS, GARDEN, HOME, SOIL, TAGS, TOOLS, WOOD, asset, compile, site, site_with};
use crate::model::{Language, Media, Resource, Route, Site};
use crate::render::vocabulary::FUNCTIONS;
use crate::render::{Account, Engine, Press, Transcript};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A function, a template that calls it, and a change of the site that shows in what it answers.
type Case = (&'static str, &'static str, fn(&mut Site));

const CASES: [Case; 37] = [
    ("asset", "{{ asset(path=\"css/site.css\") }}", |site| renew(site, "theme:css/site.css", Media::Css)),
    ("asset", "{{ asset(path=\"css/site.css\") }}", |site| {
        let resource = Resource { name: "css/site.css".into(), asset: "static:favicon.ico".into() };
        site.pages[BEDS.index()].resources.push(resource);
    }),
    ("asset", "{{ asset(path=\"favicon.ico\") }}", |site| renew(site, "theme:favicon.ico", Media::Css)),
    ("backlinks", "{{ backlinks() | json }}", |site| site.backlinks[BEDS.index()].clear()),
    ("backlinks", "{{ backlinks() | json }}", |site| retitle(site, ABOUT.index())),
    ("breadcrumbs", "{{ breadcrumbs() | json }}", |site| retitle(site, GARDEN.index())),
    ("children", "{{ children() | json }}", |site| retitle(site, SOIL.index())),
    ("children", "{{ children() | json }}", |site| site.pages[GARDEN.index()].children.truncate(1)),
    ("data", "{{ data(name=\"prices\") | json }}", |site| drop(site.data.insert("prices".into(), 3.into()))),
    ("feeds", "{{ feeds() | json }}", |site| retitle(site, GARDEN.index())),
    ("feeds", "{{ feeds() | json }}", |site| site.pages.iter_mut().for_each(|page| page.date = None)),
    ("head", "{{ head() }}", |site| site.pages[ABOUT.index()].robots.index = false),
    ("head", "{{ head() }}", |site| retitle(site, GARDEN.index())),
    ("head", "{{ head() }}", |site| site.texts[ABOUT.index()].plain_summary = "Something else".into()),
    ("head", "{{ head() }}{{ paginator()[\"total\"] }}", |site| site.pages[GARDEN.index()].paginate = 1),
    ("head", "{{ head() }}", |site| site.pages.iter_mut().for_each(|page| page.date = None)),
    ("image", "{% if page.key == \"garden/beds.md\" %}{{ image(path=\"bed.jpg\") | json }}{% endif %}", |site| {
        renew(site, "content/garden/garden/beds/bed.jpg", Media::of_extension("jpg"));
    }),
    ("integrity", "{{ integrity(path=\"css/site.css\") }}", |site| {
        let mut changed = (*site.assets["theme:css/site.css"]).clone();
        changed.integrity = Some("sha384-def".into());
        site.assets.insert("theme:css/site.css".into(), Arc::new(changed));
    }),
    ("menu", "{{ menu(name=\"main\") | json }}", |site| move_to(site, GARDEN.index(), "/plants/")),
    ("menu", "{{ menu(name=\"main\") | json }}", |site| site.pages[SOIL.index()].parent = Some(HOME)),
    ("next", "{{ next() | json }}", |site| site.pages[SOIL.index()].next = None),
    ("next", "{{ next() | json }}", |site| retitle(site, BEDS.index())),
    ("page", "{{ page(path=\"about.md\") | json }}", |site| site.pages[ABOUT.index()].weight = Some(7)),
    ("pages", "{{ pages(limit=2) | json }}", |site| site.texts[SOIL.index()].words = 9),
    ("pages", "{{ pages(section=\"garden\") | json }}", |site| site.pages[GARDEN.index()].children.truncate(1)),
    ("paginator", "{{ paginator() | json }}", |site| retitle(site, BEDS.index())),
    ("paginator", "{{ paginator() | json }}", |site| site.pages[GARDEN.index()].children.reverse()),
    ("previous", "{{ previous() | json }}", |site| retitle(site, SOIL.index())),
    ("related", "{{ related() | json }}", |site| site.pages[SOIL.index()].terms = vec![Vec::new()]),
    ("section", "{{ section(path=\"garden\") | json }}", |site| retitle(site, TOOLS.index())),
    ("t", "{{ t(key=\"hello\", name=\"Ada\") }}", |site| {
        Arc::get_mut(&mut site.spec).unwrap().language = Language::parse("de").unwrap();
    }),
    ("taxonomies", "{{ taxonomies() | json }}", |site| move_to(site, TAGS.index(), "/themes/")),
    ("terms", "{{ terms(taxonomy=\"tags\") | json }}", |site| site.pages[WOOD.index()].children.truncate(1)),
    ("terms", "{{ terms(taxonomy=\"tags\", page=page.key) | json }}", |site| retitle(site, WOOD.index())),
    ("terms", "{{ terms(taxonomy=\"tags\", page=\"garden/beds.md\") | json }}", |site| {
        site.pages[BEDS.index()].terms = vec![Vec::new()];
    }),
    ("url", "{{ url(path=\"@/about.md#why\") }}", |site| move_to(site, ABOUT.index(), "/us/")),
    ("markdown", "{{ \"<b>x</b>\" | markdown }}", |site| site.pages[ABOUT.index()].raw_html = false),
];

fn renew(site: &mut Site, key: &str, media: Media) {
    site.assets.insert(key.into(), asset("_a/another.file", media));
}

fn retitle(site: &mut Site, page: usize) {
    site.pages[page].title = "Another title".into();
}

fn move_to(site: &mut Site, page: usize, route: &str) {
    site.pages[page].route = Route::verbatim(route);
}

fn engine(template: &str) -> Arc<Engine> {
    let names = ["home.html", "section.html", "page.html", "taxonomy.html", "term.html", "404.html"];
    compile(&names.map(|name| (name, template))).unwrap()
}

/// What printing all sheets of a site comes to.
fn printed(site: Site, engine: &Arc<Engine>) -> (BTreeMap<String, Account>, Transcript) {
    let press = Press::listening(Arc::new(site), Arc::clone(engine), Arc::default());
    let accounts: Vec<_> = press.sheets().iter().map(|sheet| press.print(sheet).unwrap().account.unwrap()).collect();
    let by_file = accounts.iter().map(|account| (account.out.clone(), account.clone())).collect();
    (by_file, press.transcript(accounts).unwrap())
}

#[test]
fn what_a_function_tells_is_known_to_the_sheets_that_show_it() {
    for (function, template, change) in CASES {
        let engine = engine(template);
        let (before, transcript) = printed(site(), &engine);
        let mut changed = site();
        change(&mut changed);
        let mut again = site();
        change(&mut again);
        let (after, _) = printed(changed, &engine);
        let differs = |out: &String| before.get(out).map(Account::digest) != after.get(out).map(Account::digest);
        assert!(after.keys().any(differs), "{function}: the change shows in {template}");
        let press = Press::listening(Arc::new(again), engine, Arc::new(transcript));
        for sheet in press.sheets() {
            let (out, recalled) = (sheet.out.to_string(), press.recall(&sheet));
            assert!(recalled.is_none() || !differs(&out), "{function}: {out} is taken for what it was: {template}");
        }
    }
}

/// Functions that tell nothing of the site.
const UNASKING: [&str; 2] = ["range", "refuse"];

#[test]
fn there_is_a_case_for_every_function() {
    let without: Vec<_> = FUNCTIONS
        .iter()
        .filter(|(name, _)| !UNASKING.contains(name) && !CASES.iter().any(|case| case.0 == *name))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn every_sheet_of_an_unchanged_site_is_recalled_in_every_run() {
    let engine = engine(
        "{{ head() }}{{ related() | json }}{{ paginator() | json }}{{ terms(taxonomy=\"tags\", page=page.key) | json }}",
    );
    let (accounts, mut transcript) = printed(site(), &engine);
    for _ in 0..2 {
        let press = Press::listening(Arc::new(site()), Arc::clone(&engine), Arc::new(transcript.clone()));
        let recalled: Vec<_> = press.sheets().iter().map(|sheet| press.recall(sheet).unwrap()).collect();
        assert_eq!(recalled.len(), accounts.len());
        let next = press.transcript(recalled).unwrap();
        assert_eq!(next, transcript);
        transcript = next;
    }
}

#[test]
fn a_change_that_shows_nowhere_else_is_one_sheet() {
    let engine = engine("{{ head() }}{{ page.content }}{{ related() | json }}");
    let (_, transcript) = printed(site(), &engine);
    let mut changed = site();
    changed.texts[SOIL.index()].html = "<p>Rewritten.</p>".into();
    let press = Press::listening(Arc::new(changed), engine, Arc::new(transcript));
    let new: Vec<_> = press.sheets().into_iter().filter(|sheet| press.recall(sheet).is_none()).collect();
    assert_eq!(new.iter().map(|sheet| sheet.out.as_str()).collect::<Vec<_>>(), ["garden/soil/index.html"]);
}

#[test]
fn settings_and_templates_change_everything() {
    let engine_before = engine("{{ page.title }}");
    let (_, transcript) = printed(site(), &engine_before);
    let with = |site: Site, engine: Arc<Engine>| {
        let press = Press::listening(Arc::new(site), engine, Arc::new(transcript.clone()));
        press.sheets().iter().filter(|sheet| press.recall(sheet).is_some()).count()
    };
    assert_eq!(with(site(), Arc::clone(&engine_before)), 10);
    assert_eq!(with(site(), engine("{{ page.title }} ")), 0);
    assert_eq!(with(site_with(|spec| spec.title = "Another".into()), engine_before), 0);
}
