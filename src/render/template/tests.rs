//! Templates thrown together from parts.

use super::{prepare, scan};
use crate::theme::TemplateFile;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use proptest::sample::{Index, select};
use tera::{ErrorKind, Tera};

#[rustfmt::skip]
const PARTS: [&str; 44] = [
    "{% for a in [1, 2] %}", "{% for a in b -%}", "{% endfor %}", "{% if a %}", "{% else %}", "{% endif %}", "{{ page.title }}",
    "{{- a ~ \"}}\" -}}", "{% set x = a ~ b %}", "{% set x = [a, b] %}", "{% set x %}", "{% endset %}", "{% set_global x | upper -%}",
    "{{ [a | upper for a in b if a] }}", "{{ <card a={b ~ c} d=\"}\"/> }}", "{% component card(a) %}", "{% endcomponent %}", "{# x #}",
    "{#- <p> -#}", "{% raw %}", "{%- endraw -%}", "{{", "}}", "{%", "%}", "{#", "#}", "<p>", "</p>", "<!-- c -->", "<!--", "-->",
    "<pre>", "</pre>", "<script>", "</script>", "<a href=\"", "\"", "'", ">", " ", "\n  ", "ü„ “", "`",
];

fn template(text: &str) -> TemplateFile {
    TemplateFile { name: "t/page.html".into(), file: "page.html".into(), text: text.into() }
}

fn is_sound(text: &str) -> bool {
    match Tera::default().add_raw_template("t/page.html", text) {
        Ok(()) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::SyntaxError(_)),
    }
}

#[test]
fn what_is_never_closed_is_named_with_what_closes_it() {
    let found = |text: &str| super::unclosed(text).map(|left| (left.span.start, left.opening, left.closing));
    let expected = |at: usize, opening: &str, closing: &str| Some((at, opening.to_owned(), closing.to_owned()));
    assert_eq!(found("{% if a %}{% for b in c %}x{% endfor %}"), expected(0, "{% if %}", "{% endif %}"));
    assert_eq!(found("{% set a = 1 %}{% set b %}x"), expected(15, "{% set %}", "{% endset %}"));
    assert_eq!(found("<h1>{{ page.title"), expected(4, "{{", "}}"));
    assert_eq!(found("{% if a %}{% raw %}{% for %}{% endraw %}{% endif %}"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_template_is_cut_without_a_gap_and_stays_as_sound_as_it_was(
        parts in proptest::collection::vec(select(&PARTS[..]), 0..14),
        fold: bool,
        spots in (any::<Index>(), any::<Index>()),
    ) {
        let text = parts.concat();
        let pieces = scan::pieces(&text);
        prop_assert_eq!(pieces.iter().map(|piece| &text[piece.span.clone()]).collect::<String>(), text.clone());
        let mut diagnostics = Vec::new();
        let prepared = prepare(template(&text), 3, fold, &|_| None, &mut diagnostics);
        let (a, b) = (spots.0.index(prepared.text.len() + 1), spots.1.index(prepared.text.len() + 1));
        let place = prepared.place(a.min(b)..a.max(b));
        prop_assert!(place.line as usize <= text.lines().count().max(1));
        if is_sound(&text) {
            prop_assert_eq!(super::unclosed(&text), None);
        }
        if diagnostics.is_empty() && is_sound(&text) {
            prop_assert!(is_sound(&prepared.text), "{:?} became {:?}", text, prepared.text);
        }
    }
}
