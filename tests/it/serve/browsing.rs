//! The preview in a real browser: what a person sees after a save.

use super::preview::{PATIENCE, Preview};
use crate::browser::Chromium;
use crate::farm::Farm;
use serde_json::{Value, json};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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
        let found = chromium.glimpse(expression);
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
    let farm = farm.page("one/_index.md", "+++\ntitle = \"Home\"\n+++\nThe second version.\n");
    until(&mut chromium, "document.body?.textContent.includes('The second version.')", &json!(true));
    until(&mut chromium, "Math.round(scrollY)", &json!(1234));
    drop(farm);
}

/// Milliseconds since the save at which the browser asked for the new page, had all of it, and had made it ready.
const SPLIT: &str =
    "(() => { const { responseEnd, domContentLoadedEventEnd } = performance.getEntriesByType('navigation')[0];
    return [0, responseEnd, domContentLoadedEventEnd].map((time) => performance.timeOrigin + time); })()";

#[test]
fn a_save_is_seen_at_once_in_a_fleet_of_1500_sites() {
    let mut farm = (0..1_500).fold(farm(), |farm, number| farm.site(&format!("site-{number}")));
    farm = (0..20)
        .fold(farm, |farm, number| farm.page(&format!("one/page-{number}.md"), "+++\ntitle = \"Page\"\n+++\nText.\n"));
    let (preview, mut chromium) = (Preview::start(&farm, ""), Chromium::start());
    open(&mut chromium, &format!("http://{}/page-7/", preview.host("one")));
    let mut splits: [Vec<f64>; 3] = Default::default();
    for number in 0..15 {
        let text = format!("+++\ntitle = \"Page\"\n+++\nVersion {number}.\n");
        let place = farm.place("content/one/page-7.md");
        let saved = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64() * 1e3;
        chromium.loads(|_| std::fs::write(place, text).unwrap());
        let shown = format!("document.body.textContent.includes('Version {number}.')");
        until(&mut chromium, &shown, &json!(true));
        let times = chromium.evaluate(SPLIT);
        splits
            .iter_mut()
            .zip(times.as_array().unwrap())
            .for_each(|(split, time)| split.push(time.as_f64().unwrap() - saved));
        std::thread::sleep(Duration::from_millis(200));
    }
    let [asked, had, ready] = splits.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times[times.len() / 2]
    });
    eprintln!("from the save, median of 15: {asked:.0} ms asked, {had:.0} ms had, {ready:.0} ms ready");
    assert!(ready < 250.0, "{ready} ms");
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
