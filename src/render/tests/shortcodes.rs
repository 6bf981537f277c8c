//! Shortcodes, rendered while texts do not exist yet.

use super::garden::{BEDS, compile, site};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Site, Table};
use crate::render::ShortcodeCall;
use std::sync::Arc;

fn call(template: &str, name: &str) -> Result<String, Vec<Diagnostic>> {
    let engine = compile(&[("shortcodes/note.html", template)]).unwrap();
    let bare = Arc::new(Site { texts: Vec::new(), backlinks: Vec::new(), ..site() });
    let args: Table = serde_json::from_str(r#"{"kind": "tip", "size": 3}"#).unwrap();
    let place = Place::line_column("content/garden/garden/beds.md", "\n{{ note() }}", 2, 1, 10);
    engine.shortcode(&bare, ShortcodeCall { name, args: &args, body: Some("<p>hi</p>"), page: BEDS, place })
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
