//! Links inside the site, to files, elsewhere, and to nowhere.

use super::desk::{ABOVE, Desk, PAGE, tell, told};
use crate::markdown::check;
use crate::model::{PageId, Text};

fn link(markdown: &str) -> String {
    let html = Desk::new().html(markdown);
    html.trim_end().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

#[test]
fn a_link_to_a_page_follows_its_route_and_is_remembered_once() {
    let written =
        Desk::new().at("https://x.example/blog").write("[a](@/garden/soil.md) [b](@/garden/soil.md) [c](@/garden/)");
    let html = "<p><a href=\"/blog/garden/soil/\">a</a> <a href=\"/blog/garden/soil/\">b</a> <a href=\"/blog/garden/\">c</a></p>\n";
    assert_eq!(written.text.html, html);
    assert_eq!(written.text.links, [PageId(3), PageId(1)]);
}

#[test]
fn a_link_to_another_file_of_markdown_is_a_link_to_its_page() {
    assert_eq!(link("[a](../soil.md?x=1#b)"), "<a href=\"/garden/soil/?x=1#b\">a</a>");
    assert_eq!(link("[a](<../../über uns.md>)"), "<a href=\"/ueber-uns/\">a</a>");
    assert_eq!(link("[a](../../%C3%BCber%20uns.md)"), "<a href=\"/ueber-uns/\">a</a>");
}

#[test]
fn a_dead_link_is_reported_where_its_destination_stands() {
    let written = Desk::new().write("Erste Zeile\n\nÜber den [Boden](@/garden/soli.md \"T\") hier");
    let message = "there is no page `@/garden/soli.md` (did you mean `@/garden/soil.md`?)";
    assert_eq!(told(&written), [format!("H0301 {}:18+16 {message}", ABOVE + 3)]);
    assert_eq!(written.diagnostics[0].place.as_ref().unwrap().text, "Über den [Boden](@/garden/soli.md \"T\") hier");
}

#[test]
fn a_page_that_moved_is_found_by_its_name() {
    let written = Desk::new().write("[a](soil.md)");
    assert_eq!(told(&written), ["H0301 5:5+7 there is no page `soil.md` (did you mean `@/garden/soil.md`?)"]);
}

#[test]
fn a_dead_link_by_reference_is_reported_where_it_is_defined() {
    let written = Desk::new().write("[a][b] und\n\n[b]: @/c.md\n");
    assert!(told(&written)[0].starts_with("H0301 7:6+6 there is no page `@/c.md`"), "{:?}", told(&written));
}

#[test]
fn files_beside_the_page_and_its_section_are_found() {
    assert_eq!(link("[a](list.pdf#page=2)"), "<a href=\"/_a/list.0a1b.pdf#page=2\">a</a>");
    assert_eq!(link("[a](./list.pdf)"), "<a href=\"/_a/list.0a1b.pdf\">a</a>");
    assert_eq!(link("[a](../shared.png)"), "<a href=\"/_a/shared.0a1b.png\">a</a>");
    assert_eq!(link("[a](shared.png)"), "<a href=\"/_a/shared.0a1b.png\">a</a>");
    assert_eq!(link("[a](@/garden/shared.png)"), "<a href=\"/_a/shared.0a1b.png\">a</a>");
}

#[test]
fn a_file_that_does_not_exist_is_reported() {
    let written = Desk::new().write("[a](lost.pdf) [b](x/y.zip)");
    let lost = "H0303 5:5+8 there is no file `lost.pdf` beside this page (did you mean `list.pdf`?)";
    let other = "H0303 5:19+7 there is no file `x/y.zip` beside this page \
                 (put it beside the page's `index.md` or its section's `_index.md`)";
    assert_eq!(told(&written), [lost, other]);
}

#[test]
fn other_destinations_are_kept() {
    assert_eq!(link("[a](/x/?b=1&c=2)"), "<a href=\"/x/?b=1&amp;c=2\">a</a>");
    assert_eq!(link("[a](mailto:a@b.example)"), "<a href=\"mailto:a@b.example\">a</a>");
    assert_eq!(link("[a](tel:+49123)"), "<a href=\"tel:+49123\">a</a>");
    assert_eq!(link("<a@b.example>"), "<a href=\"mailto:a@b.example\">a@b.example</a>");
    assert_eq!(link("[a](<https://garten.example/ä b>)"), "<a href=\"https://garten.example/%C3%A4%20b\">a</a>");
    assert_eq!(link("[a]()"), "<a href=\"\">a</a>");
    assert_eq!(link("[a](?b=c)"), "<a href=\"?b=c\">a</a>");
    let rooted = Desk::new().at("https://x.example/blog").html("[a](/y/)");
    assert_eq!(rooted, "<p><a href=\"/blog/y/\">a</a></p>\n");
}

#[test]
fn links_to_other_hosts_are_cut_off_from_the_window() {
    let external = |url: &str| link(&format!("[a]({url})")).contains("rel=\"noopener\"");
    assert!(external("https://b.example/"));
    assert!(external("//b.example/"));
    assert!(external("https://garten.example@b.example/"));
    assert!(external("http://garten.example:81/"));
    assert!(!external("HTTPS://Garten.Example/x"));
    assert!(!external("https://garten.example?x"));
}

#[test]
fn schemes_that_run_or_hold_content_are_dropped_in_any_spelling() {
    let spellings = [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](<\u{1}javascript:alert(1)>)",
        "[a](&#106;avascript:alert(1))",
        "[a](<javascript :alert(1)>)",
        "[a](vbscript:x)",
        "[a](data:text/html;base64,x)",
        "<javascript:alert(1)>",
        "[a]\n\n[a]: javascript:alert(1)",
    ];
    for spelling in spellings {
        let written = Desk::new().write(spelling);
        assert!(written.text.html.contains("<a href=\"#\">"), "{}", written.text.html);
        assert!(told(&written)[0].starts_with("H0301"), "{:?}", told(&written));
        assert!(!written.diagnostics[0].is_error());
    }
}

