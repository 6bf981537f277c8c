//! What the themes that come with hectare, and the head of their pages, show to visitors and to machines.

use crate::browser::{Chromium, serve};
use crate::farm::{Farm, Run};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A repository with the themes that come with hectare, and a German site made with one of them, whose menus name two pages.
fn site(theme: &str, lines: &str) -> Farm {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes");
    let files =
        walkdir::WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let farm = files.fold(Farm::new(), |farm, entry| {
        let path = entry.path().strip_prefix(folder.parent().unwrap()).unwrap();
        farm.file(path.to_str().unwrap(), fs::read(entry.path()).unwrap())
    });
    let menus = "menus = { main = [{ title = \"Boden\", url = \"@/boden/_index.md\" }], footer = [{ title = \"Über uns\", url = \"@/ueber.md\" }] }";
    let settings = format!(
        "theme = \"{theme}\"\nlanguage = \"de\"\ntitle = \"Kompostkiste\"\ntaxonomies = {{ tags = {{ title = \"Schlagwörter\" }} }}\n{menus}\n{lines}"
    );
    farm.site_with("kiste", &settings)
        .page("kiste/ueber.md", "+++\ntitle = \"Über uns\"\ndate = 2026-02-02\n+++\nWir.\n")
        .page("kiste/boden/_index.md", "+++\ntitle = \"Boden\"\n+++\n")
}

fn dated(title: &str, date: &str, text: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = {date}\n+++\n{text}\n")
}

fn built(farm: &Farm) -> Run {
    let run = farm.run("build").ends(0);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    run
}

/// The JSON-LD of a page.
fn graph(html: &str) -> Value {
    let json = html.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str::<Value>(json).unwrap()["@graph"].clone()
}

#[test]
fn a_story_leads_on_to_stories_and_not_to_pages_that_a_menu_names() {
    let farm = site("journal", "")
        .page("kiste/erste.md", &dated("Erste", "2026-01-01", "x"))
        .page("kiste/zweite.md", &dated("Zweite", "2026-03-03", "x"));
    let run = built(&farm);
    let story = run.text("kiste/erste/index.html");
    let neighbours = story.split("class=\"wrap neighbours\"").nth(1).unwrap().split("</nav>").next().unwrap();
    assert!(neighbours.contains("Zweite") && !neighbours.contains("Über uns"), "{neighbours}");
    assert!(!run.text("kiste/ueber/index.html").contains("neighbours"), "it stands apart");
}

#[test]
fn the_home_page_is_not_said_to_mention_a_story() {
    let farm = site("base", "")
        .page("kiste/_index.md", "+++\ntitle = \"Willkommen\"\n+++\nSiehe [Erste](@/erste.md).\n")
        .page("kiste/zweite.md", &dated("Zweite", "2026-01-02", "Mehr in [Erste](@/erste.md)."))
        .page("kiste/erste.md", &dated("Erste", "2026-01-01", "x"));
    let story = built(&farm).text("kiste/erste/index.html");
    let mentions = story.split("class=\"backlinks\"").nth(1).unwrap().split("</aside>").next().unwrap();
    assert!(mentions.contains("Zweite") && !mentions.contains("Willkommen"), "{mentions}");
}

#[test]
fn lists_of_figures_show_the_dates_that_they_are_sorted_by() {
    let farm = site("ledger", "")
        .page("kiste/boden/alt.md", "+++\ntitle = \"Alt\"\ndate = 2026-01-01\nupdated = 2026-09-09\n+++\n")
        .page("kiste/boden/neu.md", "+++\ntitle = \"Neu\"\ndate = 2026-05-05\n+++\n");
    let list = built(&farm).text("kiste/boden/index.html");
    let (newer, older) =
        (list.find("5.5.2026").or(list.find("05.05.2026")), list.find("1.1.2026").or(list.find("01.01.2026")));
    assert!(newer.is_some() && newer < older, "{list}");
    assert!(!list.contains("2026-09-09"), "{list}");
}

