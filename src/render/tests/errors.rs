//! What people read when a template is wrong.

use super::garden::{BEDS, compile, print_with, refuse, refuse_with, site};
use crate::diag::{Code, Diagnostic};

fn spot(diagnostic: &Diagnostic) -> String {
    diagnostic.place.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn marked(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().unwrap();
    place.text.chars().skip(place.offset_in_text()).take(place.width as usize).collect()
}

fn refused(templates: &[(&str, &str)]) -> Vec<Diagnostic> {
    compile(templates).err().unwrap()
}

#[test]
fn a_field_that_does_not_exist_is_shown_where_it_is_written() {
    let found = refuse("<h1>\n  {{ page.titel }}</h1>");
    assert_eq!((found.code, spot(&found).as_str()), (Code::TemplateError, "themes/plain/templates/page.html:2:11"));
    assert_eq!((found.message.as_str(), marked(&found).as_str()), ("field `titel` is not defined", "titel"));
    assert_eq!(found.hint.as_deref(), Some("did you mean `title`?"));
    assert_eq!(found.notes[0].message, "while the page `Beds` was made");
    assert_eq!(found.notes[0].place.as_ref().unwrap().to_string(), "content/garden/garden/beds.md");
}

#[test]
fn positions_are_those_of_the_written_text_after_folding_and_guarding() {
    let template = "<ul>\n   <!-- x -->\n  {% for p in pages() %}\n  {% set x = p.title ~ p.extra.nothing %}<li>{{ x }}</li>{% endfor %}</ul>{{ page.oops }}";
    let engine = super::garden::compile_folded(&[("page.html", template)], true).unwrap();
    let site = std::sync::Arc::new(site());
    let sheet = super::garden::sheet(&site, BEDS);
    let found = crate::render::Press::new(site, engine).print(&sheet).unwrap_err().remove(0);
    assert_eq!(spot(&found), "themes/plain/templates/page.html:4:83", "{found:?}");
}

#[test]
fn the_way_to_an_included_template_is_told() {
    let found = refuse_with(&[
        ("page.html", "a\n{% include \"partials/head.html\" %}"),
        ("partials/head.html", "{{ page.canonicl }}"),
    ]);
    assert_eq!(spot(&found), "themes/plain/templates/partials/head.html:1:9");
    assert_eq!(found.notes[0].message, "called from here");
    assert_eq!(found.notes[0].place.as_ref().unwrap().to_string(), "themes/plain/templates/page.html:2:12");
}

#[test]
fn a_component_does_not_see_the_page_and_says_so() {
    let found = refuse_with(&[
        ("page.html", "{{ <card/> }}"),
        ("components/card.html", "{% component card() %}{{ page.title }}{% endcomponent %}"),
    ]);
    assert!(found.hint.unwrap().contains("a component sees only its arguments"));
}

#[test]
fn the_message_is_the_same_for_every_page() {
    let templates = [("page.html", "{{ page.extra.price }}")];
    let failure = |page| print_with(site(), &templates, page).unwrap_err().remove(0);
    let (beds, soil) = (failure(BEDS), failure(super::garden::SOIL));
    assert_eq!((beds.message, beds.place), (soil.message, soil.place));
}

#[test]
fn syntax_errors_of_all_templates_are_told_at_once() {
    let found = refused(&[("page.html", "{{ page. }}"), ("home.html", "x\n {% iff %}"), ("ok.html", "fine")]);
    let spots: Vec<_> = found.iter().map(spot).collect();
    assert_eq!(spots, ["themes/plain/templates/home.html:2:5", "themes/plain/templates/page.html:1:10"]);
    assert!(found.iter().all(|diagnostic| diagnostic.code == Code::TemplateSyntax));
}

#[test]
fn unknown_names_are_told_at_once_with_suggestions() {
    let found = refused(&[
        ("page.html", "{{ page.title | uper }}{{ pagess() }}{% if 1 is od %}{% endif %}{{ <crad/> }}"),
        ("c.html", "{% component card() %}{% endcomponent %}"),
    ]);
    let told: Vec<_> = found.iter().map(|d| (d.message.as_str(), d.hint.as_deref().unwrap(), marked(d))).collect();
    assert_eq!(
        told,
        [
            ("unknown filter `uper`", "did you mean `upper`?", "uper".to_owned()),
            ("unknown function `pagess`", "did you mean `pages`?", "pagess".to_owned()),
            ("unknown test `od`", "did you mean `odd`?", "od".to_owned()),
            ("unknown component `crad`", "did you mean `card`?", "<".to_owned()),
        ]
    );
}

#[test]
fn arguments_that_do_not_exist_are_found_when_the_theme_is_loaded() {
    let found = refused(&[(
        "page.html",
        "{{ pages(sectoin=\"x\", limit=1) }}{{ page.title | date(fmt=\"x\") }}{{ t(key=\"a\", any=1) }}",
    )]);
    let told: Vec<_> = found.iter().map(|d| (d.message.as_str(), d.hint.as_deref().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("`pages` has no argument `sectoin`", "did you mean `section`?"),
            ("`date` has no argument `fmt`", "it takes `format`"),
        ]
    );
}

#[test]
fn templates_that_do_not_exist_are_told_with_suggestions() {
    let found = refused(&[
        ("page.html", "{% extends \"bas.html\" %}"),
        ("base.html", "{% include \"partials/foot.html\" %}"),
        ("partials/food.html", ""),
    ]);
    let told: Vec<_> = found.iter().map(|d| (spot(d), d.hint.clone().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("themes/plain/templates/base.html:1:12".to_owned(), "did you mean `partials/food.html`?".to_owned()),
            ("themes/plain/templates/page.html:1:12".to_owned(), "did you mean `base.html`?".to_owned()),
        ]
    );
}

#[test]
fn circles_of_templates_are_refused_with_the_place() {
    let found = refused(&[("page.html", "{% extends \"page.html\" %}")]);
    assert_eq!((found.len(), spot(&found[0]).as_str()), (1, "themes/plain/templates/page.html:1:12"));
    let found = refused(&[("a.html", "{% include \"b.html\" %}"), ("b.html", "\n{% include \"a.html\" %}")]);
    assert_eq!((found.len(), spot(&found[0]).as_str()), (1, "themes/plain/templates/a.html:1:12"));
    assert!(found[0].message.contains("plain/a.html → plain/b.html → plain/a.html"));
}

#[test]
fn a_component_that_exists_twice_shows_both_places() {
    let card = "{% component card() %}{% endcomponent %}";
    let found = refused(&[("a.html", card), ("b.html", card)]);
    assert_eq!(spot(&found[0]), "themes/plain/templates/b.html:1:1");
    assert_eq!(found[0].notes[0].place.as_ref().unwrap().file.as_ref(), "themes/plain/templates/a.html");
}

#[test]
fn a_template_that_a_page_or_the_whole_theme_lacks_is_told() {
    let mut site = site();
    site.pages[BEDS.index()].template = Some("landing.html".into());
    let templates = [("page.html", ""), ("landings.html", "")];
    let engine = compile(&templates).unwrap();
    let found = engine.missing("landing.html").unwrap();
    assert_eq!((found.code, found.hint.as_deref()), (Code::TemplateMissing, Some("did you mean `landings.html`?")));
    assert_eq!(engine.missing("page.html"), None);
    assert_eq!(print_with(site, &templates, BEDS), Err(Vec::new()), "it is said once, with the line that names it");
    let found = print_with(super::garden::site(), &[("home.html", "")], BEDS).unwrap_err().remove(0);
    assert_eq!(found.message, "theme `plain` has no template `page.html`");
}
