//! Every function of templates.

use super::garden::{ABOUT, BEDS, GARDEN, HOME, SOIL, SPADE, TAGS, WOOD, print, print_with, refuse, site_with};
use crate::model::Language;

const TITLES: &str = "{% for p in LIST %}{{ p.title }};{% endfor %}";

fn titles(list: &str, page: crate::model::PageId) -> String {
    print(&TITLES.replace("LIST", list), page)
}

#[test]
fn pages_are_the_newest_first_unless_asked_otherwise() {
    assert_eq!(titles("pages()", HOME), "Ächte Soil;Beds;Spade;About;");
    assert_eq!(titles("pages(sort=\"title\")", HOME), "About;Ächte Soil;Beds;Spade;");
    assert_eq!(titles("pages(sort=\"weight\")", HOME), "Ächte Soil;Beds;Spade;About;");
    assert_eq!(titles("pages(sort=\"updated\")", HOME), "Beds;Ächte Soil;Spade;About;");
    assert_eq!(titles("pages(reverse=true, limit=2)", HOME), "About;Spade;");
    assert_eq!(titles("pages(offset=1, limit=1)", HOME), "Beds;");
}

#[test]
fn pages_can_be_those_of_a_section_a_page_a_term_or_a_kind() {
    assert_eq!(titles("pages(section=\"garden\")", HOME), "Ächte Soil;Beds;");
    assert_eq!(titles("pages(section=\"@/garden/\", recursive=true)", HOME), "Ächte Soil;Beds;Spade;");
    assert_eq!(titles("pages(of=\"_index.md\", recursive=true)", HOME), "Ächte Soil;Beds;Spade;About;");
    assert_eq!(titles("pages(of=\"garden/_index.md\", kind=\"any\")", HOME), "Ächte Soil;Beds;Tools;");
    assert_eq!(titles("pages(taxonomy=\"tags\", term=\"Wood\")", HOME), "Ächte Soil;Beds;");
    assert_eq!(titles("pages(taxonomy=\"tags\")", HOME), "Ächte Soil;Beds;");
    assert_eq!(titles("pages(kind=\"section\")", HOME), "Garden;Tools;");
}

#[test]
fn a_page_and_a_section_are_found_by_their_paths() {
    assert_eq!(print("{{ page(path=\"@/garden/beds.md\")[\"url\"] }}", HOME), "/garden/beds/");
    assert_eq!(titles("section(path=\"@/garden/\")[\"pages\"]", HOME), "Ächte Soil;Beds;");
    assert_eq!(titles("section(path=\"garden\")[\"sections\"]", HOME), "Tools;");
}

#[test]
fn a_path_that_leads_nowhere_is_an_error_with_a_suggestion() {
    let found = refuse("{{ page(path=\"@/garden/bed.md\")[\"url\"] }}");
    assert_eq!(found.message, "there is no page `garden/bed.md`");
    assert_eq!(found.hint.as_deref(), Some("did you mean `@/garden/beds.md`?"));
    assert!(refuse("{{ section(path=\"about.md\")[\"url\"] }}").message.contains("not a section"));
}

#[test]
fn a_page_knows_its_children_its_neighbours_and_the_way_to_it() {
    assert_eq!(titles("children()", GARDEN), "Ächte Soil;Beds;Tools;");
    assert_eq!(titles("children()", TAGS), "Wood;");
    assert_eq!(titles("children()", WOOD), "Ächte Soil;Beds;");
    assert_eq!(titles("breadcrumbs()", BEDS), "Welcome;Garden;");
    assert_eq!(print("{{ previous()[\"title\"] }}{% if next() %}no{% endif %}", BEDS), "Ächte Soil");
    assert_eq!(print("{{ next()[\"title\"] }}", SOIL), "Beds");
}

#[test]
fn related_pages_share_terms_and_backlinks_come_from_texts() {
    assert_eq!(titles("related()", BEDS), "Ächte Soil;");
    assert_eq!(titles("related(limit=0)", BEDS), "");
    assert_eq!(titles("related()", SPADE), "");
    assert_eq!(titles("backlinks()", BEDS), "About;");
}

#[test]
fn taxonomies_and_terms_have_links_and_counts() {
    let terms = "{% for t in terms(taxonomy=\"tags\") %}{{ t.title }} {{ t.url }} {{ t.count }}{% endfor %}";
    assert_eq!(print(terms, HOME), "Wood /topics/wood/ 2");
    assert_eq!(titles("terms(taxonomy=\"tags\", page=page.key)", BEDS), "Wood;");
    assert_eq!(titles("terms(taxonomy=\"tags\", page=page.key)", ABOUT), "");
    assert_eq!(
        print("{% for t in taxonomies() %}{{ t.name }} {{ t.title }} {{ t.url }}{% endfor %}", HOME),
        "tags Topics /topics/"
    );
    assert_eq!(refuse("{{ terms(taxonomy=\"tag\") | length }}").hint.as_deref(), Some("did you mean `tags`?"));
}

#[test]
fn data_files_are_maps_and_lists() {
    assert_eq!(
        print("{% for p in data(name=\"prices\") %}{{ p.name }}={{ p.price }};{% endfor %}", HOME),
        "spade=12.5;fork=;"
    );
    assert_eq!(refuse("{{ data(name=\"price\") }}").hint.as_deref(), Some("did you mean `prices`?"));
}