#[test]
fn bare_addresses_become_links() {
    let a = |url: &str| format!("<a href=\"{url}\" rel=\"noopener\">{url}</a>");
    assert_eq!(link("Siehe https://a.example/b_c_d, ja"), format!("Siehe {}, ja", a("https://a.example/b_c_d")));
    assert_eq!(link("(http://a.example/x_(y))"), format!("({})", a("http://a.example/x_(y)")));
    assert_eq!(link("https://a.example/b--c'd"), a("https://a.example/b--c'd").replacen('\'', "&#39;", 1));
    assert_eq!(link("\"https://a.example/\""), format!("„{}“", a("https://a.example/")));
    assert_eq!(link("https://a.example/?a=1&b=2"), a("https://a.example/?a=1&amp;b=2"));
}

#[test]
fn bare_addresses_stay_text_in_code_and_links() {
    assert_eq!(link("`https://a.example`"), "<code>https://a.example</code>");
    assert_eq!(link("[https://b.example](/x)"), "<a href=\"/x\">https://b.example</a>");
    assert_eq!(
        link("xhttps://a.example ftp://a.example https:// http"),
        "xhttps://a.example ftp://a.example https:// http"
    );
}

#[test]
fn anchors_are_checked_when_all_texts_are_there() {
    let mut desk = Desk::new();
    let headings = |markdown| Desk::new().write(markdown).text;
    desk.site.texts = vec![Text::default(); desk.site.pages.len()];
    desk.site.texts[PAGE.index()] = headings("## Anfang\n\n### Größe\n\n<a id=\"roh\"></a>");
    desk.site.texts[3] = headings("## Humus\n");
    let markdown =
        "[a](#groesse) [b](#roh) [c](#top) [d](#) [e](@/garden/soil.md#humus)\n[f](#grosse) [g](../soil.md#x%C3%BC)";
    let written = Desk::new().write(markdown);
    assert_eq!(written.anchors.len(), 5);
    let dead = written.anchors.into_iter().filter_map(|link| check(&desk.site, PAGE, link).dead);
    let found: Vec<String> = dead.map(|dead| tell(&dead)).collect();
    let expected = [
        "H0302 6:5+7 there is no heading `#grosse` in `garden/beds/index.md` (did you mean `#groesse`?)",
        "H0302 6:18+18 there is no heading `#xü` in `garden/soil.md` (its anchors are `humus`)",
    ];
    assert_eq!(found, expected);
}

#[test]
fn titles_are_escaped() {
    assert_eq!(link("[a](/x '\"<b>&')"), "<a href=\"/x\" title=\"&quot;&lt;b&gt;&amp;\">a</a>");
}

#[test]
fn places_count_lines_of_the_file_after_a_shortcode_of_several_lines() {
    let written =
        Desk::new().write("{{ a(\nb=1,\nc=2) }} und [x](@/y.md)\n\n{% n() %}\n\nZeile [z](@/w.md)\n{% end %}\n");
    let lines: Vec<String> =
        told(&written).iter().map(|line| line.split(" there").next().unwrap().to_owned()).collect();
    assert_eq!(lines, ["H0301 7:17+6", "H0301 11:11+6"]);
}
