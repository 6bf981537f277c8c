//! White space of templates.

use super::garden::{BEDS, compile_folded, html, sheet, site};
use crate::render::Press;
use std::sync::Arc;

fn fold(template: &str) -> String {
    let engine = compile_folded(&[("page.html", template)], true).unwrap();
    let site = site();
    let sheet = sheet(&site, BEDS);
    html(Press::new(Arc::new(site), engine).print(&sheet).unwrap())
}

#[test]
fn white_space_beside_blocks_goes_and_between_words_becomes_one_character() {
    assert_eq!(
        fold("<ul>\n  <li> one   two </li>\n</ul>\n<p>a <b>b</b> <i>c</i></p>"),
        "<ul><li>one two</li></ul><p>a <b>b</b> <i>c</i></p>"
    );
    assert_eq!(fold("<a>x</a>\n\n<a>y</a>"), "<a>x</a>\n<a>y</a>");
}

#[test]
fn white_space_of_loops_beside_blocks_goes_too() {
    assert_eq!(
        fold("<ul>\n{% for i in [1, 2] %}\n  <li>{{ i }}</li>\n{% endfor %}\n</ul>"),
        "<ul><li>1</li><li>2</li></ul>"
    );
    assert_eq!(fold("{% for i in [1, 2] %}<b>{{ i }}</b> {% endfor %}"), "<b>1</b> <b>2</b> ");
}

#[test]
fn white_space_before_a_page_goes_but_not_before_a_part_of_one() {
    assert_eq!(fold("\n{% set x = 1 %}\n{% if x %}{% endif %}<!doctype html>"), "<!doctype html>");
    assert_eq!(fold("\n<b>x</b>"), "\n<b>x</b>");
}

#[test]
fn comments_go_but_those_that_mean_something_stay() {
    assert_eq!(fold("a <!-- x --> b{# y #} c"), "a b c");
    assert_eq!(fold("a {#- y -#} b"), "ab");
    assert_eq!(fold("<!--[if IE]>x<![endif]--><!--#include y -->"), "<!--[if IE]>x<![endif]--><!--#include y -->");
    assert_eq!(fold("<!-- {{ page.title }}   x -->  a"), "<!-- Beds   x --> a");
}

#[test]
fn text_that_counts_stays_as_it_is() {
    assert_eq!(
        fold("<pre>\n  a\n   b </pre> <textarea>  x\n</textarea>"),
        "<pre>\n  a\n   b </pre><textarea>  x\n</textarea>"
    );
    assert_eq!(fold("{% raw %}  a   {{ b }}  {% endraw %}"), "  a   {{ b }}  ");
    assert_eq!(fold("<p title=\"a   b\"   class='c  d'  >x</p>"), "<p title=\"a   b\" class='c  d'>x</p>");
}

#[test]
fn scripts_and_styles_lose_the_ends_of_their_lines_only() {
    assert_eq!(
        fold("<script>\n  let a  = 1; // one\n\n  let b = 2;\n</script>"),
        "<script>let a  = 1; // one\nlet b = 2;</script>"
    );
    assert_eq!(fold("<style>\n  a { b: c }\n</style>"), "<style>a { b: c }</style>");
    assert_eq!(fold("<script>\n let a = `x\n   y`;\n</script>"), "<script>\n let a = `x\n   y`;\n</script>");
    assert_eq!(fold("<script>\n  a({{ 1 }},\n   2)\n</script>"), "<script>a(1,\n2)</script>");
}

#[test]
fn branches_inside_of_tags_do_not_confuse_it() {
    let template = "<p {% if page.title %}class=\"a{% else %}id=\"b{% endif %}  c\"   lang=\"de\">  x </p>";
    assert_eq!(fold(template), "<p class=\"a  c\" lang=\"de\">x</p>");
    assert_eq!(fold("<a href={{ page.url }}\n   class=x >y</a>"), "<a href=/garden/beds/\nclass=x>y</a>");
}
