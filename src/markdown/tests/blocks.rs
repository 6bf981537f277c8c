//! Paragraphs, lists, tables, quotes, code, footnotes and definitions.

use super::desk::{Desk, PAGE};
use crate::model::{Anchors, Heading, Text};

#[test]
fn a_paragraph_with_inline_elements() {
    let html = Desk::new().html("Ein *kurzer* und **fetter** ~~alter~~ `a < b` Text.\nZweite Zeile  \nDritte");
    let expected = "<p>Ein <em>kurzer</em> und <strong>fetter</strong> <del>alter</del> <code>a &lt; b</code> Text.\n\
                    Zweite Zeile<br>\nDritte</p>\n";
    assert_eq!(html, expected);
}

#[test]
fn lists_tight_loose_and_numbered() {
    assert_eq!(Desk::new().html("- a\n- b"), "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
    assert_eq!(Desk::new().html("3. a\n\n4. b"), "<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n");
}

#[test]
fn tasks_are_boxes_with_a_label() {
    let html = Desk::new().html("- [x] gießen\n- [ ] ernten");
    let expected = "<ul>\n<li><input type=\"checkbox\" aria-label=\"erledigt\" disabled checked> gießen</li>\n\
                    <li><input type=\"checkbox\" aria-label=\"offen\" disabled> ernten</li>\n</ul>\n";
    assert_eq!(html, expected);
}

#[test]
fn a_table_keeps_its_alignment() {
    let html = Desk::new().html("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |");
    let expected = "<div class=\"table-box\" role=\"region\" tabindex=\"0\" aria-label=\"Tabelle, seitlich scrollbar\">\
                    <table><thead><tr><th>a</th><th style=\"text-align:right\">b</th></tr></thead>\n<tbody>\n\
                    <tr><td>1</td><td style=\"text-align:right\">2</td></tr>\n\
                    <tr><td>3</td><td style=\"text-align:right\">4</td></tr>\n</tbody></table></div>\n";
    assert_eq!(html, expected);
}

#[test]
fn a_definition_list() {
    let html = Desk::new().html("Kompost\n: reife Erde");
    assert_eq!(html, "<dl><dt>Kompost</dt>\n<dd>reife Erde</dd>\n</dl>\n");
}

#[test]
fn a_quote_and_an_alert_in_the_language_of_the_site() {
    assert_eq!(Desk::new().html("> Ja"), "<blockquote>\n<p>Ja</p>\n</blockquote>\n");
    let alert =
        |title| format!("<div class=\"alert alert-note\"><p class=\"alert-title\">{title}</p>\n<p>Ja</p>\n</div>\n");
    assert_eq!(Desk::new().html("> [!NOTE]\n> Ja"), alert("Hinweis"));
    assert_eq!(Desk::new().in_english().html("> [!NOTE]\n> Ja"), alert("Note"));
}

#[test]
fn code_names_its_language_and_nothing_else() {
    let class = |fence: &str| Desk::new().html(&format!("```{fence}\na & \"b\"\n```"));
    assert_eq!(class("rust"), "<pre><code class=\"language-rust\">a &amp; \"b\"\n</code></pre>\n");
    assert!(class("C++ title=\"x\"").starts_with("<pre><code class=\"language-c++\">"));
    assert!(class("rust,ignore").starts_with("<pre><code class=\"language-rust\">"));
    assert!(class("\" onclick=\"x").starts_with("<pre><code>"));
    assert_eq!(Desk::new().html("    a -- b"), "<pre><code>a -- b</code></pre>\n");
}

#[test]
fn footnotes_are_numbered_by_mention_and_lead_back() {
    let html = Desk::new().html("Eins[^b] zwei[^a] drei[^b].\n\n[^a]: Erste *Note*\n\n[^b]: Zweite\n\n[^c]: Ungenutzt");
    let back = |mention| {
        format!("<a class=\"footnote-backref\" href=\"#fnref-{mention}\" aria-label=\"Zurück zum Text\">↩</a>")
    };
    let mention = |id, number| {
        format!("<sup class=\"footnote-ref\" id=\"fnref-{id}\"><a href=\"#fn-{number}\">{number}</a></sup>")
    };
    let text = format!("<p>Eins{} zwei{} drei{}.</p>\n", mention("1", 1), mention("2", 2), mention("1-2", 1));
    let notes = format!(
        "<section class=\"footnotes\" role=\"doc-endnotes\"><ol>\n<li id=\"fn-1\"><p>Zweite {} {}</p></li>\n\
         <li id=\"fn-2\"><p>Erste <em>Note</em> {}</p></li>\n</ol>\n</section>\n",
        back("1"),
        back("1-2"),
        back("2")
    );
    assert_eq!(html, text + &notes);
}

#[test]
fn words_are_those_that_people_read() {
    let words = |markdown: &str| Desk::new().write(markdown).text.words;
    assert_eq!(words("# Eins zwei\n\ndrei *vier*fünf, geht's?\nsechs `code` [sieben](https://a.example)\n"), 7);
    assert_eq!(words("a\n\n```\nnicht das\n```\n\n- b\n- c\n\n| d | e |\n|---|---|\n| f | g |"), 7);
    assert_eq!(words(""), 0);
    assert_eq!(words("![nicht das](photo.jpg)"), 0);
}

#[test]
fn html_of_the_author_is_kept() {
    assert_eq!(
        Desk::new().html("<div class=\"a\">\n\n*Ja* <b>x</b>\n\n</div>\n"),
        "<div class=\"a\">\n<p><em>Ja</em> <b>x</b></p>\n</div>\n"
    );
}

#[test]
fn html_is_shown_as_text_where_it_is_not_allowed() {
    let html = |markdown: &str| Desk::new().without_html().html(markdown);
    assert_eq!(html("a <b onclick='x'>c</b>"), "<p>a &lt;b onclick='x'&gt;c&lt;/b&gt;</p>\n");
    assert_eq!(html("<script>\nalert(1)\n</script>\n"), "<p>&lt;script&gt;\nalert(1)\n&lt;/script&gt;\n</p>\n");
    assert_eq!(html("a\n\n<!-- more -->\n\nb"), "<p>a</p>\n<p>b</p>\n");
}

#[test]
fn fragments_stand_by_themselves() {
    let site = Desk::new().site;
    let fragment =
        |markdown, inline| crate::markdown::fragment(markdown, &site, Some(PAGE), inline, &mut Anchors::new());
    assert_eq!(fragment("*Ja* \"gut\"", true), "<em>Ja</em> „gut“");
    assert_eq!(fragment("*Ja*\n\n<b>x</b>", false), "<p><em>Ja</em></p>\n<p><b>x</b></p>");
    assert_eq!(
        fragment("[a](@/b.md) ![c](d.jpg) {{ e() }}", true),
        "<a href=\"@/b.md\">a</a> <img src=\"d.jpg\" alt=\"c\" decoding=\"async\"> {{ e() }}"
    );
    assert_eq!(fragment("[a](javascript:b)", true), "<a href=\"#\">a</a>");
}

#[test]
fn headings_of_fragments_have_anchors_of_their_own() {
    let mut site = Desk::new().site;
    let heading = |id: &str, children| Heading { level: 2, id: id.to_owned(), title: String::new(), children };
    site.texts = vec![Text::default(); site.pages.len()];
    site.texts[PAGE.index()].headings = vec![heading("tools", vec![heading("spade", Vec::new())])];
    let mut anchors = Anchors::new();
    let mut id = |markdown| {
        let html = crate::markdown::fragment(markdown, &site, Some(PAGE), false, &mut anchors);
        html.split('"').nth(1).unwrap().to_owned()
    };
    let ids = ["## Spade", "## Tools", "## Spade", "## Rake"].map(&mut id);
    assert_eq!(ids, ["spade-2", "tools-2", "spade-3", "rake"]);
}

#[test]
fn fragments_may_do_what_the_page_and_the_site_may() {
    let site = Desk::new().plain().without_html().site;
    let fragment = |page| crate::markdown::fragment("\"a\" <b>", &site, page, true, &mut Anchors::new());
    assert_eq!(fragment(Some(PAGE)), "\"a\" &lt;b&gt;");
    assert_eq!(fragment(None), "\"a\" &lt;b&gt;");
    let deep = crate::markdown::fragment(&">".repeat(50_000), &site, None, false, &mut Anchors::new());
    assert!(deep.matches("<blockquote>").count() <= site.spec.settings.limits.nesting + 1);
}
