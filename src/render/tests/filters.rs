//! Every filter of templates.

use super::garden::{BEDS, HOME, print, print_with, refuse, site_with};
use crate::model::Language;

fn in_language(language: &str, template: &str) -> String {
    let site = site_with(|spec| spec.language = Language::parse(language).unwrap());
    print_with(site, &[("page.html", template)], BEDS).unwrap()
}

#[test]
fn dates_are_written_as_the_language_writes_them() {
    let long = "{{ page.date | date }}|{{ page.date | date(format=\"short\") }}|{{ page.date | date(format=\"%A, %-d. %B\") }}";
    assert_eq!(in_language("de", long), "1. März 2026|01.03.2026|Sonntag, 1. März");
    assert_eq!(in_language("en", long), "1 March 2026|1 Mar 2026|Sunday, 1. March");
    assert_eq!(in_language("fr", long), "1er mars 2026|01/03/2026|dimanche, 1. mars");
    assert_eq!(print("{{ page.updated | date(format=\"iso\") }}", BEDS), "2026-05-05");
}

#[test]
fn what_is_no_date_is_refused_in_words() {
    assert_eq!(refuse("{{ page.extra | date }}").message, "`date` needs a date, not a map");
    assert_eq!(refuse("{{ \"soon\" | date }}").message, "`soon` is not a date");
    assert!(refuse("{{ page.date | date(format=\"%Q%\") }}").message.contains("is not a pattern for dates"));
    assert!(refuse("{{ none | date }}").hint.unwrap().contains("test it first"));
}

#[test]
fn numbers_have_the_separators_of_the_language() {
    let number = "{{ 1234567.5 | number(decimals=2) }} {{ 1000 | number }} {{ -12 | number }} {{ \"0.5\" | number }}";
    assert_eq!(in_language("de", number), "1.234.567,50 1.000 -12 0,5");
    assert_eq!(in_language("en", number), "1,234,567.50 1,000 -12 0.5");
    assert_eq!(in_language("fr", "{{ 1000 | number(decimals=1) }}"), "1\u{202f}000,0");
    assert_eq!(in_language("de-CH", "{{ 1000 | number }}"), "1’000");
    assert!(refuse("{{ \"many\" | number }}").message.contains("needs a number"));
}

#[test]
fn texts_are_turned_into_slugs_addresses_and_plain_text() {
    assert_eq!(print("{{ \"Über uns\" | slugify }}", HOME), "ueber-uns");
    assert_eq!(print("{{ \"a b/ü\" | url_encode }}", HOME), "a%20b%2F%C3%BC");
    assert_eq!(print("{{ page.url | absolute }}", BEDS), "https://garden.example/garden/beds/");
    assert_eq!(print("{{ page.content | strip_tags }}", BEDS), "All about Beds.");
    assert_eq!(print("{{ \"1 < 2 <b>x</b><!-- > -->\" | strip_tags }}", HOME), "1 &lt; 2 x");
}

#[test]
fn markdown_beside_a_text_repeats_none_of_its_anchors() {
    let id = super::garden::site().texts[BEDS.index()].headings[0].id.clone();
    let shown = print(&format!("{{{{ '## {id}' | markdown }}}}{{{{ '## {id}' | markdown }}}}"), BEDS);
    assert!(shown.contains(&format!("id=\"{id}-2\"")) && shown.contains(&format!("id=\"{id}-3\"")), "{shown}");
}

#[test]
fn markdown_becomes_html_with_or_without_a_paragraph() {
    assert_eq!(print("{{ \"*hi*\" | markdown }}", BEDS), "<p><em>hi</em></p>");
    assert_eq!(print("{{ \"*hi*\" | markdown(inline=true) }}", BEDS), "<em>hi</em>");
    assert_eq!(print("{{ \"<b>x</b>\" | markdown(inline=true) }}", BEDS), "<b>x</b>");
    let mut site = super::garden::site();
    site.pages[BEDS.index()].raw_html = false;
    let shown = print_with(site, &[("page.html", "{{ \"<b>x</b>\" | markdown(inline=true) }}")], BEDS).unwrap();
    assert_eq!(shown, "&lt;b&gt;x&lt;/b&gt;");
}

#[test]
fn markdown_of_data_is_written_as_texts_are() {
    let print = |template: &str| {
        let site = site_with(|spec| {
            spec.settings.typography = true;
            spec.language = Language::parse("de").unwrap();
        });
        print_with(site, &[("page.html", template)], BEDS).unwrap()
    };
    assert_eq!(print("{{ '\"so\" -- 10 €' | markdown(inline=true) }}"), "„so“ – 10\u{a0}€");
    let link = "<p>siehe <a href=\"https://x.example/\" rel=\"noopener\">https://x.example/</a></p>";
    assert_eq!(print("{{ 'siehe https://x.example/' | markdown }}"), link);
    assert!(print("{{ \"> [!TIP]\\n> Gießen.\" | markdown }}").contains("class=\"alert alert-tip\""));
}

#[test]
fn json_can_stand_in_a_script() {
    let json = print("<script>{{ {\"b\": \"</script>\", \"a\": [1, none]} | json }}</script>", HOME);
    assert_eq!(json, "<script>{\"b\":\"\\u003c/script\\u003e\",\"a\":[1,null]}</script>");
}

#[test]
fn json_in_an_attribute_has_to_be_escaped() {
    let found = super::garden::compile(&[("page.html", "<p data-x=\"{{ page.extra | json }}\">")]).err().unwrap();
    assert_eq!((found.len(), found[0].place.as_ref().unwrap().column), (1, 28));
    assert_eq!(print("<p data-x=\"{{ [\"a\"] | json | str }}\">", HOME), "<p data-x=\"[&quot;a&quot;]\">");
}

#[test]
fn groups_stand_in_the_order_of_their_first_element() {
    let template = "{% for kind, group in pages(kind=\"any\", sort=\"title\") | group_by(attribute=\"kind\") %}\
                    {{ kind }}:{{ group | length }};{% endfor %}";
    for _ in 0..20 {
        assert_eq!(print(template, HOME), "page:4;section:2;taxonomy:1;home:1;term:1;");
    }
    assert!(refuse("{{ pages() | group_by(attribute=\"kin\") }}").message.contains("has no `kin`"));
}

#[test]
fn where_keeps_the_elements_that_have_a_value() {
    assert_eq!(print("{{ pages() | where(attribute=\"weight\", value=2) | length }}", HOME), "1");
    assert_eq!(print("{{ pages() | where(attribute=\"date\") | length }}", HOME), "3");
}

#[test]
fn join_and_replace_keep_what_is_safe_safe_and_escape_the_rest() {
    assert_eq!(print("{{ [\"<\", \">\"] | join(sep=\", \") }}", HOME), "&lt;, &gt;");
    assert_eq!(print("{{ [\"<\", \"<b>\" | safe] | join(sep=\"&\") }}", HOME), "&lt;&amp;<b>");
    assert_eq!(print("{{ \"a<b\" | replace(from=\"<\", to=\"-\") }}", HOME), "a-b");
    assert_eq!(print("{{ \"a,b\" | replace(from=\",\", to=\"<br>\" | safe) }}", HOME), "a<br>b");
}

#[test]
fn everything_that_is_not_safe_is_escaped_with_both_kinds_of_quotes() {
    assert_eq!(print("{{ \"<a href='x' id=\\\"y\\\">&\" }}", HOME), "&lt;a href=&#39;x&#39; id=&quot;y&quot;&gt;&amp;");
}
