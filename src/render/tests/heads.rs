//! What stands in the head of a page.

use super::garden::{BEDS, GARDEN, HOME, compile, html, print, site, site_with};
use crate::render::Press;
use std::sync::Arc;

fn graph(html: &str) -> serde_json::Value {
    let json = html.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str::<serde_json::Value>(json).unwrap()["@graph"].clone()
}

#[test]
fn an_article_says_everything_that_search_engines_and_networks_ask() {
    let html = print("{{ head() }}", BEDS);
    for part in [
        "<meta charset=\"utf-8\">",
        "<title>Beds – The Garden</title>",
        "<meta name=\"description\" content=\"How to build &lt;raised&gt; beds\">",
        "<link rel=\"canonical\" href=\"https://garden.example/garden/beds/\">",
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"The Garden\" href=\"/atom.xml\">",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"og:locale\" content=\"en_US\">",
        "<meta property=\"og:image\" content=\"https://garden.example/garden/beds/bed.jpg\">",
        "<meta property=\"og:image:width\" content=\"800\">",
        "<meta property=\"article:published_time\" content=\"2026-03-01T00:00:00+00:00\">",
        "<meta name=\"twitter:card\" content=\"summary_large_image\">",
        "<style>:root{--accent:#0a7d55;--font:Inter}</style>",
    ] {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
    assert!(!html.contains("robots") && !html.contains("rel=\"next\""));
    let graph = graph(&html);
    assert_eq!((graph[0]["@type"].as_str(), graph[0]["headline"].as_str()), (Some("Article"), Some("Beds")));
    assert_eq!(graph[0]["author"]["name"].as_str(), Some("Flora"));
    assert_eq!(graph[1]["itemListElement"][2]["item"].as_str(), Some("https://garden.example/garden/beds/"));
}

#[test]
fn the_home_page_is_the_website_and_has_no_breadcrumbs() {
    let html = print("{{ head() }}", HOME);
    let kinds: Vec<_> =
        graph(&html).as_array().unwrap().iter().map(|node| node["@type"].as_str().unwrap().to_owned()).collect();
    assert_eq!(kinds, ["Organization", "WebSite"]);
    assert!(html.contains("<title>Welcome</title>") && html.contains("content=\"All about beds\""));
}

#[test]
fn nothing_in_a_title_can_end_the_script() {
    let mut site = site();
    site.pages[BEDS.index()].title = "</script><!-- \"x\"".into();
    let html = super::garden::print_with(site, &[("page.html", "{{ head() }}")], BEDS).unwrap();
    assert_eq!(html.matches("</script>").count(), 1);
    assert!(!html.contains("<!--"));
    assert_eq!(graph(&html)[0]["headline"].as_str(), Some("</script><!-- \"x\""));
}

#[test]
fn parts_of_a_list_have_addresses_of_their_own() {
    let mut site = site();
    site.pages[GARDEN.index()].paginate = 1;
    let engine = compile(&[("section.html", "{{ head() }}{{ paginator()[\"number\"] }}"), ("page.html", "")]).unwrap();
    let press = Press::new(Arc::new(site), engine);
    let sheets = press.sheets();
    let part = |number| {
        let sheet = sheets.iter().find(|sheet| sheet.page == GARDEN && sheet.number == number).unwrap();
        html(press.print(sheet).unwrap())
    };
    assert!(part(1).contains("<link rel=\"next\" href=\"https://garden.example/garden/page/2/\">"));
    let second = part(2);
    assert!(second.contains("<link rel=\"canonical\" href=\"https://garden.example/garden/page/2/\">"), "{second}");
    assert!(second.contains("<link rel=\"prev\" href=\"https://garden.example/garden/\">"));
    assert!(second.contains("<title>Garden (2) – The Garden</title>"));
}

#[test]
fn a_site_that_hides_is_hidden_on_every_page() {
    let site = site_with(|spec| spec.settings.robots.index = false);
    let html = super::garden::print_with(site, &[("page.html", "{{ head() }}")], BEDS).unwrap();
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"));
}