#[test]
fn a_menu_marks_the_current_entry_and_those_above_it() {
    let template = "{% for m in menu(name=\"main\") %}{{ m.title }} {{ m.url }} {{ m.current }} {{ m.within }};\
                    {% for i in m.items %}>{{ i.title }} {{ i.current }};{% endfor %}{% endfor %}";
    let other = "Elsewhere https://x.example/ false false;";
    let beds = "Home / false false;Garden /garden/ false true;>Beds true;";
    assert_eq!(print(template, BEDS), format!("{beds}{other}"));
    let home = "Home / true true;Garden /garden/ false false;>Beds false;";
    assert_eq!(print(template, HOME), format!("{home}{other}"));
    assert_eq!(print("{{ menu(name=\"other\") | length }}", HOME), "0");
}

#[test]
fn files_are_looked_for_beside_the_page_then_in_the_theme() {
    assert_eq!(print("{{ asset(path=\"css/site.css\") }}", HOME), "/_a/site.1234567890.css");
    assert_eq!(print("{{ asset(path=\"favicon.ico\") }}", HOME), "/favicon.ico");
    assert_eq!(print("{{ asset(path=\"bed.jpg\") }}", BEDS), "/garden/beds/bed.jpg");
    assert_eq!(print("{{ integrity(path=\"css/site.css\") }}", HOME), "sha384-abc");
    assert_eq!(
        print("{% set i = image(path=\"bed.jpg\") %}{{ i.width }}x{{ i.height }} {{ i.permalink }}", BEDS),
        "800x600 https://garden.example/garden/beds/bed.jpg"
    );
    assert_eq!(refuse("{{ asset(path=\"css/sites.css\") }}").hint.as_deref(), Some("did you mean `css/site.css`?"));
    assert!(refuse("{{ image(path=\"css/site.css\") }}").message.contains("not a picture"));
    assert!(refuse("{{ integrity(path=\"bed.jpg\") }}").message.contains("only styles and scripts"));
}

#[test]
fn links_lead_to_pages_paths_and_elsewhere() {
    assert_eq!(print("{{ url(path=\"@/garden/beds.md#why\") }}", HOME), "/garden/beds/#why");
    assert_eq!(print("{{ url(path=\"/x/\", absolute=true) }}", HOME), "https://garden.example/x/");
    assert_eq!(print("{{ url(path=\"https://x.example/\") }}", HOME), "https://x.example/");
}

#[test]
fn a_link_that_depends_on_where_it_stands_is_refused() {
    assert!(refuse("{{ url(path=\"garden/beds.md\") }}").hint.unwrap().contains("write `@/…`"));
    assert_eq!(print("{{ url(path=\"#top\") }}{{ url(path=\"mailto:a@b.example\") }}", HOME), "#topmailto:a@b.example");
}

#[test]
fn words_are_in_the_language_of_the_site_or_else_in_english() {
    let german = || site_with(|spec| spec.language = Language::parse("de-AT").unwrap());
    let say = |call: &str| print_with(german(), &[("page.html", call)], BEDS);
    assert_eq!(say("{{ t(key=\"hello\", name=\"Welt\") }}").unwrap(), "Hallo Welt");
    assert_eq!(say("{{ t(key=\"only\") }}").unwrap(), "English only");
    assert_eq!(say("{{ t(key=\"helo\") }}").unwrap_err()[0].hint.as_deref(), Some("did you mean `hello`?"));
    assert_eq!(say("{{ t(key=\"hello\") }}").unwrap_err()[0].message, "the words for `hello` need `name`");
}

#[test]
fn words_with_a_count_have_plural_forms() {
    let days = |count: &str| print(&format!("{{{{ t(key=\"days\", count={count}) }}}}"), HOME);
    assert_eq!((days("0"), days("1"), days("2000")), ("today".into(), "1 day".into(), "2,000 days".into()));
    assert!(refuse("{{ t(key=\"days\") }}").message.contains("need a count"));
}

#[test]
fn feeds_are_those_of_the_site_and_of_the_list() {
    let feeds = "{% for f in feeds() %}{{ f.title }} {{ f.type }} {{ f.url }};{% endfor %}";
    assert_eq!(print(feeds, ABOUT), "The Garden application/atom+xml /atom.xml;");
    let own = "Garden – The Garden application/atom+xml /garden/atom.xml;";
    assert_eq!(print(feeds, GARDEN), format!("The Garden application/atom+xml /atom.xml;{own}"));
    assert!(print(feeds, WOOD).contains("/topics/wood/atom.xml"));
}

#[test]
fn arguments_of_the_wrong_kind_are_errors() {
    assert_eq!(
        refuse("{{ pages(limit=\"ten\") }}").message,
        "`limit` of `pages` has to be a whole number from 0, not a text"
    );
    assert_eq!(refuse("{{ data() }}").message, "`data` needs `name`");
    assert_eq!(refuse("{{ pages(sort=\"dat\") }}").hint.as_deref(), Some("did you mean `date`?"));
    assert_eq!(refuse("{{ page(path=page.nothing) }}").message, "the value of `path` for `page` is not defined");
}
