//! No template can stop the farm.

use super::garden::{BEDS, compile, print, print_with, refuse, refuse_with, site_with};
use crate::diag::Code;
use crate::model::Limits;
use crate::render::Patience;
use crate::world::{Clock, Stint, Stop, WallClock};
use std::time::Duration;

fn quick<T>(work: impl FnOnce() -> T) -> T {
    let stint = Stint::of(Duration::from_secs(20));
    let result = work();
    assert!(!stint.is_over(), "it took too long");
    result
}

#[test]
fn a_text_that_doubles_ends_in_a_message() {
    let doubling = "{% set x = \"ab\" %}{% for i in range(end=60) %}{% set_global x = x ~ x %}{% endfor %}";
    let found = quick(|| refuse(doubling));
    assert_eq!((found.code, found.place.unwrap().column), (Code::TemplateLimit, 65));
    let captured =
        "{% set x = \"ab\" %}{% for i in range(end=60) %}{% set_global x %}{{ x }}{{ x }}{% endset %}{% endfor %}";
    assert_eq!(quick(|| refuse(captured)).code, Code::TemplateLimit);
    let replaced = "{{ \"a\"CHAIN }}".replace("CHAIN", &" | replace(from=\"a\", to=\"aa\")".repeat(60));
    assert_eq!(quick(|| refuse(&replaced)).code, Code::TemplateLimit);
}

#[test]
fn a_list_that_doubles_or_nests_ends_in_a_message() {
    let doubling = "{% set x = [1, 2] %}{% for i in range(end=60) %}{% set_global x = [...x, ...x] %}{% endfor %}";
    assert_eq!(quick(|| refuse(doubling)).code, Code::TemplateLimit);
    let shared = "{% set x = [1] %}{% for i in range(end=60) %}{% set_global x = [x, x] %}{% endfor %}{{ x }}";
    assert_eq!(quick(|| refuse(shared)).code, Code::TemplateLimit);
    let nested = "{% set x = [1] %}{% for i in range(end=100000) %}{% set_global x = [x] %}{% endfor %}";
    assert_eq!(quick(|| refuse(nested)).code, Code::TemplateLimit);
}

#[test]
fn ten_thousand_million_steps_end_in_a_message() {
    let loops = "{% for a in range(end=100000) %}\n{% for b in range(end=100000) %}{% if a == b %}{% endif %}{% endfor %}{% endfor %}";
    let found = quick(|| refuse(loops));
    assert_eq!(found.code, Code::TemplateLimit);
    assert_eq!(found.place.unwrap().to_string(), "themes/plain/templates/page.html:1:1");
    let list = "{% for a in range(end=100000) %}{% set x = [b for b in range(end=100000) if b > 100000] %}{% endfor %}";
    assert_eq!(quick(|| refuse(list)).code, Code::TemplateLimit);
}

#[test]
fn a_machine_that_slept_for_a_while_spoils_no_page() {
    let limits = Limits { render_ms: 20, ..Limits::default() };
    let patience = Patience::new(&limits);
    WallClock::new(1, Stop::new()).rest(Duration::from_millis(60));
    assert!((0..100).all(|_| patience.step()), "nothing was worked on");
}

#[test]
fn the_same_steps_end_at_the_same_place_every_time() {
    let site = || site_with(|spec| spec.settings.limits.render_ms = 1_000_000);
    let template = "{% for a in range(end=3) %}{{ a }}{% endfor %}";
    assert_eq!(print_with(site(), &[("page.html", template)], BEDS).unwrap(), "012");
}

#[test]
fn a_page_that_is_too_large_ends_in_a_message() {
    let small = site_with(|spec| spec.settings.limits.page_bytes = 1000);
    let template = "{% for a in range(end=1000) %}<p>{{ a | number }}</p>{% endfor %}";
    let found = print_with(small, &[("page.html", template)], BEDS).unwrap_err().remove(0);
    assert_eq!((found.code, found.message.as_str()), (Code::TemplateLimit, "the page is larger than 1000 bytes"));
    assert_eq!(found.place.unwrap().line, 1);
}

#[test]
fn components_that_call_themselves_end_in_a_message() {
    let once = "{% component deep() %}{{ <deep/> }}{% endcomponent %}";
    let found = quick(|| refuse_with(&[("page.html", "{{ <deep/> }}"), ("c.html", once)]));
    assert_eq!(
        (found.code, found.place.unwrap().file.as_ref()),
        (Code::TemplateLimit, "themes/plain/templates/c.html")
    );
    let wide = "{% component wide(n: integer) %}{% if n > 0 %}{{ <wide n={n - 1}/> }}{{ <wide n={n - 1}/> }}{{ <wide n={n - 1}/> }}{{ <wide n={n - 1}/> }}{% endif %}{% endcomponent %}";
    let found = quick(|| refuse_with(&[("page.html", "{{ <wide n={19}/> }}"), ("c.html", wide)]));
    assert_eq!(found.code, Code::TemplateLimit);
    let grow = "{% component grow(x) %}{{ <grow x={x ~ x ~ x ~ x}/> }}{% endcomponent %}";
    assert_eq!(
        quick(|| refuse_with(&[("page.html", "{{ <grow x=\"abcdefgh\"/> }}"), ("c.html", grow)])).code,
        Code::TemplateLimit
    );
}

#[test]
fn no_text_of_an_author_passes_for_a_mark_that_prints_nothing() {
    let mut site = super::garden::site();
    site.pages[BEDS.index()].title = "\0<b>".into();
    assert_eq!(print_with(site, &[("page.html", "{{ page.title }}")], BEDS).unwrap(), "\0&lt;b&gt;");
}

#[test]
fn a_list_made_inside_the_making_of_another_is_refused() {
    for template in [
        "{{ [[y for y in x] for x in z] }}",
        "{{ [x for x in [y for y in z]] }}",
        "{{ [x for x in z if [y for y in z]] }}",
    ] {
        let found = compile(&[("page.html", template)]).err().unwrap();
        assert_eq!((found.len(), found[0].code), (1, Code::TemplateSyntax), "{template}");
    }
    assert_eq!(print("{{ [x ~ \"!\" for x in [1, 2]] | join }}{{ [x for x in [3]] | first }}", BEDS), "1!2!3");
}

#[test]
fn guards_do_not_change_what_templates_mean() {
    let template = "{% set a = 1 if page.title else 2 %}{% set b = (\"x\" ~ a) | upper %}{% set c | upper -%}  y {%- endset %}\
                    {% for i in [1, 2] -%}  {{ i }} {%- endfor %}{% set m = {\"k\": [a, b]} %}{{ a }}{{ b }}{{ c }}{{ m.k | length }}";
    assert_eq!(print(template, BEDS), "121X1Y2");
}
