//! The kinds of edits that other programs of our kind stumble over, each with a name of its own.

use super::drive::Program;
use super::edit::{Run, Step};
use super::page::with_key;
use super::repository;
use super::sources::{Bytes, Change, Sources};
use super::trial::Trial;

/// What an edit has to do to a finished file.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Comes(&'static str),
    Changes(&'static str),
    Goes(&'static str),
}

/// Makes the edit in a repository that has everything, and looks for what it has to do; then takes it back.
#[track_caller]
fn follows(seen: Seen, edit: impl FnOnce(&Sources) -> Vec<Change>) {
    let mut trial =
        Trial::new(Sources::new(repository::full()), true, Program::default(), Box::new(Program::default()));
    let before = trial.sites.clone();
    let step = Step { changes: edit(&trial.sources), run: Run::Plain };
    trial.step(&step).unwrap();
    let find = |sites: &super::place::Sites, path: &str| {
        let (site, path) = path.split_once('/').unwrap();
        sites[site].get(path).cloned()
    };
    let is_so = match seen {
        Seen::Comes(path) => find(&before, path).is_none() && find(&trial.sites, path).is_some(),
        Seen::Changes(path) => {
            let (before, after) = (find(&before, path), find(&trial.sites, path));
            before.is_some() && after.is_some() && before != after
        }
        Seen::Goes(path) => find(&before, path).is_some() && find(&trial.sites, path).is_none(),
    };
    assert!(is_so && trial.is_good, "{seen:?} after {:?}", step.changes);
    trial.compare_programs().unwrap();
    let back = Sources::new(repository::full()).files;
    let gone = trial.sources.files.keys().filter(|path| !back.contains_key(*path)).cloned().map(Change::Delete);
    let today = Change::Clock(-trial.sources.day);
    let changes = std::iter::once(today)
        .chain(gone)
        .chain(back.clone().into_iter().map(|(path, bytes)| Change::write(path, bytes)))
        .collect();
    trial.step(&Step { changes, run: Run::Plain }).unwrap();
    assert!(trial.sites == before, "taking an edit back brings back what there was");
}

fn write(path: &str, text: impl Into<Vec<u8>>) -> Vec<Change> {
    vec![Change::write(path, text.into())]
}

/// The file with one text in it replaced.
fn replace(path: &'static str, from: &'static str, to: &'static str) -> impl FnOnce(&Sources) -> Vec<Change> {
    move |sources| {
        let text = sources.text(path);
        assert!(text.contains(from), "`{path}` has no `{from}`");
        write(path, text.replace(from, to))
    }
}

/// The same without anybody being able to see it in size and time.
fn unseen(path: &'static str, from: &'static str, to: &'static str) -> impl FnOnce(&Sources) -> Vec<Change> {
    assert_eq!(from.len(), to.len());
    move |sources| vec![Change::WriteUnseen(path.to_owned(), Bytes(sources.text(path).replace(from, to).into_bytes()))]
}

fn key(path: &'static str, key: &'static str, value: Option<&'static str>) -> impl FnOnce(&Sources) -> Vec<Change> {
    move |sources| write(path, with_key(&sources.text(path), key, value))
}

fn delete(path: &'static str) -> impl FnOnce(&Sources) -> Vec<Change> {
    move |_| vec![Change::Delete(path.to_owned())]
}

fn rename(from: &'static str, to: &'static str) -> impl FnOnce(&Sources) -> Vec<Change> {
    move |_| vec![Change::Rename(from.to_owned(), to.to_owned())]
}

macro_rules! kinds {
    ($($name:ident: $seen:ident $path:literal, $edit:expr;)*) => {
        $(#[test] fn $name() { follows(Seen::$seen($path), $edit); })*
    };
}

const WATER: &str = "content/garden/beds/water.md";
const WOOD: &str = "content/garden/beds/wood.md";

kinds! {
    the_body_of_a_page: Changes "orchard/beds/water/index.html", replace(WATER, "morning", "evening");
    the_title_of_a_page: Changes "orchard/beds/index.html", key(WATER, "title", Some("\"Rain\""));
    a_page_of_the_same_size_and_time: Changes "balcony/beds/water/index.html", unseen(WATER, "morning", "evening");
    a_partial_of_the_same_size_and_time: Changes "budget/index.html",
        unseen("themes/plain/templates/partials/footer.html", "footer", "FOOTER");
    adding_a_page: Comes "balcony/beds/new/index.html", |_| write("content/garden/beds/new.md", "New.\n");
    deleting_a_page: Goes "orchard/beds/timber/index.html", delete(WOOD);
    renaming_a_page: Goes "orchard/apples/index.html", rename("content/orchard/apples.md", "content/orchard/pears.md");
    changing_a_slug: Goes "orchard/beds/timber/index.html", key(WOOD, "slug", Some("larch"));
    a_page_becomes_a_draft: Goes "orchard/beds/timber/index.html", key(WOOD, "draft", Some("true"));
    a_page_expires: Goes "pension/loans/offer/index.html", |_| vec![Change::Clock(1)];
    a_page_is_published: Comes "pension/loans/soon/index.html", |_| vec![Change::Clock(1)];
    removing_a_tag: Goes "budget/tags/tools/index.html", key("content/money/loans/rates.md", "tags", None);
    removing_an_alias: Goes "balcony/pots/index.html", key("content/balcony/beds/soil.md", "aliases", None);
    renaming_a_section: Goes "budget/loans/rates/index.html", |sources| {
        let home = sources.text("content/budget/_index.md").replace("loans", "credit");
        [rename("content/money/loans", "content/money/credit")(sources), write("content/budget/_index.md", home)].concat()
    };
    deleting_a_section: Goes "balcony/news/index.html", delete("content/balcony/news/2026-03-01-frost.md");
    deleting_a_static_file: Goes "budget/terms.txt", delete("content/shared/_static/terms.txt");
    editing_a_style_sheet: Changes "budget/loans/rates/index.html", replace("themes/plain/assets/css/site.css", "color", "background-color");
    an_include_of_a_shortcode: Changes "pension/imprint/index.html",
        replace("themes/plain/templates/partials/address.html", "address", "section");
    a_shortcode: Changes "orchard/beds/soil/index.html", replace("themes/plain/templates/shortcodes/note.html", "aside", "section");
    a_data_file: Changes "pension/index.html", replace("content/_data/prices.toml", "12.5", "14.5");
    the_base_template: Changes "balcony/404.html", replace("themes/plain/templates/base.html", "<h1>", "<h1 id=\"top\">");
    the_title_of_a_site: Changes "budget/404.html", replace("sites.toml", "\"Budget\"", "\"Our budget\"");
    the_address_of_a_site: Changes "budget/sitemap.xml", replace("sites.toml", "budget.example", "money.example");
    longer_pages_of_lists: Goes "orchard/beds/page/2/index.html", |sources| {
        let section = "content/garden/beds/_index.md";
        write(section, with_key(&sources.text(section), "paginate", Some("0")))
    };
    dropping_a_feed: Goes "budget/rss.xml", replace("sites.toml", "[\"atom\", \"rss\"]", "[\"atom\"]");
    dropping_a_taxonomy: Goes "budget/tags/tools/index.html", replace("sites.toml", "taxonomies = [\"tags\"]", "taxonomies = []");
    an_image_of_the_same_size: Changes "balcony/beds/raised/index.html", replace("content/garden/beds/raised/plan.svg", "#00aa00", "#00bb00");
    switching_the_theme: Changes "orchard/beds/water/index.html", replace("sites.toml", "\"fancy\"", "\"plain\"");
    removing_a_shadow: Changes "orchard/index.html", delete("themes/fancy/templates/partials/card.html");
}