#[test]
fn ratings_links_that_pay_and_notes_say_what_they_are() {
    let text = "{{ rating(value=4.5) }}\n\n{{ compare(data=\"shops\", columns=[\"name\"], link=\"url\") }}\n\n> [!WARNING]\n> x\n\n{{ note(kind=\"warning\", text=\"x\") }}\n";
    let farm = site("base", "")
        .file("content/kiste/_data/shops.csv", "name,url\nLaden,https://shop.example/\nMarkt,\n")
        .page("kiste/test.md", text);
    let page = built(&farm).text("kiste/test/index.html");
    assert!(page.contains("4,5 <small>von 5</small>"), "the scale is shown: {page}");
    let shop = page.split("https://shop.example/").nth(1).unwrap();
    assert!(shop.split("</th>").next().unwrap().contains("Anzeige"), "the label stands at the link: {page}");
    assert_eq!(page.matches("Anzeige").count(), 1, "what earns nothing has none");
    assert_eq!(page.matches(">Achtung<").count(), 2, "both ways to write a warning have one title");
}

#[test]
fn a_language_is_written_in_its_direction() {
    let farm = Farm::new()
        .site_with("one", "language = \"ar\"")
        .site_with("two", "language = \"de\"")
        .theme("templates/page.html", "{{ site.direction }}")
        .page("one/page.md", "x")
        .page("two/page.md", "x");
    let run = built(&farm);
    assert_eq!((run.text("one/page/index.html"), run.text("two/page/index.html")), ("rtl".into(), "ltr".into()));
    let run = site("journal", "").append("sites.toml", "[[site]]\nid = \"x\"\nlanguage = \"fa\"\ntheme = \"journal\"\ncontent = [\"kiste\"]\ndomain = \"x.example\"\n").run("build").ends(0);
    assert!(run.text("x/index.html").contains("<html lang=\"fa\" dir=\"rtl\""));
    assert!(run.stderr.contains("theme `journal` has no words for `fa`; English is shown"), "{}", run.stderr);
    assert!(!run.text("kiste/index.html").contains(" dir="));
}

#[test]
fn terms_are_told_apart_from_sections_and_say_what_they_list() {
    let story = |title: &str, tags: &str| format!("+++\ntitle = \"{title}\"\ntags = [{tags}]\n+++\nx\n");
    let farm = site("journal", "")
        .page("kiste/boden/eins.md", &story("Kompost", "\"Boden\""))
        .page("kiste/boden/zwei.md", &story("Mulch", "\"Boden\", \"Selten\""));
    let run = built(&farm);
    let (term, section) = (run.text("kiste/tags/boden/index.html"), run.text("kiste/boden/index.html"));
    assert!(term.contains("<title>Boden – Schlagwörter – Kompostkiste</title>"), "{term}");
    assert!(section.contains("<title>Boden – Kompostkiste</title>"), "{section}");
    assert!(term.contains("<meta name=\"description\" content=\"Boden: Kompost · Mulch\">"), "{term}");
    let taxonomy = run.text("kiste/tags/index.html");
    assert!(taxonomy.contains("<meta name=\"description\" content=\"Schlagwörter: Boden · Selten\">"), "{taxonomy}");
    let lonely = run.text("kiste/tags/selten/index.html");
    let sitemap = run.text("kiste/sitemap.xml");
    assert!(lonely.contains("content=\"noindex\"") && !sitemap.contains("/tags/selten/"), "it only repeats its page");
    assert!(!term.contains("noindex") && sitemap.contains("/tags/boden/"));
}

#[test]
fn machines_are_told_who_wrote_what() {
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 3 2\"/>";
    let farm = site("journal", "author = \"Redaktion Kompostkiste\"\n")
        .file("content/kiste/bild/bild.svg", drawing)
        .page("kiste/bild/index.md", "+++\ntitle = \"Bild\"\ndate = 2026-01-01\nimage = \"bild.svg\"\n+++\nx\n")
        .page("kiste/boden/eins.md", "+++\ntitle = \"Eins\"\ndate = 2026-01-01\nauthor = \"Ada Beispiel\"\n+++\nx\n");
    let run = built(&farm);
    let (team, person) = (graph(&run.text("kiste/bild/index.html")), graph(&run.text("kiste/boden/eins/index.html")));
    assert_eq!(
        (&team[0]["author"]["@type"], &person[0]["author"]["@type"]),
        (&"Organization".into(), &"Person".into())
    );
    assert_eq!(person[1]["itemListElement"][0]["name"], "Startseite", "as the page itself says");
    let about = run.text("kiste/ueber/index.html");
    let page = graph(&about)[0].clone();
    assert_eq!((&page["@type"], &page["datePublished"]), (&"WebPage".into(), &Value::Null));
    assert!(about.contains("og:type\" content=\"website\"") && !about.contains("article:published_time"));
    let drawn = run.text("kiste/bild/index.html");
    assert!(
        !drawn.contains("og:image") && drawn.contains("twitter:card\" content=\"summary\""),
        "nobody shows a drawing"
    );
}

