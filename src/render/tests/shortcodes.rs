//! Shortcodes, rendered while texts do not exist yet.

use super::garden::{BEDS, SOIL, compile, html, sheet, site, site_with};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Site, Table};
use crate::render::{Patience, Press, ShortcodeCall, Shortcodes};
use std::sync::Arc;

fn call(template: &str, name: &str) -> Result<String, Vec<Diagnostic>> {
    let engine = compile(&[("shortcodes/note.html", template)]).unwrap();
    let bare = Arc::new(Site { texts: Vec::new(), backlinks: Vec::new(), ..site() });
    let args: Table = serde_json::from_str(r#"{"kind": "tip", "size": 3}"#).unwrap();
    let place = Place::line_column("content/garden/garden/beds.md", "\n{{ note() }}", 2, 1, 10);
    let patience = &Arc::new(Patience::new(&bare.spec.settings.limits));
    let call = ShortcodeCall { name, args: &args, body: Some("<p>hi</p>"), page: BEDS, place, patience };
    let made = Shortcodes::new(bare, &engine).render(call);
    made.value.ok_or(made.diagnostics)
}

#[test]
fn a_shortcode_sees_its_arguments_its_body_and_its_page() {
    let template = "{{ args.kind }} {{ args.size }} {{ body }} {{ page.title }} {{ site.title }} {{ tokens.accent }}";
    assert_eq!(call(template, "note").unwrap(), "tip 3 <p>hi</p> Beds The Garden #0a7d55");
    assert_eq!(
        call("{{ image(path=\"bed.jpg\")[\"width\"] }} {{ url(path=\"@/about.md\") }} {{ pages() | length }}", "note")
            .unwrap(),
        "800 /about/ 4"
    );
}

#[test]
fn what_is_made_of_texts_does_not_exist_yet() {
    assert_eq!(call("{{ page.summary }}", "note").unwrap_err()[0].message, "field `summary` is not defined");
    assert!(call("{{ backlinks() }}", "note").unwrap_err()[0].message.contains("before all texts are read"));
}

#[test]
fn a_failure_is_shown_in_the_shortcode_and_where_it_was_called() {
    let found = call("\n {{ page.titel }}", "note").unwrap_err().remove(0);
    assert_eq!(found.place.unwrap().to_string(), "themes/plain/templates/shortcodes/note.html:2:10");
    assert_eq!(found.notes[0].place.as_ref().unwrap().to_string(), "content/garden/garden/beds.md:2:1");
}

#[test]
fn an_argument_that_is_missing_is_a_mistake_of_the_page() {
    let found = call("\n {{ args.knd }}", "note").unwrap_err().remove(0);
    assert_eq!(found.message, "the shortcode `note` needs `knd`");
    assert_eq!(found.place.unwrap().to_string(), "content/garden/garden/beds.md:2:1");
    assert_eq!(found.notes[0].place.as_ref().unwrap().to_string(), "themes/plain/templates/shortcodes/note.html:2:10");
}

#[test]
fn an_unknown_shortcode_is_told_with_a_suggestion() {
    let found = call("", "nota").unwrap_err().remove(0);
    assert_eq!((found.code, found.hint.as_deref()), (Code::BadShortcode, Some("did you mean `note`?")));
}

#[test]
fn all_shortcodes_of_a_page_share_what_templates_may_do_for_it() {
    let site = site_with(|spec| {
        spec.settings.limits.render_ms = 1_000;
        spec.settings.limits.page_bytes = 1_000;
    });
    let slow = "{% for a in range(end=2000) %}{% for b in range(end=500) %}{% set c = a ~ b %}{% endfor %}{% endfor %}";
    let long = "{% for a in range(end=60) %}0123456789{% endfor %}";
    let engine = compile(&[("shortcodes/slow.html", slow), ("shortcodes/long.html", long)]).unwrap();
    let (site, args) = (Arc::new(site), Table::new());
    let shortcodes = Shortcodes::new(Arc::clone(&site), &engine);
    let codes = |name: &str, times: usize| {
        let patience = &Arc::new(Patience::new(&site.spec.settings.limits));
        let place = Place::file("content/garden/garden/beds.md");
        let call = || ShortcodeCall { name, args: &args, body: None, page: BEDS, place: place.clone(), patience };
        (0..times).map(|_| shortcodes.render(call()).diagnostics.first().map(|found| found.code)).collect::<Vec<_>>()
    };
    assert_eq!(codes("long", 3), [None, Some(Code::TemplateLimit), Some(Code::TemplateLimit)]);
    assert_eq!(codes("slow", 100).last(), Some(&Some(Code::TemplateLimit)));
}

#[test]
fn all_shortcodes_of_a_site_share_what_they_found_out_and_see_no_texts() {
    let listing = "{% for p in pages() %}{{ p.title }}{{ p.summary or \"\" }};{% endfor %}";
    let engine = compile(&[("shortcodes/listing.html", listing), ("page.html", listing)]).unwrap();
    let bare = Arc::new(Site { texts: Vec::new(), backlinks: Vec::new(), ..site() });
    let (shortcodes, args) = (Shortcodes::new(Arc::clone(&bare), &engine), Table::new());
    let patience = &Arc::new(Patience::new(&bare.spec.settings.limits));
    for page in [BEDS, SOIL, BEDS] {
        let place = Place::file("content/garden/garden/beds.md");
        let call = ShortcodeCall { name: "listing", args: &args, body: None, page, place, patience };
        assert_eq!(shortcodes.render(call).value.unwrap(), "Ächte Soil;Beds;Spade;About;");
    }
    drop(shortcodes);
    assert!(Arc::into_inner(bare).is_some(), "nothing that they found out outlives them");
    let (site, sheet) = (Arc::new(site()), sheet(&site(), BEDS));
    let page = html(Press::new(site, engine).print(&sheet).unwrap());
    assert!(page.starts_with("Ächte Soil<p>Ächte Soil</p>;Beds<p>"), "{page}");
}
