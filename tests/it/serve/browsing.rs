//! The preview in a real browser: what a person sees after a save.

use super::preview::{PATIENCE, Preview};
use crate::browser::Chromium;
use crate::farm::Farm;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const LAYOUT: &str = r#"<!doctype html>
<html lang="en">
<head>{{ head() }}<link rel="stylesheet" href="{{ asset(path="css/site.css") }}"></head>
<body><h1>{{ page.title }}</h1><div style="height:4000px">{{ page.content }}{% block list %}{% endblock list %}</div></body>
</html>
"#;

fn farm() -> Farm {
    Farm::in_memory()
        .site("one")
        .theme("templates/layout.html", LAYOUT)
        .theme("assets/css/site.css", "h1{color:#010203}")
}

/// Asks the page until it says what it should, and tells how long that took.
fn until(chromium: &mut Chromium, expression: &str, wanted: &Value) -> Duration {
    let watch = Instant::now();
    loop {
        let found = chromium.evaluate(expression);
        if found == *wanted {
            return watch.elapsed();
        }
        assert!(watch.elapsed() < PATIENCE, "{expression} is {found}, not {wanted}");
    }
}

fn open(chromium: &mut Chromium, address: &str) {
    chromium.call("Page.navigate", &json!({ "url": address }));
    until(chromium, "document.readyState", &json!("complete"));
    // The page listens as soon as its script ran.
    std::thread::sleep(Duration::from_millis(300));
}

const COLOR: &str = "getComputedStyle(document.querySelector('h1')).color";

#[test]
fn a_style_sheet_is_swapped_without_loading_the_page_again() {
    let (farm, mut chromium) = (farm(), Chromium::start());
    let preview = Preview::start(&farm, "");
    open(&mut chromium, &format!("http://{}/", preview.host("one")));
    assert_eq!(chromium.evaluate(COLOR), json!("rgb(1, 2, 3)"));
    chromium.evaluate("window.mark = 1");
    let farm = farm.theme("assets/css/site.css", "h1{color:#040506}");
    until(&mut chromium, COLOR, &json!("rgb(4, 5, 6)"));
    let farm = farm.theme("assets/css/site.css", "h1{color:#070809}");
    until(&mut chromium, COLOR, &json!("rgb(7, 8, 9)"));
    assert_eq!(chromium.evaluate("window.mark"), json!(1), "the page was not loaded again");
    until(&mut chromium, "document.querySelectorAll('link[rel=stylesheet]').length", &json!(1));
    drop(farm);
}

#[test]
fn a_page_is_loaded_again_where_the_reader_was() {
    let (farm, mut chromium) = (farm(), Chromium::start());
    let preview = Preview::start(&farm, "");
    open(&mut chromium, &format!("http://{}/", preview.host("one")));
    chromium.evaluate("scrollTo(0, 1234)");
    let mut times: Vec<Duration> = Vec::new();
    let mut farm = farm;
    for number in 0..15 {
        let text = format!("Version {number}.");
        let watch = Instant::now();
        farm = farm.page("one/_index.md", &format!("+++\ntitle = \"Home\"\n+++\n{text}\n"));
        until(&mut chromium, &format!("document.body?.textContent.includes('{text}')"), &json!(true));
        times.push(watch.elapsed());
        until(&mut chromium, "Math.round(scrollY)", &json!(1234));
        std::thread::sleep(Duration::from_millis(150));
    }
    times.sort_unstable();
    let median = times[times.len() / 2];
    eprintln!("save to visible: median {median:?}, best {:?}, worst {:?}", times[0], times[times.len() - 1]);
    assert!(median < Duration::from_millis(250), "{times:?}");
}

#[test]
fn a_mistake_covers_the_page_until_it_is_put_right() {
    let (farm, mut chromium) = (farm(), Chromium::start());
    let preview = Preview::start(&farm, "");
    open(&mut chromium, &format!("http://{}/", preview.host("one")));
    let farm = farm.page("one/_index.md", "+++\ntitle = \"Home\"\n+++\n[dead](@/nowhere.md)\n");
    let said = "document.querySelector('hectare-message')?.shadowRoot.querySelector('pre').textContent.includes('@/nowhere.md')";
    until(&mut chromium, said, &json!(true));
    chromium.call("Page.reload", &json!({}));
    std::thread::sleep(Duration::from_millis(200));
    until(&mut chromium, said, &json!(true));
    let farm = farm.page("one/_index.md", "+++\ntitle = \"Home\"\n+++\nHello.\n");
    until(&mut chromium, "document.querySelector('hectare-message') === null", &json!(true));
    drop(farm);
}

#[test]
fn a_browser_follows_the_page_that_is_edited() {
    let (farm, mut chromium) = (farm().page("one/beds.md", "+++\ntitle = \"Beds\"\n+++\n"), Chromium::start());
    let preview = Preview::start(&farm, "--follow");
    open(&mut chromium, &format!("http://{}/", preview.host("one")));
    let farm = farm.page("one/beds.md", "+++\ntitle = \"Beds\"\n+++\nRaised.\n");
    until(&mut chromium, "location.pathname", &json!("/beds/"));
    drop(farm);
}

#[test]
fn the_list_of_the_fleet_looks_right_and_finds_sites() {
    let (farm, mut chromium) = (farm().site("two").page("two/_index.md", "+++\ntitle = \n+++\n"), Chromium::start());
    let preview = Preview::start(&farm, "");
    let address = format!("http://localhost:{}/", preview.port);
    for (width, dark) in [(360, true), (1280, false)] {
        let faults = chromium.visit(&address, width, dark);
        assert!(faults.is_empty(), "{faults:?}");
    }
    let shown = "[...document.querySelectorAll('#list tbody')].filter(row => !row.hidden).length";
    assert_eq!(chromium.evaluate(shown), json!(2));
    chromium.evaluate(
        "search = document.getElementById('search'); search.value = 'TWO'; search.dispatchEvent(new Event('input'))",
    );
    assert_eq!(chromium.evaluate(shown), json!(1));
    let farm = farm.page("two/_index.md", "+++\ntitle = \"Home\"\n+++\n");
    until(&mut chromium, "document.querySelectorAll('[data-state=good]').length", &json!(2));
    assert_eq!(chromium.evaluate(shown), json!(1), "the search still holds");
    drop(farm);
}