const LONG: &str = "Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung";

#[test]
fn the_longest_words_stay_on_the_screen_of_a_phone() {
    let text = format!(
        "+++\ntitle = \"{LONG}\"\ndescription = \"{LONG}\"\ndate = 2026-01-01\ntags = [\"{LONG}\"]\n+++\nKurz.\n\n> {LONG}\n\n\
         | {LONG} | {LONG} |\n| --- | --- |\n| {LONG} | x |\n\n{{{{ facts(items=[[\"{LONG}\", \"{LONG}\"]]) }}}}\n\n## {LONG}\n\n## B\n\n## C\n"
    );
    let mut chromium = Chromium::start();
    for theme in ["base", "journal", "ledger"] {
        let farm = site(theme, &format!("description = \"{LONG}\"\n"))
            .append("sites.toml", &format!("[defaults.extra]\ncopyright = \"{LONG}\"\n"))
            .page("kiste/_index.md", &format!("+++\ntitle = \"{LONG}\"\n+++\n"))
            .page("kiste/boden/eins.md", &text)
            .page("kiste/boden/zwei.md", &text);
        built(&farm);
        let address = serve(farm.place("dist/kiste"));
        for page in ["/", "/boden/", "/boden/eins/", "/tags/", "/no-such-page/"] {
            let faults = chromium.visit(&format!("{address}{page}"), 360, false);
            assert!(faults.is_empty(), "{theme}{page}: {faults:#?}");
        }
    }
}

#[test]
fn the_menu_of_a_phone_opens_below_its_button_which_closes_it() {
    let mut chromium = Chromium::start();
    for theme in ["base", "journal", "ledger"] {
        let farm = site(theme, "");
        built(&farm);
        let address = serve(farm.place("dist/kiste"));
        chromium.visit(&format!("{address}/"), 390, false);
        let click = "const button = document.querySelector('.menu-button'), menu = document.querySelector('.menu'); button.click();";
        let below = format!(
            "(() => {{ {click} return menu.matches(':popover-open') && menu.getBoundingClientRect().top >= button.getBoundingClientRect().bottom }})()"
        );
        assert_eq!(chromium.evaluate(&below), true, "{theme}");
        let closed = format!("(() => {{ {click} return !menu.matches(':popover-open') }})()");
        assert_eq!(chromium.evaluate(&closed), true, "{theme}");
    }
}

#[test]
fn a_table_scrolls_in_its_own_box() {
    let farm = site("base", "").page(
        "kiste/t.md",
        "| a | b |\n| --- | --- |\n| c | d |\n\n{% table(caption=\"T\") %}\n| a |\n| --- |\n| c |\n{% end %}\n",
    );
    let page = built(&farm).text("kiste/t/index.html");
    let part =
        "<div class=\"table-box\" role=\"region\" tabindex=\"0\" aria-label=\"Tabelle, seitlich scrollbar\"><table>";
    assert_eq!(page.matches(part).count(), 2, "{page}");
    assert_eq!(page.matches("table-box").count(), 2, "the shortcode adds no other");
}

#[test]
fn a_policy_that_allows_a_host_is_taken_at_its_word() {
    let text = "![x](https://a.pictures.example/x.png)\n";
    for policy in ["\"img-src 'self' https://*.pictures.example\"", "\"default-src https:\"", "false"] {
        let farm =
            Farm::new().site_with("one", &format!("content_security_policy = {policy}")).page("one/page.md", text);
        assert!(built(&farm).text("one/page/index.html").contains("https://a.pictures.example/x.png"), "{policy}");
    }
    let farm = (0..3).fold(Farm::new(), |farm, n| farm.site(&format!("s{n}")).page(&format!("s{n}/page.md"), text));
    let run = farm.run("build").ends(0);
    assert_eq!(run.stderr.matches("H0605").count(), 1, "one host is one message: {}", run.stderr);
    assert!(run.stderr.contains("`img-src 'self' data: https://a.pictures.example`"), "{}", run.stderr);
}
